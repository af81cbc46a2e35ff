//! Ledgers that are tables of present states: every column's mapping is total, in order, and of one type.

use crate::diagnostic::Code;
use crate::source::{Span, Spanned, names_nothing};
use crate::syntax::ast::{self, LiteralKind};

use super::names::wrote;
use super::names::{missing, twice, unfit};
use super::*;

impl<'a> Resolver<'a> {
    pub(super) fn state_rows(&mut self, it: &'a ast::Ledger) -> Option<LedgerRows> {
        self.no_event_clauses(it);
        if it.current.is_none() && !wrote(&it.lost, "current") {
            let why = "present states of an unknown day may be states that somebody has long withdrawn";
            self.report(missing("ledger", &it.name, "current", why, "current  fresh within 1 day by exported_at"));
        }
        if it.columns.is_empty() && !wrote(&it.lost, "column") {
            let why = "a ledger that says nothing lets nobody in";
            self.report(missing(
                "ledger",
                &it.name,
                "column",
                why,
                "column newsletter { true grants a_purpose   else nothing }",
            ));
        }
        let columns: Vec<StateColumn> = it.columns.iter().map(|column| self.state_column(column)).collect();
        for (index, column) in columns.iter().enumerate() {
            let first = columns.iter().take(index).find(|known| known.column.value == column.column.value);
            if let Some(first) = first {
                self.report(twice("column", &column.column.value, first.column.span, column.column.span));
            }
        }
        Some(LedgerRows::States(columns))
    }

    fn no_event_clauses(&mut self, it: &'a ast::Ledger) {
        if !it.lost.is_empty() {
            return;
        }
        let written = [
            ("purposes", it.purposes.as_ref().map(|clause| clause.span)),
            ("states", it.states.as_ref().map(|clause| clause.span)),
            ("at", it.at.as_ref().map(|clause| clause.span)),
            ("until", it.until.as_ref().map(|clause| clause.span)),
            ("version", it.version.as_ref().map(|clause| clause.span)),
            ("evidence", it.evidence.as_ref().map(|clause| clause.span)),
            ("fresh", it.fresh.as_ref().map(|clause| clause.span)),
        ];
        for (clause, span) in written {
            if let Some(span) = span {
                let finding = unfit(
                    format!("`{clause}` belongs to a ledger of events, and this is one of present states"),
                    span,
                    "no events here",
                );
                let help = "a ledger has either `purposes` and `states`, or `current` and `column`s, which have their own `since` and `version`";
                self.report(finding.help(help));
            }
        }
    }

    fn state_column(&mut self, it: &'a ast::StateColumn) -> StateColumn {
        let mut arms: Vec<StateArm> = self.signal_arms(it);
        for case in &it.cases {
            let says = self.says(&case.then);
            for when in self.cases(&case.when) {
                self.reachable(&arms, &when);
                self.said(&when, &says, case.span);
                arms.push(StateArm { when: when.value, says: says.clone(), span: when.span.to(case.span) });
            }
        }
        self.one_type(&arms);
        if !is_total(&arms) {
            self.not_total(it, &arms);
        }
        StateColumn {
            column: it.column.clone(),
            since: it.since.as_ref().map(|since| self.clock_column(since)),
            version: it.version.as_ref().and_then(|version| self.version_column(version)),
            arms,
            span: it.span,
        }
    }

    fn cases(&mut self, when: &ast::CaseWhen) -> Vec<Spanned<StateWhen>> {
        match when {
            ast::CaseWhen::Missing(span) => vec![Spanned::new(StateWhen::Missing, *span)],
            ast::CaseWhen::Else(span) => vec![Spanned::new(StateWhen::Else, *span)],
            ast::CaseWhen::Values(values) => values.iter().filter_map(|value| self.state_value(value)).collect(),
        }
    }

    fn state_value(&mut self, literal: &ast::Literal) -> Option<Spanned<StateWhen>> {
        let value = match &literal.kind {
            LiteralKind::Text(text) => Value::Text(text.clone()),
            LiteralKind::Boolean(truth) => Value::Boolean(*truth),
            LiteralKind::Number(number) if number.whole => {
                Value::Integer(i64::try_from(number.micros / 1_000_000).ok()?)
            }
            LiteralKind::Error => return None,
            LiteralKind::Number(_)
            | LiteralKind::Money { .. }
            | LiteralKind::Percent(_)
            | LiteralKind::Version(_)
            | LiteralKind::Date(_) => {
                self.report(unfit("a state is a text, a whole number, `true` or `false`", literal.span, "not a state"));
                return None;
            }
        };
        Some(Spanned::new(StateWhen::Is(value), literal.span))
    }

    /// A grant is something that somebody said: an empty cell, or one that nobody thought of, is none. (`else` holds for both.)
    fn said(&mut self, when: &Spanned<StateWhen>, says: &[StateSays], case: Span) {
        let unsaid = match &when.value {
            StateWhen::Is(value) => matches!(value, Value::Text(text) if names_nothing(text)),
            StateWhen::Missing | StateWhen::Else => true,
        };
        let grants = says.iter().any(|says| match says {
            StateSays::Grants(_) => true,
            StateSays::Refuses(_) | StateSays::Nothing => false,
        });
        if unsaid && grants {
            self.nobody_said(case);
        }
    }

    /// A grant by a value that says nothing.
    pub(super) fn nobody_said(&mut self, place: Span) {
        let finding = Diagnostic::error(codes::MAPPING, "a value that is missing, empty or not listed grants nothing")
            .at(place, "nobody said yes here")
            .because("people of whom nothing is on file would count as having agreed")
            .help("list the values that are a yes, and end with `else nothing`")
            .also(Code("CON-02"));
        self.report(finding);
    }

    fn reachable(&mut self, arms: &[StateArm], when: &Spanned<StateWhen>) {
        let covering = arms.iter().find(|arm| arm.when == StateWhen::Else || arm.when == when.value);
        if let Some(covering) = covering {
            let finding = Diagnostic::error(codes::MAPPING, "this value has been mapped before")
                .at(when.span, "never reached")
                .and(covering.span, "this arm holds for it")
                .help("the first arm that fits holds; `else` comes last");
            self.report(finding);
        }
    }

    fn one_type(&mut self, arms: &[StateArm]) {
        let mut typed = arms.iter().filter_map(|arm| Some((kind_of(&arm.when)?, arm.span)));
        let Some((first, place)) = typed.next() else { return };
        if let Some((_, other)) = typed.find(|(kind, _)| *kind != first) {
            let finding = Diagnostic::error(codes::MAPPING, "a column holds values of one type")
                .at(other, "another type")
                .and(place, format!("{first} here"));
            self.report(finding);
        }
    }

    fn not_total(&mut self, it: &ast::StateColumn, arms: &[StateArm]) {
        let place = arms.last().map_or(it.column.span, |arm| arm.span).after();
        let booleans =
            [true, false].map(|truth| arms.iter().any(|arm| arm.when == StateWhen::Is(Value::Boolean(truth))));
        let lacks = match booleans {
            [true, true] => "a missing value has no meaning",
            [..] => "values that are not listed, and missing ones, have no meaning",
        };
        let finding = Diagnostic::error(
            codes::MAPPING,
            format!("the mapping of `{}` is not total: {lacks}", it.column.value),
        )
        .at(it.column.span, "not every value is mapped")
        .because("a value that nobody thought of must not let somebody in who said no")
        .help(
            "end the mapping with `else nothing`, or with `else refuses every` where an unknown value may be a refusal",
        );
        let finding = match arms.is_empty() {
            true => finding,
            false => finding.fix("let every other value refuse", place, "   else refuses every"),
        };
        self.report(finding);
    }

    fn says(&mut self, then: &ast::CaseThen) -> Vec<StateSays> {
        match then {
            ast::CaseThen::Nothing(_) => vec![StateSays::Nothing],
            ast::CaseThen::Grants(grants) => {
                grants.iter().filter_map(|grant| self.grant(grant).map(StateSays::Grants)).collect()
            }
            ast::CaseThen::Refuses(refusals) => {
                refusals.iter().filter_map(|refusal| self.refusal(refusal).map(StateSays::Refuses)).collect()
            }
        }
    }

    fn refusal(&mut self, refusal: &ast::Refusal) -> Option<Covers> {
        match refusal {
            ast::Refusal::Every(_) => Some(Covers::Every),
            ast::Refusal::Purpose(path) => {
                self.purpose(path).map(|purpose| Covers::Purpose { purpose: purpose.value, and_narrower: false })
            }
            ast::Refusal::Channel(name) => self.channel(name, name.span).map(|channel| Covers::Channel(channel.value)),
        }
    }
}

/// Whether every value, missing included, has an arm.
fn is_total(arms: &[StateArm]) -> bool {
    let has = |when: StateWhen| arms.iter().any(|arm| arm.when == when);
    let both = has(StateWhen::Is(Value::Boolean(true))) && has(StateWhen::Is(Value::Boolean(false)));
    has(StateWhen::Else) || both && has(StateWhen::Missing)
}

fn kind_of(when: &StateWhen) -> Option<&'static str> {
    match when {
        StateWhen::Is(Value::Text(_)) => Some("text"),
        StateWhen::Is(Value::Boolean(_)) => Some("`true` or `false`"),
        StateWhen::Is(Value::Integer(_)) => Some("a number"),
        StateWhen::Is(Value::Decimal(_) | Value::Date(_) | Value::Instant(_)) => Some("something else"),
        StateWhen::Missing | StateWhen::Else => None,
    }
}
