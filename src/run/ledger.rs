//! What a ledger says of each of its keys, at one instant, for one guard: statements gathered into the latest grant and denial
//! per purpose, and what freezes.

use super::cells::{Column, Raw};
use super::keys::{Keys, NONE};
use super::session::Scope;
use super::store::{Frame, Wanted, literal, subject_kind, whole_kind};
use super::time;
use crate::diagnostic::Diagnostic;
use crate::faults::{Fault, on};
use crate::model::calendar::Zone;
use crate::model::{ConsentState, Instant};
use crate::plan::{
    Bound, ClockColumn, Code, ColumnKind, Fresh, Guard, KeyedBy, Ledger, LedgerRows, PurposeGuard, Says, StateColumn,
    Version,
};

/// There is none.
pub(super) const NEVER: i64 = i64::MIN;
/// Older than every denial: the time of a grant that is a present state.
const EARLIEST: i64 = i64::MIN + 1;
/// At an unknown time, so for ever.
pub(super) const FOREVER: i64 = i64::MAX;

/// What is said of one key for one purpose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    /// The latest grant that counts.
    pub grant: i64,
    /// The latest denial that counts.
    pub denial: i64,
    /// The latest of those that the ledger's map names: what is denied beyond it is in doubt.
    pub clear: i64,
    /// Whether a grant was too old, or under an old notice.
    pub outdated: bool,
}

impl Said {
    pub const NOTHING: Self = Self { grant: NEVER, denial: NEVER, clear: NEVER, outdated: false };

    /// Whether a denial stands that no later grant of this very key lifted.
    pub fn is_denied(&self) -> bool {
        self.denial != NEVER && self.grant <= self.denial
    }

    /// Whether one stands that the ledger's map names.
    pub fn is_clearly_denied(&self) -> bool {
        self.clear != NEVER && self.grant <= self.clear
    }
}

/// What freezes a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Freeze {
    pub erased: bool,
    pub restricted: bool,
}

/// A ledger, read.
#[derive(Debug)]
pub(super) struct Statements {
    /// Key by key, purpose by purpose.
    said: Vec<Said>,
    pub freeze: Vec<Freeze>,
    /// Keys that deny anything at all.
    pub refuses: Vec<bool>,
    /// Whether a denial, or a row in doubt, is nobody's.
    pub ownerless: bool,
    purposes: usize,
    /// Ids of subjects; for the entity those of its own keys.
    pub keys: usize,
}

impl Statements {
    pub fn said(&self, key: u32, purpose: usize) -> Said {
        self.said.get(key as usize * self.purposes + purpose).copied().unwrap_or(Said::NOTHING)
    }
}

/// Reads the columns of a control table.
pub(super) struct Reader<'r> {
    pub frame: &'r Frame,
    pub zone: &'r Zone,
}

impl<'r> Reader<'r> {
    pub fn column(&self, name: &str, kind: ColumnKind) -> Result<&'r Column, Diagnostic> {
        self.frame.column(&Wanted::new(name, kind))
    }

    fn clock(&self, clock: &ClockColumn) -> Result<&'r Column, Diagnostic> {
        self.column(&clock.column, clock.kind.clone())
    }

    /// The first and the last instant that a clock may mean; `None` where it is not known.
    fn when(&self, column: &Column, row: u32) -> Option<(i64, i64)> {
        let (first, last) = match column.value(row)? {
            Raw::Instant(micros) => (micros, micros),
            Raw::Date(day) => {
                let next = time::start_of(day.checked_add(1)?, self.zone)?;
                (time::start_of(day, self.zone)?, next - 1)
            }
            Raw::Text(_) | Raw::Boolean(_) | Raw::Integer(_) | Raw::Decimal(_) => return None,
        };
        time::is_known(first).then_some((first, last))
    }
}

/// A ledger whose feed empties the run.
pub(super) struct Stale {
    /// Why.
    pub why: String,
    /// The last instant that it spoke of, where one is known: the run was not empty of it then.
    pub last: Option<Instant>,
}

/// Why a ledger's feed empties the run.
pub(super) fn stale(scope: &Scope<'_>, ledger: &Ledger, frame: &Frame) -> Result<Option<Stale>, Diagnostic> {
    let name = &ledger.name;
    let never = |why: String| Ok(Some(Stale { why, last: None }));
    if frame.rows == 0 {
        return never(format!("ledger `{name}` is empty"));
    }
    match &ledger.fresh {
        None => Ok(None),
        Some(Fresh::Within { within, by }) => {
            let reader = Reader { frame, zone: scope.zone };
            let column = reader.clock(by)?;
            let until = scope.ahead(ledger.skew);
            let known = (0..frame.rows).filter_map(|row| reader.when(column, row)).map(|(first, _)| first);
            let Some(mark) = known.filter(|at| *at <= until).max() else {
                return never(format!("ledger `{name}` has no known time in `{}`", by.column));
            };
            let old = mark < scope.back(*within);
            let mark = Instant::from_micros(mark);
            let why =
                format!("ledger `{name}` is stale: its latest row is of {mark}, and it must be fresh within {within}");
            Ok(old.then_some(Stale { why, last: Some(mark) }))
        }
        Some(Fresh::Taken { on, within }) => {
            let taken = Bound::Day(*on).at(scope.session.now, scope.zone).micros();
            if scope.now() < taken {
                return never(format!("ledger `{name}` was taken on {on}, which is not yet"));
            }
            let old = within.filter(|within| scope.back(*within) >= taken);
            Ok(old.map(|within| Stale {
                why: format!("ledger `{name}` is stale: it was taken on {on}, and it must be fresh within {within}"),
                last: Some(Instant::from_micros(taken)),
            }))
        }
    }
}

/// The ids of a column's keys, so many rows, and how many ids there are.
pub(super) type KeysOf<'a> = dyn Fn(&Column, u32) -> (Vec<u32>, usize) + 'a;

/// Gathers a ledger's statements. `people` are the ids of keys of the guard's entity, and how many there are.
pub(super) fn read(
    scope: &Scope<'_>,
    guard: &Guard,
    ledger: &Ledger,
    frame: &Frame,
    people: &KeysOf<'_>,
) -> Result<Statements, Diagnostic> {
    let subject = frame.column(&Wanted::new(&ledger.subject, subject_kind(scope.plan, guard, ledger)))?;
    let (ids, keys) = match ledger.keyed_by {
        KeyedBy::Entity => people(subject, frame.rows),
        KeyedBy::Contact(_) | KeyedBy::Identity(_) | KeyedBy::Member(_) | KeyedBy::MemberContact { .. } => {
            let own = Keys::of(subject, frame.rows);
            let count = own.count as usize;
            (own.of_row, count)
        }
    };
    let retained = ledger.retention.map_or(i64::MIN, |length| scope.back(length));
    let purposes = guard.purposes.len();
    let mut gather = Gather {
        reader: Reader { frame, zone: scope.zone },
        purposes: &guard.purposes,
        valid: guard.purposes.iter().map(|p| p.valid.map_or(retained, |v| retained.max(scope.back(v)))).collect(),
        now: scope.now(),
        skewed: scope.ahead(ledger.skew),
        holds: vec![Holds::default(); keys],
        out: Statements {
            said: vec![Said::NOTHING; keys * purposes],
            freeze: Vec::new(),
            refuses: vec![false; keys],
            ownerless: false,
            purposes,
            keys,
        },
    };
    let whole = frame.column(&Wanted::new(&ledger.subject, whole_kind(scope.plan, guard, ledger)))?;
    match &ledger.rows {
        LedgerRows::Events { .. } => gather.events(&ledger.rows, whole, &ids)?,
        LedgerRows::States { columns } => {
            for column in columns {
                gather.states(column, whole, &ids)?;
            }
        }
    }
    gather.out.freeze = gather.holds.iter().map(Holds::freeze).collect();
    Ok(gather.out)
}

/// The latest times at which a key was held and let go.
#[derive(Debug, Clone, Copy)]
struct Holds {
    erased: bool,
    restricted: i64,
    released: i64,
}

impl Default for Holds {
    fn default() -> Self {
        Self { erased: false, restricted: NEVER, released: NEVER }
    }
}

impl Holds {
    fn freeze(&self) -> Freeze {
        Freeze { erased: self.erased, restricted: self.restricted != NEVER && self.released <= self.restricted }
    }
}

struct Gather<'g> {
    reader: Reader<'g>,
    purposes: &'g [PurposeGuard],
    /// Purpose by purpose, from when on grants count; the least there is where they never end.
    valid: Vec<i64>,
    now: i64,
    /// Now and the ledger's skew.
    skewed: i64,
    holds: Vec<Holds>,
    out: Statements,
}

/// What a row of an event ledger is.
struct Row<'c> {
    key: u32,
    state: Option<ConsentState>,
    code: Option<&'c Code>,
    when: Option<(i64, i64)>,
}

impl Gather<'_> {
    fn events(&mut self, rows: &LedgerRows, subject: &Column, ids: &[u32]) -> Result<(), Diagnostic> {
        let LedgerRows::Events { purpose_column, codes, state_column, states, at, until, version, .. } = rows else {
            return Ok(());
        };
        let purposes = self.reader.column(purpose_column, ColumnKind::Text)?;
        let states_of = self.reader.column(state_column, ColumnKind::Text)?;
        let clock = self.reader.clock(at)?;
        let until = until.as_ref().map(|until| self.reader.clock(until)).transpose()?;
        let recent = version.as_ref().map(|version| Recent::of(&self.reader, self.purposes, version)).transpose()?;
        let known_codes = by_word(purposes, |word| codes.iter().find(|code| code.code == word));
        let known_states =
            by_word(states_of, |word| states.iter().find(|(name, _)| name == word).map(|(_, state)| *state));
        for (row, key) in (0..self.reader.frame.rows).zip(ids) {
            let row_said = Row {
                key: *key,
                state: states_of.code(row).and_then(|code| known_states.get(code as usize).copied().flatten()),
                code: purposes.code(row).and_then(|code| known_codes.get(code as usize).copied().flatten()),
                when: self.reader.when(clock, row),
            };
            if !subject.is_fine(row) {
                self.out.ownerless |= speaks_against(&row_said);
            } else if *key != NONE {
                let version = recent.as_ref().map(|recent| recent.at(row));
                self.event(&row_said, until.map(|until| (until, row)), version);
            }
        }
        Ok(())
    }

    fn event(&mut self, row: &Row<'_>, until: Option<(&Column, u32)>, version: Option<Option<usize>>) {
        let (first, last) = row.when.unwrap_or((NEVER, FOREVER));
        let counts = first <= self.skewed;
        if row.state == Some(ConsentState::Granted) {
            return self.granted(row, first, until, version);
        }
        if counts && let Some(holds) = self.holds.get_mut(row.key as usize) {
            match row.state {
                Some(ConsentState::Restricted) => holds.restricted = holds.restricted.max(last),
                Some(ConsentState::Erased) => holds.erased = true,
                Some(ConsentState::Released) if row.when.is_some() && first < self.skewed => {
                    holds.released = holds.released.max(first);
                }
                Some(
                    ConsentState::Granted
                    | ConsentState::Withdrawn
                    | ConsentState::Objected
                    | ConsentState::Released
                    | ConsentState::Silent,
                )
                | None => {}
            }
        }
        let covers = match (row.state, row.code) {
            (None, _) | (Some(_), None) => Covers::Everything,
            (Some(ConsentState::Withdrawn | ConsentState::Objected), Some(code)) => Covers::These(&code.denies),
            (
                Some(
                    ConsentState::Restricted
                    | ConsentState::Released
                    | ConsentState::Erased
                    | ConsentState::Granted
                    | ConsentState::Silent,
                ),
                Some(_),
            ) => return,
        };
        if counts {
            self.deny(row.key, &covers, last);
        }
    }

    fn granted(&mut self, row: &Row<'_>, at: i64, until: Option<(&Column, u32)>, version: Option<Option<usize>>) {
        let Some(code) = row.code else { return };
        for purpose in &code.grants {
            let recent = self.is_recent(*purpose, version);
            let known = row.when.is_some() && at <= self.now;
            let fresh = self.valid.get(*purpose).is_some_and(|valid| at >= *valid);
            self.grant(row.key, *purpose, known && fresh && recent, at);
        }
        let Some((until, row_at)) = until else { return };
        if until.state(row_at) == super::cells::State::Missing {
            return;
        }
        match self.reader.when(until, row_at) {
            Some((first, _)) if first <= self.skewed => self.deny(row.key, &Covers::These(&code.denies), first),
            Some(_) => {}
            None => self.deny(row.key, &Covers::These(&code.denies), FOREVER),
        }
    }

    /// Whether a notice is recent enough; `version` is the place of the first purpose that it does not satisfy.
    fn is_recent(&self, purpose: usize, version: Option<Option<usize>>) -> bool {
        let asked = self.purposes.get(purpose).is_some_and(|purpose| purpose.notice.is_some());
        match version {
            _ if !asked => true,
            None | Some(None) => false,
            Some(Some(mask)) => purpose < usize::BITS as usize && mask & (1 << purpose) != 0,
        }
    }

    fn said(&mut self, key: u32, purpose: usize) -> Option<&mut Said> {
        if purpose >= self.purposes.len() {
            return None;
        }
        self.out.said.get_mut(key as usize * self.purposes.len() + purpose)
    }

    fn grant(&mut self, key: u32, purpose: usize, counts: bool, at: i64) {
        if let Some(said) = self.said(key, purpose) {
            if counts {
                said.denial = if on(Fault::F10) { NEVER } else { said.denial };
                said.grant = said.grant.max(at);
            } else {
                said.outdated = true;
            }
        }
    }

    fn deny(&mut self, key: u32, covers: &Covers<'_>, at: i64) {
        if let Some(refuses) = self.out.refuses.get_mut(key as usize) {
            *refuses = true;
        }
        let every: Vec<usize>;
        let (these, clear) = match covers {
            Covers::Everything => {
                every = (0..self.purposes.len()).collect();
                (every.as_slice(), NEVER)
            }
            Covers::These(these) => (*these, at),
        };
        for purpose in these {
            if let Some(said) = self.said(key, *purpose) {
                said.denial = said.denial.max(at);
                said.clear = said.clear.max(clear);
            }
        }
    }

    fn states(&mut self, column: &StateColumn, subject: &Column, ids: &[u32]) -> Result<(), Diagnostic> {
        let cells = self.reader.column(&column.column, column.kind.clone())?;
        let since = column.since.as_ref().map(|since| self.reader.clock(since)).transpose()?;
        let recent =
            column.version.as_ref().map(|version| Recent::of(&self.reader, self.purposes, version)).transpose()?;
        let by_word = by_word(cells, |word| Some(says_value(column, Raw::Text(word))));
        // What is no whole number as it is written may still be one: `1.0` is 1.
        let whole = column.kind == ColumnKind::Integer;
        let numbers = whole.then(|| self.reader.column(&column.column, ColumnKind::Decimal)).transpose()?;
        for (row, key) in (0..self.reader.frame.rows).zip(ids) {
            let says = match (cells.state(row), cells.value(row)) {
                (super::cells::State::Missing, _) => Some(&column.missing),
                (super::cells::State::Fine, Some(value)) => {
                    let known = cells.code(row).and_then(|code| by_word.get(code as usize).copied().flatten());
                    Some(known.unwrap_or_else(|| says_value(column, value)))
                }
                (super::cells::State::Fine | super::cells::State::Unreadable, _) => {
                    numbers.and_then(|numbers| numbers.value(row)).map(|number| says_number(column, number))
                }
            };
            let Some(says) = says else {
                self.out.ownerless |= !subject.is_fine(row);
                if *key != NONE {
                    self.deny(*key, &Covers::Everything, FOREVER);
                }
                continue;
            };
            if !subject.is_fine(row) {
                self.out.ownerless |= says.refuses || !says.denies.is_empty();
                continue;
            }
            if *key == NONE {
                continue;
            }
            if says.refuses || !says.denies.is_empty() {
                self.deny(*key, &Covers::These(&says.denies), FOREVER);
            }
            let since = since.map(|since| self.reader.when(since, row));
            let version = recent.as_ref().map(|recent| recent.at(row));
            for purpose in &says.grants {
                let counts = self.is_recent(*purpose, version) && self.is_state_fresh(*purpose, since);
                self.grant(*key, *purpose, counts, EARLIEST);
            }
        }
        Ok(())
    }

    /// Whether a present state is a grant still. `since`: declared, and known; where it is declared it is the grant's time.
    fn is_state_fresh(&self, purpose: usize, since: Option<Option<(i64, i64)>>) -> bool {
        let Some(from) = self.valid.get(purpose).copied() else { return false };
        match since {
            Some(Some((first, _))) => from <= first && first <= self.now,
            Some(None) => false,
            None => from == i64::MIN,
        }
    }
}

/// Which purposes a denial covers.
enum Covers<'c> {
    /// Of a row in doubt.
    Everything,
    These(&'c [usize]),
}

/// Whether a row without subject cannot be honoured, so that nobody may be reached.
fn speaks_against(row: &Row<'_>) -> bool {
    match row.state {
        Some(ConsentState::Granted) => false,
        Some(ConsentState::Released | ConsentState::Silent) => row.code.is_none(),
        None
        | Some(ConsentState::Withdrawn | ConsentState::Objected | ConsentState::Restricted | ConsentState::Erased) => {
            true
        }
    }
}

/// What a function says of each distinct text of a column.
fn by_word<T>(column: &Column, says: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
    column.words().map(|words| words.iter().map(|word| says(word)).collect()).unwrap_or_default()
}

fn says_value<'c>(column: &'c StateColumn, value: Raw<'_>) -> &'c Says {
    let fits = column.values.iter().find(|(known, _)| literal(known) == value);
    fits.map_or(&column.otherwise, |(_, says)| says)
}

/// What a number says that is not written as a whole one.
fn says_number<'c>(column: &'c StateColumn, number: Raw<'_>) -> &'c Says {
    let Raw::Decimal(micros) = number else { return &column.otherwise };
    match i64::try_from(micros / 1_000_000) {
        Ok(whole) if micros % 1_000_000 == 0 => says_value(column, Raw::Integer(whole)),
        Ok(_) | Err(_) => &column.otherwise,
    }
}

/// For which purposes each distinct notice version is recent enough, as bits.
struct Recent<'r> {
    column: &'r Column,
    masks: Vec<usize>,
}

impl<'r> Recent<'r> {
    fn of(reader: &Reader<'r>, purposes: &[PurposeGuard], version: &Version) -> Result<Self, Diagnostic> {
        let column = reader.column(&version.column, ColumnKind::Text)?;
        let mask = |word: &str| {
            purposes.iter().take(usize::BITS as usize).enumerate().fold(0, |mask, (at, purpose)| {
                let recent =
                    purpose.notice.as_ref().is_none_or(|notice| is_recent(word, notice, version.order.as_deref()));
                if recent { mask | (1_usize << at) } else { mask }
            })
        };
        let masks = column.words().map(|words| words.iter().map(|word| mask(word)).collect()).unwrap_or_default();
        Ok(Self { column, masks })
    }

    /// `None` where the version is missing.
    fn at(&self, row: u32) -> Option<usize> {
        self.column.code(row).and_then(|code| self.masks.get(code as usize)).copied()
    }
}

fn is_recent(version: &str, notice: &str, order: Option<&[String]>) -> bool {
    match order {
        Some(order) => {
            let place = |of: &str| order.iter().position(|known| known == of);
            matches!((place(version), place(notice)), (Some(version), Some(notice)) if version >= notice)
        }
        None => matches!((iso_day(version), iso_day(notice)), (Some(version), Some(notice)) if version >= notice),
    }
}

/// An ISO day as text, a month being its first day; `None` for anything else.
fn iso_day(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let shape =
        bytes.iter().enumerate().all(|(i, byte)| if i == 4 || i == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    let (month, day) = match (shape, bytes.len()) {
        (true, 7) => (text.get(5..7)?, "01"),
        (true, 10) => (text.get(5..7)?, text.get(8..10)?),
        (true | false, _) => return None,
    };
    let within = ("01"..="12").contains(&month) && ("01"..="31").contains(&day);
    within.then(|| format!("{}-{month}-{day}", text.get(..4).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_compare_as_days_or_by_their_order() {
        assert!(is_recent("2025-01", "2025-01-01", None) && is_recent("2025-01-01", "2025-01", None));
        assert!(!is_recent("2024-12-31", "2025-01", None));
        for unknown in ["2025-1", "v3", "", "2025-13", "2025-01-32", "2025-01-00", "２025-01", "2025-01-01 "] {
            assert!(!is_recent(unknown, "2020-01", None), "{unknown}");
        }
        let order = ["a".to_owned(), "b".to_owned()];
        assert!(
            is_recent("b", "a", Some(&order))
                && !is_recent("a", "b", Some(&order))
                && !is_recent("c", "a", Some(&order))
        );
    }
}
