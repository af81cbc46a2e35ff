//! LEG-02: advertising rests on a legitimate interest where only a yes will do.
//!
//! On the way to advertising on other sites always; by e-mail, text message and push message unless the purpose declares that it advertises
//! nothing, or rests on the exception for existing customers. That exception is held: every member must have bought. It is silent where the
//! law of every place in which the people may live lets silence mean yes.

use super::switched_basis::is_switched;
use super::tools::{entity_of, is_people, listed, purpose_name, rests_on};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Basis, Channel, Field, Model, Origin, PurposeId, Residence, Rows, RowsFrom, Segment, SoftOptIn, TableId,
};
use crate::privacy::policy::residence;
use crate::privacy::said::{self, Fact};
use crate::privacy::taxonomy::is_under;
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("LEG-02"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let rested = |id: &PurposeId| rests_on(cx.model, *id, Basis::LegitimateInterest) && !is_switched(cx.model, *id);
    for purpose in cx.model.purposes.ids().filter(rested) {
        let users: Vec<&Segment> =
            cx.model.audiences().map(|(_, s)| s).filter(|s| asks_first(cx.model, s, purpose)).collect();
        if users.is_empty() {
            continue;
        }
        let Some(channel) = cx.model.channel(purpose) else { continue };
        match channel.value {
            Channel::Ads => findings.push(due(cx.model, purpose, channel, &users)),
            Channel::Email | Channel::Sms | Channel::Push => {
                findings.extend(electronic(cx.model, purpose, channel, &users))
            }
            Channel::Phone | Channel::Post | Channel::Web | Channel::App => {}
        }
    }
}

/// Whether a segment of people is built for the purpose, and somebody in it may live where silence is no yes.
fn asks_first(model: &Model, segment: &Segment, purpose: PurposeId) -> bool {
    let people = entity_of(model, segment).is_some_and(|facts| is_people(facts.subject_kind));
    let silence_is_no = match residence(model, segment) {
        Some(Residence::Always(id)) => !model.jurisdictions[id].absent_means_yes,
        Some(Residence::Field(_)) | None => model.jurisdictions.values().any(|place| !place.absent_means_yes),
    };
    people && silence_is_no && segment.purposes.iter().any(|used| used.value == purpose)
}

fn due(model: &Model, purpose: PurposeId, channel: Spanned<Channel>, users: &[&Segment]) -> Diagnostic {
    let (name, word) = (purpose_name(model, purpose), channel.value.word());
    let used = listed(users.iter().map(|segment| segment.name.value.as_str()).take(3));
    let finding = Diagnostic::error(RULE.code, format!("`{name}` reaches people by `{word}` on a legitimate interest"))
        .at(model.purposes[purpose].name.span, format!("used by {used}"))
        .and(channel.span, "the channel");
    let finding = match model.basis(purpose) {
        Some(basis) => finding.and(basis.span, "the basis"),
        None => finding,
    };
    let help = match channel.value {
        Channel::Ads => "let it rest on consent",
        Channel::Email
        | Channel::Sms
        | Channel::Push
        | Channel::Phone
        | Channel::Post
        | Channel::Web
        | Channel::App => {
            "let it rest on consent; or say `soft opt in from …` where people gave the address when they bought, or `advertises nothing because \"…\"`"
        }
    };
    finding.because("people would get advertising that they were never asked about").help(help).about(name)
}

/// Messages: no advertising, the exception for customers, or a finding.
fn electronic(model: &Model, purpose: PurposeId, channel: Spanned<Channel>, users: &[&Segment]) -> Vec<Diagnostic> {
    if model.advertises_nothing(purpose).is_some() {
        return Vec::new();
    }
    let Some(soft) = model.soft_opt_in(purpose) else { return vec![due(model, purpose, channel, users)] };
    let Some(source) = soft.value.source else { return Vec::new() };
    let mut found: Vec<Diagnostic> = not_ours(model, purpose, soft, source).into_iter().collect();
    found.extend(no_sale(model, purpose, soft, source));
    if found.is_empty() {
        found.extend(users.iter().filter(|segment| !must_have_bought(model, segment, source)).map(|segment| {
            let (name, source) = (purpose_name(model, purpose), &model.tables[source].name.value);
            let message = format!("`{name}` is for people who bought, and this segment does not ask for `{source}`");
            Diagnostic::error(RULE.code, message)
                .at(segment.name.span, "may hold people who never bought")
                .and(soft.span, "the exception that it rests on")
                .because("people would get advertising that they were never asked about")
                .help(format!("ask for it at the root of the condition: `where any {source} over … and …`"))
                .about(&segment.name.value)
        }));
    }
    found
}

/// Addresses from a sale are ours, not bought.
fn not_ours(model: &Model, purpose: PurposeId, soft: &Spanned<SoftOptIn>, source: TableId) -> Option<Diagnostic> {
    let table = &model.tables[source];
    let origin = table.origin.as_ref()?;
    matches!(origin.value, Origin::ThirdParty { .. }).then(|| {
        let name = purpose_name(model, purpose);
        let message =
            format!("`{name}` counts people as customers by `{}`, which came from somebody else", table.name.value);
        Diagnostic::error(RULE.code, message)
            .at(soft.span, "no sale of ours")
            .and(origin.span, "from somebody else")
            .because("people would get advertising that they were never asked about")
            .help("name the source of our own sales")
            .about(name)
    })
}

/// Having been written to makes nobody a customer: the rows are of purchases.
fn no_sale(model: &Model, purpose: PurposeId, soft: &Spanned<SoftOptIn>, source: TableId) -> Option<Diagnostic> {
    let bought = |field: &Field| field.labels.categories.iter().any(|it| is_under(model, &it.value, "commercial"));
    let sale = model.fields_of(source).any(|(_, field)| bought(field));
    (!sale).then(|| {
        let name = purpose_name(model, purpose);
        let message = format!(
            "`{name}` counts people as customers by `{}`, which tells of no purchase",
            model.tables[source].name.value
        );
        Diagnostic::error(RULE.code, message)
            .at(soft.span, "no sale")
            .because("people would get advertising that they were never asked about")
            .help("name the source of our own sales, with a field labelled under `commercial`")
            .about(name)
    })
}

/// Whether nobody is a member without a row of the source, whatever the spelling.
fn must_have_bought(model: &Model, segment: &Segment, source: TableId) -> bool {
    said::segment(model, segment).needs(&|test| match &test.fact {
        Fact::Rows { rows, counts } => is_own(rows, source) && counts.least.is_some(),
        Fact::Compare { .. } | Fact::Other { .. } => false,
    })
}

fn is_own(rows: &Rows, source: TableId) -> bool {
    matches!(&rows.from, RowsFrom::Subject { table, via, of: 0 } if *table == source && via.is_empty())
}
