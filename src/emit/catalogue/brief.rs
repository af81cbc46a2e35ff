//! What stands first on the page of a segment: the questions of whoever is to sign it, each answered in a line or two.
//!
//! The sections below it say the same in full. Nothing here is told by symbols, and no answer is left out for being "nobody" or "nothing".

use super::Catalogue;
use super::guarded;
use super::leave;
use super::markdown::{code, prose, table, text};
use super::receivers;
use super::segment::{basis_words, kept};
use crate::model::{Ledger, Model, Segment, SubjectKind, describe};
use crate::plan::{Asks, SegmentPlan};
use crate::privacy::removal::Removal;

pub(super) fn of_segment(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let mut answers = vec![
        ("Who is contacted?", contacted(catalogue, plan)),
        ("What for?", what_for(plan)),
        ("Why may we?", leave::yes(plan)),
        ("What do we use?", used(plan)),
        ("How long is it kept?", kept_for(plan)),
        ("Who gets it?", receivers::shortly(catalogue, plan)),
        ("Who is left out?", left_out(catalogue.model, segment, plan)),
        ("How soon does a no count?", no_counts(catalogue.model, segment, plan)),
        ("What is excepted?", excepted(catalogue, plan)),
        ("What is decided by it?", decided(catalogue, segment, plan)),
        ("Who answers for it?", answers_for(segment, plan)),
    ];
    if let Some(why) = &plan.guard.suspended {
        answers.insert(0, ("Is it in use?", format!("No: it is suspended, and nobody is reached. {}", text(why))));
    }
    let rows: Vec<Vec<String>> =
        answers.into_iter().map(|(asked, answer)| vec![format!("**{asked}**"), answer]).collect();
    table(&["question", "answer"], &rows)
}

/// What the members of an audience are called.
pub(super) fn people(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Person => "people",
        SubjectKind::Account => "accounts",
        SubjectKind::Household => "households",
        SubjectKind::Device => "devices",
    }
}

fn contacted(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let entity = plan.tables.first().map(|entity| code(&entity.name)).unwrap_or_default();
    let people = people(plan.guard.kind);
    let wanted = format!("the {people} in {entity} of whom all of [Who is in it](#who-is-in-it) is certain");
    let least = match plan.delivery.minimum {
        0 | 1 => String::new(),
        n => format!(" If they are fewer than {n}, nobody."),
    };
    if plan.about.destinations.is_empty() {
        let how = match receivers::shown(catalogue, plan).as_slice() {
            [] => "Nobody by this list, as it goes nowhere. It names",
            [_, ..] => "Nobody is written to; a placement shows something to",
        };
        return format!("{how} {wanted}.{least}");
    }
    let mut wanted = wanted;
    wanted.replace_range(..1, "T");
    format!("{wanted}.{least}")
}

fn what_for(plan: &SegmentPlan) -> String {
    let named = plan.about.purposes.iter().map(|purpose| {
        let title = purpose.title.as_deref().map(|title| format!("{}: ", text(title))).unwrap_or_default();
        format!("{title}{}", code(&purpose.name))
    });
    let why = plan.about.because.as_deref().map(|why| format!(". {}", text(why))).unwrap_or_default();
    format!("{}{why}", named.collect::<Vec<_>>().join("; "))
}

/// The kinds of data that decide or leave, and apart from them what is only asked to know who may be contacted.
fn used(plan: &SegmentPlan) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for category in plan.reads.iter().flat_map(|read| &read.categories) {
        let kind = code(category);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    for read in plan.reads.iter().filter(|read| read.categories.is_empty()) {
        let rows = format!("who stands in {}", code(&read.table));
        if !kinds.contains(&rows) {
            kinds.push(rows);
        }
    }
    let kinds = if kinds.is_empty() { "No personal data beyond the key".to_owned() } else { kinds.join(", ") };
    let mut only: Vec<String> = Vec::new();
    for reading in guarded::reads(plan) {
        let dot = if reading.field.is_empty() { "" } else { "." };
        let what = code(&format!("{}{dot}{}", reading.table, reading.field));
        if !only.contains(&what) {
            only.push(what);
        }
    }
    let only = if only.is_empty() {
        String::new()
    } else {
        format!(" Only to know who may be contacted, and how: {}.", only.join(", "))
    };
    let mut clocks: Vec<String> = guarded::clocks(plan)
        .into_iter()
        .map(|reading| code(&format!("{}.{}", reading.table, reading.field)))
        .collect();
    clocks.dedup();
    let clocks =
        if clocks.is_empty() { String::new() } else { format!(" Only to forget in time: {}.", clocks.join(", ")) };
    format!("{kinds}.{only}{clocks}")
}

fn kept_for(plan: &SegmentPlan) -> String {
    let stays = plan.stay.as_ref().map(|stay| format!(" Once in, a member remains for {}.", stay.lasts));
    let stays = stays.unwrap_or_default();
    if plan.about.retain == crate::model::Length::default() {
        return format!("Who is in it is {}.{stays}", kept(plan.about.retain));
    }
    format!("Who was in it is stored for {} at most.{stays}", plan.about.retain)
}

fn left_out(model: &Model, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let choice = plan.guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice());
    let mut all = vec![if choice {
        "Whoever said no or took a yes back; whoever's data is frozen or erased".to_owned()
    } else {
        "Whoever's data is frozen or erased (a no to advertising does not count here, as nobody's choice is asked)"
            .to_owned()
    }];
    all.push("anybody of whom a fact that is asked is unknown".to_owned());
    all.extend(ages(plan).filter(|_| choice));
    let unwanted = segment.into_iter().flat_map(|segment| &segment.except);
    all.extend(unwanted.map(|unwanted| format!("whoever {}", text(&describe::condition(model, unwanted)))));
    all.extend(receivers::capped(segment, plan));
    all.extend(receivers::held_out(plan));
    format!("{}.", all.join("; "))
}

/// Whom an age keeps out, place by place.
fn ages(plan: &SegmentPlan) -> Option<String> {
    let residence = &plan.guard.residence;
    let age = |asks: &Asks| asks.adult_at.filter(|_| plan.guard.kind == SubjectKind::Person);
    let places =
        residence.rules.iter().filter_map(|rule| Some(format!("{} in {}", age(&rule.asks)?, code(&rule.name))));
    let elsewhere = age(&residence.strictest).filter(|_| residence.path.is_some());
    let all: Vec<String> = places.chain(elsewhere.map(|age| format!("{age} elsewhere"))).collect();
    (!all.is_empty()).then(|| format!("whoever may be under {}", all.join(", ")))
}

/// How long a no needs to take effect, destination by destination; where nothing bounds it, that is said.
fn no_counts(model: &Model, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let choice = plan.guard.purposes.iter().any(|purpose| purpose.basis.leaves_a_choice());
    let what = if choice { "At" } else { "It does not; that data is frozen or erased counts, at" };
    let run = plan.about.refresh.map_or_else(
        || format!("{what} the next run; nobody has said when that is"),
        |every| format!("{what} the next run; it is rebuilt {}", every.each()),
    );
    let each = segment.into_iter().flat_map(|segment| segment.destinations.iter().map(move |to| (segment, to.value)));
    let held = each.map(|(segment, to)| {
        let destination = &model.destinations[to];
        let removal = Removal::of(segment, destination);
        let name = code(&destination.name.value);
        match (removal.takes(), removal.unbounded()) {
            (Some(takes), _) => format!(" {name} holds none of them any more within {takes}."),
            (None, says) => {
                format!(" **Nothing bounds how long {name} holds them:** {}.", prose(says.unwrap_or_default()))
            }
        }
    });
    format!("{run}.{}{}", held.collect::<String>(), heard(model, plan))
}

/// How much later a no may be heard, as a ledger may be somewhat old when it is asked.
fn heard(model: &Model, plan: &SegmentPlan) -> String {
    let asked = |ledger: &&Ledger| plan.guard.ledgers.iter().any(|asked| asked.name == ledger.name.value);
    let ledgers = model.ledgers.values().filter(asked);
    let all: Vec<String> = ledgers.map(|ledger| format!("{} {}", code(&ledger.name.value), ledger.how_old())).collect();
    if all.is_empty() {
        return String::new();
    }
    format!(" On top of each comes how old a ledger may be when it is asked for a no: {}.", all.join(", "))
}

fn excepted(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let mut all: Vec<String> = Vec::new();
    for finding in catalogue.findings_of(plan) {
        let Some(leave) = &finding.suppressed else { continue };
        let from = finding.policy.as_deref().map_or_else(|| finding.code.to_string(), code);
        let said = format!("{from}, {}", text(&leave.words));
        if !all.contains(&said) {
            all.push(said);
        }
    }
    for released in plan.reads.iter().flat_map(|read| &read.released) {
        let said = format!("released from {}", text(released));
        if !all.contains(&said) {
            all.push(said);
        }
    }
    if all.is_empty() { "Nothing.".to_owned() } else { all.join("<br>") }
}

fn decided(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let Some(decides) = segment.and_then(|segment| segment.decides.as_ref()) else {
        let contact = match (plan.about.destinations.is_empty(), receivers::shown(catalogue, plan).is_empty()) {
            (true, true) => "Nothing by itself",
            (true, false) => "Who is shown what",
            (false, true) => "Who is contacted",
            (false, false) => "Who is contacted, and who is shown what",
        };
        return format!("{contact}. No other decision about a person is declared to hang on it.");
    };
    let reviewed = decides.value.reviewed_by.as_deref();
    let reviewed = reviewed
        .map_or_else(|| ", and no person looks at each case".to_owned(), |who| format!(", reviewed by {}", text(who)));
    format!("{}{reviewed}.", text(&decides.value.what))
}

fn answers_for(segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let owner = plan.about.owner.as_deref().map_or_else(|| "Nobody is named".to_owned(), text);
    let review = segment.and_then(|segment| segment.review.as_ref()).map(|review| {
        let last = review.value.last.map_or_else(|| "never yet".to_owned(), |day| day.to_string());
        format!("it is to be looked at again {}; last: {last}", review.value.every.each())
    });
    let review = review.unwrap_or_else(|| "nobody has said when it is to be looked at again".to_owned());
    format!("{owner}; {review}.")
}

/// The bases of a segment, in words, each once.
pub(super) fn bases(plan: &SegmentPlan) -> String {
    let mut words: Vec<&str> = Vec::new();
    for purpose in &plan.about.purposes {
        let word = basis_words(purpose.basis);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" and ")
}
