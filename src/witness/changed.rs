//! Somebody who is in by one revision of a program and not by another.

use crate::model::calendar::Zone;
use crate::model::{Instant, Model, SegmentId, Value};

use super::draft::Draft;
use super::make::Maker;
use super::show::{self, Scene};
use super::{Fate, TURNS, Witness, control, critical, fate};

/// A segment in a revision of a program.
#[derive(Debug, Clone, Copy)]
pub struct Revision<'m> {
    /// The program, which keeps every rule.
    pub model: &'m Model,
    /// The segment.
    pub segment: SegmentId,
}

/// Somebody who is in by `is` and was not by `was`, at an instant; the smallest audience is set aside.
pub fn enters(was: Revision<'_>, is: Revision<'_>, now: Instant) -> Option<Witness> {
    (0..TURNS).find_map(|turn| at_turn(was, is, now, turn))
}

fn at_turn(was: Revision<'_>, is: Revision<'_>, now: Instant, turn: u64) -> Option<Witness> {
    let zone = Zone::named(&is.model.project.timezone)?;
    let mut draft = Draft::new(now, zone, turn);
    draft.far = turn % 5 == 1;
    draft.edges = turn % 3 == 2;
    if turn % 2 == 1 {
        for revision in [was, is] {
            critical::collect(revision.model, &revision.model.segments[revision.segment], &mut draft.critical);
        }
    }
    control::prepare(is.model, &mut draft);
    control::prepare(was.model, &mut draft);
    let segment = &is.model.segments[is.segment];
    let mut maker = Maker::new(is.model, &mut draft);
    let place = maker.person(segment.entity?);
    if turn % 4 == 3 {
        maker.segment(is.segment, &place, true);
    }
    if turn % 4 != 2 {
        let entity = was.model.segments[was.segment].entity?;
        let there = super::draft::Place { table: entity, ..place.clone() };
        Maker::new(was.model, &mut draft).segment(was.segment, &there, false);
    }
    let mut maker = Maker::new(is.model, &mut draft);
    if turn % 4 != 3 {
        maker.segment(is.segment, &place, true);
    }
    maker.permit(segment, &place);
    maker.complete();
    Maker::new(was.model, &mut draft).complete();
    let key = draft.get(&place, &is.model.fields[is.model.key_of(place.table)?].column)?;
    let is_in = fate(is.model, is.segment, &draft.world, now, &key) == Fate::In;
    (is_in && fate(was.model, was.segment, &draft.world, now, &key) != Fate::In).then(|| shown(is, now, key, &draft))
}

fn shown(is: Revision<'_>, now: Instant, key: Value, draft: &Draft) -> Witness {
    let people = vec![(key, String::new())];
    let scene = Scene { model: is.model, segment: is.segment, now, claim: String::new(), people };
    show::witness(&scene, draft, None)
}

impl Witness {
    /// The same person in other words.
    #[must_use]
    pub fn saying(mut self, claim: &str, fate: &str) -> Self {
        claim.clone_into(&mut self.claim);
        self.people.iter_mut().for_each(|person| fate.clone_into(&mut person.fate));
        self
    }
}
