//! SEN-12: a column is named for what is most private, and labelled as something else. A remark only: names collide.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Field, FieldRole, Model};
use crate::privacy::taxonomy::is_under;

pub(super) static RULE: Rule = Rule { code: Code("SEN-12"), check };

/// Words of a name that hardly mean anything else, and the category that they suggest.
const WORDS: [(&str, &str); 27] = [
    ("hiv", "health"),
    ("diagnosis", "health"),
    ("diagnoses", "health"),
    ("disease", "health"),
    ("illness", "health"),
    ("disability", "health"),
    ("disabled_person", "health"),
    ("medication", "health"),
    ("prescription", "health"),
    ("pregnant", "health"),
    ("pregnancy", "health"),
    ("fertility", "health"),
    ("therapy", "health"),
    ("symptom", "health"),
    ("symptoms", "health"),
    ("religion", "belief"),
    ("denomination_of_faith", "belief"),
    ("ethnicity", "ethnicity"),
    ("ethnic", "ethnicity"),
    ("sexuality", "orientation"),
    ("lgbt", "orientation"),
    ("genome", "genetic"),
    ("dna", "genetic"),
    ("biometric", "biometric"),
    ("conviction", "criminal"),
    ("convictions", "criminal"),
    ("felony", "criminal"),
];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let plain = cx.model.fields.values().filter(|field| field.role == FieldRole::Plain && !field.labels.is_empty());
    findings.extend(plain.filter_map(|field| understated(cx.model, field)));
}

fn understated(model: &Model, field: &Field) -> Option<Diagnostic> {
    model.entity_of(field.table)?;
    let name = field.name.value.to_ascii_lowercase();
    let (_, category) = WORDS.iter().find(|(word, _)| name == *word || name.split('_').any(|part| part == *word))?;
    let labelled = field.labels.categories.iter().any(|label| is_under(model, &label.value, category));
    (!labelled).then(|| {
        let says = match field.labels.categories.first() {
            Some(label) => format!("labelled `{}`", label.value),
            None => "not labelled so".to_owned(),
        };
        Diagnostic::note(RULE.code, format!("`{}` is named like data about {category}", field.name.value))
            .at(field.name.span, says)
            .because("what is labelled as less than it is, is used as less than it is")
            .help(format!("if it is, label it `is {category}`; if it is not, another name misleads nobody"))
            .about(&model.tables[field.table].name.value)
    })
}
