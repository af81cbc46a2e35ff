//! Ledgers: whose consent, where it is read, and what its codes mean.

use crate::source::{Spanned, names_nothing};
use crate::syntax::ast::{self, LiteralKind};

use super::collect::doc;
use super::names::wrote;
use super::names::{Found, missing, twice, unfit};
use super::*;

/// How far a denial's clock may run ahead of ours where nothing is written.
const SKEW: Length = Length::seconds(5 * 60);

impl<'a> Resolver<'a> {
    pub(super) fn ledgers(&mut self) {
        for (it, item) in self.declared.ledgers.clone() {
            let id = self.ledger(it, item).map(|ledger| self.model.ledgers.push(ledger));
            let found = self.names.ledgers.declare(&it.name.value, it.name.span, id);
            self.findings.extend(found);
        }
    }

    fn ledger(&mut self, it: &'a ast::Ledger, item: &'a ast::Item) -> Option<Ledger> {
        let of = self.ledger_of(&it.of)?;
        if it.table.is_none() && !wrote(&it.lost, "table") && it.lost.unsupported.is_empty() {
            self.lacks(it, "table", "table  privacy.consent_events");
        }
        let subject = self.ledger_subject(it, of);
        let rows = match it.columns.is_empty() && it.current.is_none() {
            true => self.event_rows(it),
            false => self.state_rows(it),
        };
        let fresh = self.freshness(it);
        let retain =
            it.retain.as_ref().and_then(|retain| self.plain_retain(retain, it.at.is_some() || wrote(&it.lost, "at")));
        let retain = retain
            .or_else(|| wrote(&it.lost, "retain").then(|| Spanned::new(clauses::unreadable_retain(), it.name.span)));
        let (subject, keyed_by) = subject?;
        let bundled = self.bundled(it);
        Some(Ledger {
            name: it.name.clone(),
            doc: doc(item),
            of,
            physical: it.table.as_ref().and_then(|table| self.physical(&table.value, &it.name)),
            subject,
            keyed_by,
            retain,
            skew: it.skew.map_or(SKEW, |skew| length(skew.value)),
            fresh,
            rows: rows?,
            controllers: promises::named(&it.controllers),
            bundled,
            span: item.span,
            body: self.body(item.span),
        })
    }

    fn lacks(&mut self, it: &ast::Ledger, clause: &str, example: &str) {
        let why = "a ledger that cannot be read lets nobody in, or lets somebody in who said no";
        self.report(missing("ledger", &it.name, clause, why, example));
    }

    /// An entity, or else the ids of an identity.
    fn ledger_of(&mut self, name: &ast::Name) -> Option<LedgerOf> {
        if let Found::Known(id) = self.names.tables.find(&name.value)
            && self.model.entity_facts(id).is_some()
        {
            return Some(LedgerOf::Entity(id));
        }
        match self.names.identities.find(&name.value) {
            Found::Known(id) => Some(LedgerOf::Identity(id)),
            Found::Unknowable => None,
            Found::Unknown => self.entity(name).map(LedgerOf::Entity),
        }
    }

    fn ledger_subject(&mut self, it: &'a ast::Ledger, of: LedgerOf) -> Option<(Spanned<String>, KeyedBy)> {
        let Some(subject) = &it.subject else {
            if !wrote(&it.lost, "subject") {
                self.lacks(it, "subject", "subject  customer_id");
            }
            return None;
        };
        let column = subject.value.column.clone();
        let Some(to) = &subject.value.to else { return Some((column, KeyedBy::Key)) };
        let field = self.field_of(to)?;
        let owner = self.model.fields[field].table;
        if of != LedgerOf::Entity(owner) {
            let finding = unfit("a ledger is keyed by a field of its own entity", to.span, "a field of something else");
            self.report(finding);
            return None;
        }
        if !self.is_contact(field) {
            let finding =
                unfit(format!("`{}` is no contact field", to.text()), to.span, "not labelled under `contact`")
                    .and(self.model.fields[field].span, "declared here")
                    .because("a refusal is found by an address only where the column is one");
            self.report(finding.help("label the field `is contact.email`, or key the ledger by the entity's key"));
        }
        Some((column, KeyedBy::Contact(field)))
    }

    /// Whether a field is labelled under `contact`, declared categories included.
    pub(super) fn is_contact(&self, field: FieldId) -> bool {
        self.model.fields[field].labels.categories.iter().any(|category| self.under_contact(&category.value))
    }

    fn under_contact(&self, category: &str) -> bool {
        let mut name = category;
        for _ in 0..=self.model.categories.len() {
            if name == "contact" || name.starts_with("contact.") {
                return true;
            }
            let declared = self.model.categories.iter().find(|declared| declared.name.value == name);
            let Some(declared) = declared else { return false };
            name = &declared.under.value;
        }
        false
    }

    fn event_rows(&mut self, it: &'a ast::Ledger) -> Option<LedgerRows> {
        let example = "purposes  purpose_code { \"a_code\" = a_purpose }";
        let needed = [
            ("purposes", it.purposes.is_some(), example),
            ("states", it.states.is_some(), "states  status { granted \"opt_in\"   withdrawn \"opt_out\" }"),
            ("at", it.at.is_some(), "at  decided_at"),
        ];
        for (clause, _, example) in needed.iter().filter(|(clause, written, _)| !written && !wrote(&it.lost, clause)) {
            self.lacks(it, clause, example);
        }
        let (purposes, states, at) = (it.purposes.as_ref()?, it.states.as_ref()?, it.at.as_ref()?);
        Some(LedgerRows::Events(Box::new(EventLedger {
            purpose_column: purposes.value.column.clone(),
            purposes: self.purpose_codes(&purposes.value),
            state_column: states.value.column.clone(),
            states: self.state_codes(&states.value),
            at: self.clock_column(&at.value),
            until: it.until.as_ref().map(|until| self.clock_column(&until.value)),
            version: it.version.as_ref().and_then(|version| self.version_column(&version.value)),
            evidence: it.evidence.as_ref().map(|evidence| evidence.value.clone()),
        })))
    }

    fn purpose_codes(&mut self, codes: &ast::PurposeCodes) -> Vec<(Spanned<String>, Covers)> {
        let mut out: Vec<(Spanned<String>, Covers)> = Vec::new();
        for entry in &codes.codes {
            let Some(code) = self.code(&entry.code) else { continue };
            if let Some((first, _)) = out.iter().find(|(known, _)| known.value == code.value) {
                let first = first.span;
                self.report(twice("code", &code.value, first, code.span));
                continue;
            }
            match &entry.target {
                ast::PurposeTarget::None(_) => out.push((code, Covers::Nothing)),
                ast::PurposeTarget::Every(_) => out.push((code, Covers::Every)),
                ast::PurposeTarget::Purposes(grants) => {
                    let covered: Vec<Covers> = grants.iter().filter_map(|grant| self.grant(grant)).collect();
                    out.extend(covered.into_iter().map(|covers| (code.clone(), covers)));
                }
            }
        }
        out
    }

    pub(super) fn grant(&mut self, grant: &ast::PurposeGrant) -> Option<Covers> {
        let purpose = self.purpose(&grant.purpose)?;
        Some(Covers::Purpose { purpose: purpose.value, and_narrower: grant.narrower })
    }

    fn state_codes(&mut self, codes: &ast::StateCodes) -> Vec<(Spanned<String>, ConsentState)> {
        let mut out: Vec<(Spanned<String>, ConsentState)> = self.signal_states(codes);
        for entry in &codes.codes {
            for value in &entry.values {
                let Some(code) = self.code(value) else { continue };
                if state_of(entry.state.value) == ConsentState::Granted && names_nothing(&code.value) {
                    self.nobody_said(code.span);
                }
                match out.iter().find(|(known, _)| known.value == code.value) {
                    Some((first, _)) => {
                        let first = first.span;
                        self.report(twice("code", &code.value, first, code.span));
                    }
                    None => out.push((code, state_of(entry.state.value))),
                }
            }
        }
        out
    }

    /// A code as the column holds it, in text.
    fn code(&mut self, literal: &ast::Literal) -> Option<Spanned<String>> {
        match &literal.kind {
            LiteralKind::Text(text) => Some(Spanned::new(text.clone(), literal.span)),
            LiteralKind::Number(number) if number.whole => {
                Some(Spanned::new((number.micros / 1_000_000).to_string(), literal.span))
            }
            LiteralKind::Boolean(truth) => Some(Spanned::new(truth.to_string(), literal.span)),
            LiteralKind::Error => None,
            LiteralKind::Number(_)
            | LiteralKind::Money { .. }
            | LiteralKind::Percent(_)
            | LiteralKind::Version(_)
            | LiteralKind::Date(_) => {
                self.report(unfit("a code is a text or a whole number", literal.span, "not a code"));
                None
            }
        }
    }

    /// The column of notice versions.
    pub(super) fn version_column(&mut self, it: &ast::VersionColumn) -> Option<VersionColumn> {
        let mut order: Vec<Spanned<String>> = Vec::new();
        for version in &it.order {
            match order.iter().find(|known| known.value == version.value) {
                Some(first) => {
                    let first = first.span;
                    self.report(twice("version", &version.value, first, version.span));
                }
                None => order.push(version.clone()),
            }
        }
        let order: Vec<String> = order.into_iter().map(|version| version.value).collect();
        Some(VersionColumn { column: it.column.clone(), order: (!order.is_empty()).then_some(order) })
    }

    /// When the feed is too old to be believed: `fresh` of an event ledger, `current` of a table of present states.
    fn freshness(&mut self, it: &'a ast::Ledger) -> Option<Spanned<Fresh>> {
        if let Some(fresh) = &it.fresh {
            let by = self.watermark(&fresh.value, fresh.span)?;
            return Some(Spanned::new(Fresh { within: Some(length(fresh.value.within)), by }, fresh.span));
        }
        let current = it.current.as_ref()?;
        let within = current.value.fresh.as_ref().map(|fresh| length(fresh.within));
        let by = match (&current.value.taken, &current.value.fresh) {
            (Some(taken), Some(ast::Fresh { by: Some(by), .. })) => {
                let finding = unfit(
                    "a table is either taken on a day or refreshed by a column",
                    by.column.span,
                    "one of the two",
                );
                self.report(finding.and(taken.span, "the other"));
                return None;
            }
            (Some(taken), _) => Watermark::Taken(taken.value.into()),
            (None, Some(fresh)) => self.watermark(fresh, current.span)?,
            (None, None) => return None,
        };
        Some(Spanned::new(Fresh { within, by }, current.span))
    }

    fn watermark(&mut self, fresh: &ast::Fresh, span: Span) -> Option<Watermark> {
        let Some(by) = &fresh.by else {
            let finding =
                unfit("`fresh` does not say by which column", span, "which column tells how old the feed is?");
            self.report(finding.help("add `by loaded_at`"));
            return None;
        };
        Some(Watermark::Column(self.clock_column(by)))
    }
}

fn state_of(state: ast::LedgerState) -> ConsentState {
    match state {
        ast::LedgerState::Granted => ConsentState::Granted,
        ast::LedgerState::Withdrawn => ConsentState::Withdrawn,
        ast::LedgerState::Objected => ConsentState::Objected,
        ast::LedgerState::Restricted => ConsentState::Restricted,
        ast::LedgerState::Released => ConsentState::Released,
        ast::LedgerState::Erased => ConsentState::Erased,
        ast::LedgerState::Silent => ConsentState::Silent,
    }
}
