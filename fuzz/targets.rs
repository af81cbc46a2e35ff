//! What must hold for any bytes whatever: the bodies of the fuzz targets, and of the bounded run in `tests/fuzz.rs`. Each panics where
//! something does not hold, and tells whether the input was accepted.

use segma::diagnostic::Diagnostic;
use segma::emit::rules;
use segma::emit::sql::{DIALECTS, fit, spelling};
use segma::model::config::Config;
use segma::model::{Date, Instant};
use segma::plan::SegmentPlan;
use segma::source::SourceMap;
use segma::{run, syntax};

/// A target: its name and what must hold.
pub type Target = (&'static str, fn(&[u8]) -> bool);

/// Every target, by its name in `fuzz_targets`.
pub const ALL: [Target; 4] = [("parse", parse), ("print", print), ("rule", rule), ("config", config)];

/// A program: findings lie within the text, and what is accepted is emitted and proved for every dialect that can say it.
pub fn parse(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut sources = SourceMap::new();
    let toml = sources.add(
        "segma.toml",
        "name = \"fuzz\"\nedition = \"2026\"\ntimezone = \"Europe/Berlin\"\nschema = \"audiences\"\n",
    );
    let file = sources.add("fuzz.seg", text);
    within(text, &syntax::parse(file, text).diagnostics);
    let (config, _) = Config::parse(&sources, toml);
    let (model, found) = segma::load(&config, &sources);
    no_bug(&found);
    let (found, checked) = segma::rules::check(model, "2026-11-01".parse::<Date>().unwrap());
    no_bug(&found);
    let Some(checked) = checked else { return false };
    let plan = segma::plan::build(&checked, &sources);
    let dialect = &DIALECTS[bytes.len() % DIALECTS.len()];
    if let Err(found) = fit(&plan, dialect.name) {
        no_bug(&found);
    }
    for segment in &plan.segments {
        let written = rules::write(segment).bytes;
        if let Ok(back) = rules::read(&written) {
            assert_eq!(back, *segment, "a rule says something else once it is read back");
        }
    }
    !plan.segments.is_empty()
}

/// Texts, names and comments: what an independent lexer decodes is what was meant, in every dialect.
pub fn print(bytes: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(bytes).chars().filter(|c| *c != '\0').collect();
    for dialect in DIALECTS {
        let literal = spelling::text(dialect, &text);
        assert_eq!(spelling::decoded(dialect.name, &literal), Ok(vec![text.clone()]), "{}: {literal}", dialect.name);
        let name = spelling::name(dialect, &text);
        match spelling::decoded(dialect.name, &name) {
            Ok(read) => assert_eq!(read, std::slice::from_ref(&text), "{}: {name}", dialect.name),
            Err(why) => {
                assert!(dialect.names_backslash && text.contains(['\\', dialect.name_quote]), "{}: {why}", dialect.name)
            }
        }
        let two = format!("{literal} {name} -- {}\n{literal}", spelling::comment(&text));
        if spelling::decoded(dialect.name, &name).is_ok() {
            assert_eq!(spelling::decoded(dialect.name, &two), Ok(vec![text.clone(); 3]), "{}: {two}", dialect.name);
        }
    }
    true
}

/// A rule as JSON: refused or, once it was written again, the same; and evaluated without rows it ends.
pub fn rule(bytes: &[u8]) -> bool {
    let read = rules::read(bytes).ok();
    // Past the hash, which would stop nearly every mutated rule.
    let forged = serde_json::from_slice::<SegmentPlan>(bytes).ok().filter(|plan| plan.validate().is_ok());
    let forged = forged.map(|mut plan| {
        plan.hash = plan.computed_hash();
        plan
    });
    let accepted = forged.is_some();
    for plan in read.into_iter().chain(forged) {
        let written = rules::write(&plan).bytes;
        match rules::read(&written) {
            Ok(back) => {
                assert_eq!(back, plan, "a rule says something else once it is read back");
                assert_eq!(rules::write(&back).bytes, written, "a rule is written otherwise once it was read back");
            }
            Err(found) => assert!(!found.code.0.starts_with("INT-"), "{}", found.message),
        }
        let files = std::collections::BTreeMap::<String, run::File>::new();
        let now: Instant = "2026-11-01T12:00:00Z".parse().unwrap();
        if let Ok(members) = run::members(&plan, &files, now) {
            assert!(members.is_empty(), "there are members without any rows: {members:?}");
        }
    }
    accepted
}

/// A configuration: findings lie within the text.
pub fn config(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut sources = SourceMap::new();
    let file = sources.add("segma.toml", text);
    let (_, found) = Config::parse(&sources, file);
    within(text, &found);
    found.is_empty()
}

fn within(text: &str, found: &[Diagnostic]) {
    no_bug(found);
    for span in found.iter().filter_map(Diagnostic::span) {
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(
            start <= end && text.is_char_boundary(start) && text.is_char_boundary(end),
            "{span:?} of {}",
            text.len()
        );
    }
}

/// Nothing that only a mistake of the compiler brings about.
fn no_bug(found: &[Diagnostic]) {
    if let Some(bug) = found.iter().find(|finding| finding.code.0.starts_with("INT-")) {
        panic!("{}: {}", bug.code.0, bug.message);
    }
}
