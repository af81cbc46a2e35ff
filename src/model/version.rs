//! Versions such as `4.10.2`: one to six whole numbers of at most nine digits, told apart by dots and compared number by number.
//!
//! What is not written is 0, so `4.10` and `4.10.0` are one version, and so are `4.1` and `4.01`. Nothing else is a version: no blanks, no
//! `v` before it, no `-beta` behind it.

/// How many numbers a version has at most.
pub const NUMBERS: usize = 6;
/// How many digits each of them has at most.
pub const DIGITS: usize = 9;

/// The version as a text whose order is that of versions: all six numbers with leading zeros. `None` where it is no version.
pub fn key(text: &str) -> Option<String> {
    let numbers: Vec<&str> = text.split('.').collect();
    let fits =
        |number: &&str| !number.is_empty() && number.len() <= DIGITS && number.bytes().all(|b| b.is_ascii_digit());
    if numbers.len() > NUMBERS || !numbers.iter().all(fits) {
        return None;
    }
    let padded = numbers.into_iter().chain(std::iter::repeat("")).take(NUMBERS);
    Some(padded.map(|number| format!("{number:0>9}")).collect())
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn versions_are_compared_number_by_number() {
        assert!(key("4.9") < key("4.10") && key("4.10") < key("10") && key("4.10") < key("4.10.0.0.0.1"));
        assert_eq!(key("4.10"), key("04.010.0"));
        for text in ["", ".", "4.", ".4", "4..1", "v4", "4.1-beta", " 4", "4 ", "1.2.3.4.5.6.7", "1234567890", "٤"] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
