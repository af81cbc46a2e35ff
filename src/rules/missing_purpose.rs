//! PUR-04: a segment does not say what it is for. (That a purpose says nothing is found where its declaration is resolved.)

use super::tools::{add_clause, listed, purpose_name, says_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, ConsentClause, Model, Purpose, PurposeId, Segment};

pub(super) static RULE: Rule = Rule { code: Code("PUR-04"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let aimless = cx.model.segments.values().filter(|segment| segment.purpose_span.is_none());
    findings.extend(aimless.map(|segment| without_purpose(cx.model, segment)));
    findings.extend(cx.model.purposes.values().filter_map(unreasoned));
}

/// A purpose that is suspended for no reason.
fn unreasoned(purpose: &Purpose) -> Option<Diagnostic> {
    let why = purpose.suspended.as_ref().filter(|why| says_nothing(&why.value))?;
    let name = &purpose.name.value;
    let finding = Diagnostic::error(RULE.code, format!("purpose `{name}` is suspended, and nobody says why"))
        .at(why.span, "says nothing")
        .because("whoever finds an empty audience takes the clause away, and with it whatever it guarded against")
        .help("write why nobody may be reached: `suspended because \"incident 12\"`")
        .about(name);
    Some(finding)
}

fn without_purpose(model: &Model, segment: &Segment) -> Diagnostic {
    let name = &segment.name;
    let declared = listed(model.purposes.values().map(|purpose| purpose.name.value.as_str()));
    let finding = Diagnostic::error(RULE.code, format!("{} `{}` has no purpose", segment.role.word(), name.value))
        .at(name.span, "what is it for?")
        .because("nobody can agree or object to a use that has no name")
        .help(format!("add a `purpose` clause; declared are {declared}"))
        .about(&name.value);
    match likely(model, segment) {
        Some(purpose) => {
            let purpose = purpose_name(model, purpose);
            add_clause(finding, &format!("declare `{purpose}`"), segment.body, &format!("purpose  {purpose}"))
        }
        None => finding,
    }
}

/// The purpose that the other clauses point at: the consent asked for, or the channel used without one.
fn likely(model: &Model, segment: &Segment) -> Option<PurposeId> {
    match segment.consent.as_ref().map(|consent| &consent.value) {
        Some(ConsentClause::Required(purposes)) => purposes.first().map(|purpose| purpose.value),
        Some(ConsentClause::NotNeeded { .. }) => {
            let channel = segment.destinations.first().and_then(|d| model.destinations[d.value].channel);
            let fits = |id: &PurposeId| {
                model.basis(*id).is_some_and(|basis| basis.value != Basis::Consent)
                    && channel.is_none_or(|channel| model.channel(*id).is_some_and(|own| own.value == channel.value))
            };
            model.purposes.ids().find(fits)
        }
        None => None,
    }
}
