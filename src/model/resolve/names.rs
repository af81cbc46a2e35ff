//! Namespaces: one per kind of thing, one per table for what it holds. The first declaration of a name counts; a second is an error that
//! shows both. A name whose declaration could not be read is *unknowable*: uses of it stay silent.

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, suggest};
use crate::source::Span;
use crate::syntax::ast::{Lost, Name};

use super::codes;

/// Names of one kind.
#[derive(Debug)]
pub(super) struct Namespace<T> {
    what: &'static str,
    entries: IndexMap<String, Entry<T>>,
    open: bool,
}

#[derive(Debug)]
struct Entry<T> {
    item: Option<T>,
    span: Span,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found<T> {
    /// This.
    Known(T),
    /// Something that could not be read, which has been reported.
    Unknowable,
    /// Nothing.
    Unknown,
}

impl<T: Copy> Namespace<T> {
    /// An empty one; `what` is the kind in messages ("segment").
    pub fn new(what: &'static str) -> Self {
        Self { what, entries: IndexMap::new(), open: false }
    }

    /// Some declaration here could not be read at all: nothing is certainly unknown any more.
    pub fn leave_open(&mut self) {
        self.open = true;
    }

    /// Declares a name; `None` for one that is known but unknowable. The finding where it was taken.
    pub fn declare(&mut self, name: &str, span: Span, item: Option<T>) -> Option<Diagnostic> {
        match self.entries.get(name) {
            Some(first) => Some(twice(self.what, name, first.span, span)),
            None => {
                self.entries.insert(name.to_owned(), Entry { item, span });
                None
            }
        }
    }

    /// Looks a name up.
    pub fn find(&self, name: &str) -> Found<T> {
        match self.entries.get(name) {
            Some(Entry { item: Some(item), .. }) => Found::Known(*item),
            Some(Entry { item: None, .. }) => Found::Unknowable,
            None if self.open => Found::Unknowable,
            None => Found::Unknown,
        }
    }

    /// Where the name was declared.
    pub fn place(&self, name: &str) -> Option<Span> {
        self.entries.get(name).map(|entry| entry.span)
    }

    /// Every name, in the order of declaration.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Every name that stands for something `fits`.
    pub fn names_of(&self, fits: impl Fn(T) -> bool) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(move |(_, entry)| entry.item.is_some_and(&fits)).map(|(name, _)| name.as_str())
    }

    /// Looks a name up and reports it where nothing declares it.
    pub fn resolve(&self, name: &str, span: Span, findings: &mut Vec<Diagnostic>) -> Option<T> {
        match self.find(name) {
            Found::Known(item) => Some(item),
            Found::Unknowable => None,
            Found::Unknown => {
                findings.push(unknown(self.what, name, span, self.names()));
                None
            }
        }
    }
}

/// Two declarations of one name.
pub(super) fn twice(what: &str, name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error(codes::DECLARED_TWICE, format!("the {what} `{name}` is declared twice"))
        .at(second, "declared again here")
        .and(first, "declared first here")
        .because("which of the two is meant would be a guess, and a guess may reach somebody who said no")
        .help("rename one of the two, or remove it")
}

/// A name that nothing declares, with the nearest that something does.
pub(super) fn unknown<'n>(
    what: &str,
    name: &str,
    span: Span,
    candidates: impl IntoIterator<Item = &'n str>,
) -> Diagnostic {
    let finding =
        Diagnostic::error(codes::UNKNOWN_NAME, format!("no {what} is called `{name}`")).at(span, "unknown name");
    let known: Vec<&str> = candidates.into_iter().collect();
    match suggest::closest(name, known.iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), span, near),
        None => with_known(finding, &known),
    }
}

fn with_known(finding: Diagnostic, known: &[&str]) -> Diagnostic {
    match known {
        [] => finding,
        [_, ..] if known.len() <= 12 => finding.help(format!("known here: {}", quoted(known))),
        [..] => finding,
    }
}

/// `` `a`, `b` ``
pub(super) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A clause that is missing, as a finding at the declaration's name.
pub(super) fn missing(declaration: &str, name: &Name, clause: &str, why: &str, example: &str) -> Diagnostic {
    Diagnostic::error(codes::MISSING_CLAUSE, format!("the {declaration} `{}` does not say its `{clause}`", name.value))
        .at(name.span, format!("`{clause}` is missing"))
        .because(why)
        .help(format!("add `{example}`"))
}

/// A clause that does not fit.
pub(super) fn unfit(message: impl Into<String>, span: Span, label: impl Into<String>) -> Diagnostic {
    Diagnostic::error(codes::UNFIT_CLAUSE, message).at(span, label)
}

/// Something that the language has and this compiler does not support yet.
pub(super) fn not_yet(construct: &str, span: Span) -> Diagnostic {
    let verb = if construct.starts_with("rows") { "are" } else { "is" };
    Diagnostic::error(codes::NOT_YET, format!("{construct} {verb} not supported yet"))
        .at(span, "not supported yet")
        .because("what cannot be checked is refused, never ignored")
}

/// Whether a clause of this keyword may have been written but not read: its own keyword was lost, or one that nothing resembles.
pub(super) fn wrote(lost: &Lost, keyword: &str) -> bool {
    lost.wrote(keyword) || lost.bad.iter().any(|clause| clause.keyword.is_none())
}
