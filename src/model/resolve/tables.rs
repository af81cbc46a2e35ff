//! Tables of every kind: what they are, where they live, whose rows they hold.
//!
//! Four sweeps over all tables, since each needs the one before of *other* tables: fields; keys; kinds, clocks and subjects; links and
//! the rest. Members (the one namespace of an entity or source) are complete after the last.

use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, ItemKind};

use super::names::wrote;
use super::names::{Found, missing};
use super::parts::Parts;
use super::*;

impl<'a> Resolver<'a> {
    pub(super) fn tables(&mut self) {
        let tables: Vec<(TableId, &'a ast::Item, Parts<'a>)> =
            self.declared.tables.iter().filter_map(|(id, item)| Some((*id, *item, parts(item)?))).collect();
        for (id, _, parts) in &tables {
            self.head(*id, parts);
            self.fields(*id, parts);
        }
        tables.iter().for_each(|(id, item, parts)| self.key(*id, item, parts));
        tables.iter().for_each(|(id, item, parts)| self.kind(*id, item, parts));
        tables.iter().for_each(|(id, _, parts)| self.clocks(*id, parts));
        tables.iter().for_each(|(id, item, _)| self.nested(*id, item));
        tables.iter().for_each(|(id, _, parts)| self.links(*id, parts));
        self.visits();
        tables.iter().for_each(|(id, item, parts)| self.rest(*id, item, parts));
        self.label_bare_columns();
        self.belonging();
    }

    /// Where it lives and what it may serve.
    fn head(&mut self, id: TableId, parts: &Parts<'a>) {
        match parts.table {
            Some(table) => self.model.tables[id].physical = self.physical(&table.value, parts.name),
            None if wrote(parts.lost, "table") || !parts.lost.unsupported.is_empty() => {}
            None => self.report(missing(
                parts.word,
                parts.name,
                "table",
                "without it nobody can say which rows are meant",
                &format!("table  schema.{}", parts.name.value),
            )),
        }
        if let Some(allowed) = parts.allowed {
            self.model.tables[id].allowed = self.permitted(&allowed.value);
            self.model.tables[id].allowed_span = Some(allowed.span);
        } else if wrote(parts.lost, "allowed") || self.is_torn(id) && !["rows", "lookup"].contains(&parts.word) {
            self.model.tables[id].allowed = self.every_purpose(parts.name.span);
            self.model.tables[id].allowed_span = Some(parts.name.span);
        }
        if let Some(protects) = parts.protects {
            self.model.tables[id].protects = self.permitted(&protects.value);
        } else if wrote(parts.lost, "protects") {
            self.model.tables[id].protects = self.every_purpose(parts.name.span);
        }
        self.licensed(parts);
        self.model.tables[id].origin = parts.origin.map(|origin| Spanned::new(origin_of(&origin.value), origin.span));
        if wrote(parts.lost, "origin") {
            self.model.tables[id].origin = Some(Spanned::new(Origin::FirstParty, parts.name.span));
        }
        self.gathering(id, parts);
        self.model.tables[id].tolerate = parts.tolerate.map_or(0, |rows| rows.value);
    }

    /// The purposes of a list; every purpose where one of them is unknown, so that nothing more is said about it.
    fn permitted(&mut self, paths: &[ast::Path]) -> Vec<Spanned<PurposeId>> {
        let before = self.findings.len();
        let found = self.purpose_list(paths);
        let unknown = found.len() < paths.len();
        match paths.first() {
            Some(first) if unknown || self.findings.len() > before || self.model.doubts.is_torn(first.span) => {
                self.every_purpose(first.span)
            }
            Some(_) | None => found,
        }
    }

    /// Stands in for an `allowed` clause that could not be read, so that nothing more is said about it.
    fn every_purpose(&self, span: Span) -> Vec<Spanned<PurposeId>> {
        self.model.purposes.ids().map(|id| Spanned::new(id, span)).collect()
    }

    /// What kind of table it is; entities and lookups with a key know already.
    fn kind(&mut self, id: TableId, item: &'a ast::Item, parts: &Parts<'a>) {
        // Nested rows and lookups without key: later, or never.
        if let ItemKind::Entity(it) = &item.kind {
            self.entity_kind(id, it);
        } else if let ItemKind::Source(_) | ItemKind::List(_) | ItemKind::Model(_) = &item.kind
            && let Some(of) = parts.of.and_then(|name| self.entity(name))
        {
            self.model.tables[id].kind = owned_kind(&item.kind, of);
        }
    }

    fn entity_kind(&mut self, id: TableId, it: &ast::Entity) {
        let key = self.model.key_of(id);
        self.model.tables[id].kind = TableKind::Entity(EntityFacts {
            subject_kind: subject_kind(it.kind.value),
            key,
            residence: None,
            birth: None,
        });
    }

    /// Everything that is said in terms of columns which exist by now.
    fn rest(&mut self, id: TableId, item: &'a ast::Item, parts: &Parts<'a>) {
        self.unique(id, parts);
        self.retention(id, item, parts);
        if let ItemKind::Entity(it) = &item.kind {
            self.person(id, it);
        } else if let ItemKind::Model(it) = &item.kind {
            self.training(id, it);
        } else if let ItemKind::List(it) = &item.kind {
            let labels = it.labels.as_ref().map(|labels| self.labels(&labels.value)).unwrap_or_default();
            self.model.tables[id].says = labels.categories;
        }
        if parts.lost_names() || self.is_torn(id) {
            self.leave_open(id);
        }
    }

    /// The categories that a licence keeps apart must be known.
    fn licensed(&mut self, parts: &Parts<'a>) {
        let Some(ast::Origin::ThirdParty { apart, .. }) = parts.origin.map(|origin| &origin.value) else { return };
        for label in apart {
            if let ast::Label::Category(path) | ast::Label::Proxy(path) = label {
                self.category(path);
            }
        }
    }

    fn training(&mut self, id: TableId, it: &'a ast::Model) {
        let Some(trained) = &it.trained else { return };
        let (mut on, mut inputs): (Vec<Spanned<TableId>>, Vec<Spanned<FieldId>>) = (Vec::new(), Vec::new());
        for path in &trained.value.on {
            if path.single().is_none() {
                inputs.extend(self.field_of(path).map(|field| Spanned::new(field, path.span)));
            } else if let Some(table) = self.training_table(path) {
                on.push(Spanned::new(table, path.span));
            }
        }
        // Whoever names a table and one of its fields has named the table.
        inputs.retain(|input| !on.iter().any(|whole| whole.value == self.model.fields[input.value].table));
        for input in &inputs {
            let table = self.model.fields[input.value].table;
            if !on.iter().any(|known| known.value == table) {
                on.push(Spanned::new(table, input.span));
            }
        }
        let back = trained.value.looking_back.map(|back| Spanned::new(length(back), back.span));
        let anew = trained.value.retrained.map(|every| Spanned::new(length(every), every.span));
        if let TableKind::Score(facts) = &mut self.model.tables[id].kind {
            facts.trained_on = on;
            facts.inputs = inputs;
            facts.looking_back = back;
            facts.retrained = anew;
        }
    }

    fn training_table(&mut self, path: &ast::Path) -> Option<TableId> {
        let name = path.single()?;
        let table = self.names.tables.resolve(&name.value, name.span, &mut self.findings)?;
        if matches!(self.model.tables[table].kind, TableKind::Visits(_)) {
            let finding = self.wrong_kind(table, name, "source");
            self.report(finding.help("name the sources whose rows the visits gather"));
            return None;
        }
        Some(table)
    }

    /// Sources, scores, nested rows and definitions join the names of what they belong to.
    fn belonging(&mut self) {
        for id in self.model.tables.ids() {
            let (of, member) = match &self.model.tables[id].kind {
                TableKind::Source { of } => (*of, Member::Source(id)),
                TableKind::Score(facts) => (facts.of, Member::Score(id)),
                TableKind::Rows { of, .. } => (*of, Member::Nested(id)),
                TableKind::Visits(facts) => (facts.of, Member::Visits(id)),
                TableKind::Entity(_) | TableKind::Lookup { .. } | TableKind::List { .. } | TableKind::Error => continue,
            };
            let name = self.model.tables[id].name.clone();
            self.add_member(of, &name, Some(member));
        }
    }

    /// Adds a name to those of a table; reports where it is taken.
    pub(super) fn add_member(&mut self, table: TableId, name: &ast::Name, member: Option<Member>) {
        if let Some(space) = self.members.get_mut(table.index()) {
            let found = space.declare(&name.value, name.span, member);
            let owner = self.model.tables[table].name.value.clone();
            self.findings.extend(found.map(|finding| {
                finding
                    .because(format!("fields, sources, links, models and definitions of `{owner}` share one namespace"))
            }));
        }
    }

    fn leave_open(&mut self, table: TableId) {
        if let Some(space) = self.members.get_mut(table.index()) {
            space.leave_open();
        }
    }

    /// The entity of a name; reports what is something else.
    pub(super) fn entity(&mut self, name: &ast::Name) -> Option<TableId> {
        let id = match self.names.tables.find(&name.value) {
            Found::Known(id) => id,
            Found::Unknowable => return None,
            Found::Unknown => {
                let tables = &self.model.tables;
                let entities = self.names.tables.names_of(|id| matches!(tables[id].kind, TableKind::Entity(_)));
                let finding = names::unknown("entity", &name.value, name.span, entities);
                self.report(finding);
                return None;
            }
        };
        let declared = self.declared.tables.iter().find(|(table, _)| *table == id).map(|(_, item)| &item.kind);
        if matches!(declared, Some(ItemKind::Entity(_))) {
            return Some(id);
        }
        let finding = self.wrong_kind(id, name, "entity");
        self.report(finding);
        None
    }

    /// A name of a table that is not of the kind that is asked for.
    pub(super) fn wrong_kind(&self, id: TableId, name: &ast::Name, wanted: &str) -> Diagnostic {
        let word = self.declared.tables.iter().find(|(table, _)| *table == id).and_then(|(_, item)| parts(item));
        let is = word.map_or("something else", |parts| parts.word);
        Diagnostic::error(
            codes::WRONG_KIND,
            format!("`{}` is {}, not {}", name.value, with_article(is), with_article(wanted)),
        )
        .at(name.span, format!("{} is asked for here", with_article(wanted)))
        .and(self.model.tables[id].name.span, "declared here")
    }
}

/// `a source`, `an entity`, `rows`.
pub(super) fn with_article(word: &str) -> String {
    match word {
        "rows" => "nested rows".to_owned(),
        "entity" | "identity" | "exception" => format!("an {word}"),
        "something else" => word.to_owned(),
        other => format!("a {other}"),
    }
}

/// The shared clauses of a table's declaration; `None` for what is no table.
pub(super) fn parts(item: &ast::Item) -> Option<Parts<'_>> {
    match &item.kind {
        ItemKind::Entity(it) => Some(Parts::entity(it)),
        ItemKind::Source(it) => Some(Parts::source(it)),
        ItemKind::Rows(it) => Some(Parts::rows(it)),
        ItemKind::Lookup(it) => Some(Parts::lookup(it)),
        ItemKind::List(it) => Some(Parts::list(it)),
        ItemKind::Model(it) => Some(Parts::model(it)),
        ItemKind::Sessions(_)
        | ItemKind::Ledger(_)
        | ItemKind::Identity(_)
        | ItemKind::Infer(_)
        | ItemKind::Category(_)
        | ItemKind::Define(_)
        | ItemKind::Purpose(_)
        | ItemKind::Destination(_)
        | ItemKind::Jurisdiction(_)
        | ItemKind::Policy(_)
        | ItemKind::Exception(_)
        | ItemKind::Segment(_)
        | ItemKind::Placement(_)
        | ItemKind::Report(_)
        | ItemKind::Release(_)
        | ItemKind::Error { .. } => None,
    }
}

fn owned_kind(kind: &ItemKind, of: TableId) -> TableKind {
    if matches!(kind, ItemKind::Source(_)) {
        return TableKind::Source { of };
    }
    if matches!(kind, ItemKind::List(_)) {
        return TableKind::List { of };
    }
    TableKind::Score(ScoreFacts { of, trained_on: Vec::new(), inputs: Vec::new(), looking_back: None, retrained: None })
}

fn subject_kind(kind: ast::SubjectKind) -> SubjectKind {
    match kind {
        ast::SubjectKind::Person => SubjectKind::Person,
        ast::SubjectKind::Account => SubjectKind::Account,
        ast::SubjectKind::Household => SubjectKind::Household,
        ast::SubjectKind::Device => SubjectKind::Device,
    }
}

fn origin_of(origin: &ast::Origin) -> Origin {
    match origin {
        ast::Origin::FirstParty => Origin::FirstParty,
        ast::Origin::Volunteered => Origin::Volunteered,
        ast::Origin::ThirdParty { name, contract, apart, inside } => Origin::ThirdParty {
            party: name.value.clone(),
            contract: contract.as_ref().map(|contract| contract.value.clone()),
            apart: apart.iter().map(label_word).collect(),
            inside: *inside,
        },
    }
}

/// A label as a licence names it.
fn label_word(label: &ast::Label) -> String {
    match label {
        ast::Label::Category(path) => path.text(),
        ast::Label::Proxy(path) => format!("proxy for {}", path.text()),
        ast::Label::Direct(_) => "direct".to_owned(),
        ast::Label::Quasi(_) => "quasi".to_owned(),
        ast::Label::FreeText(_) => "free text".to_owned(),
        ast::Label::Protected(_) => "protected".to_owned(),
    }
}
