//! CON-12: a destination can neither remove people nor let them expire.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("CON-12"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let clinging = cx.model.destinations.values().filter(|to| to.removes_members.is_none() && to.expires.is_none());
    findings.extend(clinging.map(|to| {
        Diagnostic::error(RULE.code, format!("destination `{}` never lets anybody go", to.name.value))
            .at(to.name.span, "neither `removes members` nor `expires after`")
            .because("somebody who withdraws would stay on its lists")
            .help("declare `removes members` if it takes removals, or `expires after 30 days` if it forgets by itself")
            .about(&to.name.value)
    }));
}
