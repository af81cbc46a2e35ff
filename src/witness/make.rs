//! Somebody of whom a condition is true, or false, written row by row.
//!
//! Nothing here is proved: rows are laid where a condition seems to ask for them, and the reference is asked afterwards. What cannot be
//! steered (a hash, a rank, a pattern) is left to the next turn.

use std::collections::BTreeMap;

use crate::model::{
    Centre, CompareOp, Cond, CondKind, ConsentClause, Expr, ExprKind, FieldId, FieldPath, InPlace, LinkId, Model,
    PurposeId, Residence, Segment, SegmentId, SubjectKind, TableId, TextOp, Type, Value,
};
use crate::reference::Cell;

use super::control;
use super::draft::{Draft, Place};

/// Which rows names are bound to.
pub type Env = BTreeMap<u32, Place>;

/// How deep conditions within conditions are followed.
const DEEPEST: usize = 60;

/// How many rows are laid for one condition at most.
pub const MOST_ROWS: u64 = 40;

/// Writes rows of a model into a database.
pub struct Maker<'d, 'm> {
    /// What names mean.
    pub model: &'m Model,
    /// The rows so far.
    pub draft: &'d mut Draft,
    depth: usize,
}

impl<'d, 'm> Maker<'d, 'm> {
    /// A maker of rows.
    pub fn new(model: &'m Model, draft: &'d mut Draft) -> Self {
        Self { model, draft, depth: 0 }
    }

    /// The name of a table in the warehouse.
    pub fn physical(&self, table: TableId) -> String {
        self.model.tables[table].physical.as_ref().map(|name| name.value.join(".")).unwrap_or_default()
    }

    /// A new row of an entity or lookup, with a key.
    pub fn thing(&mut self, table: TableId) -> Place {
        let place = self.draft.add(table, self.physical(table));
        if let Some(key) = self.model.key_of(table) {
            self.key_cell(&place, key);
        }
        place
    }

    /// A new subject, where nothing else is known of them an adult who lives where nobody may be reached without a yes.
    pub fn person(&mut self, entity: TableId) -> Place {
        let place = self.thing(entity);
        let Some(facts) = self.model.entity_facts(entity) else { return place };
        if let Some(birth) = facts.birth.filter(|_| facts.subject_kind == SubjectKind::Person) {
            self.set_field(&place, birth.value, &self.years_ago(40));
        }
        if let Some(Residence::Field(country)) = facts.residence.map(|residence| residence.value) {
            let mut laws: Vec<_> = self.model.jurisdictions.values().collect();
            laws.sort_by_key(|law| law.absent_means_yes);
            if let Some(code) = laws.iter().find_map(|law| law.countries.first()) {
                self.set_field(&place, country, &Value::Text(code.value.clone()));
            }
        }
        place
    }

    /// The civil day so many years, and a bit, before now.
    pub fn years_ago(&self, years: i64) -> Value {
        let length = crate::model::Length { months: years.saturating_mul(12), seconds: 100 * 86_400 };
        Value::Date(self.draft.zone.date_of(self.draft.ago(length)))
    }

    /// Writes every yes that a segment asks for, whatever its condition says.
    pub fn permit(&mut self, segment: &Segment, person: &Place) {
        for purpose in demanded(self.model, segment) {
            control::grant(self.model, self.draft, person, purpose);
        }
    }

    /// Makes somebody be in a segment by its conditions, or not.
    pub fn segment(&mut self, id: SegmentId, person: &Place, want: bool) {
        let segment = &self.model.segments[id];
        let env = Env::from([(0, person.clone())]);
        let parts = segment.condition.iter().map(|cond| (cond, true));
        let parts: Vec<(&Cond, bool)> = parts.chain(segment.except.iter().map(|cond| (cond, false))).collect();
        if want {
            parts.into_iter().for_each(|(cond, so)| self.cond(cond, so, &env));
            return;
        }
        let turn = self.draft.choose(parts.len());
        if let Some((cond, so)) = parts.get(turn) {
            self.cond(cond, !so, &env);
        }
    }

    /// Makes a condition true, or false.
    pub fn cond(&mut self, cond: &Cond, want: bool, env: &Env) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        self.cond_within(cond, want, env);
        self.depth -= 1;
    }

    fn cond_within(&mut self, cond: &Cond, want: bool, env: &Env) {
        match &cond.kind {
            CondKind::Everyone | CondKind::Sample(_) | CondKind::Error => {}
            CondKind::And(parts) => self.parts(parts, want, want, env),
            CondKind::Or(parts) => self.parts(parts, !want, want, env),
            CondKind::Not(inner) => self.cond(inner, !want, env),
            CondKind::Defined { body, .. } => self.cond(body, want, env),
            CondKind::Compare { op, left, right } => self.compare(signed(*op, want), left, right, env),
            CondKind::OneOf { value, values, .. } => {
                let turn = self.draft.choose(values.len());
                let listed: Vec<Value> = values.iter().map(|value| value.value.clone()).collect();
                match (want, values.get(turn)) {
                    (true, Some(one)) => self.solve(value, CompareOp::Equal, &one.value, env),
                    (true, None) => {}
                    (false, _) => self.differ(value, &listed, env),
                }
            }
            CondKind::Between { value, low, high } => match (want, self.known(low), self.known(high)) {
                (true, Some(low), _) => self.solve(value, CompareOp::Equal, &low, env),
                (false, _, Some(high)) => self.solve(value, CompareOp::Greater, &high, env),
                (_, _, _) => {}
            },
            CondKind::Within { value, yearly, .. } => self.near(value, *yearly, env),
            CondKind::Around { place, of, .. } => self.around(place, of, want, env),
            CondKind::Has { list, values, .. } => self.has(list, values.first().map(|value| &value.value), want, env),
            CondKind::Text { op, value, pattern, .. } => self.text(*op, value, &pattern.value, want, env),
            CondKind::Truth(value) => self.solve(value, CompareOp::Equal, &Value::Boolean(want), env),
            CondKind::Missing(value) => self.missing(value, want, env),
            CondKind::Count { rows, op, n, .. } => self.count(rows, signed(*op, want), *n, env),
            CondKind::InList { rows } => self.count(rows, signed(CompareOp::GreaterOrEqual, want), 1, env),
            CondKind::AtLeastOf { of, op, n, .. } => {
                let so = usize::try_from(how_many(signed(*op, want), *n)).unwrap_or(usize::MAX);
                of.iter().enumerate().for_each(|(at, part)| self.cond(part, at < so, env));
            }
            CondKind::InSegment { segment, via } => {
                if let Some(other) = env.get(&0).cloned().and_then(|from| self.along(&from, via)) {
                    self.segment(segment.value, &other, want);
                    let asked = &self.model.segments[segment.value];
                    self.permit(asked, &other);
                }
            }
        }
    }

    /// All of the parts as wanted, or one of them.
    fn parts(&mut self, parts: &[Cond], all: bool, want: bool, env: &Env) {
        if all {
            return parts.iter().for_each(|part| self.cond(part, want, env));
        }
        let turn = self.draft.choose(parts.len());
        if let Some(part) = parts.get(turn) {
            self.cond(part, want, env);
        }
    }

    fn compare(&mut self, op: CompareOp, left: &Expr, right: &Expr, env: &Env) {
        match (self.known(left), self.known(right)) {
            (_, Some(right)) => self.solve(left, op, &right, env),
            (Some(left), None) => self.solve(right, op.flipped(), &left, env),
            (None, None) => {
                let middle = self.middle(&right.ty);
                self.solve(right, CompareOp::Equal, &middle, env);
                self.solve(left, op, &middle, env);
            }
        }
    }

    /// A value to compare with where both sides are free.
    fn middle(&mut self, ty: &Type) -> Value {
        let turn = self.draft.choose(4);
        let days = [20, 2, 100, 400].get(turn).copied().unwrap_or(20);
        match ty {
            Type::Date => Value::Date(self.draft.zone.date_of(self.draft.ago(crate::model::Length::days(days)))),
            Type::Instant(_) => Value::Instant(self.draft.ago(crate::model::Length::days(days))),
            Type::Boolean => Value::Boolean(true),
            Type::Text | Type::Uuid | Type::Version | Type::List(_) | Type::Place | Type::Error => {
                Value::Text("same".to_owned())
            }
            Type::Integer | Type::Decimal | Type::Money(_) | Type::Probability => {
                Value::Integer([4, 0, 10, 1].get(turn).copied().unwrap_or(4))
            }
        }
    }

    /// A value that is none of these.
    fn differ(&mut self, value: &Expr, listed: &[Value], env: &Env) {
        let closed = value.plain_field().and_then(|plain| {
            let ExprKind::Field(path) = &plain.kind else { return None };
            self.model.fields[path.field].one_of.as_ref()
        });
        let open = closed.into_iter().flatten().map(|one| Value::Text(one.value.clone()));
        let other = open.into_iter().find(|one| !listed.contains(one));
        match (other, listed.last()) {
            (Some(other), _) => self.solve(value, CompareOp::Equal, &other, env),
            (None, Some(last)) => self.solve(value, CompareOp::NotEqual, last, env),
            (None, None) => {}
        }
    }

    fn near(&mut self, value: &Expr, yearly: bool, env: &Env) {
        let turn = self.draft.choose(12);
        let days = [0, 1, -1, 3, -3, 6, -6, 20, -20, 40, -40, 200].get(turn).copied().unwrap_or(0);
        let day = crate::model::calendar::add_days(self.draft.zone.date_of(self.draft.now), days);
        let day = if yearly { crate::model::calendar::add_months(day, -12 * 30) } else { day };
        self.solve(value, CompareOp::Equal, &Value::Date(day), env);
    }

    fn around(&mut self, place: &Expr, of: &Centre, want: bool, env: &Env) {
        let zero = Value::Integer(0);
        match of {
            Centre::Point { latitude, longitude } if want => {
                self.put(place, &Value::Decimal(*latitude), &Value::Decimal(*longitude), env);
            }
            Centre::Point { .. } => self.put(place, &zero, &zero, env),
            Centre::Place(other) => {
                self.put(place, &zero, &zero, env);
                self.put(other, &zero, &Value::Integer(if want { 0 } else { 90 }), env);
            }
        }
    }

    fn put(&mut self, place: &Expr, north: &Value, east: &Value, env: &Env) {
        let Some((row, path)) = self.field_row(place, env) else { return };
        if let Some(InPlace::Whole { latitude, longitude }) = self.model.fields[path.field].place {
            self.set_field(&row, latitude, north);
            self.set_field(&row, longitude, east);
        }
    }

    fn has(&mut self, list: &Expr, value: Option<&Value>, want: bool, env: &Env) {
        let Some((row, path)) = self.field_row(list, env) else { return };
        let element = match value {
            Some(Value::Integer(n)) => serde_json::json!([n + i64::from(!want)]),
            Some(Value::Text(text)) if want => serde_json::json!([text]),
            Some(_) | None => serde_json::json!(["other"]),
        };
        self.draft.set(&row, &self.model.fields[path.field].column, Cell::Value(Value::Text(element.to_string())));
    }

    fn text(&mut self, op: TextOp, value: &Expr, pattern: &str, want: bool, env: &Env) {
        let so = match op {
            TextOp::Equals | TextOp::Matches => pattern.to_owned(),
            TextOp::Contains => format!("a{pattern}b"),
            TextOp::StartsWith => format!("{pattern}a"),
            TextOp::EndsWith => format!("a{pattern}"),
        };
        let op = if want { CompareOp::Equal } else { CompareOp::NotEqual };
        self.solve(value, op, &Value::Text(so), env);
    }

    fn missing(&mut self, value: &Expr, want: bool, env: &Env) {
        match self.field_row(value, env) {
            Some((row, path)) if want => self.draft.set(&row, &self.model.fields[path.field].column, Cell::Missing),
            Some(_) | None if want => {}
            Some(_) | None => {
                let some = self.middle(&value.ty);
                self.solve(value, CompareOp::Equal, &some, env);
            }
        }
    }

    /// The row and path of an expression that is a field.
    fn field_row(&mut self, value: &Expr, env: &Env) -> Option<(Place, FieldPath)> {
        let ExprKind::Field(path) = &value.plain_field()?.kind else { return None };
        Some((self.row_of(path, env)?, path.clone()))
    }

    /// The row that a path leads to; rows on the way are made where there are none.
    pub fn row_of(&mut self, path: &FieldPath, env: &Env) -> Option<Place> {
        let from = env.get(&path.binding)?.clone();
        self.along(&from, &path.hops)
    }

    /// The row at the end of to-one links.
    pub fn along(&mut self, from: &Place, hops: &[LinkId]) -> Option<Place> {
        let mut at = from.clone();
        for hop in hops {
            let link = &self.model.links[*hop];
            let (by, key) = (&self.model.fields[link.by].column, &self.model.fields[link.to_key]);
            let there = self.draft.get(&at, by).and_then(|value| self.find(link.to, &key.column, &value));
            let to = match there {
                Some(there) => there,
                None => {
                    let to = self.thing(link.to);
                    let value = self.draft.get(&to, &key.column)?;
                    let cell = self.draft.cell(&self.model.fields[link.by].ty, &value);
                    self.draft.set(&at, by, cell);
                    to
                }
            };
            at = to;
        }
        Some(at)
    }

    fn find(&self, table: TableId, column: &str, value: &Value) -> Option<Place> {
        let physical = self.physical(table);
        let rows = self.draft.world.tables.get(&physical)?;
        let at = rows.iter().position(|row| row.get(column) == Some(&Cell::Value(value.clone())))?;
        Some(Place { table, physical, at })
    }

    /// Writes a field.
    pub fn set_field(&mut self, row: &Place, field: FieldId, value: &Value) {
        let field = &self.model.fields[field];
        let cell = self.draft.cell(&field.ty, value);
        self.draft.set(row, &field.column, cell);
    }

    /// Writes a key of its own.
    pub fn key_cell(&mut self, row: &Place, field: FieldId) {
        let field = &self.model.fields[field];
        let key = self.draft.fresh(&field.ty);
        self.draft.set(row, &field.column, Cell::Value(key));
    }
}

/// The purposes for which a segment asks a yes, or would be lifted of an objection by one.
pub fn demanded(model: &Model, segment: &Segment) -> Vec<PurposeId> {
    let mut asked: Vec<PurposeId> = match segment.consent.as_ref().map(|consent| &consent.value) {
        Some(ConsentClause::Required(purposes)) => purposes.iter().map(|purpose| purpose.value).collect(),
        Some(ConsentClause::NotNeeded { .. }) | None => Vec::new(),
    };
    let consent =
        |purpose: &PurposeId| model.basis(*purpose).is_none_or(|basis| basis.value == crate::model::Basis::Consent);
    let own = segment.purposes.iter().map(|purpose| purpose.value).filter(consent);
    for purpose in own {
        if !asked.contains(&purpose) {
            asked.push(purpose);
        }
    }
    asked
}

/// A comparison, or what it leaves.
pub fn signed(op: CompareOp, want: bool) -> CompareOp {
    if want { op } else { op.contrary() }
}

/// The least number that stands so to another.
pub fn how_many(op: CompareOp, n: u64) -> u64 {
    match op {
        CompareOp::Equal | CompareOp::GreaterOrEqual => n,
        CompareOp::Greater => n.saturating_add(1),
        CompareOp::NotEqual => u64::from(n == 0),
        CompareOp::Less | CompareOp::LessOrEqual => 0,
    }
}
