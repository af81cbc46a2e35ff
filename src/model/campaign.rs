//! What a campaign is about, where rules of its own hold for it: votes, and what people cannot do without.

use crate::source::Spanned;

use super::{Model, PurposeId, Segment};

/// What a campaign is about, where rules of its own hold for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Campaign {
    /// To vote, or to hold an opinion.
    Political,
    /// Homes.
    Housing,
    /// Work.
    Jobs,
    /// Loans.
    Credit,
    /// Cover against risks.
    Insurance,
}

impl Campaign {
    /// The word for it in the language.
    pub fn word(self) -> &'static str {
        match self {
            Campaign::Political => "political",
            Campaign::Housing => "housing",
            Campaign::Jobs => "jobs",
            Campaign::Credit => "credit",
            Campaign::Insurance => "insurance",
        }
    }

    /// Whether laws against discrimination ask who is reached.
    pub fn must_be_fair(self) -> bool {
        match self {
            Campaign::Housing | Campaign::Jobs | Campaign::Credit | Campaign::Insurance => true,
            Campaign::Political => false,
        }
    }
}

impl Model {
    /// The kind of campaign of a purpose, its own or the nearest broader one's.
    pub fn campaign(&self, purpose: PurposeId) -> Option<Spanned<Campaign>> {
        self.broader(purpose).find_map(|id| self.purposes[id].campaign)
    }

    /// Every kind of campaign that a segment is part of: what it says itself, and what its purposes say.
    pub fn campaigns<'m>(&'m self, segment: &'m Segment) -> impl Iterator<Item = Campaign> + 'm {
        let of_purposes = segment.purposes.iter().filter_map(|purpose| self.campaign(purpose.value));
        segment.campaign.into_iter().chain(of_purposes).map(|campaign| campaign.value)
    }

    /// What a segment's campaign is about where it must be fair. A narrower purpose is a part of the broader one, so calling it something
    /// else takes nothing away.
    pub fn fair_campaign(&self, segment: &Segment) -> Option<Campaign> {
        let purposes = segment.purposes.iter().flat_map(|purpose| self.broader(purpose.value));
        let of_purposes = purposes.filter_map(|id| self.purposes[id].campaign);
        let all = segment.campaign.into_iter().chain(of_purposes).map(|campaign| campaign.value);
        all.into_iter().find(|campaign| campaign.must_be_fair())
    }
}
