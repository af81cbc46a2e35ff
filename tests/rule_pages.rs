//! Runs the pages of `docs/rules`, and tries the mends that `tests/suites/rules.md` is offered.
//!
//! A page's examples are added to `examples/shop` (a block whose fence names a path replaces the file of that path) and must
//! raise the page's own class where a comment says so, and nothing else; its fix and its false positive must be clean. Blocks of
//! one section make one project until a path comes again, which begins the next. Every mend that a finding offers is applied, and
//! must mend that finding without making another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use segma::diagnostic::{Diagnostic, Severity, patch};
use segma::model::config::Config;
use segma::model::{Date, Model};
use segma::privacy::Facts;
use segma::privacy::obligations::{Obligations, Standing};
use segma::rules::catalogue::CLASSES;
use segma::source::{SourceMap, Span};

const TODAY: &str = "2026-11-01";

type Files = BTreeMap<String, String>;

struct Page {
    file: String,
    code: String,
    verdict: String,
    sections: Vec<(String, Vec<Files>)>,
}

#[test]
fn pages_do_what_they_say() {
    let shop = shop();
    let pages: Vec<Page> = pages();
    assert!(pages.len() > 45, "only {} pages", pages.len());
    let complaints: Vec<String> = pages.par_iter().flat_map_iter(|page| complaints_about(page, &shop)).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Whatever the checker finds about a segment is owed and open in its account, and where nothing is found nothing is open.
#[test]
fn what_is_found_is_owed() {
    let shop = shop();
    let pages: Vec<Page> = pages();
    let projects =
        pages.iter().flat_map(|page| page.sections.iter().flat_map(move |(_, all)| all.iter().map(move |p| (page, p))));
    let projects: Vec<(&Page, &Files)> = projects.collect();
    let wrong: Vec<String> =
        projects.par_iter().flat_map_iter(|(page, added)| unowed(page, &merged(&shop, &revisions(added).0))).collect();
    assert!(wrong.is_empty(), "{}:\n{}\n", wrong.len(), wrong.join("\n"));
}

/// What is found and not owed, or owed and not found, in the segments of a project.
fn unowed(page: &Page, files: &Files) -> Vec<String> {
    let (findings, model, _) = checked(files);
    let facts = Facts::of(&model);
    let mut wrong = Vec::new();
    let fatal = |finding: &&Diagnostic| finding.is_fatal();
    for (id, segment) in model.audiences() {
        let name = segment.name.value.as_str();
        let owed = Obligations::of(&model, &facts, id).settle(&model, &findings);
        let open: Vec<_> = owed.standing(Standing::Open).collect();
        for finding in findings.iter().filter(fatal).filter(|finding| finding.subject.as_deref() == Some(name)) {
            if !open.iter().any(|one| one.findings.iter().any(|known| known.message == finding.message)) {
                wrong.push(format!("{}: `{name}` owes nothing of: {}", page.file, finding.message));
            }
        }
        if !findings.iter().any(Diagnostic::is_fatal) {
            wrong.extend(open.iter().map(|one| format!("{}: `{name}`, open and not found: {}", page.file, one.owed)));
        }
    }
    wrong
}

#[test]
fn mends_of_the_suite_of_rules_mend() {
    let shop = shop();
    let suite = sections(&std::fs::read_to_string(root().join("tests/suites/rules.md")).unwrap());
    assert!(suite.len() > 15);
    let all = suite.iter().flat_map(|(name, projects)| projects.iter().map(move |added| (name, added)));
    let complaints: Vec<String> = all.flat_map(|(name, added)| mismatches(name, added, &shop)).collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn a_finding_shows_the_whole_way_across_files() {
    let mut files = shop();
    let text = "segment far of customer {\n  purpose marketing.ads   consent marketing.ads   retain 30 days\n  for ad_network\n  \
                where in segment near\n}\n";
    files.insert("segments/far.seg".into(), text.into());
    let text = "segment near of customer {\n  purpose marketing.email   consent marketing.email   retain 30 days\n  where risky\n}\n";
    files.insert("segments/near.seg".into(), text.into());
    let text = "define risky of customer = any orders where category = \"diabetes care\" over last 3 months\n";
    files.insert("catalog/risky.seg".into(), text.into());
    let (findings, sources) = findings(&files);
    let finding = findings.iter().find(|finding| finding.subject.as_deref() == Some("far")).unwrap();
    let codes: Vec<&str> = finding.codes().map(|code| code.0).collect();
    assert_eq!(codes, ["SEN-01", "SEN-02", "COM-03"]);
    let primary = finding.primary.as_ref().unwrap();
    assert_eq!(sources.slice(primary.span), "in segment near");
    assert_eq!(primary.text, "reveals `health` through segment `near` and definition `risky`");
    let way: Vec<&str> = finding.related.iter().map(|label| sources.path(label.span)).collect();
    assert_eq!(way, ["segments/near.seg", "catalog/risky.seg", "catalog/orders.seg", "policy/rules.seg"]);
}

#[test]
fn the_shop_is_clean_but_for_its_one_exception() {
    let (findings, sources) = findings(&shop());
    let standing: Vec<String> = findings.iter().filter(|f| f.suppressed.is_none()).map(|f| told(f, &sources)).collect();
    assert!(standing.is_empty(), "\n{}\n", standing.join("\n"));
    let excepted: Vec<&str> = findings.iter().filter(|f| f.suppressed.is_some()).map(|f| f.code.0).collect();
    assert_eq!(excepted, ["IDN-03"]);
}

#[test]
fn packs_are_whole_and_say_nothing_of_an_honest_shop() {
    for pack in segma::source::shipped::PACKS {
        let mut files = shop();
        files.insert("segma.toml".into(), shop_with_packs(pack.name));
        let (found, sources) = findings(&files);
        let odd = found.iter().filter(|finding| finding.suppressed.is_none() && finding.severity != Severity::Note);
        let odd: Vec<String> = odd.map(|finding| told(finding, &sources)).collect();
        assert!(odd.is_empty(), "{}:\n{}\n", pack.name, odd.join("\n"));
        assert_eq!(pack.path, format!("segma:packs/{}.seg", pack.name));
    }
    let all: Vec<&str> = segma::source::shipped::PACKS.iter().map(|pack| pack.name).collect();
    let mut files = shop();
    files.insert("segma.toml".into(), shop_with_packs(&all.join("\", \"")));
    let destinations = files["policy/destinations.seg"].replace("jurisdiction ", "// jurisdiction ");
    files.insert("policy/destinations.seg".into(), destinations);
    let (model, _) = loaded(&files);
    assert_eq!(model.jurisdictions.values().map(|law| law.name.value.as_str()).collect::<Vec<_>>().len(), 9);
    assert!(model.jurisdictions.values().all(|law| !law.absent_means_yes && law.adult_at.is_some()));
    for policy in model.policies.values().filter(|policy| policy.pack.is_some()) {
        let name = &policy.name.value;
        assert!(policy.title.is_some() && policy.because.is_some() && policy.class.is_some(), "{name}");
        assert_eq!(policy.since.is_some(), policy.unverified, "{name}: who has checked the day?");
        assert!(policy.since.is_some() || name.starts_with("platform_"), "{name}: since when?");
    }
    assert_eq!(model.project.packs.len(), all.len());
}

fn shop_with_packs(packs: &str) -> String {
    format!("name = \"shop\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\npacks = [\"{packs}\"]\n")
}

fn loaded(files: &Files) -> (segma::model::Model, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", files["segma.toml"].clone());
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
        sources.add(path.clone(), text.clone());
    }
    let (config, _) = Config::parse(&sources, toml);
    segma::load(&config, &sources)
}

#[test]
fn every_class_that_is_built_has_its_page_and_no_page_is_left_over() {
    let built: Vec<String> = CLASSES.iter().map(|c| c.code.to_string()).collect();
    let mut paged: Vec<String> = pages().into_iter().map(|page| page.code).collect();
    let mut sorted = built.clone();
    sorted.sort();
    paged.sort();
    assert_eq!(sorted, paged);
    for class in CLASSES {
        assert!(root().join(class.page_path()).exists(), "{} is not where its class says", class.code);
    }
}

#[test]
fn pages_have_their_sections_in_order() {
    for page in pages() {
        let names: Vec<&str> = page.sections.iter().map(|(name, _)| name.as_str()).collect();
        let order = ["What it does", "Why it matters to a person", "Example", "Fix", "What stays silent", "References"];
        assert_eq!(names, order, "{}", page.file);
    }
}

fn complaints_about(page: &Page, shop: &Files) -> Vec<String> {
    let mut complaints = Vec::new();
    for (section, projects) in &page.sections {
        let example = section == "Example";
        let fires = example && !matches!(page.verdict.as_str(), "guard" | "undecidable");
        if matches!(section.as_str(), "Example" | "Fix" | "What stays silent") && projects.is_empty() {
            complaints.push(format!("{}: section `{section}` shows nothing", page.file));
        }
        for added in projects {
            let place = format!("{} ({section})", page.file);
            complaints.extend(mismatches(&place, added, shop));
            if fires && !asserts(added, &page.code) {
                complaints.push(format!("{place}: no line is said to raise {}", page.code));
            }
            if !fires && added.values().any(|text| text.contains("// error:")) {
                complaints.push(format!("{place}: must be clean, and says otherwise"));
            }
        }
    }
    complaints
}

/// What was found and not expected, or expected and not found, in the shop with these files added.
fn mismatches(place: &str, added: &Files, shop: &Files) -> Vec<String> {
    let (new, old) = revisions(added);
    let files = merged(shop, &new);
    let (findings, sources) = findings(&files);
    let mut expected = expectations(&files);
    let mut complaints = Vec::new();
    for (code, path, line) in old.map_or(Vec::new(), |old| crept(&merged(shop, &old), &files)) {
        match expected.iter().position(|wanted| (&wanted.code, &wanted.path, wanted.line) == (&code, &path, line)) {
            Some(i) => drop(expected.remove(i)),
            None => complaints.push(format!("{place}: not expected: {code} at {path}:{line} by an edit")),
        }
    }
    for finding in findings.iter().filter(|finding| finding.suppressed.is_none()) {
        let at = finding.span().map(|span| (sources.path(span).to_owned(), sources.line_col(span).line));
        let fits = |wanted: &Wanted| {
            Some((&wanted.path, wanted.line)) == at.as_ref().map(|(path, line)| (path, *line))
                && wanted.severity == finding.severity.word()
                && finding.codes().any(|code| code.0 == wanted.code)
        };
        match expected.iter().position(fits) {
            Some(i) => drop(expected.remove(i)),
            None => complaints.push(format!("{place}: not expected: {}", told(finding, &sources))),
        }
        complaints.extend(bad_mend(place, finding, &findings, &sources, &files));
    }
    complaints.extend(
        expected.iter().map(|w| format!("{place}: expected {} {} at {}:{}", w.severity, w.code, w.path, w.line)),
    );
    complaints
}

/// A project as it is, and as it was where a fence says `was`: what only one revision has is in both otherwise.
fn revisions(added: &Files) -> (Files, Option<Files>) {
    let (was, is): (Files, Files) = added.clone().into_iter().partition(|(path, _)| path.starts_with("was "));
    let was: Files = was.into_iter().map(|(path, text)| (path.trim_start_matches("was ").to_owned(), text)).collect();
    let old = (!was.is_empty()).then(|| merged(&is, &was));
    (is, old)
}

/// What an edit is told for: the class, and where the segment begins.
fn crept(old: &Files, new: &Files) -> Vec<(String, String, usize)> {
    let plan = |files: &Files| {
        let mut sources = SourceMap::new();
        let toml = sources.add("segma.toml", files["segma.toml"].clone());
        for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
            sources.add(path.clone(), text.clone());
        }
        let (config, _) = Config::parse(&sources, toml);
        let (model, _) = segma::load(&config, &sources);
        let (_, checked) = segma::rules::check(model, TODAY.parse::<Date>().unwrap());
        segma::plan::build(&checked.expect("a revision has errors"), &sources)
    };
    let changes = segma::change::compare(&plan(old), &plan(new));
    let place = |segment: &str| {
        let head = format!("segment {segment} of ");
        let at = |(path, text): (&String, &String)| {
            text.lines().position(|line| line.starts_with(&head)).map(|line| (path.clone(), line + 1))
        };
        new.iter().find_map(at).unwrap()
    };
    changes
        .creep
        .iter()
        .map(|creep| {
            let (path, line) = place(&creep.segment);
            (creep.code.to_owned(), path, line)
        })
        .collect()
}

/// A mend that does not mend.
fn bad_mend(
    place: &str,
    finding: &Diagnostic,
    before: &[Diagnostic],
    sources: &SourceMap,
    files: &Files,
) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let mut mended = files.clone();
    for (id, file) in sources.files() {
        if fix.edits.iter().any(|(span, _)| span.file == id) {
            let text = patch::apply(fix, sources, id);
            let Some(text) = text else { return Some(format!("{place}: the mend `{}` does not fit", fix.title)) };
            mended.insert(file.path.clone(), text);
        }
    }
    let (after, after_sources) = findings(&mended);
    let fatal = |findings: &[Diagnostic]| findings.iter().filter(|finding| finding.is_fatal()).count();
    let same = after.iter().find(|other| other.message == finding.message && other.subject == finding.subject);
    if same.is_some() || fatal(&after) >= fatal(before) && finding.is_fatal() {
        let list: Vec<String> = after.iter().map(|finding| told(finding, &after_sources)).collect();
        return Some(format!("{place}: the mend `{}` of {} leaves: {}", fix.title, finding.code, list.join("; ")));
    }
    None
}

struct Wanted {
    path: String,
    line: usize,
    severity: String,
    code: String,
}

/// What the comments `// error: CODE`, `// warning: CODE` and `// note: CODE` ask for.
fn expectations(files: &Files) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
        for (i, line) in text.lines().enumerate() {
            let Some((_, comment)) = line.rsplit_once("// ") else { continue };
            let Some((severity, codes)) = comment.split_once(": ") else { continue };
            if matches!(severity, "error" | "warning" | "note") {
                wanted.extend(codes.split(", ").map(|code| Wanted {
                    path: path.clone(),
                    line: i + 1,
                    severity: severity.to_owned(),
                    code: code.trim().to_owned(),
                }));
            }
        }
    }
    wanted
}

fn asserts(added: &Files, code: &str) -> bool {
    expectations(added).iter().any(|wanted| wanted.code == code)
}

/// Reads, resolves and checks; the proof must be there exactly when nothing fatal was found.
fn findings(files: &Files) -> (Vec<Diagnostic>, SourceMap) {
    let (findings, _, sources) = checked(files);
    (findings, sources)
}

fn checked(files: &Files) -> (Vec<Diagnostic>, Model, SourceMap) {
    let mut sources = SourceMap::new();
    let toml = sources.add("segma.toml", files["segma.toml"].clone());
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".seg")) {
        sources.add(path.clone(), text.clone());
    }
    let (config, mut all) = Config::parse(&sources, toml);
    let (model, found) = segma::load(&config, &sources);
    all.extend(found);
    let complete = model.complete;
    let (found, checked) = segma::rules::check(model.clone(), TODAY.parse::<Date>().unwrap());
    assert_eq!(checked.is_some(), complete && !segma::diagnostic::any_fatal(&found));
    all.extend(found);
    segma::diagnostic::sort(&mut all);
    (all, model, sources)
}

fn told(finding: &Diagnostic, sources: &SourceMap) -> String {
    let place = |span: Span| format!("{}:{}", sources.path(span), sources.line_col(span).line);
    let at = finding.span().map_or("nowhere".to_owned(), place);
    format!("{} {} at {at}: {}", finding.severity.word(), finding.code, finding.message)
}

fn merged(shop: &Files, added: &Files) -> Files {
    shop.iter().chain(added).map(|(path, text)| (path.clone(), text.clone())).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shop() -> Files {
    let mut files = Files::new();
    let folder = root().join("examples/shop");
    files.insert("segma.toml".into(), std::fs::read_to_string(folder.join("segma.toml")).unwrap());
    for room in ["catalog", "policy", "segments"] {
        for path in sorted(&folder.join(room)) {
            let name = format!("{room}/{}", path.file_name().unwrap().to_str().unwrap());
            files.insert(name, std::fs::read_to_string(path).unwrap());
        }
    }
    files
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn pages() -> Vec<Page> {
    sorted(&root().join("docs/rules"))
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|p| page(p))
        .collect()
}

fn page(path: &Path) -> Page {
    let text = std::fs::read_to_string(path).unwrap();
    let file = path.file_name().unwrap().to_str().unwrap().to_owned();
    let (code, name) = text.lines().next().unwrap().strip_prefix("# ").unwrap().split_once(": ").unwrap();
    assert_eq!(file, format!("{code}-{name}.md"));
    let row = text.lines().filter(|line| line.starts_with("| ")).nth(2).unwrap();
    let verdict = row.trim_end_matches(" |").rsplit("| ").next().unwrap().to_owned();
    Page { code: code.to_owned(), verdict, sections: sections(&text), file }
}

/// The second-level sections of a text, each with the projects that its blocks make.
fn sections(text: &str) -> Vec<(String, Vec<Files>)> {
    let mut sections: Vec<(String, Vec<Files>)> = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line) {
            (Some(_), "```") => {
                let (path, body) = open.take().unwrap();
                add(&mut sections.last_mut().unwrap().1, path, body);
            }
            (Some((_, body)), line) => *body += &format!("{line}\n"),
            (None, line) => {
                if let Some(name) = line.strip_prefix("## ") {
                    sections.push((name.to_owned(), Vec::new()));
                } else if let Some(path) = line.strip_prefix("```seg ").or_else(|| line.strip_prefix("```toml ")) {
                    open = Some((path.to_owned(), String::new()));
                }
            }
        }
    }
    assert!(open.is_none(), "a fence stays open");
    sections
}

fn add(projects: &mut Vec<Files>, path: String, body: String) {
    match projects.last_mut() {
        Some(files) if !files.contains_key(&path) => drop(files.insert(path, body)),
        Some(_) | None => projects.push(Files::from([(path, body)])),
    }
}
