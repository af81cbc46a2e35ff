//! Row tests: every sentence of the plan's contract over hand-built plans and a few lines of CSV.

mod conditions;
mod guards;
mod hostile;

use std::collections::BTreeMap;

use super::{Data, Fate, File, Format, Outcome, Reason, Silent};
use crate::diagnostic::Diagnostic;
use crate::model::{Basis, Length, SubjectKind, Value};
use crate::plan::samples::*;
use crate::plan::*;

/// Where every test stands.
const NOW: &str = "2026-06-15T12:00:00Z";

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
