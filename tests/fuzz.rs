//! Whatever bytes arrive: the targets of `fuzz/` over mutated programs, rules and configurations, with fixed seeds and for some seconds.
//! `SEGMA_TEST_CASES=100` asks for a hundred times as many, `SEGMA_TEST_SEED=7` for others; a failing input is left in `target/fuzz`.

#[expect(dead_code, reason = "other test files use the rest")]
mod common;
#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::chance::Chance;
use common::{evidence, worlds};

/// No input may take longer, even in a build without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_secs(20);

/// Pieces that mean something to one reader or another.
const WORDS: [&str; 40] = [
    "'",
    "\"",
    "`",
    "\\",
    "\\'",
    "''",
    "\"\"",
    "/*",
    "*/",
    "--",
    "\n",
    "\r\n",
    "\t",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\u{202e}",
    "\u{feff}",
    "é",
    "not ",
    " or ",
    "and not ",
    "is missing",
    " over last 999999999 days",
    "in segment ",
    "-1",
    "9223372036854775808",
    "0.000000001",
    "2023-02-29",
    "null",
    "true",
    "\"format\": 1",
    "\u{0}",
    "= 1",
    "[[data]]",
    "everyone",
    "retain while listed ",
];

fn number(variable: &str, usually: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(usually)
}

/// One to four changes of a text.
fn mutated(seed: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        let end = (at + chance.below(40)).min(bytes.len());
        match chance.below(8) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.truncate(at),
            2 => drop(bytes.splice(at..at, chance.pick(&WORDS).bytes())),
            3 => drop(bytes.splice(at..end, chance.pick(&WORDS).bytes())),
            4 => {
                let again = bytes[at..end].repeat(1 + chance.below(30));
                drop(bytes.splice(at..at, again));
            }
            5 => {
                let other = chance.pick(others);
                let from = chance.below(other.len() + 1);
                let upto = (from + chance.below(200)).min(other.len());
                drop(bytes.splice(at..end, other[from..upto].iter().copied()));
            }
            6 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << chance.below(8)),
            _ => digits(&mut bytes, at, chance),
        }
    }
    bytes
}

/// A text with one digit changed, which as often as not is accepted still.
fn renumbered(seed: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    let at = chance.below(bytes.len());
    digits(&mut bytes, at, chance);
    bytes
}

/// Another digit for the next one, so that numbers, days and lengths change and all else stays.
fn digits(bytes: &mut [u8], at: usize, chance: &mut Chance) {
    if let Some(digit) = bytes.iter_mut().skip(at).find(|byte| byte.is_ascii_digit()) {
        *digit = b'0' + u8::try_from(chance.below(10)).unwrap();
    }
}

/// Every file below a folder with one of these endings.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && path.file_name().is_some_and(|name| name != "out") {
            files(&path, endings, found);
        } else if path.extension().is_some_and(|ending| endings.iter().any(|one| ending == *one)) {
            found.push(std::fs::read(&path).unwrap());
        }
    }
}

/// What a target's inputs are made from.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    match target {
        "parse" => {
            found.extend(worlds::all().into_iter().map(|world| world.text.into_bytes()));
            ["examples", "tests/suites", "tests/hostile", "tests/wanted"]
                .iter()
                .for_each(|folder| files(&root.join(folder), &["seg", "md"], &mut found));
        }
        "rule" => found.extend(written_rules()),
        "config" => ["examples", "tests"].iter().for_each(|folder| files(&root.join(folder), &["toml"], &mut found)),
        _ => {
            files(&root.join("tests/hostile"), &["md"], &mut found);
            let lines = |file: &Vec<u8>| file.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
            found = found.iter().flat_map(lines).collect();
        }
    }
    found.retain(|file| !file.is_empty() && file.len() < 60_000);
    assert!(found.len() > 3, "{target}: {} inputs", found.len());
    found
}

/// The rules of hand-written worlds.
fn written_rules() -> Vec<Vec<u8>> {
    let rule = |world: worlds::World| {
        let loaded = world.load();
        let (_, checked) = segma::rules::check(loaded.model, "2026-11-01".parse().unwrap());
        let plan = checked.map(|checked| segma::plan::build(&checked, &loaded.sources));
        plan.into_iter().flat_map(|plan| plan.segments).map(|plan| segma::emit::rules::write(&plan).bytes).collect()
    };
    worlds::all().into_iter().step_by(7).flat_map::<Vec<Vec<u8>>, _>(rule).collect()
}

fn hold((name, target): targets::Target, usually: u64) {
    let corpus = corpus(name);
    let seed = number("SEGMA_TEST_SEED", 0).wrapping_mul(1_000_003) + 900_000;
    let cases = usually * number("SEGMA_TEST_CASES", 1);
    let (mut wrong, mut slowest, mut accepted) = (Vec::new(), Duration::ZERO, 0);
    for case in 0..cases {
        let mut chance = Chance::new(seed + case);
        let from = chance.pick(&corpus);
        let gently = chance.percent(20);
        let input = if gently { renumbered(&from, &mut chance) } else { mutated(&from, &corpus, &mut chance) };
        let began = Instant::now();
        let held = catch_unwind(AssertUnwindSafe(|| target(&input)));
        let took = began.elapsed();
        slowest = slowest.max(took);
        accepted += usize::from(held.as_ref().is_ok_and(|accepted| *accepted));
        if held.is_err() || took > LONGEST {
            let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../fuzz").join(name);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{}", seed + case)), &input).unwrap();
            wrong.push(seed + case);
        }
    }
    // What is refused can fail by a panic or a finding outside the text alone; the rest of what must hold is asked of what is accepted.
    let note =
        format!("mutated from {} inputs; {} were refused, without a panic", corpus.len(), cases - accepted as u64);
    let n = usize::try_from(cases).unwrap();
    evidence::invented(
        "fuzz",
        &format!("fuzz {name}"),
        (n, wrong.len(), accepted),
        &format!("{seed}..+{cases}"),
        &note,
    );
    println!("{name}: {cases}, {note}; the slowest took {:.1} s", slowest.as_secs_f64());
    assert!(wrong.is_empty(), "{name}: {} of {cases}, seeds {wrong:?}, inputs in target/fuzz/{name}", wrong.len());
}

#[test]
fn mutated_programs_are_answered_and_what_is_accepted_is_proved() {
    hold(targets::ALL[0], 600);
}

#[test]
fn mutated_texts_are_printed_so_that_they_are_read_as_meant() {
    hold(targets::ALL[1], 20_000);
}

#[test]
fn mutated_rules_are_refused_or_read_as_written() {
    hold(targets::ALL[2], 1_500);
}

#[test]
fn mutated_configurations_are_answered() {
    hold(targets::ALL[3], 4_000);
}

#[test]
fn every_target_has_its_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    for (name, _) in targets::ALL {
        let text = std::fs::read_to_string(root.join("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(text.contains(&format!("targets::{name}(bytes)")), "{name}");
        assert!(std::fs::read_to_string(root.join("Cargo.toml")).unwrap().contains(&format!("name = \"{name}\"")));
    }
}
