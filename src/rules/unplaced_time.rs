//! RET-10: a time stands in a zone that does not exist, or a clock of days is asked for hours.

use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::calendar::Zone;
use crate::model::{Length, Model, Segment, Type, Window};
use crate::privacy::Read;

pub(super) static RULE: Rule = Rule { code: Code("RET-10"), check };

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for field in cx.model.fields.values() {
        let Type::Instant(Some(zone)) = &field.ty else { continue };
        if Zone::named(zone).is_none() {
            findings.push(
                Diagnostic::error(RULE.code, format!("there is no time zone `{zone}`"))
                    .at(field.span, "stands in no zone")
                    .because("nobody could say which instant it is, nor whether a no came before a yes")
                    .help("name a zone of the IANA database: `in zone \"Europe/Berlin\"`")
                    .about(&cx.model.tables[field.table].name.value),
            );
        }
    }
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
        Window::LastFull { .. }
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
            .because("what happened today at noon would count as having happened at midnight")
            .help("ask for days")
            .about(&segment.name.value)
    })
}
