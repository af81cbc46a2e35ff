//! The door: does a plan fit a dialect? Names, literals, numbers and every emitted statement are checked; the answer is a token.

mod past;
mod stored;

use std::collections::BTreeMap;

use super::dialect::{self, Case, Dialect};
use super::tree::Query;
use super::{header, lower, placement, print, verify, view};
use crate::diagnostic::{Code, Diagnostic};
use crate::emit::Artefact;
use crate::faults::{Fault, on};
use crate::model::Instant;
use crate::plan::{PlacementPlan, Plan, SegmentPlan};
use stored::stored_findings;

/// The dialect is not known.
const UNKNOWN: Code = Code("DIA-01");
/// A name that the dialect cannot hold.
const NAME: Code = Code("DIA-02");
/// Names that the dialect cannot tell apart.
pub(super) const COLLISION: Code = Code("DIA-03");
/// Text that the dialect cannot hold.
pub(super) const TEXT: Code = Code("DIA-04");
/// A construct that the dialect cannot express.
const CANNOT: Code = Code("DIA-05");
/// Where views live, and what they stand on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Home<'p> {
    /// The schema.
    pub schema: &'p str,
    /// The digest of catalog, policies and packs; empty where it is not known.
    pub ground: &'p str,
}

/// A plan that fits a dialect: every segment has been lowered, printed, re-read and proved. Only [`fit`] makes one.
#[derive(Debug)]
pub struct Fitted<'p> {
    dialect: &'static Dialect,
    home: Home<'p>,
    /// Each with the text that was proved.
    segments: Vec<(&'p SegmentPlan, String)>,
    /// The same of placements.
    placements: Vec<(&'p PlacementPlan, String)>,
}

impl Fitted<'_> {
    /// The dialect.
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The files: the very texts that were proved. With an instant to be bound each is printed, and proved, anew.
    pub(super) fn artefacts(&self, as_of: Option<Instant>) -> Result<Vec<Artefact>, Vec<Diagnostic>> {
        let file = |(plan, proved): &(&SegmentPlan, String)| {
            let text = match as_of {
                None => proved.clone(),
                Some(_) => proved_text(self.dialect, self.home, plan, as_of)?,
            };
            let path = format!("sql/{}/{}.sql", self.dialect.name, plan.about.name);
            Ok(Artefact { path, bytes: text.into_bytes() })
        };
        let shown = |(plan, proved): &(&PlacementPlan, String)| {
            let text = match as_of {
                None => proved.clone(),
                Some(_) => placement::proved_text(self.dialect, self.home, plan, as_of)?,
            };
            Ok(Artefact { path: format!("sql/{}/{}.sql", self.dialect.name, plan.name), bytes: text.into_bytes() })
        };
        self.segments.iter().map(file).chain(self.placements.iter().map(shown)).collect()
    }

    /// Whom a placement shows what, as one SELECT, for asking a database without changing anything in it; `None` where there is no
    /// such placement. It is proved as views are.
    pub fn shown(&self, placement: &str, as_of: Option<Instant>) -> Option<Result<String, Vec<Diagnostic>>> {
        let (plan, _) = self.placements.iter().find(|(plan, _)| plan.name == placement)?;
        Some(placement::proved_query(self.dialect, plan, as_of))
    }

    /// The members of a segment as one SELECT, for asking a database without changing anything in it; `None` where there is no such
    /// segment. It is proved as views are.
    pub fn query(&self, segment: &str, as_of: Option<Instant>) -> Option<Result<String, Vec<Diagnostic>>> {
        let (plan, _) = self.segments.iter().find(|(plan, _)| plan.about.name == segment)?;
        Some(self.proved_query(plan, as_of))
    }

    fn proved_query(&self, plan: &SegmentPlan, as_of: Option<Instant>) -> Result<String, Vec<Diagnostic>> {
        self.proved(plan, as_of).map(|(text, _)| text)
    }

    fn proved(&self, plan: &SegmentPlan, as_of: Option<Instant>) -> Result<(String, Query), Vec<Diagnostic>> {
        let query = lowered(plan, self.dialect, as_of)?;
        let text = print::query(self.dialect, &query);
        verify::verify_query(plan, self.dialect.name, &text, as_of).map_err(|fault| vec![fault])?;
        Ok((text, query))
    }

    /// The same as a tree, proved as it would be printed alone.
    pub(super) fn tree(&self, segment: &str, as_of: Option<Instant>) -> Option<Result<Query, Vec<Diagnostic>>> {
        let (plan, _) = self.segments.iter().find(|(plan, _)| plan.about.name == segment)?;
        Some(self.proved(plan, as_of).map(|(_, query)| query))
    }
}

pub(super) fn lowered(
    plan: &SegmentPlan,
    dialect: &'static Dialect,
    as_of: Option<Instant>,
) -> Result<Query, Vec<Diagnostic>> {
    lower::lower(plan, dialect, as_of).map_err(|refusals| cannot(dialect, &refusals))
}

fn cannot(dialect: &Dialect, refusals: &[lower::Refusal]) -> Vec<Diagnostic> {
    let cannot = |why: &String| Diagnostic::error(CANNOT, format!("{} cannot say this segment: {why}", dialect.title));
    refusals.iter().map(cannot).collect()
}

/// Fits every segment to a dialect, or says which do not and why.
pub fn fit<'p>(plan: &'p Plan, dialect: &str) -> Result<Fitted<'p>, Vec<Diagnostic>> {
    let segments: Vec<&SegmentPlan> = plan.segments.iter().chain(&plan.reports).collect();
    fit_all(&segments, &plan.placements, Home { schema: &plan.schema, ground: &plan.ground }, dialect)
}

/// Fits one segment.
pub fn fit_segment<'p>(plan: &'p SegmentPlan, schema: &'p str, dialect: &str) -> Result<Fitted<'p>, Vec<Diagnostic>> {
    fit_all(&[plan], &[], Home { schema, ground: "" }, dialect)
}

fn fit_all<'p>(
    plans: &[&'p SegmentPlan],
    shown: &'p [PlacementPlan],
    home: Home<'p>,
    name: &str,
) -> Result<Fitted<'p>, Vec<Diagnostic>> {
    let Some(dialect) = dialect::named(name) else { return Err(vec![unknown(name)]) };
    let mut findings = schema_findings(dialect, home.schema);
    let names = plans.iter().map(|plan| plan.about.name.as_str()).chain(shown.iter().map(|plan| plan.name.as_str()));
    findings.extend(collisions(dialect, names));
    let mut segments = Vec::new();
    for plan in plans {
        match fit_one(dialect, home, plan) {
            Ok(text) => segments.push((*plan, text)),
            Err(more) => findings.extend(more.into_iter().map(|finding| finding.about(plan.about.name.clone()))),
        }
    }
    let mut placements = Vec::new();
    for plan in shown {
        match placement::fit_one(dialect, home, plan) {
            Ok(text) => placements.push((plan, text)),
            Err(more) => findings.extend(more.into_iter().map(|finding| finding.about(plan.name.clone()))),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    Ok(Fitted { dialect, home, segments, placements })
}

fn unknown(name: &str) -> Diagnostic {
    let names: Vec<String> = dialect::DIALECTS.iter().map(|dialect| format!("`{}`", dialect.name)).collect();
    Diagnostic::error(UNKNOWN, format!("there is no dialect `{}`", crate::diagnostic::text::line(name)))
        .help(format!("the dialects are {}", names.join(", ")))
}

/// What keeps a plan from being said in a dialect before it is tried.
pub(super) fn findings_of(dialect: &Dialect, plan: &SegmentPlan) -> Vec<Diagnostic> {
    let mut findings = name_findings(dialect, plan);
    findings.extend(text_findings(dialect, plan));
    if plan.stay.is_some() {
        findings.extend(stored_findings(dialect, plan));
    }
    findings
}

fn fit_one(dialect: &'static Dialect, home: Home<'_>, plan: &SegmentPlan) -> Result<String, Vec<Diagnostic>> {
    let findings = findings_of(dialect, plan);
    if !findings.is_empty() {
        return Err(findings);
    }
    proved_text(dialect, home, plan, None)
}

/// The file of a view, if it is proved to be what the plan means.
fn proved_text(
    dialect: &'static Dialect,
    home: Home<'_>,
    plan: &SegmentPlan,
    as_of: Option<Instant>,
) -> Result<String, Vec<Diagnostic>> {
    let query = lowered(plan, dialect, as_of)?;
    let statements = view::statements(dialect, home.schema, &view::of_segment(dialect, plan, &query));
    let body: Vec<String> = statements.iter().map(|statement| format!("{statement};\n")).collect();
    let text = format!("{}\n{}", header::header(plan, dialect, home.ground, as_of), body.join("\n"));
    verify::verify(plan, home.schema, dialect.name, &text, as_of).map_err(|fault| vec![fault])?;
    Ok(text)
}

/// Schemas that belong to the engine.
fn schema_findings(dialect: &Dialect, schema: &str) -> Vec<Diagnostic> {
    let folded = schema.to_lowercase();
    let system = dialect.system_schemas.iter().any(|name| match name.strip_suffix('_') {
        Some(_) => folded.starts_with(name),
        None => folded == *name,
    });
    let mut findings = bad_name(dialect, schema, "schema").into_iter().collect::<Vec<_>>();
    if system {
        let cause = format!("the schema `{schema}` belongs to {} itself", dialect.title);
        findings.push(Diagnostic::error(NAME, cause).help("choose another `schema` in `segma.toml`"));
    }
    findings
}

/// Views, or columns of one table, that the dialect takes for one another.
fn collisions<'p>(dialect: &Dialect, names: impl Iterator<Item = &'p str>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        if let Some(other) = known.insert(fold(dialect, name), name).filter(|_| !on(Fault::F35)) {
            let message = format!("{} takes the views `{other}` and `{name}` for one another", dialect.title);
            let why = "the second view would silently replace the first, and readers of the first would get the people of the second";
            findings.push(Diagnostic::error(COLLISION, message).because(why).help("rename one of them").about(name));
        }
    }
    findings
}

fn fold(dialect: &Dialect, name: &str) -> String {
    match dialect.case {
        Case::Tells => name.to_owned(),
        Case::Folds => name.to_lowercase(),
    }
}

fn name_findings(dialect: &Dialect, plan: &SegmentPlan) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = bad_name(dialect, &plan.about.name, "segment").into_iter().collect();
    for name in physical_names(plan) {
        findings.extend(bad_name(dialect, &name, "table or column"));
    }
    for table in &plan.tables {
        let mut known: BTreeMap<String, &str> = BTreeMap::new();
        for column in &table.columns {
            // Queries call their columns after these, and no query tells columns apart by case alone, whatever the dialect does.
            if let Some(other) = known.insert(column.name.to_lowercase(), &column.name) {
                let (one, of) = (&column.name, &table.name);
                let message = match dialect.case {
                    Case::Folds => {
                        format!("{} takes the columns `{other}` and `{one}` of `{of}` for one another", dialect.title)
                    }
                    Case::Tells => {
                        format!("the columns `{other}` and `{one}` of `{of}` differ in upper and lower case only")
                    }
                };
                let help = "give one of them another name in a view over the table, or read only one of them";
                findings.push(Diagnostic::error(COLLISION, message).help(help));
            }
        }
    }
    findings.extend(own_names(dialect, plan));
    findings.extend(output_findings(dialect, plan));
    findings
}

/// Columns of tables of links must not be called as queries call theirs beside them: one would hide the other.
fn own_names(dialect: &Dialect, plan: &SegmentPlan) -> Option<Diagnostic> {
    let own = |name: &&String| lower::OWN_NAMES.iter().any(|own| own.eq_ignore_ascii_case(name));
    let guards = plan.guards();
    let ids = guards.iter().flat_map(|guard| &guard.identities).flat_map(|identity| [&identity.from, &identity.to]);
    let members = guards.iter().flat_map(|guard| &guard.members);
    let members = members.flat_map(|members| [&members.key, &members.belongs].into_iter().chain(&members.contacts));
    let name = ids.chain(members).find(own)?;
    let message = format!("the column `{name}` is called as {} queries call one of their own", dialect.title);
    Some(Diagnostic::error(NAME, message).help("give the column another name in a view over its table"))
}

/// Output columns must differ, whatever the dialect does with case.
fn output_findings(dialect: &Dialect, plan: &SegmentPlan) -> Vec<Diagnostic> {
    let mut known: Vec<String> = Vec::new();
    if let Some(crate::plan::Table { role: crate::plan::Role::Entity { key, .. }, columns, .. }) =
        plan.tables.get(plan.guard.entity)
    {
        known.extend(columns.get(*key).map(|key| key.name.to_lowercase()));
    }
    let mut findings = Vec::new();
    for name in plan.figures.iter().flat_map(|figures| figures.columns()) {
        findings.extend(bad_name(dialect, &name, "column"));
    }
    for exposed in &plan.delivery.expose {
        findings.extend(bad_name(dialect, &exposed.name, "exposed column"));
        let folded = exposed.name.to_lowercase();
        if known.contains(&folded) {
            let message = format!("two columns of `{}` would be called `{}`", plan.about.name, exposed.name);
            findings.push(Diagnostic::error(COLLISION, message).help("expose one of them only"));
        }
        known.push(folded);
    }
    findings
}

pub(super) fn bad_name(dialect: &Dialect, name: &str, what: &str) -> Option<Diagnostic> {
    let shown = crate::diagnostic::text::line(name);
    let cause = if name.is_empty() {
        "is empty".to_owned()
    } else if name.chars().any(char::is_control) {
        "holds a control character".to_owned()
    } else if let Some(c) = name.chars().find(|c| dialect.names_lack.contains(*c)) {
        format!("holds `{c}`, which no name of {} can", dialect.title)
    } else if name.len() > dialect.name_bytes {
        format!("has {} bytes, of which {} keeps {}", name.len(), dialect.title, dialect.name_bytes)
    } else {
        return None;
    };
    let why = "a name that is cut off may be another's: one audience would silently replace another";
    Some(
        Diagnostic::error(NAME, format!("the name of the {what} `{shown}` {cause}"))
            .because(why)
            .help("choose a shorter, plain name"),
    )
}

/// Every name of the warehouse that a plan holds.
fn physical_names(plan: &SegmentPlan) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for table in &plan.tables {
        all.extend(table.physical.iter().cloned());
        all.extend(table.columns.iter().map(|column| column.name.clone()));
    }
    all.extend(plan.statements.iter().map(|statement| statement.name.clone()));
    for guard in plan.guards() {
        for ledger in &guard.ledgers {
            all.extend(ledger.physical.iter().cloned());
            all.extend(lower::ledger_columns(ledger));
        }
        for identity in &guard.identities {
            all.extend(identity.physical.iter().cloned());
            all.extend([identity.from.clone(), identity.to.clone()]);
        }
        for members in &guard.members {
            all.extend(members.physical.iter().cloned());
            all.extend([members.key.clone(), members.belongs.clone()]);
            all.extend(members.contacts.iter().cloned());
        }
    }
    all.sort();
    all.dedup();
    all
}

/// No engine's text holds NUL.
fn text_findings(dialect: &Dialect, plan: &SegmentPlan) -> Vec<Diagnostic> {
    let bad = verify::texts_of(plan).into_iter().find(|text| text.contains('\0'));
    let finding = |_| {
        Diagnostic::error(
            TEXT,
            format!("a text of `{}` holds a NUL character, which {} cannot", plan.about.name, dialect.title),
        )
        .help("remove it; no row can hold it either")
    };
    bad.map(finding).into_iter().collect()
}
