//! Columns that are personal by their part: a table says with them who somebody is, where they live and how old they are.
//!
//! Labels are what every privacy rule goes by. A day of birth that is declared `not personal` would be read past all of them, while the table
//! itself says that it is somebody's.

use super::names::unfit;
use super::*;

impl Resolver<'_> {
    /// Refuses `not personal` of what a clause of its table says to be about a person.
    pub(super) fn personal(&mut self) {
        for (field, span) in std::mem::take(&mut self.harmless) {
            if let Some((clause, is, label)) = self.part_of(field) {
                let name = &self.model.fields[field].name.value;
                let finding = unfit(format!("`{name}` is {is}, and that is personal"), span, "every rule would pass it by")
                    .because("rules tell by labels what they must guard, so data about a person would be used as if it were about nobody")
                    .help(format!("write `is {label}`"))
                    .fix(format!("write `{label}`"), span, label);
                let finding = match clause {
                    Some(clause) => finding.and(clause, "says so"),
                    None => finding,
                };
                self.report(finding);
            }
        }
    }

    /// The clause that a field has a part in, what it is by that, and a label that says so.
    fn part_of(&self, id: FieldId) -> Option<(Option<Span>, &'static str, &'static str)> {
        let field = &self.model.fields[id];
        let entity = self.model.entity_of(field.table)?;
        let facts = self.model.entity_facts(entity)?;
        if facts.subject_kind == SubjectKind::Account {
            return None;
        }
        if entity == field.table {
            if let Some(birth) = facts.birth.filter(|birth| birth.value == id) {
                return Some((Some(birth.span), "somebody's day of birth", "demographic.birth_date"));
            }
            let lives = facts.residence.filter(|lives| lives.value == Residence::Field(id));
            if let Some(lives) = lives {
                return Some((Some(lives.span), "the country where somebody lives", "location.country"));
            }
        }
        let device = facts.subject_kind == SubjectKind::Device;
        let identifier = if device { "technical.device, direct" } else { "identity.customer, direct" };
        match field.role {
            FieldRole::Key if entity == field.table => Some((None, "the key by which somebody is known", identifier)),
            FieldRole::Subject => Some((None, "the column that says whose row it is", identifier)),
            FieldRole::Key | FieldRole::Plain | FieldRole::At | FieldRole::Bare => None,
        }
    }
}
