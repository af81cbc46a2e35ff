//! GOV-06: a policy that can match nothing, and a review that nobody made.
//!
//! A policy that matches no segment today may be meant for those of tomorrow, so only what no segment could ever match is told: a channel that
//! leads nowhere, an outside party that is none, purposes that are all excepted. That no field carries a forbidden category is worth a
//! note. A policy whose `since` is to come is staged, and one of a pack is written for projects of all kinds: both are silent.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::calendar::add_months;
use crate::model::countries::{is_region, may_meet};
use crate::model::{Applies, Date, Demand, Length, Model, Policy, PurposeId, Residence, Segment, TableKind};
use crate::privacy::policy::applying;
use crate::privacy::taxonomy::is_under;

pub(super) static RULE: Rule = Rule { code: Code("GOV-06"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = cx.model;
    let own = |policy: &&Policy| !policy.span.file.is_shipped();
    let staged = |policy: &Policy| policy.since.is_some_and(|since| since.value > cx.today);
    for policy in model.policies.values().filter(own).filter(|policy| !staged(policy)) {
        match dead(model, policy) {
            Some(why) => findings.push(matches_nothing(policy, &why)),
            None => findings.extend(uncovered(model, policy)),
        }
    }
    findings.extend(
        model
            .audiences()
            .filter(|(_, segment)| !asked(model, segment))
            .filter_map(|(_, segment)| overdue(segment, cx.today)),
    );
    findings.extend(model.audiences().filter_map(|(_, segment)| unmade(segment, cx.today)));
}

/// Why a policy can hold for no segment at all.
fn dead(model: &Model, policy: &Policy) -> Option<String> {
    let excepted =
        |purpose: PurposeId| policy.except_purposes.iter().any(|broad| model.is_within(purpose, broad.value));
    let whys: Vec<String> = policy.applies.iter().filter_map(|to| nowhere(model, &to.value, &excepted)).collect();
    let all = !policy.applies.is_empty() && whys.len() == policy.applies.len();
    all.then(|| whys.join(", and "))
}

fn nowhere(model: &Model, to: &Applies, excepted: &dyn Fn(PurposeId) -> bool) -> Option<String> {
    match to {
        Applies::Any | Applies::Destination(_) | Applies::Countries(_) | Applies::Campaign(_) => None,
        Applies::All(parts) => parts.iter().find_map(|part| nowhere(model, part, excepted)),
        Applies::Region(region) => {
            let stands = |own: &str| !is_region(own) || may_meet(own, region);
            let any = model.destinations.values().any(|to| to.region.as_ref().is_some_and(|own| stands(&own.value)));
            (!any).then(|| format!("no destination stands in region `{region}`"))
        }
        Applies::Basis(basis) => {
            let any = model.purposes.ids().any(|id| model.basis(id).is_some_and(|own| own.value == *basis));
            (!any).then(|| format!("no purpose rests on {}", basis.words()))
        }
        Applies::Channel(channel) => {
            let leads = model.destinations.values().any(|to| to.channel.is_some_and(|own| own.value == *channel))
                || model.purposes.ids().any(|id| model.channel(id).is_some_and(|own| own.value == *channel));
            (!leads).then(|| format!("no destination and no purpose has channel `{}`", channel.word()))
        }
        Applies::Purpose(purpose) => {
            excepted(*purpose).then(|| format!("`{}` is excepted whole", model.purposes[*purpose].name.value))
        }
        Applies::Jurisdiction(id) => {
            let reaches = |residence: &Residence| match residence {
                Residence::Always(always) => always == id,
                Residence::Field(_) => true,
            };
            let holds = model.tables.values().any(|table| match &table.kind {
                TableKind::Entity(facts) => facts.residence.is_none_or(|residence| reaches(&residence.value)),
                TableKind::Source { .. }
                | TableKind::Rows { .. }
                | TableKind::Lookup { .. }
                | TableKind::List { .. }
                | TableKind::Score(_)
                | TableKind::Visits(_)
                | TableKind::Error => false,
            });
            (!holds).then(|| format!("nobody lives in `{}`", model.jurisdictions[*id].name.value))
        }
        Applies::OutsideParty => {
            let any = model.destinations.values().any(|to| to.outside_party.is_some());
            (!any).then(|| "no destination is an outside party".to_owned())
        }
    }
}

fn matches_nothing(policy: &Policy, why: &str) -> Diagnostic {
    let name = &policy.name.value;
    let at = policy.applies.first().map_or(policy.name.span, |first| first.span);
    Diagnostic::warning(RULE.code, format!("policy `{name}` can hold for no segment: {why}"))
        .at(at, "matches nothing")
        .because("somebody relies on a protection that is not there")
        .help("mend what it applies to; a policy that is staged says from when on, as in `since 2027-01-01`")
        .about(name)
}

/// Categories that a policy forbids and that no field is labelled with.
fn uncovered(model: &Model, policy: &Policy) -> Vec<Diagnostic> {
    let named = |demand: &'_ Demand| -> Vec<String> {
        if let Demand::ForbidCategory(category) = demand {
            vec![category.clone()]
        } else if let Demand::ForbidCombining(categories) = demand {
            categories.clone()
        } else {
            Vec::new()
        }
    };
    let forbidden =
        policy.demands.iter().flat_map(|demand| named(&demand.value).into_iter().map(|name| (name, demand.span)));
    let bare = forbidden.filter(|(category, _)| !is_carried(model, category));
    bare.map(|(category, span)| {
        Diagnostic::note(RULE.code, format!("no field carries `{category}`, so this forbids nothing yet"))
            .at(span, "no label and no `infer` leads to it")
            .because("a field that was not labelled would pass unseen")
            .help("label the fields that it means, or leave it standing for those to come")
            .about(&policy.name.value)
    })
    .collect()
}

fn is_carried(model: &Model, category: &str) -> bool {
    let labelled = model.fields.values().flat_map(|field| &field.labels.categories);
    let inferred = model.infers.iter().map(|infer| &infer.category);
    labelled.chain(inferred).any(|label| is_under(model, &label.value, category))
}

/// A review that the segment promises and that is past.
fn overdue(segment: &Segment, today: Date) -> Option<Diagnostic> {
    let review = segment.review.as_ref()?;
    let due = after(review.value.last?, review.value.every);
    let name = &segment.name.value;
    (due < today).then(|| {
        Diagnostic::warning(RULE.code, format!("the review of `{name}` was due on {due}"))
            .at(review.span, "overdue")
            .because("what was right when somebody last looked may be wrong by now, and nobody looks")
            .help("look at who is reached and why, and write the day as `last`; or leave the promise out")
            .about(name)
    })
}

/// A review that is said to have been made on a day to come: no review is due for as long.
fn unmade(segment: &Segment, today: Date) -> Option<Diagnostic> {
    let review = segment.review.as_ref()?;
    let last = review.value.last.filter(|last| *last > today)?;
    let name = &segment.name.value;
    Some(
        Diagnostic::warning(
            RULE.code,
            format!("the last review of `{name}` is said to have been on {last}, which is to come"),
        )
        .at(review.span, "nobody has made it")
        .because("nobody is reminded to look before that day has come and its time has passed, too")
        .help("write the day on which somebody last looked; without one, leave `last` out")
        .about(name),
    )
}

/// So long after a day.
pub(super) fn after(day: Date, length: Length) -> Date {
    let moved = add_months(day, i32::try_from(length.months).unwrap_or(i32::MAX)).civil();
    let days = i32::try_from(length.seconds.div_euclid(86_400)).unwrap_or(i32::MAX);
    moved.checked_add(jiff::Span::new().days(days)).map_or(Date::from(moved), Date::from)
}

/// Whether a policy that applies asks for reviews, and so tells of an overdue one itself.
fn asked(model: &Model, segment: &Segment) -> bool {
    let mut demands = applying(model, segment).flat_map(|(_, policy)| &policy.demands);
    demands.any(|demand| demand.value == Demand::RequireReview)
}
