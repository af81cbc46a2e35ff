//! Reports: who is counted, written out as a segment of its own, and what is said of them.

use crate::source::{Span, Spanned};
use crate::syntax::ast::{self, FigureOf};

use super::names::{missing, twice, unfit, wrote};
use super::populations::first_rank;
use super::typing::{Typer, type_name};
use super::*;

/// How many columns one report may have.
const MOST_COLUMNS: usize = 32;

impl<'a> Resolver<'a> {
    pub(super) fn reports(&mut self) {
        for (id, it, item) in self.declared.reports.clone() {
            let before = self.findings.len();
            self.report_of(id, it, item);
            let name = &it.name.value;
            self.findings.iter_mut().skip(before).for_each(|finding| finding.subject = Some(name.clone()));
        }
    }

    fn report_of(&mut self, id: ReportId, it: &'a ast::Report, item: &'a ast::Item) {
        let retain = self.kept(it);
        self.model.reports[id].retain = retain;
        if let Some(noise) = &it.noise {
            let finding = unfit(
                "`noise` is refused: no database that is emitted for adds noise by itself",
                noise.span,
                "cannot be added",
            )
            .because("whoever looks often enough would learn the figures that noise was to hide, and of whom they are")
            .help("take it out: groups under the minimum are withheld");
            self.report(Diagnostic { code: codes::NOISE, ..finding });
        }
        let found = self.names.segments.resolve(&it.of.value, it.of.span, &mut self.findings);
        let Some(of) = found.map(|found| Spanned::new(found, it.of.span)) else { return };
        self.model.reports[id].of = Some(of);
        if let Some(rank) = first_rank(&self.model.segments[of.value]) {
            let name = &it.of.value;
            let finding = Diagnostic::error(codes::RANK, format!("`{name}` ranks people, and cannot be reported on"))
                .at(it.of.span, "refers to a rank")
                .and(rank, "ranks those whom its own guard lets pass")
                .because("among those whom the report may count somebody stands elsewhere, so it would count others");
            self.report(finding);
            return;
        }
        let mut people = self.counted(it, item, of);
        let Some(entity) = people.entity else { return };
        people.figures = Some(Box::new(self.figures(it, of.value, entity)));
        if let Some(rank) = first_rank(&people) {
            let finding = Diagnostic::error(codes::RANK, "a report ranks nobody").at(rank, "a rank");
            self.report(finding.help("rank in a segment"));
        }
        let people = self.model.segments.push(people);
        self.model.reports[id].people = Some(people);
    }

    /// How long figures are kept.
    fn kept(&mut self, it: &'a ast::Report) -> Option<Spanned<Length>> {
        let Some(retain) = &it.retain else {
            if !wrote(&it.lost, "retain") {
                let why = "it would be known of people for ever, and nobody decided that";
                self.report(missing("report", &it.name, "retain", why, "retain 13 months"));
            }
            return None;
        };
        match &retain.value {
            ast::Retain::Nothing => Some(Spanned::new(Length::default(), retain.span)),
            ast::Retain::For(period) => Some(Spanned::new(length(*period), retain.span)),
            ast::Retain::After { .. } | ast::Retain::WhileListed { .. } => {
                let finding =
                    unfit("figures are kept for a time, or `nothing` of them is", retain.span, "for tables only");
                self.report(finding.help("write `retain 13 months`"));
                None
            }
        }
    }

    /// Whoever is in the segment and may be counted.
    fn counted(&mut self, it: &'a ast::Report, item: &'a ast::Item, of: Spanned<SegmentId>) -> Segment {
        let purposes = it.purpose.as_ref().map(|purpose| self.purpose_list(&purpose.value)).unwrap_or_default();
        let broken = |keyword: &str| wrote(&it.lost, keyword).then_some(it.name.span);
        let consent = it.consent.as_ref().map(|consent| self.consent(consent));
        let consent = consent
            .or_else(|| broken("consent").map(|span| Spanned::new(ConsentClause::Required(purposes.clone()), span)));
        let inside = CondKind::InSegment { segment: of, via: Vec::new() };
        Segment {
            role: Role::Counted,
            name: it.name.clone(),
            doc: super::collect::doc(item),
            entity: self.model.segments[of.value].entity,
            owner: it.owner.as_ref().map(|owner| owner.value.clone()),
            purposes,
            purpose_span: it.purpose.as_ref().map(|purpose| purpose.span).or_else(|| broken("purpose")),
            consent,
            retain: Some(Spanned::new(SegmentRetain::Nothing, it.name.span)),
            refresh: None,
            review: None,
            because: it.because.as_ref().map(|because| because.value.clone()),
            destinations: Vec::new(),
            expose: Vec::new(),
            minimum: it.minimum,
            fairness: None,
            campaign: None,
            holdout: None,
            stay: None,
            cap: None,
            condition: Some(Cond { kind: inside, span: of.span }),
            except: Vec::new(),
            decides: None,
            figures: None,
            span: item.span,
            body: self.body(item.span),
        }
    }

    fn figures(&mut self, it: &'a ast::Report, of: SegmentId, entity: TableId) -> Figures {
        let mut columns = Columns::default();
        let typed = |resolver: &mut Self, it: &ast::Expr| Typer::new(resolver, entity).value(it);
        let mut by = Vec::new();
        for part in it.by.iter().flat_map(|by| &by.value) {
            let value = typed(self, part);
            if self.groups(&value) {
                let name = columns.name(self, part.span);
                by.push(Group { name, value });
            }
        }
        let mut show = Vec::new();
        for figure in it.show.iter().flat_map(|show| &show.value) {
            let kind = match &figure.kind {
                ast::FigureKind::People => Some(FigureKind::People),
                ast::FigureKind::Share(cond) => Some(FigureKind::Share(Typer::new(self, entity).cond(cond))),
                ast::FigureKind::Over(of, value) => {
                    let value = typed(self, value);
                    self.figure_over(*of, value, figure.span)
                }
            };
            if let Some(kind) = kind {
                show.push(Figure { name: columns.name(self, figure.span), kind, span: figure.span });
            }
        }
        if it.show.is_none() && !wrote(&it.lost, "show") {
            let why = "a report says something of each group";
            self.report(missing("report", &it.name, "show", why, "show people"));
        }
        let compare = it.compare.as_ref().and_then(|compare| self.compared(compare, of, entity));
        self.columns(&columns, compare.as_ref());
        Figures { by, show, compare }
    }

    /// Names of columns differ, and they are not too many.
    fn columns(&mut self, columns: &Columns, compare: Option<&Compare>) {
        let mut taken: Vec<(String, Span)> = Vec::new();
        let own = |compare: &Compare| COMPARED.map(|name| (name.to_owned(), compare.span));
        for (name, span) in columns.0.iter().cloned().chain(compare.map(own).into_iter().flatten()) {
            match taken.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some((_, first)) => {
                    let first = *first;
                    let finding = twice("column", &name, first, span);
                    self.report(finding.because("a column says one thing").help("take one of the two out"));
                }
                None => taken.push((name, span)),
            }
        }
        if let Some((_, span)) = taken.get(MOST_COLUMNS) {
            self.report(unfit(format!("a report has at most {MOST_COLUMNS} columns"), *span, "one too many"));
        }
    }

    /// Groups are told apart by values that many people share.
    fn groups(&mut self, value: &Expr) -> bool {
        let inner = if let ExprKind::Part { of, .. } = &value.kind { of } else { value };
        if matches!(inner.kind, ExprKind::Error) || value.ty == Type::Error {
            return false;
        }
        let ExprKind::Field(path) = &inner.kind else {
            return self.ungrouped("a report groups by fields and parts of dates", value.span, "neither");
        };
        if self.model.fields[path.field].role == FieldRole::Key {
            let message = format!("`{}` tells everybody apart", self.model.fields[path.field].name.value);
            return self.ungrouped(&message, value.span, "groups of one");
        }
        let few = matches!(value.ty, Type::Text | Type::Boolean | Type::Integer | Type::Date);
        if !few {
            let message = format!("a report does not group by {}", type_name(&value.ty));
            return self.ungrouped(&message, value.span, "tells nearly everybody apart");
        }
        true
    }

    fn ungrouped(&mut self, message: &str, span: Span, label: &str) -> bool {
        self.report(unfit(message, span, label).help("name fields with few values, or parts of dates"));
        false
    }

    fn figure_over(&mut self, of: FigureOf, value: Expr, span: Span) -> Option<FigureKind> {
        let single = |what: &str, many: &str| {
            unfit(format!("the {what} of a group is the value of {many} of its people"), span, "says it of somebody")
                .because("a figure about a group must not tell anything of one person")
                .help("show `avg(…)` or `sum(…)`")
        };
        let refused = match of {
            FigureOf::Sum | FigureOf::Avg => None,
            FigureOf::Median => Some(single("median", "one or two")),
            FigureOf::Min => Some(single("least", "one")),
            FigureOf::Max => Some(single("greatest", "one")),
            FigureOf::Mode => Some(unfit("a report has no `mode`", span, "group by the value instead")),
        };
        if let Some(finding) = refused {
            self.report(finding);
            return None;
        }
        if value.ty == Type::Error {
            return None;
        }
        if !matches!(value.ty, Type::Integer | Type::Decimal | Type::Money(_) | Type::Probability) {
            let message = format!("{} has no sum and no average", type_name(&value.ty));
            self.report(Diagnostic::error(codes::OPERATION, message).at(value.span, "no number"));
            return None;
        }
        Some(if of == FigureOf::Sum { FigureKind::Sum(value) } else { FigureKind::Average(value) })
    }

    fn compared(&mut self, it: &Spanned<ast::Expr>, of: SegmentId, entity: TableId) -> Option<Compare> {
        let on = Typer::new(self, entity).cond(&it.value);
        let Some(holdout) = self.model.segments[of].holdout.as_ref().map(|holdout| holdout.value.clone()) else {
            let segment = &self.model.segments[of].name;
            let finding =
                unfit(format!("`{}` has no holdout to compare with", segment.value), it.span, "compares two groups")
                    .and(segment.span, "no `holdout`")
                    .help("add `holdout 10% named \"…\"` to the segment, or take the comparison out");
            self.report(finding);
            return None;
        };
        Some(Compare { holdout, on, span: it.span })
    }
}

/// The columns of a comparison.
pub const COMPARED: [&str; 4] = ["holdout_people", "rest_people", "holdout_share", "rest_share"];

/// Names of columns, with what they stand for.
#[derive(Default)]
struct Columns(Vec<(String, Span)>);

impl Columns {
    /// A plain name made of what was written: `avg(ltv)` is `avg_ltv`.
    fn name(&mut self, resolver: &Resolver<'_>, span: Span) -> String {
        let mut name = String::new();
        for c in resolver.sources.slice(span).chars() {
            match c {
                c if c.is_ascii_alphanumeric() => name.push(c.to_ascii_lowercase()),
                _ if name.ends_with('_') || name.is_empty() => {}
                _ => name.push('_'),
            }
        }
        let name: String = name.chars().take(48).collect();
        let name = name.trim_matches('_').to_owned();
        self.0.push((name.clone(), span));
        name
    }
}
