//! RET-06: retention is counted from a clock that starts anew whenever the row is written.
//!
//! A clock moves where the declarations themselves use it for the moment of loading: as `arrived`, to tell versions of a row apart, or as the
//! watermark of a ledger in the same table. Of a column that only its name suspects, and that no field describes, a remark is made.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Field, FieldId, FieldRole, Ledger, Model, Retain, Table, Watermark};
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("RET-06"), check };

/// Names of columns that jobs write.
const TOUCHED: [&str; 8] =
    ["updated_at", "modified_at", "changed_at", "loaded_at", "synced_at", "exported_at", "refreshed_at", "imported_at"];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    findings.extend(cx.model.tables.values().filter_map(|table| moving(cx.model, table)));
}

fn moving(model: &Model, table: &Table) -> Option<Diagnostic> {
    let retain = table.retain.as_ref()?;
    let anchor = match &retain.value {
        Retain::For { after, .. } => after.or(table.at)?,
        Retain::WhileListed { .. } => return None,
    };
    let field = &model.fields[anchor];
    if let Some((place, use_)) = written_anew(model, table, anchor) {
        return Some(told(Diagnostic::warning(RULE.code, message(table, field)), table, retain.span).and(place, use_));
    }
    let described = field.role == FieldRole::Plain || field.span != field.name.span;
    let suspect = !described && TOUCHED.contains(&field.column.to_ascii_lowercase().as_str());
    suspect.then(|| told(Diagnostic::note(RULE.code, message(table, field)), table, retain.span))
}

fn message(table: &Table, field: &Field) -> String {
    format!("`{}` is kept from `{}` on, which moves whenever its rows are written", table.name.value, field.column)
}

fn told(finding: Diagnostic, table: &Table, place: Span) -> Diagnostic {
    finding
        .at(place, "counted from a clock that starts anew")
        .because("data that a nightly job touches would never grow old enough to be deleted")
        .help(
            "count from when the person last did something, and declare that clock as a field: `is technical.activity`",
        )
        .about(&table.name.value)
}

/// A use of the clock that says it tells of loading.
fn written_anew(model: &Model, table: &Table, anchor: FieldId) -> Option<(Span, &'static str)> {
    let field = &model.fields[anchor];
    let other = |id: FieldId| id == anchor || model.fields[id].column == field.column;
    if let Some(arrived) = table.arrived.filter(|arrived| other(*arrived)) {
        return Some((model.fields[arrived].name.span, "the moment of loading"));
    }
    let latest = table.unique.as_ref().and_then(|unique| unique.latest_by).filter(|latest| other(*latest));
    if let Some(latest) = latest {
        return Some((model.fields[latest].name.span, "tells versions of a row apart"));
    }
    let here =
        |ledger: &&Ledger| ledger.physical.as_ref().is_some_and(|physical| model.is_at(field.table, &physical.value));
    let same = model.ledgers.values().filter(here);
    same.filter_map(|ledger| ledger.fresh.as_ref()).find_map(|fresh| match &fresh.value.by {
        Watermark::Column(clock) if field.is_in(&clock.column.value) => {
            Some((clock.column.span, "the moment of export"))
        }
        Watermark::Column(_) | Watermark::Taken(_) => None,
    })
}
