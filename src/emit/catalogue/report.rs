//! The page of a report: whom it counts, on whose leave, what it shows and what it withholds.

use super::markdown::{code, paragraph, table, text};
use super::{Catalogue, leave, segment};
use crate::plan::{Figured, SegmentPlan};

pub(super) fn page(catalogue: &Catalogue<'_>, plan: &SegmentPlan) -> String {
    let Some(figures) = &plan.figures else { return String::new() };
    let about = &plan.about;
    let title = about.title.as_deref().map(paragraph).map(|title| format!("{title}\n\n")).unwrap_or_default();
    let because = about.because.as_deref().map(|why| format!("**Why:** {}\n\n", text(why))).unwrap_or_default();
    let owner = about.owner.as_deref().map_or_else(|| "nobody is named".to_owned(), text);
    let head = format!(
        "# {}\n\n{title}{because}**Owner:** {owner}. Figures about the people of [{1}](../segments/{1}.md), kept for {2}. It holds no person and no key.\n",
        about.name, figures.of, figures.retain
    );
    let sections = [
        head,
        shows(plan),
        leave::section(plan),
        segment::data(catalogue, plan),
        segment::findings(catalogue, plan),
        segment::signature(catalogue, &plan.hash),
        segment::sql_of(catalogue, &about.name),
    ];
    let sections: Vec<String> = sections.into_iter().filter(|section| !section.is_empty()).collect();
    sections.join("\n")
}

fn shows(plan: &SegmentPlan) -> String {
    let Some(figures) = &plan.figures else { return String::new() };
    let by = figures.by.iter().map(|group| {
        vec![
            code(&group.name),
            "one row for each of its values, or for each combination where several columns group".to_owned(),
        ]
    });
    let show = figures.show.iter().map(|figure| {
        let says = match &figure.says {
            Figured::People => "how many people are in the group",
            Figured::Sum(_) => "the sum over the group; empty unless the value is known of everybody in it",
            Figured::Average(_) => "the average over the group; empty unless the value is known of everybody in it",
            Figured::Share(_) => "which part of the group it certainly holds for, from 0 to 1",
        };
        vec![code(&figure.name), says.to_owned()]
    });
    let compare = figures.compare.iter().map(|_| {
        let columns = crate::plan::figures::COMPARED.map(code).join(", ");
        vec![columns, "how many of the group are in the control group and how many are not, and which part of each what is compared certainly holds for".to_owned()]
    });
    let rows: Vec<Vec<String>> = by.chain(show).chain(compare).collect();
    let least = plan.delivery.minimum;
    format!(
        "## What it shows\n\n{}\nA group of fewer than {least} people is not shown. Lest somebody work it out by subtraction, the next larger groups are not \
         shown either, until those that are not shown hold at least {least} people together. A share is empty unless it certainly holds for at \
         least {least} people of the group and for at least {least} it does not.\n",
        table(&["column", "what it says"], &rows)
    )
}

/// Its line in the index.
pub(super) fn summary(plan: &SegmentPlan) -> Vec<String> {
    let purposes: Vec<_> = plan.about.purposes.iter().map(|purpose| code(&purpose.name)).collect();
    let of = plan.figures.as_ref().map(|figures| code(&figures.of)).unwrap_or_default();
    vec![
        format!("[{0}](reports/{0}.md)", plan.about.name),
        of,
        purposes.join(", "),
        format!("{} people", plan.delivery.minimum),
    ]
}
