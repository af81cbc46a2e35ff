//! SEN-11: what fairness protects, or what stands for it, decides who is reached, and nobody says why.
//!
//! A field is protected by its label `protected`; it stands for something protected by `proxy for …`. A segment that asks for one of them states
//! its reason. In a campaign about housing, jobs, credit or insurance there is no reason that would do, and everything of these kinds
//! counts, and where people live to the postcode, labelled or not. An age from which the law lets people in is no choice of ours.
//!
//! A placement shows a segment only to who is in none of those before it, so what these ask for decides who sees it, too.

use std::collections::BTreeSet;

use super::tools::{chain, listed, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Campaign, CompareOp, Model, Role, Segment, SegmentId, TableKind};
use crate::privacy::ages::OLDEST;
use crate::privacy::fairness::{protection, selected_by};
use crate::privacy::{Context as Standing, Read};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("SEN-11"), check };

/// The highest age from which a law lets people in.
const LEGAL_AGE: i64 = 21;

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter().filter(|(_, segment)| segment.role == Role::Audience) {
        let campaign = cx.model.fair_campaign(segment);
        let told = deciding(cx, id, campaign.is_some());
        match campaign {
            Some(campaign) => findings.extend(distinct(&told).map(|it| in_campaign(cx.model, segment, campaign, it))),
            None if segment.fairness.is_some() => {}
            None => findings.extend(unreasoned(cx.model, segment, &told)),
        }
    }
    shown(cx, findings);
}

/// What stands before a campaign's offer in a placement, and takes people out of it.
fn shown(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for placement in cx.model.placements.values() {
        for show in &placement.shows {
            let segment = &cx.model.segments[show.members];
            let Some(campaign) = cx.model.fair_campaign(segment) else { continue };
            let own = deciding(cx, show.to.value, true);
            let told = deciding(cx, show.members, true);
            let new = distinct(&told).filter(|(read, ..)| !own.iter().any(|(known, ..)| known.field == read.field));
            findings.extend(new.map(|it| {
                in_campaign(cx.model, segment, campaign, it)
                    .and(show.to.span, "shown only to who is in none of those before it")
                    .about(&placement.name.value)
            }));
        }
    }
}

/// What is protected and decides who is in a segment.
fn deciding<'f>(cx: &Context<'f>, id: SegmentId, in_campaign: bool) -> Vec<Told<'f>> {
    let segment = &cx.model.segments[id];
    let reads = cx
        .facts
        .segment(id)
        .reads
        .iter()
        .filter(|read| decides(cx.model, segment, read, in_campaign) && !is_legal_age(read));
    reads
        .filter_map(|read| protection(cx.model, read, in_campaign).map(|(how, at)| (read, how, at)))
        .chain(queried(cx, id, in_campaign))
        .collect()
}

/// Rows of a query that asks for what is protected: it decided which rows there are.
fn queried<'f>(cx: &Context<'f>, id: SegmentId, in_campaign: bool) -> Vec<Told<'f>> {
    let (model, reads) = (cx.model, &cx.facts.segment(id).reads);
    let rows = reads.iter().filter(|read| match read.context {
        Standing::Rows | Standing::Cap => read.field.is_none(),
        Standing::Training => in_campaign && read.field.is_none(),
        Standing::Condition
        | Standing::Filter
        | Standing::Aggregate
        | Standing::Link
        | Standing::Expose
        | Standing::Delivery => false,
    });
    let told = rows.filter_map(|read| {
        let (field, how, at) = selected_by(model, read.table, in_campaign)?;
        let (table, name) = (&model.tables[model.fields[field].table].name.value, &model.fields[field].name.value);
        Some((read, format!("has its rows chosen by `{table}.{name}`, which {how}"), at))
    });
    told.collect()
}

/// Whether a reading decides who is in. In a campaign a score decides by what it was trained on, and a list by what it says of itself; and an
/// outside party that is handed a column may decide by it who sees what.
fn decides(model: &Model, segment: &Segment, read: &Read, in_campaign: bool) -> bool {
    let outside = || segment.destinations.iter().any(|to| model.destinations[to.value].outside_party.is_some());
    match read.context {
        Standing::Condition | Standing::Filter | Standing::Aggregate | Standing::Cap => true,
        Standing::Training => in_campaign && read.field.is_some(),
        Standing::Rows => in_campaign && matches!(model.tables[read.table].kind, TableKind::List { .. }),
        Standing::Expose => in_campaign && outside(),
        Standing::Link | Standing::Delivery => false,
    }
}

type Told<'m> = (&'m Read, String, Span);

/// One for each field.
fn distinct<'t, 'm>(told: &'t [Told<'m>]) -> impl Iterator<Item = &'t Told<'m>> {
    let mut seen = BTreeSet::new();
    told.iter().filter(move |(read, ..)| seen.insert(read.field))
}

fn in_campaign(model: &Model, segment: &Segment, campaign: Campaign, (read, how, at): &Told<'_>) -> Diagnostic {
    let (does, chooses) = match read.context {
        Standing::Expose => ("goes to an outside party", "hands over"),
        Standing::Condition
        | Standing::Filter
        | Standing::Aggregate
        | Standing::Rows
        | Standing::Link
        | Standing::Training
        | Standing::Cap
        | Standing::Delivery => ("decides", "chooses by"),
    };
    let message = format!("`{}` {how}, and {does} in a campaign about {}", what(model, read), campaign.word());
    let finding = Diagnostic::error(RULE.code, message)
        .at(read.entry, format!("{chooses} `{}`{}", what(model, read), through(model, read)));
    chain(model, finding, read)
        .and(*at, "what it is")
        .because("who hears of a home, a job or a loan would hang on what they are, or where people like them live")
        .help("choose by what people did or asked for; an age from which the law lets people in, as in `age >= 18`, is fine")
        .about(&segment.name.value)
}

fn unreasoned(model: &Model, segment: &Segment, told: &[Told<'_>]) -> Option<Diagnostic> {
    let (read, how, at) = told.first()?;
    let name = &segment.name.value;
    let names: BTreeSet<String> = distinct(told).map(|(read, ..)| what(model, read)).collect();
    let (verb, how) = if names.len() == 1 { ("decides", how.clone()) } else { ("decide", "are protected".to_owned()) };
    let message = format!(
        "{} {how} and {verb} who is in `{name}`; no reason is stated",
        listed(names.iter().map(String::as_str))
    );
    let finding = Diagnostic::error(RULE.code, message)
        .at(read.entry, format!("chooses by `{}`{}", what(model, read), through(model, read)));
    let finding = chain(model, finding, read)
        .and(*at, "what it is")
        .because("whoever is left out for what they are is owed a reason that somebody has thought about")
        .help(format!(
            "write `fairness because \"…\"`, or leave it out; `segma fairness {name}` writes a report of who is in it"
        ))
        .about(name);
    Some(finding)
}

/// Whether an age is asked for that the law asks for, or that everybody has.
fn is_legal_age(read: &Read) -> bool {
    match read.years {
        Some((CompareOp::GreaterOrEqual, years)) => years <= LEGAL_AGE,
        Some((CompareOp::Greater, years)) => years < LEGAL_AGE,
        Some((CompareOp::LessOrEqual | CompareOp::Less, years)) => years >= i64::from(OLDEST),
        Some((CompareOp::Equal | CompareOp::NotEqual, _)) | None => false,
    }
}
