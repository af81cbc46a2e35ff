//! Documentation: the `///` lines directly before a declaration or a field.

use super::ast::Doc;
use super::scan::{Token, TokenKind};
use super::{Comment, codes};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The documentation that stands directly before a token.
pub(super) fn before(text: &str, tokens: &[Token], comments: &[Comment], at: usize) -> Option<Doc> {
    let start = tokens.get(at)?.start;
    let end_before = at.checked_sub(1).and_then(|last| tokens.get(last)).map_or(0, |token| token.end);
    let from = comments.partition_point(|comment| comment.span.start < end_before);
    let to = comments.partition_point(|comment| comment.span.start < start);
    let found: Vec<&Comment> =
        comments.get(from..to)?.iter().filter(|comment| comment.doc && comment.own_line).collect();
    let (first, last) = (found.first()?, found.last()?);
    let lines: Vec<&str> = found.iter().map(|comment| line(text, comment)).collect();
    Some(Doc { text: lines.join("\n"), span: first.span.to(last.span) })
}

fn line<'t>(text: &'t str, comment: &Comment) -> &'t str {
    let text = text.get(comment.span.start as usize..comment.span.end as usize).unwrap_or("");
    let text = text.strip_prefix("///").unwrap_or(text);
    text.strip_prefix(' ').unwrap_or(text).trim_end()
}

/// Warnings about documentation that documents nothing.
pub(super) fn strays(text: &str, tokens: &[Token], comments: &[Comment]) -> Vec<Diagnostic> {
    comments.iter().filter(|comment| comment.doc && !is_taken(text, tokens, comment)).map(stray).collect()
}

fn is_taken(text: &str, tokens: &[Token], comment: &Comment) -> bool {
    let next = tokens.get(tokens.partition_point(|token| token.start < comment.span.end));
    let documented = next.is_some_and(|token| {
        let word = text.get(token.start as usize..token.end as usize).unwrap_or("");
        token.kind == TokenKind::Word
            && (token.column == 0 || token.first && (word == "field" || super::shapes::shape_of(word).is_some()))
    });
    comment.own_line && documented
}

fn stray(comment: &Comment) -> Diagnostic {
    let slashes = Span { end: comment.span.start.saturating_add(3), ..comment.span };
    let finding = Diagnostic::warning(codes::STRAY_DOC, "this documents nothing: no declaration and no field follows");
    finding.at(slashes, "`///` stands before what it documents").fix("write a plain comment", slashes, "//")
}
