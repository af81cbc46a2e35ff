//! Reports: everything behind those who are counted sees groups only, small groups and what tells of them are withheld, and every
//! figure is under the conditions of its kind.

use super::cuts::pair;
use super::guard::Around;
use super::tree::{Body, Expr, Item, Join, Select, Source};
use crate::plan::{Figured, Figures};

/// Proves what stands behind those who are counted; gives the SELECT of these, which is to be proved as the root of a segment is.
pub fn counted<'q>(around: &Around<'q>, figures: &Figures) -> Result<&'q Select, String> {
    let ctes = &around.query.ctes;
    let [.., counted, cells, sizes, below] = ctes.as_slice() else { return Err("a report counts nobody".to_owned()) };
    let named = [&counted.name, &cells.name, &sizes.name, &below.name].map(String::as_str);
    if named != ["counted", "cells", "sizes", "below"] {
        return Err(format!("a report is made of {named:?}"));
    }
    let only = |body: &'q Body| body.only().ok_or_else(|| "a stage of a report is a union".to_owned());
    let cells = Cells::read(only(&cells.body)?, figures)?;
    hidden(only(&sizes.body)?, only(&below.body)?, &cells)?;
    let shown = Shown { cells: &cells, least: around.plan.delivery.minimum.to_string() };
    shown.check(&around.query.root, figures)?;
    only(&counted.body)
}

fn column(of: &str, name: &str) -> Expr {
    Expr::Column(of.to_owned(), name.to_owned())
}

fn binary(op: &str, left: Expr, right: Expr) -> Expr {
    Expr::Binary(op.to_owned(), Box::new(left), Box::new(right))
}

/// Whether a SELECT is of one named query, under an alias, with no filter.
fn is_of(select: &Select, name: &str, alias: &str) -> bool {
    let [source] = select.sources.as_slice() else { return false };
    source.name() == Some(name) && source.alias == alias && select.filter.is_empty()
}

/// What each column of the groups is.
struct Cells {
    people: String,
    groups: Vec<String>,
    /// Other columns, with what they are made of.
    made: Vec<(String, Expr)>,
}

impl Cells {
    fn read(select: &Select, figures: &Figures) -> Result<Self, String> {
        if !is_of(select, "counted", "c") || select.distinct {
            return Err("groups are made of something else than who is counted".to_owned());
        }
        let (groups, rest) = select.items.split_at_checked(figures.by.len()).ok_or("groups are missing")?;
        let own = groups.iter().all(|item| item.expr == column("c", &item.name));
        if !own || !select.group.iter().eq(groups.iter().map(|item| &item.expr)) {
            return Err("people are grouped by something else than the report says".to_owned());
        }
        let (people, made) = rest.split_first().ok_or("nobody is counted")?;
        if people.expr != Expr::Call("count".to_owned(), vec![Expr::Star]) {
            return Err("the first figure of a group is not how many people it has".to_owned());
        }
        let made: Vec<(String, Expr)> = made.iter().map(|item| (item.name.clone(), item.expr.clone())).collect();
        if let Some((name, _)) = made.iter().find(|(_, expr)| !is_total(expr)) {
            return Err(format!("`{name}` is no total of a group"));
        }
        let groups = groups.iter().map(|item| item.name.clone()).collect();
        Ok(Self { people: people.name.clone(), groups, made })
    }

    /// What a column of the groups is made of.
    fn of(&self, expr: &Expr) -> Option<&Expr> {
        let Expr::Column(alias, name) = expr else { return None };
        self.made.iter().find(|(known, _)| alias == "k" && known == name).map(|(_, made)| made)
    }
}

/// `sum(c.x)`, `sum(c.x * c.y)` or `count(c.x)`.
fn is_total(expr: &Expr) -> bool {
    let plain = |of: &Expr| matches!(of, Expr::Column(alias, _) if alias == "c");
    let Expr::Call(name, args) = expr else { return false };
    let [of] = args.as_slice() else { return false };
    let product = pair(of, "*").is_some_and(|(a, b)| plain(a) && plain(b));
    (name == "sum" || name == "count") && (plain(of) || name == "sum" && product)
}

/// `sizes` is every size of a group, `below` how many people are in groups smaller than each.
fn hidden(sizes: &Select, below: &Select, cells: &Cells) -> Result<(), String> {
    let people = &cells.people;
    let item = |item: &Item, expr: Expr, name: &str| item.expr == expr && item.name == name;
    let sizes_hold = is_of(sizes, "cells", "k")
        && sizes.distinct
        && sizes.group.is_empty()
        && matches!(sizes.items.as_slice(), [only] if item(only, column("k", people), people));
    let size = column("s", people);
    let total = Expr::Call("sum".to_owned(), vec![column("o", people)]);
    let smaller = binary("<", column("o", people), size.clone());
    let sources = match below.sources.as_slice() {
        [first, second] => {
            let named = |source: &Source, name: &str, alias: &str| source.name() == Some(name) && source.alias == alias;
            let on = matches!(&second.join, Join::Inner(on) if *on == [smaller]);
            named(first, "sizes", "s") && named(second, "cells", "o") && on
        }
        _ => false,
    };
    let items = match below.items.as_slice() {
        [first, second] => item(first, size.clone(), people) && item(second, total, "smaller"),
        _ => false,
    };
    let below_holds = sources && items && below.filter.is_empty() && below.group == [size] && !below.distinct;
    if sizes_hold && below_holds { Ok(()) } else { Err("what is withheld is not counted as it must be".to_owned()) }
}

/// The root, and what must be said there.
struct Shown<'c> {
    cells: &'c Cells,
    least: String,
}

impl Shown<'_> {
    fn people(&self) -> Expr {
        column("k", &self.cells.people)
    }

    fn enough(&self, expr: Expr) -> Expr {
        binary(">=", expr, Expr::Number(self.least.clone()))
    }

    fn check(&self, root: &Select, figures: &Figures) -> Result<(), String> {
        let [source] = root.sources.as_slice() else { return Err("the root reads more than the groups".to_owned()) };
        if source.name() != Some("cells") || source.alias != "k" || root.distinct || !root.group.is_empty() {
            return Err("the root reads something else than the groups".to_owned());
        }
        let wide = self.enough(self.people());
        if root.filter.len() != 2
            || !root.filter.contains(&wide)
            || !root.filter.iter().any(|expr| self.is_hidden(expr))
        {
            return Err(format!("groups of fewer than {}, or what tells of them, may be shown", self.least));
        }
        let names: Vec<&String> = root.items.iter().map(|item| &item.name).collect();
        let columns = figures.columns();
        if !names.iter().copied().eq(columns.iter()) {
            return Err(format!("the columns {names:?} are not those of the report"));
        }
        let (groups, rest) = root.items.split_at_checked(figures.by.len()).ok_or("groups are missing")?;
        if !groups.iter().zip(&self.cells.groups).all(|(item, name)| item.expr == column("k", name)) {
            return Err("a group is shown as another".to_owned());
        }
        let (show, compare) = rest.split_at_checked(figures.show.len()).ok_or("figures are missing")?;
        for (item, figure) in show.iter().zip(&figures.show) {
            let holds = match &figure.says {
                Figured::People => item.expr == self.people(),
                Figured::Sum(_) => self.is_sum(&item.expr, &Expr::Number("1".to_owned())),
                Figured::Average(_) => self.is_sum(&item.expr, &self.people()),
                Figured::Share(_) => self.is_share(&item.expr),
            };
            if !holds {
                return Err(format!("`{}` may tell of fewer than {}", item.name, self.least));
            }
        }
        self.is_comparison(compare)
    }

    /// `NOT EXISTS (a small group) OR EXISTS (so many people in smaller ones)`.
    fn is_hidden(&self, expr: &Expr) -> bool {
        let Expr::Or(parts) = expr else { return false };
        let [Expr::Exists(none, true), Expr::Exists(enough, false)] = parts.as_slice() else { return false };
        let people = &self.cells.people;
        let small = binary("<", column("s", people), Expr::Number(self.least.clone()));
        let below = [binary("=", column("b", people), self.people()), self.enough(column("b", "smaller"))];
        let of = |body: &Body, name: &str, alias: &str, filter: &[Expr]| {
            body.only().is_some_and(|select| {
                let source =
                    matches!(select.sources.as_slice(), [only] if only.name() == Some(name) && only.alias == alias);
                source && select.filter == filter && select.group.is_empty()
            })
        };
        of(none, "cells", "s", &[small]) && of(enough, "below", "b", &below)
    }

    /// A CASE of one arm and nothing else: its condition and its value.
    fn only_arm<'e>(&self, expr: &'e Expr) -> Option<(&'e Expr, &'e Expr)> {
        let Expr::Case(arms, None) = expr else { return None };
        if let [(holds, value)] = arms.as_slice() { Some((holds, value)) } else { None }
    }

    /// A sum over what is known of everybody, divided by `by`.
    fn is_sum(&self, expr: &Expr, by: &Expr) -> bool {
        let Some((holds, value)) = self.only_arm(expr) else { return false };
        let Some((known, people)) = pair(holds, "=") else { return false };
        let Some(Expr::Call(count, counted)) = self.cells.of(known) else { return false };
        let sums =
            |of: &Expr| matches!(self.cells.of(of), Some(Expr::Call(sum, args)) if sum == "sum" && args == counted);
        count == "count" && *people == self.people() && part(value).is_some_and(|(of, all)| sums(of) && all == by)
    }

    fn is_share(&self, expr: &Expr) -> bool {
        let Some((Expr::And(tests), value)) = self.only_arm(expr) else { return false };
        let Some((so, all)) = part(value) else { return false };
        let rest = binary("-", self.people(), so.clone());
        let wanted = [self.enough(so.clone()), self.enough(rest)];
        self.cells.of(so).is_some() && *all == self.people() && wanted.iter().all(|test| tests.contains(test))
    }

    /// Four columns, each under the four tests that no arm is small either way.
    fn is_comparison(&self, items: &[Item]) -> Result<(), String> {
        let [held, rest, of_held, of_rest] = items else {
            return if items.is_empty() { Ok(()) } else { Err("a comparison has four columns".to_owned()) };
        };
        let arms: Option<Vec<_>> =
            [held, rest, of_held, of_rest].iter().map(|item| self.only_arm(&item.expr)).collect();
        let arms = arms.ok_or("a comparison is shown of arms that are small")?;
        let values: Vec<&Expr> = arms.iter().map(|(_, value)| *value).collect();
        let [held, rest, of_held, of_rest] = values.as_slice() else { return Err("a comparison is torn".to_owned()) };
        let (Some((both, by_held)), Some((rest_so, by_rest))) = (part(of_held), part(of_rest)) else {
            return Err("a comparison shows no shares".to_owned());
        };
        let others = [binary("-", (*held).clone(), both.clone()), binary("-", (*rest).clone(), rest_so.clone())];
        let wanted: Vec<Expr> =
            [both.clone(), rest_so.clone()].into_iter().chain(others).map(|expr| self.enough(expr)).collect();
        let tested = |tests: &Expr| matches!(tests, Expr::And(list) if wanted.iter().all(|test| list.contains(test)));
        let whole = **rest == binary("-", self.people(), (*held).clone());
        let divided = by_held == *held && by_rest == *rest;
        if arms.iter().all(|(tests, _)| tested(tests)) && whole && divided && self.cells.of(held).is_some() {
            return Ok(());
        }
        Err(format!("a comparison may tell of fewer than {}", self.least))
    }
}

/// What is divided by what in a number of millionths.
fn part(expr: &Expr) -> Option<(&Expr, &Expr)> {
    let mut found = None;
    let (quotient, _) = pair(expr, "*")?;
    quotient.walk(&mut |inner| {
        if let Expr::Call(name, args) = inner
            && matches!(name.as_str(), "div" | "divide" | "div0")
            && let [of, by] = args.as_slice()
        {
            let of = uncast(of);
            let of = pair(of, "-").map_or(of, |(of, _)| of);
            found = pair(of, "*").map(|(of, _)| (of, uncast(by)));
        }
    });
    found
}

fn uncast(expr: &Expr) -> &Expr {
    if let Expr::Cast(inner, _) = expr { inner } else { expr }
}
