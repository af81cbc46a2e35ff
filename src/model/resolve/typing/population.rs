//! What is said of somebody among everybody: samples and ranks.

use crate::syntax::ast;

use super::super::names::{not_yet, unfit};
use super::*;

/// How many buckets the hash of a key is dealt into: hundredths of a percent.
const BUCKETS: u32 = 10_000;

impl Typer<'_, '_> {
    /// `sample 10% to 30% named "spring"`: drawn of the subject of the segment.
    pub(super) fn sample(&mut self, it: &ast::Sample, span: Span) -> CondKind {
        if !self.is_of_the_subject("a sample is drawn of the people of the segment, not of rows", span) {
            return CondKind::Error;
        }
        let from = it.from.as_ref().map_or(Some(0), |from| self.buckets(from));
        let to = self.buckets(&it.to);
        let (Some(from), Some(to)) = (from, to) else { return CondKind::Error };
        let named = self.is_salt(&it.named);
        if !self.is_part(from, to, span) || !named {
            return CondKind::Error;
        }
        CondKind::Sample(Sample { from, to, name: it.named.value.clone() })
    }

    /// Samples and ranks are about the one whom the whole condition is about.
    pub(super) fn is_of_the_subject(&mut self, message: &str, span: Span) -> bool {
        let fits = self.scopes.len() == 1;
        if !fits {
            let finding = Diagnostic::error(codes::ROWS, message).at(span, "inside rows");
            self.report(finding.help("ask it outside the filter and the aggregate"));
        }
        fits
    }

    fn buckets(&mut self, percent: &Spanned<ast::Number>) -> Option<u32> {
        let micros = percent.value.micros;
        let points = u32::try_from(micros / 10_000).ok().filter(|points| micros % 10_000 == 0 && *points <= BUCKETS);
        if points.is_none() {
            let message = "a sample reaches from 0% to 100%, in hundredths of a percent";
            self.report(unfit(message, percent.span, "out of range"));
        }
        points
    }

    fn is_salt(&mut self, name: &ast::Text) -> bool {
        let fits = !name.value.is_empty() && !name.value.contains(':');
        if !fits {
            let finding = unfit("the name of a sample salts its hash, and holds no `:`", name.span, "not a salt")
                .because("with a `:` two samples could hash the same people alike");
            self.report(finding.help("write a name such as `\"spring\"`"));
        }
        fits
    }

    fn is_part(&mut self, from: u32, to: u32, span: Span) -> bool {
        let what = match (from, to) {
            (0, BUCKETS) => "everybody",
            (from, to) if from >= to => "nobody",
            (_, _) => return true,
        };
        let finding = Diagnostic::error(codes::CONSTANT, format!("this sample holds {what}"));
        self.report(finding.at(span, "always the same answer").help("write the lower percentage first"));
        false
    }
}

impl Typer<'_, '_> {
    /// `top 10% by m`, `bottom 500 by m`.
    pub(super) fn ranked(&mut self, it: &ast::Rank, whole: &ast::Expr) -> CondKind {
        let (size, bottom) = match &it.form {
            ast::RankForm::Top(size) => (size, false),
            ast::RankForm::Bottom(size) => (size, true),
            ast::RankForm::Percentile | ast::RankForm::Quintile | ast::RankForm::Rfm(_) => {
                return self.value_condition(whole);
            }
        };
        let cut = self.size(size);
        let (Some(mut left), Some((form, value))) = (self.standing(it, whole.span), cut) else {
            return CondKind::Error;
        };
        if let ExprKind::Standing(standing) = &mut left.kind {
            (standing.form, standing.bottom) = (form, bottom);
        }
        let (op, ty) = match form {
            StandingForm::Position => (CompareOp::LessOrEqual, Type::Integer),
            StandingForm::Ahead | StandingForm::Percentile | StandingForm::Quintile => (CompareOp::Less, Type::Decimal),
        };
        left.ty = ty.clone();
        let right = Expr { kind: ExprKind::Literal(value), ty, span: left.span };
        CondKind::Compare { op, left, right }
    }

    fn size(&mut self, size: &ast::RankSize) -> Option<(StandingForm, Value)> {
        let (value, span, what) = match size {
            ast::RankSize::Percent(percent) => {
                let micros = percent.value.micros;
                let fits = micros > 0 && micros < 100_000_000;
                let value = Decimal::from_micros(micros).filter(|_| fits);
                (
                    value.map(|value| (StandingForm::Ahead, Value::Decimal(value))),
                    percent.span,
                    "more than 0% and less than 100%",
                )
            }
            ast::RankSize::People(people) => {
                let n = i64::try_from(people.value).ok().filter(|n| *n > 0);
                (n.map(|n| (StandingForm::Position, Value::Integer(n))), people.span, "at least one of the people")
            }
        };
        if value.is_none() {
            self.report(
                Diagnostic::error(codes::CONSTANT, format!("a top or bottom is {what}"))
                    .at(span, "the same answer for everybody"),
            );
        }
        value
    }

    /// `percentile(m)`, `quintile(m)`, `rfm(…).r`.
    pub(super) fn rank(&mut self, it: &ast::Rank, span: Span) -> Expr {
        let form = match &it.form {
            ast::RankForm::Top(_) | ast::RankForm::Bottom(_) => return self.not_a_value(span),
            ast::RankForm::Percentile => StandingForm::Percentile,
            ast::RankForm::Quintile | ast::RankForm::Rfm(_) => StandingForm::Quintile,
        };
        let Some(mut value) = self.standing(it, span) else { return error_expr(span) };
        if let ExprKind::Standing(standing) = &mut value.kind {
            standing.form = form;
        }
        value.ty = if form == StandingForm::Percentile { Type::Decimal } else { Type::Integer };
        value
    }

    /// A place among people, of whatever form.
    fn standing(&mut self, it: &ast::Rank, span: Span) -> Option<Expr> {
        if !self.is_of_the_subject("a rank is one of the people of the segment, not of rows", span) {
            return None;
        }
        if self.ranking {
            let finding = Diagnostic::error(codes::RANK, "a rank stands within a rank").at(span, "ranked already");
            self.report(finding.help("rank by the measure itself"));
            return None;
        }
        self.ranking = true;
        let measure = if let ast::RankForm::Rfm(letter) = &it.form {
            self.rfm(letter, &it.by)
        } else {
            Some((self.value(&it.by), None))
        };
        let among = it.among.as_ref().map(|among| self.cond(among));
        self.ranking = false;
        let (measure, rows) = measure.filter(|(measure, _)| measure.ty != Type::Error)?;
        if is_literal(&measure) {
            let finding = Diagnostic::error(codes::CONSTANT, "people are ranked by a constant");
            self.report(finding.at(measure.span, "the same for everybody"));
            return None;
        }
        if !self.has_order(&measure, measure.span) {
            return None;
        }
        let among = match (rows, among) {
            (Some(rows), Some(among)) => Some(Cond { span: among.span, kind: CondKind::And(vec![rows, among]) }),
            (rows, among) => rows.or(among),
        };
        let standing = Standing { form: StandingForm::Position, bottom: false, measure, among };
        Some(Expr { kind: ExprKind::Standing(Box::new(standing)), ty: Type::Integer, span })
    }

    /// One of the three measures of `rfm`, and the rows of which everybody ranked has one at least.
    fn rfm(&mut self, letter: &ast::Name, by: &ast::Expr) -> Option<(Expr, Option<Cond>)> {
        let sum = self.value(by);
        let ExprKind::Aggregate(aggregate) = &sum.kind else { return None };
        if !matches!(aggregate.rows.from, RowsFrom::Subject { .. }) {
            self.report(not_yet("rfm of anything but a source of the subject", by.span));
            return None;
        }
        if let ast::ExprKind::Aggregate(written) = &by.kind {
            self.no_latest(written.latest, "in rfm")?;
        }
        let table = self.model().table_of_rows(&aggregate.rows)?;
        let clock = self.model().tables[table].at.map(|at| self.model().fields[at].ty.clone());
        let rows = |typer: &mut Self| {
            if let ExprKind::Aggregate(aggregate) = typer.another(&sum).kind { Some(aggregate.rows) } else { None }
        };
        let counted = rows(self)?;
        let bare = |func, rows, ty| {
            let aggregate = Aggregate { func, rows, value: None, ignoring_missing: false, share: None };
            Expr { kind: ExprKind::Aggregate(Box::new(aggregate)), ty, span: by.span }
        };
        let measure = match letter.value.as_str() {
            "r" => bare(AggregateFunc::Last, rows(self)?, clock?),
            "f" => bare(AggregateFunc::Count, rows(self)?, Type::Integer),
            "m" => sum,
            other => {
                let finding = Diagnostic::error(codes::UNKNOWN_NAME, format!("`rfm` has no `.{other}`"));
                self.report(
                    finding
                        .at(letter.span, "`.r`, `.f` or `.m`")
                        .help("`.r` is how recent, `.f` how often, `.m` how much"),
                );
                return None;
            }
        };
        let any =
            CondKind::Count { rows: Box::new(counted), op: CompareOp::GreaterOrEqual, n: 1, word: CountWord::Any };
        Some((measure, Some(Cond { kind: any, span: by.span })))
    }
}
