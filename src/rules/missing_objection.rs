//! LEG-01: a legitimate interest to which nobody could object, or which nobody has weighed.

use super::tools::{can_deny, denials_reach, ledgers, names_nothing, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Model, PurposeId, Segment};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("LEG-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let interest = |id: PurposeId| rests_on(cx.model, id, Basis::LegitimateInterest);
    for (id, purpose) in cx.model.purposes.iter() {
        let blank = purpose.assessment.as_deref().is_some_and(names_nothing);
        // A narrower purpose inherits the lack, and the mend.
        let broader_lacks = purpose.parent.is_some_and(interest);
        if blank || interest(id) && !broader_lacks && cx.model.assessment(id).is_none() {
            let name = &purpose.name;
            let finding =
                Diagnostic::error(RULE.code, format!("purpose `{}` names no assessment of the interest", name.value))
                    .at(name.span, if blank { "names none" } else { "rests on legitimate interest" })
                    .because("nobody would have weighed the interest against the people it concerns")
                    .help("name the record of the weighing: `assessment \"LIA-7\"`")
                    .about(&name.value);
            findings.push(finding);
        }
    }
    for segment in cx.model.segments.values() {
        let interests = segment.purposes.iter().filter(|purpose| interest(purpose.value));
        findings.extend(interests.filter_map(|purpose| deaf(cx.model, segment, purpose)));
    }
}

fn deaf(model: &Model, segment: &Segment, purpose: &Spanned<PurposeId>) -> Option<Diagnostic> {
    let entity = segment.entity?;
    let reaches = |ledger| denials_reach(model, ledger, entity) && can_deny(model, ledger, purpose.value);
    if ledgers(model).any(|(_, ledger)| reaches(ledger)) {
        return None;
    }
    let (entity, name) = (&model.tables[entity].name.value, &model.purposes[purpose.value].name);
    let finding = Diagnostic::error(
        RULE.code,
        format!("no ledger can hold an objection of a `{entity}` to `{}`", name.value),
    )
    .at(purpose.span, "rests on legitimate interest")
    .and(name.span, "the purpose is declared here")
    .because("people who object would be used all the same, as nobody could hear them")
    .help(format!(
        "declare a ledger of `{entity}` with a state `objected` or `withdrawn` that covers the purpose, or `every`"
    ))
    .about(&segment.name.value);
    Some(finding)
}
