//! Whatever the text, the parser answers: no panic, places inside the text, progress.

use proptest::prelude::*;

use super::support::{mended, read, segment};
use crate::diagnostic::Severity;
use crate::syntax::ast::ItemKind;
use crate::syntax::{codes, limits};

const SEEDS: [&str; 4] = [
    include_str!("data/catalog.seg"),
    include_str!("data/policy.seg"),
    include_str!("data/segment.seg"),
    include_str!("data/spellings.txt"),
];

/// What holds for every text.
fn sane(text: &str) -> Result<(), TestCaseError> {
    let parsed = read(text);
    let length = u32::try_from(text.len()).unwrap();
    for finding in &parsed.diagnostics {
        let span = finding.span().unwrap();
        prop_assert!(span.start <= span.end && span.end <= length, "{finding:?}");
        prop_assert!(
            text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize),
            "{finding:?}"
        );
        prop_assert!(finding.code != codes::INTERNAL, "{finding:?}\n{text}");
        prop_assert!(!finding.message.ends_with('.') && !finding.message.is_empty(), "{}", finding.message);
        for (span, _) in finding.fix.iter().flat_map(|fix| &fix.edits) {
            prop_assert!(
                text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize),
                "{finding:?}"
            );
        }
        mended(text, finding);
    }
    let errors = parsed.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
    prop_assert!(errors <= limits::ERRORS + 1);
    let broken = parsed.items.iter().any(|item| matches!(item.kind, ItemKind::Error { .. }));
    prop_assert!(!broken || errors > 0, "an error node without a finding");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_cut_out_and_put_in(seed in 0..4usize, cuts in prop::collection::vec((0.0..1.0f64, 0..12usize, "[a-z(){}\"',=<>!&|;.0-9 \n`/-]{0,6}"), 1..5)) {
        let mut chars: Vec<char> = SEEDS[seed].chars().collect();
        for (place, length, new) in cuts {
            let start = (place * chars.len() as f64) as usize;
            let end = (start + length).min(chars.len());
            chars.splice(start..end, new.chars());
        }
        sane(&chars.into_iter().collect::<String>())?;
    }

    #[test]
    fn words_in_any_order(words in prop::collection::vec(prop::sample::select(vec![
        "segment", "source", "where", "any", "no", "orders", "over", "last", "90", "days", "ago", "to", "now", "(", ")", "{", "}", ",", "=",
        "!=", "and", "or", "not", "in", "is", "missing", "\"x\"", "5 EUR", "20%", "2026-01-01", "between", "count(", "sum(", "o.t", "consent",
        "retain", "purpose", "field", "text", "of", "at", "least", "3", "NULL", "AND", "LIKE", "==", "'x'", "then", "top", "each", "\n",
        "\nsegment x of y {\n  where ", "ignoring", "case", "has", "ledger", "list", "except", "exists", "-", "*", "%", "!", ";", "`where`",
    ]), 0..60)) {
        sane(&words.join(" "))?;
        sane(&segment(&words.join(" ")))?;
    }

    #[test]
    fn any_characters_at_all(text in "\\PC{0,80}", tail in "[\\x00-\\x7f\u{85}\u{2028}é]{0,40}") {
        sane(&text)?;
        sane(&tail)?;
        sane(&segment(&tail))?;
    }

    #[test]
    fn every_error_node_in_a_condition_was_reported(condition in "[abn=<>!()&|,.\"' 0-9]{0,30}") {
        let text = segment(&condition);
        let parsed = read(&text);
        let errors = parsed.diagnostics.iter().any(|finding| finding.severity == Severity::Error);
        prop_assert!(errors || !format!("{:?}", parsed.items).contains("Error"), "{text}");
    }
}

#[test]
fn truncations_at_every_byte_are_answered() {
    for seed in SEEDS {
        for end in (0..seed.len()).step_by(31).filter(|end| seed.is_char_boundary(*end)) {
            sane(seed.get(..end).unwrap()).unwrap();
        }
    }
}
