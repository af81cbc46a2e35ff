//! Ledgers as statements: who said what of which purpose, and when that counts.
//!
//! A ledger's table is read in exactly one CTE, cell by cell and without judgement; everything else asks that CTE. A time that is
//! not known counts for ever where it denies and never where it grants.

use super::clock::Moment;
use super::tables::{control_key, instant_of};
use super::{Check, Lower};
use crate::emit::sql::tree::{
    Body, Expr, Func, Item, Op, Select, Test, Type, and, any_row, binary, call, col, cte, eq, is, named, one_of, or,
    table,
};
use crate::faults::{Fault, on};
use crate::model::calendar::Zone;
use crate::model::{ConsentState, Instant, Length, Value};
use crate::plan::{
    Bound, ClockColumn, Code, ColumnKind, Fresh, KeyedBy, Ledger, LedgerRows, PurposeGuard, Says, StateColumn, Version,
};

/// The alias of a statement.
pub const SAID: &str = "s";
/// The alias of the warehouse's row.
const ROW: &str = "l";

/// A ledger's rows, ready to be asked.
#[derive(Debug, Clone)]
pub struct LedgerCte {
    /// The CTE.
    pub name: String,
    names: Names,
}

/// Names of its columns; each is unlike any of the warehouse's.
#[derive(Debug, Clone, Default)]
struct Names {
    subject: String,
    /// The subject in the one spelling by which denials find it, where it is a text.
    spelt: Option<String>,
    code: String,
    state: String,
    at: String,
    at_end: Option<String>,
    until: Option<String>,
    version: Option<String>,
    /// The record's id, where it is asked for.
    record: Option<String>,
    fresh: Option<String>,
    cells: Vec<StateNames>,
}

#[derive(Debug, Clone, Default)]
struct StateNames {
    cell: String,
    since: Option<String>,
    version: Option<String>,
}

impl LedgerCte {
    /// The id of a statement's record; nothing where the ledger names none.
    pub fn record(&self) -> Expr {
        let none = || Expr::Cast(Box::new(Expr::Null), Type::Text);
        self.names.record.as_ref().map_or_else(none, |name| col(SAID, name))
    }
}

/// Something said of a purpose: under which condition on a row, and when.
#[derive(Debug, Clone)]
pub struct Said {
    /// The condition.
    pub filter: Vec<Expr>,
    /// The instant.
    pub at: Expr,
}

/// When "for ever" is: no grant is as late.
pub fn for_ever() -> Expr {
    Expr::Instant(Instant::KNOWN_END)
}

/// When a present state was granted: before everything.
fn before_all() -> Expr {
    Expr::Instant(Instant::from_micros(0))
}

impl Lower<'_> {
    /// The rows of a ledger; ledgers that two guards read alike are read once.
    pub fn ledger(&mut self, ledger: &Ledger, kind: &ColumnKind) -> LedgerCte {
        let key = ledger_key(ledger, kind);
        if let Some((_, known)) = self.ledgers.iter().find(|(known, _)| *known == key) {
            return known.clone();
        }
        let name = self.fresh(&format!("{}_ledger", ledger.name));
        let mut naming = Naming { ledger, taken: Vec::new() };
        let (items, names) = self.ledger_items(ledger, kind, &mut naming);
        let body = Select { items, from: Some(table(&ledger.physical, ROW)), ..Select::default() };
        self.push(&name, &[&format!("What ledger {} says, read once.", ledger.name)], Body::One(body));
        let made = LedgerCte { name, names };
        self.ledgers.push((key, made.clone()));
        made
    }

    fn ledger_items(&self, ledger: &Ledger, kind: &ColumnKind, naming: &mut Naming<'_>) -> (Vec<Item>, Names) {
        let bare = |column: &str| col(ROW, column);
        let text = |column: &str| control_key(bare(column), &ColumnKind::Text);
        let mut names = Names { subject: naming.fresh("subject_key"), ..Names::default() };
        let mut items = vec![named(control_key(bare(&ledger.subject), kind), &names.subject)];
        if *kind == ColumnKind::Text {
            let name = naming.fresh("subject_spelt");
            items.push(named(spelt(control_key(bare(&ledger.subject), kind), kind), &name));
            names.spelt = Some(name);
        }
        let mut add = |expr: Expr, wanted: &str, naming: &mut Naming<'_>| {
            let name = naming.fresh(wanted);
            items.push(named(expr, &name));
            name
        };
        match &ledger.rows {
            LedgerRows::Events { purpose_column, state_column, at, until, version, evidence, .. } => {
                let evidence = evidence.as_ref().filter(|_| self.with_records);
                names.record = evidence.map(|record| add(text(record), "record_text", naming));
                names.code = add(text(purpose_column), "said_of", naming);
                names.state = add(text(state_column), "said", naming);
                names.at = add(self.known(at, false), "said_at", naming);
                if at.kind == ColumnKind::Date {
                    names.at_end = Some(add(self.known(at, true), "said_by_end_of", naming));
                }
                if let Some(until) = until {
                    let given = is(bare(&until.column), Test::NotNull);
                    let ends = call(Func::Coalesce, vec![self.known(until, false), for_ever()]);
                    names.until = Some(add(Expr::Case(vec![(given, ends)], None), "ends_at", naming));
                }
                names.version = version.as_ref().map(|version| add(text(&version.column), "notice_text", naming));
            }
            LedgerRows::States { columns } => {
                for (i, column) in columns.iter().enumerate() {
                    let plain = matches!(column.kind, ColumnKind::Boolean | ColumnKind::Integer);
                    let cell = if plain { bare(&column.column) } else { text(&column.column) };
                    let mut state =
                        StateNames { cell: add(cell, &format!("state_{i}"), naming), ..StateNames::default() };
                    let since = column.since.as_ref();
                    state.since = since.map(|since| add(self.known(since, false), &format!("since_{i}"), naming));
                    let version = column.version.as_ref();
                    state.version = version.map(|version| add(text(&version.column), &format!("notice_{i}"), naming));
                    names.cells.push(state);
                }
            }
        }
        if let Some(Fresh::Within { by, .. }) = &ledger.fresh {
            names.fresh = Some(add(self.known(by, false), "fed_at", naming));
        }
        (items, names)
    }

    /// A known instant, or nothing. Of a day: its first instant, or its last microsecond.
    fn known(&self, clock: &ClockColumn, end: bool) -> Expr {
        let bare = col(ROW, &clock.column);
        let (low, high) = (Instant::FIRST_KNOWN, Instant::KNOWN_END);
        let inside = |low: Expr, high: Expr| {
            Expr::And(vec![binary(Op::GreaterOrEqual, bare.clone(), low), binary(Op::Less, bare.clone(), high)])
        };
        match &clock.kind {
            ColumnKind::Date => {
                let zone = self.clock.zone();
                let range = inside(Expr::Day(first_day(zone, low)), Expr::Day(first_day(zone, high)));
                let start =
                    |day: Expr| self.clock.start_of(&Expr::Cast(Box::new(day), crate::emit::sql::tree::Type::Wall));
                let at = if end {
                    let next = start(call(Func::PlusDays, vec![bare.clone(), Expr::Whole(1)]));
                    call(Func::MinusMicrosecond, vec![next])
                } else {
                    start(bare.clone())
                };
                Expr::Case(vec![(range, at)], None)
            }
            ColumnKind::Wall { .. } => {
                let instant = instant_of(&bare, &clock.kind, "UTC");
                let range = Expr::And(vec![
                    binary(Op::GreaterOrEqual, instant.clone(), Expr::Instant(low)),
                    binary(Op::Less, instant.clone(), Expr::Instant(high)),
                ]);
                Expr::Case(vec![(range, instant)], None)
            }
            ColumnKind::Instant
            | ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Integer
            | ColumnKind::Decimal
            | ColumnKind::Degrees { .. }
            | ColumnKind::Version
            | ColumnKind::List { .. }
            | ColumnKind::Uuid => {
                Expr::Case(vec![(inside(Expr::Instant(low), Expr::Instant(high)), bare.clone())], None)
            }
        }
    }

    /// Rows that grant a purpose now.
    pub fn grants(&mut self, ledger: &Ledger, cte: &LedgerCte, index: usize, purpose: &PurposeGuard) -> Vec<Said> {
        let now = self.clock.now();
        match &ledger.rows {
            LedgerRows::Events { codes, states, version, .. } => {
                let granting = codes_where(codes, |code| code.grants.contains(&index));
                let granted = states_where(states, |state| state == ConsentState::Granted);
                let Some(notice) = recent(purpose, version.as_ref(), cte.names.version.as_deref()) else {
                    return Vec::new();
                };
                if granting.is_empty() || granted.is_empty() {
                    return Vec::new();
                }
                let at = col(SAID, &cte.names.at);
                let mut filter = vec![
                    self.unguessed(one_of(col(SAID, &cte.names.state), &granted)),
                    self.unguessed(one_of(col(SAID, &cte.names.code), &granting)),
                ];
                let at = if on(Fault::F11) { call(Func::Coalesce, vec![at, now.clone()]) } else { at };
                if !on(Fault::F13) {
                    filter.push(binary(if on(Fault::F6) { Op::Less } else { Op::LessOrEqual }, at.clone(), now));
                }
                filter.extend(self.not_older(&at, purpose.valid));
                filter.extend(self.not_older(&at, ledger.retention));
                filter.extend(notice);
                vec![Said { filter, at }]
            }
            LedgerRows::States { columns } => {
                let each = columns.iter().zip(&cte.names.cells);
                each.filter_map(|(column, names)| self.state_grant(ledger, column, names, index, purpose)).collect()
            }
        }
    }

    /// A condition, hidden from an engine that would guess how rarely it holds.
    fn unguessed(&self, condition: Expr) -> Expr {
        if !self.dialect.guesses_common_tables {
            return condition;
        }
        call(Func::Coalesce, vec![condition, Expr::Truth(false)])
    }

    fn state_grant(
        &mut self,
        ledger: &Ledger,
        column: &StateColumn,
        names: &StateNames,
        index: usize,
        purpose: &PurposeGuard,
    ) -> Option<Said> {
        let says = state_cond(column, names, |says| says.grants.contains(&index));
        if says == Expr::Truth(false) {
            return None;
        }
        let notice = recent(purpose, column.version.as_ref(), names.version.as_deref())?;
        let mut filter = vec![says];
        filter.extend(notice);
        if names.since.is_some() || purpose.valid.is_some() || ledger.retention.is_some() {
            let since = col(SAID, names.since.as_ref()?);
            filter.push(binary(Op::LessOrEqual, since.clone(), self.clock.now()));
            filter.extend(self.not_older(&since, purpose.valid));
            filter.extend(self.not_older(&since, ledger.retention));
        }
        Some(Said { filter, at: before_all() })
    }

    fn not_older(&mut self, at: &Expr, length: Option<Length>) -> Option<Expr> {
        let length = length?;
        let border = self.clock.instant(&Moment::Bound(Bound::Back(length)));
        Some(binary(if on(Fault::F8) { Op::Greater } else { Op::GreaterOrEqual }, at.clone(), border))
    }

    /// Rows that deny a purpose; `None` asks for denials of whatever purpose.
    pub fn denials(&mut self, ledger: &Ledger, cte: &LedgerCte, purpose: Option<usize>) -> Vec<Said> {
        let names = &cte.names;
        match &ledger.rows {
            LedgerRows::Events { codes, states, .. } => {
                let all: Vec<String> = codes.iter().map(|code| code.code.clone()).collect();
                let denying = match purpose {
                    Some(index) => codes_where(codes, |code| code.denies.contains(&index)),
                    None => all.clone(),
                };
                let refused =
                    states_where(states, |state| matches!(state, ConsentState::Withdrawn | ConsentState::Objected));
                let known: Vec<String> = states.iter().map(|(state, _)| state.clone()).collect();
                let code = col(SAID, &names.code);
                let unknown_code = is(one_of(code.clone(), &all), Test::NotTrue);
                let unknown_state = is(one_of(col(SAID, &names.state), &known), Test::NotTrue);
                let covers = match purpose {
                    Some(_) => or(vec![one_of(code.clone(), &denying), unknown_code]),
                    None => Expr::Truth(true),
                };
                let refuses = and(vec![one_of(col(SAID, &names.state), &refused), covers]);
                // Any row of an unknown purpose denies everything, unless it grants: then it says nothing.
                let others = states_where(states, |state| {
                    !matches!(state, ConsentState::Granted | ConsentState::Withdrawn | ConsentState::Objected)
                });
                let unread_code = is(one_of(code.clone(), &all), Test::NotTrue);
                let doubtful = and(vec![one_of(col(SAID, &names.state), &others), unread_code]);
                let at = col(SAID, &names.at);
                let end = names.at_end.as_ref().map_or_else(|| at.clone(), |end| col(SAID, end));
                let counts = self.counts(&at, ledger.skew);
                let at = call(Func::Coalesce, vec![end, for_ever()]);
                let mut out = vec![Said { filter: vec![or(vec![refuses, doubtful, unknown_state]), counts], at }];
                out.extend(self.endings(ledger, cte, purpose, codes, states));
                out
            }
            LedgerRows::States { columns } => {
                let denies = |says: &Says| purpose.map_or(says.refuses, |index| says.denies.contains(&index));
                let each = columns.iter().zip(&names.cells);
                let any = or(each.map(|(column, names)| state_cond(column, names, denies)).collect());
                if any == Expr::Truth(false) {
                    return Vec::new();
                }
                vec![Said { filter: vec![any], at: for_ever() }]
            }
        }
    }

    /// Grants that have ended: each is a withdrawal of what its code says.
    fn endings(
        &mut self,
        ledger: &Ledger,
        cte: &LedgerCte,
        purpose: Option<usize>,
        codes: &[Code],
        states: &[(String, ConsentState)],
    ) -> Option<Said> {
        let until = col(SAID, cte.names.until.as_ref()?);
        let covered = match purpose {
            Some(index) => codes_where(codes, |code| code.denies.contains(&index)),
            None => codes.iter().map(|code| code.code.clone()).collect(),
        };
        let granted = states_where(states, |state| state == ConsentState::Granted);
        let upto = self.clock.instant(&Moment::Bound(Bound::Back(Length::seconds(-ledger.skew.seconds))));
        let over = or(vec![binary(Op::LessOrEqual, until.clone(), upto), eq(until.clone(), for_ever())]);
        let filter =
            vec![one_of(col(SAID, &cte.names.state), &granted), one_of(col(SAID, &cte.names.code), &covered), over];
        Some(Said { filter, at: until })
    }

    /// Whether a denial's time has come, or is not known.
    fn counts(&mut self, at: &Expr, skew: Length) -> Expr {
        let skew = if on(Fault::F14) { Length::seconds(0) } else { skew };
        let upto = self.clock.instant(&Moment::Bound(Bound::Back(Length::seconds(-skew.seconds))));
        let come = binary(if on(Fault::F7) { Op::Less } else { Op::LessOrEqual }, at.clone(), upto);
        if on(Fault::F12) { come } else { or(vec![is(at.clone(), Test::Null), come]) }
    }

    /// Subjects whom nobody may process at all: those who are erased, and those who are restricted and were not released since.
    /// Two queries, so that an engine may join releases instead of looking for one row by row.
    pub fn frozen(&mut self, ledger: &Ledger, made: &LedgerCte) -> Vec<Vec<Expr>> {
        let LedgerRows::Events { states, .. } = &ledger.rows else { return Vec::new() };
        let names = &made.names;
        let state = col(SAID, &names.state);
        let erased = states_where(states, |state| state == ConsentState::Erased);
        let restricted = states_where(states, |state| state == ConsentState::Restricted);
        let released = states_where(states, |state| state == ConsentState::Released);
        let counts = self.counts(&col(SAID, &names.at), ledger.skew);
        let mut parts = Vec::new();
        if !erased.is_empty() {
            parts.push(vec![one_of(state.clone(), &erased), counts.clone()]);
        }
        if !restricted.is_empty() {
            let lifted = (!released.is_empty()).then(|| self.released(ledger, made, &released));
            parts.push([one_of(state, &restricted)].into_iter().chain(lifted).chain([counts]).collect());
        }
        parts
    }

    /// That nobody was released after a restriction.
    fn released(&mut self, ledger: &Ledger, made: &LedgerCte, released: &[String]) -> Expr {
        let names = &made.names;
        let end = names.at_end.as_ref().unwrap_or(&names.at);
        let upto = self.clock.instant(&Moment::Bound(Bound::Back(Length::seconds(-ledger.skew.seconds))));
        let later = vec![
            eq(col("x", &names.subject), col(SAID, &names.subject)),
            one_of(col("x", &names.state), released),
            binary(Op::Greater, col("x", &names.at), col(SAID, end)),
            binary(Op::Less, col("x", &names.at), upto),
        ];
        Expr::NotExists(any_row(cte(&made.name, "x"), later))
    }

    /// The subject of a statement.
    pub fn said_by(&self, made: &LedgerCte) -> Expr {
        col(SAID, &made.names.subject)
    }

    /// The subject of a denial, in the one spelling of all keys that are alike.
    pub fn denied_by(&self, made: &LedgerCte) -> Expr {
        col(SAID, made.names.spelt.as_ref().unwrap_or(&made.names.subject))
    }

    /// What must hold of a ledger lest the run be empty.
    pub fn ledger_checks(&mut self, ledger: &Ledger, made: &LedgerCte) -> Vec<Check> {
        let names = &made.names;
        let from = || cte(&made.name, SAID);
        let subject = col(SAID, &names.subject);
        let mut out = Vec::new();
        let mut check = |what: &str, holds: Expr| out.push(Check { name: format!("{}_{what}", ledger.name), holds });
        check("has_rows", Expr::Exists(any_row(from(), Vec::new())));
        match &ledger.fresh {
            Some(Fresh::Within { within, .. }) => {
                let fed = col(SAID, names.fresh.as_deref().unwrap_or_default());
                let since = self.clock.instant(&Moment::Bound(Bound::Back(*within)));
                let upto = self.clock.instant(&Moment::Bound(Bound::Back(Length::seconds(-ledger.skew.seconds))));
                let filter = vec![binary(Op::GreaterOrEqual, fed.clone(), since), binary(Op::LessOrEqual, fed, upto)];
                check("is_fresh", Expr::Exists(any_row(from(), filter)));
            }
            Some(Fresh::Taken { on, within }) => {
                let taken = self.clock.instant(&Moment::Bound(Bound::Day(*on)));
                let mut holds = vec![binary(Op::LessOrEqual, taken.clone(), self.clock.now())];
                if let Some(within) = within {
                    let since = self.clock.instant(&Moment::Bound(Bound::Back(*within)));
                    holds.push(binary(Op::Greater, taken, since));
                }
                check("is_fresh", and(holds));
            }
            None => {}
        }
        let nobody = is(subject.clone(), Test::Null);
        let speaks = match &ledger.rows {
            LedgerRows::Events { codes, states, .. } => {
                let granted = states_where(states, |state| state == ConsentState::Granted);
                let released =
                    states_where(states, |state| matches!(state, ConsentState::Released | ConsentState::Silent));
                let codes: Vec<String> = codes.iter().map(|code| code.code.clone()).collect();
                let known =
                    and(vec![one_of(col(SAID, &names.state), &released), one_of(col(SAID, &names.code), &codes)]);
                is(or(vec![one_of(col(SAID, &names.state), &granted), known]), Test::NotTrue)
            }
            LedgerRows::States { columns } => {
                let each = columns.iter().zip(&names.cells);
                or(each
                    .map(|(column, names)| state_cond(column, names, |says| says.refuses || !says.denies.is_empty()))
                    .collect())
            }
        };
        if speaks != Expr::Truth(false) {
            check("names_who_denies", Expr::NotExists(any_row(from(), vec![nobody, speaks])));
        }
        if matches!(ledger.keyed_by, KeyedBy::Contact(_) | KeyedBy::MemberContact { .. }) {
            check("has_plain_addresses", Expr::NotExists(any_row(from(), vec![not_plain(&subject)])));
        }
        out
    }
}

/// An address with an upper-case ASCII letter or an outer blank of any kind.
pub fn not_plain(of: &Expr) -> Expr {
    or(vec![
        binary(Op::NotEqual, of.clone(), call(Func::FoldAscii, vec![of.clone()])),
        binary(Op::NotEqual, of.clone(), call(Func::TrimAny, vec![of.clone()])),
    ])
}

/// A key in the one spelling of all that are alike: a text without outer blanks, its capital ASCII letters made small.
pub fn spelt(key: Expr, kind: &ColumnKind) -> Expr {
    if *kind == ColumnKind::Text { call(Func::FoldAscii, vec![call(Func::Trim, vec![key])]) } else { key }
}

/// Conditions that a notice version is recent enough; `None` where none can be.
fn recent(purpose: &PurposeGuard, version: Option<&Version>, column: Option<&str>) -> Option<Vec<Expr>> {
    let Some(notice) = &purpose.notice else { return Some(Vec::new()) };
    let (version, of) = (version?, col(SAID, column?));
    match &version.order {
        Some(order) => {
            let from = order.iter().position(|known| known == notice)?;
            let newer: Vec<String> = order.iter().skip(from).cloned().collect();
            Some(vec![one_of(of, &newer)])
        }
        None => Some(iso_recent(&of, notice)),
    }
}

/// ISO days or months, a month counting as its first day.
fn iso_recent(of: &Expr, notice: &str) -> Vec<Expr> {
    let from = if notice.len() == 7 { format!("{notice}-01") } else { notice.to_owned() };
    let part = |from: i128| call(Func::Substring, vec![of.clone(), Expr::Whole(from), Expr::Whole(2)]);
    let text = |text: &str| Expr::Text(text.to_owned());
    let length = |n: i128| eq(call(Func::Length, vec![of.clone()]), Expr::Whole(n));
    let between = |expr: Expr, low: &str, high: &str| {
        let ordered = |expr: Expr| call(Func::ByCodePoint, vec![expr]);
        and(vec![
            binary(Op::GreaterOrEqual, ordered(expr.clone()), text(low)),
            binary(Op::LessOrEqual, ordered(expr), text(high)),
        ])
    };
    let shape = one_of(call(Func::DigitsToZero, vec![of.clone()]), &["0000-00".to_owned(), "0000-00-00".to_owned()]);
    let day = Expr::Case(vec![(length(7), binary(Op::Concat, of.clone(), text("-01")))], Some(Box::new(of.clone())));
    vec![
        shape,
        between(part(6), "01", "12"),
        or(vec![length(7), between(part(9), "01", "31")]),
        binary(Op::GreaterOrEqual, call(Func::ByCodePoint, vec![day]), Expr::Text(from)),
    ]
}

fn codes_where(codes: &[Code], wanted: impl Fn(&Code) -> bool) -> Vec<String> {
    codes.iter().filter(|code| wanted(code)).map(|code| code.code.clone()).collect()
}

fn states_where(states: &[(String, ConsentState)], wanted: impl Fn(ConsentState) -> bool) -> Vec<String> {
    states.iter().filter(|(_, state)| wanted(*state)).map(|(text, _)| text.clone()).collect()
}

/// Whether a column of present states says something of which `wanted` is true; never NULL.
fn state_cond(column: &StateColumn, names: &StateNames, wanted: impl Fn(&Says) -> bool) -> Expr {
    let cell = col(SAID, &names.cell);
    let mut arms: Vec<(Expr, bool)> = vec![(is(cell.clone(), Test::Null), wanted(&column.missing))];
    for (value, says) in &column.values {
        if let Some(literal) = state_literal(value, &column.kind) {
            arms.push((eq(cell.clone(), literal), wanted(says)));
        }
    }
    let otherwise = wanted(&column.otherwise);
    if arms.iter().all(|(_, says)| *says == otherwise) {
        return Expr::Truth(otherwise);
    }
    let speaking: Vec<&Expr> = arms.iter().filter(|(_, says)| *says).map(|(when, _)| when).collect();
    if let ([only], false) = (speaking.as_slice(), otherwise) {
        let null_safe = matches!(only, Expr::Is(..));
        return if null_safe { (*only).clone() } else { is((*only).clone(), Test::True) };
    }
    let arms = arms.into_iter().map(|(when, says)| (when, Expr::Truth(says))).collect();
    Expr::Case(arms, Some(Box::new(Expr::Truth(otherwise))))
}

/// A value as the cells of this kind can hold it; `None` where they cannot.
fn state_literal(value: &Value, kind: &ColumnKind) -> Option<Expr> {
    match (value, kind) {
        (Value::Boolean(value), ColumnKind::Boolean) => Some(Expr::Truth(*value)),
        (Value::Integer(n), ColumnKind::Integer) => Some(Expr::Whole(i128::from(*n))),
        (Value::Text(text), _) => Some(Expr::Text(text.clone())),
        (Value::Boolean(value), _) => Some(Expr::Text(value.to_string())),
        (Value::Integer(n), _) => Some(Expr::Text(n.to_string())),
        (Value::Decimal(_) | Value::Date(_) | Value::Instant(_), _) => None,
    }
}

/// The first civil day that begins at or after an instant.
pub fn first_day(zone: &Zone, instant: Instant) -> crate::model::Date {
    let day = zone.date_of(instant);
    if zone.start_of(day) < instant { crate::model::calendar::add_days(day, 1) } else { day }
}

/// What a ledger's rows depend on: everything but what codes and values mean to a guard.
fn ledger_key(ledger: &Ledger, kind: &ColumnKind) -> String {
    let mut plain = ledger.clone();
    plain.only_opt_out = false;
    match &mut plain.rows {
        LedgerRows::Events { codes, states, .. } => {
            codes.clear();
            states.clear();
        }
        LedgerRows::States { columns } => {
            for column in columns {
                column.values.clear();
                column.missing = Says::default();
                column.otherwise = Says::default();
            }
        }
    }
    format!("{plain:?}{kind:?}")
}

struct Naming<'a> {
    ledger: &'a Ledger,
    taken: Vec<String>,
}

impl Naming<'_> {
    /// A name that no column of the warehouse's table that we know of has.
    fn fresh(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while self.is_taken(&name) {
            name.push('_');
        }
        self.taken.push(name.clone());
        name
    }

    fn is_taken(&self, name: &str) -> bool {
        let known = columns_of(self.ledger);
        self.taken.iter().any(|taken| taken == name) || known.iter().any(|column| column.eq_ignore_ascii_case(name))
    }
}

/// Every column of a ledger's table that the plan names.
pub fn columns_of(ledger: &Ledger) -> Vec<String> {
    let mut all = vec![ledger.subject.clone()];
    if let Some(Fresh::Within { by, .. }) = &ledger.fresh {
        all.push(by.column.clone());
    }
    match &ledger.rows {
        LedgerRows::Events { purpose_column, state_column, at, until, version, evidence, .. } => {
            all.extend([purpose_column.clone(), state_column.clone(), at.column.clone()]);
            all.extend(until.as_ref().map(|until| until.column.clone()));
            all.extend(version.as_ref().map(|version| version.column.clone()));
            all.extend(evidence.clone());
        }
        LedgerRows::States { columns } => {
            for column in columns {
                all.push(column.column.clone());
                all.extend(column.since.as_ref().map(|since| since.column.clone()));
                all.extend(column.version.as_ref().map(|version| version.column.clone()));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_states_are_told_without_null() {
        let column = StateColumn {
            column: "promo".to_owned(),
            kind: ColumnKind::Integer,
            since: None,
            version: None,
            values: vec![
                (Value::Integer(1), Says::default()),
                (Value::Integer(0), Says { refuses: true, ..Says::default() }),
            ],
            missing: Says::default(),
            otherwise: Says::default(),
        };
        let names = StateNames { cell: "state_0".to_owned(), ..StateNames::default() };
        let refuses = state_cond(&column, &names, |says| says.refuses);
        assert_eq!(refuses, is(eq(col(SAID, "state_0"), Expr::Whole(0)), Test::True));
    }
}
