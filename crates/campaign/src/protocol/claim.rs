//! Taking a batch in hand, and giving it back.

use std::time::Duration;

use batchcast_transport::operation::Cost;

use super::pace::{self, Reserved};
use super::{Tenure, Terms, own_campaign};
use crate::ledger::{BatchNumber, BatchRow, BatchState, LedgerError, Stage, Tables};

/// What comes of asking for a batch.
#[derive(Debug)]
#[must_use]
pub enum Claimed {
    /// This one.
    Batch(Claim),
    /// None yet: the time of the first comes after this long.
    NotYet(Duration),
    /// None is pending.
    NonePending,
    /// Somebody cancelled the campaign.
    Cancelled,
    /// A later run has taken over.
    Lost,
}

/// A batch in hand. Nothing of it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a claim that is dropped keeps its batch until the campaign is run again"]
pub struct Claim {
    pub(super) batch: BatchRow,
    pub(super) wait: Duration,
    /// Whether a slot before this one was missed.
    pub(super) has_missed: bool,
}

impl Claim {
    /// Its number.
    #[must_use]
    pub const fn number(&self) -> BatchNumber {
        self.batch.number
    }

    /// How many recipients.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.batch.size
    }

    /// How long after it was claimed its slot comes.
    #[must_use]
    pub const fn wait(&self) -> Duration {
        self.wait
    }
}

/// Takes the first batch that is pending below this number in hand, with a slot of the pace.
///
/// # Errors
/// [`LedgerError`].
pub fn claim(
    tables: &mut dyn Tables,
    tenure: &Tenure,
    terms: &Terms,
    below: BatchNumber,
) -> Result<Claimed, LedgerError> {
    let Some(campaign) = own_campaign(tables, tenure)? else {
        return Ok(Claimed::Lost);
    };
    if campaign.stage != Stage::Started {
        return Ok(Claimed::Cancelled);
    }
    let Some(batch) = tables.next_pending(tenure.campaign, below)? else {
        let now = tables.now();
        let first = tables.first_not_before(tenure.campaign, below)?;
        return Ok(first.map_or(Claimed::NonePending, |first| Claimed::NotYet(first.since(now))));
    };
    let guard = batch.guard();
    let batch = BatchRow { state: BatchState::Claimed, epoch: tenure.epoch, ..batch };
    let claim = match with_slot(tables, terms, batch)? {
        Slotted::Claim(claim) => claim,
        Slotted::NotYet(wait) => return Ok(Claimed::NotYet(wait)),
    };
    let is_ours = tables.replace_batch(tenure.campaign, guard, &claim.batch)?;
    // Somebody else was faster, where the ledger lets two look at once: there will be another.
    Ok(if is_ours { Claimed::Batch(claim) } else { Claimed::NotYet(Duration::ZERO) })
}

/// A claim in the making.
pub(super) enum Slotted {
    Claim(Claim),
    NotYet(Duration),
}

/// The same batch with a fresh slot, and a lease that begins with it. The batch is not written yet.
pub(super) fn with_slot(tables: &mut dyn Tables, terms: &Terms, batch: BatchRow) -> Result<Slotted, LedgerError> {
    let now = tables.now();
    Ok(match pace::reserve(tables, terms, Cost::one_request(batch.size))? {
        Reserved::Later(wait) => Slotted::NotYet(wait),
        Reserved::Slot(slot) => {
            let batch = BatchRow { slot, lease_until: slot + terms.lease(), at: now, ..batch };
            Slotted::Claim(Claim { batch, wait: slot.since(now), has_missed: false })
        }
    })
}

/// Gives a claim back: its batch is pending again, after `wait`.
///
/// # Errors
/// [`LedgerError`].
pub fn release(tables: &mut dyn Tables, tenure: &Tenure, claim: &Claim, wait: Duration) -> Result<(), LedgerError> {
    let now = tables.now();
    let batch = BatchRow { state: BatchState::Pending, not_before: now + wait, at: now, ..claim.batch.clone() };
    // Whoever took over has given it back already.
    tables.replace_batch(tenure.campaign, claim.batch.guard(), &batch)?;
    Ok(())
}
