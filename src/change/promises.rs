//! What a change does to declarations: what is promised to people, asked of whoever writes a segment, and told.
//!
//! Audiences are compared by what is proved of them; this is the rest, and nothing is left out of it: every clause that differs is told,
//! from what to what, with what its kind of clause does when it comes, goes, or says more ([`super::clauses`]). A clause weakens a
//! promise where more can happen to people than before: less is demanded, more is allowed, or they are told something else.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::clauses::{self, Comes, Parts, Says};
use super::renames;
use crate::diagnostic::text;
use crate::model::Project;
use crate::source::SourceMap;
use crate::syntax::{Written, WrittenClause, written};

/// One difference of a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Promise {
    /// The declaration: `purpose marketing.ads`.
    pub declaration: String,
    /// What it does.
    pub does: Does,
    /// In words, from what to what.
    pub said: String,
}

/// What a difference of a declaration does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Less is promised: more can happen to people than before, or they are told something else.
    Weakens,
    /// More is promised.
    Strengthens,
    /// Neither by itself: what it does to audiences stands with them.
    Neither,
}

/// The declarations of a revision.
#[derive(Debug, Clone, Default)]
pub struct Declared {
    pub(super) all: BTreeMap<String, Written>,
    pub(super) packs: Vec<String>,
    pub(super) zone: String,
}

impl Declared {
    /// What a project declares, the policies of its packs aside.
    pub fn of(sources: &SourceMap, project: &Project) -> Self {
        let files = sources.files().filter(|(_, file)| file.path.ends_with(".seg") && !file.unread);
        let all = files.flat_map(|(id, file)| written(id, &file.text));
        let all = all.map(|one| (format!("{} {}", one.keyword, one.head), one)).collect();
        let packs = project.packs.iter().map(|pack| pack.name.clone()).collect();
        Self { all, packs, zone: project.timezone.clone() }
    }
}

/// Every difference, by declaration.
pub fn promises(old: &Declared, new: &Declared) -> Vec<Promise> {
    let (old, new) = (&renames::carried_out(old, new), &renames::recorded(old, new));
    let mut found = of_project(old, new);
    let moved = moved(old, new);
    for (name, was) in &old.all {
        match new.all.get(name) {
            Some(is) => found.extend(of_clauses(name, was, is)),
            None if moved.contains_key(name) => {}
            None => found.extend(gone(name, was)),
        }
    }
    found.extend(moved.iter().map(|(was, is)| promise(is, Does::Neither, format!("was called `{was}`"))));
    let taken: BTreeSet<&String> = moved.values().collect();
    let fresh = new.all.iter().filter(|(name, _)| !old.all.contains_key(*name) && !taken.contains(name));
    found.extend(fresh.filter_map(|(name, is)| added(name, is)));
    found.sort_by(|a, b| (a.does, &a.declaration).cmp(&(b.does, &b.declaration)));
    found
}

/// Declarations of things in the warehouse that are only called otherwise: one that is gone and one that is new say the same, word by word.
fn moved(old: &Declared, new: &Declared) -> BTreeMap<String, String> {
    let only = |own: &'_ Declared, other: &Declared| -> Vec<(String, Written)> {
        let kind = |one: &Written| ["source", "ledger", "list", "identity", "model"].contains(&one.keyword.as_str());
        let alone = own.all.iter().filter(|(name, one)| kind(one) && !other.all.contains_key(*name));
        alone.map(|(name, one)| (name.clone(), one.clone())).collect()
    };
    let of = |head: &str| head.split_once(' ').map(|(_, rest)| rest.to_owned());
    let alike =
        |a: &Written, b: &Written| a.keyword == b.keyword && a.clauses == b.clauses && of(&a.head) == of(&b.head);
    let (gone, fresh) = (only(old, new), only(new, old));
    let one = |own: &Written, among: &'_ [(String, Written)]| -> Option<String> {
        let mut found = among.iter().filter(|(_, other)| alike(own, other));
        found.next().filter(|_| found.next().is_none()).map(|(name, _)| name.clone())
    };
    let pairs = gone.iter().filter_map(|(name, was)| Some((name.clone(), one(was, &fresh)?)));
    pairs.filter(|(_, is)| fresh.iter().any(|(name, new)| name == is && one(new, &gone).is_some())).collect()
}

fn promise(declaration: &str, does: Does, said: String) -> Promise {
    Promise { declaration: declaration.to_owned(), does, said }
}

fn of_project(old: &Declared, new: &Declared) -> Vec<Promise> {
    let mut found = Vec::new();
    for pack in old.packs.iter().filter(|pack| !new.packs.contains(pack)) {
        let said = format!("pack `{pack}` is switched off, and everything that it demanded with it");
        found.push(promise("segma.toml", Does::Weakens, said));
    }
    for pack in new.packs.iter().filter(|pack| !old.packs.contains(pack)) {
        found.push(promise("segma.toml", Does::Strengthens, format!("pack `{pack}` is switched on")));
    }
    if old.zone != new.zone {
        let said = format!("days are reckoned in `{}`, were reckoned in `{}`", new.zone, old.zone);
        found.push(promise("segma.toml", Does::Weakens, said));
    }
    found
}

fn gone(name: &str, was: &Written) -> Option<Promise> {
    Some(promise(name, leaves(clauses::declaration(&was.keyword)?), "is gone".to_owned()))
}

fn added(name: &str, is: &Written) -> Option<Promise> {
    let does = match clauses::declaration(&is.keyword)? {
        Comes::Matters => Does::Neither,
        comes @ (Comes::Loosens | Comes::Tightens | Comes::Neither) => arrives(comes),
    };
    Some(promise(name, does, "is new".to_owned()))
}

fn of_clauses(name: &str, was: &Written, is: &Written) -> Vec<Promise> {
    let find = |of: &'_ Written, key: &str| of.clauses.iter().find(|clause| clause.key == key).cloned();
    let keys: BTreeSet<&String> = was.clauses.iter().chain(&is.clauses).map(|clause| &clause.key).collect();
    let of_key = |key: &String| {
        let bears = clauses::clause(&was.keyword, key)?;
        let about = if bears.about.is_empty() { String::new() } else { format!(" ({})", bears.about) };
        let (does, said) = match (find(was, key), find(is, key)) {
            (Some(old), Some(new)) => {
                let (old_parts, new_parts) = (clauses::parts(&old.words), clauses::parts(&new.words));
                if old_parts == new_parts {
                    return None;
                }
                let said = format!("says `{}`, said `{}`{about}", short(&new), short(&old));
                (changed(bears.says, &old_parts, &new_parts), said)
            }
            (None, Some(new)) => (arrives(bears.comes), format!("now says `{}`{about}", short(&new))),
            (Some(old), None) => (leaves(bears.comes), format!("no longer says `{}`{about}", short(&old))),
            (None, None) => return None,
        };
        Some(promise(name, does, said))
    };
    keys.into_iter().filter_map(of_key).collect()
}

fn arrives(comes: Comes) -> Does {
    match comes {
        Comes::Loosens | Comes::Matters => Does::Weakens,
        Comes::Tightens => Does::Strengthens,
        Comes::Neither => Does::Neither,
    }
}

fn leaves(comes: Comes) -> Does {
    match comes {
        Comes::Loosens => Does::Strengthens,
        Comes::Tightens | Comes::Matters => Does::Weakens,
        Comes::Neither => Does::Neither,
    }
}

impl Does {
    /// Both together: what weakens is not made good by what strengthens.
    fn and(self, other: Self) -> Self {
        self.min(other)
    }
}

/// A clause that says something else.
fn changed(says: Says, was: &Parts, is: &Parts) -> Does {
    let none = BTreeSet::new();
    let phrases: BTreeSet<&usize> = was.phrases.keys().chain(is.phrases.keys()).collect();
    let of_phrase = |at: &usize| {
        let (comes, says) = clauses::phrase(*at);
        match (was.phrases.get(at), is.phrases.get(at)) {
            (Some(old), Some(new)) if old == new => Does::Neither,
            (Some(old), Some(new)) if says == Says::Neither => {
                let (lost, gained) = (!old.is_subset(new), !new.is_subset(old));
                let lost = if lost { leaves(comes) } else { Does::Neither };
                lost.and(if gained { arrives(comes) } else { Does::Neither })
            }
            (Some(old), Some(new)) => direction(says, old, new),
            (None, Some(_)) => arrives(comes),
            (Some(_), None) => leaves(comes),
            (None, None) => direction(says, &none, &none),
        }
    };
    let own = direction(says, &was.saying, &is.saying);
    phrases.into_iter().map(of_phrase).fold(own, Does::and)
}

/// What other words do: parts that come and go, and numbers that become larger or smaller.
fn direction(says: Says, was: &BTreeSet<String>, is: &BTreeSet<String>) -> Does {
    let mut fresh: Vec<&String> = is.difference(was).collect();
    let (mut lost, mut larger, mut smaller) = (false, false, false);
    for old in was.difference(is) {
        let Some((old, about)) = clauses::size(old) else {
            lost = true;
            continue;
        };
        let twin = fresh.iter().position(|new| clauses::size(new).is_some_and(|(_, other)| other == about));
        match twin.map(|at| fresh.remove(at)).and_then(|new| clauses::size(new)) {
            Some((new, _)) if new > old => larger = true,
            Some(_) => smaller = true,
            None => lost = true,
        }
    }
    let gained = !fresh.is_empty();
    let (loosens, tightens) = match says {
        Says::More => (gained || larger, lost || smaller),
        Says::Less => (lost || smaller, gained || larger),
        Says::Bounds => (lost || larger, gained || smaller),
        Says::Any => (lost || gained || larger || smaller, false),
        Says::Neither => (false, false),
    };
    match (loosens, tightens) {
        (true, _) => Does::Weakens,
        (false, true) => Does::Strengthens,
        (false, false) => Does::Neither,
    }
}

fn short(clause: &WrittenClause) -> String {
    const MOST: usize = 160;
    let line = text::line(&clause.said()).replace('`', "'");
    if line.chars().count() <= MOST { line } else { line.chars().take(MOST - 1).chain(['…']).collect() }
}
