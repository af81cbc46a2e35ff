//! Declarations, head and clauses one by one: each is parsed strictly on its own, so one mistake never hides another.
//!
//! Where a clause cannot be read there is exactly one finding, at the place where its own parse stopped, and reading goes on at the next
//! clause. Progress is certain: every step consumes at least one token.

use std::ops::Range;

use pest::Parser as _;

use super::ast::{BadClause, Doc, Item, ItemKind, Lost, Name, Unsupported};
use super::expected::{Stop, finding, instead, nearest, shown, stop};
use super::grammar::{Grammar, Rule};
use super::lower::{self, Body};
use super::node::{Cx, Node};
use super::outline::Brackets;
use super::scan::{OPEN_QUESTION, Token, TokenKind};
use super::shapes::{Kind, SHAPES, Shape, shape_of};
use super::{codes, limits};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::source::{Span, Spanned};

/// Reads the declarations of one chunk: normally one; further ones where they were not begun in column 0.
pub(super) fn items<'t>(
    cx: &mut Cx<'t>,
    chunk: Range<usize>,
    brackets: &Brackets,
    marks: Vec<u32>,
    doc: Option<Doc>,
) -> Vec<Item> {
    let mut reader = Reader { cx, chunk: chunk.clone(), brackets, marks };
    reader.in_column_0();
    let mut out = Vec::new();
    let mut at = chunk.start;
    let mut doc = doc;
    while at < chunk.end {
        let (item, next) = reader.declaration(at, doc.take());
        out.extend(item);
        at = reader.strays(next.max(at + 1));
    }
    out
}

/// Where the scan found something inside a place: a parse that fails there has been explained already.
pub(super) fn marks(scan: &[Diagnostic], brackets: &[Diagnostic], place: Span) -> Vec<u32> {
    let errors = scan.iter().chain(brackets).filter(|finding| finding.severity == Severity::Error);
    let mut marks: Vec<u32> =
        errors.filter_map(Diagnostic::span).filter(|span| place.holds(*span)).map(|span| span.start).collect();
    marks.sort_unstable();
    marks
}

struct Reader<'c, 't> {
    cx: &'c mut Cx<'t>,
    chunk: Range<usize>,
    brackets: &'c Brackets,
    marks: Vec<u32>,
}

impl<'t> Reader<'_, 't> {
    fn token(&self, at: usize) -> Option<Token> {
        self.cx.tokens.get(at).copied().filter(|_| at < self.chunk.end)
    }

    fn word(&self, at: usize) -> &'t str {
        self.token(at).map_or("", |token| self.cx.word(&token))
    }

    fn span(&self, at: usize) -> Span {
        let last = self.chunk.end.saturating_sub(1);
        let token = self.token(at).or_else(|| self.token(last).map(|token| Token { start: token.end, ..token }));
        token.map_or(Span::new(self.cx.file, 0, 0), |token| self.cx.token_span(&token))
    }

    /// From one token up to another, exclusive; never empty.
    fn stretch(&self, from: usize, end: usize) -> Span {
        self.span(from).to(self.span(end.saturating_sub(1).max(from)))
    }

    fn depth(&self, at: usize) -> u32 {
        at.checked_sub(self.chunk.start).and_then(|place| self.brackets.depth.get(place)).copied().unwrap_or(0)
    }

    /// Whether the scan has already explained something between two tokens, the second included.
    fn explained(&self, from: usize, to: usize) -> bool {
        let span = self.stretch(from, to + 1);
        let place = self.marks.partition_point(|mark| *mark < span.start);
        self.marks.get(place).is_some_and(|mark| *mark <= span.end)
    }

    /// Clauses that are not indented are reported together, and read.
    fn in_column_0(&mut self) {
        let outdented = |at: &usize| {
            self.token(*at).is_some_and(|token| token.first && token.column == 0 && token.kind == TokenKind::Word)
        };
        let found: Vec<Span> =
            (self.chunk.start + 1..self.chunk.end).filter(outdented).map(|at| self.span(at)).collect();
        let Some(first) = found.first().copied() else { return };
        let keyword = self.word(self.chunk.start);
        let finding =
            Diagnostic::error(codes::UNKNOWN_DECLARATION, format!("a clause of this {keyword} stands in column 0"))
                .at(first, "not indented")
                .help("a word in column 0 begins a declaration");
        let edits = found.iter().map(|span| (span.before(), "  ".to_owned())).collect();
        self.cx.report(Diagnostic { fix: Some(Fix { title: "indent it".to_owned(), edits }), ..finding });
    }

    // ── Declarations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Reads the declaration at a token, and says where it ends.
    fn declaration(&mut self, at: usize, doc: Option<Doc>) -> (Option<Item>, usize) {
        let Some(shape) = self.shape(at) else {
            let kind = ItemKind::Error { keyword: None, name: self.guessed_name(at + 1) };
            let span = self.stretch(at, self.chunk.end);
            return (Some(Item { doc, kind, span, clauses: Vec::new() }), self.chunk.end);
        };
        let mut clauses = Vec::new();
        let (kind, end) = match shape.kind {
            Kind::Infer | Kind::Category | Kind::Define => self.one_line(shape, at),
            Kind::Entity
            | Kind::Source
            | Kind::Rows
            | Kind::Lookup
            | Kind::Sessions
            | Kind::List
            | Kind::Ledger
            | Kind::Model
            | Kind::Identity
            | Kind::Purpose
            | Kind::Destination
            | Kind::Jurisdiction
            | Kind::Policy
            | Kind::Exception
            | Kind::Segment
            | Kind::Placement
            | Kind::Report
            | Kind::Release => self.block(shape, at, &mut clauses),
        };
        let span = self.stretch(at, end);
        (Some(Item { doc, kind, span, clauses }), end)
    }

    /// The shape of a keyword; a misspelt one is reported and read as what it means.
    fn shape(&mut self, at: usize) -> Option<&'static Shape> {
        let word = self.word(at);
        if let Some(shape) = shape_of(word) {
            return Some(shape);
        }
        let plain = super::unicode::plain_word(word).filter(|_| !word.is_ascii());
        let near = plain
            .as_deref()
            .map_or_else(|| nearest(word, keywords()), |plain| keywords().find(|known| *known == plain));
        if !self.explained(at, at) {
            let span = self.span(at);
            let clause = SHAPES.iter().find(|shape| shape.clauses.contains(&word));
            let finding = Diagnostic::error(
                codes::UNKNOWN_DECLARATION,
                format!("no declaration begins with `{}`", self.shown(at)),
            );
            self.cx.report(match (near, clause) {
                (Some(near), _) if word.eq_ignore_ascii_case(near) => instead(word, near, span),
                (Some(near), _) => finding.at(span, "misspelt?").help(format!("did you mean `{near}`?")).fix(
                    format!("write `{near}`"),
                    span,
                    near,
                ),
                (None, Some(_)) => {
                    finding.at(span, "a clause in column 0").help("indent it: a word in column 0 begins a declaration")
                }
                (None, None) => finding
                    .at(span, "not a declaration")
                    .help("declarations are entity, source, ledger, purpose, destination, policy, segment and others"),
            });
        }
        near.and_then(shape_of)
    }

    fn shown(&self, at: usize) -> String {
        self.token(at).map_or_else(String::new, |token| shown(self.cx, &token))
    }

    fn guessed_name(&self, at: usize) -> Option<Name> {
        let token = self.token(at).filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Backquoted))?;
        Some(Spanned::new(self.cx.word(&token).trim_matches('`').to_owned(), self.cx.token_span(&token)))
    }

    fn one_line(&mut self, shape: &'static Shape, at: usize) -> (ItemKind, usize) {
        let body = self.body(shape, at);
        match self.read(shape.head, at + 1, self.chunk.end) {
            Ok(head) => {
                let next = self.after(&head);
                if !self.ends_well(next) {
                    // What was read may be half of something else, so no name in it is looked up.
                    let next = self.trailing(shape, at + 1, next);
                    return (self.error(shape, at), next);
                }
                let kind = self.lowered(shape, Body { head: Some(head), ..body });
                (kind.unwrap_or_else(|| self.error(shape, at)), next)
            }
            Err(stop) => {
                self.explain(&stop, at, at + 1, self.chunk.end);
                (self.error(shape, at), self.chunk.end)
            }
        }
    }

    /// Whether a declaration of one line may end before this token.
    fn ends_well(&self, next: usize) -> bool {
        next >= self.chunk.end
            || self.token(next).is_some_and(|token| token.first) && shape_of(self.word(next)).is_some()
    }

    fn trailing(&mut self, shape: &'static Shape, from: usize, next: usize) -> usize {
        if let Err(stop) = self.read(shape.end, from, self.chunk.end) {
            self.explain(&stop, from, from, self.chunk.end);
        } else {
            self.unexpected(next);
        }
        self.chunk.end
    }

    fn error(&self, shape: &'static Shape, at: usize) -> ItemKind {
        ItemKind::Error { keyword: Some(shape.keyword), name: self.guessed_name(at + 1) }
    }

    fn body(&self, shape: &'static Shape, at: usize) -> Body<'t> {
        let place = self.span(at);
        Body { head: None, place, clauses: Vec::new(), keywords: shape.clauses, lost: Lost::default() }
    }

    fn block(&mut self, shape: &'static Shape, at: usize, clauses: &mut Vec<Span>) -> (ItemKind, usize) {
        let mut body = self.body(shape, at);
        let first = match self.read(shape.head, at + 1, self.chunk.end) {
            Ok(head) => {
                let next = self.after(&head);
                body.head = Some(head);
                next
            }
            Err(stop) => {
                let brace = (at..self.chunk.end).find(|at| self.word(*at) == "{");
                self.explain(&stop, at, at + 1, brace.map_or(self.chunk.end, |brace| brace + 1));
                match brace {
                    Some(brace) => brace + 1,
                    None => return (self.error(shape, at), self.chunk.end),
                }
            }
        };
        let end = self.clauses(shape, first, &mut body);
        let whole = body.head.is_some();
        clauses.extend(body.clauses.iter().map(|clause| self.cx.span(clause)));
        let kind = self.lowered(shape, body);
        (kind.filter(|_| whole).unwrap_or_else(|| self.error(shape, at)), end)
    }

    fn lowered(&mut self, shape: &'static Shape, body: Body<'t>) -> Option<ItemKind> {
        let cx = &mut *self.cx;
        Some(match shape.kind {
            Kind::Entity => ItemKind::Entity(Box::new(lower::entity(cx, body))),
            Kind::Source => ItemKind::Source(Box::new(lower::source(cx, body))),
            Kind::Rows => ItemKind::Rows(Box::new(lower::nested_rows(cx, body))),
            Kind::Lookup => ItemKind::Lookup(Box::new(lower::lookup(cx, body))),
            Kind::Sessions => ItemKind::Sessions(Box::new(lower::sessions(cx, body))),
            Kind::List => ItemKind::List(Box::new(lower::list(cx, body))),
            Kind::Ledger => ItemKind::Ledger(Box::new(lower::ledger(cx, body))),
            Kind::Model => ItemKind::Model(Box::new(lower::model(cx, body))),
            Kind::Identity => ItemKind::Identity(Box::new(lower::identity(cx, body))),
            Kind::Infer => ItemKind::Infer(Box::new(lower::infer(cx, &body)?)),
            Kind::Category => ItemKind::Category(lower::category(cx, &body)?),
            Kind::Define => ItemKind::Define(Box::new(lower::define(cx, &body)?)),
            Kind::Purpose => ItemKind::Purpose(Box::new(lower::purpose(cx, body))),
            Kind::Destination => ItemKind::Destination(Box::new(lower::destination(cx, body))),
            Kind::Jurisdiction => ItemKind::Jurisdiction(Box::new(lower::jurisdiction(cx, body))),
            Kind::Policy => ItemKind::Policy(Box::new(lower::policy(cx, body))),
            Kind::Exception => ItemKind::Exception(Box::new(lower::exception(cx, body))),
            Kind::Segment => ItemKind::Segment(Box::new(lower::segment(cx, body))),
            Kind::Placement => ItemKind::Placement(Box::new(lower::placement(cx, body))),
            Kind::Report => ItemKind::Report(Box::new(lower::report(cx, body))),
            Kind::Release => ItemKind::Release(Box::new(lower::release(cx, body))),
        })
    }

    // ── Clauses ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Reads the clauses from a token on, and says where the declaration ends.
    fn clauses(&mut self, shape: &'static Shape, first: usize, body: &mut Body<'t>) -> usize {
        let mut at = first;
        while let Some(token) = self.token(at) {
            match self.cx.word(&token) {
                "}" => return at + 1,
                "," => at = self.comma(shape, at),
                ";" => at += 1,
                _ => at = self.clause(shape, at, body).max(at + 1),
            }
        }
        self.chunk.end
    }

    /// A comma between clauses, or one that carries a clause on to nothing.
    fn comma(&mut self, shape: &'static Shape, at: usize) -> usize {
        let span = self.span(at);
        let next = self.word(at + 1);
        if next == "}" || shape.clauses.contains(&next) {
            let finding = Diagnostic::error(codes::SEPARATOR, "clauses are not separated by commas");
            self.cx.report(finding.at(span, "means nothing here").fix("remove it", span, ""));
            return at + 1;
        }
        if !self.explained(at, at) {
            let finding = self.values_in_a_row(at).unwrap_or_else(|| {
                let finding = Diagnostic::error(codes::UNEXPECTED, "expected the next clause, found `,`");
                finding.at(span, "no list stands before this")
            });
            self.cx.report(finding);
        }
        self.resume(shape, at, at + 1)
    }

    /// `country = "DE", "FR"`
    fn values_in_a_row(&self, at: usize) -> Option<Diagnostic> {
        let is_text = |at: usize| self.token(at).is_some_and(|token| token.kind == TokenKind::Text);
        let (op, first) = (at.checked_sub(2)?, at.checked_sub(1)?);
        if self.word(op) != "=" || !is_text(first) {
            return None;
        }
        let mut last = at;
        while self.word(last) == "," && is_text(last + 1) {
            last += 2;
        }
        let (sign, values) = (self.span(op), self.stretch(first, last));
        let right = format!("in ({})", self.cx.slice(values));
        let finding = Diagnostic::error(codes::UNEXPECTED, "one of several values is asked with `in`");
        let finding = finding.at(sign.to(values), "compares with one");
        (last > at).then(|| finding.fix(format!("write `{right}`"), sign.to(values), right))
    }

    /// Reads one clause, and says where the next begins.
    fn clause(&mut self, shape: &'static Shape, at: usize, body: &mut Body<'t>) -> usize {
        let keyword = shape.clauses.iter().copied().find(|known| *known == self.word(at));
        let Some(keyword) = keyword else {
            return self.unknown_clause(shape, at, body);
        };
        // Up to the next line that begins a clause; further only where that line turns out to belong to this one.
        let cut =
            (at + 1..self.chunk.end).find(|next| self.begins_clause(shape, at, *next, true)).unwrap_or(self.chunk.end);
        let mut read = self.read(shape.clause, at, cut);
        let short = match &read {
            Ok(node) => self.word(self.after(node)) == ",",
            Err(stop) => stop.token >= cut,
        };
        let again = short && cut < self.chunk.end;
        if again {
            read = self.read(shape.clause, at, self.chunk.end);
        }
        if let Ok(node) = &read {
            let next = self.after(node);
            if !self.splits_token(node) && self.clause_may_end(shape, at, next) {
                self.keep_clause(node.clone(), body);
                return next;
            }
        }
        let reached = match &read {
            Ok(node) => self.after(node),
            Err(stop) => stop.token,
        };
        // A clause that swallowed the beginning of the next line's clause is judged on its own lines.
        let end = if again && reached < cut { self.chunk.end } else { cut };
        self.bad_clause(shape, at, keyword, end, reached, body)
    }

    fn keep_clause(&mut self, node: Node<'t>, body: &mut Body<'t>) {
        let Some((_, construct, stands_for)) = NOT_YET.iter().copied().find(|(rule, _, _)| *rule == node.rule()) else {
            body.clauses.push(node);
            return;
        };
        let span = self.cx.span(&node);
        let finding = Diagnostic::error(codes::UNSUPPORTED, format!("`{construct}` is not supported yet"));
        self.cx.report(finding.at(span, "part of the language, but not of this version"));
        body.lost.unsupported.push(Unsupported { construct, span });
        body.lost.bad.extend(stands_for.map(|keyword| BadClause { keyword: Some(keyword), span }));
    }

    /// Whether a clause may end before this token: another clause or the end follows, or a line begins with what is no continuation.
    fn clause_may_end(&self, shape: &'static Shape, at: usize, next: usize) -> bool {
        let Some(token) = self.token(next) else {
            return true;
        };
        let word = self.cx.word(&token);
        let carries_on = word == "," && self.word(next + 1) == OPEN_QUESTION;
        if carries_on || self.is_filter(at, next) {
            return false;
        }
        let new_line = token.first && token.kind == TokenKind::Word && !continues(word);
        matches!(word, "}" | "," | ";") || shape.clauses.contains(&word) || new_line
    }

    /// Whether a `where` that could begin a clause is a filter of the condition before it.
    fn is_filter(&self, clause: usize, at: usize) -> bool {
        let deeper = match (self.token(clause), self.token(at)) {
            (Some(start), Some(token)) => !token.first || start.first && token.column > start.column,
            (Some(_) | None, Some(_) | None) => false,
        };
        deeper && self.word(at) == "where" && matches!(self.word(clause), "where" | "except")
    }

    /// A clause that could not be read, or after which something stands that belongs to nothing: one finding.
    fn bad_clause(
        &mut self,
        shape: &'static Shape,
        at: usize,
        keyword: &'static str,
        end: usize,
        reached: usize,
        body: &mut Body<'t>,
    ) -> usize {
        let stop = match self.read(shape.end, at, end) {
            Ok(node) => {
                self.keep_clause(node, body);
                return end;
            }
            Err(stop) => stop,
        };
        self.explain(&stop, at, at, end);
        let next = self.resume(shape, at, stop.token.max(reached.min(end))).min(end);
        body.lost.bad.push(BadClause { keyword: Some(keyword), span: self.stretch(at, next) });
        next
    }

    fn unknown_clause(&mut self, shape: &'static Shape, at: usize, body: &mut Body<'t>) -> usize {
        let word = self.word(at);
        let near = nearest(word, shape.clauses.iter().copied());
        if !self.explained(at, at) {
            let finding = self.unknown(shape, at, near);
            self.cx.report(finding);
        }
        let next = self.resume(shape, at, at + 1);
        body.lost.bad.push(BadClause { keyword: near, span: self.stretch(at, next) });
        next
    }

    fn unknown(&self, shape: &'static Shape, at: usize, near: Option<&'static str>) -> Diagnostic {
        let word = self.word(at);
        let span = self.span(at);
        if let Some(near) = near.filter(|near| word.eq_ignore_ascii_case(near)) {
            return instead(word, near, span);
        }
        if word.eq_ignore_ascii_case("select") {
            return lower::raw_sql_finding(span);
        }
        if let Some(finding) = super::expected::clause_of_others(shape.keyword, word, span) {
            return finding;
        }
        let article = if shape.keyword.starts_with(['a', 'e', 'i']) { "an" } else { "a" };
        let message = format!("{article} {} has no clause `{}`", shape.keyword, self.shown(at));
        let finding = Diagnostic::error(codes::UNKNOWN_CLAUSE, message);
        if let Some(near) = near {
            return finding.at(span, "misspelt?").help(format!("did you mean `{near}`?")).fix(
                format!("write `{near}`"),
                span,
                near,
            );
        }
        let elsewhere: Vec<&str> =
            SHAPES.iter().filter(|other| other.clauses.contains(&word)).map(|other| other.keyword).collect();
        if !elsewhere.is_empty() {
            return finding.at(span, "not here").help(format!("`{word}` is a clause of {}", elsewhere.join(", ")));
        }
        let supported = |clause: &&&str| NOT_YET.iter().all(|(_, construct, _)| construct != *clause);
        let known = shape.clauses.iter().filter(supported).map(|clause| format!("`{clause}`"));
        let known = known.collect::<Vec<_>>().join(", ");
        finding.at(span, "not a clause").help(format!("its clauses are {known}"))
    }

    /// The first token from `from` on at which the next clause, or the end of the block, stands.
    fn resume(&self, shape: &'static Shape, clause: usize, from: usize) -> usize {
        let block = self.depth(clause);
        let from = from.max(clause + 1);
        let ends = |at: &usize| self.word(*at) == "}" && self.depth(*at) < block.max(1);
        (from..self.chunk.end)
            .find(|at| ends(at) || self.begins_clause(shape, clause, *at, false))
            .unwrap_or(self.chunk.end)
    }

    /// Whether a token begins a clause, seen from a clause before it that could not be read.
    fn begins_clause(&self, shape: &'static Shape, clause: usize, at: usize, sure: bool) -> bool {
        let (Some(token), Some(start)) = (self.token(at), self.token(clause)) else {
            return false;
        };
        let word = self.cx.word(&token);
        let known = shape.clauses.contains(&word);
        let unbalanced = !self.brackets.findings.is_empty();
        let level = self.depth(at) == self.depth(clause);
        if token.kind != TokenKind::Word
            || continues(word) && !known
            || self.compared(at + 1)
            || self.is_filter(clause, at)
        {
            return false;
        }
        if token.first {
            let outdented = start.first && token.column <= start.column;
            return (level || unbalanced && outdented) && (known && (outdented || !start.first) || outdented && !sure);
        }
        !sure && level && known && !start_of_operand(self.word(at.saturating_sub(1)))
    }

    /// Whether a token is an operator, so that what stands before it is a name.
    fn compared(&self, at: usize) -> bool {
        matches!(self.word(at), "=" | "!=" | "<" | "<=" | ">" | ">=" | "==" | "<>" | "." | "+" | "*" | "/")
    }

    // ── Parsing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    /// Applies a rule to the text from one token up to another.
    fn read(&self, rule: Rule, from: usize, end: usize) -> Result<Node<'t>, Stop> {
        let base = self.token(from).map_or_else(|| self.span(from).start, |token| token.start);
        let stop_at =
            end.checked_sub(1).and_then(|last| self.cx.tokens.get(last)).map_or(base, |token| token.end).max(base);
        let text = self.cx.text.get(base as usize..stop_at as usize).unwrap_or("");
        match Grammar::parse(rule, text) {
            Ok(mut pairs) => match pairs.next() {
                Some(pair) => Ok(Node::new(pair, base)),
                None => Err(Stop::nowhere(from)),
            },
            Err(error) => Err(stop(self.cx, &error, base)),
        }
    }

    /// The first token after a node.
    fn after(&self, node: &Node) -> usize {
        let end = self.cx.span(node).end;
        self.cx.tokens.partition_point(|token| token.start < end)
    }

    /// Whether a node ends inside a token: the scan has taken more for one word, and explained it.
    fn splits_token(&self, node: &Node) -> bool {
        let end = self.cx.span(node).end;
        let last = self.after(node).checked_sub(1).and_then(|last| self.token(last));
        last.is_some_and(|token| token.start < end && end < token.end)
    }

    /// Reports a stop, unless the scan has explained it already.
    fn explain(&mut self, stop: &Stop, from: usize, first: usize, end: usize) {
        let to = stop.token.min(end.saturating_sub(1)).max(from);
        if !self.explained(from, to) {
            let finding = finding(self.cx, stop, first, end);
            self.cx.report(finding);
        }
    }

    fn unexpected(&mut self, at: usize) {
        let span = self.span(at);
        let finding = Diagnostic::error(
            codes::UNEXPECTED,
            format!("`{}` stands after the end of this declaration", self.shown(at)),
        );
        self.cx.report(finding.at(span, "belongs to nothing"));
    }

    /// What stands after a declaration in its chunk: a declaration that is not in column 0 is reported and read, anything else skipped.
    fn strays(&mut self, from: usize) -> usize {
        let mut reported = false;
        let mut at = from;
        while let Some(token) = self.token(at) {
            let span = self.span(at);
            if token.kind == TokenKind::Word && shape_of(self.cx.word(&token)).is_some() {
                let finding =
                    Diagnostic::error(codes::STRAY, format!("`{}` does not stand in column 0", self.word(at)));
                let help = "a declaration begins in column 0, on a line of its own";
                self.cx.report(if token.first {
                    let blanks = Span { start: span.start.saturating_sub(token.column), end: span.start, ..span };
                    finding.at(span, "begins a declaration").help(help).fix("move it to column 0", blanks, "")
                } else {
                    finding.at(span, "begins a declaration").fix("put it on a line of its own", span.before(), "\n")
                });
                return at;
            }
            if !reported && !self.explained(at, at) && self.word(at) != ";" {
                self.unexpected(at);
                reported = true;
            }
            at += 1;
        }
        at
    }
}

/// Clauses that are read and refused: their rule, what they are called, and the clause that they stand in for.
const NOT_YET: &[(Rule, &str, Option<&str>)] = &[];

fn keywords() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|shape| shape.keyword)
}

/// Words that carry on what stands before them, also on a new line.
pub(super) fn continues(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "and", "or", "not", "is", "in", "has", "between", "over", "then", "within", "with", "have", "ignoring", "by",
        "as", "of", "because", "under", "looking", "keep", "named", "contains", "starts", "ends", "AND", "OR", "NOT",
        "IN", "BETWEEN", "LIKE", "IS", "one",
    ];
    WORDS.contains(&word)
}

/// Words and signs after which a name stands, so that a keyword there is none.
fn start_of_operand(word: &str) -> bool {
    continues(word)
        || word.bytes().all(|byte| byte.is_ascii_punctuation() && !matches!(byte, b'"' | b')' | b'}' | b'%'))
}

/// Whether an item count stays within the limit, for messages.
pub(super) fn too_many_tokens(count: usize) -> Option<String> {
    let limit = limits::ITEM_TOKENS;
    (count > limit).then(|| format!("this declaration has {count} words and signs, and at most {limit} are read"))
}
