//! What an import did, for people: what was read, what is asked, what has no place, what nobody knows.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::page::Question;
use crate::diagnostic::text;

/// What an import did.
#[derive(Debug, Default)]
pub struct Account {
    /// How many datasets.
    pub datasets: usize,
    /// How many collections became tables.
    pub tables: usize,
    /// How many fields the manifests describe, nested ones and those that hold others included.
    pub fields: usize,
    /// How many purposes are declared.
    pub purposes: usize,
    /// How many rules of policies became policies.
    pub policies: usize,
    /// Categories that the project declares, as the map of the built-in ones has none for them, and what they stand under.
    pub categories: Vec<(String, Option<String>)>,
    /// Categories that neither Fideslang nor the manifests define.
    pub unknown: Vec<String>,
    /// What is asked, and how often.
    pub asked: BTreeMap<Question, usize>,
    /// Lines that the language cannot say, kept as comments.
    pub kept: usize,
}

impl Account {
    /// How many questions are open.
    pub fn questions(&self) -> usize {
        self.asked.values().sum()
    }

    /// The account, line by line.
    pub fn lines(&self) -> String {
        let n = |count: usize, word: &str| text::counted(count as u64, word);
        let mut out = format!(
            "read {} with {} and {}; {} and {} from what systems and policies say\n",
            n(self.datasets, "dataset"),
            n(self.tables, "table"),
            n(self.fields, "field"),
            n(self.purposes, "purpose"),
            if self.policies == 1 { "1 policy".to_owned() } else { format!("{} policies", self.policies) },
        );
        for (category, under) in &self.categories {
            let under =
                under.as_deref().map_or_else(|| "under what, is asked".to_owned(), |under| format!("under {under}"));
            let _ = writeln!(out, "new category {category}, {under}");
        }
        for key in &self.unknown {
            let _ = writeln!(out, "unknown to Fideslang and to these manifests: {}", text::line(key));
        }
        if self.kept > 0 {
            let _ = writeln!(out, "kept as comments, as the language cannot say it: {}", n(self.kept, "line"));
        }
        let _ = writeln!(out, "left open as `???`, and refused until answered: {}", n(self.questions(), "question"));
        for (question, count) in &self.asked {
            let _ = writeln!(out, "  {count:>5}  {}", question.word());
        }
        out
    }
}
