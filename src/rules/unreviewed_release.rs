//! COM-14: a release that nobody reviewed, that is past its end, or that claims more than a review can give.
//!
//! A release is the only thing that takes a label away, so it is held to what an exception is held to, and to two things more: what
//! identifies people goes on identifying them however it is computed, and something must be left that says what the field is. Of every
//! segment that rests on a release, a remark stays visible beside the release's own words.

use super::tools::{listed, says_nothing};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic, Suppression};
use crate::model::{Date, FieldRole, Model, Release, TableKind};
use crate::privacy::taxonomy::is_under;
use crate::privacy::{Context as Standing, Read};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("COM-14"), check };

/// Categories of what identifies people by itself.
const IDENTIFIERS: [&str; 5] = ["contact", "identity", "technical.cookie", "technical.device", "technical.ip"];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (at, release) in cx.model.releases.iter().enumerate() {
        let broken = incomplete(release).or_else(|| out_of_time(release, cx.today));
        let broken = broken.or_else(|| identifying(cx.model, release)).or_else(|| emptying(cx.model, release));
        match broken {
            Some(finding) => findings.push(finding.about(name(cx.model, release))),
            None => {
                findings.extend(unused(cx.model, release, at));
                relied_on(cx, release, findings);
            }
        }
    }
}

/// `churn_risk.score`.
fn name(model: &Model, release: &Release) -> String {
    let field = &model.fields[release.field.value];
    format!("{}.{}", model.tables[field.table].name.value, field.name.value)
}

fn incomplete(release: &Release) -> Option<Diagnostic> {
    let blank = |text: &Option<Spanned<String>>| text.as_ref().is_none_or(|text| says_nothing(&text.value));
    let approved = !blank(&release.approved_by) && release.approved_on.is_some();
    let clauses =
        [("approved by", approved), ("until", release.until.is_some()), ("because", !blank(&release.because))];
    let lacks: Vec<&str> = clauses.into_iter().filter(|(_, written)| !written).map(|(clause, _)| clause).collect();
    (!lacks.is_empty()).then(|| {
        Diagnostic::error(RULE.code, format!("a release without {}", listed(lacks)))
            .at(release.field.span, "takes nothing away as it stands")
            .because("that data no longer says what it was made of is a judgement, and somebody must answer for it")
            .help("write who approved it and on which day, `until` when it holds, and `because` of what")
    })
}

fn out_of_time(release: &Release, today: Date) -> Option<Diagnostic> {
    if let Some(until) = release.until.filter(|until| until.value < today) {
        return Some(
            Diagnostic::error(RULE.code, format!("this release ended on {}", until.value))
                .at(release.field.span, "takes nothing away any more")
                .and(until.span, "its end")
                .because("what could not be traced back to anybody last year can be this year")
                .help("remove it; if it is still right, somebody approves it anew, with a new end"),
        );
    }
    let early = release.approved_on.filter(|day| day.value > today)?;
    Some(
        Diagnostic::error(RULE.code, format!("this release is approved on {}, a day that has not come", early.value))
            .at(release.field.span, "takes nothing away yet")
            .and(early.span, "the day of its approval")
            .because("nobody has looked at it yet")
            .help("write the day on which it was approved"),
    )
}

/// A hash or a bucket of an address is an address still.
fn identifying(model: &Model, release: &Release) -> Option<Diagnostic> {
    let field = &model.fields[release.field.value];
    let identifies = |from: &&Spanned<String>| IDENTIFIERS.iter().any(|root| is_under(model, &from.value, root));
    let key = matches!(field.role, FieldRole::Key | FieldRole::Subject) || field.labels.direct;
    let from = release.from.iter().find(identifies).or_else(|| release.from.first().filter(|_| key))?;
    let message = format!("`{}` cannot be released from `{}`: it identifies people", name(model, release), from.value);
    Some(
        Diagnostic::error(RULE.code, message)
            .at(from.span, "identifies people, also hashed or cut short")
            .and(field.name.span, "the field")
            .because("whoever has the address has its hash: two companies recognise the same person by it")
            .help("remove the release, and label the field for what it identifies"),
    )
}

/// What is left must say what the field is.
fn emptying(model: &Model, release: &Release) -> Option<Diagnostic> {
    let field = &model.fields[release.field.value];
    let mut own = field.labels.categories.iter().peekable();
    let nothing_left = own.peek().is_some() && own.all(|label| model.is_released(release.field.value, &label.value));
    nothing_left.then(|| {
        Diagnostic::error(RULE.code, format!("the release leaves nothing that says what `{}` is", name(model, release)))
            .at(release.field.span, "released from all of its own labels")
            .and(field.name.span, "labelled here")
            .because("data that nobody can name is data that no policy can speak of")
            .help("label the field for what it has become, such as `demographic.age`, beside what it is released from")
    })
}

/// A category that the field would not carry, or that another release has taken away already.
fn unused(model: &Model, release: &Release, at: usize) -> Vec<Diagnostic> {
    let before = || model.releases.iter().take(at).filter(|other| other.field.value == release.field.value);
    let idle = release
        .from
        .iter()
        .filter(|from| before().any(|other| other.names(&from.value)) || !carries(model, release, &from.value));
    idle.map(|from| {
        let name = name(model, release);
        Diagnostic::warning(RULE.code, format!("this release takes no `{}` away from `{name}`", from.value))
            .at(from.span, "not among its labels, nor among what it was made of")
            .because("a standing release is an invitation")
            .help("remove it, or name the category exactly as the data is labelled")
            .about(name)
    })
    .collect()
}

/// Whether a field would carry a category: by its label, by its query, by its training, or for want of a declared training.
fn carries(model: &Model, release: &Release, category: &str) -> bool {
    let field = &model.fields[release.field.value];
    let table = &model.tables[field.table];
    let labelled = field.labels.categories.iter().any(|label| label.value == category);
    let trained = match &table.kind {
        TableKind::Score(facts) => {
            facts.trained_on.is_empty() || crate::privacy::flow::was_trained_on(model, facts, category)
        }
        TableKind::Entity(_)
        | TableKind::Source { .. }
        | TableKind::Rows { .. }
        | TableKind::Lookup { .. }
        | TableKind::List { .. }
        | TableKind::Visits(_)
        | TableKind::Error => false,
    };
    labelled || trained || is_computed_from(model, release, category)
}

/// Whether the field's column is computed by a query from a column that is labelled so, or whose values imply it.
fn is_computed_from(model: &Model, release: &Release, category: &str) -> bool {
    let field = &model.fields[release.field.value];
    let Some(statement) = model.query_of(model.tables[field.table].physical.as_ref()) else { return false };
    let column = statement.trace.columns.iter().find(|column| column.name == field.column);
    column.into_iter().flat_map(|column| &column.data).flat_map(|cell| model.fields_at(cell)).any(|(id, source)| {
        let implied = || model.infers.iter().any(|rule| rule.field == id && rule.category.value == category);
        source.labels.categories.iter().any(|label| label.value == category) || implied()
    })
}

/// Says of every segment that it rests on the release, under the release's own words.
fn relied_on(cx: &Context<'_>, release: &Release, findings: &mut Vec<Diagnostic>) {
    let reads_it = |read: &&Read| read.field == Some(release.field.value) && read.context != Standing::Delivery;
    for (id, segment) in cx.model.segments.iter() {
        let Some(read) = cx.facts.segment(id).reads.iter().find(reads_it) else { continue };
        let from = listed(release.from.iter().map(|from| from.value.as_str()));
        let message = format!("`{}` does not count as {from} here, by a release", name(cx.model, release));
        let mut finding = Diagnostic::note(RULE.code, message)
            .at(read.entry, "rests on the release")
            .and(release.field.span, "the release")
            .about(&segment.name.value);
        finding.suppressed = Some(Suppression::release(release.words()));
        findings.push(finding);
    }
}
