//! Keys as small numbers: equal canonical texts have one id.

use rustc_hash::FxHashMap;

use super::cells::{Cells, Column, Raw};

/// No key, no row.
pub(super) const NONE: u32 = u32::MAX;
/// Two different rows.
pub(super) const TWO: u32 = u32::MAX - 1;

/// Ids of the keys that a column holds, and the way from other columns' cells to them.
#[derive(Debug)]
pub(super) struct Keys {
    /// Row to id; [`NONE`] where there is no key.
    pub of_row: Vec<u32>,
    /// How many ids there are.
    pub count: u32,
    index: Index,
}

#[derive(Debug)]
enum Index {
    /// Ids are the codes of a dictionary.
    Words(super::cells::Dictionary),
    /// Whole numbers from `least` on, densely.
    Dense {
        least: i64,
        ids: Vec<u32>,
    },
    Sparse(FxHashMap<i64, u32>),
    /// Other kinds never link to anything but themselves.
    Nothing,
}

impl Keys {
    /// Of a column with so many rows.
    pub fn of(column: &Column, rows: u32) -> Self {
        match &column.cells {
            Cells::Text { words, .. } => Self {
                of_row: (0..rows).map(|row| column.code(row).unwrap_or(NONE)).collect(),
                count: u32::try_from(words.len()).unwrap_or(0),
                index: Index::Words(words.clone()),
            },
            Cells::Integer(cells) => Self::of_integers(column, cells, rows),
            Cells::Boolean(_) | Cells::Decimal(_) | Cells::Date(_) | Cells::Instant(_) => Self::of_others(column, rows),
        }
    }

    fn of_integers(column: &Column, cells: &[i64], rows: u32) -> Self {
        let fine = || (0..rows).filter(|row| column.is_fine(*row)).filter_map(|row| cells.get(row as usize)).copied();
        let (least, most) = (fine().min().unwrap_or(0), fine().max().unwrap_or(0));
        let span = most.checked_sub(least).and_then(|span| usize::try_from(span).ok());
        let dense = span.filter(|span| *span < 4 * rows as usize + 1024);
        let mut count = 0;
        let mut fresh = || {
            count += 1;
            count - 1
        };
        let index = match dense {
            Some(span) => {
                let mut ids = vec![NONE; span + 1];
                for key in fine() {
                    if let Some(id) = ids.get_mut(place(key, least))
                        && *id == NONE
                    {
                        *id = fresh();
                    }
                }
                Index::Dense { least, ids }
            }
            None => {
                let mut ids = FxHashMap::default();
                fine().for_each(|key| {
                    ids.entry(key).or_insert_with(&mut fresh);
                });
                Index::Sparse(ids)
            }
        };
        let mut keys = Self { of_row: Vec::new(), count, index };
        keys.of_row = keys.ids(column, rows);
        keys
    }

    fn of_others(column: &Column, rows: u32) -> Self {
        let mut ids: FxHashMap<Raw<'_>, u32> = FxHashMap::default();
        let mut count = 0;
        let of_row = (0..rows).map(|row| {
            let Some(value) = column.value(row) else { return NONE };
            *ids.entry(value).or_insert_with(|| {
                count += 1;
                count - 1
            })
        });
        let of_row = of_row.collect();
        Self { of_row, count, index: Index::Nothing }
    }

    /// The ids of another column's cells, row by row; [`NONE`] where no such key is.
    pub fn ids(&self, column: &Column, rows: u32) -> Vec<u32> {
        match &column.cells {
            Cells::Text { words, .. } => {
                let by_code: Vec<u32> = words.iter().map(|word| self.of_text(word)).collect();
                let id = |row| column.code(row).and_then(|code| by_code.get(code as usize)).copied();
                (0..rows).map(|row| id(row).unwrap_or(NONE)).collect()
            }
            Cells::Integer(cells) => {
                let id = |row: u32| cells.get(row as usize).map_or(NONE, |key| self.of_integer(*key));
                (0..rows).map(|row| if column.is_fine(row) { id(row) } else { NONE }).collect()
            }
            Cells::Boolean(_) | Cells::Decimal(_) | Cells::Date(_) | Cells::Instant(_) => vec![NONE; rows as usize],
        }
    }

    /// The keys, where they are texts: the id of each is its place.
    pub fn words(&self) -> Option<&super::cells::Dictionary> {
        if let Index::Words(words) = &self.index { Some(words) } else { None }
    }

    /// The id of a key in canonical text.
    pub fn of_text(&self, key: &str) -> u32 {
        match &self.index {
            Index::Words(words) => words.get_index_of(key).and_then(|id| u32::try_from(id).ok()).unwrap_or(NONE),
            Index::Dense { .. } | Index::Sparse(_) => match key.parse::<i64>() {
                Ok(n) if n.to_string() == key => self.of_integer(n),
                Ok(_) | Err(_) => NONE,
            },
            Index::Nothing => NONE,
        }
    }

    fn of_integer(&self, key: i64) -> u32 {
        let found = match &self.index {
            Index::Words(words) => words.get_index_of(key.to_string().as_str()).and_then(|id| u32::try_from(id).ok()),
            Index::Dense { least, ids } if key >= *least => ids.get(place(key, *least)).copied(),
            Index::Sparse(ids) => ids.get(&key).copied(),
            Index::Dense { .. } | Index::Nothing => None,
        };
        found.unwrap_or(NONE)
    }
}

fn place(key: i64, least: i64) -> usize {
    key.checked_sub(least).and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX)
}

/// The canonical text of a key.
pub(super) fn text(column: &Column, row: u32) -> Option<String> {
    match column.value(row)? {
        Raw::Text(text) => Some(text.to_owned()),
        Raw::Integer(n) => Some(n.to_string()),
        Raw::Boolean(_) | Raw::Decimal(_) | Raw::Date(_) | Raw::Instant(_) => None,
    }
}
