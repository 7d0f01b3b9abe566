//! Keeping hold of a campaign, and letting it go.

use std::time::Duration;

use super::sweep::sweep;
use super::{Tenure, Terms, own_campaign, quota, written};
use crate::ending::Why;
use crate::ledger::{CampaignRow, LedgerError, StoppedRow, Tables, Used};
use batchcast_transport::time::Unix;

/// Says that the run lives, and how long it took since it said so last. False where a later run has taken over.
///
/// # Errors
/// [`LedgerError`].
pub fn heartbeat(
    tables: &mut dyn Tables,
    tenure: &Tenure,
    terms: &Terms,
    elapsed: Duration,
) -> Result<bool, LedgerError> {
    let Some(campaign) = own_campaign(tables, tenure)? else {
        return Ok(false);
    };
    let held_until = tables.now() + terms.lease();
    tables.add_use(tenure.campaign, &Used { elapsed, ..Used::default() })?;
    tables.replace_campaign(tenure.epoch, &CampaignRow { held_until, ..campaign })
}

/// Lets the campaign go, and writes down what ended the run before its end. What it still has in hand, because a thread
/// of it broke, is swept. Does nothing where a later run has taken over.
///
/// Answers what was written of the ending, which knows more than the run: when the day's volume ages.
///
/// # Errors
/// [`LedgerError`].
pub fn finish(
    tables: &mut dyn Tables,
    tenure: &Tenure,
    terms: &Terms,
    stopped: Option<StoppedRow>,
    elapsed: Duration,
) -> Result<Option<StoppedRow>, LedgerError> {
    if own_campaign(tables, tenure)?.is_none() {
        return Ok(None);
    }
    sweep(tables, tenure.campaign)?;
    let stopped = match stopped {
        Some(stopped) if stopped.why == Why::QuotaUsedUp => Some(until_volume_ages(tables, terms, stopped)?),
        stopped => stopped,
    };
    tables.add_use(tenure.campaign, &Used { elapsed, ..Used::default() })?;
    let Some(campaign) = own_campaign(tables, tenure)? else {
        return Ok(None);
    };
    let row = CampaignRow { held_until: Unix::EPOCH, stopped: stopped.clone(), ..campaign };
    written(tables.replace_campaign(tenure.epoch, &row)?)?;
    Ok(stopped)
}

/// Not before the oldest of what was sent within the last day is a day old.
fn until_volume_ages(tables: &mut dyn Tables, terms: &Terms, stopped: StoppedRow) -> Result<StoppedRow, LedgerError> {
    let aged = quota::first_ages_at(tables, terms)?.map(Unix::as_millis);
    Ok(StoppedRow { resume_at: stopped.resume_at.max(aged), ..stopped })
}
