//! Conditions in plain English, from the same tree that is checked and planned.
//!
//! The sentences name tables and fields by their names in the language and quote texts; they are data like any other author's text,
//! and whoever prints them escapes them.

mod dates;
mod places;
mod population;
mod rows;

use std::cell::RefCell;

use super::calendar::CalendarUnit;
use super::*;

/// What a segment asks of somebody, one line per part: the condition first, then what leaves out.
pub fn segment(model: &Model, segment: &Segment) -> Vec<String> {
    let wanted = segment.condition.iter().flat_map(|cond| match &cond.kind {
        CondKind::And(parts) => parts.iter().map(|part| condition(model, part)).collect(),
        CondKind::Everyone
        | CondKind::Sample(_)
        | CondKind::Or(_)
        | CondKind::Not(_)
        | CondKind::Compare { .. }
        | CondKind::OneOf { .. }
        | CondKind::Has { .. }
        | CondKind::Between { .. }
        | CondKind::Within { .. }
        | CondKind::Around { .. }
        | CondKind::Text { .. }
        | CondKind::Truth(_)
        | CondKind::Missing(_)
        | CondKind::Count { .. }
        | CondKind::AtLeastOf { .. }
        | CondKind::InList { .. }
        | CondKind::InSegment { .. }
        | CondKind::Defined { .. }
        | CondKind::Error => vec![condition(model, cond)],
    });
    let stays = segment.stay.iter().map(|stay| {
        format!(
            "or all of that was true at some run of the last {}, and the person has been a member since",
            stay.value
        )
    });
    let unwanted = segment
        .except
        .iter()
        .map(|cond| format!("and {} (whoever this is unknown of is left out, too)", English::of(model).negated(cond)));
    wanted.chain(stays).chain(unwanted).collect()
}

/// A condition as a clause: `country is "DE" or "FR"`.
pub fn condition(model: &Model, cond: &Cond) -> String {
    English::of(model).cond(cond)
}

/// An expression as a noun: `the sum of orders.total over the last 12 months`.
pub fn expression(model: &Model, expr: &Expr) -> String {
    English::of(model).expr(expr)
}

/// A window: `over the last 90 days`.
pub fn window(window: Window) -> String {
    match window {
        Window::Last(length) => format!("over the last {length}"),
        Window::Ago { from, to } => format!("from {from} ago to {to} ago"),
        Window::LastFull { n, unit } => format!("in {}", dates::before_this(n, unit)),
        Window::Period { each, back } => format!("in the period of {each} that is {back} back"),
        Window::Units { from, to: Some(to), unit } if from.saturating_sub(to) == 1 => match to {
            0 => format!("in the last full {}", unit_word(unit)),
            _ => format!(
                "in the full {} that ended {to} {}{} ago",
                unit_word(unit),
                unit_word(unit),
                plural(u64::from(to))
            ),
        },
        Window::Units { from, to, unit } => {
            let end = to.map_or("now".to_owned(), |to| format!("the end of the full {} {to} back", unit_word(unit)));
            format!("from the start of the full {} {from} back to {end}", unit_word(unit))
        }
        Window::This(unit) => format!("since the start of this {}", unit_word(unit)),
        Window::Today => "today".to_owned(),
        Window::Yesterday => "yesterday".to_owned(),
        Window::Dates { from, to } if from == to => format!("on {from}"),
        Window::Dates { from, to } => format!("from {from} to {to} inclusive"),
        Window::Since(from) => format!("from {from} to now"),
        Window::Retained => "over the history that may be used".to_owned(),
        Window::Error => "over some time".to_owned(),
    }
}

/// A literal as people write it.
pub fn literal(value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (Value::Text(text), Type::Version) => format!("version {text}"),
        (Value::Text(text), _) => format!("\"{text}\""),
        (Value::Boolean(true), _) => "true".to_owned(),
        (Value::Boolean(false), _) => "false".to_owned(),
        (Value::Integer(n), Type::Money(currency)) => format!("{n} {currency}"),
        (Value::Decimal(amount), Type::Money(currency)) => format!("{amount} {currency}"),
        (Value::Decimal(part), Type::Probability) => percent(*part),
        (Value::Integer(n), _) => n.to_string(),
        (Value::Decimal(n), _) => n.to_string(),
        (Value::Date(date), _) => date.to_string(),
        (Value::Instant(instant), _) => instant.to_string(),
    }
}

fn percent(part: Decimal) -> String {
    Decimal::from_micros(part.micros() * 100).map_or_else(|| part.to_string(), |hundred| format!("{hundred} %"))
}

/// The word for a calendar unit.
pub fn unit_word(unit: CalendarUnit) -> &'static str {
    match unit {
        CalendarUnit::Day => "day",
        CalendarUnit::Week => "week",
        CalendarUnit::Month => "month",
        CalendarUnit::Quarter => "quarter",
        CalendarUnit::Year => "year",
    }
}

fn plural(n: u64) -> &'static str {
    if n == 1 { "" } else { "s" }
}

struct English<'m> {
    model: &'m Model,
    /// The rows that are being spoken of, the innermost last: what they bring, and their name.
    within: RefCell<Vec<(u32, String)>>,
}

impl<'m> English<'m> {
    fn of(model: &'m Model) -> Self {
        Self { model, within: RefCell::default() }
    }
}

impl English<'_> {
    fn cond(&self, cond: &Cond) -> String {
        match &cond.kind {
            CondKind::Everyone => "everyone whom the guard lets pass".to_owned(),
            CondKind::Sample(sample) => population::sampled(sample),
            CondKind::And(parts) => self.joined(parts, " and "),
            CondKind::Or(parts) => self.joined(parts, " or "),
            CondKind::Not(inner) => self.negated(inner),
            CondKind::Compare { left, right, .. } if let Some(top) = self.top(left, right) => top,
            CondKind::Compare { op, left, right } => {
                format!("{} {} {}", self.expr(left), compare_words(*op, &left.ty), self.expr(right))
            }
            CondKind::OneOf { value, values, ignoring_case } => {
                let values: Vec<_> = values.iter().map(|v| literal(&v.value, &value.ty)).collect();
                format!("{} is {}{}", self.expr(value), either(&values), case(*ignoring_case))
            }
            CondKind::Has { list, values, ignoring_case } => {
                let ty = if let Type::List(of) = &list.ty { of } else { &list.ty };
                let values: Vec<_> = values.iter().map(|v| literal(&v.value, ty)).collect();
                format!("{} has {}{}", self.expr(list), either(&values), case(*ignoring_case))
            }
            CondKind::Between { value, low, high } => {
                format!("{} is from {} to {} inclusive", self.expr(value), self.expr(low), self.expr(high))
            }
            CondKind::Around { place, of, metres } => self.around(place, of, *metres),
            CondKind::Within { value, near, yearly } => self.within(value, *near, *yearly),
            CondKind::Text { op, value, pattern, ignoring_case } => {
                let value = self.expr(value);
                format!("{value} {} \"{}\"{}", text_words(*op), pattern.value, case(*ignoring_case))
            }
            CondKind::Truth(value) => format!("{} is true", self.expr(value)),
            CondKind::Missing(value) => format!("{} is missing", self.expr(value)),
            CondKind::Count { rows, op, n, word } => self.count(rows, *op, *n, *word),
            CondKind::AtLeastOf { of, op, n, word } => self.at_least_of(of, *op, *n, *word),
            CondKind::InList { rows } => format!("is on the list {}", self.source(rows)),
            CondKind::InSegment { segment, via } => self.reference(segment.value, via),
            CondKind::Defined { define, body } => {
                format!("{} ({})", self.model.defines[*define].name.value, self.cond(body))
            }
            CondKind::Error => "…".to_owned(),
        }
    }

    fn negated(&self, inner: &Cond) -> String {
        match &inner.kind {
            CondKind::Missing(value) => format!("{} is known", self.expr(value)),
            CondKind::InList { rows } => format!("is not on the list {}", self.source(rows)),
            CondKind::Truth(value) => format!("{} is false", self.expr(value)),
            CondKind::InSegment { segment, via } => {
                format!(
                    "certainly {} not meet the condition of the segment {}",
                    self.whose(via, "does"),
                    self.segment(segment.value)
                )
            }
            CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::Not(_)
            | CondKind::Compare { .. }
            | CondKind::OneOf { .. }
            | CondKind::Has { .. }
            | CondKind::Between { .. }
            | CondKind::Within { .. }
            | CondKind::Around { .. }
            | CondKind::Text { .. }
            | CondKind::Count { .. }
            | CondKind::AtLeastOf { .. }
            | CondKind::Defined { .. }
            | CondKind::Error => format!("certainly not ({})", self.cond(inner)),
        }
    }

    /// Parts that themselves join something stand in brackets.
    fn joined(&self, parts: &[Cond], word: &str) -> String {
        let one = |part: &Cond| {
            let said = self.cond(part);
            let joins = [" and ", " or ", " where "].iter().any(|word| said.contains(word));
            if joins && !said.ends_with(')') || matches!(part.kind, CondKind::And(_) | CondKind::Or(_)) {
                format!("({said})")
            } else {
                said
            }
        };
        parts.iter().map(one).collect::<Vec<_>>().join(word)
    }

    fn at_least_of(&self, of: &[Cond], op: CompareOp, n: u64, word: OfWord) -> String {
        let many = of.len() as u64;
        let how = match op {
            CompareOp::GreaterOrEqual if n == many => "each".to_owned(),
            CompareOp::GreaterOrEqual => format!("at least {n}"),
            CompareOp::LessOrEqual => format!("at most {n}"),
            CompareOp::Equal => format!("exactly {n}"),
            CompareOp::NotEqual | CompareOp::Less | CompareOp::Greater => format!("a number {} {n}", op.sign()),
        };
        let periods = match word {
            OfWord::Listed => {
                let parts: Vec<_> = of.iter().map(|part| self.cond(part)).collect();
                return format!("{how} of these: {}", parts.join("; "));
            }
            OfWord::FullUnits(unit) => format!("full {}{} before this one", unit_word(unit), plural(many)),
            OfWord::Periods(length) => format!("period{} of {length} before now", plural(many)),
        };
        let asked = of.first().map(|part| {
            let CondKind::Count { rows, op, n, word } = &part.kind else { return self.cond(part) };
            self.count(&Rows { window: None, ..Rows::clone(rows) }, *op, *n, *word)
        });
        format!("in {how} of the {many} {periods}: {}", asked.unwrap_or_default())
    }

    fn reference(&self, segment: SegmentId, via: &[LinkId]) -> String {
        format!("{} to the segment {} (its guard asked again)", self.whose(via, "belongs"), self.segment(segment))
    }

    fn segment(&self, segment: SegmentId) -> &str {
        &self.model.segments[segment].name.value
    }

    /// `belongs`, or `the account belongs` over a link.
    fn whose(&self, via: &[LinkId], verb: &str) -> String {
        let whose: Vec<_> = via.iter().map(|link| self.model.links[*link].name.value.as_str()).collect();
        if whose.is_empty() { verb.to_owned() } else { format!("the {} {verb}", whose.join("'s ")) }
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(value) => literal(value, &expr.ty),
            ExprKind::Field(path) => self.path(path),
            ExprKind::Score { rows, field } => {
                format!("the latest {}.{}", self.source(rows), self.inside(rows, || self.path(field)))
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Arithmetic { op, left, right } => {
                let sign = match op {
                    ArithmeticOp::Add => "+",
                    ArithmeticOp::Subtract => "−",
                    ArithmeticOp::Multiply => "×",
                    ArithmeticOp::Divide => "÷",
                };
                format!("({} {sign} {})", self.expr(left), self.expr(right))
            }
            ExprKind::Age(_) => "the age in completed years".to_owned(),
            ExprKind::Part { part, of, zone } => self.part(*part, of, zone.as_deref()),
            ExprKind::Ago(length) => format!("{length} ago"),
            ExprKind::Now => "now".to_owned(),
            ExprKind::Standing(standing) => self.standing(standing),
            ExprKind::Today => "today".to_owned(),
            ExprKind::DateOf(inner) => {
                let inner = self.expr(inner);
                format!("the day of {}", inner.strip_prefix("the time of ").unwrap_or(&inner))
            }
            ExprKind::StartOfDay(inner) => format!("the start of {}", self.expr(inner)),
            ExprKind::DaysSince(inner) => format!("the number of whole days since {}", self.expr(inner)),
            ExprKind::Extreme { greatest, of, ignoring_missing } => {
                let word = if *greatest { "the greatest of" } else { "the least of" };
                let of: Vec<_> = of.iter().map(|value| self.expr(value)).collect();
                format!("{word} {}{}", listed(&of, "and"), known_only(*ignoring_missing))
            }
            ExprKind::Defined { define, body } => {
                format!("{} ({})", self.model.defines[*define].name.value, self.expr(body))
            }
            ExprKind::Error => "…".to_owned(),
        }
    }

    fn aggregate(&self, aggregate: &Aggregate) -> String {
        let rows = self.noun(&aggregate.rows);
        if let (None, Some(share)) = (&aggregate.value, &aggregate.share) {
            let asked = self.inside(&aggregate.rows, || self.about_it(share));
            return format!("the share of {rows} of which ({asked})");
        }
        let latest = |word: &str| match &aggregate.value {
            Some(value) => format!("{} in the {word} of {rows}", self.inside(&aggregate.rows, || self.expr(value))),
            None => format!("the time of the {word} of {rows}"),
        };
        let of = || self.values(aggregate, &rows);
        match aggregate.func {
            AggregateFunc::Count => format!("the number of {rows}"),
            AggregateFunc::CountDistinct => format!("the number of different values of {}", of()),
            AggregateFunc::Sum => format!("the sum of {}", of()),
            AggregateFunc::Avg => format!("the average of {}", of()),
            AggregateFunc::Min => format!("the least {}", of()),
            AggregateFunc::Max => format!("the greatest {}", of()),
            AggregateFunc::Median => format!("the median of {}", of()),
            AggregateFunc::Mode => format!("the most frequent {}", of()),
            AggregateFunc::First => latest("earliest"),
            AggregateFunc::Last => latest("latest"),
            AggregateFunc::Share => format!("the share of {}", of()),
        }
    }

    /// `orders.total over the last 12 months`, or `(qty × price) in sales over …`.
    fn values(&self, aggregate: &Aggregate, rows: &str) -> String {
        let Some(value) = &aggregate.value else { return rows.to_owned() };
        let said = self.inside(&aggregate.rows, || self.expr(value));
        let known = known_only(aggregate.ignoring_missing);
        let own = match (&value.kind, &aggregate.rows.from) {
            (ExprKind::Field(path), RowsFrom::Subject { via, .. }) => {
                path.binding == aggregate.rows.binding && path.hops.is_empty() && via.is_empty()
            }
            (ExprKind::Field(path), RowsFrom::Nested { .. }) => {
                path.binding == aggregate.rows.binding && aggregate.rows.each.is_none()
            }
            (_, _) => false,
        };
        match rows.strip_prefix(self.source(&aggregate.rows).as_str()) {
            Some(rest) if own => format!("{}.{said}{rest}{known}", self.source(&aggregate.rows)),
            Some(_) | None => format!("{said} in {rows}{known}"),
        }
    }

    /// A field: plain where it is of what is being spoken of, else with whose it is.
    fn path(&self, path: &FieldPath) -> String {
        let hops = path.hops.iter().map(|link| self.model.links[*link].name.value.as_str());
        let plain = hops.chain([self.model.fields[path.field].name.value.as_str()]).collect::<Vec<_>>().join(".");
        let innermost = self.within.borrow().last().map_or(0, |(binding, _)| *binding);
        if path.binding == innermost {
            return plain;
        }
        if let Some(row) = self.that_row(path) {
            return format!("the {plain} of {row}");
        }
        let first = path.hops.first().map(|link| self.model.links[*link].from);
        let table = first.unwrap_or(self.model.fields[path.field].table);
        format!("the {}'s {plain}", self.model.tables[table].name.value)
    }

    /// A row around the one that is being spoken of.
    fn that_row(&self, path: &FieldPath) -> Option<String> {
        let within = self.within.borrow();
        let (_, source) = within.iter().find(|(binding, _)| *binding == path.binding)?;
        Some(format!("that row of {source}"))
    }
}

fn compare_words(op: CompareOp, ty: &Type) -> &'static str {
    let words = match ty {
        Type::Date => ["is before", "is on or before", "is after", "is on or after"],
        Type::Instant(_) => ["is before", "is at or before", "is after", "is at or after"],
        Type::Text
        | Type::Boolean
        | Type::Integer
        | Type::Decimal
        | Type::Money(_)
        | Type::Probability
        | Type::Version
        | Type::Place
        | Type::List(_)
        | Type::Uuid
        | Type::Error => ["is less than", "is at most", "is more than", "is at least"],
    };
    let [less, at_most, more, at_least] = words;
    match op {
        CompareOp::Equal => "is",
        CompareOp::NotEqual => "is not",
        CompareOp::Less => less,
        CompareOp::LessOrEqual => at_most,
        CompareOp::Greater => more,
        CompareOp::GreaterOrEqual => at_least,
    }
}

fn text_words(op: TextOp) -> &'static str {
    match op {
        TextOp::Equals => "is",
        TextOp::Contains => "contains",
        TextOp::StartsWith => "starts with",
        TextOp::EndsWith => "ends with",
        TextOp::Matches => "as a whole matches",
    }
}

fn case(ignoring: bool) -> &'static str {
    if ignoring { " (whatever the case)" } else { "" }
}

fn known_only(ignoring_missing: bool) -> &'static str {
    if ignoring_missing { " (whatever is missing left out)" } else { "" }
}

fn either(values: &[String]) -> String {
    listed(values, "or")
}

fn listed(values: &[String], word: &str) -> String {
    match values.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {word} {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => "none of no values".to_owned(),
    }
}
