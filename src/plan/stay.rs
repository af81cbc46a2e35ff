//! Stored memberships: what a segment remembers of its members, and how long a member remains by it.
//!
//! The table `<schema>.<segment>__stored` has one row for everybody who was a member at the last run, and for a while one for
//! everybody who no longer is, so that destinations can be told. Only the scripts that a build with snapshots writes change it.
//! A view reads it in one place: where `stay` stands in for `where`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Bound, Window};
use super::{Clock, Column, ColumnKind, CompareOp, Cond, Expr, Path, Role, Rows, RowsFrom, Scan, SegmentPlan, Table};
use crate::model::{Length, Value};

/// What the name of the table of stored memberships ends in.
pub const STORED: &str = "__stored";
/// When the membership began.
pub const FIRST_IN: &str = "first_in";
/// When `where` was last true; nothing once the membership is over.
pub const LAST_TRUE: &str = "last_true";
/// The records of consent that admitted the person.
pub const ADMITTED_BY: &str = "admitted_by";
/// The definition that admitted the person.
pub const DEFINITION: &str = "definition";
/// When the row is to be gone.
pub const EXPIRES_AT: &str = "expires_at";
/// When the membership ended.
pub const REMOVED_AT: &str = "removed_at";
/// Why: `denied`, `expired` or `left`.
pub const REMOVED_BECAUSE: &str = "removed_because";
/// The columns beside the key.
pub const COLUMNS: [&str; 7] = [FIRST_IN, LAST_TRUE, ADMITTED_BY, DEFINITION, EXPIRES_AT, REMOVED_AT, REMOVED_BECAUSE];

/// `stay for 14 days`: whoever was a member at the last run, and for whom `where` was true within that time, is wanted as if it
/// still were.
///
/// It stands in for `where` alone: the guard, every `except`, broken rows, the cap, the holdout and the minimum are asked anew in each
/// run, and whoever is once kept out by one of them has left and is remembered no longer. A membership counts only under the
/// definition by which it came about: what somebody is remembered for was read for the purposes that were checked then.
///
/// It is written out in the condition: `where`, or a row in the table of stored memberships under this definition whose clock, the
/// last time that `where` was true, lies in [now − D, now). The table is cut as any other, its span being S; where it is not there,
/// nobody is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    /// Index of the table of stored memberships.
    pub table: usize,
    /// D.
    pub lasts: Length,
    /// The name of what is wanted: see [`SegmentPlan::definition`].
    pub definition: String,
}

impl SegmentPlan {
    /// The hash of all that decides who is a member, `stay` and what is written for people left out. Memberships are stored under it.
    pub fn definition(&self) -> String {
        if let Some(stay) = &self.stay {
            return stay.definition.clone();
        }
        let mut bare = self.clone();
        let about = &mut bare.about;
        (about.title, about.owner, about.because, about.written) = (None, None, None, String::new());
        about.purposes.iter_mut().for_each(|purpose| purpose.title = None);
        bare.computed_hash()
    }

    /// What `where` says, where `stay` may stand in for it.
    pub fn wanted_anew(&self) -> Option<&Cond> {
        self.stay.as_ref()?;
        let whole = if let Cond::And(parts) = &self.condition { parts.first()? } else { &self.condition };
        let Cond::Or(either) = whole else { return None };
        either.first().filter(|_| either.len() == 2)
    }

    /// For how long a row tells that somebody is no longer a member: until the segment has been refreshed once more and the slowest
    /// destination has heard of it. Without a rhythm of its own a segment is taken to be refreshed before S has passed.
    pub fn told_for(&self) -> Length {
        let about = &self.about;
        let days =
            |length: &Length| (length.months.saturating_mul(31 * 86_400).saturating_add(length.seconds), *length);
        let lag = about.destinations.iter().filter_map(|destination| destination.lag).map(|lag| days(&lag));
        let lag = lag.max_by_key(|(days, _)| *days).map_or_else(Length::default, |(_, lag)| lag);
        let refresh = about.refresh.unwrap_or(about.retain);
        Length { months: refresh.months + lag.months, seconds: refresh.seconds + lag.seconds }
    }

    /// The physical name of the table of stored memberships.
    pub fn stored(&self, schema: &str) -> Vec<String> {
        vec![schema.to_owned(), format!("{}{STORED}", self.about.name)]
    }

    /// Lets members remain. `excepted`: whether the condition is `where` and what `except` leaves out; `binding` is a fresh one.
    #[must_use]
    pub(super) fn staying(mut self, schema: &str, lasts: Length, excepted: bool, binding: u32) -> Self {
        let Some((key, kind)) = self.subject_key() else { return self };
        let definition = self.definition();
        let (table, scan) = (self.tables.len(), self.scans.len());
        let physical = self.stored(schema);
        self.tables.push(stored_table(physical, key, kind, self.about.retain));
        let from = RowsFrom::Subject { table, of: 0, via: Vec::new() };
        let window = Some(Window { from: Bound::Back(lasts), to: Bound::Now, absolute: false });
        let columns = vec![2];
        self.scans.push(Scan { table, columns, from: Some(from.clone()), window, across: Vec::new() });
        let of = Expr::Field(Path { binding, hops: Vec::new(), table, column: 2 });
        let same = Cond::OneOf { value: of, values: vec![Value::Text(definition.clone())], ignoring_case: false };
        let rows = Rows {
            binding,
            from,
            filter: Some(Box::new(same)),
            window,
            anchored: None,
            latest: None,
            each: None,
            scan,
        };
        let stays = Cond::Count { rows: Box::new(rows), op: CompareOp::GreaterOrEqual, n: 1 };
        self.stay = Some(Stay { table, lasts, definition });
        if let (true, Cond::And(parts)) = (excepted, &mut self.condition)
            && let Some(first) = parts.first_mut()
        {
            *first = Cond::Or(vec![first.clone(), stays]);
        } else {
            self.condition = Cond::Or(vec![self.condition, stays]);
        }
        self
    }

    /// The name of the subject's key in the warehouse, and what stored memberships hold of it: UUIDs as canonical text.
    pub fn subject_key(&self) -> Option<(String, ColumnKind)> {
        let entity = self.tables.get(self.guard.entity)?;
        let Role::Entity { key, .. } = entity.role else { return None };
        let key = entity.columns.get(key)?;
        let kind = if key.kind == ColumnKind::Integer { ColumnKind::Integer } else { ColumnKind::Text };
        Some((key.name.clone(), kind))
    }
}

/// Stored memberships as rows of the subject. A row whose membership is over has no clock and is hidden by that.
fn stored_table(physical: Vec<String>, key: String, kind: ColumnKind, kept: Length) -> Table {
    let column = |name: &str, kind, optional| Column { name: name.to_owned(), kind, optional, one_of: None };
    Table {
        name: physical.last().cloned().unwrap_or_default(),
        physical,
        columns: vec![
            column(&key, kind, false),
            column(LAST_TRUE, ColumnKind::Instant, true),
            column(DEFINITION, ColumnKind::Text, true),
        ],
        role: Role::Events { subject: 0 },
        clock: Some(Clock { column: 1, span: kept, happened: false }),
        arrived: None,
        unique: None,
        declared: vec![0, 1, 2],
        tolerate: 0,
        along: None,
    }
}
