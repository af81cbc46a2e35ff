//! YAML as a tree with places: maps in order, lists, texts, and nothing.
//!
//! Built on the events of `granit-parser`, the parser beneath `serde-saphyr`: it forbids unsafe code, is fuzzed against panics, bounds
//! nesting by itself, and gives each event a place. Typed readers (`serde-saphyr`, `serde_norway`) drop keys that they do not know, and
//! an import must lose nothing; `serde_norway` and `yaml-rust2` bound neither aliases nor, the latter, nesting in blocks. Scalars stay the
//! texts they are: a field called `no` or `1e3` is a name, not a truth or a number. Merge keys and foreign tags are refused by name.

use std::collections::BTreeMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span};

use super::Place;

/// How deep maps and lists may nest.
const DEEPEST: usize = 48;
/// How many nodes a text may come to, copies by aliases included.
const MOST_NODES: usize = 200_000;
/// The longest text of one scalar, in bytes.
const LONGEST: usize = 16 * 1024;

/// A value where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Its first character.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// An empty value, `null` or `~`.
    Nothing,
    /// A scalar, as it is written.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// Its value.
    pub node: Node,
}

/// What stops the reading, and where.
type Stop = (Place, String);

/// The documents of a text; the first mistake ends it.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, Stop> {
    let mut options = Options::default();
    options.emit_comments = false;
    options.flow_nesting_limit = DEEPEST;
    options.block_nesting_limit = DEEPEST;
    let mut tree = Tree::default();
    for next in Parser::new_from_str_with_options(text, options) {
        match next {
            Ok((event, span)) => tree.take(event, place(&span))?,
            Err(error) => {
                let marker = error.marker();
                return Err((Place { line: marker.line(), column: marker.col() + 1 }, error.info().to_owned()));
            }
        }
    }
    Ok(tree.documents)
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

/// A map or a list that is still open.
struct Open {
    place: Place,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    /// With a key that still waits for its value, and the lines of all keys.
    Map(Vec<Entry>, Option<(String, Place)>, BTreeMap<String, usize>),
}

#[derive(Default)]
struct Tree {
    documents: Vec<Node>,
    open: Vec<Open>,
    /// What anchors name, with the number of its nodes.
    named: BTreeMap<usize, (Node, usize)>,
    nodes: usize,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                foreign(tag.as_deref(), place)?;
                self.scalar(&text, style, anchor, place)
            }
            Event::SequenceStart(_, anchor, tag) => {
                foreign(tag.as_deref(), place)?;
                self.begin(Open { place, anchor, inside: Inside::List(Vec::new()) })
            }
            Event::MappingStart(_, anchor, tag) => {
                foreign(tag.as_deref(), place)?;
                self.begin(Open { place, anchor, inside: Inside::Map(Vec::new(), None, BTreeMap::new()) })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(place),
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::UnresolvedAlias(name) => Err((place, format!("nothing is called `&{name}`"))),
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::Anchor(..) => Ok(()),
            // Events that a later version of the parser may add tell of form alone.
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MOST_NODES {
            return Err((
                place,
                format!("the text comes to more than {MOST_NODES} values, copies by aliases included"),
            ));
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, place: Place) -> Result<(), Stop> {
        self.count(1, place)?;
        if text.len() > LONGEST {
            return Err((place, format!("this text is longer than {} KB", LONGEST / 1024)));
        }
        let nothing = style == ScalarStyle::Plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
        let value = if nothing { Value::Nothing } else { Value::Text(text.to_owned()) };
        self.close(Node { place, value }, anchor)
    }

    fn begin(&mut self, open: Open) -> Result<(), Stop> {
        self.count(1, open.place)?;
        if self.open.len() >= DEEPEST {
            return Err((open.place, format!("nested more than {DEEPEST} deep")));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self, place: Place) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else { return Err((place, "this closes nothing".to_owned())) };
        let value = match open.inside {
            Inside::List(nodes) => Value::List(nodes),
            Inside::Map(entries, ..) => Value::Map(entries),
        };
        self.close(Node { place: open.place, value }, open.anchor)
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Stop> {
        let Some((_, size)) = self.named.get(&anchor) else {
            return Err((place, "this alias stands inside of what it names".to_owned()));
        };
        self.count(*size, place)?;
        let value = self.named.get(&anchor).map(|(node, _)| node.value.clone()).unwrap_or(Value::Nothing);
        self.close(Node { place, value }, 0)
    }

    /// A node is complete: it goes where it belongs.
    fn close(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        if anchor != 0 {
            let size = size(&node);
            // What an anchor keeps is a copy, too.
            self.count(size, node.place)?;
            self.named.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.documents.push(node),
            Some(Inside::List(nodes)) => nodes.push(node),
            Some(Inside::Map(entries, key, lines)) => match key.take() {
                Some((key, place)) => entries.push(Entry { key, place, node }),
                None => *key = Some(new_key(lines, node)?),
            },
        }
        Ok(())
    }
}

/// A key: a text that no other entry of the map has.
fn new_key(lines: &mut BTreeMap<String, usize>, node: Node) -> Result<(String, Place), Stop> {
    let Value::Text(key) = node.value else { return Err((node.place, "a key is a text".to_owned())) };
    if key == "<<" {
        return Err((node.place, "merge keys are not read: write the values out".to_owned()));
    }
    match lines.insert(key.clone(), node.place.line) {
        Some(first) => Err((node.place, format!("the key `{key}` is written twice, first in line {first}"))),
        None => Ok((key, node.place)),
    }
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Nothing | Value::Text(_) => 1,
        Value::List(nodes) => 1 + nodes.iter().map(size).sum::<usize>(),
        Value::Map(entries) => 1 + entries.iter().map(|entry| size(&entry.node)).sum::<usize>(),
    }
}

/// Tags of YAML itself say nothing that matters here; others mean something that nobody here knows.
fn foreign(tag: Option<&granit_parser::Tag>, place: Place) -> Result<(), Stop> {
    match tag {
        Some(tag) if !tag.is_yaml_core_schema() => Err((place, format!("the tag `{}` is not read", tag.original()))),
        Some(_) | None => Ok(()),
    }
}
