//! What the model is unsure of: kinds of declaration of which something was lost or could not be resolved.

use crate::syntax::ast::ItemKind;

use super::*;

impl Resolver<'_> {
    /// A declaration of this kind is incomplete.
    pub(super) fn doubt(&mut self, kind: &ItemKind) {
        let doubts = &mut self.model.doubts;
        match kind {
            ItemKind::Entity(_)
            | ItemKind::Source(_)
            | ItemKind::Rows(_)
            | ItemKind::Lookup(_)
            | ItemKind::Sessions(_)
            | ItemKind::List(_)
            | ItemKind::Model(_)
            | ItemKind::Identity(_) => doubts.tables = true,
            ItemKind::Ledger(_) => doubts.ledgers = true,
            ItemKind::Purpose(_) => doubts.purposes = true,
            ItemKind::Destination(_) => doubts.destinations = true,
            ItemKind::Jurisdiction(_) => doubts.jurisdictions = true,
            ItemKind::Policy(_) | ItemKind::Exception(_) | ItemKind::Release(_) => doubts.policies = true,
            ItemKind::Segment(_) => doubts.segments = true,
            ItemKind::Infer(_)
            | ItemKind::Category(_)
            | ItemKind::Define(_)
            | ItemKind::Placement(_)
            | ItemKind::Report(_)
            | ItemKind::Error { .. } => {}
        }
    }

    /// A declaration that began with this keyword could not be read at all.
    pub(super) fn doubt_keyword(&mut self, keyword: Option<&str>) {
        let Some(keyword) = keyword else {
            self.model.doubts.everything();
            return;
        };
        let doubts = &mut self.model.doubts;
        doubts.tables |=
            ["entity", "source", "rows", "lookup", "sessions", "list", "model", "identity"].contains(&keyword);
        doubts.ledgers |= keyword == "ledger";
        doubts.purposes |= keyword == "purpose";
        doubts.destinations |= keyword == "destination";
        doubts.jurisdictions |= keyword == "jurisdiction";
        doubts.policies |= ["policy", "exception", "release"].contains(&keyword);
        doubts.segments |= keyword == "segment";
    }

    /// Declarations with a mistake of syntax in them were not read whole.
    pub(super) fn tear(&mut self, files: &[Parsed]) {
        for file in files {
            let mistakes: Vec<Span> =
                file.diagnostics.iter().filter(|finding| finding.is_fatal()).filter_map(Diagnostic::span).collect();
            let outside = |place: &&Span| !file.items.iter().any(|item| item.span.holds(**place));
            if mistakes.iter().any(|place| outside(&place)) {
                self.lost_declaration();
            }
            for item in file.items.iter().filter(|item| mistakes.iter().any(|place| item.span.holds(*place))) {
                self.model.doubts.torn.push(item.span);
                self.doubt(&item.kind);
            }
            self.mistakes.extend(mistakes);
        }
    }

    /// Something outside any declaration could not be read: it may have declared anything.
    fn lost_declaration(&mut self) {
        self.model.doubts.everything();
        self.names.open();
    }

    /// Whether a mistake of syntax follows shortly after a place, so that what was written there may not have been read.
    pub(super) fn cut_short(&self, place: Span) -> bool {
        let near = |mistake: &Span| {
            mistake.file == place.file && (place.start..place.end.saturating_add(120)).contains(&mistake.start)
        };
        self.mistakes.iter().any(near)
    }

    /// Whether the declaration of a table was not read whole.
    pub(super) fn is_torn(&self, table: TableId) -> bool {
        self.model.doubts.is_torn(self.model.tables[table].name.span)
    }

    /// What is missing in a declaration that was not read whole may be there.
    pub(super) fn forget_absences(&mut self) {
        let doubts = &self.model.doubts;
        self.findings.retain(|finding| {
            let absence = [codes::MISSING_CLAUSE, codes::VACUOUS].contains(&finding.code);
            !(absence && finding.span().is_some_and(|place| doubts.is_torn(place)))
        });
    }

    /// Runs a pass; where it finds an error, `mark` says what is in doubt from then on.
    pub(super) fn watched(&mut self, pass: impl FnOnce(&mut Self), mark: impl FnOnce(&mut Doubts)) {
        let before = self.findings.len();
        pass(self);
        // A class of the catalogue is a finding in its own right: nothing was lost.
        let own = |finding: &&Diagnostic| {
            ["NAM", "DCL", "TYP", "SYN"].iter().any(|family| finding.code.0.starts_with(family))
        };
        if self.findings.iter().skip(before).filter(own).any(Diagnostic::is_fatal) {
            mark(&mut self.model.doubts);
        }
    }
}
