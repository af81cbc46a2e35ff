//! `latest 5 sends where … over …`: of the rows that the window holds and the filter keeps, only so many, by their time.
//!
//! The filter says what is cut, so it moves to the cut; what is asked of the rows that remain (`all latest 5 sends over … have (p)`)
//! becomes their filter.

use super::super::names::not_yet;
use super::*;

/// How many rows `latest` may keep.
const MOST_ROWS: u64 = 1_000_000;

impl Typer<'_, '_> {
    /// Cuts rows to the latest, where that is written.
    pub(super) fn cut_to_latest(&mut self, rows: &mut Rows, table: TableId, n: Option<Spanned<u64>>) -> Option<()> {
        let Some(n) = n else { return Some(()) };
        if n.value == 0 || n.value > MOST_ROWS {
            let finding = Diagnostic::error(codes::CONSTANT, format!("`latest {}` is no number of rows", n.value));
            self.report(finding.at(n.span, format!("from 1 to {MOST_ROWS}")));
            return None;
        }
        let own = matches!(rows.from, RowsFrom::Subject { .. } | RowsFrom::RelatedRows { .. });
        if !own || self.model().tables[table].at.is_none() {
            let name = self.table_name(table).to_owned();
            let finding = Diagnostic::error(
                codes::ROWS,
                format!("`{name}` have no time of their own, so none of them is the latest"),
            )
            .at(n.span, "the latest by which time?");
            self.report(finding.help("ask for the latest of the rows that hold them"));
            return None;
        }
        rows.latest = Some(Box::new(Latest { n: n.value, of: rows.filter.take().map(|filter| *filter) }));
        Some(())
    }

    /// A filter says which rows are cut, and many mean that it is asked of those that remain: both are the same without a filter only.
    pub(super) fn counted_after_cut(&mut self, it: &ast::Rows) {
        let Some((n, filter)) = it.latest.zip(it.filter.as_ref()) else { return };
        let finding = Diagnostic::warning(
            codes::CONSTANT,
            format!("these are the latest {} of the rows that the filter keeps", n.value),
        )
        .at(n.span, "cut after the filter")
        .and(filter.span, "first only these are kept")
        .because("the filter comes before the cut, so older rows move up where newer ones do not pass it");
        self.report(finding.help(format!(
            "to ask something of the latest {0} themselves, write `all latest {0} … have (…)` or `share(latest {0} … where …)`",
            n.value
        )));
    }

    /// `latest` where it has no meaning of its own.
    pub(super) fn no_latest(&mut self, n: Option<Spanned<u64>>, place: &str) -> Option<()> {
        let Some(n) = n else { return Some(()) };
        self.report(not_yet(&format!("`latest` {place}"), n.span));
        None
    }
}
