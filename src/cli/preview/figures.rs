//! What reports and placements would show, below the counts of segments.

use std::fmt::Write;

use segma::diagnostic::text;
use segma::plan::{PlacementPlan, Plan, SegmentPlan};
use segma::run::{Outcome, Table};
use serde_json::{Value, json};

/// What one placement shows to how many; nothing where that is fewer than the list's minimum.
pub struct Lists {
    name: String,
    channel: String,
    lists: Vec<(String, String, u64, u64)>,
}

/// Every plan behind reports and placements: their rows are loaded with those of segments.
pub fn plans(plan: &Plan) -> impl Iterator<Item = &SegmentPlan> {
    plan.reports.iter().chain(plan.placements.iter().flat_map(|placement| &placement.shows).map(|show| &show.to))
}

/// The lists of a placement.
pub fn lists(plan: &PlacementPlan, outcomes: &[Outcome]) -> Lists {
    let list = plan.shows.iter().zip(outcomes).map(|(show, outcome)| {
        let found = &outcome.waterfall;
        (show.what.clone(), show.to.about.name.clone(), found.would_leave, found.minimum)
    });
    Lists { name: plan.name.clone(), channel: plan.channel.clone(), lists: list.collect() }
}

/// Tables for people.
pub fn render(reports: &[(String, Table)], placements: &[Lists]) -> String {
    let mut out = String::new();
    for (name, table) in reports {
        let _ = writeln!(out, "{}  groups and figures; what would tell of few is withheld", text::line(name));
        let head: Vec<String> = table.columns.clone();
        let cell = |cell: &Option<String>| cell.as_deref().map_or_else(|| "-".to_owned(), text::line);
        let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let width = |at: usize| {
            let cells = rows.iter().chain([&head]).filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        for row in std::iter::once(&head).chain(&rows) {
            let cells = row.iter().enumerate().map(|(at, cell)| format!("{cell:<width$}", width = width(at)));
            let _ = writeln!(out, "  {}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
        if rows.is_empty() {
            out.push_str("  nothing may be shown\n");
        }
        out.push('\n');
    }
    for placement in placements {
        let _ = writeln!(out, "{}  shown by {}", text::line(&placement.name), placement.channel);
        for (what, to, people, minimum) in &placement.lists {
            let count = if people < minimum { format!("fewer than {minimum}") } else { people.to_string() };
            let _ = writeln!(out, "  {}  to {}: {count}", text::line(what), text::line(to));
        }
        out.push('\n');
    }
    out
}

/// The same for programs.
pub fn values(reports: &[(String, Table)], placements: &[Lists]) -> (Value, Value) {
    let report =
        |(name, table): &(String, Table)| json!({ "report": name, "columns": table.columns, "rows": table.rows });
    let list = |(what, to, people, minimum): &(String, String, u64, u64)| {
        let count = if people < minimum { json!({ "fewer_than": minimum }) } else { json!(people) };
        json!({ "shows": what, "to": to, "people": count })
    };
    let placement = |it: &Lists| json!({ "placement": it.name, "channel": it.channel, "lists": it.lists.iter().map(list).collect::<Vec<_>>() });
    (reports.iter().map(report).collect(), placements.iter().map(placement).collect())
}
