//! Who passes.

use super::*;

/// Why person 1 may not be reached, for these consent rows.
fn first(rows: &str) -> Option<Reason> {
    refused(&World::new().consents(rows).run(&plan(guard(), Cond::Everyone)), "1")
}

const GRANT: &str = "1,mail,yes,2026-06-01T00:00:00Z,,2026-01\n";

#[test]
fn a_grant_counts_from_its_instant_for_as_long_as_it_is_valid_under_a_recent_notice() {
    assert_eq!(first(GRANT), None);
    assert_eq!(first("2,mail,yes,2026-06-01T00:00:00Z,,2026-01\n"), Some(Reason::NoConsent));
    assert_eq!(first("1,mail,yes,2026-06-15T12:00:00Z,,2026-01\n"), None);
    assert_eq!(first("1,mail,yes,2026-06-15T12:00:00.000001Z,,2026-01\n"), Some(Reason::Outdated));
    assert_eq!(first("1,mail,yes,2026-03-07T12:00:00Z,,2026-01\n"), None);
    assert_eq!(first("1,mail,yes,2026-03-07T11:59:59.999999Z,,2026-01\n"), Some(Reason::Outdated));
    for unknown in ["", "soon", "1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "2026-06-01T00:00:00"] {
        assert_eq!(first(&format!("1,mail,yes,{unknown},,2026-01\n")), Some(Reason::Outdated), "{unknown}");
    }
    assert_eq!(first("1,mail,yes,2026-06-01T00:00:00Z,,2025-01-01\n"), None);
    for notice in ["2024-12", "", "v9", "2025-1"] {
        assert_eq!(first(&format!("1,mail,yes,2026-06-01T00:00:00Z,,{notice}\n")), Some(Reason::Outdated), "{notice}");
    }
    for what in ["other", "all", "unheard of", ""] {
        assert_eq!(first(&format!("1,{what},yes,2026-06-01T00:00:00Z,,2026-01\n")), Some(Reason::NoConsent), "{what}");
    }
}

#[test]
fn a_ledgers_retention_ends_grants() {
    let mut guard = guard();
    guard.ledgers[0].retention = Some(Length::days(10));
    let plan = plan(guard, Cond::Everyone);
    let on = |day: &str| World::new().consents(&format!("1,mail,yes,{day}T12:00:00Z,,2026-01\n")).members(&plan);
    assert_eq!(on("2026-06-05"), ["1"]);
    assert!(on("2026-06-04").is_empty());
}

#[test]
fn a_denial_holds_unless_it_is_strictly_before_the_grant() {
    let after = |row: &str| first(&format!("{GRANT}{row}"));
    assert_eq!(after("1,mail,no,2026-05-31T23:59:59.999999Z,,\n"), None);
    assert_eq!(after("1,mail,no,2026-06-01T00:00:00Z,,\n"), Some(Reason::Denied));
    assert_eq!(after("1,mail,objection,2026-06-02T00:00:00Z,,\n"), Some(Reason::Denied));
    assert_eq!(after("1,all,no,2026-06-02T00:00:00Z,,\n"), Some(Reason::Denied));
    assert_eq!(after("1,other,no,2026-06-02T00:00:00Z,,\n"), None);
    assert_eq!(after("1,mail,no,2026-06-15T12:05:00Z,,\n"), Some(Reason::Denied));
    assert_eq!(after("1,mail,no,2026-06-15T12:05:00.000001Z,,\n"), None);
    for unknown in ["", "soon", "1970-01-01T00:00:00Z", "9999-12-31T00:00:00Z"] {
        assert_eq!(after(&format!("1,mail,no,{unknown},,\n")), Some(Reason::Denied), "{unknown}");
    }
    assert_eq!(after("2,mail,no,2026-06-02T00:00:00Z,,\n"), None);
}

#[test]
fn rows_in_doubt_deny_everything() {
    let after = |row: &str| first(&format!("{GRANT}{row}"));
    for row in [
        "1,mail,huh,2026-06-02T00:00:00Z,,",
        "1,mail,,2026-06-02T00:00:00Z,,",
        "1,huh,no,2026-06-02T00:00:00Z,,",
        "1,,objection,2026-06-02T00:00:00Z,,",
        "1,other,huh,,,",
    ] {
        assert_eq!(after(&format!("{row}\n")), Some(Reason::Unmapped), "{row}");
    }
    assert_eq!(after("1,mail,huh,2026-05-02T00:00:00Z,,\n"), None);
    assert_eq!(after("1,huh,yes,2026-06-02T00:00:00Z,,\n"), None);
}

#[test]
fn the_end_of_a_grant_denies() {
    let until = |until: &str| first(&format!("1,mail,yes,2026-06-01T00:00:00Z,{until},2026-01\n"));
    assert_eq!(until("2026-06-20T00:00:00Z"), None);
    assert_eq!(until("2026-06-15T12:05:00.000001Z"), None);
    assert_eq!(until("2026-06-15T12:05:00Z"), Some(Reason::Denied));
    assert_eq!(until("2026-06-10T00:00:00Z"), Some(Reason::Denied));
    assert_eq!(until("whenever"), Some(Reason::Denied));
    assert_eq!(until("2100-01-01T00:00:00Z"), Some(Reason::Denied));
    let renewed =
        "1,mail,yes,2026-05-01T00:00:00Z,2026-06-10T00:00:00Z,2026-01\n1,mail,yes,2026-06-11T00:00:00Z,,2026-01\n";
    assert_eq!(first(renewed), None);
}

#[test]
fn nothing_but_a_later_release_lifts_a_restriction_and_nothing_lifts_an_erasure() {
    let after = |rows: &str| first(&format!("1,mail,yes,2026-06-14T00:00:00Z,,2026-01\n{rows}"));
    assert_eq!(after("1,other,frozen,2026-05-01T00:00:00Z,,\n"), Some(Reason::Restricted));
    assert_eq!(
        after("1,other,frozen,2026-05-01T00:00:00Z,,\n1,other,free,2026-05-01T00:00:00Z,,\n"),
        Some(Reason::Restricted)
    );
    assert_eq!(after("1,other,frozen,2026-05-01T00:00:00Z,,\n1,other,free,2026-05-01T00:00:00.000001Z,,\n"), None);
    assert_eq!(after("1,other,frozen,,,\n1,other,free,2026-06-01T00:00:00Z,,\n"), Some(Reason::Restricted));
    assert_eq!(after("1,other,frozen,2026-05-01T00:00:00Z,,\n1,other,free,,,\n"), Some(Reason::Restricted));
    assert_eq!(
        after("1,other,frozen,2026-05-01T00:00:00Z,,\n1,other,free,2026-06-15T12:05:00Z,,\n"),
        Some(Reason::Restricted)
    );
    assert_eq!(after("1,other,frozen,2026-05-01T00:00:00Z,,\n1,other,free,2026-06-15T12:04:59Z,,\n"), None);
    assert_eq!(after("1,other,frozen,2026-06-15T12:05:00Z,,\n"), Some(Reason::Restricted));
    assert_eq!(after("1,other,frozen,2026-06-15T12:05:01Z,,\n"), None);
    assert_eq!(
        after("1,other,erased,2026-05-01T00:00:00Z,,\n1,other,free,2026-06-01T00:00:00Z,,\n"),
        Some(Reason::Erased)
    );
    assert_eq!(after("1,other,erased,,,\n"), Some(Reason::Erased));
    let frozen =
        World::new().consents("1,other,frozen,2026-05-01T00:00:00Z,,\n").run(&plan(contract(), Cond::Everyone));
    assert_eq!((refused(&frozen, "1"), refused(&frozen, "2")), (Some(Reason::Restricted), None));
}

#[test]
fn a_denial_without_subject_empties_the_run_and_a_grant_without_is_ignored() {
    let run = |row: &str| World::new().consents(&format!("{GRANT}{row}")).run(&plan(guard(), Cond::Everyone));
    for row in [
        ",mail,no,2026-06-02T00:00:00Z,,",
        ",mail,huh,,,",
        ",huh,no,,,",
        ",other,frozen,,,",
        ",other,erased,,,",
        "x,mail,no,,,",
    ] {
        let outcome = run(&format!("{row}\n"));
        assert!(outcome.members().is_empty() && !outcome.waterfall.empty_because.is_empty(), "{row}");
        assert_eq!((outcome.waterfall.selected, outcome.waterfall.would_leave), (1, 0));
        assert_eq!(fate(&outcome, "1"), Fate::Withheld);
    }
    for row in [",mail,yes,2026-06-02T00:00:00Z,,2026-01", ",huh,yes,,,", ",other,free,,,"] {
        assert_eq!(run(&format!("{row}\n")).members(), ["1"], "{row}");
    }
}

#[test]
fn days_grant_from_their_start_and_deny_until_their_end() {
    let mut guard = guard();
    if let LedgerRows::Events { at, .. } = &mut guard.ledgers[0].rows {
        at.kind = ColumnKind::Date;
    }
    let plan = plan(guard, Cond::Everyone);
    let passes = |rows: &str| refused(&World::new().consents(rows).run(&plan), "1");
    assert_eq!(passes("1,mail,yes,2026-06-15,,2026-01\n"), None);
    assert_eq!(passes("1,mail,yes,2026-06-16,,2026-01\n"), Some(Reason::Outdated));
    assert_eq!(passes("1,mail,yes,2026-06-15,,2026-01\n1,mail,no,2026-06-15,,\n"), Some(Reason::Denied));
    assert_eq!(passes("1,mail,yes,2026-06-15,,2026-01\n1,mail,no,2026-06-14,,\n"), None);
    assert_eq!(passes("1,mail,yes,2026-06-15,,2026-01\n1,mail,no,2026-06-16,,\n"), None);
}

#[test]
fn jurisdictions_decide_what_absence_means_and_unknown_residence_takes_the_strictest() {
    let mut guard = guard();
    let us = Asks { absent_means_yes: true, adult_at: Some(18), opt_outs: vec![] };
    guard.residence = Residence {
        path: Some(path(PEOPLE, 0, 1)),
        rules: vec![
            Jurisdiction {
                name: "eu".into(),
                countries: vec!["DE".into()],
                asks: Asks { adult_at: Some(16), ..no_asks() },
            },
            Jurisdiction { name: "us".into(), countries: vec!["US".into()], asks: us },
        ],
        strictest: Asks { absent_means_yes: false, adult_at: Some(18), opt_outs: vec![] },
    };
    guard.birth = Some(path(PEOPLE, 0, 2));
    let world = World::new().people(
        "1,US,1990-01-01,,,,\n2,DE,1990-01-01,,,,\n3,,1990-01-01,,,,\n4,FR,1990-01-01,,,,\n5,US,2008-06-15,,,,\n\
         6,US,2008-06-16,,,,\n7,US,,,,,\n8,DE,2010-06-15,,,,\n9,,2010-06-15,,,,\n10,US,2020-02-30,,,,\n",
    );
    let world = world.consents("8,mail,yes,2026-06-01T00:00:00Z,,2026-01\n9,mail,yes,2026-06-01T00:00:00Z,,2026-01\n");
    let outcome = world.run(&plan(guard, Cond::Everyone));
    assert_eq!(outcome.members(), ["1", "5", "8"]);
    let why = |key: &str| refused(&outcome, key).unwrap();
    assert_eq!([why("2"), why("3"), why("4")], [Reason::NoConsent, Reason::UnknownResidence, Reason::UnknownResidence]);
    assert_eq!([why("6"), why("7"), why("9"), why("10")], [Reason::Minor; 4]);
    assert_eq!(outcome.waterfall.removed[&Reason::Minor], 4);
    assert_eq!((outcome.waterfall.in_scope, outcome.waterfall.permitted), (10, 3));
}

#[test]
fn absence_that_means_yes_still_bows_to_a_denial() {
    let mut guard = guard();
    guard.residence.strictest.absent_means_yes = true;
    let outcome = World::new().consents("1,mail,no,2020-01-01T00:00:00Z,,\n").run(&plan(guard, Cond::Everyone));
    assert_eq!((refused(&outcome, "1"), refused(&outcome, "2")), (Some(Reason::Denied), None));
}

#[test]
fn opt_outs_are_read_for_nothing_else() {
    let mut guard = guard();
    let mut gpc =
        Ledger { name: "gpc".into(), physical: vec!["privacy".into(), "gpc".into()], only_opt_out: true, ..consent() };
    gpc.subject = "person".into();
    guard.ledgers.push(gpc);
    let gpc = "person,what,state,at,until,notice\n1,other,no,,,\n2,mail,frozen,,,\n3,all,yes,2026-06-14T00:00:00Z,,2026-01\n4,mail,no,,,\n4,mail,yes,2026-06-14T00:00:00Z,,2026-01\n";
    let world = World::new().people("1,,,,,,\n2,,,,,,\n3,,,,,,\n4,,,,,,\n5,,,,,,\n").with("privacy.gpc", gpc);
    let all = (1..=5).map(|n| format!("{n},mail,yes,2026-06-01T00:00:00Z,,2026-01\n")).collect::<String>();
    let world = world.consents(&all);
    assert_eq!(world.members(&plan(guard.clone(), Cond::Everyone)), ["1", "2", "3", "4", "5"]);
    guard.residence.strictest.opt_outs = vec![1];
    let outcome = world.run(&plan(guard, Cond::Everyone));
    assert_eq!(outcome.members(), ["2", "3", "5"]);
    assert_eq!((refused(&outcome, "1"), refused(&outcome, "4")), (Some(Reason::OptedOut), Some(Reason::OptedOut)));
}

/// A guard with cookies linked to people, and a ledger of cookies.
fn with_cookies() -> Guard {
    let mut guard = guard();
    guard.identities = vec![Identity {
        name: "cookie".into(),
        physical: vec!["web".into(), "links".into()],
        from: "cookie".into(),
        to: "person".into(),
    }];
    let cookies = Ledger {
        name: "choices".into(),
        physical: vec!["web".into(), "choices".into()],
        subject: "cookie".into(),
        keyed_by: KeyedBy::Identity(0),
        ..consent()
    };
    guard.ledgers.push(cookies);
    guard
}

const EVERYBODY: &str = "1,mail,yes,2026-06-01T00:00:00Z,,2026-01\n2,mail,yes,2026-06-01T00:00:00Z,,2026-01\n\
    3,mail,yes,2026-06-01T00:00:00Z,,2026-01\n4,mail,yes,2026-06-01T00:00:00Z,,2026-01\n";

#[test]
fn denials_spread_one_hop_along_identities_and_grants_never() {
    let world = World::new()
        .people("1,,,,,,\n2,,,,,,\n3,,,,,,\n4,,,,,,\n")
        .with("web.links", "cookie,person\nc1,1\nc1,2\nc2,2\nc2,3\nc3,4\nc5,77\n");
    let choices = |rows: &str| {
        world.clone().consents(EVERYBODY).with("web.choices", &format!("cookie,what,state,at,until,notice\n{rows}"))
    };
    let plan = plan(with_cookies(), Cond::Everyone);
    assert_eq!(choices("c9,other,yes,,,\n").members(&plan), ["1", "2", "3", "4"]);
    assert_eq!(choices("c3,mail,no,2026-06-02T00:00:00Z,,\n").members(&plan), ["1", "2", "3"]);
    assert_eq!(choices("c1,mail,no,2026-06-02T00:00:00Z,,\n").members(&plan), ["3", "4"]);
    assert_eq!(choices("c3,mail,no,2026-05-02T00:00:00Z,,\n").members(&plan), ["1", "2", "3", "4"]);
    assert_eq!(choices("c3,other,erased,,,\n").members(&plan), ["1", "2", "3"]);
    assert_eq!(choices("c2,other,erased,,,\n").members(&plan), ["1", "4"], "two hops are too far");
    assert_eq!(choices("c4,mail,no,,,\nc5,mail,no,,,\n").members(&plan), ["1", "2", "3", "4"]);
    let own = |rows: &str| choices("c9,other,yes,,,\n").consents(&format!("{EVERYBODY}{rows}")).members(&plan);
    assert_eq!(own("1,mail,no,2026-06-02T00:00:00Z,,\n"), ["3", "4"]);
    assert_eq!(own("3,other,frozen,2026-06-02T00:00:00Z,,\n"), ["1", "4"]);
    let only_cookies = world
        .clone()
        .with("web.choices", "cookie,what,state,at,until,notice\nc3,mail,yes,2026-06-02T00:00:00Z,,2026-01\n");
    assert!(only_cookies.members(&plan).is_empty());
}

#[test]
fn a_link_that_is_not_whole_empties_the_run() {
    let world =
        World::new().consents(EVERYBODY).with("web.choices", "cookie,what,state,at,until,notice\nc9,other,yes,,,\n");
    let links = |rows: &str| world.clone().with("web.links", &format!("cookie,person\nc1,1\n{rows}"));
    let plan = plan(with_cookies(), Cond::Everyone);
    assert_eq!(links("").members(&plan), ["1", "2"]);
    for row in ["c4,\n", ",1\n", ",\n", "c4,x\n", "c4,1.5\n"] {
        assert!(links(row).members(&plan).is_empty(), "{row}");
    }
}

#[test]
fn somebody_whom_only_an_identity_knows_is_heard_too() {
    let world = World::new()
        .people("1,,,,,,\n2,,,,,,\n")
        .with("web.links", "cookie,person\nc1,1\nc1,500\n")
        .with("web.choices", "cookie,what,state,at,until,notice\nc9,other,yes,,,\n");
    let plan = plan(with_cookies(), Cond::Everyone);
    let both = "1,mail,yes,2026-06-01T00:00:00Z,,2026-01\n2,mail,yes,2026-06-01T00:00:00Z,,2026-01\n";
    assert_eq!(world.clone().consents(both).members(&plan), ["1", "2"]);
    assert_eq!(world.clone().consents(&format!("{both}500,mail,no,2026-06-02T00:00:00Z,,\n")).members(&plan), ["2"]);
    assert_eq!(world.consents(&format!("{both}501,mail,no,2026-06-02T00:00:00Z,,\n")).members(&plan), ["1", "2"]);
}

#[test]
fn an_address_of_a_row_past_its_retention_denies_and_does_not_grant() {
    let mut guard = guard();
    guard.ledgers[0].keyed_by = KeyedBy::Contact(path(PEOPLE, 0, 3));
    let mut plan = plan(guard, Cond::Everyone);
    plan.tables[PEOPLE].clock = Some(Clock { column: 6, span: Length::days(10), happened: false });
    let world = World::new().people("1,,,old@x,,,2026-05-01T00:00:00Z\n1,,,new@x,,,2026-06-10T00:00:00Z\n");
    let run = |rows: &str| refused(&world.clone().consents(rows).run(&plan), "1");
    assert_eq!(run("new@x,mail,yes,2026-06-01T00:00:00Z,,2026-01\n"), None);
    assert_eq!(run("old@x,mail,yes,2026-06-01T00:00:00Z,,2026-01\n"), Some(Reason::NoConsent));
    let denied = "new@x,mail,yes,2026-06-01T00:00:00Z,,2026-01\nold@x,mail,no,2026-06-02T00:00:00Z,,\n";
    assert_eq!(run(denied), Some(Reason::Denied));
}

#[test]
fn those_who_share_an_address_share_denials() {
    let mut guard = guard();
    guard.shared = vec![path(PEOPLE, 0, 3)];
    let world = World::new().people("1,,,a@x,,,\n2,,,a@x,,,\n3,,,,,,\n4,,,,,,\n");
    let world =
        world.consents(&format!("{EVERYBODY}1,mail,no,2026-06-02T00:00:00Z,,\n3,mail,no,2026-06-02T00:00:00Z,,\n"));
    assert_eq!(world.members(&plan(guard, Cond::Everyone)), ["4"]);
}

#[test]
fn a_ledger_keyed_by_an_address_makes_it_a_control_cell() {
    let mut guard = guard();
    guard.control = vec![path(PEOPLE, 0, 3)];
    guard.ledgers[0].keyed_by = KeyedBy::Contact(path(PEOPLE, 0, 3));
    let plan = plan(guard, Cond::Everyone);
    let world = |people: &str, rows: &str| World::new().people(people).consents(rows).run(&plan);
    let outcome = world("1,,,a@x,,,\n2,,,,,,\n3,,,c@x,,,\n", "a@x,mail,yes,2026-06-01T00:00:00Z,,2026-01\n");
    assert_eq!(outcome.members(), ["1"]);
    assert_eq!((refused(&outcome, "2"), refused(&outcome, "3")), (Some(Reason::NoContact), Some(Reason::NoConsent)));
    for (people, rows) in [
        ("1,,,A@x,,,\n", "a@x,mail,yes,2026-06-01T00:00:00Z,,2026-01\n"),
        ("1,,,\" a@x\",,,\n", "a@x,mail,no,,,\n"),
        ("1,,,a@x,,,\n", "a@x,mail,yes,2026-06-01T00:00:00Z,,2026-01\na@X,mail,no,,,\n"),
        ("1,,,a@x,,,\n", "a@x,mail,yes,2026-06-01T00:00:00Z,,2026-01\na@x ,mail,no,,,\n"),
    ] {
        let outcome = world(people, rows);
        assert!(!outcome.waterfall.empty_because.is_empty() && outcome.members().is_empty(), "{people}{rows}");
    }
}

#[test]
fn a_missing_key_or_a_stale_empty_or_missing_ledger_empties_the_run() {
    let mut guard = guard();
    let plain = plan(guard.clone(), Cond::Everyone);
    let empties = |world: World, plan: &SegmentPlan| !world.run(plan).waterfall.empty_because.is_empty();
    assert!(empties(World::new().people("1,,,,,,\n,,,,,,\n").consents(GRANT), &plain));
    assert!(empties(World::new().consents(""), &plain));
    assert!(empties(World::new().without("privacy.consent"), &plain));
    guard.ledgers[0].fresh = Some(Fresh::Within { within: Length::days(1), by: clock("at") });
    let fresh = plan(guard.clone(), Cond::Everyone);
    let at = |at: &str| empties(World::new().consents(&format!("1,other,yes,{at},,\n")), &fresh);
    assert!(!at("2026-06-14T12:00:00Z") && at("2026-06-14T11:59:59Z") && at("") && at("2026-06-16T00:00:00Z"));
    guard.ledgers[0].fresh = Some(Fresh::Taken { on: "2026-06-15".parse().unwrap(), within: None });
    assert!(!empties(World::new().consents(GRANT), &plan(guard.clone(), Cond::Everyone)));
    guard.ledgers[0].fresh = Some(Fresh::Taken { on: "2026-06-16".parse().unwrap(), within: None });
    assert!(empties(World::new().consents(GRANT), &plan(guard.clone(), Cond::Everyone)));
    let taken = |days| Some(Fresh::Taken { on: "2026-06-01".parse().unwrap(), within: Some(Length::days(days)) });
    guard.ledgers[0].fresh = taken(15);
    assert!(!empties(World::new().consents(GRANT), &plan(guard.clone(), Cond::Everyone)));
    guard.ledgers[0].fresh = taken(14);
    assert!(empties(World::new().consents(GRANT), &plan(guard, Cond::Everyone)));
}

/// A ledger of present states in the people's own table: `level` 1 grants since `seen`, 0 denies.
fn states() -> Ledger {
    let says =
        |grants: &[usize], denies: &[usize]| Says { grants: grants.to_vec(), denies: denies.to_vec(), refuses: false };
    Ledger {
        name: "flags".into(),
        physical: vec!["crm".into(), "people".into()],
        subject: "id".into(),
        rows: LedgerRows::States {
            columns: vec![StateColumn {
                column: "level".into(),
                kind: ColumnKind::Integer,
                since: Some(clock("seen")),
                version: None,
                values: vec![(Value::Integer(1), says(&[0], &[])), (Value::Integer(0), says(&[], &[0]))],
                missing: says(&[], &[]),
                otherwise: says(&[], &[0]),
            }],
        },
        ..consent()
    }
}

#[test]
fn present_states_grant_before_every_denial_and_deny_for_ever() {
    let mut guard = guard();
    guard.purposes[0].notice = None;
    guard.ledgers = vec![states()];
    let people = |rows: &str, guard: &Guard| World::new().people(rows).members(&plan(guard.clone(), Cond::Everyone));
    let since = "1,,,,1,,2026-06-01T00:00:00Z\n2,,,,0,,2026-06-01T00:00:00Z\n3,,,,1,,\n4,,,,1,,2026-01-01T00:00:00Z\n\
        5,,,,1,,2026-07-01T00:00:00Z\n6,,,,7,,2026-06-01T00:00:00Z\n7,,,,x,,2026-06-01T00:00:00Z\n8,,,,,,2026-06-01T00:00:00Z\n9,,,,1,,soon\n";
    assert_eq!(people(since, &guard), ["1"]);
    guard.purposes[0].valid = None;
    assert_eq!(people(since, &guard), ["1", "4"]);
    guard.ledgers.push(consent());
    let world = |rows: &str| {
        World::new()
            .people("1,,,,1,,2026-06-01T00:00:00Z\n2,,,,0,,\n")
            .consents(rows)
            .members(&plan(guard.clone(), Cond::Everyone))
    };
    assert_eq!(world("9,other,yes,,,\n"), ["1"]);
    assert!(world("1,mail,no,2020-01-01T00:00:00Z,,\n").is_empty());
    assert_eq!(world("1,mail,no,2020-01-01T00:00:00Z,,\n1,mail,yes,2020-01-02T00:00:00Z,,\n"), ["1"]);
    assert_eq!(world("2,mail,yes,2026-06-01T00:00:00Z,,\n"), ["1"]);
}

#[test]
fn several_rows_of_one_subject_all_speak() {
    let mut guard = guard();
    guard.purposes[0].notice = None;
    guard.purposes[0].valid = None;
    guard.ledgers = vec![Ledger { physical: vec!["crm".into(), "flags".into()], ..states() }];
    let world =
        World::new().with("crm.flags", "id,level,seen\n1,1,2026-06-01T00:00:00Z\n1,0,\n2,1,2026-06-01T00:00:00Z\n");
    assert_eq!(world.members(&plan(guard.clone(), Cond::Everyone)), ["2"]);
    let ownerless = World::new().with("crm.flags", "id,level,seen\n,0,\n2,1,2026-06-01T00:00:00Z\n");
    assert!(ownerless.members(&plan(guard.clone(), Cond::Everyone)).is_empty());
    let harmless = World::new().with("crm.flags", "id,level,seen\n,1,\n2,1,2026-06-01T00:00:00Z\n");
    assert_eq!(harmless.members(&plan(guard, Cond::Everyone)), ["2"]);
}

#[test]
fn legitimate_interest_needs_no_denial_that_its_own_key_did_not_lift() {
    let mut guard = with_cookies();
    guard.purposes[0].basis = Basis::LegitimateInterest;
    let plan = plan(guard, Cond::Everyone);
    let world = World::new().people("1,,,,,,\n2,,,,,,\n").with("web.links", "cookie,person\nc1,1\n");
    let passes = |consents: &str, choices: &str| {
        world
            .clone()
            .consents(&format!("9,other,yes,,,\n{consents}"))
            .with("web.choices", &format!("cookie,what,state,at,until,notice\nc9,other,yes,,,\n{choices}"))
            .members(&plan)
    };
    assert_eq!(passes("", ""), ["1", "2"]);
    assert_eq!(passes("1,mail,objection,2026-06-01T00:00:00Z,,\n", ""), ["2"]);
    assert_eq!(
        passes("1,mail,objection,2026-06-01T00:00:00Z,,\n1,mail,yes,2026-06-02T00:00:00Z,,2026-01\n", ""),
        ["1", "2"]
    );
    assert_eq!(
        passes("1,mail,objection,2026-06-01T00:00:00Z,,\n1,mail,yes,2026-06-01T00:00:00Z,,2026-01\n", ""),
        ["2"]
    );
    assert_eq!(passes("1,mail,yes,2026-06-02T00:00:00Z,,2026-01\n", "c1,mail,no,2026-06-01T00:00:00Z,,\n"), ["2"]);
    assert_eq!(
        passes("", "c1,mail,no,2026-06-01T00:00:00Z,,\nc1,mail,yes,2026-06-02T00:00:00Z,,2026-01\n"),
        ["1", "2"]
    );
    assert_eq!(passes("1,other,erased,,,\n", ""), ["2"]);
}

#[test]
fn a_contract_is_bound_by_nothing_but_restriction() {
    let mut guard = contract();
    guard.birth = Some(path(PEOPLE, 0, 2));
    guard.residence.strictest = Asks { absent_means_yes: false, adult_at: Some(18), opt_outs: vec![0] };
    let world = World::new().people("1,,2020-01-01,,,,\n2,,,,,,\n").consents("1,mail,no,,,\n2,other,erased,,,\n");
    assert_eq!(world.members(&plan(guard, Cond::Everyone)), ["1"]);
}

#[test]
fn every_purpose_must_pass_and_a_suspended_one_stops_all() {
    let mut guard = guard();
    guard.purposes.push(PurposeGuard { purpose: "ads".into(), ..purpose(Basis::Consent) });
    if let LedgerRows::Events { codes, .. } = &mut guard.ledgers[0].rows {
        codes.push(Code { code: "ads".into(), grants: vec![1], denies: vec![0, 1] });
    }
    let both = "1,mail,yes,2026-06-01T00:00:00Z,,2026-01\n1,ads,yes,2026-06-01T00:00:00Z,,2026-01\n2,mail,yes,2026-06-01T00:00:00Z,,2026-01\n";
    let outcome = World::new().consents(both).run(&plan(guard.clone(), Cond::Everyone));
    assert_eq!(outcome.members(), ["1"]);
    assert_eq!(refused(&outcome, "2"), Some(Reason::NoConsent));
    guard.suspended = Some("incident".into());
    let outcome = World::new().consents(both).run(&plan(guard, Cond::Everyone));
    assert_eq!(refused(&outcome, "1"), Some(Reason::Suspended));
}

#[test]
fn a_household_is_denied_by_its_members_and_granted_by_itself_alone() {
    let mut guard = guard();
    guard.kind = SubjectKind::Household;
    guard.members = vec![Members {
        physical: vec!["crm".into(), "members".into()],
        key: "id".into(),
        kind: ColumnKind::Text,
        belongs: "home".into(),
        contacts: vec!["email".into()],
    }];
    let of_members =
        |keyed_by, table: &str| Ledger { name: table.into(), physical: vec![table.into()], keyed_by, ..consent() };
    guard.ledgers.push(of_members(KeyedBy::Member(0), "by_member"));
    guard.ledgers.push(of_members(KeyedBy::MemberContact { members: 0, column: 0 }, "by_address"));
    let plan = plan(guard, Cond::Everyone);
    let header = "person,what,state,at,until,notice\nzz,other,yes,,,\n";
    let run = |home: &str, member: &str, address: &str| {
        World::new()
            .consents(&format!("9,other,yes,,,\n{home}"))
            .with("crm.members", "id,home,email\nm1,1,a@x\nm2,1,b@x\nm3,2,c@x\nm4,,d@x\n")
            .with("by_member", &format!("{header}{member}"))
            .with("by_address", &format!("{header}{address}"))
            .members(&plan)
    };
    let homes = "1,mail,yes,2026-06-01T00:00:00Z,,2026-01\n2,mail,yes,2026-06-01T00:00:00Z,,2026-01\n";
    assert_eq!(run(homes, "", ""), ["1", "2"]);
    assert_eq!(run(homes, "m2,mail,no,2026-06-02T00:00:00Z,,\n", ""), ["2"]);
    assert_eq!(run(homes, "", "c@x,mail,no,2026-06-02T00:00:00Z,,\n"), ["1"]);
    assert_eq!(run(homes, "", "c@x,other,erased,,,\n"), ["1"]);
    assert!(
        run("", "m1,mail,yes,2026-06-02T00:00:00Z,,2026-01\nm2,mail,yes,2026-06-02T00:00:00Z,,2026-01\n", "")
            .is_empty()
    );
}
