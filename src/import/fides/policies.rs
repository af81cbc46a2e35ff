//! Policies that forbid uses of categories. What permits is not carried over, as nothing here opens data; what a policy of the language
//! cannot say stands as comments. A policy is never narrower than the rule it comes from: it may be wider, and then says so.

use super::manifest::{Matched, Policy, PolicyRule};
use super::names::{Names, written};
use super::page::{Page, quoted};
use super::purposes::Purposes;
use super::taxonomy::Taxonomy;

/// Writes every rule of every policy, and says how many became policies here.
pub(super) fn write(policies: &[Policy], purposes: &Purposes, taxonomy: &mut Taxonomy<'_>, page: &mut Page) -> usize {
    let mut names = Names::default();
    let mut written = 0;
    page.note("", "Policies: what may not serve what. Rules that permit, and rules about requests, stand as comments.");
    for policy in policies {
        page.line("");
        page.note(
            "",
            &format!(
                "The policy {}{}",
                policy.key,
                policy.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default()
            ),
        );
        page.note("", policy.description.as_deref().unwrap_or_default());
        page.keep("", &policy.rest);
        for rule in &policy.rules {
            let name = names.give(&format!("{}_{}", policy.key, rule.name.as_deref().unwrap_or("rule")));
            written += usize::from(self::rule(rule, &name, purposes, taxonomy, page));
        }
    }
    written
}

/// Whether the rule could be said.
fn rule(rule: &PolicyRule, name: &str, purposes: &Purposes, taxonomy: &mut Taxonomy<'_>, page: &mut Page) -> bool {
    let uses: Option<Vec<String>> =
        one_of(&rule.uses).map(|keys| keys.iter().filter_map(|key| purposes.named(key)).collect());
    let forbidden = one_of(&rule.categories).map(|keys| {
        let mut all: Vec<String> = keys.iter().flat_map(|key| taxonomy.covered(key)).collect();
        all.sort();
        all.dedup();
        all
    });
    let (Some(uses), Some(forbidden)) = (uses.filter(|uses| !uses.is_empty()), forbidden.filter(|all| !all.is_empty()))
    else {
        page.keep("", &lines(rule));
        return false;
    };
    let scopes: Vec<String> = uses.iter().map(|purpose| format!("purpose {purpose}")).collect();
    let categories: Vec<String> = forbidden.iter().map(|category| format!("category {category}")).collect();
    page.doc("", rule.description.as_deref());
    page.line(&format!("policy {} {{", written(name)));
    page.line(&format!("  title   {}", quoted(rule.name.as_deref().unwrap_or(name))));
    page.with(&format!("  applies to {}", scopes.join(", ")), &rule.uses.values.join(", "));
    page.with(&format!("  forbid  {}", categories.join(", ")), &rule.categories.values.join(", "));
    if !rule.subjects.values.is_empty() {
        let subjects = rule.subjects.values.join(", ");
        page.keep(
            "  ",
            &[format!(
                "of {} {subjects} alone; here it holds for everybody",
                rule.subjects.how.as_deref().unwrap_or("ANY")
            )],
        );
    }
    page.keep("  ", &rule.rest);
    page.line("}");
    true
}

/// What is matched by having any of some values, where the rule is of that form.
fn one_of(matched: &Matched) -> Option<&[String]> {
    let any = match matched.how.as_deref() {
        None | Some("ANY") => true,
        Some("ALL") => matched.values.len() == 1,
        Some(_) => false,
    };
    any.then_some(matched.values.as_slice())
}

fn lines(rule: &PolicyRule) -> Vec<String> {
    let told = |what: &str, matched: &Matched| {
        let how = matched.how.as_deref().unwrap_or("ANY");
        (!matched.values.is_empty()).then(|| format!("{what}: {how} {}", matched.values.join(", ")))
    };
    let head = format!(
        "rule {}{}",
        rule.name.as_deref().unwrap_or("without a name"),
        rule.description.as_ref().map(|it| format!(": {it}")).unwrap_or_default()
    );
    let parts = [
        told("data_categories", &rule.categories),
        told("data_uses", &rule.uses),
        told("data_subjects", &rule.subjects),
    ];
    std::iter::once(head).chain(parts.into_iter().flatten()).chain(rule.rest.iter().cloned()).collect()
}
