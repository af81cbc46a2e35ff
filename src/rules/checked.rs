//! The proof that a program keeps every rule, and the only door through which it comes.

use super::{Context, RULES, doubt, exceptions, permission};
use crate::diagnostic::{Diagnostic, any_fatal, sort};
use crate::model::{Date, Model};
use crate::privacy::Facts;

/// A program in which nothing was found that stops the compiler. It cannot be made but by [`check`].
#[derive(Debug, Clone)]
pub struct Checked {
    model: Model,
    facts: Facts,
}

impl Checked {
    /// The program.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How its labels flow.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

/// Holds a program against every rule and every policy, as on the day `today`.
///
/// A `Checked` comes out only if the model is complete and no finding is fatal; findings that an exception suppresses stay in the
/// list.
pub fn check(model: Model, today: Date) -> (Vec<Diagnostic>, Option<Checked>) {
    let facts = Facts::of(&model);
    let mut findings = Vec::new();
    {
        let breaches = permission::breaches(&model, &facts);
        let context = Context { model: &model, facts: &facts, breaches, today };
        for rule in RULES {
            let before = findings.len();
            (rule.check)(&context, &mut findings);
            debug_assert!(findings.iter().skip(before).all(|f: &Diagnostic| f.policy.is_some() || f.code == rule.code));
        }
        exceptions::apply(&model, today, &mut findings);
    }
    let round = doubt::Round::of(&model, &facts);
    findings.retain(|finding| !doubt::follows(finding, &model.doubts) && !round.explains(finding));
    sort(&mut findings);
    crate::diagnostic::forget_fixes_of_shipped(&mut findings);
    let sound = model.complete && !any_fatal(&findings);
    (findings, sound.then_some(Checked { model, facts }))
}
