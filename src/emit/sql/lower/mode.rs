//! `mode(…)`: the most frequent value of rows all of which are sure and have one; nothing where two are equally frequent.

use super::Lower;
use super::aggregate::{certain_items, if_there, plain_value};
use super::condition::{Amount, Side};
use super::feature::{Made, Opened};
use super::scope::{Cell, Scope, Ty};
use crate::emit::sql::tree::{Agg, Body, Expr, Item, Over, Select, Test, and, col, derived, eq, is, named, when};
use crate::plan::Aggregate;

impl<'p> Lower<'p> {
    /// The most frequent value.
    pub fn mode(&mut self, scope: &mut Scope, of: &'p Aggregate) -> Amount {
        let shape = self.shape(of);
        let opened = self.open(scope, &of.rows);
        let (outer, there) = (opened.outer.clone(), opened.there.clone());
        let want = self.asked("most frequent value");
        let made = self.made(scope, &of.rows, &want, |lower, name| lower.mode_cte(name, of, opened));
        let alias = self.look_up(scope, &made, &outer);
        self.note(&there, &alias, true);
        self.of_a_row(of, shape, if_there(there, col(&alias, &made.name)))
    }

    /// Rows with how often their value occurs, then those of the most frequent values, then the one such value.
    fn mode_cte(&mut self, name: String, of: &'p Aggregate, mut opened: Opened) -> Made {
        let (value, filter, _) = self.values_of(&mut opened, of);
        let Some(value) = value else {
            self.bug("the most frequent of nothing");
            return Made { name, keys: opened.names };
        };
        let is_truth = matches!(&value, Amount::Cell(Cell { ty: Ty::Truth, .. }));
        let plain = plain_value(value);
        let mut certain = vec![opened.sure.clone(), is(plain.clone(), Test::NotNull)];
        if let Some(cond) = of.rows.filter.as_deref().filter(|cond| self.uncertain(cond)) {
            certain.push(self.side(&mut opened.scope, cond, false, Side::Must));
        }
        let value = if is_truth { truth_as_number(plain) } else { plain };
        let counted = self.counted_values(&opened, filter, value, and(certain));
        let ranked = ranked(&opened.names, counted);
        let r = |name: &str| col("r", name);
        let keys: Vec<Expr> = opened.names.iter().map(|name| r(name)).collect();
        let (least, most) = (agg(Agg::Min, r("mode_value")), agg(Agg::Max, r("mode_value")));
        let only = if is_truth { eq(least.clone(), Expr::Whole(1)) } else { least.clone() };
        let sure = eq(agg(Agg::Max, r("doubtful_rows")), Expr::Whole(0));
        let mut items: Vec<Item> = keys.iter().map(|key| Item { expr: key.clone(), alias: None }).collect();
        items.extend(certain_items(&name, sure, when(eq(least, most), only), self.asking));
        let body = Select {
            items,
            from: Some(derived(Body::One(ranked), "r")),
            filter: vec![eq(r("place"), Expr::Whole(1))],
            group: keys,
            ..Select::default()
        };
        let comment = self.describe("The most frequent value", &of.rows);
        self.push(&name, &[&comment], Body::One(body));
        Made { name, keys: opened.names }
    }

    fn counted_values(&mut self, opened: &Opened, filter: Vec<Expr>, value: Expr, certain: Expr) -> Select {
        let over = |of: Option<Expr>, partition| Expr::Over {
            func: Over::Count,
            of: of.map(Box::new),
            partition,
            order: Vec::new(),
        };
        let mut items: Vec<Item> =
            opened.keys.iter().zip(&opened.names).map(|(key, name)| named(key.clone(), name)).collect();
        let alike = opened.keys.iter().cloned().chain([value.clone()]).collect();
        let doubtful = when(is(certain, Test::NotTrue), Expr::Whole(1));
        items.push(named(value, "mode_value"));
        items.push(named(over(None, alike), "times"));
        items.push(named(over(Some(doubtful), opened.keys.clone()), "doubtful_rows"));
        let mut select = opened.scope.clone().select();
        select.filter.extend(filter.into_iter().filter(|expr| *expr != Expr::Truth(true)));
        select.items = items;
        select
    }
}

/// Rows with the place of their value, the most frequent first.
fn ranked(keys: &[String], counted: Select) -> Select {
    let v = |name: &str| col("v", name);
    let partition: Vec<Expr> = keys.iter().map(|key| v(key)).collect();
    let place =
        Expr::Over { func: Over::Rank, of: None, partition: partition.clone(), order: vec![(v("times"), true)] };
    let mut items: Vec<Item> = partition.into_iter().map(|expr| Item { expr, alias: None }).collect();
    items.extend(["mode_value", "doubtful_rows"].map(|name| Item { expr: v(name), alias: None }));
    items.push(named(place, "place"));
    Select { items, from: Some(derived(Body::One(counted), "v")), ..Select::default() }
}

fn agg(func: Agg, of: Expr) -> Expr {
    Expr::Aggregate(func, Some(Box::new(of)))
}

/// Truth as 1 and 0: not every engine has a least truth.
fn truth_as_number(of: Expr) -> Expr {
    Expr::Case(vec![(of.clone(), Expr::Whole(1)), (is(of, Test::NotNull), Expr::Whole(0))], None)
}
