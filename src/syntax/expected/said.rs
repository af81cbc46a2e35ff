//! What the rules of the grammar are called in messages. A rule without an arm here does not compile.

use super::super::grammar::Rule;

/// What rules are called.
pub(super) enum Said {
    /// Not said.
    Hidden,
    /// A keyword, called by its rule's name.
    Keyword,
    /// Begins with one of these words.
    Words(&'static [&'static str]),
    /// Called by its role.
    Role(&'static str),
}

/// The keyword of a rule called `kw_…`.
pub(super) fn keyword(rule: Rule) -> Option<&'static str> {
    KEYWORDS.iter().find(|(named, _)| *named == rule).map(|(_, word)| *word)
}

/// The keywords, by rule.
const KEYWORDS: &[(Rule, &str)] = &[
    (Rule::kw_absent, "absent"),
    (Rule::kw_adult, "adult"),
    (Rule::kw_advertises, "advertises"),
    (Rule::kw_after, "after"),
    (Rule::kw_ago, "ago"),
    (Rule::kw_all, "all"),
    (Rule::kw_allowed, "allowed"),
    (Rule::kw_always, "always"),
    (Rule::kw_among, "among"),
    (Rule::kw_and, "and"),
    (Rule::kw_any, "any"),
    (Rule::kw_applies, "applies"),
    (Rule::kw_approved, "approved"),
    (Rule::kw_arrived, "arrived"),
    (Rule::kw_as, "as"),
    (Rule::kw_assessment, "assessment"),
    (Rule::kw_at, "at"),
    (Rule::kw_audiences, "audiences"),
    (Rule::kw_back, "back"),
    (Rule::kw_basis, "basis"),
    (Rule::kw_because, "because"),
    (Rule::kw_between, "between"),
    (Rule::kw_birth, "birth"),
    (Rule::kw_bottom, "bottom"),
    (Rule::kw_bundled, "bundled"),
    (Rule::kw_by, "by"),
    (Rule::kw_campaign, "campaign"),
    (Rule::kw_cap, "cap"),
    (Rule::kw_case, "case"),
    (Rule::kw_category, "category"),
    (Rule::kw_channel, "channel"),
    (Rule::kw_class, "class"),
    (Rule::kw_collected, "collected"),
    (Rule::kw_column, "column"),
    (Rule::kw_combined, "combined"),
    (Rule::kw_compare, "compare"),
    (Rule::kw_combining, "combining"),
    (Rule::kw_conditions, "conditions"),
    (Rule::kw_consent, "consent"),
    (Rule::kw_contacts, "contacts"),
    (Rule::kw_contains, "contains"),
    (Rule::kw_contract, "contract"),
    (Rule::kw_controller, "controller"),
    (Rule::kw_countries, "countries"),
    (Rule::kw_cover, "cover"),
    (Rule::kw_current, "current"),
    (Rule::kw_date, "date"),
    (Rule::kw_days, "days"),
    (Rule::kw_decides, "decides"),
    (Rule::kw_define, "define"),
    (Rule::kw_delivered, "delivered"),
    (Rule::kw_destination, "destination"),
    (Rule::kw_distinct, "distinct"),
    (Rule::kw_duty, "duty"),
    (Rule::kw_each, "each"),
    (Rule::kw_else, "else"),
    (Rule::kw_end, "end"),
    (Rule::kw_ends, "ends"),
    (Rule::kw_epsilon, "epsilon"),
    (Rule::kw_entity, "entity"),
    (Rule::kw_every, "every"),
    (Rule::kw_evidence, "evidence"),
    (Rule::kw_exactly, "exactly"),
    (Rule::kw_except, "except"),
    (Rule::kw_exception, "exception"),
    (Rule::kw_exceptions, "exceptions"),
    (Rule::kw_expands, "expands"),
    (Rule::kw_expires, "expires"),
    (Rule::kw_expose, "expose"),
    (Rule::kw_fairness, "fairness"),
    (Rule::kw_false, "false"),
    (Rule::kw_far, "far"),
    (Rule::kw_field, "field"),
    (Rule::kw_first, "first"),
    (Rule::kw_for, "for"),
    (Rule::kw_forbid, "forbid"),
    (Rule::kw_free, "free"),
    (Rule::kw_formerly, "formerly"),
    (Rule::kw_fresh, "fresh"),
    (Rule::kw_from, "from"),
    (Rule::kw_full, "full"),
    (Rule::kw_grants, "grants"),
    (Rule::kw_hand, "hand"),
    (Rule::kw_has, "has"),
    (Rule::kw_hashed, "hashed"),
    (Rule::kw_have, "have"),
    (Rule::kw_history, "history"),
    (Rule::kw_holdout, "holdout"),
    (Rule::kw_identity, "identity"),
    (Rule::kw_ignoring, "ignoring"),
    (Rule::kw_in, "in"),
    (Rule::kw_infer, "infer"),
    (Rule::kw_informed, "informed"),
    (Rule::kw_interest, "interest"),
    (Rule::kw_is, "is"),
    (Rule::kw_isolates, "isolates"),
    (Rule::kw_jurisdiction, "jurisdiction"),
    (Rule::kw_keep, "keep"),
    (Rule::kw_key, "key"),
    (Rule::kw_km, "km"),
    (Rule::kw_known, "known"),
    (Rule::kw_lag, "lag"),
    (Rule::kw_last, "last"),
    (Rule::kw_latest, "latest"),
    (Rule::kw_least, "least"),
    (Rule::kw_legal, "legal"),
    (Rule::kw_legitimate, "legitimate"),
    (Rule::kw_level, "level"),
    (Rule::kw_limit, "limit"),
    (Rule::kw_link, "link"),
    (Rule::kw_list, "list"),
    (Rule::kw_listed, "listed"),
    (Rule::kw_lists, "lists"),
    (Rule::kw_looking, "looking"),
    (Rule::kw_lookup, "lookup"),
    (Rule::kw_match, "match"),
    (Rule::kw_matches, "matches"),
    (Rule::kw_means, "means"),
    (Rule::kw_members, "members"),
    (Rule::kw_mentioning, "mentioning"),
    (Rule::kw_mi, "mi"),
    (Rule::kw_minimum, "minimum"),
    (Rule::kw_missing, "missing"),
    (Rule::kw_model, "model"),
    (Rule::kw_models, "models"),
    (Rule::kw_money, "money"),
    (Rule::kw_most, "most"),
    (Rule::kw_named, "named"),
    (Rule::kw_narrower, "narrower"),
    (Rule::kw_needed, "needed"),
    (Rule::kw_next, "next"),
    (Rule::kw_no, "no"),
    (Rule::kw_none, "none"),
    (Rule::kw_noise, "noise"),
    (Rule::kw_not, "not"),
    (Rule::kw_nothing, "nothing"),
    (Rule::kw_notice, "notice"),
    (Rule::kw_now, "now"),
    (Rule::kw_of, "of"),
    (Rule::kw_on, "on"),
    (Rule::kw_one, "one"),
    (Rule::kw_opt, "opt"),
    (Rule::kw_or, "or"),
    (Rule::kw_order, "order"),
    (Rule::kw_otherwise, "otherwise"),
    (Rule::kw_origin, "origin"),
    (Rule::kw_out, "out"),
    (Rule::kw_outside, "outside"),
    (Rule::kw_over, "over"),
    (Rule::kw_owner, "owner"),
    (Rule::kw_party, "party"),
    (Rule::kw_people, "people"),
    (Rule::kw_per, "per"),
    (Rule::kw_periods, "periods"),
    (Rule::kw_personal, "personal"),
    (Rule::kw_placement, "placement"),
    (Rule::kw_place, "place"),
    (Rule::kw_policy, "policy"),
    (Rule::kw_protects, "protects"),
    (Rule::kw_provider, "provider"),
    (Rule::kw_proxy, "proxy"),
    (Rule::kw_purpose, "purpose"),
    (Rule::kw_purposes, "purposes"),
    (Rule::kw_refresh, "refresh"),
    (Rule::kw_refuses, "refuses"),
    (Rule::kw_region, "region"),
    (Rule::kw_register, "register"),
    (Rule::kw_removal, "removal"),
    (Rule::kw_removes, "removes"),
    (Rule::kw_release, "release"),
    (Rule::kw_report, "report"),
    (Rule::kw_require, "require"),
    (Rule::kw_residence, "residence"),
    (Rule::kw_rest, "rest"),
    (Rule::kw_retain, "retain"),
    (Rule::kw_retained, "retained"),
    (Rule::kw_retrained, "retrained"),
    (Rule::kw_review, "review"),
    (Rule::kw_reviewed, "reviewed"),
    (Rule::kw_rows, "rows"),
    (Rule::kw_sale, "sale"),
    (Rule::kw_same, "same"),
    (Rule::kw_sample, "sample"),
    (Rule::kw_segment, "segment"),
    (Rule::kw_service, "service"),
    (Rule::kw_share, "share"),
    (Rule::kw_shares, "shares"),
    (Rule::kw_sessions, "sessions"),
    (Rule::kw_since, "since"),
    (Rule::kw_show, "show"),
    (Rule::kw_skew, "skew"),
    (Rule::kw_so, "so"),
    (Rule::kw_soft, "soft"),
    (Rule::kw_source, "source"),
    (Rule::kw_sql, "sql"),
    (Rule::kw_starts, "starts"),
    (Rule::kw_states, "states"),
    (Rule::kw_stay, "stay"),
    (Rule::kw_subject, "subject"),
    (Rule::kw_suspended, "suspended"),
    (Rule::kw_table, "table"),
    (Rule::kw_taken, "taken"),
    (Rule::kw_targeting, "targeting"),
    (Rule::kw_tells, "tells"),
    (Rule::kw_takes, "takes"),
    (Rule::kw_then, "then"),
    (Rule::kw_text, "text"),
    (Rule::kw_third, "third"),
    (Rule::kw_this, "this"),
    (Rule::kw_timestamp, "timestamp"),
    (Rule::kw_title, "title"),
    (Rule::kw_to, "to"),
    (Rule::kw_today, "today"),
    (Rule::kw_tolerate, "tolerate"),
    (Rule::kw_top, "top"),
    (Rule::kw_trained, "trained"),
    (Rule::kw_transfer, "transfer"),
    (Rule::kw_trains, "trains"),
    (Rule::kw_true, "true"),
    (Rule::kw_under, "under"),
    (Rule::kw_unique, "unique"),
    (Rule::kw_until, "until"),
    (Rule::kw_unverified, "unverified"),
    (Rule::kw_valid, "valid"),
    (Rule::kw_version, "version"),
    (Rule::kw_volunteered, "volunteered"),
    (Rule::kw_where, "where"),
    (Rule::kw_while, "while"),
    (Rule::kw_window, "window"),
    (Rule::kw_with, "with"),
    (Rule::kw_within, "within"),
    (Rule::kw_without, "without"),
    (Rule::kw_yes, "yes"),
    (Rule::kw_yesterday, "yesterday"),
    (Rule::kw_zone, "zone"),
];

/// What each rule is called. A rule without an arm does not compile.
pub(super) fn said(rule: Rule) -> Said {
    match rule {
        Rule::kw_absent
        | Rule::kw_adult
        | Rule::kw_advertises
        | Rule::kw_after
        | Rule::kw_ago
        | Rule::kw_all
        | Rule::kw_allowed
        | Rule::kw_always
        | Rule::kw_among
        | Rule::kw_and
        | Rule::kw_any
        | Rule::kw_applies
        | Rule::kw_approved
        | Rule::kw_arrived
        | Rule::kw_as
        | Rule::kw_assessment
        | Rule::kw_at
        | Rule::kw_audiences
        | Rule::kw_back
        | Rule::kw_basis
        | Rule::kw_because
        | Rule::kw_between
        | Rule::kw_birth
        | Rule::kw_bottom
        | Rule::kw_bundled
        | Rule::kw_by
        | Rule::kw_campaign
        | Rule::kw_cap
        | Rule::kw_case
        | Rule::kw_category
        | Rule::kw_channel
        | Rule::kw_class
        | Rule::kw_collected
        | Rule::kw_column
        | Rule::kw_combined
        | Rule::kw_compare
        | Rule::kw_combining
        | Rule::kw_conditions
        | Rule::kw_consent
        | Rule::kw_contacts
        | Rule::kw_contains
        | Rule::kw_contract
        | Rule::kw_controller
        | Rule::kw_countries
        | Rule::kw_cover
        | Rule::kw_current
        | Rule::kw_date
        | Rule::kw_days
        | Rule::kw_decides
        | Rule::kw_define
        | Rule::kw_delivered
        | Rule::kw_destination
        | Rule::kw_distinct
        | Rule::kw_duty
        | Rule::kw_each
        | Rule::kw_else
        | Rule::kw_end
        | Rule::kw_ends
        | Rule::kw_epsilon
        | Rule::kw_entity
        | Rule::kw_every
        | Rule::kw_evidence
        | Rule::kw_exactly
        | Rule::kw_except
        | Rule::kw_exception
        | Rule::kw_exceptions
        | Rule::kw_expands
        | Rule::kw_expires
        | Rule::kw_expose
        | Rule::kw_fairness
        | Rule::kw_false
        | Rule::kw_far
        | Rule::kw_field
        | Rule::kw_first
        | Rule::kw_for
        | Rule::kw_forbid
        | Rule::kw_free
        | Rule::kw_formerly
        | Rule::kw_fresh
        | Rule::kw_from
        | Rule::kw_full
        | Rule::kw_grants
        | Rule::kw_hand
        | Rule::kw_has
        | Rule::kw_hashed
        | Rule::kw_have
        | Rule::kw_history
        | Rule::kw_holdout
        | Rule::kw_identity
        | Rule::kw_ignoring
        | Rule::kw_in
        | Rule::kw_infer
        | Rule::kw_informed
        | Rule::kw_interest
        | Rule::kw_is
        | Rule::kw_isolates
        | Rule::kw_jurisdiction
        | Rule::kw_keep
        | Rule::kw_key
        | Rule::kw_km
        | Rule::kw_known
        | Rule::kw_lag
        | Rule::kw_last
        | Rule::kw_latest
        | Rule::kw_least
        | Rule::kw_legal
        | Rule::kw_legitimate
        | Rule::kw_level
        | Rule::kw_limit
        | Rule::kw_link
        | Rule::kw_list
        | Rule::kw_listed
        | Rule::kw_lists
        | Rule::kw_looking
        | Rule::kw_lookup
        | Rule::kw_match
        | Rule::kw_matches
        | Rule::kw_means
        | Rule::kw_members
        | Rule::kw_mentioning
        | Rule::kw_mi
        | Rule::kw_minimum
        | Rule::kw_missing
        | Rule::kw_model
        | Rule::kw_models
        | Rule::kw_money
        | Rule::kw_most
        | Rule::kw_named
        | Rule::kw_narrower
        | Rule::kw_needed
        | Rule::kw_next
        | Rule::kw_no
        | Rule::kw_none
        | Rule::kw_noise
        | Rule::kw_not
        | Rule::kw_nothing
        | Rule::kw_notice
        | Rule::kw_now
        | Rule::kw_of
        | Rule::kw_on
        | Rule::kw_one
        | Rule::kw_opt
        | Rule::kw_or
        | Rule::kw_order
        | Rule::kw_otherwise
        | Rule::kw_origin
        | Rule::kw_out
        | Rule::kw_outside
        | Rule::kw_over
        | Rule::kw_owner
        | Rule::kw_party
        | Rule::kw_people
        | Rule::kw_per
        | Rule::kw_periods
        | Rule::kw_personal
        | Rule::kw_placement
        | Rule::kw_place
        | Rule::kw_policy
        | Rule::kw_protects
        | Rule::kw_provider
        | Rule::kw_proxy
        | Rule::kw_purpose
        | Rule::kw_purposes
        | Rule::kw_refresh
        | Rule::kw_refuses
        | Rule::kw_region
        | Rule::kw_register
        | Rule::kw_removal
        | Rule::kw_removes
        | Rule::kw_release
        | Rule::kw_report
        | Rule::kw_require
        | Rule::kw_residence
        | Rule::kw_rest
        | Rule::kw_retain
        | Rule::kw_retained
        | Rule::kw_retrained
        | Rule::kw_review
        | Rule::kw_reviewed
        | Rule::kw_rows
        | Rule::kw_sale
        | Rule::kw_same
        | Rule::kw_sample
        | Rule::kw_segment
        | Rule::kw_service
        | Rule::kw_share
        | Rule::kw_shares
        | Rule::kw_sessions
        | Rule::kw_since
        | Rule::kw_show
        | Rule::kw_skew
        | Rule::kw_so
        | Rule::kw_soft
        | Rule::kw_source
        | Rule::kw_sql
        | Rule::kw_starts
        | Rule::kw_states
        | Rule::kw_stay
        | Rule::kw_subject
        | Rule::kw_suspended
        | Rule::kw_table
        | Rule::kw_taken
        | Rule::kw_targeting
        | Rule::kw_tells
        | Rule::kw_takes
        | Rule::kw_then
        | Rule::kw_text
        | Rule::kw_third
        | Rule::kw_this
        | Rule::kw_timestamp
        | Rule::kw_title
        | Rule::kw_to
        | Rule::kw_today
        | Rule::kw_tolerate
        | Rule::kw_top
        | Rule::kw_trained
        | Rule::kw_transfer
        | Rule::kw_trains
        | Rule::kw_true
        | Rule::kw_under
        | Rule::kw_unique
        | Rule::kw_until
        | Rule::kw_unverified
        | Rule::kw_valid
        | Rule::kw_version
        | Rule::kw_volunteered
        | Rule::kw_where
        | Rule::kw_while
        | Rule::kw_window
        | Rule::kw_with
        | Rule::kw_within
        | Rule::kw_without
        | Rule::kw_yes
        | Rule::kw_yesterday
        | Rule::kw_zone => Said::Keyword,
        Rule::WHITESPACE
        | Rule::COMMENT
        | Rule::wordc
        | Rule::reserved
        | Rule::text
        | Rule::literal
        | Rule::value
        | Rule::window_shape
        | Rule::before
        | Rule::before_value
        | Rule::infix
        | Rule::simple_infix
        | Rule::op_compare
        | Rule::op_arith
        | Rule::operand
        | Rule::plain_operand
        | Rule::after
        | Rule::begins_condition
        | Rule::number_literal
        | Rule::test
        | Rule::balanced
        | Rule::counting
        | Rule::un_after
        | Rule::bad_in_zone
        | Rule::bad_ignoring_missing
        | Rule::bad_single
        | Rule::bad_next_text
        | Rule::bad_next_value
        | Rule::bad_value_name
        | Rule::bad_duration
        | Rule::bad_window_length
        | Rule::bad_and
        | Rule::bad_or
        | Rule::bad_not
        | Rule::bad_eq
        | Rule::bad_ne
        | Rule::bad_in
        | Rule::bad_between
        | Rule::bad_where
        | Rule::kw_and_upper
        | Rule::kw_or_upper
        | Rule::kw_not_upper
        | Rule::bad_null
        | Rule::bad_rule_code
        | Rule::bad_is_null
        | Rule::kw_is_upper
        | Rule::bad_is_not
        | Rule::bad_like
        | Rule::kw_like
        | Rule::bad_in_bare
        | Rule::bad_in_name
        | Rule::bad_window_stray
        | Rule::bad_filter_rest
        | Rule::bad_minus
        | Rule::bad_star
        | Rule::bad_consent
        | Rule::consent_word
        | Rule::bad_ledger
        | Rule::bad_in_ledger
        | Rule::bad_exists
        | Rule::kw_exists
        | Rule::bad_call
        | Rule::head_entity
        | Rule::clause_entity
        | Rule::item_entity
        | Rule::head_source
        | Rule::clause_source
        | Rule::item_source
        | Rule::head_rows
        | Rule::clause_rows
        | Rule::item_rows
        | Rule::head_lookup
        | Rule::clause_lookup
        | Rule::item_lookup
        | Rule::head_sessions
        | Rule::clause_sessions
        | Rule::item_sessions
        | Rule::head_list
        | Rule::clause_list
        | Rule::item_list
        | Rule::head_model
        | Rule::clause_model
        | Rule::item_model
        | Rule::head_identity
        | Rule::clause_identity
        | Rule::item_identity
        | Rule::head_infer
        | Rule::item_infer
        | Rule::head_category
        | Rule::item_category
        | Rule::head_define
        | Rule::item_define
        | Rule::head_ledger
        | Rule::clause_ledger
        | Rule::item_ledger
        | Rule::head_purpose
        | Rule::clause_purpose
        | Rule::item_purpose
        | Rule::head_destination
        | Rule::clause_destination
        | Rule::item_destination
        | Rule::head_jurisdiction
        | Rule::clause_jurisdiction
        | Rule::item_jurisdiction
        | Rule::head_policy
        | Rule::clause_policy
        | Rule::item_policy
        | Rule::head_exception
        | Rule::clause_exception
        | Rule::item_exception
        | Rule::head_segment
        | Rule::head_placement
        | Rule::head_report
        | Rule::clause_segment
        | Rule::clause_placement
        | Rule::clause_report
        | Rule::item_segment
        | Rule::item_placement
        | Rule::item_report
        | Rule::head_release
        | Rule::clause_release
        | Rule::item_release
        | Rule::end_release
        | Rule::item
        | Rule::file
        | Rule::end_entity
        | Rule::end_source
        | Rule::end_rows
        | Rule::end_lookup
        | Rule::end_sessions
        | Rule::end_list
        | Rule::end_model
        | Rule::end_identity
        | Rule::end_ledger
        | Rule::end_purpose
        | Rule::end_destination
        | Rule::end_jurisdiction
        | Rule::end_policy
        | Rule::end_exception
        | Rule::end_segment
        | Rule::end_placement
        | Rule::end_report
        | Rule::end_infer
        | Rule::end_category
        | Rule::end_define
        | Rule::kw_ledger => Said::Hidden,
        Rule::ident | Rule::name | Rule::member | Rule::path | Rule::paths | Rule::names => Said::Role("a name"),
        Rule::column | Rule::columns | Rule::version_column => Said::Role("a column"),
        Rule::part | Rule::table_name => Said::Role("a table"),
        Rule::open => Said::Role("`{`"),
        Rule::close => Said::Role("`}`"),
        Rule::comma => Said::Role("`,`"),
        Rule::lparen => Said::Role("`(`"),
        Rule::rparen => Said::Role("`)`"),
        Rule::arrow | Rule::subject_to => Said::Role("`->`"),
        Rule::class_code => Said::Role("a class as SEN-01"),
        Rule::lit_text | Rule::texts | Rule::field_column => Said::Role("a text in double quotes"),
        Rule::raw_text => Said::Role("a text in three double quotes"),
        Rule::integer => Said::Role("a whole number"),
        Rule::number | Rule::lit_number => Said::Role("a number"),
        Rule::lit_date | Rule::win_since | Rule::win_dates | Rule::win_day => Said::Role("a day as 2026-03-31"),
        Rule::currency => Said::Role("a currency"),
        Rule::lit_money => Said::Role("an amount of money"),
        Rule::lit_percent => Said::Role("a percentage"),
        Rule::lit_bool => Said::Role("`true` or `false`"),
        Rule::values => Said::Role("values in parentheses"),
        Rule::unit => Said::Role("a unit of time"),
        Rule::duration | Rule::retain_after => Said::Role("a length of time"),
        Rule::ago => Said::Role("an instant as `30 days ago`"),
        Rule::window => Said::Words(&["over"]),
        Rule::win_last_full | Rule::win_last | Rule::review_last => Said::Words(&["last"]),
        Rule::near_full | Rule::near_units => Said::Words(&["next", "last"]),
        Rule::tail_in_days => Said::Words(&["in"]),
        Rule::weekday => Said::Words(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        Rule::told_zone => Said::Words(&["in zone"]),
        Rule::date_part => Said::Role("a value"),
        Rule::told_of => Said::Words(&["week", "month", "year"]),
        Rule::tail_within | Rule::tail_around => Said::Words(&["within"]),
        Rule::point => Said::Role("a point as `(52.52, 13.40)`"),
        Rule::win_ago => Said::Role("a length of time as `90 days ago to 30 days ago`"),
        Rule::win_this => Said::Words(&["this"]),
        Rule::win_today => Said::Words(&["today"]),
        Rule::win_yesterday => Said::Words(&["yesterday"]),
        Rule::win_retained => Said::Words(&["retained"]),
        Rule::expr
        | Rule::simple
        | Rule::paren
        | Rule::everyone
        | Rule::in_segment
        | Rule::in_list
        | Rule::events
        | Rule::sequence
        | Rule::count_of
        | Rule::regular
        | Rule::all_have => Said::Role("a condition"),
        Rule::arith | Rule::aggregate | Rule::aggregate_name | Rule::argument | Rule::percent_of => {
            Said::Role("a value")
        }
        Rule::told | Rule::days_since | Rule::extreme | Rule::extreme_name => Said::Role("a value"),
        Rule::sample | Rule::rank => Said::Role("a condition"),
        Rule::standing | Rule::standing_name | Rule::rfm | Rule::rfm_name => Said::Role("a value"),
        Rule::tail_among => Said::Words(&["among"]),
        Rule::op_eq => Said::Role("`=`"),
        Rule::op_ne
        | Rule::op_le
        | Rule::op_ge
        | Rule::op_lt
        | Rule::op_gt
        | Rule::op_add
        | Rule::op_sub
        | Rule::op_mul
        | Rule::op_div => Said::Role("an operator"),
        Rule::tail_between => Said::Words(&["between"]),
        Rule::tail_in | Rule::tail_in_segment | Rule::tail_in_list | Rule::in_zone | Rule::version_order => {
            Said::Words(&["in"])
        }
        Rule::tail_presence | Rule::tail_today | Rule::field_labels | Rule::cl_is => Said::Words(&["is"]),
        Rule::tail_has => Said::Words(&["has"]),
        Rule::lit_version => Said::Words(&["version"]),
        Rule::tail_text => Said::Words(&["contains", "starts", "ends", "matches"]),
        Rule::op_starts_with => Said::Words(&["starts"]),
        Rule::op_ends_with => Said::Words(&["ends"]),
        Rule::tail_ignoring_case | Rule::ignoring_missing => Said::Words(&["ignoring"]),
        Rule::quantity => Said::Role("`any`, `no` or `at least`"),
        Rule::at_least | Rule::at_most | Rule::cl_at => Said::Words(&["at"]),
        Rule::exactly => Said::Words(&["exactly"]),
        Rule::step | Rule::first_step => Said::Role("rows"),
        Rule::with_same | Rule::without => Said::Words(&["with"]),
        Rule::step_within => Said::Words(&["within"]),
        Rule::all_within => Said::Words(&["all"]),
        Rule::so_far => Said::Words(&["so"]),
        Rule::win_anchored => Said::Words(&["first"]),
        Rule::each => Said::Words(&["each"]),
        Rule::periods_full | Rule::periods_of => Said::Role("how many full units or periods"),
        Rule::rows | Rule::define_rows | Rule::latest => Said::Role("rows"),
        Rule::filter | Rule::cl_where => Said::Words(&["where"]),
        Rule::cl_field | Rule::forbid_field => Said::Words(&["field"]),
        Rule::field_type
        | Rule::type_list
        | Rule::type_scalar
        | Rule::type_money
        | Rule::type_timestamp
        | Rule::type_place
        | Rule::type_word => Said::Role("a type"),
        Rule::optional => Said::Role("`?`"),
        Rule::not_personal | Rule::consent_not_needed => Said::Words(&["not"]),
        Rule::label | Rule::label_direct | Rule::label_quasi | Rule::label_free_text | Rule::label_protected => {
            Said::Role("a category")
        }
        Rule::one_of => Said::Words(&["one"]),
        Rule::cl_table => Said::Words(&["table"]),
        Rule::cl_from_sql => Said::Words(&["from"]),
        Rule::table_by | Rule::fresh_by => Said::Words(&["by"]),
        Rule::cl_key => Said::Words(&["key"]),
        Rule::key_type => Said::Role("`integer`, `text` or `uuid`"),
        Rule::cl_subject => Said::Words(&["subject"]),
        Rule::moment => Said::Role("a column of time"),
        Rule::moment_date => Said::Words(&["date"]),
        Rule::cl_arrived => Said::Words(&["arrived"]),
        Rule::cl_unique => Said::Words(&["unique"]),
        Rule::keep_latest => Said::Words(&["keep"]),
        Rule::cl_retain | Rule::limit_retain | Rule::cl_segment_retain => Said::Words(&["retain"]),
        Rule::retain_nothing | Rule::case_nothing => Said::Words(&["nothing"]),
        Rule::retain_listed => Said::Words(&["while"]),
        Rule::cl_allowed => Said::Words(&["allowed"]),
        Rule::cl_protects => Said::Words(&["protects"]),
        Rule::cl_residence => Said::Words(&["residence"]),
        Rule::residence_always => Said::Words(&["always"]),
        Rule::cl_birth => Said::Words(&["birth"]),
        Rule::cl_origin | Rule::forbid_origin => Said::Words(&["origin"]),
        Rule::origin_first => Said::Words(&["first"]),
        Rule::origin_volunteered => Said::Words(&["volunteered"]),
        Rule::origin_third | Rule::origin_third_any => Said::Words(&["third"]),
        Rule::under_contract => Said::Words(&["under"]),
        Rule::cl_tolerate => Said::Words(&["tolerate"]),
        Rule::cl_link => Said::Words(&["link"]),
        Rule::link_back => Said::Words(&["as"]),
        Rule::cl_fresh | Rule::fresh => Said::Words(&["fresh"]),
        Rule::cl_because => Said::Words(&["because"]),
        Rule::cl_title => Said::Words(&["title"]),
        Rule::cl_channel | Rule::refusal_channel | Rule::scope_channel => Said::Words(&["channel"]),
        Rule::cl_minimum => Said::Words(&["minimum"]),
        Rule::cl_show_to | Rule::cl_show => Said::Words(&["show"]),
        Rule::cl_by => Said::Words(&["by"]),
        Rule::cl_compare => Said::Words(&["compare"]),
        Rule::cl_noise => Said::Words(&["noise"]),
        Rule::by_part => Said::Role("a field or a part of a date"),
        Rule::figure => Said::Role("a figure"),
        Rule::figure_people => Said::Words(&["people"]),
        Rule::figure_share => Said::Words(&["share"]),
        Rule::figure_over => Said::Hidden,
        Rule::figure_name => Said::Words(&["sum", "avg"]),
        Rule::cl_otherwise => Said::Words(&["otherwise"]),
        Rule::subject_kind => Said::Role("`person`, `account`, `household` or `device`"),
        Rule::cl_sessions_from | Rule::cl_from_column => Said::Words(&["from"]),
        Rule::cl_trained => Said::Words(&["trained"]),
        Rule::looking_back => Said::Words(&["looking"]),
        Rule::retrained => Said::Words(&["retrained"]),
        Rule::licence | Rule::licence_apart | Rule::licence_inside => Said::Words(&["not"]),
        Rule::cl_expands => Said::Words(&["expands"]),
        Rule::cl_trains => Said::Words(&["trains"]),
        Rule::cl_takes => Said::Words(&["takes"]),
        Rule::takes_nothing => Said::Words(&["nothing"]),
        Rule::cl_to_column => Said::Words(&["to"]),
        Rule::cl_purposes => Said::Words(&["purposes"]),
        Rule::purpose_code => Said::Role("a purpose code as `\"mkt\" = marketing.email`"),
        Rule::target_none => Said::Words(&["none"]),
        Rule::target_every | Rule::refresh_every => Said::Words(&["every"]),
        Rule::purpose_grants | Rule::purpose_grant => Said::Role("a purpose"),
        Rule::and_narrower => Said::Words(&["and"]),
        Rule::cl_states => Said::Words(&["states"]),
        Rule::state_codes | Rule::state_word => Said::Role("`granted`, `withdrawn` or another state"),
        Rule::cl_until | Rule::cl_until_date => Said::Words(&["until"]),
        Rule::cl_version | Rule::column_version => Said::Words(&["version"]),
        Rule::cl_evidence => Said::Words(&["evidence"]),
        Rule::cl_skew => Said::Words(&["skew"]),
        Rule::cl_current => Said::Words(&["current"]),
        Rule::taken => Said::Words(&["taken"]),
        Rule::cl_column => Said::Words(&["column"]),
        Rule::column_since | Rule::cl_policy_since => Said::Words(&["since"]),
        Rule::column_case | Rule::case_when => Said::Role("a case as `1 grants marketing.email`"),
        Rule::case_missing => Said::Words(&["missing"]),
        Rule::case_else => Said::Words(&["else"]),
        Rule::case_grants => Said::Words(&["grants"]),
        Rule::case_refuses => Said::Words(&["refuses"]),
        Rule::refusal => Said::Role("a purpose, `channel` or `every`"),
        Rule::cl_basis => Said::Words(&["basis"]),
        Rule::cl_transfer | Rule::require_cover => Said::Words(&["transfer"]),
        Rule::scope_basis | Rule::require_basis => Said::Words(&["basis"]),
        Rule::require_register => Said::Words(&["register"]),
        Rule::require_cap => Said::Words(&["cap"]),
        Rule::cl_campaign | Rule::scope_campaign => Said::Words(&["campaign"]),
        Rule::from_category => Said::Words(&["category"]),
        Rule::forbid_targeting => Said::Words(&["targeting"]),
        Rule::basis_consent | Rule::require_consent | Rule::cl_consent => Said::Words(&["consent"]),
        Rule::basis_interest => Said::Words(&["legitimate"]),
        Rule::basis_contract => Said::Words(&["contract"]),
        Rule::basis_duty => Said::Words(&["legal"]),
        Rule::cl_valid => Said::Words(&["valid"]),
        Rule::valid_without_end => Said::Words(&["without"]),
        Rule::cl_notice => Said::Words(&["notice"]),
        Rule::cl_assessment | Rule::require_assessment => Said::Words(&["assessment"]),
        Rule::cl_suspended => Said::Words(&["suspended"]),
        Rule::cl_fairness => Said::Words(&["fairness"]),
        Rule::campaign_kind => Said::Words(&["political", "housing", "jobs", "credit", "insurance"]),
        Rule::label_proxy => Said::Words(&["proxy"]),
        Rule::cl_formerly => Said::Words(&["formerly"]),
        Rule::cl_controller => Said::Words(&["controller"]),
        Rule::cl_tells => Said::Words(&["tells"]),
        Rule::cl_shares => Said::Words(&["shares"]),
        Rule::cl_soft => Said::Words(&["soft"]),
        Rule::cl_advertises => Said::Words(&["advertises"]),
        Rule::cl_collected => Said::Words(&["collected"]),
        Rule::cl_informed => Said::Words(&["informed"]),
        Rule::informed_not => Said::Words(&["not"]),
        Rule::cl_decides | Rule::cl_decides_there => Said::Words(&["decides"]),
        Rule::reviewed_by => Said::Words(&["reviewed"]),
        Rule::bundled => Said::Words(&["bundled"]),
        Rule::states_as | Rule::column_as => Said::Words(&["as"]),
        Rule::cl_region | Rule::scope_region => Said::Words(&["region"]),
        Rule::cl_match => Said::Words(&["match"]),
        Rule::cl_lag => Said::Words(&["lag"]),
        Rule::cl_removes => Said::Words(&["removes"]),
        Rule::by_hand => Said::Words(&["by"]),
        Rule::cl_isolates => Said::Words(&["isolates"]),
        Rule::cl_expires => Said::Words(&["expires"]),
        Rule::cl_outside | Rule::scope_outside => Said::Words(&["outside"]),
        Rule::cl_service => Said::Words(&["service"]),
        Rule::cl_countries => Said::Words(&["countries"]),
        Rule::cl_absent => Said::Words(&["absent"]),
        Rule::cl_adult | Rule::require_adult => Said::Words(&["adult"]),
        Rule::cl_sale => Said::Words(&["sale"]),
        Rule::cl_class => Said::Words(&["class"]),
        Rule::cl_applies => Said::Words(&["applies"]),
        Rule::scope | Rule::scopes => Said::Role(
            "`any`, `channel`, `purpose`, `destination`, `jurisdiction`, `region`, `basis`, `campaign` or `outside party`",
        ),
        Rule::scope_any => Said::Words(&["any"]),
        Rule::scope_purpose | Rule::cl_purpose => Said::Words(&["purpose"]),
        Rule::scope_destination => Said::Words(&["destination"]),
        Rule::scope_jurisdiction => Said::Words(&["jurisdiction"]),
        Rule::except_purpose | Rule::cl_except | Rule::but_words => Said::Words(&["except"]),
        Rule::cl_forbid => Said::Words(&["forbid"]),
        Rule::forbid => Said::Role("`category`, `targeting`, `combining`, `origin` or `field`"),
        Rule::forbid_category => Said::Words(&["category"]),
        Rule::forbid_combining => Said::Words(&["combining"]),
        Rule::cl_require => Said::Words(&["require"]),
        Rule::require => Said::Role(
            "`consent`, `adult`, `assessment`, `review`, `basis`, `register`, `cap` or `transfer cover outside …`",
        ),
        Rule::for_category | Rule::cl_for => Said::Words(&["for"]),
        Rule::require_review | Rule::cl_review => Said::Words(&["review"]),
        Rule::cl_limit => Said::Words(&["limit"]),
        Rule::limit => Said::Role("`conditions`, `retain`, `window`, `removal lag` or `lists`"),
        Rule::limit_conditions => Said::Words(&["conditions"]),
        Rule::limit_window => Said::Words(&["window"]),
        Rule::limit_lag => Said::Words(&["removal"]),
        Rule::limit_lists => Said::Words(&["lists"]),
        Rule::cl_level => Said::Words(&["level"]),
        Rule::level_word => Said::Role("`error`, `warning` or `note`"),
        Rule::no_exceptions => Said::Words(&["no"]),
        Rule::cl_approved => Said::Words(&["approved"]),
        Rule::cl_owner => Said::Words(&["owner"]),
        Rule::cl_refresh => Said::Words(&["refresh"]),
        Rule::refresh_word => Said::Role("`hourly`, `daily`, `weekly` or `monthly`"),
        Rule::cl_expose => Said::Words(&["expose"]),
        Rule::cl_holdout => Said::Words(&["holdout"]),
        Rule::cl_cap => Said::Words(&["cap"]),
        Rule::cl_stay => Said::Words(&["stay"]),
        Rule::EOI => Said::Role("the end"),
    }
}

/// The words among which a rule chooses, where they are no keywords.
pub(super) fn choices(rule: Rule) -> &'static [&'static str] {
    const CHOICES: &[(Rule, &[&str])] = &[
        (Rule::subject_kind, &["person", "account", "household", "device"]),
        (
            Rule::type_word,
            &[
                "text",
                "boolean",
                "integer",
                "decimal",
                "money",
                "date",
                "timestamp",
                "probability",
                "version",
                "place",
                "uuid",
                "list",
            ],
        ),
        (Rule::key_type, &["integer", "text", "uuid"]),
        (Rule::state_word, &["granted", "withdrawn", "objected", "restricted", "released", "erased"]),
        (Rule::level_word, &["error", "warning", "note"]),
        (Rule::refresh_word, &["hourly", "daily", "weekly", "monthly", "every"]),
        (
            Rule::unit,
            &["minutes", "hours", "days", "weeks", "months", "years", "minute", "hour", "day", "week", "month", "year"],
        ),
        (
            Rule::scope,
            &["any", "channel", "purpose", "destination", "jurisdiction", "region", "basis", "campaign", "outside"],
        ),
        (Rule::forbid, &["category", "targeting", "combining", "origin", "field"]),
        (Rule::require, &["consent", "adult", "assessment", "review", "basis", "register", "cap", "transfer"]),
        (Rule::limit, &["conditions", "retain", "window", "removal", "lists"]),
    ];
    let same = if matches!(rule, Rule::field_type | Rule::type_scalar) {
        Rule::type_word
    } else if rule == Rule::state_codes {
        Rule::state_word
    } else {
        rule
    };
    CHOICES.iter().find(|(named, _)| *named == same).map_or(&[], |(_, words)| words)
}
