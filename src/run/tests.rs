//! Row tests: every sentence of the plan's contract over hand-built plans and a few lines of CSV.

mod conditions;
mod guards;
mod hostile;

use std::collections::BTreeMap;

use super::{Data, Fate, File, Format, Outcome, Reason, Silent};
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::plan::Bound;
use crate::plan::{
    About, Asks, Clock, ClockColumn, Code, Column, ColumnKind, Cond, ConsentAbout, Delivery, Expr, FORMAT, Guard,
    KeyedBy, Ledger, LedgerRows, Path, PurposeGuard, Residence, Role, Rows, RowsFrom, Scan, SegmentPlan, Table,
    Version, Window,
};

/// Where every test stands.
const NOW: &str = "2026-06-15T12:00:00Z";

/// Index of the people, of the orders.
const PEOPLE: usize = 0;
const ORDERS: usize = 1;

fn column(name: &str, kind: ColumnKind) -> Column {
    Column { name: name.into(), kind, optional: false, one_of: None }
}

fn optional(name: &str, kind: ColumnKind) -> Column {
    Column { optional: true, ..column(name, kind) }
}

/// id, country?, born?, email?, plan? (whole numbers), ok (truth)?, seen?
fn people() -> Table {
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
    }
}

/// person, at, total, status (paid or open), channel?, loaded?, no?
fn orders() -> Table {
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
    }
}

fn purpose(basis: Basis) -> PurposeGuard {
    PurposeGuard {
        purpose: "mail".into(),
        basis,
        valid: Some(Length::days(100)),
        notice: Some("2025-01".into()),
        channels: vec![Channel::Email],
    }
}

fn clock(name: &str) -> ClockColumn {
    ClockColumn { column: name.into(), kind: ColumnKind::Instant }
}

/// person, what, state, at, until, notice
fn consent() -> Ledger {
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

fn no_asks() -> Asks {
    Asks { absent_means_yes: false, adult_at: None, opt_outs: vec![] }
}

fn guard() -> Guard {
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
fn contract() -> Guard {
    Guard { purposes: vec![purpose(Basis::Contract)], ..guard() }
}

fn path(table: usize, binding: u32, column: usize) -> Path {
    Path { binding, hops: vec![], table, column }
}

/// A cell of the person.
fn own(column: usize) -> Expr {
    Expr::Field(path(PEOPLE, 0, column))
}

/// A cell of the order bound at 1.
fn of_order(column: usize) -> Expr {
    Expr::Field(path(ORDERS, 1, column))
}

fn text(text: &str) -> Expr {
    Expr::Literal(Value::Text(text.into()))
}

fn number(n: &str) -> Expr {
    Expr::Literal(Value::Decimal(n.parse().unwrap()))
}

fn compare(left: Expr, op: CompareOp, right: Expr) -> Cond {
    Cond::Compare { op, left, right }
}

fn last_days(days: i64) -> Window {
    Window { from: Bound::Back(Length::days(days)), to: Bound::Now, absolute: false }
}

/// The orders of the last 30 days, bound at 1 and read by scan 1.
fn order_rows(filter: Option<Cond>) -> Rows {
    Rows {
        binding: 1,
        from: RowsFrom::Subject { table: ORDERS, of: 0, via: vec![] },
        filter: filter.map(Box::new),
        window: Some(last_days(30)),
        scan: 1,
    }
}

fn scan(table: usize, columns: &[usize], rows: Option<&Rows>) -> Scan {
    Scan {
        table,
        columns: columns.to_vec(),
        from: rows.map(|rows| rows.from.clone()),
        window: rows.and_then(|rows| rows.window),
        across: vec![],
    }
}

fn plan(guard: Guard, condition: Cond) -> SegmentPlan {
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
            written: String::new(),
        },
        hash: String::new(),
        timezone: "Europe/Berlin".into(),
        tables: vec![people(), orders()],
        links: vec![],
        guard,
        condition,
        scans: vec![scan(PEOPLE, &[], None), scan(ORDERS, &[2, 3, 4], Some(&order_rows(None)))],
        delivery: Delivery { expose: vec![], cap: None, holdout: None, minimum: 0 },
        reads: vec![],
    }
}

/// Tables by name, as CSV; tables that a test does not speak of are made up.
#[derive(Clone)]
struct World(BTreeMap<String, File>);

impl World {
    fn new() -> Self {
        let world = Self(BTreeMap::new());
        world
            .with(
                "crm.people",
                "id,country,born,email,level,ok,seen\n1,DE,1990-01-01,a@x,1,true,\n2,FR,1990-01-01,b@x,2,false,\n",
            )
            .with("shop.orders", "person,at,total,status,channel,loaded,no\n")
            .with("privacy.consent", "person,what,state,at,until,notice\n9,other,yes,2026-06-01T00:00:00Z,,2026-01\n")
    }

    fn with(mut self, table: &str, csv: &str) -> Self {
        let file = File { name: format!("{table}.csv"), format: Format::Csv, bytes: csv.as_bytes().to_vec() };
        self.0.insert(table.into(), file);
        self
    }

    fn consents(self, rows: &str) -> Self {
        self.with("privacy.consent", &format!("person,what,state,at,until,notice\n{rows}"))
    }

    fn people(self, rows: &str) -> Self {
        self.with("crm.people", &format!("id,country,born,email,level,ok,seen\n{rows}"))
    }

    fn orders(self, rows: &str) -> Self {
        self.with("shop.orders", &format!("person,at,total,status,channel,loaded,no\n{rows}"))
    }

    fn without(mut self, table: &str) -> Self {
        self.0.remove(table);
        self
    }

    fn try_run(&self, plan: &SegmentPlan) -> Result<Outcome, Diagnostic> {
        Data::load(&[plan], &self.0, &Silent).at(NOW.parse().unwrap()).run(plan)
    }

    fn run(&self, plan: &SegmentPlan) -> Outcome {
        self.try_run(plan).unwrap()
    }

    fn members(&self, plan: &SegmentPlan) -> Vec<String> {
        self.run(plan).members().into_iter().map(str::to_owned).collect()
    }
}

/// Whether person 1 is a member, of a plan with this condition and no consent asked.
fn holds(world: &World, condition: Cond) -> bool {
    world.members(&plan(contract(), condition)).contains(&"1".to_owned())
}

fn fate(outcome: &Outcome, key: &str) -> Fate {
    outcome.why(key).unwrap()
}

fn refused(outcome: &Outcome, key: &str) -> Option<Reason> {
    match fate(outcome, key) {
        Fate::Guard(reason) => Some(reason),
        Fate::Broken
        | Fate::NotWanted(_)
        | Fate::Unknown(_)
        | Fate::Capped
        | Fate::HeldOut
        | Fate::Withheld
        | Fate::Leaves => None,
    }
}
