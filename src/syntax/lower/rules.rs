//! Purposes, destinations, jurisdictions, policies and exceptions.

use super::super::ast::{
    AppliesTo, Approval, Basis, Campaign, Clause, Destination, ExceptionTo, Forbid, Jurisdiction, Level, LevelWord,
    Limit, Match, Name, OriginKind, Policy, Provider, Purpose, Require, Scope, Since, Valid,
};
use super::super::codes;
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::data::count;
use super::literal::{a_count, a_day, a_text, texts};
use super::promises::{controllers, purpose_promises};
use super::time::a_duration;
use super::{Body, a_name, a_path, name, part, paths};
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

/// `purpose … { … }`
pub(in super::super) fn purpose<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Purpose {
    Purpose {
        name: body.path(cx, 0),
        title: body.once(cx, Rule::cl_title, a_text),
        basis: body.once(cx, Rule::cl_basis, basis),
        valid: body.once(cx, Rule::cl_valid, valid),
        channel: body.once(cx, Rule::cl_channel, a_name),
        notice_from: body.once(cx, Rule::cl_notice, a_text),
        assessment: body.once(cx, Rule::cl_assessment, a_text),
        because: body.once(cx, Rule::cl_because, a_text),
        campaign: body.once(cx, Rule::cl_campaign, campaign),
        suspended: body.once(cx, Rule::cl_suspended, a_text),
        formerly: body.once(cx, Rule::cl_formerly, paths),
        promises: purpose_promises(cx, &mut body),
        lost: body.lost,
    }
}

/// What a campaign is about.
pub(super) fn campaign(cx: &mut Cx, node: &Node) -> Option<Campaign> {
    Some(match part(cx, node, Rule::campaign_kind)?.text() {
        "housing" => Campaign::Housing,
        "jobs" => Campaign::Jobs,
        "credit" => Campaign::Credit,
        "insurance" => Campaign::Insurance,
        _ => Campaign::Political,
    })
}

fn basis(cx: &mut Cx, node: &Node) -> Option<Basis> {
    let all = [
        (Rule::basis_consent, Basis::Consent),
        (Rule::basis_interest, Basis::LegitimateInterest),
        (Rule::basis_contract, Basis::Contract),
        (Rule::basis_duty, Basis::LegalDuty),
    ];
    word(cx, node, &all)
}

/// The value of the one rule among these that a node holds.
fn word<T: Copy>(cx: &mut Cx, node: &Node, words: &[(Rule, T)]) -> Option<T> {
    let found = words.iter().find(|(rule, _)| node.has(*rule)).map(|(_, value)| *value);
    if found.is_none() {
        cx.broken(node);
    }
    found
}

fn valid(cx: &mut Cx, node: &Node) -> Option<Valid> {
    match node.child(Rule::valid_without_end) {
        Some(kid) => a_text(cx, &kid).map(|because| Valid::WithoutEnd { because }),
        None => a_duration(cx, node).map(Valid::For),
    }
}

/// `destination … { … }`
pub(in super::super) fn destination<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Destination {
    Destination {
        name: body.name(cx, 0),
        title: body.once(cx, Rule::cl_title, a_text),
        channel: body.once(cx, Rule::cl_channel, a_name),
        region: body.once(cx, Rule::cl_region, a_name),
        transfer: body.once(cx, Rule::cl_transfer, a_text),
        matches: body.once(cx, Rule::cl_match, matches),
        lag: body.once(cx, Rule::cl_lag, a_duration),
        removes_members: body.once(cx, Rule::cl_removes, |_, node| Some(node.has(Rule::by_hand))),
        isolates: body.once(cx, Rule::cl_isolates, a_text),
        expires_after: body.once(cx, Rule::cl_expires, a_duration),
        provider: provider(cx, &mut body),
        minimum: body.once(cx, Rule::cl_minimum, count),
        controllers: controllers(cx, &mut body),
        decides: body.once(cx, Rule::cl_decides_there, a_text),
        expands: body.once(cx, Rule::cl_expands, |_, _| Some(())),
        trains: body.once(cx, Rule::cl_trains, paths),
        takes: body.once(cx, Rule::cl_takes, takes),
        lost: body.lost,
    }
}

fn takes(cx: &mut Cx, node: &Node) -> Option<Vec<Name>> {
    if node.has(Rule::takes_nothing) {
        return Some(Vec::new());
    }
    part(cx, node, Rule::names).map(|list| list.all(Rule::name).map(|kid| name(cx, &kid)).collect())
}

fn matches(cx: &mut Cx, node: &Node) -> Option<Match> {
    let field = a_path(cx, node)?;
    Some(Match { field, hashed: node.has(Rule::kw_hashed) })
}

fn provider<'t>(cx: &mut Cx<'t>, body: &mut Body<'t>) -> Clause<Provider> {
    let outside = body.once(cx, Rule::cl_outside, |_, _| Some(Provider::OutsideParty));
    let service = body.once(cx, Rule::cl_service, |cx, node| {
        let contract = part(cx, node, Rule::under_contract)?;
        a_text(cx, &contract).map(|contract| Provider::ServiceProvider { contract })
    });
    if let (Some(outside), Some(service)) = (&outside, &service) {
        let finding =
            Diagnostic::error(codes::TWICE, "a destination is an outside party or a service provider, not both");
        cx.report(finding.at(service.span, "one of them").and(outside.span, "the other"));
    }
    outside.or(service)
}

/// `jurisdiction … { … }`
pub(in super::super) fn jurisdiction<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Jurisdiction {
    Jurisdiction {
        name: body.name(cx, 0),
        title: body.once(cx, Rule::cl_title, a_text),
        countries: body.once(cx, Rule::cl_countries, texts),
        absent_means_yes: body.once(cx, Rule::cl_absent, |_, node| Some(node.has(Rule::kw_yes))),
        adult_at: body.once(cx, Rule::cl_adult, count),
        sale_opt_out: body.once(cx, Rule::cl_sale, a_name),
        lost: body.lost,
    }
}

/// `policy … { … }`
pub(in super::super) fn policy<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Policy {
    Policy {
        name: body.name(cx, 0),
        title: body.once(cx, Rule::cl_title, a_text),
        class: body
            .once(cx, Rule::cl_class, |cx, node| part(cx, node, Rule::class_code).map(|kid| kid.text().to_owned())),
        applies: body.once(cx, Rule::cl_applies, applies),
        forbid: body.once(cx, Rule::cl_forbid, |cx, node| Some(each(cx, node, Rule::forbid, forbid))),
        require: body.once(cx, Rule::cl_require, |cx, node| Some(each(cx, node, Rule::require, require))),
        minimum: body.once(cx, Rule::cl_minimum, count),
        limit: body.once(cx, Rule::cl_limit, |cx, node| Some(each(cx, node, Rule::limit, limit))),
        because: body.once(cx, Rule::cl_because, a_text),
        level: body.once(cx, Rule::cl_level, level),
        since: body.once(cx, Rule::cl_policy_since, since),
        lost: body.lost,
    }
}

fn each<'t, T>(cx: &mut Cx<'t>, node: &Node<'t>, rule: Rule, lower: fn(&mut Cx<'t>, &Node<'t>) -> Option<T>) -> Vec<T> {
    node.all(rule).filter_map(|kid| lower(cx, &kid)).collect()
}

fn applies<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<AppliesTo> {
    let to = each(cx, node, Rule::scopes, |cx, kid| Some(each(cx, kid, Rule::scope, scope)));
    let except_purposes = each(cx, node, Rule::except_purpose, |cx, kid| a_path(cx, kid));
    Some(AppliesTo { to, except_purposes })
}

fn since(cx: &mut Cx, node: &Node) -> Option<Since> {
    let day = a_day(cx, node)?;
    Some(Since { day, unverified: node.has(Rule::kw_unverified) })
}

fn scope<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Scope> {
    let span = cx.span(node);
    if node.has(Rule::scope_any) {
        return Some(Scope::Any(span));
    }
    if node.has(Rule::scope_outside) {
        return Some(Scope::OutsideParty(span));
    }
    if let Some(kid) = node.child(Rule::scope_purpose) {
        return a_path(cx, &kid).map(Scope::Purpose);
    }
    if let Some(kid) = node.child(Rule::scope_channel) {
        return a_name(cx, &kid).map(Scope::Channel);
    }
    if let Some(kid) = node.child(Rule::scope_destination) {
        return a_name(cx, &kid).map(Scope::Destination);
    }
    if let Some(kid) = node.child(Rule::scope_campaign) {
        return campaign(cx, &kid).map(|campaign| Scope::Campaign { campaign, span });
    }
    if let Some(kid) = node.child(Rule::scope_region) {
        return a_name(cx, &kid).map(Scope::Region);
    }
    if let Some(kid) = node.child(Rule::scope_basis) {
        return basis(cx, &kid).map(|basis| Scope::Basis { basis, span });
    }
    let kid = part(cx, node, Rule::scope_jurisdiction)?;
    a_name(cx, &kid).map(Scope::Jurisdiction)
}

fn forbid<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Forbid> {
    let span = cx.span(node);
    if let Some(kid) = node.child(Rule::forbid_category) {
        return a_path(cx, &kid).map(Forbid::Category);
    }
    if let Some(kid) = node.child(Rule::forbid_targeting) {
        return a_path(cx, &kid).map(Forbid::Targeting);
    }
    if let Some(kid) = node.child(Rule::forbid_combining) {
        return paths(cx, &kid).map(|categories| Forbid::Combining { categories, span });
    }
    if let Some(kid) = node.child(Rule::forbid_field) {
        return a_path(cx, &kid).map(Forbid::Field);
    }
    let kid = part(cx, node, Rule::forbid_origin)?;
    let all = [
        (Rule::origin_first, OriginKind::FirstParty),
        (Rule::origin_volunteered, OriginKind::Volunteered),
        (Rule::origin_third_any, OriginKind::ThirdParty),
    ];
    word(cx, &kid, &all).map(|origin| Forbid::Origin { origin, span })
}

fn require<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Require> {
    let span = cx.span(node);
    if node.has(Rule::require_adult) {
        return Some(Require::Adult(span));
    }
    if let Some(kid) = node.child(Rule::require_assessment) {
        let category = kid.child(Rule::for_category).and_then(|kid| a_path(cx, &kid));
        return Some(Require::Assessment { span, category });
    }
    if node.has(Rule::require_review) {
        return Some(Require::Review(span));
    }
    if node.has(Rule::require_register) {
        return Some(Require::Register(span));
    }
    if node.has(Rule::require_cap) {
        return Some(Require::Cap(span));
    }
    if let Some(kid) = node.child(Rule::require_basis) {
        return basis(cx, &kid).map(|basis| Require::Basis { basis, span });
    }
    if let Some(kid) = node.child(Rule::require_cover) {
        let list = part(cx, &kid, Rule::names)?;
        let outside = list.all(Rule::name).map(|kid| name(cx, &kid)).collect();
        return Some(Require::Cover { outside, span });
    }
    let kid = part(cx, node, Rule::require_consent)?;
    let purpose = a_path(cx, &kid)?;
    let category = kid.child(Rule::for_category).and_then(|kid| a_path(cx, &kid));
    Some(Require::Consent { purpose, category })
}

fn limit<'t>(cx: &mut Cx<'t>, node: &Node<'t>) -> Option<Limit> {
    if let Some(kid) = node.child(Rule::limit_conditions) {
        return a_count(cx, &kid).map(Limit::Conditions);
    }
    if let Some(kid) = node.child(Rule::limit_retain) {
        return a_duration(cx, &kid).map(Limit::Retain);
    }
    if let Some(kid) = node.child(Rule::limit_window) {
        return a_duration(cx, &kid).map(Limit::Window);
    }
    if let Some(kid) = node.child(Rule::limit_lists) {
        return a_count(cx, &kid).map(Limit::Lists);
    }
    let kid = part(cx, node, Rule::limit_lag)?;
    a_duration(cx, &kid).map(Limit::RemovalLag)
}

fn level(cx: &mut Cx, node: &Node) -> Option<Level> {
    let word = match part(cx, node, Rule::level_word)?.text() {
        "error" => LevelWord::Error,
        "warning" => LevelWord::Warning,
        _ => LevelWord::Note,
    };
    Some(Level { word, no_exceptions: node.has(Rule::no_exceptions) })
}

/// `exception to … for … { … }`
pub(in super::super) fn exception<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> ExceptionTo {
    let of_a_rule = body.head.as_ref().and_then(|head| head.child(Rule::bad_rule_code));
    if let Some(code) = &of_a_rule {
        to_a_rule(cx, code);
    }
    ExceptionTo {
        policy: if of_a_rule.is_some() { Spanned::new(String::new(), body.place) } else { body.name(cx, 0) },
        segment: body.name(cx, usize::from(of_a_rule.is_none())),
        approved: body.once(cx, Rule::cl_approved, |cx, node| {
            let by = a_text(cx, node);
            let on = a_day(cx, node)?;
            by.map(|by| Approval { by, on })
        }),
        until: body.once(cx, Rule::cl_until_date, a_day),
        because: body.once(cx, Rule::cl_because, a_text),
        lost: body.lost,
    }
}

/// `exception to CON-01`: there is none to a rule of the language.
fn to_a_rule(cx: &mut Cx, code: &Node) {
    let span = cx.span(code);
    let finding =
        Diagnostic::error(codes::EXCEPTION_TO_RULE, "an exception names a policy, never a rule of the language")
            .at(span, "a rule of the language")
            .because("what the language refuses would reach somebody without leave, whoever approves of it")
            .help("change the segment; `segma explain` with the code says how");
    cx.report(finding);
}
