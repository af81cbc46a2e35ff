//! Segments, clause by clause.

use std::collections::BTreeMap;

use crate::source::{Span, Spanned, is_blank};
use crate::syntax::ast;

use super::defines::after_needs;
use super::names::wrote;
use super::names::{Found, missing, twice, unfit};
use super::typing::{MOST_PARTS, Typer, of_cond};
use super::*;

/// How many references may lie between a segment and the last one that it reaches.
const MOST_REFERENCES: usize = 32;

impl<'a> Resolver<'a> {
    /// What each segment is made of; definitions and other segments ask before conditions are typed.
    pub(super) fn segment_entities(&mut self) {
        for (id, it, _) in self.declared.segments.clone() {
            self.model.segments[id].entity = self.entity(&it.of);
            self.model.doubts.segments |= self.model.segments[id].entity.is_none();
        }
    }

    pub(super) fn segments(&mut self) {
        for (id, it, _) in self.declared.segments.clone() {
            let before = self.findings.len();
            self.governed(id, it);
            self.delivered(id, it);
            self.condition(id, it);
            let name = &it.name.value;
            self.findings.iter_mut().skip(before).for_each(|finding| finding.subject = Some(name.clone()));
        }
        self.bounded_references();
        self.samples_beside_holdouts();
        self.references_to_ranks();
    }

    /// Owner, purpose, consent, retention: who answers, and on whose leave.
    fn governed(&mut self, id: SegmentId, it: &'a ast::Segment) {
        let purposes = it.purpose.as_ref().map(|purpose| self.purpose_list(&purpose.value)).unwrap_or_default();
        let broken = |keyword: &str| wrote(&it.lost, keyword).then_some(it.name.span);
        let consent = it.consent.as_ref().map(|consent| self.consent(consent));
        // A clause that was written but could not be read is not missing: it stands in with what says nothing more.
        let consent = consent
            .or_else(|| broken("consent").map(|span| Spanned::new(ConsentClause::Required(purposes.clone()), span)));
        let retain = it.retain.as_ref().and_then(|retain| self.segment_retain(retain));
        let lost = (it.retain.is_some() || wrote(&it.lost, "retain"))
            .then(|| Spanned::new(SegmentRetain::Nothing, it.name.span));
        let campaign = it.campaign.map(|campaign| campaign.map(super::purposes::campaign_of));
        let segment = &mut self.model.segments[id];
        segment.campaign = campaign;
        segment.fairness = it.fairness.as_ref().map(|why| why.value.clone());
        segment.owner = it.owner.as_ref().map(|owner| owner.value.clone());
        segment.purpose_span = it.purpose.as_ref().map(|purpose| purpose.span).or_else(|| broken("purpose"));
        segment.purposes = purposes;
        segment.consent = consent;
        segment.retain = retain.or(lost);
        segment.refresh = it.refresh.map(|refresh| refresh.map(refresh_length));
        segment.review = it.review.as_ref().map(|review| review.as_ref().map(review_of));
        segment.because = it.because.as_ref().map(|because| because.value.clone());
        segment.minimum = it.minimum;
        segment.decides = it.decides.as_ref().map(promises::decides);
    }

    pub(super) fn consent(&mut self, consent: &Spanned<ast::Consent>) -> Spanned<ConsentClause> {
        let clause = match &consent.value {
            ast::Consent::Required(purposes) => ConsentClause::Required(self.purpose_list(purposes)),
            ast::Consent::NotNeeded { because } => ConsentClause::NotNeeded { because: because.value.clone() },
        };
        Spanned::new(clause, consent.span)
    }

    fn segment_retain(&mut self, retain: &Spanned<ast::Retain>) -> Option<Spanned<SegmentRetain>> {
        match &retain.value {
            ast::Retain::Nothing => Some(Spanned::new(SegmentRetain::Nothing, retain.span)),
            ast::Retain::For(period) => Some(Spanned::new(SegmentRetain::For(length(*period)), retain.span)),
            ast::Retain::After { .. } | ast::Retain::WhileListed { .. } => {
                let finding =
                    unfit("a segment is kept for a time, or `nothing` of it is", retain.span, "for tables only");
                self.report(finding.help("write `retain 30 days`, or `retain nothing`"));
                None
            }
        }
    }

    /// Destinations, exposed columns, holdout and cap: what leaves, and how often.
    fn delivered(&mut self, id: SegmentId, it: &'a ast::Segment) {
        let destinations = self.segment_destinations(id, it);
        let expose = self.expose(id, it);
        let holdout = it.holdout.as_ref().and_then(|holdout| self.holdout(holdout));
        let cap = it.cap.as_ref().and_then(|cap| self.cap(id, cap));
        let segment = &mut self.model.segments[id];
        segment.destinations = destinations;
        segment.expose = expose;
        segment.holdout = holdout;
        segment.cap = cap;
        self.stay(id, it);
    }

    fn segment_destinations(&mut self, id: SegmentId, it: &'a ast::Segment) -> Vec<Spanned<DestinationId>> {
        let mut out: Vec<Spanned<DestinationId>> = Vec::new();
        for name in it.destinations.iter().flat_map(|clause| &clause.value) {
            let mut unknown = Vec::new();
            let found = self.names.destinations.resolve(&name.value, name.span, &mut unknown);
            self.findings.extend(unknown.into_iter().map(|finding| {
                let why = "people would be handed to somebody of whom nobody told them";
                Diagnostic { code: codes::UNDECLARED_RECIPIENT, ..finding }.because(why)
            }));
            let Some(found) = found else { continue };
            if let Some(first) = out.iter().find(|known| known.value == found) {
                let first = first.span;
                self.report(
                    Diagnostic { why: None, ..twice("destination", &name.value, first, name.span) }
                        .help("name it once"),
                );
                continue;
            }
            self.match_field(id, found, name.span);
            out.push(Spanned::new(found, name.span));
        }
        out
    }

    /// The destination can only match on a field that the segment's entity has.
    fn match_field(&mut self, id: SegmentId, destination: DestinationId, span: Span) {
        let Some(entity) = self.model.segments[id].entity else { return };
        let Some(matched) = self.model.destinations[destination].matched.clone() else { return };
        match self.member(entity).find(&matched.field.value) {
            Found::Known(Member::Field(field)) => self.match_address(entity, destination, field, span),
            Found::Unknowable => {}
            Found::Known(_) | Found::Unknown => self.match_nothing(entity, destination, &matched.field, span),
        }
    }

    /// The mistake is the segment's where another entity has such a field, and the destination's where none does.
    fn match_nothing(&mut self, entity: TableId, destination: DestinationId, by: &Spanned<String>, span: Span) {
        let (owner, to) = (&self.model.tables[entity].name.value, &self.model.destinations[destination].name.value);
        let known = |of: TableId| self.member(of).find(&by.value);
        let has = |of: &TableId| matches!(known(*of), Found::Known(Member::Field(_)) | Found::Unknowable);
        let mut entities = self.model.tables.ids().filter(|of| self.model.entity_facts(*of).is_some());
        let finding = if entities.any(|of| has(&of)) {
            let message = format!("`{to}` matches on `{}`, which `{owner}` does not have", by.value);
            Diagnostic::error(codes::UNKNOWN_NAME, message)
                .at(span, format!("delivers a `{owner}`"))
                .and(by.span, "matches on this")
        } else {
            let message = format!("`{to}` matches on `{}`, which nobody who is delivered to it has", by.value);
            Diagnostic::error(codes::UNKNOWN_NAME, message)
                .at(by.span, "matches on this")
                .and(span, format!("delivers a `{owner}`"))
        };
        self.report_once(finding);
    }

    /// A finding about a declaration that several others meet: the first of them is enough.
    fn report_once(&mut self, finding: Diagnostic) {
        let same = |known: &Diagnostic| {
            known.code == finding.code && known.span() == finding.span() && known.message == finding.message
        };
        if !self.findings.iter().any(same) {
            self.report(finding);
        }
    }

    /// Whom mails, messages and calls reach is told by an address, or by a key that stands for it there.
    fn match_address(&mut self, entity: TableId, destination: DestinationId, field: FieldId, span: Span) {
        let (to, matched) = (&self.model.destinations[destination], &self.model.fields[field]);
        let addressed = match to.channel.map(|channel| channel.value) {
            Some(Channel::Email | Channel::Sms | Channel::Phone) => true,
            Some(Channel::Push | Channel::Post | Channel::Web | Channel::App | Channel::Ads) | None => false,
        };
        let known = matched.labels.direct || matched.role == FieldRole::Key || self.is_contact(field);
        if !addressed || known || self.is_torn(entity) {
            return;
        }
        let message = format!("`{}` matches on `{}`, which is no contact field", to.name.value, matched.name.value);
        let place = to.matched.as_ref().map_or(span, |by| by.field.span);
        let finding = unfit(message, place, "nobody is reached by that")
            .and(matched.span, "not labelled under `contact`")
            .and(span, "delivers people to it")
            .because("the message would go to whoever shares the value")
            .help("match on a field labelled `is contact.email` or the like, or on the key");
        self.report_once(finding);
    }

    fn expose(&mut self, id: SegmentId, it: &'a ast::Segment) -> Vec<Spanned<FieldPath>> {
        let Some(entity) = self.model.segments[id].entity else { return Vec::new() };
        let key = self.model.key_of(entity);
        let mut columns: BTreeMap<String, Span> = BTreeMap::new();
        let mut out = Vec::new();
        for path in it.expose.iter().flat_map(|clause| &clause.value) {
            let Some(found) = Typer::new(self, entity).exposed(path) else { continue };
            let name = self.model.fields[found.field].name.value.clone();
            if Some(found.field) == key && found.hops.is_empty() {
                let finding =
                    unfit(format!("the key `{name}` leaves with every member anyway"), path.span, "exposed already");
                self.report(finding.help("name columns beside the key only"));
                continue;
            }
            match columns.get(&name) {
                Some(first) => self.report(twice("exposed column", &name, *first, path.span)),
                None => {
                    columns.insert(name, path.span);
                    out.push(Spanned::new(found, path.span));
                }
            }
        }
        out
    }

    fn holdout(&mut self, it: &Spanned<ast::Holdout>) -> Option<Spanned<Holdout>> {
        let percent = it.value.percent.value.micros;
        let points =
            u32::try_from(percent / 10_000).ok().filter(|points| percent % 10_000 == 0 && (1..=9_999).contains(points));
        if points.is_none() {
            let finding = unfit(
                "a holdout is between 0.01% and 99.99%, in hundredths of a percent",
                it.value.percent.span,
                "out of range",
            );
            self.report(finding);
        }
        let name = &it.value.named;
        if is_blank(&name.value) || name.value.contains(':') {
            let finding = unfit("the name of a holdout salts its hash, and holds no `:`", name.span, "not a salt")
                .because("with a `:` two holdouts could hash the same people alike");
            self.report(finding.help("write a name such as `\"winback-2026q4\"`"));
        }
        points.map(|basis_points| Spanned::new(Holdout { basis_points, name: name.value.clone() }, it.span))
    }

    fn cap(&mut self, id: SegmentId, it: &Spanned<ast::Cap>) -> Option<Spanned<Cap>> {
        let entity = self.model.segments[id].entity?;
        if it.value.contacts.value == 0 {
            let finding = unfit("a cap of no contacts leaves everybody out", it.value.contacts.span, "at least 1");
            self.report(finding);
        }
        let from = Typer::new(self, entity).cap_rows(&it.value.from)?;
        Some(Spanned::new(Cap { contacts: it.value.contacts.value, per: length(it.value.per), from }, it.span))
    }

    fn condition(&mut self, id: SegmentId, it: &'a ast::Segment) {
        if it.condition.is_none() && !wrote(&it.lost, "where") {
            let why =
                "a segment without a condition is everybody, and nobody should mean that by leaving something out";
            let finding = missing("segment", &it.name, "where", why, "where everyone");
            self.report(finding.help("add `where …`; membership by leave alone is `where everyone`"));
        }
        let Some(entity) = self.model.segments[id].entity else { return };
        let mut typer = Typer::new(self, entity);
        let condition = it.condition.as_ref().map(|clause| typer.cond(&clause.value));
        let except = it.except.as_ref().map(|clause| typer.cond(&clause.value));
        self.model.segments[id].condition = condition;
        self.model.segments[id].except = except.into_iter().collect();
    }

    /// Segments that refer to segments are written out where they are computed; what grows beyond bounds is refused. Circles are left to
    /// the rule that prints them.
    fn bounded_references(&mut self) {
        let references: Vec<Vec<Spanned<SegmentId>>> = self.model.segments.values().map(references_of).collect();
        let needs: Vec<Vec<usize>> =
            references.iter().map(|list| list.iter().map(|reference| reference.value.index()).collect()).collect();
        let mut reach: Vec<Option<(usize, usize)>> = vec![None; needs.len()];
        let mut cut: Vec<usize> = Vec::new();
        for index in after_needs(&needs) {
            let Some((list, segment)) = needs.get(index).zip(self.model.segments.values().nth(index)) else { continue };
            let own = segment.condition.iter().chain(&segment.except).map(|part| of_cond(part).0).sum::<usize>();
            let below: Option<Vec<(usize, usize)>> =
                list.iter().map(|need| reach.get(*need).copied().flatten()).collect();
            let Some(below) = below else { continue };
            let size = below.iter().fold(own, |size, (more, _)| size.saturating_add(*more));
            let depth = below.iter().map(|(_, depth)| depth + 1).max().unwrap_or(0);
            let place = references.get(index).and_then(|list| list.first()).map(|reference| reference.span);
            if let (true, Some(place)) = (size > MOST_PARTS || depth > MOST_REFERENCES, place) {
                let finding = Diagnostic::error(
                    codes::TOO_LARGE,
                    "references between segments grow beyond what anybody could review",
                )
                .at(
                    place,
                    format!("more than {MOST_REFERENCES} references in a row, or {MOST_PARTS} parts written out"),
                )
                .help("share the condition in a `define`, or refer to fewer segments");
                let finding = finding.about(segment.name.value.clone());
                self.findings.push(finding);
                cut.push(index);
            }
            let reached = if cut.last() == Some(&index) { (own, 0) } else { (size, depth) };
            if let Some(slot) = reach.get_mut(index) {
                *slot = Some(reached);
            }
        }
        self.cut_references(&cut);
    }

    /// Segments whose references were refused ask about nobody, so that later rooms walk no further than the bounds.
    fn cut_references(&mut self, cut: &[usize]) {
        let ids: Vec<SegmentId> = self.model.segments.ids().collect();
        for id in cut.iter().filter_map(|index| ids.get(*index)) {
            let segment = &mut self.model.segments[*id];
            segment.except.clear();
            segment.condition = segment.condition.take().map(|cond| Cond { kind: CondKind::Error, ..cond });
        }
    }
}

/// The segments that a segment refers to, as often as it does.
fn references_of(segment: &Segment) -> Vec<Spanned<SegmentId>> {
    struct References(Vec<Spanned<SegmentId>>);
    impl walk::Visitor for References {
        fn cond(&mut self, cond: &Cond) {
            if let CondKind::InSegment { segment, .. } = &cond.kind {
                self.0.push(*segment);
            }
        }
    }
    let mut found = References(Vec::new());
    walk::segment(segment, &mut found);
    found.0
}

fn refresh_length(refresh: ast::Refresh) -> Length {
    match refresh {
        ast::Refresh::Hourly => Length::seconds(3_600),
        ast::Refresh::Daily => Length::days(1),
        ast::Refresh::Weekly => Length::days(7),
        ast::Refresh::Monthly => Length::months(1),
        ast::Refresh::Every(period) => length(period),
    }
}

fn review_of(review: &ast::Review) -> Review {
    Review { every: length(review.every), last: review.last.map(|last| last.value.into()) }
}
