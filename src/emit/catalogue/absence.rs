//! Whether a segment selects by what is not there: `is missing` and `ignoring missing` are the two places at which a cell that
//! becomes missing can let somebody in, so the catalogue marks them.

use crate::plan::walk::{Node, walk_cond, walk_expr};
use crate::plan::{Cond, Expr, SegmentPlan};

/// The paragraph for people; empty where absence is not used.
pub(super) fn mark(plan: &SegmentPlan) -> String {
    let words: Vec<&str> = [(asks(&plan.condition, false), "`is missing`"), (ignores(plan), "`ignoring missing`")]
        .into_iter()
        .filter_map(|(used, word)| used.then_some(word))
        .collect();
    match words.is_empty() {
        true => String::new(),
        false => format!(
            "\n**Looks at what is missing:** it uses {}, so a value that is lost can let somebody in.\n",
            words.join(" and ")
        ),
    }
}

/// Whether something missing can make a condition true; what stands inside rows and aggregates can do so either way.
fn asks(cond: &Cond, negated: bool) -> bool {
    match cond {
        Cond::Missing(value) => !negated || within(value),
        Cond::Not(inner) => asks(inner, !negated),
        Cond::And(parts) | Cond::Or(parts) => parts.iter().any(|part| asks(part, negated)),
        Cond::Guarded { condition, .. } => asks(condition, negated),
        Cond::Count { rows, .. } => {
            let cut = rows.latest.as_ref().and_then(|latest| latest.of.as_ref());
            rows.filter.as_deref().into_iter().chain(cut).any(|filter| asks(filter, false) || asks(filter, true))
        }
        Cond::Compare { left, right, .. } => within(left) || within(right),
        Cond::OneOf { value, .. } | Cond::Text { value, .. } | Cond::Truth(value) => within(value),
        Cond::AtLeastOf { of, .. } => of.iter().any(|part| asks(part, false) || asks(part, true)),
        Cond::Everyone | Cond::Sample { .. } | Cond::Around(_) | Cond::Has { .. } => false,
    }
}

fn within(value: &Expr) -> bool {
    let mut found = false;
    walk_expr(value, &mut |node| found |= matches!(node, Node::Cond(Cond::Missing(_))));
    found
}

fn ignores(plan: &SegmentPlan) -> bool {
    let mut found = false;
    walk_cond(&plan.condition, &mut |node| {
        found |= match node {
            Node::Expr(Expr::Aggregate(aggregate)) => aggregate.ignoring_missing,
            Node::Expr(expr) => matches!(expr, Expr::Extreme { ignoring_missing: true, .. }),
            Node::Cond(_) | Node::Rows(_) | Node::Guard(_) => false,
        };
    });
    found
}
