//! What is said of somebody among everybody: samples.

use super::super::super::ast::{Number, Sample};
use super::super::super::grammar::Rule;
use super::super::super::node::{Cx, Node};
use super::super::literal::{a_number, a_text};
use crate::source::Spanned;

/// `sample 10% to 30% named "spring"`
pub(super) fn sample<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Sample> {
    let parts: Vec<Node> = node.all(Rule::lit_percent).collect();
    let mut percents: Vec<Spanned<Number>> = parts.iter().filter_map(|part| percent(cx, part)).collect();
    let named = a_text(cx, node)?;
    let to = percents.pop()?;
    Some(Sample { from: percents.pop(), to, named })
}

fn percent(cx: &mut Cx, node: &Node) -> Option<Spanned<Number>> {
    let span = cx.span(node);
    a_number(cx, node).map(|number| Spanned::new(number, span))
}
