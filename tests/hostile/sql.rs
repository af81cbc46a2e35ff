//! Inputs 35 to 63: names and texts that become SQL. Each goes the whole way from a `.seg` file to rows of DuckDB and PostgreSQL, in
//! sessions that read backslashes both ways, and must find the very row that holds it and no other.

use std::collections::{BTreeMap, BTreeSet};

use segma::emit::sql::fit;
use segma::model::Instant;
use segma::{plan, rules};
use serde_json::Value;

use super::common::engines::Engines;
use super::common::evidence;
use super::common::tables;
use super::common::worlds::{World, Written};

const HEAD: &str = "purpose service { basis contract   because \"what was ordered is delivered\" }
jurisdiction eu { countries \"DE\"   absent means no }
";

/// Texts to be compared with, by the number of their input.
const TEXTS: &[(usize, &str)] = &[
    (49, "{{ jinja }}"),
    (49, "${var} $1 :bind :'x' ? @x %s %(x)s &var !name! #{x}"),
    (50, "'"),
    (51, "''"),
    (52, "\\"),
    (53, "\\'"),
    (54, "\\' OR 1=1 -- "),
    (55, " OR 1=1 -- "),
    (56, "'||(select 1)||'"),
    (57, "$$"),
    (57, "$tag$ $tag$"),
    (58, "/*"),
    (58, "*/ /* /* */"),
    (58, "-- # ; //"),
    (60, "a\nb"),
    (60, "a\r\nb\tc"),
    (61, "\\N"),
    (61, "\\x27 \\u0027 \\047 %27"),
    (62, "E'"),
    (62, "N' X' r' b' U&'"),
    (62, "'E'"),
    (63, "%"),
    (63, "_"),
    (63, "[a-z]"),
    (63, "!"),
    (66, "\u{4e00}\\"),
    (66, "ソ' -- "),
    (68, ""),
    (113, "trailing "),
    (113, "é"),
    (113, "e\u{301}"),
    (113, "007"),
    (113, "7"),
    (113, "NULL"),
];

/// Physical names of columns, by the number of their input.
const NAMES: &[(usize, &str)] = &[
    (35, "a\"b"),
    (36, "a\"\"b"),
    (37, "a`b"),
    (38, "a]b"),
    (38, "[a]"),
    (39, "a\\"),
    (39, "a\\\""),
    (40, "a.b"),
    (40, "x.a.b"),
    (41, "\"; DROP VIEW x; --"),
    (42, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"),
    (42, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2"),
    (44, "select"),
    (44, "order"),
    (44, "qualify"),
    (44, "user"),
    (44, "current_date"),
    (44, "true"),
    (44, "NULL"),
    (45, "1st"),
    (45, "$a"),
    (45, "#tmp"),
    (45, "_"),
    (45, " "),
    (46, "guard"),
    (46, "control"),
    (46, "permitted"),
    (46, "person_key"),
    (46, "counts_at"),
    (46, "now"),
    (46, "broken"),
    (46, "id_text"),
    (46, "information_schema"),
    (47, "name"),
    (47, "key"),
    (47, "nick"),
    (49, "{{ jinja }} ${var} :bind ? @x %s &var"),
    (34, "🎉 ünï"),
    (58, "a--b /*"),
    (56, "a'b"),
];

/// A text as the language writes it.
fn written(text: &str) -> String {
    let one = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if c.is_ascii_graphic() || c == ' ' => c.to_string(),
        c => format!("\\u{{{:X}}}", c as u32),
    };
    format!("\"{}\"", text.chars().map(one).collect::<String>())
}

fn segment(name: &str, condition: &str) -> String {
    format!(
        "segment {name} of person {{ purpose service   consent not needed because \"the contract\"   retain 30 days   refresh daily   where {condition} }}\n"
    )
}

fn table(columns: Vec<String>, rows: Vec<Vec<Option<String>>>) -> BTreeMap<String, Written> {
    BTreeMap::from([("crm.people".to_owned(), Written { columns, rows })])
}

fn world(text: String, tables: BTreeMap<String, Written>) -> World {
    let now: Instant = "2026-11-01T12:00:00Z".parse().unwrap();
    World {
        name: "hostile".to_owned(),
        text: format!("{HEAD}{text}"),
        now,
        tables,
        members: BTreeMap::new(),
        shown: BTreeMap::new(),
        definitions: BTreeMap::new(),
        figures: BTreeMap::new(),
    }
}

/// A person for each text, who has it as a nickname.
fn texts() -> World {
    let mut text = "entity person is person { table crm.people   key id integer   retain while listed because \"people of a test\"   allowed service
  residence always eu   field nick text? is demographic }\n"
        .to_owned();
    let mut members = BTreeMap::new();
    let mut expect = |name: String, condition: String, fits: &dyn Fn(&str) -> bool| {
        text += &segment(&name, &condition);
        let fitting = TEXTS.iter().enumerate().filter(|(_, (_, text))| fits(text)).map(|(id, _)| id.to_string());
        members.insert(name, fitting.collect::<BTreeSet<String>>());
    };
    for (id, (number, value)) in TEXTS.iter().enumerate() {
        expect(format!("is_{number}_{id}"), format!("nick = {}", written(value)), &|text| text == *value);
        if !value.is_empty() {
            expect(format!("has_{number}_{id}"), format!("nick contains {}", written(value)), &|text| {
                text.contains(value)
            });
            expect(format!("starts_{number}_{id}"), format!("nick starts with {}", written(value)), &|text| {
                text.starts_with(value)
            });
            expect(format!("ends_{number}_{id}"), format!("nick ends with {}", written(value)), &|text| {
                text.ends_with(value)
            });
        }
    }
    let all: Vec<String> = TEXTS.iter().map(|(_, text)| written(text)).collect();
    expect("all_of_them".to_owned(), format!("nick in ({})", all.join(", ")), &|_| true);
    expect("two_that_meet".to_owned(), "nick = \"\\\\\" or nick = \" OR 1=1 -- \"".to_owned(), &|text| {
        [" OR 1=1 -- ", "\\"].contains(&text)
    });
    let rows = TEXTS.iter().enumerate().map(|(id, (_, text))| vec![Some(id.to_string()), Some((*text).to_owned())]);
    let mut world = world(text, table(vec!["id".to_owned(), "nick".to_owned()], rows.collect()));
    world.members = members;
    world
}

/// A person for each name, who has something in the column of that name only.
fn names() -> World {
    let fields =
        NAMES.iter().enumerate().map(|(id, (_, name))| format!("field f{id} {} text? is demographic", written(name)));
    let fields: Vec<String> = fields.collect();
    let mut text = format!(
        "entity person is person {{ table crm.people   key id integer   retain while listed because \"people of a test\"   allowed service
  residence always eu\n  {} }}\n",
        fields.join("\n  ")
    );
    let mut members = BTreeMap::new();
    for (id, (number, _)) in NAMES.iter().enumerate() {
        let name = format!("column_{number}_{id}");
        text += &segment(&name, &format!("f{id} = \"here\""));
        members.insert(name, BTreeSet::from([id.to_string()]));
    }
    let columns = ["id"].into_iter().chain(NAMES.iter().map(|(_, name)| *name)).map(str::to_owned).collect();
    let row = |id: usize| {
        let cells = (0..NAMES.len()).map(|at| (at == id).then(|| "here".to_owned()));
        [Some(id.to_string())].into_iter().chain(cells).collect()
    };
    let mut world = world(text, table(columns, (0..NAMES.len()).map(row).collect()));
    world.members = members;
    world
}

fn members(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(|row| row.as_object().unwrap().values().next().unwrap().to_string()).collect()
}

/// Asks both engines; gives how many audiences ran.
fn hold(world: &World, sessions: &[(&str, &[&str])]) -> usize {
    let Some(mut engines) = Engines::start() else { return 0 };
    let loaded = world.load();
    let (model, sources) = (loaded.model.clone(), loaded.sources);
    let (findings, checked) = rules::check(loaded.model, "2026-11-01".parse().unwrap());
    let said: Vec<String> = loaded.findings.iter().chain(&findings).map(|finding| finding.message.clone()).collect();
    let plan = plan::build(&checked.unwrap_or_else(|| panic!("{said:?}")), &sources);
    let (mut ran, mut wrong) = (0, Vec::new());
    fit(&plan, "snowflake").unwrap_or_else(|findings| panic!("{findings:?}"));
    let unnameable = fit(&plan, "bigquery").err().unwrap_or_default();
    assert!(unnameable.iter().all(|finding| finding.code.0 == "DIA-02"), "{unnameable:?}");
    for (engine, settings) in sessions {
        let fitted = fit(&plan, engine).unwrap_or_else(|findings| panic!("{engine}: {findings:?}"));
        let mut setup = tables::statements(world, &model, engine).unwrap();
        setup.extend(settings.iter().map(|setting| (*setting).to_owned()));
        let queries = world.members.keys().map(|name| fitted.query(name, Some(world.now)).unwrap().unwrap());
        let queries: Vec<String> = queries.collect();
        let answers = engines.run(engine, &setup, &queries).unwrap_or_else(|error| panic!("{engine}: {error}"));
        for ((name, expected), answer) in world.members.iter().zip(answers) {
            ran += 1;
            let found = answer.map(|rows| members(&rows));
            if found.as_ref() != Ok(expected) {
                wrong.push(format!("{engine} {name}: {found:?}, not {expected:?}"));
            }
        }
    }
    evidence::figure("hostile", "names and texts compared by engines", ran, wrong.len(), "on DuckDB and PostgreSQL");
    assert!(wrong.is_empty(), "{} of {ran}:\n{}", wrong.len(), wrong.join("\n"));
    ran
}

const SESSIONS: &[(&str, &[&str])] = &[
    ("duckdb", &[]),
    ("postgres", &["SET standard_conforming_strings = on"]),
    (
        "postgres",
        &["SET standard_conforming_strings = off", "SET escape_string_warning = off", "SET backslash_quote = on"],
    ),
];

#[test]
fn hostile_texts_find_their_own_row_on_every_engine() {
    hold(&texts(), SESSIONS);
}

#[test]
fn hostile_names_find_their_own_column_on_every_engine() {
    hold(&names(), SESSIONS);
}
