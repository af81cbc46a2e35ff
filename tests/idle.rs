//! What is said of conditions that nobody can meet, or that everybody does, held against rows: random conditions of invented programs, put
//! together at random, are asked of invented databases. Whoever is proved to be nobody is never somebody there, and whoever is proved to be
//! everybody never lacks anybody whose rows can be read.

#[expect(dead_code, reason = "other test files use the rest")]
mod common;
mod generators;

use std::collections::BTreeSet;

use common::chance::Chance;
use generators::{cases, databases};
use segma::model::{CompareOp, Cond, CondKind, CountWord, Expr, ExprKind, Model, Rows, SegmentId, Value};
use segma::privacy::said::{self, Kind};
use segma::reference::{self, Truth};

/// Every condition that asks about the subject itself, by whatever `and`, `or` and `not` it stands in.
fn asked<'m>(cond: &'m Cond, out: &mut Vec<&'m Cond>) {
    match &cond.kind {
        CondKind::And(parts) | CondKind::Or(parts) | CondKind::AtLeastOf { of: parts, .. } => {
            parts.iter().for_each(|part| asked(part, out));
        }
        CondKind::Not(inner) => asked(inner, out),
        _ => out.push(cond),
    }
}

fn with(kind: CondKind, like: &Cond) -> Cond {
    Cond { kind, span: like.span }
}

fn not(cond: Cond) -> Cond {
    let span = cond.span;
    Cond { kind: CondKind::Not(Box::new(cond)), span }
}

/// The same condition, a little beside.
fn moved(cond: &Cond, chance: &mut Chance) -> Cond {
    let ops = [
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessOrEqual,
        CompareOp::Greater,
        CompareOp::GreaterOrEqual,
    ];
    let mut cond = cond.clone();
    match &mut cond.kind {
        CondKind::Compare { op, right, .. } => {
            *op = chance.pick(&ops);
            near(right, chance);
        }
        CondKind::Between { value, low, .. } => {
            let (op, left, mut right) = (chance.pick(&ops), value.clone(), low.clone());
            near(&mut right, chance);
            cond.kind = CondKind::Compare { op, left, right };
        }
        CondKind::Count { op, n, word, .. } => {
            *op = chance.pick(&ops);
            *n = chance.below(4) as u64;
            *word = CountWord::Exactly;
        }
        CondKind::OneOf { values, .. } if values.len() > 1 => {
            values.remove(chance.below(values.len()));
        }
        _ => {}
    }
    if let CondKind::Count { rows, .. } = &mut cond.kind
        && chance.percent(40)
    {
        filtered(rows, chance);
    }
    if chance.percent(30) { not(cond) } else { cond }
}

/// A literal beside the one that was written, or another time before now.
fn near(expr: &mut Expr, chance: &mut Chance) {
    match &mut expr.kind {
        ExprKind::Literal(Value::Integer(n)) => *n += chance.below(3) as i64 - 1,
        ExprKind::Ago(length) if chance.percent(60) => {
            length.seconds += 86_400 * (chance.below(80) as i64);
            length.months += chance.below(3) as i64;
        }
        ExprKind::DateOf(inner) => near(inner, chance),
        _ => {}
    }
}

/// A filter that holds itself against itself.
fn filtered(rows: &mut Rows, chance: &mut Chance) {
    let Some(filter) = rows.filter.take() else { return };
    let mut parts = Vec::new();
    asked(&filter, &mut parts);
    let parts: Vec<Cond> = parts.into_iter().cloned().collect();
    rows.filter = Some(Box::new(together(&parts, chance)));
}

/// Two or three of them, moved and put together.
fn together(parts: &[Cond], chance: &mut Chance) -> Cond {
    let one = chance.pick(parts);
    let mut of = vec![moved(&one, chance)];
    for _ in 0..1 + chance.below(2) {
        // Mostly of one thing: what is asked of two things seldom excludes each other.
        let other = if chance.percent(75) { one.clone() } else { chance.pick(parts) };
        of.push(moved(&other, chance));
    }
    let kind = if chance.percent(50) { CondKind::And(of) } else { CondKind::Or(of) };
    let made = with(kind, &one);
    match chance.below(6) {
        0 => not(made),
        1 => with(CondKind::And(vec![made, chance.pick(parts)]), &one),
        2 => with(CondKind::Or(vec![made, chance.pick(parts)]), &one),
        _ => made,
    }
}

/// Of whom a condition is true by itself, and whose rows can be read.
fn people(
    model: &Model,
    id: SegmentId,
    cond: &Cond,
    rows: &[(reference::World, segma::model::Instant)],
) -> (usize, usize) {
    let mut model = model.clone();
    model.segments[id].except.clear();
    model.segments[id].stay = None;
    let mut of = |cond: Cond| {
        model.segments[id].condition = Some(cond);
        let mut found = 0;
        for (rows, now) in rows {
            let scope = reference::members(&model, id, rows, *now).in_scope;
            found += scope.iter().filter(|key| reference::truth(&model, id, rows, *now, key) == Truth::True).count();
        }
        found
    };
    // Whoever has a broken row is left out of this too, for it reads the same.
    let all = of(with(CondKind::Or(vec![cond.clone(), with(CondKind::Everyone, cond)]), cond));
    (of(cond.clone()), all)
}

fn said_of(model: &Model, parts: &[(&Cond, bool)]) -> String {
    let text = |(cond, holds): &(&Cond, bool)| format!("{holds}: {}", segma::model::describe::condition(model, cond));
    parts.iter().map(text).collect::<Vec<_>>().join(" / ")
}

#[test]
fn nobody_is_nobody_and_everybody_is_everybody() {
    let (mut nobody, mut everybody, mut neither, mut seen) = (0, 0, 0, 0);
    let mut wrong = BTreeSet::new();
    for case in cases::stream(61, 8, 10) {
        let mut chance = Chance::new(case.seed).beside(5);
        let worlds: Vec<_> =
            [false, false, true].map(|pivots| databases::invent(&case, 12, pivots, &mut chance)).into();
        let rows: Vec<_> = worlds.iter().map(|world| (world.rows(&case.model), world.now)).collect();
        for (id, segment) in case.model.audiences() {
            let mut parts = Vec::new();
            segment.condition.iter().chain(&segment.except).for_each(|cond| asked(cond, &mut parts));
            let parts: Vec<Cond> = parts.into_iter().cloned().collect();
            for _ in 0..30 {
                let cond = together(&parts, &mut chance);
                let proved = said::proved(&case.model, &cond);
                if !proved.is_nobody() && !proved.is_everybody() {
                    neither += 1;
                    continue;
                }
                let (found, all) = people(&case.model, id, &cond, &rows);
                let right = if proved.is_nobody() { 0 } else { all };
                nobody += usize::from(proved.is_nobody());
                everybody += usize::from(proved.is_everybody());
                seen += all;
                if found != right {
                    let text = segma::model::describe::condition(&case.model, &cond);
                    wrong.insert(format!("seed {}: {found} of {all}, not {right}: {text}", case.seed));
                }
            }
        }
    }
    println!("{nobody} hold of nobody, {everybody} of everybody, {neither} of neither; {seen} people were asked");
    assert!(wrong.is_empty(), "{} are wrong: {wrong:#?}", wrong.len());
    assert!(nobody > 150 && everybody > 40 && seen > 3_000, "too few: {nobody}, {everybody}, {seen}");
}

#[test]
fn what_is_told_of_segments_is_so_of_their_members() {
    let (mut empty, mut minors, mut dead, mut told) = (0, 0, 0, 0);
    let mut wrong = BTreeSet::new();
    for case in cases::stream(62, 8, 10) {
        let mut chance = Chance::new(case.seed).beside(5);
        let world = databases::invent(&case, 30, true, &mut chance);
        let rows = world.rows(&case.model);
        let ids: Vec<SegmentId> = case.model.audiences().map(|(id, _)| id).collect();
        let mut model = case.model.clone();
        for id in ids {
            let before = case.model.segments[id].clone();
            let mut parts = Vec::new();
            before.condition.iter().chain(&before.except).for_each(|cond| asked(cond, &mut parts));
            let parts: Vec<Cond> = parts.into_iter().cloned().collect();
            for _ in 0..20 {
                model.segments[id] = before.clone();
                model.segments[id].stay = None;
                let made = [together(&parts, &mut chance), together(&parts, &mut chance), chance.pick(&parts)];
                let kind = if chance.percent(70) { CondKind::And(made.to_vec()) } else { CondKind::Or(made.to_vec()) };
                model.segments[id].condition = Some(with(kind, &parts[0]));
                model.segments[id].except = vec![moved(&chance.pick(&parts), &mut chance)];
                let asked = model.clone();
                let found = said::idle_of_segment(&asked, &asked.segments[id]);
                let members = |model: &Model| reference::members(model, id, &rows, world.now).matched;
                told += found.len();
                if found.iter().any(|idle| idle.empties) {
                    empty += 1;
                    minors += usize::from(found.iter().any(|idle| matches!(idle.kind, Kind::Minors { .. })));
                    let members = members(&asked);
                    if !members.is_empty() {
                        let parts: Vec<_> = found.iter().flat_map(|idle| idle.parts.clone()).collect();
                        wrong.insert(format!("seed {}: {members:?} although {}", case.seed, said_of(&asked, &parts)));
                    }
                }
                for idle in found.iter().filter(|idle| matches!(idle.kind, Kind::NoException | Kind::NoAlternative)) {
                    dead += 1;
                    let mut with_it = asked.clone();
                    let part =
                        |(part, holds): &(&Cond, bool)| if *holds { (*part).clone() } else { not((*part).clone()) };
                    let all = with(CondKind::And(idle.parts.iter().map(part).collect()), idle.at);
                    with_it.segments[id].condition = Some(all);
                    with_it.segments[id].except.clear();
                    let members = members(&with_it);
                    if !members.is_empty() {
                        let text = said_of(&asked, &idle.parts);
                        wrong.insert(format!("seed {}: {members:?} although {:?} {text}", case.seed, idle.kind));
                    }
                }
            }
        }
    }
    println!(
        "{told} are told, {empty} segments are empty ({minors} by age), {dead} alternatives and exceptions are dead"
    );
    assert!(wrong.is_empty(), "{} are wrong: {wrong:#?}", wrong.len());
    assert!(empty > 100 && dead > 20, "too few: {empty}, {dead}");
}
