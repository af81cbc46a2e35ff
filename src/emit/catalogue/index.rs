//! The index: every segment with its purpose, leave and receivers, and lists of everything else.

use super::markdown::{code, paragraph, table, text};
use super::{Catalogue, exceptions, ledger, packs, place, placement, receivers, report, standing, things};
use crate::plan::{ConsentAbout, SegmentPlan};

pub(super) fn page(catalogue: &Catalogue<'_>) -> String {
    let plan = catalogue.plan;
    let segments: Vec<_> = plan.segments.iter().map(|segment| row(catalogue, segment)).collect();
    let heads = ["segment", "for", "leave", "kept", "goes to", "owner", "findings"];
    format!(
        "# Audiences of {}\n\nEvery audience of this project: what it is for, on whose leave it uses people's data, and how long it is \
         kept. Made from the same tree as the SQL and the rules.\n\n{}{}{}{}{}{}\n## Sources\n\n{}\n## Purposes\n\n{}\n## Destinations\n\n{}",
        paragraph(&plan.project),
        table(&heads, &segments),
        placements(catalogue),
        packs::section(catalogue.model),
        exceptions::index(catalogue),
        standing::index(catalogue),
        asked(catalogue),
        links("sources", things::sources(catalogue)),
        links("purposes", things::purposes(catalogue)),
        links("destinations", things::destinations(catalogue)),
    )
}

/// What is shown to whom, and what is counted, where anything is.
fn placements(catalogue: &Catalogue<'_>) -> String {
    let shown: Vec<_> = catalogue.plan.placements.iter().map(placement::summary).collect();
    let reports: Vec<_> = catalogue.plan.reports.iter().map(report::summary).collect();
    let mut out = String::new();
    if !shown.is_empty() {
        out += &format!("\n## Placements\n\n{}", table(&["placement", "channel", "shows", "otherwise"], &shown));
    }
    if !reports.is_empty() {
        out += &format!("\n## Reports\n\n{}", table(&["report", "about", "for", "groups of at least"], &reports));
    }
    out
}

/// Whom the guards ask, and by whose rules.
fn asked(catalogue: &Catalogue<'_>) -> String {
    let model = catalogue.model;
    let mut ledgers: Vec<_> = model.ledgers.values().map(|one| ledger::summary(model, one)).collect();
    let mut places: Vec<_> = model.jurisdictions.values().map(place::summary).collect();
    ledgers.sort();
    places.sort();
    let mut out = String::new();
    if !ledgers.is_empty() {
        let heads = ["ledger", "of", "a yes counts for", "how recent"];
        out += &format!("\n## Ledgers\n\n{}", table(&heads, &ledgers));
    }
    let mut links: Vec<_> = model.identities.values().map(|one| ledger::identity(model, one)).collect();
    links.sort();
    if !links.is_empty() {
        let heads = ["links", "in the table", "from", "to whose key", "kept for"];
        out += &format!(
            "\n## Links between ids and people\n\nA no of an id reaches everybody whom it is linked to; a yes never does.\n\n{}",
            table(&heads, &links)
        );
    }
    if !places.is_empty() {
        let heads = ["jurisdiction", "countries", "who was never asked", "adult from"];
        out += &format!("\n## Jurisdictions\n\n{}", table(&heads, &places));
    }
    out
}

fn row(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> Vec<String> {
    let about = &plan.about;
    let title = about.title.as_deref().and_then(|title| title.lines().next()).map(text);
    let title = title.map(|title| format!("<br>{title}")).unwrap_or_default();
    let destinations: Vec<_> = about.destinations.iter().map(|d| code(&d.name)).collect();
    let shown = receivers::shown(catalogue, plan).into_iter().map(|line| line.replace("](../", "]("));
    let goes: Vec<_> = destinations.into_iter().chain(shown).collect();
    let leave = match &about.consent {
        ConsentAbout::Required(purposes) => {
            format!("consent to {}", purposes.iter().map(|purpose| code(purpose)).collect::<Vec<_>>().join(", "))
        }
        ConsentAbout::NotNeeded(because) => format!("no consent: {}", text(because)),
    };
    vec![
        format!("[{0}](segments/{0}.md){title}", about.name),
        about.purposes.iter().map(|purpose| code(&purpose.name)).collect::<Vec<_>>().join(", "),
        leave,
        super::segment::kept(about.retain),
        if goes.is_empty() { "nobody".to_owned() } else { goes.join(", ") },
        about.owner.as_deref().map(text).unwrap_or_default(),
        standing::counted(catalogue.findings_of(plan)),
    ]
}

fn links(folder: &str, things: Vec<(String, String)>) -> String {
    things.iter().map(|(name, _)| format!("- [{name}]({folder}/{name}.md)\n")).collect()
}
