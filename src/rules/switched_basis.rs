//! LEG-03: a narrower purpose rests on less than the broader one, so another basis steps in where the broader one asks for a yes.
//!
//! A narrower purpose is a part of the broader one: data that may serve the one may serve the other, and a no to the one is a no to both. On
//! a basis that hears no such no it is another use, and stands beside it.

use super::tools::purpose_name;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Basis, Model, PurposeId};
use crate::source::Spanned;

pub(super) static RULE: Rule = Rule { code: Code("LEG-03"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, purpose) in cx.model.purposes.iter() {
        let Some((own, broad)) = switched(cx.model, id) else { continue };
        let Some(parent) = purpose.parent else { continue };
        let (name, above) = (&purpose.name.value, purpose_name(cx.model, parent));
        let words = |basis: Spanned<Basis>| basis.value.words();
        let message =
            format!("`{name}` rests on {}, and `{above}`, of which it is a part, on {}", words(own), words(broad));
        findings.push(
            Diagnostic::error(RULE.code, message)
                .at(own.span, format!("not on {}", words(broad)))
                .and(broad.span, "the basis of the broader purpose")
                .because("whoever said no to the whole, or was never asked, would be reached for a part of it")
                .help(format!(
                    "leave the basis out; or, if it is another use, declare it beside `{above}`, not below it"
                ))
                .about(name),
        );
    }
}

/// Whether a purpose rests on less than what it stands under.
pub(super) fn is_switched(model: &Model, purpose: PurposeId) -> bool {
    model.broader(purpose).any(|id| switched(model, id).is_some())
}

/// The basis of a purpose and that of the broader one, where the one leaves people less choice than the other.
fn switched(model: &Model, purpose: PurposeId) -> Option<(Spanned<Basis>, Spanned<Basis>)> {
    let purpose = &model.purposes[purpose];
    let (own, broad) = (purpose.basis?, model.basis(purpose.parent?)?);
    (choice(own.value) < choice(broad.value)).then_some((own, broad))
}

/// How much people have to say: a yes that is waited for, a no that is heard, neither.
fn choice(basis: Basis) -> u8 {
    match basis {
        Basis::Consent => 2,
        Basis::LegitimateInterest => 1,
        Basis::Contract | Basis::LegalDuty => 0,
    }
}
