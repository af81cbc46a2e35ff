//! MIN-05: what children like picks people, and nothing keeps the children themselves out.
//!
//! Decided by what is read: data labelled or inferred as `minor`. Silent where every jurisdiction in which the people may live asks for an
//! age, or the segment does (`age >= 18`): then it is their parents who pass. Advertising without a gate is refused as MIN-01.
//! What a score was trained on is MLS-02's.

use super::missing_age_gate::{advertises, people_may_live_there};
use super::special_category_data::is_settled;
use super::tools::{chain, origin, rests_on, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, CompareOp, Expr, ExprKind, Jurisdiction, Model, PurposeId, Segment, Value};
use crate::privacy::Context as Standing;
use crate::privacy::ages::ADULTHOOD;
use crate::privacy::said::{self, Fact};
use crate::privacy::taxonomy::is_under;

pub(super) static RULE: Rule = Rule { code: Code("MIN-05"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.audiences() {
        let Some(purpose) = refusable(cx.model, segment) else { continue };
        let Some(open) = ungated(cx.model, segment) else { continue };
        let reads = cx.facts.segment(id).reads.iter();
        let found = reads
            .filter(|read| read.context != Standing::Delivery && !read.leaves_out() && read.through_model().is_none())
            .filter(|read| !is_settled(cx, segment, read, purpose))
            .find_map(|read| Some((read, read.reveals.iter().find(|it| is_under(cx.model, &it.category, "minor"))?)));
        let Some((read, revealed)) = found else { continue };
        let what = what(cx.model, read);
        let finding = Diagnostic::warning(RULE.code, format!("`{what}` tells of children, and picks whom to reach"))
            .at(read.entry, format!("reads `{what}`{}", through(cx.model, read)));
        let finding = origin(chain(cx.model, finding, read), revealed)
            .and(open.name.span, "asks for no age")
            .because("children would be found by what children like")
            .help("let the jurisdiction ask for an age, `adult at 16`, or the segment: `age >= 18`")
            .about(&segment.name.value);
        findings.push(finding);
    }
}

/// A purpose of the segment that people may refuse: others are not bound by an age.
fn refusable(model: &Model, segment: &Segment) -> Option<PurposeId> {
    let choice = |id| rests_on(model, id, Basis::Consent) || rests_on(model, id, Basis::LegitimateInterest);
    segment.purposes.iter().map(|purpose| purpose.value).find(|id| choice(*id))
}

/// A jurisdiction in which children of the segment's people may pass; `None` where all ask for an age, or MIN-01 speaks.
fn ungated<'m>(model: &'m Model, segment: &Segment) -> Option<&'m Jurisdiction> {
    if asks_for_adults(model, segment) || advertises(model, segment) {
        return None;
    }
    let may = model.jurisdictions.iter().filter(|(id, _)| people_may_live_there(model, segment, *id));
    may.map(|(_, jurisdiction)| jurisdiction).find(|jurisdiction| jurisdiction.adult_at.is_none())
}

/// Whether a segment holds no minor, whatever the spelling.
fn asks_for_adults(model: &Model, segment: &Segment) -> bool {
    said::segment(model, segment).needs(&|test| match &test.fact {
        Fact::Compare { op: CompareOp::GreaterOrEqual | CompareOp::Equal, left, right } => {
            matches!(left.kind, ExprKind::Age(_)) && reaches_adulthood(right)
        }
        Fact::Compare { .. } | Fact::Rows { .. } | Fact::Other { .. } => false,
    })
}

fn reaches_adulthood(years: &Expr) -> bool {
    matches!(&years.kind, ExprKind::Literal(Value::Integer(years)) if *years >= i64::from(ADULTHOOD))
}
