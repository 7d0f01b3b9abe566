//! The beginning of a run.

use batchcast_transport::channel::{Address, Channel};

use super::sweep::sweep;
use super::{Tenure, Terms, damaged};
use crate::ending::Why;
use crate::ledger::{Again, CampaignId, CampaignRow, Hash, LedgerError, Stage, StoppedRow, Tables, View};
use crate::plan;
use crate::refusal::Refusal;

/// What is known of whoever held the campaign before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// It is gone, for this process has the campaign's lock.
    Gone,
    /// Its lease says whether it is gone.
    AsLeased,
}

/// What a channel sends, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    address: Address,
    message: Hash,
}

impl Sent {
    /// What this channel sends.
    #[must_use]
    pub fn by(channel: &dyn Channel) -> Self {
        let address = channel.address();
        let message = plan::hash_of_message(&address, &channel.message());
        Self { address, message }
    }
}

/// What comes of starting a run.
#[derive(Debug)]
#[must_use]
pub enum Started {
    /// It may send.
    Yes {
        /// The run.
        tenure: Tenure,
        /// What there was when it began.
        campaign: Box<CampaignRow>,
        /// How many batches are in doubt because the run before it broke off.
        swept: u32,
    },
    /// Another run holds it.
    Held,
    /// It may not.
    Refused(Refusal),
}

/// Starts a run of this campaign under these terms through this address, and clears up behind the run before it. Of two
/// identical campaigns that start at once, one is refused.
///
/// # Errors
/// [`LedgerError`].
pub fn start(
    tables: &mut dyn Tables,
    id: &CampaignId,
    sent: &Sent,
    terms: &Terms,
    holder: Holder,
    again: Again,
) -> Result<Started, LedgerError> {
    let Some(found) = tables.campaign(id)? else {
        return Ok(Started::Refused(Refusal::NoSuchCampaign(id.clone())));
    };
    if let Some(refusal) = refusal(tables, &found, sent, again)? {
        return Ok(Started::Refused(refusal));
    }
    let now = tables.now();
    if holder == Holder::AsLeased && found.held_until > now {
        return Ok(Started::Held);
    }
    if found.stage == Stage::Planned && !tables.start_campaign(found.key, now, again)? {
        // Somebody was faster within the same moment.
        let identical = identical(tables, &found)?.unwrap_or(found.id);
        return Ok(Started::Refused(Refusal::Identical(identical)));
    }
    let Some(mut campaign) = tables.campaign_of(found.key)? else {
        return Err(damaged("a campaign that was started is gone"));
    };
    campaign.epoch = found.epoch + 1;
    campaign.held_until = now + terms.lease();
    campaign.stopped = None;
    if !tables.replace_campaign(found.epoch, &campaign)? {
        return Ok(Started::Held);
    }
    let swept = sweep(tables, campaign.key)?;
    let tenure = Tenure { campaign: campaign.key, epoch: campaign.epoch };
    Ok(Started::Yes { tenure, campaign: Box::new(campaign), swept })
}

/// Why this campaign may not be run through this address.
///
/// # Errors
/// [`LedgerError`].
pub fn refusal(
    view: &dyn View,
    campaign: &CampaignRow,
    sent: &Sent,
    again: Again,
) -> Result<Option<Refusal>, LedgerError> {
    // By what was written down, and not by the plan's hash: that one may leave out what is another every time.
    let planned = view.message(campaign.key, 0)?;
    let is_other = planned.is_some_and(|planned| plan::hash_of_message(&sent.address, &planned) != sent.message);
    if let Some(refusal) = refusal_of_itself(campaign, sent, is_other, again) {
        return Ok(Some(refusal));
    }
    if campaign.stage != Stage::Planned || again == Again::Allow {
        return Ok(None);
    }
    Ok(identical(view, campaign)?.map(Refusal::Identical))
}

fn refusal_of_itself(campaign: &CampaignRow, sent: &Sent, is_other_message: bool, again: Again) -> Option<Refusal> {
    let refused_message = |stopped: &&StoppedRow| stopped.why == Why::MessageRefused && again == Again::Refuse;
    match campaign {
        CampaignRow { id, stage: Stage::Importing, .. } => Some(Refusal::NoSuchCampaign(id.clone())),
        CampaignRow { id, forgotten_at: Some(_), .. } => Some(Refusal::Forgotten(id.clone())),
        CampaignRow { id, stage: Stage::Cancelled, .. } => Some(Refusal::Cancelled(id.clone())),
        CampaignRow { id, stopped, .. } => Refusal::other_address(&campaign.plan.address, &sent.address)
            .or_else(|| is_other_message.then(|| Refusal::OtherMessage(id.clone())))
            .or_else(|| {
                let stopped = stopped.as_ref().filter(refused_message)?;
                Some(Refusal::MessageRefused { campaign: id.clone(), reason: stopped.reason.clone() })
            }),
    }
}

fn identical(view: &dyn View, campaign: &CampaignRow) -> Result<Option<CampaignId>, LedgerError> {
    let started = view.started_with_message(&campaign.plan.message)?;
    let same = |other: &&CampaignRow| other.plan.identity == campaign.plan.identity && other.id != campaign.id;
    Ok(started.iter().find(same).map(|other| other.id.clone()))
}
