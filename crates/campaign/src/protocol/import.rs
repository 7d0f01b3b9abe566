//! Imports that never became a campaign.

use crate::ledger::{CampaignKey, LedgerError, Stage, Tables};

/// Removes what is left of an import. Its caller holds the campaign. False where it is none.
///
/// # Errors
/// [`LedgerError`].
pub fn delete_left_over(tables: &mut dyn Tables, campaign: CampaignKey) -> Result<bool, LedgerError> {
    delete_in(tables, campaign, &[Stage::Importing])
}

/// Removes a campaign that never started. False where it has.
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
