//! Programs written otherwise from which something must follow, each with twins in which the same words went wrong: a negation is lost, a
//! conjunction is a disjunction. Whoever such a twin gives another answer reads the words.

use super::cases::{Case, Program};
use super::programs::Segment;
use super::relations::Rewritten;

/// The program with another condition in each segment.
fn conditions(case: &Case, condition: impl Fn(&str) -> String) -> Program {
    Program::of(case, |segment| {
        let wanted = segment.wanted();
        segment.print().replacen(&format!("where {wanted}"), &format!("where {}", condition(&wanted)), 1)
    })
}

const HALF: &str = "sample 0% to 50% named \"half\"";
const THIRD: &str = "sample 0% to 34% named \"third\"";

// ── Algebra ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

pub fn twice_not(case: &Case) -> Option<Rewritten> {
    let after = conditions(case, |wanted| format!("not (not ({wanted}))"));
    Some(Rewritten::to(after).beside(conditions(case, |wanted| format!("not ({wanted})"))))
}

pub fn de_morgan(case: &Case) -> Option<Rewritten> {
    let before = conditions(case, |wanted| format!("(({wanted}) and {HALF})"));
    let after = conditions(case, |wanted| format!("not (not ({wanted}) or not ({HALF}))"));
    let twin = conditions(case, |wanted| format!("not (not ({wanted}) and not ({HALF}))"));
    Some(Rewritten { before: Some(before), ..Rewritten::to(after).beside(twin) })
}

pub fn and_everyone(case: &Case) -> Option<Rewritten> {
    let after = conditions(case, |wanted| format!("(everyone and ({wanted}))"));
    Some(Rewritten::to(after).beside(conditions(case, |wanted| format!("(everyone or ({wanted}))"))))
}

pub fn counted(case: &Case) -> Option<Rewritten> {
    let after = conditions(case, |wanted| format!("at least 2 of (everyone, {wanted})"));
    Some(Rewritten::to(after).beside(conditions(case, |wanted| format!("at least 1 of (everyone, {wanted})"))))
}

pub fn distributed(case: &Case) -> Option<Rewritten> {
    let before = conditions(case, |wanted| format!("((({wanted}) or {HALF}) and {THIRD})"));
    let after = conditions(case, |wanted| format!("((({wanted}) and {THIRD}) or ({HALF} and {THIRD}))"));
    let twin = conditions(case, |wanted| format!("((({wanted}) and {THIRD}) or {HALF})"));
    Some(Rewritten { before: Some(before), ..Rewritten::to(after).beside(twin) })
}

/// The parts of conjunctions in another order, and segments too.
pub fn reordered(case: &Case) -> Option<Rewritten> {
    let before = conditions(case, |wanted| format!("(({wanted}) and {HALF} and {THIRD})"));
    let mut after = conditions(case, |wanted| format!("({THIRD} and {HALF} and ({wanted}))"));
    after.segments.reverse();
    let twin = conditions(case, |wanted| format!("(({THIRD} and {HALF}) or ({wanted}))"));
    Some(Rewritten { before: Some(before), ..Rewritten::to(after).beside(twin) })
}

/// Comments, blanks, line ends of elsewhere. Twin: a comment swallows what is wanted.
pub fn other_layout(case: &Case) -> Option<Rewritten> {
    let laid =
        |text: &str| text.lines().map(|line| format!("{line}   // it's \"quoted\" {{\r\n\r\n")).collect::<String>();
    let after = Program::of(case, |segment| laid(&segment.print())).declaring(laid(&case.catalog.declared()));
    Some(Rewritten::to(after).beside(conditions(case, |wanted| format!("everyone // {}", wanted.replace('\n', " ")))))
}

// ── More and less ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

pub fn negated(case: &Case) -> Option<Rewritten> {
    let after = conditions(case, |wanted| format!("not ({wanted})"));
    Some(Rewritten::to(after))
}

pub fn and_more(case: &Case) -> Option<Rewritten> {
    let after = conditions(case, |wanted| format!("(({wanted}) and {HALF})"));
    Some(Rewritten::to(after).beside(conditions(case, |wanted| format!("(({wanted}) or {HALF})"))))
}

pub fn or_more(case: &Case) -> Option<Rewritten> {
    let after = conditions(case, |wanted| format!("(({wanted}) or {HALF})"));
    Some(Rewritten::to(after).beside(conditions(case, |wanted| format!("(({wanted}) and {HALF})"))))
}

pub fn except_more(case: &Case) -> Option<Rewritten> {
    let after = conditions(case, |wanted| format!("({wanted})\n  and not ({HALF})"));
    Some(Rewritten::to(after).beside(conditions(case, |wanted| format!("(({wanted}) or not ({HALF}))"))))
}

pub fn large_minimum(case: &Case) -> Option<Rewritten> {
    Some(Rewritten::to(with_minimum(case, 5000)))
}

/// Twin: so many that nobody reaches it.
pub fn larger_minimum(case: &Case) -> Option<Rewritten> {
    Some(Rewritten::to(with_minimum(case, 7)).beside(with_minimum(case, 5000)))
}

pub fn with_minimum(case: &Case, people: u32) -> Program {
    Program::of(case, |segment| {
        // A clause stands once.
        let text = segment.print();
        let lines = text.lines().filter(|line| !line.starts_with("  minimum")).map(|line| format!("{line}\n"));
        lines.collect::<String>().replacen("  where ", &format!("  minimum {people} people\n  where "), 1)
    })
}

// ── Declarations ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The same segments under declarations in which some words became others.
fn declared(case: &Case, words: &[(&str, &str)]) -> Program {
    let declared = words.iter().fold(case.catalog.declared(), |text, (from, to)| text.replace(from, to));
    Program::of(case, Segment::print).declaring(declared)
}

/// Grants age sooner, clocks differ more, notices must be newer. Twin: so much that nothing counts.
pub fn stricter(case: &Case) -> Option<Rewritten> {
    let skew = ("fresh within 1 day by loaded   retain 72", "fresh within 1 day by loaded   skew 2 days   retain 72");
    let notice = "notice from \"2025-01\"";
    let after = [
        ("valid 24 months", "valid 6 months"),
        ("valid 13 months", "valid 3 months"),
        (notice, "notice from \"2026-01\""),
        skew,
    ];
    let twin = [
        ("valid 24 months", "valid 1 month"),
        ("valid 13 months", "valid 1 month"),
        (notice, "notice from \"2031-01\""),
        skew,
    ];
    Some(Rewritten::to(declared(case, &after)).beside(declared(case, &twin)))
}

/// Sources are kept a month less; what looks too far back then is refused, and so tells nothing. Twin: they are kept for a day, which is
/// refused wherever they are read over more.
pub fn kept_shorter(case: &Case) -> Option<Rewritten> {
    let kept = |length: &dyn Fn(u32) -> String| {
        let mut text = case.catalog.declared();
        for months in [6, 13, 26, 36] {
            text = text.replace(
                &format!("retain {months} months\n  allowed"),
                &format!("retain {}\n  allowed", length(months)),
            );
        }
        Program::of(case, Segment::print).declaring(text)
    };
    let after = kept(&|months| format!("{} months", months - 1));
    Some(Rewritten { refusal_tells: true, ..Rewritten::to(after).beside(kept(&|_| "1 day".to_owned())) })
}

/// No data may serve analysis any longer, and no segment of it is left. Twin: nor may it serve what the segment is for.
pub fn no_analytics(case: &Case) -> Option<Rewritten> {
    let served = |kept: &[&str]| {
        let line = |line: &str| {
            let Some((before, purposes)) = line.split_once("allowed ").filter(|_| line.contains("analytics")) else {
                return format!("{line}\n");
            };
            // What closes a declaration on the same line stays.
            let (purposes, rest) =
                purposes.split_once("   ").map_or((purposes, ""), |(purposes, rest)| (purposes, rest));
            let (purposes, end) = purposes.strip_suffix(" }").map_or((purposes, ""), |purposes| (purposes, " }"));
            let left: Vec<&str> = purposes.split(", ").filter(|purpose| kept.contains(purpose)).collect();
            let left = if left.is_empty() { "support".to_owned() } else { left.join(", ") };
            format!(
                "{before}allowed {left}{end}{}\n",
                if rest.is_empty() { String::new() } else { format!("   {rest}") }
            )
        };
        let support = "purpose support { basis contract   because \"somebody must serve it\" }\n";
        let declared = case.catalog.declared().lines().map(line).collect::<String>() + support;
        let mut program = Program::of(case, Segment::print).declaring(declared);
        program.segments.retain(|(name, _)| case.segment(name).purpose != "analytics");
        program
    };
    let after = served(&["service", "marketing"]);
    let twins = [served(&["service"]), served(&["marketing"])];
    Some(Rewritten { refusal_tells: true, twins: twins.into(), ..Rewritten::to(after) })
}
