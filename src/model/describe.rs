//! Conditions in plain English, from the same tree that is checked and planned.
//!
//! The sentences name tables and fields by their names in the language and quote texts; they are data like any other author's text,
//! and whoever prints them escapes them.

mod dates;
mod places;
mod population;

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
    let unwanted = segment.except.iter().map(|cond| {
        format!("and it is certain that not: {} (whoever this is unknown of is left out, too)", condition(model, cond))
    });
    wanted.chain(stays).chain(unwanted).collect()
}

/// A condition as a clause: `country is "DE" or "FR"`.
pub fn condition(model: &Model, cond: &Cond) -> String {
    English { model }.cond(cond)
}

/// An expression as a noun: `the sum of orders.total over the last 12 months`.
pub fn expression(model: &Model, expr: &Expr) -> String {
    English { model }.expr(expr)
}

/// A window: `over the last 90 days`.
pub fn window(window: Window) -> String {
    let full = |n: u32, unit| format!("over the last {n} full {}{}", unit_word(unit), plural(u64::from(n)));
    match window {
        Window::Last(length) => format!("over the last {length}"),
        Window::Ago { from, to } => format!("from {from} ago to {to} ago"),
        Window::LastFull { n, unit } => full(n, unit),
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
        Window::This(unit) => format!("in this {}", unit_word(unit)),
        Window::Today => "today".to_owned(),
        Window::Yesterday => "yesterday".to_owned(),
        Window::Dates { from, to } if from == to => format!("on {from}"),
        Window::Dates { from, to } => format!("from {from} to {to}, both days included"),
        Window::Since(from) => format!("since {from}"),
        Window::Retained => "over the history that may be used".to_owned(),
        Window::Error => "over some time".to_owned(),
    }
}

/// A literal as people write it.
pub fn literal(value: &Value, ty: &Type) -> String {
    match (value, ty) {
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
            CondKind::Between { value, low, high } => {
                format!("{} is between {} and {}, both included", self.expr(value), self.expr(low), self.expr(high))
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
            CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::Not(_)
            | CondKind::Compare { .. }
            | CondKind::OneOf { .. }
            | CondKind::Between { .. }
            | CondKind::Within { .. }
            | CondKind::Around { .. }
            | CondKind::Text { .. }
            | CondKind::Count { .. }
            | CondKind::AtLeastOf { .. }
            | CondKind::InSegment { .. }
            | CondKind::Defined { .. }
            | CondKind::Error => format!("it is certain that not ({})", self.cond(inner)),
        }
    }

    fn joined(&self, parts: &[Cond], word: &str) -> String {
        let one = |part: &Cond| match &part.kind {
            CondKind::And(_) | CondKind::Or(_) => format!("({})", self.cond(part)),
            CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::Not(_)
            | CondKind::Compare { .. }
            | CondKind::OneOf { .. }
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
            | CondKind::Error => self.cond(part),
        };
        parts.iter().map(one).collect::<Vec<_>>().join(word)
    }

    fn count(&self, rows: &Rows, op: CompareOp, n: u64, word: CountWord) -> String {
        if word == CountWord::AllHave {
            return self.all_have(rows);
        }
        let what = self.rows(rows);
        match word {
            CountWord::Any | CountWord::AllHave => format!("has at least one of {what}"),
            CountWord::No | CountWord::Begins => format!("has none of {what}"),
            CountWord::AtLeast => format!("has at least {n} of {what}"),
            CountWord::AtMost => format!("has at most {n} of {what}"),
            CountWord::Exactly if op == CompareOp::Equal => format!("has exactly {n} of {what}"),
            CountWord::Exactly => format!("has a number {} {n} of {what}", op.sign()),
        }
    }

    /// `of all orders over the last 12 months, each has: …`: the last part of the filter is what is missing, negated.
    fn all_have(&self, rows: &Rows) -> String {
        let (kept, lacking) = match rows.filter.as_deref().map(|filter| (&filter.kind, filter)) {
            Some((CondKind::And(parts), whole)) => match parts.as_slice() {
                [kept, lacking] => (Some(kept), lacking),
                _ => (None, whole),
            },
            Some((_, whole)) => (None, whole),
            None => return format!("has none of {}", self.rows(rows)),
        };
        let each = if let CondKind::Not(inner) = &lacking.kind { self.cond(inner) } else { self.negated(lacking) };
        let plain = Rows { filter: kept.map(|kept| Box::new(kept.clone())), ..rows.clone() };
        format!("of {}, it is certain of each that {each}", self.rows(&plain))
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
            OfWord::FullUnits(unit) => format!("full {}{}", unit_word(unit), plural(many)),
            OfWord::Periods(length) => format!("period{} of {length}", plural(many)),
        };
        let asked = of.first().map(|part| {
            let CondKind::Count { rows, op, n, word } = &part.kind else { return self.cond(part) };
            self.count(&Rows { window: None, ..Rows::clone(rows) }, *op, *n, *word)
        });
        format!("in {how} of the last {many} {periods}: {}", asked.unwrap_or_default())
    }

    fn reference(&self, segment: SegmentId, via: &[LinkId]) -> String {
        let name = &self.model.segments[segment].name.value;
        let whose: Vec<_> = via.iter().map(|link| self.model.links[*link].name.value.as_str()).collect();
        match whose.is_empty() {
            true => format!("belongs to the segment {name}, whose guard is asked again"),
            false => format!("the {} belongs to the segment {name}, whose guard is asked again", whose.join("'s ")),
        }
    }

    /// Rows with their filter and window: `orders where status is "paid", over the last 12 months`.
    fn rows(&self, rows: &Rows) -> String {
        if let Some((_, asked)) = rows.begin_visits() {
            let asked = asked.iter().map(|part| format!(" where {}", self.cond(part))).collect::<String>();
            let over = rows.window.map(|w| format!(", {}", window(w.value))).unwrap_or_default();
            return format!("visits that begin in {}{asked}{over}", self.source(rows));
        }
        let kept = match &rows.latest {
            Some(latest) => latest.of.as_ref(),
            None => rows.filter.as_deref(),
        };
        let filter = kept.map(|filter| format!(" where {}", self.cond(filter))).unwrap_or_default();
        let comma = if filter.is_empty() { " " } else { ", " };
        let over = match &rows.anchored {
            Some(anchored) => format!("{comma}{}", self.anchored(anchored)),
            None => rows.window.map(|w| format!("{comma}{}", window(w.value))).unwrap_or_default(),
        };
        let rest = rows.filter.as_ref().filter(|_| rows.latest.is_some());
        let rest = rest.map(|rest| format!(", of which those where {}", self.cond(rest))).unwrap_or_default();
        let latest = rows.latest.as_ref().map(|latest| format!("the latest {} ", latest.n)).unwrap_or_default();
        format!("{latest}{}{filter}{over}{rest}", self.source(rows))
    }

    /// `over the first 14 days after signup_at`; `later than that, within 2 days`.
    fn anchored(&self, anchored: &Anchored) -> String {
        let so_far = if anchored.so_far { ", so far" } else { "" };
        let lengths: Vec<Length> = anchored.ends.iter().map(|(_, length)| *length).collect();
        if !anchored.open {
            let long = lengths.first().copied().unwrap_or_default();
            return format!("over the first {long} after {}{so_far}", self.expr(&anchored.start));
        }
        match lengths.as_slice() {
            [] => format!("afterwards{so_far}"),
            [none] if *none == Length::default() => "in between".to_owned(),
            [within] => format!("afterwards, within {within}{so_far}"),
            [within, ..] => format!("afterwards, within {within} and in time for the whole{so_far}"),
        }
    }

    fn source(&self, rows: &Rows) -> String {
        let table = |id: TableId| self.model.tables[id].name.value.clone();
        let members = |id: LinkId| {
            let link = &self.model.links[id];
            link.reverse.as_ref().map_or_else(|| table(link.from), |name| name.value.clone())
        };
        let whose = |via: &[LinkId]| {
            let hops = via.iter().map(|link| format!("{}'s ", self.model.links[*link].name.value));
            hops.collect::<String>()
        };
        match &rows.from {
            RowsFrom::Subject { table: id, via, .. } => format!("{}{}{}", whose(via), table(*id), self.along(*id)),
            RowsFrom::Nested { table: id, .. } => table(*id),
            RowsFrom::Related { link, via, .. } => format!("{}{}", whose(via), members(*link)),
            RowsFrom::RelatedRows { link, via, table: id, .. } => {
                format!("the {}{}' {}{}", whose(via), members(*link), table(*id), self.along(*id))
            }
            RowsFrom::Error => "…".to_owned(),
        }
    }

    /// How rows of ids are told from those of people.
    fn along(&self, table: TableId) -> String {
        let identity = self.model.tables[table].along.map(|identity| &self.model.identities[identity].name.value);
        identity.map_or_else(String::new, |name| format!(" of each {name} of theirs alone"))
    }

    fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Literal(value) => literal(value, &expr.ty),
            ExprKind::Field(path) => self.path(path),
            ExprKind::Score { field, .. } => format!("the latest {}", self.path(field)),
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
            ExprKind::DateOf(inner) => format!("the day of {}", self.expr(inner)),
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
        let rows = self.rows(&aggregate.rows);
        let of = match (&aggregate.value, &aggregate.share) {
            (Some(value), _) => {
                format!("{}{} of {rows}", self.expr(value), known_only(aggregate.ignoring_missing))
            }
            (None, Some(share)) => format!("{rows} for which {}", self.cond(share)),
            (None, None) => rows,
        };
        match aggregate.func {
            AggregateFunc::Count => format!("the number of {of}"),
            AggregateFunc::CountDistinct => format!("the number of different {of}"),
            AggregateFunc::Sum => format!("the sum of {of}"),
            AggregateFunc::Avg => format!("the average of {of}"),
            AggregateFunc::Min => format!("the least {of}"),
            AggregateFunc::Max => format!("the greatest {of}"),
            AggregateFunc::Median => format!("the median of {of}"),
            AggregateFunc::Mode => format!("the most frequent {of}"),
            AggregateFunc::First => format!("the first {of}"),
            AggregateFunc::Last => format!("the last {of}"),
            AggregateFunc::Share => format!("the share of {of}"),
        }
    }

    fn path(&self, path: &FieldPath) -> String {
        let hops = path.hops.iter().map(|link| self.model.links[*link].name.value.as_str());
        hops.chain([self.model.fields[path.field].name.value.as_str()]).collect::<Vec<_>>().join(".")
    }
}

fn compare_words(op: CompareOp, ty: &Type) -> &'static str {
    let time = matches!(ty, Type::Date | Type::Instant(_));
    match (op, time) {
        (CompareOp::Equal, _) => "is",
        (CompareOp::NotEqual, _) => "is not",
        (CompareOp::Less, false) => "is less than",
        (CompareOp::LessOrEqual, false) => "is at most",
        (CompareOp::Greater, false) => "is more than",
        (CompareOp::GreaterOrEqual, false) => "is at least",
        (CompareOp::Less, true) => "is before",
        (CompareOp::LessOrEqual, true) => "is not after",
        (CompareOp::Greater, true) => "is after",
        (CompareOp::GreaterOrEqual, true) => "is not before",
    }
}

fn text_words(op: TextOp) -> &'static str {
    match op {
        TextOp::Equals => "is",
        TextOp::Contains => "contains",
        TextOp::StartsWith => "starts with",
        TextOp::EndsWith => "ends with",
        TextOp::Matches => "has as a whole the form",
    }
}

fn case(ignoring: bool) -> &'static str {
    if ignoring { ", whatever the case" } else { "" }
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
