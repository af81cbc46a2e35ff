//! Clauses of other tools, and the clause that each is here.

use super::super::codes;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Words by the clause of a segment that they stand for, and whether that word alone may take their place.
const CLAUSES: &[(&[&str], &str, bool)] = &[
    (&["filter", "condition", "conditions", "criteria", "having", "when", "if"], "where", true),
    (&["exclude", "excluding", "suppress", "suppression", "unless"], "except", true),
    (&["ttl", "keep", "retention", "expires", "lifetime"], "retain", false),
    (&["frequency", "schedule", "interval", "update"], "refresh", false),
    (&["opt_in", "optin", "consents", "legal_basis", "lawful_basis", "permission"], "consent", false),
    (&["channel", "destination", "target", "send", "to"], "for", false),
    (&["description", "comment", "reason"], "because", false),
    (&["columns", "fields", "output", "return"], "expose", false),
    (&["frequency_cap", "capping"], "cap", false),
    (&["control_group", "control"], "holdout", false),
];

/// The finding about a clause of another tool in a segment.
pub(in super::super) fn clause_of_others(keyword: &str, word: &str, span: Span) -> Option<Diagnostic> {
    if keyword != "segment" {
        return None;
    }
    let message = format!("a segment has no clause `{word}`");
    let finding = Diagnostic::error(codes::UNKNOWN_CLAUSE, message).at(span, "a clause of another tool");
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "limit" => {
            return Some(finding.because("which people a limit lets in is chance, or the order of a table").help(
                "say whom: `top 100 by …` in the condition, or a part of everybody: `sample 10% named \"spring\"`",
            ));
        }
        "order" | "sort" | "group" => {
            return Some(
                finding.help("an audience is a set of people without an order; `top 100 by …` stands in the condition"),
            );
        }
        "from" | "join" => {
            return Some(finding.help(
                "a segment begins with whom it is of, `segment name of customer {`, and reads sources by their names",
            ));
        }
        _ => {}
    }
    let (_, right, alone) = CLAUSES.iter().find(|(words, ..)| words.contains(&lower.as_str()))?;
    let finding = finding.help(format!("it is called `{right}` here"));
    Some(if *alone { finding.fix(format!("write `{right}`"), span, *right) } else { finding })
}
