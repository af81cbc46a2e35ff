//! The persons beside findings: who would be selected and should not be, invented, as tables and as rows for a test.

use segma::diagnostic::{Diagnostic, Severity, text};
use segma::model::{Instant, Model};
use segma::source::SourceMap;
use segma::witness::{Seeker, Sought, Witness, markdown, plain};
use serde::Serialize;

/// How many findings are shown by a person; further ones say the same.
const MOST: usize = 40;

/// Why nobody is looked for beside the others.
const MORE: &str = "it stands under an exception, is a note, or comes after the first forty";

/// What came of the search for each finding, in their order.
pub struct Witnesses(Vec<Sought>);

/// What the JSON document says of a finding's witness.
#[derive(Serialize)]
struct Found<'w> {
    #[serde(flatten)]
    witness: &'w Witness,
    test: String,
}

/// Looks for a person beside every finding that stands, at an instant.
pub fn seek(model: &Model, findings: &[Diagnostic], now: Instant) -> Witnesses {
    let seeker = Seeker::new(model, now);
    let stands = |finding: &Diagnostic| finding.suppressed.is_none() && finding.severity != Severity::Note;
    let mut left = MOST;
    let mut one = |finding: &Diagnostic| {
        if !stands(finding) || left == 0 {
            return Sought::NotSought(MORE);
        }
        let sought = seeker.seek(finding);
        left -= usize::from(!matches!(sought, Sought::NotSought(_)));
        sought
    };
    Witnesses(findings.iter().map(&mut one).collect())
}

impl Witnesses {
    /// For people at a terminal.
    pub fn text(&self, findings: &[Diagnostic], sources: &SourceMap) -> String {
        let mut out = String::new();
        let mut none: Vec<(&str, Vec<&str>)> = Vec::new();
        for (finding, sought) in findings.iter().zip(&self.0) {
            match sought {
                Sought::Found(witness) => {
                    out.push_str(&head(finding, sources));
                    out.push_str(&plain(witness));
                    out.push_str(&format!("  as a test:\n\n{}\n", indented(&markdown(witness))));
                }
                Sought::NotFound(why) => {
                    out.push_str(&head(finding, sources));
                    out.push_str(&format!("  no witness: {why}\n\n"));
                }
                Sought::NotSought(why) if finding.suppressed.is_none() => {
                    let code = finding.code.0;
                    match none.iter_mut().find(|(known, _)| known == why) {
                        Some((_, codes)) if codes.contains(&code) => {}
                        Some((_, codes)) => codes.push(code),
                        None => none.push((why, vec![code])),
                    }
                }
                Sought::NotSought(_) => {}
            }
        }
        let line = |(why, codes): &(&str, Vec<&str>)| format!("no witness of {}: {why}\n", codes.join(", "));
        out.extend(none.iter().map(line));
        out
    }

    /// What the JSON document says of the finding at a place of the list.
    pub fn json(&self, at: usize) -> Option<serde_json::Value> {
        match self.0.get(at)? {
            Sought::Found(witness) => serde_json::to_value(Found { witness, test: markdown(witness) }).ok(),
            Sought::NotFound(why) => Some(serde_json::json!({ "none": why })),
            Sought::NotSought(why) => Some(serde_json::json!({ "none": why })),
        }
    }
}

fn head(finding: &Diagnostic, sources: &SourceMap) -> String {
    let place = finding.span().map(|span| format!(" at {}:{}", sources.path(span), sources.line_col(span).line));
    format!("witness of {}{}\n", finding.code, text::line(&place.unwrap_or_default()))
}

fn indented(said: &str) -> String {
    said.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}
