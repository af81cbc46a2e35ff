//! IDN-01: a segment hands out what identifies a person directly, without need.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Destination, Expr, ExprKind, Field, FieldPath, Model, Segment};
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("IDN-01"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        findings.extend(segment.expose.iter().filter_map(|path| exposed(cx.model, segment, path)));
        let groups = segment.figures.iter().flat_map(|figures| &figures.by);
        findings.extend(groups.filter_map(|group| grouped(cx.model, segment, &group.value)));
    }
}

fn exposed(model: &Model, segment: &Segment, path: &Spanned<FieldPath>) -> Option<Diagnostic> {
    let field = &model.fields[path.value.field];
    let destinations = || segment.destinations.iter().map(|to| &model.destinations[to.value]);
    let own = path.value.hops.is_empty();
    let matches = |to: &Destination, hashed: bool| {
        own && to.matched.as_ref().is_some_and(|m| m.field.value == field.name.value && m.hashed == hashed)
    };
    if let Some(to) = destinations().find(|to| matches(to, true)) {
        let message =
            format!("`{}` is exposed in the clear, while `{}` matches it hashed", field.name.value, to.name.value);
        let finding = finding(segment, path, field, message).and(to.name.span, "takes it hashed");
        return Some(finding.help("do not expose it: the destination gets its hash"));
    }
    let needed = !segment.destinations.is_empty() && destinations().all(|to| matches(to, false));
    (identifies(model, field) && !needed).then(|| {
        let message = format!("`{}` identifies people directly, and no destination matches on it", field.name.value);
        let finding = finding(segment, path, field, message);
        let finding = match destinations().find(|to| !matches(to, false)) {
            Some(to) => finding.and(to.name.span, "does not match on it"),
            None => finding,
        };
        finding.help("leave it out: the key is there, and a destination gets what it declares with `match`")
    })
}

/// A report that groups by what identifies people directly.
fn grouped(model: &Model, segment: &Segment, value: &Expr) -> Option<Diagnostic> {
    let ExprKind::Field(path) = &value.kind else { return None };
    let field = &model.fields[path.field];
    identifies(model, field).then(|| {
        let path = Spanned::new(path.clone(), value.span);
        let message = format!("`{}` identifies people directly, and a report groups by it", field.name.value);
        finding(segment, &path, field, message).help("group by what many people share")
    })
}

fn finding(segment: &Segment, path: &Spanned<FieldPath>, field: &Field, message: String) -> Diagnostic {
    Diagnostic::error(RULE.code, message)
        .at(path.span, "exposed here")
        .and(field.name.span, "its label is declared here")
        .because("people's addresses would lie in one more place from which they can leak")
        .about(&segment.name.value)
}

/// Labelled so, or an address that belongs to one person whatever else its label says.
fn identifies(model: &Model, field: &Field) -> bool {
    let address =
        |category: &str| ["contact.email", "contact.phone"].iter().any(|root| is_under(model, category, root));
    field.labels.direct || field.labels.categories.iter().any(|category| address(&category.value))
}
