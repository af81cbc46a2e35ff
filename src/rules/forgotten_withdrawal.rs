//! CON-09: a yes is kept in a ledger of events, and no ledger could hold that it was taken back. (That a withdrawal ends a grant is ruled
//! in what is emitted.)

use super::tools::{can_deny, can_grant, denials_reach, ledgers, listed, purpose_name, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Ledger, LedgerOf, LedgerRows, Model, PurposeId};

pub(super) static RULE: Rule = Rule { code: Code("CON-09"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, ledger) in ledgers(cx.model) {
        let endless: Vec<PurposeId> =
            cx.model.purposes.ids().filter(|purpose| is_irrevocable(cx.model, ledger, *purpose)).collect();
        if endless.is_empty() {
            continue;
        }
        let (name, purposes) = (&ledger.name, listed(endless.iter().map(|id| purpose_name(cx.model, *id))));
        let message = format!("ledger `{}` keeps a yes to {purposes}, and nobody could take it back", name.value);
        let finding = Diagnostic::error(RULE.code, message)
            .at(name.span, "no state withdraws or objects")
            .because("whoever changed their mind would be reached for as long as the yes is valid")
            .help("map the codes of a refusal: `states … { granted \"opt_in\"   withdrawn \"opt_out\" }`, here or in another ledger of the same people")
            .about(&name.value);
        findings.push(finding);
    }
}

/// Whether a ledger can grant a purpose that no ledger of the same people can deny. A present state is taken back by being changed, and a grant
/// with an end of its own by moving that.
fn is_irrevocable(model: &Model, ledger: &Ledger, purpose: PurposeId) -> bool {
    let (LedgerOf::Entity(entity), LedgerRows::Events(events)) = (ledger.of, &ledger.rows) else { return false };
    let denies = |other: &Ledger| denials_reach(model, other, entity) && can_deny(model, other, purpose);
    rests_on(model, purpose, Basis::Consent)
        && events.until.is_none()
        && can_grant(model, ledger, purpose)
        && !ledgers(model).any(|(_, other)| denies(other))
}
