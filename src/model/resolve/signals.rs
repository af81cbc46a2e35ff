//! Built-in tables of consent signals, spelled out: every value of a standard gets its meaning, "not applicable" included.

use crate::source::Spanned;
use crate::syntax::ast;

use super::names::unknown;
use super::*;
use crate::model::signal_tables::{SIGNALS, Signals, signals};

impl<'a> Resolver<'a> {
    /// The states of a column that holds a standard's signals; empty where the ledger maps them itself.
    pub(super) fn signal_states(&mut self, codes: &ast::StateCodes) -> Vec<(Spanned<String>, ConsentState)> {
        let Some(name) = &codes.signals else { return Vec::new() };
        let Some(table) = self.signals(name) else { return Vec::new() };
        table.values.iter().map(|(code, state, _)| (Spanned::new((*code).to_owned(), name.span), *state)).collect()
    }

    /// The arms of a column of present states that holds a standard's signals; what the standard does not know refuses everything.
    pub(super) fn signal_arms(&mut self, it: &'a ast::StateColumn) -> Vec<StateArm> {
        let Some((name, grants)) = &it.signals else { return Vec::new() };
        let covered: Vec<Covers> = grants.iter().filter_map(|grant| self.grant(grant)).collect();
        let Some(table) = self.signals(name) else { return Vec::new() };
        let says = |state: ConsentState| match state {
            ConsentState::Granted => covered.iter().map(|covers| StateSays::Grants(*covers)).collect(),
            ConsentState::Withdrawn | ConsentState::Objected => {
                covered.iter().map(|covers| StateSays::Refuses(*covers)).collect()
            }
            ConsentState::Silent => vec![StateSays::Nothing],
            ConsentState::Restricted | ConsentState::Released | ConsentState::Erased => {
                vec![StateSays::Refuses(Covers::Every)]
            }
        };
        let arm = |when, says| StateArm { when, says, span: name.span };
        let values = table.values.iter().map(|(code, state, _)| arm(StateWhen::Is(value(table, code)), says(*state)));
        let rest = [
            arm(StateWhen::Missing, vec![StateSays::Nothing]),
            arm(StateWhen::Else, vec![StateSays::Refuses(Covers::Every)]),
        ];
        values.chain(rest).collect()
    }

    fn signals(&mut self, name: &ast::Name) -> Option<&'static Signals> {
        let found = signals(&name.value);
        if found.is_none() {
            let known = SIGNALS.iter().map(|table| table.name);
            self.report(unknown("table of signals", &name.value, name.span, known));
        }
        found
    }

    /// Grants of a ledger that were given together with others.
    pub(super) fn bundled(&mut self, it: &'a ast::Ledger) -> Vec<Bundled> {
        let codes = it.purposes.iter().flat_map(|purposes| &purposes.value.codes);
        let targets = codes.filter_map(|code| match &code.target {
            ast::PurposeTarget::Purposes(grants) => Some(grants.as_slice()),
            ast::PurposeTarget::None(_) | ast::PurposeTarget::Every(_) => None,
        });
        let cases = it.columns.iter().flat_map(|column| &column.cases).filter_map(|case| match &case.then {
            ast::CaseThen::Grants(grants) => Some(grants.as_slice()),
            ast::CaseThen::Refuses(_) | ast::CaseThen::Nothing(_) => None,
        });
        let signals =
            it.columns.iter().filter_map(|column| column.signals.as_ref().map(|(_, grants)| grants.as_slice()));
        let all: Vec<&ast::PurposeGrant> =
            targets.chain(cases).chain(signals).flatten().filter(|it| it.bundled).collect();
        let before = self.findings.len();
        let found =
            all.into_iter().filter_map(|it| Some(Bundled { covers: self.grant(it)?, span: it.purpose.span })).collect();
        // What is unknown has been reported where the mapping was read.
        self.findings.truncate(before);
        found
    }
}

fn value(table: &Signals, code: &str) -> Value {
    match code.parse::<i64>() {
        Ok(number) if table.numeric() => Value::Integer(number),
        Ok(_) | Err(_) => Value::Text(code.to_owned()),
    }
}
