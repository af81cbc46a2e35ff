//! From which age a child agrees alone to a service of the information society, country by country.
//!
//! GDPR Art. 8(1) sets sixteen and lets each state go down to thirteen; the table holds what states have set in their own laws, and
//! thirteen for the United States (COPPA, 15 U.S.C. § 6501(1)). Written from the published lists of national implementations as they stood
//! in 2025; laws change, so each row is to be verified before it is relied on. A country that is not listed is not compared.

use crate::model::Jurisdiction;
use crate::source::Spanned;

/// Below this age nobody agrees alone anywhere in the table.
pub const CHILDHOOD: u32 = 13;

/// From this age on nobody is a minor, where a segment says so itself.
pub const ADULTHOOD: u32 = 18;

/// Up to this age is everybody, whoever may be contacted.
pub const OLDEST: u32 = 120;

/// Country (ISO 3166-1) and age, in the order of the codes.
pub const DIGITAL_CONSENT: &[(&str, u32)] = &[
    ("AT", 14),
    ("BE", 13),
    ("BG", 14),
    ("CY", 14),
    ("CZ", 15),
    ("DE", 16),
    ("DK", 15),
    ("EE", 13),
    ("ES", 14),
    ("FI", 13),
    ("FR", 15),
    ("GB", 13),
    ("GR", 15),
    ("HR", 16),
    ("HU", 16),
    ("IE", 16),
    ("IS", 13),
    ("IT", 14),
    ("LI", 16),
    ("LT", 14),
    ("LU", 16),
    ("LV", 13),
    ("MT", 13),
    ("NL", 16),
    ("NO", 13),
    ("PL", 16),
    ("PT", 13),
    ("RO", 16),
    ("SE", 13),
    ("SI", 15),
    ("SK", 16),
    ("US", 13),
];

/// The age of a country, as residence fields hold countries.
pub fn age_in(country: &str) -> Option<u32> {
    DIGITAL_CONSENT.iter().find(|(code, _)| *code == country).map(|(_, age)| *age)
}

/// The country of a jurisdiction that asks for the highest age, the first of several.
pub fn highest(jurisdiction: &Jurisdiction) -> Option<(&Spanned<String>, u32)> {
    let known = jurisdiction.countries.iter().filter_map(|country| Some((country, age_in(&country.value)?)));
    known.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_in_order_and_none_is_below_childhood() {
        assert!(DIGITAL_CONSENT.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(DIGITAL_CONSENT.iter().all(|(_, age)| (CHILDHOOD..=16).contains(age)));
        assert_eq!((age_in("DE"), age_in("FR"), age_in("US"), age_in("XX")), (Some(16), Some(15), Some(13), None));
    }
}
