//! How labels reach a segment.
//!
//! [`Facts`] lists, for every segment, everything that its condition, exclusions, exposed columns and cap read: which field, over
//! which window, in which polarity, by which chain of declarations. What a referenced segment reads is read by the one who
//! refers. What a model was trained on is read by whoever reads its score. What the guard itself reads is not listed.

use std::collections::{BTreeMap, BTreeSet};

use crate::faults::{Fault, on};
use crate::model::{
    Aggregate, AggregateFunc, ArithmeticOp, CompareOp, Cond, CondKind, DefineId, Expr, ExprKind, FieldId, FieldPath,
    FieldRole, Figures, Length, LinkId, Model, Rows, RowsFrom, Segment, SegmentId, SegmentRetain, Standing, TableId,
    Value, Window, quotas,
};
use crate::source::{Span, Spanned};

use super::ages::OLDEST;
use super::{infer, order, policy, said, telling};

mod training;

pub use training::was_trained_on;

/// How many references in a row, and how many of them or of readings at all, are followed in a program that is refused anyway.
const MOST_STEPS: usize = 40;
const MOST_OF_REFUSED: usize = 2_000;

/// How many readings the descent of scores may add up to; a segment that reads more is refused.
const MOST_READS: usize = 20_000;

/// What is known of every segment.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    segments: BTreeMap<SegmentId, SegmentFacts>,
    /// The program will be refused, whatever the rules find: nobody needs every reading.
    refused: bool,
}

/// What is known of one segment.
#[derive(Debug, Clone, Default)]
pub struct SegmentFacts {
    /// S; nothing where it is never stored, or where `retain` is missing.
    pub stored: Length,
    /// Everything it reads, in the order of the text; what references read follows the reference.
    pub reads: Vec<Read>,
    /// Every segment that it refers to, directly or through others; nearest first, each once per chain.
    pub references: Vec<Reference>,
    /// The effective minimum in people: the largest of its own, its policies', its destinations' and its references'.
    pub minimum: u64,
    /// The cycle that its references form, if they do: from itself to itself.
    pub cycle: Option<Vec<SegmentId>>,
    /// Scores were trained on scores in more ways than can be followed, so that something read is not listed.
    pub unfollowed: bool,
}

/// A reference to another segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Which.
    pub segment: SegmentId,
    /// Where the nearest reference stands, in the segment itself.
    pub span: Span,
    /// The chain of declarations to it.
    pub via: Vec<Step>,
}

/// One declaration on the way from a segment to what it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What kind.
    pub kind: StepKind,
    /// Where the use stands.
    pub span: Span,
}

/// Declarations that labels flow through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// A referenced segment.
    Segment(SegmentId),
    /// A definition.
    Define(DefineId),
    /// A model: what follows is what it was trained on.
    Model(TableId),
}

/// In which way more truth of a reading moves membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// Selects.
    Positive,
    /// Leaves out.
    Negative,
}

impl Polarity {
    fn flipped(self) -> Self {
        match self {
            Polarity::Positive => Polarity::Negative,
            Polarity::Negative => Polarity::Positive,
        }
    }
}

/// What one more row does to membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowEffect {
    /// It can only leave somebody out.
    Leaves,
    /// It can only let somebody in.
    Enters,
    /// It may do either.
    Either,
}

impl RowEffect {
    fn flipped(self) -> Self {
        match self {
            RowEffect::Leaves => RowEffect::Enters,
            RowEffect::Enters => RowEffect::Leaves,
            RowEffect::Either => RowEffect::Either,
        }
    }

    /// Of rows of which there are at most so many.
    fn of_at_most(at: At) -> Self {
        Self::of_count(CompareOp::LessOrEqual, 1, at)
    }

    /// Of rows that are counted and compared, where the comparison stands at `at`.
    fn of_count(op: CompareOp, n: u64, at: At) -> Self {
        let plain = match (op, n) {
            (CompareOp::Greater | CompareOp::GreaterOrEqual, _) | (CompareOp::NotEqual, 0) => RowEffect::Enters,
            (CompareOp::Less | CompareOp::LessOrEqual, _) | (CompareOp::Equal, 0) => RowEffect::Leaves,
            (CompareOp::Equal | CompareOp::NotEqual, _) => RowEffect::Either,
        };
        match (at.mixed, at.polarity) {
            (true, _) => RowEffect::Either,
            (false, Polarity::Positive) => plain,
            (false, Polarity::Negative) => plain.flipped(),
        }
    }
}

/// Where a reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Context {
    /// In a condition on the subject.
    Condition,
    /// In a filter of rows.
    Filter,
    /// As the value of an aggregate.
    Aggregate,
    /// As rows that are counted or looked for.
    Rows,
    /// As the column of a link on the way.
    Link,
    /// As an exposed column.
    Expose,
    /// By a model in training.
    Training,
    /// For the cap on contacts.
    Cap,
    /// By being delivered: the row of every member, and the field that a destination matches on.
    Delivery,
}

impl Context {
    /// Whether a condition asks for what is read.
    fn is_asked(self) -> bool {
        match self {
            Context::Condition | Context::Filter | Context::Aggregate | Context::Cap => true,
            Context::Rows | Context::Link | Context::Expose | Context::Training | Context::Delivery => false,
        }
    }
}

/// A category that a reading reveals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revealed {
    /// The category.
    pub category: String,
    /// The place that says so: the field's label, or the `infer`.
    pub span: Span,
    /// Index into [`Model::infers`] where it is inferred; beyond them, what follows is the index into [`Model::telling`].
    pub inferred: Option<usize>,
    /// Whether it is told by a word that a value mentions, wherever that stands.
    pub mentioned: bool,
}

/// Something that a segment reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The table.
    pub table: TableId,
    /// The field; `None`: the presence of rows, or a table that a model was trained on.
    pub field: Option<FieldId>,
    /// Where the reading stands (in whatever declaration).
    pub span: Span,
    /// Where it enters the segment itself: the reading, or the use of what leads to it.
    pub entry: Span,
    /// The chain from the segment to here.
    pub via: Vec<Step>,
    /// How.
    pub context: Context,
    /// Which way.
    pub polarity: Polarity,
    /// The window of the rows it belongs to.
    pub window: Option<Spanned<Window>>,
    /// What one more row does; `protects` allows a reading whose rows can only leave somebody out.
    pub effect: RowEffect,
    /// Of an age in completed years that is held against a number: how, in the way in which it decides, and the number.
    pub years: Option<(CompareOp, i64)>,
    /// What it reveals.
    pub reveals: Vec<Revealed>,
}

impl Read {
    /// Whether one more row of what is read can only leave somebody out: what `protects` allows.
    pub fn only_protects(&self) -> bool {
        self.effect == RowEffect::Leaves && self.context != Context::Expose && self.through_model().is_none()
    }

    /// Whether it decides who is left out, rather than who is chosen: by what one more row does, or where that may be either, by whether it is
    /// asked under a negation.
    pub fn leaves_out(&self) -> bool {
        match self.effect {
            RowEffect::Leaves => true,
            RowEffect::Enters => false,
            RowEffect::Either => self.polarity == Polarity::Negative,
        }
    }

    /// Whether it came through a referenced segment.
    pub fn through_segment(&self) -> Option<SegmentId> {
        self.via.iter().find_map(|step| match step.kind {
            StepKind::Segment(id) => Some(id),
            StepKind::Define(_) | StepKind::Model(_) => None,
        })
    }

    /// Whether it came through a model's training.
    pub fn through_model(&self) -> Option<TableId> {
        self.via.iter().find_map(|step| match step.kind {
            StepKind::Model(id) => Some(id),
            StepKind::Define(_) | StepKind::Segment(_) => None,
        })
    }
}

impl Facts {
    /// Follows every label of a model.
    pub fn of(model: &Model) -> Self {
        let mut facts = Self::default();
        let mut order = order::order(model);
        facts.refused = !model.complete || !order.circles.is_empty();
        for id in order.segments {
            facts.settle(model, id, order.circles.remove(&id));
        }
        facts
    }

    /// What is known of a segment. Every segment of the model is known.
    pub fn segment(&self, id: SegmentId) -> &SegmentFacts {
        static NOTHING: SegmentFacts = SegmentFacts {
            stored: Length { months: 0, seconds: 0 },
            reads: Vec::new(),
            references: Vec::new(),
            minimum: 0,
            cycle: None,
            unfollowed: false,
        };
        self.segments.get(&id).unwrap_or(&NOTHING)
    }

    /// Settles a segment, after those that it refers to; `cycle` is the circle that it closes.
    fn settle(&mut self, model: &Model, id: SegmentId, cycle: Option<Vec<SegmentId>>) {
        let segment = &model.segments[id];
        let mut walk =
            Walk { model, facts: self, out: SegmentFacts::default(), via: Vec::new(), entry: None, rows: None };
        walk.segment(segment);
        walk.infer_together(segment);
        let mut out = std::mem::take(&mut walk.out);
        out.cycle = cycle;
        out.stored = segment.retain.map_or(Length::default(), |retain: Spanned<SegmentRetain>| retain.value.length());
        let referenced = out.references.iter().map(|r| policy::own_minimum(model, r.segment)).max().unwrap_or(0);
        out.minimum = policy::own_minimum(model, id).max(referenced);
        self.segments.insert(id, out);
    }
}

struct Walk<'a, 'm> {
    model: &'m Model,
    facts: &'a Facts,
    out: SegmentFacts,
    via: Vec<Step>,
    entry: Option<Span>,
    /// The outermost rows that are walked: what a definition of rows adds to them enters where they stand.
    rows: Option<Span>,
}

/// Where in a condition the walk stands.
#[derive(Clone, Copy)]
struct At {
    context: Context,
    polarity: Polarity,
    window: Option<Spanned<Window>>,
    effect: RowEffect,
    /// Inside a filter of rows of which one more may move membership either way.
    mixed: bool,
    /// What one more row does where the value that is read is a plain count, as one side of a comparison is.
    counted: Option<RowEffect>,
    /// Of an age: how it is compared where it stands, and with what.
    years: Option<(CompareOp, i64)>,
    /// The polarity is that of others for whose sake it is read once more, and not that of what is asked.
    mirrored: bool,
}

impl At {
    /// Where a value stands that is held against a number. What more of it does is told by the comparison; and where no rows at all would do,
    /// the comparison leaves out whoever has too many, however it is written.
    fn compared(self, op: CompareOp, value: &Expr, number: &Value) -> Self {
        let nought = matches!(number, Value::Integer(0));
        let number_of_rows = Expr { kind: ExprKind::Literal(number.clone()), ty: value.ty.clone(), span: value.span };
        let ordered = !matches!(op, CompareOp::Equal | CompareOp::NotEqual);
        let plain = self.asks(op);
        let polarity = match said::holds_of_nothing(plain, value, &number_of_rows).filter(|_| ordered && !self.mixed) {
            Some(true) => Polarity::Negative,
            Some(false) => Polarity::Positive,
            None => self.polarity,
        };
        let years = match (&value.unnamed().kind, number) {
            (ExprKind::Age(_), Value::Integer(years)) => Some((plain, *years)),
            _ => None,
        };
        // A difference is nought where two counts are equal: one more row may do either.
        let counted = (ordered || !is_reckoned(value)).then(|| RowEffect::of_count(op, u64::from(!nought), self));
        Self { polarity, counted, years, ..self }
    }

    /// What a comparison asks of those who are chosen.
    fn asks(self, op: CompareOp) -> CompareOp {
        if (self.polarity == Polarity::Negative) != self.mirrored { op.contrary() } else { op }
    }

    /// The same for the sake of others: whoever else's value moves may move everybody's place.
    fn mirror(self) -> Self {
        Self { polarity: self.polarity.flipped(), mirrored: !self.mirrored, ..self }
    }
}

impl<'m> Walk<'_, 'm> {
    fn segment(&mut self, segment: &'m Segment) {
        let at = At {
            context: Context::Condition,
            polarity: Polarity::Positive,
            window: None,
            effect: RowEffect::Either,
            mixed: false,
            counted: None,
            years: None,
            mirrored: false,
        };
        if let Some(condition) = &segment.condition {
            self.root(condition, at);
        }
        for except in &segment.except {
            self.root(except, At { polarity: Polarity::Negative, ..at });
        }
        for path in &segment.expose {
            if !on(Fault::F43) {
                self.path(&path.value, path.span, At { context: Context::Expose, ..at });
            }
            self.exposed_inferences(&path.value);
        }
        if let Some(figures) = &segment.figures {
            self.figures(figures, at);
        }
        if let Some(cap) = &segment.cap {
            let window = Some(Spanned::new(Window::Last(cap.value.per), cap.span));
            let at = At { context: Context::Cap, polarity: Polarity::Negative, window, ..at };
            self.rows(&cap.value.from, at, RowEffect::Leaves);
        }
        self.delivery(segment, At { context: Context::Delivery, ..at });
    }

    /// What groups are told apart by is shown; what is said of them is read of everybody, whichever way it goes.
    fn figures(&mut self, figures: &'m Figures, at: At) {
        for group in &figures.by {
            let before = self.out.reads.len();
            self.expr(&group.value, At { context: Context::Expose, ..at });
            for (i, rule) in self.model.infers.iter().enumerate() {
                let reads = self.out.reads.iter_mut().skip(before).filter(|read| read.field == Some(rule.field));
                reads.for_each(|read| reveal(read, &rule.category, i));
            }
        }
        for at in [at, at.mirror()] {
            let at = At { mixed: true, ..at };
            figures
                .values()
                .skip(figures.by.len())
                .for_each(|value| self.expr(value, At { context: Context::Aggregate, ..at }));
            figures.conditions().for_each(|cond| self.root(cond, at));
        }
    }

    /// Whoever is a member is somebody of the entity, and is handed over by what the destination matches on. What this reveals is no
    /// choice of the segment's, so it has no labels; permission and retention hold for it as for everything.
    fn delivery(&mut self, segment: &'m Segment, at: At) {
        let Some(entity) = segment.entity else { return };
        for to in &segment.destinations {
            let matched = self.model.destinations[to.value].matched.as_ref();
            if let Some(field) = matched.and_then(|matched| self.model.field_named(entity, &matched.field.value)) {
                self.push(entity, Some(field), to.span, at, Vec::new());
            }
        }
        self.push(entity, None, segment.name.span, at, Vec::new());
    }

    fn root(&mut self, cond: &'m Cond, at: At) {
        let before = self.out.reads.len();
        self.cond(cond, at);
        self.infer_over(cond, before);
    }

    fn cond(&mut self, cond: &'m Cond, at: At) {
        match &cond.kind {
            CondKind::Everyone | CondKind::Sample(_) | CondKind::Error => {}
            CondKind::And(parts) | CondKind::Or(parts) => parts.iter().for_each(|part| self.cond(part, at)),
            CondKind::Not(inner) => self.cond(inner, At { polarity: at.polarity.flipped(), ..at }),
            CondKind::Compare { op, left, right } => self.compare(*op, left, right, at),
            CondKind::Between { value, low, high } => {
                let counted = (is_zero(low) && !is_reckoned(value)).then(|| RowEffect::of_at_most(at));
                self.expr(value, At { counted, years: years_between(value, low, high, at), ..at });
                [low, high].into_iter().for_each(|part| self.expr(part, at));
            }
            CondKind::OneOf { value, values, .. } => {
                let counted = (counts_up(values) && !is_reckoned(value)).then(|| RowEffect::of_at_most(at));
                self.expr(value, At { counted, ..at });
            }
            CondKind::Around { place, of, .. } => {
                [place].into_iter().chain(of.place()).for_each(|place| self.expr(place, at));
            }
            CondKind::Within { value, .. } | CondKind::Text { value, .. } => self.expr(value, at),
            CondKind::Missing(value) => self.missing(value, at),
            CondKind::Truth(value) | CondKind::Has { list: value, .. } => self.expr(value, at),
            CondKind::Count { rows, op, n, .. } => self.rows(rows, at, RowEffect::of_count(*op, *n, at)),
            CondKind::AtLeastOf { of, op, n, .. } => self.at_least_of(of, *op, *n, at),
            CondKind::InList { rows } => self.rows(rows, at, RowEffect::of_count(CompareOp::GreaterOrEqual, 1, at)),
            CondKind::InSegment { segment, via } => self.reference(segment, via, cond.span, at),
            CondKind::Defined { define, body } => {
                self.through(StepKind::Define(*define), cond.span, |walk| walk.root(body, at));
            }
        }
    }

    /// A comparison with a number, whatever else is reckoned with it, or of two values.
    fn compare(&mut self, op: CompareOp, left: &'m Expr, right: &'m Expr, at: At) {
        if let Some((op, value, number)) = said::isolated(op, left, right) {
            return self.expr(value, at.compared(op, value, &number));
        }
        let years = said::age_at_birth(self.model, op, left, right).map(|(op, years)| (at.asks(op), years));
        for (side, op) in [(left, op), (right, op.flipped())] {
            self.expr(side, At { counted: Some(RowEffect::of_count(op, 1, at)), years, ..at });
        }
    }

    /// `last(orders over …) is missing` says that there are none.
    fn missing(&mut self, value: &'m Expr, at: At) {
        match &value.kind {
            ExprKind::Aggregate(aggregate) if said::is_missing_of_nothing(self.model, aggregate) => {
                let effect = RowEffect::of_count(CompareOp::Equal, 0, at);
                self.rows(&aggregate.rows, at, effect);
                let window = aggregate.rows.timed().window;
                let at = At { context: Context::Aggregate, window, effect, ..at };
                aggregate.value.iter().for_each(|value| self.expr(value, at));
            }
            ExprKind::Defined { define, body } => {
                self.through(StepKind::Define(*define), value.span, |walk| walk.missing(body, at));
            }
            ExprKind::Aggregate(_)
            | ExprKind::Literal(_)
            | ExprKind::Field(_)
            | ExprKind::Score { .. }
            | ExprKind::Standing(_)
            | ExprKind::Arithmetic { .. }
            | ExprKind::Age(_)
            | ExprKind::Part { .. }
            | ExprKind::Ago(_)
            | ExprKind::Now
            | ExprKind::Today
            | ExprKind::DateOf(_)
            | ExprKind::StartOfDay(_)
            | ExprKind::DaysSince(_)
            | ExprKind::Extreme { .. }
            | ExprKind::Error => self.expr(value, at),
        }
    }

    /// More truth of one of several helps where many are asked for and hinders where few are; where an exact number is, it does both.
    fn at_least_of(&mut self, of: &'m [Cond], op: CompareOp, n: u64, at: At) {
        let turned = At { polarity: at.polarity.flipped(), ..at };
        let quotas = quotas(op, n, of.len());
        let helps = quotas.iter().any(|quota| quota.of > 0);
        let hinders = quotas.iter().any(|quota| quota.of_contraries > 0);
        let ways: &[At] = match (helps, hinders) {
            (true, false) | (false, false) => &[at],
            (false, true) => &[turned],
            (true, true) => &[At { mixed: true, ..at }, At { mixed: true, ..turned }],
        };
        for way in ways {
            of.iter().for_each(|part| self.cond(part, *way));
        }
    }

    fn expr(&mut self, expr: &'m Expr, at: At) {
        match &expr.kind {
            ExprKind::Field(path) | ExprKind::Age(path) => self.path(path, expr.span, at),
            ExprKind::Part { of, zone, .. } => {
                self.expr(of, At { counted: None, ..at });
                zone.iter().filter_map(|zone| zone.path()).for_each(|path| self.path(path, expr.span, at));
            }
            ExprKind::Score { rows, field } => self.score(rows, field, expr.span, at),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate, at),
            ExprKind::Arithmetic { op, left, right } => {
                // A sum grows with each of its sides; a difference shrinks by what is taken away.
                let (first, second) = match op {
                    ArithmeticOp::Add => (at.counted, at.counted),
                    ArithmeticOp::Subtract => (at.counted, at.counted.map(RowEffect::flipped)),
                    ArithmeticOp::Multiply | ArithmeticOp::Divide => (None, None),
                };
                self.expr(left, At { counted: first, ..at });
                self.expr(right, At { counted: second, ..at });
            }
            ExprKind::Standing(_) if on(Fault::F42) => {}
            ExprKind::Standing(standing) => self.standing(standing, at),
            ExprKind::DateOf(inner) | ExprKind::StartOfDay(inner) | ExprKind::DaysSince(inner) => {
                self.expr(inner, At { counted: None, ..at });
            }
            // The least and the greatest grow with each of what they are of.
            ExprKind::Extreme { of, .. } => of.iter().for_each(|value| self.expr(value, at)),
            ExprKind::Defined { define, body } => {
                self.through(StepKind::Define(*define), expr.span, |walk| walk.expr(body, at));
            }
            ExprKind::Literal(_) | ExprKind::Ago(_) | ExprKind::Now | ExprKind::Today | ExprKind::Error => {}
        }
    }

    /// Everybody's value moves everybody's place: what a rank reads is read in both polarities, and one more row may do either.
    fn standing(&mut self, standing: &'m Standing, at: At) {
        for at in [at, at.mirror()] {
            let at = At { effect: RowEffect::Either, mixed: true, counted: None, ..at };
            self.expr(&standing.measure, at);
            standing.among.iter().for_each(|among| self.root(among, at));
        }
    }

    fn aggregate(&mut self, aggregate: &'m Aggregate, at: At) {
        let counted = at.counted.filter(|_| is_plain_count(aggregate) || counts_values(aggregate));
        let at = At { counted: None, ..at };
        self.rows(&aggregate.rows, at, counted.unwrap_or(RowEffect::Either));
        let at = At {
            context: Context::Aggregate,
            window: aggregate.rows.timed().window,
            effect: counted.unwrap_or(RowEffect::Either),
            mixed: at.mixed || counted.is_none(),
            ..at
        };
        if let Some(value) = &aggregate.value {
            self.expr(value, at);
        }
        if let Some(share) = &aggregate.share {
            self.root(share, At { context: Context::Filter, ..at });
        }
    }

    /// One more row moves another one past the cut of `latest`: such rows are read in both polarities.
    fn rows(&mut self, rows: &'m Rows, at: At, effect: RowEffect) {
        let outermost = self.rows.is_none();
        self.rows.get_or_insert(rows.span);
        self.some_rows(rows, at, effect);
        if outermost {
            self.rows = None;
        }
    }

    fn some_rows(&mut self, rows: &'m Rows, at: At, effect: RowEffect) {
        if rows.latest.is_none() {
            return self.all_rows(rows, at, effect);
        }
        for at in [at, at.mirror()] {
            self.all_rows(rows, At { mixed: true, counted: None, ..at }, RowEffect::Either);
        }
    }

    fn all_rows(&mut self, rows: &'m Rows, at: At, effect: RowEffect) {
        let context = if at.context == Context::Cap { Context::Cap } else { Context::Rows };
        if let Some(each) = &rows.each {
            self.some_rows(each, at, effect);
        }
        let window = rows.timed().window.or(at.window);
        // Where the window hangs on another row, that row's instant is read as whatever else is asked of that row.
        for on in rows.anchored.iter().flat_map(|it| std::iter::once(&it.start).chain(it.ends.iter().map(|(on, _)| on)))
        {
            self.expr(on, at);
            // An instant that moves may let somebody in and leave somebody out.
            if rows.anchored.as_ref().is_some_and(|anchored| !anchored.open) {
                self.expr(on, At { polarity: at.polarity.flipped(), ..at });
            }
        }
        let at = At { context, window, effect, ..at };
        match &rows.from {
            RowsFrom::Subject { table, via, .. } => {
                self.whose(via, rows.span, at);
                self.presence(*table, rows.span, at);
            }
            RowsFrom::Nested { table, .. } => self.presence(*table, rows.span, at),
            RowsFrom::Related { link, via, .. } => {
                self.whose(via, rows.span, at);
                self.related(*link, rows.span, at);
            }
            RowsFrom::RelatedRows { link, via, table, .. } => {
                self.whose(via, rows.span, at);
                self.related(*link, rows.span, at);
                self.presence(*table, rows.span, at);
            }
            RowsFrom::Error => {}
        }
        let cut = rows.latest.iter().filter_map(|latest| latest.of.as_ref());
        for filter in rows.filter.as_deref().into_iter().chain(cut) {
            let polarity = if effect == RowEffect::Leaves { Polarity::Negative } else { Polarity::Positive };
            let mixed = at.mixed || effect == RowEffect::Either;
            let context = if context == Context::Cap { context } else { Context::Filter };
            self.root(filter, At { context, polarity, mixed, mirrored: false, ..at });
        }
    }

    /// To-one links on the way to somebody's rows: their columns, and that there is somebody.
    fn whose(&mut self, via: &[LinkId], span: Span, at: At) {
        for hop in via {
            self.link(*hop, span, at);
            self.push(self.model.links[*hop].to, None, span, At { context: Context::Link, ..at }, Vec::new());
        }
    }

    /// Related people are found by their link, and count as people: what is read is that they are there.
    fn related(&mut self, link: LinkId, span: Span, at: At) {
        self.link(link, span, at);
        self.push(self.model.links[link].from, None, span, at, Vec::new());
    }

    /// Rows that are counted or looked for reveal the labels of their table.
    fn presence(&mut self, table: TableId, span: Span, at: At) {
        let reveals = table_labels(self.model, table);
        self.push(table, None, span, at, reveals);
    }

    fn path(&mut self, path: &FieldPath, span: Span, at: At) {
        path.hops.iter().for_each(|hop| self.link(*hop, span, at));
        let field = &self.model.fields[path.field];
        let mut reveals = field_labels(self.model, path.field);
        reveals.retain(|revealed| !self.model.is_released(path.field, &revealed.category));
        self.push(field.table, Some(path.field), span, at, reveals);
    }

    fn link(&mut self, link: LinkId, span: Span, at: At) {
        let link = &self.model.links[link];
        self.push(link.from, Some(link.by), span, At { context: Context::Link, ..at }, Vec::new());
    }

    /// What a referenced segment reads is read here, in the polarity of the reference.
    fn reference(&mut self, segment: &Spanned<SegmentId>, links: &[LinkId], span: Span, at: At) {
        self.whose(links, span, at);
        let id = segment.value;
        // Unsettled is only what runs in a circle, and that is refused.
        let Some(inner) = self.facts.segments.get(&id) else { return };
        if self.facts.refused && self.unreviewable(inner) {
            return;
        }
        let inner = inner.clone();
        self.out.unfollowed |= inner.unfollowed;
        let entry = self.entry.unwrap_or(span);
        let mut via = self.via.clone();
        via.push(Step { kind: StepKind::Segment(id), span });
        self.out.references.push(Reference { segment: id, span: entry, via: via.clone() });
        let chain = |rest: &[Step]| via.iter().chain(rest).cloned().collect::<Vec<_>>();
        for reference in inner.references {
            self.out.references.push(Reference { via: chain(&reference.via), span: entry, ..reference });
        }
        let own = |context| matches!(context, Context::Expose | Context::Cap | Context::Delivery);
        let conditions = inner.reads.into_iter().filter(|read| !own(read.context));
        for read in conditions {
            let negative = at.polarity == Polarity::Negative;
            let polarity = if negative { read.polarity.flipped() } else { read.polarity };
            let effect = if negative { read.effect.flipped() } else { read.effect };
            let effect = if at.mixed { RowEffect::Either } else { effect };
            let turned = at.asks(CompareOp::Equal) == CompareOp::NotEqual;
            let years = read.years.map(|(op, n)| (if turned { op.contrary() } else { op }, n));
            self.out.reads.push(Read { via: chain(&read.via), entry, polarity, effect, years, ..read });
        }
    }

    /// Of a program that is refused already (as one is whose references grow without bound) nobody needs every reading.
    fn unreviewable(&self, inner: &SegmentFacts) -> bool {
        let long = inner.references.iter().any(|reference| reference.via.len() > MOST_STEPS);
        let references = self.out.references.len() + inner.references.len();
        long || self.out.reads.len() + inner.reads.len() > MOST_OF_REFUSED || references > MOST_OF_REFUSED
    }

    fn through(&mut self, kind: StepKind, span: Span, inside: impl FnOnce(&mut Self)) {
        let outermost = self.entry.is_none();
        self.entry.get_or_insert(span);
        self.via.push(Step { kind, span });
        inside(self);
        self.via.pop();
        if outermost {
            self.entry = None;
        }
    }

    fn push(&mut self, table: TableId, field: Option<FieldId>, span: Span, at: At, reveals: Vec<Revealed>) {
        // What stands in another declaration than the rows do was written where these were defined.
        let elsewhere = |rows: &Span| rows.file != span.file || !self.is_one_declaration(*rows, span);
        let entry = self.entry.or(self.rows.filter(elsewhere)).unwrap_or(span);
        let At { context, polarity, window, effect, years, mixed: _, counted: _, mirrored: _ } = at;
        // An entity's own row looks back at nothing, whatever the window of the rows that lead to it.
        let window = window.filter(|_| self.model.entity_facts(table).is_none());
        let via = self.via.clone();
        self.out.reads.push(Read { table, field, span, entry, via, context, polarity, window, effect, years, reveals });
    }

    /// Whether two places stand in one segment, or outside of any definition.
    fn is_one_declaration(&self, a: Span, b: Span) -> bool {
        let defines = || self.model.defines.values().filter(|define| define.span.file == b.file);
        defines().all(|define| !define.span.holds(b) || define.span.holds(a))
    }

    /// Adds what values imply to the readings of `cond`, which began at `from`.
    fn infer_over(&mut self, cond: &Cond, from: usize) {
        for (i, rule) in self.model.infers.iter().enumerate() {
            let reads = self.out.reads.iter_mut().skip(from);
            let mut touched = reads.filter(|read| read.field == Some(rule.field)).peekable();
            if touched.peek().is_some() && infer::separates(self.model, rule, cond) {
                touched.for_each(|read| reveal(read, &rule.category, i));
            }
        }
        telling::over(self.model, cond, self.out.reads.get_mut(from..).unwrap_or_default());
    }

    /// Adds what the tests of a whole segment imply together, those of the segments that it refers to included: none may imply it alone. In
    /// which way they are joined, and in which polarity, is not looked at.
    fn infer_together(&mut self, segment: &'m Segment) {
        if self.facts.refused {
            return;
        }
        let referenced: BTreeSet<SegmentId> = self.out.references.iter().map(|reference| reference.segment).collect();
        for (i, rule) in self.model.infers.iter().enumerate() {
            let implied = |read: &Read| read.reveals.iter().any(|revealed| revealed.inferred == Some(i));
            let tested = |read: &Read| read.field == Some(rule.field) && read.context.is_asked();
            if self.out.reads.iter().any(implied) || !self.out.reads.iter().any(tested) {
                continue;
            }
            let others = referenced.iter().map(|id| &self.model.segments[*id]);
            if infer::separate_together(self.model, rule, segment, others) {
                self.out.reads.iter_mut().filter(|read| tested(read)).for_each(|read| reveal(read, &rule.category, i));
            }
        }
    }

    fn exposed_inferences(&mut self, path: &FieldPath) {
        for (i, rule) in self.model.infers.iter().enumerate().filter(|(_, rule)| rule.field == path.field) {
            if let Some(read) = self.out.reads.last_mut() {
                reveal(read, &rule.category, i);
            }
        }
    }
}

/// Whether an aggregate is nothing but a number of rows.
pub fn is_plain_count(aggregate: &Aggregate) -> bool {
    let plain = aggregate.value.is_none() && aggregate.share.is_none() && aggregate.rows.latest.is_none();
    plain && aggregate.func == AggregateFunc::Count
}

/// Whether an aggregate is nothing but a number of different values, of which one more row can only make more.
fn counts_values(aggregate: &Aggregate) -> bool {
    aggregate.func == AggregateFunc::CountDistinct && aggregate.rows.latest.is_none()
}

/// What an age between two numbers is asked for: the end that leaves somebody out.
fn years_between(value: &Expr, low: &Expr, high: &Expr, at: At) -> Option<(CompareOp, i64)> {
    let whole = |expr: &Expr| if let ExprKind::Literal(Value::Integer(n)) = expr.kind { Some(n) } else { None };
    let age = matches!(value.unnamed().kind, ExprKind::Age(_));
    let asked = age && at.asks(CompareOp::Equal) == CompareOp::Equal;
    let (low, high) = (whole(low).filter(|_| asked)?, whole(high)?);
    Some(if high >= i64::from(OLDEST) { (CompareOp::GreaterOrEqual, low) } else { (CompareOp::LessOrEqual, high) })
}

/// Whether a value is reckoned from others, so that it may lie below nought.
fn is_reckoned(value: &Expr) -> bool {
    let kind = &value.unnamed().kind;
    if let ExprKind::Extreme { of, .. } = kind {
        return of.iter().any(is_reckoned);
    }
    matches!(kind, ExprKind::Arithmetic { .. })
}

/// Whether an expression is a literal nought.
fn is_zero(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Value::Integer(0)))
}

/// Whether values are all the numbers from nought to some number: `in (0, 1, 2)`, which says `at most 2`.
fn counts_up(values: &[Spanned<Value>]) -> bool {
    let whole = |value: &Spanned<Value>| if let Value::Integer(n) = value.value { Some(n) } else { None };
    let numbers: Option<BTreeSet<i64>> = values.iter().map(whole).collect();
    numbers.is_some_and(|numbers| numbers.iter().zip(0_i64..).all(|(number, wanted)| *number == wanted))
}

fn reveal(read: &mut Read, category: &Spanned<String>, inferred: usize) {
    let revealed = self::inferred(category, inferred);
    if !read.reveals.contains(&revealed) {
        read.reveals.push(revealed);
    }
}

/// What the presence of rows of a table reveals: the categories of all of its fields.
pub fn table_labels(model: &Model, table: TableId) -> Vec<Revealed> {
    let fields = model.tables[table].fields.iter().filter(|field| declared(model, **field));
    let said = model.tables[table].says.iter();
    let said = said.map(|it| Revealed { category: it.value.clone(), span: it.span, inferred: None, mentioned: false });
    let mut reveals: Vec<Revealed> = Vec::new();
    for revealed in fields.flat_map(|field| field_labels(model, *field)).chain(said) {
        if !reveals.iter().any(|known| known.category == revealed.category) {
            reveals.push(revealed);
        }
    }
    reveals
}

fn inferred(category: &Spanned<String>, rule: usize) -> Revealed {
    Revealed { category: category.value.clone(), span: category.span, inferred: Some(rule), mentioned: false }
}

fn declared(model: &Model, field: FieldId) -> bool {
    match model.fields[field].role {
        FieldRole::Plain => true,
        FieldRole::Key | FieldRole::Subject | FieldRole::At | FieldRole::Bare => false,
    }
}

fn field_labels(model: &Model, field: FieldId) -> Vec<Revealed> {
    let labels = model.fields[field].labels.categories.iter();
    labels.map(|c| Revealed { category: c.value.clone(), span: c.span, inferred: None, mentioned: false }).collect()
}
