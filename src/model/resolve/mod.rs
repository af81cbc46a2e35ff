//! From trees to the resolved program: names, keys, types, windows. Never fails; what cannot be resolved is reported and left out.
//!
//! The passes, each over all files: [`collect`] declares every name; [`tables`] reads fields, keys, clocks and links; [`ledgers`],
//! [`purposes`], [`policies`] read what may be done; [`defines`] and [`segments`] type conditions (see [`typing`]). The order of
//! files and declarations means nothing. A name or a type that is unknown has been reported once and is silent from then on.

mod along;
mod blanks;
mod categories;
mod clauses;
pub mod codes;
mod collect;
mod currencies;
mod defines;
mod doubts;
mod fields;
mod identities;
mod keys;
mod ledgers;
mod letter_case;
mod links;
mod names;
mod parts;
mod personal;
mod placements;
mod places;
mod policies;
mod populations;
mod promises;
mod purposes;
mod releases;
mod reports;
mod segments;
mod signals;
mod statements;
mod states;
mod stays;
mod tables;
mod telling;
mod typing;
mod unused;
mod views;
mod visits;

use crate::diagnostic::{Diagnostic, any_fatal};
use crate::source::{SourceMap, Span, Spanned};
use crate::syntax::{Parsed, ast};

use super::config::Config;
use super::*;
use names::Namespace;

/// Resolves and types a whole project.
pub fn resolve(config: &Config, sources: &SourceMap, files: &[Parsed]) -> (Model, Vec<Diagnostic>) {
    let packs = config.packs.iter().filter_map(|pack| crate::source::shipped::pack(&pack.value));
    let project = Project {
        name: config.name.clone(),
        timezone: config.timezone.clone(),
        schema: config.schema.value.clone(),
        one_person: config.one_person,
        packs: packs.map(|(_, pack)| PackInForce::of(pack)).collect(),
    };
    let mut resolver = Resolver::new(sources, Model::new(project));
    resolver.model.ground = ground::digest(config, sources, files);
    resolver.dialects = config.dialects.iter().map(|dialect| dialect.value.clone()).collect();
    resolver.tear(files);
    resolver.collect(files);
    resolver.categories();
    resolver.watched(Resolver::purposes, |doubts| doubts.purposes = true);
    resolver.watched(Resolver::tables, |doubts| doubts.tables = true);
    resolver.watched(Resolver::identities, |doubts| doubts.tables = true);
    resolver.watched(Resolver::alongs, |doubts| doubts.tables = true);
    resolver.watched(Resolver::personal, |doubts| doubts.tables = true);
    resolver.watched(Resolver::ledgers, |doubts| doubts.ledgers = true);
    resolver.watched(Resolver::statements, |doubts| doubts.tables = true);
    resolver.governance();
    resolver.releases();
    resolver.defines();
    resolver.segments();
    resolver.placements();
    resolver.reports();
    resolver.exceptions();
    resolver.views();
    resolver.letter_case();
    resolver.blanks();
    resolver.model.unused = resolver.unused();
    resolver.forget_absences();
    let Resolver { mut model, findings, .. } = resolver;
    model.complete = !any_fatal(&findings);
    (model, findings)
}

/// What a name inside a table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    Field(FieldId),
    Link(LinkId),
    /// The name of a link the other way round.
    Back(LinkId),
    Source(TableId),
    Score(TableId),
    Nested(TableId),
    Visits(TableId),
    Define(DefineId),
}

/// What may be named anywhere.
struct Names {
    tables: Namespace<TableId>,
    ledgers: Namespace<LedgerId>,
    identities: Namespace<IdentityId>,
    purposes: Namespace<PurposeId>,
    destinations: Namespace<DestinationId>,
    jurisdictions: Namespace<JurisdictionId>,
    policies: Namespace<PolicyId>,
    segments: Namespace<SegmentId>,
    placements: Namespace<PlacementId>,
    reports: Namespace<ReportId>,
    /// A declaration that may have been a category could not be read.
    open_categories: bool,
}

impl Names {
    /// Whatever is not declared may have been.
    fn open(&mut self) {
        self.tables.leave_open();
        self.ledgers.leave_open();
        self.identities.leave_open();
        self.purposes.leave_open();
        self.destinations.leave_open();
        self.jurisdictions.leave_open();
        self.policies.leave_open();
        self.segments.leave_open();
        self.open_categories = true;
    }
}

/// How far a definition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    Untouched,
    Underway,
    /// Its size in parts and its height in levels, definitions inside included.
    Done {
        size: usize,
        height: usize,
    },
}

/// The state of a resolution.
struct Resolver<'a> {
    sources: &'a SourceMap,
    /// The dialects that every query is read for.
    dialects: Vec<String>,
    model: Model,
    names: Names,
    /// By index of the table.
    members: Vec<Namespace<Member>>,
    /// Keys of lookups without a type of their own: they take that of the first column that links to them.
    untyped_keys: std::collections::BTreeSet<FieldId>,
    /// Tables whose subject is an id, the entity that their rows are of, and the name of the identity.
    alongs: Vec<(TableId, TableId, Spanned<String>)>,
    /// Fields that are declared `not personal`, and where that stands.
    harmless: Vec<(FieldId, Span)>,
    /// By index of the definition.
    progress: Vec<Progress>,
    /// Definitions being resolved, outermost first.
    underway: Vec<DefineId>,
    declared: Declared<'a>,
    /// What of purposes and definitions was asked for by name.
    asked: unused::Asked,
    /// Jurisdictions of packs: their countries by their names. They are the project's where it declares none of its own.
    offered: std::collections::BTreeMap<&'a str, Vec<String>>,
    /// Places of mistakes of syntax.
    mistakes: Vec<Span>,
    findings: Vec<Diagnostic>,
}

/// Every declaration with the place that it was given in the model.
#[derive(Default)]
struct Declared<'a> {
    tables: Vec<(TableId, &'a ast::Item)>,
    ledgers: Vec<(&'a ast::Ledger, &'a ast::Item)>,
    identities: Vec<(&'a ast::Identity, &'a ast::Item)>,
    infers: Vec<(&'a ast::Infer, &'a ast::Item)>,
    categories: Vec<&'a ast::Category>,
    purposes: Vec<(PurposeId, &'a ast::Purpose, &'a ast::Item)>,
    destinations: Vec<(DestinationId, &'a ast::Destination, &'a ast::Item)>,
    jurisdictions: Vec<(JurisdictionId, &'a ast::Jurisdiction, &'a ast::Item)>,
    policies: Vec<(PolicyId, &'a ast::Policy, &'a ast::Item)>,
    exceptions: Vec<(&'a ast::ExceptionTo, &'a ast::Item)>,
    releases: Vec<(&'a ast::Release, &'a ast::Item)>,
    /// In the order of [`Model::defines`].
    defines: Vec<(DefineId, &'a ast::Define)>,
    segments: Vec<(SegmentId, &'a ast::Segment, &'a ast::Item)>,
    placements: Vec<(PlacementId, &'a ast::Placement)>,
    reports: Vec<(ReportId, &'a ast::Report, &'a ast::Item)>,
}

impl<'a> Resolver<'a> {
    fn new(sources: &'a SourceMap, model: Model) -> Self {
        let names = Names {
            tables: Namespace::new("table"),
            ledgers: Namespace::new("ledger"),
            identities: Namespace::new("identity"),
            purposes: Namespace::new("purpose"),
            destinations: Namespace::new("destination"),
            jurisdictions: Namespace::new("jurisdiction"),
            policies: Namespace::new("policy"),
            segments: Namespace::new("segment"),
            placements: Namespace::new("placement"),
            reports: Namespace::new("report"),
            open_categories: false,
        };
        Resolver {
            sources,
            dialects: Vec::new(),
            model,
            names,
            members: Vec::new(),
            untyped_keys: std::collections::BTreeSet::new(),
            alongs: Vec::new(),
            harmless: Vec::new(),
            progress: Vec::new(),
            underway: Vec::new(),
            declared: Declared::default(),
            asked: unused::Asked::default(),
            offered: std::collections::BTreeMap::new(),
            mistakes: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// The inside of a declaration's braces.
    fn body(&self, span: Span) -> Span {
        let text = self.sources.slice(span);
        let open = text.find('{').and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(0);
        let close = u32::from(text.ends_with('}'));
        let (start, end) = (span.start.saturating_add(open), span.end.saturating_sub(close));
        Span { start: start.min(end), end, ..span }
    }

    /// What was written at a place, on one line and not too long.
    fn written(&self, span: Span) -> String {
        let words: Vec<&str> = self.sources.slice(span).split_whitespace().collect();
        let line = words.join(" ");
        match line.char_indices().nth(48) {
            Some((at, _)) => format!("{}…", line.get(..at).unwrap_or("")),
            None => line,
        }
    }

    fn member(&self, table: TableId) -> &Namespace<Member> {
        self.members.get(table.index()).unwrap_or(&NO_MEMBERS)
    }
}

static NO_MEMBERS: std::sync::LazyLock<Namespace<Member>> = std::sync::LazyLock::new(|| Namespace::new("name"));

/// A length of time as written.
fn length(duration: ast::Duration) -> Length {
    let n = i64::from(duration.count);
    match duration.unit {
        ast::Unit::Minute => Length::seconds(n * 60),
        ast::Unit::Hour => Length::seconds(n * 3_600),
        ast::Unit::Day => Length::days(n),
        ast::Unit::Week => Length::days(n * 7),
        ast::Unit::Month => Length::months(n),
        ast::Unit::Year => Length::months(n * 12),
    }
}
