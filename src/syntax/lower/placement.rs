//! Placements.

use super::super::ast::{Placement, Show};
use super::super::grammar::Rule;
use super::super::node::{Cx, Node};
use super::literal::a_text;
use super::{Body, a_name};

/// `placement … { … }`
pub(in super::super) fn placement<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Placement {
    Placement {
        name: body.name(cx, 0),
        owner: body.once(cx, Rule::cl_owner, a_text),
        because: body.once(cx, Rule::cl_because, a_text),
        channel: body.once(cx, Rule::cl_channel, a_name),
        shows: body.many(cx, Rule::cl_show_to, show),
        otherwise: body.once(cx, Rule::cl_otherwise, a_text),
        lost: body.lost,
    }
}

fn show(cx: &mut Cx, node: &Node) -> Option<Show> {
    let what = a_text(cx, node)?;
    let to = a_name(cx, node)?;
    Some(Show { what, to, span: cx.span(node) })
}
