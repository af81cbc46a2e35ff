//! Constructs that the language has and this compiler does not support yet: refused by name.

use super::super::ast::Unsupported;
use super::super::codes;
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The name of an unsupported construct in expressions, by its rule; `None` for rules of other kinds.
pub(super) fn construct(node: &Node) -> Option<&'static str> {
    const NAMES: &[(Rule, &str)] = &[];
    NAMES.iter().find(|(rule, _)| *rule == node.rule()).map(|(_, name)| *name)
}

/// Refuses a construct by its name.
pub(super) fn refuse(cx: &mut Cx, node: &Node, construct: &'static str) -> Unsupported {
    let span = cx.span(node);
    refuse_at(cx, span, construct)
}

/// Refuses what stands at a place by its name.
pub(super) fn refuse_at(cx: &mut Cx, span: Span, construct: &'static str) -> Unsupported {
    let finding = Diagnostic::error(codes::UNSUPPORTED, format!("`{construct}` is not supported yet"));
    cx.report(finding.at(span, "part of the language, but not of this version"));
    Unsupported { construct, span }
}
