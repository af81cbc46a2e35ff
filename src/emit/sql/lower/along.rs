//! Rows of ids: joined to whom the ids are linked to, each with whether it is theirs for sure.
//!
//! A row of an id that is linked to several stands there for each of them, as a row that only possibly counts.

use super::Lower;
use super::clock::Moment;
use super::guard::alike;
use super::tables::{control_key, key_expr};
use crate::emit::sql::tree::Test;
use crate::emit::sql::tree::{
    Body, Expr, Item, Op, Over, Select, and, any_row, binary, col, derived, is, named, or, table,
};
use crate::plan::{Along, Bound, ColumnKind, Table};

use super::Check;

/// The query of the links along which a table is read, and its columns.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The CTE.
    pub name: String,
    /// The id.
    pub id: String,
    /// Whose rows they are.
    pub key: String,
    /// Whether they are so for sure.
    pub sure: String,
}

impl<'p> Lower<'p> {
    /// The readable links of a table of ids.
    pub fn links_along(&mut self, of: &Table, along: &Along, id_kind: &ColumnKind) -> Linked {
        let name = self.fresh(&format!("{}_links", along.name));
        let own = |wanted: &str| spare(of, along, wanted);
        let [id, key, sure] = ["link_id", "link_key", "link_to_one"].map(own);
        let [alike_id, exact_key, readable] = ["link_alike", "link_exact", "link_readable"].map(own);
        let at = col("l", &along.at.column);
        let since = Moment::Latest(vec![Bound::Back(along.span)]);
        let within = self.within(&at, &along.at.kind, &since, Some(&Moment::Bound(Bound::Now)));
        let (from, to) = (col("l", &along.from), col("l", &along.to));
        let pairs = Select {
            distinct: true,
            items: vec![
                named(key_expr(from.clone(), id_kind), &id),
                named(key_expr(to.clone(), &along.to_kind), &key),
                named(alike(from, id_kind), &alike_id),
                named(control_key(to, &along.to_kind), &exact_key),
                named(and(within), &readable),
            ],
            from: Some(table(&along.physical, "l")),
            ..Select::default()
        };
        let over = |func| Expr::Over {
            func,
            of: Some(Box::new(col("d", &exact_key))),
            partition: vec![col("d", &alike_id)],
            order: Vec::new(),
        };
        let plain = |alias: &str, name: &str| Item { expr: col(alias, name), alias: None };
        let mut items: Vec<Item> = [&id, &key, &readable].into_iter().map(|name| plain("d", name)).collect();
        items.push(named(binary(Op::Equal, over(Over::Min), over(Over::Max)), &sure));
        let judged = Select { items, from: Some(derived(Body::One(pairs), "d")), ..Select::default() };
        let body = Select {
            items: [&id, &key, &sure].into_iter().map(|name| plain("v", name)).collect(),
            from: Some(derived(Body::One(judged), "v")),
            filter: vec![col("v", &readable)],
            ..Select::default()
        };
        let line = format!(
            "Whose rows those of a {} are: for sure where it is linked to one alone, whenever that was.",
            along.name
        );
        self.push(&name, &[&line], Body::One(body));
        Linked { name, id, key, sure }
    }

    /// Links without id or key might be anybody's.
    pub fn links_are_whole(&self) -> Vec<Check> {
        let mut known: Vec<&Along> = Vec::new();
        for along in self.plan.tables.iter().filter_map(|table| table.along.as_ref()) {
            let same =
                |other: &&Along| (&other.physical, &other.from, &other.to) == (&along.physical, &along.from, &along.to);
            if !known.iter().any(same) {
                known.push(along);
            }
        }
        let check = |along: &Along| {
            let lacks = |column: &str| is(col("r", column), Test::Null);
            let lost = any_row(table(&along.physical, "r"), vec![or(vec![lacks(&along.from), lacks(&along.to)])]);
            Check { name: format!("every_link_of_{}_is_whole", along.name), holds: Expr::NotExists(lost) }
        };
        known.into_iter().map(check).collect()
    }
}

/// A name that no column has, of the table or of its links, whatever its case.
fn spare(of: &Table, along: &Along, wanted: &str) -> String {
    let links = [&along.from, &along.to, &along.at.column];
    let taken = |name: &str| {
        of.columns.iter().map(|column| &column.name).chain(links).any(|column| column.eq_ignore_ascii_case(name))
    };
    let mut name = wanted.to_owned();
    let mut n = 2;
    while taken(&name) {
        name = format!("{wanted}_{n}");
        n += 1;
    }
    name
}
