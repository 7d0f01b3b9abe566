//! Taking a campaign back, as far as the vendor does: [`recall`].

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};

use batchcast_model::Recipient;
use batchcast_transport::around::{Recall, RecallUnit, Sending, TakenBack};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError};
use batchcast_transport::time::Unix;

use super::shares::{in_shares, in_turn};
use super::{batches, hold, is_of_one, of_this_app};
use crate::campaign::Campaign;
use crate::commit::{read, write};
use crate::ledger::{BatchRow, BatchState, CampaignKey, LedgerError, RecallRow, RecallState, Settled, View};
use crate::refusal::{Error, Refusal};
use crate::standing::counts as counts_of;

/// How many are taken back between two commits, for each that is taken back at once. Whatever a crash leaves unwritten
/// is taken back once more, which changes nothing.
const EACH: usize = 20;

/// So many calls in a row without an answer, and the rest waits until the recall is run again.
const DOUBTS_IN_A_ROW: u32 = 3;

const BEFORE: &str = "already recalled";

/// How many recipients of a campaign were taken back, as far as the vendor was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct Recalled {
    /// The vendor has taken the order; whoever has read it has read it.
    pub recalled: u64,
    /// The vendor refuses: too late, or gone.
    pub refused: u64,
    /// Nobody can know. Taking it back again is safe.
    pub unknown: u64,
    /// Nobody has asked the vendor yet.
    pub left: u64,
    /// Nothing can be taken back: nobody knows whether they got it, and under what name.
    pub out_of_reach: u64,
    /// Whether it was [interrupted](Campaign::with_interrupt) before everybody was asked for, also those of whom it is
    /// known how an earlier recall went.
    pub is_interrupted: bool,
}

/// What became of taking back one recipient, or everybody in a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecallOutcome {
    /// The recipient's data row.
    pub row: u64,
    /// Who.
    pub recipient: Recipient,
    /// What became of it; `None` where nothing was taken back as yet, or nothing could be.
    pub recall: Option<RecallRow>,
}

/// Takes back whatever of this campaign was accepted and is not taken back already, `at_once` at the same time, and
/// writes down what becomes of each. Run again, it goes on where it was.
/// [Interrupted](Campaign::with_interrupt), it leaves the others [`left`](Recalled::left).
///
/// # Errors
/// [`Refusal::OtherAddress`] where it was sent by another app; [`Error::Held`] while a run holds it; [`Refusal::Forgotten`] where each recipient would have to be named, and
/// nobody knows them any more; [`Error::Vendor`] where the vendor takes nothing back at all, for want of permission for
/// example, and where three calls in a row end in doubt; [`Error::Ledger`].
pub fn recall(campaign: &Campaign, vendor: &dyn Recall, at_once: NonZeroUsize) -> Result<Recalled, Error> {
    of_this_app(campaign, vendor.address())?;
    let _hold = hold(campaign)?;
    if vendor.unit() == RecallUnit::Recipient && campaign.is_forgotten()? {
        return Err(Refusal::Forgotten(campaign.id().clone()).into());
    }
    let doubts = InARow::default();
    let mut is_interrupted = false;
    for batch in batches(campaign) {
        let batch = batch?;
        let message_id = batch.message_id.as_deref().filter(|_| batch.state == BatchState::Accepted);
        let Some(message_id) = message_id else { continue };
        let sending = Sending { message_id, mark: batch.mark.as_ref() };
        let asked = match vendor.unit() {
            RecallUnit::Batch => recall_batch(campaign, vendor, &batch, &sending, &doubts),
            RecallUnit::Recipient => recall_members(campaign, vendor, &batch, &sending, at_once, &doubts),
        };
        if let Err(Error::Interrupted) = asked {
            is_interrupted = true;
            break;
        }
        asked?;
    }
    Ok(Recalled { is_interrupted, ..recalled(campaign)? })
}

fn recall_batch(
    campaign: &Campaign,
    vendor: &dyn Recall,
    batch: &BatchRow,
    sending: &Sending<'_>,
    doubts: &InARow,
) -> Result<(), Error> {
    let done = read(&**campaign.ledger(), |view| view.recalls(campaign.key(), batch.number))?;
    if done.iter().any(|row| row.state == RecallState::Recalled) {
        return Ok(());
    }
    campaign.interrupt().check()?;
    let row = row(campaign, batch, None, vendor.recall(sending, None), doubts)?;
    Ok(keep(campaign, vec![row])?)
}

fn recall_members(
    campaign: &Campaign,
    vendor: &dyn Recall,
    batch: &BatchRow,
    sending: &Sending<'_>,
    at_once: NonZeroUsize,
    doubts: &InARow,
) -> Result<(), Error> {
    for people in left(campaign, batch)?.chunks(at_once.get().saturating_mul(EACH)) {
        let take_back = |(number, recipient): &(u64, Recipient)| {
            row(campaign, batch, Some(*number), vendor.recall(sending, Some(recipient)), doubts)
        };
        let shares: Vec<_> = people.chunks(people.len().div_ceil(at_once.get())).collect();
        // One may wait for its answer for long, and whoever leaves then shall not lose those of the others.
        let take_back_and_keep = |share: &&[_]| {
            let (rows, ended) = in_turn(share, campaign.interrupt(), take_back);
            let is_all = rows.len() == share.len();
            keep(campaign, rows)?;
            ended.and(if is_all { Ok(()) } else { campaign.interrupt().check() })
        };
        let (done, ended) = in_shares(&shares, at_once, campaign.interrupt(), take_back_and_keep);
        ended?;
        if done.len() < shares.len() {
            campaign.interrupt().check()?;
        }
    }
    Ok(())
}

/// Who of a batch got it and still has it.
fn left(campaign: &Campaign, batch: &BatchRow) -> Result<Vec<(u64, Recipient)>, LedgerError> {
    let (people, recalls) = read(&**campaign.ledger(), |view| members(view, campaign.key(), batch))?;
    let is_done = |row| recalls.iter().any(|done| done.row == Some(row) && done.state == RecallState::Recalled);
    Ok(people.into_iter().filter(|(row, _)| !is_done(*row)).collect())
}

type Members = (Vec<(u64, Recipient)>, Vec<RecallRow>);

/// Who of an accepted batch got it, by row, and what became of taking it back.
fn members(view: &dyn View, campaign: CampaignKey, batch: &BatchRow) -> Result<Members, LedgerError> {
    let others: HashSet<_> = others(view, campaign, batch)?.collect();
    let mut people = view.members(campaign, batch.number)?;
    people.retain(|(row, _)| !others.contains(row));
    Ok((people, view.recalls(campaign, batch.number)?))
}

/// The rows of those in an accepted batch who did not get it, or of whom nobody knows.
fn others(view: &dyn View, campaign: CampaignKey, batch: &BatchRow) -> Result<impl Iterator<Item = u64>, LedgerError> {
    let exceptions = view.exceptions_of(campaign, batch.number)?.into_iter();
    Ok(exceptions.filter(|exception| exception.state != Settled::Accepted).map(|exception| exception.row))
}

/// How many calls in a row ended in doubt, on whatever thread.
#[derive(Debug, Default)]
struct InARow(AtomicU32);

impl InARow {
    /// Whether so many have that the vendor is not worth asking now.
    fn is_too_much(&self, is_in_doubt: bool) -> bool {
        if is_in_doubt {
            return self.0.fetch_add(1, Ordering::Relaxed) + 1 >= DOUBTS_IN_A_ROW;
        }
        self.0.store(0, Ordering::Relaxed);
        false
    }
}

/// What became of one call, unless it says that none of them can do anything.
fn row(
    campaign: &Campaign,
    batch: &BatchRow,
    row: Option<u64>,
    called: Result<TakenBack, CallError>,
    doubts: &InARow,
) -> Result<RecallRow, Error> {
    let is_unknown = called.as_ref().is_err_and(|error| error.class() == Some(Class::Unknown));
    let is_too_much = doubts.is_too_much(is_unknown);
    let (state, code, reason) = match called {
        Ok(TakenBack::Now) => (RecallState::Recalled, None, None),
        Ok(TakenBack::Before) => (RecallState::Recalled, None, Some(BEFORE.to_owned())),
        Ok(TakenBack::Refused { code, reason, .. }) => (RecallState::Refused, code, Some(reason)),
        Ok(_) => (RecallState::Unknown, None, Some("the vendor says something that is not understood".to_owned())),
        Err(error) if is_of_one(&error) && !is_too_much => {
            let state = if is_unknown { RecallState::Unknown } else { RecallState::Refused };
            (state, error.api().and_then(ApiError::code), Some(error.to_string()))
        }
        Err(error) => return Err(campaign.interrupt().or_error(error)),
    };
    Ok(RecallRow { batch: batch.number, row, state, code, reason, at: Unix::EPOCH })
}

fn keep(campaign: &Campaign, mut rows: Vec<RecallRow>) -> Result<(), LedgerError> {
    write(&**campaign.ledger(), |tables| {
        let now = tables.now();
        rows.iter_mut().for_each(|row| row.at = now);
        tables.replace_recalls(campaign.key(), &rows)
    })
}

/// How far a campaign is taken back, from the ledger alone.
///
/// # Errors
/// [`LedgerError`].
pub fn recalled(campaign: &Campaign) -> Result<Recalled, LedgerError> {
    let mut counts = Recalled::default();
    let standing = read(&**campaign.ledger(), |view| counts_of(view, campaign.key()))?;
    counts.out_of_reach = standing.unknown;
    for batch in batches(campaign) {
        let batch = batch?;
        if batch.state != BatchState::Accepted {
            continue;
        }
        let (others, recalls) = read(&**campaign.ledger(), |view| {
            let others = others(view, campaign.key(), &batch)?.count() as u64;
            Ok((others, view.recalls(campaign.key(), batch.number)?))
        })?;
        let mut left = u64::from(batch.size).saturating_sub(others);
        for recall in &recalls {
            let people = if recall.row.is_some() { 1.min(left) } else { left };
            left -= people;
            *counts.of(recall.state) += people;
        }
        let of_the_rest = if batch.message_id.is_some() { &mut counts.left } else { &mut counts.out_of_reach };
        *of_the_rest += left;
    }
    Ok(counts)
}

/// The same where anybody has asked for that; else `None`, without a look at every batch.
///
/// # Errors
/// [`LedgerError`].
pub fn recalled_if_any(campaign: &Campaign) -> Result<Option<Recalled>, LedgerError> {
    let asked = read(&**campaign.ledger(), |view| view.recall_counts(campaign.key()))?;
    if asked.is_empty() { Ok(None) } else { recalled(campaign).map(Some) }
}

impl Recalled {
    const fn of(&mut self, state: RecallState) -> &mut u64 {
        match state {
            RecallState::Recalled => &mut self.recalled,
            RecallState::Refused => &mut self.refused,
            RecallState::Unknown => &mut self.unknown,
        }
    }
}

/// Everybody who got it, batch by batch, and what became of taking it back; in flat memory. `each` may fail, which ends
/// it.
///
/// # Errors
/// [`LedgerError`], and what `each` returned.
pub fn recall_outcomes<E: From<LedgerError>>(
    campaign: &Campaign,
    mut each: impl FnMut(RecallOutcome) -> Result<(), E>,
) -> Result<(), E> {
    for batch in batches(campaign) {
        let batch = batch?;
        if batch.state != BatchState::Accepted {
            continue;
        }
        let (people, recalls) = read(&**campaign.ledger(), |view| members(view, campaign.key(), &batch))?;
        for (row, recipient) in people {
            let recall = recalls.iter().find(|recall| recall.row.is_none_or(|of| of == row)).cloned();
            each(RecallOutcome { row, recipient, recall })?;
        }
    }
    Ok(())
}
