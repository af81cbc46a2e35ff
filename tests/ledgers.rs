//! Every short history of a ledger: one person for each sequence of decisions, held against a specification of the guard that is
//! written here a second time: the reference, the embedded engine, and the emitted SQL on DuckDB and PostgreSQL. Then every pair of
//! histories of two people who share an address, so that what one of them says against it reaches the other, and no grant does.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::engines::Engines;
use common::evidence;
use common::worlds::{self, World, Written};
use segma::emit::sql::fit;
use segma::model::{Date, Instant};
use segma::{plan, reference, rules, run};

const NOW: i64 = 1_793_534_400_000_000; // 2026-11-01T12:00:00Z
const SKEW: i64 = 300_000_000;
const DAY: i64 = 86_400_000_000;
/// 24 months before, on the civil calendar of Berlin: 2024-11-01T12:00:00Z.
const OLDEST: i64 = 1_730_462_400_000_000;

const PROGRAM: &str = r#"
entity person is person {
  table crm.people   key id integer   retain while listed because "people of a test"   allowed service, analytics, marketing   residence always eu
}
ledger consent of person {
  table privacy.consent   subject person_id
  purposes purpose { "e" = marketing.email   "a" = marketing.ads   "m" = marketing   "an" = analytics   "none" = none   "*" = every }
  states state { granted "yes"   withdrawn "no"   objected "obj"   restricted "frozen"   released "thawed"   erased "gone" }
  at decided   until ends   fresh within 1 day by loaded   retain 72 months
}
purpose marketing       { basis consent   valid 24 months }
purpose marketing.email { channel email }
purpose marketing.ads   { channel ads }
purpose analytics       { basis legitimate interest   assessment "LIA-1" }
purpose service         { basis contract   because "what was ordered is delivered" }
jurisdiction eu { countries "DE"   absent means no }
segment mail of person { purpose marketing.email   consent marketing.email   retain 30 days   refresh daily   where everyone }
segment counted of person { purpose analytics   consent not needed because "LIA-1"   retain 30 days   refresh daily   where everyone }
segment served of person { purpose service   consent not needed because "the contract"   retain 30 days   refresh daily   where everyone }
"#;

/// A decision: a purpose's code, a state, when, and when it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decision {
    purpose: &'static str,
    state: &'static str,
    at: Option<i64>,
    until: Option<i64>,
}

fn decision(purpose: &'static str, state: &'static str, at: Option<i64>) -> Decision {
    Decision { purpose, state, at, until: None }
}

const INSTANTS: [i64; 5] = [OLDEST - 1, NOW - 10 * DAY, NOW - 5 * DAY, NOW, NOW + SKEW];

/// Grants, withdrawals, grants of another purpose, and grants of unknown time beside each other.
fn few_kinds() -> Vec<Decision> {
    let at = |at: i64| {
        let unknown = Decision { until: None, ..decision("e", "yes", None) };
        let kept = [decision("e", "yes", Some(at)), decision("e", "no", Some(at)), decision("a", "yes", Some(at))];
        kept.into_iter().chain([unknown])
    };
    INSTANTS.into_iter().flat_map(at).collect()
}

/// Everything that a row can say.
fn many_kinds() -> Vec<Decision> {
    let codes = [
        ("e", "yes"),
        ("e", "no"),
        ("e", "obj"),
        ("m", "no"),
        ("a", "no"),
        ("*", "no"),
        ("none", "no"),
        ("new", "no"),
        ("new", "yes"),
        ("e", "new"),
        ("an", "yes"),
        ("an", "obj"),
        ("a", "frozen"),
        ("none", "thawed"),
        ("e", "gone"),
        ("m", "yes"),
    ];
    let instants = [None, Some(NOW - 10 * DAY), Some(NOW - 5 * DAY), Some(NOW + SKEW), Some(NOW + SKEW + 1)];
    let plain = codes.into_iter().flat_map(|(purpose, state)| instants.map(|at| decision(purpose, state, at)));
    let ending = [NOW - 5 * DAY, NOW + SKEW, NOW + SKEW + 1];
    let ending = ending.map(|until| Decision { until: Some(until), ..decision("e", "yes", Some(NOW - 10 * DAY)) });
    plain.chain(ending).collect()
}

/// Every sequence of at most so many of them.
fn histories(kinds: &[Decision], longest: usize) -> Vec<Vec<Decision>> {
    let mut all = vec![Vec::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        let longer = |history: &Vec<Decision>| {
            let history = history.clone();
            kinds.iter().map(move |kind| history.iter().copied().chain([*kind]).collect::<Vec<_>>())
        };
        last = last.iter().flat_map(longer).collect();
        all.extend(last.clone());
    }
    all
}

/// What a history says, as the language's description has it.
struct Said {
    /// Times of grants that count for mail.
    grants: Vec<i64>,
    /// The same for the interest.
    interest_grants: Vec<i64>,
    /// Times of denials in force of mail, `None` where nobody knows.
    denials: Vec<Option<i64>>,
    interest_denials: Vec<Option<i64>>,
    frozen: bool,
}

fn said(history: &[Decision]) -> Said {
    let mut said =
        Said { grants: vec![], interest_grants: vec![], denials: vec![], interest_denials: vec![], frozen: false };
    let in_force = |at: Option<i64>| at.is_none_or(|at| at <= NOW + SKEW);
    for row in history {
        let known = ["e", "a", "m", "an", "none", "*"].contains(&row.purpose);
        let counts = row.at.filter(|at| *at <= NOW);
        match row.state {
            "yes" => {
                said.grants.extend(counts.filter(|at| row.purpose == "e" && *at >= OLDEST));
                said.interest_grants.extend(counts.filter(|_| row.purpose == "an"));
                let end = row.until.filter(|end| row.purpose == "e" && *end <= NOW + SKEW);
                said.denials.extend(end.map(Some));
            }
            "no" | "obj" if in_force(row.at) => {
                said.denials.extend((!known || ["e", "m", "*"].contains(&row.purpose)).then_some(row.at));
                said.interest_denials.extend((!known || ["an", "*"].contains(&row.purpose)).then_some(row.at));
            }
            "frozen" => {
                let released = |other: &Decision| other.state == "thawed" && other.at.is_some_and(|at| at < NOW + SKEW);
                let later = |other: &&Decision| row.at.is_some_and(|at| released(other) && other.at > Some(at));
                said.frozen |= in_force(row.at) && !history.iter().any(|other| later(&other));
            }
            "gone" => said.frozen |= in_force(row.at),
            "no" | "obj" | "thawed" => {}
            _ if in_force(row.at) => {
                said.denials.push(row.at);
                said.interest_denials.push(row.at);
            }
            _ => {}
        }
    }
    said
}

/// Whether a denial is strictly before one of the grants.
fn lifted(denial: &Option<i64>, grants: &[i64]) -> bool {
    denial.is_some_and(|denied| grants.iter().any(|granted| denied < *granted))
}

fn permitted(segment: &str, history: &[Decision]) -> bool {
    let said = said(history);
    let pass = match segment {
        "mail" => !said.grants.is_empty() && said.denials.iter().all(|denial| lifted(denial, &said.grants)),
        "counted" => said.interest_denials.iter().all(|denial| lifted(denial, &said.interest_grants)),
        _ => true,
    };
    pass && !said.frozen
}

fn written(columns: &[&str], rows: Vec<Vec<Option<String>>>) -> Written {
    Written { columns: columns.iter().map(|name| (*name).to_owned()).collect(), rows }
}

fn world(histories: &[Vec<Decision>]) -> World {
    let text = |at: Option<i64>| at.map(|at| Instant::from_micros(at).to_string());
    let people = (0..histories.len()).map(|id| vec![Some(id.to_string())]).collect();
    let fresh = Some(Instant::from_micros(NOW).to_string());
    let row = |id: usize, row: &Decision| {
        let codes = [row.purpose, row.state].map(|code| Some(code.to_owned()));
        let [purpose, state] = codes;
        vec![Some(id.to_string()), purpose, state, text(row.at), text(row.until), fresh.clone()]
    };
    let rows = histories.iter().enumerate().flat_map(|(id, history)| history.iter().map(move |at| (id, at)));
    let rows = rows.map(|(id, decision)| row(id, decision)).collect();
    let consent = written(&["person_id", "purpose", "state", "decided", "ends", "loaded"], rows);
    World {
        name: "ledgers".to_owned(),
        text: PROGRAM.to_owned(),
        now: Instant::from_micros(NOW),
        tables: BTreeMap::from([
            ("crm.people".to_owned(), written(&["id"], people)),
            ("privacy.consent".to_owned(), consent),
        ]),
        members: BTreeMap::new(),
        shown: BTreeMap::new(),
        definitions: BTreeMap::new(),
        figures: BTreeMap::new(),
    }
}

fn hold(histories: &[Vec<Decision>], segments: &[&str]) {
    let world = world(histories);
    let loaded = world.load();
    let (model, rows) = (loaded.model.clone(), world.rows(&loaded.model));
    let (findings, checked) = rules::check(loaded.model, "2026-11-01".parse::<Date>().unwrap());
    let plan = plan::build(&checked.unwrap_or_else(|| panic!("{findings:?}")), &loaded.sources);
    let csv = |name: &str| {
        let bytes = world.csv(name).unwrap();
        (name.to_owned(), run::File { name: name.to_owned(), format: run::Format::Csv, bytes })
    };
    let files: BTreeMap<String, run::File> = world.tables.keys().map(|name| csv(name)).collect();
    for plan in plan.segments.iter().filter(|plan| segments.contains(&plan.about.name.as_str())) {
        let name = plan.about.name.as_str();
        let permitted: BTreeSet<usize> = (0..histories.len()).filter(|id| permitted(name, &histories[*id])).collect();
        assert!(!permitted.is_empty() && permitted.len() < histories.len(), "{name}: nothing was told apart");
        let id = model.segment_named(name).unwrap();
        let members = reference::members(&model, id, &rows, world.now).members;
        let by_reference: BTreeSet<usize> = members.iter().map(|key| worlds::key_text(key).parse().unwrap()).collect();
        same(name, "the reference", &permitted, &by_reference, histories);
        let by_run = run::members(plan, &files, world.now).unwrap();
        let by_run: BTreeSet<usize> = by_run.iter().map(|key| key.parse().unwrap()).collect();
        same(name, "the embedded engine", &permitted, &by_run, histories);
    }
}

/// A list as a table, its cells as SQL.
fn values(name: &str, columns: &str, rows: impl Iterator<Item = String>) -> String {
    format!("CREATE TABLE {name} AS SELECT * FROM (VALUES {}) AS v({columns})", rows.collect::<Vec<_>>().join(", "))
}

/// Tables of all histories of so many decisions, composed by the engine itself as [`histories`] composes them: `kinds`, and `said`, a row
/// for each decision of each history.
fn composed(kinds: &[Decision], longest: usize) -> Vec<String> {
    let n = kinds.len();
    let time = |at: Option<i64>| match at {
        Some(at) => format!("CAST('{}' AS TIMESTAMPTZ)", Instant::from_micros(at)),
        None => "CAST(NULL AS TIMESTAMPTZ)".to_owned(),
    };
    let kind = |(i, kind): (usize, &Decision)| {
        format!("({i}, '{}', '{}', {}, {})", kind.purpose, kind.state, time(kind.at), time(kind.until))
    };
    let mut parts = vec!["SELECT 1 + a.i AS history, a.i AS kind FROM kinds AS a".to_owned()];
    if longest > 1 {
        let of = |which| format!("SELECT {} + a.i * {n} + b.i, {which}.i FROM kinds AS a CROSS JOIN kinds AS b", 1 + n);
        parts.extend([of("a"), of("b")]);
    }
    if longest > 2 {
        let of = |which| {
            format!(
                "SELECT {} + (a.i * {n} + b.i) * {n} + c.i, {which}.i FROM kinds AS a CROSS JOIN kinds AS b CROSS JOIN kinds AS c",
                1 + n + n * n
            )
        };
        parts.extend([of("a"), of("b"), of("c")]);
    }
    vec![
        values("kinds", "i, purpose, state, decided, ends", kinds.iter().enumerate().map(kind)),
        format!(
            "CREATE TABLE said AS SELECT h.history, k.purpose, k.state, k.decided, k.ends FROM ({}) AS h JOIN kinds AS k ON k.i = h.kind",
            parts.join(" UNION ALL ")
        ),
        "CREATE SCHEMA crm".to_owned(),
        "CREATE SCHEMA privacy".to_owned(),
    ]
}

fn loaded_now() -> String {
    format!("CAST('{}' AS TIMESTAMPTZ) AS loaded", Instant::from_micros(NOW))
}

/// Who leaves, by the emitted SQL on an engine; `None` without engines.
fn by_sql(engine: &str, plan: &plan::Plan, segment: &str, setup: &[String]) -> Option<BTreeSet<usize>> {
    let mut engines = Engines::start()?;
    let fitted = fit(plan, engine).unwrap();
    let query = fitted.query(segment, Some(Instant::from_micros(NOW))).unwrap().unwrap();
    let answers = engines.run(engine, setup, &[query]).unwrap_or_else(|error| panic!("{engine}: {error}"));
    let rows = answers.into_iter().next().unwrap().unwrap_or_else(|error| panic!("{engine}: {error}"));
    Some(rows.iter().map(|row| usize::try_from(row["id"].as_u64().unwrap()).unwrap()).collect())
}

fn planned(text: &str) -> plan::Plan {
    let (name, text) = ("ledgers".to_owned(), text.to_owned());
    let world = World {
        name,
        text,
        now: Instant::from_micros(NOW),
        tables: BTreeMap::new(),
        members: BTreeMap::new(),
        shown: BTreeMap::new(),
        definitions: BTreeMap::new(),
        figures: BTreeMap::new(),
    };
    let loaded = world.load();
    let (findings, checked) = rules::check(loaded.model, "2026-11-01".parse::<Date>().unwrap());
    plan::build(&checked.unwrap_or_else(|| panic!("{:?} {findings:?}", loaded.findings)), &loaded.sources)
}

fn hold_on_engines(kinds: &[Decision], longest: usize, segments: &[&str]) {
    let histories = histories(kinds, longest);
    let mut setup = composed(kinds, longest);
    let people = histories.len() - 1;
    setup.push(format!(
        "CREATE TABLE crm.people AS SELECT CAST(g AS BIGINT) AS id FROM generate_series(0, {people}) AS s(g)"
    ));
    setup.push(format!(
        "CREATE TABLE privacy.consent AS SELECT CAST(history AS BIGINT) AS person_id, purpose, state, decided, ends, {} FROM said",
        loaded_now()
    ));
    let plan = planned(PROGRAM);
    for (engine, segment) in
        ["duckdb", "postgres"].iter().flat_map(|engine| segments.iter().map(move |one| (*engine, *one)))
    {
        let Some(found) = by_sql(engine, &plan, segment, &setup) else { return };
        let right: BTreeSet<usize> = (0..histories.len()).filter(|id| permitted(segment, &histories[*id])).collect();
        let wrong = found.symmetric_difference(&right).count();
        let figure = format!("histories of {longest} decisions, {segment}, {engine}");
        evidence::figure("ledgers", &figure, histories.len(), wrong, &format!("{} permitted", right.len()));
        same(segment, engine, &right, &found, &histories);
    }
}

/// Whether the one of two people who share an address may be reached: by a grant of their own, after every denial of both.
fn permitted_beside(own: &[Decision], other: &[Decision]) -> bool {
    let (own, other) = (said(own), said(other));
    let all = own.denials.iter().chain(&other.denials);
    !own.grants.is_empty() && all.into_iter().all(|denial| lifted(denial, &own.grants)) && !own.frozen && !other.frozen
}

/// The program, with an address that a destination matches on.
fn beside() -> String {
    let people = "  field email text is contact.email, direct\n}\nledger consent";
    let mailer = "destination mailer { channel email   region EU   match email   lag 1 hour   removes members }\n";
    let text = PROGRAM.replacen("}\nledger consent", people, 1).replacen(
        "refresh daily   where",
        "refresh daily   for mailer   where",
        1,
    );
    assert!(text.contains("field email") && text.contains("for mailer"));
    format!("{text}{mailer}")
}

/// Every pair of histories of at most `longest` decisions, of people 2n and 2n + 1 with one address: tables for an engine.
fn pairs(kinds: &[Decision], longest: usize, histories: usize) -> Vec<String> {
    let mut setup = composed(kinds, longest);
    let all = histories * histories;
    setup.push(format!(
        "CREATE TABLE crm.people AS SELECT CAST(2 * g + w AS BIGINT) AS id, 'p' || CAST(g AS VARCHAR) || '@x.example' AS email \
         FROM generate_series(0, {}) AS s(g) CROSS JOIN generate_series(0, 1) AS t(w)",
        all - 1
    ));
    let of = |id: &str| {
        format!(
            "SELECT CAST({id} AS BIGINT) AS person_id, purpose, state, decided, ends, {} FROM said CROSS JOIN generate_series(0, {}) AS s(g)",
            loaded_now(),
            histories - 1
        )
    };
    let (first, second) =
        (of(&format!("2 * (history * {histories} + g)")), of(&format!("2 * (g * {histories} + history) + 1")));
    setup.push(format!("CREATE TABLE privacy.consent AS {first} UNION ALL {second}"));
    // Without statistics PostgreSQL would join them by nested loops.
    setup.push("ANALYZE".to_owned());
    setup
}

fn hold_pairs(who: &str, histories: &[Vec<Decision>], found: &BTreeSet<usize>) {
    let count = histories.len();
    let mut wrong = Vec::new();
    let mut right = 0;
    for (pair, second) in (0..count * count).flat_map(|pair| [(pair, false), (pair, true)]) {
        let (a, b) = (&histories[pair / count], &histories[pair % count]);
        let permitted = if second { permitted_beside(b, a) } else { permitted_beside(a, b) };
        right += usize::from(permitted);
        if found.contains(&(2 * pair + usize::from(second))) != permitted {
            wrong.push(format!("{second} of {a:?} beside {b:?} must be {permitted}"));
        }
    }
    evidence::figure(
        "ledgers",
        &format!("pairs of histories, {who}"),
        count * count,
        wrong.len(),
        &format!("{right} permitted"),
    );
    assert!(wrong.is_empty(), "{who}: {} of {}: {:?}", wrong.len(), count * count, &wrong[..wrong.len().min(3)]);
    assert!(right > count, "nothing was told apart");
}

fn same(segment: &str, who: &str, right: &BTreeSet<usize>, found: &BTreeSet<usize>, histories: &[Vec<Decision>]) {
    let tell =
        |ids: BTreeSet<&usize>| ids.into_iter().take(3).map(|id| format!("{:?}", histories[*id])).collect::<Vec<_>>();
    let (more, less) = (found.difference(right).collect(), right.difference(found).collect());
    assert!(found == right, "{segment}: {who} lets in {:?} and leaves out {:?}", tell(more), tell(less));
}

#[test]
fn every_history_of_three_decisions() {
    let histories = histories(&few_kinds(), 3);
    assert_eq!(histories.len(), 8_421);
    hold(&histories, &["mail"]);
}

#[test]
fn every_pair_of_everything_that_can_be_said() {
    let histories = histories(&many_kinds(), 2);
    assert_eq!(histories.len(), 1 + 83 + 83 * 83);
    hold(&histories, &["mail", "counted", "served"]);
}

#[test]
fn every_history_of_three_decisions_on_every_engine() {
    hold_on_engines(&few_kinds(), 3, &["mail"]);
}

#[test]
fn every_pair_of_everything_that_can_be_said_on_every_engine() {
    hold_on_engines(&many_kinds(), 2, &["mail", "counted", "served"]);
}

#[test]
fn every_pair_of_histories_of_people_who_share_an_address() {
    let plan = planned(&beside());
    for engine in ["duckdb", "postgres"] {
        let (kinds, longest) = (few_kinds(), 2);
        let histories = histories(&kinds, longest);
        let began = std::time::Instant::now();
        let Some(found) = by_sql(engine, &plan, "mail", &pairs(&kinds, longest, histories.len())) else { return };
        hold_pairs(engine, &histories, &found);
        println!("{engine}: {} pairs in {:?}", histories.len().pow(2), began.elapsed());
    }
    let histories = histories(&few_kinds(), 2);
    let began = std::time::Instant::now();
    hold_pairs("the embedded engine", &histories, &by_run_beside(&plan, &histories));
    println!("the embedded engine: {:?}", began.elapsed());
}

fn by_run_beside(plan: &plan::Plan, histories: &[Vec<Decision>]) -> BTreeSet<usize> {
    let (mut people, mut said) = ("id,email\n".to_owned(), "person_id,purpose,state,decided,ends,loaded\n".to_owned());
    let text = |at: Option<i64>| at.map(|at| Instant::from_micros(at).to_string()).unwrap_or_default();
    let fresh = text(Some(NOW));
    let lines = |history: &Vec<Decision>| -> Vec<String> {
        history
            .iter()
            .map(|row| format!(",{},{},{},{},{fresh}\n", row.purpose, row.state, text(row.at), text(row.until)))
            .collect()
    };
    let lines: Vec<Vec<String>> = histories.iter().map(lines).collect();
    for pair in 0..histories.len().pow(2) {
        for (id, history) in [(2 * pair, pair / histories.len()), (2 * pair + 1, pair % histories.len())] {
            people += &format!("{id},p{pair}@x.example\n");
            lines[history].iter().for_each(|line| said += &format!("{id}{line}"));
        }
    }
    let file = |(name, text): (&str, String)| {
        (name.to_owned(), run::File { name: name.to_owned(), format: run::Format::Csv, bytes: text.into_bytes() })
    };
    let files: BTreeMap<String, run::File> = [("crm.people", people), ("privacy.consent", said)].map(file).into();
    let plan = plan.segments.iter().find(|plan| plan.about.name == "mail").unwrap();
    let members = run::members(plan, &files, Instant::from_micros(NOW)).unwrap();
    members.iter().map(|key| key.parse().unwrap()).collect()
}
