//! PUR-07: one table of the warehouse is declared twice, and promises more under one name than under the other.
//!
//! Whatever decides what may be done with the rows must be said alike: purposes, protection, retention, origin, and for each column that both
//! declare its labels, its own purposes and what its values imply. The declarations are compared in pairs, each with those before it;
//! names in the warehouse without regard to ASCII case and quotes, from the end. A query that stands instead of a table is a copy of what it reads.

mod statement;

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::warehouse::path_key;
use crate::model::{Field, FieldId, FieldRole, Labels, Model, PurposeId, Retain, TableId, TableKind};
use crate::privacy::flow::table_labels;
use crate::privacy::retention::fits;
use crate::privacy::taxonomy::special_root;
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule { code: Code("PUR-07"), check };

/// In what two declarations differ, and where each says so.
struct Difference {
    what: String,
    lax: (TableId, Span),
    strict: (TableId, Span),
}

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    // Tables that may be one, by the last part of their names.
    let mut named: BTreeMap<String, Vec<(TableId, &[String])>> = BTreeMap::new();
    for (id, table) in model.tables.iter().filter(|(_, table)| !model.doubts.is_torn(table.name.span)) {
        let known = !matches!(table.kind, TableKind::Error);
        if let Some(physical) = table.physical.as_ref().filter(|_| known) {
            let key = path_key(&physical.value);
            let last = key.rsplit('.').next().unwrap_or_default().to_owned();
            named.entry(last).or_default().push((id, &physical.value));
        }
    }
    for tables in named.values() {
        for (at, (second, path)) in tables.iter().enumerate() {
            let mut same = tables.iter().take(at).filter(|(_, other)| model.is_one_table(path, other));
            findings.extend(
                same.find_map(|(first, _)| Pair { model, first: *first, second: *second }.finding(&path_key(path))),
            );
        }
    }
    statement::check(model, RULE.code, findings);
}

struct Pair<'m> {
    model: &'m Model,
    first: TableId,
    second: TableId,
}

impl Pair<'_> {
    fn finding(&self, physical: &str) -> Option<Diagnostic> {
        let Difference { what, lax, strict } = self.difference()?;
        let name = |table: TableId| &self.model.tables[table].name.value;
        let (lax_name, strict_name) = (name(lax.0), name(strict.0));
        let message = format!("`{lax_name}` and `{strict_name}` read one table, `{physical}`, and {what}");
        let under = |table: TableId| self.model.tables[table].gathering.collected_under.map(|it| it.value);
        let finding = Diagnostic::error(RULE.code, message)
            .at(lax.1, format!("says `{lax_name}`"))
            .and(strict.1, format!("says `{strict_name}`"))
            .because("what may not be done with somebody's data under one name would be done under the other")
            .help("say the stricter of the two in both places, or declare the table once")
            .about(lax_name);
        let finding = if under(lax.0) == under(strict.0) { finding } else { finding.also(Code("CON-24")) };
        Some(finding)
    }

    /// A difference with the laxer of the two first.
    fn differ(&self, what: impl Into<String>, spans: [Span; 2], first_is_laxer: bool) -> Difference {
        let [first, second] = spans;
        let (first, second) = ((self.first, first), (self.second, second));
        let (lax, strict) = if first_is_laxer { (first, second) } else { (second, first) };
        Difference { what: what.into(), lax, strict }
    }

    fn names(&self) -> [Span; 2] {
        [self.first, self.second].map(|table| self.model.tables[table].name.span)
    }

    /// The first difference that matters.
    fn difference(&self) -> Option<Difference> {
        self.leave()
            .or_else(|| self.purposes())
            .or_else(|| self.retention())
            .or_else(|| self.origin())
            .or_else(|| self.collected())
            .or_else(|| {
                let fields = |table| self.model.fields_of(table).filter(|(_, field)| is_declared(field));
                let pairs = fields(self.first).flat_map(|first| fields(self.second).map(move |second| (first, second)));
                let same = pairs.filter(|((_, a), (_, b))| a.is_in(&b.column));
                let found = same.map(|((a, _), (b, _))| self.column(a, b)).find_map(|found| found);
                found.or_else(|| self.presence())
            })
    }

    /// A lookup needs no leave at all.
    fn leave(&self) -> Option<Difference> {
        let is_lookup = |table: TableId| self.model.tables[table].is_lookup();
        let first = is_lookup(self.first);
        (first != is_lookup(self.second))
            .then(|| self.differ("only one of the two asks for a purpose and has an end", self.names(), first))
    }

    fn purposes(&self) -> Option<Difference> {
        let model = self.model;
        let serves = |table, purpose| self.permissions(table).iter().all(|list| covers(model, list, purpose));
        let protects = |table, purpose| covers(model, &model.tables[model.governing(table)].protects, purpose);
        let level = |table, purpose| if serves(table, purpose) { 2 } else { u8::from(protects(table, purpose)) };
        let [first, second] = [self.first, self.second];
        let purpose = model.purposes.ids().find(|purpose| level(first, *purpose) != level(second, *purpose))?;
        let place = |table: TableId| model.tables[table].allowed_span.unwrap_or(model.tables[table].name.span);
        let what = format!("do not agree on whether it may serve `{}`", model.purposes[purpose].name.value);
        Some(self.differ(what, [first, second].map(place), level(first, purpose) > level(second, purpose)))
    }

    /// Every list that a purpose must be in: the table's, and those of nested rows that narrow it. Lookups have none.
    fn permissions(&self, table: TableId) -> Vec<&[Spanned<PurposeId>]> {
        let lists = [self.model.governing(table), table].map(|id| &self.model.tables[id]);
        let written = lists.into_iter().filter(|of| match of.kind {
            TableKind::Lookup { .. } | TableKind::Visits(_) => false,
            TableKind::Rows { .. } => of.allowed_span.is_some(),
            TableKind::Entity(_)
            | TableKind::Source { .. }
            | TableKind::List { .. }
            | TableKind::Score(_)
            | TableKind::Error => true,
        });
        written.map(|of| of.allowed.as_slice()).collect()
    }

    fn retention(&self) -> Option<Difference> {
        let kept = |table| self.model.tables[self.model.governing(table)].retain.as_ref();
        let (first, second) = (kept(self.first)?, kept(self.second)?);
        let length = |retain: &Retain| match retain {
            Retain::For { length, .. } => Some(*length),
            Retain::WhileListed { .. } => None,
        };
        let (a, b) = (length(&first.value), length(&second.value));
        let longer = a.is_none_or(|a| b.is_some_and(|b| !fits(a, b)));
        (a != b).then(|| self.differ("keep it for different times", [first.span, second.span], longer))
    }

    fn origin(&self) -> Option<Difference> {
        let origin = |table| self.model.tables[self.model.governing(table)].origin.as_ref();
        let (first, second) = (origin(self.first)?, origin(self.second)?);
        let spans = [first.span, second.span];
        (first.value != second.value).then(|| self.differ("say that it came from different places", spans, false))
    }

    fn collected(&self) -> Option<Difference> {
        let under = |table| self.model.tables[self.model.governing(table)].gathering.collected_under;
        let (first, second) = (under(self.first), under(self.second));
        let place = |at: Option<Spanned<PurposeId>>, name: Span| at.map_or(name, |at| at.span);
        let [a, b] = self.names();
        (first.map(|it| it.value) != second.map(|it| it.value)).then(|| {
            self.differ(
                "do not agree on the leave under which it was collected",
                [place(first, a), place(second, b)],
                first.is_none(),
            )
        })
    }

    fn column(&self, first: FieldId, second: FieldId) -> Option<Difference> {
        let (a, b) = (&self.model.fields[first], &self.model.fields[second]);
        let weight = |labels: &Labels| (!labels.not_personal, labels.categories.len(), labels.direct);
        let (what, laxer) = if said(&a.labels) != said(&b.labels) {
            ("label it differently", weight(&a.labels) < weight(&b.labels))
        } else if self.narrows(a) != self.narrows(b) {
            ("allow it for different purposes", self.narrows(a).is_none())
        } else if self.implied(first) != self.implied(second) {
            ("let its values imply different things", self.implied(first).len() < self.implied(second).len())
        } else {
            return None;
        };
        let what = format!("of its column `{}` they {what}", a.column);
        Some(self.differ(what, [a.name.span, b.name.span], laxer))
    }

    /// The purposes that a field's own list leaves.
    fn narrows(&self, field: &Field) -> Option<BTreeSet<PurposeId>> {
        let own = field.allowed.as_ref()?;
        Some(self.model.purposes.ids().filter(|purpose| covers(self.model, own, *purpose)).collect())
    }

    fn implied(&self, field: FieldId) -> BTreeSet<(&str, &str)> {
        let rules = self.model.infers.iter().filter(|rule| rule.field == field);
        rules.flat_map(|rule| rule.values.iter().map(|v| (rule.category.value.as_str(), v.value.as_str()))).collect()
    }

    /// Of rows that are counted or looked for, that there are any reveals the special categories of the table.
    fn presence(&self) -> Option<Difference> {
        let counted = |table: TableId| match self.model.tables[table].kind {
            TableKind::Source { .. } | TableKind::Rows { .. } | TableKind::List { .. } | TableKind::Score(_) => true,
            TableKind::Entity(_) | TableKind::Lookup { .. } | TableKind::Visits(_) | TableKind::Error => false,
        };
        let special = |table| -> BTreeSet<&str> {
            table_labels(self.model, table).iter().filter_map(|it| special_root(self.model, &it.category)).collect()
        };
        let (first, second) = (special(self.first), special(self.second));
        let differs = counted(self.first) && counted(self.second) && first != second;
        let what = "only one of the two says that its rows reveal a special category";
        differs.then(|| self.differ(what, self.names(), first.len() < second.len()))
    }
}

fn covers(model: &Model, list: &[Spanned<PurposeId>], purpose: PurposeId) -> bool {
    list.iter().any(|broad| model.is_within(purpose, broad.value))
}

/// A field that was written with a type and labels; a bare column carries what the table's fields carry.
fn is_declared(field: &Field) -> bool {
    field.span != field.name.span && field.role != FieldRole::Bare
}

/// Labels as they are compared: their order means nothing.
fn said(labels: &Labels) -> (BTreeSet<&str>, [bool; 5]) {
    let Labels { categories, direct, quasi, free_text, protected, proxies, not_personal } = labels;
    let categories = categories.iter().chain(proxies).map(|category| category.value.as_str()).collect();
    (categories, [*direct, *quasi, *free_text, *protected, *not_personal])
}
