//! RET-01: a segment looks further back than the data may be kept, once the life of the membership is taken off.
//!
//! With data kept for R and a membership for S, U = R − S may be read. A score has read as far back as its training looked, plus its own
//! life. Absolute windows are unknown once they leave the usable span, so they only say until when they can be answered.

use super::tools::{chain, through, what};
use super::{Context, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::calendar::add_months;
use crate::model::{Date, Length, Model, Retain, Segment, Table, Window};
use crate::privacy::Read;
use crate::privacy::algebra::{Sum, looks, training};
use crate::privacy::retention::{fits, is_positive, reach, shorter, usable};
use crate::source::{Span, Spanned};

pub(super) static RULE: Rule = Rule { code: Code("RET-01"), check };

/// RET-09: months are held against days.
const MIXED: Code = Code("RET-09");

fn check(cx: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (id, segment) in cx.model.segments.iter() {
        let mut seen: Vec<(Span, Span)> = Vec::new();
        for read in &cx.facts.segment(id).reads {
            let place = read.window.map_or(read.span, |window| window.span);
            let Some(finding) = look(cx, segment, read).filter(|_| !seen.contains(&(read.entry, place))) else {
                continue;
            };
            seen.push((read.entry, place));
            findings.push(finding);
        }
    }
}

fn look(cx: &Context<'_>, segment: &Segment, read: &Read) -> Option<Diagnostic> {
    let table = &cx.model.tables[cx.model.governing(read.table)];
    let stored = segment.retain?.value.length();
    let own = table.retain.as_ref().and_then(|kept| usable(&kept.value, stored));
    // Rows of ids are read along links, which must be readable for as long.
    let identity = table.along.map(|identity| &cx.model.identities[identity]);
    let links = identity.and_then(|identity| usable(&identity.retain.as_ref()?.value, stored));
    let left = match (own, links) {
        (Some(own), Some(links)) => shorter(own, links),
        (own, links) => own.or(links)?,
    };
    if !is_positive(left) {
        return None;
    }
    let (kept, source) = match identity {
        Some(identity) if own != Some(left) => (&identity.retain, identity.name.value.as_str()),
        Some(_) | None => (&table.retain, table.name.value.as_str()),
    };
    let sum = Look { model: cx.model, segment, read, table, kept, source, stored, left };
    if let Some(demanded) = training(cx.model, read) {
        return (!fits(demanded, left)).then(|| sum.too_far(demanded, read.entry));
    }
    let window = read.window?;
    match window.value {
        Window::Dates { from, to } => sum.absolute(window, from, Some(to), cx.today),
        Window::Since(from) => sum.absolute(window, from, None, cx.today),
        Window::Last(_)
        | Window::Ago { .. }
        | Window::LastFull { .. }
        | Window::Period { .. }
        | Window::Units { .. }
        | Window::This(_)
        | Window::Today
        | Window::Yesterday
        | Window::Retained
        | Window::Error => {
            let demanded = reach(window.value).filter(|demanded| !fits(*demanded, left))?;
            let place = if read.via.is_empty() { window.span } else { read.entry };
            Some(sum.mended(sum.too_far(demanded, place), window))
        }
    }
}

struct Look<'a> {
    model: &'a Model,
    segment: &'a Segment,
    read: &'a Read,
    table: &'a Table,
    kept: &'a Option<Spanned<Retain>>,
    /// The name of what is kept so: the table, or the ids that it is read along.
    source: &'a str,
    stored: Length,
    left: Length,
}

impl Look<'_> {
    fn too_far(&self, demanded: Length, place: Span) -> Diagnostic {
        let name = &self.table.name.value;
        let left = self.left;
        let message = format!("looks {demanded} back at `{name}`, of which only {left} may be read");
        let finding = Diagnostic::error(RULE.code, message)
            .reckoned(self.steps(Some(demanded)))
            .at(place, format!("{demanded} back{}", through(self.model, self.read)));
        let mut finding = chain(self.model, finding, self.read);
        if let Some(Spanned { value: Retain::For { length, .. }, span }) = self.kept {
            finding = finding.and(*span, format!("kept for {length}"));
        }
        if let Some(retain) = self.segment.retain.filter(|_| self.stored != Length::default()) {
            finding = finding.and(retain.span, format!("the membership lives {} longer", self.stored));
        }
        if mixed(demanded, left) {
            finding = finding.also(MIXED);
        }
        finding.because(self.consequence()).help(self.remedy()).about(&self.segment.name.value)
    }

    /// R, S, U, W and what comes of them.
    fn steps(&self, demanded: Option<Length>) -> Vec<String> {
        let (_, words) = looks(self.model, self.read);
        let kept = self.kept.as_ref().map(|kept| &kept.value);
        kept.map_or_else(Vec::new, |kept| Sum::of(self.source, kept, self.stored, demanded, &words).steps)
    }

    fn longest_months(&self) -> Option<i64> {
        (1..=self.left.months).rev().find(|months| fits(Length::months(*months), self.left))
    }

    /// The longest window of whole months, or else days, that may be read.
    fn longest(&self) -> Option<Length> {
        let days =
            || (1..=self.left.seconds.div_euclid(86_400)).rev().find(|days| fits(Length::days(*days), self.left));
        self.longest_months().map(Length::months).or_else(|| days().map(Length::days))
    }

    fn consequence(&self) -> &'static str {
        match self.stored == Length::default() {
            true => "the audience would show what people did at a time that should be forgotten",
            false => "a stored membership would show what people did at a time that should be forgotten",
        }
    }

    fn remedy(&self) -> String {
        let way = match (self.read.through_model().is_some(), self.longest()) {
            (true, _) => "retrain the model on less".to_owned(),
            (false, Some(longest)) if self.read.context == crate::privacy::Context::Cap => {
                format!("count contacts over at most {longest}")
            }
            (false, Some(longest)) => {
                format!("write `over last {longest}`, or `over retained history` for exactly what may be read")
            }
            (false, None) => "write `over retained history` for exactly what may be read".to_owned(),
        };
        // A membership that is never stored cannot live shorter.
        match self.stored == Length::default() {
            true => way,
            false => format!("{way}; or let the membership live shorter"),
        }
    }

    /// A shorter window, where it stands in the segment itself.
    fn mended(&self, finding: Diagnostic, window: Spanned<Window>) -> Diagnostic {
        let written_as_one = !matches!(window.value, Window::Period { .. } | Window::Units { .. });
        if !written_as_one || !self.read.via.is_empty() || self.read.context == crate::privacy::Context::Cap {
            return finding;
        }
        let text = match (window.value, self.longest_months()) {
            (Window::Last(Length { months: 1.., seconds: 0 }), Some(months)) => {
                format!("over last {}", Length::months(months))
            }
            (_, _) => "over retained history".to_owned(),
        };
        finding.fix(format!("look {text}").replace("look over", "look back over"), window.span, text)
    }

    fn absolute(&self, window: Spanned<Window>, from: Date, to: Option<Date>, today: Date) -> Option<Diagnostic> {
        let read = what(self.model, self.read);
        let about = |finding: Diagnostic| finding.about(&self.segment.name.value);
        let until = forward(from, self.left);
        let gone = to.is_some_and(|to| forward(to, self.left) < today);
        let finding = if gone {
            Diagnostic::warning(RULE.code, format!("this window lies wholly before what may be read of `{read}`"))
                .at(window.span, format!("only {} may be read", self.left))
                .because("whatever is asked of it is unknown, so nobody would be a member")
                .help("choose a window that is still kept")
        } else if until < today {
            Diagnostic::warning(RULE.code, format!("this window begins before what may be read of `{read}`"))
                .at(window.span, format!("could be answered until {until}"))
                .because("whatever is asked of it is unknown, so nobody would be a member")
                .help("let it begin later")
        } else {
            Diagnostic::note(RULE.code, format!("this window can be answered until {until}"))
                .at(window.span, format!("{} of `{}` may be read", self.left, self.table.name.value))
                .because("from then on it begins before what may be read, and nobody would be a member")
        };
        Some(about(chain(self.model, finding, self.read)).reckoned(self.steps(None)))
    }
}

/// Whether one side counts days only, and the other months.
fn mixed(demanded: Length, left: Length) -> bool {
    (demanded.months == 0) != (left.months == 0)
}

/// The civil day so long after another: exact to the day, which is all that a finding needs.
fn forward(day: Date, length: Length) -> Date {
    let months = i32::try_from(length.months).unwrap_or(i32::MAX);
    let days = i32::try_from(length.seconds.div_euclid(86_400)).unwrap_or(i32::MAX);
    let moved = add_months(day, months).civil();
    moved.checked_add(jiff::Span::new().days(days)).map_or(Date::from(moved), Date::from)
}
