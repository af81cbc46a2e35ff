//! What the values of consent standards mean: data, total for each standard, never a boolean.
//!
//! Sources: W3C Data Privacy Vocabulary 2.3, consent statuses (W3C Software and Document licence; names of terms only); IAB Tech Lab Global
//! Privacy Platform, sections of the US (fields of opt-outs, and of consents to the data of children and to sensitive data); IAB Europe
//! Transparency and Consent Framework 2, purposes consented to and legitimate interests; Google consent mode and `ConsentStatus` of the
//! Google Ads interface; Global Privacy Control. "Not applicable" says nothing: it is neither a yes nor a no. The TCF says it beside its bits
//! (`gdprApplies`); whoever loads them writes -1, the number by which the Global Privacy Platform says that no section applies. A value that
//! stands in no table is not known, and denies everything. To be verified against the versions in use.

use super::ConsentState::{self, Granted, Objected, Silent, Withdrawn};

/// One standard's values.
#[derive(Debug)]
pub struct Signals {
    /// Its name in the language.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Every value as columns hold it, what it means, and why where that is not plain.
    pub values: &'static [(&'static str, ConsentState, &'static str)],
}

impl Signals {
    /// Whether its values are whole numbers.
    pub fn numeric(&self) -> bool {
        self.values.iter().all(|(value, _, _)| value.parse::<i64>().is_ok())
    }
}

/// A bit of a TC string is 0 or 1; that the GDPR does not apply is said beside it, and where it is not said the bits are 0.
const DOES_NOT_APPLY: &str = "not applicable: `gdprApplies` is false";

/// Every table, by name.
pub const SIGNALS: &[Signals] = &[
    Signals {
        name: "consent_mode",
        title: "Google consent mode, and ConsentStatus of Google Ads",
        values: &[
            ("granted", Granted, ""),
            ("denied", Withdrawn, ""),
            ("unset", Silent, "nobody has answered yet"),
            ("GRANTED", Granted, ""),
            ("DENIED", Withdrawn, ""),
            ("UNSPECIFIED", Silent, "not specified"),
            ("UNKNOWN", Silent, "a value that the interface does not know"),
        ],
    },
    Signals {
        name: "dpv",
        title: "consent statuses of the Data Privacy Vocabulary",
        values: &[
            ("ConsentGiven", Granted, ""),
            ("RenewedConsentGiven", Granted, ""),
            ("ConsentRefused", Withdrawn, ""),
            ("ConsentWithdrawn", Withdrawn, "by the person"),
            ("ConsentRevoked", Withdrawn, "by somebody else"),
            ("ConsentInvalidated", Withdrawn, "found to be no consent"),
            ("ConsentExpired", Withdrawn, "past its end"),
            ("ConsentRequested", Silent, "asked, not answered"),
            ("ConsentRequestDeferred", Silent, "asked, put off"),
            ("ConsentUnknown", Silent, "nobody knows: no yes"),
        ],
    },
    Signals {
        name: "gpc",
        title: "Global Privacy Control",
        values: &[("0", Silent, "no signal is no consent"), ("1", Objected, "do not sell or share")],
    },
    Signals {
        name: "gpp_consent",
        title: "Global Privacy Platform, fields of consent",
        values: &[("0", Silent, "not applicable"), ("1", Withdrawn, "no consent"), ("2", Granted, "consent")],
    },
    Signals {
        name: "gpp_opt_out",
        title: "Global Privacy Platform, fields of opt-out",
        values: &[
            ("0", Silent, "not applicable"),
            ("1", Objected, "opted out"),
            ("2", Silent, "did not opt out, which is no consent"),
        ],
    },
    Signals {
        name: "tcf",
        title: "Transparency and Consent Framework, consent to a purpose",
        values: &[("-1", Silent, DOES_NOT_APPLY), ("0", Withdrawn, "no consent"), ("1", Granted, "consent")],
    },
    Signals {
        name: "tcf_interest",
        title: "Transparency and Consent Framework, legitimate interest",
        values: &[
            ("-1", Silent, DOES_NOT_APPLY),
            ("0", Objected, "not established, or objected to"),
            ("1", Silent, "no objection, which is no consent"),
        ],
    },
];

/// The table of a name.
pub fn signals(name: &str) -> Option<&'static Signals> {
    SIGNALS.iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_in_order_and_name_each_value_once() {
        assert!(SIGNALS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for table in SIGNALS {
            let mut values: Vec<&str> = table.values.iter().map(|(value, _, _)| *value).collect();
            values.sort_unstable();
            values.dedup();
            assert_eq!(values.len(), table.values.len(), "{}", table.name);
        }
    }

    #[test]
    fn not_applicable_never_grants() {
        for table in SIGNALS.iter().filter(|table| table.name.starts_with("tcf")) {
            assert_eq!(table.values[0], ("-1", Silent, DOES_NOT_APPLY));
        }
        for table in SIGNALS.iter().filter(|table| table.name.starts_with("gpp")) {
            assert_eq!(table.values[0], ("0", Silent, "not applicable"));
        }
    }

    #[test]
    fn the_reference_shows_every_value() {
        let docs = include_str!("../../docs/language.md");
        for table in SIGNALS {
            let line = docs.lines().find(|line| line.starts_with(&format!("| `{}` |", table.name))).unwrap_or("");
            assert!(table.values.iter().all(|(value, _, _)| line.contains(&format!("`{value}`"))), "{}", table.name);
        }
    }
}
