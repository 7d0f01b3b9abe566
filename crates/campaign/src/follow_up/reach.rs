//! How far a campaign has come, by the vendor's own counts: [`follow`].

use batchcast_transport::around::Follow;
use batchcast_transport::class::Class;
use batchcast_transport::reach::Reach;
use batchcast_transport::time::Unix;

use super::{batches, is_of_one, of_this_app, unless_interrupted};
use crate::campaign::Campaign;
use crate::commit::{read, write};
use crate::ledger::{BatchNumber, LedgerError, ReachRow};
use crate::refusal::Error;

/// The vendor's own counts of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Followed {
    /// Batch by batch, with the time at which the vendor said it, by number.
    pub batches: Vec<ReachRow>,
    /// Batches whose counts are older than this, or missing, because the vendor gave none now.
    pub skipped: Vec<Skipped>,
    /// Whether it was [interrupted](Campaign::with_interrupt), so that the counts of some are older than this, or missing.
    pub is_interrupted: bool,
}

/// A batch of which the vendor gave no counts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// Which.
    pub batch: BatchNumber,
    /// Whether the vendor may tell another time: it could not be asked, or nobody knows what it said.
    pub may_tell_later: bool,
    /// Why.
    pub reason: String,
}

impl Followed {
    /// All batches together.
    #[must_use]
    pub fn total(&self) -> Reach {
        self.batches.iter().fold(Reach::default(), |total, row| total.and(row.reach))
    }

    /// Whether the vendor has told all that it tells at all.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.is_interrupted && !self.skipped.iter().any(|skipped| skipped.may_tell_later)
    }

    /// When the oldest of the counts was given.
    #[must_use]
    pub fn at(&self) -> Option<Unix> {
        self.batches.iter().map(|row| row.at).min()
    }
}

/// Asks the vendor how far every batch of this campaign has come, and keeps what it says with the time.
///
/// A batch that is older than the vendor's [window](Follow::window) is not asked for; what it said earlier stays. So it
/// does for those that are left where it is [interrupted](Campaign::with_interrupt).
///
/// # Errors
/// [`Refusal::OtherAddress`](crate::Refusal::OtherAddress) where it was sent by another app; [`Error::Vendor`] where it
/// cannot be asked at all; [`Error::Ledger`]. What it said before is kept.
pub fn follow(campaign: &Campaign, vendor: &dyn Follow) -> Result<Followed, Error> {
    of_this_app(campaign, vendor.address())?;
    let now = read(&**campaign.ledger(), |view| Ok(view.now()))?;
    let (mut skipped, mut is_interrupted) = (Vec::new(), false);
    for batch in batches(campaign) {
        let batch = batch?;
        let Some(message_id) = &batch.message_id else { continue };
        let mut skip = |may_tell_later, reason| {
            skipped.push(Skipped { batch: batch.number, may_tell_later, reason });
        };
        if now.since(batch.began_at) > vendor.window() {
            let days = vendor.window().as_secs() / 86_400;
            skip(false, format!("it is older than the {days} days for which the vendor tells"));
            continue;
        }
        if campaign.interrupt().is_asked() {
            is_interrupted = true;
            break;
        }
        match vendor.reach(message_id) {
            Ok(reach) => write(&**campaign.ledger(), |tables| {
                let row = ReachRow { batch: batch.number, at: tables.now(), reach };
                tables.replace_reach(campaign.key(), &[row])
            })?,
            Err(error) if is_of_one(&error) => {
                skip(error.class() == Some(Class::Unknown), error.to_string());
            }
            Err(error) => {
                unless_interrupted(Err(campaign.interrupt().or_error(error)))?;
                is_interrupted = true;
                break;
            }
        }
    }
    Ok(Followed { skipped, is_interrupted, ..followed(campaign)? })
}

/// What the vendor said when it was last asked, from the ledger alone.
///
/// # Errors
/// [`LedgerError`].
pub fn followed(campaign: &Campaign) -> Result<Followed, LedgerError> {
    let batches = read(&**campaign.ledger(), |view| view.reach(campaign.key()))?;
    Ok(Followed { batches, ..Followed::default() })
}
