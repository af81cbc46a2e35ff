//! Evidence about rows: invented catalogs, programs and databases, held against each other, against a second specification of the guard and
//! against what must follow whatever the data. Every test leaves its figures in `target/evidence`.

#[expect(dead_code, reason = "other test files use the rest")]
mod common;
mod generators;

use std::collections::BTreeSet;

use common::chance::Chance;
use common::engines::Engines;
use generators::cases;
use generators::figures::Figure;
use generators::permit::Permit;
use generators::refused::{At, MUTATIONS};
use generators::tree::{Pairs, Side};
use generators::{changes, databases, engines, judge, placements, relations, rewrites, seed, sessions, shrink};
use segma::emit::rules;
use serde_json::json;

/// Every invented catalog is one that the front end takes.
#[test]
fn invented_catalogs_are_accepted() {
    let mut figure = Figure::default();
    let mut wrong = BTreeSet::new();
    for seed in seed(0)..seed(0) + generators::cases(150) {
        let errors = cases::errors(&generators::catalog::invent(&mut Chance::new(seed)).declared());
        figure.case(!errors.is_empty(), true);
        wrong.extend(errors.into_iter().map(|(_, message)| message));
    }
    figure.write("accepted catalogs", &format!("{}..+{}", seed(0), generators::cases(150)), json!(wrong));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Type-directed programs are accepted, and every construct stands in many others on both sides.
#[test]
fn invented_programs_are_accepted() {
    let (mut made, mut kept) = (0, 0);
    let mut pairs = Pairs::new();
    let mut refusals: Vec<String> = Vec::new();
    for case in cases::stream(1, 24, 25) {
        made += case.segments.len() + case.refused.len();
        kept += case.segments.len();
        case.segments.iter().for_each(|segment| segment.tree.pairs(Side::Keeps, &mut pairs));
        refusals.extend(case.refused.iter().map(|(segment, message)| format!("{message}\n{}", segment.print())));
    }
    let share = 100.0 * kept as f64 / made as f64;
    let kinds: BTreeSet<&str> = pairs.keys().flat_map(|(outer, inner, _)| [*outer, *inner]).collect();
    let conditions: BTreeSet<&str> = pairs.keys().map(|(outer, _, _)| *outer).collect();
    let possible = conditions.len() * kinds.len() * 2;
    let sided = pairs.keys().filter(|(_, _, side)| *side != Side::Both).count();
    for refusal in refusals.iter().take(12) {
        println!("{refusal}");
    }
    let figure = Figure { n: made, failures: made - kept, nonvacuous: kept };
    let seeds = format!("{}..+{}", seed(1), generators::cases(24));
    let detail = json!({ "accepted_percent": share, "kinds": kinds.len(), "pairs_with_side": sided, "of_all_pairs": possible,
        "pairs_on_both_sides_at_once": pairs.len() - sided });
    figure.write("accepted programs", &seeds, detail);
    assert!(share >= 95.0, "only {share:.1} % of {made} are accepted");
}

/// The reference and the embedded engine agree on every invented program over every invented database.
#[test]
fn the_reference_and_the_embedded_engine_agree() {
    let (mut figure, mut placed) = (Figure::default(), Figure::default());
    let (mut extra, mut missing, mut members) = (0, 0, 0);
    let mut wrong = Vec::new();
    for case in cases::stream(2, 16, 12) {
        let mut chance = Chance::new(case.seed);
        for pivots in [false, true] {
            let world = databases::invent(&case, if pivots { 20 } else { 8 }, pivots, &mut chance);
            let by_run = case.by_run(&world);
            for (name, run) in &by_run {
                let expected = case.by_reference(&world, name);
                members += expected.len();
                extra += run.difference(&expected).count();
                missing += expected.difference(run).count();
                figure.case(*run != expected, !expected.is_empty() || !run.is_empty());
                if *run != expected && wrong.len() < 4 {
                    wrong.push(shrink::reproduce(&case, name, &world, &mut |plan, model, name, world| {
                        cases::by_run(plan, world)[name] != cases::by_reference(model, name, world)
                    }));
                }
            }
            for plan in &case.plan.placements {
                let expected = placements::by_reference(&case, &plan.name, &world);
                let shown = placements::by_run(plan, &world);
                placed.case(shown != expected, !expected.is_empty() || !shown.is_empty());
                if shown != expected && wrong.len() < 4 {
                    let why = format!("{} shows {shown:?}, by the reference {expected:?}", plan.name);
                    wrong.push(shrink::unshrunk(&case, &plan.name, &world, &why));
                }
            }
        }
    }
    let seeds = format!("{}..+{}", seed(2), generators::cases(16));
    placed.write("reference and embedded engine, placements", &seeds, json!({}));
    figure.write(
        "reference and embedded engine",
        &seeds,
        json!({ "extra": extra, "missing": missing, "members": members }),
    );
    let failures = figure.failures + placed.failures;
    assert!(failures == 0, "{failures} of {} differ:\n{}", figure.n + placed.n, wrong.join("\n"));
    assert!(placed.nonvacuous > 5, "only {} placements show anything", placed.nonvacuous);
}

/// Sessions that must make no difference, turned by chance.
fn settings(engine: &str, chance: &mut Chance) -> Vec<&'static str> {
    let all: &[&str] = match engine {
        "postgres" => &[
            "SET timezone = 'America/New_York'",
            "SET datestyle = 'SQL, DMY'",
            "SET intervalstyle = 'iso_8601'",
            "SET enable_hashjoin = off",
            "SET enable_mergejoin = off",
            "SET enable_nestloop = off",
            "SET jit = off",
            "SET standard_conforming_strings = off",
        ],
        _ => &[
            "SET TimeZone = 'America/New_York'",
            "PRAGMA disable_optimizer",
            "SET default_null_order = 'nulls_first'",
            "SET threads = 1",
        ],
    };
    all.iter().copied().filter(|_| chance.percent(50)).collect()
}

/// What may not be read changes nothing (S2), whether it is scrambled, doubled or deleted: gives what it changed all the same. A case
/// could have failed where the same rows, such as may be read, would have changed the answer.
fn interferes(
    running: &mut Engines,
    engine: &'static str,
    (case, world): (&cases::Case, &common::worlds::World),
    (found, shown): (&cases::Members, &std::collections::BTreeMap<String, placements::Shown>),
    chance: &mut Chance,
    figure: &mut Figure,
) -> Vec<String> {
    let hidden = changes::unreadable(case, world, chance);
    let (own, twin) = (case.by_run(world), case.by_run(&hidden.twins[0]));
    let of = (&case.catalog, &case.model);
    let (without, elsewhere) = match engines::answers(running, engine, of, &case.plan, &hidden.after, &[]) {
        None => return Vec::new(),
        Some(Ok(answers)) => answers,
        // An engine that fails over what may not be read lets it be felt.
        Some(Err(error)) => {
            figure.case(true, true);
            return vec![format!("seed {}: fails over what may not be read: {error}", case.seed)];
        }
    };
    let mut failed = Vec::new();
    for plan in &case.plan.placements {
        let Some(shown) = shown.get(&plan.name) else { continue };
        let same = elsewhere.get(&plan.name) == Some(shown);
        figure.case(!same, placements::by_run(plan, world) != placements::by_run(plan, &hidden.twins[0]));
        failed.extend((!same).then(|| {
            let other = elsewhere.get(&plan.name);
            format!("seed {} {}: what may not be read changes {shown:?} to {other:?}", case.seed, plan.name)
        }));
    }
    for (name, found) in found {
        let same = without.get(name) == Some(found);
        figure.case(!same, own[name] != twin[name]);
        if !same && failed.len() < 6 {
            let more = cases::told(&case.model, &case.plan, name, &hidden.after);
            let other = without.get(name);
            failed.push(format!(
                "seed {} {name}: what may not be read changes {found:?} to {other:?}\n{more}",
                case.seed
            ));
        }
    }
    failed
}

/// An engine against the reference: nobody more (S3a), nobody less (S3b), and whoever leaves may be reached (S1).
fn agrees(engine: &'static str, stream: u64, usually: u64) {
    let Some(mut running) = Engines::start() else { return };
    let (mut more, mut less, mut permit) = (Figure::default(), Figure::default(), Figure::default());
    let mut interference = Figure::default();
    let (mut wrong, mut failed) = (Vec::new(), Vec::new());
    let (mut matched, mut alone, mut unheld, mut placed, mut computed, mut asked) = (0, 0, 0, 0, 0, 0);
    for case in cases::stream(stream, usually, 40) {
        asked += 1;
        let mut chance = Chance::new(case.seed);
        let pivots = chance.percent(70);
        let world = databases::invent(&case, 40, pivots, &mut chance);
        let set = settings(engine, &mut chance);
        let of = (&case.catalog, &case.model);
        let (found, shown) = match engines::answers(&mut running, engine, of, &case.plan, &world, &set) {
            None => {
                unheld += 1;
                continue;
            }
            Some(Err(error)) => {
                failed.push(format!("seed {}: {error}", case.seed));
                continue;
            }
            Some(Ok(found)) => found,
        };
        failed.extend(interferes(
            &mut running,
            engine,
            (&case, &world),
            (&found, &shown),
            &mut chance,
            &mut interference,
        ));
        computed += case.catalog.queries().count();
        for (name, shown) in shown {
            let expected = placements::by_reference(&case, &name, &world);
            let vacuous = expected.is_empty() && shown.is_empty();
            let placement = case.placements.iter().find(|placement| placement.name == name).unwrap();
            let pairs = |shown: &placements::Shown| shown.clone().into_iter().collect::<BTreeSet<_>>();
            more.case(!pairs(&shown).is_subset(&pairs(&expected)), !vacuous);
            less.case(!pairs(&expected).is_subset(&pairs(&shown)), !vacuous);
            placed += usize::from(!vacuous);
            let mut refused = Vec::new();
            for (key, what) in &shown {
                let segment = case.segment(placement.of(what));
                if segment.of == generators::catalog::Whom::Person {
                    let spec = Permit::new(&case.catalog, segment, &world);
                    refused.extend(spec.nobody().or(spec.refuses(key).map(str::to_owned)).map(|why| (key, why)));
                }
            }
            permit.case(!refused.is_empty(), !vacuous);
            if !refused.is_empty() && failed.len() < 6 {
                failed.push(format!("seed {} {name}: may not be reached: {refused:?}", case.seed));
            }
            if shown != expected && wrong.len() < 3 {
                let why = format!("{engine}: {name} shows {shown:?}, by the reference {expected:?}");
                wrong.push(shrink::unshrunk(&case, &name, &world, &why));
            }
        }
        for (name, found) in found {
            let expected = case.by_reference(&world, &name);
            let (wanted, by_guard) = case.pivots(&world, &name);
            matched += wanted;
            alone += by_guard;
            let vacuous = expected.is_empty() && found.is_empty() && by_guard == 0;
            more.case((judge::HONEST.more)(&found, &expected), !vacuous);
            less.case((judge::HONEST.less)(&found, &expected), !vacuous);
            let segment = case.segment(&name);
            if segment.of == generators::catalog::Whom::Person {
                let spec = Permit::new(&case.catalog, segment, &world);
                let refused = |key: &String| (judge::HONEST.refuses)(&spec, key).map(|why| (key.clone(), why));
                let refused: Vec<_> = found.iter().filter_map(refused).collect();
                permit.case(!refused.is_empty(), !vacuous);
                if !refused.is_empty() && failed.len() < 6 {
                    failed.push(format!("seed {} {name}: may not be reached: {refused:?}", case.seed));
                }
            }
            if found != expected && wrong.len() < 3 {
                // Somebody more is another mistake than somebody less.
                let is_more = !found.is_subset(&expected);
                let mut disagree = |plan: &segma::plan::Plan,
                                    model: &segma::model::Model,
                                    name: &str,
                                    world: &common::worlds::World| {
                    let alone = plan.segments.iter().filter(|plan| plan.about.name == name).cloned().collect();
                    let alone = segma::plan::Plan { segments: alone, ..plan.clone() };
                    match engines::members(&mut running, engine, (&case.catalog, model), &alone, world, &[]) {
                        Some(Ok(found)) => {
                            let expected = cases::by_reference(model, name, world);
                            let differs = |found: &BTreeSet<String>| match is_more {
                                true => !found.is_subset(&expected),
                                false => *found != expected,
                            };
                            found.get(name).is_some_and(differs)
                        }
                        Some(Err(_)) | None => false,
                    }
                };
                wrong.push(format!(
                    "{engine} has {found:?}, the reference {expected:?}\n{}",
                    shrink::reproduce(&case, &name, &world, &mut disagree)
                ));
            }
        }
    }
    let seeds = format!("{}..+{}", seed(stream), generators::cases(usually));
    let detail = json!({ "engine": engine, "wanted_people": matched, "of_them_excluded_by_the_guard_alone": alone,
        "databases_that_typed_columns_cannot_hold": unheld, "placements_that_show_something": placed, "tables_that_queries_compute": computed });
    more.write(&format!("S3a nobody more, {engine}"), &seeds, detail.clone());
    less.write(&format!("S3b nobody missing, {engine}"), &seeds, detail.clone());
    permit.write(&format!("S1 permitted, {engine}"), &seeds, detail.clone());
    interference.write(&format!("S2 noninterference, {engine}"), &seeds, detail);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(2 * unheld <= asked, "{engine} can hold the rows of {} of {asked} databases only", asked - unheld);
    for (what, figure, least) in [("S1", &permit, 40), ("S2", &interference, 20), ("S3", &more, 40)] {
        assert!(figure.n > 60 && figure.nonvacuous > least, "{what}: {figure:?} are too few cases");
    }
    assert_eq!(judge::share(matched, alone), None);
    assert!(
        more.failures + less.failures == 0,
        "{} and {} of {} differ:\n{}",
        more.failures,
        less.failures,
        more.n,
        wrong.join("\n")
    );
}

#[test]
fn duckdb_agrees_on_invented_programs() {
    agrees("duckdb", 3, 3);
}

#[test]
fn postgres_agrees_on_invented_programs() {
    agrees("postgres", 4, 3);
}

/// Tables that queries compute: whoever reads the rows in memory finds whom an engine finds that has to compute them.
fn computes(engine: &'static str, stream: u64, usually: u64) {
    let Some(mut running) = Engines::start() else { return };
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(stream, usually, 14).filter(|case| case.catalog.queries().count() > 0) {
        let mut chance = Chance::new(case.seed);
        let reads = |plan: &&segma::plan::SegmentPlan| {
            let names = |table: &segma::plan::Table| case.catalog.queries().any(|(name, _)| *name == table.name);
            plan.tables.iter().any(names)
        };
        let segments = case.plan.segments.iter().filter(reads).take(5).cloned().collect();
        let plan = segma::plan::Plan { segments, placements: Vec::new(), ..case.plan.clone() };
        let world = databases::invent(&case, 24, true, &mut chance);
        let of = (&case.catalog, &case.model);
        let Some(found) = engines::members(&mut running, engine, of, &plan, &world, &settings(engine, &mut chance))
        else {
            continue;
        };
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                figure.case(true, true);
                wrong.push(shrink::unshrunk(&case, "refused", &world, &error));
                continue;
            }
        };
        for (name, found) in found {
            let expected = case.by_reference(&world, &name);
            figure.case(found != expected, !expected.is_empty() || !found.is_empty());
            if found != expected && wrong.len() < 3 {
                let why = format!("{engine} has {found:?}, the reference {expected:?}");
                wrong.push(shrink::unshrunk(&case, &name, &world, &why));
            }
        }
    }
    let seeds = format!("{}..+{}", seed(stream), generators::cases(usually));
    figure.write(&format!("S3 tables that queries compute, {engine}"), &seeds, json!({}));
    assert!(figure.nonvacuous > 3 && wrong.is_empty(), "{} cases\n{}", figure.n, wrong.join("\n"));
}

#[test]
fn duckdb_computes_invented_queries() {
    computes("duckdb", 11, 14);
}

#[test]
fn postgres_computes_invented_queries() {
    computes("postgres", 12, 6);
}

/// A single edit makes an accepted program one that is refused, with the code that its fault has; what is just acceptable still is.
#[test]
fn just_unacceptable_programs_are_refused_with_their_code() {
    let mut figure = Figure::default();
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    let mut wrong = Vec::new();
    for case in cases::stream(5, 16, 8) {
        let mut chance = Chance::new(case.seed);
        for mutation in MUTATIONS {
            let segment = &case.segments[chance.below(case.segments.len())];
            let mut at = At { case: &case, segment, chance: &mut chance };
            let Some(text) = (mutation.edit)(&mut at) else { continue };
            let errors = cases::errors(&text);
            let refused = errors.iter().any(|(_, message)| mutation.codes.iter().any(|code| message.starts_with(code)));
            figure.case(!refused, true);
            *counts.entry(mutation.name).or_default() += 1;
            if !refused {
                wrong.push(format!("seed {}, {}, {}: {errors:?}", case.seed, mutation.name, segment.print()));
            }
        }
        let mut at = At { case: &case, segment: &case.segments[0], chance: &mut chance };
        if let Some(text) = at.long(370) {
            let errors = cases::errors(&text);
            assert!(errors.is_empty(), "370 of 400 days less 30 are refused: {errors:?}");
        }
    }
    let never: Vec<&str> =
        MUTATIONS.iter().map(|mutation| mutation.name).filter(|name| !counts.contains_key(name)).collect();
    figure.write(
        "refused as expected",
        &format!("{}..+{}", seed(5), generators::cases(16)),
        json!({ "edits": counts, "never_made": never }),
    );
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        figure.n,
        wrong.iter().take(12).cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(never.len() <= 3, "never made: {never:?}");
}

/// Relations over changed databases.
mod changed_databases {
    use super::generators::changes;
    use super::generators::instants::{moved_grant, years_later};
    use super::generators::programs::Segment;
    use super::generators::relations::{self, Changed, Holds, Now};

    fn no_excuse(_: &Segment) -> bool {
        false
    }

    /// With ranks somebody else may move up.
    fn ranks(segment: &Segment) -> bool {
        segment.ranks()
    }

    /// What is asked about absence itself, or leaves it out.
    fn asks_absence(segment: &Segment) -> bool {
        let text = segment.print();
        segment.ranks() || ["is missing", "is known", "ignoring missing"].iter().any(|words| text.contains(words))
    }

    /// What may read the cells that serve nothing else.
    fn serves(segment: &Segment) -> bool {
        segment.purpose.starts_with("service")
    }

    /// Days that the program names stay where they are.
    fn names_days(segment: &Segment) -> bool {
        segment.print().contains("20")
    }

    macro_rules! relations {
        ($($test:ident $name:literal $holds:ident $excused:ident $change:expr;)*) => { $(
            #[test]
            fn $test() {
                relations::databases($name, Holds::$holds, $excused, $change as fn(&mut Now<'_>) -> Option<Changed>);
            }
        )* };
    }

    relations! {
        mr02_a_denial_adds_nobody "MR2 a denial" NobodyMore ranks changes::add_denial;
        mr03_taking_a_grant_away_adds_nobody "MR3 a grant less" NobodyMore ranks changes::remove_grant;
        mr04_a_grant_of_another_purpose_changes_nothing "MR4 a grant of another purpose" Same no_excuse changes::grant_another;
        mr06_a_later_denial_adds_nobody "MR6 a denial is later" NobodyMore ranks changes::later_denial;
        mr07_order_and_copies_of_control_rows_change_nothing "MR7 control rows shuffled" Same no_excuse changes::shuffle_control;
        mr08_an_empty_control_cell_adds_nobody "MR8 a control cell less" NobodyMore ranks changes::blank_control;
        mr09_a_grant_again_lets_nobody_else_in "MR9 a later grant" NobodyLess ranks changes::grant_again;
        mr10_an_empty_ledger_lets_nobody_leave "MR10 an empty ledger" Nobody no_excuse changes::empty_ledger;
        mr11_merged_people_add_nobody "MR11 merged people" NobodyMore ranks changes::merge;
        mr14_rows_that_may_not_be_read_change_nothing "MR14 rows that may not be read" Same no_excuse changes::unreadable_rows;
        mr15_rows_past_retention_change_nothing "MR15 expired rows deleted" Same no_excuse changes::expire;
        mr18_an_empty_data_cell_adds_nobody "MR18 a data cell less" NobodyMore asks_absence changes::blank_data;
        mr19_whoever_may_not_be_reached_fills_no_minimum "MR19 strangers who may not be reached" Same no_excuse changes::unreachable;
        mr21_strangers_take_nobody_out "MR21 strangers" NobodyLess ranks changes::strangers;
        mr22_versions_twice_change_nothing "MR22 rows twice" Same no_excuse changes::twice;
        mr30_other_offsets_change_nothing "MR30 other offsets" Same no_excuse changes::other_offsets;
        mr33_rows_not_known_yet_change_nothing "MR33 rows that arrive later" Same no_excuse changes::late_rows;
        mr36_columns_added_and_moved_change_nothing "MR36 other columns" Same no_excuse changes::other_columns;
        mr05_a_grant_a_second_older_or_younger_changes_nothing "MR5 a grant moved" Same no_excuse moved_grant;
        mr13_cells_that_may_not_be_read_change_nothing "MR13 cells that may not be read" Same serves changes::scramble;
        mr29_the_same_many_days_later_changes_nothing "MR29 everything 28 years later" Same names_days years_later;
    }
}

/// Relations over changed programs.
mod changed_programs {
    use super::generators::cases::Case;
    use super::generators::programs::Segment;
    use super::generators::relations::{self, Holds, Rewritten};
    use super::generators::rewrites;

    fn no_excuse(_: &Segment) -> bool {
        false
    }

    /// Whoever was a member remains, whatever is asked.
    fn stays(segment: &Segment) -> bool {
        segment.stays_for().is_some()
    }

    /// Others may refer to it, and what they ask has changed too.
    fn ranks_or_refers(segment: &Segment) -> bool {
        segment.ranks() || segment.print().contains("in segment")
    }

    /// What reaches as far back as may be, or becomes unknown where that is not far enough.
    fn reaches(segment: &Segment) -> bool {
        let text = segment.print();
        ["retained history", " after ", "over 20", "score", "in segment", "in list", "then "]
            .iter()
            .any(|words| text.contains(words))
    }

    fn ranks_refers_or_limits(segment: &Segment) -> bool {
        ranks_or_refers(segment) || segment.print().contains("minimum")
    }

    macro_rules! relations {
        ($($test:ident $name:literal $holds:ident $excused:ident $must:literal $change:ident;)*) => { $(
            #[test]
            fn $test() {
                relations::programs($name, Holds::$holds, $excused, $must, rewrites::$change as fn(&Case) -> Option<Rewritten>);
            }
        )* };
    }

    relations! {
        mr12_stricter_ledgers_add_nobody "MR12 stricter ledgers" NobodyMore ranks_or_refers false stricter;
        mr16_shorter_retention_changes_nothing_or_is_refused "MR16 shorter retention" Same reaches false kept_shorter;
        mr17_unused_purposes_change_nothing "MR17 a purpose less" Same no_excuse false no_analytics;
        mr19_a_larger_minimum_lets_the_same_leave_or_nobody "MR19 a larger minimum" SameOrNobody no_excuse false larger_minimum;
        mr20_below_the_minimum_nobody_leaves "MR20 a minimum of thousands" Nobody no_excuse false large_minimum;
        mr24_double_negation_changes_nothing "MR24 double negation" Same no_excuse false twice_not;
        mr24_de_morgan_changes_nothing "MR24 De Morgan" Same no_excuse false de_morgan;
        mr24_everyone_changes_nothing "MR24 and everyone" Same no_excuse true and_everyone;
        mr24_two_of_two_changes_nothing "MR24 two of two" Same no_excuse true counted;
        mr24_distribution_changes_nothing "MR24 distribution" Same no_excuse true distributed;
        mr24_another_order_changes_nothing "MR24 another order" Same no_excuse true reordered;
        mr25_nobody_is_in_a_condition_and_its_negation "MR25 a condition and its negation" Others stays false negated;
        mr26_a_conjunct_adds_nobody "MR26 a conjunct more" NobodyMore ranks_or_refers true and_more;
        mr26_a_disjunct_takes_nobody_out "MR26 a disjunct more" NobodyLess ranks_refers_or_limits true or_more;
        mr26_an_exception_adds_nobody "MR26 an exception more" NobodyMore ranks_or_refers true except_more;
        mr38_layout_changes_nothing "MR38 another layout" Same no_excuse true other_layout;
    }
}

/// MR1: whoever withdraws leaves, and nobody comes in their place.
#[test]
fn mr01_whoever_withdraws_leaves() {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(6, 4, 12) {
        let mut chance = Chance::new(case.seed);
        let world = databases::invent(&case, 24, true, &mut chance);
        let before = case.by_run(&world);
        let bound = |segment: &&generators::programs::Segment| {
            !segment.purpose.starts_with("service") && !before[&segment.name].is_empty()
        };
        for segment in case.segments.iter().filter(bound) {
            let keys: Vec<String> = before[&segment.name].iter().cloned().collect();
            let key = chance.pick(&keys);
            if segment.of != generators::catalog::Whom::Person {
                continue;
            }
            let after = case.by_run(&databases::denied(&case, &world, &key));
            let stays = after[&segment.name].contains(&key);
            let failed = stays || !segment.ranks() && !after[&segment.name].is_subset(&before[&segment.name]);
            figure.case(failed, true);
            if failed {
                wrong.push(format!(
                    "seed {} {}: {key} withdrew, {:?}",
                    case.seed,
                    segment.print(),
                    after[&segment.name]
                ));
            }
        }
    }
    figure.write("MR1 a withdrawal of a member", &format!("{}..+{}", seed(6), generators::cases(4)), json!({}));
    assert!(figure.n > 10 && wrong.is_empty(), "{} cases\n{}", figure.n, wrong.join("\n"));
}

/// MR23: two worlds beside each other do not touch.
#[test]
fn mr23_a_second_world_changes_nothing_in_the_first() {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(6, 4, 12) {
        let world = databases::invent(&case, 20, true, &mut Chance::new(case.seed));
        let (before, after) = (case.by_run(&world), case.by_run(&changes::doubled(&world)));
        for segment in &case.segments {
            // Samples and control groups are drawn by keys; a minimum counts both worlds.
            if segment.ranks()
                || ["sample", "holdout", "minimum", "in segment", "stay for"]
                    .iter()
                    .any(|word| segment.print().contains(word))
            {
                continue;
            }
            let mut expected = before[&segment.name].clone();
            expected.extend(before[&segment.name].iter().map(|key| changes::renamed(key)));
            let failed = after[&segment.name] != expected;
            figure.case(failed, !expected.is_empty());
            if failed {
                wrong.push(format!(
                    "seed {} {}: {expected:?}, found {:?}",
                    case.seed,
                    segment.print(),
                    after[&segment.name]
                ));
            }
        }
    }
    figure.write("MR23 a second world", &format!("{}..+{}", seed(6), generators::cases(4)), json!({}));
    assert!(figure.n > 10 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// MR34: a rule, written as JSON and read again, selects whom its plan selects, and shows what its placement shows.
#[test]
fn mr34_rules_select_whom_their_plans_select() {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(6, 4, 12) {
        let mut plan = case.plan.clone();
        for segment in &mut plan.segments {
            *segment = rules::read(&rules::write(segment).bytes).unwrap();
        }
        for placement in &mut plan.placements {
            *placement = rules::read_placement(&rules::write_placement(placement).bytes).unwrap();
        }
        let world = databases::invent(&case, 24, true, &mut Chance::new(case.seed));
        let found = cases::by_run(&plan, &world);
        for (name, members) in case.by_run(&world) {
            figure.case(found[&name] != members, !members.is_empty());
            wrong.extend((found[&name] != members).then(|| format!("seed {} {name}: {members:?}", case.seed)));
        }
        for (read, own) in plan.placements.iter().zip(&case.plan.placements) {
            let (read, own) = (placements::by_run(read, &world), placements::by_run(own, &world));
            figure.case(read != own, !own.is_empty());
            wrong.extend((read != own).then(|| format!("seed {}: {own:?}, read again {read:?}", case.seed)));
        }
    }
    figure.write("MR34 rules as JSON", &format!("{}..+{}", seed(6), generators::cases(4)), json!({}));
    assert!(figure.nonvacuous > 5 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// MR5: a grant that is yet to come is none.
#[test]
fn mr05_a_grant_to_come_is_none() {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(6, 16, 6).filter(|case| !case.catalog.states && !case.catalog.us) {
        let mut chance = Chance::new(case.seed);
        let world = databases::invent(&case, 24, true, &mut chance);
        let before = case.by_run(&world);
        let mut now = relations::Now { case: &case, world: &world, members: &before, chance };
        let Some(after) = generators::instants::grants_to_come(&mut now).map(|world| case.by_run(&world)) else {
            continue;
        };
        for segment in case.segments.iter().filter(|segment| segment.purpose.starts_with("marketing")) {
            let found = &after[&segment.name];
            figure.case(!found.is_empty(), !before[&segment.name].is_empty());
            if !found.is_empty() {
                wrong.push(format!("seed {} {}: {found:?}", case.seed, segment.print()));
            }
        }
    }
    figure.write("MR5 grants to come", &format!("{}..+{}", seed(6), generators::cases(4)), json!({}));
    assert!(figure.n > 3 && figure.nonvacuous > 1 && wrong.is_empty(), "{} cases\n{}", figure.n, wrong.join("\n"));
}

/// A relation between a program and its parts.
fn parts(name: &str, people: usize, ask: fn(&cases::Case, &common::worlds::World, &mut Figure, &mut Vec<String>)) {
    let (mut figure, mut wrong) = (Figure::default(), Vec::new());
    for case in cases::stream(7, 5, 10) {
        let mut chance = Chance::new(case.seed);
        for pivots in [true, false, true] {
            ask(&case, &databases::invent(&case, people, pivots, &mut chance), &mut figure, &mut wrong);
        }
    }
    figure.write(name, &format!("{}..+{}", seed(7), generators::cases(5)), json!({}));
    assert!(figure.n > 10 && figure.nonvacuous > 1, "{} cases, {} not vacuous", figure.n, figure.nonvacuous);
    assert!(figure.failures == 0, "{} of {}\n{}", figure.failures, figure.n, wrong[..wrong.len().min(3)].join("\n"));
}

#[test]
fn mr27_an_exception_is_disjoint_from_what_it_excepts() {
    parts("MR27 an exception and what it excepts", 24, generators::parts::exceptions);
}

#[test]
fn mr24_what_is_referred_to_may_be_written_in_place() {
    parts("MR24 in place of a reference", 12, generators::parts::referred);
}

#[test]
fn mr24_other_names_change_nothing() {
    parts("MR24 other names", 12, generators::parts::renamed);
}

#[test]
fn mr25_a_condition_its_negation_and_the_unknown_are_everybody() {
    parts("MR25 a partition", 12, generators::parts::partition);
}

#[test]
fn mr28_a_part_that_is_constant_may_be_that_constant() {
    parts("MR28 a part that is constant", 5, generators::parts::constants);
}

/// MR32: at changes of clocks, leap days and ends of months, and a microsecond beside them, everybody means the same.
#[test]
fn mr32_at_edges_of_the_calendar_the_reference_holds() {
    let (mut figure, mut wrong) = (Figure::default(), Vec::new());
    for case in cases::stream(8, 2, 12) {
        let mut chance = Chance::new(case.seed);
        for edge in generators::instants::EDGES {
            let now = edge.parse::<segma::model::Instant>().unwrap().plus_micros([-1, 0, 1][chance.below(3)]);
            let world = databases::invent_at(&case, 12, true, now, &mut chance);
            // Whoever takes a clock to be an hour off finds others, where a time decides.
            let hour = case.by_run(&common::worlds::World { now: now.plus_micros(3_600_000_000), ..world.clone() });
            for (name, found) in case.by_run(&world) {
                let expected = case.by_reference(&world, &name);
                figure.case(found != expected, hour[&name] != found);
                if found != expected {
                    wrong.push(format!("seed {} at {now}, {name}: {found:?}, the reference {expected:?}", case.seed));
                }
            }
        }
    }
    figure.write("MR32 edges of the calendar", &format!("{}..+{}", seed(8), generators::cases(2)), json!({}));
    assert!(figure.nonvacuous > 2 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// MR37: another folder, order of files, zone, locale and number of threads give the same bytes.
#[test]
fn mr37_a_build_elsewhere_gives_the_same_bytes() {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(9, 2, 6) {
        let (here, elsewhere) = (generators::pipeline::built(&case, false), generators::pipeline::built(&case, true));
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&here), names(&elsewhere), "seed {}", case.seed);
        for ((name, one), (_, other)) in here.iter().zip(&elsewhere) {
            figure.case(one != other, !one.is_empty());
            wrong.extend((one != other).then(|| format!("seed {}: {name}", case.seed)));
        }
    }
    figure.write("MR37 built elsewhere", &format!("{}..+{}", seed(9), generators::cases(2)), json!({}));
    assert!(figure.n > 20 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A few segments of a case and its database on an engine: first as it is, then under each of some statements, one after the other.
fn makes_no_difference(
    engine: &'static str,
    name: &str,
    under: fn(&'static str, &common::worlds::World) -> Vec<Vec<String>>,
    turned: bool,
) {
    let Some(mut running) = Engines::start() else { return };
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(13, 1, 16) {
        let world = databases::invent(&case, 30, true, &mut Chance::new(case.seed));
        let own = case.by_run(&world);
        let told = |plan: &&segma::plan::SegmentPlan| !own[&plan.about.name].is_empty();
        let segments = case.plan.segments.iter().filter(told).take(4).cloned().collect();
        let plan = segma::plan::Plan { segments, placements: Vec::new(), ..case.plan.clone() };
        let mut ask = |world: &common::worlds::World, settings: &[String]| {
            let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
            engines::members(&mut running, engine, (&case.catalog, &case.model), &plan, world, &settings)
        };
        let Some(before) = ask(&world, &[]) else { continue };
        let before = before.unwrap();
        let mut ways: Vec<(String, common::worlds::World, Vec<String>)> =
            under(engine, &world).into_iter().map(|ways| (ways.join("; "), world.clone(), ways)).collect();
        ways.extend(turned.then(|| ("the last row first".to_owned(), sessions::reversed(&world), Vec::new())));
        for (what, world, settings) in ways {
            let after = ask(&world, &settings).unwrap();
            for (name, members) in &before {
                let same = after.as_ref().is_ok_and(|after| after.get(name) == Some(members));
                figure.case(!same, !members.is_empty());
                if !same && wrong.len() < 4 {
                    wrong.push(format!("seed {} {name}, {what}: {members:?}, then {after:?}", case.seed));
                }
            }
        }
    }
    figure.write(&format!("{name}, {engine}"), &format!("{}..+{}", seed(13), generators::cases(1)), json!({}));
    assert!(figure.nonvacuous > 10 && wrong.is_empty(), "{} cases\n{}", figure.n, wrong.join("\n"));
}

/// Each setting by itself.
fn each_setting(engine: &'static str, _: &common::worlds::World) -> Vec<Vec<String>> {
    sessions::settings(engine).iter().map(|one| vec![(*one).to_owned()]).collect()
}

/// Each way to rows by itself, and indexes.
fn each_way(engine: &'static str, world: &common::worlds::World) -> Vec<Vec<String>> {
    let ways = sessions::ways(engine).iter().map(|one| vec![(*one).to_owned()]);
    ways.chain([sessions::indexes(world)]).collect()
}

#[test]
fn mr31_sessions_make_no_difference_on_duckdb() {
    makes_no_difference("duckdb", "MR31 other sessions", each_setting, false);
}

#[test]
fn mr31_sessions_make_no_difference_on_postgres() {
    makes_no_difference("postgres", "MR31 other sessions", each_setting, false);
}

#[test]
fn mr35_ways_to_the_rows_make_no_difference_on_duckdb() {
    makes_no_difference("duckdb", "MR35 other ways to the rows", each_way, true);
}

#[test]
fn mr35_ways_to_the_rows_make_no_difference_on_postgres() {
    makes_no_difference("postgres", "MR35 other ways to the rows", each_way, true);
}

/// MR38: under another layout the same SQL is emitted, byte by byte, in every dialect that can say it.
#[test]
fn mr38_under_another_layout_the_same_sql_is_emitted() {
    let mut figure = Figure::default();
    let mut wrong = Vec::new();
    for case in cases::stream(6, 2, 8) {
        let (_, _, plan) = rewrites::other_layout(&case).unwrap().after.accepted().0.unwrap();
        for (one, other) in case.plan.segments.iter().zip(&plan.segments) {
            let emitted = |segment: &segma::plan::SegmentPlan, engine: &str| {
                let plan =
                    segma::plan::Plan { segments: vec![segment.clone()], placements: Vec::new(), ..plan.clone() };
                let fitted = segma::emit::sql::fit(&plan, engine).ok()?;
                fitted.query(&segment.about.name, Some(case.world.now)).and_then(Result::ok)
            };
            for engine in ["duckdb", "snowflake"] {
                let (one, other) = (emitted(one, engine), emitted(other, engine));
                figure.case(one != other, one.is_some());
                wrong.extend((one != other).then(|| format!("seed {}, {engine}: {one:?}, then {other:?}", case.seed)));
            }
        }
    }
    figure.write("MR38 another layout, the SQL", &format!("{}..+{}", seed(6), generators::cases(2)), json!({}));
    assert!(figure.nonvacuous > 10 && wrong.is_empty(), "{}", wrong.join("\n"));
}

/// MR39: after every statement of a deployment each view is the old one or the new one. MR40: taken back and deployed again, it is what
/// it was, byte by byte and row by row.
fn deploys(engine: &'static str) {
    let Some(mut running) = Engines::start() else { return };
    let (mut figure, mut again) = (Figure::default(), Figure::default());
    let mut wrong = Vec::new();
    for case in cases::stream(10, 2, 6) {
        let world = databases::invent(&case, 16, true, &mut Chance::new(case.seed));
        let (_, model, plan) = rewrites::and_more(&case).unwrap().after.accepted().0.unwrap();
        let names: BTreeSet<String> = generators::pipeline::fitting(&case.plan, engine)
            .intersection(&generators::pipeline::fitting(&plan, engine))
            .take(4)
            .cloned()
            .collect();
        let old = generators::pipeline::deployed(&case.plan, &names, engine, &world);
        let new = generators::pipeline::deployed(&plan, &names, engine, &world);
        let (_, _, same_plan) = rewrites::and_more(&case).unwrap().after.accepted().0.unwrap();
        let bytes = generators::pipeline::deployed(&same_plan, &names, engine, &world) == new;
        let mut shown = |statements: &[&[String]]| {
            generators::pipeline::shown(&mut running, engine, (&case.catalog, &model, &world), statements, &names)
        };
        let Some(before) = shown(&[&old]).map(Result::unwrap) else { continue };
        let after = shown(&[&old, &new]).unwrap().unwrap();
        for (statements, expected) in
            [(vec![&old[..], &new, &old], &before), (vec![&old[..], &new, &old, &new], &after)]
        {
            let found = shown(&statements).unwrap();
            let fits = bytes && found.as_ref() == Ok(expected);
            again.case(!fits, before != after);
            wrong.extend((!fits).then(|| format!("seed {} taken back: {found:?}, not {expected:?}", case.seed)));
        }
        let of = (&case.catalog, &model, &world);
        let points = generators::pipeline::cut_short(&mut running, engine, of, (&old, &new), &names).unwrap();
        assert_eq!(points.len(), new.len() + 1, "seed {}: {points:?}", case.seed);
        for (point, found) in points.into_iter().enumerate() {
            let one = |name: &String| {
                found.as_ref().is_ok_and(|found| found[name] == before[name] || found[name] == after[name])
            };
            let fits = names.iter().all(one);
            figure.case(!fits, before != after);
            wrong.extend((!fits).then(|| format!("seed {} after {point} statements: {found:?}", case.seed)));
        }
    }
    let seeds = format!("{}..+{}", seed(10), generators::cases(2));
    figure.write(
        &format!("MR39 a deployment cut short, {engine}"),
        &seeds,
        json!({ "points": "each statement of each deployment" }),
    );
    again.write(&format!("MR40 taken back and deployed again, {engine}"), &seeds, json!({}));
    assert!(figure.nonvacuous > 10 && wrong.is_empty(), "{} points\n{}", figure.n, wrong.join("\n"));
}

#[test]
fn mr39_mr40_duckdb_shows_the_old_view_or_the_new_one() {
    deploys("duckdb");
}

#[test]
fn mr39_mr40_postgres_shows_the_old_view_or_the_new_one() {
    deploys("postgres");
}

/// The tests themselves: planted mistakes are noticed, and a judge or a generator that is faulty is noticed for it.
#[test]
fn a_faulty_harness_is_noticed() {
    use generators::judge::{HONEST, Judge, overlooked, without_denials};
    let as_it_is: judge::Generator = |_| {};
    let (complaints, planted) = overlooked(&HONEST, as_it_is);
    assert!(complaints.is_empty() && planted > 200, "{planted} planted: {complaints:?}");
    let mutants: [(&str, Judge, judge::Generator); 6] = [
        ("a second specification that permits everybody", Judge { refuses: |_, _| None, ..HONEST }, as_it_is),
        ("a comparison that overlooks who is too many", Judge { more: |_, _| false, ..HONEST }, as_it_is),
        ("a comparison that overlooks who is missing", Judge { less: |_, _| false, ..HONEST }, as_it_is),
        ("relations that always hold", Judge { holds: |_, _, _| true, ..HONEST }, as_it_is),
        (
            "relations that overlook who came",
            Judge { holds: |_, before, after| before.is_subset(after), ..HONEST },
            as_it_is,
        ),
        ("databases without denials", HONEST, without_denials),
    ];
    let mut figure = Figure::default();
    for (what, judge, generator) in mutants {
        let (complaints, _) = overlooked(&judge, generator);
        println!("{what}: {complaints:?}");
        figure.case(complaints.is_empty(), true);
    }
    figure.write("faults of the test itself, evidence", "", json!({ "mistakes_planted": planted }));
    assert_eq!(figure.failures, 0, "a faulty harness passes");
}
