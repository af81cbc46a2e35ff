//! From text to tree: the only room that knows pest.
//!
//! [`parse`] never fails and never panics: what cannot be read becomes an `Error` node and a finding at its exact place.
//! A scan of the text finds hostile characters, unclosed texts and brackets, and the depth of nesting, before any recursion;
//! the outline splits the text at declarations in column 0; each head and each clause is then parsed strictly on its own, so
//! that one mistake never hides another.
//!
//! ```text
//! text ─ scan ─▶ tokens ─ outline ─▶ chunks ─ clauses (pest) ─▶ nodes ─ lower ─▶ tree
//! ```

pub mod ast;
mod clauses;
pub mod codes;
mod decode;
mod docs;
mod expected;
mod grammar;
pub mod limits;
mod lower;
mod node;
mod outline;
mod scan;
mod shapes;
#[cfg(test)]
mod tests;
mod unicode;
mod written;

pub use decode::decode;
pub use grammar::grammar_accepts;
pub use written::{Written, WrittenClause, written};

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity, sort};
use crate::source::{FileId, Span, Spanned};
use node::Cx;
use outline::{Brackets, Piece};
use scan::{Token, TokenKind};

/// What came out of one text.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The declarations, in the order of the text; broken ones too.
    pub items: Vec<ast::Item>,
    /// Every comment with its place, in the order of the text.
    pub comments: Vec<Comment>,
    /// What was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// A comment, for the formatter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From its slashes to the end of the line, without the line break.
    pub span: Span,
    /// Whether it is documentation: `///`.
    pub doc: bool,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
    /// Whether an empty line stands before it.
    pub after_blank_line: bool,
}

/// Reads one text. It never fails: see [`Parsed`].
pub fn parse(file: FileId, text: &str) -> Parsed {
    if text.len() > limits::FILE_BYTES {
        let place = Span::new(file, 0, 0);
        let finding = decode::too_large(text.len()).at(place, "this file");
        return Parsed { diagnostics: vec![finding], ..Parsed::default() };
    }
    let scanned = scan::scan(file, text);
    let mut file =
        File { file, text, tokens: &scanned.tokens, comments: &scanned.comments, findings: scanned.findings };
    let items = file.items();
    let mut diagnostics = file.findings;
    sort(&mut diagnostics);
    cap(&mut diagnostics);
    Parsed { items, comments: scanned.comments, diagnostics }
}

/// What a piece of text says, without its comments and layout: its tokens, a blank between each two.
pub fn plain(file: FileId, text: &str) -> String {
    let tokens = scan::scan(file, text).tokens;
    let words = tokens.iter().filter_map(|token| text.get(token.start as usize..token.end as usize));
    words.collect::<Vec<_>>().join(" ")
}

struct File<'t> {
    file: FileId,
    text: &'t str,
    tokens: &'t [Token],
    comments: &'t [Comment],
    findings: Vec<Diagnostic>,
}

impl<'t> File<'t> {
    fn items(&mut self) -> Vec<ast::Item> {
        let mut items = Vec::new();
        for piece in outline::pieces(self.text, self.tokens) {
            match piece {
                Piece::Stray(range) => items.extend(self.stray(range)),
                Piece::Item(range) => {
                    let doc = docs::before(self.text, self.tokens, self.comments, range.start);
                    items.extend(self.chunk(range, doc));
                }
            }
        }
        self.findings.extend(docs::strays(self.text, self.tokens, self.comments));
        items
    }

    /// What stands before the first declaration: declarations that are not in column 0 are reported and read.
    fn stray(&mut self, range: Range<usize>) -> Vec<ast::Item> {
        let known = |token: &Token| token.kind == TokenKind::Word && shapes::shape_of(self.word(token)).is_some();
        let Some(start) = range.clone().find(|at| self.tokens.get(*at).is_some_and(known)) else {
            self.stray_text(&range);
            return Vec::new();
        };
        if let Some(token) = self.tokens.get(start).copied() {
            let span = Span::new(self.file, token.start, token.end);
            let blanks = Span { start: span.start.saturating_sub(token.column), end: span.start, ..span };
            let finding =
                Diagnostic::error(codes::STRAY, format!("`{}` does not stand in column 0", self.word(&token)));
            self.findings.push(finding.at(span, "begins a declaration").fix("move it to column 0", blanks, ""));
        }
        self.chunk(start..range.end, None)
    }

    fn stray_text(&mut self, range: &Range<usize>) {
        let Some(token) = self.tokens.get(range.start).copied() else {
            return;
        };
        let span = Span::new(self.file, token.start, token.end);
        let explained = self.findings.iter().any(|finding| finding.span().is_some_and(|found| found.start <= span.end));
        if !explained {
            let finding = Diagnostic::error(codes::STRAY, "text outside any declaration");
            self.findings.push(
                finding
                    .at(span, "belongs to nothing")
                    .help("a declaration begins in column 0 with its keyword: `segment`, `source`, …"),
            );
        }
    }

    fn word(&self, token: &Token) -> &'t str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    fn chunk(&mut self, range: Range<usize>, doc: Option<ast::Doc>) -> Vec<ast::Item> {
        let tokens = self.tokens.get(range.clone()).unwrap_or(&[]);
        let brackets = outline::brackets(self.file, self.text, tokens);
        if let Some(refused) = self.refused(&range, &brackets) {
            let kind = ast::ItemKind::Error { keyword: self.keyword(&range), name: self.name(&range) };
            self.findings.push(refused);
            return vec![ast::Item { doc, kind, span: self.span(&range), clauses: Vec::new() }];
        }
        let place = self.span(&range);
        let swallowed = self
            .findings
            .iter()
            .any(|found| found.code == codes::UNCLOSED_TEXT && found.span().is_some_and(|span| place.holds(span)));
        let (items, findings) = self.read(range, &brackets, doc);
        // A text that is never closed swallows brackets, which are then nobody's mistake.
        self.findings.extend(brackets.findings.into_iter().filter(|_| !swallowed));
        self.findings.extend(findings);
        items
    }

    /// Limits that must hold before anything recurses.
    fn refused(&self, range: &Range<usize>, brackets: &Brackets) -> Option<Diagnostic> {
        let start = self.tokens.get(range.start)?;
        let place = Span::new(self.file, start.start, start.end);
        if let Some(message) = clauses::too_many_tokens(range.len()) {
            return Some(
                Diagnostic::error(codes::TOO_LARGE, message)
                    .at(place, "begins here")
                    .help("keep long lists of members in a `list`"),
            );
        }
        let deep = brackets.too_deep?;
        let message = format!("nested more than {} deep", limits::NESTING);
        Some(
            Diagnostic::error(codes::NESTING, message)
                .at(deep, "one bracket or `not` too many")
                .help("give a part of it a name with `define`"),
        )
    }

    fn keyword(&self, range: &Range<usize>) -> Option<&'static str> {
        let token = self.tokens.get(range.start)?;
        shapes::shape_of(self.word(token)).map(|shape| shape.keyword)
    }

    fn name(&self, range: &Range<usize>) -> Option<ast::Name> {
        let token = self.tokens.get(range.start + 1).filter(|token| token.kind == TokenKind::Word)?;
        Some(Spanned::new(self.word(token).to_owned(), Span::new(self.file, token.start, token.end)))
    }

    fn span(&self, range: &Range<usize>) -> Span {
        let start = self.tokens.get(range.start).map_or(0, |token| token.start);
        let end = range.end.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.end);
        Span::new(self.file, start, end)
    }

    /// Reads a chunk, on a stack of its own where it nests, so that the answer never depends on the caller's.
    fn read(
        &self,
        range: Range<usize>,
        brackets: &Brackets,
        doc: Option<ast::Doc>,
    ) -> (Vec<ast::Item>, Vec<Diagnostic>) {
        let place = self.span(&range);
        let read = move || {
            let (file, text, tokens, comments) = (self.file, self.text, self.tokens, self.comments);
            let mut cx = Cx { file, text, tokens, comments, negations: 0, findings: Vec::new() };
            let marks = clauses::marks(&self.findings, &brackets.findings, place);
            let items = clauses::items(&mut cx, range, brackets, marks, doc);
            (items, cx.findings)
        };
        if brackets.nesting <= SHALLOW {
            return read();
        }
        let done = std::thread::scope(|scope| {
            let builder = std::thread::Builder::new().stack_size(STACK);
            builder.spawn_scoped(scope, read).ok().and_then(|thread| thread.join().ok())
        });
        done.unwrap_or_else(|| {
            let finding =
                Diagnostic::error(codes::INTERNAL, "this declaration could not be read: no thread could be started");
            (Vec::new(), vec![finding.at(place, "nested deeply")])
        })
    }
}

/// Nesting that any stack bears.
const SHALLOW: usize = 4;
/// The stack for the rest.
const STACK: usize = 16 << 20;

/// At most so many errors; the rest is counted.
fn cap(findings: &mut Vec<Diagnostic>) {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors <= limits::ERRORS {
        return;
    }
    let mut shown = 0;
    let place = findings.last().and_then(Diagnostic::span);
    findings.retain(|finding| {
        shown += usize::from(finding.severity == Severity::Error);
        shown <= limits::ERRORS
    });
    let message = format!("{} more mistakes are not shown", errors.saturating_sub(limits::ERRORS));
    let finding = Diagnostic::error(codes::TOO_MANY, message);
    findings.push(match place {
        Some(place) => finding.at(place, "the last of them"),
        None => finding,
    });
}
