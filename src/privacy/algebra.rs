//! The sums of retention, written out: R, S, U = R − S, W, and whether W ≤ U.
//!
//! What is derived here is printed beside every finding of the family and in the account of a segment, so that a reader can follow
//! each step. The arithmetic itself is that of [`super::retention`].

use crate::model::{Length, Model, Retain, TableKind, describe};

use super::retention::{at_least_seconds, fewest_days, fits, most_days, plus, reach, usable};
use super::{Read, StepKind};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// One table, or one kind of link, held against the life of a membership and a look back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sum {
    /// What is read.
    pub source: String,
    /// R: for how long it is kept; `None` while it is listed.
    pub kept: Option<Length>,
    /// S: for how long a membership is stored.
    pub stored: Length,
    /// U = R − S; `None` without bound.
    pub usable: Option<Length>,
    /// W: how far back is looked; `None` for what is there now, and for absolute windows, which are held against U when they are run.
    pub window: Option<Length>,
    /// The look back in words; empty for what is there now.
    pub looks: String,
    /// Whether U is more than nothing and W ≤ U.
    pub holds: bool,
    /// Each step in words.
    pub steps: Vec<String>,
}

impl Sum {
    /// What is kept as `kept` says, for a membership that is stored for so long, looked at so far back.
    pub fn of(source: &str, kept: &Retain, stored: Length, window: Option<Length>, looks: &str) -> Self {
        let left = usable(kept, stored);
        let holds = left.is_none_or(|left| super::retention::is_positive(left) && window.is_none_or(|w| fits(w, left)));
        let kept = match kept {
            Retain::For { length, .. } => Some(*length),
            Retain::WhileListed { .. } => None,
        };
        let sum = Self {
            source: source.to_owned(),
            kept,
            stored,
            usable: left,
            window,
            looks: looks.to_owned(),
            holds,
            steps: Vec::new(),
        };
        Self { steps: sum.written(), ..sum }
    }

    fn written(&self) -> Vec<String> {
        let mut steps = Vec::new();
        steps.push(match self.kept {
            Some(kept) => format!("R = {kept}, for which `{}` is kept", self.source),
            None => format!("R is without end: `{}` is kept while it is listed", self.source),
        });
        steps.push(stored(self.stored));
        let Some(left) = self.usable else {
            steps.push("U = R − S is without end, so whatever is there now may be read".to_owned());
            return steps;
        };
        steps.push(positive(left, self.kept.unwrap_or_default(), self.stored));
        if !super::retention::is_positive(left) {
            return steps;
        }
        match (self.window, self.looks.as_str()) {
            (Some(window), looks) => {
                steps.push(format!(
                    "W = {window}{}",
                    if looks.is_empty() { String::new() } else { format!(", {looks}") }
                ));
                steps.push(compared(("W", window), ("U", left)));
            }
            (None, "") => steps.push("W = 0: what is there now, as long as it is within U".to_owned()),
            (None, looks) => {
                steps.push(format!("{looks}: unknown, and so nobody, from the day on which it begins before U"))
            }
        }
        steps
    }
}

/// S in words.
pub fn stored(length: Length) -> String {
    if length == Length::default() {
        "S = 0, as no membership is stored".to_owned()
    } else {
        format!("S = {length}, for which a membership is stored")
    }
}

fn positive(left: Length, kept: Length, stored: Length) -> String {
    let written = format!("U = R − S = {}", difference(kept, stored));
    if super::retention::is_positive(left) {
        format!("{written}, which may be read")
    } else {
        format!("{written}, which is not certainly more than nothing{}", bound(left))
    }
}

/// `26 months − 30 days = 26 months less 30 days`; where the units are alike only what comes of it.
fn difference(a: Length, b: Length) -> String {
    let left = Length { months: a.months - b.months, seconds: a.seconds - b.seconds };
    if b == Length::default() { a.to_string() } else { format!("{a} − {b} = {}", signed(left)) }
}

/// Whether one length fits into another, with what is left over or missing.
pub fn compared((small, demanded): (&str, Length), (large, allowed): (&str, Length)) -> String {
    let left = Length { months: allowed.months - demanded.months, seconds: allowed.seconds - demanded.seconds };
    let subtracted = if small.contains(" + ") { format!("({small})") } else { small.to_owned() };
    let shown = format!("{large} − {subtracted} = {}{}", signed(left), bound(left));
    if fits(demanded, allowed) {
        format!("{small} ≤ {large} holds: {shown}")
    } else {
        format!("{small} ≤ {large} does not hold: {shown}")
    }
}

/// What calendar months are counted as, where there are any.
fn bound(left: Length) -> String {
    let months = |m: i64| Length::months(m).to_string();
    let least = at_least_seconds(left);
    match left.months {
        0 => String::new(),
        m if m > 0 => {
            format!("; {} count as {} days less an hour, so {} for certain", months(m), fewest_days(m), exact(least))
        }
        m => format!("; {} count as {} days and an hour, so {} at worst", months(-m), most_days(-m), exact(least)),
    }
}

/// Days and hours, with their sign.
fn exact(seconds: i64) -> String {
    let (days, hours) = (seconds.abs() / DAY, seconds.abs() % DAY / HOUR);
    let days = if days == 0 && hours > 0 { String::new() } else { Length::days(days).to_string() };
    let hours = if hours == 0 { String::new() } else { Length::seconds(hours * HOUR).to_string() };
    let both = [days, hours].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" and ");
    if seconds < 0 { format!("minus {both}") } else { both }
}

/// A difference, which may be less than nothing.
fn signed(left: Length) -> String {
    let negative = left.months < 0 || left.months == 0 && left.seconds < 0;
    if negative {
        format!("minus {}", bare(Length { months: -left.months, seconds: -left.seconds }))
    } else {
        bare(left)
    }
}

fn bare(length: Length) -> String {
    match (length.months, length.seconds) {
        (m, s) if m != 0 && s != 0 => format!("({length})"),
        (_, _) => length.to_string(),
    }
}

/// How far back a reading looks, and the words for it. `None`: nowhere, or at an absolute window.
pub fn looks(model: &Model, read: &Read) -> (Option<Length>, String) {
    if let Some(demanded) = training(model, read) {
        return (
            Some(demanded),
            "how far its model looked back in training, and for how long the score is kept".to_owned(),
        );
    }
    match read.window {
        Some(window) => (reach(window.value), describe::window(window.value)),
        None => (None, String::new()),
    }
}

/// How far back a score has read: its training's look, plus its own life; and so on through models that were trained on scores.
pub fn training(model: &Model, read: &Read) -> Option<Length> {
    read.through_model()?;
    let models = read.via.iter().filter_map(|step| match step.kind {
        StepKind::Model(id) => Some(&model.tables[id]),
        StepKind::Segment(_) | StepKind::Define(_) => None,
    });
    let reaches = models.filter_map(|table| {
        let TableKind::Score(score) = &table.kind else { return None };
        let looked = score.looking_back?.value;
        match &table.retain.as_ref()?.value {
            Retain::For { length, .. } => Some(plus(looked, *length)),
            Retain::WhileListed { .. } => Some(looked),
        }
    });
    Some(reaches.fold(Length::default(), plus))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(length: Length) -> Retain {
        Retain::For { length, after: None }
    }

    #[test]
    fn every_step_is_written() {
        let sum = Sum::of(
            "orders",
            &kept(Length::months(26)),
            Length::days(30),
            Some(Length::months(12)),
            "over the last 12 months",
        );
        let steps = [
            "R = 26 months, for which `orders` is kept",
            "S = 30 days, for which a membership is stored",
            "U = R − S = 26 months − 30 days = (26 months less 30 days), which may be read",
            "W = 12 months, over the last 12 months",
            "W ≤ U holds: U − W = (14 months less 30 days); 14 months count as 424 days less an hour, so 393 days and 23 hours for certain",
        ];
        assert_eq!(sum.steps, steps);
        assert!(sum.holds);
    }

    #[test]
    fn what_does_not_fit_says_by_how_much() {
        let sum = Sum::of("orders", &kept(Length::months(13)), Length::default(), Some(Length::months(24)), "");
        assert_eq!(sum.steps[1], "S = 0, as no membership is stored");
        assert_eq!(
            sum.steps[4],
            "W ≤ U does not hold: U − W = minus 11 months; 11 months count as 337 days and an hour, so minus 337 days and 1 hour at worst"
        );
        let equal = Sum::of("orders", &kept(Length::days(90)), Length::default(), Some(Length::days(90)), "");
        assert!(equal.holds);
        assert_eq!(equal.steps[4], "W ≤ U holds: U − W = 0 days");
        let gone = Sum::of("orders", &kept(Length::days(30)), Length::days(30), None, "");
        assert!(!gone.holds && gone.steps.len() == 3, "{:?}", gone.steps);
    }
}
