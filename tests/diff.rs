//! `segma diff` between revisions of a real repository.

use std::path::Path;
use std::process::{Command, Output};

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// `examples/shop` as the only commit of a new repository, below a folder of it.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("marketing/shop");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop"), &project);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "first"]);
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
