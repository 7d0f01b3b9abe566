//! A ledger that lasts as long as the process: [`Memory`].

mod directory;
mod pages;
mod store;
mod tables;
mod view;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use batchcast_transport::time::{Clock, Unix};

use self::store::Store;
use super::{CampaignId, Hold, Ledger, LedgerError, Tables, View};

/// What errors call it.
const NAME: &str = "in memory";

/// A ledger in memory: for tests, and for sends whose end nobody needs to know after a crash. Clones share their rows.
///
/// Writers wait for each other; readers see what was there when they began and wait for nobody.
#[derive(Clone)]
pub struct Memory {
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    store: Mutex<Arc<Store>>,
    /// Held for the length of a transaction that may write.
    writer: Mutex<()>,
    held: Arc<Mutex<BTreeSet<CampaignId>>>,
}

/// What a transaction sees, and what it has written so far.
struct Transaction {
    store: Arc<Store>,
    now: Unix,
}

impl Memory {
    /// An empty one, which takes the time from this clock.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, shared: Arc::default() }
    }

    fn begin(&self) -> Transaction {
        Transaction { store: Arc::clone(&lock(&self.shared.store)), now: self.clock.now().unix }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("campaigns", &lock(&self.shared.store).campaigns.len()).finish_non_exhaustive()
    }
}

impl Ledger for Memory {
    fn write(&self, work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        let _writer = lock(&self.shared.writer);
        let mut transaction = self.begin();
        work(&mut transaction)?;
        let before = std::mem::replace(&mut *lock(&self.shared.store), transaction.store);
        // Out of the lock: a large campaign may go with it.
        drop(before);
        Ok(())
    }

    fn read(&self, work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>) -> Result<(), LedgerError> {
        work(&self.begin())
    }

    fn hold(&self, campaign: &CampaignId) -> Result<Hold, LedgerError> {
        let held = Arc::clone(&self.shared.held);
        if !lock(&held).insert(campaign.clone()) {
            return Ok(Hold::ByAnother);
        }
        Ok(Hold::Held(Box::new(Held { campaign: campaign.clone(), held })))
    }

    fn is_held(&self, campaign: &CampaignId) -> Result<Option<bool>, LedgerError> {
        Ok(Some(lock(&self.shared.held).contains(campaign)))
    }
}

/// Holds a campaign until it is dropped.
#[derive(Debug)]
struct Held {
    campaign: CampaignId,
    held: Arc<Mutex<BTreeSet<CampaignId>>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        lock(&self.held).remove(&self.campaign);
    }
}

/// What a lock guards is whole at any moment, so a panic elsewhere spoils nothing: a transaction that broke off was
/// never put in its place.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
