//! Fields.

use super::super::ast::{Field, FieldType, Label, Labels, Text, Type};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::data::{column, named};
use super::literal::{TEXTS, a_text, currency, texts};
use super::{a_name, part, path, paths};
use crate::source::Spanned;

/// A field clause.
pub(super) fn field<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Field> {
    let name = a_name(cx, node)?;
    let ty = part(cx, node, Rule::field_type).and_then(|kid| field_type(cx, &kid))?;
    let column = node.child(Rule::field_column).and_then(|kid| field_column(cx, &kid));
    let labels = node.child(Rule::field_labels).map(|kid| labels(cx, &kid));
    let one_of = node.child(Rule::one_of).and_then(|kid| {
        let values = texts(cx, &kid)?;
        Some(Spanned::new(values, cx.span(&kid)))
    });
    let allowed = node.child(Rule::cl_allowed).and_then(|kid| {
        let purposes = paths(cx, &kid)?;
        Some(Spanned::new(purposes, cx.span(&kid)))
    });
    Some(Field { doc: cx.doc(node), name, column, ty, labels, one_of, allowed, span: cx.span(node) })
}

/// Where it is called otherwise in the warehouse.
fn field_column(cx: &mut Cx, node: &Node) -> Option<Text> {
    let found = node.any_of(TEXTS);
    if found.is_none() {
        cx.broken(node);
    }
    found.map(|kid| named(cx, &kid, "column"))
}

fn field_type(cx: &mut Cx, node: &Node) -> Option<FieldType> {
    let optional = node.child(Rule::optional).map(|kid| cx.span(&kid));
    let ty = match node.child(Rule::type_list) {
        Some(list) => Type::List(Box::new(part(cx, &list, Rule::type_scalar).and_then(|kid| scalar(cx, &kid))?)),
        None => part(cx, node, Rule::type_scalar).and_then(|kid| scalar(cx, &kid))?,
    };
    Some(FieldType { ty, optional, span: cx.span(node) })
}

fn scalar(cx: &mut Cx, node: &Node) -> Option<Type> {
    if let Some(money) = node.child(Rule::type_money) {
        return currency(cx, &money).map(Type::Money);
    }
    if let Some(timestamp) = node.child(Rule::type_timestamp) {
        let zone = timestamp.child(Rule::in_zone).and_then(|kid| a_text(cx, &kid));
        return Some(Type::Timestamp { zone });
    }
    if let Some(place) = node.child(Rule::type_place) {
        return place_type(cx, &place);
    }
    let word = part(cx, node, Rule::type_word)?;
    Some(match word.text() {
        "text" => Type::Text,
        "boolean" => Type::Boolean,
        "integer" => Type::Integer,
        "decimal" => Type::Decimal,
        "date" => Type::Date,
        "probability" => Type::Probability,
        "version" => Type::Version,
        _ => Type::Uuid,
    })
}

/// A place and the columns of its degrees, where they are written.
fn place_type(cx: &mut Cx, node: &Node) -> Option<Type> {
    let columns: Vec<Node> = node.all(Rule::column).collect();
    let [latitude, longitude] = columns.as_slice() else { return Some(Type::Place(None)) };
    Some(Type::Place(Some((column(cx, latitude), column(cx, longitude)))))
}

/// What `is …` says.
pub(super) fn labels(cx: &mut Cx, node: &Node) -> Labels {
    if let Some(kid) = node.child(Rule::not_personal) {
        return Labels::NotPersonal(cx.span(&kid));
    }
    Labels::Are(node.all(Rule::label).filter_map(|kid| label(cx, &kid)).collect())
}

/// One of its labels.
pub(super) fn label(cx: &mut Cx, node: &Node) -> Option<Label> {
    let span = cx.span(node);
    let words: [(Rule, Label); 4] = [
        (Rule::label_direct, Label::Direct(span)),
        (Rule::label_quasi, Label::Quasi(span)),
        (Rule::label_free_text, Label::FreeText(span)),
        (Rule::label_protected, Label::Protected(span)),
    ];
    if let Some(kid) = node.child(Rule::label_proxy) {
        return part(cx, &kid, Rule::path).map(|of| Label::Proxy(path(cx, &of)));
    }
    let word = words.into_iter().find(|(rule, _)| node.has(*rule)).map(|(_, label)| label);
    word.or_else(|| part(cx, node, Rule::path).map(|kid| Label::Category(path(cx, &kid))))
}
