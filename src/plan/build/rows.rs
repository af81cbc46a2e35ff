//! Where rows come from: of the subject, inside a row, and of the people at the other end of a link.

use crate::model::{self, FieldPath, LinkId};
use crate::plan::{RowsFrom, Scan};

use super::Builder;
use super::condition::note;

impl Builder<'_> {
    /// Whoever reads the rows of related people reads these people: one who stands there twice breaks what is read of them.
    pub(super) fn members_read(&mut self, from: &RowsFrom) {
        if let RowsFrom::RelatedRows { link, of, via, guard, .. } = from {
            let (link, of, via, guard) = (*link, *of, via.clone(), guard.clone());
            let table = self.tables.link_from(link);
            let from = Some(RowsFrom::Related { link, of, via, guard });
            self.scans.push(Scan { table, columns: Vec::new(), from, window: None, across: Vec::new() });
        }
    }

    pub(super) fn table_of(&self, from: &RowsFrom) -> usize {
        match from {
            RowsFrom::Subject { table, .. } | RowsFrom::Nested { table, .. } | RowsFrom::RelatedRows { table, .. } => {
                *table
            }
            RowsFrom::Related { link, .. } => self.tables.link_from(*link),
        }
    }

    pub(super) fn rows_from(&mut self, from: &model::RowsFrom) -> RowsFrom {
        match from {
            model::RowsFrom::Subject { table, of, via } => {
                let (of, via) = self.whom(*of, via);
                RowsFrom::Subject { table: self.tables.table(*table), of, via }
            }
            model::RowsFrom::Nested { table, of } => {
                let nested = self.tables.table(*table);
                // Whoever reads the parts of a row reads the column by which they are found.
                if let model::TableKind::Rows { parent_by, .. } = &self.model.tables[*table].kind {
                    let (column, parent) = (self.tables.column(*parent_by), self.bound(*of).scan);
                    self.scans.get_mut(parent).into_iter().for_each(|scan| note(&mut scan.columns, column));
                }
                RowsFrom::Nested { table: nested, of: self.whose(*of).0 }
            }
            model::RowsFrom::Related { link, of, via } => {
                let (of, via) = self.whom(*of, via);
                RowsFrom::Related { link: self.tables.link(*link), of, via, guard: self.related_guard(*link) }
            }
            model::RowsFrom::RelatedRows { link, of, via, table } => {
                let (of, via) = self.whom(*of, via);
                let (link, guard) = (self.tables.link(*link), self.related_guard(*link));
                RowsFrom::RelatedRows { link, of, via, table: self.tables.table(*table), guard }
            }
            // Unreachable once checked; rows of the subject in its own table are nobody's events.
            model::RowsFrom::Error => RowsFrom::Subject { table: 0, of: 0, via: Vec::new() },
        }
    }

    /// The plan's binding of a binding, and the links to prefix: a referenced segment's subject is reached over links.
    pub(super) fn whose(&mut self, binding: u32) -> (u32, Vec<usize>) {
        let bound = self.bound(binding);
        let via = if binding == 0 { self.via() } else { Vec::new() };
        (bound.binding, via)
    }

    /// Whom a binding and links lead to; whoever follows links reads their columns and what they lead to.
    fn whom(&mut self, binding: u32, links: &[LinkId]) -> (u32, Vec<usize>) {
        if let Some(last) = links.last() {
            let key = self.model.links[*last].to_key;
            self.path(&FieldPath { binding, hops: links.to_vec(), field: key });
        }
        let (of, mut via) = self.whose(binding);
        via.extend(links.iter().map(|link| self.tables.link(*link)));
        (of, via)
    }
}
