//! `segma diff` between revisions of a real repository.

#[expect(dead_code, reason = "other test files use the rest")]
mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use common::git::{committed, git};
use segma::change::{Declared, Does, promises};
use segma::model::{PackInForce, Project};
use segma::source::SourceMap;

/// `examples/shop` as the only commit of a new repository, below a folder of it.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("marketing/shop");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop"), &project);
    committed(folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            std::fs::copy(entry.path(), place).unwrap();
        }
    }
}

fn edit(folder: &Path, file: &str, from: &str, to: &str) {
    let place = folder.join("marketing/shop").join(file);
    let text = std::fs::read_to_string(&place).unwrap();
    assert!(text.contains(from), "{file} lacks {from}");
    std::fs::write(place, text.replacen(from, to, 1)).unwrap();
}

fn segma(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_segma"));
    command.current_dir(folder.join("marketing/shop")).args(["diff", "--today", "2026-11-01"]).args(arguments);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The segment file that holds a text.
fn holder(text: &str) -> String {
    let segments = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop/segments");
    let mut files = std::fs::read_dir(segments).unwrap().map(|entry| entry.unwrap().path());
    let file = files.find(|file| std::fs::read_to_string(file).unwrap().contains(text)).unwrap();
    format!("segments/{}", file.file_name().unwrap().to_str().unwrap())
}

#[test]
fn nothing_has_changed() {
    let folder = shop();
    let output = segma(folder.path(), &["--deny", "widening"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).starts_with("nothing changes for anybody"), "{}", said(&output));
}

#[test]
fn a_lower_threshold_lets_people_in_and_a_gate_can_refuse_it() {
    let folder = shop();
    edit(folder.path(), &holder(">= 500 EUR"), ">= 500 EUR", ">= 300 EUR");
    let output = segma(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output).contains("lapsed_big_spenders  can only grow"), "{}", said(&output));
    assert_eq!(segma(folder.path(), &["--deny", "widening"]).status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&segma(folder.path(), &["--format", "json"]).stdout).unwrap();
    assert_eq!(
        (&json["format"], &json["from"], &json["to"]),
        (&"segma-diff/1".into(), &"HEAD".into(), &serde_json::Value::Null)
    );
    assert_eq!(json["widens"], true);
    let change = json["segments"].as_array().unwrap().iter().find(|one| one["segment"] == "lapsed_big_spenders");
    assert_eq!(change.unwrap()["audience"], "grows");
    let markdown = said(&segma(folder.path(), &["--format", "markdown"]));
    assert!(markdown.contains("| `lapsed_big_spenders` | can only grow |"), "{markdown}");
    git(folder.path(), &["commit", "-q", "-a", "-m", "second"]);
    let back = segma(folder.path(), &["HEAD", "--to", "HEAD~1", "--deny", "widening"]);
    assert_eq!(back.status.code(), Some(0), "{}", said(&back));
    assert!(said(&back).contains("can only shrink"), "{}", said(&back));
}

#[test]
fn what_cannot_be_compared_says_why() {
    let folder = shop();
    for (arguments, part) in
        [(vec!["nowhere"], "git knows no revision `nowhere`"), (vec!["--", "--upload-pack=x"], "is no revision")]
    {
        let output = segma(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(part), "{}", said(&output));
    }
    for word in [".", "segments"] {
        let output = segma(folder.path(), &[word]);
        let help = format!("`segma diff HEAD {word}`");
        assert!(said(&output).contains("was read as a revision") && said(&output).contains(&help), "{}", said(&output));
    }
    edit(folder.path(), &holder(">= 500 EUR"), "consent  ", "// consent  ");
    let output = segma(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("has errors, so there is nothing to compare"), "{}", said(&output));
    let alone = tempfile::tempdir().unwrap();
    copy(&folder.path().join("marketing/shop"), &alone.path().join("marketing/shop"));
    let output = segma(alone.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("lies in no git repository") || said(&output).contains("has errors"),
        "{}",
        said(&output)
    );
}

#[test]
fn wherever_a_project_lies_the_outcome_is_clear() {
    let folder = shop();
    let heard = |arguments: &[&str], code: i32, part: &str| {
        let output = segma(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
        assert!(said(&output).contains(part), "{arguments:?}: {}", said(&output));
    };
    heard(&["main..HEAD"], 2, "`segma diff main --to HEAD`");
    heard(&["segments", "HEAD"], 2, "`segma diff HEAD segments`");
    heard(&["segma.toml"], 2, "it is a file");
    let project = folder.path().join("marketing/shop");
    git(&project, &["mv", "segments/win_back.seg", "segments/back.seg"]);
    heard(&[], 0, "nothing changes for anybody");
    git(&project, &["commit", "-q", "-a", "-m", "second"]);
    heard(&["HEAD~1"], 0, "nothing changes for anybody");
    edit(folder.path(), "segments/back.seg", "consent  ", "// consent  ");
    git(&project, &["commit", "-q", "-a", "-m", "third"]);
    heard(&["HEAD", "--to", "HEAD~1"], 1, "HEAD:segments/back.seg");
    git(&project, &["checkout", "-q", "--detach", "HEAD~1"]);
    heard(&["main~2"], 0, "nothing changes for anybody");
    heard(&["main"], 1, "`main` has errors");

    let shallow = tempfile::tempdir().unwrap();
    let url = format!("file://{}", folder.path().display());
    git(shallow.path(), &["clone", "-q", "--depth", "1", &url, "."]);
    let output = segma(shallow.path(), &["HEAD~1"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("git fetch --unshallow"), "{}", said(&output));
    let bare = tempfile::tempdir().unwrap();
    copy(&project, &bare.path().join("marketing/shop"));
    let output = segma(bare.path(), &[]);
    assert!(said(&output).contains("lies in no git repository"), "{}", said(&output));
    git(bare.path(), &["init", "-q"]);
    let output = segma(bare.path(), &[]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("nothing is committed here yet"), "{}", said(&output));
    let around = tempfile::tempdir().unwrap();
    git(around.path(), &["init", "-q", "-b", "main"]);
    git(around.path(), &["commit", "-q", "--allow-empty", "-m", "zero"]);
    copy(&project, &around.path().join("marketing/shop"));
    git(around.path(), &["add", "."]);
    git(around.path(), &["commit", "-q", "-m", "one"]);
    let output = segma(around.path(), &["HEAD~1"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("the project was not there yet"), "{}", said(&output));
}

#[test]
fn an_edit_that_gives_data_another_purpose_can_be_refused() {
    let folder = shop();
    let file = folder.path().join("marketing/shop/segments/news.seg");
    let program = "segment order_news of customer {\n  purpose service.email\n  consent not needed because \"orders\"\n  \
                   retain 30 days\n  where any orders over last 30 days\n}\n";
    std::fs::write(&file, program).unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "news"]);
    assert_eq!(segma(folder.path(), &["--deny", "purpose"]).status.code(), Some(0));
    let edited =
        program.replace("service.email", "marketing.email").replace("not needed because \"orders\"", "marketing.email");
    std::fs::write(&file, edited).unwrap();
    let output = segma(folder.path(), &["--deny", "purpose"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("PUR-05: an edit of `order_news` gives"), "{}", said(&output));
    let json: serde_json::Value = serde_json::from_slice(&segma(folder.path(), &["--format", "json"]).stdout).unwrap();
    assert_eq!(json["creep"][0]["purposes"][0], "marketing.email");
}

#[test]
fn somebody_invented_shows_who_enters() {
    let folder = shop();
    edit(folder.path(), &holder(">= 500 EUR"), ">= 500 EUR", ">= 300 EUR");
    let output = segma(folder.path(), &["--witness"]);
    assert!(said(&output).contains("lapsed_big_spenders  grows, and never shrinks"), "{}", said(&output));
    assert!(said(&output).contains("somebody who is in now and was not"), "{}", said(&output));
    assert_eq!(said(&segma(folder.path(), &["--witness"])), said(&output));
    let markdown = said(&segma(folder.path(), &["--witness", "--format", "markdown"]));
    assert!(markdown.contains("| `lapsed_big_spenders` | grows, and never shrinks |"), "{markdown}");
}

/// A declaration, a clause before and after (nothing where it is not there), and what that does: `+` promises less, `-` more, `·` neither.
const EDITS: &str = r#"
entity| table a.b | table a.c |·
entity| key id integer | key no integer |·
entity| from sql """select 1""" | from sql """select 2""" |·
entity| retain 26 months after seen | retain 13 months after seen |-
entity| retain 26 months after seen | retain 36 months after seen |+
entity| retain 26 months after seen | retain 26 months after made |+
entity| allowed service | allowed service, marketing |+
entity| allowed service, marketing | allowed marketing |-
entity| allowed service, marketing | allowed marketing, service |
entity| residence country | residence state |+
entity| birth born || +
entity| link a to a by b | link a to a by c |·
entity| field x text is health | field x text is commercial |+
entity| field x text is health | field x text is health, location |-
entity| field x text is health, proxy for ethnicity | field x text is health |+
entity| field x text is health, protected | field x text is health |+
entity| field x text is not personal | field x text is location |-
entity| field x text is health allowed analytics | field x text is health |+
source| subject a | subject b |·
source| table a.b | table a.c |·
source| from sql """select 1""" | from sql """select 2""" |·
source| at a | at b |·
source| arrived a | arrived b |·
source| unique a | unique b |·
source| link a to a by b | link a to a by c |·
source| field x text is health | field x text is commercial |+
source| retain 2 years | retain 3 years |+
source| allowed service | allowed service, marketing |+
source| protects marketing ||-
source| origin first party | origin third party "A" under contract "C" |+
source| origin third party "A" under contract "C", not combined with health, not delivered | origin third party "A" under contract "C", not combined with health |+
source| origin third party "A", not combined with health | origin third party "A", not combined with health, ethnicity |-
source| origin third party "A", not combined with health, ethnicity | origin third party "A", not combined with health |+
source| collected under consent p || +
source| informed "PN-3" | informed "PN-4" |+
source|| informed "PN-3" |-
source| tolerate 2 rows | tolerate 20 rows |+
rows| table a.b by x | table a.c by x |·
rows| from sql """select 1""" by x | from sql """select 2""" by x |·
rows| unique a | unique b |·
rows| allowed service || -
rows| link a to a by b | link a to a by c |·
rows| field x text is health | field x text is commercial |+
lookup| table a.b | table a.c |·
lookup| from sql """select 1""" | from sql """select 2""" |·
lookup| key a | key b |·
lookup| link a to a by b | link a to a by c |·
lookup| field x text is not personal | field x text is commercial |-
sessions| from a by x | from b by x |·
list| table a.b | table a.c |·
list| from sql """select 1""" | from sql """select 2""" |·
list| subject a | subject b |·
list| at a | at b |·
list| arrived a | arrived b |·
list| retain 2 years | retain 1 year |-
list| allowed service | allowed marketing |+
list| protects marketing | protects marketing, analytics |+
list| origin first party | origin volunteered |+
list| collected under consent p || +
list| informed "PN-3" || +
list| tolerate 2 rows || -
list| is health || +
ledger| table a.b | table a.c |·
ledger| from sql """select 1""" | from sql """select 2""" |·
ledger| subject a | subject b |·
ledger| purposes x { "a" = p } | purposes x { "a" = p, q } |·
ledger| purposes x { "a" = p bundled "b" = q } | purposes x { "a" = p "b" = q } |+
ledger| states x { granted "y" } | states x { granted "y", "z" } |·
ledger| at a | at b |·
ledger| until a | until b |·
ledger| version a | version b |·
ledger| evidence a | evidence b |·
ledger| fresh within 6 hours by x | fresh within 2 days by x |+
ledger| fresh within 6 hours by x || +
ledger| skew 5 minutes | skew 1 minute |+
ledger| retain 72 months | retain 36 months |-
ledger| current fresh within 1 day by x | current fresh within 2 days by x |+
ledger| column x { 1 grants p else nothing } | column x { 2 grants p else nothing } |·
ledger| controller "A" | controller "B" |+
model| table a.b | table a.c |·
model| from sql """select 1""" | from sql """select 2""" |·
model| subject a | subject b |·
model| at a | at b |·
model| arrived a | arrived b |·
model| unique a | unique b |·
model| retain 90 days | retain 30 days |-
model| allowed service | allowed service, marketing |+
model| trained on a looking back 12 months, retrained every 30 days | trained on a looking back 12 months, retrained every 90 days |+
model| trained on a looking back 12 months, retrained every 90 days | trained on a looking back 12 months, retrained every 30 days |-
model| trained on a looking back 12 months, retrained every 90 days | trained on a looking back 12 months |+
model| trained on a | trained on a, b |+
model| tolerate 2 rows | tolerate 1 rows |-
model| field x probability is health | field x probability is commercial |+
identity| table a.b | table a.c |·
identity| from x | from y |·
identity| to x | to y |·
identity| at a | at b |·
identity| retain 13 months | retain 26 months |+
identity| fresh within 1 day by x || +
purpose| title "A" | title "B" |·
purpose| basis consent | basis legitimate interest |+
purpose| valid 24 months | valid 36 months |+
purpose| valid 24 months | valid without end because "a reason" |+
purpose| valid 24 months | valid 12 months |-
purpose| channel email | channel sms |+
purpose| notice from "2026-01" | notice from "2025-01" |+
purpose| notice from "2025-01" | notice from "2026-01" |-
purpose| assessment "LIA-7" | assessment "LIA-8" |+
purpose| because "a reason" | because "another reason" |·
purpose| suspended because "a reason" || +
purpose| controller "A" | controller "B" |+
purpose| tells of a | tells of a, b |+
purpose| tells of a, b | tells of b, a |
purpose| tells of a, b | tells of a |-
purpose| tells of a || +
purpose| shares with d | shares with d, e |+
purpose| shares with d || +
purpose|| soft opt in from orders because "UWG 7(3)" |+
purpose|| advertises nothing because "receipts" |+
purpose|| formerly old |+
purpose| campaign political || +
destination| title "A" | title "B" |·
destination| channel email | channel ads |+
destination| region EU | region US |+
destination| transfer under "SCC" || +
destination|| transfer under "SCC" |-
destination| match email hashed | match email |+
destination| match email | match email hashed |-
destination| lag 1 hour | lag 2 days |+
destination| removes members | removes members by hand |+
destination| removes members || +
destination| expires after 14 days | expires after 30 days |+
destination|| outside party |+
destination| service provider under contract "C" | service provider under contract "D" |+
destination|| isolates lists because "a reason" |+
destination| minimum 100 people | minimum 10 people |+
destination| controller "A" || +
destination|| decides "credit" |+
destination|| expands audiences |+
destination|| trains models for p |+
destination| takes a | takes a, b |+
destination| takes a | takes nothing |-
jurisdiction| title "A" | title "B" |·
jurisdiction| countries "DE" | countries "DE", "FR" |+
jurisdiction| absent means no | absent means yes |+
jurisdiction| absent means yes | absent means no |-
jurisdiction| adult at 16 | adult at 14 |+
jurisdiction| sale opt out from ledger g || +
policy| title "A" | title "B" |·
policy| class SEN-01 | class SEN-02 |·
policy| applies to any | applies to channel ads |+
policy| applies to any, except purpose p | applies to any |-
policy| forbid category health, category ethnicity | forbid category health |+
policy| forbid category health | forbid category health, category ethnicity |-
policy| require review, cap | require cap |+
policy| require review || +
policy| minimum 50 people | minimum 10 people |+
policy| limit conditions 12 | limit conditions 20 |+
policy| limit conditions 12, retain 30 days | limit retain 30 days |+
policy| limit conditions 12 | limit conditions 12, retain 30 days |-
policy| because "a reason" | because "another reason" |·
policy| level error | level warning |+
policy| level error, no exceptions | level error |+
policy| since 2026-01-01 | since 2027-01-01 |+
exception| approved by "a@shop.example" on 2026-01-01 | approved by "b@shop.example" on 2026-01-01 |+
exception| until 2026-12-31 | until 2027-12-31 |+
exception| until 2026-12-31 | until 2026-06-30 |-
exception| because "a reason" | because "another reason" |+
release| approved by "a@shop.example" on 2026-01-01 | approved by "b@shop.example" on 2026-01-01 |+
release| until 2026-12-31 | until 2027-12-31 |+
release| because "a reason" | because "another reason" |+
segment| owner "a@shop.example" | owner "b@shop.example" |·
segment| because "a reason" | because "another reason" |·
segment| review every 6 months, last 2026-01-01 | review every 12 months, last 2026-01-01 |+
segment| review every 6 months, last 2026-01-01 | review every 6 months, last 2026-07-01 |·
segment| review every 6 months || +
segment|| fairness because "a reason" |+
segment| campaign housing || +
segment|| stay for 14 days |+
segment|| decides "credit" |+
segment| decides "credit" reviewed by "a@shop.example" | decides "credit" |+
report| owner "a@shop.example" | owner "b@shop.example" |·
report| because "a reason" | because "another reason" |·
placement| owner "a@shop.example" | owner "b@shop.example" |·
placement| because "a reason" | because "another reason" |·
"#;

/// Clauses that are told with audiences: by them two plans are compared.
const WITH_AUDIENCES: &str = "segment purpose consent retain refresh for expose minimum holdout cap where except \
    report purpose consent retain by show compare minimum noise placement channel show otherwise";

fn head(keyword: &str) -> &'static str {
    match keyword {
        "entity" => "entity c is person",
        "source" => "source o of c",
        "rows" => "rows r of o",
        "lookup" => "lookup l",
        "sessions" => "sessions v",
        "list" => "list b of c",
        "ledger" => "ledger g of c",
        "model" => "model m of c",
        "identity" => "identity k to c",
        "purpose" => "purpose p",
        "destination" => "destination d",
        "jurisdiction" => "jurisdiction j",
        "policy" => "policy q",
        "exception" => "exception to q for s",
        "release" => "release o.f from health",
        "segment" => "segment s of c",
        "report" => "report t of s",
        "placement" => "placement h",
        other => panic!("{other} has no head"),
    }
}

fn project(packs: &[&str]) -> Project {
    let pack = |name: &&str| PackInForce { name: (*name).to_owned(), version: "1".to_owned(), sha256: String::new() };
    Project {
        name: "p".to_owned(),
        timezone: "Europe/Berlin".to_owned(),
        schema: "s".to_owned(),
        one_person: false,
        packs: packs.iter().map(pack).collect(),
    }
}

fn declared(text: &str, packs: &[&str]) -> Declared {
    let mut sources = SourceMap::new();
    sources.add("a.seg", text);
    Declared::of(&sources, &project(packs))
}

/// The marks of what differs.
fn marks(old: &str, new: &str) -> Vec<(Does, String)> {
    let found = promises(&declared(old, &[]), &declared(new, &[]));
    found.into_iter().map(|promise| (promise.does, promise.said)).collect()
}

#[test]
fn every_clause_that_differs_is_told() {
    let (mut wrong, mut tried) = (Vec::new(), BTreeSet::new());
    for line in EDITS.lines().filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [keyword, old, new, mark] = parts.as_slice() else { panic!("{line}") };
        let clause = if old.is_empty() { new } else { old };
        tried.insert(format!("{keyword} {}", clause.split(' ').next().unwrap()));
        let program = |clause: &str| format!("{} {{\n  // a remark\n  {clause}\n}}\n", head(keyword));
        let found = marks(&program(old), &program(new));
        let expected = match *mark {
            "+" => vec![Does::Weakens],
            "-" => vec![Does::Strengthens],
            "·" => vec![Does::Neither],
            _ => Vec::new(),
        };
        if found.iter().map(|(does, _)| *does).collect::<Vec<_>>() != expected {
            wrong.push(format!("{line}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let shapes = include_str!("../src/syntax/shapes.rs");
    let mut told = String::new();
    let silent: BTreeSet<String> = WITH_AUDIENCES
        .split_whitespace()
        .filter_map(|word| match word {
            "segment" | "report" | "placement" => {
                word.clone_into(&mut told);
                None
            }
            _ => Some(format!("{told} {word}")),
        })
        .collect();
    for shape in shapes.split("shape!(").skip(1) {
        let words: Vec<&str> = shape.split("])").next().unwrap().split('"').skip(1).step_by(2).collect();
        let untried = words.iter().skip(1).map(|clause| format!("{} {clause}", words[0]));
        let untried: Vec<String> = untried.filter(|it| !tried.contains(it) && !silent.contains(it)).collect();
        assert!(untried.is_empty(), "no edit tries {untried:?}");
    }
}

#[test]
fn declarations_and_packs_that_come_and_go_are_told() {
    let policy = "policy q { applies to any forbid category health }\n";
    assert_eq!(marks(policy, ""), [(Does::Weakens, "is gone".to_owned())]);
    assert_eq!(marks("", policy), [(Does::Strengthens, "is new".to_owned())]);
    assert_eq!(marks("", "release o.f from health { because \"a reason\" }\n"), [(Does::Weakens, "is new".to_owned())]);
    assert_eq!(marks("", "exception to q for s { because \"a reason\" }\n"), [(Does::Weakens, "is new".to_owned())]);
    assert_eq!(marks("infer health from o.f = \"x\"\n", "")[0].0, Does::Weakens);
    assert_eq!(marks("category a.b under health\n", "category a.b under commercial\n")[0].0, Does::Weakens);
    assert_eq!(marks(policy, "// why\npolicy q {\n  applies to any\n  forbid category health\n}\n"), []);
    let with = |packs: &[&str]| declared(policy, packs);
    let found = promises(&with(&["gdpr", "dsa"]), &with(&["gdpr"]));
    assert_eq!((found[0].does, found.len()), (Does::Weakens, 1));
    assert!(found[0].said.contains("pack `dsa` is switched off"), "{}", found[0].said);
    assert_eq!(promises(&with(&[]), &with(&["gdpr"]))[0].does, Does::Strengthens);
}

#[test]
fn a_weaker_demand_is_refused_where_no_audience_changes() {
    let folder = shop();
    edit(folder.path(), "policy/rules.seg", "limit conditions 12", "limit conditions 40");
    let output = segma(folder.path(), &["--deny", "widening"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    let line = "+ `policy narrow` says `limit conditions 40`, said `limit conditions 12` (what is demanded)";
    assert!(said(&output).contains(line), "{}", said(&output));
    assert!(
        said(&output).contains("no audience changes") && said(&output).contains("1 clause differs, and promises less")
    );
    let markdown = said(&segma(folder.path(), &["--format", "markdown"]));
    assert!(markdown.contains("| `policy narrow` | + says `limit conditions 40`"), "{markdown}");
    git(folder.path(), &["commit", "-q", "-a", "-m", "second"]);
    let back = segma(folder.path(), &["HEAD", "--to", "HEAD~1", "--deny", "widening"]);
    assert_eq!(back.status.code(), Some(0), "{}", said(&back));
    edit(folder.path(), "catalog/orders.seg", "retain   26 months", "retain   38 months");
    let longer = said(&segma(folder.path(), &[]));
    assert!(longer.contains("says `retain 38 months`, said `retain 26 months`"), "{longer}");
}
