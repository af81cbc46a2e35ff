//! Purposes and their hierarchy, destinations, jurisdictions.

use std::collections::BTreeMap;

use crate::model::countries;
use crate::source::{Span, Spanned};
use crate::syntax::ast;

use super::names::wrote;
use super::names::{Found, missing, unfit, unknown};
use super::*;

impl<'a> Resolver<'a> {
    pub(super) fn purposes(&mut self) {
        for (id, it, _) in self.declared.purposes.clone() {
            let channel = it.channel.as_ref().and_then(|channel| self.channel(&channel.value, channel.span));
            let parent = self.nearest_broader(id);
            let purpose = &mut self.model.purposes[id];
            purpose.parent = parent;
            purpose.title = text(&it.title);
            purpose.basis = it.basis.map(|basis| basis.map(basis_of));
            purpose.channel = channel;
            purpose.notice =
                it.notice_from.as_ref().map(|notice| Spanned::new(notice.value.value.clone(), notice.span));
            purpose.assessment = text(&it.assessment);
            purpose.because = text(&it.because);
            purpose.campaign = it.campaign.map(|campaign| campaign.map(campaign_of));
            purpose.suspended = it.suspended.as_ref().map(|why| Spanned::new(why.value.value.clone(), why.span));
            let formerly = it.formerly.iter().flat_map(|clause| &clause.value);
            purpose.formerly = formerly.map(|path| Spanned::new(path.text(), path.span)).collect();
            purpose.valid = it.valid.as_ref().map(|valid| Spanned::new(valid_of(&valid.value), valid.span));
        }
        self.former_names();
        self.purpose_promises();
        self.excuses_where_nobody_need_ask();
        for (id, it, _) in self.declared.purposes.clone() {
            let torn = |purpose: PurposeId| self.model.doubts.is_torn(self.model.purposes[purpose].name.span);
            let lost = self.model.broader(id).any(torn);
            if self.model.basis(id).is_none() && !lost && !self.names_open_for(&it.name) {
                let name = Spanned::new(it.name.text(), it.name.span);
                let why = "nobody's data is used without a legal basis, and a guessed one may be none";
                let finding = missing("purpose", &name, "basis", why, "basis consent");
                self.report(Diagnostic { code: codes::VACUOUS, ..finding });
            }
        }
    }

    /// A former name stands for one purpose, and for none that is still declared.
    fn former_names(&mut self) {
        let purposes = self.model.purposes.values();
        let mut names: BTreeMap<String, Span> =
            purposes.clone().map(|purpose| (purpose.name.value.clone(), purpose.name.span)).collect();
        let mut twice = Vec::new();
        for name in purposes.flat_map(|purpose| &purpose.formerly) {
            match names.get(&name.value) {
                Some(first) => twice.push(names::twice("purpose", &name.value, *first, name.span)),
                None => drop(names.insert(name.value.clone(), name.span)),
            }
        }
        let why = "a former name that stands for two purposes would hide that data is given another one";
        let told = twice.into_iter().map(|finding| Diagnostic { why: Some(why.to_owned()), ..finding });
        told.for_each(|finding| self.report(finding.help("record a former name once, and of a purpose that is gone")));
    }

    /// Whether a broader purpose could not be read, so that the basis may be written there.
    fn names_open_for(&self, name: &ast::Path) -> bool {
        let broader = name.first().map_or("", |first| first.value.as_str());
        self.names.purposes.find(broader) == Found::Unknowable
    }

    /// The nearest broader purpose that is declared: dots make the hierarchy, and levels may be left out.
    fn nearest_broader(&self, id: PurposeId) -> Option<PurposeId> {
        let mut name = self.model.purposes[id].name.value.as_str();
        while let Some((broader, _)) = name.rsplit_once('.') {
            if let Found::Known(parent) = self.names.purposes.find(broader) {
                return Some(parent);
            }
            name = broader;
        }
        None
    }

    /// The purpose of a path.
    pub(super) fn purpose(&mut self, path: &ast::Path) -> Option<Spanned<PurposeId>> {
        let found = self.names.purposes.resolve(&path.text(), path.span, &mut self.findings);
        self.asked.purposes.extend(found);
        found.map(|id| Spanned::new(id, path.span))
    }

    /// The purposes of a list; a purpose named twice is a mistake.
    pub(super) fn purpose_list(&mut self, paths: &[ast::Path]) -> Vec<Spanned<PurposeId>> {
        let mut out: Vec<Spanned<PurposeId>> = Vec::new();
        for path in paths {
            let Some(found) = self.purpose(path) else { continue };
            match out.iter().find(|known| known.value == found.value) {
                Some(first) => {
                    let finding = names::twice("purpose", &path.text(), first.span, path.span);
                    self.report(Diagnostic { why: None, ..finding }.help("name it once"));
                }
                None => out.push(found),
            }
        }
        out
    }

    /// The channel of a word.
    pub(super) fn channel(&mut self, name: &ast::Name, clause: Span) -> Option<Spanned<Channel>> {
        let found = Channel::ALL.into_iter().find(|channel| channel.word() == name.value);
        if found.is_none() {
            let finding = unknown("channel", &name.value, name.span, Channel::ALL.map(Channel::word));
            self.report(finding);
        }
        found.map(|channel| Spanned::new(channel, clause))
    }

    pub(super) fn governance(&mut self) {
        self.watched(Self::destinations, |doubts| doubts.destinations = true);
        self.watched(Self::jurisdictions, |doubts| doubts.jurisdictions = true);
        self.watched(Self::policies, |doubts| doubts.policies = true);
    }

    fn destinations(&mut self) {
        self.declared.destinations.clone().into_iter().for_each(|(id, it, _)| self.destination(id, it));
    }

    fn jurisdictions(&mut self) {
        self.declared.jurisdictions.clone().into_iter().for_each(|(id, it, _)| self.jurisdiction(id, it));
        self.one_jurisdiction_per_country();
    }

    fn destination(&mut self, id: DestinationId, it: &'a ast::Destination) {
        let channel = it.channel.as_ref().and_then(|channel| self.channel(&channel.value, channel.span));
        if it.channel.is_none() && !wrote(&it.lost, "channel") {
            let why = "the channel decides whose yes is needed and whose no is heard";
            self.report(missing("destination", &it.name, "channel", why, "channel email"));
        }
        let matched = it.matches.as_ref().and_then(|matches| self.matched(&matches.value));
        if let Some(region) = &it.region {
            self.region(&region.value);
        }
        let trains = it.trains.as_ref().map(|trains| Spanned::new(self.purpose_list(&trains.value), trains.span));
        let destination = &mut self.model.destinations[id];
        destination.expands = it.expands.as_ref().map(|clause| clause.span);
        destination.trains = trains;
        destination.takes.clone_from(&it.takes);
        destination.title = text(&it.title);
        destination.channel = channel;
        destination.region = it.region.as_ref().map(|region| region.value.clone());
        destination.transfer = it.transfer.as_ref().map(|cover| Spanned::new(cover.value.value.clone(), cover.span));
        destination.matched = matched;
        destination.lag = it.lag.map(|lag| lag.map(length));
        destination.expires = it.expires_after.map(|after| after.map(length));
        destination.removes_members = it.removes_members.as_ref().map(|clause| clause.span);
        destination.removes_by_hand = it.removes_members.as_ref().is_some_and(|clause| clause.value);
        destination.isolates = it.isolates.as_ref().map(|why| why.value.clone());
        destination.minimum = it.minimum;
        destination.controllers = promises::named(&it.controllers);
        destination.decides = it.decides.as_ref().map(|what| Spanned::new(what.value.value.clone(), what.span));
        match it.provider.as_ref().map(|provider| (&provider.value, provider.span)) {
            Some((ast::Provider::OutsideParty, span)) => destination.outside_party = Some(span),
            Some((ast::Provider::ServiceProvider { contract }, _)) => {
                destination.service_provider = Some(contract.clone())
            }
            None => {}
        }
        // What could not be read counts as the stricter reading that says nothing more: an outside party needs more.
        if wrote(&it.lost, "removes") || wrote(&it.lost, "expires") {
            destination.removes_members = Some(it.name.span);
        }
    }

    /// Whether a name is one of a region; one that is not has been reported.
    pub(super) fn region(&mut self, name: &ast::Name) -> bool {
        let known = countries::is_region(&name.value);
        if !known {
            let finding = Diagnostic::error(codes::UNKNOWN_NAME, format!("no region is called `{}`", name.value))
                .at(name.span, "unknown name")
                .because("a policy about the place where this is would not know that it is meant");
            self.report(match countries::region_meant(&name.value) {
                Some(meant) => {
                    finding.help(format!("did you mean `{meant}`?")).fix(format!("write `{meant}`"), name.span, meant)
                }
                None => finding.help("write the two letters of ISO 3166 for a country, `EU` or `EEA`"),
            });
        }
        known
    }

    fn matched(&mut self, it: &ast::Match) -> Option<Match> {
        let Some(field) = it.field.single() else {
            let finding =
                unfit("a destination matches on a field of the segment's own entity", it.field.span, "a path");
            self.report(finding);
            return None;
        };
        Some(Match { field: field.clone(), hashed: it.hashed })
    }

    fn jurisdiction(&mut self, id: JurisdictionId, it: &'a ast::Jurisdiction) {
        if it.countries.is_none() && !wrote(&it.lost, "countries") {
            let why = "rules that hold nowhere protect nobody";
            self.report(missing("jurisdiction", &it.name, "countries", why, "countries \"DE\", \"FR\""));
        }
        if it.absent_means_yes.is_none() && !wrote(&it.lost, "absent") {
            let why = "whether somebody who was never asked may be reached is never a default";
            self.report(missing("jurisdiction", &it.name, "absent means", why, "absent means no"));
        }
        let opt_out = it.sale_opt_out.as_ref().and_then(|ledger| {
            let name = &ledger.value;
            let found = self.names.ledgers.resolve(&name.value, name.span, &mut self.findings);
            found.map(|found| Spanned::new(found, ledger.span))
        });
        let adult_at = it.adult_at.and_then(|years| self.adult_age(years));
        let jurisdiction = &mut self.model.jurisdictions[id];
        jurisdiction.title = text(&it.title);
        jurisdiction.countries = it.countries.as_ref().map(|countries| countries.value.clone()).unwrap_or_default();
        jurisdiction.absent_means_yes = it.absent_means_yes.is_some_and(|yes| yes.value);
        jurisdiction.adult_at = adult_at;
        jurisdiction.sale_opt_out = opt_out;
    }

    fn adult_age(&mut self, years: Spanned<u64>) -> Option<Spanned<u32>> {
        let fits = u32::try_from(years.value).ok().filter(|years| (1..=130).contains(years));
        if fits.is_none() {
            self.report(unfit("nobody is an adult at that age", years.span, "1 to 130 years"));
        }
        fits.map(|fits| Spanned::new(fits, years.span))
    }

    fn one_jurisdiction_per_country(&mut self) {
        let mut seen: BTreeMap<String, (Span, String)> = BTreeMap::new();
        let mut findings = Vec::new();
        for jurisdiction in self.model.jurisdictions.values() {
            for country in &jurisdiction.countries {
                match seen.get(&country.value) {
                    Some((first, other)) => findings.push(two_homes(country, *first, other, &jurisdiction.name.value)),
                    None => {
                        seen.insert(country.value.clone(), (country.span, jurisdiction.name.value.clone()));
                    }
                }
            }
        }
        self.findings.extend(findings);
    }
}

fn two_homes(country: &Spanned<String>, first: Span, other: &str, name: &str) -> Diagnostic {
    let message = match other == name {
        true => format!("`{}` stands twice in jurisdiction `{name}`", country.value),
        false => format!("`{}` stands in two jurisdictions, `{other}` and `{name}`", country.value),
    };
    Diagnostic::error(codes::MAPPING, message)
        .at(country.span, "again here")
        .and(first, "first here")
        .because("which rules hold for somebody who lives there would be a guess")
        .help("let each country stand in one jurisdiction, once")
}

pub(super) fn text(clause: &ast::Clause<ast::Text>) -> Option<String> {
    clause.as_ref().map(|text| text.value.value.clone())
}

pub(super) fn campaign_of(campaign: ast::Campaign) -> Campaign {
    match campaign {
        ast::Campaign::Political => Campaign::Political,
        ast::Campaign::Housing => Campaign::Housing,
        ast::Campaign::Jobs => Campaign::Jobs,
        ast::Campaign::Credit => Campaign::Credit,
        ast::Campaign::Insurance => Campaign::Insurance,
    }
}

pub(super) fn basis_of(basis: ast::Basis) -> Basis {
    match basis {
        ast::Basis::Consent => Basis::Consent,
        ast::Basis::LegitimateInterest => Basis::LegitimateInterest,
        ast::Basis::Contract => Basis::Contract,
        ast::Basis::LegalDuty => Basis::LegalDuty,
    }
}

fn valid_of(valid: &ast::Valid) -> Valid {
    match valid {
        ast::Valid::For(period) => Valid::For(length(*period)),
        ast::Valid::WithoutEnd { because } => Valid::WithoutEnd { because: because.value.clone() },
    }
}
