//! Aggregates over rows: what they take, and the type of what they give.

use crate::syntax::ast::{self, AggregateFn, ExprKind as Ast};

use super::rows::Source;
use super::*;

impl Typer<'_, '_> {
    pub(super) fn aggregate(&mut self, it: &ast::Aggregate, span: Span) -> Expr {
        if self.scopes.last().is_some_and(|scope| !scope.prefix.is_empty()) {
            let finding =
                Diagnostic::error(codes::ROWS, "an aggregate stands inside another").at(span, "no rows of rows here");
            self.report(finding.help("compute with aggregates outside: `sum(…) / count(…)`"));
            return error_expr(span);
        }
        self.typed_aggregate(it, span).unwrap_or_else(|| error_expr(span))
    }

    fn typed_aggregate(&mut self, it: &ast::Aggregate, span: Span) -> Option<Expr> {
        let Some(path) = first_path(&it.value) else {
            if !holds_error(&it.value) {
                self.no_rows(it);
            }
            return None;
        };
        if let Some(visits) = self.visits_named(path) {
            self.no_latest(it.latest, "of visits")?;
            return self.count_of_visits(it, path, visits, span);
        }
        let source = self.source_of(it, path)?;
        let table = source.table;
        let prefix: Vec<String> = path.segments.iter().take(source.used).map(|name| name.value.clone()).collect();
        let value = match self.names_rows_alone(it, source.used) {
            true => self.row_itself(it, table, span)?,
            false => Some(self.row_value(it, &source.rows, table, prefix)?),
        };
        let share = self.share(it, &source.rows, table, span)?;
        let filter = if share.is_some() { None } else { it.filter.as_ref() };
        let mut rows = self.filtered(source, filter, it.window.as_ref(), it.argument, span)?;
        self.cut_to_latest(&mut rows, table, it.latest)?;
        let func = function(it.function.value);
        let ty = self.result_type(func, value.as_ref(), table, span)?;
        let ignoring_missing = self.may_ignore(it, func)?;
        let aggregate = Aggregate { func, rows, value, ignoring_missing, share };
        Some(Expr { kind: ExprKind::Aggregate(Box::new(aggregate)), ty, span })
    }

    fn no_rows(&mut self, it: &ast::Aggregate) {
        let word = word(it.function.value);
        let finding =
            Diagnostic::error(codes::ROWS, format!("`{word}` has no rows to look at")).at(it.argument, "names no rows");
        self.report(finding.help(format!("name them: `{word}(… over last 12 months)`, with a source and its field")));
    }

    /// The rows; a bare field of a source gets the message that names the source.
    fn source_of(&mut self, it: &ast::Aggregate, path: &ast::Path) -> Option<Source> {
        let found = path.single().and_then(|name| self.owner_of_field(&name.value));
        let Some((source, name)) = found.zip(path.single()) else { return self.source(path, it.value.span) };
        let finding = Diagnostic::error(codes::ROWS, format!("`{}` says not of which rows it is", name.value))
            .at(path.span, "a field of which source?")
            .help(format!("every name in an aggregate starts with its source: `{source}.{}`", name.value))
            .fix(format!("write `{source}.{}`", name.value), path.span.before(), format!("{source}."));
        self.report(finding);
        None
    }

    /// A source of the innermost entity that has a field of this name, where the entity itself knows nothing of the name.
    fn owner_of_field(&self, field: &str) -> Option<String> {
        let scope = self.scope();
        let members = self.r.member(scope.table);
        if members.find(field) != names::Found::Unknown {
            return None;
        }
        let has = |table: TableId| matches!(self.r.member(table).find(field), names::Found::Known(Member::Field(_)));
        members.names_of(|member| matches!(member, Member::Source(table) if has(table))).next().map(str::to_owned)
    }

    fn names_rows_alone(&self, it: &ast::Aggregate, used: usize) -> bool {
        matches!(&it.value.kind, Ast::Path(path) if path.segments.len() == used)
    }

    /// `count(orders …)`, `share(orders …)`, `last(orders …)`.
    fn row_itself(&mut self, it: &ast::Aggregate, table: TableId, span: Span) -> Option<Option<Expr>> {
        let word = word(it.function.value);
        match it.function.value {
            AggregateFn::Count | AggregateFn::Share => Some(None),
            AggregateFn::First | AggregateFn::Last if self.model().tables[table].at.is_some() => Some(None),
            AggregateFn::First | AggregateFn::Last => {
                let name = self.table_name(table).to_owned();
                let finding = Diagnostic::error(
                    codes::ROWS,
                    format!("`{name}` have no time of their own, so there is no {word} of them"),
                );
                self.report(finding.at(span, "no `at`"));
                None
            }
            AggregateFn::CountDistinct
            | AggregateFn::Sum
            | AggregateFn::Avg
            | AggregateFn::Min
            | AggregateFn::Max
            | AggregateFn::Median
            | AggregateFn::Mode => {
                let name = self.table_name(table).to_owned();
                let fields = self.r.member(table).names_of(|member| matches!(member, Member::Field(_))).take(8);
                let known: Vec<String> = fields.map(|field| format!("`{name}.{field}`")).collect();
                let finding = Diagnostic::error(
                    codes::ROWS,
                    format!("`{word}` needs a value of each row, and `{name}` are rows"),
                )
                .at(it.value.span, "which value?")
                .help(format!("name one: {}", known.join(", ")));
                self.report(finding);
                None
            }
        }
    }

    /// A value of each row.
    fn row_value(&mut self, it: &ast::Aggregate, rows: &Rows, table: TableId, prefix: Vec<String>) -> Option<Expr> {
        if matches!(it.function.value, AggregateFn::Count | AggregateFn::Share) {
            let (word, whole) = (word(it.function.value), prefix.join("."));
            let finding =
                Diagnostic::error(codes::ROWS, format!("`{word}` looks at rows, and this is a value in them"))
                    .at(it.value.span, "not rows");
            self.report(match it.function.value == AggregateFn::Count {
                true => finding
                    .help(format!("write `count({whole} …)` for rows, or `count(distinct …)` for different values")),
                false => finding.help(format!("write `share({whole} where … over …)`")),
            });
            return None;
        }
        self.timed(it, table)?;
        let before = self.enter(rows, table, prefix);
        let value = self.value(&it.value);
        self.scopes.truncate(before);
        (value.ty != Type::Error).then_some(value)
    }

    /// `first` and `last` need an order in time.
    fn timed(&mut self, it: &ast::Aggregate, table: TableId) -> Option<()> {
        let ordered = matches!(it.function.value, AggregateFn::First | AggregateFn::Last);
        if !ordered || self.model().tables[table].at.is_some() {
            return Some(());
        }
        let (name, word) = (self.table_name(table).to_owned(), word(it.function.value));
        let finding = Diagnostic::error(
            codes::ROWS,
            format!("`{name}` have no time of their own, so there is no {word} of them"),
        );
        self.report(finding.at(it.value.span, "no `at`"));
        None
    }

    /// The condition of a share: the filter that is written in it.
    fn share(&mut self, it: &ast::Aggregate, rows: &Rows, table: TableId, span: Span) -> Option<Option<Cond>> {
        if it.function.value != AggregateFn::Share {
            return Some(None);
        }
        match &it.filter {
            Some(filter) => Some(Some(self.filter(filter, rows, table))),
            None => {
                let finding = Diagnostic::error(codes::ROWS, "`share` does not say which part of the rows")
                    .at(span, "the share of what?");
                self.report(finding.help("write `share(… where … over …)`"));
                None
            }
        }
    }

    fn result_type(&mut self, func: AggregateFunc, value: Option<&Expr>, table: TableId, span: Span) -> Option<Type> {
        let own = value.map(|value| value.ty.clone());
        match (func, own) {
            (_, Some(ty @ Type::List(_))) => {
                let finding = Diagnostic::error(
                    codes::OPERATION,
                    format!("`{}` cannot be taken of {}", func_word(func), type_name(&ty)),
                );
                let place = value.map_or(span, |value| value.span);
                self.report(finding.at(place, "a list").help("filter the rows by what it holds: `where tags has …`"));
                None
            }
            (AggregateFunc::Count | AggregateFunc::CountDistinct, _) => Some(Type::Integer),
            (AggregateFunc::Share, _) => Some(Type::Probability),
            (AggregateFunc::First | AggregateFunc::Last | AggregateFunc::Mode, Some(ty)) => Some(ty),
            (AggregateFunc::First | AggregateFunc::Last, None) => {
                let at = self.model().tables[table].at?;
                Some(self.model().fields[at].ty.clone())
            }
            (AggregateFunc::Sum, Some(Type::Integer)) => Some(Type::Integer),
            (AggregateFunc::Sum, Some(Type::Decimal | Type::Probability)) => Some(Type::Decimal),
            (AggregateFunc::Avg | AggregateFunc::Median, Some(Type::Integer | Type::Decimal)) => Some(Type::Decimal),
            (AggregateFunc::Avg | AggregateFunc::Median, Some(Type::Probability)) => Some(Type::Probability),
            (AggregateFunc::Sum | AggregateFunc::Avg | AggregateFunc::Median, Some(ty @ Type::Money(_))) => Some(ty),
            (AggregateFunc::Min | AggregateFunc::Max, Some(ty))
                if is_number(&ty) || matches!(ty, Type::Money(_) | Type::Date | Type::Instant(_)) =>
            {
                Some(ty)
            }
            (_, Some(ty)) => {
                let word = func_word(func);
                let finding =
                    Diagnostic::error(codes::OPERATION, format!("`{word}` cannot be taken of {}", type_name(&ty)));
                let place = value.map_or(span, |value| value.span);
                self.report(
                    finding
                        .at(place, type_name(&ty))
                        .help("`count`, `count(distinct …)`, `mode`, `first` and `last` can"),
                );
                None
            }
            (_, None) => None,
        }
    }
}

/// The first name in a value, in the order of the text.
fn first_path(value: &ast::Expr) -> Option<&ast::Path> {
    match &value.kind {
        Ast::Path(path) => Some(path),
        Ast::Part(part) => first_path(&part.of),
        Ast::DaysSince(inner) => first_path(inner),
        Ast::Extreme(extreme) => extreme.of.iter().find_map(first_path),
        Ast::Sum { first, rest } | Ast::Product { first, rest } => {
            first_path(first).or_else(|| rest.iter().find_map(|(_, part)| first_path(part)))
        }
        Ast::Everyone
        | Ast::Sample(_)
        | Ast::Rank(_)
        | Ast::Literal(_)
        | Ast::Ago(_)
        | Ast::Not(_)
        | Ast::And(_)
        | Ast::Or(_)
        | Ast::Compare { .. }
        | Ast::Between { .. }
        | Ast::In { .. }
        | Ast::InWeekdays { .. }
        | Ast::Within { .. }
        | Ast::Around(_)
        | Ast::TextTest { .. }
        | Ast::Has { .. }
        | Ast::Presence { .. }
        | Ast::Events(_)
        | Ast::Counting(_)
        | Ast::Aggregate(_)
        | Ast::InSegment { .. }
        | Ast::InList { .. }
        | Ast::Unsupported(_)
        | Ast::Error => None,
    }
}

fn holds_error(value: &ast::Expr) -> bool {
    match &value.kind {
        Ast::Sum { first, rest } | Ast::Product { first, rest } => {
            holds_error(first) || rest.iter().any(|(_, part)| holds_error(part))
        }
        Ast::Part(part) => holds_error(&part.of),
        Ast::DaysSince(inner) => holds_error(inner),
        Ast::Extreme(extreme) => extreme.of.iter().any(holds_error),
        Ast::Error | Ast::Unsupported(_) => true,
        Ast::Everyone
        | Ast::Sample(_)
        | Ast::Rank(_)
        | Ast::Path(_)
        | Ast::Literal(_)
        | Ast::Ago(_)
        | Ast::Not(_)
        | Ast::And(_)
        | Ast::Or(_)
        | Ast::Compare { .. }
        | Ast::Between { .. }
        | Ast::In { .. }
        | Ast::InWeekdays { .. }
        | Ast::Within { .. }
        | Ast::Around(_)
        | Ast::TextTest { .. }
        | Ast::Has { .. }
        | Ast::Presence { .. }
        | Ast::Events(_)
        | Ast::Counting(_)
        | Ast::Aggregate(_)
        | Ast::InSegment { .. }
        | Ast::InList { .. } => false,
    }
}

fn function(func: AggregateFn) -> AggregateFunc {
    match func {
        AggregateFn::Count => AggregateFunc::Count,
        AggregateFn::CountDistinct => AggregateFunc::CountDistinct,
        AggregateFn::Sum => AggregateFunc::Sum,
        AggregateFn::Avg => AggregateFunc::Avg,
        AggregateFn::Min => AggregateFunc::Min,
        AggregateFn::Max => AggregateFunc::Max,
        AggregateFn::Median => AggregateFunc::Median,
        AggregateFn::Mode => AggregateFunc::Mode,
        AggregateFn::First => AggregateFunc::First,
        AggregateFn::Last => AggregateFunc::Last,
        AggregateFn::Share => AggregateFunc::Share,
    }
}

fn word(func: AggregateFn) -> &'static str {
    func_word(function(func))
}

/// The word of an aggregate.
pub(super) fn func_word(func: AggregateFunc) -> &'static str {
    match func {
        AggregateFunc::Count => "count",
        AggregateFunc::CountDistinct => "count(distinct …)",
        AggregateFunc::Sum => "sum",
        AggregateFunc::Avg => "avg",
        AggregateFunc::Min => "min",
        AggregateFunc::Max => "max",
        AggregateFunc::Median => "median",
        AggregateFunc::Mode => "mode",
        AggregateFunc::First => "first",
        AggregateFunc::Last => "last",
        AggregateFunc::Share => "share",
    }
}
