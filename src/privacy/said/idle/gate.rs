//! Segments that ask for people whom the guard never lets pass, because they are too young.
//!
//! The guard asks an age by where somebody lives, and the highest of all where nobody knows; so each place is looked at by itself.

use crate::model::{
    Basis, CompareOp, Cond, CondKind, Expr, ExprKind, FieldId, FieldPath, Model, Residence, Segment, SubjectKind, Type,
    Value,
};
use crate::source::{Span, Spanned};

use super::{Kind, Part, Reader, Seeker, Way};
use crate::privacy::said::{Fact, Said, everybody};

/// People of a place: who they are as far as the guard knows, and the age that it asks of them.
struct Place {
    /// The country, where it is one that a jurisdiction names.
    country: Option<Cond>,
    age: Spanned<u32>,
    grown: Cond,
}

impl<'m> Seeker<'m> {
    /// Whether everybody who is wanted is too young for the guard.
    pub(super) fn minors(&mut self, segment: &'m Segment) -> bool {
        let parts = Self::wanted(segment);
        let Some(places) = places(self.model, segment) else { return false };
        if !asks_age(&self.all(&parts, true)) {
            return false;
        }
        let too_young = |seeker: &mut Self, parts: &[Part<'m>]| {
            let wanted = seeker.all(parts, true);
            places.iter().all(|place| seeker.is_nobody_of(place, &wanted, true))
        };
        if !too_young(self, &parts) {
            return false;
        }
        let blamed = self.least(parts, too_young);
        let Some((first, holds)) = blamed.first().copied() else { return false };
        // The age is the one of where they may live.
        let wanted = self.all(&blamed, true);
        let asked = places.iter().filter(|place| !self.is_nobody_of(place, &wanted, false)).map(|place| place.age);
        let Some(lowest) = asked.min_by_key(|age| age.value) else { return false };
        let kind = Kind::Minors { age: lowest.value, asked: lowest.span };
        let told = self.tell(kind, first, blamed, holds);
        self.found.iter_mut().for_each(|idle| idle.empties = true);
        told
    }

    /// Whether nobody who is wanted lives in a place, or nobody of the age that it asks.
    fn is_nobody_of(&mut self, place: &Place, wanted: &Said, of_age: bool) -> bool {
        if self.left == 0 {
            return false;
        }
        self.left = self.left.saturating_sub(wanted.tests().len());
        let mut reader = Reader::proving(self.model, true);
        let country = place.country.as_ref().map_or(everybody(true), |cond| reader.cond(cond, Way::PLAIN));
        let grown = if of_age { reader.cond(&place.grown, Way::PLAIN) } else { everybody(true) };
        reader.all(vec![wanted.clone(), country, grown]).is_nobody()
    }
}

/// Whether an age is asked for, by whatever words.
fn asks_age(said: &Said) -> bool {
    said.tests()
        .iter()
        .any(|test| matches!(&test.fact, Fact::Compare { left, .. } if matches!(left.kind, ExprKind::Age(_))))
}

/// Where the people of a segment may live, and the age that is asked there. Nothing where somebody of any age may pass.
fn places(model: &Model, segment: &Segment) -> Option<Vec<Place>> {
    let facts = model.entity_facts(segment.entity?)?;
    let birth = facts.birth?.value;
    let basis = |purpose: &Spanned<_>| model.basis(purpose.value).map_or(Basis::Consent, |basis| basis.value);
    if facts.subject_kind != SubjectKind::Person || !segment.purposes.iter().any(|it| basis(it).leaves_a_choice()) {
        return None;
    }
    let ages = || model.jurisdictions.values().filter_map(|law| law.adult_at);
    let highest = ages().max_by_key(|age| age.value)?;
    let with_parts = |country: &str, own: Option<Spanned<u32>>| {
        let parts = model.laws_in_parts_of(country).filter_map(|law| law.adult_at);
        own.into_iter().chain(parts).max_by_key(|age| age.value)
    };
    let mut asked: Vec<(Option<Cond>, Option<Spanned<u32>>)> = Vec::new();
    match facts.residence.map(|residence| residence.value) {
        Some(Residence::Always(id)) => {
            let law = &model.jurisdictions[id];
            let parts = law.countries.iter().filter_map(|country| with_parts(&country.value, None));
            asked.push((None, law.adult_at.into_iter().chain(parts).max_by_key(|age| age.value)));
        }
        Some(Residence::Field(field)) => {
            asked.push((None, Some(highest)));
            for law in model.jurisdictions.values() {
                let ages = law
                    .countries
                    .iter()
                    .map(|it| (lives_in(model, field, &it.value, it.span), with_parts(&it.value, law.adult_at)));
                asked.extend(ages.map(|(country, age)| (Some(country), age)));
            }
        }
        None => asked.push((None, Some(highest))),
    }
    let asked: Vec<(Option<Cond>, Spanned<u32>)> =
        asked.into_iter().map(|(country, age)| age.map(|age| (country, age))).collect::<Option<_>>()?;
    let place =
        |(country, age): (Option<Cond>, Spanned<u32>)| Place { country, age, grown: grown(birth, age.value, age.span) };
    Some(asked.into_iter().map(place).collect())
}

fn lives_in(model: &Model, field: FieldId, country: &str, span: Span) -> Cond {
    let ty = model.fields[field].ty.clone();
    let path = FieldPath { binding: 0, hops: Vec::new(), field };
    let left = Expr { kind: ExprKind::Field(path), ty: ty.clone(), span };
    let right = Expr { kind: ExprKind::Literal(Value::Text(country.to_owned())), ty, span };
    Cond { kind: CondKind::Compare { op: CompareOp::Equal, left, right }, span }
}

fn grown(birth: FieldId, age: u32, span: Span) -> Cond {
    let path = FieldPath { binding: 0, hops: Vec::new(), field: birth };
    let left = Expr { kind: ExprKind::Age(path), ty: Type::Integer, span };
    let right = Expr { kind: ExprKind::Literal(Value::Integer(i64::from(age))), ty: Type::Integer, span };
    Cond { kind: CondKind::Compare { op: CompareOp::GreaterOrEqual, left, right }, span }
}
