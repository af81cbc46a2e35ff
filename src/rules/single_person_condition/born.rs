//! An exact day of birth beside other traits: `birth_date = 1965-02-04 and gender = "f" and country = "DE"`.
//!
//! One day of birth fits one of some 25 000 people, which is a crowd where millions are asked: the children of a great day may be greeted. Each
//! further trait divides what is left.

use super::ways::{joined, ways};
use super::{Context, RULE};
use crate::diagnostic::Diagnostic;
use crate::model::{
    CompareOp, Cond, CondKind, Date, DatePart, Expr, ExprKind, Field, FieldId, Model, Near, Reach, SegmentId, TextOp,
    Value,
};
use crate::privacy::said::{self, Fact, Said, Test};
use crate::privacy::taxonomy::is_under;
use crate::privacy::{Context as Standing, Read};
use crate::rules::tools::listed;
use crate::source::Span;

/// So many days of birth in a row are hardly more than one.
const FEW_DAYS: i32 = 7;

/// How much the traits beside a day of birth may tell.
const MOST_TOLD: u32 = 1;

/// How much of a text must be said to say it whole.
const WHOLE_TEXT: usize = 5;

/// The finding about a day of birth that is asked for beside other traits, of whoever is in or of whoever has a row.
pub(super) fn beside_others(cx: &Context<'_>, id: SegmentId) -> Option<Diagnostic> {
    let model = cx.model;
    // To bring a condition to its form costs more than to look at what it reads, and few segments read a birthday.
    let reads_birth = |read: &Read| read.field.is_some_and(|field| is_birth(model, field));
    if !cx.facts.segment(id).reads.iter().filter(|read| read.context != Standing::Delivery).any(reads_birth) {
        return None;
    }
    let whole = said::segment(model, &model.segments[id]);
    let mut all = Vec::new();
    inside(model, &whole, &mut all);
    all.push(whole);
    all.iter()
        .flat_map(|said| ways(model, said))
        .flat_map(|way| joined(model, way))
        .find_map(|way| Asked::of(model, &way).finding())
}

/// What rows must be that somebody must have, and rows of theirs.
fn inside(model: &Model, said: &Said, found: &mut Vec<Said>) {
    for test in said.tests() {
        if let Fact::Rows { rows, counts } = &test.fact
            && !counts.has(0)
            && let Some(filter) = &rows.filter
        {
            let filter = said::condition(model, filter);
            inside(model, &filter, found);
            found.push(filter);
        }
    }
}

/// What is asked of everybody who is in.
struct Asked<'m> {
    model: &'m Model,
    /// Bounds of a day of birth: the first days, or the last.
    born: Vec<(FieldId, CompareOp, Date, Span)>,
    /// Bounds of how many days ago that was.
    since: Vec<(FieldId, CompareOp, i64, Span)>,
    /// Parts of a day of birth of which one value is asked for.
    parts: Vec<(FieldId, DatePart, Span)>,
    /// Other fields of which one value is asked for.
    traits: Vec<(FieldId, Span)>,
    /// Values that closed fields must not have.
    not: Vec<(FieldId, &'m str, Span)>,
}

impl<'m> Asked<'m> {
    fn of(model: &'m Model, tests: &[Test]) -> Self {
        let (born, since, parts) = (Vec::new(), Vec::new(), Vec::new());
        let mut asked = Self { model, born, since, parts, traits: Vec::new(), not: Vec::new() };
        tests.iter().for_each(|test| asked.test(test));
        asked.left_over();
        asked
    }

    /// Closed fields of whose values all but one are excluded.
    fn left_over(&mut self) {
        for (field, _, span) in self.not.clone() {
            let values = self.model.fields[field].one_of.iter().flatten();
            let open = values
                .filter(|value| !self.not.iter().any(|(of, not, _)| (*of, *not) == (field, value.value.as_str())));
            if open.count() == 1 {
                self.one_value(field, span);
            }
        }
    }

    fn finding(&self) -> Option<Diagnostic> {
        let model = self.model;
        let (birth, day) = self.day()?;
        let table = model.fields[birth].table;
        let traits: Vec<_> = self.traits.iter().filter(|(field, _)| model.fields[*field].table == table).collect();
        if traits.iter().map(|(field, _)| told(model, &model.fields[*field])).sum::<u32>() <= MOST_TOLD {
            return None;
        }
        let name = |field: FieldId| model.fields[field].name.value.as_str();
        let names = [birth].into_iter().chain(traits.iter().map(|(field, _)| *field)).map(name);
        let finding = Diagnostic::error(RULE.code, format!("{} together name single people", listed(names)))
            .at(day, "a day of birth fits few people")
            .because("a day of birth fits one of 25 000 people, and each further trait leaves fewer: what is left is a letter to somebody")
            .help("ask for an age (`age between 55 and 65`), or for less beside the day");
        Some(traits.iter().fold(finding, |finding, (_, span)| finding.and(*span, "and fewer by this")))
    }

    fn test(&mut self, test: &Test) {
        match &test.fact {
            Fact::Compare { op, left, right } => {
                if let ExprKind::Literal(value) = &right.kind {
                    self.compared(left, *op, value, test.entry);
                } else if *op == CompareOp::Equal {
                    self.told_by_clock([(left, right), (right, left)], test.entry);
                }
            }
            Fact::Other { cond, holds: true } => self.other(cond, test.entry),
            Fact::Other { .. } | Fact::Rows { .. } => {}
        }
    }

    fn other(&mut self, cond: &Cond, span: Span) {
        match &cond.kind {
            CondKind::OneOf { value, values, .. } => {
                if let [only] = values.as_slice() {
                    self.compared(value, CompareOp::Equal, &only.value, span);
                }
            }
            CondKind::Text { op, value, pattern, .. }
                if matches!(op, TextOp::Equals | TextOp::Matches) || pattern.value.chars().count() >= WHOLE_TEXT =>
            {
                self.field(value).into_iter().for_each(|field| self.one_value(field, span));
            }
            // On one day of the year, or on a few.
            CondKind::Within { value, yearly: true, near } if is_few(*near) => {
                let field = self.field(value).filter(|field| is_birth(self.model, *field));
                self.parts.extend(field.map(|field| (field, DatePart::DayOfYear, span)));
            }
            CondKind::Within { .. }
            | CondKind::Text { .. }
            | CondKind::Compare { .. }
            | CondKind::Between { .. }
            | CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::Not(_)
            | CondKind::Defined { .. }
            | CondKind::Everyone
            | CondKind::Sample(_)
            | CondKind::Around { .. }
            | CondKind::Has { .. }
            | CondKind::Truth(_)
            | CondKind::Missing(_)
            | CondKind::Count { .. }
            | CondKind::AtLeastOf { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. }
            | CondKind::Error => {}
        }
    }

    fn compared(&mut self, value: &Expr, op: CompareOp, with: &Value, span: Span) {
        match (&value.unnamed().kind, with) {
            (ExprKind::DaysSince(inner), Value::Integer(days)) => {
                let field = self.field(inner).filter(|field| is_birth(self.model, *field));
                self.since.extend(field.map(|field| (field, op, *days, span)));
            }
            (ExprKind::Part { part, of, .. }, _) if op == CompareOp::Equal => {
                let field = self.field(of).filter(|field| is_birth(self.model, *field));
                self.parts.extend(field.map(|field| (field, *part, span)));
            }
            (ExprKind::Age(path), _) if op == CompareOp::Equal => {
                self.parts.push((path.field, DatePart::Year, span));
            }
            (_, Value::Date(day)) => {
                let field = self.field(value).filter(|field| is_birth(self.model, *field));
                self.born.extend(field.map(|field| (field, op, *day, span)));
            }
            (_, _) if op == CompareOp::Equal => self.field(value).into_iter().for_each(|it| self.one_value(it, span)),
            (_, Value::Text(text)) if op == CompareOp::NotEqual => {
                let Some(field) = self.field(value) else { return };
                let values = self.model.fields[field].one_of.iter().flatten();
                self.not.extend(values.filter(|it| it.value == *text).map(|it| (field, it.value.as_str(), span)));
            }
            (_, _) => {}
        }
    }

    /// `month of birth_date = month of today`, which is one month.
    fn told_by_clock(&mut self, sides: [(&Expr, &Expr); 2], span: Span) {
        for (part, _) in sides.into_iter().filter(|(_, with)| is_of_clock(with)) {
            if let ExprKind::Part { part, of, .. } = &part.unnamed().kind {
                let field = self.field(of).filter(|field| is_birth(self.model, *field));
                self.parts.extend(field.map(|field| (field, *part, span)));
            }
        }
    }

    fn one_value(&mut self, field: FieldId, span: Span) {
        let known = self.traits.iter().any(|(known, _)| *known == field);
        if !known && told(self.model, &self.model.fields[field]) > 0 {
            self.traits.push((field, span));
        }
    }

    /// A field of people.
    fn field(&self, value: &Expr) -> Option<FieldId> {
        let ExprKind::Field(path) = &value.unnamed().kind else { return None };
        Some(path.field).filter(|field| self.model.entity_facts(self.model.fields[*field].table).is_some())
    }

    /// The day of birth that is asked for, or few days in a row.
    fn day(&self) -> Option<(FieldId, Span)> {
        let days = |from: &Date, to: &Date| to.civil().since(from.civil()).ok().map(|span| i64::from(span.get_days()));
        let by_day = few(&self.born, days);
        let by_age = few(&self.since, |from, to| to.checked_sub(*from));
        by_day.or(by_age).or_else(|| self.day_by_parts())
    }

    /// A day that its year and its place in the year tell.
    fn day_by_parts(&self) -> Option<(FieldId, Span)> {
        let (birth, _, span) = self.parts.first()?;
        let has = |part: DatePart| self.parts.iter().any(|(field, known, _)| field == birth && *known == part);
        let in_the_year =
            has(DatePart::DayOfYear) || has(DatePart::Week) || has(DatePart::Month) && has(DatePart::DayOfMonth);
        (has(DatePart::Date) || has(DatePart::Year) && in_the_year).then_some((*birth, *span))
    }
}

pub(super) fn is_birth(model: &Model, field: FieldId) -> bool {
    let field_of = &model.fields[field];
    let declared = model.entity_facts(field_of.table).and_then(|facts| facts.birth);
    declared.is_some_and(|birth| birth.value == field)
        || field_of.labels.categories.iter().any(|label| is_under(model, &label.value, "demographic.birth_date"))
}

/// Whether these are so few days that they are hardly more than one.
fn is_few(near: Near) -> bool {
    match near {
        Near::Today | Near::Yesterday => true,
        Near::Next(Reach::Days(n)) | Near::Last(Reach::Days(n)) => i64::from(n) < i64::from(FEW_DAYS),
        Near::Next(Reach::Months(_) | Reach::Seconds(_))
        | Near::Last(Reach::Months(_) | Reach::Seconds(_))
        | Near::NextFull { .. }
        | Near::LastFull { .. } => false,
    }
}

/// Whether a value is the same for everybody: made of literals and of the time.
fn is_of_clock(expr: &Expr) -> bool {
    match &expr.unnamed().kind {
        ExprKind::Literal(_) | ExprKind::Today | ExprKind::Now | ExprKind::Ago(_) => true,
        ExprKind::Part { of, .. } | ExprKind::DateOf(of) | ExprKind::StartOfDay(of) => is_of_clock(of),
        ExprKind::Arithmetic { left, right, .. } => is_of_clock(left) && is_of_clock(right),
        ExprKind::Field(_)
        | ExprKind::Score { .. }
        | ExprKind::Aggregate(_)
        | ExprKind::Standing(_)
        | ExprKind::Age(_)
        | ExprKind::DaysSince(_)
        | ExprKind::Extreme { .. }
        | ExprKind::Defined { .. }
        | ExprKind::Error => false,
    }
}

/// Where bounds on both sides leave few days.
fn few<T>(bounds: &[(FieldId, CompareOp, T, Span)], days: impl Fn(&T, &T) -> Option<i64>) -> Option<(FieldId, Span)> {
    let first = |op| matches!(op, CompareOp::Equal | CompareOp::Greater | CompareOp::GreaterOrEqual);
    let last = |op| matches!(op, CompareOp::Equal | CompareOp::Less | CompareOp::LessOrEqual);
    let lows = bounds.iter().filter(|(_, op, ..)| first(*op));
    let pairs = lows.flat_map(|low| bounds.iter().filter(|(_, op, ..)| last(*op)).map(move |high| (low, high)));
    let mut few = pairs.filter(|((a, _, from, _), (b, _, to, _))| {
        a == b && days(from, to).is_some_and(|days| (0..i64::from(FEW_DAYS)).contains(&days))
    });
    few.next().map(|((field, .., span), _)| (*field, *span))
}

/// How much one value of a field tells of who somebody is: nothing, something, or much.
fn told(model: &Model, field: &Field) -> u32 {
    let under = |root: &str| field.labels.categories.iter().any(|label| is_under(model, &label.value, root));
    if field.labels.quasi || ["location.postcode", "location.precise", "contact"].iter().any(|root| under(root)) {
        2
    } else {
        u32::from(["demographic", "location", "professional", "ethnicity"].iter().any(|root| under(root)))
    }
}
