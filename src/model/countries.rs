//! Codes of countries and of their parts, as ISO 3166 writes them.
//!
//! They matter where a policy asks whether people may live somewhere and a column is declared to hold such and such codes: only a code that is
//! one says where somebody lives, and so where not. `USA`, `us` and `California` may be anywhere.

/// The countries of ISO 3166-1, by two letters.
const COUNTRIES: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Whether a text is the code of a country, or that of a country with one of a part of it: `US`, `US-CA`.
pub fn is_code(text: &str) -> bool {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let is_part = |part: &str| {
        (1..=3).contains(&part.len()) && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    COUNTRIES.split(' ').any(|known| known == country) && part.is_none_or(is_part)
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
        assert_eq!(COUNTRIES.split(' ').count(), 249);
    }
}
