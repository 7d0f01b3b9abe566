//! The last word before a request leaves.

use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::channel::Mark;
use batchcast_transport::exchange::SLOT_LASTS;
use batchcast_transport::time::Unix;

use super::claim::{Claim, Slotted, release, with_slot};
use super::{Tenure, Terms, damaged, own_campaign, quota};
use crate::ledger::{BatchNumber, BatchRow, BatchState, LedgerError, Stage, Tables, Used};

/// What comes of beginning an attempt.
#[derive(Debug)]
#[must_use]
pub enum Begun {
    /// Send this now, and record what came of it.
    Attempt(Attempt),
    /// The slot was missed; here is another. A late request would come too close to those that keep theirs.
    Later(Claim),
    /// The slot was missed, and the next is far ahead. The claim is given back.
    NotYet,
    /// The day's volume is used up until then. The claim is given back.
    QuotaUsedUp(Unix),
    /// Somebody cancelled the campaign. The claim is given back.
    Cancelled,
    /// A later run has taken over.
    Lost,
}

/// A request that is about to leave. From here on its recipients are in doubt until its answer is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an attempt that is dropped leaves its recipients in doubt"]
pub struct Attempt {
    pub(super) batch: BatchRow,
    pub(super) members: Vec<(u64, Recipient)>,
}

impl Attempt {
    /// The number of its batch.
    #[must_use]
    pub const fn number(&self) -> BatchNumber {
        self.batch.number
    }

    /// How many attempts of this batch there were, with this one.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.batch.attempt
    }

    /// How many times the vendor has asked to try this batch again.
    #[must_use]
    pub const fn tries_again(&self) -> u32 {
        self.batch.tries_again
    }

    /// To whom.
    #[must_use]
    pub fn recipients(&self) -> Vec<Recipient> {
        self.members.iter().map(|(_, recipient)| recipient.clone()).collect()
    }

    /// How many recipients.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.batch.size
    }

    /// Under which mark.
    #[must_use]
    pub const fn mark(&self) -> Option<&Mark> {
        self.batch.mark.as_ref()
    }
}

/// Writes down that the request of a claim leaves now, under this mark.
///
/// # Errors
/// [`LedgerError`]: then it must not leave.
pub fn begin(
    tables: &mut dyn Tables,
    tenure: &Tenure,
    terms: &Terms,
    claim: &Claim,
    mark: Option<Mark>,
) -> Result<Begun, LedgerError> {
    let Some(campaign) = own_campaign(tables, tenure)? else {
        return Ok(Begun::Lost);
    };
    if campaign.stage != Stage::Started {
        release(tables, tenure, claim, Duration::ZERO)?;
        return Ok(Begun::Cancelled);
    }
    let (now, guard) = (tables.now(), claim.batch.guard());
    // Whoever is always late is late by the same for everybody, and must get on nevertheless: one slot is given up for
    // another. A clock that was set back would let it leave before its slot: that is a missed slot too.
    let is_late = !claim.has_missed && now.since(claim.batch.slot) > SLOT_LASTS;
    if is_late || claim.batch.slot.since(now) > SLOT_LASTS {
        let Slotted::Claim(later) = with_slot(tables, tenure, terms, claim.batch.clone())? else {
            release(tables, tenure, claim, Duration::ZERO)?;
            return Ok(Begun::NotYet);
        };
        let is_ours = tables.replace_batch(tenure.campaign, guard, &later.batch)?;
        let later = Claim { has_missed: true, ..later };
        return Ok(if is_ours { Begun::Later(later) } else { Begun::Lost });
    }
    let volume = u64::from(claim.batch.size);
    if let Some(until) = quota::room_at(tables, terms, volume)? {
        release(tables, tenure, claim, Duration::ZERO)?;
        return Ok(Begun::QuotaUsedUp(until));
    }
    let batch = BatchRow {
        state: BatchState::InFlight,
        attempt: claim.batch.attempt + 1,
        began_at: now,
        deadline: now + terms.deadline,
        lease_until: now + terms.lease(),
        mark,
        at: now,
        message_id: None,
        request_id: None,
        code: None,
        reason: None,
        // That it was sent again by order stays with it until its answer is in hand: what the request before did is as
        // unknown as ever.
        ..claim.batch.clone()
    };
    if !tables.replace_batch(tenure.campaign, guard, &batch)? {
        return Ok(Begun::Lost);
    }
    quota::charge(tables, terms, now, volume)?;
    let retried = i64::from(batch.attempt > 1);
    tables.add_use(tenure.campaign, &Used { sent: 1, retried, ..Used::default() })?;
    let members = tables.members(tenure.campaign, batch.number)?;
    if members.len() as u64 != volume {
        return Err(damaged(format!("batch {} has {} of its {volume} recipients", batch.number, members.len())));
    }
    Ok(Begun::Attempt(Attempt { batch, members }))
}
