//! The outline: where declarations begin, whether their brackets match, and how deep they nest.
//!
//! A word in column 0 begins a declaration; everything up to the next one is its chunk. An unclosed brace is thereby contained in
//! its own declaration. Nesting is counted here, on tokens, before anything recurses.

use std::ops::Range;

use super::clauses::continues;
use super::scan::{Token, TokenKind};
use super::shapes::{Shape, shape_of};
use super::{codes, limits};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// A piece of the file, as a range of tokens.
pub(super) enum Piece {
    /// A declaration: its first token is a word in column 0.
    Item(Range<usize>),
    /// What stands before the first declaration.
    Stray(Range<usize>),
}

/// Splits the tokens at words in column 0, but for clauses of a block that is still open.
pub(super) fn pieces(text: &str, tokens: &[Token]) -> Vec<Piece> {
    let mut outline = Outline { text, open: 0, shape: None };
    let starts: Vec<usize> = (0..tokens.len()).filter(|at| outline.begins(tokens, *at)).collect();
    let first = starts.first().copied().unwrap_or(tokens.len());
    let stray = (first > 0).then_some(Piece::Stray(0..first));
    let ends = starts.iter().skip(1).copied().chain(std::iter::once(tokens.len()));
    stray.into_iter().chain(starts.iter().copied().zip(ends).map(|(start, end)| Piece::Item(start..end))).collect()
}

struct Outline<'t> {
    text: &'t str,
    /// How many brackets are open.
    open: usize,
    /// Of the declaration before.
    shape: Option<&'static Shape>,
}

impl<'t> Outline<'t> {
    fn word(&self, token: &Token) -> &'t str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// Whether a token begins a declaration.
    fn begins(&mut self, tokens: &[Token], at: usize) -> bool {
        let Some(token) = tokens.get(at) else { return false };
        match token.kind {
            TokenKind::Open => self.open += 1,
            TokenKind::Close if token.first && token.column == 0 => self.open = 0,
            TokenKind::Close => self.open = self.open.saturating_sub(1),
            TokenKind::Word if token.column == 0 && !self.is_clause(tokens, at) => {
                self.open = 0;
                self.shape = shape_of(self.word(token));
                return true;
            }
            TokenKind::Word
            | TokenKind::Backquoted
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::RawText
            | TokenKind::Punct => {}
        }
        false
    }

    /// Whether a word in column 0 can only be a clause of the block that is open, or the rest of one.
    fn is_clause(&self, tokens: &[Token], at: usize) -> bool {
        let Some((shape, token)) = self.shape.filter(|_| self.open > 0).zip(tokens.get(at)) else { return false };
        let word = self.word(token);
        let known = shape.clauses.contains(&word) || continues(word);
        known && (shape_of(word).is_none() || !self.opens_block(tokens, at))
    }

    /// Whether a name and a brace follow: `purpose a.b {` is a declaration, `purpose a.b` a clause.
    fn opens_block(&self, tokens: &[Token], at: usize) -> bool {
        // A name has few parts; a long run of words is looked at no further, so that the pass stays linear.
        let mut rest = tokens.iter().skip(at + 1).take(64).map(|token| (token.kind, self.word(token)));
        rest.find(|(kind, word)| *kind != TokenKind::Word && *word != ".").is_none_or(|(_, word)| word == "{")
    }
}

/// The brackets of one chunk.
#[derive(Default)]
pub(super) struct Brackets {
    /// For each token of the chunk how many brackets are open around it; a bracket counts as outside itself.
    pub depth: Vec<u32>,
    /// What does not match, at most one per bracket that closes and one at the end.
    pub findings: Vec<Diagnostic>,
    /// The deepest nesting inside the declaration, brackets and `not`s together.
    pub nesting: usize,
    /// Where nesting passes the limit.
    pub too_deep: Option<Span>,
}

struct Open {
    token: Token,
    bracket: u8,
    nots: usize,
}

/// Matches the brackets of a chunk.
pub(super) fn brackets(file: FileId, text: &str, tokens: &[Token]) -> Brackets {
    let plain = walk(file, text, tokens, false);
    // Where the declaration's own brace is left open, a `}` in column 0 is taken for its end, so that the inner one is blamed.
    if plain.1 { walk(file, text, tokens, true).0 } else { plain.0 }
}

/// The brackets, and whether the declaration's own brace is left open.
fn walk(file: FileId, text: &str, tokens: &[Token], by_column: bool) -> (Brackets, bool) {
    let out = Brackets::default();
    let mut walk = Walk { file, stack: Vec::new(), nots: 0, inner_nots: 0, declaration: false, by_column, out };
    for token in tokens {
        walk.step(token, text.get(token.start as usize..token.end as usize).unwrap_or(""));
    }
    let open = walk.declaration && !walk.stack.is_empty();
    (walk.finish(), open)
}

struct Walk {
    file: FileId,
    stack: Vec<Open>,
    /// `not`s directly before the next token.
    nots: usize,
    /// `not`s before the brackets that are open.
    inner_nots: usize,
    /// Whether the outermost bracket is the brace of the declaration.
    declaration: bool,
    /// Whether a `}` in column 0 closes the declaration, whatever else is open.
    by_column: bool,
    out: Brackets,
}

impl Walk {
    fn step(&mut self, token: &Token, text: &str) {
        match token.kind {
            TokenKind::Open => self.open(token, text),
            TokenKind::Close => self.close(token, text),
            TokenKind::Word | TokenKind::Punct if matches!(text, "not" | "NOT" | "!") => {
                self.depth_here();
                self.nots += 1;
                self.measure(token);
            }
            TokenKind::Word
            | TokenKind::Backquoted
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::RawText
            | TokenKind::Punct => {
                self.depth_here();
                self.nots = 0;
            }
        }
    }

    fn depth_here(&mut self) {
        self.out.depth.push(u32::try_from(self.stack.len()).unwrap_or(u32::MAX));
    }

    fn open(&mut self, token: &Token, text: &str) {
        self.depth_here();
        if self.stack.is_empty() {
            self.declaration = text == "{";
        }
        let bracket = text.bytes().next().unwrap_or(b'(');
        self.stack.push(Open { token: *token, bracket, nots: self.nots });
        self.inner_nots += self.nots;
        self.nots = 0;
        self.measure(token);
    }

    fn measure(&mut self, token: &Token) {
        let brackets = self.stack.len().saturating_sub(usize::from(self.declaration));
        let nesting = brackets + self.inner_nots + self.nots;
        self.out.nesting = self.out.nesting.max(nesting);
        if nesting > limits::NESTING && self.out.too_deep.is_none() {
            self.out.too_deep = Some(Span::new(self.file, token.start, token.end));
        }
    }

    fn close(&mut self, token: &Token, text: &str) {
        self.nots = 0;
        let wanted = match text {
            ")" => b'(',
            "]" => b'[',
            "{" | "}" => b'{',
            _ => b'(',
        };
        if self.stack.iter().any(|open| open.bracket == wanted) {
            self.close_down_to(token, wanted);
        } else {
            let span = Span::new(self.file, token.start, token.end);
            let finding = Diagnostic::error(codes::BRACKET, format!("this `{text}` closes nothing"));
            self.out.findings.push(finding.at(span, "nothing is open here").fix("remove it", span, ""));
        }
        self.depth_here();
    }

    fn close_down_to(&mut self, token: &Token, wanted: u8) {
        let mut reported = false;
        while let Some(open) = self.stack.pop() {
            self.inner_nots = self.inner_nots.saturating_sub(open.nots);
            let inner = self.by_column && token.first && token.column == 0 && !self.stack.is_empty();
            if open.bracket == wanted && !inner {
                return;
            }
            if !reported {
                self.unclosed(&open, Some(token));
                reported = true;
            }
        }
    }

    fn unclosed(&mut self, open: &Open, closed_by: Option<&Token>) {
        let span = Span::new(self.file, open.token.start, open.token.end);
        let bracket = char::from(open.bracket);
        let finding =
            Diagnostic::error(codes::BRACKET, format!("this `{bracket}` is never closed")).at(span, "opened here");
        self.out.findings.push(match closed_by {
            Some(token) => finding.and(Span::new(self.file, token.start, token.end), "it is still open here"),
            None if bracket == '{' => finding.help("close it with `}`; the inside of a declaration is indented, since a word in column 0 begins the next one"),
            None => finding.help("close it before the declaration ends"),
        });
    }

    fn finish(mut self) -> Brackets {
        let open =
            if self.declaration && self.stack.len() > 1 { self.stack.pop() } else { self.stack.drain(..).next() };
        if let Some(open) = open {
            self.unclosed(&open, None);
        }
        self.out
    }
}
