//! CON-03: a column of present states knows a yes and one other thing, so that a default looks like an answer.
//!
//! Three answers are asked for: yes, no, never asked. A column tells them apart where it says since when (a default has no time), or where
//! an empty cell has a meaning of its own. Columns that grant what is `valid` for a time need a `since` anyway; CON-07 reports those.

use super::consent_without_end::granted;
use super::tools::{ledgers, purpose_name, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, LedgerRows, Model, StateColumn, StateSays, StateWhen, Valid};

pub(super) static RULE: Rule = Rule { code: Code("CON-03"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, ledger) in ledgers(cx.model) {
        if let LedgerRows::States(columns) = &ledger.rows {
            let doubtful = columns.iter().filter(|column| column.since.is_none() && knows_two(column));
            findings.extend(doubtful.filter_map(|column| told(cx.model, column, &ledger.name.value)));
        }
    }
}

/// Whether at most two values are named, and nothing is said of an empty cell that is not said of one of them.
fn knows_two(column: &StateColumn) -> bool {
    let named = || column.arms.iter().filter(|arm| matches!(arm.when, StateWhen::Is(_)));
    let empty = column.arms.iter().find(|arm| arm.when == StateWhen::Missing);
    let apart = empty.is_some_and(|empty| named().count() > 1 && named().all(|arm| arm.says != empty.says));
    named().count() <= 2 && !apart
}

fn told(model: &Model, column: &StateColumn, ledger: &str) -> Option<Diagnostic> {
    let bounded = |id| matches!(model.valid(id).map(|valid| &valid.value), Some(Valid::For(_)));
    let asked: Vec<_> = granted(model, column).filter(|id| rests_on(model, *id, Basis::Consent)).collect();
    let purpose = asked.first()?;
    if asked.iter().any(|id| bounded(*id)) {
        return None;
    }
    let grants = |says: &StateSays| matches!(says, StateSays::Grants(_));
    let yes = column.arms.iter().find(|arm| arm.says.iter().any(grants))?;
    let name = &column.column.value;
    let message = format!("column `{name}` cannot tell a yes to `{}` from a default", purpose_name(model, *purpose));
    let finding = Diagnostic::warning(RULE.code, message)
        .at(column.column.span, "knows two states")
        .and(yes.span, "one of them is a yes")
        .because("people who were never asked would count as people who answered")
        .help(
            "name the column that holds when the answer was given, `since …`; or map three states, with a meaning of its own for `missing`",
        )
        .about(ledger);
    Some(finding)
}
