//! Seeded faults: mistakes of the compiler that can be made on purpose, to see whether the tests would notice.
//!
//! They exist only with the feature `seeded-faults`. Without it [`on`] is a constant `false`, and what asks it falls away; with it
//! `segma --version` says so. Every mistake stands at the place where somebody could make it, and `tests/faults.rs` demands that each
//! is noticed by rows that differ from those which the worlds say, not by a text that looks different.

macro_rules! faults {
    ($($name:ident = $what:literal;)*) => {
        /// A mistake that can be made on purpose.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault { $(#[doc = $what] $name),* }

        impl Fault {
            /// Every one, with its name and what it is.
            pub const ALL: &'static [(Fault, &'static str, &'static str)] = &[$((Fault::$name, stringify!($name), $what)),*];
        }
    };
}

faults! {
    F1 = "the guard is left out of the SQL";
    F2 = "the parts of the guard are joined by OR";
    F3 = "the grant is asked by an outer join with a test that nothing passes";
    F4 = "a grant counts for other purposes than its own";
    F5 = "a denial of a channel is ignored";
    F6 = "a grant at now itself does not count";
    F7 = "a denial at the very end of the skew does not count";
    F8 = "a grant ends with the instant at which it is as old as allowed";
    F9 = "a tie goes to the grant";
    F10 = "the last row decides, whatever its time";
    F11 = "a grant of unknown time counts";
    F12 = "a denial of unknown time does not count";
    F13 = "a grant of the future counts";
    F14 = "the skew of a ledger's clock is ignored";
    F15 = "a grant reaches whoever is linked";
    F16 = "a denial reaches nobody who is linked";
    F17 = "what leaves out must be definitely true";
    F18 = "what is wanted need only be possible";
    F20 = "the complement is taken over everybody";
    F21 = "a referenced segment lends its members without its guard";
    F22 = "a referenced segment is evaluated at another instant";
    F23 = "the retention of one table is not cut";
    F24 = "months of retention are thirty days";
    F25 = "a window may look a day further back than what is kept";
    F26 = "the clock is asked inside a query bound to an instant";
    F27 = "a civil day is that of the session's zone";
    F28 = "the minimum counts people before the guard";
    F29 = "the minimum counts rows";
    F30 = "the minimum must be exceeded";
    F31 = "counts under the minimum are shown";
    F33 = "texts are written as another dialect reads them";
    F34 = "names are cut";
    F35 = "names that differ in case only are told apart";
    F36 = "the greatest of nothing is nought";
    F37 = "what is no number is a decimal";
    F38 = "quotients are cut to whole numbers";
    F40 = "a missing truth is false";
    F41 = "one of several purposes need be allowed";
    F42 = "what a rank reads is not seen";
    F43 = "what is exposed is not seen";
    F44 = "a page does not say the guard";
    F46 = "a ledger that is missing empties nothing";
    F47 = "a grant reaches broader purposes";
    F48 = "guards of one entity are taken for one another";
    F49 = "the order of segments is that of a hash";
    F51 = "whom its guard keeps out of a segment is not in it for sure";
    F52 = "rows of related people who may not be read are dropped";
    F53 = "a window before what is kept is empty where nothing is left";
    F54 = "a denial of nobody is skipped";
}

#[cfg(not(feature = "seeded-faults"))]
mod chosen {
    /// Whether this mistake is to be made: never.
    pub const fn on(_: super::Fault) -> bool {
        false
    }

    /// Whether emitted SQL goes unread: never.
    pub const fn unproved() -> bool {
        false
    }

    /// The condition as it is.
    pub(crate) fn at_another_instant(condition: crate::plan::Cond) -> crate::plan::Cond {
        condition
    }
}

#[cfg(feature = "seeded-faults")]
mod chosen {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::Fault;

    static CHOSEN: AtomicUsize = AtomicUsize::new(0);
    static UNPROVED: AtomicBool = AtomicBool::new(false);

    /// Whether this mistake is to be made.
    pub fn on(fault: Fault) -> bool {
        CHOSEN.load(Ordering::Relaxed) == fault as usize + 1
    }

    /// Whether emitted SQL goes unread, so that rows alone can tell.
    pub fn unproved() -> bool {
        UNPROVED.load(Ordering::Relaxed)
    }

    /// Makes a mistake from now on, in every thread; `unproved`: and does not read the SQL again.
    pub fn choose(fault: Option<Fault>, unproved: bool) {
        CHOSEN.store(fault.map_or(0, |fault| fault as usize + 1), Ordering::Relaxed);
        UNPROVED.store(unproved, Ordering::Relaxed);
    }

    /// Under [`Fault::F22`] windows up to now end a month earlier.
    pub(crate) fn at_another_instant(condition: crate::plan::Cond) -> crate::plan::Cond {
        let Ok(text) = serde_json::to_string(&condition) else { return condition };
        let earlier = text.replace("\"to\":\"now\"", "\"to\":{\"back\":{\"months\":1,\"seconds\":0}}");
        if on(Fault::F22) { serde_json::from_str(&earlier).unwrap_or(condition) } else { condition }
    }

    /// The mistake of a name, as the environment gives it to the command.
    pub fn named(name: &str) -> Option<Fault> {
        Fault::ALL.iter().find(|(_, known, _)| *known == name).map(|(fault, ..)| *fault)
    }
}

pub use chosen::*;
