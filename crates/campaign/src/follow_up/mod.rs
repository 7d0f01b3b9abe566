//! What is done with a campaign after it was sent: the vendor's own counts of it ([`follow`]), taking it back
//! ([`recall()`]), and settling its doubts by what the vendor remembers ([`check()`]).

mod check;
mod reach;
mod recall;
mod shares;

pub use check::{Checked, check};
pub use reach::{Followed, Skipped, follow, followed};
pub use recall::{RecallOutcome, Recalled, recall, recall_outcomes, recalled, recalled_if_any};

use batchcast_transport::channel::Address;
use batchcast_transport::class::Class;
use batchcast_transport::error::CallError;

use crate::campaign::Campaign;
use crate::commit::read;
use crate::ledger::{BatchNumber, BatchRow, Hold, LedgerError};
use crate::refusal::{Error, Refusal};

/// How many batches are read at once.
const PAGE: usize = 100;

/// All batches in their order. No view is held open while one is dealt with.
fn batches(campaign: &Campaign) -> impl Iterator<Item = Result<BatchRow, LedgerError>> {
    let (mut after, mut page, mut is_over) = (None::<BatchNumber>, Vec::new().into_iter(), false);
    std::iter::from_fn(move || {
        loop {
            if let Some(batch) = page.next() {
                return Some(Ok(batch));
            }
            if is_over {
                return None;
            }
            match read(&**campaign.ledger(), |view| view.batches_after(campaign.key(), after, PAGE)) {
                Ok(rows) => {
                    is_over = rows.len() < PAGE;
                    after = rows.last().map(|row: &BatchRow| row.number).or(after);
                    page = rows.into_iter();
                }
                Err(error) => {
                    is_over = true;
                    return Some(Err(error));
                }
            }
        }
    })
}

/// Whether this says something of one batch alone, so that the others are worth asking for.
fn is_of_one(error: &CallError) -> bool {
    matches!(error.class(), Some(Class::Message | Class::Recipient | Class::Recipients | Class::Unknown))
}

/// Where it was interrupted, what was done is the answer.
fn unless_interrupted(ended: Result<(), Error>) -> Result<(), Error> {
    if matches!(ended, Err(Error::Interrupted)) { Ok(()) } else { ended }
}

/// Whoever sent it alone can see it: to any other app of the vendor it is as if it had never been.
fn of_this_app(campaign: &Campaign, found: &Address) -> Result<(), Refusal> {
    Refusal::other_address(&campaign.plan().address, found).map_or(Ok(()), Err)
}

/// Holds a campaign that nobody runs. Where the lease alone can tell whether somebody does, a run may still begin.
fn hold(campaign: &Campaign) -> Result<Hold, Error> {
    let is_held = || {
        read(&**campaign.ledger(), |view| {
            Ok(view.campaign_of(campaign.key())?.is_some_and(|row| row.held_until > view.now()))
        })
    };
    match campaign.ledger().hold(campaign.id())? {
        Hold::ByAnother => Err(Error::Held(campaign.id().clone())),
        Hold::ByLease if is_held()? => Err(Error::Held(campaign.id().clone())),
        hold => Ok(hold),
    }
}
