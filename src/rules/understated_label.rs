//! SEN-12: a column or a table is named for what is most private, and labelled as something else.
//!
//! Said where it is declared, whoever reads it. A name is no proof: words that hardly mean anything else are a warning, others a remark. What
//! a lookup says of a thing counts where somebody's rows lead to it.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::mention::{Phrase, is_mentioned};
use crate::model::{Field, FieldRole, Model, Table, TableId, TableKind};
use crate::privacy::flow::table_labels;
use crate::privacy::taxonomy::is_under;
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule { code: Code("SEN-12"), check };

/// Words of a name that hardly mean anything else, and the category that they suggest.
const PLAIN: [(&str, &str); 14] = [
    ("hiv", "health"),
    ("illness", "health"),
    ("disability", "health"),
    ("disabled person", "health"),
    ("pregnan*", "health"),
    ("fertility", "health"),
    ("religion", "belief"),
    ("denomination of faith", "belief"),
    ("ethnicity", "ethnicity"),
    ("sexuality", "orientation"),
    ("lgbt", "orientation"),
    ("genome", "genetic"),
    ("biometric", "biometric"),
    ("felony", "criminal"),
];

/// Words that also name plants, machines, goods and opinions.
const SUGGESTING: [(&str, &str); 10] = [
    ("diagnosis", "health"),
    ("diagnoses", "health"),
    ("disease", "health"),
    ("medication", "health"),
    ("prescription", "health"),
    ("therapy", "health"),
    ("symptom", "health"),
    ("ethnic", "ethnicity"),
    ("dna", "genetic"),
    ("conviction", "criminal"),
];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, table) in cx.model.tables.iter().filter(|(id, _)| is_of_somebody(cx.model, *id)) {
        let before = findings.len();
        findings.extend(cx.model.fields_of(id).filter_map(|(_, field)| understated(cx.model, table, field)));
        if findings.len() == before {
            findings.extend(named_for(cx.model, id, table));
        }
    }
}

/// Whether rows are somebody's, or things that somebody's rows name.
fn is_of_somebody(model: &Model, table: TableId) -> bool {
    let mut seen = vec![table];
    let mut at = 0;
    while let Some(here) = seen.get(at).copied() {
        if model.entity_of(here).is_some() {
            return true;
        }
        let leading = model.links.values().filter(|link| link.to == here).map(|link| link.from);
        let new: Vec<TableId> = leading.filter(|from| !seen.contains(from)).collect();
        seen.extend(new);
        at += 1;
    }
    false
}

fn understated(model: &Model, table: &Table, field: &Field) -> Option<Diagnostic> {
    if field.role != FieldRole::Plain || field.labels.is_empty() {
        return None;
    }
    let labels: Vec<&str> = field.labels.categories.iter().map(|label| label.value.as_str()).collect();
    let says = match labels.first() {
        Some(label) => format!("labelled `{label}`"),
        None => "not labelled so".to_owned(),
    };
    finding(model, &field.name.value, &labels, field.name.span, says).map(|it| it.about(&table.name.value))
}

/// A table whose rows are there because of what its name says, where nothing in it does.
fn named_for(model: &Model, id: TableId, table: &Table) -> Option<Diagnostic> {
    let Spanned { value: name, span } = &table.name;
    let rows = match table.kind {
        TableKind::Source { .. } | TableKind::Rows { .. } | TableKind::List { .. } => true,
        TableKind::Entity(_)
        | TableKind::Lookup { .. }
        | TableKind::Score(_)
        | TableKind::Visits(_)
        | TableKind::Error => false,
    };
    let all = table_labels(model, id);
    let labels: Vec<&str> = all.iter().map(|label| label.category.as_str()).collect();
    let says = "nothing in it is labelled so".to_owned();
    finding(model, name, &labels, *span, says).filter(|_| rows).map(|it| it.about(name))
}

fn finding(model: &Model, name: &str, labels: &[&str], span: Span, says: String) -> Option<Diagnostic> {
    let suggests = |words: &[(&str, &'static str)]| {
        let said = |word: &str| Phrase::read(word).is_some_and(|phrase| is_mentioned(name, &[phrase], &[]));
        words.iter().find(|(word, _)| said(word)).map(|(_, category)| *category)
    };
    let (plain, suggested) = (suggests(&PLAIN), suggests(&SUGGESTING));
    let category = plain.or(suggested)?;
    if labels.iter().any(|label| is_under(model, label, category)) {
        return None;
    }
    let message = format!("`{name}` is named like data about {category}");
    let finding = match plain {
        Some(_) => Diagnostic::warning(RULE.code, message),
        None => Diagnostic::note(RULE.code, message),
    };
    Some(
        finding
            .at(span, says)
            .because("what is most private would be used as if it were ordinary")
            .help(format!("if it is, label it `is {category}`; if it is not, another name misleads nobody")),
    )
}
