//! What can be looked at in a memory ledger.

use std::collections::BTreeSet;
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::time::Unix;

use super::Transaction;
use super::store::{Campaign, damaged};
use crate::ledger::{
    BatchNumber, BatchRow, BatchState, CampaignId, CampaignKey, CampaignRow, ExceptionRow, Hash, ImageRow, LedgerError,
    OutcomeRow, PersonRow, ReachRow, RecallRow, RecallState, RecipientRow, Settled, Slot, View,
};

const MINUTE: Duration = Duration::from_secs(60);

impl Transaction {
    fn of(&self, campaign: CampaignKey) -> Option<&Campaign> {
        self.store.campaign_of(campaign)
    }

    /// The pending batches below `below` by number, each with its `not_before`.
    fn pending(&self, campaign: CampaignKey, below: BatchNumber) -> impl Iterator<Item = (u64, Unix)> {
        let pending = self.of(campaign).into_iter().flat_map(|campaign| campaign.pending.iter());
        pending.map(|(number, not_before)| (number, *not_before)).take_while(move |(number, _)| *number < below.into())
    }
}

impl View for Transaction {
    fn now(&self) -> Unix {
        self.now
    }

    fn campaign(&self, id: &CampaignId) -> Result<Option<CampaignRow>, LedgerError> {
        Ok(self.store.campaign_named(id).map(|campaign| campaign.row.clone()))
    }

    fn campaign_of(&self, key: CampaignKey) -> Result<Option<CampaignRow>, LedgerError> {
        Ok(self.of(key).map(|campaign| campaign.row.clone()))
    }

    fn campaigns(&self) -> Result<Vec<CampaignRow>, LedgerError> {
        Ok(self.store.campaigns.values().map(|campaign| campaign.row.clone()).collect())
    }

    fn started_with_message(&self, message: &Hash) -> Result<Vec<CampaignRow>, LedgerError> {
        let rows = self.store.campaigns.values().map(|campaign| &campaign.row);
        Ok(rows.filter(|row| row.started_at.is_some() && row.plan.message == *message).cloned().collect())
    }

    fn message(&self, campaign: CampaignKey, variant: u32) -> Result<Option<String>, LedgerError> {
        let message = self.of(campaign).and_then(|campaign| campaign.messages.one(variant.into()));
        Ok(message.map(|message| message.to_string()))
    }

    fn columns(&self, campaign: CampaignKey) -> Result<Vec<String>, LedgerError> {
        Ok(self.of(campaign).map(|campaign| campaign.columns.to_vec()).unwrap_or_default())
    }

    fn batch(&self, campaign: CampaignKey, number: BatchNumber) -> Result<Option<BatchRow>, LedgerError> {
        Ok(self.of(campaign).and_then(|campaign| campaign.batches.one(number.into())).cloned())
    }

    fn next_pending(&self, campaign: CampaignKey, below: BatchNumber) -> Result<Option<BatchRow>, LedgerError> {
        let due = self.pending(campaign, below).find(|(_, not_before)| *not_before <= self.now);
        let campaign = self.of(campaign);
        Ok(due.and_then(|(number, _)| campaign?.batches.one(number)).cloned())
    }

    fn first_not_before(&self, campaign: CampaignKey, below: BatchNumber) -> Result<Option<Unix>, LedgerError> {
        Ok(self.pending(campaign, below).map(|(_, not_before)| not_before).min())
    }

    fn batches_in(
        &self,
        campaign: CampaignKey,
        state: BatchState,
        each: &mut dyn FnMut(BatchRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut batches = self.of(campaign).into_iter().flat_map(|campaign| campaign.batches.values());
        batches.try_for_each(|batch| if batch.state == state { each(batch.clone()) } else { Ok(()) })
    }

    fn batches_after(
        &self,
        campaign: CampaignKey,
        after: Option<BatchNumber>,
        limit: usize,
    ) -> Result<Vec<BatchRow>, LedgerError> {
        let first = after.map_or(0, |after| u64::from(after) + 1);
        let batches = self.of(campaign).into_iter().flat_map(|campaign| campaign.batches.from(first));
        Ok(batches.take(limit).cloned().collect())
    }

    fn members(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<(u64, Recipient)>, LedgerError> {
        let members = self.of(campaign).into_iter().flat_map(|campaign| campaign.members_of(batch));
        Ok(members.map(|member| (member.row, member.recipient.clone())).collect())
    }

    fn sizes(&self, campaign: CampaignKey) -> Result<Vec<(BatchState, u64)>, LedgerError> {
        let batches = self.of(campaign).into_iter().flat_map(|campaign| campaign.batches.values());
        let sized = batches.filter(|batch| batch.state != BatchState::Split);
        Ok(summed(sized.map(|batch| (batch.state, batch.size.into()))))
    }

    fn exceptions(&self, campaign: CampaignKey) -> Result<Vec<(BatchState, Settled, u64)>, LedgerError> {
        let Some(campaign) = self.of(campaign) else { return Ok(Vec::new()) };
        let states = campaign.exceptions.values().filter_map(|exception| {
            let batch = campaign.batches.one(exception.batch.into())?;
            Some(((batch.state, exception.state), 1))
        });
        Ok(summed(states).into_iter().map(|((batch, own), count)| (batch, own, count)).collect())
    }

    fn exceptions_of(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<ExceptionRow>, LedgerError> {
        let exceptions = self.of(campaign).into_iter().flat_map(|campaign| campaign.exceptions.values());
        Ok(exceptions.filter(|exception| exception.batch == batch).cloned().collect())
    }

    fn recipients(
        &self,
        campaign: CampaignKey,
        each: &mut dyn FnMut(RecipientRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        self.of(campaign).into_iter().flat_map(|campaign| campaign.recipients.values()).cloned().try_for_each(each)
    }

    fn outcomes(
        &self,
        campaign: CampaignKey,
        each: &mut dyn FnMut(OutcomeRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let Some(campaign) = self.of(campaign) else { return Ok(()) };
        campaign.recipients.values().try_for_each(|recipient| {
            let Some(batch) = campaign.batches.one(recipient.batch.into()).cloned() else {
                let (row, batch) = (recipient.row, recipient.batch);
                return Err(damaged(format!("the recipient of row {row} is in batch {batch}, which is not there")));
            };
            let exception = campaign.exceptions.one(recipient.row).cloned();
            each(OutcomeRow { recipient: recipient.clone(), batch, exception })
        })
    }

    fn slots(&self, pace: &str, since: Unix) -> Result<Vec<Slot>, LedgerError> {
        let slots = self.store.pace(pace).map_or(&[][..], |pace| &pace.slots);
        Ok(slots.iter().copied().filter(|slot| slot.at > since).collect())
    }

    fn pause(&self, pace: &str) -> Result<Option<(Unix, Duration)>, LedgerError> {
        Ok(self.store.pace(pace).and_then(|pace| pace.pause))
    }

    fn quota(&self, pace: &str, since: Unix) -> Result<Vec<(Unix, u64)>, LedgerError> {
        let minutes = self.store.pace(pace).into_iter().flat_map(|pace| &pace.quota);
        let minutes = minutes.map(|(minute, volume)| (*minute, *volume));
        Ok(minutes.filter(|(minute, _)| *minute + MINUTE > since).collect())
    }

    fn people(&self, directory: &str, addresses: &[Hash]) -> Result<Vec<PersonRow>, LedgerError> {
        let Some(directory) = self.store.directory(directory) else { return Ok(Vec::new()) };
        let addresses: BTreeSet<_> = addresses.iter().collect();
        Ok(addresses.into_iter().filter_map(|address| directory.person(address)).cloned().collect())
    }

    fn image(&self, directory: &str, content: &Hash) -> Result<Option<ImageRow>, LedgerError> {
        Ok(self.store.directory(directory).and_then(|directory| directory.image(content)).cloned())
    }

    fn reach(&self, campaign: CampaignKey) -> Result<Vec<ReachRow>, LedgerError> {
        Ok(self.of(campaign).into_iter().flat_map(|campaign| campaign.reach.values()).copied().collect())
    }

    fn recalls(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<RecallRow>, LedgerError> {
        Ok(self.of(campaign).into_iter().flat_map(|campaign| campaign.recalls_of(batch)).cloned().collect())
    }

    fn recall_counts(&self, campaign: CampaignKey) -> Result<Vec<(RecallState, u64)>, LedgerError> {
        let recalls = self.of(campaign).into_iter().flat_map(Campaign::recalls);
        Ok(summed(recalls.map(|recall| (recall.state, 1))))
    }
}

/// The sum for each key, in the order in which the keys come first.
fn summed<K: PartialEq>(counts: impl Iterator<Item = (K, u64)>) -> Vec<(K, u64)> {
    let mut sums: Vec<(K, u64)> = Vec::new();
    for (key, count) in counts {
        match sums.iter_mut().find(|(other, _)| *other == key) {
            Some((_, sum)) => *sum += count,
            None => sums.push((key, count)),
        }
    }
    sums
}
