//! Two people alike but for one thing that is read, of whom one is in.

use crate::model::walk::{self, Visitor};
use crate::model::{Decimal, FieldId, Length, Rows, SegmentId, TableKind, Type, Value};
use crate::reference::Cell;

use super::super::draft::{Draft, together};
use super::super::make::{Env, Maker};
use super::super::show::{self, Scene};
use super::super::{Fate, Witness, fate};
use super::{Culprit, Member, Seeker};

/// One change of what is held about somebody.
enum Variation<'r> {
    /// Every row of the table is gone.
    Gone,
    /// A field holds something else.
    Holds(FieldId, Cell),
    /// One more row that a condition looks for.
    More(&'r Rows),
}

impl Seeker<'_> {
    /// Two people of whom one is told from the other by what is read.
    pub(super) fn told(&self, id: SegmentId, reads: &[Culprit]) -> Option<Witness> {
        let mut sets = Sets(Vec::new());
        let all = self.facts.segment(id).references.iter().map(|reference| reference.segment);
        let segments: Vec<SegmentId> = std::iter::once(id).chain(all).collect();
        segments.iter().for_each(|id| walk::segment(&self.model.segments[*id], &mut sets));
        self.turns(|turn| {
            let member = self.member(self.model, id, turn, false)?;
            reads.iter().find_map(|read| {
                let more = sets.0.iter().filter(|rows| self.model.table_of_rows(rows) == Some(read.table));
                let mut variations: Vec<Variation<'_>> =
                    read.field.into_iter().flat_map(|field| self.values(&member, field)).collect();
                variations.push(Variation::Gone);
                variations.extend(more.map(Variation::More));
                variations.iter().find_map(|variation| self.apart(id, read, &member, variation))
            })
        })
    }

    /// Other things that a field may hold.
    fn values(&self, member: &Member, field: FieldId) -> Vec<Variation<'static>> {
        let about = &self.model.fields[field];
        let listed = about.one_of.iter().flatten().map(|one| Value::Text(one.value.clone()));
        let inferred = self.model.infers.iter().filter(|infer| infer.field == field);
        let inferred = inferred.flat_map(|infer| &infer.values).map(|one| Value::Text(one.value.clone()));
        let years = |years: i64| Value::Instant(member.draft.ago(Length::months(years * 12)));
        let usual: Vec<Value> = match &about.ty {
            Type::Boolean => vec![Value::Boolean(true), Value::Boolean(false)],
            Type::Integer => [0, 1, -1, 1_000_000].map(Value::Integer).to_vec(),
            Type::Decimal | Type::Money(_) => [0, 1, -1, 1_000_000].map(Value::Integer).to_vec(),
            Type::Probability => {
                [0, 1_000_000].into_iter().filter_map(Decimal::from_micros).map(Value::Decimal).collect()
            }
            Type::Date | Type::Instant(_) => vec![years(1), years(20), years(60)],
            Type::Version => vec![Value::Text("0.0".to_owned()), Value::Text("999.0".to_owned())],
            Type::List(_) => vec![Value::Text("[]".to_owned())],
            Type::Text | Type::Uuid | Type::Place | Type::Error => Vec::new(),
        };
        let text = (about.ty == Type::Text && about.one_of.is_none()).then(|| Value::Text("something else".to_owned()));
        let all = text.into_iter().chain(inferred).chain(listed).chain(usual);
        all.map(|value| Variation::Holds(field, member.draft.cell(&about.ty, &value))).collect()
    }

    /// The same person with one thing changed, if that person is not in.
    fn apart(&self, id: SegmentId, read: &Culprit, member: &Member, variation: &Variation<'_>) -> Option<Witness> {
        let other = self.varied(read, member, variation)?;
        let (copy, renamed) = other.copied(1);
        let key = renamed.get(&member.key)?.clone();
        let world = together(member.draft.world.clone(), copy);
        let is = |key: &Value| fate(self.model, id, &world, self.now, key);
        if is(&member.key) != Fate::In || is(&key) != Fate::Unwanted {
            return None;
        }
        let segment = &self.model.segments[id].name.value;
        let what = match variation {
            Variation::Holds(..) => format!("`{}`", self.named(read)),
            Variation::Gone | Variation::More(_) => format!("rows of `{}`", self.model.tables[read.table].name.value),
        };
        let claim = format!("two people alike but for {what}: who is in `{segment}` is told by it");
        let people =
            vec![(member.key.clone(), "in".to_owned()), (key, format!("not in, and different by {what} alone"))];
        let scene = Scene { model: self.model, segment: id, now: self.now, claim, people };
        Some(show::witness(&scene, &member.draft, Some(&other)))
    }

    fn named(&self, read: &Culprit) -> String {
        let table = &self.model.tables[read.table].name.value;
        let field = read.field.map(|field| &self.model.fields[field].name.value);
        field.map_or_else(|| table.clone(), |field| format!("{table}.{field}"))
    }

    fn varied(&self, read: &Culprit, member: &Member, variation: &Variation<'_>) -> Option<Draft> {
        let mut other = member.draft.clone();
        let name = self.model.tables[read.table].physical.as_ref()?.value.join(".");
        match variation {
            Variation::Gone => {
                if matches!(self.model.tables[read.table].kind, TableKind::Entity(_)) {
                    return None;
                }
                other.world.tables.insert(name, Vec::new());
            }
            Variation::Holds(field, cell) => {
                let column = &self.model.fields[*field].column;
                let rows = other.world.tables.get_mut(&name)?;
                rows.iter_mut().for_each(|row| drop(row.insert(column.clone(), cell.clone())));
            }
            Variation::More(rows) => {
                let env = Env::from([(0, member.place.clone())]);
                let mut maker = Maker::new(self.model, &mut other);
                maker.laid(rows, &env)?;
                maker.complete();
            }
        }
        Some(other)
    }
}

/// Every set of rows of some conditions.
struct Sets(Vec<Rows>);

impl Visitor for Sets {
    fn rows(&mut self, rows: &Rows) {
        self.0.push(rows.clone());
    }
}
