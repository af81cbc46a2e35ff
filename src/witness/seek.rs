//! Which person shows what a finding says.
//!
//! Three questions are asked, by the class of a finding. Who is told by data that must not tell: two people alike but for that data, of
//! whom one is in. Who never agreed: somebody who is in by what is written and whom the purpose's own guard would keep out. What should
//! be gone: somebody who is in by a row that outlives its retention. The last two read the program as its author did, without the
//! protection that the finding is about; the reference of the program as it stands lets nobody in. What a declaration leaves out (an age, an
//! end of a yes) is shown in an audience that it bears on, in [`leave`].

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::model::calendar::Zone;
use crate::model::{ConsentClause, FieldId, Instant, Length, Mistake, Model, Retain, SegmentId, TableId, Value};
use crate::privacy::{Context, Facts, Read};
use crate::reference::Cell;
use crate::source::Span;

use super::draft::{Draft, Place};
use super::make::{Maker, demanded};
use super::show::{self, Scene};
use super::{Fate, Sought, TURNS, Witness, control, fate};

mod everybody;
mod leave;
mod pair;

/// Classes, or families of classes, about data that must not tell who is in.
const TELLING: &[&str] = &[
    "SEN-", "PUR-", "COM-", "IDN-", "MLS-", "CHN-", "POL-", "MIN-", "CON-18", "CON-24", "LEG-06", "LEG-07", "LEG-08",
    "LEG-09", "RET-13",
];

/// Something that is read: rows of a table, or a field of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Culprit {
    table: TableId,
    field: Option<FieldId>,
}

/// Looks for witnesses of a program's findings.
pub struct Seeker<'m> {
    model: &'m Model,
    facts: Facts,
    now: Instant,
    zone: Zone,
}

/// Somebody who is in.
pub(super) struct Member {
    draft: Draft,
    place: Place,
    key: Value,
}

impl<'m> Seeker<'m> {
    /// For a program, whether or not it may be compiled, at an instant.
    pub fn new(model: &'m Model, now: Instant) -> Self {
        let zone = Zone::named(&model.project.timezone).unwrap_or_else(Zone::utc);
        Self { model, facts: Facts::of(model), now, zone }
    }

    /// Somebody who shows what a finding says.
    pub fn seek(&self, finding: &Diagnostic) -> Sought {
        let mut subjects = self.subjects(finding);
        let Some(first) = subjects.first().copied() else { return Sought::NotSought(everybody::none(finding.code.0)) };
        let itself = |mistake: &Mistake| mistake.code == finding.code && mistake.span == finding.span();
        if self.model.doubts.mistakes.iter().any(itself) {
            return Sought::NotSought(everybody::none(finding.code.0));
        }
        if let Some(why) = self.not_understood(first) {
            return Sought::NotFound(why);
        }
        subjects.retain(|id| self.not_understood(*id).is_none());
        if subjects.iter().any(|id| self.goes_in_circles(*id)) {
            return Sought::NotFound("nobody is looked for while references run in a circle".to_owned());
        }
        let each = |ask: &dyn Fn(SegmentId) -> Option<Witness>| subjects.iter().find_map(|id| ask(*id));
        let found = match finding.code.0 {
            "RET-01" | "RET-02" | "RET-09" => self.outlived(first, finding),
            "RET-08" => self.outlived_membership(first),
            "CON-01" | "CON-04" => self.unasked(first),
            "CON-03" => each(&|id| self.by_default(id, finding)),
            "CON-07" => each(&|id| self.agreed_long_ago(id)),
            "CON-08" => each(&|id| self.under_no_notice(id, finding)),
            "LEG-02" => each(&|id| self.never_asked(id)),
            "MIN-01" | "MIN-03" => each(&|id| self.minor(id, finding)),
            "MIN-06" => each(&|id| self.too_young(id, finding)),
            "JUR-01" if self.model.jurisdictions.is_empty() => {
                each(&|id| self.minor(id, finding)).or_else(|| each(&|id| self.everybody(id, finding)))
            }
            "JUR-01" => return Sought::NotSought(everybody::STRICTEST),
            code => {
                let culprits = self.told_by(first, finding);
                let telling = !culprits.is_empty() && TELLING.iter().any(|family| code.starts_with(family));
                match telling {
                    true => self.told(first, &culprits),
                    false if everybody::shows(code) => each(&|id| self.everybody(id, finding)),
                    false => return Sought::NotSought(everybody::none(code)),
                }
            }
        };
        found.map_or_else(|| Sought::NotFound(not_found()), |witness| Sought::Found(Box::new(witness)))
    }

    /// Why nobody can be looked for who would be in a segment: something that may bear on it is not known by name or type. What is not
    /// understood of audiences to which it does not refer bears on nothing.
    fn not_understood(&self, id: SegmentId) -> Option<String> {
        if self.model.complete {
            return None;
        }
        let references = self.facts.segment(id).references.iter().map(|reference| reference.segment);
        let reached: BTreeSet<SegmentId> = references.chain([id]).collect();
        let others = self.model.segments.iter().filter(|(other, _)| !reached.contains(other));
        let others = others.map(|(_, other)| other.span).chain(self.model.placements.values().map(|it| it.span));
        let others: Vec<Span> = others.chain(self.model.reports.values().map(|report| report.span)).collect();
        let elsewhere = |place: Option<Span>| place.is_some_and(|place| others.iter().any(|other| other.holds(place)));
        let mistakes = &self.model.doubts.mistakes;
        match mistakes.iter().find(|mistake| !elsewhere(mistake.span)) {
            Some(it) => Some(format!("nobody is looked for before {} is mended: {}", it.code, it.message)),
            None if mistakes.is_empty() => Some("nobody is looked for while something is not understood".to_owned()),
            None => None,
        }
    }

    fn goes_in_circles(&self, id: SegmentId) -> bool {
        let facts = self.facts.segment(id);
        let references = facts.references.iter().map(|reference| reference.segment);
        let circle = |id: SegmentId| self.facts.segment(id).cycle.is_some();
        facts.unfollowed || circle(id) || references.into_iter().any(circle)
    }

    /// The readings that a finding is about: those that enter the segment at its place, and of them those that its other places name.
    fn told_by(&self, id: SegmentId, finding: &Diagnostic) -> Vec<Culprit> {
        let Some(place) = finding.span() else { return Vec::new() };
        let reads = &self.facts.segment(id).reads;
        let asks = |read: &&Read| !matches!(read.context, Context::Expose | Context::Delivery | Context::Cap);
        let here = reads.iter().filter(|read| read.entry == place || read.span == place);
        let here: Vec<&Read> = here.filter(asks).collect();
        let named = |read: &&&Read| {
            finding.related.iter().any(|label| {
                let table = &self.model.tables[self.model.governing(read.table)];
                let field = read.field.map(|field| &self.model.fields[field]);
                table.allowed_span == Some(label.span)
                    || field.is_some_and(|field| field.name.span == label.span)
                    || read.reveals.iter().any(|reveals| reveals.span == label.span)
            })
        };
        let exact: Vec<&Read> = here.iter().filter(named).copied().collect();
        // What a model was trained on is told by its score.
        let culprit = |read: &&Read| match read.through_model() {
            Some(model) => Culprit { table: model, field: None },
            None => Culprit { table: read.table, field: read.field },
        };
        let mut found: Vec<Culprit> = if exact.is_empty() { &here } else { &exact }.iter().map(culprit).collect();
        found.dedup();
        found
    }

    /// Somebody who is in a segment of a model by what is written, at a turn.
    fn member(&self, model: &Model, id: SegmentId, turn: u64, far: bool) -> Option<Member> {
        self.member_who(model, id, turn, &|draft| draft.far = far)
    }

    /// The same, of whom something is said beforehand, such as how long ago they agreed.
    fn member_who(&self, model: &Model, id: SegmentId, turn: u64, steer: &dyn Fn(&mut Draft)) -> Option<Member> {
        let segment = &model.segments[id];
        let entity = segment.entity?;
        let mut draft = Draft::new(self.now, self.zone.clone(), turn);
        steer(&mut draft);
        control::prepare(model, &mut draft);
        let mut maker = Maker::new(model, &mut draft);
        let place = maker.person(entity);
        maker.segment(id, &place, true);
        maker.permit(segment, &place);
        maker.complete();
        let key = draft.get(&place, &model.fields[model.key_of(entity)?].column)?;
        (fate(model, id, &draft.world, self.now, &key) == Fate::In).then_some(Member { draft, place, key })
    }

    fn turns<T>(&self, ask: impl FnMut(u64) -> Option<T>) -> Option<T> {
        (0..TURNS).find_map(ask)
    }

    /// Somebody whom nobody asked.
    fn unasked(&self, id: SegmentId) -> Option<Witness> {
        let mut lenient = self.model.clone();
        let asked = match &lenient.segments[id].consent {
            Some(clause) => match &clause.value {
                ConsentClause::Required(asked) => asked.clone(),
                ConsentClause::NotNeeded { .. } => Vec::new(),
            },
            None => Vec::new(),
        };
        let strict = &self.model.segments[id];
        let lacking = demanded(self.model, strict);
        let lacking = lacking.into_iter().find(|purpose| asked.iter().all(|asked| asked.value != *purpose))?;
        lenient.segments[id].purposes = asked;
        let member = self.turns(|turn| self.member(&lenient, id, turn, false))?;
        if fate(self.model, id, &member.draft.world, self.now, &member.key) != Fate::Kept {
            return None;
        }
        let purpose = &self.model.purposes[lacking].name.value;
        let claim = format!("somebody who never said yes to `{purpose}` would be selected");
        let fate = format!("in by what is written; no ledger holds a yes to `{purpose}`");
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), fate)]))
    }

    /// Somebody who is in by a row that should be gone before the membership is.
    fn outlived(&self, id: SegmentId, finding: &Diagnostic) -> Option<Witness> {
        let lenient = unkept(self.model);
        let place = finding.span()?;
        let places: Vec<_> = std::iter::once(place).chain(finding.related.iter().map(|label| label.span)).collect();
        let reads = self.facts.segment(id).reads.iter();
        let here = reads.filter(|read| {
            places.contains(&read.entry) || read.window.is_some_and(|window| places.contains(&window.span))
        });
        let mut tables: Vec<TableId> = here.map(|read| self.model.governing(read.table)).collect();
        tables.sort();
        tables.dedup();
        self.turns(|turn| {
            let member = self.member(&lenient, id, turn, true)?;
            tables.iter().find_map(|table| self.old_row(&lenient, id, *table, &member))
        })
    }

    fn old_row(&self, lenient: &Model, id: SegmentId, table: TableId, member: &Member) -> Option<Witness> {
        let about = &self.model.tables[table];
        let Retain::For { length, after } = about.retain.as_ref()?.value else { return None };
        let clock = &self.model.fields[after.or(about.at)?];
        let stored = self.facts.segment(id).stored;
        let until = later(&self.zone, self.now, stored);
        let name = about.physical.as_ref()?.value.join(".");
        let mut without = member.draft.world.clone();
        let mut oldest: Option<Instant> = None;
        without.tables.get_mut(&name)?.retain(|row| {
            let Some(Cell::Value(value)) = row.get(&clock.column) else { return true };
            let Some(at) = member.draft.instant(value) else { return true };
            let kept = later(&self.zone, at, length) >= until;
            if !kept {
                oldest = Some(oldest.map_or(at, |known| known.min(at)));
            }
            kept
        });
        let at = oldest?;
        if fate(lenient, id, &without, self.now, &member.key) == Fate::In {
            return None;
        }
        let gone = self.zone.date_of(later(&self.zone, at, length));
        let (day, until) = (self.zone.date_of(at), self.zone.date_of(until));
        let table = &about.name.value;
        let claim = if gone <= self.zone.date_of(self.now) {
            format!("a row of `{table}` of {day} would let somebody in that must be gone since {gone}")
        } else {
            format!(
                "a row of `{table}` of {day} is to be gone on {gone}; a membership stored now would show it until {until}"
            )
        };
        let fate = format!("in by the row of {day} alone: without it, not");
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), fate)]))
    }

    /// Somebody whose membership outlives that of a segment by which they are in.
    fn outlived_membership(&self, id: SegmentId) -> Option<Witness> {
        let references = self.facts.segment(id).references.iter().map(|reference| reference.segment);
        let stored = |id: SegmentId| later(&self.zone, self.now, self.facts.segment(id).stored);
        let shortest = references.filter(|other| self.facts.segment(*other).stored != Length::default());
        let shortest = shortest.min_by_key(|other| stored(*other)).filter(|other| stored(*other) < stored(id))?;
        let member = self.turns(|turn| self.member(self.model, id, turn, false))?;
        let name = &self.model.segments[shortest].name.value;
        let day = |id: SegmentId| self.zone.date_of(stored(id));
        let claim =
            format!("who is in `{name}` may be known until {}, and would be shown until {}", day(shortest), day(id));
        let fate = format!("in both; stored here until {}", day(id));
        Some(self.scene(id, claim, &member.draft, vec![(member.key.clone(), fate)]))
    }

    fn scene(&self, id: SegmentId, claim: String, draft: &Draft, people: Vec<(Value, String)>) -> Witness {
        show::witness(&Scene { model: self.model, segment: id, now: self.now, claim, people }, draft, None)
    }
}

/// A program as if everything were kept for ever.
fn unkept(model: &Model) -> Model {
    let mut lenient = model.clone();
    let tables: Vec<TableId> = lenient.tables.ids().collect();
    for table in tables {
        if let Some(retain) = &mut lenient.tables[table].retain {
            retain.value = Retain::WhileListed { because: String::new() };
        }
    }
    lenient
}

/// An instant moved on by a length.
fn later(zone: &Zone, at: Instant, length: Length) -> Instant {
    let months = i32::try_from(length.months).unwrap_or(i32::MAX);
    zone.add_months(at, months.min(24_000)).plus_micros(length.seconds.saturating_mul(1_000_000))
}

fn not_found() -> String {
    format!("nobody was found in {TURNS} invented databases, which proves nothing")
}
