//! Settling doubts by what the vendor remembers: [`check`].

use std::collections::HashMap;
use std::num::NonZeroUsize;

use batchcast_model::Recipient;
use batchcast_transport::around::{History, Sent, Trace};
use batchcast_transport::channel::Mark;

use super::shares::in_shares;
use super::{hold, is_of_one, of_this_app, unless_interrupted};
use crate::campaign::Campaign;
use crate::commit::{read, write};
use crate::ledger::{BatchNumber, BatchRow, Hold, LedgerError};
use crate::protocol::{self, Told};
use crate::refusal::Error;

/// So many of a batch are asked for first, from its beginning to its end. If the vendor can tell of none of them, it is
/// not asked for the others.
const SAMPLE: usize = 5;

/// How many recipients were in doubt, and what became of that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
#[must_use]
pub struct Checked {
    /// They have it.
    pub accepted: u64,
    /// They do not have it.
    pub rejected: u64,
    /// The vendor cannot tell, or the attempt has no mark by which it could.
    pub in_doubt: u64,
    /// Nobody has asked for them before it was interrupted: they are in doubt still.
    pub left: u64,
    /// Somebody else has settled them meanwhile, and has the last word.
    pub settled_by_others: u64,
    /// Why it cannot, of one of them.
    pub why_in_doubt: Option<String>,
}

const NO_MARK: &str = "the attempt has no mark by which the vendor could tell";

/// Settles what is in doubt of this campaign, or one batch of it, by the vendor's history: whoever has the message is
/// accepted, whoever would have it and does not is rejected, and whoever the history cannot tell of stays in doubt. Each
/// batch is written down when all of it is known, `at_once` recipients are asked for at the same time.
/// [Interrupted](Campaign::with_interrupt), it writes down what it knows and leaves the others [`left`](Checked::left).
///
/// # Errors
/// [`Refusal::OtherAddress`](crate::Refusal::OtherAddress) where it was sent by another app;
/// [`Refusal::TooEarly`](crate::Refusal::TooEarly) until two minutes after the deadline of the last attempt in doubt, and
/// [`Refusal::NotInDoubt`](crate::Refusal::NotInDoubt); [`Error::Held`] while a run holds the campaign; [`Error::Vendor`] where the vendor could not be asked; [`Error::Ledger`].
/// What was settled before stays so.
pub fn check(
    campaign: &Campaign,
    vendor: &dyn History,
    batch: Option<BatchNumber>,
    at_once: NonZeroUsize,
) -> Result<Checked, Error> {
    of_this_app(campaign, vendor.address())?;
    let hold = hold(campaign)?;
    write(&**campaign.ledger(), |tables| {
        let row = tables.campaign_of(campaign.key())?;
        let has_run_out = row.is_some_and(|row| row.held_until <= tables.now());
        // What a dead run had on the wire is in doubt, too.
        if matches!(hold, Hold::Held(_)) || has_run_out {
            protocol::sweep(tables, campaign.key())?;
        }
        Ok(())
    })?;
    // All of them now: those that stay in doubt get new numbers, and are not asked for twice.
    let doubts = read(&**campaign.ledger(), |view| protocol::doubts(view, campaign.id(), batch))??;
    let mut checked = Checked::default();
    for found in doubts {
        let people = u64::from(found.size);
        let told = match found.mark.clone() {
            _ if campaign.interrupt().is_asked() => OfABatch::NotAsked,
            Some(mark) => ask(campaign, vendor, &found, &mark, at_once)?,
            None => OfABatch::InDoubt(NO_MARK.to_owned()),
        };
        // Whoever has said meanwhile what became of it has the last word.
        let of_each = match told {
            OfABatch::OfEach(told) => {
                write(&**campaign.ledger(), |tables| protocol::settle(tables, campaign.key(), &found, &told))?
            }
            _ if is_settled(campaign, &found)? => None,
            OfABatch::InDoubt(why) => {
                checked.in_doubt += people;
                checked.why_in_doubt.get_or_insert(why);
                continue;
            }
            OfABatch::NotAsked => {
                checked.left += people;
                continue;
            }
        };
        let Some(told) = of_each else {
            checked.settled_by_others += people;
            continue;
        };
        for (_, told) in told {
            match told {
                Told::Accepted { .. } => checked.accepted += 1,
                Told::Rejected => checked.rejected += 1,
                Told::InDoubt { reason } => {
                    checked.in_doubt += 1;
                    checked.why_in_doubt.get_or_insert(reason);
                }
                Told::NotAsked => checked.left += 1,
            }
        }
    }
    Ok(checked)
}

/// What the vendor remembers of a batch.
enum OfABatch {
    /// Of everybody in it, by row.
    OfEach(Vec<(u64, Told)>),
    /// It can tell of nobody, for this reason.
    InDoubt(String),
    NotAsked,
}

/// Whether somebody has settled a batch since it was found in doubt.
fn is_settled(campaign: &Campaign, found: &BatchRow) -> Result<bool, LedgerError> {
    let now = read(&**campaign.ledger(), |view| view.batch(campaign.key(), found.number))?;
    Ok(now.as_ref() != Some(found))
}

/// What the vendor remembers of everybody in a batch, unless a sample shows that it can tell of nobody.
fn ask(
    campaign: &Campaign,
    vendor: &dyn History,
    batch: &BatchRow,
    mark: &Mark,
    at_once: NonZeroUsize,
) -> Result<OfABatch, Error> {
    let (people, asked) =
        read(&**campaign.ledger(), |view| Ok((view.members(campaign.key(), batch.number)?, view.now())))?;
    let sent = Sent { from: batch.began_at, until: batch.deadline, asked };
    let find = |(row, recipient): &(u64, Recipient)| -> Result<(u64, Told), Error> {
        Ok((
            *row,
            match vendor.find(recipient, mark, sent) {
                Ok(trace) => Told::from(trace),
                // Of this one alone, and it would be so the next time: the others are told nevertheless.
                Err(error) if is_of_one(&error) => Told::InDoubt { reason: error.to_string() },
                Err(error) => return Err(campaign.interrupt().or_error(error)),
            },
        ))
    };
    let step = (people.len() / SAMPLE).max(1);
    let sampled: Vec<_> = people.iter().step_by(step).take(SAMPLE).cloned().collect();
    let (sample, ended) = in_shares(&sampled, NonZeroUsize::MIN, campaign.interrupt(), find);
    unless_interrupted(ended)?;
    if let Some(why) = all_in_doubt(&sample).filter(|_| sample.len() == sampled.len()) {
        return Ok(OfABatch::InDoubt(why));
    }
    let others: Vec<_> = people.iter().filter(|one| !sampled.contains(one)).cloned().collect();
    let (told, ended) = in_shares(&others, at_once, campaign.interrupt(), find);
    unless_interrupted(ended)?;
    let mut told: HashMap<_, _> = told.into_iter().chain(sample).collect();
    let of_each = people.into_iter().map(|(row, _)| (row, told.remove(&row).unwrap_or(Told::NotAsked)));
    Ok(OfABatch::OfEach(of_each.collect()))
}

/// Why the vendor can tell of none of these, where it is so.
fn all_in_doubt(sample: &[(u64, Told)]) -> Option<String> {
    let why = |(_, told): &(u64, Told)| match told {
        Told::InDoubt { reason } => Some(reason.clone()),
        Told::Accepted { .. } | Told::Rejected | Told::NotAsked => None,
    };
    sample.iter().map(why).collect::<Option<Vec<_>>>()?.pop()
}

impl From<Trace> for Told {
    fn from(trace: Trace) -> Self {
        match trace {
            Trace::Found { message_id } => Self::Accepted { message_id },
            Trace::Missing => Self::Rejected,
            Trace::CannotTell { reason } => Self::InDoubt { reason },
            _ => Self::InDoubt { reason: "the vendor's history says something that is not understood".to_owned() },
        }
    }
}
