//! Days and instants as people write them on the command line, and the only clock.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use segma::model::Instant;

use super::Failure;

/// The present.
pub fn now() -> Instant {
    Instant::from_micros(Timestamp::now().as_microsecond())
}

/// The day that `--today` names, else today in the project's zone.
pub fn today(written: Option<&str>, zone: &TimeZone) -> Result<Date, Failure> {
    match written {
        Some(text) => day(text)
            .ok_or_else(|| Failure::new(format!("`--today {text}` is not a day")).help("write it as in 2026-05-01")),
        None => Ok(Zoned::new(Timestamp::now(), zone.clone()).date()),
    }
}

/// Noon of a civil day: the instant at which somebody invented is looked at.
pub fn noon(day: Date, zone: &TimeZone) -> Instant {
    let noon = day.at(12, 0, 0, 0).to_zoned(zone.clone()).map(|noon| noon.timestamp().as_microsecond());
    noon.map_or(Instant::FIRST_KNOWN, Instant::from_micros)
}

/// The instant that `--as-of` names: an instant with its offset, or a day, which is its first instant in the project's zone.
/// A time of day without an offset is refused: twice a year it would mean two instants or none.
pub fn instant(written: &str, zone: &TimeZone) -> Result<Instant, Failure> {
    let instant = match day(written) {
        Some(day) => day.to_zoned(zone.clone()).map(|start| start.timestamp()).ok(),
        None => written.parse::<Timestamp>().ok().filter(|_| !is_leap_second(written)),
    };
    let instant = instant.ok_or_else(|| {
        Failure::new(format!("`--as-of {written}` is neither an instant nor a day"))
            .help("write an instant with its offset, as in 2026-05-01T08:00:00Z, or a day, as in 2026-05-01")
    })?;
    let instant = Instant::from_micros(instant.as_microsecond());
    if !instant.is_known() {
        return Err(Failure::new(format!("`--as-of {written}` lies outside 1970-01-02 to 2099-12-31")));
    }
    Ok(instant)
}

/// Whether a second is called 60, which would be read as the one before.
fn is_leap_second(text: &str) -> bool {
    let clock = text.split_once(['T', 't', ' ']).map_or("", |(_, clock)| clock);
    let clock = clock.split(['Z', 'z', '+', '-', '[']).next().unwrap_or(clock);
    let second = clock.split([':', '.', ',']).nth(2);
    let basic =
        clock.split(['.', ',']).next().filter(|digits| !digits.contains(':')).and_then(|digits| digits.get(4..6));
    second.or(basic) == Some("60")
}

/// A civil day in ISO form and nothing else: no time, no zone, no week date.
fn day(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    #[test]
    fn a_day_is_its_first_instant_in_the_zone() {
        assert_eq!(instant("2026-07-01", &berlin()).unwrap().to_string(), "2026-06-30T22:00:00Z");
        assert_eq!(instant("2026-07-01T08:00:00+02:00", &berlin()).unwrap().to_string(), "2026-07-01T06:00:00Z");
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for text in [
            "2026-03-29T02:30",
            "2026-02-30",
            "yesterday",
            "",
            "26-01-01",
            "2026-W01",
            "1960-01-01",
            "2150-01-01",
            "2026-01-01T24:30:00Z",
            "2026-12-31T23:59:60Z",
            "2026-12-31T23:59:60.5+00:00",
            "20261231T235960Z",
        ] {
            assert!(instant(text, &berlin()).is_err(), "{text}");
        }
        assert!(today(Some("2026-13-01"), &berlin()).is_err());
        assert_eq!(today(Some("2026-05-01"), &berlin()).unwrap().to_string(), "2026-05-01");
    }
}
