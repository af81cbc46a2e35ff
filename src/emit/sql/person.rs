//! Where one person is: the questions of somebody who asks what is held about them, and the statements that forget them.
//!
//! Asked are Segma's own stores (stored memberships, with the record that let the person in) and what it decides now: each line of the
//! guard and each part of the condition, asked by itself by a query that is proved as views are, the control group, and placements. The key is data: it is
//! typed by the entity's key and printed as a literal, and nothing with it in is an artefact. The project's own tables are not
//! Segma's to erase.

use std::collections::BTreeSet;

use super::asked;
use super::dialect::{Dialect, named};
use super::fit::fit_segment;
use super::print::Arm;
use super::tree::Query;
use super::{print, quote};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::text::is_hazard;
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
    /// More for the reader, line by line.
    pub comment: Vec<String>,
    /// Its text, without a semicolon.
    pub sql: String,
}

/// Whether a text is a whole number, however large.
fn is_whole(written: &str) -> bool {
    let digits = written.strip_prefix(['-', '+']).unwrap_or(written);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl Key {
    /// A key as somebody wrote it, for the people of a segment; else why it can be none of theirs.
    pub fn of(plan: &SegmentPlan, written: &str) -> Result<Self, String> {
        let unfit =
            |what: &str| Err(format!("`{}` is not {what}, as keys are", crate::diagnostic::text::line(written)));
        match kind(plan) {
            ColumnKind::Integer => match written.parse() {
                Ok(n) => Ok(Key::Integer(n)),
                Err(_) if is_whole(written) => Err(format!(
                    "`{}` is beyond the whole numbers of keys, which lie between {} and {}",
                    crate::diagnostic::text::line(written),
                    i64::MIN,
                    i64::MAX
                )),
                Err(_) => unfit("a whole number"),
            },
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
            Key::Text(text) => exactly(dialect, text),
        }
    }
}

/// A literal that is shown as it is: what would steer a terminal stands as the number of its character, and means the same.
fn exactly(dialect: &Dialect, text: &str) -> String {
    if !text.contains(is_hazard) {
        return quote::text(dialect, text);
    }
    let (mut parts, mut plain) = (Vec::new(), String::new());
    for c in text.chars() {
        if is_hazard(c) {
            parts.push(quote::text(dialect, &std::mem::take(&mut plain)));
            parts.push(format!("chr({})", u32::from(c)));
        } else {
            plain.push(c);
        }
    }
    parts.push(quote::text(dialect, &plain));
    format!("({})", parts.join(" || "))
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
        Statement { of: segment.about.name.clone(), asks, comment: Vec::new(), sql }
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
        let asks = "forgets what is stored".to_owned();
        Statement { of: segment.about.name.clone(), asks, comment: Vec::new(), sql }
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

/// Why a person is in the segments of an entity now, or is not, part by part, and what placements show them. There is one statement for
/// each segment, which gives a row for each part: segment, step, part, said. `words` tells of a segment's condition in plain English, part
/// by part.
pub fn now(
    plan: &Plan,
    of: &str,
    dialect: &str,
    key: &Key,
    as_of: Option<Instant>,
    words: &dyn Fn(&SegmentPlan) -> Vec<String>,
) -> Result<Vec<Statement>, Vec<Diagnostic>> {
    let Some(spoken) = named(dialect) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for segment in plan.segments.iter().filter(|segment| entity(segment) == of) {
        let words = words(segment);
        let tree = |variant: &SegmentPlan| {
            let fitted = fit_segment(variant, &plan.schema, dialect)?;
            fitted.tree(&variant.about.name, as_of).transpose()
        };
        let questions = questions(segment, &words, &tree)?;
        let numbered = questions.into_iter().enumerate();
        let arms: Vec<Arm> = numbered.map(|(at, question)| arm(spoken, segment, at + 1, question, key)).collect();
        found.push(of_segment(spoken, segment, &words, &arms));
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
            comment: Vec::new(),
            sql,
        });
    }
    Ok(found)
}

/// A proved query, where there is one.
type Lowered = Result<Option<Query>, Vec<Diagnostic>>;

/// A question, in words, and how it is asked.
struct Question {
    part: String,
    /// The part of the condition, in plain English.
    told: Option<String>,
    query: Query,
    said: Said,
}

/// How an answer is read off a query.
enum Said {
    /// Whether the person is among its rows; what is said where not.
    Theirs { no: &'static str },
    /// Whether every check of its one row holds.
    Trusted(Vec<String>),
}

/// A segment part by part: whether the run can be trusted, what the guard finds, each part of the condition, the cap and the control group
/// by themselves, and what becomes of the person then.
fn questions(
    plan: &SegmentPlan,
    words: &[String],
    tree: &dyn Fn(&SegmentPlan) -> Lowered,
) -> Result<Vec<Question>, Vec<Diagnostic>> {
    let bare = Delivery { expose: Vec::new(), cap: None, holdout: None, minimum: 0 };
    let with = |condition: &Cond, delivery: Delivery| {
        read_here(SegmentPlan { condition: condition.clone(), delivery, ..plan.clone() })
    };
    let mut found = Vec::new();
    if let Some(query) = tree(&with(&Cond::Everyone, bare.clone()))? {
        found.extend(of_guard(plan, &query));
    }
    let mut by_itself = |part: String, told: Option<String>, variant: &SegmentPlan| {
        let Some(query) = tree(variant)? else { return Ok(()) };
        let (query, no) = match asked::of_anybody(variant, &query) {
            Some(query) => (query, "no"),
            None => (asked::uncontrolled(query), "no, or does not pass the guard"),
        };
        found.push(Question { part, told, query, said: Said::Theirs { no } });
        Ok::<(), Vec<Diagnostic>>(())
    };
    let all = parts(&plan.condition, words.len());
    if let [_, _, ..] = all.as_slice() {
        let of = all.len();
        for (at, part) in all.iter().enumerate() {
            let told = words.get(at).filter(|_| words.len() == of).cloned();
            by_itself(format!("condition, part {} of {of}", at + 1), told, &with(part, bare.clone()))?;
        }
    }
    by_itself("condition".to_owned(), None, &with(&plan.condition, bare.clone()))?;
    if let Some(cap) = plan.delivery.cap.clone() {
        let delivery = Delivery { cap: Some(cap), ..bare.clone() };
        by_itself("under the cap of contacts".to_owned(), None, &with(&Cond::Everyone, delivery))?;
    }
    if let Some(holdout) = plan.delivery.holdout.clone() {
        let delivery = Delivery { holdout: Some(holdout), ..bare };
        by_itself("outside the control group".to_owned(), None, &with(&Cond::Everyone, delivery))?;
    }
    let delivery = Delivery { expose: Vec::new(), ..plan.delivery.clone() };
    if let Some(query) = tree(&with(&plan.condition, delivery))? {
        found.push(Question { part: "leaves".to_owned(), told: None, query, said: Said::Theirs { no: "no" } });
    }
    Ok(found)
}

/// The parts of a condition: as many as there are sentences about them, where it falls into so many; else as many as there are.
fn parts(condition: &Cond, sentences: usize) -> Vec<&Cond> {
    if let Cond::And(parts) = condition
        && parts.len() == sentences
    {
        return parts.iter().collect();
    }
    asked::flat(condition)
}

/// Whether the run can be trusted, what the guard finds and whether it lets the person pass.
fn of_guard(plan: &SegmentPlan, query: &Query) -> Vec<Question> {
    let theirs = |part: String, query: Query| Question { part, told: None, query, said: Said::Theirs { no: "no" } };
    let (key, _) = plan.subject_key().unwrap_or_else(|| (String::new(), ColumnKind::Text));
    let trusted = asked::control(query).map(|(query, checks)| Question {
        part: "the run can be trusted".to_owned(),
        told: None,
        query,
        said: Said::Trusted(checks),
    });
    let causes = asked::causes(plan, query, &key).into_iter().map(|(says, query)| theirs(says, query));
    let passes = asked::guarded(query, &key).map(|query| theirs("passes the guard".to_owned(), query));
    trusted.into_iter().chain(causes).chain(passes).collect()
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

fn arm(dialect: &Dialect, segment: &SegmentPlan, step: usize, question: Question, key: &Key) -> Arm {
    let (text, name) = (|text: &str| quote::text(dialect, text), |name: &str| quote::name(dialect, name));
    let head = format!(
        "SELECT {} AS {}, {step} AS {}, {} AS {},",
        text(&segment.about.name),
        name("segment"),
        name("step"),
        text(&question.part),
        name("part"),
    );
    let said = name("said");
    let (before, after) = match &question.said {
        Said::Theirs { no } => (
            format!("{head} CASE WHEN EXISTS (SELECT 1 FROM (\n"),
            format!(
                "\n) AS q WHERE {}) THEN {} ELSE {} END AS {said}",
                is_theirs(dialect, segment, "q", key),
                text("yes"),
                text(no)
            ),
        ),
        Said::Trusted(checks) => {
            let holds: Vec<String> = checks.iter().map(|check| format!("q.{}", name(check))).collect();
            let fails = |(check, holds): (&String, &String)| {
                format!("CASE WHEN {holds} THEN {} ELSE {} END", text(""), text(&format!(" {check}")))
            };
            let fails: Vec<String> = checks.iter().zip(&holds).map(fails).collect();
            let whole = format!(
                "CASE WHEN {} THEN {} ELSE {} || {} END",
                holds.join(" AND "),
                text("yes"),
                text("no:"),
                fails.join(" || ")
            );
            (format!("{head} {whole} AS {said} FROM (\n"), "\n) AS q".to_owned())
        }
    };
    let told = question.told.map(|words| format!(": {words}")).unwrap_or_default();
    Arm { query: question.query, comment: vec![format!("{}{told}", question.part)], before, after }
}

/// One statement for a whole segment.
fn of_segment(dialect: &Dialect, segment: &SegmentPlan, words: &[String], arms: &[Arm]) -> Statement {
    let sql = format!("{}\nORDER BY {}", print::arms(dialect, arms), quote::name(dialect, "step"));
    let told = words.iter().map(|line| format!("  {line}"));
    let comment = told.chain([format!("  as written: {}", segment.about.written)]).collect();
    let asks = "why they are in it now, or are not: yes or no for each part, asked by itself".to_owned();
    Statement { of: segment.about.name.clone(), asks, comment, sql }
}

/// Statements as a script; `said` stands above them, with a list of what they ask.
pub fn script(dialect: &str, said: &[String], statements: &[Statement]) -> String {
    let mut out: String = said.iter().map(|line| format!("-- {}\n", quote::comment(line))).collect();
    out.push_str(&format!("-- Dialect: {}\n", quote::comment(dialect)));
    let line = |statement: &Statement| format!("{}: {}", statement.of, statement.asks);
    for (at, statement) in statements.iter().enumerate() {
        out.push_str(&format!("--   {}. {}\n", at + 1, quote::comment(&line(statement))));
    }
    for (at, statement) in statements.iter().enumerate() {
        out.push_str(&format!("\n-- {}. {}\n", at + 1, quote::comment(&line(statement))));
        out.extend(statement.comment.iter().map(|line| format!("-- {}\n", quote::comment(line))));
        out.push_str(&format!("{};\n", statement.sql));
    }
    out
}
