//! Never sending the rest.

use super::written;
use crate::ledger::{CampaignId, CampaignRow, LedgerError, Stage, Tables};
use crate::refusal::Refusal;

/// Sees to it that nothing more of a campaign is sent. A run of it that goes on ends before its next request.
///
/// # Errors
/// [`LedgerError`]; within, why it may not.
pub fn cancel(tables: &mut dyn Tables, id: &CampaignId) -> Result<Result<(), Refusal>, LedgerError> {
    let found = tables.campaign(id)?.filter(|campaign| campaign.stage != Stage::Importing);
    let Some(campaign) = found else {
        return Ok(Err(Refusal::NoSuchCampaign(id.clone())));
    };
    let epoch = campaign.epoch;
    written(tables.replace_campaign(epoch, &CampaignRow { stage: Stage::Cancelled, ..campaign })?)?;
    Ok(Ok(()))
}
