//! A map of a manifest, key by key: what is asked for has a type, and what nobody asked for is told as lines, so that nothing is lost.

use super::yaml::{Entry, Node, Value};
use super::{Place, Problem};
use crate::diagnostic::text::is_hazard;

/// A map that is being read.
pub(super) struct Fields<'n> {
    /// Where it stands.
    pub place: Place,
    entries: &'n [Entry],
    taken: Vec<&'static str>,
}

/// What is wrong with one file so far.
pub(super) struct Problems<'p> {
    /// The file, as its reader calls it.
    pub path: &'p str,
    /// Everything found.
    pub found: &'p mut Vec<Problem>,
}

impl Problems<'_> {
    /// Adds one.
    pub fn add(&mut self, place: Place, message: impl Into<String>) {
        self.found.push(Problem { path: self.path.to_owned(), place, message: message.into() });
    }
}

impl<'n> Fields<'n> {
    /// A node that has to be a map.
    pub fn of(node: &'n Node, what: &str, problems: &mut Problems<'_>) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => Some(Self { place: node.place, entries, taken: Vec::new() }),
            Value::Nothing | Value::Text(_) | Value::List(_) => {
                problems.add(node.place, format!("{what} is a map, and this is {}", kind(&node.value)));
                None
            }
        }
    }

    fn entry(&mut self, key: &'static str) -> Option<&'n Entry> {
        self.taken.push(key);
        self.entries.iter().find(|entry| entry.key == key && entry.node.value != Value::Nothing)
    }

    /// A text, if it is there.
    pub fn text(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<String> {
        let entry = self.entry(key)?;
        match &entry.node.value {
            Value::Text(text) => Some(text.clone()),
            Value::Nothing | Value::List(_) | Value::Map(_) => {
                problems.add(entry.node.place, format!("`{key}` is a text, and this is {}", kind(&entry.node.value)));
                None
            }
        }
    }

    /// A name, which must be there: short, and nothing in it that cannot be seen.
    pub fn name(&mut self, key: &'static str, what: &str, problems: &mut Problems<'_>) -> Option<String> {
        let known = problems.found.len();
        let Some(name) = self.text(key, problems) else {
            if problems.found.len() == known {
                problems.add(self.place, format!("{what} says no `{key}`"));
            }
            return None;
        };
        let place = self.entry(key).map_or(self.place, |entry| entry.node.place);
        let wrong = if name.trim().is_empty() {
            "is empty"
        } else if name.chars().any(is_hazard) {
            "holds a character that cannot be seen"
        } else if name.len() > 300 {
            "is longer than 300 bytes"
        } else {
            return Some(name);
        };
        problems.add(place, format!("the `{key}` of {what} {wrong}"));
        None
    }

    /// Whether something is said to be true.
    pub fn truth(&mut self, key: &'static str, problems: &mut Problems<'_>) -> bool {
        let Some(entry) = self.entry(key) else { return false };
        match &entry.node.value {
            Value::Text(text) if text.eq_ignore_ascii_case("true") => true,
            Value::Text(text) if text.eq_ignore_ascii_case("false") => false,
            Value::Text(_) | Value::Nothing | Value::List(_) | Value::Map(_) => {
                problems.add(entry.node.place, format!("`{key}` is true or false"));
                false
            }
        }
    }

    /// A list of short texts that can be seen, such as keys; empty where there is none.
    pub fn texts(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<String> {
        let mut out = Vec::new();
        for node in self.list(key, problems) {
            match &node.value {
                Value::Text(text) if !text.chars().any(is_hazard) && text.len() <= 300 => out.push(text.clone()),
                Value::Text(_) => problems.add(node.place, format!("this item of `{key}` is no key")),
                Value::Nothing | Value::List(_) | Value::Map(_) => {
                    problems.add(node.place, format!("`{key}` is a list of texts, and this is {}", kind(&node.value)));
                }
            }
        }
        out
    }

    /// A list of maps; empty where there is none.
    pub fn maps(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Vec<Fields<'n>> {
        let nodes = self.list(key, problems);
        nodes.iter().filter_map(|node| Fields::of(node, &format!("an item of `{key}`"), problems)).collect()
    }

    /// A map, if it is there.
    pub fn map(&mut self, key: &'static str, problems: &mut Problems<'_>) -> Option<Fields<'n>> {
        let entry = self.entry(key)?;
        Fields::of(&entry.node, &format!("`{key}`"), problems)
    }

    fn list(&mut self, key: &'static str, problems: &mut Problems<'_>) -> &'n [Node] {
        let Some(entry) = self.entry(key) else { return &[] };
        match &entry.node.value {
            Value::List(nodes) => nodes,
            Value::Nothing | Value::Text(_) | Value::Map(_) => {
                problems.add(entry.node.place, format!("`{key}` is a list, and this is {}", kind(&entry.node.value)));
                &[]
            }
        }
    }

    /// Everything that nobody asked for, a line each: `key.inner: value`.
    pub fn rest(&self, before: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let left = self.entries.iter().filter(|entry| !self.taken.contains(&entry.key.as_str()));
        left.for_each(|entry| tell(&format!("{before}{}", entry.key), &entry.node, &mut lines));
        lines
    }

    /// Everything, asked for or not.
    pub fn all(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.entries.iter().for_each(|entry| tell(&entry.key, &entry.node, &mut lines));
        lines
    }

    /// The keys, with their places.
    pub fn keys(&self) -> impl Iterator<Item = (&'n str, Place)> + use<'n> {
        self.entries.iter().map(|entry| (entry.key.as_str(), entry.place))
    }
}

fn tell(path: &str, node: &Node, lines: &mut Vec<String>) {
    match &node.value {
        Value::Nothing => {}
        Value::Text(text) => lines.push(format!("{path}: {text}")),
        Value::List(nodes) => {
            let texts: Option<Vec<&str>> = nodes.iter().map(plain).collect();
            match texts {
                Some(texts) if !texts.is_empty() => lines.push(format!("{path}: {}", texts.join(", "))),
                Some(_) => {}
                None => nodes.iter().enumerate().for_each(|(at, node)| tell(&format!("{path}.{at}"), node, lines)),
            }
        }
        Value::Map(entries) => {
            entries.iter().for_each(|entry| tell(&format!("{path}.{}", entry.key), &entry.node, lines));
        }
    }
}

fn plain(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text),
        Value::Nothing | Value::List(_) | Value::Map(_) => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Nothing => "empty",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}
