//! Categories of personal data: dotted names that mean what stands under them, too.
//!
//! Built in are the categories below; `category x under y` adds to them. The special categories of GDPR Art. 9 (and offences,
//! Art. 10) are roots of their own, so that a policy can name them.

pub mod vocabularies;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Model;
pub use crate::model::taxonomy::BUILT_IN;

/// The special categories and offences: roots whose data needs a leave of its own.
pub const SPECIAL: &[&str] =
    &["belief", "biometric", "criminal", "ethnicity", "genetic", "health", "orientation", "politics", "union"];

/// Whether `name` is `root` or stands under it, by its dots and by the project's own categories.
pub fn is_under<'m>(model: &'m Model, name: &'m str, root: &str) -> bool {
    let declared: BTreeMap<&str, &str> =
        model.categories.iter().map(|decl| (decl.name.value.as_str(), decl.under.value.as_str())).collect();
    let mut reached = BTreeSet::from([name]);
    let mut open = vec![name];
    while let Some(current) = open.pop() {
        if dotted_under(current, root) {
            return true;
        }
        let broader = std::iter::successors(Some(current), |name| name.rsplit_once('.').map(|(broader, _)| broader));
        open.extend(broader.filter_map(|name| declared.get(name).copied()).filter(|above| reached.insert(above)));
    }
    false
}

/// Whether a category is built in or declared.
pub fn is_known(model: &Model, name: &str) -> bool {
    BUILT_IN.contains(&name) || model.categories.iter().any(|decl| decl.name.value == name)
}

/// The special root that a category stands under, if any.
pub fn special_root(model: &Model, name: &str) -> Option<&'static str> {
    SPECIAL.iter().copied().find(|root| is_under(model, name, root))
}

/// The special root that a built-in category stands under by its dots, if any.
pub fn special_root_built_in(name: &str) -> Option<&'static str> {
    SPECIAL.iter().copied().find(|root| dotted_under(name, root))
}

fn dotted_under(name: &str, root: &str) -> bool {
    name.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
