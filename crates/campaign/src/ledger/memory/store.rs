//! What a memory ledger keeps: [`Store`]. Copies share what neither has written since.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::time::Unix;

use super::directory::Directory;
use super::pages::Pages;
use crate::ledger::{
    BatchNumber, BatchRow, BatchState, CampaignId, CampaignKey, CampaignRow, ExceptionRow, LedgerError, LedgerProblem,
    ReachRow, RecallRow, RecipientRow, Slot,
};

/// Everything that there is at one moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Store {
    pub(super) campaigns: BTreeMap<CampaignKey, Arc<Campaign>>,
    pub(super) paces: BTreeMap<Arc<str>, Arc<Pace>>,
    directories: BTreeMap<Arc<str>, Arc<Directory>>,
    /// A key is never given twice: whoever still writes to a campaign that was removed must not write to another.
    last_key: i64,
}

/// A campaign with everything that belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Campaign {
    pub(super) row: CampaignRow,
    pub(super) columns: Arc<[String]>,
    pub(super) messages: Pages<Arc<str>>,
    pub(super) batches: Pages<BatchRow>,
    /// Of the batches, those that are pending, with their `not_before`.
    pub(super) pending: Pages<Unix>,
    pub(super) recipients: Pages<RecipientRow>,
    /// By batch, the rows of those who are in it, in order.
    pub(super) members: Pages<Vec<u64>>,
    pub(super) exceptions: Pages<ExceptionRow>,
    /// By batch.
    pub(super) reach: Pages<ReachRow>,
    /// By batch, and by row within one; the row 0 is the batch as a whole.
    recalls: Pages<Pages<RecallRow>>,
}

/// The pace of one app.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    /// The oldest first.
    pub(super) slots: Vec<Slot>,
    pub(super) pause: Option<(Unix, Duration)>,
    /// By the begin of the minute.
    pub(super) quota: BTreeMap<Unix, u64>,
}

/// A row that SQL would refuse, too.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("there is no campaign with the key {0}")]
    NoCampaign(i64),
    #[error("there is already {0}")]
    Already(String),
    #[error("a recall of row 0: rows count from 1")]
    RowZero,
}

/// Rows that cannot be.
pub(super) fn damaged(what: String) -> LedgerError {
    LedgerError::new(LedgerProblem::Damaged(what), super::NAME)
}

impl From<Refused> for LedgerError {
    fn from(refused: Refused) -> Self {
        Self::new(LedgerProblem::Failed, super::NAME).with_source(refused)
    }
}

impl Store {
    pub(super) fn campaign_of(&self, key: CampaignKey) -> Option<&Campaign> {
        self.campaigns.get(&key).map(AsRef::as_ref)
    }

    pub(super) fn campaign_named(&self, id: &CampaignId) -> Option<&Campaign> {
        self.campaigns.values().map(AsRef::as_ref).find(|campaign| campaign.row.id == *id)
    }

    pub(super) fn campaign_mut(&mut self, key: CampaignKey) -> Option<&mut Campaign> {
        self.campaigns.get_mut(&key).map(Arc::make_mut)
    }

    /// The campaign that rows are about to be put in.
    pub(super) fn existing(&mut self, key: CampaignKey) -> Result<&mut Campaign, LedgerError> {
        self.campaign_mut(key).ok_or_else(|| Refused::NoCampaign(key.0).into())
    }

    pub(super) fn add(&mut self, row: &CampaignRow) -> Result<CampaignKey, LedgerError> {
        if self.campaign_named(&row.id).is_some() {
            return Err(Refused::Already(format!("a campaign {}", row.id)).into());
        }
        self.last_key += 1;
        let key = CampaignKey(self.last_key);
        self.campaigns.insert(key, Arc::new(Campaign::new(with_planned(CampaignRow { key, ..row.clone() }))));
        Ok(key)
    }

    pub(super) fn pace(&self, name: &str) -> Option<&Pace> {
        self.paces.get(name).map(AsRef::as_ref)
    }

    pub(super) fn pace_mut(&mut self, name: &str) -> &mut Pace {
        Arc::make_mut(self.paces.entry(name.into()).or_default())
    }

    pub(super) fn directory(&self, name: &str) -> Option<&Directory> {
        self.directories.get(name).map(AsRef::as_ref)
    }

    pub(super) fn directory_mut(&mut self, name: &str) -> &mut Directory {
        Arc::make_mut(self.directories.entry(name.into()).or_default())
    }

    /// What [`Tables::forget_recipients`](crate::ledger::Tables::forget_recipients) removes.
    pub(super) fn forget_recipients(&mut self, key: CampaignKey) {
        let Some(campaign) = self.campaigns.get_mut(&key).map(Arc::make_mut) else { return };
        let recipients: HashSet<_> = campaign.recipients.values().map(|row| &row.recipient).collect();
        self.directories.values_mut().for_each(|directory| Arc::make_mut(directory).forget(&recipients));
        campaign.forget_recipients();
    }
}

impl Campaign {
    fn new(row: CampaignRow) -> Self {
        Self {
            row,
            columns: Arc::default(),
            messages: Pages::default(),
            batches: Pages::default(),
            pending: Pages::default(),
            recipients: Pages::default(),
            members: Pages::default(),
            exceptions: Pages::default(),
            reach: Pages::default(),
            recalls: Pages::default(),
        }
    }

    /// Replaces what [`Tables::replace_campaign`](crate::ledger::Tables::replace_campaign) does.
    pub(super) fn replace_row(&mut self, row: &CampaignRow) {
        let &CampaignRow { requests, elapsed, .. } = &self.row;
        self.row = with_planned(CampaignRow { id: self.row.id.clone(), requests, elapsed, ..row.clone() });
    }

    pub(super) fn add_message(&mut self, variant: u32, message: &str) -> Result<(), LedgerError> {
        if self.messages.one(variant.into()).is_some() {
            return Err(Refused::Already(format!("a variant {variant} of the message")).into());
        }
        self.messages.put(variant.into(), message.into());
        Ok(())
    }

    pub(super) fn add_batch(&mut self, row: &BatchRow) -> Result<(), LedgerError> {
        if self.batches.one(row.number.into()).is_some() {
            return Err(Refused::Already(format!("a batch {}", row.number)).into());
        }
        self.put_batch(row);
        Ok(())
    }

    pub(super) fn put_batch(&mut self, row: &BatchRow) {
        match row.state {
            BatchState::Pending => self.pending.put(row.number.into(), row.not_before),
            _ => self.pending.remove(row.number.into()),
        }
        self.batches.put(row.number.into(), row.clone());
    }

    pub(super) fn add_recipient(&mut self, row: &RecipientRow) -> Result<(), LedgerError> {
        if self.recipients.one(row.row).is_some() {
            return Err(Refused::Already(format!("a recipient of row {}", row.row)).into());
        }
        self.recipients.put(row.row, row.clone());
        self.put_members(row.batch, &[row.row]);
        Ok(())
    }

    /// Those who are in a batch, by row.
    pub(super) fn members_of(&self, batch: BatchNumber) -> impl Iterator<Item = &RecipientRow> {
        let rows = self.members.one(batch.into()).map_or(&[][..], Vec::as_slice);
        rows.iter().filter_map(|row| self.recipients.one(*row))
    }

    pub(super) fn move_members(&mut self, from: BatchNumber, first_row: u64, to: BatchNumber) {
        let Some(rows) = self.members.one_mut(from.into()) else { return };
        let moved = rows.split_off(rows.partition_point(|row| *row < first_row));
        for row in &moved {
            if let Some(recipient) = self.recipients.one_mut(*row) {
                recipient.batch = to;
            }
        }
        self.put_members(to, &moved);
    }

    fn put_members(&mut self, batch: BatchNumber, new: &[u64]) {
        let Some(rows) = self.members.one_mut(batch.into()) else {
            return self.members.put(batch.into(), new.to_vec());
        };
        let is_sorted = rows.last() < new.first();
        rows.extend_from_slice(new);
        if !is_sorted {
            rows.sort_unstable();
        }
    }

    pub(super) fn put_recall(&mut self, row: &RecallRow) -> Result<(), LedgerError> {
        let number = match row.row {
            None => 0,
            Some(0) => return Err(Refused::RowZero.into()),
            Some(row) => row,
        };
        if self.recalls.one(row.batch.into()).is_none() {
            self.recalls.put(row.batch.into(), Pages::default());
        }
        if let Some(recalls) = self.recalls.one_mut(row.batch.into()) {
            recalls.put(number, row.clone());
        }
        Ok(())
    }

    /// Those of a batch, its own first.
    pub(super) fn recalls_of(&self, batch: BatchNumber) -> impl Iterator<Item = &RecallRow> {
        self.recalls.one(batch.into()).into_iter().flat_map(Pages::values)
    }

    /// Those of all batches.
    pub(super) fn recalls(&self) -> impl Iterator<Item = &RecallRow> {
        self.recalls.values().flat_map(Pages::values)
    }

    fn forget_recipients(&mut self) {
        self.columns = Arc::default();
        self.messages = Pages::default();
        self.recipients = Pages::default();
        self.members = Pages::default();
        self.batches.values_mut().for_each(|batch| batch.reason = None);
        self.exceptions.values_mut().for_each(|exception| exception.reason = None);
        self.recalls.values_mut().flat_map(Pages::values_mut).for_each(|recall| recall.reason = None);
    }
}

/// How many requests are planned is what the plan says, and stands there alone.
fn with_planned(mut row: CampaignRow) -> CampaignRow {
    row.requests.planned = row.plan.requests.into();
    row
}
