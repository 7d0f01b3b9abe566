//! Whoever runs a campaign, step by step: [`Party`].

use batchcast_campaign::ledger::{Again, CampaignId};
use batchcast_campaign::protocol::{self, Begun, Claim, Claimed, Holder, Sent, Started, Tenure, Terms};

use crate::bench::{Bench, DEADLINE, write};
use crate::vendor::Vendor;

/// A campaign that has started, and whoever runs it.
pub(crate) struct Party {
    pub(crate) tenure: Tenure,
    pub(crate) terms: Terms,
}

impl Party {
    /// Of a message of its own, to so many people.
    pub(crate) fn new(bench: &Bench, vendor: &Vendor<'_>, people: usize) -> Self {
        let id = bench.plan(vendor, people);
        Self::of(bench, vendor, &id)
    }

    pub(crate) fn of(bench: &Bench, vendor: &Vendor<'_>, id: &CampaignId) -> Self {
        let terms = Terms::of(vendor, DEADLINE);
        let (sent, again) = (Sent::by(vendor), Again::Allow);
        let started = write(&*bench.ledger, |tables| protocol::start(tables, id, &sent, &terms, Holder::Gone, again));
        let Started::Yes { tenure, .. } = started else { panic!("{started:?}") };
        Self { tenure, terms }
    }

    pub(crate) fn claim(&self, bench: &Bench) -> Claimed {
        write(&*bench.ledger, |tables| protocol::claim(tables, &self.tenure, &self.terms, u32::MAX))
    }

    #[track_caller]
    pub(crate) fn claimed(&self, bench: &Bench) -> Claim {
        match self.claim(bench) {
            Claimed::Batch(claim) => claim,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn begin(&self, bench: &Bench, claim: &Claim) -> Begun {
        write(&*bench.ledger, |tables| protocol::begin(tables, &self.tenure, &self.terms, claim, None))
    }
}
