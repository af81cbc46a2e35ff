//! CON-08: a purpose asks for a recent notice, and a ledger that grants it cannot say which notice was seen.

use super::consent_without_end::granted;
use super::tools::{can_grant, ledgers, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Ledger, LedgerOf, LedgerRows, Model, PurposeId};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("CON-08"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let grants_count = |ledger: &Ledger| matches!(ledger.of, LedgerOf::Entity(_));
    for (_, ledger) in ledgers(cx.model).filter(|(_, ledger)| grants_count(ledger)) {
        match &ledger.rows {
            LedgerRows::Events(events) if events.version.is_none() => {
                let grants = cx.model.purposes.ids().filter(|purpose| can_grant(cx.model, ledger, *purpose));
                findings.extend(blind(cx.model, ledger, ledger.name.span, grants));
            }
            LedgerRows::Events(_) => {}
            LedgerRows::States(columns) => {
                for column in columns.iter().filter(|column| column.version.is_none()) {
                    findings.extend(blind(cx.model, ledger, column.column.span, granted(cx.model, column)));
                }
            }
        }
    }
}

fn blind(
    model: &Model,
    ledger: &Ledger,
    place: Span,
    mut grants: impl Iterator<Item = PurposeId>,
) -> Option<Diagnostic> {
    let (purpose, notice) = grants.find_map(|purpose| {
        let notice = model.notice(purpose)?;
        rests_on(model, purpose, Basis::Consent).then_some((purpose, notice))
    })?;
    let name = &model.purposes[purpose].name.value;
    let finding = Diagnostic::error(
        RULE.code,
        format!("`{}` grants `{name}` without saying which notice the person saw", ledger.name.value),
    )
    .at(place, "no `version`")
    .and(notice.span, "a grant must be under this notice or a later one")
    .because("people would be held to a notice that they never saw")
    .help("name the column that holds the version of the notice: `version notice_version`")
    .about(&ledger.name.value);
    Some(finding)
}
