//! Ledgers, read into what their rows state of which key.

use crate::model::{
    ClockColumn, ConsentState, Covers, Decimal, EventLedger, FieldId, IdentityId, KeyedBy, Ledger, LedgerId, LedgerOf,
    LedgerRows, Length, Model, StateArm, StateColumn, StateSays, StateWhen, TableId, TableKind, Value, VersionColumn,
    Watermark,
};

use super::time::{Moment, Time};
use super::{Cell, Row, cells};

/// Whose key a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// An entity's.
    Subject(TableId),
    /// An address in a contact field.
    Contact(FieldId),
    /// An id of an identity that is no entity itself.
    Ids(IdentityId),
}

/// A key that ledgers speak of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Whose.
    pub space: Space,
    /// Its canonical text.
    pub text: String,
}

impl Key {
    /// The key of all that are alike.
    pub fn in_one_spelling(&self) -> Self {
        Self { space: self.space, text: super::guard::in_one_spelling(&self.text) }
    }
}

/// What a row of a ledger states of its key.
#[derive(Debug, Clone)]
pub struct Statement<'m> {
    /// Where it stands.
    pub ledger: LedgerId,
    /// What.
    pub said: Said,
    /// Since when.
    pub when: When,
    /// Under which notice.
    pub version: Option<String>,
    /// The notices from oldest to newest, where the ledger lists them.
    pub order: Option<&'m [String]>,
}

/// What is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A yes to what it covers.
    Grants(Covers),
    /// A no to what it covers.
    Denies(Covers),
    /// Processing is frozen.
    Restricts,
    /// It is not any longer.
    Releases,
    /// To be forgotten.
    Erases,
}

/// When something was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Then.
    At(Moment),
    /// Nobody knows.
    Unknown,
    /// A present state: older than every denial.
    Standing(Since),
}

/// Since when a present state has stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The ledger has no column for it.
    Undeclared,
    /// The column says nothing that can be believed.
    Unknown,
    /// Then.
    At(Moment),
}

/// What a ledger says, and why it cannot be relied upon at all.
#[derive(Debug, Clone, Default)]
pub struct Reading<'m> {
    /// Its statements.
    pub statements: Vec<(Key, Statement<'m>)>,
    /// Why the run is empty.
    pub problems: Vec<String>,
}

/// The space of an identity's ids: that of the entity of the same name where there is one.
pub fn ids_of(model: &Model, identity: IdentityId) -> Space {
    let name = &model.identities[identity].name.value;
    let same = |id: &TableId| {
        let table = &model.tables[*id];
        matches!(table.kind, TableKind::Entity(_)) && table.name.value == *name
    };
    model.tables.ids().find(same).map_or(Space::Ids(identity), Space::Subject)
}

/// Whose keys a ledger speaks of.
pub fn space_of(model: &Model, ledger: &Ledger) -> Space {
    match (ledger.keyed_by, ledger.of) {
        (KeyedBy::Contact(field), _) => Space::Contact(field),
        (KeyedBy::Key, LedgerOf::Entity(table)) => Space::Subject(table),
        (KeyedBy::Key, LedgerOf::Identity(identity)) => ids_of(model, identity),
    }
}

/// Reads a ledger; `rows` is `None` where its table is missing.
pub fn read<'m>(model: &'m Model, id: LedgerId, rows: Option<&[Row]>, time: &Time) -> Reading<'m> {
    let ledger = &model.ledgers[id];
    let name = &ledger.name.value;
    let mut reading = Reading::default();
    let Some(rows) = rows else {
        reading.problems.push(format!("ledger `{name}` is missing"));
        return reading;
    };
    if rows.is_empty() {
        reading.problems.push(format!("ledger `{name}` is empty"));
    }
    if !is_fresh(ledger, rows, time) {
        reading.problems.push(format!("ledger `{name}` is stale"));
    }
    let space = space_of(model, ledger);
    for row in rows {
        let stated = stated(id, ledger, row, time);
        match cells::text(cells::cell(row, &ledger.subject.value)) {
            Some(text) => {
                if matches!(space, Space::Contact(_)) && !cells::is_normalised(&text) {
                    reading.problems.push(format!("ledger `{name}` holds an address that is not normalised"));
                }
                let key = Key { space, text };
                reading.statements.extend(stated.into_iter().map(|statement| (key.clone(), statement)));
            }
            None if refuses(ledger, &stated) => {
                reading.problems.push(format!("ledger `{name}` holds a denial of nobody"))
            }
            None => {}
        }
    }
    reading
}

/// Whether a row without subject would have denied something. A grant is ignored, with whatever end it has.
fn refuses(ledger: &Ledger, stated: &[Statement<'_>]) -> bool {
    let denies = |statement: &Statement<'_>| match statement.said {
        Said::Denies(_) | Said::Restricts | Said::Erases => true,
        Said::Grants(_) | Said::Releases => false,
    };
    match ledger.rows {
        LedgerRows::Events(_) => stated.iter().any(denies) && !stated.iter().any(grants),
        LedgerRows::States(_) => stated.iter().any(denies),
    }
}

fn grants(statement: &Statement<'_>) -> bool {
    matches!(statement.said, Said::Grants(_))
}

fn is_fresh(ledger: &Ledger, rows: &[Row], time: &Time) -> bool {
    let Some(fresh) = ledger.fresh.as_ref().map(|fresh| &fresh.value) else { return true };
    match &fresh.by {
        Watermark::Taken(day) => {
            let taken = time.zone.start_of(*day);
            taken <= time.now && fresh.within.is_none_or(|within| time.ago(within) < taken)
        }
        Watermark::Column(clock) => {
            let latest = time.ahead(ledger.skew);
            let seen = rows.iter().filter_map(|row| moment(clock, row, time)).map(|moment| moment.first);
            let watermark = seen.filter(|seen| *seen <= latest).max();
            let oldest = fresh.within.map(|within| time.ago(within));
            watermark.is_some_and(|watermark| oldest.is_none_or(|oldest| oldest <= watermark))
        }
    }
}

fn moment(clock: &ClockColumn, row: &Row, time: &Time) -> Option<Moment> {
    time.moment(&clock.ty, cells::cell(row, &clock.column.value))
}

fn stated<'m>(id: LedgerId, ledger: &'m Ledger, row: &Row, time: &Time) -> Vec<Statement<'m>> {
    match &ledger.rows {
        LedgerRows::Events(events) => decided(id, events, row, time),
        LedgerRows::States(columns) => columns.iter().flat_map(|column| stands(id, column, row, time)).collect(),
    }
}

/// What a row of an event ledger states.
fn decided<'m>(id: LedgerId, events: &'m EventLedger, row: &Row, time: &Time) -> Vec<Statement<'m>> {
    let purpose = coded(&events.purposes, row, &events.purpose_column.value);
    let state = coded(&events.states, row, &events.state_column.value);
    let when = moment(&events.at, row, time).map_or(When::Unknown, When::At);
    let say = |said, when| Statement { ledger: id, said, when, version: None, order: None };
    let doubt = purpose.is_none().then(|| say(Said::Denies(Covers::Every), when));
    match state {
        None => vec![say(Said::Denies(Covers::Every), when)],
        Some(ConsentState::Granted) => {
            let Some(covers) = purpose else { return Vec::new() };
            let (version, order) = notice(events.version.as_ref(), row);
            let grant = Statement { version, order, ..say(Said::Grants(covers), when) };
            let end = events.until.as_ref().and_then(|until| end(until, row, time));
            std::iter::once(grant).chain(end.map(|end| say(Said::Denies(covers), end))).collect()
        }
        Some(ConsentState::Withdrawn | ConsentState::Objected) => {
            vec![say(Said::Denies(purpose.unwrap_or(Covers::Every)), when)]
        }
        Some(ConsentState::Restricted) => doubt.into_iter().chain([say(Said::Restricts, when)]).collect(),
        Some(ConsentState::Released) => doubt.into_iter().chain([say(Said::Releases, when)]).collect(),
        Some(ConsentState::Silent) => doubt.into_iter().collect(),
        Some(ConsentState::Erased) => doubt.into_iter().chain([say(Said::Erases, when)]).collect(),
    }
}

fn coded<T: Copy>(codes: &[(crate::source::Spanned<String>, T)], row: &Row, column: &str) -> Option<T> {
    let written = cells::text(cells::cell(row, column))?;
    codes.iter().find(|(code, _)| code.value == written).map(|(_, meaning)| *meaning)
}

/// The end of a grant; `None` where it has none.
fn end(until: &ClockColumn, row: &Row, time: &Time) -> Option<When> {
    match cells::cell(row, &until.column.value) {
        Cell::Missing => None,
        Cell::Value(_) | Cell::Unreadable => Some(moment(until, row, time).map_or(When::Unknown, When::At)),
    }
}

fn notice<'m>(column: Option<&'m VersionColumn>, row: &Row) -> (Option<String>, Option<&'m [String]>) {
    let Some(column) = column else { return (None, None) };
    (cells::text(cells::cell(row, &column.column.value)), column.order.as_deref())
}

/// What a column of present states states.
fn stands<'m>(id: LedgerId, column: &'m StateColumn, row: &Row, time: &Time) -> Vec<Statement<'m>> {
    let since = match &column.since {
        None => Since::Undeclared,
        Some(clock) => moment(clock, row, time).map_or(Since::Unknown, Since::At),
    };
    let (version, order) = notice(column.version.as_ref(), row);
    let statement = |says: &StateSays| {
        let (said, when) = match says {
            StateSays::Grants(covers) => (Said::Grants(*covers), When::Standing(since)),
            StateSays::Refuses(covers) => (Said::Denies(*covers), When::Unknown),
            StateSays::Nothing => return None,
        };
        Some(Statement { ledger: id, said, when, version: version.clone(), order })
    };
    match arm(&column.arms, cells::cell(row, &column.column.value)) {
        Some(arm) => arm.says.iter().filter_map(statement).collect(),
        None => statement(&StateSays::Refuses(Covers::Every)).into_iter().collect(),
    }
}

/// What a column's cell falls under; `None` where nothing says, or the cell cannot be read: that is doubt.
fn arm<'m>(arms: &'m [StateArm], cell: &Cell) -> Option<&'m StateArm> {
    if *cell == Cell::Unreadable {
        return None;
    }
    let named = arms.iter().find(|arm| match (&arm.when, cell) {
        (StateWhen::Is(Value::Integer(value)), Cell::Value(Value::Decimal(cell))) => {
            Decimal::from_int(*value) == Some(*cell)
        }
        (StateWhen::Is(value), Cell::Value(cell)) => cells::text_of(value) == cells::text_of(cell),
        (StateWhen::Missing, Cell::Missing) => true,
        (StateWhen::Is(_), Cell::Missing | Cell::Unreadable)
        | (StateWhen::Missing, Cell::Value(_) | Cell::Unreadable)
        | (StateWhen::Else, Cell::Missing | Cell::Value(_) | Cell::Unreadable) => false,
    });
    named.or_else(|| arms.iter().find(|arm| arm.when == StateWhen::Else))
}

/// How long a ledger's grants are believed; `None` where it has no end.
pub fn believed_for(ledger: &Ledger) -> Option<Length> {
    match ledger.retain.as_ref().map(|retain| &retain.value) {
        Some(crate::model::Retain::For { length, .. }) => Some(*length),
        Some(crate::model::Retain::WhileListed { .. }) | None => None,
    }
}
