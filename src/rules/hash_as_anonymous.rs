//! IDN-02: the hash of an identifier is declared not to be personal.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Field, FieldRole, Model, Type};

pub(super) static RULE: Rule = Rule { code: Code("IDN-02"), check };

/// Words in a field's or its column's name that say "hash".
const HASHES: [&str; 12] =
    ["hash", "hashed", "md5", "sha", "sha1", "sha2", "sha256", "sha512", "hmac", "digest", "pseudonym", "fingerprint"];

/// Words in a field's name that say what was hashed identifies a person, and the label it then has.
const IDENTIFIERS: [(&str, &str); 16] = [
    ("email", "contact.email"),
    ("mail", "contact.email"),
    ("phone", "contact.phone"),
    ("mobile", "contact.phone"),
    ("msisdn", "contact.phone"),
    ("address", "contact.address"),
    ("name", "contact.name"),
    ("customer", "identity.customer"),
    ("user", "identity.customer"),
    ("person", "identity.customer"),
    ("member", "identity.customer"),
    ("account", "identity.account"),
    ("ip", "technical.ip"),
    ("device", "technical.device"),
    ("cookie", "technical.cookie"),
    ("ssn", "identity.government"),
];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let declared_harmless =
        cx.model.fields.values().filter(|field| field.role == FieldRole::Plain && field.labels.not_personal);
    findings.extend(
        declared_harmless.filter_map(|field| disguised(cx.model, field).or_else(|| suspected(cx.model, field))),
    );
}

fn disguised(model: &Model, field: &Field) -> Option<Diagnostic> {
    let about_people = model.entity_of(field.table).is_some();
    let can_hold_a_hash = matches!(field.ty, Type::Text | Type::Uuid);
    let label = names(model, field).iter().find_map(|name| hashed_identifier(name))?;
    (about_people && can_hold_a_hash).then(|| {
        Diagnostic::error(
            RULE.code,
            format!("`{}` is the hash of an identifier, and that is personal", field.name.value),
        )
        .at(field.name.span, "declared `is not personal`")
        .because("whoever has the address has the hash: two companies recognise the same person by it")
        .help(format!("give it the label of what was hashed: `is {label}, direct`"))
        .about(&model.tables[field.table].name.value)
    })
}

/// What a field is called, and in a query also what the columns are called that stand in it.
fn names(model: &Model, field: &Field) -> Vec<String> {
    let query = model.query_of(model.tables[field.table].physical.as_ref());
    let columns = query.into_iter().flat_map(|it| &it.trace.columns).filter(|column| column.name == field.column);
    let carried = columns.flat_map(|column| &column.data).map(|cell| cell.column.clone());
    std::iter::once(format!("{}_{}", field.name.value, field.column)).chain(carried).collect()
}

/// The label of what was hashed, where a name says that something was hashed, and that it identifies a person.
pub fn hashed_identifier(names: &str) -> Option<&'static str> {
    let names = names.to_ascii_lowercase();
    let words: Vec<&str> = names.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let hashed = words.iter().any(|word| HASHES.contains(word));
    let label =
        words.iter().find_map(|word| IDENTIFIERS.iter().find(|(name, _)| name == word)).map(|(_, label)| *label);
    label.filter(|_| hashed)
}

/// A name whose words run together (`emailhash`) only suggests it.
fn suspected(model: &Model, field: &Field) -> Option<Diagnostic> {
    let names = [field.name.value.to_ascii_lowercase(), field.column.to_ascii_lowercase()];
    let holds = |words: &[&str]| words.iter().any(|word| names.iter().any(|name| name.contains(word)));
    let hash_of_contact = holds(&["hash", "md5", "sha1", "sha256", "sha512", "hmac", "digest"])
        && holds(&["email", "phone", "mobile", "msisdn"]);
    let can_hold_a_hash = matches!(field.ty, Type::Text | Type::Uuid) && model.entity_of(field.table).is_some();
    (hash_of_contact && can_hold_a_hash).then(|| {
        Diagnostic::note(RULE.code, format!("`{}` is named like the hash of an address", field.name.value))
            .at(field.name.span, "declared `is not personal`")
            .because("whoever has the address has the hash: two companies recognise the same person by it")
            .help("if it is one, give it the label of what was hashed, and `direct`")
            .about(&model.tables[field.table].name.value)
    })
}
