//! Nesting: the limit is exact, the same on any stack, checked before anything recurses, and no shape is exponential.

use std::time::{Duration, Instant};

use super::support::{lines, segment};

/// Every construct that brackets, as what stands before and after its inside.
const BRACKETING: &[(&str, &str)] = &[
    ("(", ")"),
    ("not ", ""),
    ("sum(", ")"),
    ("count(o where (", ") over today) > 1"),
    ("any o where (", ") over today"),
    ("no o where (", ")"),
    ("at least 2 of (", ")"),
    ("any (", " then b) over today"),
    ("all o have (", ")"),
    ("mode(", ")"),
    ("a between (", ") and 2"),
    ("a = (", ")"),
    ("a or b and (", ")"),
    ("top 10% by (", ") among (a)"),
    ("a within 10 km of (", ")"),
    ("days since greatest(", ")"),
    ("total_of(", ")"),
    ("consent(", ")"),
    ("a in (", ")"),
    ("{", "}"),
    ("[", "]"),
    ("((a) = (", "))"),
];

fn nested(open: &str, close: &str, depth: usize) -> String {
    segment(&format!("{}a{}", open.repeat(depth), close.repeat(depth)))
}

fn quick(text: String) -> Vec<String> {
    let start = Instant::now();
    let found = lines(&text);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?} for {text:.80}", start.elapsed());
    found
}

fn on_stack(bytes: usize, text: String) -> Vec<String> {
    std::thread::Builder::new().stack_size(bytes).spawn(move || lines(&text)).unwrap().join().unwrap()
}

#[test]
fn sixty_four_are_read_and_sixty_five_refused() {
    for (open, close) in [("(", ")"), ("not ", ""), ("not (", ")")] {
        let levels = if open == "not (" { 2 } else { 1 };
        assert_eq!(quick(nested(open, close, 64 / levels)), Vec::<String>::new(), "{open}");
        let deep = quick(nested(open, close, 64 / levels + 1));
        assert!(deep.len() == 1 && deep[0].contains("SYN-10 nested more than 64 deep"), "{open} {deep:?}");
    }
    let filters = |depth| segment(&format!("{}a{} over today", "any o where (".repeat(depth), ")".repeat(depth)));
    assert_eq!(quick(filters(64)).len(), 0);
    assert!(quick(filters(65))[0].contains("SYN-10"));
    let define = |depth| format!("define x of y = {}a{}\n", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(quick(define(64)).len(), 0);
    assert!(quick(define(65))[0].contains("SYN-10"));
}

#[test]
fn the_answer_is_the_same_on_a_small_stack() {
    for (open, close) in BRACKETING {
        for depth in [1, 4, 5, 32, 64, 65, 300] {
            let closed = nested(open, close, depth);
            let unclosed = segment(&format!("{}a", open.repeat(depth)));
            for text in [closed, unclosed] {
                assert_eq!(on_stack(256 << 10, text.clone()), on_stack(8 << 20, text.clone()), "{open} {depth}");
            }
        }
    }
}

#[test]
fn deep_and_unclosed_versions_are_quick() {
    for (open, close) in BRACKETING {
        for depth in [10, 20, 64, 200] {
            quick(nested(open, close, depth));
            quick(segment(&open.repeat(depth)));
            quick(segment(&format!("{}a = = 3{}", open.repeat(depth), close.repeat(depth))));
            quick(segment(&format!("{}a = 3 )", open.repeat(depth))));
        }
    }
}

#[test]
fn a_hundred_thousand_brackets_are_refused() {
    for open in ["(", "not ", "{", "[", "!", "any o where ("] {
        let found = quick(segment(&open.repeat(if open.len() > 8 { 10_000 } else { 100_000 })));
        assert!(!found.is_empty() && found.len() <= 51, "{open}: {}", found.len());
        assert!(found.iter().any(|line| line.contains("SYN-10") || line.contains("SYN-11")), "{open} {}", found[0]);
    }
}

/// Work grows with the text, not with its square: ten times the text takes far less than a hundred times as long.
#[test]
fn time_is_linear_in_the_text() {
    let shapes: [fn(usize) -> String; 8] = [
        |n| "category a under b\n".repeat(n),
        |n| segment(&format!("a = 1{}", " and a = 1".repeat(n))),
        |n| format!("source s of c {{\n{}}}\n", "  field a text is b.c\n".repeat(n)),
        |n| format!("source s of c {{\n{}}}\n", "  feild a text is b.c\n".repeat(n)),
        |n| format!("source s of c {{\n{}}}\n", "  field a txet is b.c\n".repeat(n)),
        |n| format!("segment s of c {{\n{}}}\n", "  where a = \n".repeat(n)),
        |n| "x ".repeat(n),
        |n| segment(&"/* ".repeat(n)),
    ];
    for (place, shape) in shapes.iter().enumerate() {
        let time = |n: usize| {
            let text = shape(n);
            let start = Instant::now();
            lines(&text);
            start.elapsed()
        };
        time(100);
        let (small, large) = (time(100), time(1_000));
        assert!(large < small * 40 + Duration::from_millis(300), "shape {place}: {small:?} then {large:?}");
    }
}
