//! What `segma diff` says of an audience, held against rows: where nobody can enter, nobody does in any invented database, and where
//! nobody can leave, nobody does.

#[expect(dead_code, reason = "other test files use the rest")]
mod common;
mod generators;

use std::collections::BTreeSet;

use common::chance::{self, Chance};
use common::worlds::{World, key_text};
use generators::cases::{Accepted, Case, compiled};
use generators::{databases, seed};
use segma::change::{self, Effect, Fate};
use segma::plan::Plan;
use segma::reference;

const CATALOG: &str = r#"
entity person is person {
  table crm.people   key id integer   retain while listed because "people of a test"   allowed service   residence country
  birth born
  field born date? is demographic.birth_date
  field country text is location.country
  field tier text? is commercial.loyalty one of "bronze", "silver", "gold"
  field score integer? is commercial.loyalty
  field level integer? is commercial.loyalty
  field joined timestamp in zone "UTC"? is technical.activity
  field due date? is commercial.loyalty
  field tags list of text? is commercial.loyalty
  field home place (lat, lon)? is location.precise
}
source orders of person {
  table shop.orders   subject person_id   at ordered_at   retain 26 months   allowed service   origin first party
  field total money(EUR) is commercial.purchases
  field status text? is commercial.purchases one of "paid", "cancelled"
}
source views of person {
  table web.views   subject person_id   at seen_at   retain 13 months   allowed service   origin first party
  field session text is technical.activity
  field path text? is technical.activity
}
sessions visits { from views by session }
list blocked of person { table crm.blocked   subject person_id   at blocked_at   retain 36 months   allowed service   origin first party }
model churn of person {
  table ml.scores   subject person_id   at scored   retain 90 days   allowed service   trained on orders looking back 12 months
  field score probability is commercial.propensity
}
ledger consent of person {
  table privacy.consent   subject person_id
  purposes purpose { "s" = service   "*" = every }
  states state { granted "yes"   withdrawn "no"   restricted "frozen"   released "free" }
  at decided   fresh within 1 day by loaded   retain 72 months
}
purpose service { basis contract }
jurisdiction eu { countries "DE", "FR"   absent means no   adult at 16 }
segment loyal of person {
  purpose service   consent not needed because "a test"   retain 30 days   refresh daily   where tier = "gold" and score > 3
}
"#;

/// A condition, another, and what becomes of the audience of whoever edits the first into the second: `-` shrinks, `=` same, `?` either.
const EDITS: &str = r#"
score >= 5 | score >= 7 | -
score >= 5 | score > 5 | -
score != 5 | score > 5 | -
tier is known | tier = "gold" | -
born is known | age >= 30 | -
tier in ("gold", "silver") | tier = "gold" | -
score > level | score > level and tier is known | -
score >= level | score > level | -
score >= level | level < score | -
score != level | score > level | -
country starts with "D" | country in ("DE", "DK") | -
anniversary of born within next 7 days | anniversary of born within next 5 days | -
anniversary of born within next 7 days | anniversary of born is today | -
anniversary of born within last 7 days | anniversary of born within last 3 days | -
anniversary of born within next 2 months | anniversary of born within next 50 days | -
anniversary of born within next 2 months | anniversary of born within next 60 days | ?
not (anniversary of born within next 5 days) | not (anniversary of born within next 7 days) | -
due within next 5 days | due within next 3 days | -
due within next 40 days | due within next 1 months | -
due within last 5 days | due within last 3 days | -
due within next 5 days | due within last 5 days | ?
joined >= 30 days ago | joined >= 20 days ago | -
joined >= 30 days ago | joined > 30 days ago | -
days since joined <= 30 | days since joined <= 20 | -
tags has any ("a", "b") | tags has "a" | -
not (tags has "a") | not (tags has any ("a", "b")) | -
home within 10 km of (52.52, 13.40) | home within 5 km of (52.52, 13.40) | -
not (home within 5 km of (52.52, 13.40)) | not (home within 10 km of (52.52, 13.40)) | -
any orders over last 90 days | any orders over last 30 days | -
any orders over last 90 days | any orders over this month | -
any orders over this year | any orders over this month | -
any orders over last 14 months | any orders over this year | -
any orders over last 3 days | any orders over yesterday | -
any orders over last 6 full months | any orders over last 3 full months | -
any orders over last 12 months | any orders over last 6 full months | -
no orders over last 30 days | no orders over last 90 days | -
any orders over 2026-01-01 to 2026-10-31 | any orders over 2026-01-01 to 2026-03-31 | -
any orders over 2026-01-01 to 2026-10-31 | any orders over 2026-03-01 to 2026-10-31 | ?
no orders over 2026-03-01 to 2026-10-31 | no orders over 2026-01-01 to 2026-10-31 | -
at least 2 orders over last 90 days | at least 3 orders over last 90 days | -
at most 3 orders over last 90 days | at most 2 orders over last 90 days | -
at least 2 orders over last 90 days | exactly 2 orders over last 90 days | -
exactly 2 orders over last 90 days | exactly 2 orders over last 30 days | ?
any orders over last 90 days | any orders where status = "paid" over last 90 days | -
no orders where status = "paid" over last 90 days | no orders over last 90 days | -
any (orders then views within 3 days) over last 90 days | any (orders then views within 2 days) over last 90 days | -
any (orders then views) over last 90 days | any (orders then views within 2 days) over last 90 days | -
any (orders then views within 2 days) over last 90 days | any (orders then views within 2 days) over last 30 days | -
any (orders then views) over last 90 days | any (orders then views) over last 30 days | -
any (orders then no views within 2 days) over last 90 days | any (orders then no views within 3 days) over last 90 days | -
any (orders then no views within 2 days) over last 90 days | any (orders then no views within 2 days) over last 30 days | -
any (orders then no views) over last 90 days | any (orders then no views) over last 30 days | -
any (orders then no views within 2 days) over last 90 days so far | any (orders then no views within 2 days) over last 90 days | -
any (orders then no views within 2 days) over last 90 days | any (orders then no views) over last 90 days | ?
no (orders then views within 2 days) over last 90 days | no (orders then views within 3 days) over last 90 days | -
no (orders then no views within 3 days) over last 90 days | no (orders then no views within 2 days) over last 90 days | -
no (orders then views within 2 days) over last 30 days | no (orders then views within 2 days) over last 90 days | -
at least 2 (orders then views within 3 days) over last 90 days | at least 2 (orders then views within 2 days) over last 90 days | -
at least 2 (orders then no views within 3 days) over last 90 days | at least 3 (orders then no views within 4 days) over last 60 days | -
at most 2 (orders then views within 2 days) over last 90 days | at most 1 (orders then views within 3 days) over last 90 days | -
exactly 1 (orders then views within 2 days) over last 90 days | exactly 1 (orders then views within 3 days) over last 90 days | ?
at least 1 (orders then views within 3 days) over last 90 days | exactly 1 (orders then views within 2 days) over last 90 days | -
any (orders then views then orders within 40 days) over last 90 days | any (orders then views then orders within 30 days) over last 60 days | -
any (orders then views within 5 days all within 9 days) over last 90 days | any (orders then views within 4 days all within 8 days) over last 90 days | -
any (orders then views within 5 days) over last 90 days | any (orders then views within 5 days all within 8 days) over last 90 days | =
any (orders then views within 5 days) over last 90 days | any (orders then views within 5 days all within 4 days) over last 90 days | -
any (orders then views within 5 days) over last 90 days | any (orders then views within 5 days with no orders between) over last 90 days | -
any (orders then views with no orders where status = "paid" between) over last 90 days | any (orders then views with no orders between) over last 60 days | -
any orders over first 14 days after joined | any orders over first 7 days after joined | -
no orders over first 7 days after joined | no orders over first 14 days after joined | -
no orders over first 14 days after joined so far | no orders over first 14 days after joined | -
any visits over last 90 days | any visits over last 30 days | -
any visits where (any views where path = "/a") over last 90 days | any visits where (any views where path = "/a") over last 30 days | -
at least 2 visits over last 90 days | at least 3 visits over last 90 days | -
no visits over last 30 days | no visits over last 90 days | -
sample 80% named "x" | sample 50% named "x" | -
sample 10% to 90% named "x" | sample 20% to 80% named "x" | -
sample 40% named "x" | sample 40% named "y" | ?
not (sample 10% named "x") | not (sample 20% named "x") | -
not in list blocked | everyone and not in list blocked and score > 2 | -
in list blocked | in list blocked and score > 2 | -
churn.score >= 60% | churn.score >= 80% | -
churn.score is known | churn.score >= 80% | -
top 3 by score | top 2 by score | -
top 40% by score | top 20% by score | -
bottom 40% by score | bottom 20% by score | -
percentile(score) between 25 and 75 | percentile(score) between 40 and 60 | -
quintile(score) >= 4 | quintile(score) = 5 | -
top 40% by score among (tier = "gold") | top 20% by score among (tier = "gold") | -
top 40% by score among (tier = "gold") | top 40% by score | ?
rfm(orders.total over last 12 months).r >= 3 | rfm(orders.total over last 12 months).r >= 4 | -
at least 1 of (tier = "gold", score > 3, level > 3) | at least 2 of (tier = "gold", score > 3, level > 3) | -
at least 2 of (tier = "gold", score > 3, level > 3) | at least 2 of (tier = "gold", score > 5, level > 3) | -
at least 2 of (tier = "gold", score > 3, level > 3) | at least 2 of (tier = "gold", level > 3) | -
at least 2 of (tier = "gold", score > 3, level > 3) | at least 3 of (tier = "gold", score > 3, level > 3, country = "DE") | -
at most 1 of (tier = "gold", score > 3) | at most 1 of (tier = "gold", score > 2) | -
at least 2 of last 4 full months have orders | at least 3 of last 4 full months have orders | -
at least 2 of last 4 full months have orders | at least 2 of last 3 full months have orders | -
each of last 2 full months have orders | each of last 3 full months have orders | -
each of last 2 full months have orders | each of last 2 full months have at least 2 orders | -
count(orders over last 30 days) < 50% of count(orders over 60 days ago to 30 days ago) | count(orders over last 30 days) < 40% of count(orders over 60 days ago to 30 days ago) | -
sum(orders.total over last 90 days) >= 10 EUR | sum(orders.total over last 90 days) >= 20 EUR | -
sum(orders.total over last 90 days) >= 10 EUR | sum(orders.total over last 60 days) >= 10 EUR | ?
last(orders.total over last 90 days) >= 10 EUR | last(orders.total over last 90 days) > 10 EUR | -
tier = "gold" and score > 3 | in segment loyal | -
score > 3 | in segment loyal | -
not (in segment loyal) | not (tier = "gold" and score > 3) | =
everyone | not in segment loyal | -
all orders over last 90 days have (total > 5 EUR) | all orders over last 90 days have (total > 10 EUR) | -
share(orders where status = "paid" over last 90 days) >= 40% | share(orders where status = "paid" over last 90 days) >= 60% | -
any latest 5 orders where status = "paid" over last 90 days | any latest 3 orders where status = "paid" over last 90 days | ?
"#;

fn program(condition: &str) -> String {
    let clauses = "purpose service   consent not needed because \"a test\"   retain 30 days   refresh daily";
    format!("{CATALOG}segment s of person {{ {clauses}\n  where {condition} }}\n")
}

/// What is said of a segment, and whether whoever has a row that cannot be read may come in, as fewer cells are looked at.
fn said(was: &Plan, is: &Plan, segment: &str) -> (Effect, bool) {
    let changes = change::compare(was, is);
    let Some(change) = changes.segments.iter().find(|change| change.segment == segment) else {
        return (Effect::Same, false);
    };
    let fewer = change.points.iter().any(|point| point.said.starts_with("fewer cells are looked at"));
    (change.audience, fewer)
}

fn effect(was: &Plan, is: &Plan) -> Effect {
    said(was, is, "s").0
}

/// Who is in a segment.
fn members(side: &Accepted, segment: &str, world: &World) -> BTreeSet<String> {
    let id = side.1.segment_named(segment).unwrap();
    reference::members(&side.1, id, &world.rows(&side.1), world.now).members.iter().map(key_text).collect()
}

/// Holds what is said of an edit against invented databases, both ways. Gives how many members were compared.
fn held([from, to]: [&str; 2], [was, is]: [&Accepted; 2], seed: u64, wrong: &mut Vec<String>) -> usize {
    let mut compared = 0;
    let closed = [(from, was, is), (to, is, was)].into_iter().filter(|(_, old, new)| !effect(&old.2, &new.2).lets_in());
    // Whoever has no row that cannot be read passes this one.
    let closed: Vec<_> =
        closed.map(|(old, was, is)| (was, is, compiled(&program(&format!("({old}) or everyone"))).unwrap())).collect();
    for database in 0..chance::databases(12) {
        let mut chance = Chance::new(seed * 1_000 + database);
        let mut world = chance::focused(&was.0, &was.1, &format!("where {from}\n{to}"), &mut chance);
        world.complete(&was.1);
        for (old, new, legible) in &closed {
            let (before, after) = (members(old, "s", &world), members(new, "s", &world));
            compared += after.len();
            let mut entered: BTreeSet<_> = after.difference(&before).cloned().collect();
            if !entered.is_empty() && said(&old.2, &new.2, "s").1 {
                let legible = members(legible, "s", &world);
                entered.retain(|key| legible.contains(key));
            }
            if !entered.is_empty() {
                wrong.push(format!("{from} | {to}: {entered:?} enters in\n{}", chance::markdown(&world)));
                return compared;
            }
        }
    }
    compared
}

#[test]
fn what_is_said_of_an_edit_holds_in_every_database() {
    let (mut wrong, mut idle) = (Vec::new(), Vec::new());
    for (at, line) in EDITS.lines().filter(|line| !line.is_empty()).enumerate() {
        let [from, to, mark] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else { panic!("{line}") };
        let (was, is) = match (compiled(&program(from)), compiled(&program(to))) {
            (Ok(was), Ok(is)) => (was, is),
            (Err(error), _) | (_, Err(error)) => {
                wrong.push(format!("{line}: {error}"));
                continue;
            }
        };
        let (forth, back) = match mark {
            "-" => (Effect::Shrinks, Effect::Grows),
            "=" => (Effect::Same, Effect::Same),
            _ => (Effect::Either, Effect::Either),
        };
        let said = (effect(&was.2, &is.2), effect(&is.2, &was.2));
        if said != (forth, back) {
            wrong.push(format!("{line}: {said:?}"));
        }
        if held([from, to], [&was, &is], 1 + at as u64, &mut wrong) == 0 && mark != "?" {
            idle.push(line);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(idle.is_empty(), "nobody was in any database:\n{}", idle.join("\n"));
}

#[test]
fn what_is_said_of_other_retention_holds_in_every_database() {
    let kept = |months: u32, condition: &str| {
        let retain = format!("retain {months} months after joined");
        program(condition).replace("retain while listed because \"people of a test\"", &retain)
    };
    let conditions = ["everyone", "any orders over 2026-01-01 to 2026-06-30", "no orders over last 30 days"];
    let (mut compared, mut entered) = (0, 0);
    for (at, condition) in conditions.iter().enumerate() {
        let (short, long) = (compiled(&kept(3, condition)).unwrap(), compiled(&kept(9, condition)).unwrap());
        assert_eq!(effect(&short.2, &long.2), Effect::Grows, "{condition}");
        assert_eq!(effect(&long.2, &short.2), Effect::Shrinks, "{condition}");
        for database in 0..chance::databases(20) {
            let mut chance = Chance::new(70_000 + 1_000 * at as u64 + database);
            let mut world = chance::focused(&short.0, &short.1, "where joined > 4 months ago", &mut chance);
            world.complete(&short.1);
            let (few, many) = (members(&short, "s", &world), members(&long, "s", &world));
            assert!(few.is_subset(&many), "{condition}: {}", chance::markdown(&world));
            (compared, entered) = (compared + few.len(), entered + many.len() - few.len());
        }
    }
    assert!(compared > 0 && entered > 0, "{compared} members, {entered} more");
}

/// Words that an edit puts in the place of others.
const SWAPS: &[(&str, &str)] = &[
    (" and ", " or "),
    ("at least", "at most"),
    ("at most", "exactly"),
    ("exactly", "at least"),
    (">=", ">"),
    (" < ", " <= "),
    ("any ", "no "),
    ("no ", "any "),
    ("not ", ""),
    ("top ", "bottom "),
    (" = ", " != "),
    ("within ", "within 1"),
    ("so far", ""),
    ("(\"", "(\"another\", \""),
];

/// A text after one edit behind its `where`: another number, or another word.
fn edited(text: &str, chance: &mut Chance) -> Option<String> {
    let start = text.find("where ")?;
    let (head, tail) = text.split_at(start);
    if chance.percent(60) {
        let bytes = tail.as_bytes();
        let digit = |at: usize| bytes[at].is_ascii_digit();
        let begins: Vec<usize> = (1..bytes.len()).filter(|at| digit(*at) && bytes[at - 1] == b' ').collect();
        let at = *begins.get(chance.below(begins.len().max(1)))?;
        let end = (at..bytes.len()).find(|at| !digit(*at)).unwrap_or(bytes.len());
        let number: u64 = tail[at..end].parse().ok()?;
        let others = [number + 1, number.saturating_sub(1).max(1), number * 2, (number / 2).max(1)];
        return Some(format!("{head}{}{}{}", &tail[..at], chance.pick(&others), &tail[end..]));
    }
    let (from, to) = chance.pick(SWAPS);
    let places: Vec<usize> = tail.match_indices(from).map(|(at, _)| at).collect();
    let at = *places.get(chance.below(places.len().max(1)))?;
    Some(format!("{head}{}{to}{}", &tail[..at], &tail[at + from.len()..]))
}

#[test]
fn what_is_said_of_edits_by_chance_holds_too() {
    let (mut proved, mut compared, mut wrong) = (0, 0, Vec::new());
    for number in 0..generators::cases(2) {
        let case = Case::invent(seed(91) + number, 6);
        let mut chance = Chance::new(seed(92) + number);
        let text = case.text();
        let was = (case.world.clone(), case.model.clone(), case.plan.clone());
        let worlds: Vec<World> = (0..4).map(|_| databases::invent(&case, 8, true, &mut chance)).collect();
        for segment in &case.segments {
            let own = segment.print();
            let edits: Vec<String> = (0..4).filter_map(|_| edited(&own, &mut chance)).filter(|it| *it != own).collect();
            for edit in edits {
                let Ok(is) = compiled(&text.replace(&own, &edit)) else { continue };
                for (old, new) in [(&was, &is), (&is, &was)] {
                    let changes = change::compare(&old.2, &new.2).segments;
                    let closed = changes.iter().filter(|one| !one.placement && !one.audience.lets_in());
                    for change in closed.filter(|one| one.fate == Fate::Kept) {
                        proved += 1;
                        for world in &worlds {
                            let name = &change.segment;
                            let (before, after) = (members(old, name, world), members(new, name, world));
                            compared += after.len();
                            let entered: BTreeSet<_> = after.difference(&before).collect();
                            // Rows that cannot be read may be the reason where fewer cells are looked at.
                            if !entered.is_empty() && !said(&old.2, &new.2, name).1 {
                                let rows = chance::markdown(world);
                                wrong.push(format!("{name}: {entered:?} enters\n{own}\n{edit}\n{rows}"));
                                break;
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {proved}:\n{}", wrong.len(), wrong[..wrong.len().min(2)].join("\n\n"));
    assert!(proved > 5 && compared > 5, "{proved} verdicts, {compared} members");
    println!("{proved} verdicts, {compared} members");
}
