//! What ledgers can say by the plan, and whether conjuncts ask for it.

use super::tree::{Expr, Test};
use crate::model::ConsentState;
use crate::plan::{Code, KeyedBy, Ledger, LedgerRows, Says};

/// Whether a ledger can ever deny a purpose.
pub fn can_deny(ledger: &Ledger, index: usize) -> bool {
    !ledger.only_opt_out
        && match &ledger.rows {
            LedgerRows::Events { .. } => true,
            LedgerRows::States { columns } => {
                columns.iter().any(|column| says(column, |says| says.denies.contains(&index)))
            }
        }
}

/// Whether conjuncts ask for every row that denies a purpose (or, with `None`, any): refusals of its codes, and whatever has a code or a
/// state that nobody knows.
pub fn refuses(filter: &[Expr], ledger: &Ledger, purpose: Option<usize>) -> bool {
    let LedgerRows::Events { codes, states, .. } = &ledger.rows else { return true };
    let refused = states_where(states, |state| matches!(state, ConsentState::Withdrawn | ConsentState::Objected));
    let doubt = |expr: &Expr, known: &Vec<String>| match expr {
        Expr::Is(of, Test::NotTrue) => {
            listed(of).as_ref() == Some(known) || known.is_empty() && **of == Expr::Truth(false)
        }
        _ => false,
    };
    let covers = |expr: &Expr| {
        let Some(index) = purpose else { return true };
        let denying = codes_where(codes, |code| code.denies.contains(&index));
        let any = alternatives(expr);
        let all = codes_where(codes, |_| true);
        any.iter().any(|expr| doubt(expr, &all))
            && (denying.is_empty() || any.iter().any(|expr| listed(expr).as_ref() == Some(&denying)))
    };
    let refusal = |expr: &Expr| {
        let all = if let Expr::And(all) = expr { all.as_slice() } else { std::slice::from_ref(expr) };
        all.iter().any(|expr| listed(expr).as_ref() == Some(&refused)) && (purpose.is_none() || all.iter().any(covers))
    };
    let every = states_where(states, |_| true);
    filter.iter().any(|expr| {
        let any = alternatives(expr);
        any.iter().any(|expr| doubt(expr, &every)) && (refused.is_empty() || any.iter().any(refusal))
    })
}

/// Any of these.
fn alternatives(expr: &Expr) -> &[Expr] {
    if let Expr::Or(any) = expr { any } else { std::slice::from_ref(expr) }
}

/// Whether a ledger can ever grant a purpose to whom it speaks of.
pub fn can_grant(ledger: &Ledger, index: usize) -> bool {
    let own = matches!(ledger.keyed_by, KeyedBy::Entity | KeyedBy::Contact(_));
    own && !ledger.only_opt_out
        && match &ledger.rows {
            LedgerRows::Events { codes, .. } => codes.iter().any(|code| code.grants.contains(&index)),
            LedgerRows::States { columns } => {
                columns.iter().any(|column| says(column, |says| says.grants.contains(&index)))
            }
        }
}

/// Whether a column of present states ever says something.
pub fn says(column: &crate::plan::StateColumn, wanted: impl Fn(&Says) -> bool) -> bool {
    wanted(&column.missing) || wanted(&column.otherwise) || column.values.iter().any(|(_, says)| wanted(says))
}

/// The words of some states, sorted.
pub fn states_where(states: &[(String, ConsentState)], wanted: impl Fn(ConsentState) -> bool) -> Vec<String> {
    let mut all: Vec<String> =
        states.iter().filter(|(_, state)| wanted(*state)).map(|(word, _)| word.clone()).collect();
    all.sort();
    all
}

/// Some codes, sorted.
pub fn codes_where(codes: &[Code], wanted: impl Fn(&Code) -> bool) -> Vec<String> {
    let mut all: Vec<String> = codes.iter().filter(|code| wanted(code)).map(|code| code.code.clone()).collect();
    all.sort();
    all
}

/// The texts of `column IN (…)`, or of `coalesce(column IN (…), FALSE)`, which is the same in a conjunct; sorted.
pub fn listed(expr: &Expr) -> Option<Vec<String>> {
    let expr = match expr {
        Expr::Call(name, of) if name == "coalesce" => match of.as_slice() {
            [inner, Expr::Truth(false)] => inner,
            _ => return None,
        },
        other => other,
    };
    let Expr::In(of, values, false) = expr else { return None };
    let text = |value: &Expr| if let Expr::Text(text) = value { Some(text.clone()) } else { None };
    let mut all = values.iter().map(text).collect::<Option<Vec<String>>>()?;
    all.sort();
    matches!(**of, Expr::Column(..)).then_some(all)
}
