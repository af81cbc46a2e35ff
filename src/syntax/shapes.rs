//! The declarations: their keywords, the rules of their heads and clauses, and the words their clauses begin with.

use super::grammar::Rule;

/// What kind of declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Entity,
    Source,
    Rows,
    Lookup,
    Sessions,
    List,
    Ledger,
    Model,
    Identity,
    Infer,
    Category,
    Define,
    Purpose,
    Destination,
    Jurisdiction,
    Policy,
    Exception,
    Segment,
    Placement,
    Report,
    Release,
}

/// How a kind of declaration is read.
#[derive(Debug)]
pub(super) struct Shape {
    /// What kind.
    pub kind: Kind,
    /// Its keyword.
    pub keyword: &'static str,
    /// The rule of what follows the keyword, with the opening brace.
    pub head: Rule,
    /// The rule of one clause.
    pub clause: Rule,
    /// The same up to the end of its slice: says what could have followed. For declarations without a block it is the head's.
    pub end: Rule,
    /// The words that clauses begin with; empty for declarations without a block.
    pub clauses: &'static [&'static str],
}

macro_rules! shape {
    ($kind:ident $keyword:literal $head:ident $clause:ident $end:ident $clauses:expr) => {
        Shape {
            kind: Kind::$kind,
            keyword: $keyword,
            head: Rule::$head,
            clause: Rule::$clause,
            end: Rule::$end,
            clauses: &$clauses,
        }
    };
}

/// Every declaration, in the order of the language.
pub(super) const SHAPES: &[Shape] = &[
    shape!(Entity "entity" head_entity clause_entity end_entity
        ["table", "from", "key", "retain", "allowed", "residence", "birth", "link", "field"]),
    shape!(Source "source" head_source clause_source end_source
        ["table", "from", "subject", "at", "arrived", "unique", "retain", "allowed", "protects", "origin", "collected", "informed", "tolerate", "link", "field"]),
    shape!(Rows "rows" head_rows clause_rows end_rows ["table", "from", "unique", "allowed", "link", "field"]),
    shape!(Lookup "lookup" head_lookup clause_lookup end_lookup ["table", "from", "key", "link", "field"]),
    shape!(Sessions "sessions" head_sessions clause_sessions end_sessions ["from"]),
    shape!(List "list" head_list clause_list end_list
        ["table", "from", "subject", "at", "arrived", "retain", "allowed", "protects", "origin", "collected", "informed", "tolerate", "is"]),
    shape!(Ledger "ledger" head_ledger clause_ledger end_ledger
        ["table", "from", "subject", "purposes", "states", "at", "until", "version", "evidence", "fresh", "skew", "retain", "current", "column", "controller"]),
    shape!(Model "model" head_model clause_model end_model
        ["table", "from", "subject", "at", "arrived", "unique", "retain", "allowed", "trained", "tolerate", "field"]),
    shape!(Identity "identity" head_identity clause_identity end_identity ["table", "from", "to", "at", "retain", "fresh"]),
    shape!(Infer "infer" head_infer head_infer end_infer []),
    shape!(Category "category" head_category head_category end_category []),
    shape!(Define "define" head_define head_define end_define []),
    shape!(Purpose "purpose" head_purpose clause_purpose end_purpose
        ["title", "basis", "valid", "channel", "notice", "assessment", "because", "suspended", "controller", "tells", "shares", "soft", "advertises", "formerly", "campaign"]),
    shape!(Destination "destination" head_destination clause_destination end_destination
        ["title", "channel", "region", "transfer", "match", "lag", "removes", "expires", "outside", "service", "isolates", "minimum", "controller", "decides", "expands", "trains", "takes"]),
    shape!(Jurisdiction "jurisdiction" head_jurisdiction clause_jurisdiction end_jurisdiction
        ["title", "countries", "absent", "adult", "sale"]),
    shape!(Policy "policy" head_policy clause_policy end_policy
        ["title", "class", "applies", "forbid", "require", "minimum", "limit", "because", "level", "since"]),
    shape!(Exception "exception" head_exception clause_exception end_exception ["approved", "until", "because"]),
    shape!(Segment "segment" head_segment clause_segment end_segment
        ["owner", "purpose", "consent", "retain", "refresh", "review", "because", "for", "expose", "minimum", "fairness", "campaign", "holdout", "cap", "stay", "where", "except", "decides"]),
    shape!(Release "release" head_release clause_release end_release ["approved", "until", "because"]),
    shape!(Report "report" head_report clause_report end_report
        ["owner", "purpose", "consent", "retain", "because", "by", "show", "compare", "minimum", "noise"]),
    shape!(Placement "placement" head_placement clause_placement end_placement
        ["owner", "because", "channel", "show", "otherwise"]),
];

/// The shape of a keyword.
pub(super) fn shape_of(keyword: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.keyword == keyword)
}
