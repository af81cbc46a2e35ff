//! GOV-04: an exception reaches for a policy that admits none.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};

pub(super) static RULE: Rule = Rule { code: Code("GOV-04"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for exception in &cx.model.exceptions {
        let Some(named) = exception.policy else { continue };
        let policy = &cx.model.policies[named.value];
        if policy.excepts {
            continue;
        }
        findings.push(
            Diagnostic::error(RULE.code, format!("policy `{}` admits no exceptions", policy.name.value))
                .at(named.span, "cannot be excepted from")
                .and(policy.name.span, "says `no exceptions`")
                .because("people were promised a line that nobody moves")
                .help("remove the exception, and what made somebody want it")
                .about(&policy.name.value),
        );
    }
}
