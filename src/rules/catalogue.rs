//! Every class of privacy violation that the catalogue names: the table behind `segma rules`.
//!
//! Each has a page in `docs/rules`, whose examples run as tests; the page is also the text of `segma explain CODE`.

use crate::diagnostic::Code;

/// What the compiler does about a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It refuses the program.
    Error,
    /// It warns.
    Warning,
    /// It remarks.
    Note,
    /// It cannot be written: what is emitted rules it out.
    Guard,
    /// The files alone cannot tell.
    Undecidable,
}

impl Verdict {
    /// The word for it in lists.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Error => "error",
            Verdict::Warning => "warning",
            Verdict::Note => "note",
            Verdict::Guard => "guard",
            Verdict::Undecidable => "undecidable",
        }
    }
}

/// A class of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Class {
    /// Its stable code.
    pub code: Code,
    /// Its name, which reads after "allow".
    pub name: &'static str,
    /// Its family, in words.
    pub family: &'static str,
    /// What the compiler does about it.
    pub verdict: Verdict,
    /// What it is, in one line.
    pub summary: &'static str,
    /// The text of its page.
    pub page: &'static str,
}

impl Class {
    /// Where its page stands in the repository.
    pub fn page_path(&self) -> String {
        format!("docs/rules/{}-{}.md", self.code, self.name)
    }

    /// What the compiler does about it and why no more, as its page says: its paragraphs, a line each.
    pub fn reason(&self) -> String {
        let section = self.page.split("\n## What it does\n").nth(1).and_then(|rest| rest.split("\n## ").next());
        let paragraphs = section.unwrap_or_default().trim().split("\n\n");
        let folded = paragraphs.map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
        folded.collect::<Vec<_>>().join("\n")
    }
}

/// The class of a code, written in any case.
pub fn class(code: &str) -> Option<&'static Class> {
    CLASSES.iter().find(|class| class.code.0.eq_ignore_ascii_case(code))
}

const fn built(
    code: &'static str,
    name: &'static str,
    family: &'static str,
    verdict: Verdict,
    summary: &'static str,
    page: &'static str,
) -> Class {
    Class { code: Code(code), name, family, verdict, summary, page }
}

/// Every class, in the order of the catalogue.
#[rustfmt::skip]
pub static CLASSES: &[Class] = &[
    built("PUR-01", "data-outside-its-purpose", "purpose", Verdict::Error, "A segment reads data that is not allowed to serve its purpose.",
        include_str!("../../docs/rules/PUR-01-data-outside-its-purpose.md")),
    built("PUR-02", "broader-purpose", "purpose", Verdict::Error, "Data is allowed for a narrower purpose than the one that the segment declares.",
        include_str!("../../docs/rules/PUR-02-broader-purpose.md")),
    built("PUR-03", "partly-permitted-purposes", "purpose", Verdict::Error, "A segment has several purposes, and what it reads is allowed for some of them only.",
        include_str!("../../docs/rules/PUR-03-partly-permitted-purposes.md")),
    built("PUR-04", "missing-purpose", "purpose", Verdict::Error, "A segment does not say what it is for, or its purpose says nothing.",
        include_str!("../../docs/rules/PUR-04-missing-purpose.md")),
    built("PUR-05", "purpose-creep", "purpose", Verdict::Error, "An edit gives data another purpose or recipient: `segma diff` tells, and refuses under `--deny purpose`.",
        include_str!("../../docs/rules/PUR-05-purpose-creep.md")),
    built("PUR-06", "purpose-laundering", "purpose", Verdict::Error, "A segment refers to another one that reads data which is not allowed for the purpose of the one that refers.",
        include_str!("../../docs/rules/PUR-06-purpose-laundering.md")),
    built("PUR-07", "purpose-through-copy", "purpose", Verdict::Error, "One table is declared twice, and may do more under one name than under the other.",
        include_str!("../../docs/rules/PUR-07-purpose-through-copy.md")),
    built("PUR-08", "ambiguous-purpose-parents", "purpose", Verdict::Guard, "A purpose has one broader purpose, so nothing is permitted by the other one.",
        include_str!("../../docs/rules/PUR-08-ambiguous-purpose-parents.md")),
    built("PUR-09", "suppression-as-target", "purpose", Verdict::Error, "Data that may only be used to leave people alone picks them instead.",
        include_str!("../../docs/rules/PUR-09-suppression-as-target.md")),
    built("PUR-10", "security-data-elsewhere", "purpose", Verdict::Error, "Data that is kept for security picks people to talk to.",
        include_str!("../../docs/rules/PUR-10-security-data-elsewhere.md")),
    built("CON-01", "missing-consent", "consent", Verdict::Error, "A segment does not say on whose leave it uses people's data.",
        include_str!("../../docs/rules/CON-01-missing-consent.md")),
    built("CON-02", "absence-as-consent", "consent", Verdict::Guard, "Missing or unreadable consent never counts as a yes.",
        include_str!("../../docs/rules/CON-02-absence-as-consent.md")),
    built("CON-03", "two-state-consent", "consent", Verdict::Warning, "A column of present states cannot tell a yes from a default.",
        include_str!("../../docs/rules/CON-03-two-state-consent.md")),
    built("CON-04", "consent-for-another-purpose", "consent", Verdict::Error, "The consent that a segment asks for is not the consent for its purpose.",
        include_str!("../../docs/rules/CON-04-consent-for-another-purpose.md")),
    built("CON-05", "consent-for-another-channel", "consent", Verdict::Error, "A segment is delivered over a channel that its purpose does not name.",
        include_str!("../../docs/rules/CON-05-consent-for-another-channel.md")),
    built("CON-06", "consent-to-another-controller", "consent", Verdict::Error, "A yes that was given to one controller is used by another one.",
        include_str!("../../docs/rules/CON-06-consent-to-another-controller.md")),
    built("CON-07", "consent-without-end", "consent", Verdict::Error, "A purpose rests on consent and says nothing about how old a grant may be.",
        include_str!("../../docs/rules/CON-07-consent-without-end.md")),
    built("CON-08", "outdated-notice", "consent", Verdict::Error, "A purpose asks for a recent notice, and a ledger that grants it cannot say which notice a person saw.",
        include_str!("../../docs/rules/CON-08-outdated-notice.md")),
    built("CON-09", "forgotten-withdrawal", "consent", Verdict::Error, "A yes is kept where nobody could take it back; a withdrawal ends every grant that is not strictly later.",
        include_str!("../../docs/rules/CON-09-forgotten-withdrawal.md")),
    built("CON-10", "consent-as-of-the-past", "consent", Verdict::Guard, "A run in the past counts, and reaches nobody.",
        include_str!("../../docs/rules/CON-10-consent-as-of-the-past.md")),
    built("CON-11", "withdrawal-between-build-and-send", "consent", Verdict::Warning, "A withdrawal takes longer to reach a destination than the house allows.",
        include_str!("../../docs/rules/CON-11-withdrawal-between-build-and-send.md")),
    built("CON-12", "unremoved-members", "consent", Verdict::Error, "A destination can neither remove people nor let them expire in time.",
        include_str!("../../docs/rules/CON-12-unremoved-members.md")),
    built("CON-13", "consent-of-another-subject", "consent", Verdict::Error, "The only consent on record was given by another subject: a device, a household, an account.",
        include_str!("../../docs/rules/CON-13-consent-of-another-subject.md")),
    built("CON-14", "stitched-consent", "consent", Verdict::Guard, "Linking ids to a person lends the person's denials, never a grant.",
        include_str!("../../docs/rules/CON-14-stitched-consent.md")),
    built("CON-15", "duplicated-consent", "consent", Verdict::Guard, "Two rows of consent never count as more than one person's yes.",
        include_str!("../../docs/rules/CON-15-duplicated-consent.md")),
    built("CON-16", "conflicting-signals", "consent", Verdict::Guard, "Of two signals that contradict each other the denial counts.",
        include_str!("../../docs/rules/CON-16-conflicting-signals.md")),
    built("CON-17", "bundled-consent", "consent", Verdict::Warning, "A yes to everything at once counts for one purpose by itself.",
        include_str!("../../docs/rules/CON-17-bundled-consent.md")),
    built("CON-18", "ordinary-consent-for-special-category", "consent", Verdict::Error, "Special categories of data are used on a consent that does not speak of them.",
        include_str!("../../docs/rules/CON-18-ordinary-consent-for-special-category.md")),
    built("CON-19", "weakened-consent", "consent", Verdict::Error, "Consent is written inside a condition, where `or` could weaken it.",
        include_str!("../../docs/rules/CON-19-weakened-consent.md")),
    built("CON-20", "negated-consent", "consent", Verdict::Error, "Consent is negated, or read as data, which would pick people because they lack it.",
        include_str!("../../docs/rules/CON-20-negated-consent.md")),
    built("CON-21", "consent-on-one-branch", "consent", Verdict::Guard, "The guard holds for every branch of a condition.",
        include_str!("../../docs/rules/CON-21-consent-on-one-branch.md")),
    built("CON-22", "consent-of-somebody-else", "consent", Verdict::Guard, "The consent that is tested is that of the person who would be reached.",
        include_str!("../../docs/rules/CON-22-consent-of-somebody-else.md")),
    built("CON-23", "unobtainable-consent", "consent", Verdict::Error, "No ledger can grant the consent that a segment asks for.",
        include_str!("../../docs/rules/CON-23-unobtainable-consent.md")),
    built("CON-24", "data-from-before-consent", "consent", Verdict::Error, "What was recorded on people's leave is read about people who never gave it, or took it back.",
        include_str!("../../docs/rules/CON-24-data-from-before-consent.md")),
    built("CON-25", "unmapped-signal-code", "consent", Verdict::Guard, "Every value of a signal has a meaning, and 'not applicable' is neither a yes nor a no.",
        include_str!("../../docs/rules/CON-25-unmapped-signal-code.md")),
    built("CON-26", "mixed-consent-batch", "consent", Verdict::Guard, "A delivery holds only people who passed for all of its purposes; no flag is set for a batch.",
        include_str!("../../docs/rules/CON-26-mixed-consent-batch.md")),
    built("LEG-01", "missing-objection", "legal basis", Verdict::Error, "Data is used on a legitimate interest, and nobody could object, or nobody has weighed the interest.",
        include_str!("../../docs/rules/LEG-01-missing-objection.md")),
    built("LEG-02", "interest-where-consent-is-due", "legal basis", Verdict::Error, "Advertising rests on a legitimate interest where only a yes will do.",
        include_str!("../../docs/rules/LEG-02-interest-where-consent-is-due.md")),
    built("LEG-03", "switched-basis", "legal basis", Verdict::Error, "A narrower purpose rests on less than the broader one, so another basis steps in where a yes is missing.",
        include_str!("../../docs/rules/LEG-03-switched-basis.md")),
    built("LEG-04", "narrow-objection", "legal basis", Verdict::Guard, "An objection reaches what is narrower and what is broader.",
        include_str!("../../docs/rules/LEG-04-narrow-objection.md")),
    built("LEG-05", "restricted-people", "legal basis", Verdict::Guard, "People whose data is restricted or erased are never selected, whatever the purpose.",
        include_str!("../../docs/rules/LEG-05-restricted-people.md")),
    built("LEG-06", "automated-decision", "legal basis", Verdict::Error, "A decision that weighs on people is taken by a segment alone.",
        include_str!("../../docs/rules/LEG-06-automated-decision.md")),
    built("LEG-07", "unassessed-profiling", "legal basis", Verdict::Warning, "What is most private makes a profile, and no assessment is named.",
        include_str!("../../docs/rules/LEG-07-unassessed-profiling.md")),
    built("LEG-08", "uncovered-by-notice", "legal basis", Verdict::Warning, "Data of a kind that the purpose's notice does not tell of.",
        include_str!("../../docs/rules/LEG-08-uncovered-by-notice.md")),
    built("LEG-09", "uninformed-person", "legal basis", Verdict::Warning, "Data came from somebody else, and nobody says whether the people were told.",
        include_str!("../../docs/rules/LEG-09-uninformed-person.md")),
    built("RET-01", "lookback-beyond-retention", "retention and time", Verdict::Error, "A segment looks further back than the data may be kept, once the life of the membership is taken off.",
        include_str!("../../docs/rules/RET-01-lookback-beyond-retention.md")),
    built("RET-02", "membership-beyond-inputs", "retention and time", Verdict::Error, "A membership is kept as long as, or longer than, the data that it was made from.",
        include_str!("../../docs/rules/RET-02-membership-beyond-inputs.md")),
    built("RET-03", "missing-retention", "retention and time", Verdict::Error, "Something is stored, and nothing says for how long.",
        include_str!("../../docs/rules/RET-03-missing-retention.md")),
    built("RET-04", "unbounded-lookback", "retention and time", Verdict::Error, "Events are read without a window.",
        include_str!("../../docs/rules/RET-04-unbounded-lookback.md")),
    built("RET-05", "refresh-beyond-retention", "retention and time", Verdict::Error, "A segment is refreshed less often than its memberships live.",
        include_str!("../../docs/rules/RET-05-refresh-beyond-retention.md")),
    built("RET-06", "moving-clock", "retention and time", Verdict::Warning, "Retention is counted from a clock that starts anew whenever the row is written.",
        include_str!("../../docs/rules/RET-06-moving-clock.md")),
    built("RET-07", "opening-as-activity", "retention and time", Verdict::Warning, "Opening a message starts the time anew for which somebody is kept.",
        include_str!("../../docs/rules/RET-07-opening-as-activity.md")),
    built("RET-08", "retention-through-reference", "retention and time", Verdict::Error, "A segment keeps memberships longer than a segment that it refers to.",
        include_str!("../../docs/rules/RET-08-retention-through-reference.md")),
    built("RET-09", "mismatched-calendars", "retention and time", Verdict::Error, "Months and days are compared as if they were the same.",
        include_str!("../../docs/rules/RET-09-mismatched-calendars.md")),
    built("RET-10", "unplaced-time", "retention and time", Verdict::Error, "A time stands without a zone that exists, so nobody can say which instant it is.",
        include_str!("../../docs/rules/RET-10-unplaced-time.md")),
    built("RET-11", "resurrected-person", "retention and time", Verdict::Guard, "A run over the past brings nobody back who was erased since.",
        include_str!("../../docs/rules/RET-11-resurrected-person.md")),
    built("RET-13", "kept-childhood", "retention and time", Verdict::Error, "What is known of children is kept without end, or longer than the person's own record.",
        include_str!("../../docs/rules/RET-13-kept-childhood.md")),
    built("RET-12", "copy-without-end", "retention and time", Verdict::Guard, "No copy of members is written that has no end.",
        include_str!("../../docs/rules/RET-12-copy-without-end.md")),
    built("COM-01", "complement-laundering", "composition and lineage", Verdict::Error, "Data that a purpose may not use decides who is left out, and so shows by absence whom it concerns.",
        include_str!("../../docs/rules/COM-01-complement-laundering.md")),
    built("COM-02", "isolating-difference", "composition and lineage", Verdict::Error, "Two audiences of one destination differ by a special category, so that one list taken from the other is a list of it.",
        include_str!("../../docs/rules/COM-02-isolating-difference.md")),
    built("COM-03", "flow-through-filter", "composition and lineage", Verdict::Error, "Data that a policy forbids is never shown, and yet it decides, inside a filter.",
        include_str!("../../docs/rules/COM-03-flow-through-filter.md")),
    built("COM-04", "priority-flow", "composition and lineage", Verdict::Error, "Who is shown the second thing tells who was not shown the first.",
        include_str!("../../docs/rules/COM-04-priority-flow.md")),
    built("COM-05", "gate-lost-in-reference", "composition and lineage", Verdict::Error, "A segment refers to another one whose consent opened what the referring segment has no consent for.",
        include_str!("../../docs/rules/COM-05-gate-lost-in-reference.md")),
    built("COM-06", "circular-reference", "composition and lineage", Verdict::Error, "Segments or definitions refer to each other in a circle.",
        include_str!("../../docs/rules/COM-06-circular-reference.md")),
    built("COM-07", "list-without-origin", "composition and lineage", Verdict::Error, "Data is used of which nobody says where it came from.",
        include_str!("../../docs/rules/COM-07-list-without-origin.md")),
    built("COM-08", "licensed-data-derived", "composition and lineage", Verdict::Error, "Data of a third party is used in a way that its contract rules out.",
        include_str!("../../docs/rules/COM-08-licensed-data-derived.md")),
    built("COM-09", "join-across-controllers", "composition and lineage", Verdict::Undecidable, "Whether two houses may join what they know of one person is between them, and in no file.",
        include_str!("../../docs/rules/COM-09-join-across-controllers.md")),
    built("COM-10", "recombination-at-destination", "composition and lineage", Verdict::Warning, "What no audience may combine arrives at one destination in several audiences.",
        include_str!("../../docs/rules/COM-10-recombination-at-destination.md")),
    built("COM-11", "restricted-lookalike-seed", "composition and lineage", Verdict::Error, "A segment that reveals a special category is a seed for finding more people like its members.",
        include_str!("../../docs/rules/COM-11-restricted-lookalike-seed.md")),
    built("COM-12", "stale-policy-version", "composition and lineage", Verdict::Guard, "Everything that is emitted says from which definition it came, and is made anew as a whole.",
        include_str!("../../docs/rules/COM-12-stale-policy-version.md")),
    built("COM-13", "untraceable-escape", "composition and lineage", Verdict::Error, "A block of raw SQL would read what nobody can follow.",
        include_str!("../../docs/rules/COM-13-untraceable-escape.md")),
    built("COM-14", "unreviewed-release", "composition and lineage", Verdict::Error, "Something is said to have taken a label away that was not reviewed, or is not any more.",
        include_str!("../../docs/rules/COM-14-unreviewed-release.md")),
    built("SEN-01", "special-category-data", "sensitivity", Verdict::Error, "A special category of data reaches a use that a policy closes to it, or of which no policy speaks.",
        include_str!("../../docs/rules/SEN-01-special-category-data.md")),
    built("SEN-02", "inferred-sensitivity", "sensitivity", Verdict::Error, "Harmless data reveals a special category by its value.",
        include_str!("../../docs/rules/SEN-02-inferred-sensitivity.md")),
    built("SEN-03", "inferred-belief", "sensitivity", Verdict::Error, "What somebody buys, reads or visits tells what they believe, suffer from or whom they love.",
        include_str!("../../docs/rules/SEN-03-inferred-belief.md")),
    built("SEN-04", "sensitive-conjunction", "sensitivity", Verdict::Error, "Harmless data reveals a special category by being used together.",
        include_str!("../../docs/rules/SEN-04-sensitive-conjunction.md")),
    built("SEN-05", "telling-name", "sensitivity", Verdict::Warning, "The name of a segment that leaves the house says what its members have.",
        include_str!("../../docs/rules/SEN-05-telling-name.md")),
    built("SEN-06", "consent-as-cure", "sensitivity", Verdict::Error, "A special category of data reaches advertising because somebody consented, where no consent opens it.",
        include_str!("../../docs/rules/SEN-06-consent-as-cure.md")),
    built("SEN-07", "political-targeting", "sensitivity", Verdict::Error, "A political campaign finds voters by what is most private, by bought data, or without their consent.",
        include_str!("../../docs/rules/SEN-07-political-targeting.md")),
    built("SEN-08", "offence-data", "sensitivity", Verdict::Error, "Offences or convictions choose somebody, where no law allows it.",
        include_str!("../../docs/rules/SEN-08-offence-data.md")),
    built("SEN-09", "precise-location", "sensitivity", Verdict::Error, "Where people have been, to the metre, picks them or tells of a place of care.",
        include_str!("../../docs/rules/SEN-09-precise-location.md")),
    built("SEN-10", "financial-vulnerability", "sensitivity", Verdict::Warning, "People in need are found by being in need.",
        include_str!("../../docs/rules/SEN-10-financial-vulnerability.md")),
    built("SEN-11", "protected-proxy", "sensitivity", Verdict::Error, "What fairness protects, or what stands for it, decides who is reached, and nobody says why.",
        include_str!("../../docs/rules/SEN-11-protected-proxy.md")),
    built("SEN-12", "understated-label", "sensitivity", Verdict::Warning, "A column is named for what is most private, and labelled as something else.",
        include_str!("../../docs/rules/SEN-12-understated-label.md")),
    built("SEN-13", "telling-absence", "sensitivity", Verdict::Error, "That there is an answer tells what was asked.",
        include_str!("../../docs/rules/SEN-13-telling-absence.md")),
    built("SEN-14", "emotion-or-biometry", "sensitivity", Verdict::Error, "A voice, a face, a feeling or a gene chooses somebody.",
        include_str!("../../docs/rules/SEN-14-emotion-or-biometry.md")),
    built("IDN-01", "exposed-identifier", "identifiability and size", Verdict::Error, "A segment hands out what identifies a person directly, without need.",
        include_str!("../../docs/rules/IDN-01-exposed-identifier.md")),
    built("IDN-02", "hash-as-anonymous", "identifiability and size", Verdict::Error, "The hash of an identifier is declared not to be personal.",
        include_str!("../../docs/rules/IDN-02-hash-as-anonymous.md")),
    built("IDN-03", "identifying-combination", "identifiability and size", Verdict::Error, "A segment reads or exposes columns that together single people out.",
        include_str!("../../docs/rules/IDN-03-identifying-combination.md")),
    built("IDN-04", "undersized-audience", "identifiability and size", Verdict::Guard, "Nothing leaves where fewer people than the minimum would.",
        include_str!("../../docs/rules/IDN-04-undersized-audience.md")),
    built("IDN-05", "rows-counted-as-people", "identifiability and size", Verdict::Guard, "A minimum counts people, never rows.",
        include_str!("../../docs/rules/IDN-05-rows-counted-as-people.md")),
    built("IDN-06", "successive-difference", "identifiability and size", Verdict::Undecidable, "Two exports of one segment that differ by one person tell of that person: the files cannot know by how many they will differ.",
        include_str!("../../docs/rules/IDN-06-successive-difference.md")),
    built("IDN-07", "overlapping-difference", "identifiability and size", Verdict::Warning, "An outside party gets an audience, and the same audience without some people, who are known there by subtraction.",
        include_str!("../../docs/rules/IDN-07-overlapping-difference.md")),
    built("IDN-08", "small-cell", "identifiability and size", Verdict::Guard, "A report withholds small groups, and what tells of them.",
        include_str!("../../docs/rules/IDN-08-small-cell.md")),
    built("IDN-09", "leaking-remainder", "identifiability and size", Verdict::Guard, "A report has no remainder from which a small group could be had.",
        include_str!("../../docs/rules/IDN-09-leaking-remainder.md")),
    built("IDN-10", "single-person-condition", "identifiability and size", Verdict::Error, "A condition names one person by what identifies only that person.",
        include_str!("../../docs/rules/IDN-10-single-person-condition.md")),
    built("IDN-11", "free-text", "identifiability and size", Verdict::Error, "A field in which people write whatever they like is handed out, or decides.",
        include_str!("../../docs/rules/IDN-11-free-text.md")),
    built("IDN-12", "surplus-columns", "identifiability and size", Verdict::Warning, "A destination is handed more than it needs: columns that it does not take, or an address in the clear.",
        include_str!("../../docs/rules/IDN-12-surplus-columns.md")),
    built("IDN-13", "minimum-bypassed-by-role", "identifiability and size", Verdict::Guard, "No role sees a smaller audience than the minimum.",
        include_str!("../../docs/rules/IDN-13-minimum-bypassed-by-role.md")),
    built("IDN-14", "unaccounted-noise", "identifiability and size", Verdict::Error, "Noise that is drawn anew with every look is averaged away by looking often.",
        include_str!("../../docs/rules/IDN-14-unaccounted-noise.md")),
    built("IDN-15", "shared-pseudonym", "identifiability and size", Verdict::Warning, "Two outside parties know a person by one and the same token.",
        include_str!("../../docs/rules/IDN-15-shared-pseudonym.md")),
    built("CHN-01", "unpermitted-recipient", "channel and recipient", Verdict::Error, "Data goes to a kind of recipient that a policy closes to it.",
        include_str!("../../docs/rules/CHN-01-unpermitted-recipient.md")),
    built("CHN-02", "sale-without-opt-out", "channel and recipient", Verdict::Error, "People whose silence counts as a yes, or who are never asked, are handed to an outside party, and nothing says how they opt out of that.",
        include_str!("../../docs/rules/CHN-02-sale-without-opt-out.md")),
    built("CHN-03", "undeclared-recipient", "channel and recipient", Verdict::Error, "A segment is delivered to a destination that nobody declared.",
        include_str!("../../docs/rules/CHN-03-undeclared-recipient.md")),
    built("CHN-04", "ignored-contact-register", "channel and recipient", Verdict::Warning, "People are called, and nobody looks into the register of those who do not want it.",
        include_str!("../../docs/rules/CHN-04-ignored-contact-register.md")),
    built("CHN-05", "undisclosed-vendor", "channel and recipient", Verdict::Error, "People are handed to an outside party that the purpose's notice does not name.",
        include_str!("../../docs/rules/CHN-05-undisclosed-vendor.md")),
    built("CHN-06", "purpose-without-channel", "channel and recipient", Verdict::Error, "A segment is delivered over a channel that is no part of its purpose.",
        include_str!("../../docs/rules/CHN-06-purpose-without-channel.md")),
    built("JUR-01", "unresolved-jurisdiction", "jurisdiction", Verdict::Error, "Nothing says where people live, so nobody's rules would hold.",
        include_str!("../../docs/rules/JUR-01-unresolved-jurisdiction.md")),
    built("JUR-02", "guessed-residence", "jurisdiction", Verdict::Warning, "Where people live is told by where they pay or connect.",
        include_str!("../../docs/rules/JUR-02-guessed-residence.md")),
    built("JUR-03", "transfer-without-cover", "jurisdiction", Verdict::Error, "Data leaves for a part of the world without anything that covers it on its way.",
        include_str!("../../docs/rules/JUR-03-transfer-without-cover.md")),
    built("JUR-04", "bulk-data-abroad", "jurisdiction", Verdict::Error, "Sensitive data of people in the United States goes to a country of concern.",
        include_str!("../../docs/rules/JUR-04-bulk-data-abroad.md")),
    built("JUR-05", "banned-sale", "jurisdiction", Verdict::Error, "Sensitive data is sold where no consent allows it.",
        include_str!("../../docs/rules/JUR-05-banned-sale.md")),
    built("JUR-06", "mixed-jurisdictions", "jurisdiction", Verdict::Guard, "Each person is held against the rules of the person's own place, and an unknown place takes the strictest.",
        include_str!("../../docs/rules/JUR-06-mixed-jurisdictions.md")),
    built("JUR-07", "silence-as-signal", "jurisdiction", Verdict::Guard, "A signal that did not come is no signal.",
        include_str!("../../docs/rules/JUR-07-silence-as-signal.md")),
    built("MIN-01", "missing-age-gate", "minors", Verdict::Error, "Advertising, or a use that a policy reserves for adults, has no age gate.",
        include_str!("../../docs/rules/MIN-01-missing-age-gate.md")),
    built("MIN-02", "unknown-age", "minors", Verdict::Guard, "Unknown age counts as minor.",
        include_str!("../../docs/rules/MIN-02-unknown-age.md")),
    built("MIN-03", "missing-parental-consent", "minors", Verdict::Error, "Children would pass on their own yes, where a parent's is due.",
        include_str!("../../docs/rules/MIN-03-missing-parental-consent.md")),
    built("MIN-04", "inexact-age", "minors", Verdict::Guard, "Ages are reckoned on the civil day of the run, and leap days are not rounded up.",
        include_str!("../../docs/rules/MIN-04-inexact-age.md")),
    built("MIN-05", "childrens-interests", "minors", Verdict::Warning, "What children like picks people, and nothing keeps the children themselves out.",
        include_str!("../../docs/rules/MIN-05-childrens-interests.md")),
    built("MIN-06", "flat-age-limit", "minors", Verdict::Warning, "People count as old enough to agree who are too young for it in their country.",
        include_str!("../../docs/rules/MIN-06-flat-age-limit.md")),
    built("MLS-01", "score-beyond-training-purposes", "models and scores", Verdict::Error, "A score was trained on data that is not allowed for the purpose of the segment that reads it.",
        include_str!("../../docs/rules/MLS-01-score-beyond-training-purposes.md")),
    built("MLS-02", "inferring-score", "models and scores", Verdict::Error, "A score says in a number what the values of its training data imply.",
        include_str!("../../docs/rules/MLS-02-inferring-score.md")),
    built("MLS-03", "outliving-model", "models and scores", Verdict::Warning, "A model goes on scoring with what its training data said after that data had to go.",
        include_str!("../../docs/rules/MLS-03-outliving-model.md")),
    built("MLS-04", "undeclared-training", "models and scores", Verdict::Error, "A model does not say what it was trained on, or how far back.",
        include_str!("../../docs/rules/MLS-04-undeclared-training.md")),
    built("MLS-05", "scoring-objectors", "models and scores", Verdict::Undecidable, "Whether people were scored who had objected to it happened before any segment was written.",
        include_str!("../../docs/rules/MLS-05-scoring-objectors.md")),
    built("MLS-06", "unpermitted-control-group", "models and scores", Verdict::Guard, "A control group is drawn from the permitted only.",
        include_str!("../../docs/rules/MLS-06-unpermitted-control-group.md")),
    built("MLS-07", "deciding-score", "models and scores", Verdict::Warning, "A score of what people are worth in money decides, by a threshold, who is offered something.",
        include_str!("../../docs/rules/MLS-07-deciding-score.md")),
    built("MLS-08", "training-on-export", "models and scores", Verdict::Warning, "A destination trains models on whom it is given, for a purpose that is none of the segment's.",
        include_str!("../../docs/rules/MLS-08-training-on-export.md")),
    built("SQL-01", "null-in-not-in", "emitted SQL", Verdict::Guard, "No exclusion is emitted as `NOT IN`.",
        include_str!("../../docs/rules/SQL-01-null-in-not-in.md")),
    built("SQL-02", "filter-on-outer-join", "emitted SQL", Verdict::Guard, "No test of consent hangs on an outer join.",
        include_str!("../../docs/rules/SQL-02-filter-on-outer-join.md")),
    built("SQL-03", "three-valued-negation", "emitted SQL", Verdict::Guard, "What is unknown stays unknown under a negation, in every engine.",
        include_str!("../../docs/rules/SQL-03-three-valued-negation.md")),
    built("SQL-04", "unnormalised-key", "emitted SQL", Verdict::Guard, "A key that carries denials must be normalised, or nobody leaves.",
        include_str!("../../docs/rules/SQL-04-unnormalised-key.md")),
    built("SQL-05", "owner-rights-view", "emitted SQL", Verdict::Guard, "A view hands out keys and what is exposed, and its readers need no right to anything behind it.",
        include_str!("../../docs/rules/SQL-05-owner-rights-view.md")),
    built("SQL-06", "side-channel-on-view", "emitted SQL", Verdict::Guard, "A reader's own question cannot be run on people whom the view leaves out, where the engine knows such views.",
        include_str!("../../docs/rules/SQL-06-side-channel-on-view.md")),
    built("SQL-07", "late-attached-policy", "emitted SQL", Verdict::Guard, "A view is never there without its guard.",
        include_str!("../../docs/rules/SQL-07-late-attached-policy.md")),
    built("SQL-08", "redrawn-sample", "emitted SQL", Verdict::Guard, "A control group is the same people on every run and in every engine.",
        include_str!("../../docs/rules/SQL-08-redrawn-sample.md")),
    built("SQL-09", "diverging-rules", "emitted SQL", Verdict::Guard, "SQL, JSON rules and the embedded engine name the same members.",
        include_str!("../../docs/rules/SQL-09-diverging-rules.md")),
    built("SQL-10", "session-clock", "emitted SQL", Verdict::Guard, "No session's clock or zone decides what a day is.",
        include_str!("../../docs/rules/SQL-10-session-clock.md")),
    built("SQL-11", "lagging-ledger", "emitted SQL", Verdict::Warning, "A ledger does not say how old it may be; one that is older than that empties the audience.",
        include_str!("../../docs/rules/SQL-11-lagging-ledger.md")),
    built("SQL-12", "drifted-table-name", "emitted SQL", Verdict::Guard, "A view reads the tables that its files name, under their whole names, and says which definition it is.",
        include_str!("../../docs/rules/SQL-12-drifted-table-name.md")),
    built("GOV-01", "reader-without-clearance", "governance", Verdict::Undecidable, "Whoever may read a segment learns what its condition read: the files do not know who may.",
        include_str!("../../docs/rules/GOV-01-reader-without-clearance.md")),
    built("GOV-02", "incomplete-exception", "governance", Verdict::Error, "An exception has no approver, no reason or no end.",
        include_str!("../../docs/rules/GOV-02-incomplete-exception.md")),
    built("GOV-03", "expired-exception", "governance", Verdict::Error, "An exception is past its end, not approved yet, or nothing needs it.",
        include_str!("../../docs/rules/GOV-03-expired-exception.md")),
    built("GOV-04", "overbroad-exception", "governance", Verdict::Error, "An exception reaches for a policy that admits none.",
        include_str!("../../docs/rules/GOV-04-overbroad-exception.md")),
    built("GOV-05", "self-approval", "governance", Verdict::Warning, "An exception is approved by whoever answers for the segment.",
        include_str!("../../docs/rules/GOV-05-self-approval.md")),
    built("GOV-06", "dead-policy", "governance", Verdict::Warning, "A policy can hold for no segment at all, a review is overdue, or a purpose or a definition serves nothing.",
        include_str!("../../docs/rules/GOV-06-dead-policy.md")),
    built("GOV-07", "unlabelled-field", "governance", Verdict::Error, "A field says neither what kind of data it is nor that it is not personal.",
        include_str!("../../docs/rules/GOV-07-unlabelled-field.md")),
    built("GOV-08", "unreachable-for-erasure", "governance", Verdict::Guard, "Every stored membership is within reach of an erasure.",
        include_str!("../../docs/rules/GOV-08-unreachable-for-erasure.md")),
    built("GOV-09", "one-way-destination", "governance", Verdict::Warning, "A destination takes people in at once and lets them go only later, or by hand.",
        include_str!("../../docs/rules/GOV-09-one-way-destination.md")),
    built("POL-01", "policy-finding", "policy", Verdict::Error, "A segment breaks a policy of the house that is filed under no class of the catalogue.",
        include_str!("../../docs/rules/POL-01-policy-finding.md")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_pages_open_with_them() {
        let mut seen = std::collections::BTreeSet::new();
        for class in CLASSES {
            assert!(seen.insert(class.code.0), "{} stands twice", class.code);
            assert!(seen.insert(class.name), "{} stands twice", class.name);
            assert!(class.page.starts_with(&format!("# {}: {}\n", class.code, class.name)), "{}", class.code);
            assert!(class.page.contains(&format!("| {} | {} |", class.family, class.verdict.word())), "{}", class.code);
        }
        assert_eq!(CLASSES.len(), 150);
    }

    #[test]
    fn a_class_is_found_in_any_case() {
        assert_eq!(class("pur-01").unwrap().code.0, "PUR-01");
        assert!(class("XYZ-99").is_none());
    }
}
