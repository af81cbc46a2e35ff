//! What people read about a segment: never looked at by an evaluator.

use super::condition::note;
use crate::model::{Basis, ConsentClause, FieldId, Model, Retain, Segment, SegmentId, Window};
use crate::plan::{About, ConsentAbout, DestinationAbout, PurposeAbout, Read};
use crate::privacy::{self, Facts, StepKind, retention};
use crate::source::{SourceMap, Span};

pub(super) fn about(model: &Model, sources: &SourceMap, segment: &Segment) -> About {
    About {
        name: segment.name.value.clone(),
        title: segment.doc.clone(),
        owner: segment.owner.as_ref().map(|owner| owner.value.clone()),
        because: segment.because.as_ref().map(|because| because.value.clone()),
        purposes: segment.purposes.iter().map(|purpose| self::purpose(model, purpose.value)).collect(),
        consent: consent(model, segment),
        retain: segment.retain.map(|retain| retain.value.length()).unwrap_or_default(),
        refresh: segment.refresh.map(|refresh| refresh.value),
        destinations: segment.destinations.iter().map(|d| destination(model, d.value)).collect(),
        campaigns: campaigns(model, segment),
        fairness: segment.fairness.as_ref().map(|why| why.value.clone()),
        packs: model.project.packs.clone(),
        written: written(sources, segment),
    }
}

/// What it campaigns about: by its own word, and by its purposes'.
fn campaigns(model: &Model, segment: &Segment) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for campaign in model.campaigns(segment) {
        note(&mut words, campaign.word().to_owned());
    }
    words
}

fn purpose(model: &Model, id: crate::model::PurposeId) -> PurposeAbout {
    let purpose = &model.purposes[id];
    let basis = model.basis(id).map_or(Basis::Consent, |basis| basis.value);
    let formerly = purpose.formerly.iter().map(|name| name.value.clone()).collect();
    PurposeAbout { name: purpose.name.value.clone(), title: purpose.title.clone(), basis, formerly }
}

fn consent(model: &Model, segment: &Segment) -> ConsentAbout {
    match segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::NotNeeded { because }) => ConsentAbout::NotNeeded(because.clone()),
        Some(ConsentClause::Required(purposes)) => {
            ConsentAbout::Required(purposes.iter().map(|p| model.purposes[p.value].name.value.clone()).collect())
        }
        None => ConsentAbout::Required(Vec::new()),
    }
}

fn destination(model: &Model, id: crate::model::DestinationId) -> DestinationAbout {
    let destination = &model.destinations[id];
    DestinationAbout {
        name: destination.name.value.clone(),
        channel: destination.channel.map(|channel| channel.value.word().to_owned()).unwrap_or_default(),
        region: destination.region.as_ref().map(|region| region.value.clone()),
        outside_party: destination.outside_party.is_some(),
        matched: destination.matched.as_ref().map(|matched| (matched.field.value.clone(), matched.hashed)),
        lag: destination.lag.map(|lag| lag.value),
    }
}

/// The condition as it stands in the file, without comments and with white space folded.
fn written(sources: &SourceMap, segment: &Segment) -> String {
    let fold = |span: Span| {
        let lines = sources.slice(span).lines().map(without_comment);
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    };
    let wanted = segment.condition.iter().map(|cond| format!("where {}", fold(cond.span)));
    let unwanted = segment.except.iter().map(|cond| format!("except {}", fold(cond.span)));
    wanted.chain(unwanted).collect::<Vec<_>>().join(" ")
}

/// A line up to its `//`, where that does not stand in a text.
fn without_comment(line: &str) -> &str {
    let (mut in_text, mut escaped, mut slash) = (false, false, false);
    for (i, c) in line.char_indices() {
        if c == '/' && slash && !in_text {
            return line.get(..i - 1).unwrap_or(line);
        }
        in_text ^= c == '"' && !escaped;
        escaped = in_text && c == '\\' && !escaped;
        slash = c == '/';
    }
    line
}

/// Everything that a segment reads, for the documents.
pub(super) fn reads(model: &Model, facts: &Facts, id: SegmentId) -> Vec<Read> {
    let facts = facts.segment(id);
    let mut reads: Vec<Read> = Vec::new();
    for read in facts.reads.iter().filter(|read| read.context != privacy::Context::Delivery) {
        let read = describe(model, &model.segments[id].name.value, facts.stored, read);
        if !reads.contains(&read) {
            reads.push(read);
        }
    }
    reads
}

/// What releases take away from a field.
fn released(model: &Model, field: FieldId) -> impl Iterator<Item = String> {
    model.releases_of(field).map(|release| {
        let from: Vec<&str> = release.from.iter().map(|from| from.value.as_str()).collect();
        format!("{}, {}", from.join(", "), release.words())
    })
}

fn describe(model: &Model, segment: &str, stored: crate::model::Length, read: &privacy::Read) -> Read {
    let table = &model.tables[read.table];
    // Rows that are nested in others are kept as long as these.
    let kept = model.tables[model.governing(read.table)].retain.as_ref().map(|retain| &retain.value);
    let mut categories: Vec<_> = read.reveals.iter().map(|revealed| revealed.category.clone()).collect();
    categories.sort();
    categories.dedup();
    let steps = read.via.iter().map(|step| match step.kind {
        StepKind::Segment(id) => format!("segment {}", model.segments[id].name.value),
        StepKind::Define(id) => format!("define {}", model.defines[id].name.value),
        StepKind::Model(id) => format!("model {}", model.tables[id].name.value),
    });
    Read {
        table: table.name.value.clone(),
        field: read.field.map(|field| model.fields[field].name.value.clone()).unwrap_or_default(),
        categories,
        released: read.field.into_iter().flat_map(|field| released(model, field)).collect(),
        via: std::iter::once(format!("segment {segment}")).chain(steps).collect(),
        retention: kept.and_then(|kept| match kept {
            Retain::For { length, .. } => Some(*length),
            Retain::WhileListed { .. } => None,
        }),
        usable: kept.and_then(|kept| retention::usable(kept, stored)),
        window: match read.context {
            privacy::Context::Training => training_window(model, read),
            privacy::Context::Condition
            | privacy::Context::Filter
            | privacy::Context::Aggregate
            | privacy::Context::Rows
            | privacy::Context::Link
            | privacy::Context::Expose
            | privacy::Context::Cap
            | privacy::Context::Delivery => read.window.map(|window| describe_window(window.value)).unwrap_or_default(),
        },
    }
}

/// How far back a model looked in training: the innermost on the way, which is the one that was trained on what is read.
fn training_window(model: &Model, read: &privacy::Read) -> String {
    let trained = read.via.iter().rev().find_map(|step| match step.kind {
        StepKind::Model(id) => Some(&model.tables[id].kind),
        StepKind::Segment(_) | StepKind::Define(_) => None,
    });
    let looked = match trained {
        Some(crate::model::TableKind::Score(facts)) => facts.looking_back,
        Some(_) | None => None,
    };
    match looked {
        Some(length) => format!("in training, the last {}", length.value),
        None => "in training".to_owned(),
    }
}

fn describe_window(window: Window) -> String {
    let unit = |unit: crate::model::calendar::CalendarUnit| match unit {
        crate::model::calendar::CalendarUnit::Day => "day",
        crate::model::calendar::CalendarUnit::Week => "week",
        crate::model::calendar::CalendarUnit::Month => "month",
        crate::model::calendar::CalendarUnit::Quarter => "quarter",
        crate::model::calendar::CalendarUnit::Year => "year",
    };
    match window {
        Window::Last(length) => format!("last {length}"),
        Window::Ago { from, to } => format!("{from} ago to {to} ago"),
        Window::LastFull { n, unit: u } => format!("last {n} full {}{}", unit(u), if n == 1 { "" } else { "s" }),
        Window::Period { each, back } => format!("period {back} of {each}"),
        Window::Units { from, to: Some(to), unit: u } => format!("{} {from} to {to} back", unit(u)),
        Window::Units { from, to: None, unit: u } => format!("{from} full {}s and since", unit(u)),
        Window::This(u) => format!("this {}", unit(u)),
        Window::Today => "today".to_owned(),
        Window::Yesterday => "yesterday".to_owned(),
        Window::Dates { from, to } if from == to => from.to_string(),
        Window::Dates { from, to } => format!("{from} to {to}"),
        Window::Since(from) => format!("{from} to now"),
        Window::Retained => "retained history".to_owned(),
        Window::Error => String::new(),
    }
}
