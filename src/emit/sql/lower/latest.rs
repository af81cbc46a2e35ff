//! `latest 5 sends`: one more feature, the instant at which the cut falls and whether anybody can tell it; rows before it are left out.

use super::Lower;
use super::condition::Side;
use super::feature::Made;
use super::scope::Scope;
use crate::emit::sql::tree::{
    Agg, Body, Expr, Item, Op, Over, Select, Test, and, binary, col, cte, derived, eq, is, join, named, when,
};
use crate::plan::{Latest, Rows};

/// How rows that are cut are found.
pub struct Found<'f> {
    /// On their side.
    pub keys: &'f [Expr],
    /// Names for the keys.
    pub names: &'f [String],
    /// On the outer side.
    pub outer: &'f [Expr],
    /// Whether a row is one of somebody who may be read for sure.
    pub sure: Expr,
}

const PLACE: &str = "place";
const HAPPENED: &str = "happened";
const DOUBTFUL: &str = "doubtful_rows";

impl<'p> Lower<'p> {
    /// Leaves the latest rows in their scope, and says when anybody can tell which they are.
    pub fn cut_to_latest(
        &mut self,
        scope: &mut Scope,
        inner: &mut Scope,
        (rows, latest): (&'p Rows, &'p Latest),
        found: &Found<'_>,
    ) -> Option<Expr> {
        let table = self.rows_table(&rows.from);
        let cut = self.table(table);
        let clock = self.plan.tables.get(table).and_then(|table| table.clock.as_ref());
        let Some(name) = clock.and_then(|clock| cut.columns.get(&clock.column)) else {
            return Some(self.bug("the latest of rows without a clock"));
        };
        let at = col(&inner.alias, name);
        let ranked = inner.clone();
        let made =
            self.made(scope, rows, "cut", |lower, name| lower.cut_cte(name, (rows, latest), ranked, at.clone(), found));
        // A join and no feature: whatever is asked of these rows asks it of those that remain.
        let pairs = made.keys.iter().zip(found.keys).enumerate();
        let on = pairs.map(|(i, (name, key))| {
            let op = if i == 0 { Op::Equal } else { Op::Same };
            binary(op, col(&made.name, name), key.clone())
        });
        inner.joins.push(join(cte(&made.name, &made.name), on.collect()));
        if let Some(of) = &latest.of {
            let holds = self.side(inner, of, false, Side::Must);
            inner.filter.extend(Some(holds).filter(|holds| *holds != Expr::Truth(true)));
        }
        inner.filter.push(binary(Op::GreaterOrEqual, at, col(&made.name, &made.name)));
        let told = self.look_up(scope, &made, found.outer);
        Some(is(col(&told, &told_of(&made.name)), Test::NotFalse))
    }

    /// Where the cut falls for each key: no row is merely possible, and no more rows are at or after the cut than are kept.
    fn cut_cte(
        &mut self,
        name: String,
        (rows, latest): (&'p Rows, &'p Latest),
        mut ranked: Scope,
        at: Expr,
        found: &Found<'_>,
    ) -> Made {
        let mut certain = vec![found.sure.clone()];
        let mut filter = Vec::new();
        if let Some(of) = &latest.of {
            filter.push(self.side(&mut ranked, of, false, Side::May));
            if self.uncertain(of) {
                certain.push(self.side(&mut ranked, of, false, Side::Must));
            }
        }
        let certain = and(certain);
        let plain = certain == Expr::Truth(true);
        let over = |func, of: Option<Expr>, order| Expr::Over {
            func,
            of: of.map(Box::new),
            partition: found.keys.to_vec(),
            order,
        };
        let mut items: Vec<Item> =
            found.keys.iter().zip(found.names).map(|(key, name)| named(key.clone(), name)).collect();
        items.push(named(at.clone(), HAPPENED));
        items.push(named(over(Over::Rank, None, vec![(at, true)]), PLACE));
        if !plain {
            let doubtful = when(is(certain, Test::NotTrue), Expr::Whole(1));
            items.push(named(over(Over::Count, Some(doubtful), Vec::new()), DOUBTFUL));
        }
        let mut select = ranked.select();
        select.filter.extend(filter.into_iter().filter(|expr| *expr != Expr::Truth(true)));
        select.items = items;
        let v = |name: &str| col("v", name);
        let n = Expr::Whole(i128::from(latest.n));
        let mut told = vec![binary(Op::LessOrEqual, Expr::Aggregate(Agg::Count, None), n.clone())];
        if !plain {
            told.push(eq(Expr::Aggregate(Agg::Max, Some(Box::new(v(DOUBTFUL)))), Expr::Whole(0)));
        }
        let keys: Vec<Expr> = found.names.iter().map(|name| v(name)).collect();
        let mut items: Vec<Item> = keys.iter().map(|key| Item { expr: key.clone(), alias: None }).collect();
        items.push(named(Expr::Aggregate(Agg::Min, Some(Box::new(v(HAPPENED)))), &name));
        items.push(named(and(told), &told_of(&name)));
        let body = Select {
            items,
            from: Some(derived(Body::One(select), "v")),
            filter: vec![binary(Op::LessOrEqual, v(PLACE), n)],
            group: keys,
            ..Select::default()
        };
        let table = self.plan.tables.get(self.rows_table(&rows.from)).map_or("rows", |table| table.name.as_str());
        let comment = format!(
            "Since when the latest {} {table} are; told where no row is merely possible or tied at the cut.",
            latest.n
        );
        self.push(&name, &[&comment], Body::One(body));
        Made { name, keys: found.names.to_vec() }
    }
}

/// The column that says whether anybody can tell the cut.
fn told_of(name: &str) -> String {
    format!("{name}_is_told")
}
