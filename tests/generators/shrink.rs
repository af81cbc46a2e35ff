//! Makes a disagreement small: rows go, cells are emptied, then parts of the program, while it still disagrees. What is left is written as a
//! suite of `tests/worlds` into `target/disagreements`.

use std::collections::BTreeSet;

use segma::model::Model;
use segma::plan::Plan;

use super::cases::{self, Case};
use super::figures::folder;
use super::programs::Segment;
use crate::common::worlds::World;

/// Whether something is still wrong with a segment.
pub type Wrong<'w> = dyn FnMut(&Plan, &Model, &str, &World) -> bool + 'w;

/// Writes down what is left of a disagreement about a segment, and says where.
pub fn reproduce(case: &Case, name: &str, world: &World, wrong: &mut Wrong) -> String {
    let mut small = Small { case, world: world.clone(), segments: case.segments.clone(), left: 2_000 };
    small.others(name, wrong);
    small.rows(name, wrong);
    small.program(name, wrong);
    small.rows(name, wrong);
    small.cells(name, wrong);
    small.program(name, wrong);
    small.written(name)
}

/// Writes a disagreement down as it is, for what placements show.
pub fn unshrunk(case: &Case, name: &str, world: &World, why: &str) -> String {
    let mut out = format!("# Found by chance\n\n## Seed {}, {name}\n\n```seg\n{}```\n\n", case.seed, case.text());
    out += &format!("```now\n{}\n```\n\n", world.now);
    for table in world.tables.keys() {
        out += &format!("```rows {table}\n{}```\n\n", String::from_utf8(world.csv(table).unwrap()).unwrap());
    }
    let path = folder("disagreements").join(format!("{}_{name}.md", case.seed));
    std::fs::write(&path, out).unwrap();
    format!("{}\n{why}", path.display())
}

struct Small<'c> {
    case: &'c Case,
    world: World,
    segments: Vec<Segment>,
    /// How many tries are left.
    left: usize,
}

impl Small<'_> {
    /// Whether it is still wrong with other segments or rows; what is refused is not wrong.
    fn still(&mut self, name: &str, segments: &[Segment], world: &World, wrong: &mut Wrong) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let Ok((empty, model, plan)) = cases::compiled(&cases::program(&self.case.catalog, segments)) else {
            return false;
        };
        let mut world = World { text: empty.text, ..world.clone() };
        for (table, written) in empty.tables {
            world.tables.entry(table).or_insert(written);
        }
        wrong(&plan, &model, name, &world)
    }

    /// Segments that it does not need.
    fn others(&mut self, name: &str, wrong: &mut Wrong) {
        let alone: Vec<Segment> = self.segments.iter().filter(|segment| segment.name == name).cloned().collect();
        let world = self.world.clone();
        if self.still(name, &alone, &world, wrong) {
            self.segments = alone;
            return;
        }
        for at in (0..self.segments.len()).rev() {
            let mut less = self.segments.clone();
            if less[at].name != name {
                less.remove(at);
                if self.still(name, &less, &world, wrong) {
                    self.segments = less;
                }
            }
        }
    }

    /// Rows, first many at once.
    fn rows(&mut self, name: &str, wrong: &mut Wrong) {
        for table in self.world.tables.keys().cloned().collect::<Vec<_>>() {
            let mut step = self.world.tables[&table].rows.len();
            while step > 0 {
                let mut from = 0;
                while from < self.world.tables[&table].rows.len() {
                    let mut less = self.world.clone();
                    let rows = &mut less.tables.get_mut(&table).unwrap().rows;
                    let to = (from + step).min(rows.len());
                    rows.drain(from..to);
                    let segments = self.segments.clone();
                    if self.still(name, &segments, &less, wrong) {
                        self.world = less;
                    } else {
                        from += step;
                    }
                }
                step /= 2;
            }
        }
    }

    fn cells(&mut self, name: &str, wrong: &mut Wrong) {
        for table in self.world.tables.keys().cloned().collect::<Vec<_>>() {
            for row in 0..self.world.tables[&table].rows.len() {
                for cell in 0..self.world.tables[&table].columns.len() {
                    let mut less = self.world.clone();
                    if less.tables.get_mut(&table).unwrap().rows[row][cell].take().is_none() {
                        continue;
                    }
                    let segments = self.segments.clone();
                    if self.still(name, &segments, &less, wrong) {
                        self.world = less;
                    }
                }
            }
        }
    }

    /// Clauses, conjuncts, filters.
    fn program(&mut self, name: &str, wrong: &mut Wrong) {
        let world = self.world.clone();
        for at in 0..self.segments.len() {
            'again: loop {
                for tree in self.segments[at].tree.smaller() {
                    let mut less = self.segments.clone();
                    less[at].tree = tree;
                    if self.still(name, &less, &world, wrong) {
                        self.segments = less;
                        continue 'again;
                    }
                }
                break;
            }
        }
    }

    /// As a suite of worlds, with the reference's answer; gives its path.
    fn written(&self, name: &str) -> String {
        let text = cases::program(&self.case.catalog, &self.segments);
        let Ok((_, model, plan)) = cases::compiled(&text) else { return "what is left is refused".to_owned() };
        let members: BTreeSet<String> = cases::by_reference(&model, name, &self.world);
        let members: Vec<String> = members.into_iter().collect();
        let mut out = format!("# Found by chance\n\n## Seed {}, {name}\n\n```seg\n{text}```\n\n", self.case.seed);
        out += &format!("```now\n{}\n```\n\n", self.world.now);
        for table in self.world.tables.keys() {
            let csv = String::from_utf8(self.world.csv(table).unwrap()).unwrap();
            out += &format!("```rows {table}\n{csv}```\n\n");
        }
        out += &format!("```members\n{name}: {}\n```\n", members.join(" "));
        let path = folder("disagreements").join(format!("{}_{name}.md", self.case.seed));
        std::fs::write(&path, out).unwrap();
        let segments: String = self.segments.iter().map(Segment::print).collect();
        format!("{}\n{segments}{}", path.display(), cases::told(&model, &plan, name, &self.world))
    }
}
