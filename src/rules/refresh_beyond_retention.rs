//! RET-05: a segment is refreshed less often than its memberships live.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Length, SegmentRetain};
use crate::privacy::algebra::compared;
use crate::privacy::retention::fits;

pub(super) static RULE: Rule = Rule { code: Code("RET-05"), check };

const RHYTHMS: [(&str, Length); 3] =
    [("weekly", Length::days(7)), ("daily", Length::days(1)), ("hourly", Length::seconds(3_600))];

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for segment in cx.model.segments.values() {
        let (Some(refresh), Some(retain)) = (segment.refresh, segment.retain) else { continue };
        let SegmentRetain::For(stored) = retain.value else { continue };
        if fits(refresh.value, stored) {
            continue;
        }
        let message = format!("a membership lives {stored}, but is refreshed only every {}", refresh.value);
        let finding = Diagnostic::error(RULE.code, message)
            .at(refresh.span, format!("longer than {stored}"))
            .and(retain.span, "how long a membership lives")
            .because("people would stay on the list by facts that are gone")
            .help("refresh more often than the membership lives, or retain it longer where the data allows")
            .about(&segment.name.value)
            .reckoned([compared(("refresh", refresh.value), ("S", stored))]);
        findings.push(match RHYTHMS.iter().find(|(_, length)| fits(*length, stored)) {
            Some((word, _)) => finding.fix(format!("refresh it {word}"), refresh.span, format!("refresh  {word}")),
            None => finding,
        });
    }
}
