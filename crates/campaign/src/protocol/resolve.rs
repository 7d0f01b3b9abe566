//! Settling by hand what nobody can know from here.

use std::str::FromStr;
use std::time::Duration;

use super::written;
use crate::ledger::{BatchNumber, BatchRow, BatchState, CampaignId, CampaignKey, LedgerError, Stage, Tables, View};
use crate::refusal::Refusal;
use batchcast_transport::time::Unix;

/// How long after the end of its last attempt a batch may still come out at the vendor's, at most.
const SETTLES: Duration = Duration::from_secs(120);

/// What a person says of recipients in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// They got it.
    Delivered,
    /// They did not get it, and shall not.
    NotDelivered,
    /// Send it to them again, whether they got it or not.
    Resend,
}

impl Resolution {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Delivered, Self::NotDelivered, Self::Resend];

    /// The name: `delivered`, `not-delivered` or `resend`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::NotDelivered => "not-delivered",
            Self::Resend => "resend",
        }
    }
}

/// The text is no resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("delivered, not-delivered or resend is wanted")]
pub struct UnknownResolution;

impl FromStr for Resolution {
    type Err = UnknownResolution;

    fn from_str(text: &str) -> Result<Self, UnknownResolution> {
        Self::ALL.into_iter().find(|resolution| resolution.as_str() == text).ok_or(UnknownResolution)
    }
}

/// How much was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct Resolved {
    /// Batches.
    pub batches: u64,
    /// Their recipients.
    pub recipients: u64,
}

/// Settles the batches of a campaign that are in doubt, or one of them; all or none. What is on the wire is in doubt
/// too, but not settled here: whoever holds the campaign sweeps first.
///
/// # Errors
/// [`LedgerError`]; within, why it may not. Two minutes after the deadline of its last attempt a batch may be settled,
/// and not before: until then the request may still be on its way.
pub fn resolve(
    tables: &mut dyn Tables,
    id: &CampaignId,
    batch: Option<BatchNumber>,
    resolution: Resolution,
) -> Result<Result<Resolved, Refusal>, LedgerError> {
    let found = tables.campaign(id)?.filter(|campaign| campaign.stage != Stage::Importing);
    let Some(campaign) = found else {
        return Ok(Err(Refusal::NoSuchCampaign(id.clone())));
    };
    if resolution == Resolution::Resend && campaign.forgotten_at.is_some() {
        return Ok(Err(Refusal::Forgotten(id.clone())));
    }
    if resolution == Resolution::Resend && campaign.stage == Stage::Cancelled {
        return Ok(Err(Refusal::Cancelled(id.clone())));
    }
    let now = tables.now();
    let doubts = match ripe_doubts(tables, id, campaign.key, batch)? {
        Ok(doubts) => doubts,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut resolved = Resolved::default();
    for batch in doubts {
        written(tables.replace_batch(campaign.key, batch.guard(), &settled(&batch, resolution, now))?)?;
        resolved.batches += 1;
        resolved.recipients += u64::from(batch.size);
    }
    Ok(Ok(resolved))
}

/// The batches of a campaign that are in doubt, or one of them, if they may be settled by now.
///
/// # Errors
/// [`LedgerError`]; within, why they may not.
pub fn doubts(
    view: &dyn View,
    id: &CampaignId,
    batch: Option<BatchNumber>,
) -> Result<Result<Vec<BatchRow>, Refusal>, LedgerError> {
    match view.campaign(id)?.filter(|campaign| campaign.stage != Stage::Importing) {
        None => Ok(Err(Refusal::NoSuchCampaign(id.clone()))),
        Some(campaign) if campaign.forgotten_at.is_some() => Ok(Err(Refusal::Forgotten(id.clone()))),
        Some(campaign) => ripe_doubts(view, id, campaign.key, batch),
    }
}

fn ripe_doubts(
    view: &dyn View,
    id: &CampaignId,
    campaign: CampaignKey,
    batch: Option<BatchNumber>,
) -> Result<Result<Vec<BatchRow>, Refusal>, LedgerError> {
    let doubts = in_doubt(view, id, campaign, batch)?;
    let last = doubts.iter().flatten().map(|batch| batch.deadline + SETTLES).max();
    Ok(match last.filter(|ripe_at| *ripe_at > view.now()) {
        Some(until) => Err(Refusal::TooEarly { campaign: id.clone(), until }),
        None => doubts,
    })
}

fn in_doubt(
    view: &dyn View,
    id: &CampaignId,
    campaign: CampaignKey,
    number: Option<BatchNumber>,
) -> Result<Result<Vec<BatchRow>, Refusal>, LedgerError> {
    let mut doubts = Vec::new();
    match number {
        None => view.batches_in(campaign, BatchState::Unknown, &mut |batch| {
            doubts.push(batch);
            Ok(())
        })?,
        Some(number) => match view.batch(campaign, number)? {
            Some(batch) if batch.state == BatchState::Unknown => doubts.push(batch),
            found => {
                let state = found.map(|batch| batch.state);
                return Ok(Err(Refusal::NotInDoubt { campaign: id.clone(), batch: number, state }));
            }
        },
    }
    Ok(Ok(doubts))
}

fn settled(batch: &BatchRow, resolution: Resolution, now: Unix) -> BatchRow {
    let batch = BatchRow { by_hand: true, at: now, ..batch.clone() };
    match resolution {
        Resolution::Delivered => BatchRow { state: BatchState::Accepted, ..batch },
        Resolution::NotDelivered => BatchRow { state: BatchState::Rejected, ..batch },
        Resolution::Resend => BatchRow { state: BatchState::Pending, not_before: Unix::EPOCH, tries_again: 0, ..batch },
    }
}
