//! RET-10: a clock of days is asked for hours. (That a zone does not exist is found where its declaration is resolved.)

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Length, Model, Segment, Type, Window};
use crate::privacy::Read;

pub(super) static RULE: Rule = Rule { code: Code("RET-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let blurred = cx.facts.segment(id).reads.iter().find_map(|read| blurred(cx.model, segment, read));
        findings.extend(blurred);
    }
}

/// A window of hours over a clock that knows days.
fn blurred(model: &Model, segment: &Segment, read: &Read) -> Option<Diagnostic> {
    let window = read.window?;
    let by_day = model.fields[model.tables[model.governing(read.table)].at?].ty == Type::Date;
    let hours = |length: Length| length.seconds % 86_400 != 0;
    let asked = match window.value {
        Window::Last(length) => hours(length),
        Window::Ago { from, to } => hours(from) || hours(to),
        Window::Period { each, .. } => hours(each),
        Window::LastFull { .. }
        | Window::Units { .. }
        | Window::This(_)
        | Window::Today
        | Window::Yesterday
        | Window::Dates { .. }
        | Window::Since(_)
        | Window::Retained
        | Window::Error => false,
    };
    (by_day && asked).then(|| {
        let name = &model.tables[read.table].name.value;
        Diagnostic::warning(RULE.code, format!("`{name}` knows the day only, and the window asks for hours"))
            .at(window.span, "a day counts as its first instant")
            .reckoned(["a day that is known leaves up to 25 hours open, so W in hours is not certain against it"])
            .because("what happened today at noon would count as having happened at midnight")
            .help("ask for days")
            .about(&segment.name.value)
    })
}
