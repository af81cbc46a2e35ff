//! Programs that break a rule and programs that only look like it: how many of each are told apart.
//!
//! `tests/violations/FAMILY.md` holds, for every class that is decided from the files, programs that must be refused and
//! lookalikes that must pass. A case is `examples/shop` with `tests/violations/base.seg` beside it and with the case's blocks:
//!
//! - `seg PATH` adds or replaces a file,
//! - `change PATH` edits one: each line is `what stands there => what stands there now` (`\n` breaks a line),
//! - `packs` names the packs that the project takes,
//! - `email`, `ads`, `service` or `analytics` is the rest of a segment `tried` after its ordinary head.
//!
//! A case that must be refused is marked by how the mistake is made (`refused`, `refused by reference`, `refused in disguise`), and every class has
//! one of each, or says why there is none. It has one mistake, and exactly one finding that carries the class; a lookalike has no finding at
//! all. The table that is printed (`cargo test --test violations -- --nocapture`) says how often that held, by family.

#[path = "common/evidence.rs"]
mod evidence;
#[path = "common/projects.rs"]
mod projects;

use std::collections::{BTreeMap, BTreeSet};

use projects::{Files, outcome, root, shop, sorted, told};
use rayon::prelude::*;
use segma::rules::catalogue::{CLASSES, Verdict, class};

/// Programs of either kind that every class has at least.
const EACH: usize = 3;

/// Cases that are known to be judged wrongly: file, class and title, and why that stands for now.
const KNOWN: &[(&str, &str)] = &[];

/// Classes that the files decide, and that have no three programs of either kind here, with the reason.
const ELSEWHERE: &[(&str, &str)] = &[("PUR-05", "it takes two revisions: `tests/diff.rs`, and the class's page")];

/// How a mistake is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// `refused`: where it counts, in plain words.
    Direct,
    /// `refused by reference`: in another declaration, to which what is refused only refers, or from which it inherits.
    ByReference,
    /// `refused in disguise`: in other words for the same, under a negation, or as one of several where the others are right.
    InDisguise,
}

/// Classes of which there is no mistake of some kind, with the reason.
const NO_SUCH_WAY: &[(&[&str], Way, &str)] = &[
    (
        &["CHN-03", "CON-12", "JUR-03", "IDN-15", "GOV-09"],
        Way::ByReference,
        "a segment is delivered where it says so itself, and by nothing to which it refers",
    ),
    (&["GOV-02", "GOV-03", "GOV-04", "GOV-05"], Way::ByReference, "nothing refers to an exception"),
    (&["MIN-03", "MIN-06"], Way::ByReference, "an age is an entry of its jurisdiction, which nothing inherits"),
    (&["COM-14"], Way::ByReference, "a release is a declaration of its own, to which nothing refers"),
    (&["RET-05"], Way::ByReference, "both lengths are clauses of the segment itself"),
    (&["IDN-14"], Way::ByReference, "noise is a clause of a report, to which nothing refers"),
];

struct Case {
    class: String,
    title: String,
    /// How the mistake is made; nothing of a lookalike.
    refused: Option<Way>,
    blocks: Vec<(String, String)>,
}

/// What came of a case.
#[derive(Clone, Copy, Default)]
struct Tally {
    refused: usize,
    caught: usize,
    /// Those that slip through, and are known to.
    known: usize,
    alone: usize,
    passing: usize,
    alarms: usize,
}

#[test]
fn violations_are_told_from_their_lookalikes() {
    let base = base();
    let cases = cases();
    let judged: Vec<(&Case, Tally, Option<String>)> = cases.par_iter().map(|case| judged(case, &base)).collect();
    let (families, classes) = tallied(&judged);
    table(&families, &classes);
    let complaints: Vec<&String> = judged
        .iter()
        .filter(|(case, ..)| !KNOWN.iter().any(|(known, _)| *known == name(case)))
        .filter_map(|(.., complaint)| complaint.as_ref())
        .collect();
    let list: Vec<&str> = complaints.iter().map(|complaint| complaint.as_str()).collect();
    assert!(list.is_empty(), "\n{}\n", list.join("\n"));
    assert!(cases.len() > 300, "only {} cases", cases.len());
}

#[test]
fn every_class_that_the_files_decide_has_three_of_either() {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for case in cases() {
        assert!(class(&case.class).is_some(), "no class {}", case.class);
        let count = counts.entry(case.class).or_default();
        if case.refused.is_some() { count.0 += 1 } else { count.1 += 1 }
    }
    let decided = CLASSES.iter().filter(|c| matches!(c.verdict, Verdict::Error | Verdict::Warning | Verdict::Note));
    let short: Vec<String> = decided
        .filter(|class| !ELSEWHERE.iter().any(|(code, _)| *code == class.code.0))
        .filter_map(|class| {
            let (refused, passing) = counts.get(class.code.0).copied().unwrap_or_default();
            (refused < EACH || passing < EACH).then(|| format!("{}: {refused} refused, {passing} passing", class.code))
        })
        .collect();
    assert!(short.is_empty(), "\n{}\n", short.join("\n"));
}

#[test]
fn every_class_that_the_files_decide_is_tried_in_every_way() {
    let mut tried: BTreeMap<String, BTreeSet<Way>> = BTreeMap::new();
    for case in cases() {
        tried.entry(case.class).or_default().extend(case.refused);
    }
    let no_such = |code: &str, way: Way| NO_SUCH_WAY.iter().any(|(codes, no, _)| *no == way && codes.contains(&code));
    let decided = CLASSES.iter().filter(|c| matches!(c.verdict, Verdict::Error | Verdict::Warning | Verdict::Note));
    let mut wrong = Vec::new();
    for class in decided.filter(|class| !ELSEWHERE.iter().any(|(code, _)| *code == class.code.0)) {
        for way in [Way::Direct, Way::ByReference, Way::InDisguise] {
            let is_tried = tried.get(class.code.0).is_some_and(|ways| ways.contains(&way));
            if is_tried == no_such(class.code.0, way) {
                wrong.push(format!(
                    "{} {way:?}: {}",
                    class.code,
                    if is_tried { "tried after all" } else { "not tried" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn titles_are_told_apart() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        assert!(seen.insert(name(&case)), "{} comes twice", name(&case));
    }
    let names = |known: &&(&str, &str)| seen.contains(known.0);
    assert_eq!(KNOWN.iter().filter(names).count(), KNOWN.len(), "a known case is not there any more");
}

fn name(case: &Case) -> String {
    format!("{} {}: {}", case.class, if case.refused.is_some() { "refused" } else { "passes" }, case.title)
}

/// Checks a case, and says what is wrong with the answer.
fn judged<'c>(case: &'c Case, base: &Files) -> (&'c Case, Tally, Option<String>) {
    let files = match project(case, base) {
        Ok(files) => files,
        Err(error) => return (case, Tally::default(), Some(format!("{}: {error}", name(case)))),
    };
    let outcome = outcome(&files);
    let found: Vec<_> = outcome.findings.iter().filter(|finding| finding.suppressed.is_none()).collect();
    let list = || found.iter().map(|finding| told(finding, &outcome.sources)).collect::<Vec<_>>().join("\n      ");
    let mut tally = Tally::default();
    let mut complaint = None;
    if case.refused.is_some() {
        tally.refused = 1;
        let caught = found.iter().any(|finding| finding.codes().any(|code| code.0 == case.class));
        tally.caught = usize::from(caught);
        tally.known = usize::from(!caught && KNOWN.iter().any(|(known, _)| *known == name(case)));
        tally.alone = usize::from(caught && found.len() == 1);
        if !caught {
            complaint = Some(format!("{}: slips through, found instead: {}", name(case), list()));
        } else if found.len() != 1 {
            complaint = Some(format!("{}: {} findings for one mistake:\n      {}", name(case), found.len(), list()));
        }
    } else {
        tally.passing = 1;
        tally.alarms = usize::from(!found.is_empty());
        if !found.is_empty() {
            complaint = Some(format!("{}: false alarm: {}", name(case), list()));
        }
    }
    (case, tally, complaint)
}

type Tallies = BTreeMap<String, Tally>;

fn tallied(judged: &[(&Case, Tally, Option<String>)]) -> (Tallies, Tallies) {
    let (mut families, mut classes) = (Tallies::new(), Tallies::new());
    for (case, tally, _) in judged {
        let family = case.class.split('-').next().unwrap().to_owned();
        for entry in [families.entry(family).or_default(), classes.entry(case.class.clone()).or_default()] {
            entry.refused += tally.refused;
            entry.caught += tally.caught;
            entry.known += tally.known;
            entry.alone += tally.alone;
            entry.passing += tally.passing;
            entry.alarms += tally.alarms;
        }
    }
    (families, classes)
}

/// Prints the table, and writes its figures down.
fn table(families: &Tallies, classes: &Tallies) {
    println!("family  classes  refused  found   recall  one message  lookalikes  alarms  false positives");
    let mut all = Tally::default();
    let row = |name: &str, count: usize, t: Tally| {
        let share = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
        println!(
            "{name:<6}  {count:>7}  {:>7}  {:>5}  {:>6.1}%  {:>10.1}%  {:>10}  {:>6}  {:>14.1}%",
            t.refused,
            t.caught,
            share(t.caught, t.refused),
            share(t.alone, t.refused),
            t.passing,
            t.alarms,
            share(t.alarms, t.passing)
        );
    };
    for (family, tally) in families {
        row(family, classes.keys().filter(|code| code.starts_with(family.as_str())).count(), *tally);
        all.refused += tally.refused;
        all.caught += tally.caught;
        all.alone += tally.alone;
        all.passing += tally.passing;
        all.alarms += tally.alarms;
        let known = if tally.known > 0 { format!("; {} known to slip through", tally.known) } else { String::new() };
        let note = format!("{} of them with one message{known}", tally.alone);
        evidence::figure(
            "violations",
            &format!("violations of {family}"),
            tally.refused,
            tally.refused - tally.caught - tally.known,
            &note,
        );
        evidence::figure(
            "violations",
            &format!("lookalikes of {family}"),
            tally.passing,
            tally.alarms,
            "any finding is a failure",
        );
    }
    row("all", classes.len(), all);
}

/// The shop, and what many cases need besides.
fn base() -> Files {
    let mut files = shop();
    let text = std::fs::read_to_string(root().join("tests/violations/base.seg")).unwrap();
    files.insert("catalog/base.seg".to_owned(), text);
    files
}

/// The files of a case.
fn project(case: &Case, base: &Files) -> Result<Files, String> {
    let mut files = base.clone();
    for (kind, body) in &case.blocks {
        let (kind, path) = kind.split_once(' ').unwrap_or((kind, ""));
        match kind {
            "seg" => drop(files.insert(path.to_owned(), body.clone())),
            "packs" => changed(&mut files, "segma.toml", &format!("[data] => packs = [{}]\\n\\n[data]", body.trim()))?,
            "change" => changed(&mut files, path, body)?,
            "email" | "ads" | "service" | "analytics" => {
                files.insert("segments/tried.seg".to_owned(), segment(kind, body));
            }
            other => return Err(format!("no block is called `{other}`")),
        }
    }
    Ok(files)
}

fn changed(files: &mut Files, path: &str, body: &str) -> Result<(), String> {
    let text = files.get_mut(path).ok_or_else(|| format!("there is no file {path}"))?;
    for line in body.lines() {
        let (old, new) = line.split_once(" =>").ok_or_else(|| format!("a change without `=>`: {line}"))?;
        let (old, new) = (old.replace("\\n", "\n"), new.strip_prefix(" ").unwrap_or(new).replace("\\n", "\n"));
        if text.matches(old.as_str()).count() != 1 {
            return Err(format!("`{old}` stands {} times in {path}", text.matches(old.as_str()).count()));
        }
        *text = text.replace(old.as_str(), &new);
    }
    Ok(())
}

fn segment(kind: &str, body: &str) -> String {
    let head = match kind {
        "email" => "purpose marketing.email   consent marketing.email   retain 30 days   for mailer",
        "ads" => "purpose marketing.ads   consent marketing.ads   retain 30 days   for ad_network",
        "service" => "purpose service   consent not needed because \"owed under the contract\"   retain 30 days",
        _ => "purpose analytics   consent not needed because \"planning, LIA-7\"   retain 30 days",
    };
    let body: String = body.lines().map(|line| format!("  {line}\n")).collect();
    format!("segment tried of customer {{\n  owner \"crm@shop.example\"   refresh daily\n  {head}\n{body}}}\n")
}

fn cases() -> Vec<Case> {
    let files = sorted(&root().join("tests/violations"));
    let pages = files.iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.flat_map(|path| parsed(&std::fs::read_to_string(path).unwrap())).collect()
}

/// The cases of a page: `## CODE name`, `### refused: title` or `### passes: title`, and fenced blocks.
fn parsed(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut class = String::new();
    let mut open = false;
    for line in text.lines() {
        if open {
            let block = &mut cases.last_mut().unwrap().blocks.last_mut().unwrap().1;
            if line == "```" { open = false } else { *block += &format!("{line}\n") }
        } else if let Some(heading) = line.strip_prefix("## ") {
            class = heading.split(' ').next().unwrap().to_owned();
        } else if let Some(heading) = line.strip_prefix("### ") {
            let (kind, title) = heading.split_once(": ").unwrap_or_else(|| panic!("`{heading}` has no title"));
            let refused = match kind {
                "passes" => None,
                "refused" => Some(Way::Direct),
                "refused by reference" => Some(Way::ByReference),
                "refused in disguise" => Some(Way::InDisguise),
                other => panic!("`{other}` is neither refused nor passes"),
            };
            cases.push(Case { class: class.clone(), title: title.to_owned(), refused, blocks: Vec::new() });
        } else if let Some(kind) = line.strip_prefix("```") {
            cases.last_mut().unwrap().blocks.push((kind.to_owned(), String::new()));
            open = true;
        }
    }
    assert!(!open, "a fence stays open");
    assert!(cases.iter().all(|case| !case.blocks.is_empty()), "a case without a block");
    cases
}
