//! SEN-05: the name under which a segment leaves the house says what its members have.
//!
//! A name tells only of a segment that reveals a special category, and only by a word that the revealing itself uses: of the
//! category, or of a value that is asked for. Words that merely sound like an illness tell nothing.

use std::collections::BTreeSet;

use super::tools::what;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::walk::{self, Visitor};
use crate::model::{Cond, CondKind, Expr, ExprKind, Model, Role, Segment, Value};
use crate::privacy::taxonomy::special_root;
use crate::privacy::{Context as Standing, Read};

pub(super) static RULE: Rule = Rule { code: Code("SEN-05"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let leaving = cx.model.segments.iter().filter(|(_, it)| it.role == Role::Audience && !it.destinations.is_empty());
    for (id, segment) in leaving {
        let reads = cx.facts.segment(id).reads.iter();
        let name: BTreeSet<String> = words(&segment.name.value).collect();
        let telling = reads.filter_map(|read| Some((read, telling(cx.model, segment, read, &name)?))).next();
        let Some((read, (word, category))) = telling else { continue };
        let to = segment.destinations.first().map_or(segment.name.span, |to| to.span);
        findings.push(
            Diagnostic::warning(
                RULE.code,
                format!("the name `{}` tells of its members that they are {category}", segment.name.value),
            )
            .at(segment.name.span, format!("says \"{word}\""))
            .and(read.entry, format!("`{}` reveals `{category}`", what(cx.model, read)))
            .and(to, "the name goes there with the members")
            .because("whoever sees the list's name in an account or a file knows it of everybody on it")
            .help("give it a name that says nothing, and say in `because` what it is")
            .about(&segment.name.value),
        );
    }
}

/// The word of the name that tells, and the category.
fn telling(model: &Model, segment: &Segment, read: &Read, name: &BTreeSet<String>) -> Option<(String, String)> {
    let revealed = read.reveals.iter().find(|it| special_root(model, &it.category).is_some())?;
    if matches!(read.context, Standing::Link | Standing::Delivery) {
        return None;
    }
    let mut said: BTreeSet<String> = words(&revealed.category).collect();
    said.extend(values(model, segment, read).iter().flat_map(|value| words(value)));
    let alike = |word: &&String| said.iter().any(|known| is_alike(known, word));
    name.iter().find(alike).map(|word| (word.clone(), revealed.category.clone()))
}

/// Whether two words are one, but for their endings: "diabetes" and "diabetics".
fn is_alike(a: &str, b: &str) -> bool {
    const GENERAL: [&str; 12] =
        ["care", "source", "list", "type", "kind", "code", "name", "date", "value", "buyer", "planning", "customer"];
    let stem = |word: &str| word.chars().take(6).collect::<String>();
    a.len() > 3 && !GENERAL.contains(&a) && (a == b || a.len() > 6 && b.len() > 6 && stem(a) == stem(b))
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The texts that the conditions hold the field against.
fn values(model: &Model, segment: &Segment, read: &Read) -> Vec<String> {
    struct Texts<'r>(&'r Read, Vec<String>);
    impl Texts<'_> {
        fn is_it(&self, value: &Expr) -> bool {
            matches!(&value.kind, ExprKind::Field(path) | ExprKind::Score { field: path, .. } if Some(path.field) == self.0.field)
        }
    }
    impl Visitor for Texts<'_> {
        fn cond(&mut self, cond: &Cond) {
            let text = |value: &Value| if let Value::Text(text) = value { Some(text.clone()) } else { None };
            match &cond.kind {
                CondKind::Compare { left, right, .. } if self.is_it(left) || self.is_it(right) => {
                    for side in [left, right] {
                        if let ExprKind::Literal(value) = &side.kind {
                            self.1.extend(text(value));
                        }
                    }
                }
                CondKind::OneOf { value, values, .. } | CondKind::Has { list: value, values, .. }
                    if self.is_it(value) =>
                {
                    self.1.extend(values.iter().filter_map(|it| text(&it.value)));
                }
                CondKind::Text { value, pattern, .. } if self.is_it(value) => self.1.push(pattern.value.clone()),
                CondKind::Compare { .. }
                | CondKind::OneOf { .. }
                | CondKind::Has { .. }
                | CondKind::Text { .. }
                | CondKind::Everyone
                | CondKind::Sample(_)
                | CondKind::And(_)
                | CondKind::Or(_)
                | CondKind::Not(_)
                | CondKind::Between { .. }
                | CondKind::Around { .. }
                | CondKind::Within { .. }
                | CondKind::Truth(_)
                | CondKind::Missing(_)
                | CondKind::Count { .. }
                | CondKind::AtLeastOf { .. }
                | CondKind::InList { .. }
                | CondKind::InSegment { .. }
                | CondKind::Defined { .. }
                | CondKind::Error => {}
            }
        }
    }
    let mut found = Texts(read, Vec::new());
    walk::segment(segment, &mut found);
    let through = read.through_segment().map(|id| &model.segments[id]);
    through.into_iter().for_each(|other| walk::segment(other, &mut found));
    found.1
}
