//! What people were told and promised.

use super::super::ast::{Clause, Decides, Gathering, Informed, PurposePromises, SoftOptIn, Text};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::literal::{a_text, texts};
use super::segment::names;
use super::{Body, a_name, a_path, paths};

/// The clauses of a purpose that say something to people.
pub(super) fn purpose_promises<'t>(cx: &mut Cx<'t>, body: &mut Body<'t>) -> PurposePromises {
    PurposePromises {
        controllers: controllers(cx, body),
        tells: body.once(cx, Rule::cl_tells, paths),
        shares: body.once(cx, Rule::cl_shares, names),
        soft_opt_in: body.once(cx, Rule::cl_soft, |cx, node| {
            Some(SoftOptIn { source: a_name(cx, node)?, because: a_text(cx, node)? })
        }),
        advertises_nothing: body.once(cx, Rule::cl_advertises, a_text),
    }
}

/// `controller "Brand A"`
pub(super) fn controllers<'t>(cx: &mut Cx<'t>, body: &mut Body<'t>) -> Clause<Vec<Text>> {
    body.once(cx, Rule::cl_controller, texts)
}

/// `collected under consent …`, `informed …`
pub(super) fn gathering<'t>(cx: &mut Cx<'t>, body: &mut Body<'t>) -> Gathering {
    Gathering {
        collected: body.once(cx, Rule::cl_collected, a_path),
        informed: body.once(cx, Rule::cl_informed, informed),
    }
}

fn informed(cx: &mut Cx, node: &Node) -> Option<Informed> {
    match node.child(Rule::informed_not) {
        Some(kid) => a_text(cx, &kid).map(|because| Informed::NotNeeded { because }),
        None => a_text(cx, node).map(Informed::By),
    }
}

/// `decides "…" reviewed by "…"`
pub(super) fn decides<'t>(cx: &mut Cx<'t>, body: &mut Body<'t>) -> Clause<Decides> {
    body.once(cx, Rule::cl_decides, |cx, node| {
        let what = a_text(cx, node)?;
        let reviewed_by = node.child(Rule::reviewed_by).and_then(|kid| a_text(cx, &kid));
        Some(Decides { what, reviewed_by })
    })
}
