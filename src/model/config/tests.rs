use super::*;

const GOOD: &str = "name = \"shop\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\n";

fn parse(text: &str) -> (Config, Vec<Diagnostic>, SourceMap) {
    let mut sources = SourceMap::new();
    let file = sources.add(FILE_NAME, text);
    let (config, findings) = Config::parse(&sources, file);
    (config, findings, sources)
}

/// The codes reported, each with the text under its place.
fn reported(text: &str) -> Vec<(&'static str, String)> {
    let (_, findings, sources) = parse(text);
    findings.iter().map(|f| (f.code.0, f.span().map_or(String::new(), |span| sources.slice(span).to_owned()))).collect()
}

/// The findings of a line added to a good file, with advice.
fn advice(line: &str) -> Vec<String> {
    let (_, findings, _) = parse(&format!("{GOOD}{line}\n"));
    findings.iter().map(|f| format!("{}: {} / {}", f.code, f.message, f.help.as_deref().unwrap_or(""))).collect()
}

#[test]
fn a_whole_file_is_read() {
    let (config, findings, sources) = parse(
        "# shop\nname = \"shop\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"aud\"\n\
         dialects = [\"duckdb\", \"postgres\"]\npacks = []\n[data]\n\"shop.orders\" = \"data/orders.parquet\"\n\
         \"crm.customers\" = \"data/customers.csv\"\n",
    );
    assert_eq!(findings, []);
    assert_eq!(
        (config.name.as_str(), config.edition.as_str(), config.timezone.as_str()),
        ("shop", "2026", "Europe/Berlin")
    );
    assert_eq!(config.zone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(config.schema.value, "aud");
    assert_eq!(config.dialects.iter().map(|d| d.value.as_str()).collect::<Vec<_>>(), ["duckdb", "postgres"]);
    let orders = &config.data["shop.orders"];
    assert_eq!((orders.path.as_str(), orders.format), ("data/orders.parquet", DataFormat::Parquet));
    assert_eq!(sources.slice(orders.span), "\"data/orders.parquet\"");
    assert_eq!(config.data["crm.customers"].format, DataFormat::Csv);
}

#[test]
fn what_is_left_out_has_a_default_only_where_nobody_is_affected() {
    let (config, findings, _) = parse(GOOD);
    assert_eq!(findings, []);
    assert_eq!(config.schema.value, "audiences");
    assert_eq!(config.dialects.len(), DIALECTS.len());
    assert_eq!(reported("").iter().map(|(code, _)| *code).collect::<Vec<_>>(), ["CFG-03", "CFG-03", "CFG-03"]);
}

#[test]
fn unknown_keys_are_refused_with_a_suggestion() {
    assert_eq!(
        advice("dialect = [\"duckdb\"]"),
        ["CFG-02: `dialect` is not a key of `segma.toml` / did you mean `dialects`?"]
    );
    assert_eq!(reported(&format!("{GOOD}__proto__ = 1\n")), [("CFG-02", "__proto__".to_owned())]);
}

#[test]
fn duplicate_keys_and_broken_toml_are_refused_without_follow_ups() {
    let (_, findings, sources) = parse("name = \"a\"\nname = \"b\"\n");
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code, sources.line_col(findings[0].span().unwrap()).line), (SYNTAX, 2));
    assert!(reported("name = \n").iter().all(|(code, _)| *code == "CFG-01"));
    assert!(reported(&"[".repeat(100_000)).iter().all(|(code, _)| *code == "CFG-01"));
    let deep = format!("{GOOD}packs = {}\n", "[".repeat(100_000));
    assert!(reported(&deep).iter().any(|(code, _)| *code == "CFG-01"));
}

#[test]
fn types_are_not_coerced() {
    let text = "name = 1\nedition = 2026\ntimezone = true\ndialects = \"duckdb\"\npacks = [1]\ndata = []\n";
    let codes: Vec<_> = reported(text).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["CFG-04"; 6]);
}

#[test]
fn zones_that_are_not_places_are_refused() {
    let zone = |name: &str| {
        let (config, findings, _) = parse(&format!("name = \"a\"\nedition = \"2026\"\ntimezone = \"{name}\"\n"));
        assert!(findings.is_empty() || config.timezone == "UTC");
        findings.first().map(|f| format!("{} / {}", f.message, f.help.as_deref().unwrap_or("")))
    };
    assert_eq!(zone("UTC"), None);
    assert_eq!(zone("Asia/Kathmandu"), None);
    assert_eq!(zone("europe/berlin").unwrap(), "there is no time zone `europe/berlin` / did you mean `Europe/Berlin`?");
    assert_eq!(zone("Europe/Berln").unwrap(), "there is no time zone `Europe/Berln` / did you mean `Europe/Berlin`?");
    for trap in ["EST", "Etc/GMT+5", "Etc/UTC", "GMT"] {
        assert!(zone(trap).unwrap().contains("means different things"), "{trap}: {:?}", zone(trap));
    }
    assert!(zone("GMT+5").is_some() && zone("").is_some() && zone("../../etc/passwd").is_some());
}

#[test]
fn dialects_and_packs_are_refused_by_name() {
    assert_eq!(
        advice("dialects = [\"postgresql\"]"),
        ["CFG-08: there is no dialect `postgresql` / did you mean `postgres`?"]
    );
    assert!(advice("dialects = [\"clickhouse\"]")[0].contains("`clickhouse` is not supported yet"));
    assert!(advice("dialects = [\"duckdb\", \"duckdb\"]")[0].contains("named twice"));
    assert_eq!(advice("dialects = []").len(), 1);
    assert_eq!(advice("packs = [\"gdpr\", \"dsa\"]").len(), 0);
    assert!(advice("packs = [\"gdrp\"]")[0].contains("there is no policy pack `gdrp` / did you mean `gdpr`?"));
    assert!(advice("packs = [\"dsa\", \"dsa\"]")[0].contains("named twice"));
    assert_eq!(advice("edition = \"2031\"").len(), 1);
}

#[test]
fn data_stays_inside_the_project() {
    let refused = [
        "../a.csv",
        "/a.csv",
        "~/a.csv",
        "a/../../b.csv",
        "a\\\\b.csv",
        "C:/a.csv",
        "file:a.csv",
        "a//b.csv",
        "./a.csv",
        "CON.csv",
        "data/nul.parquet",
        "a. /b.csv",
        "a.csv ",
        "a.json",
        "",
        "a\\u202Eb.csv",
        "a\\u0000.csv",
        "com1.csv",
    ];
    for path in refused {
        assert_eq!(
            reported(&format!("{GOOD}[data]\n\"t\" = \"{path}\"\n")).iter().map(|(code, _)| *code).collect::<Vec<_>>(),
            ["CFG-10"],
            "{path}"
        );
    }
    assert!(advice("[data]\nshop.orders = \"a.csv\"")[0].contains("not in quotes"));
}

#[test]
fn names_are_plain() {
    for name in ["", "1shop", "sh op", "größe", "a;b"] {
        let found = reported(&format!("name = \"{name}\"\nedition = \"2026\"\ntimezone = \"UTC\"\n"));
        assert_eq!(found, [("CFG-05", format!("\"{name}\""))]);
    }
    for schema in ["", "pg_temp", "information_schema", "Audiences", "a.b", "a\\\"b"] {
        assert_eq!(reported(&format!("{GOOD}schema = \"{schema}\"\n"))[0].0, "CFG-05");
    }
}
