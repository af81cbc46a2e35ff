//! What a condition says, whatever its spelling: the one form in which rules look at conditions.
//!
//! Negation stands at single tests only (`not (age < 18)` is `age >= 18`), literals stand on the right, ranges and lists of values are
//! taken apart, and rows are numbers of rows: `no x`, `count(x) < 1`, `5 - count(x) > 4`, `at most 0 of (any x)`, `last(x) is missing` and
//! `not in list x` are the absence of rows. What holds for everybody or for nobody is gone. The form is for looking at, not for
//! running: it is true of whom the condition is definitely true, and says nothing of who is unknown.

mod compare;
mod cover;
mod fraction;
mod idle;
mod known;
mod near;
mod plain;
#[cfg(test)]
mod tests;

use crate::model::walk::{self, Visitor};
use crate::model::{
    CompareOp, Cond, CondKind, Counts, Expr, ExprKind, Model, Quota, Rows, Segment, SegmentId, Value, quotas,
};
use crate::source::Span;

use super::Read;

pub use compare::{age_at_birth, holds_of_nothing, is_missing_of_nothing, isolated};
pub use idle::{Idle, Kind, idle_of_definition, idle_of_segment};
pub use plain::{condition as plain, text};

/// How many tests a form may have; what is beyond them stays as it is written.
const MOST_TESTS: usize = 20_000;

/// How many values of a list are taken apart.
const MOST_VALUES: usize = 64;

/// How many references in a row are opened.
const MOST_STEPS: usize = 40;

/// The form. All of nothing is everybody, any of nothing is nobody.
#[derive(Debug, Clone)]
pub enum Said {
    /// Each of these.
    All(Vec<Said>),
    /// One of these.
    Any(Vec<Said>),
    /// At least so many of these, from 2, and fewer than all.
    AtLeast {
        /// How many.
        n: usize,
        /// Of these.
        of: Vec<Said>,
    },
    /// A single test.
    Test(Box<Test>),
}

/// A single test.
#[derive(Debug, Clone)]
pub struct Test {
    /// What it asks.
    pub fact: Fact,
    /// Where it stands, in whatever declaration.
    pub span: Span,
    /// Where it enters what was asked about: the test, or the use of what leads to it.
    pub entry: Span,
    /// Whether it was written under `not` or `except`, an odd number of times.
    pub denied: bool,
}

/// What a test asks.
#[derive(Debug, Clone)]
pub enum Fact {
    /// So many rows; neither any number nor none.
    Rows {
        /// Which.
        rows: Rows,
        /// How many.
        counts: Counts,
    },
    /// A comparison; a literal stands on the right, and whole numbers are compared by `<=` and `>=`.
    Compare {
        /// How.
        op: CompareOp,
        /// What.
        left: Expr,
        /// With what.
        right: Expr,
    },
    /// Anything else, or that it is not so.
    Other {
        /// What.
        cond: Cond,
        /// Whether it is so.
        holds: bool,
    },
}

/// What a condition says.
pub fn condition(model: &Model, cond: &Cond) -> Said {
    Reader::of(model, false).cond(cond, Way::PLAIN)
}

/// What can be proved of a condition whatever the rows are: nobody is only what is true of nobody, and everybody only what is true of
/// everybody whose rows can be read, also where something is missing. Ages are whatever dates of birth make of them.
pub fn proved(model: &Model, cond: &Cond) -> Said {
    Reader::proving(model, false).cond(cond, Way::PLAIN)
}

/// What it says that a condition is not so.
pub fn contrary(model: &Model, cond: &Cond) -> Said {
    Reader::of(model, false).cond(cond, Way::PLAIN.turned())
}

/// What somebody must be to be in a segment: its condition and none of its exclusions, with the segments opened that it refers to.
pub fn segment(model: &Model, segment: &Segment) -> Said {
    Reader::of(model, true).segment(segment, Way::PLAIN)
}

/// Where, in a segment and inside of what it counts, conditions stand that hold for everybody or for nobody.
pub fn idle(model: &Model, segment: &Segment) -> Vec<Span> {
    struct Idle<'m>(&'m Model, Vec<Span>);
    impl Visitor for Idle<'_> {
        fn cond(&mut self, cond: &Cond) {
            let said = condition(self.0, cond);
            if said.is_everybody() || said.is_nobody() {
                self.1.push(cond.span);
            }
        }
    }
    let mut idle = Idle(model, Vec::new());
    walk::segment(segment, &mut idle);
    idle.1
}

impl Said {
    /// Whether it holds of everybody of whom anything is known.
    pub fn is_everybody(&self) -> bool {
        matches!(self, Said::All(parts) if parts.is_empty())
    }

    /// Whether it can hold of nobody.
    pub fn is_nobody(&self) -> bool {
        matches!(self, Said::Any(parts) if parts.is_empty())
    }

    /// What it asks for at once.
    pub fn conjuncts(&self) -> &[Said] {
        if let Said::All(parts) = self { parts } else { std::slice::from_ref(self) }
    }

    /// Every test in it.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Said::All(parts) | Said::Any(parts) | Said::AtLeast { of: parts, .. } => {
                parts.iter().flat_map(Said::tests).collect()
            }
            Said::Test(test) => vec![test],
        }
    }

    /// Whether it is true only of people for whom one of these tests is.
    pub fn needs(&self, wanted: &impl Fn(&Test) -> bool) -> bool {
        match self {
            Said::All(parts) => parts.iter().any(|part| part.needs(wanted)),
            Said::Any(parts) => !parts.is_empty() && parts.iter().all(|part| part.needs(wanted)),
            // Of fewer than `n` that lack it none can be chosen without one that has it.
            Said::AtLeast { n, of } => of.iter().filter(|part| !part.needs(wanted)).count() < *n,
            Said::Test(test) => wanted(test),
        }
    }
}

impl Test {
    /// Whether something is read by it.
    pub fn reads(&self, read: &Read) -> bool {
        let inside = |span: &Span| span.holds(read.span) || read.via.iter().any(|step| span.holds(step.span));
        self.entry.holds(read.entry) && inside(&self.span)
    }

    /// Whether it takes away rather than chooses: fewer rows, a smaller sum of them, another value than one that is named. Bounds of what
    /// somebody is say nothing about that, so there the words decide.
    pub fn leaves_out(&self) -> bool {
        match &self.fact {
            Fact::Rows { counts, .. } => counts.least.is_none(),
            Fact::Compare { op: CompareOp::NotEqual, .. } => true,
            Fact::Compare { op: CompareOp::Equal, .. } => false,
            Fact::Compare { op, left, right } => match compare::holds_of_nothing(*op, left, right) {
                Some(of_nothing) => of_nothing,
                None => self.denied,
            },
            Fact::Other { holds, .. } => !holds,
        }
    }
}

/// In which way a condition is read.
#[derive(Debug, Clone, Copy)]
struct Way {
    holds: bool,
    /// Where it entered, if not where it stands.
    entry: Option<Span>,
}

impl Way {
    const PLAIN: Self = Self { holds: true, entry: None };

    fn turned(self) -> Self {
        Self { holds: !self.holds, ..self }
    }

    fn through(self, span: Span) -> Self {
        Self { entry: Some(self.entry.unwrap_or(span)), ..self }
    }

    fn test(self, fact: Fact, span: Span) -> Said {
        let entry = self.entry.unwrap_or(span);
        Said::Test(Box::new(Test { fact, span, entry, denied: !self.holds }))
    }

    /// A comparison, or its contrary.
    fn op(self, op: CompareOp) -> CompareOp {
        if self.holds { op } else { op.contrary() }
    }
}

struct Reader<'m> {
    model: &'m Model,
    opens: bool,
    /// Nothing is gone but what can be proved.
    proves: bool,
    path: Vec<SegmentId>,
    left: usize,
}

impl<'m> Reader<'m> {
    fn of(model: &'m Model, opens: bool) -> Self {
        Self { model, opens, proves: false, path: Vec::new(), left: MOST_TESTS }
    }

    fn proving(model: &'m Model, opens: bool) -> Self {
        Self { proves: true, ..Self::of(model, opens) }
    }

    fn segment(&mut self, segment: &Segment, way: Way) -> Said {
        let mut parts: Vec<Said> = segment.condition.iter().map(|cond| self.cond(cond, way)).collect();
        parts.extend(segment.except.iter().map(|cond| self.cond(cond, way.turned())));
        self.all(parts)
    }

    fn cond(&mut self, cond: &Cond, way: Way) -> Said {
        if self.left == 0 {
            return self.other(cond, way);
        }
        self.left = self.left.saturating_sub(1);
        let span = cond.span;
        match &cond.kind {
            CondKind::Everyone => everybody(way.holds),
            CondKind::And(parts) | CondKind::Or(parts) => {
                let said = parts.iter().map(|part| self.cond(part, way)).collect();
                let all = matches!(cond.kind, CondKind::And(_)) == way.holds;
                if all { self.all(said) } else { self.any(said) }
            }
            CondKind::Not(inner) => self.cond(inner, way.turned()),
            CondKind::Defined { body, .. } => self.cond(body, way.through(span)),
            CondKind::Compare { op, left, right } => self.compare(way.op(*op), left, right, (way, span)),
            CondKind::Between { value, low, high } => {
                let ends = [(CompareOp::GreaterOrEqual, low), (CompareOp::LessOrEqual, high)];
                let parts = ends.map(|(op, end)| self.compare(way.op(op), value, end, (way, span))).to_vec();
                if way.holds { self.all(parts) } else { self.any(parts) }
            }
            CondKind::OneOf { value, values, ignoring_case: false } if values.len() <= MOST_VALUES => {
                let literal = |it: &crate::source::Spanned<Value>| Expr {
                    kind: ExprKind::Literal(it.value.clone()),
                    ty: value.ty.clone(),
                    span: it.span,
                };
                let op = way.op(CompareOp::Equal);
                let parts = values.iter().map(|it| self.compare(op, value, &literal(it), (way, span))).collect();
                if way.holds { self.any(parts) } else { self.all(parts) }
            }
            CondKind::Count { rows, op, n, .. } => self.counted(rows, Counts::of(way.op(*op), *n), (way, span)),
            CondKind::InList { rows } => {
                self.counted(rows, Counts::of(way.op(CompareOp::GreaterOrEqual), 1), (way, span))
            }
            CondKind::AtLeastOf { of, op, n, .. } => self.at_least_of(of, way.op(*op), *n, way),
            CondKind::Missing(value) => self.missing(cond, value, way),
            CondKind::Sample(sample) if sample.from == 0 && sample.to >= 10_000 => everybody(way.holds),
            CondKind::Sample(sample) if sample.from >= sample.to => everybody(!way.holds),
            CondKind::InSegment { segment, via } if self.opens && way.holds && via.is_empty() => {
                self.refer(segment.value, cond, way)
            }
            CondKind::Within { value, near, yearly: false } if self.proves && way.holds => {
                self.born_near(cond, value, *near, way)
            }
            CondKind::Sample(_)
            | CondKind::OneOf { .. }
            | CondKind::Within { .. }
            | CondKind::Around { .. }
            | CondKind::Has { .. }
            | CondKind::Text { .. }
            | CondKind::Truth(_)
            | CondKind::InSegment { .. }
            | CondKind::Error => self.other(cond, way),
        }
    }

    fn other(&mut self, cond: &Cond, way: Way) -> Said {
        way.test(Fact::Other { cond: self.bare(cond), holds: way.holds }, cond.span)
    }

    /// A segment that is referred to, opened; what runs in a circle is an error, which has been reported.
    fn refer(&mut self, id: SegmentId, cond: &Cond, way: Way) -> Said {
        if self.path.contains(&id) || self.path.len() > MOST_STEPS {
            let torn = Cond { kind: CondKind::Error, span: cond.span };
            return way.test(Fact::Other { cond: torn, holds: true }, cond.span);
        }
        self.path.push(id);
        let said = self.segment(&self.model.segments[id], way.through(cond.span));
        self.path.pop();
        said
    }

    fn at_least_of(&mut self, of: &[Cond], op: CompareOp, n: u64, way: Way) -> Said {
        let plain = Way { holds: true, ..way };
        let choices = quotas(op, n, of.len()).into_iter().map(|Quota { of: wanted, of_contraries }| {
            let wanted = self.at_least(of, wanted, plain);
            let unwanted = self.at_least(of, of_contraries, plain.turned());
            self.all(vec![wanted, unwanted])
        });
        let choices = choices.collect();
        self.any(choices)
    }

    fn at_least(&mut self, of: &[Cond], n: usize, way: Way) -> Said {
        if n == 0 || n > of.len() {
            return everybody(n == 0);
        }
        let parts: Vec<Said> = of.iter().map(|part| self.cond(part, way)).collect();
        let sure = parts.iter().filter(|part| part.is_everybody()).count();
        let open: Vec<Said> = parts.into_iter().filter(|part| !part.is_everybody() && !part.is_nobody()).collect();
        match n.saturating_sub(sure) {
            0 => everybody(true),
            1 => self.any(open),
            n if n == open.len() => self.all(open),
            n if n > open.len() => everybody(false),
            n => Said::AtLeast { n, of: open },
        }
    }

    fn counted(&mut self, rows: &Rows, counts: Counts, at: (Way, Span)) -> Said {
        let rows = self.rows(rows);
        self.of_rows(rows, counts, at)
    }

    /// A number of rows in the one form. Rows for which their filter can never hold are none.
    fn of_rows(&self, rows: Rows, counts: Counts, (way, span): (Way, Span)) -> Said {
        let none = rows.filter.as_deref().is_some_and(plain::is_none);
        let all = if none { counts.has(0) } else { counts.is_all() };
        // Where something hangs on what is missing, nobody knows that there are none.
        let told = !all || !self.proves || known::are_counted(self.model, &rows);
        if told && (none || counts.is_all() || counts.is_none()) {
            return everybody(all);
        }
        way.test(Fact::Rows { rows, counts }, span)
    }

    fn all(&self, parts: Vec<Said>) -> Said {
        let mut flat: Vec<Said> = Vec::new();
        for part in parts {
            if let Said::All(inner) = part { flat.extend(inner) } else { flat.push(part) }
        }
        if flat.iter().any(Said::is_nobody)
            || cover::contradict(self.model, &flat)
            || near::contradict(self.model, &flat)
        {
            return everybody(false);
        }
        if flat.len() == 1 { flat.swap_remove(0) } else { Said::All(flat) }
    }

    fn any(&self, parts: Vec<Said>) -> Said {
        let mut flat: Vec<Said> = Vec::new();
        for part in parts {
            if let Said::Any(inner) = part { flat.extend(inner) } else { flat.push(part) }
        }
        if flat.iter().any(Said::is_everybody) || cover::exhaust(self.model, &flat, self.proves) {
            return everybody(true);
        }
        if let Some((common, rest)) = cover::common(self.model, &flat) {
            let rest = self.any(rest);
            return self.all(common.into_iter().chain([rest]).collect());
        }
        if flat.len() == 1 { flat.swap_remove(0) } else { Said::Any(flat) }
    }
}

fn everybody(holds: bool) -> Said {
    if holds { Said::All(Vec::new()) } else { Said::Any(Vec::new()) }
}
