//! What a query reads to choose its rows: its labels, what the values imply that it asks for, and its own purposes hold for all of the rows.
//!
//! Free text among it is told where somebody reads the rows (IDN-11), as free text in a condition is.

use super::super::{Pair, covers};
use super::Copy;
use crate::diagnostic::Diagnostic;
use crate::model::{FieldId, FieldRole};
use crate::privacy::flow::table_labels;
use crate::privacy::queries;
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

impl Copy<'_> {
    /// What decides about the rows, and is not said of them.
    pub(super) fn decided(&self) -> Vec<Diagnostic> {
        let here = |source: &FieldId| self.model.fields[*source].table == self.of;
        let sources = queries::deciding(self.model, self.copy).into_iter().filter(here);
        sources.flat_map(|source| self.decided_by(source)).collect()
    }

    fn decided_by(&self, source: FieldId) -> Vec<Diagnostic> {
        let (model, field) = (self.model, &self.model.fields[source]);
        let own: Vec<String> = table_labels(model, self.copy).into_iter().map(|label| label.category).collect();
        let labels = field.labels.categories.iter().filter(|_| field.role == FieldRole::Plain);
        let mut out: Vec<Diagnostic> = labels
            .clone()
            .filter(|label| !own.contains(&label.value))
            .map(|label| self.labelled(source, label))
            .collect();
        let mut known: Vec<&str> = labels.map(|label| label.value.as_str()).collect();
        for category in queries::implied(model, self.statement, source) {
            let said = own.iter().any(|label| is_under(model, label, &category.value));
            if !said && !known.contains(&category.value.as_str()) {
                known.push(&category.value);
                out.push(self.implying(source, category));
            }
        }
        if out.is_empty() {
            out.extend(self.narrower(source));
        }
        out
    }

    fn labelled(&self, source: FieldId, label: &Spanned<String>) -> Diagnostic {
        let (name, carried) = (&self.table().name, &self.model.fields[source]);
        let what = format!("{}.{}", self.read().name.value, carried.name.value);
        let message = format!(
            "`{what}`, which is {}, decides about the rows of `{}`, and nothing there says so",
            label.value, name.value
        );
        let help = format!("label a field `is {}`, too, for its rows are there because of it", label.value);
        self.finding(message, name.span, "says nothing of it", carried.span).help(help)
    }

    fn implying(&self, source: FieldId, category: &Spanned<String>) -> Diagnostic {
        let (name, carried) = (&self.table().name, &self.model.fields[source]);
        let what = format!("{}.{}", self.read().name.value, carried.name.value);
        let message = format!(
            "the rows of `{}` are chosen by values of `{what}` that imply {}, and nothing there says so",
            name.value, category.value
        );
        let help = format!(
            "label a field `is {}`, for its rows are there because of it, or choose by other values",
            category.value
        );
        self.finding(message, name.span, "says nothing of it", carried.span)
            .and(category.span, format!("what implies {}", category.value))
            .help(help)
    }

    /// A field that may serve fewer purposes than the rows which it decides about.
    fn narrower(&self, source: FieldId) -> Option<Diagnostic> {
        let (model, field, name) = (self.model, &self.model.fields[source], &self.table().name);
        let list = field.allowed.as_ref()?;
        let rows = Pair { model, first: self.copy, second: self.copy };
        let serves = |purpose| rows.permissions(self.copy).iter().all(|own| covers(model, own, purpose));
        let purpose = model.purposes.ids().find(|purpose| serves(*purpose) && !covers(model, list, *purpose))?;
        let what = format!("{}.{}", self.read().name.value, field.name.value);
        let message = format!(
            "`{}` may serve `{}`, and `{what}`, which decides about its rows, may not",
            name.value, model.purposes[purpose].name.value
        );
        let at = self.table().allowed_span.unwrap_or(name.span);
        let help = format!("allow only what `{what}` allows, too, or choose the rows without it");
        Some(self.finding(message, at, "allowed here", field.span).help(help))
    }
}
