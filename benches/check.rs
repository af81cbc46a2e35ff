//! How long a cold `check` takes, as a multiple of what the parser generator alone needs for the same bytes; how it grows; how much
//! memory it takes; how fast the tool starts.
//!
//! `cargo bench --bench check`

mod support;

use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

use segma::model::config;
use segma::source::SourceMap;

const SIZES: [usize; 3] = [10, 1_000, 10_000];

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("--peak-memory-of") {
        let n = arguments.next().ok_or("how many segments?")?.parse()?;
        return peak_memory(n);
    }
    println!("segments |    bytes |   pest alone |  cold check | ratio | of which parse, resolve | peak memory");
    let mut totals = Vec::new();
    for n in SIZES {
        let sources = support::project(n);
        let bytes: usize = sources.files().map(|(_, file)| file.text.len()).sum();
        let runs = if n >= 10_000 { 5 } else { 15 };
        let pest = median(runs, || pest_alone(&sources));
        let load = median(runs, || load(&sources));
        let check = median(runs, || check(&sources));
        let memory = memory_of(n)?;
        let ratio = check.as_secs_f64() / pest.as_secs_f64();
        let part = 100.0 * load.as_secs_f64() / check.as_secs_f64();
        println!(
            "{n:>8} | {bytes:>8} | {pest:>12.1?} | {check:>11.1?} | {ratio:>5.2} | {part:>21.0} % | {memory:>8} KiB"
        );
        totals.push((bytes as f64, check.as_secs_f64()));
    }
    if let [_, (b1, t1), (b2, t2)] = totals.as_slice() {
        println!("growth from 1 000 to 10 000 segments: time ~ bytes^{:.2}", (t2 / t1).ln() / (b2 / b1).ln());
    }
    let start = median(21, || {
        let _ = black_box(Command::new(env!("CARGO_BIN_EXE_segma")).arg("--version").output());
    });
    println!("start-up (`segma --version`, whole process): {start:.1?}");
    Ok(())
}

fn pest_alone(sources: &SourceMap) {
    for (_, file) in sources.files().filter(|(_, file)| file.path.ends_with(".seg")) {
        black_box(segma::syntax::grammar_accepts(&file.text));
    }
}

fn load(sources: &SourceMap) {
    let _ = black_box(loaded(sources));
}

fn check(sources: &SourceMap) {
    let (model, findings) = loaded(sources);
    let today = "2026-11-01".parse().unwrap_or_else(|()| unreadable_day());
    let (found, checked) = segma::rules::check(model, today);
    if checked.is_none() {
        eprintln!("the generated project does not compile: {:?} {:?}", findings.first(), found.first());
        std::process::exit(1);
    }
}

fn unreadable_day() -> segma::model::Date {
    std::process::exit(2)
}

fn loaded(sources: &SourceMap) -> (segma::model::Model, Vec<segma::diagnostic::Diagnostic>) {
    let file = sources.files().find(|(_, file)| file.path == config::FILE_NAME).map(|(id, _)| id);
    let Some(file) = file else { std::process::exit(2) };
    let (config, _) = config::Config::parse(sources, file);
    segma::load(&config, sources)
}

fn median(runs: usize, mut work: impl FnMut()) -> Duration {
    work();
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(runs / 2).copied().unwrap_or_default()
}

/// The most memory that a process of its own takes for one cold check.
fn memory_of(n: usize) -> Result<String, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?).args(["--peak-memory-of", &n.to_string()]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn peak_memory(n: usize) -> Result<(), Box<dyn Error>> {
    check(&support::project(n));
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    println!("{}", peak.trim().trim_end_matches("kB").trim());
    Ok(())
}
