//! What is said of somebody among everybody: samples, drawn as control groups are, and ranks.

use super::Lower;
use super::condition::{Amount, Side};
use super::feature::Made;
use super::number::Number;
use super::scope::Scope;
use crate::emit::sql::tree::{Body, Expr, Func, Op, Over, Test, Type, and, binary, call, col, is, named, or};
use crate::plan::{ColumnKind, Path, Standing, StandingForm};

impl<'p> Lower<'p> {
    /// Whether the bucket of a key is in [from, to), or not in it; unknown where there is no key.
    pub fn sample(
        &mut self,
        scope: &mut Scope,
        key: &'p Path,
        (from, to): (u32, u32),
        salt: &str,
        (negated, side): (bool, Side),
    ) -> Expr {
        let cell = self.cell(scope, key);
        let nullable = !key.hops.is_empty();
        let bucket = bucket(salt, cell.sql, &self.kind(key.table, key.column));
        let least = |op| binary(op, bucket.clone(), Expr::Whole(i128::from(from)));
        let most = |op| binary(op, bucket.clone(), Expr::Whole(i128::from(to)));
        let below =
            if from == 0 { Vec::new() } else { vec![least(if negated { Op::Less } else { Op::GreaterOrEqual })] };
        let above =
            if to == 10_000 { Vec::new() } else { vec![most(if negated { Op::GreaterOrEqual } else { Op::Less })] };
        let parts = below.into_iter().chain(above).collect();
        let holds = if negated { or(parts) } else { and(parts) };
        if side == Side::May && nullable { is(holds, Test::NotFalse) } else { holds }
    }
}

/// The first seven hex digits of SHA-256 of `salt:key`, modulo 10 000.
pub fn bucket(salt: &str, key: Expr, kind: &ColumnKind) -> Expr {
    let text = match kind {
        ColumnKind::Integer => Expr::Cast(Box::new(key), Type::Text),
        ColumnKind::Text
        | ColumnKind::Boolean
        | ColumnKind::Decimal
        | ColumnKind::Degrees { .. }
        | ColumnKind::Date
        | ColumnKind::Instant
        | ColumnKind::Wall { .. }
        | ColumnKind::Uuid
        | ColumnKind::Version
        | ColumnKind::List { .. } => key,
    };
    let salted = binary(Op::Concat, Expr::Text(format!("{salt}:")), text);
    let bucket = call(Func::Hex7, vec![call(Func::Sha256, vec![salted])]);
    call(Func::Modulo, vec![bucket, Expr::Whole(10_000)])
}

impl<'p> Lower<'p> {
    /// What is asked of the place of the subject; NULL of whoever is not ranked.
    pub fn standing(&mut self, scope: &mut Scope, standing: &'p Standing) -> Number {
        let made = self.ranking(standing);
        let (key, _) = self.subject(scope, 0, &[]);
        let alias = self.look_up(scope, &made, &[key]);
        let (place, ranked) = (col(&alias, &place_of(&made)), col(&alias, &ranked_of(&made)));
        let whole = |n: i128| Expr::Whole(n);
        let times = |n: i128, of: &Expr| binary(Op::Multiply, whole(n), of.clone());
        let ahead = binary(Op::Subtract, place.clone(), whole(1));
        let part = |top| Number { bottom: Some(ranked.clone()), below: 12, ..Number::wide(top, 14, 0, true) };
        match standing.form {
            StandingForm::Position => Number::wide(place, 12, 0, true),
            StandingForm::Ahead => part(times(100, &ahead)),
            StandingForm::Percentile => part(times(100, &binary(Op::Subtract, ranked.clone(), ahead))),
            StandingForm::Quintile => {
                let below = |fifths: i128| binary(Op::Less, times(5, &ahead), times(fifths, &ranked));
                let arms = (1..=5).map(|fifths| (below(fifths), whole(6 - fifths))).collect();
                Number::wide(Expr::Case(arms, None), 1, 0, true)
            }
        }
    }

    /// Where everybody stands who is permitted, whole, among those asked for, and of whom the measure is known.
    fn ranking(&mut self, standing: &'p Standing) -> Made {
        let normal = Self::normal_of((&standing.measure, &standing.among, standing.bottom));
        let id = format!("standing {normal}");
        if let Some((_, made)) = self.features.iter().find(|(known, _)| *known == id) {
            return made.clone();
        }
        let (asking, doubt) = (std::mem::replace(&mut self.asking, false), self.doubt.take());
        let (mut scope, key) = self.subject_scope("p");
        let amount = self.expr(&mut scope, &standing.measure);
        let measure = match amount {
            Amount::Cell(cell) => vec![cell.sql],
            Amount::Number(number) => self.order_keys(&number),
        };
        let among = standing.among.as_ref().map(|among| self.must(&mut scope, among));
        (self.asking, self.doubt) = (asking, doubt);
        let known = measure.first().map(|key| is(key.clone(), Test::NotNull));
        let name = self.fresh("standing");
        let made = Made { name: name.clone(), keys: vec![key.clone()] };
        let conjuncts = if let Some(Expr::And(list)) = among { list } else { among.into_iter().collect() };
        scope.filter.extend(self.whole(&key).into_iter().chain(known).chain(conjuncts));
        let mut select = scope.select();
        let over = |func, order| Expr::Over { func, of: None, partition: Vec::new(), order };
        select.items = vec![
            named(col("p", &key), &key),
            named(over(Over::Rank, measure.into_iter().map(|key| (key, !standing.bottom)).collect()), &place_of(&made)),
            named(over(Over::Count, Vec::new()), &ranked_of(&made)),
        ];
        self.push(
            &name,
            &["Where people stand among those permitted, and of how many: who ties shares the best place."],
            Body::One(select),
        );
        self.features.push((id, made.clone()));
        made
    }
}

fn place_of(made: &Made) -> String {
    format!("{}_place", made.name)
}

fn ranked_of(made: &Made) -> String {
    format!("{}_ranked", made.name)
}
