//! Aggregates over rows: known only where every possible row is sure and has the value.

use super::Lower;
use super::condition::{Amount, Side, amount};
use super::feature::{Counted, Made, Opened, every_row, known};
use super::number::{Number, exact_top};
use super::scope::{Cell, Scope, Ty};
use crate::emit::sql::tree::{
    Agg, Body, Expr, Func, Item, Op, Over, Select, Test, and, binary, call, col, derived, eq, is, named, not, or, when,
};
use crate::model::ArithmeticOp;
use crate::plan::{Aggregate, AggregateFunc, Cond, Path, Rows};

/// The column of a feature that says whether its value is certain; the value's own has the feature's name.
fn certain_of(name: &str) -> String {
    format!("{name}_is_certain")
}

/// The column of a feature that says over how many rows it is.
fn rows_of(name: &str) -> String {
    format!("{name}_rows")
}

impl<'p> Lower<'p> {
    /// An aggregate's value for each row of the scope.
    pub fn aggregate(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        self.values.insert(of.rows.binding, of);
        match of.func {
            AggregateFunc::Count => self.counted(scope, of),
            AggregateFunc::CountDistinct => self.distinct(scope, of),
            AggregateFunc::Sum | AggregateFunc::Avg => self.summed(scope, of),
            AggregateFunc::Min | AggregateFunc::Max => self.extreme(scope, of),
            AggregateFunc::Median => self.median(scope, of),
            AggregateFunc::Mode => self.mode(scope, of),
            AggregateFunc::First => self.end_row(scope, of, false),
            AggregateFunc::Last => self.end_row(scope, of, true),
            AggregateFunc::Share => self.share(scope, of),
        }
    }

    /// The latest row's cell.
    pub fn latest(&mut self, scope: &mut Scope, rows: &'p Rows, path: &'p Path) -> Amount {
        let column = self.plan.tables.get(path.table).and_then(|table| table.columns.get(path.column));
        let kind = column.map(|column| column.kind.clone());
        let opened = self.open(scope, rows);
        let (outer, there) = (opened.outer.clone(), opened.there.clone());
        let want = self.asked(&format!("latest {path:?}"));
        let made = self.made(scope, rows, &want, |lower, name| {
            let mut opened = opened;
            let cell = lower.cell(&mut opened.scope, path);
            lower.chosen(name, rows, opened, amount(cell), true)
        });
        let alias = self.look_up(scope, &made, &outer);
        self.note(&there, &alias, true);
        let ty = kind.map_or(Ty::Text, |kind| type_of(&kind));
        let whole = column.is_some_and(|column| column.kind == crate::plan::ColumnKind::Integer);
        amount(Cell { sql: if_there(there, col(&alias, &made.name)), ty, nullable: true, whole })
    }

    fn counted(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        if !self.uncertain_rows(&of.rows) {
            let Counted { count, told, over } = self.feature(scope, &of.rows, (true, true));
            let there = and(vec![told, over]);
            let sure = there == Expr::Truth(true);
            return amount(Cell { sql: if_there(there, count), ty: Ty::Number, nullable: !sure, whole: true });
        }
        let Counted { count: sure, told, over } = self.feature(scope, &of.rows, (true, false));
        let possible = self.feature(scope, &of.rows, (false, true)).count;
        let there = and(vec![told, over]);
        if self.asking {
            self.doubt = Some(or(vec![not(there.clone()), binary(Op::NotEqual, sure.clone(), possible.clone())]));
        }
        let count = when(eq(sure.clone(), possible), sure);
        amount(Cell { sql: if_there(there, count), ty: Ty::Number, nullable: true, whole: true })
    }

    /// Opens the rows, evaluates the value, and says under which filter and when all is known.
    pub fn values_of(&mut self, opened: &mut Opened, of: &'p Aggregate) -> (Option<Amount>, Vec<Expr>, Expr) {
        let (value, known_apart) = self.row_value(opened, of);
        let mut certain = vec![opened.sure.clone()];
        certain.extend(known_apart);
        let mut filter = Vec::new();
        if let Some(cond) = of.rows.filter.as_deref() {
            if self.uncertain(cond) {
                filter.push(self.side(&mut opened.scope, cond, false, Side::May));
                certain.push(self.side(&mut opened.scope, cond, false, Side::Must));
            } else {
                filter.push(self.side(&mut opened.scope, cond, false, Side::Must));
            }
        }
        self.no_quotient(value.as_ref());
        match &value {
            Some(_) if of.ignoring_missing => {}
            Some(Amount::Number(number)) => certain.push(known(&number.top, number.nullable)),
            Some(Amount::Cell(cell)) => certain.push(known(&cell.sql, cell.nullable)),
            None => {}
        }
        (value, filter, every_row(and(certain)))
    }

    /// The value of a row; and, where what is missing is ignored, that it is not unknown, such as what is too large.
    fn row_value(&mut self, opened: &mut Opened, of: &'p Aggregate) -> (Option<Amount>, Option<Expr>) {
        let tells = of.ignoring_missing && of.computes();
        let before = self.asking;
        self.asking |= tells;
        self.doubt = None;
        let value = of.value.as_ref().map(|value| self.expr(&mut opened.scope, value));
        self.asking = before;
        (value, self.doubt.take().filter(|_| tells).map(|doubt| is(doubt, Test::NotTrue)))
    }

    /// What a feature is called apart where unknown must be told from missing.
    pub fn asked(&self, want: &str) -> String {
        if self.asking { format!("{want}?") } else { want.to_owned() }
    }

    /// Remembers where a looked-up value is unknown rather than missing.
    pub fn note(&mut self, there: &Expr, alias: &str, told: bool) {
        if !self.asking {
            return;
        }
        let uncertain = is(not(col(alias, &certain_of(alias))), Test::True);
        self.doubt = Some(if told { or(vec![not(there.clone()), uncertain]) } else { not(there.clone()) });
    }

    fn no_quotient(&mut self, value: Option<&Amount>) {
        if matches!(value, Some(Amount::Number(number)) if number.bottom.is_some()) {
            self.refusals.push(
                "an aggregate looks at a quotient of each row, which engines can neither keep nor add exactly"
                    .to_owned(),
            );
        }
    }

    /// A feature of one value, looked up; `None` of nothing.
    fn single(
        &mut self,
        scope: &mut Scope,
        of: &'p Aggregate,
        word: &str,
        make: impl FnOnce(&mut Self, &mut Opened, Option<Amount>) -> Expr,
    ) -> (Expr, Expr, bool) {
        let opened = self.open(scope, &of.rows);
        let (outer, there) = (opened.outer.clone(), opened.there.clone());
        let unknowable = self.uncertain_rows(&of.rows) || of.value.as_ref().is_some_and(|value| self.may_miss(value));
        let asking = self.asking;
        let made = self.made(scope, &of.rows, &self.asked(word), |lower, name| {
            let mut opened = opened;
            let (value, filter, certain) = lower.values_of(&mut opened, of);
            let result = make(lower, &mut opened, value);
            let items = certain_items(&name, certain, result, asking);
            lower.group(name, word, &of.rows, opened, filter, items)
        });
        let alias = self.look_up(scope, &made, &outer);
        self.note(&there, &alias, true);
        let absent = made.keys.first().map_or(Expr::Null, |key| is(col(&alias, key), Test::Null));
        (if_there(there, col(&alias, &made.name)), absent, unknowable)
    }

    fn distinct(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        let (value, absent, unknowable) = self.single(scope, of, "different values", |_, _, value| {
            Expr::Aggregate(Agg::CountDistinct, value.map(|value| Box::new(plain_value(value))))
        });
        let nullable = unknowable || self.may_be_elsewhere(&of.rows);
        let sql = or_zero(value, absent, unknowable);
        amount(Cell { sql, ty: Ty::Number, nullable, whole: true })
    }

    fn summed(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        let (_, scale) = of.value.as_ref().map_or((18, 6), |value| self.digits_of(value));
        let digits = (25, scale);
        let average = of.func == AggregateFunc::Avg;
        let word = if average { "sum and count" } else { "sum" };
        let opened = self.open(scope, &of.rows);
        let (outer, there) = (opened.outer.clone(), opened.there.clone());
        let unknowable = self.uncertain_rows(&of.rows) || of.value.as_ref().is_some_and(|value| self.may_miss(value));
        let asking = self.asking;
        let made = self.made(scope, &of.rows, &self.asked(word), |lower, name| {
            let mut opened = opened;
            let (value, mut filter, mut certain) = lower.values_of(&mut opened, of);
            let bare = value.clone().map(plain_value);
            let (summand, limited) = lower.summand(of, value);
            if limited {
                let fits = is(summand.clone(), Test::NotNull);
                let ignored = bare.filter(|_| of.ignoring_missing).map(|bare| is(bare, Test::Null));
                certain = and(vec![certain, every_row(or(ignored.into_iter().chain([fits]).collect()))]);
            }
            filter.retain(|expr| *expr != Expr::Truth(true));
            let counted = of.ignoring_missing.then(|| Box::new(summand.clone()));
            let mut sum = Expr::Aggregate(Agg::Sum, Some(Box::new(summand)));
            if of.ignoring_missing && !average {
                sum = call(Func::Coalesce, vec![sum, Expr::Whole(0)]);
            }
            let mut items = certain_items(&name, certain, sum, asking);
            if average {
                items.push(named(Expr::Aggregate(Agg::Count, counted), &rows_of(&name)));
            }
            lower.group(name, word, &of.rows, opened, filter, items)
        });
        let alias = self.look_up(scope, &made, &outer);
        self.note(&there, &alias, true);
        let value = if_there(there.clone(), col(&alias, &made.name));
        let certain = there == Expr::Truth(true);
        if average {
            let mut number = Number::wide(value, digits.0, digits.1, true);
            number.bottom = Some(call_exact(col(&alias, &rows_of(&made.name))));
            number.below = 12;
            return Amount::Number(number);
        }
        let absent = made.keys.first().map_or(Expr::Null, |key| is(col(&alias, key), Test::Null));
        let sql = if unknowable {
            let zero = Expr::Case(vec![(absent, Expr::Whole(0))], Some(Box::new(col(&alias, &made.name))));
            if_there(there, zero)
        } else {
            if_there(there, call(Func::Coalesce, vec![col(&alias, &made.name), Expr::Whole(0)]))
        };
        Amount::Number(Number::wide(sql, digits.0, digits.1, unknowable || !certain))
    }

    /// What is summed, of a type that cannot overflow; and whether it may be missing where it is too large.
    fn summand(&mut self, of: &Aggregate, value: Option<Amount>) -> (Expr, bool) {
        match value {
            // A cell has 18 digits before the point, so no engine's sum of them can overflow. What is computed may have no more.
            Some(Amount::Number(number)) if of.adds_computed() => {
                let top = exact_top(&number);
                let limit = Expr::Whole(1_000_000_000_000_000_000);
                let small = binary(Op::Less, call(Func::Abs, vec![top.clone()]), limit);
                (when(small, top), true)
            }
            Some(Amount::Number(number)) => (exact_top(&number), false),
            Some(Amount::Cell(_)) | None => (self.bug("a sum of what is no number"), false),
        }
    }

    /// Digits before and after the point of a value of each row.
    fn digits_of(&self, value: &crate::plan::Expr) -> (u32, u32) {
        use crate::plan::Expr as Planned;
        match value {
            Planned::Literal(value) => {
                let number = Number::of(&Lower::literal(value));
                (number.digits, number.scale)
            }
            Planned::Arithmetic { op, left, right } => {
                let ((l, l_places), (r, r_places)) = (self.digits_of(left), self.digits_of(right));
                let (digits, places) = match op {
                    ArithmeticOp::Add | ArithmeticOp::Subtract => (l.max(r) + 1, l_places.max(r_places)),
                    ArithmeticOp::Multiply | ArithmeticOp::Divide => (l + r, l_places + r_places),
                };
                (digits.min(38_u32.saturating_sub(places)), places)
            }
            Planned::Aggregate(inner) => match (inner.func, &inner.value) {
                (AggregateFunc::Sum, Some(value)) => (25, self.digits_of(value).1),
                (_, Some(value)) => self.digits_of(value),
                (_, None) => (19, 0),
            },
            Planned::Extreme { of, .. } => {
                of.iter().map(|value| self.digits_of(value)).fold((1, 0), |(a, b), (c, d)| (a.max(c), b.max(d)))
            }
            Planned::Back { from, .. } => self.digits_of(from),
            Planned::Field(_)
            | Planned::Standing(_)
            | Planned::Latest { .. }
            | Planned::Age(_)
            | Planned::Part { .. }
            | Planned::Anniversary { .. }
            | Planned::Instant(_)
            | Planned::Today
            | Planned::DateOf(_)
            | Planned::StartOfDay(_)
            | Planned::DaysSince(_) => {
                let whole = self.shape_of(value).1
                    || matches!(value, Planned::Age(_) | Planned::Part { .. } | Planned::DaysSince(_));
                if whole { (19, 0) } else { (18, 6) }
            }
        }
    }

    /// A value that one of the rows has, with the digits that it may have.
    pub fn of_a_row(&self, of: &Aggregate, shape: (Ty, bool), sql: Expr) -> Amount {
        match &of.value {
            Some(value) if of.computes() && shape.0 == Ty::Number => {
                let (digits, places) = self.digits_of(value);
                Amount::Number(Number::wide(sql, digits, places, true))
            }
            Some(_) | None => shaped(shape, sql),
        }
    }

    fn extreme(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        let agg = if of.func == AggregateFunc::Min { Agg::Min } else { Agg::Max };
        let word = if agg == Agg::Min { "least" } else { "greatest" };
        let shape = self.shape(of);
        let (value, _, _) = self.single(scope, of, word, |_, _, value| extreme_of(agg, value));
        self.of_a_row(of, shape, value)
    }

    /// The type of an aggregate's value, without making anything, and whether it is a whole number.
    pub fn shape(&self, of: &Aggregate) -> (Ty, bool) {
        of.value.as_ref().map_or((Ty::Number, true), |value| self.shape_of(value))
    }

    fn shape_of(&self, expr: &crate::plan::Expr) -> (Ty, bool) {
        use crate::plan::Expr as Planned;
        match expr {
            Planned::Field(path) | Planned::Latest { path, .. } => {
                let kind = self.kind(path.table, path.column);
                (type_of(&kind), kind == crate::plan::ColumnKind::Integer)
            }
            Planned::Literal(value) => {
                let cell = Lower::literal(value);
                (cell.ty, cell.whole)
            }
            Planned::Part { part: crate::plan::DatePart::Date, .. }
            | Planned::Anniversary { .. }
            | Planned::Today
            | Planned::DateOf(_) => (Ty::Day, false),
            Planned::Aggregate(_)
            | Planned::Standing(_)
            | Planned::Arithmetic { .. }
            | Planned::Age(_)
            | Planned::Part { .. }
            | Planned::DaysSince(_) => (Ty::Number, false),
            Planned::Extreme { of, .. } => {
                let shapes: Vec<_> = of.iter().map(|value| self.shape_of(value)).collect();
                let ty = shapes.first().map_or(Ty::Number, |(ty, _)| *ty);
                (ty, shapes.iter().all(|(_, whole)| *whole))
            }
            Planned::Instant(_) | Planned::StartOfDay(_) => (Ty::Instant, false),
            Planned::Back { from, .. } => self.shape_of(from),
        }
    }

    fn end_row(&mut self, scope: &mut Scope, of: &'p Aggregate, last: bool) -> Amount {
        let shape = self.shape(of);
        let opened = self.open(scope, &of.rows);
        let (outer, there) = (opened.outer.clone(), opened.there.clone());
        let word = if last { "last" } else { "first" };
        let made = self.made(scope, &of.rows, &self.asked(word), |lower, name| {
            let mut opened = opened;
            match &of.value {
                Some(value) => {
                    let value = lower.expr(&mut opened.scope, value);
                    lower.chosen(name, &of.rows, opened, value, last)
                }
                None => {
                    lower.bug("first or last of nothing");
                    Made { name, keys: opened.names }
                }
            }
        });
        let alias = self.look_up(scope, &made, &outer);
        self.note(&there, &alias, true);
        self.of_a_row(of, shape, if_there(there, col(&alias, &made.name)))
    }

    /// The value of the row with the latest (or earliest) clock; missing where rows tied there differ, or a row is merely possible.
    fn chosen(&mut self, name: String, rows: &'p Rows, mut opened: Opened, value: Amount, last: bool) -> Made {
        let mut certain = vec![opened.sure.clone()];
        let mut filter = Vec::new();
        if let Some(cond) = rows.filter.as_deref() {
            filter.push(self.side(&mut opened.scope, cond, false, Side::May));
            if self.uncertain(cond) {
                certain.push(self.side(&mut opened.scope, cond, false, Side::Must));
            }
        }
        let table = self.rows_table(&rows.from);
        let cut = self.table(table);
        let clock = self.plan.tables.get(table).and_then(|table| table.clock.as_ref());
        let at = clock.and_then(|clock| cut.columns.get(&clock.column)).map(|name| col(&opened.scope.alias, name));
        let Some(at) = at else {
            self.bug("the latest of rows without a clock");
            return Made { name, keys: opened.names };
        };
        self.no_quotient(Some(&value));
        let certain = and(certain);
        let sql = plain_value(value.clone());
        let partition = opened.keys.clone();
        let over = |func, of: Option<Expr>, order| Expr::Over {
            func,
            of: of.map(Box::new),
            partition: partition.clone(),
            order,
        };
        let mut items: Vec<Item> =
            opened.keys.iter().zip(&opened.names).map(|(key, name)| named(key.clone(), name)).collect();
        items.push(named(sql, "chosen_value"));
        items.push(named(over(Over::Rank, None, vec![(at, last)]), "place"));
        if certain != Expr::Truth(true) {
            let doubtful = when(is(certain.clone(), Test::NotTrue), Expr::Whole(1));
            items.push(named(over(Over::Count, Some(doubtful), Vec::new()), "doubtful_rows"));
        }
        let mut select = opened.scope.select();
        select.filter.extend(filter.into_iter().filter(|expr| *expr != Expr::Truth(true)));
        select.items = items;
        let chosen = col("v", "chosen_value");
        let is_truth = matches!(&value, Amount::Cell(Cell { ty: Ty::Truth, .. }));
        let sorted = if is_truth {
            Expr::Case(
                vec![(chosen.clone(), Expr::Whole(1)), (is(chosen.clone(), Test::NotNull), Expr::Whole(0))],
                None,
            )
        } else {
            chosen
        };
        let (least, most) = (agg(Agg::Min, sorted.clone()), agg(Agg::Max, sorted.clone()));
        let mut holds = vec![eq(least.clone(), most), every_row(is(sorted.clone(), Test::NotNull))];
        let mut agree = vec![or(vec![and(holds.clone()), eq(agg(Agg::Count, sorted), Expr::Whole(0))])];
        if certain != Expr::Truth(true) {
            let sure = eq(agg(Agg::Max, col("v", "doubtful_rows")), Expr::Whole(0));
            holds.push(sure.clone());
            agree.push(sure);
        }
        let result = if is_truth { eq(least, Expr::Whole(1)) } else { least };
        let keys: Vec<Expr> = opened.names.iter().map(|name| col("v", name)).collect();
        let mut items: Vec<Item> = keys.iter().map(|key| Item { expr: key.clone(), alias: None }).collect();
        items.push(named(when(and(holds), result), &name));
        if self.asking {
            items.push(named(is(and(agree), Test::True), &certain_of(&name)));
        }
        let body = Select {
            items,
            from: Some(derived(Body::One(select), "v")),
            filter: vec![eq(col("v", "place"), Expr::Whole(1))],
            group: keys,
            ..Select::default()
        };
        let comment = self.describe(if last { "The latest value" } else { "The earliest value" }, rows);
        self.push(&name, &[&comment], Body::One(body));
        Made { name, keys: opened.names }
    }

    /// The middle value, or half the sum of the middle two: their sum and how many they are.
    fn median(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        let opened = self.open(scope, &of.rows);
        let (outer, there) = (opened.outer.clone(), opened.there.clone());
        let made =
            self.made(scope, &of.rows, &self.asked("middle values"), |lower, name| lower.median_cte(name, of, opened));
        let alias = self.look_up(scope, &made, &outer);
        self.note(&there, &alias, true);
        let (digits, scale) = of.value.as_ref().map_or((18, 6), |value| self.digits_of(value));
        let top = if_there(there, col(&alias, &made.name));
        let mut number = Number::wide(top, digits.min(19) + 1, scale, true);
        number.bottom = Some(call_exact(col(&alias, &rows_of(&made.name))));
        Amount::Number(number)
    }

    /// The value of a row, under which filter, and where it is told from unknown.
    fn middle_of(&mut self, opened: &mut Opened, of: &'p Aggregate) -> (Option<Amount>, Vec<Expr>, Option<Expr>) {
        let (value, known_apart) = self.row_value(opened, of);
        let filter = of.rows.filter.as_deref().map(|cond| {
            let side = if self.uncertain(cond) { Side::May } else { Side::Must };
            self.side(&mut opened.scope, cond, false, side)
        });
        self.no_quotient(value.as_ref());
        (value, filter.into_iter().collect(), known_apart)
    }

    fn median_cte(&mut self, name: String, of: &'p Aggregate, mut opened: Opened) -> Made {
        let (value, filter, known_apart) = self.middle_of(&mut opened, of);
        let bare = value.clone().map(plain_value);
        let (summand, limited) = self.summand(of, value);
        let mut certain = vec![opened.sure.clone()];
        certain.extend(known_apart);
        if !of.ignoring_missing {
            certain.push(is(summand.clone(), Test::NotNull));
        } else if let Some(bare) = bare.filter(|_| limited) {
            certain.push(or(vec![is(bare, Test::Null), is(summand.clone(), Test::NotNull)]));
        }
        if let Some(cond) = of.rows.filter.as_deref().filter(|cond| self.uncertain(cond)) {
            certain.push(self.side(&mut opened.scope, cond, false, Side::Must));
        }
        let partition = opened.keys.clone();
        let over = |func, of: Option<Expr>, order| Expr::Over {
            func,
            of: of.map(Box::new),
            partition: partition.clone(),
            order,
        };
        let mut items: Vec<Item> =
            opened.keys.iter().zip(&opened.names).map(|(key, name)| named(key.clone(), name)).collect();
        items.push(named(summand.clone(), "middle_value"));
        // What is missing comes last, and none of the values is in the middle of it.
        let counted = of.ignoring_missing.then(|| summand.clone());
        items.push(named(over(Over::RowNumber, None, vec![(summand, false)]), "place"));
        items.push(named(over(Over::Count, None, Vec::new()), "all_rows"));
        let valued = if counted.is_some() { "valued_rows" } else { "all_rows" };
        if counted.is_some() {
            items.push(named(over(Over::Count, counted, Vec::new()), valued));
        }
        let sure = when(is(and(certain), Test::True), Expr::Whole(1));
        items.push(named(over(Over::Count, Some(sure), Vec::new()), "sure_rows"));
        let mut select = opened.scope.select();
        select.filter.extend(filter.into_iter().filter(|expr| *expr != Expr::Truth(true)));
        select.items = items;
        let v = |name: &str| col("v", name);
        let twice = binary(Op::Multiply, Expr::Whole(2), v("place"));
        let filter = vec![
            binary(Op::GreaterOrEqual, twice.clone(), v(valued)),
            binary(Op::LessOrEqual, twice, binary(Op::Add, v(valued), Expr::Whole(2))),
        ];
        let keys: Vec<Expr> = opened.names.iter().map(|name| v(name)).collect();
        let mut items: Vec<Item> = keys.iter().map(|key| Item { expr: key.clone(), alias: None }).collect();
        let certain = eq(agg(Agg::Max, v("sure_rows")), agg(Agg::Max, v("all_rows")));
        items.extend(certain_items(&name, certain, agg(Agg::Sum, v("middle_value")), self.asking));
        items.push(named(Expr::Aggregate(Agg::Count, None), &rows_of(&name)));
        let from = Some(derived(Body::One(select), "v"));
        let body = Select { items, from, filter, group: keys, ..Select::default() };
        let comment = self.describe("The middle values", &of.rows);
        self.push(&name, &[&comment], Body::One(body));
        Made { name, keys: opened.names }
    }

    fn share(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        let Some(share) = &of.share else {
            return Amount::Number(Number::wide(self.bug("a share of nothing"), 1, 0, true));
        };
        let opened = self.open(scope, &of.rows);
        let (outer, there) = (opened.outer.clone(), opened.there.clone());
        let made = self.made(scope, &of.rows, &self.asked("share"), |lower, name| {
            let mut opened = opened;
            lower.share_cte(name, of, share, &mut opened)
        });
        let alias = self.look_up(scope, &made, &outer);
        self.note(&there, &alias, true);
        let mut number = Number::wide(call_exact(if_there(there, col(&alias, &made.name))), 12, 0, true);
        number.bottom = Some(call_exact(col(&alias, &rows_of(&made.name))));
        number.below = 12;
        Amount::Number(number)
    }

    fn share_cte(&mut self, name: String, of: &'p Aggregate, share: &'p Cond, opened: &mut Opened) -> Made {
        let (_, filter, mut certain) = self.values_of(opened, of);
        let yes = self.side(&mut opened.scope, share, false, Side::Must);
        if self.uncertain(share) {
            let no = self.side(&mut opened.scope, share, true, Side::Must);
            certain = and(vec![certain, every_row(is(or(vec![yes.clone(), no]), Test::True))]);
        }
        let count = Expr::Aggregate(Agg::Count, Some(Box::new(when(yes, Expr::Whole(1)))));
        let mut items = certain_items(&name, certain, count, self.asking);
        items.push(named(Expr::Aggregate(Agg::Count, None), &rows_of(&name)));
        let taken = Opened {
            scope: opened.scope.clone(),
            keys: opened.keys.clone(),
            names: opened.names.clone(),
            outer: opened.outer.clone(),
            sure: opened.sure.clone(),
            there: opened.there.clone(),
            told: opened.told.clone(),
            over: opened.over.clone(),
        };
        self.group(name, "The share", &of.rows, taken, filter, items)
    }
}

fn agg(func: Agg, of: Expr) -> Expr {
    Expr::Aggregate(func, Some(Box::new(of)))
}

fn call_exact(of: Expr) -> Expr {
    call(Func::Exact, vec![of])
}

/// A result where it is certain, and, where that is asked, whether it is.
pub fn certain_items(name: &str, certain: Expr, result: Expr, asking: bool) -> Vec<Item> {
    let value = if certain == Expr::Truth(true) { result } else { when(certain.clone(), result) };
    let mut items = vec![named(value, name)];
    if asking {
        items.push(named(certain, &certain_of(name)));
    }
    items
}

/// The value where the rows are all there, else nothing.
pub fn if_there(there: Expr, value: Expr) -> Expr {
    if there == Expr::Truth(true) { value } else { when(there, value) }
}

/// 0 where there was no row at all.
fn or_zero(value: Expr, absent: Expr, unknowable: bool) -> Expr {
    if let Expr::Case(arms, None) = value {
        let arms = arms.into_iter().map(|(when, then)| (when, or_zero(then, absent.clone(), unknowable))).collect();
        return Expr::Case(arms, None);
    }
    if unknowable {
        return Expr::Case(vec![(absent, Expr::Whole(0))], Some(Box::new(value)));
    }
    call(Func::Coalesce, vec![value, Expr::Whole(0)])
}

/// A value as one expression.
pub fn plain_value(value: Amount) -> Expr {
    match value {
        Amount::Number(number) => number.top,
        Amount::Cell(cell) => cell.sql,
    }
}

fn extreme_of(func: Agg, value: Option<Amount>) -> Expr {
    match value {
        Some(Amount::Cell(cell)) if cell.ty == Ty::Text => agg(func, call(Func::ByCodePoint, vec![cell.sql])),
        Some(value) => agg(func, plain_value(value)),
        None => Expr::Null,
    }
}

/// A value of a known type, which may be missing.
pub fn shaped(shape: (Ty, bool), sql: Expr) -> Amount {
    amount(Cell { sql, ty: shape.0, nullable: true, whole: shape.1 })
}

fn type_of(kind: &crate::plan::ColumnKind) -> Ty {
    use crate::plan::ColumnKind;
    match kind {
        ColumnKind::Text | ColumnKind::Uuid | ColumnKind::Version | ColumnKind::List { .. } => Ty::Text,
        ColumnKind::Boolean => Ty::Truth,
        ColumnKind::Integer | ColumnKind::Decimal | ColumnKind::Degrees { .. } => Ty::Number,
        ColumnKind::Date => Ty::Day,
        ColumnKind::Instant | ColumnKind::Wall { .. } => Ty::Instant,
    }
}
