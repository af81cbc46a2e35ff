//! Rows that do not hold what they must: whoever has one in a window that the segment reads is left out.

use rustc_hash::FxHashMap;

use super::cells::State;
use super::compile::{Compiler, Origin, Subject};
use super::evaluate::Binding;
use super::keys::TWO;
use super::lists;
use super::session::{Scope, View};
use crate::diagnostic::Diagnostic;
use crate::plan::{ColumnKind, Path, Role, RowsFrom, Scan};

/// Row by row whether it is broken; `None` where none is.
type Flags = Option<Vec<bool>>;

/// Every reading of rows of one segment in which a row is broken.
#[derive(Debug, Default)]
pub(super) struct Breaks {
    /// The entity's own rows.
    own: Vec<Vec<bool>>,
    chains: Vec<Chain>,
}

/// Rows found step by step from the subject; the last step's are judged.
#[derive(Debug)]
struct Chain {
    steps: Vec<Step>,
    flags: Flags,
}

#[derive(Debug)]
struct Step {
    slot: usize,
    from: Origin,
    window: Option<(i64, i64)>,
}

impl Step {
    /// Whether following it can break, whatever it finds.
    fn may_break(&self) -> bool {
        self.from.may_be_ambiguous() || self.from.subject().is_some_and(Subject::may_be_two)
    }
}

impl Breaks {
    /// Whether the subject in slot 0 has a broken row.
    pub fn any(&self, bound: &mut Binding, row: u32) -> bool {
        self.own.iter().any(|flags| is_set(flags, row))
            || self.chains.iter().any(|chain| broken(&chain.steps, chain.flags.as_deref(), bound))
    }

    /// Prepares the scans of a plan; its conditions have been compiled, so that every binding has a slot.
    pub fn of<'r>(compiler: &mut Compiler<'_, 'r>) -> Result<Self, Diagnostic> {
        let scope = compiler.scope;
        let scans: FxHashMap<u32, &'r Scan> = scope
            .plan
            .row_sets()
            .into_iter()
            .filter_map(|rows| Some((rows.binding, scope.plan.scans.get(rows.scan)?)))
            .collect();
        let mut breaks = Self::default();
        for scan in &scope.plan.scans {
            let flags = flags(&scope, scan)?;
            let Some(from) = &scan.from else {
                breaks.own.extend(flags);
                continue;
            };
            let mut steps = Vec::new();
            chain(compiler, scan, from, &scans, &mut steps, 0)?;
            if flags.is_some() || steps.iter().any(Step::may_break) {
                breaks.chains.push(Chain { steps, flags });
            }
        }
        Ok(breaks)
    }
}

fn is_set(flags: &[bool], row: u32) -> bool {
    flags.get(row as usize).copied().unwrap_or(false)
}

fn broken(steps: &[Step], flags: Option<&[bool]>, bound: &mut Binding) -> bool {
    let Some((step, rest)) = steps.split_first() else { return false };
    if step.from.subject().is_some_and(|subject| subject.is_two(bound)) || step.from.is_ambiguous(bound) {
        return true;
    }
    let mut found = false;
    let seen = step.from.each(bound, step.window, |bound, row, _, _| {
        if found {
            return;
        }
        if rest.is_empty() {
            found = flags.is_some_and(|flags| is_set(flags, row));
        } else {
            bound.bind(step.slot, row);
            found = broken(rest, flags, bound);
        }
    });
    found && seen.is_some()
}

/// The steps from the subject to a scan's rows.
fn chain<'r>(
    compiler: &mut Compiler<'_, 'r>,
    scan: &'r Scan,
    from: &'r RowsFrom,
    scans: &FxHashMap<u32, &'r Scan>,
    steps: &mut Vec<Step>,
    depth: usize,
) -> Result<(), Diagnostic> {
    let of = from.of();
    if of != 0 {
        let parent = scans.get(&of).copied().filter(|_| depth < 32);
        let parent = parent.ok_or_else(|| super::store::internal(&format!("nothing is bound at {of}")))?;
        if let Some(from) = &parent.from {
            chain(compiler, parent, from, scans, steps, depth + 1)?;
        }
        if let Some(step) = steps.last_mut() {
            step.slot = compiler.slot_of(of)?;
        }
    }
    let (source, _) = compiler.source(from)?;
    let view = compiler.scope.view(scan.table)?;
    let (window, _) = compiler.scope.window(scan.window.as_ref(), view.table);
    steps.push(Step { slot: 0, from: source, window });
    Ok(())
}

/// Which rows of a scan's table are broken, wherever they stand.
fn flags(scope: &Scope<'_>, scan: &Scan) -> Result<Flags, Diagnostic> {
    let view = scope.view(scan.table)?;
    let mut flags = scope.cut(view)?.broken.clone();
    for column in &scan.columns {
        or(&mut flags, column_flags(view, *column)?);
    }
    for path in &scan.across {
        or(&mut flags, across(scope, path)?);
    }
    if let Role::Entity { .. } = view.table.role {
        let keyed = scope.keyed(scan.table)?;
        if keyed.twice.contains(&true) {
            let twice = keyed.keys.of_row.iter().map(|id| keyed.is_twice(*id)).collect();
            or(&mut flags, Some(twice));
        }
    }
    Ok(flags)
}

fn or(flags: &mut Flags, more: Flags) {
    match (flags.as_mut(), more) {
        (Some(flags), Some(more)) => flags.iter_mut().zip(more).for_each(|(flag, more)| *flag |= more),
        (None, more @ Some(_)) => *flags = more,
        (Some(_) | None, None) => {}
    }
}

/// Rows whose cell is missing though required, unreadable, or outside its `one of`.
fn column_flags(view: View<'_>, index: usize) -> Result<Flags, Diagnostic> {
    let column = view.column(index)?;
    let Some(declared) = view.table.columns.get(index) else { return Ok(None) };
    let rows = || 0..view.frame.rows;
    let mut flags: Flags = None;
    if column.has_gaps() {
        let bad = |row| match column.state(row) {
            State::Fine => false,
            State::Missing => !declared.optional,
            State::Unreadable => true,
        };
        let found: Vec<bool> = rows().map(bad).collect();
        flags = found.contains(&true).then_some(found);
    }
    if let (Some(allowed), Some(words)) = (&declared.one_of, column.words()) {
        let known = |word: &str| allowed.iter().any(|one| one == word);
        let is_list = matches!(declared.kind, ColumnKind::List { .. });
        let all_known = |list: &str| lists::elements(list).iter().flatten().all(|element| known(element));
        let fits = |word: &str| if is_list { all_known(word) } else { known(word) };
        let wrong: Vec<bool> = words.iter().map(|word| !fits(word)).collect();
        if wrong.contains(&true) {
            let bad = |row| column.code(row).is_some_and(|code| is_set(&wrong, code));
            or(&mut flags, Some(rows().map(bad).collect()));
        }
    }
    Ok(flags)
}

/// Rows from which a link on the path finds two rows, or a row that is broken in what is read there.
fn across(scope: &Scope<'_>, path: &Path) -> Result<Flags, Diagnostic> {
    let mut flags = column_flags(scope.view(path.table)?, path.column)?;
    for hop in path.hops.iter().rev() {
        let links = scope.links(*hop)?;
        let reached = flags.take();
        if links.any_two || reached.is_some() {
            let bad = |target: &u32| *target == TWO || reached.as_ref().is_some_and(|flags| is_set(flags, *target));
            flags = Some(links.target.iter().map(bad).collect());
        }
        if let Some(link) = scope.plan.links.get(*hop) {
            or(&mut flags, column_flags(scope.view(link.from)?, link.by)?);
        }
    }
    Ok(flags)
}
