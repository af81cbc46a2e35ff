//! The view of a placement: the lists of those who are shown something, each whole with its own guard, one under another.
//!
//! Each list is the query of a segment, printed and proved as such; nothing is shared between them, so that one list's guard can never be
//! taken for another's. They read one statement's instant, so that nobody is in two of them.

use super::dialect::Dialect;
use super::fit::{COLLISION, Home, TEXT, bad_name, findings_of, lowered};
use super::view::{self, View};
use super::{header, print, quote, verify};
use crate::diagnostic::Diagnostic;
use crate::model::Instant;
use crate::plan::{PlacementPlan, Role, SegmentPlan};

/// The file of a placement, if it fits the dialect and is proved to be what the plan means.
pub fn fit_one(dialect: &'static Dialect, home: Home<'_>, plan: &PlacementPlan) -> Result<String, Vec<Diagnostic>> {
    let mut findings: Vec<Diagnostic> = bad_name(dialect, &plan.name, "placement").into_iter().collect();
    findings.extend(plan.shows.iter().flat_map(|show| findings_of(dialect, &show.to)));
    if key(plan).eq_ignore_ascii_case(print::SHOWN) {
        let message = format!("two columns of `{}` would be called `{}`", plan.name, print::SHOWN);
        findings.push(Diagnostic::error(COLLISION, message).help("give the key another name in a view over its table"));
    }
    if plan.shows.iter().any(|show| show.what.contains('\0')) {
        let message = format!("a text of `{}` holds a NUL character, which {} cannot", plan.name, dialect.title);
        findings.push(Diagnostic::error(TEXT, message).help("remove it"));
    }
    if findings.is_empty() { proved_text(dialect, home, plan, None) } else { Err(findings) }
}

/// The file, if it is proved.
pub fn proved_text(
    dialect: &'static Dialect,
    home: Home<'_>,
    plan: &PlacementPlan,
    as_of: Option<Instant>,
) -> Result<String, Vec<Diagnostic>> {
    let key = key(plan);
    let about = |text: String| quote::comment(&text).replace('\\', "/");
    let view = View {
        name: plan.name.clone(),
        comment: about(format!(
            "{} | shown by {} | definition {}",
            plan.title.as_deref().unwrap_or(&plan.name),
            plan.channel,
            plan.hash
        )),
        columns: vec![
            (key.to_owned(), about(format!("Key of the people whom placement {} shows something", plan.name))),
            (print::SHOWN.to_owned(), about(format!("What placement {} shows them", plan.name))),
        ],
        body: printed(dialect, plan, as_of)?,
    };
    let statements = view::statements(dialect, home.schema, &view);
    let body: Vec<String> = statements.iter().map(|statement| format!("{statement};\n")).collect();
    let text = format!("{}\n{}", header::of_placement(plan, dialect, home.ground, as_of), body.join("\n"));
    verify::verify_placement(plan, home.schema, dialect.name, &text, as_of).map_err(|fault| vec![fault])?;
    Ok(text)
}

/// The query alone, if it is proved.
pub fn proved_query(
    dialect: &'static Dialect,
    plan: &PlacementPlan,
    as_of: Option<Instant>,
) -> Result<String, Vec<Diagnostic>> {
    let text = printed(dialect, plan, as_of)?;
    verify::verify_shown(plan, dialect.name, &text, as_of).map_err(|fault| vec![fault])?;
    Ok(text)
}

fn printed(dialect: &'static Dialect, plan: &PlacementPlan, as_of: Option<Instant>) -> Result<String, Vec<Diagnostic>> {
    let shown = plan.shows.iter().map(|show| {
        let query = print::query(dialect, &lowered(&show.to, dialect, as_of)?);
        let comment = format!("Shown {}: {}", show.what, show.to.about.name);
        Ok(print::Shown { what: show.what.clone(), query, comment })
    });
    let shown = shown.collect::<Result<Vec<_>, Vec<Diagnostic>>>()?;
    Ok(print::placement(dialect, key(plan), &shown))
}

/// The name of the key, which is that of the first list: all are of one entity.
fn key(plan: &PlacementPlan) -> &str {
    plan.shows.first().map_or("", |show| key_of(&show.to))
}

fn key_of(plan: &SegmentPlan) -> &str {
    let entity = plan.tables.get(plan.guard.entity);
    let key = entity.and_then(|entity| match entity.role {
        Role::Entity { key, .. } => entity.columns.get(key),
        Role::Events { .. } | Role::Nested { .. } | Role::Lookup { .. } => None,
    });
    key.map_or("", |key| key.name.as_str())
}
