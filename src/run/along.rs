//! Rows of ids as rows of whom the ids are linked to. See [`crate::plan::Along`].

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cells::{Column, Raw};
use super::cut::clocks;
use super::keys::{Keys, NONE};
use super::session::{Scope, UNKNOWN, View};
use super::spelling::spelt;
use super::store::{Frame, Wanted, internal};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::text::counted;
use crate::plan::{Along, ColumnKind, Role};

/// To whom ids are linked.
pub(super) struct Linked<'r> {
    /// By id: the places of those whose rows they are.
    readable: FxHashMap<Raw<'r>, Vec<u32>>,
    /// Ids in their one spelling that are linked to several.
    shared: FxHashSet<Cow<'r, str>>,
}

impl<'r> Linked<'r> {
    /// Reads the links of a table of ids; `keys` are those of the subjects.
    pub fn of(scope: &Scope<'r>, view: View<'r>, along: &'r Along, keys: &Arc<Keys>) -> Result<Self, Diagnostic> {
        let links = Links::of(scope, view, along)?;
        let frame = links.frame;
        let now = scope.now();
        let from = scope.back(along.span);
        let clocks = clocks(links.column(&along.at.column, &along.at.kind)?, frame.rows, scope.zone);
        let places = keys.ids(links.to, frame.rows);
        let (mut readable, mut firsts) = (FxHashMap::<Raw<'r>, Vec<u32>>::default(), FxHashMap::default());
        let mut shared = FxHashSet::default();
        for row in 0..frame.rows {
            let (Some(id), Some(key)) = (links.from.value(row), links.to.value(row)) else { continue };
            let alike = one_spelling(&id);
            if *firsts.entry(alike.clone()).or_insert(key) != key {
                shared.insert(alike);
            }
            let at = clocks.get(row as usize).copied().unwrap_or(UNKNOWN);
            let place = places.get(row as usize).copied().unwrap_or(NONE);
            if at != UNKNOWN && from <= at && at < now && place != NONE {
                let of = readable.entry(id).or_default();
                if !of.contains(&place) {
                    of.push(place);
                }
            }
        }
        Ok(Self { readable, shared })
    }

    /// Whose rows the rows of a table are, and row by row whether they are so for sure.
    pub fn rows(&self, ids: &Column, kept: &[u32], all: u32) -> (Vec<(u32, u32)>, Vec<bool>) {
        let mut pairs = Vec::with_capacity(kept.len());
        let mut sure = vec![true; all as usize];
        for row in kept {
            let Some(id) = ids.value(*row) else { continue };
            pairs.extend(self.readable.get(&id).into_iter().flatten().map(|place| (*row, *place)));
            if let Some(sure) = sure.get_mut(*row as usize) {
                *sure = !self.shared.contains(&one_spelling(&id));
            }
        }
        (pairs, sure)
    }
}

/// The table of links, and its two columns.
struct Links<'r> {
    frame: &'r Frame,
    from: &'r Column,
    to: &'r Column,
}

impl<'r> Links<'r> {
    fn of(scope: &Scope<'r>, view: View<'r>, along: &'r Along) -> Result<Self, Diagnostic> {
        let frame = scope.session.store.need(&along.physical)?;
        let kind = id_kind(view).ok_or_else(|| internal(&format!("`{}` holds no ids", view.table.name)))?;
        let column = |name: &str, kind: ColumnKind| frame.column(&Wanted::new(name, kind));
        Ok(Self { frame, from: column(&along.from, kind)?, to: column(&along.to, along.to_kind.clone())? })
    }

    fn column(&self, name: &str, kind: &ColumnKind) -> Result<&'r Column, Diagnostic> {
        self.frame.column(&Wanted::new(name, kind.clone()))
    }
}

fn id_kind(view: View<'_>) -> Option<ColumnKind> {
    let Role::Events { subject } = view.table.role else { return None };
    view.table.columns.get(subject).map(|column| column.kind.clone())
}

fn one_spelling<'r>(id: &Raw<'r>) -> Cow<'r, str> {
    match id {
        Raw::Text(text) => spelt(text),
        Raw::Integer(n) => Cow::Owned(n.to_string()),
        Raw::Boolean(_) | Raw::Decimal(_) | Raw::Date(_) | Raw::Instant(_) => Cow::Borrowed(""),
    }
}

/// Why the links along which a table is read empty the run: one that lacks its id or its key.
pub(super) fn loose(scope: &Scope<'_>, view: View<'_>) -> Result<Option<String>, Diagnostic> {
    let Some(along) = &view.table.along else { return Ok(None) };
    let frame = scope.session.store.need(&along.physical)?;
    let kind = id_kind(view).unwrap_or(ColumnKind::Text);
    let from = frame.column(&Wanted::new(&along.from, kind))?;
    let to = frame.column(&Wanted::new(&along.to, along.to_kind.clone()))?;
    let lost = (0..frame.rows).filter(|row| !(from.is_fine(*row) && to.is_fine(*row))).count() as u64;
    let why = || format!("identity `{}` holds {} without id or key", along.name, counted(lost, "link"));
    Ok((lost > 0).then(why))
}
