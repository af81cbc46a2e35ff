//! Ranks: whoever is counted or ordered among everybody has passed the guard, and nobody is unless the plan ranks.

use super::cuts::every_select;
use super::guard::Around;
use super::root::joins;
use super::tree::{Cte, Expr, Select, Source};
use crate::plan;
use crate::plan::walk::Node;

/// Proves that functions over everybody see nobody but those who pass the guard.
pub fn check(around: &Around<'_>, guard: &Cte) -> Result<(), String> {
    let mut ranked = 0;
    for cte in &around.query.ctes {
        for select in every_select(&cte.body) {
            if !select.items.iter().any(|item| is_over_everybody(&item.expr)) {
                continue;
            }
            ranked += 1;
            if !of_permitted(around, guard, select) {
                return Err(format!("`{}` ranks people who have not passed the guard", cte.name));
            }
        }
    }
    match (ranked, standings(around.plan)) {
        (0, 0) => Ok(()),
        (found, planned) if (1..=planned).contains(&found) => Ok(()),
        (found, planned) => Err(format!("people are ranked {found} times, where the plan says {planned}")),
    }
}

fn is_over_everybody(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |inner| found |= matches!(inner, Expr::Over(_, _, partition, _) if partition.is_empty()));
    found
}

/// Whether a SELECT begins with the people who are joined to the guard.
fn of_permitted(around: &Around<'_>, guard: &Cte, select: &Select) -> bool {
    let first = select.sources.first().and_then(Source::name).and_then(|name| around.cte(name));
    first.and_then(|people| people.body.only()).is_some_and(|people| joins(people, guard))
}

fn standings(plan: &plan::SegmentPlan) -> usize {
    let mut count = 0;
    plan.walk(&mut |node| count += usize::from(matches!(node, Node::Expr(plan::Expr::Standing(_)))));
    count
}
