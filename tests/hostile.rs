//! Hostile inputs: 118 numbered kinds of text, name, value, path and file that somebody could feed to the compiler, each with what
//! must come of it.
//!
//! They stand in `tests/hostile/*.md`. The fences of `0-project.md` make the project that every input is put into; a heading `## 23 Title` begins an input, one number may have several. The fences: `file PATH` (its text, in place of the
//! project's), `link PATH` (to what), `pipe PATH`, `folder PATH`, `sparse PATH` (how many bytes), `none PATH` (not there), and `expect`:
//! a line for each run, `COMMAND EXIT CODE… | part of the output`, the codes being exactly those of the errors. `holds PATH` and
//! `lacks PATH` name lines that some file, or none, below a path holds after the last run. In texts and paths `⟦FF FE⟧` are
//! bytes, `⟦U+202E⟧` is a character and `⟦1000 × (⟧` that many of what follows, in which `№` is the number and `↵` a new line.
//!
//! An input that needs more than the command stands there with a line `Held by: FILE …`; one that cannot happen here with
//! `Does not apply: reason`. Whatever the input: no panic, an exit code of 0, 1 or 2, no control character in what is said, ten seconds,
//! two gigabytes, and a run that fails leaves every file as it was.

mod common;

#[path = "hostile/rows.rs"]
mod rows;
#[path = "hostile/sql.rs"]
mod sql;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::evidence;

const LONGEST: Duration = Duration::from_secs(10);
/// Of address space, in KiB.
const LARGEST: u64 = 2 << 20;

struct Input {
    number: usize,
    title: String,
    file: String,
    fences: Vec<(String, String)>,
    elsewhere: Option<String>,
    nowhere: Option<String>,
}

fn inputs() -> Vec<Input> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    let mut shared = Vec::new();
    files.iter().flat_map(|path| of_file(path, &mut shared)).collect()
}

fn of_file(path: &Path, shared: &mut Vec<(String, String)>) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            let (number, title) = heading.split_once(' ').unwrap();
            inputs.push(Input {
                number: number.parse().unwrap_or_else(|_| panic!("{heading}")),
                title: title.to_owned(),
                file: path.file_stem().unwrap().to_str().unwrap().to_owned(),
                fences: shared.clone(),
                elsewhere: None,
                nowhere: None,
            });
        } else if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let fences = inputs.last_mut().map_or(&mut *shared, |input| &mut input.fences);
            fences.push((info.to_owned(), body.join("\n")));
        } else if let Some(input) = inputs.last_mut() {
            let said = |start: &str| line.strip_prefix(start).map(str::to_owned);
            input.elsewhere = input.elsewhere.take().or(said("Held by: "));
            input.nowhere = input.nowhere.take().or(said("Does not apply: "));
        }
    }
    inputs
}

/// What a text with `⟦…⟧` means.
fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟦') {
        let (inside, after) = after.split_once('⟧').unwrap();
        out.extend_from_slice(before.as_bytes());
        if let Some((count, what)) = inside.split_once(" × ") {
            for number in 0..count.parse::<usize>().unwrap() {
                let next = (number + 1).to_string();
                let what = what.replace("№+1", &next).replace('№', &number.to_string());
                out.extend(what.replace('↵', "\n").bytes());
            }
        } else if let Some(point) = inside.strip_prefix("U+") {
            let c = char::from_u32(u32::from_str_radix(point, 16).unwrap()).unwrap();
            out.extend(c.to_string().bytes());
        } else {
            out.extend(inside.split(' ').map(|byte| u8::from_str_radix(byte, 16).unwrap()));
        }
        rest = after;
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

#[cfg(unix)]
fn place(root: &Path, path: &str) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    let path = root.join(std::ffi::OsStr::from_bytes(&decoded(path)));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

/// Puts what a fence says into a folder.
#[cfg(unix)]
fn put(root: &Path, info: &str, body: &str) {
    let (word, path) = info.split_once(' ').unwrap_or((info, ""));
    let place = place(root, path);
    let gone = || drop(fs::remove_file(&place).or_else(|_| fs::remove_dir_all(&place)));
    match word {
        "file" => {
            gone();
            let mut bytes = decoded(body);
            if !body.is_empty() && !body.ends_with('⟧') {
                bytes.push(b'\n');
            }
            fs::write(&place, bytes).unwrap();
        }
        "link" => {
            gone();
            std::os::unix::fs::symlink(body, &place).unwrap();
        }
        "pipe" => {
            gone();
            assert!(Command::new("mkfifo").arg(&place).status().unwrap().success());
        }
        "folder" => fs::create_dir_all(&place).unwrap(),
        "sparse" => fs::File::create(&place).unwrap().set_len(body.parse().unwrap()).unwrap(),
        "none" => gone(),
        "expect" | "holds" | "lacks" => {}
        other => panic!("no fence is called `{other}`"),
    }
}

/// Every file below a folder, with a short text of what it is.
fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_dir() {
            found.extend(tree(&path));
            found.insert(path, "a folder".to_owned());
        } else if kind.is_symlink() {
            found.insert(path.clone(), format!("a link to {:?}", fs::read_link(path).unwrap()));
        } else if kind.is_file() {
            let metadata = fs::metadata(&path).unwrap();
            found.insert(path, format!("{} bytes since {:?}", metadata.len(), metadata.modified().unwrap()));
        } else {
            found.insert(path, "something else".to_owned());
        }
    }
    found
}

struct Ran {
    exit: Option<i32>,
    out: String,
    err: String,
    took: Duration,
}

/// The command under limits of time and memory.
fn segma(root: &Path, arguments: &[&str]) -> Ran {
    let script = format!("ulimit -v {LARGEST}; ulimit -c 0; exec \"$0\" \"$@\"");
    let (out, err) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    let began = Instant::now();
    let mut child = Command::new("bash")
        .args(["-c", &script, env!("CARGO_BIN_EXE_segma")])
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(out.reopen().unwrap())
        .stderr(err.reopen().unwrap())
        .spawn()
        .unwrap();
    let exit = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if began.elapsed() > LONGEST => {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let text = |file: &Path| String::from_utf8(fs::read(file).unwrap()).unwrap();
    Ran { exit, out: text(out.path()), err: text(err.path()), took: began.elapsed() }
}

/// The codes of the errors in findings as JSON.
fn codes(out: &str) -> BTreeSet<String> {
    let Ok(found) = serde_json::from_str::<serde_json::Value>(out) else { return BTreeSet::new() };
    let errors = found["findings"].as_array().into_iter().flatten().filter(|finding| finding["severity"] == "error");
    errors.map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
}

/// What a run said, cut short: of findings as JSON their codes and messages.
fn shown(ran: &Ran) -> String {
    if let Ok(found) = serde_json::from_str::<serde_json::Value>(&ran.out) {
        let one =
            |finding: &serde_json::Value| format!("{} {} {}", finding["severity"], finding["code"], finding["message"]);
        let all: Vec<String> = found["findings"].as_array().into_iter().flatten().map(one).take(8).collect();
        if !all.is_empty() {
            return all.join("\n");
        }
    }
    format!("{}{}", ran.out, ran.err).chars().take(700).collect()
}

/// What is wrong with one run of an input.
fn wrong(root: &Path, line: &str, took: &mut Duration) -> Vec<String> {
    let (said, part) = line.split_once(" | ").map_or((line, None), |(said, part)| (said, Some(part)));
    let words: Vec<&str> = said.split_whitespace().collect();
    let split = words.iter().position(|word| word.parse::<i32>().is_ok()).unwrap_or_else(|| panic!("{line}"));
    let (mut arguments, expected) = (words[..split].to_vec(), words[split].parse::<i32>().unwrap());
    if arguments == ["check"] {
        arguments.extend(["--format", "json"]);
    }
    if matches!(arguments[0], "check" | "build") {
        arguments.extend(["--today", "2026-11-01"]);
    }
    let before = tree(root);
    let ran = segma(root, &arguments);
    *took = (*took).max(ran.took);
    let mut wrong = Vec::new();
    let shown = shown(&ran);
    if ran.exit != Some(expected) {
        wrong.push(format!("{line}: ended with {:?} after {:?}\n{shown}", ran.exit, ran.took));
    }
    if arguments.contains(&"json") && expected != 2 {
        let wanted: BTreeSet<String> = words[split + 1..].iter().map(|code| (*code).to_owned()).collect();
        let found = codes(&ran.out);
        if found != wanted {
            wrong.push(format!("{line}: found {found:?}\n{shown}"));
        }
    }
    let all = format!("{}{}", ran.out, ran.err);
    if part.is_some_and(|part| !all.contains(part)) {
        wrong.push(format!("{line}: said\n{shown}"));
    }
    if all.contains("panicked") || all.contains("internal error") {
        wrong.push(format!("{line}: {shown}"));
    }
    if let Some(c) = all.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t') || is_hidden(*c)) {
        wrong.push(format!("{line}: says U+{:04X}", c as u32));
    }
    if (expected != 0 || arguments[0] != "build") && tree(root) != before {
        wrong.push(format!("{line}: files changed"));
    }
    wrong
}

/// Characters that change how the text around them is shown.
fn is_hidden(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}' | '\u{2028}' | '\u{2029}')
}

/// Every text below a path.
fn texts(path: &Path) -> String {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        return entries.iter().map(|entry| texts(entry)).collect();
    }
    let text = String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    if path.extension().is_some_and(|ending| ending == "md") { unfenced(&text) } else { text }
}

/// A page without its fenced blocks, in which nothing is markup; a block ends where its own fence does.
fn unfenced(page: &str) -> String {
    let ticks = |line: &str| line.chars().take_while(|c| *c == '`').count();
    let (mut open, mut kept) = (0, String::new());
    for line in page.lines() {
        match (open, ticks(line)) {
            (0, found) if found >= 3 => open = found,
            (0, _) => kept += &format!("{line}\n"),
            (fence, found) if found >= fence && line.trim_end().len() == found => open = 0,
            _ => {}
        }
    }
    kept
}

fn held(root: &Path, info: &str, body: &str) -> Vec<String> {
    let (word, path) = info.split_once(' ').unwrap_or((info, ""));
    if !matches!(word, "holds" | "lacks") {
        return Vec::new();
    }
    let all = texts(&root.join(path));
    let lines = body.lines().map(|line| String::from_utf8(decoded(line)).unwrap());
    match word {
        "holds" => lines.filter(|line| !all.contains(line)).map(|line| format!("{path} lacks {line}")).collect(),
        "lacks" => lines.filter(|line| all.contains(line)).map(|line| format!("{path} holds {line}")).collect(),
        _ => Vec::new(),
    }
}

/// Puts an input into a folder and runs what it expects.
fn try_input(input: &Input, took: &mut Duration) -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let root = home.path().join("project");
    fs::create_dir(&root).unwrap();
    input.fences.iter().for_each(|(info, body)| put(&root, info, body));
    let expected = input.fences.iter().filter(|(info, _)| info == "expect").flat_map(|(_, body)| body.lines());
    let mut found: Vec<String> = expected.flat_map(|line| wrong(&root, line, took)).collect();
    found.extend(input.fences.iter().flat_map(|(info, body)| held(&root, info, body)));
    found
}

#[test]
fn every_hostile_input_ends_as_it_must() {
    let only = std::env::var("SEGMA_TEST_HOSTILE").unwrap_or_default();
    let inputs = inputs();
    let (mut failed, mut runs, mut longest) = (Vec::new(), 0, (Duration::ZERO, 0));
    for input in inputs.iter().filter(|input| only.is_empty() || input.number.to_string() == only) {
        let expected = input.fences.iter().filter(|(info, _)| info == "expect").count();
        assert!(
            expected > 0 || input.elsewhere.is_some() || input.nowhere.is_some(),
            "{} {} expects nothing",
            input.number,
            input.title
        );
        runs += expected;
        let mut took = Duration::ZERO;
        let wrong = try_input(input, &mut took);
        longest = longest.max((took, input.number));
        if !wrong.is_empty() {
            failed.push(format!("{} {} ({}):\n    {}", input.number, input.title, input.file, wrong.join("\n    ")));
        }
    }
    let slowest = format!("the slowest is number {} with {:.1} s", longest.1, longest.0.as_secs_f64());
    evidence::figure("hostile", "inputs run by the command", runs, failed.len(), &slowest);
    println!("{runs} inputs, the slowest is {} with {:?}", longest.1, longest.0);
    assert!(failed.is_empty(), "{} of {runs} end otherwise:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn every_number_is_there_and_what_is_held_elsewhere_exists() {
    let inputs = inputs();
    let numbers: BTreeSet<usize> = inputs.iter().map(|input| input.number).collect();
    let missing: Vec<usize> = (1..=118).filter(|number| !numbers.contains(number)).collect();
    assert!(missing.is_empty() && numbers.len() == 118, "missing {missing:?}");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for input in &inputs {
        if let Some(elsewhere) = &input.elsewhere {
            let (file, name) = elsewhere.split_once(", ").unwrap_or_else(|| panic!("{elsewhere}"));
            let text = fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("{file} is not there"));
            assert!(text.contains(name.trim_matches('`')), "{}: {file} does not hold {name}", input.number);
        }
    }
    let nowhere = inputs.iter().filter(|input| input.nowhere.is_some()).count();
    let elsewhere = inputs.iter().filter(|input| input.elsewhere.is_some()).count();
    println!("{} inputs, {elsewhere} held elsewhere, {nowhere} do not apply", inputs.len());
    let note = format!("{elsewhere} inputs are held by other tests, {nowhere} do not apply; each with its reason");
    evidence::figure("hostile", "inputs run by the command, numbers of the list", 118, missing.len(), &note);
}
