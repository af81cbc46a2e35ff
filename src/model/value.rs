//! Values as the language knows them: exact decimals, civil dates, instants, text. No floats anywhere.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A decimal or an amount of money: at most 18 digits before the point and 6 after it, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i128);

impl Decimal {
    /// Digits kept after the point.
    pub const SCALE: u32 = 6;
    const ONE: i128 = 1_000_000;
    const LIMIT: i128 = 1_000_000_000_000_000_000 * Self::ONE;

    /// From millionths; `None` outside 18 + 6 digits.
    pub fn from_micros(micros: i128) -> Option<Self> {
        (-Self::LIMIT < micros && micros < Self::LIMIT).then_some(Self(micros))
    }

    /// From a whole number.
    pub fn from_int(n: i64) -> Option<Self> {
        Self::from_micros(i128::from(n) * Self::ONE)
    }

    /// The value in millionths.
    pub fn micros(self) -> i128 {
        self.0
    }
}

impl fmt::Display for Decimal {
    /// The shortest plain notation: `12`, `-0.5`, `3.141593`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.abs() / Self::ONE, self.0.abs() % Self::ONE);
        if rest == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{rest:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl FromStr for Decimal {
    type Err = ();

    /// Plain notation only: an optional sign, digits, an optional point with digits. More than 6 places after the point
    /// fit only where the rest are zeros; an exponent never does.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 30 || !all_digits(whole) || !all_digits(fraction) {
            return Err(());
        }
        if digits.ends_with('.') || fraction.bytes().skip(6).any(|byte| byte != b'0') {
            return Err(());
        }
        let whole: i128 = whole.parse().map_err(|_| ())?;
        let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(6).collect();
        let kept: i128 = kept.parse().map_err(|_| ())?;
        let micros = whole.checked_mul(Self::ONE).and_then(|whole| whole.checked_add(kept)).ok_or(())?;
        Self::from_micros(if negative { -micros } else { micros }).ok_or(())
    }
}

/// A civil date: no zone, no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Year, month from 1, day from 1; `None` where no such day exists or the year is outside 0..=9999.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().filter(|date| date.year() >= 0).map(Self)
    }

    /// Whether a cell may hold it: years 1 to 9999, which every engine knows.
    pub fn is_readable(self) -> bool {
        self.0.year() >= 1
    }

    /// The date as jiff knows it.
    pub fn civil(self) -> jiff::civil::Date {
        self.0
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl FromStr for Date {
    type Err = ();

    /// Exactly `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let shape = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        if !shape {
            return Err(());
        }
        let mut parts = text.split('-');
        let mut next = || parts.next().and_then(|part| part.parse::<i16>().ok()).ok_or(());
        let (year, month, day) = (next()?, next()?, next()?);
        Self::new(year, i8::try_from(month).map_err(|_| ())?, i8::try_from(day).map_err(|_| ())?).ok_or(())
    }
}

/// An instant in UTC with microseconds. Instants outside [1970-01-02, 2100-01-01) are *unknown* wherever a clock is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The first known instant, 1970-01-02T00:00:00Z.
    pub const FIRST_KNOWN: Instant = Instant(86_400_000_000);
    /// One past the last known instant, 2100-01-01T00:00:00Z.
    pub const KNOWN_END: Instant = Instant(4_102_444_800_000_000);

    /// The first instant that a cell may hold, 0001-01-02T00:00:00Z: from here on every engine can convert, whatever the zone.
    pub const FIRST_READABLE: Instant = Instant(-62_135_510_400_000_000);
    /// The last instant that a cell may hold, 9999-12-30T00:00:00Z, likewise. A cell outside cannot be read.
    pub const LAST_READABLE: Instant = Instant(253_402_128_000_000_000);

    /// From microseconds since 1970-01-01T00:00:00Z.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Whether a cell may hold it.
    pub fn is_readable(self) -> bool {
        Self::FIRST_READABLE <= self && self <= Self::LAST_READABLE
    }

    /// Whether it lies in the range in which clocks are believed.
    pub fn is_known(self) -> bool {
        Self::FIRST_KNOWN <= self && self < Self::KNOWN_END
    }

    /// This instant moved by whole microseconds; saturates.
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }
}

impl fmt::Display for Instant {
    /// `2026-01-02T03:04:05Z`, with six decimals only where they are not zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(time) = jiff::Timestamp::from_microsecond(self.0) else { return write!(f, "{}us", self.0) };
        let civil = time.to_zoned(jiff::tz::TimeZone::UTC).datetime();
        let (date, clock) = (civil.date(), civil.time());
        write!(f, "{}T{:02}:{:02}:{:02}", Date(date), clock.hour(), clock.minute(), clock.second())?;
        let micros = self.0.rem_euclid(1_000_000);
        if micros != 0 {
            write!(f, ".{micros:06}")?;
        }
        f.write_str("Z")
    }
}

impl FromStr for Instant {
    type Err = ();

    /// RFC 3339 with `Z` or an offset.
    fn from_str(text: &str) -> Result<Self, ()> {
        text.parse::<jiff::Timestamp>().map(|time| Self(time.as_microsecond())).map_err(|_| ())
    }
}

macro_rules! as_text {
    ($ty:ident, $what:literal, $pattern:literal) => {
        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|()| serde::de::Error::custom(concat!("not ", $what)))
            }
        }
        impl JsonSchema for $ty {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($ty).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}

as_text!(Decimal, "a decimal of at most 18 + 6 digits", r"^-?[0-9]{1,18}(\.[0-9]{1,6})?$");
as_text!(Date, "a date as YYYY-MM-DD", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
as_text!(Instant, "an instant as RFC 3339", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z$");

/// A value of a row, a literal, or the result of a computation that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "value", rename_all = "snake_case", deny_unknown_fields)]
pub enum Value {
    /// Text, compared by its code points.
    Text(String),
    /// Truth.
    Boolean(bool),
    /// A whole number. In JSON it is a string, so that no reader rounds it.
    Integer(
        #[serde(with = "int_text")]
        #[schemars(with = "String")]
        i64,
    ),
    /// A decimal, a probability (0 to 1), or an amount whose currency the type holds.
    Decimal(Decimal),
    /// A civil date.
    Date(Date),
    /// An instant.
    Instant(Instant),
}

mod int_text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(n: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(n)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("not a whole number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_bounded() {
        let ok = |text: &str| text.parse::<Decimal>().map(|d| d.to_string());
        assert_eq!(ok("0.1"), Ok("0.1".into()));
        assert_eq!(ok("-000.500000"), Ok("-0.5".into()));
        assert_eq!(ok("999999999999999999.999999"), Ok("999999999999999999.999999".into()));
        for bad in ["1000000000000000000", "1e5", "", ".5", "5.", "0.1234567", "NaN", "1_000", " 1"] {
            assert_eq!(ok(bad), Err(()), "{bad}");
        }
    }

    #[test]
    fn dates_and_instants_round_trip() {
        assert_eq!("2024-02-29".parse::<Date>().map(|d| d.to_string()), Ok("2024-02-29".into()));
        assert_eq!("2023-02-29".parse::<Date>(), Err(()));
        assert_eq!("2023-2-09".parse::<Date>(), Err(()));
        let t: Instant = "2026-03-29T02:30:00+02:00".parse().unwrap();
        assert_eq!(t.to_string(), "2026-03-29T00:30:00Z");
        assert!(!Instant::from_micros(0).is_known());
    }
}
