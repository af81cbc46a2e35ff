//! Physical types of control columns: what the catalog declares must be what the warehouse holds.
//!
//! An engine casts a column of another type in silence: a timestamp without zone by the zone of the session, text beside a number by
//! rules of its own. A withdrawal would then have happened later than it did, or be of nobody. So one check per table asks for the
//! types, and the run is empty where one differs.

use super::{Check, Lower};
use crate::emit::sql::tree::{Expr, Func, and, any_row, call, col, not, table};
use crate::plan::{ColumnKind, Fresh, Guard, Ledger, LedgerRows};

/// The columns of one table, each with what it is declared to hold.
struct Declared<'p> {
    physical: &'p [String],
    columns: Vec<(&'p str, ColumnKind)>,
}

impl<'p> Lower<'p> {
    /// Whether the columns by which a guard decides, and at the root the clocks of every table, hold what they are declared to hold.
    pub fn type_checks(&self, guard: &'p Guard, root: bool) -> Vec<Check> {
        if !self.dialect.tells_types {
            return Vec::new();
        }
        let mut all: Vec<Declared<'p>> = Vec::new();
        let mut say = |physical: &'p [String], column: &'p str, kind: ColumnKind| {
            let place = all.iter().position(|known| known.physical == physical);
            let known = match place.and_then(|place| all.get_mut(place)) {
                Some(known) => known,
                None => return all.push(Declared { physical, columns: vec![(column, kind)] }),
            };
            if !known.columns.contains(&(column, kind.clone())) {
                known.columns.push((column, kind));
            }
        };
        self.of_entity(guard, &mut say);
        guard.ledgers.iter().for_each(|ledger| of_ledger(ledger, self.subject_kind(guard, ledger), &mut say));
        let key = self.key_kind(guard.entity);
        guard.identities.iter().for_each(|identity| say(&identity.physical, &identity.to, key.clone()));
        guard.members.iter().for_each(|members| say(&members.physical, &members.belongs, key.clone()));
        if root {
            self.of_clocks(&mut say);
        }
        all.iter().filter_map(check).collect()
    }

    fn of_entity(&self, guard: &'p Guard, say: &mut dyn FnMut(&'p [String], &'p str, ColumnKind)) {
        let plan = self.plan;
        let key = plan.tables.get(guard.entity).and_then(|of| match of.role {
            crate::plan::Role::Entity { key, .. } => Some((guard.entity, key)),
            crate::plan::Role::Events { .. } | crate::plan::Role::Nested { .. } | crate::plan::Role::Lookup { .. } => {
                None
            }
        });
        let birth = guard.birth.as_ref().map(|path| (path.table, path.column));
        for (of, column) in key.into_iter().chain(birth) {
            let Some(of) = plan.tables.get(of) else { continue };
            let Some(column) = of.columns.get(column) else { continue };
            say(&of.physical, &column.name, column.kind.clone());
        }
    }

    fn of_clocks(&self, say: &mut dyn FnMut(&'p [String], &'p str, ColumnKind)) {
        let plan = self.plan;
        for of in &plan.tables {
            let clocks = of.clock.iter().map(|clock| clock.column).chain(of.arrived);
            for column in clocks.filter_map(|column| of.columns.get(column)) {
                say(&of.physical, &column.name, column.kind.clone());
            }
            if let Some(along) = &of.along {
                say(&along.physical, &along.to, along.to_kind.clone());
                say(&along.physical, &along.at.column, along.at.kind.clone());
            }
        }
    }
}

fn of_ledger<'p>(ledger: &'p Ledger, subject: ColumnKind, say: &mut dyn FnMut(&'p [String], &'p str, ColumnKind)) {
    let mut own = |column: &'p str, kind: &ColumnKind| say(&ledger.physical, column, kind.clone());
    own(&ledger.subject, &subject);
    if let Some(Fresh::Within { by, .. }) = &ledger.fresh {
        own(&by.column, &by.kind);
    }
    match &ledger.rows {
        LedgerRows::Events { at, until, .. } => {
            [at].into_iter().chain(until).for_each(|clock| own(&clock.column, &clock.kind));
        }
        LedgerRows::States { columns } => {
            for column in columns {
                own(&column.column, &column.kind);
                column.since.iter().for_each(|since| own(&since.column, &since.kind));
            }
        }
    }
}

/// Nothing where no column of the table has a type that matters.
fn check(declared: &Declared<'_>) -> Option<Check> {
    let holds = declared.columns.iter().filter_map(|(column, kind)| holds(col("r", column), kind)).collect();
    let holds = and(holds);
    if holds == Expr::Truth(true) {
        return None;
    }
    let name = format!("types_of_{}", declared.physical.last().map_or("", String::as_str));
    Some(Check { name, holds: Expr::NotExists(any_row(table(declared.physical, "r"), vec![not(holds)])) })
}

/// Texts are read as text whatever they are, decimals where they fit.
fn holds(column: Expr, kind: &ColumnKind) -> Option<Expr> {
    let func = match kind {
        ColumnKind::Instant => Func::HoldsInstants,
        ColumnKind::Wall { .. } => Func::HoldsWallTimes,
        ColumnKind::Date => Func::HoldsDays,
        ColumnKind::Integer => Func::HoldsWholes,
        ColumnKind::Boolean => Func::HoldsTruths,
        ColumnKind::Text
        | ColumnKind::Decimal
        | ColumnKind::Degrees { .. }
        | ColumnKind::Uuid
        | ColumnKind::Version
        | ColumnKind::List { .. } => return None,
    };
    Some(call(func, vec![column]))
}
