//! Conditions that nobody can meet, or everybody does: what decides nothing, however it reads.
//!
//! Told is the smallest place that is to blame: of an `and`, the parts that cannot hold together, and nothing of what stands around it.
//! Only what can be proved is told ([`super::proved`]): `a or not a` is not everybody where `a` may be unknown, it asks whether `a` is
//! known. A definition is looked at by itself; where it is used, it is only held against what stands beside it.

use crate::model::{CompareOp, Cond, CondKind, Define, DefineBody, Expr, ExprKind, Model, Near, OfWord, Rows, Segment};
use crate::source::Span;

use super::compare::birth;
use super::{Reader, Said, Way};

mod gate;

/// How many tests are read for one declaration; what is beyond them is not looked at.
const MOST_READ: usize = 20_000;

/// How many parts are held against each other.
const MOST_PARTS: usize = 48;

/// A condition that decides nothing.
#[derive(Debug, Clone)]
pub struct Idle<'m> {
    /// In which way.
    pub kind: Kind,
    /// The condition.
    pub at: &'m Cond,
    /// What cannot hold, or always does, together, and whether each is to hold; the condition itself where that is one.
    pub parts: Vec<(&'m Cond, bool)>,
    /// Whether it is asked of rows rather than of somebody.
    pub of_rows: bool,
    /// Whether it stands under `not` or `except`, an odd number of times.
    pub denied: bool,
    /// Whether nobody at all can be in the segment.
    pub empties: bool,
}

/// In which way a condition decides nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It can hold of nobody.
    Never,
    /// It holds of everybody.
    Always,
    /// It can be false of nobody, and stands where only that would count.
    NeverFalse,
    /// It is an alternative that cannot hold beside what else is asked.
    NoAlternative,
    /// It is an exception of which nobody can be who is wanted.
    NoException,
    /// It asks for people who are younger than those whom the guard lets pass.
    Minors {
        /// The least age of anybody who passes.
        age: u32,
        /// Where that is asked.
        asked: Span,
    },
    /// It asks for people who are born today or later.
    Unborn,
}

/// What decides nothing in a segment.
pub fn idle_of_segment<'m>(model: &'m Model, segment: &'m Segment) -> Vec<Idle<'m>> {
    let mut seeker = Seeker::of(model, segment.span);
    let explained = segment.condition.iter().fold(false, |found, cond| seeker.cond(cond, true) | found);
    let explained = segment.except.iter().fold(explained, |found, cond| seeker.cond(cond, false) | found);
    if !explained && !seeker.whole(segment) && !seeker.minors(segment) {
        seeker.beside(segment);
    }
    let empty = seeker.is_empty(segment);
    seeker.found.iter_mut().for_each(|idle| idle.empties |= empty);
    seeker.found
}

/// What decides nothing in a definition, wherever it is used.
pub fn idle_of_definition<'m>(model: &'m Model, define: &'m Define) -> Vec<Idle<'m>> {
    let mut seeker = Seeker::of(model, define.span);
    match &define.body {
        DefineBody::Condition(cond) => seeker.cond(cond, true),
        DefineBody::Value(value) => seeker.expr(value),
        DefineBody::Rows(rows) => seeker.rows(rows),
        DefineBody::Error => false,
    };
    seeker.found
}

/// A condition, and whether it is to hold.
type Part<'m> = (&'m Cond, bool);

struct Seeker<'m> {
    model: &'m Model,
    /// The declaration: what stands elsewhere is told there.
    home: Span,
    found: Vec<Idle<'m>>,
    of_rows: bool,
    left: usize,
}

impl<'m> Seeker<'m> {
    fn of(model: &'m Model, home: Span) -> Self {
        Self { model, home, found: Vec::new(), of_rows: false, left: MOST_READ }
    }

    /// What all of the parts say at once.
    fn all(&mut self, parts: &[Part<'m>], opens: bool) -> Said {
        self.read(parts, opens, true)
    }

    fn read(&mut self, parts: &[Part<'m>], opens: bool, all: bool) -> Said {
        let mut reader = Reader::proving(self.model, opens);
        reader.left = self.left;
        let said = parts.iter().map(|(cond, holds)| reader.cond(cond, Way { holds: *holds, entry: None })).collect();
        let said = if all { reader.all(said) } else { reader.any(said) };
        self.left = reader.left.saturating_sub(1);
        said
    }

    fn are_nobody(&mut self, parts: &[Part<'m>], opens: bool) -> bool {
        self.left > 0 && self.all(parts, opens).is_nobody()
    }

    /// Whether something in a condition decides nothing, which is told where it stands here.
    fn cond(&mut self, cond: &'m Cond, holds: bool) -> bool {
        let inside = match &cond.kind {
            CondKind::Not(inner) => return self.cond(inner, !holds),
            CondKind::Defined { body, .. } => return self.cond(body, holds),
            CondKind::Everyone | CondKind::Sample(_) | CondKind::InSegment { .. } | CondKind::Error => return false,
            CondKind::InList { rows } => return self.rows(rows),
            // That a required field is missing is told where types are.
            CondKind::Missing(value) => return self.expr(value) || self.are_nobody(&[(cond, true)], false),
            CondKind::AtLeastOf { of, word: OfWord::FullUnits(_) | OfWord::Periods(_), .. } => {
                return of.first().is_some_and(|first| self.cond(first, holds));
            }
            CondKind::AtLeastOf { of, word: OfWord::Listed, .. } => self.each(of, true),
            CondKind::And(parts) | CondKind::Or(parts) => self.each(parts, holds),
            CondKind::Count { rows, .. } => self.rows(rows),
            CondKind::Compare { left, right, .. } => self.expr(left) | self.expr(right),
            CondKind::Between { value, low, high } => self.expr(value) | self.expr(low) | self.expr(high),
            CondKind::Within { value, near, yearly } => {
                if !yearly && self.is_unborn(value, *near) {
                    return self.tell(Kind::Unborn, cond, vec![(cond, true)], holds);
                }
                self.expr(value)
            }
            CondKind::Around { place: value, .. }
            | CondKind::OneOf { value, .. }
            | CondKind::Has { list: value, .. }
            | CondKind::Text { value, .. }
            | CondKind::Truth(value) => self.expr(value),
        };
        inside || self.judge(cond, holds)
    }

    fn each(&mut self, parts: &'m [Cond], holds: bool) -> bool {
        parts.iter().fold(false, |found, part| self.cond(part, holds) | found)
    }

    /// A date of birth that is asked to be today or later.
    fn is_unborn(&self, value: &Expr, near: Near) -> bool {
        let ahead = match near {
            Near::Next(_) | Near::NextFull { .. } | Near::Today => true,
            Near::Last(_) | Near::LastFull { .. } | Near::Yesterday => false,
        };
        ahead && birth(self.model, value).is_some()
    }

    fn rows(&mut self, rows: &'m Rows) -> bool {
        let around = std::mem::replace(&mut self.of_rows, true);
        let of = rows.latest.as_deref().and_then(|latest| latest.of.as_ref());
        let mut found = rows.each.as_deref().is_some_and(|each| self.rows(each));
        found |= of.is_some_and(|of| self.cond(of, true));
        found |= rows.filter.as_deref().is_some_and(|filter| self.cond(filter, true));
        self.of_rows = around;
        found
    }

    /// The same in what an expression is computed of.
    fn expr(&mut self, expr: &'m Expr) -> bool {
        match &expr.kind {
            ExprKind::Score { rows, .. } => self.rows(rows),
            ExprKind::Aggregate(aggregate) => {
                let of_rows = self.rows(&aggregate.rows) | aggregate.value.as_ref().is_some_and(|it| self.expr(it));
                let around = std::mem::replace(&mut self.of_rows, true);
                let of_share = aggregate.share.as_ref().is_some_and(|share| self.cond(share, true));
                self.of_rows = around;
                of_rows | of_share
            }
            ExprKind::Standing(standing) => {
                self.expr(&standing.measure) | standing.among.as_ref().is_some_and(|among| self.cond(among, true))
            }
            ExprKind::Arithmetic { left, right, .. } => self.expr(left) | self.expr(right),
            ExprKind::Extreme { of, .. } => of.iter().fold(false, |found, part| self.expr(part) | found),
            ExprKind::Part { of: inner, .. }
            | ExprKind::DateOf(inner)
            | ExprKind::StartOfDay(inner)
            | ExprKind::DaysSince(inner)
            | ExprKind::Defined { body: inner, .. } => self.expr(inner),
            ExprKind::Literal(_)
            | ExprKind::Field(_)
            | ExprKind::Age(_)
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::Error => false,
        }
    }

    /// A condition by itself, in which nothing smaller is to blame.
    fn judge(&mut self, cond: &'m Cond, holds: bool) -> bool {
        let (kind, wanted) = if self.are_nobody(&[(cond, true)], false) {
            (Kind::Never, true)
        } else if self.left > 0 && self.all(&[(cond, true)], false).is_everybody() {
            (Kind::Always, false)
        } else if !holds && self.are_nobody(&[(cond, false)], false) {
            (Kind::NeverFalse, false)
        } else {
            return false;
        };
        // The parts of which all say it: those of `and` cannot hold together, those of `or` cannot fail together.
        let parts: &[Cond] = together(cond, wanted).unwrap_or(std::slice::from_ref(cond));
        let parts: Vec<Part<'m>> = parts.iter().map(|part| (part, wanted)).collect();
        let blamed = self.least(parts, |seeker, parts| match kind {
            Kind::Always => {
                let held: Vec<Part<'m>> = parts.iter().map(|(part, _)| (*part, true)).collect();
                seeker.left > 0 && seeker.read(&held, false, false).is_everybody()
            }
            Kind::Never
            | Kind::NeverFalse
            | Kind::NoAlternative
            | Kind::NoException
            | Kind::Minors { .. }
            | Kind::Unborn => seeker.are_nobody(parts, false),
        });
        // A list of all values that a field may have is meant: once it has another one, it is no longer everybody.
        if holds && kind == Kind::Always && blamed.iter().all(|(part, _)| lists_values(part)) {
            return false;
        }
        self.tell(kind, cond, blamed.into_iter().map(|(part, _)| (part, true)).collect(), holds)
    }

    /// The fewest of the parts of which something is still so; it is so of all of them.
    fn least(
        &mut self,
        mut parts: Vec<Part<'m>>,
        mut is_so: impl FnMut(&mut Self, &[Part<'m>]) -> bool,
    ) -> Vec<Part<'m>> {
        let mut at = 0;
        while parts.len() > 1 && at < parts.len() && parts.len() <= MOST_PARTS {
            let taken = parts.remove(at);
            if !is_so(self, &parts) {
                parts.insert(at, taken);
                at = at.saturating_add(1);
            }
        }
        parts
    }

    fn tell(&mut self, kind: Kind, at: &'m Cond, parts: Vec<Part<'m>>, holds: bool) -> bool {
        let here = parts.iter().any(|(part, _)| self.home.holds(part.span));
        if here && self.left > 0 {
            let (of_rows, denied) = (self.of_rows, !holds);
            self.found.push(Idle { kind, at, parts, of_rows, denied, empties: false });
        }
        true
    }

    /// What a segment asks for at once.
    fn wanted(segment: &'m Segment) -> Vec<Part<'m>> {
        let mut parts: Vec<Part<'m>> = Vec::new();
        segment.condition.iter().for_each(|cond| conjuncts(cond, &mut parts));
        parts.extend(segment.except.iter().map(|cond| (cond, false)));
        parts
    }

    fn is_empty(&mut self, segment: &'m Segment) -> bool {
        self.are_nobody(&Self::wanted(segment), true)
    }

    /// Parts of the whole segment that cannot hold together, through what it refers to as well.
    fn whole(&mut self, segment: &'m Segment) -> bool {
        let parts = Self::wanted(segment);
        // A segment that can have nobody tells it itself.
        let alone = parts.iter().any(|part| self.are_nobody(&[*part], true));
        if alone || !self.are_nobody(&parts, true) {
            return alone;
        }
        let blamed = self.least(parts, |seeker, parts| seeker.are_nobody(parts, true));
        let Some((first, holds)) = blamed.first().copied() else { return false };
        self.tell(Kind::Never, first, blamed, holds)
    }

    /// Alternatives and exceptions that cannot hold beside what else is asked.
    fn beside(&mut self, segment: &'m Segment) {
        if let Some(cond) = &segment.condition {
            self.alternatives(cond, &[]);
        }
        let mut wanted: Vec<Part<'m>> = Vec::new();
        segment.condition.iter().for_each(|cond| conjuncts(cond, &mut wanted));
        for except in &segment.except {
            let parts = if let CondKind::Or(parts) = &except.kind { parts.iter().collect() } else { vec![except] };
            for part in parts {
                self.clash(Kind::NoException, part, &wanted);
            }
        }
    }

    fn alternatives(&mut self, cond: &'m Cond, beside: &[Part<'m>]) {
        if beside.len() > MOST_PARTS {
            return;
        }
        if let CondKind::And(parts) = &cond.kind {
            for (at, part) in parts.iter().enumerate().filter(|(_, part)| is_choice(part)) {
                let others = parts.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, part)| (part, true));
                self.alternatives(part, &beside.iter().copied().chain(others).collect::<Vec<_>>());
            }
        }
        if let CondKind::Or(parts) = &cond.kind {
            for part in parts {
                if !self.clash(Kind::NoAlternative, part, beside) {
                    self.alternatives(part, beside);
                }
            }
        }
    }

    /// Whether a condition cannot hold beside others; it is told with those that are to blame.
    fn clash(&mut self, kind: Kind, cond: &'m Cond, beside: &[Part<'m>]) -> bool {
        let with = |parts: &[Part<'m>]| parts.iter().copied().chain([(cond, true)]).collect::<Vec<_>>();
        if beside.is_empty() || !self.are_nobody(&with(beside), true) || self.are_nobody(&[(cond, true)], true) {
            return false;
        }
        let mut blamed = self.least(beside.to_vec(), |seeker, parts| seeker.are_nobody(&with(parts), true));
        blamed.insert(0, (cond, true));
        self.tell(kind, cond, blamed, kind != Kind::NoException)
    }
}

/// Whether a condition names values, any of which will do.
fn lists_values(cond: &Cond) -> bool {
    matches!(&cond.kind, CondKind::OneOf { .. } | CondKind::Compare { op: CompareOp::Equal, .. })
}

fn is_choice(cond: &Cond) -> bool {
    matches!(&cond.kind, CondKind::And(_) | CondKind::Or(_))
}

/// The parts of a condition that must all hold.
fn conjuncts<'m>(cond: &'m Cond, parts: &mut Vec<Part<'m>>) {
    if let CondKind::And(of) = &cond.kind {
        of.iter().for_each(|part| conjuncts(part, parts));
    } else if let CondKind::Not(inner) = &cond.kind {
        parts.push((inner, false));
    } else {
        parts.push((cond, true));
    }
}

/// The parts of an `and`, or else of an `or`.
fn together(cond: &Cond, and: bool) -> Option<&[Cond]> {
    match (&cond.kind, and) {
        (CondKind::And(parts), true) | (CondKind::Or(parts), false) => Some(parts),
        _ => None,
    }
}
