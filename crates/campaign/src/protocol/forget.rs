//! Removing what is known of a campaign's recipients.

use batchcast_transport::time::Unix;

use super::sweep::sweep;
use super::written;
use crate::ledger::{BatchState, CampaignId, CampaignRow, LedgerError, Stage, StoppedRow, Tables};
use crate::plan::Plan;
use crate::refusal::Refusal;

/// Removes a campaign's recipients, and everything that may name one. The counts and the hash stay. Its caller holds
/// the campaign.
///
/// A campaign that has sent to some and not to others is refused: nobody could say any more who is left.
///
/// # Errors
/// [`LedgerError`]; within, why it may not.
pub fn forget(tables: &mut dyn Tables, id: &CampaignId) -> Result<Result<(), Refusal>, LedgerError> {
    let found = tables.campaign(id)?.filter(|campaign| campaign.stage != Stage::Importing);
    let Some(campaign) = found else {
        return Ok(Err(Refusal::NoSuchCampaign(id.clone())));
    };
    if campaign.forgotten_at.is_some() {
        return Ok(Ok(()));
    }
    sweep(tables, campaign.key)?;
    let pending = tables.sizes(campaign.key)?.into_iter().filter(|(state, _)| *state == BatchState::Pending);
    let pending: u64 = pending.map(|(_, size)| size).sum();
    if campaign.stage == Stage::Started && pending > 0 {
        return Ok(Err(Refusal::Unfinished { campaign: id.clone(), pending }));
    }
    // First, so that what stood in the campaign's own row is overwritten with the rest.
    written(tables.replace_campaign(campaign.epoch, &without_names(&campaign, tables.now()))?)?;
    tables.forget_recipients(campaign.key)?;
    if campaign.plan.not_found > 0 {
        // Whom nobody knows has no id to be told by, and the hash of an address can be guessed. So all go of whom it was
        // said, and are asked for once more.
        tables.delete_people(&campaign.plan.address.key(), Unix::EPOCH, tables.now())?;
    }
    Ok(Ok(()))
}

/// The plan shows some recipients and the beginning of the message, and what stopped a run may quote the vendor's words
/// about one.
fn without_names(campaign: &CampaignRow, now: Unix) -> CampaignRow {
    let plan = Plan { excerpt: "(forgotten)".to_owned(), first: Vec::new(), last: Vec::new(), ..campaign.plan.clone() };
    let stopped = campaign.stopped.clone();
    let stopped =
        stopped.map(|stopped| StoppedRow { reason: "the reason was forgotten".to_owned(), remedy: None, ..stopped });
    CampaignRow { plan, stopped, forgotten_at: Some(now), ..campaign.clone() }
}
