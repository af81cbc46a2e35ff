//! CON-17: a yes to everything at once counts for one purpose by itself.
//!
//! Ledgers say which of their grants were given in one yes with others (`bundled`); nothing is guessed from a code that grants several.

use super::tools::{Kinship, grant_covers, kinship, ledgers, purpose_name};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Bundled, ConsentClause, Ledger, Model, PurposeId, Segment};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("CON-17"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, segment) in cx.model.audiences() {
        let Some(ConsentClause::Required(asked)) = segment.consent.as_ref().map(|clause| &clause.value) else {
            continue;
        };
        findings.extend(asked.iter().find_map(|purpose| relies(cx.model, segment, purpose)));
    }
}

fn relies(model: &Model, segment: &Segment, purpose: &Spanned<PurposeId>) -> Option<Diagnostic> {
    let entity = segment.entity?;
    let own = ledgers(model).filter(|(_, ledger)| kinship(model, ledger, entity) == Kinship::Own);
    let (ledger, bundled) =
        own.filter_map(|(_, ledger)| Some((ledger, bundle(model, ledger, purpose.value)?))).next()?;
    let name = purpose_name(model, purpose.value);
    let message = format!("ledger `{}` takes a yes to everything at once for a yes to `{name}`", ledger.name.value);
    let finding = Diagnostic::warning(RULE.code, message)
        .at(purpose.span, "may rest on a bundled yes")
        .and(bundled.span, "given together with others")
        .because("people who wanted the one thing would count as having wanted the other")
        .help("ask for each purpose by itself, and let the bundled code grant only what it was needed for, or `none`")
        .about(&segment.name.value);
    Some(finding)
}

fn bundle<'m>(model: &Model, ledger: &'m Ledger, purpose: PurposeId) -> Option<&'m Bundled> {
    ledger.bundled.iter().find(|bundled| grant_covers(model, bundled.covers, purpose))
}
