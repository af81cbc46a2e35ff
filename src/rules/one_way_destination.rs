//! GOV-09: a destination takes somebody in faster, or more easily, than it lets them go.
//!
//! Where people said yes to be reached, saying no must be as easy. A destination that only forgets by itself leaves them on its list until
//! then; one that is cleaned by hand waits for somebody. What a destination of letters forgets in time is a print run, and over anyway.

use super::tools::consent_purposes;
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Channel, Destination, Model, Segment};
use crate::privacy::retention::fits;
use crate::source::Span;

pub(super) static RULE: Rule = Rule { code: Code("GOV-09"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, to) in cx.model.destinations.iter() {
        let Some((at, how)) = slow(to) else { continue };
        let goes = |segment: &&Segment| segment.destinations.iter().any(|destination| destination.value == id);
        let mut users = cx.model.segments.values().filter(goes).filter(|segment| on_leave(cx.model, to, segment));
        let Some(user) = users.next() else { continue };
        let name = &to.name.value;
        findings.push(
            Diagnostic::warning(RULE.code, format!("`{name}` takes people in at once, and {how}"))
                .at(at, "so a withdrawal waits")
                .and(user.name.span, format!("`{}` sends people there who said yes", user.name.value))
                .because("whoever says no goes on being reached, though their yes was taken in a moment")
                .help("use a destination that `removes members`; for letters, let it expire once the run is printed")
                .about(name),
        );
    }
}

/// What lets people go slowly, and how.
fn slow(to: &Destination) -> Option<(Span, String)> {
    if let Some(removes) = to.removes_members {
        return to.removes_by_hand.then(|| (removes, "lets them go by hand".to_owned()));
    }
    let expires = to.expires.filter(|_| to.channel.map(|channel| channel.value) != Some(Channel::Post))?;
    let soon = to.lag.is_some_and(|lag| fits(expires.value, lag.value));
    (!soon).then(|| (expires.span, format!("lets them go only after {}", expires.value)))
}

/// Whether a segment rests on consent, and is not refused there anyway.
fn on_leave(model: &Model, to: &Destination, segment: &Segment) -> bool {
    let refused = match (to.removes_members, to.expires, segment.retain) {
        (None, Some(expires), Some(retain)) => !fits(expires.value, retain.value.length()),
        _ => false,
    };
    !refused && consent_purposes(model, segment).next().is_some()
}
