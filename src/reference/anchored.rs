//! Windows that hang on an instant of another row.

use crate::model::{Anchored, Instant, Value};

use super::condition::{Env, Run};
use super::expression::Val;
use super::time::Span;

/// An anchored window, worked out for the rows that are bound.
#[derive(Debug, Clone, Copy)]
pub struct Hung {
    /// From when to when.
    pub span: Span,
    /// Whether more may come, because it is not over and that was not waived.
    pub more: bool,
}

impl<'a> Run<'a> {
    /// The window; `None` where nobody can tell it: something that it hangs on is missing, it starts before what may be read, or it has not
    /// begun and only what happened so far is asked.
    pub(super) fn hung(&self, anchored: &Anchored, usable: Instant, env: &Env<'a>) -> Option<Hung> {
        let instant = |value: Val| match value {
            Val::Known(Value::Instant(instant)) => Some(instant),
            Val::Known(_) | Val::Number(_) | Val::Count(..) | Val::Missing | Val::Unknown => None,
        };
        let start = instant(self.eval(&anchored.start, env))?;
        let ends = anchored.ends.iter().map(|(from, length)| {
            let from = instant(self.eval(from, env))?;
            Some(self.time.after(from, *length))
        });
        let ends: Option<Vec<Instant>> = ends.collect();
        let end = ends?.into_iter().min();
        let now = self.time.now;
        if start < usable || (anchored.so_far && start >= now) {
            return None;
        }
        let from = if anchored.open { start.plus_micros(1) } else { start };
        let more = !anchored.so_far && end.is_some_and(|end| end > now);
        Some(Hung { span: Span { from, to: end.map_or(now, |end| end.min(now)) }, more })
    }
}
