//! Where one person is: the questions of somebody who asks what is held about them, and the statements that forget them.
//!
//! Asked are Segma's own stores (stored memberships, with the record that let the person in) and what it decides now: each part of the
//! guard's and the condition's say by a query that is proved as views are, the control group, and placements. The key is data: it is
//! typed by the entity's key and printed as a literal, and nothing with it in is an artefact. The project's own tables are not
//! Segma's to erase.

use std::collections::BTreeSet;

use super::dialect::{Dialect, named};
use super::fit::fit_segment;
use super::{print, quote};
use crate::diagnostic::Diagnostic;
use crate::model::{Instant, Length};
use crate::plan::stay::COLUMNS;
use crate::plan::{ColumnKind, Cond, Delivery, Plan, Role, RowsFrom, SegmentPlan};

/// The key of one person, as the entity's key column is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// A whole number.
    Integer(i64),
    /// A text, or a UUID in canonical form.
    Text(String),
}

/// A statement that asks or forgets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The segment or placement.
    pub of: String,
    /// What it asks, in words.
    pub asks: String,
    /// Its text, without a semicolon.
    pub sql: String,
}

impl Key {
    /// A key as somebody wrote it, for the people of a segment; else why it can be none of theirs.
    pub fn of(plan: &SegmentPlan, written: &str) -> Result<Self, String> {
        let unfit =
            |what: &str| Err(format!("`{}` is not {what}, as keys are", crate::diagnostic::text::line(written)));
        match kind(plan) {
            ColumnKind::Integer => written.parse().map_or_else(|_| unfit("a whole number"), |n| Ok(Key::Integer(n))),
            ColumnKind::Uuid => {
                let shape = |(at, byte): (usize, u8)| match at {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => byte.is_ascii_hexdigit(),
                };
                let fits = written.len() == 36 && written.bytes().enumerate().all(shape);
                if fits { Ok(Key::Text(written.to_ascii_lowercase())) } else { unfit("a UUID") }
            }
            ColumnKind::Text
            | ColumnKind::Boolean
            | ColumnKind::Decimal
            | ColumnKind::Date
            | ColumnKind::Instant
            | ColumnKind::Wall { .. }
            | ColumnKind::Degrees { .. }
            | ColumnKind::Version
            | ColumnKind::List { .. } => match written.contains('\0') {
                true => unfit("a text without NUL"),
                false => Ok(Key::Text(written.to_owned())),
            },
        }
    }

    fn literal(&self, dialect: &Dialect) -> String {
        match self {
            Key::Integer(n) if *n < 0 => format!("({n})"),
            Key::Integer(n) => n.to_string(),
            Key::Text(text) => quote::text(dialect, text),
        }
    }
}

fn kind(plan: &SegmentPlan) -> ColumnKind {
    let entity = plan.tables.get(plan.guard.entity);
    let key = entity.and_then(|entity| match entity.role {
        Role::Entity { key, .. } => entity.columns.get(key),
        Role::Events { .. } | Role::Nested { .. } | Role::Lookup { .. } => None,
    });
    key.map_or(ColumnKind::Text, |key| key.kind.clone())
}

/// The name of the entity that a segment is of.
pub fn entity(plan: &SegmentPlan) -> &str {
    plan.tables.get(plan.guard.entity).map_or("", |entity| entity.name.as_str())
}

/// What is stored of a person by the segments of an entity.
pub fn stored(plan: &Plan, of: &str, dialect: &str, key: &Key) -> Vec<Statement> {
    let Some(dialect) = named(dialect) else { return Vec::new() };
    let name = |name: &str| quote::name(dialect, name);
    let one = |segment: &SegmentPlan| {
        let columns: Vec<String> = COLUMNS.iter().map(|column| format!("r.{}", name(column))).collect();
        let label = quote::text(dialect, &segment.about.name);
        let sql = format!(
            "SELECT {label} AS {}, {}\nFROM {} AS r\nWHERE {}",
            name("segment"),
            columns.join(", "),
            quote::path(dialect, &segment.stored(&plan.schema)),
            is_theirs(dialect, segment, "r", key)
        );
        let asks =
            "what is stored, since when, until when, and by which record (admitted_by) they were let in".to_owned();
        Statement { of: segment.about.name.clone(), asks, sql }
    };
    storing(plan, of).map(one).collect()
}

/// What forgets what is stored of a person by the segments of an entity.
pub fn erased(plan: &Plan, of: &str, dialect: &str, key: &Key) -> Vec<Statement> {
    let Some(dialect) = named(dialect) else { return Vec::new() };
    let one = |segment: &SegmentPlan| {
        let stored = quote::path(dialect, &segment.stored(&plan.schema));
        let (column, _) = segment.subject_key().unwrap_or_else(|| (String::new(), ColumnKind::Text));
        let sql = format!("DELETE FROM {stored} WHERE {} = {}", quote::name(dialect, &column), key.literal(dialect));
        Statement { of: segment.about.name.clone(), asks: "forgets what is stored".to_owned(), sql }
    };
    storing(plan, of).map(one).collect()
}

fn storing<'p>(plan: &'p Plan, of: &'p str) -> impl Iterator<Item = &'p SegmentPlan> {
    plan.segments.iter().filter(move |segment| entity(segment) == of && segment.about.retain != Length::default())
}

fn is_theirs(dialect: &Dialect, segment: &SegmentPlan, alias: &str, key: &Key) -> String {
    let (column, _) = segment.subject_key().unwrap_or_else(|| (String::new(), ColumnKind::Text));
    format!("{alias}.{} = {}", quote::name(dialect, &column), key.literal(dialect))
}

/// Why a person is in the segments of an entity now, or is not, part by part, and what placements show them. Each statement gives one
/// row: segment, part, said.
pub fn now(
    plan: &Plan,
    of: &str,
    dialect: &str,
    key: &Key,
    as_of: Option<Instant>,
) -> Result<Vec<Statement>, Vec<Diagnostic>> {
    let Some(spoken) = named(dialect) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for segment in plan.segments.iter().filter(|segment| entity(segment) == of) {
        for (part, variant) in parts(segment) {
            let fitted = fit_segment(&variant, &plan.schema, dialect)?;
            let Some(query) = fitted.query(&variant.about.name, as_of) else { continue };
            found.push(asked(spoken, segment, &part, &query?, key));
        }
    }
    for placement in
        plan.placements.iter().filter(|placement| placement.shows.iter().any(|show| entity(&show.to) == of))
    {
        let Some(first) = placement.shows.first() else { continue };
        let name = |name: &str| quote::name(spoken, name);
        let sql = format!(
            "SELECT {} AS {}, {} AS {}, q.{} AS {}\nFROM {} AS q\nWHERE {}",
            quote::text(spoken, &placement.name),
            name("segment"),
            quote::text(spoken, "shown"),
            name("part"),
            name(print::SHOWN),
            name("said"),
            quote::path(spoken, &[plan.schema.clone(), placement.name.clone()]),
            is_theirs(spoken, &first.to, "q", key)
        );
        found.push(Statement {
            of: placement.name.clone(),
            asks: "what the placement's view shows them".to_owned(),
            sql,
        });
    }
    Ok(found)
}

/// A segment part by part: who passes the guard, of whom each part of the condition is true, and what becomes of them then.
fn parts(plan: &SegmentPlan) -> Vec<(String, SegmentPlan)> {
    let bare = Delivery { expose: Vec::new(), cap: None, holdout: None, minimum: 0 };
    let with = |condition: &Cond, delivery: Delivery| {
        read_here(SegmentPlan { condition: condition.clone(), delivery, ..plan.clone() })
    };
    let mut parts = vec![("passes the guard".to_owned(), with(&Cond::Everyone, bare.clone()))];
    if let Cond::And(all) = &plan.condition {
        let of = all.len();
        let one =
            |(at, part): (usize, &Cond)| (format!("condition, part {} of {of}", at + 1), with(part, bare.clone()));
        parts.extend(all.iter().enumerate().map(one));
    }
    parts.push(("condition".to_owned(), with(&plan.condition, bare.clone())));
    if plan.delivery.cap.is_some() {
        let cap = plan.delivery.cap.clone();
        parts.push(("under the cap of contacts".to_owned(), with(&plan.condition, Delivery { cap, ..bare.clone() })));
    }
    if plan.delivery.holdout.is_some() {
        let holdout = plan.delivery.holdout.clone();
        parts.push(("not held out".to_owned(), with(&plan.condition, Delivery { holdout, ..bare })));
    }
    let all = Delivery { expose: Vec::new(), ..plan.delivery.clone() };
    parts.push(("leaves".to_owned(), with(&plan.condition, all)));
    parts
}

/// A part reads less than the whole: what hangs on rows that it does not look at cannot be broken in it. The whole, asked for last,
/// tells of these.
fn read_here(mut plan: SegmentPlan) -> SegmentPlan {
    let bound: BTreeSet<u32> = plan.row_sets().into_iter().map(|rows| rows.binding).chain([0]).collect();
    let Some(own) = plan.scans.first().cloned() else { return plan };
    let apart = |from: &RowsFrom| !bound.contains(&from.of());
    // Rows name their scan by its place, so places are kept.
    for scan in plan.scans.iter_mut().filter(|scan| scan.from.as_ref().is_some_and(apart)) {
        *scan = own.clone();
    }
    plan
}

fn asked(dialect: &Dialect, segment: &SegmentPlan, part: &str, query: &str, key: &Key) -> Statement {
    let (text, name) = (|text: &str| quote::text(dialect, text), |name: &str| quote::name(dialect, name));
    let sql = format!(
        "SELECT {} AS {}, {} AS {}, CASE WHEN EXISTS (SELECT 1 FROM (\n{}\n) AS q WHERE {}) THEN {} ELSE {} END AS {}",
        text(&segment.about.name),
        name("segment"),
        text(part),
        name("part"),
        query.trim_end().trim_end_matches(';'),
        is_theirs(dialect, segment, "q", key),
        text("yes"),
        text("no"),
        name("said"),
    );
    Statement { of: segment.about.name.clone(), asks: part.to_owned(), sql }
}

/// Statements as a script; `said` stands above them.
pub fn script(dialect: &str, said: &[String], statements: &[Statement]) -> String {
    let mut out: String = said.iter().map(|line| format!("-- {}\n", quote::comment(line))).collect();
    out.push_str(&format!("-- Dialect: {}\n", quote::comment(dialect)));
    for statement in statements {
        out.push_str(&format!(
            "\n-- {}: {}\n{};\n",
            quote::comment(&statement.of),
            quote::comment(&statement.asks),
            statement.sql
        ));
    }
    out
}
