//! What can be looked at in an SQLite ledger.

use std::collections::BTreeSet;
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::time::Unix;

use super::rows::{self, batch_columns, campaign_columns};
use super::transaction::Transaction;
use super::values::{read_integer, read_millis, read_number, read_optional_time, read_time, time};
use crate::ledger::{
    BatchNumber, BatchRow, BatchState, CampaignId, CampaignKey, CampaignRow, ExceptionRow, Hash, ImageRow, LedgerError,
    OutcomeRow, PersonRow, ReachRow, RecallRow, RecallState, RecipientRow, Settled, Slot, View,
};

const MINUTE: Duration = Duration::from_secs(60);

impl View for Transaction<'_> {
    fn now(&self) -> Unix {
        self.now
    }

    fn campaign(&self, id: &CampaignId) -> Result<Option<CampaignRow>, LedgerError> {
        let sql = concat!("SELECT ", campaign_columns!(), " FROM campaigns WHERE id = ?1");
        self.first(sql, [id.as_str()], rows::campaign)
    }

    fn campaign_of(&self, key: CampaignKey) -> Result<Option<CampaignRow>, LedgerError> {
        let sql = concat!("SELECT ", campaign_columns!(), " FROM campaigns WHERE key = ?1");
        self.first(sql, [key], rows::campaign)
    }

    fn campaigns(&self) -> Result<Vec<CampaignRow>, LedgerError> {
        let sql = concat!("SELECT ", campaign_columns!(), " FROM campaigns ORDER BY key");
        self.all(sql, (), rows::campaign)
    }

    fn started_with_message(&self, message: &Hash) -> Result<Vec<CampaignRow>, LedgerError> {
        let sql = concat!(
            "SELECT ",
            campaign_columns!(),
            " FROM campaigns WHERE message = ?1 AND started_at IS NOT NULL ORDER BY key"
        );
        self.all(sql, [message], rows::campaign)
    }

    fn message(&self, campaign: CampaignKey, variant: u32) -> Result<Option<String>, LedgerError> {
        let sql = "SELECT message FROM messages WHERE campaign = ?1 AND variant = ?2";
        self.first(sql, (campaign, variant), |row| row.get(0))
    }

    fn columns(&self, campaign: CampaignKey) -> Result<Vec<String>, LedgerError> {
        self.all("SELECT name FROM columns WHERE campaign = ?1 ORDER BY position", [campaign], |row| row.get(0))
    }

    fn batch(&self, campaign: CampaignKey, number: BatchNumber) -> Result<Option<BatchRow>, LedgerError> {
        let sql = concat!("SELECT ", batch_columns!(), " FROM batches WHERE campaign = ?1 AND number = ?2");
        self.first(sql, (campaign, number), rows::batch)
    }

    fn next_pending(&self, campaign: CampaignKey, below: BatchNumber) -> Result<Option<BatchRow>, LedgerError> {
        let sql = concat!(
            "SELECT ",
            batch_columns!(),
            " FROM batches INDEXED BY batches_by_state
            WHERE campaign = ?1 AND state = ?2 AND number < ?3 AND not_before <= ?4 ORDER BY number LIMIT 1"
        );
        let pending = BatchState::Pending.number();
        self.first(sql, (campaign, pending, below, time(self.now)), rows::batch)
    }

    fn first_not_before(&self, campaign: CampaignKey, below: BatchNumber) -> Result<Option<Unix>, LedgerError> {
        let sql = "
            SELECT min(not_before) FROM batches INDEXED BY batches_by_state
            WHERE campaign = ?1 AND state = ?2 AND number < ?3";
        let first =
            self.first(sql, (campaign, BatchState::Pending.number(), below), |row| read_optional_time(row, 0))?;
        Ok(first.flatten())
    }

    fn batches_in(
        &self,
        campaign: CampaignKey,
        state: BatchState,
        each: &mut dyn FnMut(BatchRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let sql = concat!(
            "SELECT ",
            batch_columns!(),
            " FROM batches INDEXED BY batches_by_state WHERE campaign = ?1 AND state = ?2 ORDER BY number"
        );
        self.each(sql, (campaign, state.number()), rows::batch, each)
    }

    fn batches_after(
        &self,
        campaign: CampaignKey,
        after: Option<BatchNumber>,
        limit: usize,
    ) -> Result<Vec<BatchRow>, LedgerError> {
        let sql = concat!(
            "SELECT ",
            batch_columns!(),
            " FROM batches NOT INDEXED WHERE campaign = ?1 AND number > ?2 ORDER BY number LIMIT ?3"
        );
        let after = after.map_or(-1, i64::from);
        self.all(sql, (campaign, after, i64::try_from(limit).unwrap_or(i64::MAX)), rows::batch)
    }

    fn members(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<(u64, Recipient)>, LedgerError> {
        let sql = "
            SELECT row, kind, id FROM recipients INDEXED BY recipients_by_batch
            WHERE campaign = ?1 AND batch = ?2 ORDER BY row";
        self.all(sql, (campaign, batch), rows::member)
    }

    fn sizes(&self, campaign: CampaignKey) -> Result<Vec<(BatchState, u64)>, LedgerError> {
        let sql = "
            SELECT state, sum(size) FROM batches INDEXED BY batches_by_state
            WHERE campaign = ?1 AND state <> ?2 GROUP BY state";
        self.all(sql, (campaign, BatchState::Split.number()), |row| {
            Ok((read_number(row, 0, BatchState::from_number)?, read_integer(row, 1)?))
        })
    }

    fn exceptions(&self, campaign: CampaignKey) -> Result<Vec<(BatchState, Settled, u64)>, LedgerError> {
        let sql = "
            SELECT batches.state, exceptions.state, count(*)
            FROM exceptions CROSS JOIN batches
            ON batches.campaign = exceptions.campaign AND batches.number = exceptions.batch
            WHERE exceptions.campaign = ?1 GROUP BY 1, 2";
        self.all(sql, [campaign], |row| {
            let batch = read_number(row, 0, BatchState::from_number)?;
            Ok((batch, read_number(row, 1, Settled::from_number)?, read_integer(row, 2)?))
        })
    }

    fn exceptions_of(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<ExceptionRow>, LedgerError> {
        let sql = "
            SELECT row, batch, state, code, reason, at FROM exceptions INDEXED BY exceptions_by_batch
            WHERE campaign = ?1 AND batch = ?2 ORDER BY row";
        self.all(sql, (campaign, batch), rows::exception)
    }

    fn recipients(
        &self,
        campaign: CampaignKey,
        each: &mut dyn FnMut(RecipientRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let sql = "SELECT row, batch, kind, id, columns FROM recipients WHERE campaign = ?1 ORDER BY row";
        self.each(sql, [campaign], rows::recipient, each)
    }

    fn outcomes(
        &self,
        campaign: CampaignKey,
        each: &mut dyn FnMut(OutcomeRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let sql = "
            SELECT recipients.row, recipients.batch, recipients.kind, recipients.id, recipients.columns,
                exceptions.batch, exceptions.state, exceptions.code, exceptions.reason, exceptions.at
            FROM recipients LEFT JOIN exceptions
            ON exceptions.campaign = recipients.campaign AND exceptions.row = recipients.row
            WHERE recipients.campaign = ?1 ORDER BY recipients.row";
        // Neighbours are mostly in the same batch, so it is read once for all of them.
        let mut latest: Option<BatchRow> = None;
        self.each(sql, [campaign], rows::recipient_and_exception, &mut |(recipient, exception)| {
            if latest.as_ref().is_none_or(|batch| batch.number != recipient.batch) {
                latest = self.batch(campaign, recipient.batch)?;
            }
            let Some(batch) = latest.clone() else {
                let (row, batch) = (recipient.row, recipient.batch);
                return Err(self
                    .name
                    .damaged(format!("the recipient of row {row} is in batch {batch}, which is gone")));
            };
            each(OutcomeRow { recipient, batch, exception })
        })
    }

    fn slots(&self, pace: &str, since: Unix) -> Result<Vec<Slot>, LedgerError> {
        let sql = "SELECT at, requests, recipients FROM slots WHERE pace = ?1 AND at > ?2 ORDER BY at, number";
        self.all(sql, (pace, time(since)), rows::slot)
    }

    fn pause(&self, pace: &str) -> Result<Option<(Unix, Duration)>, LedgerError> {
        let sql = "SELECT until, asked_ms FROM pauses WHERE pace = ?1";
        self.first(sql, [pace], |row| Ok((read_time(row, 0)?, read_millis(row, 1)?)))
    }

    fn quota(&self, pace: &str, since: Unix) -> Result<Vec<(Unix, u64)>, LedgerError> {
        let sql = "SELECT minute, volume FROM quota WHERE pace = ?1 AND minute > ?2 ORDER BY minute";
        let since = time(since).saturating_sub_unsigned(MINUTE.as_secs() * 1000);
        self.all(sql, (pace, since), |row| Ok((read_time(row, 0)?, read_integer(row, 1)?)))
    }

    fn people(&self, directory: &str, addresses: &[Hash]) -> Result<Vec<PersonRow>, LedgerError> {
        let sql = "SELECT address, kind, id, at FROM people WHERE directory = ?1 AND address = ?2";
        let addresses: BTreeSet<_> = addresses.iter().collect();
        let found = addresses.into_iter().map(|address| self.first(sql, (directory, address), rows::person));
        found.filter_map(Result::transpose).collect()
    }

    fn image(&self, directory: &str, content: &Hash) -> Result<Option<ImageRow>, LedgerError> {
        let sql = "SELECT content, key, at FROM images WHERE directory = ?1 AND content = ?2";
        self.first(sql, (directory, content), rows::image)
    }

    fn reach(&self, campaign: CampaignKey) -> Result<Vec<ReachRow>, LedgerError> {
        let sql = "
            SELECT batch, at, valid, delivered, read, recalled FROM reach WHERE campaign = ?1 ORDER BY batch";
        self.all(sql, [campaign], rows::reach)
    }

    fn recalls(&self, campaign: CampaignKey, batch: BatchNumber) -> Result<Vec<RecallRow>, LedgerError> {
        let sql = "
            SELECT batch, row, state, code, reason, at FROM recalls WHERE campaign = ?1 AND batch = ?2 ORDER BY row";
        self.all(sql, (campaign, batch), rows::recall)
    }

    fn recall_counts(&self, campaign: CampaignKey) -> Result<Vec<(RecallState, u64)>, LedgerError> {
        let sql = "SELECT state, count(*) FROM recalls WHERE campaign = ?1 GROUP BY state";
        self.all(sql, [campaign], |row| Ok((read_number(row, 0, RecallState::from_number)?, read_integer(row, 1)?)))
    }
}
