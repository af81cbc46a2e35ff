//! Values and rows by which an expression stands to a value as a condition asks.

use crate::model::calendar::add_days;
use crate::model::{
    Aggregate, AggregateFunc, ArithmeticOp, CompareOp, DatePart, Decimal, Expr, ExprKind, FieldId, Instant, Length,
    Residence, Rows, RowsFrom, TableKind, Type, Value,
};
use crate::reference::Cell;

use super::draft::Place;
use super::make::{Env, MOST_ROWS, Maker, how_many};

/// An hour in microseconds.
const HOUR: i64 = 3_600_000_000;

impl Maker<'_, '_> {
    /// Writes what makes an expression stand so to a value.
    pub fn solve(&mut self, expr: &Expr, op: CompareOp, value: &Value, env: &Env) {
        match &expr.kind {
            ExprKind::Field(path) => {
                let Some(row) = self.row_of(path, env) else { return };
                let elsewhere = (op == CompareOp::NotEqual).then(|| self.elsewhere(path.field, value)).flatten();
                let one = elsewhere.unwrap_or_else(|| self.standing(op, value, &expr.ty));
                self.set_field(&row, path.field, &one);
            }
            ExprKind::Age(path) => {
                let Some(row) = self.row_of(path, env) else { return };
                let years = match self.standing(op, value, &Type::Integer) {
                    Value::Integer(years) => years,
                    Value::Text(_) | Value::Boolean(_) | Value::Decimal(_) | Value::Date(_) | Value::Instant(_) => 40,
                };
                let born = self.years_ago(years);
                self.set_field(&row, path.field, &born);
            }
            ExprKind::Score { rows, field } => {
                let Some(row) = self.lay(rows, None, env) else { return };
                let one = self.standing(op, value, &expr.ty);
                self.set_field(&row, field.field, &one);
            }
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, op, value, env),
            ExprKind::Arithmetic { op: sign, left, right } => self.arithmetic(*sign, (left, right), op, value, env),
            ExprKind::DateOf(inner) => {
                let day = self.standing(op, value, &Type::Date);
                self.solve(inner, CompareOp::Equal, &self.noon(&day), env);
            }
            ExprKind::StartOfDay(inner) => self.solve(inner, op, value, env),
            ExprKind::DaysSince(inner) => {
                let Value::Integer(days) = self.standing(op, value, &Type::Integer) else { return };
                let at = Value::Instant(self.draft.ago(Length::days(days)).plus_micros(-HOUR));
                self.solve(inner, CompareOp::Equal, &at, env);
            }
            ExprKind::Part { part, of, .. } => self.part(*part, of, op, value, env),
            ExprKind::Extreme { of, .. } => of.iter().for_each(|one| self.solve(one, op, value, env)),
            ExprKind::Defined { body, .. } => self.solve(body, op, value, env),
            ExprKind::Literal(_)
            | ExprKind::Standing(_)
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::Error => {}
        }
    }

    /// What an expression comes to whatever the rows, or by what has been written.
    pub fn known(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Literal(value) => Some(value.clone()),
            ExprKind::Ago(length) => Some(Value::Instant(self.draft.ago(*length))),
            ExprKind::Now => Some(Value::Instant(self.draft.now)),
            ExprKind::Today => Some(Value::Date(self.draft.zone.date_of(self.draft.now))),
            ExprKind::StartOfDay(inner) => {
                let Value::Date(day) = self.known(inner)? else { return None };
                Some(Value::Instant(self.draft.zone.start_of(day)))
            }
            ExprKind::DateOf(inner) => {
                let at = self.draft.instant(&self.known(inner)?)?;
                Some(Value::Date(self.draft.zone.date_of(at)))
            }
            ExprKind::Defined { body, .. } => self.known(body),
            ExprKind::Arithmetic { op, left, right } => {
                let (a, b) = (number(&self.known(left)?)?, number(&self.known(right)?)?);
                decimal(calculated(*op, a, b)?)
            }
            ExprKind::Field(_)
            | ExprKind::Score { .. }
            | ExprKind::Aggregate(_)
            | ExprKind::Standing(_)
            | ExprKind::Age(_)
            | ExprKind::Part { .. }
            | ExprKind::DaysSince(_)
            | ExprKind::Extreme { .. }
            | ExprKind::Error => None,
        }
    }

    fn noon(&self, value: &Value) -> Value {
        let Value::Date(day) = value else { return value.clone() };
        Value::Instant(self.draft.zone.start_of(*day).plus_micros(12 * HOUR))
    }

    /// Another country whose law is known, where the field says where people live: of no other place anybody could be reached.
    fn elsewhere(&self, field: FieldId, value: &Value) -> Option<Value> {
        let facts = self.model.entity_facts(self.model.fields[field].table)?;
        facts.residence.filter(|residence| residence.value == Residence::Field(field))?;
        let countries = self.model.jurisdictions.values().flat_map(|law| &law.countries);
        countries.map(|country| Value::Text(country.value.clone())).find(|country| country != value)
    }

    /// A value that stands so to another.
    fn standing(&mut self, op: CompareOp, value: &Value, ty: &Type) -> Value {
        let step: i64 = match op {
            CompareOp::Equal | CompareOp::LessOrEqual | CompareOp::GreaterOrEqual => 0,
            CompareOp::Less => -1,
            CompareOp::Greater | CompareOp::NotEqual => 1,
        };
        if step == 0 {
            return value.clone();
        }
        match value {
            Value::Integer(n) => Value::Integer(n.saturating_add(step)),
            Value::Decimal(number) => {
                let by = if *ty == Type::Probability { 10_000 } else { 1_000_000 };
                Decimal::from_micros(number.micros() + i128::from(step) * by).map_or(value.clone(), Value::Decimal)
            }
            Value::Date(day) => Value::Date(add_days(*day, i32::try_from(step).unwrap_or(1))),
            Value::Instant(at) => Value::Instant(at.plus_micros(step * HOUR)),
            Value::Boolean(truth) => Value::Boolean(!truth),
            Value::Text(_) if *ty == Type::Version => Value::Text(if step < 0 { "0.0" } else { "999.0" }.to_owned()),
            Value::Text(_) => Value::Text("something else".to_owned()),
        }
    }

    fn part(&mut self, part: DatePart, of: &Expr, op: CompareOp, value: &Value, env: &Env) {
        if part == DatePart::Date {
            let day = self.standing(op, value, &Type::Date);
            return self.solve(of, CompareOp::Equal, &self.noon(&day), env);
        }
        let turn = i64::try_from(self.draft.choose(4_000)).unwrap_or(0);
        let hours = if part.needs_instant() { turn % 48 } else { 24 * (turn % 400) };
        let at = Value::Instant(self.draft.now.plus_micros(-(hours + 1) * HOUR));
        self.solve(of, CompareOp::Equal, &at, env);
    }

    fn arithmetic(&mut self, sign: ArithmeticOp, sides: (&Expr, &Expr), op: CompareOp, value: &Value, env: &Env) {
        let Some(to) = number(value) else { return };
        let (left, right) = sides;
        let undo = |known: i128| match sign {
            ArithmeticOp::Add => to.checked_sub(known),
            ArithmeticOp::Subtract => to.checked_add(known),
            ArithmeticOp::Multiply => to.checked_mul(1_000_000)?.checked_div(known),
            ArithmeticOp::Divide => to.checked_mul(known).map(|n| n / 1_000_000),
        };
        match (self.known(left).as_ref().and_then(number), self.known(right).as_ref().and_then(number)) {
            (_, Some(known)) => {
                if let Some(value) = undo(known).and_then(decimal) {
                    self.solve(left, op, &value, env);
                }
            }
            (Some(known), None) => {
                let value = match sign {
                    ArithmeticOp::Subtract => known.checked_sub(to),
                    ArithmeticOp::Divide => known.checked_mul(1_000_000).and_then(|n| n.checked_div(to)),
                    ArithmeticOp::Add | ArithmeticOp::Multiply => undo(known),
                };
                if let Some(value) = value.and_then(decimal) {
                    self.solve(right, op, &value, env);
                }
            }
            (None, None) => {
                let neutral = matches!(sign, ArithmeticOp::Multiply | ArithmeticOp::Divide);
                self.solve(right, CompareOp::Equal, &Value::Integer(i64::from(neutral)), env);
                self.solve(left, op, value, env);
            }
        }
    }

    fn aggregate(&mut self, aggregate: &Aggregate, op: CompareOp, value: &Value, env: &Env) {
        let n = number(value).and_then(|n| u64::try_from(n.div_euclid(1_000_000)).ok()).unwrap_or(0);
        match aggregate.func {
            AggregateFunc::Count => self.count(&aggregate.rows, op, n, env),
            AggregateFunc::CountDistinct => {
                for number in 0..how_many(op, n).min(MOST_ROWS) {
                    let Some((_, env)) = self.laid(&aggregate.rows, env) else { return };
                    self.distinct(aggregate.value.as_ref(), number, &env);
                }
            }
            AggregateFunc::Share => {
                let Some((_, env)) = self.laid(&aggregate.rows, env) else { return };
                let want = !matches!(op, CompareOp::Less | CompareOp::LessOrEqual);
                aggregate.share.iter().for_each(|part| self.cond(part, want, &env));
            }
            AggregateFunc::Sum if matches!(op, CompareOp::Less | CompareOp::LessOrEqual) => {}
            AggregateFunc::Sum
            | AggregateFunc::Avg
            | AggregateFunc::Min
            | AggregateFunc::Max
            | AggregateFunc::Median
            | AggregateFunc::Mode
            | AggregateFunc::First
            | AggregateFunc::Last => match &aggregate.value {
                Some(of) => {
                    let Some((_, env)) = self.laid(&aggregate.rows, env) else { return };
                    self.solve(of, op, value, &env);
                }
                None => {
                    let at = self.standing(op, value, &Type::Instant(None));
                    let at = self.draft.instant(&at);
                    self.lay(&aggregate.rows, at, env);
                }
            },
        }
    }

    /// A value for every number.
    fn distinct(&mut self, value: Option<&Expr>, number: u64, env: &Env) {
        let Some(value) = value else { return };
        let n = i64::try_from(number).unwrap_or(0);
        let listed = value.plain_field().and_then(|plain| {
            let ExprKind::Field(path) = &plain.kind else { return None };
            let one_of = self.model.fields[path.field].one_of.as_ref()?;
            one_of.get(usize::try_from(number).ok()?).map(|one| Value::Text(one.value.clone()))
        });
        let one = match &value.ty {
            Type::Date | Type::Instant(_) => Value::Instant(self.draft.ago(Length::days(n + 1))),
            Type::Integer | Type::Decimal | Type::Money(_) => Value::Integer(n + 1),
            Type::Probability => Decimal::from_micros(i128::from(n) * 10_000).map_or(Value::Integer(0), Value::Decimal),
            Type::Boolean => Value::Boolean(n == 0),
            Type::Text | Type::Uuid | Type::Version | Type::Place | Type::List(_) | Type::Error => {
                listed.unwrap_or_else(|| Value::Text(format!("one of {}", n + 1)))
            }
        };
        self.solve(value, CompareOp::Equal, &one, env);
    }

    /// Lays as many rows as a comparison of their number asks for.
    pub fn count(&mut self, rows: &Rows, op: CompareOp, n: u64, env: &Env) {
        for _ in 0..how_many(op, n).min(MOST_ROWS) {
            if self.laid(rows, env).is_none() {
                return;
            }
        }
    }

    /// A row that is among some, and names bound to it.
    pub fn laid(&mut self, rows: &Rows, env: &Env) -> Option<(Place, Env)> {
        let row = self.lay(rows, None, env)?;
        let mut env = env.clone();
        env.insert(rows.binding, row.clone());
        Some((row, env))
    }

    /// Lays a row that is among some; `at` is when, if not anywhere in their window.
    fn lay(&mut self, rows: &Rows, at: Option<Instant>, env: &Env) -> Option<Place> {
        let around = match &rows.each {
            Some(each) => Some(self.laid(each, env)?.1),
            None => None,
        };
        let env = around.as_ref().unwrap_or(env);
        let row = match &rows.from {
            RowsFrom::Subject { table, of, via } => {
                let from = env.get(of)?.clone();
                let whose = self.along(&from, via)?;
                self.of_subject(*table, &whose)
            }
            RowsFrom::Nested { table, of } => self.part_of(*table, &env.get(of)?.clone())?,
            RowsFrom::Related { link, of, via } => {
                let from = env.get(of)?.clone();
                let whose = self.along(&from, via)?;
                self.related(*link, &whose)?
            }
            RowsFrom::RelatedRows { link, of, via, table } => {
                let from = env.get(of)?.clone();
                let whose = self.along(&from, via)?;
                let person = self.related(*link, &whose)?;
                self.of_subject(*table, &person)
            }
            RowsFrom::Error => return None,
        };
        let at = at.or_else(|| self.moment(rows, env));
        if let (Some(at), Some(clock)) = (at, self.model.tables[row.table].at) {
            self.set_field(&row, clock, &Value::Instant(at));
            if let Some(arrived) = self.model.tables[row.table].arrived {
                self.set_field(&row, arrived, &Value::Instant(at));
            }
        }
        let mut env = env.clone();
        env.insert(rows.binding, row.clone());
        rows.latest.iter().filter_map(|latest| latest.of.as_ref()).for_each(|of| self.cond(of, true, &env));
        rows.filter.iter().for_each(|filter| self.cond(filter, true, &env));
        Some(row)
    }

    fn of_subject(&mut self, table: crate::model::TableId, whose: &Place) -> Place {
        let row = self.draft.add(table, self.physical(table));
        let about = &self.model.tables[table];
        let key = self.model.key_of(whose.table).map(|key| &self.model.fields[key]);
        let key = key.and_then(|key| self.draft.get(whose, &key.column));
        let (Some(subject), Some(key)) = (about.subject, key) else { return row };
        match about.along.map(|identity| &self.model.identities[identity]) {
            None => self.set_field(&row, subject, &key),
            Some(identity) => {
                let id = self.draft.fresh(&self.model.fields[subject].ty);
                self.set_field(&row, subject, &id);
                let name = identity.physical.as_ref().map(|name| name.value.join(".")).unwrap_or_default();
                let link = self.draft.add(identity.to, name);
                self.draft.set(&link, &identity.from_column.value, Cell::Value(id));
                self.draft.set(&link, &identity.to_column.value, Cell::Value(key));
                if let Some(clock) = &identity.at {
                    let when = Value::Instant(self.draft.ago(Length::days(60)));
                    let cell = self.draft.cell(&clock.ty, &when);
                    self.draft.set(&link, &clock.column.value, cell);
                }
            }
        }
        row
    }

    fn part_of(&mut self, table: crate::model::TableId, parent: &Place) -> Option<Place> {
        let TableKind::Rows { by, parent_by, .. } = &self.model.tables[table].kind else { return None };
        let above = &self.model.fields[*parent_by].column;
        if self.draft.get(parent, above).is_none() {
            self.key_cell(parent, *parent_by);
        }
        let key = self.draft.get(parent, above)?;
        let row = self.draft.add(table, self.physical(table));
        self.set_field(&row, *by, &key);
        Some(row)
    }

    /// Somebody who is linked to a subject, and for whom everything is permitted that is for the segment's own.
    fn related(&mut self, link: crate::model::LinkId, whose: &Place) -> Option<Place> {
        let link = &self.model.links[link];
        let key = self.draft.get(whose, &self.model.fields[link.to_key].column)?;
        let person = self.person(link.from);
        self.set_field(&person, link.by, &key);
        Some(person)
    }
}

/// A number in millionths.
fn number(value: &Value) -> Option<i128> {
    match value {
        Value::Integer(n) => Some(i128::from(*n) * 1_000_000),
        Value::Decimal(decimal) => Some(decimal.micros()),
        Value::Text(_) | Value::Boolean(_) | Value::Date(_) | Value::Instant(_) => None,
    }
}

fn decimal(micros: i128) -> Option<Value> {
    Decimal::from_micros(micros).map(Value::Decimal)
}

fn calculated(op: ArithmeticOp, a: i128, b: i128) -> Option<i128> {
    match op {
        ArithmeticOp::Add => a.checked_add(b),
        ArithmeticOp::Subtract => a.checked_sub(b),
        ArithmeticOp::Multiply => a.checked_mul(b).map(|n| n / 1_000_000),
        ArithmeticOp::Divide => a.checked_mul(1_000_000)?.checked_div(b),
    }
}
