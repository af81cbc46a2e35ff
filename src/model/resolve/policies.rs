//! Policies, and the exceptions to them.

use crate::diagnostic::Severity;
use crate::source::Spanned;
use crate::syntax::ast;

use super::names::wrote;
use super::names::{Found, missing, unfit};
use super::purposes::{basis_of, campaign_of, text};
use super::*;

impl<'a> Resolver<'a> {
    pub(super) fn policies(&mut self) {
        self.declared.policies.clone().into_iter().for_each(|(id, it, _)| self.policy(id, it));
    }

    /// Exceptions name segments and reports, so they come after both.
    pub(super) fn exceptions(&mut self) {
        for (it, item) in self.declared.exceptions.clone() {
            let exception = self.exception(it, item);
            self.model.exceptions.push(exception);
        }
    }

    fn policy(&mut self, id: PolicyId, it: &'a ast::Policy) {
        let (applies, except) = self.applies(it);
        let demands = self.demands(it);
        if self.says_nothing(it) {
            let finding = missing(
                "policy",
                &it.name,
                "forbid",
                "a policy that demands nothing protects nobody",
                "minimum 50 people",
            );
            self.report(Diagnostic {
                message: format!("the policy `{}` demands nothing", it.name.value),
                ..finding.at(it.name.span, "`forbid`, `require`, `limit` and `minimum` are all missing")
            });
        }
        let policy = &mut self.model.policies[id];
        policy.title = text(&it.title);
        policy.applies = applies;
        policy.except_purposes = except;
        policy.demands = demands;
        policy.because = text(&it.because);
        policy.class = it.class.clone();
        policy.since = it.since.map(|since| Spanned::new(since.value.day.value.into(), since.span));
        policy.unverified = it.since.is_some_and(|since| since.value.unverified);
        if let Some(level) = it.level {
            policy.level = severity(level.value.word);
            policy.excepts = !level.value.no_exceptions;
        }
    }

    fn says_nothing(&self, it: &ast::Policy) -> bool {
        it.forbid.is_none() && it.require.is_none() && it.limit.is_none() && it.minimum.is_none() && it.lost.is_empty()
    }

    fn applies(&mut self, it: &'a ast::Policy) -> (Vec<Spanned<Applies>>, Vec<Spanned<PurposeId>>) {
        let Some(applies) = &it.applies else {
            if !wrote(&it.lost, "applies") {
                let why = "a policy that holds nowhere protects nobody";
                self.report(missing("policy", &it.name, "applies to", why, "applies to any"));
            }
            return (Vec::new(), Vec::new());
        };
        let to = applies.value.to.iter().filter_map(|scopes| self.scopes(scopes)).collect();
        (to, self.purpose_list(&applies.value.except_purposes))
    }

    /// Several scopes that `and` joins. One that could not be resolved has been reported; the rest would reach too far without it.
    fn scopes(&mut self, scopes: &[ast::Scope]) -> Option<Spanned<Applies>> {
        let all: Vec<_> = scopes.iter().map(|scope| self.scope(scope)).collect::<Option<_>>()?;
        match all.as_slice() {
            [only] => Some(only.clone()),
            [first, .., last] => {
                let parts = all.iter().map(|scope| scope.value.clone()).collect();
                Some(Spanned::new(Applies::All(parts), first.span.to(last.span)))
            }
            [] => None,
        }
    }

    fn scope(&mut self, scope: &ast::Scope) -> Option<Spanned<Applies>> {
        match scope {
            ast::Scope::Any(span) => Some(Spanned::new(Applies::Any, *span)),
            ast::Scope::OutsideParty(span) => Some(Spanned::new(Applies::OutsideParty, *span)),
            ast::Scope::Channel(name) => self.channel(name, name.span).map(|channel| channel.map(Applies::Channel)),
            ast::Scope::Purpose(path) => self.purpose(path).map(|purpose| purpose.map(Applies::Purpose)),
            ast::Scope::Destination(name) => {
                let found = self.names.destinations.resolve(&name.value, name.span, &mut self.findings)?;
                Some(Spanned::new(Applies::Destination(found), name.span))
            }
            ast::Scope::Region(name) => {
                self.region(name).then(|| Spanned::new(Applies::Region(name.value.clone()), name.span))
            }
            ast::Scope::Basis { basis, span } => Some(Spanned::new(Applies::Basis(basis_of(*basis)), *span)),
            ast::Scope::Campaign { campaign, span } => {
                Some(Spanned::new(Applies::Campaign(campaign_of(*campaign)), *span))
            }
            ast::Scope::Jurisdiction(name) if name.span.file.is_shipped() => {
                let countries = self.offered.get(name.value.as_str())?.clone();
                Some(Spanned::new(Applies::Countries(countries), name.span))
            }
            ast::Scope::Jurisdiction(name) => {
                let found = self.names.jurisdictions.resolve(&name.value, name.span, &mut self.findings)?;
                Some(Spanned::new(Applies::Jurisdiction(found), name.span))
            }
        }
    }

    fn demands(&mut self, it: &'a ast::Policy) -> Vec<Spanned<Demand>> {
        let mut out = Vec::new();
        let forbidden = it.forbid.iter().flat_map(|clause| &clause.value);
        out.extend(forbidden.filter_map(|forbid| self.forbid(forbid)));
        let required = it.require.iter().flat_map(|clause| &clause.value);
        out.extend(required.filter_map(|require| self.require(require)));
        out.extend(it.limit.iter().flat_map(|clause| &clause.value).map(limit));
        out.extend(it.minimum.map(|minimum| minimum.map(Demand::Minimum)));
        out
    }

    fn forbid(&mut self, forbid: &ast::Forbid) -> Option<Spanned<Demand>> {
        match forbid {
            ast::Forbid::Category(path) => Some(self.category(path).map(Demand::ForbidCategory)),
            ast::Forbid::Targeting(path) => Some(self.category(path).map(Demand::ForbidTargeting)),
            ast::Forbid::Combining { categories, span } => {
                if categories.len() < 2 && !self.model.doubts.is_torn(*span) {
                    let finding =
                        unfit("`combining` speaks of two categories or more", *span, "one alone combines with nothing");
                    self.report(finding.help("write `forbid category …` to forbid one"));
                }
                if categories.len() < 2 {
                    return None;
                }
                let names = categories.iter().map(|path| self.category(path).value).collect();
                Some(Spanned::new(Demand::ForbidCombining(names), *span))
            }
            ast::Forbid::Origin { origin, span } => {
                Some(Spanned::new(Demand::ForbidOrigin(origin_kind(*origin)), *span))
            }
            ast::Forbid::Field(path) => {
                self.field_of(path).map(|field| Spanned::new(Demand::ForbidField(field), path.span))
            }
        }
    }

    fn require(&mut self, require: &ast::Require) -> Option<Spanned<Demand>> {
        match require {
            ast::Require::Consent { purpose, category } => {
                let found = self.purpose(purpose);
                let category = category.as_ref();
                let span = category.map_or(purpose.span, |category| purpose.span.to(category.span));
                let category = category.map(|category| self.category(category).value);
                let demand = Demand::RequireConsent { purpose: found?.value, category };
                Some(Spanned::new(demand, span))
            }
            ast::Require::Adult(span) => Some(Spanned::new(Demand::RequireAdult, *span)),
            ast::Require::Assessment { span, category } => {
                let category = category.as_ref().map(|category| self.category(category).value);
                Some(Spanned::new(Demand::RequireAssessment(category), *span))
            }
            ast::Require::Basis { basis, span } => Some(Spanned::new(Demand::RequireBasis(basis_of(*basis)), *span)),
            ast::Require::Register(span) => Some(Spanned::new(Demand::RequireRegister, *span)),
            ast::Require::Cap(span) => Some(Spanned::new(Demand::RequireCap, *span)),
            ast::Require::Cover { outside, span } => {
                let regions = outside.iter().filter(|region| self.region(region));
                let regions = regions.map(|region| region.value.clone()).collect();
                Some(Spanned::new(Demand::RequireCover(regions), *span))
            }
            ast::Require::Review(span) => Some(Spanned::new(Demand::RequireReview, *span)),
        }
    }

    /// The field of a path that begins with its table: `orders.category`, `customer.income`.
    pub(super) fn field_of(&mut self, path: &ast::Path) -> Option<FieldId> {
        let [table, field] = path.segments.as_slice() else {
            let finding = unfit(
                format!("`{}` does not name a field with its table", path.text()),
                path.span,
                "a table and a field",
            );
            self.report(finding.help("write the table, a dot and the field"));
            return None;
        };
        let id = self.names.tables.resolve(&table.value, table.span, &mut self.findings)?;
        match self.member(id).find(&field.value) {
            Found::Known(Member::Field(found)) => Some(found),
            Found::Unknowable => None,
            Found::Known(_) | Found::Unknown => {
                let fields = self.member(id).names_of(|member| matches!(member, Member::Field(_)));
                let finding = names::unknown(&format!("field of `{}`", table.value), &field.value, field.span, fields);
                self.report(finding);
                None
            }
        }
    }

    fn exception(&mut self, it: &'a ast::ExceptionTo, item: &'a ast::Item) -> Exception {
        // Empty where a rule of the language was named, which is reported.
        let named = Some(&it.policy).filter(|name| !name.value.is_empty());
        let policy = named.and_then(|name| self.names.policies.resolve(&name.value, name.span, &mut self.findings));
        let segment = self.excepted(&it.segment);
        Exception {
            policy: policy.map(|policy| Spanned::new(policy, it.policy.span)),
            segments: segment.map(|segment| Spanned::new(segment, it.segment.span)).into_iter().collect(),
            approved_by: it.approved.as_ref().map(|approved| approved.value.by.clone()),
            approved_on: it.approved.as_ref().map(|approved| approved.value.on.map(Date::from)),
            until: it.until.map(|until| Spanned::new(until.value.value.into(), until.span)),
            because: it.because.as_ref().map(|because| Spanned::new(because.value.value.clone(), because.span)),
            span: item.span,
            body: self.body(item.span),
        }
    }
}

impl Resolver<'_> {
    /// The segment that is named, or whoever a report of that name counts.
    fn excepted(&mut self, name: &ast::Name) -> Option<SegmentId> {
        let is_report = self.declared.reports.iter().any(|(_, it, _)| it.name.value == name.value);
        if is_report && self.names.segments.find(&name.value) == Found::Unknown {
            return self.model.report_named(&name.value).and_then(|id| self.model.reports[id].people);
        }
        self.names.segments.resolve(&name.value, name.span, &mut self.findings)
    }
}

fn severity(level: ast::LevelWord) -> Severity {
    match level {
        ast::LevelWord::Note => Severity::Note,
        ast::LevelWord::Warning => Severity::Warning,
        ast::LevelWord::Error => Severity::Error,
    }
}

fn origin_kind(origin: ast::OriginKind) -> OriginKind {
    match origin {
        ast::OriginKind::FirstParty => OriginKind::FirstParty,
        ast::OriginKind::Volunteered => OriginKind::Volunteered,
        ast::OriginKind::ThirdParty => OriginKind::ThirdParty,
    }
}

fn limit(limit: &ast::Limit) -> Spanned<Demand> {
    match limit {
        ast::Limit::Conditions(n) => n.map(Demand::LimitConditions),
        ast::Limit::Lists(n) => n.map(Demand::LimitLists),
        ast::Limit::Retain(period) => Spanned::new(Demand::LimitRetain(length(*period)), period.span),
        ast::Limit::Window(period) => Spanned::new(Demand::LimitWindow(length(*period)), period.span),
        ast::Limit::RemovalLag(period) => Spanned::new(Demand::LimitRemovalLag(length(*period)), period.span),
    }
}
