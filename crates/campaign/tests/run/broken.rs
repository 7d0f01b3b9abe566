//! Ledgers that break: [`Broken`] at one operation, [`Panicking`] by a bug.

use std::sync::Arc;

use batchcast_campaign::ledger::failing::{FailedCommit, Failing};
use batchcast_campaign::ledger::memory::Memory;
use batchcast_campaign::ledger::{BatchState, CampaignId, Hold, Ledger, LedgerError, LedgerProblem, Tables, View};

use crate::bench::Bench;
use crate::wall::Wall;

/// How a ledger breaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Break {
    /// The number of the first operation that fails, from 1.
    pub(crate) at: u64,
    pub(crate) commit: FailedCommit,
    pub(crate) lasts: Lasts,
}

/// For how long it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// One transaction.
    Once,
    ForEver,
}

impl Break {
    /// Every way of breaking at this operation.
    pub(crate) fn all(at: u64) -> impl Iterator<Item = Self> {
        [FailedCommit::NothingKept, FailedCommit::EverythingKept].into_iter().flat_map(move |commit| {
            [Lasts::Once, Lasts::ForEver].into_iter().map(move |lasts| Self { at, commit, lasts })
        })
    }

    pub(crate) const fn keeps_nothing(self) -> bool {
        matches!(self.commit, FailedCommit::NothingKept)
    }
}

/// A ledger that breaks, around one that does not.
#[derive(Debug)]
pub(crate) struct Broken {
    failing: Failing<Memory>,
    whole: Memory,
    lasts: Lasts,
}

impl Broken {
    /// A broken ledger, and a bench with the same rows that is whole.
    pub(crate) fn new(breaks: Break) -> (Arc<Self>, Bench) {
        let wall = Wall::default();
        let whole = Memory::new(Arc::new(wall.clone()));
        let failing = Failing::new(whole.clone(), breaks.at, LedgerProblem::DiskFull).with_commit(breaks.commit);
        let bench = Bench { wall, ledger: Arc::new(whole.clone()) };
        (Arc::new(Self { failing, whole, lasts: breaks.lasts }), bench)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.failing.has_failed()
    }

    fn now(&self) -> &dyn Ledger {
        if self.lasts == Lasts::Once && self.has_failed() { &self.whole } else { &self.failing }
    }
}

impl Ledger for Broken {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.now().write(work)
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.now().read(work)
    }

    fn hold(&self, campaign: &CampaignId) -> Result<Hold, LedgerError> {
        self.now().hold(campaign)
    }

    fn is_held(&self, campaign: &CampaignId) -> Result<Option<bool>, LedgerError> {
        self.now().is_held(campaign)
    }
}

/// A ledger that has a bug: it panics when a third request is on the wire.
#[derive(Debug)]
pub(crate) struct Panicking(pub(crate) Memory);

impl Ledger for Panicking {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.0.write(&mut |tables| {
            work(tables)?;
            let mut in_flight = Vec::new();
            for campaign in tables.campaigns()? {
                tables.batches_in(campaign.key, BatchState::InFlight, &mut |batch| {
                    in_flight.push(batch.number);
                    Ok(())
                })?;
            }
            assert!(in_flight.len() < 3, "the ledger panics");
            Ok(())
        })
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.0.read(work)
    }

    fn hold(&self, campaign: &CampaignId) -> Result<Hold, LedgerError> {
        self.0.hold(campaign)
    }

    fn is_held(&self, campaign: &CampaignId) -> Result<Option<bool>, LedgerError> {
        self.0.is_held(campaign)
    }
}
