//! MIN-06: a jurisdiction takes people for old enough to agree who are too young for it in one of its countries.
//!
//! Each country has set its own age from which a child agrees alone; the table is [`crate::privacy::ages`]. Only a written age is compared:
//! where a jurisdiction asks for none, MIN-01 and MIN-03 speak. Where nothing rests on consent, the age does not matter.

use super::missing_age_gate::people_may_live_there;
use super::tools::consent_purposes;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{JurisdictionId, Model};
use crate::privacy::ages::{CHILDHOOD, highest};

pub(super) static RULE: Rule = Rule { code: Code("MIN-06"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, jurisdiction) in cx.model.jurisdictions.iter().filter(|(id, _)| asks_there(cx.model, *id)) {
        let Some(age) = jurisdiction.adult_at.filter(|age| age.value >= CHILDHOOD) else { continue };
        let Some((country, due)) = highest(jurisdiction).filter(|(_, due)| *due > age.value) else { continue };
        let name = &jurisdiction.name.value;
        let message =
            format!("`{name}` lets people agree at {}, and in `{}` they may at {due}", age.value, country.value);
        let finding = Diagnostic::warning(RULE.code, message)
            .at(age.span, format!("too young for `{}`", country.value))
            .and(country.span, format!("{due} there"))
            .because("children would agree to what their parents must decide in that country")
            .help("ask for the highest age of its countries, or declare a jurisdiction for each age")
            .fix(format!("let people pass from {due} years on"), age.span, format!("adult at {due}"))
            .about(name);
        findings.push(finding);
    }
}

/// Whether some audience of people who may live there rests on their consent.
fn asks_there(model: &Model, id: JurisdictionId) -> bool {
    let consents = |segment| consent_purposes(model, segment).next().is_some();
    model.audiences().any(|(_, segment)| people_may_live_there(model, segment, id) && consents(segment))
}
