//! The account of a segment: what it owes to the people in it and what discharges that, for a terminal, for a page, for programs.
//!
//! A privacy officer reads it and signs it, so it says everything in plain English, with the place of each clause, and puts first what is
//! owed and not discharged. The derivation itself is [`crate::privacy::obligations`].

mod brief;
mod json;
mod markdown;
mod text;

use crate::model::{Model, PackInForce};
use crate::privacy::obligations::{By, Duty, From, Obligation, Obligations, Standing};
use crate::rules::catalogue;
use crate::source::{SourceMap, Span};

pub use json::FORMAT;

/// What people cannot read off files.
const BEYOND: &str = "The files say what is asked and checked. Whether a reason, an assessment, an origin or a label is true they \
                      cannot say: that is for whoever signs. This is not legal advice.";

/// An account, and what it is told from.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// The program.
    pub model: &'a Model,
    /// What is owed.
    pub obligations: &'a Obligations,
    /// The texts, for places; without them clauses are told without their places.
    pub sources: Option<&'a SourceMap>,
}

impl Account<'_> {
    /// On one screen of a terminal of so many columns.
    pub fn text(&self, width: usize) -> String {
        brief::render(self, width)
    }

    /// With every derivation written out.
    pub fn long(&self, width: usize) -> String {
        text::render(self, width)
    }

    /// The derivations of one kind of duty (`retention`), of what one is about (`orders`), or of what a code belongs to (`RET-01`);
    /// nothing where the segment owes no such thing.
    pub fn derived(&self, wanted: &str, width: usize) -> Option<String> {
        let code = wanted.to_ascii_uppercase();
        let fits = |one: &&Obligation| {
            let (duty, about) = one.duty.about(self.model);
            let filed = one.findings.iter().any(|finding| finding.code.0 == code);
            duty == wanted || about == wanted || filed || one.duty.is_filed_under(self.model, &code)
        };
        let chosen: Vec<&Obligation> = self.obligations.all.iter().filter(fits).collect();
        (!chosen.is_empty()).then(|| text::some(self, &chosen, width))
    }

    /// The kinds of duty that the segment has, each once.
    pub fn duties(&self) -> Vec<&'static str> {
        let mut duties: Vec<&'static str> = Vec::new();
        for one in &self.obligations.all {
            let (duty, _) = one.duty.about(self.model);
            if !duties.contains(&duty) {
                duties.push(duty);
            }
        }
        duties
    }

    /// A page of its own.
    pub fn markdown(&self) -> String {
        markdown::page(self)
    }

    /// A section of the segment's page.
    pub fn section(&self) -> String {
        markdown::section(self, true)
    }

    /// For programs.
    pub fn json(&self) -> String {
        json::render(self)
    }

    /// `segments/a.seg:3`.
    fn place(&self, span: Option<Span>) -> Option<(String, usize)> {
        let (sources, span) = (self.sources?, span?);
        Some((sources.path(span).to_owned(), sources.line_col(span).line))
    }

    fn placed(&self, span: Option<Span>) -> String {
        self.place(span).map_or_else(String::new, |(path, line)| format!(" ({path}:{line})"))
    }

    fn name(&self) -> &str {
        &self.model.segments[self.obligations.segment].name.value
    }

    fn title(&self) -> &str {
        self.model.segments[self.obligations.segment].doc.as_deref().unwrap_or_default()
    }

    /// What is owed; of what was found beyond all duties, the class that it is filed under.
    fn owed(&self, one: &Obligation) -> String {
        let class = one.findings.first().and_then(|finding| catalogue::class(finding.code.0));
        match (one.duty, class) {
            (Duty::Found, Some(class)) => format!("{} ({})", one.owed, class.name.replace('-', " ")),
            (_, _) => one.owed.clone(),
        }
    }

    /// The kind of a duty, and what it is about: by its name, or else in words.
    fn about(&self, one: &Obligation) -> (&'static str, String) {
        let (duty, about) = one.duty.about(self.model);
        if !about.is_empty() {
            return (duty, about);
        }
        let clause = one.discharged.iter().find(|by| by.by == By::Clause && by.place.is_some());
        let said = clause.map_or(one.owed.as_str(), |by| by.says.as_str());
        let said = said.strip_prefix("That ").or_else(|| said.strip_prefix("To ")).unwrap_or(said);
        (duty, said.strip_prefix(duty).unwrap_or(said).trim_start().replace('`', ""))
    }

    /// Where it is written: the clause that discharges it, or else whatever asks for it.
    fn where_of(&self, one: &Obligation) -> Option<String> {
        let spans = one.discharged.iter().map(|by| by.place).chain(one.origins.iter().map(|origin| origin.place));
        let (file, line) = spans.into_iter().find_map(|span| self.place(span))?;
        Some(format!("{file}:{line}"))
    }

    /// The obligations in groups: what is open first.
    fn groups(&self) -> impl Iterator<Item = (Standing, Vec<&Obligation>)> {
        let order = [Standing::Open, Standing::Doubtful, Standing::Excepted, Standing::Discharged];
        let groups = order.map(|standing| (standing, self.obligations.standing(standing).collect::<Vec<_>>()));
        groups.into_iter().filter(|(_, group)| !group.is_empty())
    }

    /// One sentence for the whole.
    fn summary(&self) -> String {
        let count = |standing| self.obligations.standing(standing).count();
        let all = self.obligations.all.len();
        let (open, doubtful, excepted) = (count(Standing::Open), count(Standing::Doubtful), count(Standing::Excepted));
        let mut said = if open == 0 && doubtful == 0 && excepted == 0 {
            format!("All {all} obligations are discharged.")
        } else {
            let parts = [(open, "NOT discharged"), (doubtful, "in doubt"), (excepted, "under an exception")];
            let parts: Vec<String> =
                parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {} {word}", is(*n))).collect();
            format!("Of {all} obligations {}.", parts.join(", "))
        };
        let packs: Vec<String> = self.model.project.packs.iter().map(PackInForce::words).collect();
        if !packs.is_empty() {
            said += &format!(" Policy packs in force: {}.", packs.join(", "));
        }
        if !self.obligations.complete {
            said += " Parts of the project could not be read, so more may be owed.";
        }
        said
    }
}

fn is(n: usize) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

fn heading(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "Owed and not discharged",
        Standing::Doubtful => "In doubt",
        Standing::Excepted => "Under an exception",
        Standing::Discharged => "Discharged",
    }
}

/// `the policy`, `the segment itself`.
fn asker(from: From) -> &'static str {
    match from {
        From::Language => "the language",
        From::Purpose => "the purpose",
        From::Policy => "the policy",
        From::Jurisdiction => "the jurisdiction",
        From::Destination => "the destination",
        From::Source => "what is read",
        From::Ledger => "the ledger",
        From::Segment => "another segment",
        From::Itself => "the segment itself",
    }
}

/// `the guard, asked of each person in each run`.
fn means(by: By) -> String {
    let what = match by {
        By::Clause => "a clause",
        By::Permission => "a permission",
        By::Arithmetic => "a sum",
        By::Guard => "the guard",
        By::Cut => "the cut of what is read",
        By::Delivery => "delivery",
    };
    format!("{what}, {}", by.when())
}

/// `the guard, in each run`: every means by which an obligation is discharged.
fn shortly(one: &Obligation) -> String {
    let mut all: Vec<&str> = Vec::new();
    for by in &one.discharged {
        let word = match by.by {
            By::Clause => "a clause",
            By::Permission => "a permission",
            By::Arithmetic => "a sum",
            By::Guard => "the guard, each run",
            By::Cut => "the cut, each run",
            By::Delivery => "delivery, each run",
        };
        if !all.contains(&word) {
            all.push(word);
        }
    }
    all.join(" and ")
}

/// What leads to the means of an obligation: what is doubted, broken or let be is not called discharged.
fn undone(standing: Standing) -> &'static str {
    match standing {
        Standing::Discharged => "discharged by",
        Standing::Doubtful => "would be discharged, but for what follows, by",
        Standing::Excepted | Standing::Open => "not discharged by",
    }
}

/// The steps of every reckoning behind an obligation, sum by sum.
fn reckoned(one: &Obligation) -> Vec<&str> {
    let sums = one.sums.iter().flat_map(|sum| &sum.steps).chain(&one.steps);
    let mut steps: Vec<&str> = Vec::new();
    for step in sums {
        if !steps.contains(&step.as_str()) {
            steps.push(step);
        }
    }
    steps
}
