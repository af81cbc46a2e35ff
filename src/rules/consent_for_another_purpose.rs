//! CON-04: the consent asked for is not the consent for the segment's purpose.

use super::tools::{consent_purposes, listed, mend, purpose_name};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ConsentClause, Model, PurposeId, Segment};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule { code: Code("CON-04"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        let Some(clause) = &segment.consent else { continue };
        if let ConsentClause::Required(asked) = &clause.value {
            findings.extend(lacking(cx.model, segment, clause.span, asked));
        }
    }
}

fn lacking(model: &Model, segment: &Segment, clause: Span, asked: &[Spanned<PurposeId>]) -> Option<Diagnostic> {
    let is_asked = |purpose: PurposeId| asked.iter().any(|asked| asked.value == purpose);
    let lacking: Vec<&Spanned<PurposeId>> =
        consent_purposes(model, segment).filter(|purpose| !is_asked(purpose.value)).collect();
    let first = lacking.first()?;
    let last = asked.last()?;
    let names: Vec<&str> = lacking.iter().map(|purpose| purpose_name(model, purpose.value)).collect();
    let asked_names = listed(asked.iter().map(|asked| purpose_name(model, asked.value)));
    let missing = listed(names.iter().copied());
    let finding = Diagnostic::error(RULE.code, format!("consent for {asked_names} is no consent for {missing}"))
        .at(clause, format!("{missing} is not asked for"))
        .and(first.span, "the purpose is declared here")
        .because("a yes to one thing would be taken for a yes to another")
        .help(format!("name {missing} in `consent`; it may name more, and a person must pass for all"))
        .about(&segment.name.value);
    let stray = asked.iter().all(|asked| !segment.purposes.iter().any(|purpose| purpose.value == asked.value));
    Some(match stray {
        true => mend(finding, "ask for it", vec![(clause, format!("consent  {}", names.join(", ")))]),
        false => mend(finding, "ask for it too", vec![(last.span.after(), format!(", {}", names.join(", ")))]),
    })
}
