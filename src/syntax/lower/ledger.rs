//! Ledgers of both kinds.

use super::super::ast::{
    CaseThen, CaseWhen, Codes, ColumnCase, Current, Ledger, LedgerState, PurposeCode, PurposeCodes, PurposeGrant,
    PurposeTarget, Refusal, StateCodes, StateColumn, VersionColumn,
};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::data::{a_column, a_fresh, a_moment, retain, subject, table_or_query};
use super::literal::{LITERALS, a_day, literal, missing_comma, texts};
use super::promises::controllers;
use super::time::a_duration;
use super::{Body, a_name, a_path, part, path};
use crate::source::Spanned;

/// `ledger … of … { … }`
pub(in super::super) fn ledger<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Ledger {
    Ledger {
        name: body.name(cx, 0),
        of: body.name(cx, 1),
        table: table_or_query(cx, &mut body),
        subject: body.once(cx, Rule::cl_subject, subject),
        purposes: body.once(cx, Rule::cl_purposes, purposes),
        states: body.once(cx, Rule::cl_states, states),
        at: body.once(cx, Rule::cl_at, a_moment),
        until: body.once(cx, Rule::cl_until, a_moment),
        version: body.once(cx, Rule::cl_version, version),
        evidence: body.once(cx, Rule::cl_evidence, a_column),
        fresh: body.once(cx, Rule::cl_fresh, a_fresh),
        skew: body.once(cx, Rule::cl_skew, a_duration),
        retain: body.once(cx, Rule::cl_retain, retain),
        current: body.once(cx, Rule::cl_current, current),
        columns: body.many(cx, Rule::cl_column, state_column),
        controllers: controllers(cx, &mut body),
        lost: body.lost,
    }
}

fn purposes(cx: &mut Cx, node: &Node) -> Option<PurposeCodes> {
    let column = a_column(cx, node)?;
    let kids: Vec<Node> = node.all(Rule::purpose_code).collect();
    Some(PurposeCodes { column, codes: kids.iter().filter_map(|kid| purpose_code(cx, kid)).collect() })
}

fn purpose_code(cx: &mut Cx, node: &Node) -> Option<PurposeCode> {
    let code = node.any_of(LITERALS).map(|kid| literal(cx, &kid))?;
    let target = if let Some(kid) = node.child(Rule::target_none) {
        PurposeTarget::None(cx.span(&kid))
    } else if let Some(kid) = node.child(Rule::target_every) {
        PurposeTarget::Every(cx.span(&kid))
    } else {
        PurposeTarget::Purposes(grants(cx, node)?)
    };
    Some(PurposeCode { code, target, span: cx.span(node) })
}

fn grants(cx: &mut Cx, node: &Node) -> Option<Vec<PurposeGrant>> {
    let kids: Vec<Node> = part(cx, node, Rule::purpose_grants)?.all(Rule::purpose_grant).collect();
    Some(kids.iter().filter_map(|kid| grant(cx, kid)).collect())
}

fn grant(cx: &mut Cx, node: &Node) -> Option<PurposeGrant> {
    let purpose = a_path(cx, node)?;
    Some(PurposeGrant { purpose, narrower: node.has(Rule::and_narrower), bundled: node.has(Rule::bundled) })
}

fn states(cx: &mut Cx, node: &Node) -> Option<StateCodes> {
    let column = a_column(cx, node)?;
    let kids: Vec<Node> = node.all(Rule::state_codes).collect();
    let signals = node.child(Rule::states_as).and_then(|kid| a_name(cx, &kid));
    Some(StateCodes { column, codes: kids.iter().filter_map(|kid| state_codes(cx, kid)).collect(), signals })
}

fn state_codes(cx: &mut Cx, node: &Node) -> Option<Codes> {
    let word = part(cx, node, Rule::state_word)?;
    let state = match word.text() {
        "granted" => LedgerState::Granted,
        "withdrawn" => LedgerState::Withdrawn,
        "objected" => LedgerState::Objected,
        "restricted" => LedgerState::Restricted,
        "released" => LedgerState::Released,
        "nothing" => LedgerState::Silent,
        _ => LedgerState::Erased,
    };
    let state = Spanned::new(state, cx.span(&word));
    let mut values = Vec::new();
    for kid in node.kids() {
        if LITERALS.contains(&kid.rule()) {
            values.push(literal(cx, &kid));
        } else if kid.rule() == Rule::bad_next_value {
            missing_comma(cx, &kid);
            values.extend(kid.any_of(LITERALS).map(|value| literal(cx, &value)));
        }
    }
    Some(Codes { state, values, span: cx.span(node) })
}

fn version(cx: &mut Cx, node: &Node) -> Option<VersionColumn> {
    let found = part(cx, node, Rule::version_column)?;
    let column = a_column(cx, &found)?;
    let order = found.child(Rule::version_order).and_then(|kid| texts(cx, &kid)).unwrap_or_default();
    Some(VersionColumn { column, order })
}

fn current(cx: &mut Cx, node: &Node) -> Option<Current> {
    let taken = node.child(Rule::taken).map(|kid| a_day(cx, &kid));
    let fresh = if node.has(Rule::fresh) { a_fresh(cx, node) } else { None };
    if taken.as_ref().is_some_and(Option::is_none) {
        return None;
    }
    Some(Current { taken: taken.flatten(), fresh })
}

fn state_column(cx: &mut Cx, node: &Node) -> Option<StateColumn> {
    let column = a_column(cx, node)?;
    let since = node.child(Rule::column_since).and_then(|kid| a_moment(cx, &kid));
    let version = node.child(Rule::column_version).and_then(|kid| version(cx, &kid));
    let kids: Vec<Node> = node.all(Rule::column_case).collect();
    let cases = kids.iter().filter_map(|kid| column_case(cx, kid)).collect();
    let signals = node.child(Rule::column_as).and_then(|kid| Some((a_name(cx, &kid)?, grants(cx, &kid)?)));
    Some(StateColumn { column, since, version, cases, signals, span: cx.span(node) })
}

fn column_case(cx: &mut Cx, node: &Node) -> Option<ColumnCase> {
    let when = part(cx, node, Rule::case_when).map(|kid| case_when(cx, &kid))?;
    let then = if let Some(kid) = node.child(Rule::case_nothing) {
        CaseThen::Nothing(cx.span(&kid))
    } else if let Some(kid) = node.child(Rule::case_grants) {
        CaseThen::Grants(grants(cx, &kid)?)
    } else {
        let kids: Vec<Node> = part(cx, node, Rule::case_refuses)?.all(Rule::refusal).collect();
        CaseThen::Refuses(kids.iter().filter_map(|kid| refusal(cx, kid)).collect())
    };
    Some(ColumnCase { when, then, span: cx.span(node) })
}

fn case_when(cx: &mut Cx, node: &Node) -> CaseWhen {
    if let Some(kid) = node.child(Rule::case_missing) {
        return CaseWhen::Missing(cx.span(&kid));
    }
    if let Some(kid) = node.child(Rule::case_else) {
        return CaseWhen::Else(cx.span(&kid));
    }
    let kids: Vec<Node> = node.all_of(LITERALS).collect();
    CaseWhen::Values(kids.iter().map(|kid| literal(cx, kid)).collect())
}

fn refusal(cx: &mut Cx, node: &Node) -> Option<Refusal> {
    if let Some(kid) = node.child(Rule::target_every) {
        return Some(Refusal::Every(cx.span(&kid)));
    }
    if let Some(kid) = node.child(Rule::refusal_channel) {
        return a_name(cx, &kid).map(Refusal::Channel);
    }
    part(cx, node, Rule::path).map(|kid| Refusal::Purpose(path(cx, &kid)))
}
