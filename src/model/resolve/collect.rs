//! The first pass: every declaration gets its place in the model and its name.
//!
//! Nothing is looked up here, so that the order of files and declarations cannot mean anything.

use crate::source::Spanned;
use crate::syntax::Parsed;
use crate::syntax::ast::{self, Item, ItemKind};

use super::names::Namespace;
use super::{Names, Progress, Resolver, *};

impl<'a> Resolver<'a> {
    pub(super) fn collect(&mut self, files: &'a [Parsed]) {
        let items = || files.iter().flat_map(|file| &file.items);
        let own_jurisdictions = items().any(|item| !item.span.file.is_shipped() && may_be_jurisdiction(&item.kind));
        for item in items() {
            match self.offers(item) {
                Some(first) if own_jurisdictions || !first => {}
                Some(_) | None => self.collect_item(item),
            }
        }
    }

    /// Whether a jurisdiction of a pack is the first of its name, as packs that speak of one country repeat its table; `None` for
    /// anything else. Its countries are known by its name from now on.
    fn offers(&mut self, item: &'a Item) -> Option<bool> {
        let ItemKind::Jurisdiction(it) = &item.kind else { return None };
        if !item.span.file.is_shipped() {
            return None;
        }
        let countries = it.countries.iter().flat_map(|countries| &countries.value);
        let countries = countries.map(|country| country.value.clone()).collect();
        Some(self.offered.insert(&it.name.value, countries).is_none())
    }

    fn collect_item(&mut self, item: &'a Item) {
        if lost_of(&item.kind).is_some_and(|lost| !lost.is_empty()) {
            self.doubt(&item.kind);
        }
        match &item.kind {
            ItemKind::Entity(it) => self.collect_table(&it.name, item),
            ItemKind::Source(it) => self.collect_table(&it.name, item),
            ItemKind::Rows(it) => self.collect_table(&it.name, item),
            ItemKind::Lookup(it) => self.collect_table(&it.name, item),
            ItemKind::List(it) => self.collect_table(&it.name, item),
            ItemKind::Model(it) => self.collect_table(&it.name, item),
            ItemKind::Sessions(it) => self.collect_table(&it.name, item),
            ItemKind::Ledger(it) => self.declared.ledgers.push((it, item)),
            ItemKind::Identity(it) => self.declared.identities.push((it, item)),
            ItemKind::Infer(it) => self.declared.infers.push((it, item)),
            ItemKind::Category(it) => self.declared.categories.push(it),
            ItemKind::Define(it) => self.collect_define(it, item),
            ItemKind::Purpose(it) => self.collect_purpose(it, item),
            ItemKind::Destination(it) => self.collect_destination(it, item),
            ItemKind::Jurisdiction(it) => self.collect_jurisdiction(it, item),
            ItemKind::Policy(it) => self.collect_policy(it, item),
            ItemKind::Exception(it) => self.declared.exceptions.push((it, item)),
            ItemKind::Segment(it) => self.collect_segment(it, item),
            ItemKind::Placement(it) => self.collect_placement(it, item),
            ItemKind::Report(it) => self.collect_report(it, item),
            ItemKind::Release(it) => self.declared.releases.push((it, item)),
            ItemKind::Error { keyword, name } => self.collect_broken(*keyword, name.as_ref()),
        }
    }

    /// Declares a name in the namespace of its kind.
    fn declare<T: Copy>(&mut self, space: impl Fn(&mut Names) -> &mut Namespace<T>, name: &ast::Name, item: Option<T>) {
        let found = space(&mut self.names).declare(&name.value, name.span, item);
        self.findings.extend(found);
    }

    fn collect_table(&mut self, name: &ast::Name, item: &'a Item) {
        let id = self.model.tables.push(Table {
            name: name.clone(),
            kind: TableKind::Error,
            doc: doc(item),
            physical: None,
            retain: None,
            allowed: Vec::new(),
            allowed_span: None,
            protects: Vec::new(),
            origin: None,
            gathering: Gathering::default(),
            subject: None,
            along: None,
            at: None,
            arrived: None,
            unique: None,
            tolerate: 0,
            fields: Vec::new(),
            says: Vec::new(),
            links: Vec::new(),
            span: item.span,
            body: self.body(item.span),
        });
        self.members.push(Namespace::new("name"));
        self.declare(|names| &mut names.tables, name, Some(id));
        self.declared.tables.push((id, item));
    }

    fn collect_define(&mut self, it: &'a ast::Define, item: &'a Item) {
        let id = self.model.defines.push(Define {
            name: it.name.clone(),
            of: None,
            doc: doc(item),
            body: DefineBody::Error,
            span: item.span,
        });
        self.progress.push(Progress::Untouched);
        self.declared.defines.push((id, it));
    }

    fn collect_purpose(&mut self, it: &'a ast::Purpose, item: &'a Item) {
        let name = Spanned::new(it.name.text(), it.name.span);
        let id = self.model.purposes.push(Purpose {
            name: name.clone(),
            parent: None,
            title: None,
            doc: doc(item),
            basis: None,
            assessment: None,
            channel: None,
            notice: None,
            valid: None,
            because: None,
            campaign: None,
            suspended: None,
            formerly: Vec::new(),
            promises: PurposePromises::default(),
            span: item.span,
            body: self.body(item.span),
        });
        self.declare(|names| &mut names.purposes, &name, Some(id));
        self.declared.purposes.push((id, it, item));
    }

    fn collect_destination(&mut self, it: &'a ast::Destination, item: &'a Item) {
        let id = self.model.destinations.push(Destination {
            name: it.name.clone(),
            title: None,
            doc: doc(item),
            channel: None,
            region: None,
            transfer: None,
            outside_party: None,
            service_provider: None,
            matched: None,
            minimum: None,
            lag: None,
            removes_members: None,
            removes_by_hand: false,
            isolates: None,
            expires: None,
            controllers: Vec::new(),
            decides: None,
            expands: None,
            trains: None,
            takes: None,
            span: item.span,
            body: self.body(item.span),
        });
        self.declare(|names| &mut names.destinations, &it.name, Some(id));
        self.declared.destinations.push((id, it, item));
    }

    fn collect_jurisdiction(&mut self, it: &'a ast::Jurisdiction, item: &'a Item) {
        let id = self.model.jurisdictions.push(Jurisdiction {
            name: it.name.clone(),
            title: None,
            countries: Vec::new(),
            absent_means_yes: false,
            adult_at: None,
            sale_opt_out: None,
            span: item.span,
        });
        self.declare(|names| &mut names.jurisdictions, &it.name, Some(id));
        self.declared.jurisdictions.push((id, it, item));
    }

    fn collect_policy(&mut self, it: &'a ast::Policy, item: &'a Item) {
        let id = self.model.policies.push(Policy {
            name: it.name.clone(),
            title: None,
            doc: doc(item),
            applies: Vec::new(),
            except_purposes: Vec::new(),
            demands: Vec::new(),
            because: None,
            level: crate::diagnostic::Severity::Error,
            excepts: true,
            class: None,
            pack: item.span.file.pack().map(|pack| pack.name),
            unverified: false,
            since: None,
            span: item.span,
        });
        self.declare(|names| &mut names.policies, &it.name, Some(id));
        self.declared.policies.push((id, it, item));
    }

    fn collect_segment(&mut self, it: &'a ast::Segment, item: &'a Item) {
        let id = self.model.segments.push(Segment {
            role: Role::Audience,
            name: it.name.clone(),
            doc: doc(item),
            entity: None,
            owner: None,
            purposes: Vec::new(),
            purpose_span: None,
            consent: None,
            retain: None,
            refresh: None,
            review: None,
            because: None,
            destinations: Vec::new(),
            expose: Vec::new(),
            minimum: None,
            fairness: None,
            campaign: None,
            holdout: None,
            cap: None,
            stay: None,
            condition: None,
            except: Vec::new(),
            decides: None,
            figures: None,
            span: item.span,
            body: self.body(item.span),
        });
        self.declare(|names| &mut names.segments, &it.name, Some(id));
        self.declared.segments.push((id, it, item));
    }

    fn collect_placement(&mut self, it: &'a ast::Placement, item: &'a Item) {
        let id = self.model.placements.push(Placement {
            name: it.name.clone(),
            doc: doc(item),
            owner: None,
            because: None,
            channel: None,
            shows: Vec::new(),
            otherwise: None,
            span: item.span,
        });
        self.declare(|names| &mut names.placements, &it.name, Some(id));
        self.declared.placements.push((id, it));
    }

    fn collect_report(&mut self, it: &'a ast::Report, item: &'a Item) {
        let (name, span) = (it.name.clone(), item.span);
        let id = self.model.reports.push(Report { name, of: None, people: None, retain: None, span });
        self.declare(|names| &mut names.reports, &it.name, Some(id));
        self.declared.reports.push((id, it, item));
    }

    /// A declaration whose head could not be read: its name is unknowable, or every name of its kind is.
    fn collect_broken(&mut self, keyword: Option<&'static str>, name: Option<&ast::Name>) {
        self.doubt_keyword(keyword);
        let names = &mut self.names;
        let is = |word: &str| keyword.is_none_or(|keyword| keyword == word);
        let tables = ["entity", "source", "rows", "lookup", "sessions", "list", "model", "define"];
        if tables.into_iter().any(is) {
            unknowable(&mut names.tables, name);
        }
        names.open_categories |= is("category");
        if is("ledger") {
            unknowable(&mut names.ledgers, name);
        }
        if is("identity") {
            unknowable(&mut names.identities, name);
        }
        if is("purpose") {
            // The head of a purpose holds a dotted name, of which `name` may be but the first part.
            names.purposes.leave_open();
        }
        if is("destination") {
            unknowable(&mut names.destinations, name);
        }
        if is("jurisdiction") {
            unknowable(&mut names.jurisdictions, name);
        }
        if is("policy") {
            unknowable(&mut names.policies, name);
        }
        if is("segment") {
            unknowable(&mut names.segments, name);
        }
    }
}

/// Whether a declaration is a jurisdiction, or may have been one.
fn may_be_jurisdiction(kind: &ItemKind) -> bool {
    match kind {
        ItemKind::Jurisdiction(_) => true,
        ItemKind::Error { keyword, .. } => keyword.is_none_or(|keyword| keyword == "jurisdiction"),
        ItemKind::Entity(_)
        | ItemKind::Source(_)
        | ItemKind::Rows(_)
        | ItemKind::Lookup(_)
        | ItemKind::List(_)
        | ItemKind::Ledger(_)
        | ItemKind::Model(_)
        | ItemKind::Identity(_)
        | ItemKind::Infer(_)
        | ItemKind::Category(_)
        | ItemKind::Define(_)
        | ItemKind::Purpose(_)
        | ItemKind::Destination(_)
        | ItemKind::Policy(_)
        | ItemKind::Exception(_)
        | ItemKind::Segment(_)
        | ItemKind::Sessions(_)
        | ItemKind::Placement(_)
        | ItemKind::Report(_)
        | ItemKind::Release(_) => false,
    }
}

/// What a declaration lost, where it can lose anything.
fn lost_of(kind: &ItemKind) -> Option<&ast::Lost> {
    match kind {
        ItemKind::Entity(it) => Some(&it.lost),
        ItemKind::Source(it) => Some(&it.lost),
        ItemKind::Rows(it) => Some(&it.lost),
        ItemKind::Lookup(it) => Some(&it.lost),
        ItemKind::List(it) => Some(&it.lost),
        ItemKind::Ledger(it) => Some(&it.lost),
        ItemKind::Model(it) => Some(&it.lost),
        ItemKind::Identity(it) => Some(&it.lost),
        ItemKind::Purpose(it) => Some(&it.lost),
        ItemKind::Destination(it) => Some(&it.lost),
        ItemKind::Jurisdiction(it) => Some(&it.lost),
        ItemKind::Policy(it) => Some(&it.lost),
        ItemKind::Exception(it) => Some(&it.lost),
        ItemKind::Release(it) => Some(&it.lost),
        ItemKind::Segment(it) => Some(&it.lost),
        ItemKind::Sessions(it) => Some(&it.lost),
        ItemKind::Placement(it) => Some(&it.lost),
        ItemKind::Report(it) => Some(&it.lost),
        ItemKind::Infer(_) | ItemKind::Category(_) | ItemKind::Define(_) | ItemKind::Error { .. } => None,
    }
}

/// A head that could not be read: even the name that was guessed may be another.
fn unknowable<T: Copy>(space: &mut Namespace<T>, name: Option<&ast::Name>) {
    space.leave_open();
    if let Some(name) = name {
        // A second declaration of the name is not reported: the first mistake was.
        drop(space.declare(&name.value, name.span, None));
    }
}

/// The lines of the doc comment.
pub(super) fn doc(item: &Item) -> Option<String> {
    item.doc.as_ref().map(|doc| doc.text.clone())
}
