//! Declarations as they are written, clause by clause and without layout: what two revisions of a text are held against each other by.

use super::ast::Item;
use super::{parse, scan};
use crate::source::{FileId, Span};

/// A declaration: its keyword, its head, and its clauses in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `purpose`, `source`.
    pub keyword: String,
    /// What stands between the keyword and its brace: `orders of customer`; all of it where there is no brace.
    pub head: String,
    /// Each clause.
    pub clauses: Vec<WrittenClause>,
}

/// A clause, as words and signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenClause {
    /// Its keyword, with the name that it declares where it may stand more than once: `field email`.
    pub key: String,
    /// Its words and signs, the keyword first; a quoted text is one.
    pub words: Vec<String>,
}

impl WrittenClause {
    /// With the blanks that people write.
    pub fn said(&self) -> String {
        said(self.words.iter().map(String::as_str))
    }
}

/// Every declaration of a text. What cannot be read is left out: it has been reported where the text was checked.
pub fn written(file: FileId, text: &str) -> Vec<Written> {
    let tokens = scan::scan(file, text).tokens;
    let words = |span: Span| -> Vec<&str> {
        let inside = tokens.iter().filter(|token| span.start <= token.start && token.end <= span.end);
        inside.filter_map(|token| text.get(token.start as usize..token.end as usize)).collect()
    };
    parse(file, text).items.iter().filter_map(|item| of_item(item, &words)).collect()
}

fn of_item<'t>(item: &Item, words: &dyn Fn(Span) -> Vec<&'t str>) -> Option<Written> {
    let all = words(item.span);
    let (keyword, rest) = all.split_first()?;
    let head = rest.split(|word| *word == "{").next().unwrap_or(rest);
    let clause = |span: &Span| {
        let words = words(*span);
        WrittenClause { key: key(&words), words: words.into_iter().map(str::to_owned).collect() }
    };
    let clauses = item.clauses.iter().map(clause).collect();
    Some(Written { keyword: (*keyword).to_owned(), head: said(head.iter().copied()), clauses })
}

/// Clauses that may stand more than once go by the name that they declare.
fn key(words: &[&str]) -> String {
    match words {
        [first @ ("field" | "link" | "column" | "show"), name, ..] => format!("{first} {name}"),
        [first, ..] => (*first).to_owned(),
        [] => String::new(),
    }
}

fn said<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut out = String::new();
    let mut last = "";
    for word in words {
        if !matches!(word, "," | ")" | "." | "%" | ";" | "?") && !matches!(last, "" | "(" | ".") {
            out.push(' ');
        }
        out.push_str(word);
        last = word;
    }
    out
}
