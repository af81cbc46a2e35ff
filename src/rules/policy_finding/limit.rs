//! What policies limit: conditions, retention, windows, the time that a removal takes.

use std::collections::BTreeSet;

use super::super::tools::{chain, what};
use super::Case;
use super::forbid::distinct;
use crate::diagnostic::Diagnostic;
use crate::model::walk::{self, Visitor};
use crate::model::{Cond, CondKind, Length, OfWord, Rows, Segment, Window};
use crate::privacy::Read;
use crate::privacy::algebra::compared;
use crate::privacy::removal::Removal;
use crate::privacy::retention::{fits, reach, usable};
use crate::source::Span;

impl Case<'_> {
    pub(super) fn limit_conditions(&self, most: u64) -> Option<Diagnostic> {
        let mut counter = Counter::default();
        walk::segment(self.segment, &mut counter);
        let mut referenced: Vec<_> = self.facts.references.iter().map(|reference| reference.segment).collect();
        referenced.sort_unstable();
        referenced.dedup();
        referenced.iter().for_each(|id| counter.conditions(&self.cx.model.segments[*id]));
        (counter.written() > most).then(|| {
            let message = format!("{} conditions, and policy `{}` allows {most}", counter.written(), self.policy.name.value);
            let finding = self.finding(message).at(self.segment.name.span, "describes few people closely");
            self.cited(finding)
                .help(self.help("leave some out: comparisons, events and references are counted, in filters and referenced segments too"))
        })
    }

    pub(super) fn limit_retain(&self, most: Length) -> Option<Diagnostic> {
        let retain = self.segment.retain?;
        let stored = retain.value.length();
        (!fits(stored, most)).then(|| {
            let message = format!("kept for {stored}, and policy `{}` allows {most}", self.policy.name.value);
            let finding = self.finding(message).at(retain.span, format!("longer than {most}"));
            let finding = finding.reckoned([compared(("S", stored), ("the policy's bound", most))]);
            self.cited(finding).help(self.help(&format!("retain it for at most {most}")))
        })
    }

    pub(super) fn limit_window(&self, most: Length) -> Vec<Diagnostic> {
        distinct(self.facts.reads.iter().filter_map(|read| {
            let window = read.window?;
            let length = self.length(read, window.value);
            if length.is_some_and(|length| fits(length, most)) {
                return None;
            }
            let how_long = length.map_or("without bound".to_owned(), |length| length.to_string());
            let message = format!(
                "looks back {how_long} at `{}`, and policy `{}` allows {most}",
                what(self.cx.model, read),
                self.policy.name.value
            );
            let place = if read.via.is_empty() { window.span } else { read.entry };
            let finding = self.finding(message).at(place, format!("longer than {most}"));
            let finding = finding.reckoned(length.map(|length| compared(("W", length), ("the policy's bound", most))));
            Some(self.cited(chain(self.cx.model, finding, read)).help(self.help("shorten the window")))
        }))
    }

    /// How far back a window reaches today; `None`: without bound.
    fn length(&self, read: &Read, window: Window) -> Option<Length> {
        let since = |day: crate::model::Date| {
            let days = (self.cx.today.civil() - day.civil()).get_days();
            Length::days(i64::from(days).max(0) + 1)
        };
        match window {
            Window::Dates { from, .. } | Window::Since(from) => Some(since(from)),
            Window::Retained => {
                let table = &self.cx.model.tables[self.cx.model.governing(read.table)];
                usable(&table.retain.as_ref()?.value, self.facts.stored)
            }
            Window::Last(_)
            | Window::Ago { .. }
            | Window::LastFull { .. }
            | Window::Period { .. }
            | Window::Units { .. }
            | Window::This(_)
            | Window::Today
            | Window::Yesterday
            | Window::Error => reach(window).or(Some(Length::default())),
        }
    }

    pub(super) fn limit_removal_lag(&self, most: Length) -> Vec<Diagnostic> {
        let slow = self.segment.destinations.iter().filter_map(|to| {
            let destination = &self.cx.model.destinations[to.value];
            let removal = Removal::of(self.segment, destination);
            let takes = removal.takes();
            if takes.is_some_and(|takes| fits(takes, most)) {
                return None;
            }
            let policy = &self.policy.name.value;
            let name = &destination.name.value;
            let message = match takes {
                Some(takes) => {
                    format!("a withdrawal takes effect at `{name}` within {takes}, and policy `{policy}` allows {most}")
                }
                None => format!(
                    "nothing bounds how long a withdrawal takes to `{name}`, and policy `{policy}` allows {most}"
                ),
            };
            let finding = self.finding(message).at(to.span, removal.unbounded().unwrap_or_else(|| removal.terms()));
            let finding = match destination.expires.filter(|_| !removal.removes()) {
                Some(expires) => finding.and(expires.span, "holds whom it was given for so long"),
                None => finding.and(destination.name.span, "the destination"),
            };
            let held = takes.map(|takes| compared((removal.terms(), takes), ("the promise", most)));
            let finding = finding.reckoned(removal.steps().into_iter().chain(held));
            let help = match removal.removes() {
                true => "refresh more often, or declare a shorter `lag`",
                false => "use a destination that `removes members`, or one that `expires` sooner",
            };
            Some(self.cited(finding).help(self.help(help)))
        });
        slow.collect()
    }
}

/// Counts comparisons, row conditions and references.
#[derive(Default)]
struct Counter {
    seen: u64,
    /// What stands there again for each further stretch of time that one condition asks about.
    again: u64,
    /// Conditions about visits: each is written out for every source.
    visits: BTreeSet<Span>,
}

impl Counter {
    /// What is asked of visits counts once, and how they are found does not.
    fn visits(&mut self, rows: &Rows, begins: &[Cond], asked: &[Cond]) {
        let mut unwritten = Counter::default();
        begins.iter().for_each(|part| walk::cond(part, &mut unwritten));
        if !self.visits.insert(rows.span) {
            asked.iter().for_each(|part| walk::cond(part, &mut unwritten));
        }
        self.again += unwritten.written();
    }

    fn written(&self) -> u64 {
        self.seen.saturating_sub(self.again)
    }

    /// What a referenced segment adds: its conditions, not what it delivers.
    fn conditions(&mut self, segment: &Segment) {
        segment.condition.iter().chain(&segment.except).for_each(|part| walk::cond(part, self));
    }
}

impl Visitor for Counter {
    fn rows(&mut self, rows: &Rows) {
        if let Some((begins, asked)) = rows.begin_visits() {
            self.visits(rows, begins, asked);
        }
    }

    fn cond(&mut self, cond: &Cond) {
        match &cond.kind {
            CondKind::Count { rows, .. } if rows.begin_visits().is_some() && self.visits.contains(&rows.span) => {}
            CondKind::Compare { .. }
            | CondKind::OneOf { .. }
            | CondKind::Has { .. }
            | CondKind::Between { .. }
            | CondKind::Within { .. }
            | CondKind::Around { .. }
            | CondKind::Text { .. }
            | CondKind::Truth(_)
            | CondKind::Missing(_)
            | CondKind::Sample(_)
            | CondKind::Count { .. }
            | CondKind::InList { .. }
            | CondKind::InSegment { .. } => self.seen += 1,
            CondKind::Everyone
            | CondKind::And(_)
            | CondKind::Or(_)
            | CondKind::AtLeastOf { word: OfWord::Listed, .. }
            | CondKind::Not(_)
            | CondKind::Defined { .. }
            | CondKind::Error => {}
            CondKind::AtLeastOf { of, word: OfWord::FullUnits(_) | OfWord::Periods(_), .. } => {
                let mut again = Counter::default();
                of.iter().skip(1).for_each(|part| walk::cond(part, &mut again));
                self.again += again.written();
            }
        }
    }
}
