//! Whether the tables that both plans read are cut alike.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::names::Names;
use super::rows::lies_in;
use super::{About, Effect, Point};
use crate::model::Length;
use crate::plan::{Role, SegmentPlan, Table};
use crate::privacy::retention::fits;

/// Differences of the tables that both plans read, by their names in the language.
pub fn points(old: &SegmentPlan, new: &SegmentPlan) -> Vec<Point> {
    let both = new.tables.iter().filter_map(|is| Some((old.tables.iter().find(|was| was.name == is.name)?, is)));
    both.flat_map(|(was, is)| differences(old, was, new, is)).collect()
}

fn differences(old: &SegmentPlan, was: &Table, new: &SegmentPlan, is: &Table) -> Vec<Point> {
    otherwise(old, was, new, is)
        .map_or_else(|| reach(old, was, new, is).into_iter().chain(tolerance(was, is)).collect(), |point| vec![point])
}

fn point(effect: Effect, said: String) -> Point {
    Point { about: About::Rows, effect, reaches_further: false, said }
}

/// What nothing is proved of: other rows altogether, or rows that are cut in another way.
fn otherwise(old: &SegmentPlan, was: &Table, new: &SegmentPlan, is: &Table) -> Option<Point> {
    let name = &is.name;
    if was.physical != is.physical {
        let said =
            format!("`{name}` was read from `{}`, is read from `{}`", was.physical.join("."), is.physical.join("."));
        return Some(point(Effect::Either, said));
    }
    if cut(old, was) != cut(new, is) || columns(was, is) != columns(is, was) {
        let said = format!("the rows of `{name}` are declared otherwise, so other rows may count");
        return Some(point(Effect::Either, said));
    }
    // Fewer links make rows nobody's, or one person's who shared them: somebody loses a row, and somebody else is told to have none.
    if let (Some(before), Some(after)) = (&was.along, &is.along)
        && before != after
    {
        let said = format!(
            "rows of `{name}` are of whom `{}` linked to their ids within {}, were within {}",
            after.name, after.span, before.span
        );
        return Some(point(Effect::Either, said));
    }
    None
}

/// How far back rows are readable.
fn reach(old: &SegmentPlan, was: &Table, new: &SegmentPlan, is: &Table) -> Option<Point> {
    let name = &is.name;
    let span = |table: &Table| table.clock.as_ref().map(|clock| clock.span);
    if span(was) != span(is) && (spans_count(old, was) || spans_count(new, is)) {
        let back = |table: &Table| match table.clock.as_ref().map(|clock| clock.span) {
            Some(span) if span.months < ENDLESS => format!("{span} back"),
            Some(_) | None => "back without end".to_owned(),
        };
        let said = match plan_entity(new, is) {
            true => format!("people of `{name}` are read {}, were {}", back(is), back(was)),
            false => {
                format!("rows of `{name}` may be read {} (kept for less what is stored), were {}", back(is), back(was))
            }
        };
        let monotone = grows_with_span(old, was) && grows_with_span(new, is);
        let (before, after) = (span(was), span(is));
        let effect = Effect::proved(monotone && no_longer(after, before), monotone && no_longer(before, after));
        return Some(point(effect, said));
    }
    None
}

/// How many rows without subject or time are put up with.
fn tolerance(was: &Table, is: &Table) -> Option<Point> {
    let said = format!("`{}` tolerates {} rows of nobody, tolerated {}", is.name, is.tolerate, was.tolerate);
    let effect = Effect::proved(is.tolerate <= was.tolerate, was.tolerate <= is.tolerate);
    (effect != Effect::Same).then(|| point(effect, said))
}

/// Whether a table is the subjects' own.
fn plan_entity(plan: &SegmentPlan, table: &Table) -> bool {
    plan.tables.first().is_some_and(|first| first.name == table.name)
}

/// Whether one span reaches no further back than another; `None` has no end.
fn no_longer(a: Option<Length>, b: Option<Length>) -> bool {
    match (a, b) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => fits(a, b),
    }
}

/// Whether a longer span can only let people in: more subjects can be read, where nobody else hangs on them, or windows between days can be
/// told that could not be. What is told makes nothing false or unknown that was true.
fn grows_with_span(plan: &SegmentPlan, table: &Table) -> bool {
    let own = |at: usize| plan.tables.get(at).is_some_and(|other| other.name == table.name);
    let mut scans = plan.scans.iter().filter(|scan| own(scan.table));
    match table.role {
        Role::Entity { .. } => {
            plan_entity(plan, table)
                && !scans.any(|scan| scan.from.is_some())
                && !plan.links.iter().any(|link| own(link.to))
                && plan.guard.shared.is_empty()
        }
        // A version that comes within reach may take the place of a later one, or make it impossible to say which counts.
        Role::Events { .. } => table.unique.is_none() && scans.all(|scan| scan.window.is_some()),
        Role::Nested { .. } | Role::Lookup { .. } => false,
    }
}

/// Spans of so many months stand for none.
const ENDLESS: i64 = 12 * 100;

/// How rows are cut, by names and without the span.
fn cut(plan: &SegmentPlan, table: &Table) -> Value {
    let column = |at: Option<usize>| at.and_then(|at| table.columns.get(at)).map(|column| &column.name);
    let role = match &table.role {
        Role::Entity { key, kind } => json!(["entity", column(Some(*key)), kind]),
        Role::Events { subject } => json!(["events", column(Some(*subject))]),
        Role::Nested { parent, by, parent_by } => {
            let parent = plan.tables.get(*parent);
            let there = parent.and_then(|parent| parent.columns.get(*parent_by)).map(|column| &column.name);
            json!(["nested", parent.map(|parent| &parent.name), column(Some(*by)), there])
        }
        Role::Lookup { key } => json!(["lookup", column(Some(*key))]),
    };
    let clock = table.clock.as_ref().map(|clock| json!([column(Some(clock.column)), clock.happened]));
    let unique = table.unique.as_ref().map(|unique| json!([column(Some(unique.key)), column(unique.latest_by)]));
    let declared: Vec<_> = table.unique.iter().flat_map(|_| &table.declared).map(|at| column(Some(*at))).collect();
    let along = table
        .along
        .as_ref()
        .map(|along| json!([along.name, along.physical, along.from, along.to, along.to_kind, along.at]));
    json!([role, clock, column(table.arrived), unique, declared, along])
}

/// The columns of `a` that `b` reads, too, by name.
fn columns(a: &Table, b: &Table) -> BTreeMap<String, Value> {
    let shared = a.columns.iter().filter(|column| b.columns.iter().any(|other| other.name == column.name));
    shared.map(|column| (column.name.clone(), json!([column.kind, column.optional, column.one_of]))).collect()
}

/// Whether it matters how far back rows can be read: windows that are proved to lie within the span do not feel it, unless versions of one
/// row are told apart, of which one may lie anywhere.
fn spans_count(plan: &SegmentPlan, table: &Table) -> bool {
    let events = matches!(table.role, Role::Events { .. });
    let open = plan.scans.iter().filter(|scan| plan.tables.get(scan.table).is_some_and(|own| own.name == table.name));
    !events || table.unique.is_some() || open.into_iter().any(|scan| scan.window.is_none_or(|window| window.absolute))
}

/// Whether both plans look at the same rows for broken ones.
pub fn same_scans(was: &Names<'_>, old: &SegmentPlan, is: &Names<'_>, new: &SegmentPlan) -> bool {
    covered(was, old, is, new) && covered(is, new, was, old)
}

/// People whose rows could not be read are left out; where fewer rows are looked at, some of them may come in.
pub fn scans(was: &Names<'_>, old: &SegmentPlan, is: &Names<'_>, new: &SegmentPlan) -> Option<Point> {
    if covered(was, old, is, new) {
        return None;
    }
    let said = "fewer cells are looked at, so people whose rows could not be read may come in";
    Some(Point { about: About::Rows, effect: Effect::Same, reaches_further: false, said: said.to_owned() })
}

/// Whether every cell that `a` looks at is looked at by `b`.
fn covered(a_names: &Names<'_>, a: &SegmentPlan, b_names: &Names<'_>, b: &SegmentPlan) -> bool {
    let origin = |names: &Names<'_>, scan: &crate::plan::Scan| json!([names.table(scan.table), from(names, scan)]);
    let cells = |names: &Names<'_>, scan: &crate::plan::Scan| -> Vec<Value> {
        let own = scan.columns.iter().map(|column| names.column(scan.table, *column));
        own.chain(scan.across.iter().map(|path| names.of(path))).collect()
    };
    a.scans.iter().all(|scan| {
        let (wanted, place) = (cells(a_names, scan), origin(a_names, scan));
        b.scans.iter().any(|other| {
            let looked = cells(b_names, other);
            origin(b_names, other) == place
                && lies_in(scan.window, other.window)
                && wanted.iter().all(|cell| looked.contains(cell))
        })
    })
}

/// Where the rows of a scan come from; which binding they hang on does not matter for telling broken ones.
fn from(names: &Names<'_>, scan: &crate::plan::Scan) -> Value {
    let mut from = names.of(&scan.from);
    if let Some(fields) =
        from.as_object_mut().and_then(|kinds| kinds.values_mut().next()).and_then(Value::as_object_mut)
    {
        fields.remove("of");
        fields.remove("guard");
    }
    from
}
