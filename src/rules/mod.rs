//! The rules of the language: one file per diagnostic of the catalogue, one line here, one page in `docs/rules`.
//!
//! A rule looks at the resolved model and at what [`crate::privacy`] knows about the flow of labels, and reports. What a
//! project's own policies forbid, require or limit is found by `policy_finding` and filed under the policy's class.
//! [`check`] is the only door through which a [`Checked`] program comes: the proof that no rule was broken.
//!
//! Deliberately absent: clocks (the day is passed in), files, and any way to make a `Checked` elsewhere.

pub mod baseline;
pub mod catalogue;
mod checked;
mod dead_policy;
mod doubled_entity;
mod doubt;
mod exceptions;
mod invented_person;
mod isolating_difference;
mod overlapping_difference;
mod portfolio;
mod tools;

mod automated_decision;
mod broader_purpose;
mod bundled_consent;
mod childrens_interests;
mod circular_reference;
mod complement_laundering;
mod computed_ledger;
mod consent_for_another_channel;
mod consent_for_another_purpose;
mod consent_of_another_subject;
mod consent_to_another_controller;
mod consent_without_end;
mod data_from_before_consent;
mod data_outside_its_purpose;
mod deciding_score;
mod exposed_identifier;
mod flat_age_limit;
mod flow_through_filter;
mod forgotten_withdrawal;
mod free_text;
mod gate_lost_in_reference;
mod guessed_residence;
mod hash_as_anonymous;
mod identifying_combination;
mod idle_condition;
mod incomplete_exception;
mod inferred_sensitivity;
mod inferring_score;
mod interest_where_consent_is_due;
mod kept_childhood;
mod lagging_ledger;
mod licensed_data;
mod list_without_origin;
mod lookback_beyond_retention;
mod membership_beyond_inputs;
mod missing_age_gate;
mod missing_consent;
mod missing_objection;
mod missing_parental_consent;
mod missing_purpose;
mod missing_retention;
mod moving_clock;
mod negated_consent;
mod one_way_destination;
mod opening_as_activity;
mod outdated_notice;
mod outliving_model;
mod overbroad_exception;
mod partly_permitted_purposes;
mod permission;
mod policy_finding;
mod priority_flow;
mod protected_proxy;
mod purpose_laundering;
mod purpose_through_copy;
mod purpose_without_channel;
mod recombination_at_destination;
mod refresh_beyond_retention;
mod restricted_seed;
mod retention_through_reference;
mod sale_without_opt_out;
mod score_beyond_training_purposes;
mod security_data_elsewhere;
mod self_approval;
mod shared_pseudonym;
mod single_person_condition;
mod small_cell;
mod special_category_data;
mod suppression_as_target;
mod surplus_columns;
mod switched_basis;
mod telling_absence;
mod telling_name;
mod training_on_export;
mod two_state_consent;
mod uncovered_by_notice;
mod undeclared_training;
mod undersized_audience;
mod understated_label;
mod undisclosed_vendor;
mod uninformed_person;
mod unlabelled_field;
mod unobtainable_consent;
mod unplaced_time;
mod unremoved_members;
mod unresolved_jurisdiction;
mod unreviewed_release;
mod unused;
mod ways;

pub use checked::{Checked, check};
pub use hash_as_anonymous::hashed_identifier;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Date, Model};
use crate::privacy::Facts;

/// What a rule may look at.
pub(crate) struct Context<'m> {
    /// The program.
    pub(crate) model: &'m Model,
    /// How its labels flow.
    pub(crate) facts: &'m Facts,
    /// Readings that no permission covers, each once.
    pub(crate) breaches: Vec<permission::Breach<'m>>,
    /// The day on which it is looked at.
    pub(crate) today: Date,
}

/// A rule: the class it finds, and how.
pub(crate) struct Rule {
    /// The class of the catalogue.
    pub(crate) code: Code,
    /// Reports every breach of it.
    pub(crate) check: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

/// Every rule, in the order of the catalogue.
static RULES: &[&Rule] = &[
    &data_outside_its_purpose::RULE,
    &broader_purpose::RULE,
    &partly_permitted_purposes::RULE,
    &missing_purpose::RULE,
    &purpose_laundering::RULE,
    &purpose_through_copy::RULE,
    &suppression_as_target::RULE,
    &security_data_elsewhere::RULE,
    &missing_consent::RULE,
    &computed_ledger::ABSENCE,
    &two_state_consent::RULE,
    &consent_for_another_purpose::RULE,
    &computed_ledger::PURPOSE,
    &consent_for_another_channel::RULE,
    &consent_to_another_controller::RULE,
    &consent_without_end::RULE,
    &computed_ledger::END,
    &outdated_notice::RULE,
    &computed_ledger::NOTICE,
    &forgotten_withdrawal::RULE,
    &computed_ledger::WITHDRAWAL,
    &unremoved_members::RULE,
    &consent_of_another_subject::RULE,
    &computed_ledger::SUBJECT,
    &computed_ledger::STITCHED,
    &bundled_consent::RULE,
    &negated_consent::RULE,
    &unobtainable_consent::RULE,
    &data_from_before_consent::RULE,
    &missing_objection::RULE,
    &interest_where_consent_is_due::RULE,
    &switched_basis::RULE,
    &doubled_entity::RULE,
    &automated_decision::RULE,
    &uncovered_by_notice::RULE,
    &uninformed_person::RULE,
    &lookback_beyond_retention::RULE,
    &membership_beyond_inputs::RULE,
    &missing_retention::RULE,
    &refresh_beyond_retention::RULE,
    &retention_through_reference::RULE,
    &opening_as_activity::RULE,
    &moving_clock::RULE,
    &unplaced_time::RULE,
    &kept_childhood::RULE,
    &complement_laundering::RULE,
    &circular_reference::RULE,
    &list_without_origin::RULE,
    &licensed_data::RULE,
    &restricted_seed::RULE,
    &unreviewed_release::RULE,
    &special_category_data::RULE,
    &protected_proxy::RULE,
    &telling_name::RULE,
    &understated_label::RULE,
    &exposed_identifier::RULE,
    &identifying_combination::RULE,
    &hash_as_anonymous::RULE,
    &undersized_audience::RULE,
    &small_cell::RULE,
    &single_person_condition::RULE,
    &free_text::RULE,
    &surplus_columns::RULE,
    &shared_pseudonym::RULE,
    &sale_without_opt_out::RULE,
    &undisclosed_vendor::RULE,
    &purpose_without_channel::RULE,
    &unresolved_jurisdiction::RULE,
    &invented_person::COUNTRY,
    &guessed_residence::RULE,
    &missing_age_gate::RULE,
    &invented_person::BIRTHDAY,
    &missing_parental_consent::RULE,
    &childrens_interests::RULE,
    &flat_age_limit::RULE,
    &score_beyond_training_purposes::RULE,
    &outliving_model::RULE,
    &undeclared_training::RULE,
    &deciding_score::RULE,
    &training_on_export::RULE,
    &lagging_ledger::RULE,
    &computed_ledger::LAG,
    &incomplete_exception::RULE,
    &overbroad_exception::RULE,
    &self_approval::RULE,
    &dead_policy::RULE,
    &unused::RULE,
    &unlabelled_field::RULE,
    &one_way_destination::RULE,
    &policy_finding::RULE,
    &isolating_difference::RULE,
    &recombination_at_destination::RULE,
    &overlapping_difference::RULE,
    &idle_condition::RULE,
];
