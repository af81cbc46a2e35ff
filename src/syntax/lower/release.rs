//! Releases: what of a field no longer counts, after review.

use super::super::ast::{Approval, Release};
use super::super::grammar::Rule;
use super::super::node::Cx;
use super::literal::{a_day, a_text};
use super::{Body, paths};

/// `release … from … { … }`
pub(in super::super) fn release<'t>(cx: &mut Cx<'t>, mut body: Body<'t>) -> Release {
    let from = body.head.clone().and_then(|head| paths(cx, &head)).unwrap_or_default();
    Release {
        field: body.path(cx, 0),
        from,
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
