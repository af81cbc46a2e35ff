//! From nodes of the grammar to the tree: one function per construct, parts asked for by role.
//!
//! A part that the grammar promises and that is absent is reported as the compiler's own mistake; nothing here panics.

mod data;
mod expr;
mod field;
mod ledger;
mod literal;
mod placement;
mod promises;
mod release;
mod report;
mod rules;
mod segment;
mod time;
mod unsupported;

pub(super) use data::{category, entity, identity, infer, list, lookup, model, nested_rows, sessions, source};
pub(super) use expr::{consent_finding, define, raw_sql_finding};
pub(super) use ledger::ledger;
pub(super) use placement::placement;
pub(super) use release::release;
pub(super) use report::report;
pub(super) use rules::{destination, exception, jurisdiction, policy, purpose};
pub(super) use segment::segment;

use super::ast::{BadClause, Clause, Lost, Name, Path};
use super::codes;
use super::grammar::Rule;
use super::node::{Cx, Node};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{Span, Spanned};

/// The head and the clauses of a declaration that could be read, and what was lost.
pub(super) struct Body<'t> {
    /// The head, where it could be read.
    pub head: Option<Node<'t>>,
    /// Where the head stands, for names that could not be read.
    pub place: Span,
    /// The clauses that could be read, in order.
    pub clauses: Vec<Node<'t>>,
    /// The keywords that its clauses begin with.
    pub keywords: &'static [&'static str],
    /// What was lost.
    pub lost: Lost,
}

impl<'t> Body<'t> {
    /// The clause of a rule that may stand once: the first one; further ones are reported.
    fn once<T>(
        &mut self,
        cx: &mut Cx<'t>,
        rule: Rule,
        lower: impl FnOnce(&mut Cx<'t>, &Node<'t>) -> Option<T>,
    ) -> Clause<T> {
        let found: Vec<Node> = self.clauses.iter().filter(|clause| clause.rule() == rule).cloned().collect();
        let first = found.first()?;
        let span = cx.span(first);
        for again in found.iter().skip(1) {
            let place = cx.span(again);
            let finding = Diagnostic::error(codes::TWICE, format!("`{}` is written twice", keyword(again)));
            let finding = finding.at(place, "written again here").and(span, "first written here");
            let fix = (found.len() == 2).then(|| joined(cx, first, again)).flatten();
            let help = match keyword(again) {
                "except" => "write one, `except (…) or (…)`: whoever fits either is left out",
                "where" => "write one, and join the conditions: `where (…) and (…)`",
                _ => "keep one of them",
            };
            cx.report(Diagnostic { fix, ..finding.help(help) });
        }
        let value = lower(cx, first);
        self.lose(first, span, value.is_none());
        value.map(|value| Spanned::new(value, span))
    }

    /// The clauses of a rule that may stand more than once.
    fn many<T>(
        &mut self,
        cx: &mut Cx<'t>,
        rule: Rule,
        mut lower: impl FnMut(&mut Cx<'t>, &Node<'t>) -> Option<T>,
    ) -> Vec<T> {
        let found: Vec<Node> = self.clauses.iter().filter(|clause| clause.rule() == rule).cloned().collect();
        let mut out = Vec::with_capacity(found.len());
        for clause in &found {
            let value = lower(cx, clause);
            self.lose(clause, cx.span(clause), value.is_none());
            out.extend(value);
        }
        out
    }

    /// Remembers a clause whose value could not be used.
    fn lose(&mut self, clause: &Node, span: Span, lost: bool) {
        if lost {
            let word = keyword(clause);
            let keyword = self.keywords.iter().copied().find(|known| *known == word);
            self.lost.bad.push(BadClause { keyword, span });
        }
    }

    /// The n-th name of the head.
    fn name(&self, cx: &Cx<'t>, n: usize) -> Name {
        let found = self.head.as_ref().and_then(|head| head.all(Rule::name).nth(n));
        found.map_or_else(|| Spanned::new(String::new(), self.place), |node| name(cx, &node))
    }

    /// The n-th path of the head.
    fn path(&self, cx: &Cx<'t>, n: usize) -> Path {
        let found = self.head.as_ref().and_then(|head| head.all(Rule::path).nth(n));
        found.map_or_else(|| Path { segments: Vec::new(), span: self.place }, |node| path(cx, &node))
    }
}

/// Two `where` as one, or two `except`, where nothing but blanks stands between them. Neither lets more people in than either did.
fn joined(cx: &Cx, first: &Node, again: &Node) -> Option<Fix> {
    let word = match keyword(first) {
        "where" => "and",
        "except" => "or",
        _ => return None,
    };
    let (one, other) = (cx.span(&first.child(Rule::expr)?), cx.span(&again.child(Rule::expr)?));
    let between = Span { start: one.end, end: cx.span(again).start, ..one };
    if !cx.slice(between).trim().is_empty() {
        return None;
    }
    let edits = vec![
        (one.before(), "(".to_owned()),
        (Span { end: other.start, ..between }, format!(") {word} (")),
        (other.after(), ")".to_owned()),
    ];
    Some(Fix { title: format!("join them with `{word}`"), edits })
}

/// The word a clause begins with.
fn keyword<'t>(clause: &Node<'t>) -> &'t str {
    clause.text().split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("")
}

/// A name, without its backquotes.
pub(super) fn name(cx: &Cx, node: &Node) -> Name {
    let span = cx.span(node);
    Spanned::new(cx.slice(span).trim_matches('`').to_owned(), span)
}

/// A dotted name.
fn path(cx: &Cx, node: &Node) -> Path {
    Path { segments: node.kids().map(|kid| name(cx, &kid)).collect(), span: cx.span(node) }
}

/// The first name under a node.
fn a_name(cx: &mut Cx, node: &Node) -> Option<Name> {
    part(cx, node, Rule::name).map(|kid| name(cx, &kid))
}

/// The first path under a node.
fn a_path(cx: &mut Cx, node: &Node) -> Option<Path> {
    part(cx, node, Rule::path).map(|kid| path(cx, &kid))
}

/// The list of paths under a node.
fn paths(cx: &mut Cx, node: &Node) -> Option<Vec<Path>> {
    part(cx, node, Rule::paths).map(|list| list.all(Rule::path).map(|kid| path(cx, &kid)).collect())
}

/// A part that the grammar promises.
fn part<'n>(cx: &mut Cx, node: &Node<'n>, rule: Rule) -> Option<Node<'n>> {
    let found = node.child(rule);
    if found.is_none() {
        cx.broken(node);
    }
    found
}
