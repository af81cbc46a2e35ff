//! `stay for 14 days`: a member remains for a while, by what is stored of the membership.

use crate::privacy::retention::fits;
use crate::source::Spanned;
use crate::syntax::ast;

use super::names::unfit;
use super::*;

impl<'a> Resolver<'a> {
    /// Nobody remains longer than a stored membership may live, and nobody at all where none is stored.
    pub(super) fn stay(&mut self, id: SegmentId, it: &'a ast::Segment) {
        let Some(stay) = it.stay else { return };
        let lasts = stay.map(length);
        let retain = self.model.segments[id].retain;
        let stored = retain.map(|retain| (retain, retain.value.length()));
        if let Some((retain, kept)) = stored.filter(|(_, kept)| !fits(lasts.value, *kept)) {
            self.stays_too_long(lasts, retain, kept);
        }
        self.model.segments[id].stay = Some(lasts);
    }

    fn stays_too_long(&mut self, lasts: Spanned<Length>, retain: Spanned<SegmentRetain>, kept: Length) {
        let nothing = kept == Length::default();
        let message = if nothing {
            "members cannot stay where no membership is stored".to_owned()
        } else {
            format!("members stay for {}, but a stored membership lives {kept}", lasts.value)
        };
        let label = if nothing { "nothing is stored" } else { "how long a stored membership lives" };
        let finding = unfit(message, lasts.span, "longer than a membership is kept")
            .and(retain.span, label)
            .because("who was in the audience, and so what that says of a person, would be remembered beyond its end");
        let finding = if nothing {
            finding
                .help(format!("write `retain {}` or more, where the data allows it, or leave `stay` out", lasts.value))
        } else {
            finding
                .help("let members stay no longer than `retain` says, or retain longer where the data allows it")
                .fix(format!("stay for {kept}"), lasts.span, format!("stay for {kept}"))
        };
        self.report(finding);
    }
}
