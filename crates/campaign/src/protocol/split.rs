//! Halving a batch that was refused for one of its ids.

use super::begin::Attempt;
use super::{Tenure, damaged};
use crate::ledger::{BatchRow, LedgerError, Tables};

/// Puts the members of a batch, which is split already, into two new batches, in their order.
pub(super) fn split(tables: &mut dyn Tables, tenure: &Tenure, attempt: &Attempt) -> Result<(), LedgerError> {
    let Some(mut campaign) = tables.campaign_of(tenure.campaign)? else {
        return Err(damaged("a campaign that is running is gone"));
    };
    let (left, right) = attempt.members.split_at(attempt.members.len() / 2);
    for half in [left, right] {
        let number = campaign.batches;
        campaign.batches += 1;
        let size = u32::try_from(half.len()).unwrap_or(u32::MAX);
        let BatchRow { variant, by_hand, .. } = attempt.batch;
        let batch = BatchRow { variant, by_hand, ..BatchRow::new(number, size) };
        tables.insert_batches(tenure.campaign, &[batch])?;
    }
    // The right half first, and then whoever is left.
    for (half, number) in [(right, campaign.batches - 1), (left, campaign.batches - 2)] {
        if let Some((first, _)) = half.first() {
            tables.move_members(tenure.campaign, attempt.batch.number, *first, number)?;
        }
    }
    if !tables.replace_campaign(campaign.epoch, &campaign)? {
        return Err(damaged("a campaign changed while it was being written"));
    }
    Ok(())
}
