//! What can be written in a memory ledger.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::time::Unix;

use super::Transaction;
use super::store::Store;
use crate::ledger::{
    Again, BatchNumber, BatchRow, CampaignKey, CampaignRow, ExceptionRow, Guard, ImageRow, LedgerError, PersonRow,
    ReachRow, RecallRow, RecipientRow, Slot, Stage, Tables, Used,
};

impl Transaction {
    /// What this transaction alone sees: copied where it is written first, and thrown away if it fails.
    fn own(&mut self) -> &mut Store {
        Arc::make_mut(&mut self.store)
    }
}

impl Tables for Transaction {
    fn insert_campaign(&mut self, row: &CampaignRow) -> Result<CampaignKey, LedgerError> {
        self.own().add(row)
    }

    fn replace_campaign(&mut self, epoch: u64, row: &CampaignRow) -> Result<bool, LedgerError> {
        let Some(campaign) = self.own().campaign_mut(row.key).filter(|campaign| campaign.row.epoch == epoch) else {
            return Ok(false);
        };
        campaign.replace_row(row);
        Ok(true)
    }

    fn start_campaign(&mut self, campaign: CampaignKey, at: Unix, again: Again) -> Result<bool, LedgerError> {
        let Some(planned) = self.store.campaign_of(campaign).filter(|campaign| campaign.row.stage == Stage::Planned)
        else {
            return Ok(false);
        };
        // One that was cancelled after it had started has messaged somebody all the same.
        let was_sent = self.store.campaigns.values().map(|other| &other.row).any(|other| {
            other.key != campaign && other.started_at.is_some() && other.plan.identity == planned.row.plan.identity
        });
        if was_sent && again == Again::Refuse {
            return Ok(false);
        }
        if let Some(campaign) = self.own().campaign_mut(campaign) {
            campaign.row.stage = Stage::Started;
            campaign.row.started_at = Some(at);
        }
        Ok(true)
    }

    fn add_use(&mut self, campaign: CampaignKey, used: &Used) -> Result<(), LedgerError> {
        if let Some(campaign) = self.own().campaign_mut(campaign) {
            campaign.row.requests = campaign.row.requests.and(used);
            campaign.row.elapsed = campaign.row.elapsed.saturating_add(used.elapsed);
        }
        Ok(())
    }

    fn delete_campaign(&mut self, campaign: CampaignKey) -> Result<(), LedgerError> {
        self.own().campaigns.remove(&campaign);
        Ok(())
    }

    fn forget_recipients(&mut self, campaign: CampaignKey) -> Result<(), LedgerError> {
        self.own().forget_recipients(campaign);
        Ok(())
    }

    fn insert_message(&mut self, campaign: CampaignKey, variant: u32, message: &str) -> Result<(), LedgerError> {
        self.own().existing(campaign)?.add_message(variant, message)
    }

    fn replace_columns(&mut self, campaign: CampaignKey, names: &[String]) -> Result<(), LedgerError> {
        self.own().existing(campaign)?.columns = names.into();
        Ok(())
    }

    fn insert_recipients(&mut self, campaign: CampaignKey, rows: &[RecipientRow]) -> Result<(), LedgerError> {
        let campaign = self.own().existing(campaign)?;
        rows.iter().try_for_each(|row| campaign.add_recipient(row))
    }

    fn insert_batches(&mut self, campaign: CampaignKey, rows: &[BatchRow]) -> Result<(), LedgerError> {
        let campaign = self.own().existing(campaign)?;
        rows.iter().try_for_each(|row| campaign.add_batch(row))
    }

    fn replace_batch(&mut self, campaign: CampaignKey, guard: Guard, row: &BatchRow) -> Result<bool, LedgerError> {
        let found = self.store.campaign_of(campaign).and_then(|campaign| campaign.batches.one(row.number.into()));
        if found.map(BatchRow::guard) != Some(guard) {
            return Ok(false);
        }
        self.own().existing(campaign)?.put_batch(row);
        Ok(true)
    }

    fn move_members(
        &mut self,
        campaign: CampaignKey,
        from: BatchNumber,
        first_row: u64,
        to: BatchNumber,
    ) -> Result<(), LedgerError> {
        if let Some(campaign) = self.own().campaign_mut(campaign) {
            campaign.move_members(from, first_row, to);
        }
        Ok(())
    }

    fn replace_exceptions(&mut self, campaign: CampaignKey, rows: &[ExceptionRow]) -> Result<(), LedgerError> {
        let campaign = self.own().existing(campaign)?;
        rows.iter().for_each(|row| campaign.exceptions.put(row.row, row.clone()));
        Ok(())
    }

    fn insert_slot(&mut self, pace: &str, slot: Slot) -> Result<(), LedgerError> {
        let slots = &mut self.own().pace_mut(pace).slots;
        slots.insert(slots.partition_point(|other| other.at <= slot.at), slot);
        Ok(())
    }

    fn delete_slots(&mut self, pace: &str, until: Unix) -> Result<(), LedgerError> {
        self.own().pace_mut(pace).slots.retain(|slot| slot.at > until);
        Ok(())
    }

    fn clamp_slots(&mut self, pace: &str, latest: Unix) -> Result<(), LedgerError> {
        self.own().pace_mut(pace).slots.iter_mut().for_each(|slot| slot.at = slot.at.min(latest));
        Ok(())
    }

    fn replace_pause(&mut self, pace: &str, until: Unix, asked: Duration) -> Result<(), LedgerError> {
        self.own().pace_mut(pace).pause = Some((until, asked));
        Ok(())
    }

    fn add_quota(&mut self, pace: &str, minute: Unix, volume: i64) -> Result<(), LedgerError> {
        let used = self.own().pace_mut(pace).quota.entry(minute).or_default();
        *used = used.saturating_add_signed(volume);
        Ok(())
    }

    fn delete_quota(&mut self, pace: &str, until: Unix) -> Result<(), LedgerError> {
        self.own().pace_mut(pace).quota.retain(|minute, _| *minute > until);
        Ok(())
    }

    fn replace_people(&mut self, directory: &str, rows: &[PersonRow]) -> Result<(), LedgerError> {
        let directory = self.own().directory_mut(directory);
        rows.iter().for_each(|row| directory.put_person(row));
        Ok(())
    }

    fn delete_people(&mut self, directory: &str, found_until: Unix, missing_until: Unix) -> Result<(), LedgerError> {
        self.own().directory_mut(directory).delete_people(found_until, missing_until);
        Ok(())
    }

    fn replace_image(&mut self, directory: &str, row: &ImageRow) -> Result<(), LedgerError> {
        self.own().directory_mut(directory).put_image(row);
        Ok(())
    }

    fn delete_image(&mut self, directory: &str, key: &str) -> Result<(), LedgerError> {
        self.own().directory_mut(directory).delete_image(key);
        Ok(())
    }

    fn replace_reach(&mut self, campaign: CampaignKey, rows: &[ReachRow]) -> Result<(), LedgerError> {
        let campaign = self.own().existing(campaign)?;
        rows.iter().for_each(|row| campaign.reach.put(row.batch.into(), *row));
        Ok(())
    }

    fn replace_recalls(&mut self, campaign: CampaignKey, rows: &[RecallRow]) -> Result<(), LedgerError> {
        let campaign = self.own().existing(campaign)?;
        rows.iter().try_for_each(|row| campaign.put_recall(row))
    }
}
