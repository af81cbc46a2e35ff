//! Names by which somebody asks for consent inside a condition: a ledger, a column of one, or a word such as `opted_in`.
//!
//! The columns of a ledger are no fields, so such a name is unknown; what is wrong with it is another thing than a slip of the pen (CON-19).

use crate::syntax::ast;

use super::*;

impl Typer<'_, '_> {
    /// The finding about a name that nothing in scope has, where it asks for consent.
    pub(super) fn meant_consent(&self, name: &ast::Name, path: &ast::Path) -> Option<Diagnostic> {
        let told = self.told_by_a_ledger(name);
        let label = match &told {
            Some(told) if told.column.is_some() => format!("a column of the ledger `{}`", told.ledger.name.value),
            Some(_) => "a ledger".to_owned(),
            None if speaks_of_consent(&name.value) => "no field, and consent is none either".to_owned(),
            None => return None,
        };
        let clause = told.as_ref().and_then(|told| self.granted(told.column));
        let clause = clause.map_or_else(|| "consent".to_owned(), |purpose| format!("consent {purpose}"));
        let finding = Diagnostic::error(codes::CONSENT_WEAKENED, "consent is a clause, not a condition")
            .at(path.span, label)
            .because(
                "inside a condition `or` could weaken it (CON-19), and people who never agreed would be contacted",
            )
            .help(format!(
                "write the clause `{clause}` (with your purpose) beside `where`, and leave this out: every ledger is asked about every \
                 member, whatever the condition says"
            ));
        Some(match told {
            Some(told) => finding.and(told.span, "read there, for everybody"),
            None => finding,
        })
    }

    /// The ledger, or the column of one, of this name.
    fn told_by_a_ledger(&self, name: &ast::Name) -> Option<Told<'_>> {
        let ledgers = || self.model().ledgers.values();
        let states = ledgers().find_map(|ledger| {
            let LedgerRows::States(columns) = &ledger.rows else { return None };
            let column = columns.iter().find(|column| column.column.value == name.value)?;
            Some(Told { ledger, column: Some(Column::State(column)), span: column.column.span })
        });
        let itself = || {
            let ledger = ledgers().find(|ledger| ledger.name.value == name.value)?;
            Some(Told { ledger, column: None, span: ledger.name.span })
        };
        states.or_else(itself).or_else(|| self.event_column(name))
    }

    /// A column of decisions. It is often called `status`, so only where no table has a field of that name.
    fn event_column(&self, name: &ast::Name) -> Option<Told<'_>> {
        if self.model().fields.values().any(|field| field.name.value == name.value) {
            return None;
        }
        self.model().ledgers.values().find_map(|ledger| {
            let LedgerRows::Events(events) = &ledger.rows else { return None };
            let columns = [&events.state_column, &events.purpose_column];
            let column = columns.into_iter().find(|column| column.value == name.value)?;
            Some(Told { ledger, column: Some(Column::Decision), span: column.span })
        })
    }

    /// The purpose that a column of states may grant.
    fn granted(&self, column: Option<Column<'_>>) -> Option<&str> {
        let Some(Column::State(column)) = column else { return None };
        column.arms.iter().flat_map(|arm| &arm.says).find_map(|says| match says {
            StateSays::Grants(Covers::Purpose { purpose, .. }) => {
                Some(self.model().purposes[*purpose].name.value.as_str())
            }
            StateSays::Grants(_) | StateSays::Refuses(_) | StateSays::Nothing => None,
        })
    }
}

/// What tells of consent.
struct Told<'m> {
    ledger: &'m Ledger,
    column: Option<Column<'m>>,
    span: Span,
}

#[derive(Clone, Copy)]
enum Column<'m> {
    State(&'m StateColumn),
    Decision,
}

/// Whether a name says that somebody agreed, or refused.
fn speaks_of_consent(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split('_');
    let joined = name.replace('_', "");
    words.any(|word| word.starts_with("consent"))
        || ["optin", "optout", "optedin", "optedout", "unsubscribed", "donot"].iter().any(|it| joined.starts_with(it))
        || ["optin", "optout", "optedin", "optedout"].iter().any(|it| joined.ends_with(it))
}

#[cfg(test)]
mod tests {
    use super::speaks_of_consent;

    #[test]
    fn some_names_ask_for_consent() {
        for name in ["consented", "has_consent", "opt_in", "email_opt_out", "OptedIn", "do_not_mail", "unsubscribed"] {
            assert!(speaks_of_consent(name), "{name}");
        }
        for name in ["country", "options", "adopted", "subscribed", "nonsense", "docket", "do_more"] {
            assert!(!speaks_of_consent(name), "{name}");
        }
    }
}
