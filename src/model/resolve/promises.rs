//! What people were told and promised: names resolved, and clauses refused where they could mean nothing.

use crate::source::Spanned;
use crate::syntax::ast;

use super::names::{Found, unfit, unknown};
use super::parts::Parts;
use super::*;

impl<'a> Resolver<'a> {
    /// What purposes say to people.
    pub(super) fn purpose_promises(&mut self) {
        for (id, it, _) in self.declared.purposes.clone() {
            let written = &it.promises;
            let tells = written
                .tells
                .as_ref()
                .map(|clause| Spanned::new(clause.value.iter().map(|path| self.category(path)).collect(), clause.span));
            let shares = written.shares.as_ref().map(|clause| {
                let found = clause.value.iter().filter_map(|name| {
                    let id = self.names.destinations.resolve(&name.value, name.span, &mut self.findings)?;
                    Some(Spanned::new(id, name.span))
                });
                Spanned::new(found.collect(), clause.span)
            });
            let soft_opt_in = written.soft_opt_in.as_ref().map(|clause| {
                let (source, because) =
                    (self.source_of_sales(&clause.value.source), clause.value.because.value.clone());
                Spanned::new(SoftOptIn { source, because }, clause.span)
            });
            let nothing = written.advertises_nothing.as_ref();
            self.model.purposes[id].promises = PurposePromises {
                controllers: written.controllers.as_ref().map(|clause| Spanned::new(clause.value.clone(), clause.span)),
                tells,
                shares,
                soft_opt_in,
                advertises_nothing: nothing.map(|why| Spanned::new(why.value.value.clone(), why.span)),
            };
        }
    }

    /// What excuses from asking first means something only where the purpose, or a narrower one, rests on a legitimate interest; that its
    /// messages advertise nothing also on a contract or a legal duty, as these hand nobody to outside parties for advertising.
    pub(super) fn excuses_where_nobody_need_ask(&mut self) {
        let model = &self.model;
        let bases = |id: PurposeId| {
            let narrower = model.purposes.ids().filter(move |other| model.is_within(*other, id));
            narrower.map(|other| model.basis(other).map(|basis| basis.value))
        };
        let idle = |id: PurposeId| bases(id).all(|basis| basis.is_some_and(|it| it != Basis::LegitimateInterest));
        let consented = |id: PurposeId| bases(id).all(|basis| basis == Some(Basis::Consent));
        let mut findings = Vec::new();
        for (id, purpose) in model.purposes.iter().filter(|(id, _)| idle(*id)) {
            let written = &purpose.promises;
            let soft = written.soft_opt_in.as_ref().map(|it| ("soft opt in", it.span));
            let nothing = written.advertises_nothing.as_ref().filter(|_| consented(id));
            let nothing = nothing.map(|it| ("advertises nothing", it.span));
            for (clause, span) in soft.into_iter().chain(nothing) {
                let message = format!(
                    "`{clause}` excuses from asking first, and `{}` rests on no interest of ours",
                    purpose.name.value
                );
                let finding = unfit(message, span, "excuses from nothing");
                let basis = model.basis(id).map(|basis| basis.span);
                let finding = basis.into_iter().fold(finding, |finding, span| finding.and(span, "the basis"));
                findings
                    .push(finding.help("leave it out: what the basis asks for is asked for whatever the messages say"));
            }
        }
        self.findings.extend(findings);
    }

    fn source_of_sales(&mut self, name: &ast::Name) -> Option<TableId> {
        match self.names.tables.find(&name.value) {
            Found::Known(id) => Some(id),
            Found::Unknowable => None,
            Found::Unknown => {
                let sources = self.model.tables.values().filter(|table| matches!(table.kind, TableKind::Source { .. }));
                let names: Vec<&str> = sources.map(|table| table.name.value.as_str()).collect();
                let finding = unknown("source", &name.value, name.span, names);
                self.report(finding);
                None
            }
        }
    }

    /// How the rows of a source or list were gathered.
    pub(super) fn gathering(&mut self, id: TableId, parts: &Parts<'a>) {
        let Some(written) = parts.gathering else { return };
        let collected = written.collected.as_ref().and_then(|path| {
            let purpose = self.purpose(&path.value)?;
            Some(Spanned::new(purpose.value, path.span))
        });
        if let (Some(informed), Some(origin)) = (&written.informed, parts.origin)
            && !matches!(origin.value, ast::Origin::ThirdParty { .. })
        {
            let finding =
                unfit("`informed` is about data that came from somebody else", informed.span, "not from elsewhere");
            self.report(finding.and(origin.span, "where it came from").help("leave it out"));
        }
        self.model.tables[id].gathering = Gathering {
            collected_under: collected,
            informed: written.informed.as_ref().map(|clause| clause.as_ref().map(informed)),
        };
    }
}

fn informed(written: &ast::Informed) -> Informed {
    match written {
        ast::Informed::By(record) => Informed::By(record.value.clone()),
        ast::Informed::NotNeeded { because } => Informed::NotNeeded { because: because.value.clone() },
    }
}

/// Names of controllers.
pub(super) fn named(clause: &ast::Clause<Vec<ast::Text>>) -> Vec<Spanned<String>> {
    clause.as_ref().map(|clause| clause.value.clone()).unwrap_or_default()
}

/// What a segment decides.
pub(super) fn decides(clause: &Spanned<ast::Decides>) -> Spanned<Decides> {
    clause.as_ref().map(|written| Decides {
        what: written.what.value.clone(),
        reviewed_by: written.reviewed_by.as_ref().map(|who| who.value.clone()),
    })
}
