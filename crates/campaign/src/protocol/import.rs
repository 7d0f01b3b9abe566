//! Imports that never became a campaign.

use crate::ledger::{CampaignKey, LedgerError, Stage, Tables};

/// Removes what is left of an import. False where it is none.
///
/// Its caller holds the campaign, so that the import is dead; where a ledger has no locks, it has seen the lease end. A
/// living one whose rows are removed all the same is told so by its next write, and ends.
///
/// # Errors
/// [`LedgerError`].
pub fn delete_left_over(tables: &mut dyn Tables, campaign: CampaignKey) -> Result<bool, LedgerError> {
    delete_in(tables, campaign, &[Stage::Importing])
}

/// Removes a campaign that never started. False where it has. Nobody need hold it: whoever would start it at the same
/// time finds it gone, or has started it already.
///
/// # Errors
/// [`LedgerError`].
pub fn delete_unstarted(tables: &mut dyn Tables, campaign: CampaignKey) -> Result<bool, LedgerError> {
    delete_in(tables, campaign, &[Stage::Importing, Stage::Planned])
}

fn delete_in(tables: &mut dyn Tables, campaign: CampaignKey, stages: &[Stage]) -> Result<bool, LedgerError> {
    let found = tables.campaign_of(campaign)?.is_some_and(|row| stages.contains(&row.stage));
    if found {
        tables.delete_campaign(campaign)?;
    }
    Ok(found)
}
