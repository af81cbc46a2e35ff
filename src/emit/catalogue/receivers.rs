//! Who receives a segment, what leaves, and who is kept back on the way.

use super::Catalogue;
use super::leave::link;
use super::markdown::{code, text};
use crate::model::Segment;
use crate::plan::SegmentPlan;

/// What placements show the members: what, where, and by which placement.
pub(super) fn shown(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> Vec<String> {
    let all = catalogue
        .plan
        .placements
        .iter()
        .flat_map(|placement| placement.shows.iter().map(move |show| (placement, show)));
    let own = all.filter(|(_, show)| show.to.about.name == plan.about.name);
    own.map(|(placement, show)| {
        format!(
            "{} shows them {} ({})",
            link("placements", &placement.name),
            text(&show.what),
            code(&placement.channel)
        )
    })
    .collect()
}

pub(super) fn section(catalogue: &Catalogue<'_>, segment: Option<&Segment>, plan: &SegmentPlan) -> String {
    let destinations: String = plan
        .about
        .destinations
        .iter()
        .map(|destination| {
            let region =
                destination.region.as_deref().map(|region| format!(", in {}", text(region))).unwrap_or_default();
            let party = if destination.outside_party { ", an outside party" } else { "" };
            let matched = destination.matched.as_ref().map(|(field, hashed)| {
                format!(", matched on {}{}", code(field), if *hashed { " as a hash" } else { "" })
            });
            let matched = matched.unwrap_or_default();
            let name = link("destinations", &destination.name);
            format!("- {name}: {}{region}{party}{matched}\n", code(&destination.channel))
        })
        .collect();
    let shown: String = shown(catalogue, plan).into_iter().map(|line| format!("- {line}\n")).collect();
    let destinations = destinations + &shown;
    let destinations =
        if destinations.is_empty() { "Nobody: it stays in the warehouse.\n".to_owned() } else { destinations };
    let minimum = match plan.delivery.minimum {
        0 | 1 => String::new(),
        n if plan.about.destinations.is_empty() => format!(" With fewer than {n} people, it is empty."),
        n => format!(" With fewer than {n} people, nobody leaves."),
    };
    let what = if plan.about.destinations.is_empty() { "What the list holds" } else { "What leaves" };
    let back = capped(segment, plan).into_iter().chain(held_out(plan));
    let back: String = back.map(|who| format!(" Left out is {who}.")).collect();
    format!("## Who receives it\n\n{destinations}\n{what}: {}.{minimum}{back}\n", leaving(plan))
}

/// In one sentence.
pub(super) fn shortly(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let shown = shown(catalogue, plan);
    if plan.about.destinations.is_empty() {
        return match shown.as_slice() {
            [] => "Nobody: it stays in the warehouse.".to_owned(),
            [_, ..] => format!("No destination. {}.", shown.join("; ")),
        };
    }
    let one = plan.about.destinations.iter().map(|destination| {
        let region = destination.region.as_deref().map(|region| format!(", in {}", text(region))).unwrap_or_default();
        let party = if destination.outside_party { ", an outside party" } else { "" };
        format!("{} (by {}{region}{party})", link("destinations", &destination.name), text(&destination.channel))
    });
    let shown: String = shown.iter().map(|line| format!(" {line}.")).collect();
    format!("{}. What leaves: {}.{shown}", one.collect::<Vec<_>>().join(", "), leaving(plan))
}

/// Whom a cap keeps back.
pub(super) fn capped(segment: Option<&Segment>, plan: &SegmentPlan) -> Option<String> {
    let cap = plan.delivery.cap.as_ref()?;
    let per = segment.and_then(|segment| segment.cap.as_ref()).map(|cap| format!(" in {}", cap.value.per));
    Some(format!("whoever has had {} contacts{}", cap.contacts, per.unwrap_or_default()))
}

/// The control group.
pub(super) fn held_out(plan: &SegmentPlan) -> Option<String> {
    let share = plan.delivery.holdout.as_ref()?.basis_points;
    let (whole, part) = (share / 100, share % 100);
    let part = if part == 0 { String::new() } else { format!(".{part:02}") };
    Some(format!("a control group of {whole}{part} %"))
}

/// The columns that leave, and what goes by matching on it.
fn leaving(plan: &SegmentPlan) -> String {
    let columns: Vec<_> = plan.delivery.expose.iter().map(|exposed| code(&exposed.name)).collect();
    let matched: Vec<_> = plan
        .about
        .destinations
        .iter()
        .filter_map(|destination| {
            let key = plan.subject_key().map(|(key, _)| key);
            let (field, hashed) = destination.matched.as_ref().filter(|(field, _)| Some(field) != key.as_ref())?;
            let how = if *hashed { " as a hash" } else { " in the clear" };
            Some(format!("{}{how} (`{}` matches on it)", code(field), destination.name))
        })
        .collect();
    match (columns.as_slice(), matched.as_slice()) {
        ([], []) => "the key alone".to_owned(),
        (_, _) => format!("the key, {}", [columns, matched].concat().join(", ")),
    }
}
