//! MLS-07: a score of what a person is worth in money decides, by a threshold, who is offered something.
//!
//! It is asked of scores that are labelled under `financial.credit`, where a condition holds them against a number; a rank gives an order and
//! decides about nobody. A policy that speaks of the category (forbids it, or asks for a consent of its own) has decided.

use super::tools::{chain, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::walk::{self, Visitor};
use crate::model::{Expr, ExprKind, Model, Segment, TableKind};
use crate::privacy::policy::applying;
use crate::privacy::taxonomy::is_under;
use crate::privacy::{Context as Standing, Read};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("MLS-07"), check };

const CREDIT: &str = "financial.credit";

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let deciding = cx.facts.segment(id).reads.iter().find(|read| decides(cx.model, read));
        let Some(read) = deciding.filter(|_| !is_spoken_of(cx.model, segment)) else { continue };
        let name = what(cx.model, read);
        let finding =
            Diagnostic::warning(RULE.code, format!("`{name}` says what people are worth, and decides about them"))
                .at(read.entry, format!("a threshold{}", through(cx.model, read)));
        findings.push(
            chain(cx.model, finding, read)
                .because("a number that nobody explained to them would decide what they are offered")
                .help(format!(
                    "decide in a policy: `require consent … for category {CREDIT}`, or `forbid category {CREDIT}`"
                ))
                .about(&segment.name.value),
        );
    }
}

fn decides(model: &Model, read: &Read) -> bool {
    let Some(field) = read.field.map(|field| &model.fields[field]) else { return false };
    let scored = matches!(model.tables[field.table].kind, TableKind::Score(_));
    let credit = field.labels.categories.iter().any(|label| is_under(model, &label.value, CREDIT));
    let asked = match read.context {
        Standing::Condition | Standing::Filter => true,
        Standing::Aggregate
        | Standing::Rows
        | Standing::Link
        | Standing::Expose
        | Standing::Training
        | Standing::Cap
        | Standing::Delivery => false,
    };
    scored && credit && asked && !is_ranked(model, read.span)
}

/// Whether a place stands in a rank.
fn is_ranked(model: &Model, place: Span) -> bool {
    struct Ranks(Span, bool);
    impl Visitor for Ranks {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Standing(standing) = &expr.kind {
                self.1 |= standing.measure.span.holds(self.0);
            }
        }
    }
    let mut ranks = Ranks(place, false);
    model.segments.values().for_each(|segment| walk::segment(segment, &mut ranks));
    ranks.1
}

fn is_spoken_of(model: &Model, segment: &Segment) -> bool {
    let demands = applying(model, segment).flat_map(|(_, policy)| &policy.demands);
    let mut decided = demands.filter_map(|demand| demand.value.decides_category());
    decided.any(|broad| is_under(model, CREDIT, broad))
}
