//! Lineage as a Mermaid diagram: from tables over fields and declarations to the segment and on to who receives it.

use indexmap::IndexSet;

use super::guarded;
use super::markdown::mermaid;
use crate::plan::SegmentPlan;

pub(super) fn of_segment(plan: &SegmentPlan) -> String {
    let mut picture = Picture::default();
    let segment = picture.node(&plan.about.name, Shape::Segment);
    for ledger in &plan.guard.ledgers {
        let node = picture.node(&ledger.name, Shape::Ledger);
        picture.arrow(node, segment, "guards");
    }
    for read in guarded::reads(plan) {
        let what = if read.field.is_empty() { read.table } else { format!("{}.{}", read.table, read.field) };
        let node = picture.node(&what, Shape::Data);
        picture.arrow(node, segment, &format!("guards: {}", read.why));
    }
    for read in &plan.reads {
        let mut last = segment;
        for step in read.via.iter().skip(1) {
            let node = picture.node(step, Shape::Step);
            picture.arrow(node, last, "");
            last = node;
        }
        let what = if read.field.is_empty() { read.table.clone() } else { format!("{}.{}", read.table, read.field) };
        let node = picture.node(&what, Shape::Data);
        picture.arrow(node, last, &read.categories.join(", "));
    }
    for destination in &plan.about.destinations {
        let node = picture.node(&destination.name, Shape::Receiver);
        let matched = destination
            .matched
            .as_ref()
            .map(|(field, hashed)| format!(", matched on {field}{}", if *hashed { " as a hash" } else { "" }));
        picture.arrow(segment, node, &format!("{}{}", destination.channel, matched.unwrap_or_default()));
    }
    picture.draw()
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Segment,
    Ledger,
    Step,
    Data,
    Receiver,
}

#[derive(Default)]
struct Picture {
    nodes: IndexSet<(String, Shape)>,
    arrows: IndexSet<(usize, usize, String)>,
}

impl Picture {
    fn node(&mut self, label: &str, shape: Shape) -> usize {
        self.nodes.insert_full((mermaid(label), shape)).0
    }

    fn arrow(&mut self, from: usize, to: usize, label: &str) {
        self.arrows.insert((from, to, mermaid(label)));
    }

    fn draw(&self) -> String {
        let node = |(i, (label, shape)): (usize, &(String, Shape))| match shape {
            Shape::Segment => format!("  n{i}([\"{label}\"])\n"),
            Shape::Ledger => format!("  n{i}{{{{\"{label}\"}}}}\n"),
            Shape::Step => format!("  n{i}[\"{label}\"]\n"),
            Shape::Data => format!("  n{i}[(\"{label}\")]\n"),
            Shape::Receiver => format!("  n{i}>\"{label}\"]\n"),
        };
        let arrow = |(from, to, label): &(usize, usize, String)| match label.is_empty() {
            true => format!("  n{from} --> n{to}\n"),
            false => format!("  n{from} -- \"{label}\" --> n{to}\n"),
        };
        let nodes: String = self.nodes.iter().enumerate().map(node).collect();
        let arrows: String = self.arrows.iter().map(arrow).collect();
        format!("flowchart LR\n{nodes}{arrows}")
    }
}
