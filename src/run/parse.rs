//! Strict reading of cells written as text. What does not read is unreadable, never missing, and never guessed.
//!
//! Dates are `YYYY-MM-DD`. Instants are RFC 3339, a space for the T allowed, with `Z`, `±HH:MM` or `±HH`; wall times are the same
//! without offset. Fractions of a second keep six digits; more are read only where they are zeros.

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<i32> {
    let (days, rest) = leading_date(text.as_bytes())?;
    if rest.is_empty() { i32::try_from(days).ok() } else { None }
}

/// Microseconds of a wall clock since 1970-01-01T00:00:00.
pub(super) fn wall(text: &str) -> Option<i64> {
    let (micros, rest) = leading_wall(text.as_bytes())?;
    rest.is_empty().then_some(micros)
}

/// Microseconds since 1970-01-01T00:00:00Z.
pub(super) fn instant(text: &str) -> Option<i64> {
    let (micros, rest) = leading_wall(text.as_bytes())?;
    let offset = match rest {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), hours @ ..] => {
            let (h, rest) = two(hours, 23)?;
            let minutes = match rest {
                [] => 0,
                [b':', rest @ ..] => {
                    let (m, rest) = two(rest, 59)?;
                    if !rest.is_empty() {
                        return None;
                    }
                    m
                }
                [_, ..] => return None,
            };
            let seconds = h * 3600 + minutes * 60;
            if *sign == b'-' { -seconds } else { seconds }
        }
        [] | [_, ..] => return None,
    };
    Some(micros - offset * 1_000_000)
}

/// A whole number of 64 bits in decimal digits, `-` before it allowed.
pub(super) fn integer(text: &str) -> Option<i64> {
    if text.starts_with('+') { None } else { text.parse().ok() }
}

/// A finite number in plain or scientific notation.
pub(super) fn real(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'));
    text.parse().ok().filter(|n: &f64| plain && n.is_finite())
}

/// `true` or `false`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A UUID in canonical lower-case text.
pub(super) fn uuid(text: &str) -> Option<String> {
    let shape = text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| match i {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    shape.then(|| text.to_ascii_lowercase())
}

/// Days since 1970-01-01 of a civil date; `None` where there is no such day.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if day < 1 || day > length {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn leading_date(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (century, rest) = two(bytes, 99)?;
    let (year, rest) = two(rest, 99)?;
    let (month, rest) = two(rest.strip_prefix(b"-")?, 12)?;
    let (day, rest) = two(rest.strip_prefix(b"-")?, 31)?;
    Some((days(century * 100 + year, month, day)?, rest))
}

fn leading_wall(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (days, rest) = leading_date(bytes)?;
    let [b'T' | b't' | b' ', rest @ ..] = rest else { return None };
    let (h, rest) = two(rest, 23)?;
    let (m, rest) = two(rest.strip_prefix(b":")?, 59)?;
    let (s, rest) = two(rest.strip_prefix(b":")?, 59)?;
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => fraction(rest)?,
        None => (0, rest),
    };
    Some((days * MICROS_PER_DAY + (h * 3600 + m * 60 + s) * 1_000_000 + fraction, rest))
}

fn fraction(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (written, rest) = bytes.split_at_checked(digits)?;
    if digits == 0 || digits > 9 || written.iter().skip(6).any(|byte| *byte != b'0') {
        return None;
    }
    let padded = written.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    Some((padded.fold(0, |sum, byte| sum * 10 + i64::from(byte - b'0')), rest))
}

fn two(bytes: &[u8], max: i64) -> Option<(i64, &[u8])> {
    let [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] = bytes else { return None };
    let n = i64::from(a - b'0') * 10 + i64::from(b - b'0');
    (n <= max).then_some((n, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Date, Instant};

    #[test]
    fn dates_read_as_the_calendar_knows_them() {
        for text in ["1970-01-01", "2000-02-29", "2026-12-31", "0000-01-01", "9999-12-31", "1969-12-31"] {
            let known: Date = text.parse().unwrap();
            let epoch: Date = "1970-01-01".parse().unwrap();
            let days = (known.civil() - epoch.civil()).get_days();
            assert_eq!(date(text), Some(days), "{text}");
        }
        for bad in ["2023-02-29", "2023-13-01", "2023-00-10", "2023-1-1", "2023-01-01 ", "20230101", "", "２023-01-01"]
        {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn instants_need_an_offset_and_walls_have_none() {
        let reads = |text: &str| instant(text).map(|micros| Instant::from_micros(micros).to_string());
        assert_eq!(reads("2026-03-29T02:30:00+02:00").as_deref(), Some("2026-03-29T00:30:00Z"));
        assert_eq!(reads("2026-03-29 02:30:00.25-03").as_deref(), Some("2026-03-29T05:30:00.250000Z"));
        assert_eq!(reads("9999-12-31T23:59:59.123456000Z").map(|_| ()), Some(()));
        for bad in [
            "2026-03-29T02:30:00",
            "2026-03-29",
            "2026-03-29T24:00:00Z",
            "2026-03-29T02:30Z",
            "infinity",
            "2026-03-29T02:30:00.1234567Z",
            "2026-03-29T02:30:60Z",
            "2026-03-29T02:30:00+0200",
            "2026-03-29T02:30:00.Z",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
        assert_eq!(wall("1970-01-02 00:00:00"), Some(MICROS_PER_DAY));
        assert_eq!(wall("1970-01-02T00:00:00Z"), None);
    }

    #[test]
    fn truth_and_numbers_are_not_guessed() {
        for bad in ["True", "1", "t", "yes", ""] {
            assert_eq!(boolean(bad), None);
        }
        for bad in ["+1", "1.0", " 1", "1e3", "9223372036854775808", ""] {
            assert_eq!(integer(bad), None, "{bad}");
        }
        assert_eq!(integer("-007"), Some(-7));
        let id = "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11";
        assert_eq!(uuid(id), Some(id.to_lowercase()));
        assert_eq!(uuid("{a0eebc999c0b4ef8bb6d6bb9bd380a11}"), None);
    }
}
