//! Taking a batch in hand, and giving it back.

use std::time::Duration;

use batchcast_transport::operation::Cost;
use batchcast_transport::time::Unix;

use super::pace::{self, Reserved};
use super::{Tenure, Terms, damaged, own_campaign};
use crate::ledger::{BatchNumber, BatchRow, BatchState, CampaignRow, LedgerError, Stage, Tables, View};

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

/// Takes the first batch that is pending below this number in hand, or one that was split off those below it, with a
/// slot of the pace.
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
    let batch = match first_pending(tables, &campaign, below)? {
        First::Batch(batch) => *batch,
        First::NotBefore(at) => return Ok(Claimed::NotYet(at.since(tables.now()))),
        First::None => return Ok(Claimed::NonePending),
    };
    if batch.state != BatchState::Pending {
        return Err(damaged(format!("batch {} is and is not pending", batch.number)));
    }
    let guard = batch.guard();
    let batch = BatchRow { state: BatchState::Claimed, epoch: tenure.epoch, ..batch };
    let claim = match with_slot(tables, tenure, terms, batch)? {
        Slotted::Claim(claim) => claim,
        Slotted::NotYet(wait) => return Ok(Claimed::NotYet(wait)),
    };
    let is_ours = tables.replace_batch(tenure.campaign, guard, &claim.batch)?;
    // Somebody else was faster, where the ledger lets two look at once: there will be another.
    Ok(if is_ours { Claimed::Batch(claim) } else { Claimed::NotYet(Duration::ZERO) })
}

/// Longer than any batch waits for another try.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What is pending.
enum First {
    Batch(Box<BatchRow>),
    NotBefore(Unix),
    None,
}

fn first_pending(view: &dyn View, campaign: &CampaignRow, below: BatchNumber) -> Result<First, LedgerError> {
    if let Some(batch) = view.next_pending(campaign.key, below)? {
        return Ok(First::Batch(Box::new(batch)));
    }
    let mut not_before = view.first_not_before(campaign.key, below)?;
    // As long as nobody above was sent to, whatever was split was below. Its parts have the numbers after the plan's.
    let (planned, now) = (campaign.plan.requests, view.now());
    let mut part = None;
    if below < planned && campaign.batches > planned {
        view.batches_in(campaign.key, BatchState::Pending, &mut |batch| {
            if batch.number >= planned && batch.not_before > now {
                not_before = Some(not_before.map_or(batch.not_before, |first| first.min(batch.not_before)));
            } else if batch.number >= planned {
                part.get_or_insert(batch);
            }
            Ok(())
        })?;
    }
    // No pause of a batch is as long as that: it was written before the clock was set back.
    if part.is_none() && not_before.is_some_and(|at| at > now + LONGEST_WAIT) {
        view.batches_in(campaign.key, BatchState::Pending, &mut |batch| {
            if batch.number < below && batch.not_before > now + LONGEST_WAIT {
                part.get_or_insert(batch);
            }
            Ok(())
        })?;
    }
    Ok(match (part, not_before) {
        (Some(batch), _) => First::Batch(Box::new(batch)),
        (None, Some(at)) => First::NotBefore(at),
        (None, None) => First::None,
    })
}

/// A claim in the making.
pub(super) enum Slotted {
    Claim(Claim),
    NotYet(Duration),
}

/// The same batch with a fresh slot, and a lease that begins with it. The batch is not written yet.
pub(super) fn with_slot(
    tables: &mut dyn Tables,
    tenure: &Tenure,
    terms: &Terms,
    batch: BatchRow,
) -> Result<Slotted, LedgerError> {
    let now = tables.now();
    Ok(match pace::reserve(tables, tenure, terms, Cost::one_request(batch.size))? {
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
