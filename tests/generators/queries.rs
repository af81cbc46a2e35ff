//! Queries instead of tables, made backwards: for the rows that a query is to give, tables of which it gives exactly these. So whoever
//! evaluates in memory reads the rows, and an engine has to compute them.

use std::collections::BTreeMap;

use segma::model::{Model, Type};

use super::catalog::{Catalog, Ty};
use crate::common::chance::Chance;
use crate::common::worlds::{World, Written, declared};

/// How rows are picked and put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Filtered,
    Named,
    Unvoided,
    Joined,
    LeftJoined,
    United,
    Grouped,
    Distinct,
}

/// How a column is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Plain,
    Case,
    NullIf,
    Coalesce,
    Less,
    Sum,
    Min,
    Max,
}

/// A query that gives the rows of a table.
#[derive(Debug, Clone)]
pub struct Query {
    shape: Shape,
    columns: Vec<(String, How)>,
}

/// The types of columns by table.
pub type Types = BTreeMap<String, BTreeMap<String, Type>>;
type Cells = Vec<(String, Option<String>)>;

/// What stands for nothing where a query turns it into nothing.
const NOTHING: &str = "nothing at all";

/// Whether a query may name a column.
pub fn nameable(column: &str) -> bool {
    column.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ' ')
}

impl Query {
    /// A query for a table of these columns, of which those of known types may be computed. Equal rows are one where versions are resolved.
    pub fn over(columns: Vec<(String, Option<Ty>)>, versions: bool, chance: &mut Chance) -> Self {
        use Shape::*;
        let shapes = [Filtered, Named, Unvoided, Joined, LeftJoined, United, Grouped, Grouped, Distinct];
        let shape = shapes[chance.below(if versions { 9 } else { 8 })];
        let mut folds = 1;
        let mut how = |ty: Option<Ty>| match (shape, ty) {
            (Grouped, Some(Ty::Integer | Ty::Decimal | Ty::Money)) if folds > 0 => {
                folds -= 1;
                chance.pick(&[How::Sum, How::Sum, How::Min, How::Max])
            }
            (Grouped, _) | (_, None | Some(Ty::Place | Ty::List)) => How::Plain,
            (_, Some(Ty::Text)) => chance.pick(&[How::Plain, How::Case, How::NullIf, How::Coalesce]),
            (_, Some(Ty::Integer)) => chance.pick(&[How::Plain, How::Less, How::Coalesce]),
            (_, Some(_)) => chance.pick(&[How::Plain, How::Plain, How::Coalesce]),
        };
        let columns = columns.into_iter().map(|(name, ty)| (name, how(ty))).collect();
        Self { shape, columns }
    }

    /// Its text, under the name of its rows.
    pub fn text(&self, name: &str) -> String {
        let (one, other) = (format!("raw.{name}"), format!("raw.{name}_more"));
        let items = |first: &str, second: &str| {
            let item = |(at, (column, how)): (usize, &(String, How))| {
                let alias = if self.is_second(at) { second } else { first };
                format!("{} as \"{column}\"", how.said(alias, column))
            };
            self.columns.iter().enumerate().map(item).collect::<Vec<_>>().join(", ")
        };
        let own = items("o", "o");
        match self.shape {
            Shape::Filtered => format!("select {own} from {one} o where o.kept = 'yes' and (o.n > 0 or o.n is null)"),
            Shape::Named => {
                let base = self.columns.iter().flat_map(|(column, how)| how.cells(column, None, 0));
                let base: Vec<String> = base.map(|(column, _)| format!("b.\"{column}\" as \"{column}\"")).collect();
                format!(
                    "with there as (select {} from {one} b where b.kept in ('yes', 'once more')) select {own} from there o",
                    base.join(", ")
                )
            }
            Shape::Unvoided => {
                let void = format!("select 1 from {other} v where v.n = o.n and v.kept = 'no'");
                format!("select {own} from {one} o where not exists ({void})")
            }
            Shape::Joined => format!("select {} from {one} o join {other} m on m.n = o.n", items("o", "m")),
            Shape::LeftJoined => format!("select {} from {one} o left join {other} m on m.n = o.n", items("o", "m")),
            Shape::United => format!("select {own} from {one} o union all select {own} from {other} o"),
            Shape::Grouped => {
                let plain = self.columns.iter().filter(|(_, how)| *how == How::Plain);
                let by: String = plain.map(|(column, _)| format!(", o.\"{column}\"")).collect();
                format!("select {own} from {one} o group by o.n{by}")
            }
            Shape::Distinct => format!("select distinct {own} from {one} o"),
        }
    }

    /// Whether a column comes from the second of two joined tables.
    fn is_second(&self, at: usize) -> bool {
        matches!(self.shape, Shape::Joined | Shape::LeftJoined) && at > 1 && at % 2 == 1
    }

    /// Tables of which the query gives these rows.
    fn tables(&self, rows: &Written) -> [Written; 2] {
        let mut made = [Made::default(), Made::default()];
        for (number, row) in rows.rows.iter().enumerate() {
            let mut cells = [Cells::new(), Cells::new()];
            for (at, (column, how)) in self.columns.iter().enumerate() {
                let place = rows.columns.iter().position(|known| known == column);
                let value = place.and_then(|place| row[place].clone());
                let second = self.is_second(at) || self.shape == Shape::United && number % 2 == 1;
                cells[usize::from(second)].extend(how.cells(column, value, number));
            }
            self.put(&mut made, number, cells);
        }
        made.map(Made::written)
    }

    /// Puts what gives one row into the tables, and now and then what gives none.
    fn put(&self, [one, other]: &mut [Made; 2], number: usize, [cells, more]: [Cells; 2]) {
        let n = |number: usize| Some((number + 1).to_string());
        let (yes, no) = (Some("yes"), Some("no"));
        let odd = number.is_multiple_of(3);
        match self.shape {
            Shape::Filtered | Shape::Named => {
                let also = if self.shape == Shape::Named && odd { Some("once more") } else { yes };
                one.add(n(number).filter(|_| !odd), also, &cells);
                if odd {
                    one.add(n(number), [no, None][number % 2], &cells);
                }
            }
            Shape::Unvoided => {
                one.add(n(number).filter(|_| !odd), yes, &cells);
                if odd {
                    one.add(n(number), no, &cells);
                    other.add(n(number), no, &[]);
                    other.add(None, no, &[]);
                }
                other.add(n(number + 1_000), no, &[]);
                other.add(n(number), yes, &[]);
            }
            Shape::Joined => {
                one.add(n(number), yes, &cells);
                other.add(n(number), yes, &more);
                if odd {
                    one.add(None, yes, &cells);
                    one.add(n(number + 1_000_000), yes, &cells);
                    other.add(None, yes, &more);
                }
            }
            Shape::LeftJoined => {
                one.add(n(number).filter(|_| more.iter().any(|(_, cell)| cell.is_some())), yes, &cells);
                let nothing = more.iter().all(|(_, cell)| cell.is_none());
                if !nothing || odd {
                    other.add(n(number), yes, &more);
                }
                other.add(None, yes, &more);
            }
            Shape::United if number % 2 == 1 => other.add(n(number), yes, &more),
            Shape::United => one.add(n(number), yes, &cells),
            Shape::Grouped => self.parts(&cells, number).iter().for_each(|part| one.add(n(number), yes, part)),
            Shape::Distinct => (0..=number % 3).for_each(|_| one.add(n(number), yes, &cells)),
        }
    }

    /// The rows of a group that gives one row.
    fn parts(&self, cells: &Cells, number: usize) -> Vec<Cells> {
        let folded = self.columns.iter().find(|(_, how)| matches!(how, How::Sum | How::Min | How::Max));
        let Some((column, how)) = folded else { return vec![cells.clone(); 1 + number % 2] };
        let value = cells.iter().find(|(name, _)| name == column).and_then(|(_, cell)| cell.clone());
        let some = |text: &str| Some(text.to_owned());
        let all = match (how, &value) {
            _ if number.is_multiple_of(3) => vec![value],
            (_, None) => vec![None, None],
            (How::Sum, Some(_)) if number % 3 == 1 => vec![some("7"), value, some("-7")],
            (How::Max, Some(_)) => vec![value, some("-999999"), None],
            (How::Min, Some(_)) => vec![some("999999"), value, None],
            (_, Some(_)) => vec![value, None],
        };
        let with = |part: Option<String>| {
            let cell = |(name, cell): &(String, Option<String>)| {
                (name.clone(), if name == column { part.clone() } else { cell.clone() })
            };
            cells.iter().map(cell).collect()
        };
        all.into_iter().map(with).collect()
    }
}

impl How {
    /// The column of what is called so.
    fn said(self, of: &str, column: &str) -> String {
        let own = format!("{of}.\"{column}\"");
        match self {
            How::Plain => own,
            How::Case => format!("case when {own} = '{NOTHING}' then null else {own} end"),
            How::NullIf => format!("nullif({own}, '{NOTHING}')"),
            How::Coalesce => format!("coalesce({own}, {of}.\"{column} or\")"),
            How::Less => format!("{own} - 1"),
            How::Sum => format!("sum({own})"),
            How::Min => format!("min({own})"),
            How::Max => format!("max({own})"),
        }
    }

    /// The cells of which it gives a value.
    fn cells(self, column: &str, value: Option<String>, number: usize) -> Cells {
        let own = |value| vec![(column.to_owned(), value)];
        match self {
            How::Plain | How::Sum | How::Min | How::Max => own(value),
            How::Case | How::NullIf => own(value.or_else(|| number.is_multiple_of(2).then(|| NOTHING.to_owned()))),
            How::Coalesce => {
                let first = value.clone().filter(|_| number % 3 != 1);
                let second = value.filter(|_| !number.is_multiple_of(3));
                vec![(column.to_owned(), first), (format!("{column} or"), second)]
            }
            How::Less => own(value.map(|text| text.parse::<i64>().map_or(text, |n| (n + 1).to_string()))),
        }
    }
}

/// A table in the making: number, whether it is kept, and cells by name.
#[derive(Default)]
struct Made(Vec<(Option<String>, Option<String>, Cells)>);

impl Made {
    fn add(&mut self, n: Option<String>, kept: Option<&str>, cells: &[(String, Option<String>)]) {
        self.0.push((n, kept.map(str::to_owned), cells.to_vec()));
    }

    fn written(self) -> Written {
        let mut columns = vec!["n".to_owned(), "kept".to_owned()];
        for (name, _) in self.0.iter().flat_map(|(_, _, cells)| cells) {
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        let row = |(n, kept, cells): &(Option<String>, Option<String>, Cells)| {
            let cell =
                |column: &String| cells.iter().find(|(name, _)| name == column).and_then(|(_, cell)| cell.clone());
            [n.clone(), kept.clone()].into_iter().chain(columns.iter().skip(2).map(cell)).collect()
        };
        let rows = self.0.iter().map(row).collect();
        Written { columns, rows }
    }
}

/// The database of an engine: in place of what queries give, the tables that they read; and the types of all columns.
pub fn computed(catalog: &Catalog, world: &World, model: &Model) -> (World, Types) {
    let mut types = declared(model);
    let mut after = world.clone();
    for (name, query) in catalog.queries() {
        let Some(rows) = after.tables.remove(name) else { continue };
        let known = types.remove(name).unwrap_or_default();
        for (table, mut written) in [name.to_owned(), format!("{name}_more")].into_iter().zip(query.tables(&rows)) {
            let table = format!("raw.{table}");
            let all = query.columns.iter().flat_map(|(column, how)| how.cells(column, None, 0));
            for (column, _) in all.filter(|_| written.rows.is_empty()) {
                written.columns.push(column);
            }
            let ty = |column: &String| {
                let own = known.get(column.strip_suffix(" or").unwrap_or(column)).cloned();
                own.unwrap_or(if column == "n" { Type::Integer } else { Type::Text })
            };
            types.insert(table.clone(), written.columns.iter().map(|column| (column.clone(), ty(column))).collect());
            after.tables.insert(table, written);
        }
    }
    (after, types)
}
