//! `segma import fides`: what manifests say is all there, what they do not say is asked and nothing else, and answers make it compile.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use segma::import::fides::{Import, Text, import};
use segma::model::Date;
use segma::model::config::Config;
use segma::source::SourceMap;

const CONFIG: &str = "name = \"shop\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\ndialects = [\"duckdb\"]\n";

type Files = BTreeMap<String, String>;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fides").join(name)
}

fn read(paths: &[PathBuf]) -> Vec<String> {
    paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn imported(texts: &[String]) -> (Files, Import) {
    let texts: Vec<Text<'_>> = texts.iter().map(|text| Text { path: "m.yml", text }).collect();
    let import = import(&texts).unwrap();
    let files = import.files.iter().map(|file| (file.path.clone(), String::from_utf8(file.bytes.clone()).unwrap()));
    (files.collect(), import)
}

/// Every error: its code, the file and the line it stands in, and how many places it names.
fn errors(files: &Files) -> Vec<(String, String, usize)> {
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", CONFIG);
    for (path, text) in files {
        sources.add(path.clone(), text.clone());
    }
    let (config, mut findings) = Config::parse(&sources, toml);
    let (model, found) = segma::load(&config, &sources);
    findings.extend(found);
    findings.extend(segma::rules::check(model, "2026-11-01".parse::<Date>().unwrap()).0);
    let fatal = findings.iter().filter(|finding| segma::diagnostic::any_fatal(std::slice::from_ref(*finding)));
    fatal
        .map(|finding| {
            let span = finding.span().unwrap();
            let file = sources.files().find(|(id, _)| *id == span.file).unwrap().1;
            let line = file.text[..span.start as usize].lines().count().max(1);
            (finding.code.to_string(), format!("{}:{line}: {}", file.path, finding.message), 1 + finding.related.len())
        })
        .collect()
}

/// A line without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap()
}

/// What somebody who knows would write.
fn answered(line: &str, entity: bool, number: usize) -> String {
    let (told, comment) = line.split_at(code(line).len());
    let first = told.split_whitespace().next().unwrap_or("");
    let answer = match first {
        "source" => "somebody",
        "key" if told.trim() == "key        ???" => "row_key text",
        "key" => "text",
        "subject" => "whose_row",
        "at" => "happened_then",
        "retain" if told.contains("after") => "last_seen_then",
        "retain" if entity => "12 months after last_seen_then",
        "retain" => "12 months",
        "allowed" => "billing",
        "origin" => "first party",
        "residence" => "always eu",
        "category" => "technical",
        "basis" if told.contains("assessment") => "\"LIA-1\"",
        "basis" => "contract",
        _ => "",
    };
    let (whole, place) = (format!("shop.t_{number} by id"), format!("shop.t_{number}"));
    let told = match first {
        "field" => {
            let mut left = told.replacen("??? is", "text? is", 1);
            left = left.replacen(", ???", "", 1).replacen("is ???", "is technical", 1);
            left
        }
        "table" => told.replace("??? by ???", &whole).replace("by ???", "by id").replace("???", &place),
        _ => told.replace("???", answer),
    };
    format!("{told}{comment}")
}

fn answers(files: &Files) -> Files {
    let (mut entity, mut number) = (false, 0);
    let mut answered = |line: &str| {
        let head = !line.is_empty() && !line.starts_with([' ', '/', '}']);
        entity = if head { line.starts_with("entity") } else { entity };
        number += 1;
        self::answered(line, entity, number) + "\n"
    };
    let mut files: Files =
        files.iter().map(|(path, text)| (path.clone(), text.lines().map(&mut answered).collect())).collect();
    let billing = "purpose billing { basis contract }\n";
    let declared = files.values().any(|text| text.contains("purpose billing {"));
    let more = "jurisdiction eu { countries \"DE\"   absent means no   adult at 16 }\n\
                entity somebody is person { table shop.people   key id text   retain 12 months after last_seen_then\n  \
                allowed billing   residence always eu }\n";
    files.insert("more.seg".to_owned(), format!("{more}{}", if declared { "" } else { billing }));
    files
}

/// Refused for its questions and for nothing else; and for nothing once they are answered.
fn asks_and_no_more(files: &Files, import: &Import) {
    let holes = |text: &String| text.lines().map(|line| code(line).matches("???").count()).sum::<usize>();
    let asked: usize = files.values().map(holes).sum();
    assert_eq!(import.account.questions(), asked, "the account counts the questions");
    let found = errors(files);
    let capped = found.iter().any(|(code, ..)| code == "SYN-39");
    let others: Vec<_> = found.iter().filter(|(code, ..)| !["SYN-41", "SYN-39"].contains(&code.as_str())).collect();
    assert!(others.is_empty(), "{others:#?}");
    assert!(capped || found.iter().map(|(.., places)| places).sum::<usize>() == asked, "{found:#?}");
    let left = errors(&answers(files));
    assert!(left.is_empty(), "{left:#?}\n{:#?}", answers(files));
}

/// Every name and every category of the manifests stands in the files.
fn all_is_told(texts: &[String], files: &Files) {
    let all: String = files.values().cloned().collect();
    for line in texts.iter().flat_map(|text| text.lines()) {
        let line = line.trim().trim_start_matches("- ");
        if let Some(name) = line.strip_prefix("name: ") {
            let name = name.trim_matches(['\'', '"']);
            let quoted = name.replace('"', "\\\"");
            assert!(all.contains(name) || all.contains(&quoted), "{name}");
        }
        for word in line.split(|c: char| !(c.is_alphanumeric() || "._-".contains(c))) {
            if word.starts_with("user.") || word.starts_with("system.") {
                let word = word.trim_end_matches('.');
                assert!(all.contains(word), "{word}");
            }
        }
    }
}

/// The categories of data about people that manifests give to each field, by its name: those of one name are counted together.
fn given(texts: &[String]) -> BTreeMap<(String, String), usize> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let bare = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
    let mut given = BTreeMap::new();
    for text in texts {
        let (mut fields, mut listed): (Vec<(usize, String)>, Option<usize>) = (Vec::new(), None);
        let (mut of_data, mut within): (bool, Vec<(usize, bool)>) = (false, Vec::new());
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
            let (depth, told) = (indent(line), line.trim().trim_start_matches("- "));
            of_data = if line.starts_with([' ', '-']) { of_data } else { told.starts_with("dataset:") };
            if !of_data {
                continue;
            }
            let mut categories: Vec<String> = Vec::new();
            if let Some(inline) = told.strip_prefix("data_categories:") {
                fields.retain(|(at, _)| *at <= depth);
                categories = inline.trim().trim_matches(['[', ']']).split(',').map(bare).collect();
                listed = Some(depth);
            } else if listed.is_some_and(|at| line.trim().starts_with("- ") && depth > at && !told.contains(": ")) {
                categories = vec![bare(told)];
            } else {
                listed = None;
            }
            within.retain(|(at, _)| *at < depth);
            if told == "fields:" || told == "collections:" {
                within.push((depth, told == "fields:"));
            }
            if let Some(name) = told.strip_prefix("name:") {
                fields.retain(|(at, _)| *at < depth);
                let field = within.last().is_some_and(|(_, fields)| *fields);
                fields.extend(field.then(|| (depth, bare(name))));
            }
            let field = fields.iter().rev().find(|(at, _)| Some(*at) == listed).map(|(_, name)| name);
            for category in
                categories.into_iter().filter(|category| !category.starts_with("system") && !category.is_empty())
            {
                if let Some(field) = field {
                    *given.entry((field.clone(), category)).or_default() += 1;
                }
            }
        }
    }
    given
}

/// Each field stands with each of its categories in one line, as often as manifests say it.
fn each_field_is_told(texts: &[String], files: &Files) -> usize {
    let given = given(texts);
    let whole = |line: &str, word: &str| {
        let letter = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        line.match_indices(word).any(|(at, _)| {
            !line[..at].ends_with(letter) && !line[at + word.len()..].starts_with(|c| letter(c) && c != '.')
                || line[..at].ends_with('.') && !line[at + word.len()..].starts_with(letter)
        })
    };
    for ((field, category), times) in &given {
        let quoted = field.replace('"', "\\\"");
        let lines = files.values().flat_map(|text| text.lines());
        let found = lines.filter(|line| (whole(line, field) || whole(line, &quoted)) && whole(line, category)).count();
        assert!(found >= *times, "`{field}` is {category} {times} times, and {found} times it is told");
    }
    given.values().sum()
}

#[test]
fn a_shop_is_told_whole_asks_for_the_rest_and_compiles_once_answered() {
    let texts = read(&[fixture("shop.yml"), fixture("uses.yml")]);
    let (files, import) = imported(&texts);
    all_is_told(&texts, &files);
    assert!(each_field_is_told(&texts, &files) > 15);
    asks_and_no_more(&files, &import);
    let told = |file: &str, line: &str| {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = files[file].lines().any(|known| squeezed(known).starts_with(&squeezed(line)));
        assert!(found, "`{line}` does not stand in {file}:\n{}", files[file]);
    };
    for line in [
        "entity customers is person {",
        "key customer_id integer // user.unique_id; primary key",
        "retain 36 months after ???",
        "/// Where \"mails\" go. One each.",
        "field email text? is contact.email, direct // user.contact.email; identity email",
        "// fides: fides_meta.length: 254",
        "field birthday ??? is demographic.birth_date",
        "field profile text? is demographic, ???",
        "field device list of text? is user.device.device_id",
        "field orders_2 \"orders\" integer? is not personal",
        "field Gr__e_in_cm \"Größe in cm\" ??? is shop.size",
        "field `where` boolean? is ???",
        "source orders of customers {",
        "subject customer_id // user.unique_id; refers to customers.customer_id of shop (from)",
        "retain 26 months",
        "allowed ??? // Fides: billing",
        "rows order_items of orders {",
        "table order_items by order_id",
        "// fides: retention: No policy",
        "field email_sha256 text? is ??? // system.operations; Fides says data of the system",
        "link products to products by product_id",
        "lookup products {",
        "key id text",
        "source visits of ??? {",
        "field page__x_ \"page \\\"x\\\"\" text? is user.behavior.browsing_history",
        "field note text? is user.behavior.browsing_history // user, user.behavior.browsing_history",
    ] {
        told("shop.seg", line);
    }
    for line in [
        "source details of customers {",
        "table ???",
        "field work_role \"work.role\" text? is professional.role",
        "// fides: relatives.ill: user.health_and_medical",
    ] {
        told("docs.seg", line);
    }
    for line in [
        "category user.behavior under ???",
        "category user.behavior.browsing_history under user.behavior",
        "category user.device.device_id under technical.device",
        "category user.contact.carrier_pigeon under contact",
        "category shop.size under user.demographic.profile",
        "/// Size of clothes",
    ] {
        told("categories.seg", line);
    }
    for line in [
        "purpose marketing.communications.email {",
        "basis consent // Fides: Consent; dpv:DirectMarketing",
        "basis legitimate interest assessment \"LIA-7\"",
        "basis ??? // data use essential.service.payment_processing; dpv:PaymentManagement",
        "title \"Billing\"",
    ] {
        told("purposes.seg", line);
    }
    for line in [
        "applies to purpose marketing.advertising.third_party",
        "forbid category contact, category location.city, category location.country, category location.postcode, category location.region",
        "// fides: of ANY customer alone; here it holds for everybody",
        "// fides: action_type: access",
    ] {
        told("policies.seg", line);
    }
    told("others.seg", "// fides: controller.name: Con\\u{202e}Troller");
    assert!(
        !files
            .values()
            .any(|text| text.lines().any(|line| code(line).contains("allowed") && !code(line).contains("???")))
    );
    assert_eq!(import.account.unknown, ["user.contact.carrier-pigeon"]);
    assert_eq!((import.account.datasets, import.account.tables, import.account.fields), (2, 6, 32));
    let again = imported(&texts).0;
    assert_eq!(files, again);
}

#[test]
fn the_samples_of_fides_are_told_whole_and_compile_once_answered() {
    let Some(shared) = std::env::var_os("SEGMA_SHARED_DATA").map(PathBuf::from) else {
        eprintln!("NOT RUN: the samples of Fides, as SEGMA_SHARED_DATA is not set");
        return;
    };
    let fides = shared.join("fides");
    let in_folder = |folder: &str| {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(fides.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
        paths.sort();
        paths
    };
    let access: Vec<PathBuf> = ["datasets", "purposes", "consumers", "policies"]
        .iter()
        .flat_map(|it| in_folder(&format!("pbac/{it}")))
        .collect();
    let mut labels = 0;
    for paths in [in_folder("sample_project"), in_folder("demo_resources"), in_folder("annotated"), access] {
        let texts = read(&paths);
        let (files, import) = imported(&texts);
        all_is_told(&texts, &files);
        labels += each_field_is_told(&texts, &files);
        asks_and_no_more(&files, &import);
        println!("{}", import.account.lines());
    }
    assert!(labels >= 100, "the samples give fields {labels} categories");
}

#[test]
fn hostile_manifests_are_refused_with_their_places() {
    let bomb: String = std::iter::once("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned())
        .chain((1..20).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))))
        .collect();
    let deep = format!("dataset: {}{}", "[".repeat(5000), "]".repeat(5000));
    let blocks: String = (0..5000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    for (text, place, said) in [
        ("", (1, 1), "says nothing"),
        ("# nothing\n", (1, 1), "says nothing"),
        ("just text\n", (1, 1), "a manifest is a map, and this is a text"),
        ("models:\n  - x\n", (1, 1), "no manifest of Fides begins with `models`"),
        ("dataset: 7\n", (1, 10), "`dataset` is a list, and this is a text"),
        ("dataset:\n  - name: x\n", (2, 5), "a dataset says no `fides_key`"),
        ("dataset:\n  - fides_key: [a]\n", (2, 16), "`fides_key` is a text, and this is a list"),
        ("dataset:\n  - fides_key: \"a\\nb\"\n", (2, 16), "holds a character that cannot be seen"),
        (
            "dataset:\n  - fides_key: a\n    fides_key: b\n",
            (3, 5),
            "the key `fides_key` is written twice, first in line 2",
        ),
        ("dataset:\n  - fides_key: a\n  - fides_key: a\n", (3, 5), "the dataset `a` is described twice"),
        (
            "dataset:\n  - fides_key: a\n    collections:\n      - name: c\n        fields: [{name: f}, {name: f}]\n",
            (5, 29),
            "the field `f` of the collection `c` is described twice",
        ),
        (
            "dataset:\n  - fides_key: a\n    collections: [{name: c, fields: [{name: f, fides_meta: {primary_key: 3}}]}]\n",
            (3, 74),
            "`primary_key` is true or false",
        ),
        ("? [a]\n: b\n", (1, 3), "a key is a text"),
        ("<<: {a: b}\n", (1, 1), "merge keys are not read"),
        ("dataset: !python/object:os.system [x]\n", (1, 35), "is not read"),
        ("dataset: &x [*x]\n", (1, 14), "inside of what it names"),
        ("dataset: *nobody\n", (1, 10), ""),
        ("dataset: [\n", (1, 10), ""),
        ("dataset:\n\t- x\n", (0, 0), ""),
        (bomb.as_str(), (0, 0), "comes to more than"),
        (deep.as_str(), (0, 0), ""),
        (blocks.as_str(), (0, 0), ""),
    ] {
        let problems = import(&[Text { path: "m.yml", text }]).unwrap_err();
        let first = &problems[0];
        let shown: String = text.chars().take(60).collect();
        assert!(first.message.contains(said), "{shown}: {first:?}");
        assert!(place == (0, 0) || place == (first.place.line, first.place.column), "{shown}: {first:?}");
    }
    // Numbers, truths and nothing are names where names are wanted; nothing of them is computed.
    let odd = "dataset:\n  - fides_key: 1e999\n    collections:\n      - name: no\n        fields:\n          - name: 99999999999999999999999999\n            data_categories: [system.operations]\n";
    let (files, _) = imported(&[odd.to_owned()]);
    assert!(files["_1e999.seg"].contains("\"99999999999999999999999999\""), "{files:?}");
    assert!(import(&[Text { path: "m.yml", text: "dataset:\n  - fides_key: null\n" }]).is_err());
}

fn segma(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_segma")).current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn the_command_writes_all_or_nothing_and_never_over_what_somebody_wrote() {
    let home = tempfile::tempdir().unwrap();
    let at = |path: &str| home.path().join(path);
    let run = |arguments: &[&str]| {
        let output = segma(home.path(), arguments);
        (output.status.code().unwrap(), said(&output))
    };
    fs::write(at("segma.toml"), CONFIG).unwrap();
    fs::copy(fixture("shop.yml"), at("shop.yml")).unwrap();
    fs::copy(fixture("uses.yml"), at("uses.yml")).unwrap();
    let (code, told) = run(&["import", "fides", "shop.yml", "uses.yml"]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("read 2 datasets with 6 tables and 32 fields") && told.contains("wrote 6 files"), "{told}");
    let (code, told) = run(&["check"]);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("SYN-41") && told.contains("catalog/fides/shop.seg"), "{told}");

    // Again: never without being told to, and then only over what an import wrote.
    let before = fs::read_to_string(at("catalog/fides/shop.seg")).unwrap();
    assert_eq!(run(&["import", "fides", "uses.yml"]).0, 2);
    assert_eq!(run(&["import", "fides", "shop.yml", "uses.yml", "--force"]).0, 0);
    assert_eq!(fs::read_to_string(at("catalog/fides/shop.seg")).unwrap(), before);
    fs::write(at("catalog/fides/mine.seg"), "// mine\n").unwrap();
    let (code, told) = run(&["import", "fides", "uses.yml", "--force"]);
    assert!(code == 2 && told.contains("`mine.seg`, which no import has written"), "{told}");
    assert!(at("catalog/fides/shop.seg").exists());

    // Nothing is written where anything is wrong.
    fs::write(at("bad.yml"), b"dataset:\n  - fides_key: \xff\n").unwrap();
    for (arguments, cause) in [
        (vec!["import", "fides", "shop.yml", "bad.yml", "--to", "new"], "bad.yml:2: byte 24"),
        (vec!["import", "fides", "gone.yml", "--to", "new"], "cannot be read"),
        (vec!["import", "fides", "shop.yml", "shop.yml", "--to", "new"], "the dataset `shop` is described twice"),
        (vec!["import", "fides", ".", "--to", "new"], "is a folder"),
        (vec!["import", "fides", "--to", "new"], "required"),
    ] {
        let (code, told) = run(&arguments);
        assert!(code == 2 && told.contains(cause), "{told}");
        assert!(!at("new").exists());
    }
}
