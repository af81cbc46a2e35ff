//! Rows from the past: where ledgers are too old for today, the day is named as of which they were not.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use segma::model::Instant;
use segma::plan::SegmentPlan;
use segma::run;

use super::super::console::Console;

/// What to write instead, where stale ledgers empty a run and an earlier instant does not; it is tried before it is said.
pub fn remark(
    data: &run::Data,
    plans: &[&SegmentPlan],
    spoke: &[Instant],
    zone: &TimeZone,
    console: &Console,
) -> Option<String> {
    let last = spoke.iter().min()?;
    let works = |at: &(String, Instant)| {
        let previews = data.preview(plans, at.1, console);
        previews.into_iter().all(|preview| preview.outcome.is_ok_and(|outcome| outcome.waterfall.spoke.is_none()))
    };
    let (written, _) = candidates(*last, zone).into_iter().find(works)?;
    Some(format!("ledgers in `[data]` end in the past and are stale by now: `--as-of {written}` is when they were not"))
}

/// The day after the last that is spoken of, that day itself, and the second after.
fn candidates(last: Instant, zone: &TimeZone) -> Vec<(String, Instant)> {
    let Ok(last) = Timestamp::from_microsecond(last.micros()) else { return Vec::new() };
    let day = last.to_zoned(zone.clone()).date();
    let start = |day: jiff::civil::Date| {
        let at = day.to_zoned(zone.clone()).ok()?.timestamp();
        Some((day.to_string(), Instant::from_micros(at.as_microsecond())))
    };
    let soon = Timestamp::from_second(last.as_second() + 1).ok();
    let soon = soon.map(|at| (at.to_string(), Instant::from_micros(at.as_microsecond())));
    day.tomorrow().ok().and_then(start).into_iter().chain(start(day)).chain(soon).collect()
}
