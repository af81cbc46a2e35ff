//! Hand-built plans for tests: people with orders and a consent ledger.

use super::*;
use crate::model::{Basis, Channel, ConsentState, Length, SubjectKind, Value};

/// Index of the people, of the orders.
pub(crate) const PEOPLE: usize = 0;
pub(crate) const ORDERS: usize = 1;

pub(crate) fn column(name: &str, kind: ColumnKind) -> Column {
    Column { name: name.into(), kind, optional: false, one_of: None }
}

pub(crate) fn optional(name: &str, kind: ColumnKind) -> Column {
    Column { optional: true, ..column(name, kind) }
}

/// id, country?, born?, email?, plan? (whole numbers), ok (truth)?, seen?
pub(crate) fn people() -> Table {
    let columns = vec![
        column("id", ColumnKind::Integer),
        optional("country", ColumnKind::Text),
        optional("born", ColumnKind::Date),
        optional("email", ColumnKind::Text),
        optional("level", ColumnKind::Integer),
        optional("ok", ColumnKind::Boolean),
        optional("seen", ColumnKind::Instant),
    ];
    Table {
        name: "people".into(),
        physical: vec!["crm".into(), "people".into()],
        declared: (0..columns.len()).collect(),
        columns,
        role: Role::Entity { key: 0, kind: SubjectKind::Person },
        clock: None,
        arrived: None,
        unique: None,
        tolerate: 0,
        along: None,
    }
}

/// person, at, total, status (paid or open), channel?, loaded?, no?
pub(crate) fn orders() -> Table {
    let mut status = column("status", ColumnKind::Text);
    status.one_of = Some(vec!["paid".into(), "open".into()]);
    let columns = vec![
        column("person", ColumnKind::Integer),
        column("at", ColumnKind::Instant),
        column("total", ColumnKind::Decimal),
        status,
        optional("channel", ColumnKind::Text),
        optional("loaded", ColumnKind::Instant),
        optional("no", ColumnKind::Text),
    ];
    Table {
        name: "orders".into(),
        physical: vec!["shop".into(), "orders".into()],
        declared: (0..columns.len()).collect(),
        columns,
        role: Role::Events { subject: 0 },
        clock: Some(Clock { column: 1, span: Length::days(365), happened: true }),
        arrived: None,
        unique: None,
        tolerate: 0,
        along: None,
    }
}

pub(crate) fn purpose(basis: Basis) -> PurposeGuard {
    PurposeGuard {
        purpose: "mail".into(),
        basis,
        valid: Some(Length::days(100)),
        notice: Some("2025-01".into()),
        channels: vec![Channel::Email],
    }
}

pub(crate) fn clock(name: &str) -> ClockColumn {
    ClockColumn { column: name.into(), kind: ColumnKind::Instant }
}

/// person, what, state, at, until, notice
pub(crate) fn consent() -> Ledger {
    let code = |code: &str, grants: &[usize], denies: &[usize]| Code {
        code: code.into(),
        grants: grants.to_vec(),
        denies: denies.to_vec(),
    };
    let states = [
        ("yes", ConsentState::Granted),
        ("no", ConsentState::Withdrawn),
        ("objection", ConsentState::Objected),
        ("frozen", ConsentState::Restricted),
        ("free", ConsentState::Released),
        ("erased", ConsentState::Erased),
    ];
    Ledger {
        name: "consent".into(),
        physical: vec!["privacy".into(), "consent".into()],
        subject: "person".into(),
        keyed_by: KeyedBy::Entity,
        only_opt_out: false,
        retention: None,
        skew: Length::seconds(300),
        fresh: None,
        rows: LedgerRows::Events {
            purpose_column: "what".into(),
            codes: vec![code("mail", &[0], &[0]), code("other", &[], &[]), code("all", &[], &[0])],
            state_column: "state".into(),
            states: states.map(|(name, state)| (name.to_owned(), state)).to_vec(),
            at: clock("at"),
            until: Some(clock("until")),
            version: Some(Version { column: "notice".into(), order: None }),
            evidence: None,
        },
    }
}

pub(crate) fn no_asks() -> Asks {
    Asks { absent_means_yes: false, adult_at: None, opt_outs: vec![] }
}

pub(crate) fn guard() -> Guard {
    Guard {
        entity: PEOPLE,
        kind: SubjectKind::Person,
        suspended: None,
        purposes: vec![purpose(Basis::Consent)],
        ledgers: vec![consent()],
        identities: vec![],
        shared: vec![],
        members: vec![],
        control: vec![],
        residence: Residence { path: None, rules: vec![], strictest: no_asks() },
        birth: None,
    }
}

/// A guard that lets everybody pass who is not frozen.
pub(crate) fn contract() -> Guard {
    Guard { purposes: vec![purpose(Basis::Contract)], ..guard() }
}

pub(crate) fn path(table: usize, binding: u32, column: usize) -> Path {
    Path { binding, hops: vec![], table, column }
}

/// A cell of the person.
pub(crate) fn own(column: usize) -> Expr {
    Expr::Field(path(PEOPLE, 0, column))
}

/// A cell of the order bound at 1.
pub(crate) fn of_order(column: usize) -> Expr {
    Expr::Field(path(ORDERS, 1, column))
}

pub(crate) fn text(text: &str) -> Expr {
    Expr::Literal(Value::Text(text.into()))
}

pub(crate) fn number(n: &str) -> Expr {
    Expr::Literal(Value::Decimal(n.parse().unwrap()))
}

pub(crate) fn compare(left: Expr, op: CompareOp, right: Expr) -> Cond {
    Cond::Compare { op, left, right }
}

pub(crate) fn last_days(days: i64) -> Window {
    Window { from: Bound::Back(Length::days(days)), to: Bound::Now, absolute: false }
}

/// The orders of the last 30 days, bound at 1 and read by scan 1.
pub(crate) fn order_rows(filter: Option<Cond>) -> Rows {
    Rows {
        binding: 1,
        each: None,
        from: RowsFrom::Subject { table: ORDERS, of: 0, via: vec![] },
        filter: filter.map(Box::new),
        window: Some(last_days(30)),
        anchored: None,
        latest: None,
        scan: 1,
    }
}

pub(crate) fn scan(table: usize, columns: &[usize], rows: Option<&Rows>) -> Scan {
    Scan {
        table,
        columns: columns.to_vec(),
        from: rows.map(|rows| rows.from.clone()),
        window: rows.and_then(|rows| rows.window),
        across: vec![],
    }
}

pub(crate) fn plan(guard: Guard, condition: Cond) -> SegmentPlan {
    SegmentPlan {
        format: FORMAT,
        about: About {
            name: "s".into(),
            title: None,
            owner: None,
            because: None,
            purposes: vec![],
            consent: ConsentAbout::NotNeeded("test".into()),
            retain: Length::days(0),
            refresh: None,
            destinations: vec![],
            campaigns: Vec::new(),
            fairness: None,
            packs: Vec::new(),
            written: String::new(),
        },
        hash: String::new(),
        timezone: "Europe/Berlin".into(),
        tables: vec![people(), orders()],
        statements: Vec::new(),
        links: vec![],
        guard,
        condition,
        scans: vec![scan(PEOPLE, &[], None), scan(ORDERS, &[2, 3, 4], Some(&order_rows(None)))],
        stay: None,
        delivery: Delivery { expose: vec![], cap: None, holdout: None, minimum: 0 },
        reads: vec![],
        figures: None,
    }
}

/// A plan with something of most things in it.
pub(crate) fn rich() -> SegmentPlan {
    let mut guard = guard();
    guard.residence = Residence {
        path: Some(path(PEOPLE, 0, 1)),
        rules: vec![Jurisdiction {
            name: "eu".into(),
            countries: vec!["DE".into(), "FR".into()],
            asks: Asks { adult_at: Some(16), ..no_asks() },
        }],
        strictest: Asks { adult_at: Some(18), ..no_asks() },
    };
    guard.birth = Some(path(PEOPLE, 0, 2));
    guard.control = vec![path(PEOPLE, 0, 3)];
    guard.ledgers[0].fresh = Some(Fresh::Within { within: Length::days(1), by: clock("at") });
    let paid = Cond::OneOf { value: of_order(3), values: vec![Value::Text("paid".into())], ignoring_case: false };
    let spent = Aggregate {
        func: AggregateFunc::Sum,
        rows: order_rows(Some(paid)),
        value: Some(of_order(2)),
        ignoring_missing: false,
        share: None,
    };
    let spent = compare(Expr::Aggregate(Box::new(spent)), CompareOp::GreaterOrEqual, number("12.5"));
    let level = compare(own(4), CompareOp::Less, Expr::Literal(Value::Integer(9_007_199_254_740_993)));
    let mut later = order_rows(None);
    later.binding = 2;
    let few = Cond::Count { rows: Box::new(later), op: CompareOp::Less, n: 3 };
    let condition = Cond::And(vec![spent, Cond::Or(vec![level, Cond::Not(Box::new(Cond::Missing(own(1))))]), few]);
    let mut plan = plan(guard, condition);
    plan.delivery.minimum = 1;
    plan.delivery.holdout = Some(Holdout { basis_points: 1_000, salt: "winback".into() });
    plan
}
