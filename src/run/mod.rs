//! The embedded engine: evaluates segment plans person by person over rows from CSV and Parquet, for previews and tests.
//!
//! ```text
//! Source ─ read_csv, read_parquet ─▶ Store ─ session, cut ─▶ cut rows, groups, links ─ guard, broken, evaluate ─▶ Outcome
//! ```
//!
//! It opens no file, knows no clock and never panics on what it reads. Every table is loaded once, only in the columns that some
//! segment reads; text is coded, rows are grouped once by subject and sorted by clock, and windows are cut out of that by
//! binary search. Results do not depend on the number of threads.
//!
//! Where a control table is keyed by an address or links people, all its rows and all rows of the entity are looked at,
//! those outside the entity's retention included: more control rows only keep people out.

mod along;
mod broken;
mod cells;
mod compile;
mod cut;
mod dates;
mod evaluate;
mod figures;
mod guard;
mod keys;
mod ledger;
mod lists;
mod number;
mod outcome;
mod parse;
mod places;
mod ranks;
mod read_csv;
mod read_parquet;
mod session;
mod source;
mod spelling;
mod store;
mod time;
mod unread;

#[cfg(test)]
mod tests;

pub use figures::Table;
pub use guard::Reason;
pub use outcome::{Fate, Outcome, Waterfall};
pub use source::{File, Format, Progress, Silent, Source};
pub use unread::{Spot, Unread};

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::diagnostic::Diagnostic;
use crate::diagnostic::text::counted;
use crate::model::Instant;
use crate::model::calendar::Zone;
use crate::plan::{Cond, Guard, Holdout, PlacementPlan, Role, SegmentPlan};
use broken::Breaks;
use compile::{Compiler, RowSet, Test, Truth};
use evaluate::Binding;
use guard::Verdicts;
use keys::NONE;
use ranks::Ranking;
use session::{Keyed, Scope, Session};
use store::{Store, internal};

/// One segment's part of a preview: what was found, or why nothing can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The segment's name.
    pub segment: String,
    /// What was found.
    pub outcome: Result<Outcome, Diagnostic>,
}

/// Evaluates every plan at `now` over what `source` holds, in the order given.
pub fn preview(plans: &[SegmentPlan], source: &dyn Source, now: Instant, progress: &dyn Progress) -> Vec<Preview> {
    let plans: Vec<&SegmentPlan> = plans.iter().collect();
    Data::load(&plans, source, progress).preview(&plans, now, progress)
}

/// The keys that would leave, sorted.
///
/// # Errors
/// Why nothing can be found: a table or column that cannot be read, or a plan that does not hold together.
pub fn members(plan: &SegmentPlan, source: &dyn Source, now: Instant) -> Result<Vec<String>, Diagnostic> {
    let data = Data::load(&[plan], source, &Silent);
    let outcome = data.at(now).run(plan)?;
    Ok(outcome.members().into_iter().map(str::to_owned).collect())
}

/// What each person is shown by a placement, by key; whoever is not here is shown what it says `otherwise`.
///
/// # Errors
/// Why nothing can be found.
pub fn shown(plan: &PlacementPlan, source: &dyn Source, now: Instant) -> Result<BTreeMap<String, String>, Diagnostic> {
    let segments: Vec<&SegmentPlan> = plan.shows.iter().map(|show| &show.to).collect();
    let data = Data::load(&segments, source, &Silent);
    let run = data.at(now);
    let mut shown = BTreeMap::new();
    for show in &plan.shows {
        for key in run.run(&show.to)?.members() {
            shown.entry(key.to_owned()).or_insert_with(|| show.what.clone());
        }
    }
    Ok(shown)
}

/// What a report shows.
///
/// # Errors
/// Why nothing can be found.
pub fn report(plan: &SegmentPlan, source: &dyn Source, now: Instant) -> Result<Table, Diagnostic> {
    Data::load(&[plan], source, &Silent).at(now).report(plan)
}

/// Loaded tables, good for any instant.
#[derive(Debug)]
pub struct Data {
    store: Store,
}

impl Data {
    /// Loads the columns that the plans read.
    pub fn load(plans: &[&SegmentPlan], source: &dyn Source, progress: &dyn Progress) -> Self {
        Self { store: Store::load(plans, source, progress) }
    }

    /// At one instant.
    pub fn at(&self, now: Instant) -> Run<'_> {
        Run { session: Session::new(&self.store, now) }
    }

    /// Evaluates every plan, in the order given.
    pub fn preview(&self, plans: &[&SegmentPlan], now: Instant, progress: &dyn Progress) -> Vec<Preview> {
        let run = self.at(now);
        let outcome = |(at, plan): (usize, &&SegmentPlan)| {
            let outcome = run.run(plan);
            progress.step("segments", at + 1, plans.len());
            Preview { segment: plan.about.name.clone(), outcome }
        };
        plans.iter().enumerate().map(outcome).collect()
    }
}

/// Loaded tables at one instant.
#[derive(Debug)]
pub struct Run<'d> {
    session: Session<'d>,
}

impl Run<'_> {
    /// Evaluates one segment.
    ///
    /// # Errors
    /// A table or column that cannot be read, or a plan that does not hold together.
    pub fn run(&self, plan: &SegmentPlan) -> Result<Outcome, Diagnostic> {
        self.asked(plan, evaluate_plan)
    }

    /// What a report shows.
    ///
    /// # Errors
    /// As above.
    pub fn report(&self, plan: &SegmentPlan) -> Result<Table, Diagnostic> {
        self.asked(plan, figures::table)
    }

    fn asked<T>(
        &self,
        plan: &SegmentPlan,
        ask: impl FnOnce(Scope<'_>) -> Result<T, Diagnostic>,
    ) -> Result<T, Diagnostic> {
        plan.validate().map_err(|cause| internal(&cause).about(plan.about.name.clone()))?;
        let zone =
            Zone::named(&plan.timezone).ok_or_else(|| internal(&format!("zone `{}` is unknown", plan.timezone)))?;
        // The plan and the zone live as long as this call; so does everything compiled from them.
        let session: &Session<'_> = &self.session;
        ask(Scope { session, plan, zone: &zone }).map_err(|finding| finding.about(plan.about.name.clone()))
    }
}

/// A segment ready to be asked about each person.
struct Ready<'r> {
    keyed: Arc<Keyed>,
    passes: Arc<Verdicts>,
    breaks: Breaks,
    /// The conjuncts of the condition.
    parts: Vec<Test<'r>>,
    cap: Option<(RowSet<'r>, u64)>,
    holdout: Option<&'r Holdout>,
    figures: Option<figures::Figures<'r>>,
    rankings: Vec<Arc<Ranking<'r>>>,
    slots: usize,
}

fn evaluate_plan(scope: Scope<'_>) -> Result<Outcome, Diagnostic> {
    let ready = ready(scope)?;
    let (_, waterfall, fates) = everybody(&scope, &ready)?;
    Ok(Outcome::new(scope.plan.about.name.clone(), waterfall, fates))
}

/// Everybody in scope: ids with their rows, what was counted, and each one's key and fate, in the same order.
#[expect(clippy::type_complexity, reason = "it is taken apart where it is given")]
fn everybody(
    scope: &Scope<'_>,
    ready: &Ready<'_>,
) -> Result<(Vec<(u32, u32)>, Waterfall, Vec<(String, Fate)>), Diagnostic> {
    let mut empty_because = ready.passes.empties.clone();
    let nobodys = nobodys(scope, &mut empty_because)?;
    let view = scope.view(0)?;
    let people: Vec<(u32, u32)> =
        (0..ready.keyed.keys.count).map(|id| (id, ready.keyed.row(id))).filter(|(_, row)| *row != NONE).collect();
    ranks::rank(ready, &people);
    let fates: Vec<(String, Fate)> = people
        .par_chunks(1024)
        .flat_map_iter(|chunk| {
            let mut bound = Binding::new(ready.slots);
            let fate = |(id, row): &(u32, u32)| {
                let key = guard::key_text(view, *row).unwrap_or_default();
                let fate = ready.fate(*id, *row, &key, &mut bound);
                (key, fate)
            };
            chunk.iter().map(fate).collect::<Vec<_>>()
        })
        .collect();
    let (mut waterfall, fates) = count(scope, fates, empty_because, nobodys);
    waterfall.spoke = ready.passes.spoke;
    Ok((people, waterfall, fates))
}

fn ready(scope: Scope<'_>) -> Result<Ready<'_>, Diagnostic> {
    let plan = scope.plan;
    let mut known: Vec<(&Guard, Arc<Verdicts>)> = Vec::new();
    let mut passes = |guard| {
        if let Some((_, verdicts)) = known.iter().find(|(other, _)| *other == guard) {
            return Ok(Arc::clone(verdicts));
        }
        let verdicts = Arc::new(guard::verdicts(&scope, guard)?);
        known.push((guard, Arc::clone(&verdicts)));
        Ok(verdicts)
    };
    let own = passes(&plan.guard)?;
    let mut compiler = Compiler::new(scope, &mut passes);
    let conjuncts =
        if let Cond::And(parts) = &plan.condition { parts.as_slice() } else { std::slice::from_ref(&plan.condition) };
    let parts = conjuncts.iter().map(|part| compiler.cond(part)).collect::<Result<_, _>>()?;
    let cap = plan.delivery.cap.as_ref().map(|cap| Ok((compiler.rows(&cap.rows)?, cap.contacts))).transpose()?;
    let figures = plan.figures.as_ref().map(|figures| figures::Figures::of(&mut compiler, figures)).transpose()?;
    let breaks = Breaks::of(&mut compiler)?;
    let slots = compiler.slots();
    let rankings = std::mem::take(&mut compiler.rankings);
    let holdout = plan.delivery.holdout.as_ref();
    Ok(Ready { keyed: scope.keyed(0)?, passes: own, breaks, parts, cap, holdout, figures, rankings, slots })
}

impl Ready<'_> {
    /// Whether somebody who is bound is left out by a broken row.
    fn is_broken(&self, id: u32, row: u32, bound: &mut Binding) -> bool {
        self.keyed.is_twice(id) || self.breaks.any(bound, row)
    }

    fn fate(&self, id: u32, row: u32, key: &str, bound: &mut Binding) -> Fate {
        if let Some(reason) = self.passes.reason(id) {
            return Fate::Guard(reason);
        }
        bound.bind(0, row);
        if self.is_broken(id, row, bound) {
            return Fate::Broken;
        }
        let mut unknown = None;
        for (at, part) in self.parts.iter().enumerate() {
            match part.test(bound) {
                Truth::True => {}
                Truth::Unknown => unknown = unknown.or(Some(at)),
                Truth::False => return Fate::NotWanted(at),
            }
        }
        if let Some(at) = unknown {
            return Fate::Unknown(at);
        }
        if let Some((rows, contacts)) = &self.cap
            && rows.count(bound).is_none_or(|(_, possible)| possible >= *contacts)
        {
            return Fate::Capped;
        }
        if self.holdout.is_some_and(|holdout| is_held_out(holdout, key)) { Fate::HeldOut } else { Fate::Leaves }
    }
}

/// Whether somebody's bucket is below the share.
fn is_held_out(holdout: &Holdout, key: &str) -> bool {
    bucket(&holdout.salt, key) < holdout.basis_points
}

/// The first seven hex digits of SHA-256 of `salt:key`, modulo 10 000.
fn bucket(salt: &str, key: &str) -> u32 {
    let digest = Sha256::digest(format!("{salt}:{key}").as_bytes());
    let first = digest.iter().take(4).fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) >> 4;
    first % 10_000
}

/// Counts rows that are nobody's; more than a table tolerates empty the run.
fn nobodys(
    scope: &Scope<'_>,
    empty_because: &mut Vec<String>,
) -> Result<std::collections::BTreeMap<String, u64>, Diagnostic> {
    let mut found = std::collections::BTreeMap::new();
    for (at, table) in scope.plan.tables.iter().enumerate() {
        let lost = scope.lost(scope.view(at)?)?;
        let loose = along::loose(scope, scope.view(at)?)?.filter(|why| !empty_because.contains(why));
        empty_because.extend(loose);
        let rows = counted(lost, "row");
        let why = match table.role {
            Role::Entity { .. } => format!("`{}` holds {rows} without a key", table.name),
            Role::Events { .. } | Role::Nested { .. } | Role::Lookup { .. } => {
                let tolerated = table.tolerate;
                format!("`{}` holds {rows} without subject or time and tolerates {tolerated}", table.name)
            }
        };
        if lost > table.tolerate && !empty_because.contains(&why) {
            empty_because.push(why);
        }
        if lost > 0 && matches!(table.role, Role::Events { .. }) {
            found.insert(table.name.clone(), lost);
        }
    }
    Ok(found)
}

fn count(
    scope: &Scope<'_>,
    mut fates: Vec<(String, Fate)>,
    empty_because: Vec<String>,
    nobodys: std::collections::BTreeMap<String, u64>,
) -> (Waterfall, Vec<(String, Fate)>) {
    let mut found = Waterfall { empty_because, nobodys, minimum: scope.plan.delivery.minimum, ..Waterfall::default() };
    for (_, fate) in &fates {
        found.in_scope += 1;
        match fate {
            Fate::Guard(reason) => *found.removed.entry(*reason).or_default() += 1,
            Fate::Broken => found.broken += 1,
            Fate::NotWanted(_) => {}
            Fate::Unknown(_) => found.unknown += 1,
            Fate::Capped => found.capped += 1,
            Fate::HeldOut => found.held_out += 1,
            Fate::Withheld | Fate::Leaves => found.selected += 1,
        }
    }
    found.permitted = found.in_scope - found.removed.values().sum::<u64>();
    found.wanted = found.capped + found.held_out + found.selected;
    found.withheld = found.selected > 0 && found.selected < found.minimum;
    let empty = !found.empty_because.is_empty() || found.withheld;
    found.would_leave = if empty { 0 } else { found.selected };
    if empty {
        fates.iter_mut().filter(|(_, fate)| *fate == Fate::Leaves).for_each(|(_, fate)| *fate = Fate::Withheld);
    }
    (found, fates)
}
