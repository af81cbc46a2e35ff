//! What says that an answer is wrong, apart from the tests that ask, so that it can be made faulty itself: wrong answers are planted, and
//! whoever overlooks them is noticed. A harness that is always content would otherwise look like a compiler without faults.

use std::collections::BTreeSet;

use super::cases;
use super::catalog::Whom;
use super::databases;
use super::permit::Permit;
use super::relations::Holds;
use crate::common::chance::Chance;
use crate::common::worlds::World;

type People = BTreeSet<String>;

/// What is held against each answer.
pub struct Judge {
    /// Whether somebody is there who must not be.
    pub more: fn(&People, &People) -> bool,
    /// Whether somebody is missing.
    pub less: fn(&People, &People) -> bool,
    /// Why somebody may not be reached.
    pub refuses: fn(&Permit<'_>, &str) -> Option<String>,
    /// Whether a relation holds between what was before and what is after.
    pub holds: fn(Holds, &People, &People) -> bool,
}

/// As the tests judge.
pub const HONEST: Judge = Judge {
    more: |found, expected| !found.is_subset(expected),
    less: |found, expected| !expected.is_subset(found),
    refuses: |permit, key| permit.nobody().or(permit.refuses(key).map(str::to_owned)),
    holds: |holds, before, after| holds.holds(before, after),
};

/// What is wrong with the share of people who are kept out by the guard alone, of those who are wanted: without them nothing shows whether
/// the guard is asked, without others nothing shows whether anything else is.
pub fn share(wanted: usize, alone: usize) -> Option<String> {
    let percent = 100 * alone / wanted.max(1);
    let fits = wanted > 200 && (35..=65).contains(&percent);
    (!fits).then(|| format!("{alone} of {wanted} are kept out by the guard alone, {percent} %"))
}

/// What becomes of a database before it is asked.
pub type Generator = fn(&mut World);

/// A generator that writes no denials.
pub fn without_denials(world: &mut World) {
    for table in ["privacy.consent", "privacy.flags", "privacy.choices", "privacy.gpc"] {
        let Some(written) = world.tables.get_mut(table) else { continue };
        for (column, granted) in
            [("state", "yes"), ("choice", "yes"), ("mail", "1"), ("no_ads", "false"), ("status", "off")]
        {
            let Some(at) = written.columns.iter().position(|known| known == column) else { continue };
            written.rows.iter_mut().filter(|row| row[at].is_some()).for_each(|row| row[at] = Some(granted.to_owned()));
        }
    }
}

/// What a judge overlooks, and what the dashboard says against a generator: nothing, where both are as they should be. Planted are people
/// whom the guard alone keeps out, and members that are lost. Also gives how many mistakes were planted.
pub fn overlooked(judge: &Judge, generator: Generator) -> (BTreeSet<String>, usize) {
    let (mut complaints, mut planted) = (BTreeSet::new(), 0);
    let (mut wanted, mut alone) = (0, 0);
    for case in cases::stream(3, 3, 30) {
        let mut world = databases::invent(&case, 40, true, &mut Chance::new(case.seed));
        generator(&mut world);
        let found = case.by_run(&world);
        for segment in case.segments.iter().filter(|segment| segment.of == Whom::Person) {
            let (right, kept_out) = (&found[&segment.name], case.kept_out(&world, &segment.name));
            let expected = case.by_reference(&world, &segment.name);
            wanted += expected.len() + kept_out.len();
            alone += kept_out.len();
            let permit = Permit::new(&case.catalog, segment, &world);
            let mut must = |noticed: bool, what: &str| {
                planted += 1;
                complaints.extend((!noticed).then(|| what.to_owned()));
            };
            let says = |found: &People| (judge.more)(found, &expected) || (judge.less)(found, &expected);
            must(!says(right), "a right answer is called wrong");
            must(right.iter().all(|key| (judge.refuses)(&permit, key).is_none()), "a right member is refused");
            if let Some(key) = kept_out.iter().next() {
                let wrong: People = right.iter().chain([key]).cloned().collect();
                must((judge.more)(&wrong, &expected), "somebody who is too many is not noticed");
                must(
                    (judge.refuses)(&permit, key).is_some(),
                    "the second specification lets somebody pass whom the guard keeps out",
                );
                for holds in [Holds::Same, Holds::NobodyMore, Holds::Nobody] {
                    must(!(judge.holds)(holds, right, &wrong), "a relation holds although somebody came");
                }
            }
            if let Some(key) = right.iter().next() {
                let wrong: People = right.iter().filter(|other| *other != key).cloned().collect();
                must((judge.less)(&wrong, &expected), "somebody who is missing is not noticed");
                for holds in [Holds::Same, Holds::NobodyLess] {
                    must(!(judge.holds)(holds, right, &wrong), "a relation holds although somebody went");
                }
            }
        }
    }
    complaints.extend(share(wanted, alone));
    (complaints, planted)
}
