//! Entities, sources, nested rows, lookups, lists, models, identities, and the clauses that they share.

use super::super::ast::{
    Category, Clause, Entity, Field, Fresh, Identity, Infer, Key, KeyType, Link, List, Lookup, Model, Moment,
    MomentKind, Name, NestedRows, Origin, Path, Residence, Retain, Sessions, Source, Subject, SubjectKind, Table,
    Trained, Unique,
};
use super::super::codes;
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::expr::infer_values;
use super::field::{field, label, labels};
use super::literal::{a_count, a_text, text};
use super::promises::gathering;
use super::time::a_duration;
use super::{Body, a_name, a_path, name, part, paths};
use crate::diagnostic::Diagnostic;
use crate::source::{Span, Spanned};

/// `entity … is … { … }`
pub(in super::super) fn entity<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Entity {
    Entity {
        name: body.name(cx, 0),
        kind: subject_kind(cx, &body),
        table: table_or_query(cx, &mut body),
        key: body.once(cx, Rule::cl_key, key),
        retain: body.once(cx, Rule::cl_retain, retain),
        allowed: body.once(cx, Rule::cl_allowed, paths),
        residence: body.once(cx, Rule::cl_residence, residence),
        birth: body.once(cx, Rule::cl_birth, a_column),
        links: body.many(cx, Rule::cl_link, link),
        fields: body.many(cx, Rule::cl_field, field),
        lost: body.lost,
    }
}

fn subject_kind(cx: &Cx, body: &Body) -> Spanned<SubjectKind> {
    let found = body.head.as_ref().and_then(|head| head.child(Rule::subject_kind));
    let span = found.as_ref().map_or(body.place, |node| cx.span(node));
    let kind = match cx.slice(span) {
        "account" => SubjectKind::Account,
        "household" => SubjectKind::Household,
        "device" => SubjectKind::Device,
        _ => SubjectKind::Person,
    };
    Spanned::new(kind, span)
}

/// `source … of … { … }`
pub(in super::super) fn source<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Source {
    Source {
        name: body.name(cx, 0),
        of: body.name(cx, 1),
        table: table_or_query(cx, &mut body),
        subject: body.once(cx, Rule::cl_subject, subject),
        at: body.once(cx, Rule::cl_at, a_moment),
        arrived: body.once(cx, Rule::cl_arrived, a_moment),
        unique: body.once(cx, Rule::cl_unique, unique),
        retain: body.once(cx, Rule::cl_retain, retain),
        allowed: body.once(cx, Rule::cl_allowed, paths),
        protects: body.once(cx, Rule::cl_protects, paths),
        origin: body.once(cx, Rule::cl_origin, origin),
        gathering: gathering(cx, &mut body),
        tolerate: body.once(cx, Rule::cl_tolerate, count),
        links: body.many(cx, Rule::cl_link, link),
        fields: body.many(cx, Rule::cl_field, field),
        lost: body.lost,
    }
}

/// `rows … of … { … }`
pub(in super::super) fn nested_rows<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> NestedRows {
    NestedRows {
        name: body.name(cx, 0),
        of: body.name(cx, 1),
        table: table_or_query(cx, &mut body),
        unique: body.once(cx, Rule::cl_unique, unique),
        allowed: body.once(cx, Rule::cl_allowed, paths),
        links: body.many(cx, Rule::cl_link, link),
        fields: body.many(cx, Rule::cl_field, field),
        lost: body.lost,
    }
}

/// `lookup … { … }`
pub(in super::super) fn lookup<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Lookup {
    Lookup {
        name: body.name(cx, 0),
        table: table_or_query(cx, &mut body),
        key: body.once(cx, Rule::cl_key, key),
        links: body.many(cx, Rule::cl_link, link),
        fields: body.many(cx, Rule::cl_field, field),
        lost: body.lost,
    }
}

/// `sessions … { … }`
pub(in super::super) fn sessions<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Sessions {
    let clause = body.once(cx, Rule::cl_sessions_from, |cx, node| {
        let from: Vec<Name> = part(cx, node, Rule::names)?.all(Rule::name).map(|kid| name(cx, &kid)).collect();
        Some((from, a_column(cx, node)?))
    });
    let (from, by) = clause.map_or((Vec::new(), None), |clause| (clause.value.0, Some(clause.value.1)));
    Sessions { name: body.name(cx, 0), from, by, lost: body.lost }
}

/// `list … of … { … }`
pub(in super::super) fn list<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> List {
    List {
        name: body.name(cx, 0),
        of: body.name(cx, 1),
        table: table_or_query(cx, &mut body),
        subject: body.once(cx, Rule::cl_subject, subject),
        at: body.once(cx, Rule::cl_at, a_moment),
        arrived: body.once(cx, Rule::cl_arrived, a_moment),
        retain: body.once(cx, Rule::cl_retain, retain),
        allowed: body.once(cx, Rule::cl_allowed, paths),
        protects: body.once(cx, Rule::cl_protects, paths),
        origin: body.once(cx, Rule::cl_origin, origin),
        gathering: gathering(cx, &mut body),
        tolerate: body.once(cx, Rule::cl_tolerate, count),
        labels: body.once(cx, Rule::cl_is, |cx, node| part(cx, node, Rule::field_labels).map(|kid| labels(cx, &kid))),
        lost: body.lost,
    }
}

/// `model … of … { … }`
pub(in super::super) fn model<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Model {
    Model {
        name: body.name(cx, 0),
        of: body.name(cx, 1),
        table: table_or_query(cx, &mut body),
        subject: body.once(cx, Rule::cl_subject, subject),
        at: body.once(cx, Rule::cl_at, a_moment),
        arrived: body.once(cx, Rule::cl_arrived, a_moment),
        unique: body.once(cx, Rule::cl_unique, unique),
        retain: body.once(cx, Rule::cl_retain, retain),
        allowed: body.once(cx, Rule::cl_allowed, paths),
        trained: body.once(cx, Rule::cl_trained, trained),
        tolerate: body.once(cx, Rule::cl_tolerate, count),
        fields: body.many(cx, Rule::cl_field, |cx, node| -> Option<Field> { field(cx, node) }),
        lost: body.lost,
    }
}

/// `identity … to … { … }`
pub(in super::super) fn identity<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Identity {
    Identity {
        name: body.name(cx, 0),
        to: body.name(cx, 1),
        table: table_or_query(cx, &mut body),
        from_column: body.once(cx, Rule::cl_from_column, a_column),
        to_column: body.once(cx, Rule::cl_to_column, a_column),
        at: body.once(cx, Rule::cl_at, a_moment),
        retain: body.once(cx, Rule::cl_retain, retain),
        fresh: body.once(cx, Rule::cl_fresh, a_fresh),
        lost: body.lost,
    }
}

/// `infer … from … in (…)`, from its head.
pub(in super::super) fn infer<'t>(cx: &mut Cx<'t>, body: &Body<'t>) -> Option<Infer> {
    let head = body.head.as_ref()?;
    if let Some(kid) = head.child(Rule::from_category) {
        let (from, values) = (a_path(cx, &kid)?, infer_values(cx, &kid)?);
        let except = kid.child(Rule::but_words).and_then(|words| infer_values(cx, &words)).unwrap_or_default();
        return Some(Infer { category: body.path(cx, 0), from, mentioning: true, values, except });
    }
    let values = infer_values(cx, head)?;
    Some(Infer { category: body.path(cx, 0), from: body.path(cx, 1), mentioning: false, values, except: Vec::new() })
}

/// `category … under …`, from its head.
pub(in super::super) fn category<'t>(cx: &mut Cx<'t>, body: &Body<'t>) -> Option<Category> {
    body.head.as_ref()?;
    Some(Category { name: body.path(cx, 0), under: body.path(cx, 1) })
}

/// The column under a node: a plain word or a quoted name.
pub(super) fn a_column(cx: &mut Cx, node: &Node) -> Option<Name> {
    let found = part(cx, node, Rule::column)?;
    Some(column(cx, &found))
}

pub(super) fn column(cx: &mut Cx, node: &Node) -> Name {
    match node.any_of(super::literal::TEXTS) {
        Some(quoted) => named(cx, &quoted, "column"),
        None => name(cx, &node.child(Rule::name).unwrap_or_else(|| node.clone())),
    }
}

fn columns(cx: &mut Cx, node: &Node) -> Option<Vec<Name>> {
    let kids: Vec<Node> = part(cx, node, Rule::columns)?.all(Rule::column).collect();
    Some(kids.iter().map(|kid| column(cx, kid)).collect())
}

/// `table shop.order_items by order_id`
pub(super) fn table<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Table> {
    let named = part(cx, node, Rule::table_name)?;
    let kids: Vec<Node> = named.all(Rule::part).collect();
    let parts = kids.iter().map(|kid| table_part(cx, kid)).collect();
    let by = node.child(Rule::table_by).and_then(|kid| columns(cx, &kid)).unwrap_or_default();
    Some(Table { parts, by, sql: None, span: cx.span(&named) })
}

/// `table shop.orders`, or `from sql """…"""` instead.
pub(super) fn table_or_query<'t>(cx: &mut Cx<'t>, body: &mut Body<'t>) -> Clause<Table> {
    let named = body.once(cx, Rule::cl_table, table);
    let query = body.once(cx, Rule::cl_from_sql, from_sql);
    if let (Some(named), Some(query)) = (&named, &query) {
        let finding = Diagnostic::error(codes::TWICE, "`table` and `from sql` are both written");
        let finding = finding.at(query.span, "rows come from one place").and(named.span, "and from another");
        cx.report(finding.help("keep one of them"));
    }
    named.or(query)
}

/// `from sql """select o.total from shop.orders o"""`
fn from_sql<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Table> {
    let sql = match node.child(Rule::raw_text) {
        Some(raw) => {
            let inside = raw.text().trim_start_matches("\"\"\"").trim_end_matches("\"\"\"");
            Spanned::new(inside.to_owned(), cx.span(&raw))
        }
        None => a_text(cx, node)?,
    };
    let by = node.child(Rule::table_by).and_then(|kid| columns(cx, &kid)).unwrap_or_default();
    Some(Table { parts: Vec::new(), by, span: sql.span, sql: Some(sql) })
}

fn table_part(cx: &mut Cx, node: &Node) -> Name {
    match node.child(Rule::lit_text) {
        Some(quoted) => named(cx, &quoted, "table"),
        None => name(cx, node),
    }
}

/// A quoted name of the warehouse, which has at least one character.
pub(super) fn named(cx: &mut Cx, node: &Node, what: &str) -> Name {
    let name = text(cx, node);
    if name.value.is_empty() {
        let finding = Diagnostic::error(codes::EMPTY, format!("the name of a {what} is empty"));
        cx.report(finding.at(name.span, "empty").because("no database has such a name, so nothing could be read"));
    }
    name
}

fn key(cx: &mut Cx, node: &Node) -> Option<Key> {
    let column = a_column(cx, node)?;
    let ty = node.child(Rule::key_type).map(|kid| {
        let ty = match kid.text() {
            "integer" => KeyType::Integer,
            "text" => KeyType::Text,
            _ => KeyType::Uuid,
        };
        Spanned::new(ty, cx.span(&kid))
    });
    Some(Key { column, ty })
}

/// `subject email -> customer.email`
pub(super) fn subject(cx: &mut Cx, node: &Node) -> Option<Subject> {
    let column = a_column(cx, node)?;
    let to = node.child(Rule::subject_to).and_then(|kid| a_path(cx, &kid));
    Some(Subject { column, to })
}

/// The column of time under a node.
pub(super) fn a_moment(cx: &mut Cx, node: &Node) -> Option<Moment> {
    let found = part(cx, node, Rule::moment)?;
    let column = a_column(cx, &found)?;
    let zone = found.child(Rule::in_zone).and_then(|kid| a_text(cx, &kid));
    let kind = match zone {
        Some(zone) => MomentKind::Zone(zone),
        None if found.has(Rule::moment_date) => MomentKind::Date,
        None => MomentKind::Plain,
    };
    Some(Moment { column, kind })
}

fn unique(cx: &mut Cx, node: &Node) -> Option<Unique> {
    let columns = columns(cx, node)?;
    let latest_by = node.child(Rule::keep_latest).and_then(|kid| a_column(cx, &kid));
    Some(Unique { columns, latest_by })
}

/// How long something is kept; also the form that segments allow.
pub(super) fn retain<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Retain> {
    if node.has(Rule::retain_nothing) {
        let segment = node.rule() == Rule::cl_segment_retain;
        return if segment { Some(Retain::Nothing) } else { only_segments_retain_nothing(cx, cx.span(node)) };
    }
    if let Some(kid) = node.child(Rule::retain_listed) {
        return a_text(cx, &kid).map(|because| Retain::WhileListed { because });
    }
    if let Some(kid) = node.child(Rule::retain_after) {
        let period = a_duration(cx, &kid);
        let column = a_column(cx, &kid)?;
        return period.map(|period| Retain::After { period, column });
    }
    a_duration(cx, node).map(Retain::For)
}

fn only_segments_retain_nothing(cx: &mut Cx, span: Span) -> Option<Retain> {
    let finding = crate::diagnostic::Diagnostic::error(super::codes::UNEXPECTED, "only a segment can retain nothing");
    let help = "write how long the table keeps its rows: `retain 26 months`, or `retain while listed because \"…\"`";
    cx.report(finding.at(span, "a table that exists keeps something").help(help));
    None
}

fn residence(cx: &mut Cx, node: &Node) -> Option<Residence> {
    match node.child(Rule::residence_always) {
        Some(kid) => a_name(cx, &kid).map(Residence::Always),
        None => a_path(cx, node).map(Residence::Field),
    }
}

fn origin(cx: &mut Cx, node: &Node) -> Option<Origin> {
    if node.has(Rule::origin_first) {
        return Some(Origin::FirstParty);
    }
    if node.has(Rule::origin_volunteered) {
        return Some(Origin::Volunteered);
    }
    let third = part(cx, node, Rule::origin_third)?;
    let name = a_text(cx, &third)?;
    let contract = third.child(Rule::under_contract).and_then(|kid| a_text(cx, &kid));
    let terms: Vec<Node> = third.all(Rule::licence).collect();
    let apart = terms.iter().filter_map(|term| term.child(Rule::licence_apart));
    let apart: Vec<Node> = apart.flat_map(|term| term.all(Rule::label).collect::<Vec<_>>()).collect();
    let apart = apart.iter().filter_map(|kid| label(cx, kid)).collect();
    let inside = terms.iter().any(|term| term.has(Rule::licence_inside));
    Some(Origin::ThirdParty { name, contract, apart, inside })
}

/// The whole number of a clause: `minimum 50 people`, `tolerate 20 rows`.
pub(super) fn count<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<u64> {
    a_count(cx, node).map(|count| count.value)
}

fn link(cx: &mut Cx, node: &Node) -> Option<Link> {
    let mut names = node.all(Rule::name).map(|kid| name(cx, &kid)).collect::<Vec<_>>().into_iter();
    let (here, to) = (names.next()?, names.next()?);
    let by = a_column(cx, node)?;
    let back = node.child(Rule::link_back).and_then(|kid| a_name(cx, &kid));
    Some(Link { name: here, to, by, back, span: cx.span(node) })
}

fn trained(cx: &mut Cx, node: &Node) -> Option<Trained> {
    let on: Vec<Path> = paths(cx, node)?;
    let looking_back = node.child(Rule::looking_back).and_then(|kid| a_duration(cx, &kid));
    let retrained = node.child(Rule::retrained).and_then(|kid| a_duration(cx, &kid));
    Some(Trained { on, looking_back, retrained })
}

/// The freshness under a node.
pub(super) fn a_fresh(cx: &mut Cx, node: &Node) -> Option<Fresh> {
    let found = part(cx, node, Rule::fresh)?;
    let within = a_duration(cx, &found)?;
    let by = found.child(Rule::fresh_by).and_then(|kid| a_moment(cx, &kid));
    Some(Fresh { within, by })
}
