//! CON-07: a consent purpose that a segment uses does not say how old a grant may be; or a state ledger cannot tell.

use super::tools::{add_inline, grant_covers, ledgers, listed, rests_on, says_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Basis, ConsentClause, LedgerRows, Model, Purpose, PurposeId, Role, Segment, StateColumn, StateSays, Valid,
};

pub(super) static RULE: Rule = Rule { code: Code("CON-07"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let endless = |id: &PurposeId| rests_on(cx.model, *id, Basis::Consent) && cx.model.valid(*id).is_none();
    for id in cx.model.purposes.ids().filter(endless) {
        let users: Vec<&Segment> =
            cx.model.segments.values().filter(|segment| segment.role != Role::Shown && uses(segment, id)).collect();
        if !users.is_empty() {
            findings.push(without_end(&cx.model.purposes[id], &users));
        }
    }
    findings.extend(cx.model.purposes.values().filter_map(unreasoned));
    for (_, ledger) in ledgers(cx.model) {
        if let LedgerRows::States(columns) = &ledger.rows {
            findings.extend(columns.iter().filter_map(|column| without_since(cx.model, column)));
        }
    }
}

fn uses(segment: &Segment, purpose: PurposeId) -> bool {
    let asked = match segment.consent.as_ref().map(|clause| &clause.value) {
        Some(ConsentClause::Required(asked)) => asked.as_slice(),
        Some(ConsentClause::NotNeeded { .. }) | None => &[],
    };
    segment.purposes.iter().chain(asked).any(|used| used.value == purpose)
}

fn without_end(purpose: &Purpose, users: &[&Segment]) -> Diagnostic {
    let name = &purpose.name;
    let names = listed(users.iter().map(|segment| segment.name.value.as_str()).take(3));
    let finding = Diagnostic::error(RULE.code, format!("purpose `{}` does not say how long a grant lasts", name.value))
        .at(name.span, format!("used by {names}"))
        .because("a yes given years ago, in another life, would still count")
        .help("write `valid 24 months`, or `valid without end because \"…\"`")
        .about(&name.value);
    add_inline(finding, "let a grant last 24 months", purpose.body, "valid 24 months")
}

/// After so many years a yes has no end that anybody would see.
const MOST_YEARS: i64 = 20;

/// Without end, and without a reason; or with an end in name.
fn unreasoned(purpose: &Purpose) -> Option<Diagnostic> {
    let valid = purpose.valid.as_ref()?;
    let endless = match &valid.value {
        Valid::WithoutEnd { because } => says_nothing(because),
        Valid::For(length) => length.months / 12 + length.seconds / (366 * 86_400) > MOST_YEARS,
    };
    endless.then(|| {
        let name = &purpose.name.value;
        Diagnostic::error(RULE.code, format!("purpose `{name}` does not say why a grant lasts without end"))
            .at(valid.span, "without end, and without a reason")
            .because("a yes given years ago, in another life, would still count")
            .help("write why, or `valid 24 months`")
            .about(name)
    })
}

fn without_since(model: &Model, column: &StateColumn) -> Option<Diagnostic> {
    if column.since.is_some() {
        return None;
    }
    let (purpose, valid) = granted(model, column).find_map(|purpose| Some((purpose, model.valid(purpose)?)))?;
    matches!(valid.value, Valid::For(_)).then(|| {
        let name = &model.purposes[purpose].name.value;
        Diagnostic::error(
            RULE.code,
            format!("column `{}` grants `{name}` without saying since when", column.column.value),
        )
        .at(column.column.span, "no `since`")
        .and(valid.span, "a grant must be younger than this")
        .because("nobody could tell an old yes from a new one")
        .help("name the column that holds the time of the change: `since promoted_at`")
    })
}

/// Every purpose that a state column can grant.
pub(super) fn granted<'m>(model: &'m Model, column: &'m StateColumn) -> impl Iterator<Item = PurposeId> + 'm {
    model.purposes.ids().filter(move |purpose| {
        column.arms.iter().flat_map(|arm| &arm.says).any(|says| match says {
            StateSays::Grants(covers) => grant_covers(model, *covers, *purpose),
            StateSays::Refuses(_) | StateSays::Nothing => false,
        })
    })
}
