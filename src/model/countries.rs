//! Codes of countries and of their parts, as ISO 3166 writes them.
//!
//! They matter where a policy asks whether people may live somewhere and a column is declared to hold such and such codes: only a code that is
//! one says where somebody lives, and so where not. `USA`, `us` and `California` may be anywhere.

mod names;

use names::{NAMES, OTHERS};

/// Where the rules of the European Union hold, and with the last three those of the Economic Area.
const UNION: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";
const AREA: &str = "IS LI NO";

/// The countries of ISO 3166-1, each with two letters, with three, and its name.
fn countries() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    NAMES.split(';').filter_map(|row| {
        let (two, rest) = row.trim().split_once(' ')?;
        let (three, name) = rest.split_once(' ')?;
        Some((two, three, name))
    })
}

/// Whether a text is the code of a country, or that of a country with one of a part of it: `US`, `US-CA`.
pub fn is_code(text: &str) -> bool {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let is_part = |part: &str| {
        (1..=3).contains(&part.len()) && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    countries().any(|(known, _, _)| known == country) && part.is_none_or(is_part)
}

/// Whether a name is one of a region: a country, the European Union or the Economic Area.
pub fn is_region(name: &str) -> bool {
    matches!(name, "EU" | "EEA") || countries().any(|(known, _, _)| known == name)
}

/// The region that somebody meant who wrote its name, or its code in three or in small letters. Nothing is guessed from what merely looks
/// alike: a letter less is another country.
pub fn region_meant(name: &str) -> Option<&'static str> {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
    };
    let wanted = letters(name);
    let is = |text: &str| letters(text) == wanted;
    let listed = countries().find(|(two, three, name)| is(two) || is(three) || is(name)).map(|(two, _, _)| two);
    let other = || OTHERS.iter().find(|(name, _)| is(name)).map(|(_, region)| *region);
    let union = || ["EU", "EEA"].into_iter().find(|name| is(name));
    listed.or_else(other).or_else(union)
}

/// Whether one region lies in another, or is it.
pub fn is_inside(region: &str, of: &str) -> bool {
    let union = || region == "EU" || UNION.split(' ').any(|it| it == region);
    let area = || union() || region == "EEA" || AREA.split(' ').any(|it| it == region);
    region == of || of == "EU" && union() || of == "EEA" && area()
}

/// Whether what stands in one region may stand in another: the one lies in the other.
pub fn may_meet(a: &str, b: &str) -> bool {
    is_inside(a, b) || is_inside(b, a)
}

/// Whether a code is of a part of a country: `US-MD` of `US`.
pub fn is_part(part: &str, whole: &str) -> bool {
    part.strip_prefix(whole).is_some_and(|rest| rest.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_from_whatever_else_people_write() {
        for yes in ["DE", "US", "US-CA", "GB-ENG", "FR-75", "ZW"] {
            assert!(is_code(yes), "{yes}");
        }
        for no in [
            "USA",
            "us",
            "us-ca",
            "US-ca",
            "US-",
            "-CA",
            "California",
            "UK",
            "EU",
            "XX",
            "",
            " DE",
            "DE ",
            "US-CALI",
            "840",
            "DE FR",
        ] {
            assert!(!is_code(no), "{no}");
        }
        assert_eq!(countries().count(), 249);
        let codes: std::collections::BTreeSet<&str> = countries().map(|(two, _, _)| two).collect();
        assert_eq!(codes.len(), 249);
    }

    #[test]
    fn regions_are_named_and_nothing_is_guessed() {
        for (written, meant) in [
            ("China", "CN"),
            ("CHN", "CN"),
            ("cn", "CN"),
            ("UK", "GB"),
            ("united_states", "US"),
            ("eu", "EU"),
            ("Hong_Kong", "HK"),
        ] {
            assert!(!is_region(written), "{written}");
            assert_eq!(region_meant(written), Some(meant));
        }
        for nowhere in ["XX", "APAC", "Chna", "worldwide", "_"] {
            assert_eq!(region_meant(nowhere), None, "{nowhere}");
        }
        assert!(is_region("EEA") && is_region("CN"));
        assert!(is_inside("DE", "EU") && is_inside("EU", "EEA") && is_inside("NO", "EEA"));
        assert!(!is_inside("NO", "EU") && !is_inside("EU", "DE") && !is_inside("CH", "EEA"));
        assert!(may_meet("EU", "DE") && !may_meet("DE", "FR"));
    }
}
