//! The header of a view's file: what a reviewer reads before the SQL.

use super::dialect::Dialect;
use super::quote;
use crate::plan::{ConsentAbout, PlacementPlan, SegmentPlan};

/// Columns of a comment line.
const WIDTH: usize = 110;

/// Comment lines, each complete and harmless whatever authors wrote. `ground` is the digest of catalog and policies, where it is known.
pub fn header(plan: &SegmentPlan, dialect: &Dialect, ground: &str, as_of: Option<crate::model::Instant>) -> String {
    let about = &plan.about;
    let mut out = String::new();
    let title = about.title.as_deref().unwrap_or("an audience");
    match &plan.figures {
        Some(figures) => {
            line(&mut out, "Report", &format!("{}: {title}", about.name));
            line(&mut out, "About", &format!("{}, groups of at least {} people", figures.of, plan.delivery.minimum));
        }
        None => line(&mut out, "Segment", &format!("{}: {title}", about.name)),
    }
    for purpose in &about.purposes {
        let title = purpose.title.as_ref().map_or(String::new(), |title| format!(" ({title})"));
        line(&mut out, "Purpose", &format!("{}{title}, basis {}", purpose.name, purpose.basis.words()));
    }
    match &about.consent {
        ConsentAbout::Required(purposes) => line(&mut out, "Consent", &purposes.join(", ")),
        ConsentAbout::NotNeeded(why) => line(&mut out, "Consent", &format!("not needed: {why}")),
    }
    let zero = crate::model::Length::default();
    let retain = if about.retain == zero { "nothing is stored".to_owned() } else { about.retain.to_string() };
    match &plan.figures {
        Some(figures) => line(&mut out, "Retained", &format!("figures for {}, no people", figures.retain)),
        None => line(&mut out, "Retained", &format!("a stored membership for {retain}")),
    }
    if let Some(stay) = &plan.stay {
        let table = plan.tables.get(stay.table).map(|table| table.physical.join(".")).unwrap_or_default();
        line(&mut out, "Stay", &format!("once in, a member remains for {}, by {table}", stay.lasts));
    }
    if let Some(refresh) = about.refresh {
        line(&mut out, "Refreshed", &refresh.each());
    }
    for to in &about.destinations {
        let region = to.region.as_ref().map_or(String::new(), |region| format!(", {region}"));
        let outside = if to.outside_party { ", outside party" } else { "" };
        line(&mut out, "For", &format!("{} by {}{region}{outside}", to.name, to.channel));
    }
    if let Some(owner) = &about.owner {
        line(&mut out, "Owner", owner);
    }
    reasons(&mut out, about);
    packs(&mut out, about);
    line(&mut out, "Sources", &sources(plan).join(", "));
    line(&mut out, "Time zone", &plan.timezone);
    if let Some(as_of) = as_of {
        line(&mut out, "As of", &format!("{as_of}: for counts and tests, never for delivery"));
    }
    line(&mut out, "Dialect", &format!("{} ({})", dialect.title, dialect.tier.word()));
    digests(&mut out, &plan.hash, ground);
    out
}

/// The same for a placement: what it shows to whom, in order.
pub fn of_placement(
    plan: &PlacementPlan,
    dialect: &Dialect,
    ground: &str,
    as_of: Option<crate::model::Instant>,
) -> String {
    let mut out = String::new();
    let title = plan.title.as_deref().unwrap_or("what is shown to whom");
    line(&mut out, "Placement", &format!("{}: {title}", plan.name));
    line(&mut out, "Channel", &plan.channel);
    for show in &plan.shows {
        let purposes: Vec<&str> = show.to.about.purposes.iter().map(|purpose| purpose.name.as_str()).collect();
        line(&mut out, "Shows", &format!("{} to {}, for {}", show.what, show.to.about.name, purposes.join(", ")));
    }
    if let Some(otherwise) = &plan.otherwise {
        line(&mut out, "Otherwise", &format!("{otherwise}, to whoever is in no list"));
    }
    if let Some(owner) = &plan.owner {
        line(&mut out, "Owner", owner);
    }
    if let Some(because) = &plan.because {
        line(&mut out, "Because", because);
    }
    if let Some(first) = plan.shows.first() {
        packs(&mut out, &first.to.about);
    }
    let mut tables: Vec<String> = plan.shows.iter().flat_map(|show| sources(&show.to)).collect();
    let mut seen = std::collections::BTreeSet::new();
    tables.retain(|table| seen.insert(table.clone()));
    line(&mut out, "Sources", &tables.join(", "));
    if let Some(as_of) = as_of {
        line(&mut out, "As of", &format!("{as_of}: for counts and tests, never for delivery"));
    }
    line(&mut out, "Dialect", &format!("{} ({})", dialect.title, dialect.tier.word()));
    digests(&mut out, &plan.hash, ground);
    out
}

/// Why it exists, what it campaigns about, and why what fairness protects may decide.
fn reasons(out: &mut String, about: &crate::plan::About) {
    if let Some(because) = &about.because {
        line(out, "Because", because);
    }
    if !about.campaigns.is_empty() {
        line(out, "Campaign", &about.campaigns.join(", "));
    }
    if let Some(fairness) = &about.fairness {
        line(out, "Fairness", fairness);
    }
}

/// What it is made from: the definition, and the ground that this stands on.
fn digests(out: &mut String, hash: &str, ground: &str) {
    line(out, "Definition", &format!("sha256 {hash}"));
    if !ground.is_empty() {
        line(out, "Ground", &format!("sha256 {ground}"));
    }
}

/// The policy packs in force, where there are any.
fn packs(out: &mut String, about: &crate::plan::About) {
    if !about.packs.is_empty() {
        let words: Vec<String> = about.packs.iter().map(crate::model::PackInForce::words).collect();
        line(out, "Packs", &words.join(", "));
    }
}

fn sources(plan: &SegmentPlan) -> Vec<String> {
    let tables = plan.tables.iter().map(|table| &table.physical);
    let ledgers = plan.guard.ledgers.iter().map(|ledger| &ledger.physical);
    let identities = plan.guard.identities.iter().map(|identity| &identity.physical);
    let mut all: Vec<String> = Vec::new();
    for parts in tables.chain(ledgers).chain(identities) {
        let name = parts.join(".");
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// A labelled line, folded at blanks; every piece is made harmless on its own.
fn line(out: &mut String, label: &str, text: &str) {
    let safe = quote::comment(text);
    let mut lead = format!("{label}:");
    let mut row = String::new();
    for word in safe.split_whitespace() {
        if !row.is_empty() && row.len() + word.len() + 14 > WIDTH {
            out.push_str(&format!("-- {lead:<12} {row}\n"));
            (lead, row) = (String::new(), String::new());
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    out.push_str(format!("-- {lead:<12} {row}").trim_end());
    out.push('\n');
}
