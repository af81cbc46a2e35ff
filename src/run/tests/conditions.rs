//! What conditions mean, row by row.

use super::*;

/// The condition's verdict on person 1: member, left out as false, left out as unknown, or broken.
fn verdict(world: &World, condition: Cond) -> Fate {
    fate(&world.run(&plan(contract(), condition)), "1")
}

const NO: Fate = Fate::NotWanted(0);
const UNKNOWN: Fate = Fate::Unknown(0);
const YES: Fate = Fate::Leaves;

/// Orders of person 1: `at` (a day of June), total, status, channel.
fn ordered(rows: &[(&str, &str, &str, &str)]) -> World {
    let row = |(at, total, status, channel): &(&str, &str, &str, &str)| {
        format!("1,2026-06-{at},{total},{status},{channel},,\n")
    };
    World::new().orders(&rows.iter().map(row).collect::<String>())
}

fn counted(filter: Option<Cond>, op: CompareOp, n: u64) -> Cond {
    Cond::Count { rows: Box::new(order_rows(filter)), op, n }
}

fn measure(func: AggregateFunc, value: Option<Expr>) -> Expr {
    measure_where(func, value, None)
}

fn measure_where(func: AggregateFunc, value: Option<Expr>, filter: Option<Cond>) -> Expr {
    Expr::Aggregate(Box::new(Aggregate { func, rows: order_rows(filter), value, ignoring_missing: false, share: None }))
}

fn by_mail() -> Cond {
    compare(of_order(4), CompareOp::Equal, text("mail"))
}

#[test]
fn comparisons_with_something_missing_are_unknown_under_negation_too() {
    let world = World::new().people("1,,,,3,,\n");
    let german = || compare(own(1), CompareOp::Equal, text("DE"));
    assert_eq!(verdict(&world, german()), UNKNOWN);
    assert_eq!(verdict(&world, Cond::Not(Box::new(german()))), UNKNOWN);
    assert_eq!(verdict(&world, Cond::Or(vec![german(), Cond::Not(Box::new(german()))])), UNKNOWN);
    assert_eq!(verdict(&world, Cond::Or(vec![german(), Cond::Everyone])), YES);
    assert_eq!(
        verdict(&world, Cond::And(vec![Cond::Everyone, Cond::Not(Box::new(Cond::Everyone)), german()])),
        Fate::NotWanted(1)
    );
    assert_eq!(verdict(&world, Cond::And(vec![german(), Cond::Not(Box::new(Cond::Everyone))])), Fate::NotWanted(1));
    assert_eq!(verdict(&world, Cond::And(vec![Cond::Everyone, german()])), Fate::Unknown(1));
    assert_eq!(verdict(&world, Cond::And(vec![])), YES);
    assert_eq!(verdict(&world, Cond::Or(vec![])), NO);
    assert_eq!(verdict(&world, Cond::Truth(own(5))), UNKNOWN);
    let among = |negated: bool| {
        let test = Cond::OneOf { value: own(1), values: vec![Value::Text("DE".into())], ignoring_case: false };
        if negated { Cond::Not(Box::new(test)) } else { test }
    };
    assert_eq!((verdict(&world, among(false)), verdict(&world, among(true))), (UNKNOWN, UNKNOWN));
    assert_eq!(verdict(&world, Cond::Missing(own(1))), YES);
    assert_eq!(verdict(&world, Cond::Not(Box::new(Cond::Missing(own(4))))), YES);
}

#[test]
fn texts_compare_by_code_points_and_fold_ascii_alone() {
    let is = |country: &str, op, pattern: &str, fold| {
        let world = World::new().people(&format!("1,{country},,,,,\n"));
        holds(&world, Cond::Text { op, value: own(1), pattern: pattern.into(), ignoring_case: fold })
    };
    assert!(is("Straße", TextOp::StartsWith, "stra", true) && !is("Straße", TextOp::StartsWith, "stra", false));
    assert!(is("ÄB", TextOp::Equals, "Äb", true) && !is("ÄB", TextOp::Equals, "äb", true));
    assert!(
        is("abc", TextOp::Contains, "b", false)
            && is("abc", TextOp::EndsWith, "C", true)
            && is("a%c", TextOp::Contains, "%", false)
    );
    assert!(!is("abc", TextOp::Contains, "_", false));
    let world = World::new().people("1,b,,,,,\n");
    assert!(
        holds(&world, compare(own(1), CompareOp::Greater, text("B")))
            && !holds(&world, compare(text("B"), CompareOp::Greater, own(1)))
    );
    let folded = |values: &[&str]| Cond::OneOf {
        value: own(1),
        values: values.iter().map(|value| Value::Text((*value).into())).collect(),
        ignoring_case: true,
    };
    assert!(holds(&world, folded(&["x", "B"])) && !holds(&world, folded(&["x"])));
}

#[test]
fn numbers_dates_and_instants_compare_exactly() {
    let world = World::new().people("1,,2008-02-29,,3,true,2026-06-14T22:00:00Z\n");
    assert!(holds(&world, compare(own(4), CompareOp::Greater, number("2.999999"))));
    assert!(holds(&world, compare(number("3"), CompareOp::Equal, own(4))));
    assert!(holds(&world, Cond::Truth(own(5))));
    let today = || Expr::DateOf(Box::new(own(6)));
    assert!(holds(&world, compare(today(), CompareOp::Equal, Expr::Today)), "22:00 in UTC is the next day in Berlin");
    assert!(holds(&world, compare(Expr::StartOfDay(Box::new(Expr::Today)), CompareOp::Equal, own(6))));
    assert!(holds(&world, compare(own(6), CompareOp::Less, Expr::Instant(Bound::Now))));
    let ago = Expr::Back { from: Box::new(Expr::Instant(Bound::Now)), length: Length::seconds(14 * 3600) };
    assert!(holds(&world, compare(own(6), CompareOp::Equal, ago)));
    let age = |n: &str| compare(Expr::Age(path(PEOPLE, 0, 2)), CompareOp::Equal, number(n));
    assert!(holds(&world, age("18")));
    let sum = Expr::Arithmetic { op: ArithmeticOp::Divide, left: Box::new(own(4)), right: Box::new(number("7")) };
    let back = Expr::Arithmetic { op: ArithmeticOp::Multiply, left: Box::new(sum), right: Box::new(number("7")) };
    assert!(holds(&world, compare(back, CompareOp::Equal, number("3"))));
    let zero = Expr::Arithmetic { op: ArithmeticOp::Divide, left: Box::new(own(4)), right: Box::new(number("0")) };
    assert_eq!(verdict(&world, compare(zero, CompareOp::NotEqual, number("1"))), UNKNOWN);
    let huge = || Box::new(number("999999999999999999.999999"));
    let beyond = Expr::Arithmetic { op: ArithmeticOp::Multiply, left: huge(), right: huge() };
    assert_eq!(verdict(&world, compare(beyond, CompareOp::Greater, number("1"))), UNKNOWN);
}

#[test]
fn counts_are_intervals() {
    let one_doubtful = ordered(&[
        ("10T00:00:00Z", "5", "paid", "mail"),
        ("11T00:00:00Z", "5", "paid", ""),
        ("12T00:00:00Z", "5", "paid", "web"),
    ]);
    let is = |op, n| verdict(&one_doubtful, counted(Some(by_mail()), op, n));
    use CompareOp::*;
    assert_eq!([is(GreaterOrEqual, 1), is(GreaterOrEqual, 2), is(GreaterOrEqual, 3)], [YES, UNKNOWN, NO]);
    assert_eq!([is(Less, 1), is(Less, 2), is(Less, 3)], [NO, UNKNOWN, YES]);
    assert_eq!([is(LessOrEqual, 0), is(LessOrEqual, 1), is(LessOrEqual, 2)], [NO, UNKNOWN, YES]);
    assert_eq!([is(Greater, 0), is(Greater, 1), is(Greater, 2)], [YES, UNKNOWN, NO]);
    assert_eq!([is(Equal, 0), is(Equal, 1), is(Equal, 2), is(Equal, 3)], [NO, UNKNOWN, UNKNOWN, NO]);
    assert_eq!([is(NotEqual, 0), is(NotEqual, 1), is(NotEqual, 2), is(NotEqual, 3)], [YES, UNKNOWN, UNKNOWN, YES]);
    let all = |op, n| verdict(&one_doubtful, counted(None, op, n));
    assert_eq!([all(Equal, 3), all(Equal, 2), all(GreaterOrEqual, 3)], [YES, NO, YES]);
    assert_eq!(verdict(&World::new(), counted(None, Equal, 0)), YES);
    let as_value = compare(measure_where(AggregateFunc::Count, None, Some(by_mail())), GreaterOrEqual, number("1"));
    assert_eq!(
        verdict(&one_doubtful, as_value),
        UNKNOWN,
        "as a value a count is known only where sure and possible agree"
    );
    assert_eq!(verdict(&one_doubtful, compare(measure(AggregateFunc::Count, None), Equal, number("3"))), YES);
}

#[test]
fn windows_are_half_open_and_the_future_is_not_read() {
    let at = |at: &str| {
        let world = World::new().orders(&format!("1,{at},5,paid,,,\n"));
        verdict(&world, counted(None, CompareOp::Equal, 1)) == YES
    };
    assert!(at("2026-05-16T12:00:00Z") && !at("2026-05-16T11:59:59.999999Z"));
    assert!(at("2026-06-15T11:59:59.999999Z") && !at("2026-06-15T12:00:00Z") && !at("2026-06-16T00:00:00Z"));
    let mut later = order_rows(None);
    later.window =
        Some(Window { from: Bound::Back(Length::days(10)), to: Bound::Back(Length::days(-10)), absolute: false });
    let world = World::new().orders("1,2026-06-16T00:00:00Z,5,paid,,,\n");
    assert_eq!(verdict(&world, Cond::Count { rows: Box::new(later), op: CompareOp::Equal, n: 0 }), YES);
}

#[test]
fn rows_past_the_usable_span_are_absent_and_absolute_windows_before_it_unknown() {
    let mut plan = plan(contract(), Cond::Everyone);
    plan.tables[ORDERS].clock.as_mut().unwrap().span = Length::days(10);
    let world = World::new().orders("1,2026-06-05T12:00:00Z,5,paid,,,\n1,2026-06-05T11:59:59Z,5,paid,,,\n");
    let mut run = |from: Bound, absolute, op, n| {
        let mut rows = order_rows(None);
        rows.window = Some(Window { from, to: Bound::Now, absolute });
        plan.condition = Cond::Count { rows: Box::new(rows), op, n };
        fate(&world.run(&plan), "1")
    };
    assert_eq!(run(Bound::Back(Length::days(30)), false, CompareOp::Equal, 1), YES);
    let day = |text: &str| Bound::Day(text.parse().unwrap());
    assert_eq!(run(day("2026-06-01"), true, CompareOp::GreaterOrEqual, 1), UNKNOWN);
    assert_eq!(run(day("2026-06-01"), true, CompareOp::Equal, 0), UNKNOWN);
    assert_eq!(run(day("2026-06-06"), true, CompareOp::Equal, 0), YES);
}

#[test]
fn rows_count_once_they_have_arrived() {
    let mut plan = plan(contract(), counted(None, CompareOp::Equal, 1));
    plan.tables[ORDERS].arrived = Some(5);
    let loaded =
        |at: &str| fate(&World::new().orders(&format!("1,2026-06-10T00:00:00Z,5,paid,,{at},\n")).run(&plan), "1");
    assert_eq!(loaded("2026-06-15T12:00:00Z"), YES);
    assert_eq!(loaded("2026-06-15T12:00:00.000001Z"), NO);
    for unknown in ["", "soon"] {
        let outcome = World::new().orders(&format!("1,2026-06-10T00:00:00Z,5,paid,,{unknown},\n")).run(&plan);
        assert_eq!((outcome.waterfall.nobodys["orders"], outcome.waterfall.empty_because.len()), (1, 1));
    }
}

#[test]
fn rows_without_subject_or_time_are_nobodys_and_more_than_tolerated_empty_the_run() {
    let world = World::new().orders(",2026-06-10T00:00:00Z,5,paid,,,\n1,,5,paid,,,\n1,1970-01-01T00:00:00Z,5,paid,,,\n77,2026-06-10T00:00:00Z,5,paid,,,\n1,2026-07-10T00:00:00Z,5,paid,,,\n");
    let mut plan = plan(contract(), counted(None, CompareOp::Equal, 0));
    let outcome = world.run(&plan);
    assert_eq!(outcome.waterfall.nobodys["orders"], 3);
    assert!(outcome.members().is_empty() && outcome.waterfall.selected == 2);
    plan.tables[ORDERS].tolerate = 3;
    assert_eq!(world.members(&plan), ["1", "2"]);
}

#[test]
fn broken_rows_in_a_window_that_is_read_leave_their_subject_out() {
    let fate_of =
        |rows: &[(&str, &str, &str, &str)]| verdict(&ordered(rows), counted(None, CompareOp::GreaterOrEqual, 0));
    assert_eq!(fate_of(&[("10T00:00:00Z", "5", "paid", "")]), YES);
    for (total, status) in
        [("", "paid"), ("x", "paid"), ("5.1234567", "paid"), ("1000000000000000000", "paid"), ("5", ""), ("5", "lost")]
    {
        assert_eq!(fate_of(&[("10T00:00:00Z", total, status, "")]), Fate::Broken, "{total},{status}");
    }
    let early = World::new().orders("1,2026-05-10T00:00:00Z,x,lost,,,\n");
    assert_eq!(verdict(&early, counted(None, CompareOp::GreaterOrEqual, 0)), YES, "outside the window nothing breaks");
    let mut plan = plan(contract(), Cond::Everyone);
    plan.scans[0].columns = vec![4];
    let outcome = World::new().people("1,,,,x,,\n2,,,,,,\n3,,,,1,,\n3,,,,2,,\n4,,,,1,,\n4,,,,1,,\n").run(&plan);
    assert_eq!(
        [fate(&outcome, "1"), fate(&outcome, "2"), fate(&outcome, "3"), fate(&outcome, "4")],
        [Fate::Broken, YES, Fate::Broken, YES]
    );
    assert_eq!((outcome.waterfall.in_scope, outcome.waterfall.broken), (4, 2));
}

#[test]
fn versions_are_resolved_before_anything_is_counted() {
    let mut plan =
        plan(contract(), compare(measure(AggregateFunc::Sum, Some(of_order(2))), CompareOp::Equal, number("7")));
    let mut run = |unique: Unique, rows: &str| {
        plan.tables[ORDERS].unique = Some(unique);
        fate(&World::new().orders(rows).run(&plan), "1")
    };
    let by_load = || Unique { key: 6, latest_by: Some(5) };
    let plain = || Unique { key: 6, latest_by: None };
    let a = "1,2026-06-10T00:00:00Z,5,paid,,2026-06-11T00:00:00Z,a\n";
    let b = "1,2026-06-10T00:00:00Z,7,paid,,2026-06-12T00:00:00Z,a\n";
    assert_eq!(run(by_load(), &format!("{a}{b}")), YES);
    assert_eq!(run(by_load(), &format!("{b}{a}{b}{a}")), YES);
    assert_eq!(run(plain(), &format!("{b}{b}")), YES);
    assert_eq!(run(plain(), &format!("{a}{b}")), Fate::Broken);
    assert_eq!(run(by_load(), &format!("{b}1,2026-06-10T00:00:00Z,9,paid,,2026-06-12T00:00:00Z,a\n")), Fate::Broken);
    assert_eq!(run(by_load(), &format!("{b}1,2026-06-10T00:00:00Z,9,paid,,,a\n")), Fate::Broken);
    assert_eq!(run(by_load(), "1,2026-06-10T00:00:00Z,7,paid,,,a\n"), Fate::Broken);
    assert_eq!(run(by_load(), &format!("{b}1,2026-06-10T00:00:00Z,0,paid,,2026-06-11T00:00:00Z,\n")), Fate::Broken);
    assert_eq!(run(by_load(), &format!("{b}1,2026-06-09T00:00:00Z,9,paid,,2026-06-11T00:00:00Z,a\n")), Fate::Broken);
    assert_eq!(run(by_load(), &format!("{b}2,2026-06-10T00:00:00Z,9,paid,,2026-06-11T00:00:00Z,a\n")), Fate::Broken);
    assert_eq!(
        run(by_load(), &format!("{b}1,2026-04-10T00:00:00Z,0,paid,,,c\n")),
        YES,
        "broken versions outside every window harm nobody"
    );
}

#[test]
fn aggregates_are_missing_where_a_row_is_only_possible_or_lacks_the_value() {
    use AggregateFunc::*;
    let three = ordered(&[
        ("10T00:00:00Z", "1", "paid", "mail"),
        ("11T00:00:00Z", "2.5", "paid", "web"),
        ("12T00:00:00Z", "4", "open", "mail"),
    ]);
    let is = |func, value: Option<Expr>, n: &str| {
        verdict(&three, compare(measure(func, value), CompareOp::Equal, number(n))) == YES
    };
    let total = || Some(of_order(2));
    assert!(
        is(Sum, total(), "7.5")
            && is(Avg, total(), "2.5")
            && is(Min, total(), "1")
            && is(Max, total(), "4")
            && is(Median, total(), "2.5")
    );
    assert!(
        is(First, total(), "1")
            && is(Last, total(), "4")
            && is(CountDistinct, Some(of_order(4)), "2")
            && is(Count, None, "3")
    );
    let even = ordered(&[("10T00:00:00Z", "1", "paid", ""), ("11T00:00:00Z", "2", "paid", "")]);
    assert_eq!(verdict(&even, compare(measure(Median, total()), CompareOp::Equal, number("1.5"))), YES);
    let third = ordered(&[
        ("10T00:00:00Z", "1", "paid", ""),
        ("11T00:00:00Z", "0", "paid", ""),
        ("12T00:00:00Z", "0", "paid", ""),
    ]);
    assert_eq!(verdict(&third, compare(measure(Avg, total()), CompareOp::Greater, number("0.333333"))), YES);
    assert_eq!(verdict(&third, compare(measure(Avg, total()), CompareOp::Less, number("0.333334"))), YES);
    for func in [Min, Max, Median, Avg, First, Last] {
        assert_eq!(
            verdict(&World::new(), compare(measure(func, total()), CompareOp::NotEqual, number("9"))),
            UNKNOWN,
            "{func:?} of nothing"
        );
        assert_eq!(verdict(&World::new(), Cond::Missing(measure(func, total()))), YES);
    }
    for func in [Sum, CountDistinct] {
        assert_eq!(
            verdict(&World::new(), compare(measure(func, total()), CompareOp::Equal, number("0"))),
            YES,
            "{func:?} of nothing"
        );
    }
    let doubtful = ordered(&[("10T00:00:00Z", "1", "paid", "mail"), ("11T00:00:00Z", "2", "paid", "")]);
    for func in [Sum, Avg, Min, Max, Median, First, Last, CountDistinct] {
        let only_mail = measure_where(func, total(), Some(by_mail()));
        assert_eq!(verdict(&doubtful, Cond::Missing(only_mail)), UNKNOWN, "{func:?} with a merely possible row");
    }
    for func in [Min, Max, CountDistinct] {
        assert_eq!(
            verdict(&doubtful, Cond::Missing(measure(func, Some(of_order(4))))),
            UNKNOWN,
            "{func:?} with a missing value"
        );
    }
    assert_eq!(verdict(&doubtful, compare(measure(First, Some(of_order(4))), CompareOp::Equal, text("mail"))), YES);
    assert_eq!(verdict(&doubtful, Cond::Missing(measure(Last, Some(of_order(4))))), YES);
}

#[test]
fn first_and_last_of_tied_rows_are_known_only_where_these_agree() {
    use AggregateFunc::*;
    let tied = ordered(&[
        ("10T00:00:00Z", "1", "paid", "mail"),
        ("10T00:00:00Z", "2", "paid", "mail"),
        ("11T00:00:00Z", "3", "paid", "web"),
    ]);
    let is = |func, column, with: Expr| {
        verdict(&tied, compare(measure(func, Some(of_order(column))), CompareOp::Equal, with))
    };
    assert_eq!(is(First, 4, text("mail")), YES);
    assert_eq!(is(First, 2, number("1")), UNKNOWN);
    assert_eq!(is(Last, 2, number("3")), YES);
    let latest = |column| Expr::Latest { rows: Box::new(order_rows(None)), path: path(ORDERS, 1, column) };
    assert_eq!(verdict(&tied, compare(latest(2), CompareOp::Equal, number("3"))), YES);
    let tied = ordered(&[
        ("10T00:00:00Z", "9", "paid", ""),
        ("11T00:00:00Z", "1", "paid", ""),
        ("11T00:00:00Z", "2", "paid", ""),
    ]);
    assert_eq!(verdict(&tied, compare(latest(2), CompareOp::Less, number("5"))), UNKNOWN);
    assert_eq!(verdict(&tied, Cond::Missing(latest(2))), UNKNOWN);
    assert_eq!(verdict(&tied, compare(latest(3), CompareOp::Equal, text("paid"))), YES);
    assert_eq!(verdict(&World::new(), Cond::Missing(latest(2))), YES);
}

#[test]
fn shares_are_exact_and_unknown_where_a_row_is() {
    let share = |world: &World, op, n: &str| {
        let aggregate = Aggregate {
            func: AggregateFunc::Share,
            rows: order_rows(None),
            value: None,
            ignoring_missing: false,
            share: Some(by_mail()),
        };
        verdict(world, compare(Expr::Aggregate(Box::new(aggregate)), op, number(n)))
    };
    let third = ordered(&[
        ("10T00:00:00Z", "1", "paid", "mail"),
        ("11T00:00:00Z", "2", "paid", "web"),
        ("12T00:00:00Z", "2", "paid", "web"),
    ]);
    assert_eq!(share(&third, CompareOp::Greater, "0.333333"), YES);
    assert_eq!(share(&third, CompareOp::Less, "0.333334"), YES);
    assert_eq!(share(&World::new(), CompareOp::Less, "2"), UNKNOWN);
    assert_eq!(share(&ordered(&[("10T00:00:00Z", "1", "paid", "")]), CompareOp::LessOrEqual, "1"), UNKNOWN);
}

/// A plan with accounts (2) that people link to by `level`, lines (3) nested in orders by `no`, and logins (4) of people.
fn linked(condition: Cond) -> SegmentPlan {
    let mut plan = plan(contract(), condition);
    let table = |name: &str, columns: Vec<Column>, role| Table {
        name: name.into(),
        physical: vec![name.into()],
        declared: (0..columns.len()).collect(),
        columns,
        role,
        clock: None,
        arrived: None,
        unique: None,
        tolerate: 0,
        along: None,
    };
    let accounts = vec![
        column("id", ColumnKind::Integer),
        optional("tier", ColumnKind::Text),
        column("size", ColumnKind::Integer),
    ];
    plan.tables.push(table("accounts", accounts, Role::Entity { key: 0, kind: SubjectKind::Account }));
    let lines =
        vec![column("no", ColumnKind::Text), column("sku", ColumnKind::Text), optional("qty", ColumnKind::Integer)];
    plan.tables.push(table("lines", lines, Role::Nested { parent: ORDERS, by: 0, parent_by: 6 }));
    plan.links = vec![Link { name: "account".into(), from: PEOPLE, by: 4, to: 2 }];
    plan
}

fn tier() -> Expr {
    Expr::Field(Path { binding: 0, hops: vec![0], table: 2, column: 1 })
}

#[test]
fn across_a_link_there_is_one_row_or_nothing_or_a_broken_row() {
    let mut plan = linked(compare(tier(), CompareOp::Equal, text("gold")));
    plan.scans[0].columns = vec![4];
    plan.scans[0].across = vec![
        Path { binding: 0, hops: vec![0], table: 2, column: 1 },
        Path { binding: 0, hops: vec![0], table: 2, column: 2 },
    ];
    let people = "1,,,,10,,\n2,,,,11,,\n3,,,,12,,\n4,,,,,,\n5,,,,13,,\n6,,,,99,,\n7,,,,14,,\n";
    let accounts = "id,tier,size\n10,gold,1\n11,,1\n12,gold,1\n12,silver,1\n13,gold,1\n13,gold,1\n14,gold,\n";
    let world = World::new().people(people).with("accounts", accounts).with("lines", "no,sku,qty\n");
    let outcome = world.run(&plan);
    let fates: Vec<Fate> = (1..=7).map(|key| fate(&outcome, &key.to_string())).collect();
    assert_eq!(fates, [YES, UNKNOWN, Fate::Broken, UNKNOWN, YES, UNKNOWN, Fate::Broken]);
    plan.condition = Cond::Missing(tier());
    assert_eq!(world.members(&plan), ["2", "4", "6"]);
    // An account that lacks its key may be that of whoever has none.
    let outcome = world.with("accounts", &format!("{accounts},gold,1\n")).run(&plan);
    assert_eq!((outcome.members().len(), outcome.waterfall.empty_because.len()), (0, 1));
}

#[test]
fn what_a_link_leads_to_is_read_within_its_own_retention() {
    let mut plan = linked(compare(tier(), CompareOp::Equal, text("gold")));
    plan.tables[2].columns[1] = optional("tier", ColumnKind::Text);
    plan.tables[2].columns.push(optional("seen", ColumnKind::Instant));
    plan.tables[2].clock = Some(Clock { column: 3, span: Length::days(10), happened: false });
    let accounts = "id,tier,size,seen\n10,gold,1,2026-06-10T00:00:00Z\n11,gold,1,2026-06-01T00:00:00Z\n12,gold,1,\n13,gold,1,2026-06-16T00:00:00Z\n";
    let world = World::new()
        .people("1,,,,10,,\n2,,,,11,,\n3,,,,12,,\n4,,,,13,,\n")
        .with("accounts", accounts)
        .with("lines", "no,sku,qty\n");
    assert_eq!(world.members(&plan), ["1"]);
}

#[test]
fn people_outside_their_own_retention_are_not_in_scope() {
    let mut plan = plan(contract(), Cond::Everyone);
    plan.tables[PEOPLE].clock = Some(Clock { column: 6, span: Length::days(10), happened: false });
    let world = World::new()
        .people("1,,,,,,2026-06-10T00:00:00Z\n2,,,,,,2026-06-01T00:00:00Z\n3,,,,,,\n4,,,,,,2026-06-15T12:00:00Z\n");
    let outcome = world.run(&plan);
    assert_eq!((outcome.members(), outcome.waterfall.in_scope), (vec!["1"], 1));
    assert_eq!(outcome.why("2"), None);
    assert!(outcome.waterfall.empty_because.is_empty());
}

#[test]
fn nested_rows_are_read_inside_their_row() {
    let line = |column| Expr::Field(Path { binding: 2, hops: vec![], table: 3, column });
    let lines = |filter| Rows {
        binding: 2,
        from: RowsFrom::Nested { table: 3, of: 1 },
        filter: Some(Box::new(filter)),
        window: None,
        anchored: None,
        latest: None,
        each: None,
        scan: 2,
    };
    let with_lines = |filter| Cond::Count { rows: Box::new(lines(filter)), op: CompareOp::GreaterOrEqual, n: 1 };
    let mut plan =
        linked(counted(Some(with_lines(compare(line(1), CompareOp::Equal, text("s1")))), CompareOp::Equal, 1));
    plan.scans.push(Scan {
        table: 3,
        columns: vec![1],
        from: Some(RowsFrom::Nested { table: 3, of: 1 }),
        window: None,
        across: vec![],
    });
    let world = |lines: &str| {
        let orders =
            "1,2026-06-10T00:00:00Z,5,paid,,,a\n1,2026-06-11T00:00:00Z,5,paid,,,b\n1,2026-01-11T00:00:00Z,5,paid,,,z\n";
        World::new().orders(orders).with("accounts", "id,tier,size\n").with("lines", &format!("no,sku,qty\n{lines}"))
    };
    let run = |lines: &str| fate(&world(lines).run(&plan), "1");
    assert_eq!(run("a,s1,1\na,s1,2\nb,s2,1\n"), YES);
    assert_eq!(run("a,s1,1\nb,s1,1\n"), NO);
    assert_eq!(run("a,s2,1\n,s1,1\n"), NO);
    assert_eq!(run("a,s1,1\nb,,1\n"), Fate::Broken);
    let doubtful = "1,2026-06-10T00:00:00Z,5,paid,,,a\n1,2026-06-11T00:00:00Z,5,paid,,,\n";
    assert_eq!(fate(&world("a,s1,1\n").orders(doubtful).run(&plan), "1"), UNKNOWN, "whose lines nobody can tell");
    assert_eq!(run("a,s1,1\nz,,1\n"), YES, "lines of rows outside the window harm nobody");
}

#[test]
fn rows_of_related_people_who_may_not_be_reached_only_possibly_match() {
    let related = Guard { entity: PEOPLE, ..guard() };
    let members = |filter: Option<Cond>| Rows {
        binding: 1,
        from: RowsFrom::Related { link: 0, of: 0, via: vec![], guard: Some(Box::new(related.clone())) },
        filter: filter.map(Box::new),
        window: None,
        anchored: None,
        latest: None,
        each: None,
        scan: 1,
    };
    let of_member = |column| Expr::Field(path(PEOPLE, 1, column));
    let mut plan = linked(Cond::Everyone);
    plan.tables.swap(PEOPLE, 2);
    plan.tables[2].name = "people".into();
    plan.links[0] = Link { name: "account".into(), from: 2, by: 4, to: 0 };
    plan.guard.kind = SubjectKind::Account;
    plan.scans = vec![scan(0, &[], None)];
    let recast = |mut rows: Rows| {
        if let RowsFrom::Related { guard: Some(guard), .. } = &mut rows.from {
            guard.entity = 2;
        }
        rows
    };
    let mut at_two = of_member(1);
    if let Expr::Field(path) = &mut at_two {
        path.table = 2;
    }
    let german = compare(at_two, CompareOp::Equal, text("DE"));
    let rows = recast(members(Some(german)));
    plan.scans.push(Scan { table: 2, columns: vec![1], from: Some(rows.from.clone()), window: None, across: vec![] });
    let world = World::new()
        .with("accounts", "id,tier,size\n10,,1\n11,,1\n12,,1\n13,,1\n")
        .with("lines", "no,sku,qty\n")
        .people("1,DE,,,10,,\n2,DE,,,11,,\n3,FR,,,12,,\n4,DE,,,,,\n")
        .consents(GRANT_1);
    let mut run = |op, n| {
        plan.condition = Cond::Count { rows: Box::new(rows.clone()), op, n };
        let outcome = world.run(&plan);
        ["10", "11", "12", "13"].map(|key| fate(&outcome, key))
    };
    assert_eq!(run(CompareOp::GreaterOrEqual, 1), [YES, UNKNOWN, NO, NO]);
    assert_eq!(run(CompareOp::Equal, 0), [NO, UNKNOWN, YES, YES]);
}

const GRANT_1: &str = "1,mail,yes,2026-06-01T00:00:00Z,,2026-01\n";

#[test]
fn a_referenced_segment_is_unknown_instead_of_true_for_whom_its_guard_does_not_pass() {
    let german = || compare(own(1), CompareOp::Equal, text("DE"));
    let inside = |guard: Guard, condition| Cond::Guarded {
        segment: "x".into(),
        via: vec![],
        guard: Box::new(guard),
        condition: Box::new(condition),
    };
    let world = World::new().people("1,DE,,,,,\n2,DE,,,,,\n3,FR,,,,,\n4,,,,,,\n").consents(GRANT_1);
    let fates = |condition| {
        let outcome = world.run(&plan(contract(), condition));
        ["1", "2", "3", "4"].map(|key| fate(&outcome, key))
    };
    assert_eq!(fates(inside(guard(), german())), [YES, UNKNOWN, NO, UNKNOWN]);
    assert_eq!(fates(Cond::Not(Box::new(inside(guard(), german())))), [NO, UNKNOWN, YES, UNKNOWN]);
    let mut stale = guard();
    stale.ledgers[0].fresh = Some(Fresh::Taken { on: "2030-01-01".parse().unwrap(), within: None });
    assert_eq!(fates(inside(stale, german())), [UNKNOWN, UNKNOWN, NO, UNKNOWN]);
}

#[test]
fn a_cap_counts_possible_contacts_too() {
    let mut plan = plan(contract(), Cond::Everyone);
    plan.delivery.cap = Some(Cap { rows: order_rows(Some(by_mail())), contacts: 2 });
    let fate_of = |rows: &[(&str, &str, &str, &str)]| fate(&ordered(rows).run(&plan), "1");
    assert_eq!(fate_of(&[("10T00:00:00Z", "1", "paid", "mail")]), YES);
    assert_eq!(fate_of(&[("10T00:00:00Z", "1", "paid", "mail"), ("11T00:00:00Z", "1", "paid", "")]), Fate::Capped);
    assert_eq!(fate_of(&[("10T00:00:00Z", "1", "paid", "mail"), ("11T00:00:00Z", "1", "paid", "web")]), YES);
}

#[test]
fn holdouts_are_drawn_by_hash_and_the_minimum_counts_those_who_would_leave() {
    let people: String = (1..=1000).map(|key| format!("{key},,,,,,\n")).collect();
    let world = World::new().people(&people);
    let mut plan = plan(contract(), Cond::Everyone);
    plan.delivery.holdout = Some(Holdout { basis_points: 1_000, salt: "winback-2026q4".into() });
    let outcome = world.run(&plan);
    let held = outcome.held_out();
    assert_eq!(held.len() as u64, outcome.waterfall.held_out);
    assert!((70..130).contains(&held.len()), "{}", held.len());

    let bucket = |key: &str| {
        use sha2::Digest;
        let digest = sha2::Sha256::digest(format!("winback-2026q4:{key}"));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        u32::from_str_radix(hex.get(..7).unwrap(), 16).unwrap() % 10_000
    };
    for key in 1..=1000 {
        let key = key.to_string();
        assert_eq!(bucket(&key) < 1_000, held.contains(&key.as_str()), "{key}");
    }
    let left = 1000 - held.len() as u64;
    plan.delivery.minimum = left;
    assert_eq!(world.run(&plan).waterfall.would_leave, left);
    plan.delivery.minimum = left + 1;
    let outcome = world.run(&plan);
    assert!(outcome.waterfall.withheld && outcome.members().is_empty() && outcome.waterfall.would_leave == 0);
}
