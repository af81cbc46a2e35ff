//! The page of a placement: what it shows to whom, on whose leave, and what that reads.

use super::markdown::{code, paragraph, table, text};
use super::{Catalogue, guarded, segment, terms};
use crate::plan::{PlacementPlan, ShowPlan};

pub(super) fn page(catalogue: &Catalogue<'_>, plan: &PlacementPlan) -> String {
    let title = plan.title.as_deref().map(paragraph).map(|title| format!("{title}\n\n")).unwrap_or_default();
    let because = plan.because.as_deref().map(|why| format!("**Why:** {}\n\n", text(why))).unwrap_or_default();
    let owner = plan.owner.as_deref().map_or_else(|| "nobody is named".to_owned(), text);
    let head =
        format!("# {}\n\n{title}{because}**Owner:** {owner}. **Channel:** {}.\n", plan.name, code(&plan.channel));
    let sections = [
        head,
        shows(plan),
        data(catalogue, plan),
        segment::signature(catalogue, &plan.hash),
        segment::sql_of(catalogue, &plan.name),
    ];
    let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    sections.join("\n")
}

fn shows(plan: &PlacementPlan) -> String {
    let row = |(at, show): (usize, &ShowPlan)| {
        let about = &show.to.about;
        let purposes: Vec<_> = about.purposes.iter().map(|purpose| code(&purpose.name)).collect();
        let minimum = show.to.delivery.minimum;
        vec![
            (at + 1).to_string(),
            text(&show.what),
            format!("[{0}](../segments/{0}.md)", about.name),
            purposes.join(", "),
            if minimum > 1 { format!("from {minimum} people on") } else { "any number".to_owned() },
        ]
    };
    let rows: Vec<Vec<String>> = plan.shows.iter().enumerate().map(row).collect();
    let otherwise = match &plan.otherwise {
        Some(what) => format!("Everybody else is shown {}, and stands in no list.\n", text(what)),
        None => "Everybody else is shown nothing of it, and stands in no list.\n".to_owned(),
    };
    format!(
        "## What is shown to whom\n\nThe first that applies: somebody is shown a thing only if they are a member of its segment and \
         certainly in none of those before it.\n\n{}\n{otherwise}",
        table(&["", "shown", "to", "for", "size"], &rows)
    )
}

fn data(catalogue: &Catalogue<'_>, plan: &PlacementPlan) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for show in &plan.shows {
        for read in &show.to.reads {
            let field = if read.field.is_empty() { "the rows themselves".to_owned() } else { code(&read.field) };
            let categories: Vec<_> = read.categories.iter().map(|category| terms::label(category)).collect();
            let row = vec![text(&show.what), code(&read.table), field, categories.join(", ")];
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        for [table, field, tells, why] in guarded::rows(catalogue, &show.to) {
            let tells = if tells.is_empty() { why } else { format!("{tells}; {why}") };
            rows.push(vec![text(&show.what), table, field, tells]);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    format!("## What it reads\n\n{}", table(&["shown", "table", "field", "reveals"], &rows))
}

/// Its line in the index.
pub(super) fn summary(plan: &PlacementPlan) -> Vec<String> {
    let shows: Vec<_> =
        plan.shows.iter().map(|show| format!("{} to {}", text(&show.what), code(&show.to.about.name))).collect();
    vec![
        format!("[{0}](placements/{0}.md)", plan.name),
        code(&plan.channel),
        shows.join(", then "),
        plan.otherwise.as_deref().map(text).unwrap_or_default(),
    ]
}
