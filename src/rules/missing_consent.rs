//! CON-01: a segment does not say on whose leave it uses people's data, or denies that it needs leave where it does.

use super::tools::{add_clause, consent_purposes, listed, purpose_name, says_nothing};
use super::unobtainable_consent::is_obtainable;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ConsentClause, Model, PurposeId, Segment};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("CON-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        match &segment.consent {
            None => findings.push(absent(cx.model, segment)),
            Some(clause) => match &clause.value {
                ConsentClause::NotNeeded { because } => {
                    let waived = wrongly_waived(cx.model, segment, clause.span);
                    let unreasoned = says_nothing(because).then(|| unreasoned(segment, clause.span));
                    findings.extend(waived.or(unreasoned));
                }
                ConsentClause::Required(_) => {}
            },
        }
    }
}

fn absent(model: &Model, segment: &Segment) -> Diagnostic {
    let name = &segment.name;
    let finding = Diagnostic::error(RULE.code, format!("{} `{}` has no consent clause", segment.role.word(), name.value))
        .at(name.span, "on whose leave?")
        .because("people would be reached who were never asked")
        .help("write `consent` with the purposes that each member must have agreed to, or `consent not needed because \"…\"` where the basis is another")
        .about(&name.value);
    if let Some(name) = out_of_reach(model, segment) {
        return finding.help(both(segment, name));
    }
    match clause(model, segment) {
        Some(clause) => add_clause(finding, "declare it", segment.body, &clause),
        None => finding,
    }
}

/// A purpose whose consent no ledger can hold: asking for it alone would only be the next mistake (CON-23).
fn out_of_reach<'m>(model: &'m Model, segment: &Segment) -> Option<&'m str> {
    let entity = segment.entity?;
    let lost = consent_purposes(model, segment).find(|purpose| !is_obtainable(model, entity, purpose.value))?;
    Some(purpose_name(model, lost.value))
}

fn both(segment: &Segment, name: &str) -> String {
    let role = segment.role.word();
    format!(
        "write `consent {name}` in the {role}, and map a code of a ledger to `{name}`, where nobody's leave is on record yet (CON-23)"
    )
}

/// The clause that the segment's purposes call for.
fn clause(model: &Model, segment: &Segment) -> Option<String> {
    let needed: Vec<&str> =
        consent_purposes(model, segment).map(|purpose| purpose_name(model, purpose.value)).collect();
    if !needed.is_empty() {
        return Some(format!("consent  {}", needed.join(", ")));
    }
    let basis = model.basis(segment.purposes.first()?.value)?;
    Some(format!("consent  not needed because \"the basis is {}\"", basis.value.words()))
}

fn unreasoned(segment: &Segment, clause: Span) -> Diagnostic {
    let name = &segment.name.value;
    Diagnostic::error(RULE.code, format!("{} `{name}` does not say why consent is not needed", segment.role.word()))
        .at(clause, "says nothing")
        .because("people would be reached who were never asked")
        .help("write on what it rests: `consent not needed because \"…\"`")
        .about(name)
}

fn wrongly_waived(model: &Model, segment: &Segment, clause: Span) -> Option<Diagnostic> {
    let needed: Vec<PurposeId> = consent_purposes(model, segment).map(|purpose| purpose.value).collect();
    let first = *needed.first()?;
    let names = needed.iter().map(|purpose| purpose_name(model, *purpose));
    let mut finding =
        Diagnostic::error(RULE.code, format!("{} rests on consent, so consent is needed", listed(names.clone())))
            .at(clause, "this cannot stand under that purpose")
            .because("people would be reached who were never asked")
            .help("name the purpose in `consent`, or choose a purpose with another basis")
            .about(&segment.name.value);
    if let Some(basis) = model.basis(first) {
        finding = finding.and(basis.span, "the basis is declared here");
    }
    if let Some(name) = out_of_reach(model, segment) {
        return Some(finding.help(both(segment, name)));
    }
    let names: Vec<&str> = names.collect();
    Some(finding.fix("ask for it", clause, format!("consent  {}", names.join(", "))))
}
