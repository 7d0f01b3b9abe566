//! Clearing up behind a run that is gone.

use super::damaged;
use crate::ledger::{BatchRow, BatchState, CampaignKey, LedgerError, Tables};

/// What is said of a batch whose sender is gone.
const GONE: &str = "its sender was gone before the answer was written down";

/// What a dead run had in hand: what was on the wire is in doubt, what was only claimed is pending. How many batches
/// are in doubt since.
///
/// # Errors
/// [`LedgerError`].
pub fn sweep(tables: &mut dyn Tables, campaign: CampaignKey) -> Result<u32, LedgerError> {
    let now = tables.now();
    let mut doubts = 0;
    for (state, swept) in [(BatchState::InFlight, BatchState::Unknown), (BatchState::Claimed, BatchState::Pending)] {
        let mut batches = Vec::new();
        tables.batches_in(campaign, state, &mut |batch| {
            batches.push(batch);
            Ok(())
        })?;
        for batch in batches {
            let is_doubt = swept == BatchState::Unknown;
            let reason = is_doubt.then(|| GONE.to_owned());
            let row = BatchRow { state: swept, reason, at: now, ..batch.clone() };
            if !tables.replace_batch(campaign, batch.guard(), &row)? {
                return Err(damaged("a batch changed while it was being swept"));
            }
            doubts += u32::from(is_doubt);
        }
    }
    Ok(doubts)
}
