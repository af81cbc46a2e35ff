//! The independent reader: what was printed is read again and proved against the plan before anybody may write it.
//!
//! It shares no code with lowering or printing and knows the plan's data only. Two readers (a lexer of our own and sqlparser) must
//! agree on every literal and name; then the statements, names, cuts, the guard and the root are proved one after another. What
//! cannot be proved is refused: being too strict costs a build, being too lax somebody's no.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "lists here are closed on purpose: whatever is not listed, be it another crate's or ours, is refused"
)]

mod agree;
mod along;
mod clock;
mod control;
mod cuts;
mod declared;
mod expression;
mod figures;
mod guard;
mod heads;
mod known;
mod lex;
mod listed;
mod placement;
mod ranks;
mod read;
mod root;
mod said;
mod scope;
#[cfg(test)]
mod tests;
mod tree;
mod upkeep;
mod whose;

pub use known::texts_of;
pub use placement::{verify_placement, verify_shown};

use crate::diagnostic::{Code, Diagnostic};
use crate::model::Instant;
use crate::plan::SegmentPlan;
use known::Known;
use listed::Reader;

/// What was printed is not proved to be what was meant.
const UNPROVED: Code = Code("INT-10");

/// The literals and quoted names of a piece of SQL that holds nothing else but comments, as the lexer decodes them.
///
/// # Errors
/// What cannot be read, or is neither.
pub fn decoded(dialect: &str, sql: &str) -> Result<Vec<String>, String> {
    let content = |placed: lex::Placed| match placed.token {
        lex::Token::Text(text) | lex::Token::Name(text) => Ok(text),
        other => Err(format!("{other:?} is neither a literal nor a name")),
    };
    lex::read(sql, reader(dialect)?)?.into_iter().map(content).collect()
}

/// Proves the file of a view.
pub fn verify(
    plan: &SegmentPlan,
    schema: &str,
    dialect: &str,
    sql: &str,
    as_of: Option<Instant>,
) -> Result<(), Diagnostic> {
    if crate::faults::unproved() {
        return Ok(());
    }
    file(plan, schema, dialect, sql, as_of).map_err(|fault| unproved(&plan.about.name, dialect, &fault))
}

/// Proves a query that asks a database for the members of a segment.
pub fn verify_query(plan: &SegmentPlan, dialect: &str, sql: &str, as_of: Option<Instant>) -> Result<(), Diagnostic> {
    if crate::faults::unproved() {
        return Ok(());
    }
    let proved = reader(dialect).and_then(|reader| {
        agree::agree(sql, &lex::read(sql, reader)?, reader)?;
        query(plan, reader, sql, as_of)
    });
    proved.map_err(|fault| unproved(&plan.about.name, dialect, &fault))
}

/// Proves the file that keeps stored memberships.
pub fn verify_upkeep(
    plan: &SegmentPlan,
    schema: &str,
    dialect: &str,
    sql: &str,
    as_of: Option<Instant>,
) -> Result<(), Diagnostic> {
    let proved = reader(dialect).and_then(|reader| upkeep::file(plan, schema, reader, sql, as_of));
    proved.map_err(|fault| unproved(&plan.about.name, dialect, &fault))
}

fn unproved(name: &str, dialect: &str, fault: &str) -> Diagnostic {
    Diagnostic::error(UNPROVED, format!("the {dialect} SQL of `{name}` did not pass its own check: {fault}"))
        .because("a view that is not proved to keep everybody out who must be kept out is not written")
        .help("this is a mistake in the compiler, not in your project; please report it with the segment")
        .about(name)
}

fn reader(dialect: &str) -> Result<&'static Reader, String> {
    listed::reader(dialect).ok_or_else(|| "nobody knows how to read it".to_owned())
}

fn file(plan: &SegmentPlan, schema: &str, dialect: &str, sql: &str, as_of: Option<Instant>) -> Result<(), String> {
    let reader = reader(dialect)?;
    let tokens = lex::read(sql, reader)?;
    agree::agree(sql, &tokens, reader)?;
    begins(sql, &tokens)?;
    let view = heads::view(&tokens, reader, schema, &plan.about.name)?;
    let text = sql.get(view.query.clone()).ok_or("the query cannot be found")?;
    query(plan, reader, text, as_of)?;
    columns(plan, &view)
}

/// The header is the lines of comment before the first empty line; the first statement begins right behind it.
fn begins(sql: &str, tokens: &[lex::Placed]) -> Result<(), String> {
    let header: usize = sql.split_inclusive('\n').take_while(|line| line.starts_with("--")).map(str::len).sum();
    let first = tokens.first().map(|placed| placed.at);
    let blank = sql.get(header..header + 1) == Some("\n");
    if header > 0 && blank && first == Some(header + 1) {
        return Ok(());
    }
    Err("the first statement does not begin where the header ends".to_owned())
}

/// The view's columns and what is written about them.
fn columns(plan: &SegmentPlan, view: &heads::View) -> Result<(), String> {
    if let Some(figures) = &plan.figures {
        if figures.columns() != view.columns {
            return Err(format!("the view's columns {:?} are not those of the report", view.columns));
        }
        return comments(view, &plan.hash);
    }
    let key = plan.tables.get(plan.guard.entity).and_then(cuts::key_of).cloned();
    let wanted = key.into_iter().chain(plan.delivery.expose.iter().map(|exposed| exposed.name.clone()));
    if !wanted.eq(view.columns.iter().cloned()) {
        return Err(format!("the view's columns {:?} are not those that the segment exposes", view.columns));
    }
    comments(view, &plan.hash)
}

/// Every comment is harmless, and the view's names its definition.
fn comments(view: &heads::View, hash: &str) -> Result<(), String> {
    let harmless = |text: &String| !text.chars().any(lex::breaks_lines);
    let definition = format!("definition {hash}");
    let own = view.comments.first().is_some_and(|text| text.ends_with(&definition));
    if view.comments.len() != view.columns.len() + 1 || !own || !view.comments.iter().all(harmless) {
        return Err("what is written about the view is not what its plan says".to_owned());
    }
    Ok(())
}

fn query(plan: &SegmentPlan, reader: &Reader, text: &str, as_of: Option<Instant>) -> Result<(), String> {
    let query = read::query(text, reader)?;
    let known = Known::of(plan);
    let as_of = as_of.map(|instant| instant.to_string());
    scope::check(&query, &known, reader, as_of.as_deref())?;
    let clock = clock::Clock::of(&query.ctes, reader)?;
    let kinds = cuts::kinds(plan, &query, &clock)?;
    root::check(&guard::Around { plan, query: &query, clock: &clock, kinds: &kinds, reader })
}
