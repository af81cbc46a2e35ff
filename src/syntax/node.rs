//! A node of the grammar with its place in the file: the only way in which lowering reads what pest returns.
//!
//! Children are asked for by role, never by position, so keywords and punctuation need no skipping.

use pest::iterators::Pair;

use super::ast::Doc;
use super::grammar::Rule;
use super::scan::Token;
use super::{Comment, docs};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// A node of the grammar.
#[derive(Debug, Clone)]
pub(super) struct Node<'t> {
    pair: Pair<'t, Rule>,
    base: u32,
}

impl<'t> Node<'t> {
    /// A node whose text was parsed from byte `base` of the file on.
    pub fn new(pair: Pair<'t, Rule>, base: u32) -> Self {
        Self { pair, base }
    }

    /// The rule that made it.
    pub fn rule(&self) -> Rule {
        self.pair.as_rule()
    }

    /// Its text, possibly with blanks and comments at the end.
    pub fn text(&self) -> &'t str {
        self.pair.as_str()
    }

    /// First byte in the file.
    pub fn start(&self) -> u32 {
        self.base.saturating_add(u32::try_from(self.pair.as_span().start()).unwrap_or(u32::MAX))
    }

    /// One past its last byte in the file, blanks at the end included.
    pub fn raw_end(&self) -> u32 {
        self.base.saturating_add(u32::try_from(self.pair.as_span().end()).unwrap_or(u32::MAX))
    }

    /// Its children in order.
    pub fn kids(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let base = self.base;
        self.pair.clone().into_inner().map(move |pair| Node { pair, base })
    }

    /// Its first child of a rule.
    pub fn child(&self, rule: Rule) -> Option<Node<'t>> {
        self.kids().find(|kid| kid.rule() == rule)
    }

    /// Whether it has a child of a rule.
    pub fn has(&self, rule: Rule) -> bool {
        self.child(rule).is_some()
    }

    /// Its children of a rule, in order.
    pub fn all(&self, rule: Rule) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.kids().filter(move |kid| kid.rule() == rule)
    }

    /// Its first child of one of several rules.
    pub fn any_of(&self, rules: &'static [Rule]) -> Option<Node<'t>> {
        self.kids().find(|kid| rules.contains(&kid.rule()))
    }

    /// Its children of one of several rules, in order.
    pub fn all_of(&self, rules: &'static [Rule]) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.kids().filter(move |kid| rules.contains(&kid.rule()))
    }
}

/// What lowering needs at hand: the text, its tokens, and where findings go.
pub(super) struct Cx<'t> {
    /// The file.
    pub file: FileId,
    /// Its text.
    pub text: &'t str,
    /// Its tokens.
    pub tokens: &'t [Token],
    /// Its comments.
    pub comments: &'t [Comment],
    /// How many negations stand around what is being read.
    pub negations: usize,
    /// What was found so far.
    pub findings: Vec<Diagnostic>,
}

impl<'t> Cx<'t> {
    /// Adds a finding.
    pub fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// Where a node stands, without blanks and comments at its end.
    pub fn span(&self, node: &Node) -> Span {
        let (start, end) = (node.start(), node.raw_end());
        let after = self.tokens.partition_point(|token| token.start < end);
        let last = after.checked_sub(1).and_then(|place| self.tokens.get(place));
        let end = last.map_or(end, |token| token.end.min(end)).max(start);
        Span::new(self.file, start, end)
    }

    /// The text of the file under a span.
    pub fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The documentation directly before a node.
    pub fn doc(&self, node: &Node) -> Option<Doc> {
        let at = self.tokens.partition_point(|token| token.start < node.start());
        docs::before(self.text, self.tokens, self.comments, at)
    }

    /// The text of a token.
    pub fn word(&self, token: &Token) -> &'t str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// Where a token stands.
    pub fn token_span(&self, token: &Token) -> Span {
        Span::new(self.file, token.start, token.end)
    }

    /// Reports that a node lacks a part that the grammar promises: a mistake of the compiler, never a panic.
    pub fn broken(&mut self, node: &Node) {
        let span = self.span(node);
        let message = format!("the parser contradicted itself at `{}`", self.slice(span).escape_debug());
        self.report(Diagnostic::error(super::codes::INTERNAL, message).at(span, "read here"));
    }
}
