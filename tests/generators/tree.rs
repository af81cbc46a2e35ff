//! A program as a tree of constructs, so that it can be printed, counted and cut smaller without knowing what each construct means.

use std::collections::BTreeMap;

/// A piece of text with the construct that it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub kind: &'static str,
    /// Whether it is a condition, which a condition within it may stand for.
    pub condition: bool,
    pub parts: Vec<Part>,
}

/// What a construct consists of.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Text(String),
    /// A construct within, and what becomes of its truth.
    Child(Node, Side),
    /// What may be left out.
    Maybe(Vec<Part>),
}

/// Whether more of a part makes more or less of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Keeps,
    Turns,
    Both,
}

impl Side {
    fn within(self, outer: Side) -> Side {
        match (outer, self) {
            (Side::Both, _) | (_, Side::Both) => Side::Both,
            (Side::Keeps, side) => side,
            (Side::Turns, Side::Keeps) => Side::Turns,
            (Side::Turns, Side::Turns) => Side::Keeps,
        }
    }
}

pub fn text(text: impl Into<String>) -> Part {
    Part::Text(text.into())
}

pub fn keeps(node: Node) -> Part {
    Part::Child(node, Side::Keeps)
}

pub fn turns(node: Node) -> Part {
    Part::Child(node, Side::Turns)
}

pub fn both(node: Node) -> Part {
    Part::Child(node, Side::Both)
}

impl Node {
    pub fn condition(kind: &'static str, parts: Vec<Part>) -> Self {
        Self { kind, condition: true, parts }
    }

    pub fn other(kind: &'static str, parts: Vec<Part>) -> Self {
        Self { kind, condition: false, parts }
    }

    pub fn leaf(kind: &'static str, words: impl Into<String>) -> Self {
        Self::condition(kind, vec![text(words)])
    }

    pub fn print(&self) -> String {
        let mut out = String::new();
        self.parts.iter().for_each(|part| part.print(&mut out));
        out
    }

    /// Whether a construct is anywhere in it.
    pub fn has(&self, kind: &str) -> bool {
        fn in_parts(parts: &[Part], kind: &str) -> bool {
            parts.iter().any(|part| match part {
                Part::Text(_) => false,
                Part::Child(node, _) => node.has(kind),
                Part::Maybe(parts) => in_parts(parts, kind),
            })
        }
        self.kind == kind || in_parts(&self.parts, kind)
    }

    /// Counts every construct directly within another, by the side on which it stands at the root.
    pub fn pairs(&self, side: Side, into: &mut Pairs) {
        in_parts(self.kind, &self.parts, side, into);

        fn in_parts(outer: &'static str, parts: &[Part], side: Side, into: &mut Pairs) {
            for part in parts {
                match part {
                    Part::Text(_) => {}
                    Part::Child(node, own) => {
                        let side = own.within(side);
                        *into.entry((outer, node.kind, side)).or_default() += 1;
                        node.pairs(side, into);
                    }
                    Part::Maybe(parts) => in_parts(outer, parts, side, into),
                }
            }
        }
    }

    /// Trees that are smaller by one step: a part left out, or a condition in place of the one around it.
    pub fn smaller(&self) -> Vec<Node> {
        let mut found: Vec<Node> = Vec::new();
        if self.condition {
            found.extend(conditions(&self.parts));
        }
        found.extend(cut(&self.parts).into_iter().map(|parts| Node { parts, ..self.clone() }));
        found
    }
}

/// How often each construct stood directly within each other one.
pub type Pairs = BTreeMap<(&'static str, &'static str, Side), usize>;

impl Part {
    fn print(&self, out: &mut String) {
        match self {
            Part::Text(text) => out.push_str(text),
            Part::Child(node, _) => out.push_str(&node.print()),
            Part::Maybe(parts) => parts.iter().for_each(|part| part.print(out)),
        }
    }
}

fn conditions(parts: &[Part]) -> Vec<Node> {
    let each = parts.iter().flat_map(|part| match part {
        Part::Text(_) => Vec::new(),
        Part::Child(node, _) if node.condition => vec![node.clone()],
        Part::Child(node, _) => conditions(&node.parts),
        Part::Maybe(parts) => conditions(parts),
    });
    each.collect()
}

fn cut(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let with = |new: Option<Part>| {
            let (before, after) = (&parts[..at], &parts[at + 1..]);
            before.iter().cloned().chain(new).chain(after.iter().cloned()).collect::<Vec<_>>()
        };
        match part {
            Part::Text(_) => {}
            Part::Maybe(inner) => {
                found.push(with(None));
                found.extend(cut(inner).into_iter().map(|inner| with(Some(Part::Maybe(inner)))));
            }
            Part::Child(node, side) => {
                found.extend(node.smaller().into_iter().map(|node| with(Some(Part::Child(node, *side)))));
            }
        }
    }
    found
}
