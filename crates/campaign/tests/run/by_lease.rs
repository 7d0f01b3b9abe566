//! A ledger that cannot know whether a run lives: [`ByLease`].

use batchcast_campaign::ledger::memory::Memory;
use batchcast_campaign::ledger::{CampaignId, Hold, Ledger, LedgerError, Tables, View};

/// A ledger as one on another machine is: nobody holds a campaign but by the lease that its row names.
#[derive(Debug)]
pub(crate) struct ByLease(pub(crate) Memory);

impl Ledger for ByLease {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.0.write(work)
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        self.0.read(work)
    }

    fn hold(&self, _: &CampaignId) -> Result<Hold, LedgerError> {
        Ok(Hold::ByLease)
    }

    fn is_held(&self, _: &CampaignId) -> Result<Option<bool>, LedgerError> {
        Ok(None)
    }
}
