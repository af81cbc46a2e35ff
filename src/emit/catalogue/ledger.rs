//! The page of a ledger: what people said, how the codes of its rows are read, how recent it must be, and who asks it.

use super::Catalogue;
use super::leave::link;
use super::markdown::{code, paragraph, table, text};
use crate::model::{
    ConsentState, Covers, EventLedger, Fresh, Identity, KeyedBy, Ledger, LedgerOf, LedgerRows, Length, Model, Retain,
    StateColumn, StateSays, StateWhen, Watermark, describe,
};
use crate::plan::SegmentPlan;

/// A page for every ledger, by name.
pub(super) fn pages(catalogue: &Catalogue<'_>) -> Vec<(String, String)> {
    let ledgers = catalogue.model.ledgers.values();
    let mut pages: Vec<_> = ledgers.map(|ledger| (ledger.name.value.clone(), page(catalogue, ledger))).collect();
    pages.sort();
    pages
}

/// Its line in the index.
pub(super) fn summary(model: &Model, ledger: &Ledger) -> Vec<String> {
    let title = ledger.doc.as_deref().and_then(|doc| doc.lines().next()).map(text);
    let title = title.map(|title| format!("<br>{title}")).unwrap_or_default();
    vec![
        format!("[{0}](ledgers/{0}.md){title}", ledger.name.value),
        code(whose(model, ledger)),
        granted(model, ledger),
        ledger.fresh.as_ref().map_or_else(|| "any age".to_owned(), |fresh| recent(&fresh.value)),
    ]
}

fn page(catalogue: &Catalogue<'_>, ledger: &Ledger) -> String {
    let model = catalogue.model;
    let name = &ledger.name.value;
    let doc = ledger.doc.as_deref().map(|doc| format!("{}\n\n", paragraph(doc))).unwrap_or_default();
    let table_ = ledger.physical.as_ref().map(|name| code(&name.value.join("."))).unwrap_or_default();
    let keyed = match ledger.keyed_by {
        KeyedBy::Key => "their key".to_owned(),
        KeyedBy::Contact(field) => code(&model.fields[field].name.value),
    };
    let linked = match ledger.of {
        LedgerOf::Entity(_) => "",
        LedgerOf::Identity(_) => ": a no reaches whoever the id is linked to, a yes reaches nobody else",
    };
    let given: Vec<_> = ledger.controllers.iter().map(|one| text(&one.value)).collect();
    let given = if given.is_empty() { String::new() } else { format!("- a yes is given to: {}\n", given.join(", ")) };
    let rows = match &ledger.rows {
        LedgerRows::Events(events) => self::events(model, events),
        LedgerRows::States(columns) => states(model, columns),
    };
    format!(
        "# {name}\n\n{doc}What people said about the use of their data, in the table {table_}.\n\n- whose: {}, by {keyed}{linked}\n\
         - a yes in it counts for: {}\n- how recent: {}\n- kept for: {}\n- a no counts even if its clock runs ahead of ours by {}\n{given}\n{rows}\n\
         ## Asked by\n\n{}",
        code(whose(model, ledger)),
        granted(model, ledger),
        ledger
            .fresh
            .as_ref()
            .map_or_else(|| "nobody has said; it is believed at any age".to_owned(), |fresh| believed(&fresh.value)),
        ledger.retain.as_ref().map(|retain| kept(&retain.value)).unwrap_or_default(),
        ledger.skew,
        asked_by(catalogue, |plan| plan.guard.ledgers.iter().any(|asked| asked.name == *name)),
    )
}

/// Links to the segments that something bears on.
pub(super) fn asked_by(catalogue: &Catalogue<'_>, wanted: impl Fn(&SegmentPlan) -> bool) -> String {
    let segments = catalogue.plan.segments.iter().filter(|plan| wanted(plan));
    let list: String = segments.map(|plan| format!("- {}\n", link("segments", &plan.about.name))).collect();
    if list.is_empty() { "No segment.\n".to_owned() } else { list }
}

fn whose<'m>(model: &'m Model, ledger: &Ledger) -> &'m str {
    match ledger.of {
        LedgerOf::Entity(table) => &model.tables[table].name.value,
        LedgerOf::Identity(identity) => &model.identities[identity].name.value,
    }
}

fn kept(retain: &Retain) -> String {
    match retain {
        Retain::For { length, .. } => {
            format!("{length}; after that a yes counts no more, and a no that is still there does")
        }
        Retain::WhileListed { because } => format!("as long as it is listed: {}", text(because)),
    }
}

/// The line of links of an identity in the index.
pub(super) fn identity(model: &Model, identity: &Identity) -> Vec<String> {
    let kept = match identity.retain.as_ref().map(|retain| &retain.value) {
        Some(Retain::For { length, .. }) => format!("{length}; a no counts as long as the link is there"),
        Some(Retain::WhileListed { because }) => format!("as long as it is listed: {}", text(because)),
        None => "nobody has said".to_owned(),
    };
    let physical = identity.physical.as_ref().map(|name| code(&name.value.join("."))).unwrap_or_default();
    let title = identity.doc.as_deref().and_then(|doc| doc.lines().next()).map(|doc| format!("<br>{}", text(doc)));
    vec![
        format!("{}{}", code(&identity.name.value), title.unwrap_or_default()),
        physical,
        code(&identity.from_column.value),
        format!("{} ({})", code(&model.tables[identity.to].name.value), code(&identity.to_column.value)),
        kept,
    ]
}

fn recent(fresh: &Fresh) -> String {
    match (&fresh.by, fresh.within) {
        (Watermark::Taken(day), None) => format!("as it was on {day}"),
        (Watermark::Taken(_) | Watermark::Column(_), Some(within)) => format!("at most {within} old"),
        (Watermark::Column(_), None) => "any age".to_owned(),
    }
}

fn believed(fresh: &Fresh) -> String {
    let by = match &fresh.by {
        Watermark::Column(clock) => format!(", by {}", code(&clock.column.value)),
        Watermark::Taken(_) => String::new(),
    };
    let then = fresh.within.filter(|within| *within != Length::default());
    let then = then.map(|_| "; an older one empties every audience that asks it").unwrap_or_default();
    format!("{}{by}{then}", recent(fresh))
}

/// The purposes for which a yes can stand in it.
fn granted(model: &Model, ledger: &Ledger) -> String {
    let covered: Vec<Covers> = match &ledger.rows {
        LedgerRows::Events(events) if events.states.iter().any(|(_, state)| *state == ConsentState::Granted) => {
            events.purposes.iter().map(|(_, covers)| *covers).collect()
        }
        LedgerRows::Events(_) => Vec::new(),
        LedgerRows::States(columns) => {
            let says = columns.iter().flat_map(|column| &column.arms).flat_map(|arm| &arm.says);
            says.filter_map(|says| if let StateSays::Grants(covers) = says { Some(*covers) } else { None }).collect()
        }
    };
    let mut names: Vec<String> = Vec::new();
    for covers in covered {
        if let Covers::Purpose { purpose, .. } = covers {
            let name = code(&model.purposes[purpose].name.value);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() { "nothing: it can only keep out".to_owned() } else { names.join(", ") }
}

fn events(model: &Model, events: &EventLedger) -> String {
    let purposes: Vec<Vec<String>> =
        events.purposes.iter().map(|(spelt, covers)| vec![quoted(&spelt.value), about(model, *covers)]).collect();
    let states: Vec<Vec<String>> =
        events.states.iter().map(|(spelt, state)| vec![quoted(&spelt.value), state_words(*state).to_owned()]).collect();
    let until = events
        .until
        .as_ref()
        .map(|until| format!(" A yes ends at {}, where that is filled.", code(&until.column.value)));
    let version = events
        .version
        .as_ref()
        .map(|version| format!(" The notice that people saw is {}.", code(&version.column.value)));
    let record = events.evidence.as_ref().map(|record| format!(" Each decision is known by {}.", code(&record.value)));
    format!(
        "## How its rows are read\n\nOne row for each decision, at the time in {}.{}{}{} A code that does not stand here never \
         counts as a yes, and unless a yes stands beside it, it counts as a no to everything.\n\n### What it is about: {}\n\n{}\n### What was said: {}\n\n{}",
        code(&events.at.column.value),
        until.unwrap_or_default(),
        version.unwrap_or_default(),
        record.unwrap_or_default(),
        code(&events.purpose_column.value),
        table(&["code", "is about"], &purposes),
        code(&events.state_column.value),
        table(&["code", "means"], &states),
    )
}

fn states(model: &Model, columns: &[StateColumn]) -> String {
    let rows = columns.iter().flat_map(|column| {
        column.arms.iter().map(|arm| {
            let when = match &arm.when {
                StateWhen::Is(value) => text(&describe::literal(value, &crate::model::Type::Text)),
                StateWhen::Missing => "an empty cell".to_owned(),
                StateWhen::Else => "anything else".to_owned(),
            };
            let says: Vec<String> = arm
                .says
                .iter()
                .map(|says| match says {
                    StateSays::Grants(covers) => format!("yes to {}", covered(model, *covers)),
                    StateSays::Refuses(covers) => format!("no to {}", covered(model, *covers)),
                    StateSays::Nothing => "neither yes nor no".to_owned(),
                })
                .collect();
            vec![code(&column.column.value), when, says.join("; ")]
        })
    });
    let rows: Vec<Vec<String>> = rows.collect();
    format!(
        "## How its rows are read\n\nOne row for each of them, as things stand now. A no in it has no time, so no yes is later.{}\n\n{}",
        columns.iter().map(dated).collect::<String>(),
        table(&["column", "holds", "means"], &rows)
    )
}

/// When a yes in a column was given, and under which notice, where that is told.
fn dated(column: &StateColumn) -> String {
    let name = code(&column.column.value);
    let since = column.since.as_ref().map(|since| format!("was given at {}", code(&since.column.value)));
    let version = column.version.as_ref().map(|version| format!("under the notice in {}", code(&version.column.value)));
    let all: Vec<String> = since.into_iter().chain(version).collect();
    if all.is_empty() { String::new() } else { format!(" A yes in {name} {}.", all.join(", ")) }
}

/// What a code is about. One that names no purpose takes away and grants nothing.
fn about(model: &Model, covers: Covers) -> String {
    let covered = covered(model, covers);
    match covers {
        Covers::Every | Covers::Channel(_) => format!("{covered} (a no only)"),
        Covers::Nothing | Covers::Purpose { .. } => covered,
    }
}

fn covered(model: &Model, covers: Covers) -> String {
    match covers {
        Covers::Nothing => "nothing that is asked here".to_owned(),
        Covers::Every => "everything".to_owned(),
        Covers::Channel(channel) => format!("everything by {}", channel.word()),
        Covers::Purpose { purpose, and_narrower } => {
            let narrower = if and_narrower { ", and what is narrower" } else { "" };
            format!("{}{narrower}", code(&model.purposes[purpose].name.value))
        }
    }
}

fn state_words(state: ConsentState) -> &'static str {
    match state {
        ConsentState::Granted => "said yes",
        ConsentState::Withdrawn => "took it back",
        ConsentState::Objected => "objected",
        ConsentState::Restricted => "frozen: nobody may use their data",
        ConsentState::Released => "no longer frozen",
        ConsentState::Erased => "to be forgotten: nobody may use their data",
        ConsentState::Silent => "said nothing",
    }
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", text(value))
}
