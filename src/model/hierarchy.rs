//! What a purpose takes from the broader ones: their dots make the hierarchy, and the nearest that writes a clause decides.

use crate::source::Spanned;

use super::*;

impl Model {
    /// Whether `narrow` is `broad` or stands below it.
    pub fn is_within(&self, narrow: PurposeId, broad: PurposeId) -> bool {
        self.broader(narrow).any(|purpose| purpose == broad)
    }

    /// A purpose and every broader one, nearest first.
    pub fn broader(&self, purpose: PurposeId) -> impl Iterator<Item = PurposeId> + '_ {
        std::iter::successors(Some(purpose), |id| self.purposes[*id].parent)
    }

    /// The basis of a purpose, its own or the nearest broader one's.
    pub fn basis(&self, purpose: PurposeId) -> Option<Spanned<Basis>> {
        self.broader(purpose).find_map(|id| self.purposes[id].basis)
    }

    /// The channel of a purpose, its own or the nearest broader one's.
    pub fn channel(&self, purpose: PurposeId) -> Option<Spanned<Channel>> {
        self.broader(purpose).find_map(|id| self.purposes[id].channel)
    }

    /// The oldest notice that covers a purpose, its own or the nearest broader one's.
    pub fn notice(&self, purpose: PurposeId) -> Option<&Spanned<String>> {
        self.broader(purpose).find_map(|id| self.purposes[id].notice.as_ref())
    }

    /// How long a grant of a purpose lasts, its own or the nearest broader one's.
    pub fn valid(&self, purpose: PurposeId) -> Option<&Spanned<Valid>> {
        self.broader(purpose).find_map(|id| self.purposes[id].valid.as_ref())
    }

    /// The assessment behind a purpose, its own or the nearest broader one's.
    pub fn assessment(&self, purpose: PurposeId) -> Option<&str> {
        self.broader(purpose).find_map(|id| self.purposes[id].assessment.as_deref())
    }

    /// Why a purpose is suspended, if it or a broader one is.
    pub fn suspended(&self, purpose: PurposeId) -> Option<&Spanned<String>> {
        self.broader(purpose).find_map(|id| self.purposes[id].suspended.as_ref())
    }
}
