//! CON-13: the only consent on record was given by another subject: a device, a household, an account.

use super::tools::{Kinship, can_grant, kinship, ledgers, listed};
use super::unobtainable_consent::unobtainable;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("CON-13"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for lack in unobtainable(cx.model) {
        let grants = ledgers(cx.model).filter(|(_, ledger)| {
            can_grant(cx.model, ledger, lack.purpose) && kinship(cx.model, ledger, lack.entity) == Kinship::Linked
        });
        let grants: Vec<_> = grants.collect();
        let Some((_, first)) = grants.first() else { continue };
        let names = listed(grants.iter().map(|(_, ledger)| ledger.name.value.as_str()));
        let entity = &cx.model.tables[lack.entity].name.value;
        let finding = Diagnostic::error(
            RULE.code,
            format!("`{}` is granted in {names} only, which does not speak for a `{entity}`", lack.name),
        )
        .at(lack.span, format!("no `{entity}` can have granted this"))
        .and(first.name.span, "whose consent this is")
        .because("whoever clicked on a shared device did not speak for everybody who uses it")
        .help(format!("a grant never spreads, only a denial does: keep the answer in a ledger of `{entity}`"))
        .about(&lack.segment.name.value);
        findings.push(finding);
    }
}
