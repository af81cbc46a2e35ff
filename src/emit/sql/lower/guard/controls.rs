//! What must hold of control data lest nobody pass: ledgers, keys, addresses, types, clocks.

use super::Lower;
use crate::emit::sql::lower::Check;
use crate::emit::sql::lower::ledger::{first_day, not_plain};
use crate::emit::sql::lower::tables::{control_key, instant_of};
use crate::emit::sql::tree::{Agg, Expr, From, Item, Op, Select, Test, and, any_row, binary, col, is, or, table};
use crate::model::{Instant, SubjectKind};
use crate::plan::{ColumnKind, Guard, Role, Table};

impl<'p> Lower<'p> {
    /// What must hold lest nobody pass: of ledgers, keys and addresses; for the segment itself, of nobody's rows too.
    pub fn controls(&mut self, guard: &'p Guard, root: bool) -> Vec<Check> {
        let mut checks = Vec::new();
        if guard.suspended.is_some() {
            checks.push(Check { name: "purpose_is_not_suspended".to_owned(), holds: Expr::Truth(false) });
        }
        for ledger in &guard.ledgers {
            let made = self.ledger(ledger, &self.subject_kind(guard, ledger));
            checks.extend(self.ledger_checks(ledger, &made));
        }
        checks.extend(self.key_checks(guard));
        checks.extend(self.type_checks(guard, root));
        if root {
            checks.extend(self.links_are_whole());
        }
        if root && self.dialect.collation_by_session {
            let tells = binary(Op::NotEqual, Expr::Text("a".to_owned()), Expr::Text("A".to_owned()));
            checks.push(Check { name: "capitals_are_told_apart".to_owned(), holds: tells });
        }
        if root {
            let tables: Vec<&'p Table> = self.plan.tables.iter().collect();
            checks.extend(tables.into_iter().filter_map(|table| self.nobodys_check(table)));
        }
        told_apart(checks)
    }

    fn key_checks(&mut self, guard: &Guard) -> Vec<Check> {
        let mut checks = Vec::new();
        let plan = self.plan;
        let Some(entity) = plan.tables.get(guard.entity) else { return checks };
        let none = |from: From, filter: Expr| Expr::NotExists(any_row(from, vec![filter]));
        if let Role::Entity { key, .. } = entity.role {
            let name = entity.columns.get(key).map_or("", |column| column.name.as_str());
            let holds = none(table(&entity.physical, "r"), is(col("r", name), Test::Null));
            checks.push(Check { name: format!("every_{}_has_a_key", entity.name), holds });
        }
        for path in &guard.control {
            let of = plan.tables.get(path.table);
            let Some((of, column)) = of.and_then(|of| Some((of, of.columns.get(path.column)?))) else { continue };
            let holds = none(table(&of.physical, "r"), not_plain(&control_key(col("r", &column.name), &column.kind)));
            checks.push(Check { name: format!("{}_is_plain", column.name), holds });
        }
        for identity in &guard.identities {
            let lacks = |column: &str| is(col("r", column), Test::Null);
            let holds = none(table(&identity.physical, "r"), or(vec![lacks(&identity.from), lacks(&identity.to)]));
            checks.push(Check { name: format!("every_link_of_{}_is_whole", identity.name), holds });
        }
        let ids = matches!(guard.kind, SubjectKind::Person | SubjectKind::Device);
        for members in &guard.members {
            let holds = none(table(&members.physical, "r"), is(col("r", &members.key), Test::Null));
            checks.push(Check { name: "every_member_has_a_key".to_owned(), holds });
            if ids {
                let holds = none(table(&members.physical, "r"), is(col("r", &members.belongs), Test::Null));
                checks.push(Check { name: "every_link_has_an_id".to_owned(), holds });
            }
            for contact in &members.contacts {
                let plain = not_plain(&control_key(col("r", contact), &ColumnKind::Text));
                checks.push(Check {
                    name: format!("members_{contact}_is_plain"),
                    holds: none(table(&members.physical, "r"), plain),
                });
            }
        }
        checks
    }

    /// Rows without subject or time are few enough.
    fn nobodys_check(&mut self, of: &'p Table) -> Option<Check> {
        let (Role::Entity { key, .. } | Role::Events { subject: key }) = of.role else { return None };
        let raw = |column: usize| col("r", of.columns.get(column).map_or("", |column| column.name.as_str()));
        let mut nobodys = vec![is(raw(key), Test::Null)];
        if let Some(clock) = of.clock.as_ref().filter(|clock| clock.happened) {
            let kind = of.columns.get(clock.column).map_or(ColumnKind::Instant, |column| column.kind.clone());
            nobodys.push(is(self.known_clock(&raw(clock.column), &kind), Test::NotTrue));
        }
        // Nobody can say whether a row of unknown arrival was known by now.
        if let Some(arrived) = of.arrived {
            let kind = of.columns.get(arrived).map_or(ColumnKind::Instant, |column| column.kind.clone());
            nobodys.push(is(self.known_clock(&raw(arrived), &kind), Test::NotTrue));
        }
        let from = table(&of.physical, "r");
        let holds = if of.tolerate == 0 {
            Expr::NotExists(any_row(from, vec![or(nobodys)]))
        } else {
            let items = vec![Item { expr: Expr::Aggregate(Agg::Count, None), alias: None }];
            let count = Select { items, from: Some(from), filter: vec![or(nobodys)], ..Select::default() };
            binary(Op::LessOrEqual, Expr::Scalar(Box::new(count)), Expr::Whole(i128::from(of.tolerate)))
        };
        Some(Check { name: format!("{}_rows_have_owner_and_time", of.name), holds })
    }

    /// Whether a clock is there and within the years in which clocks are believed.
    fn known_clock(&mut self, bare: &Expr, kind: &ColumnKind) -> Expr {
        let (first, end) = (Instant::FIRST_KNOWN, Instant::KNOWN_END);
        let between = |of: Expr, low: Expr, high: Expr| {
            and(vec![binary(Op::GreaterOrEqual, of.clone(), low), binary(Op::Less, of, high)])
        };
        match kind {
            ColumnKind::Date => {
                let day = |instant| Expr::Day(first_day(self.clock.zone(), instant));
                between(bare.clone(), day(first), day(end))
            }
            ColumnKind::Wall { .. } => {
                let instant = instant_of(bare, kind, "UTC");
                between(instant, Expr::Instant(first), Expr::Instant(end))
            }
            ColumnKind::Instant
            | ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Integer
            | ColumnKind::Decimal
            | ColumnKind::Degrees { .. }
            | ColumnKind::Version
            | ColumnKind::List { .. }
            | ColumnKind::Uuid => between(bare.clone(), Expr::Instant(first), Expr::Instant(end)),
        }
    }
}

/// Checks of the same name are numbered: two columns may be called alike.
fn told_apart(mut checks: Vec<Check>) -> Vec<Check> {
    let mut known = Vec::new();
    for check in &mut checks {
        let wanted: String = check.name.chars().take(50).collect();
        let (mut name, mut n) = (wanted.clone(), 2);
        while known.contains(&name) {
            name = format!("{wanted}_{n}");
            n += 1;
        }
        known.push(name.clone());
        check.name = name;
    }
    checks
}
