//! Which counts may be shown exactly, so that nobody subtracts one from another and learns what is hidden.
//!
//! Whoever reads a table knows that a count is what is below it and everybody who was removed in between. A count is therefore
//! shown exactly only where every number that is hidden could still be anything under the minimum N: the people who are
//! hidden together are at least N, and where all of them are told apart, each may still be nobody or N − 1. Other counts are a
//! range. The last count comes first, then the first, then those between, upwards.

use segma::faults::{Fault, on};

use super::waterfall::{Kind, Line};

/// A count as it may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// As it is.
    Exactly(u64),
    /// Under a number, which is the minimum or more, zero included.
    FewerThan(u64),
    /// From one number up to, but without, another.
    Between(u64, u64),
}

/// What may be shown of each line, in their order.
pub fn shown(lines: &[Line], minimum: u64) -> Vec<Shown> {
    let minimum = if on(Fault::F31) { 0 } else { minimum };
    let plain: Vec<Shown> = lines.iter().map(|line| plainly(line.people, minimum)).collect();
    match lines.first() {
        Some(first) if minimum > 1 => Walk::new(lines, first.people, minimum).up(plain),
        Some(_) | None => plain,
    }
}

/// From the last count upwards.
struct Walk<'l> {
    lines: &'l [Line],
    first: u64,
    minimum: u64,
    /// From the nearest count below that is exact.
    below: Gap,
    /// Whether every count still to come is a range but the first, which is one, too, where its `end` is said.
    closed: Option<Option<u64>>,
}

impl<'l> Walk<'l> {
    fn new(lines: &'l [Line], first: u64, minimum: u64) -> Self {
        Self { lines, first, minimum, below: Gap::default(), closed: None }
    }

    fn up(mut self, mut out: Vec<Shown>) -> Vec<Shown> {
        for (at, (line, place)) in self.lines.iter().zip(&mut out).enumerate().rev() {
            match line.kind {
                Kind::Removed | Kind::Untold => self.below.pass(line, self.minimum),
                Kind::Left if at + 1 == self.lines.len() => self.last(at, line.people),
                Kind::Left => *place = self.left(at, line.people),
            }
        }
        out
    }

    fn last(&mut self, at: usize, people: u64) {
        self.below = Gap::of(people, self.minimum);
        let mut whole = Gap::between(self.lines, at, self.minimum);
        whole.pass(&Line::removed("", people), self.minimum);
        let lost = self.first.saturating_sub(whole.shown);
        if at > 0 && whole.hides_something() && lost < many(self.lines, self.minimum) {
            let enough = whole.enough(self.minimum);
            self.closed = Some((lost < enough).then_some(enough));
        }
    }

    fn left(&mut self, at: usize, people: u64) -> Shown {
        let above = Gap::between(self.lines, at, self.minimum);
        match (at, self.closed) {
            (_, Some(Some(end))) => range(self.below.shown, self.below.shown + end),
            (0, _) => Shown::Exactly(people),
            (_, Some(None)) => range(self.below.shown, self.first.saturating_sub(above.shown) + 1),
            (_, None) => self.open(at, people, &above),
        }
    }

    /// A count above and below which enough people are lost, or else a range.
    fn open(&mut self, at: usize, people: u64, above: &Gap) -> Shown {
        if !self.below.hides(people, self.minimum) {
            let shown = self.below.range(self.minimum);
            self.below.settle(self.minimum);
            return shown;
        }
        let lost = self.first.saturating_sub(people);
        let hides = above.hides(lost, self.minimum);
        if !hides && !above.untold {
            return above.range_under(self.first, self.minimum);
        }
        let slice = self.lines.get(..=at).unwrap_or(self.lines);
        if above.untold && lost.saturating_sub(above.shown) < many(slice, self.minimum) {
            self.closed = Some(None);
        }
        if hides {
            self.below = Gap::of(people, self.minimum);
            return Shown::Exactly(people);
        }
        let end = self.first.saturating_sub(above.shown) + 1;
        self.below = Gap { shown: end.saturating_sub(above.enough(self.minimum)), ..Gap::default() };
        range(self.below.shown, end)
    }
}

/// How many must be lost on the way so that no count on it can be hidden for its distance from both of its ends.
fn many(lines: &[Line], minimum: u64) -> u64 {
    let mut gap = Gap::default();
    let mut end = minimum;
    for (at, line) in lines.iter().enumerate().skip(1).rev() {
        match line.kind {
            Kind::Removed | Kind::Untold => gap.pass(line, minimum),
            Kind::Left if at + 1 == lines.len() => gap = Gap::of(line.people, minimum),
            Kind::Left => {
                end = gap.end(minimum).max(minimum);
                gap.settle(minimum);
            }
        }
    }
    Gap::of_guard(lines, minimum).hidden.iter().sum::<u64>().max(minimum) + end
}

/// A range; one from nobody on is no more than its end.
fn range(start: u64, end: u64) -> Shown {
    if start == 0 { Shown::FewerThan(end) } else { Shown::Between(start, end) }
}

fn plainly(people: u64, minimum: u64) -> Shown {
    if people < minimum { Shown::FewerThan(minimum) } else { Shown::Exactly(people) }
}

/// What a reader knows of the people between two counts.
#[derive(Debug, Default)]
struct Gap {
    /// What is shown: the count below, and what was removed since.
    shown: u64,
    /// The most that each hidden number can be.
    hidden: Vec<u64>,
    /// Whether people may be missing who are in no number at all.
    untold: bool,
}

impl Gap {
    /// A count, which is shown or one of the hidden ones.
    fn of(people: u64, minimum: u64) -> Self {
        let mut gap = Self::default();
        gap.pass(&Line::removed("", people), minimum);
        gap
    }

    /// The parts before the second count.
    fn of_guard(lines: &[Line], minimum: u64) -> Self {
        let next = lines.iter().skip(1).position(|line| line.kind == Kind::Left).map_or(0, |at| at + 1);
        Self::between(lines, next, minimum)
    }

    /// The lines between the first count and another.
    fn between(lines: &[Line], below: usize, minimum: u64) -> Self {
        let mut gap = Self::default();
        lines.iter().take(below).skip(1).for_each(|line| gap.pass(line, minimum));
        gap
    }

    fn pass(&mut self, line: &Line, minimum: u64) {
        match line.kind {
            Kind::Left => {}
            Kind::Untold => self.untold = true,
            Kind::Removed if line.people < minimum => self.hidden.push(minimum - 1),
            Kind::Removed => self.shown += line.people,
        }
    }

    fn hides_something(&self) -> bool {
        self.untold || !self.hidden.is_empty()
    }

    /// How many people are enough to hide in.
    fn enough(&self, minimum: u64) -> u64 {
        self.hidden.iter().map(|most| most + 1).max().unwrap_or(0).max(minimum)
    }

    /// Whether an exact count above leaves everything that is hidden hidden.
    fn hides(&self, people: u64, minimum: u64) -> bool {
        let together = people.saturating_sub(self.shown);
        if self.untold {
            return together >= self.enough(minimum);
        }
        let most: u64 = self.hidden.iter().sum();
        let largest = self.hidden.iter().max().copied().unwrap_or(0);
        !self.hides_something() || (self.enough(minimum)..=most.saturating_sub(largest)).contains(&together)
    }

    /// One more than the most people who can be hidden where they are not enough to hide in.
    fn end(&self, minimum: u64) -> u64 {
        if self.untold { self.enough(minimum) } else { self.hidden.iter().sum::<u64>() + 1 }
    }

    fn range(&self, minimum: u64) -> Shown {
        range(self.shown, self.shown + self.end(minimum))
    }

    /// What a count must be for those removed since a count above it.
    fn range_under(&self, above: u64, minimum: u64) -> Shown {
        let end = above.saturating_sub(self.shown) + 1;
        range(end.saturating_sub(self.end(minimum)), end)
    }

    /// From a range upwards, what is hidden below it is one hidden number.
    fn settle(&mut self, minimum: u64) {
        let most = self.end(minimum) - 1;
        *self = Self { shown: self.shown, hidden: vec![most], untold: false };
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    const N: u64 = 3;

    /// Two parts of a guard, an unknown, a control group; people who are not wanted, the cap, and who is left.
    fn lines(parts: &[u64; 7]) -> Vec<Line> {
        let [said_no, minor, unknown, held, unwanted, capped, last] = *parts;
        vec![
            Line::left("in scope", parts.iter().sum()),
            Line::removed("said no", said_no),
            Line::removed("is or may be a minor", minor),
            Line::left("after the guard", last + held + capped + unknown + unwanted),
            Line::removed("cannot be told", unknown),
            Line::untold(unwanted),
            Line::left("after the condition", last + held + capped),
            Line::untold(capped),
            Line::left("after the cap", last + held),
            Line::removed("held out", held),
            Line::left("without those held out", last),
        ]
    }

    /// How many may be in each part: from N on they are shown; in the rest so many that nothing looks like an end.
    const MOST: [u64; 7] = [3, 3, 3, 3, MANY, MANY, 4];
    const MANY: u64 = 9;

    fn every() -> impl Iterator<Item = [u64; 7]> {
        let all: u64 = MOST.iter().map(|most| most + 1).product();
        (0..all).map(|mut n| {
            MOST.map(|most| {
                let part = n % (most + 1);
                n /= most + 1;
                part
            })
        })
    }

    fn seen(lines: &[Line]) -> Vec<Shown> {
        let all = lines.iter().zip(shown(lines, N));
        all.filter(|(line, _)| line.kind != Kind::Untold).map(|(_, shown)| shown).collect()
    }

    #[test]
    fn whatever_is_shown_no_hidden_number_can_be_told() {
        let mut worlds: BTreeMap<Vec<Shown>, Vec<[u64; 7]>> = BTreeMap::new();
        for parts in every() {
            worlds.entry(seen(&lines(&parts))).or_default().push(parts);
        }
        for (said, worlds) in worlds {
            if worlds.iter().any(|world| world[4] == MANY || world[5] == MANY) {
                continue;
            }
            for part in [0, 1, 2, 3, 6] {
                let possible: BTreeSet<u64> = worlds.iter().map(|world| world[part]).collect();
                let hidden = possible.iter().all(|people| *people < N);
                assert!(!hidden || possible.len() as u64 == N, "{said:?}: part {part} is one of {possible:?}");
            }
        }
    }

    #[test]
    fn what_is_shown_is_true() {
        for parts in every().step_by(7) {
            let lines = lines(&parts);
            let shown = shown(&lines, N);
            for (line, shown) in lines.iter().zip(&shown) {
                let holds = match *shown {
                    Shown::Exactly(people) => people == line.people && people >= N,
                    Shown::FewerThan(end) => line.people < end,
                    Shown::Between(start, end) => (start..end).contains(&line.people),
                };
                assert!(holds || line.kind == Kind::Untold, "{lines:?} {shown:?}");
            }
        }
    }

    #[test]
    fn the_cap_and_the_control_group_cannot_be_subtracted() {
        let lines = |after: u64, cap: u64| {
            let held = Line::removed("held out", cap - 8);
            let (first, unwanted) = (Line::left("in scope", 60), Line::untold(60 - after));
            let (left, capped) = (Line::left("after", after), Line::untold(after - cap));
            [first, unwanted, left, capped, Line::left("cap", cap), held, Line::left("last", 8)]
        };
        for (after, cap) in [(8, 8), (9, 8), (10, 9), (12, 8)] {
            let counts = shown(&lines(after, cap), 5);
            assert_eq!(counts[4], Shown::Between(8, 13));
            assert_eq!(counts[2], Shown::Between(8, 13), "{after} {cap}");
            assert_eq!(counts[0], Shown::Exactly(60));
        }
        assert_eq!(shown(&lines(20, 8), 5)[2], Shown::Exactly(20));
        assert_eq!(shown(&lines(13, 13), 5)[4], Shown::Exactly(13), "what is shown need not be hidden");
    }

    #[test]
    fn without_a_minimum_everything_is_shown() {
        for minimum in [0, 1] {
            let all = shown(&lines(&[1, 1, 1, 1, 1, 1, 1]), minimum);
            assert!(all.iter().all(|count| matches!(count, Shown::Exactly(_))));
        }
    }
}
