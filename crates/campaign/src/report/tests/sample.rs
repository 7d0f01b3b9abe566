//! Rows, and a ledger of nothing else.

use std::time::Duration;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::channel::Address;
use batchcast_transport::time::Unix;

use crate::ledger::{
    BatchNumber, BatchRow, BatchState, CampaignId, CampaignKey, CampaignRow, ExceptionRow, Hash, ImageRow, LedgerError,
    LedgerProblem, OutcomeRow, PersonRow, ReachRow, RecallRow, RecallState, RecipientRow, Settled, Slot, Stage, View,
};
use crate::outcome::Requests;
use crate::plan::{Members, Plan};
use crate::report::{ReportError, Sink, StateFilter, write};

pub(in crate::report) const KEY: CampaignKey = CampaignKey(1);

/// A batch of one in this state.
pub(in crate::report) fn batch(number: BatchNumber, state: BatchState) -> BatchRow {
    BatchRow { state, ..BatchRow::new(number, 1) }
}

pub(in crate::report) fn exception(row: u64, state: Settled, reason: Option<&str>) -> ExceptionRow {
    ExceptionRow { row, batch: 0, state, code: None, reason: reason.map(str::to_owned), at: Unix::EPOCH }
}

/// The recipient `ou_ROW` of a batch.
pub(in crate::report) fn outcome_row(row: u64, batch: BatchRow) -> OutcomeRow {
    let recipient = Recipient::new(IdKind::OpenId, format!("ou_{row}")).unwrap();
    OutcomeRow {
        recipient: RecipientRow { row, batch: batch.number, recipient, columns: None },
        batch,
        exception: None,
    }
}

/// The same with own columns.
pub(in crate::report) fn with_columns(row: u64, batch: BatchRow, columns: &str) -> OutcomeRow {
    let mut row = outcome_row(row, batch);
    row.recipient.columns = Some(columns.into());
    row
}

/// The same under another name.
pub(in crate::report) fn named(kind: IdKind, id: &str) -> OutcomeRow {
    let mut row = outcome_row(1, batch(0, BatchState::Pending));
    row.recipient.recipient = Recipient::new(kind, id).unwrap();
    row
}

/// A ledger with one campaign.
#[derive(Debug)]
pub(in crate::report) struct Sample {
    pub(in crate::report) campaign: CampaignRow,
    pub(in crate::report) columns: Vec<String>,
    pub(in crate::report) rows: Vec<OutcomeRow>,
    /// What its batches have together.
    pub(in crate::report) size: u64,
    /// It cannot be read after so many rows.
    pub(in crate::report) fails_after: Option<usize>,
}

impl Sample {
    pub(in crate::report) fn new(columns: &[&str], rows: Vec<OutcomeRow>) -> Self {
        Self {
            campaign: campaign(),
            columns: columns.iter().map(ToString::to_string).collect(),
            size: rows.len() as u64,
            rows,
            fails_after: None,
        }
    }

    pub(in crate::report) fn write(&self, filter: StateFilter, sink: &mut dyn Sink) -> Result<u64, ReportError> {
        write(self, KEY, filter, sink)
    }
}

fn campaign() -> CampaignRow {
    let plan = Plan {
        address: Address::new("feishu", "https://vendor.example", "cli_1"),
        excerpt: "hello".to_owned(),
        message: Hash([1; 32]),
        identity: Hash([2; 32]),
        kinds: Vec::new(),
        duplicates: 0,
        excluded: 0,
        not_found: 0,
        members: Members::default(),
        requests: 1,
        bytes: 1,
        canary: None,
        first: Vec::new(),
        last: Vec::new(),
        created_at: Unix::EPOCH,
    };
    CampaignRow {
        key: KEY,
        id: "c-sample".parse().unwrap(),
        plan,
        stage: Stage::Started,
        epoch: 1,
        held_until: Unix::EPOCH,
        batches: 1,
        requests: Requests::default(),
        elapsed: Duration::ZERO,
        started_at: None,
        stopped: None,
        forgotten_at: None,
    }
}

pub(in crate::report) fn failure() -> LedgerError {
    LedgerError::new(LedgerProblem::Failed, "sample")
}

impl View for Sample {
    fn campaign_of(&self, key: CampaignKey) -> Result<Option<CampaignRow>, LedgerError> {
        Ok((key == KEY).then(|| self.campaign.clone()))
    }

    fn columns(&self, _: CampaignKey) -> Result<Vec<String>, LedgerError> {
        Ok(self.columns.clone())
    }

    fn sizes(&self, _: CampaignKey) -> Result<Vec<(BatchState, u64)>, LedgerError> {
        Ok(vec![(BatchState::Accepted, self.size / 2), (BatchState::Pending, self.size - self.size / 2)])
    }

    fn outcomes(
        &self,
        _: CampaignKey,
        each: &mut dyn FnMut(OutcomeRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let readable = self.fails_after.unwrap_or(self.rows.len());
        self.rows[..readable].iter().cloned().try_for_each(each)?;
        if self.fails_after.is_some() { Err(failure()) } else { Ok(()) }
    }

    fn now(&self) -> Unix {
        unreachable!("a report does not ask for it")
    }

    fn campaign(&self, _: &CampaignId) -> Result<Option<CampaignRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn campaigns(&self) -> Result<Vec<CampaignRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn started_with_message(&self, _: &Hash) -> Result<Vec<CampaignRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn message(&self, _: CampaignKey, _: u32) -> Result<Option<String>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn batch(&self, _: CampaignKey, _: BatchNumber) -> Result<Option<BatchRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn next_pending(&self, _: CampaignKey, _: BatchNumber) -> Result<Option<BatchRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn first_not_before(&self, _: CampaignKey, _: BatchNumber) -> Result<Option<Unix>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn batches_in(
        &self,
        _: CampaignKey,
        _: BatchState,
        _: &mut dyn FnMut(BatchRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn members(&self, _: CampaignKey, _: BatchNumber) -> Result<Vec<(u64, Recipient)>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn exceptions(&self, _: CampaignKey) -> Result<Vec<(BatchState, Settled, u64)>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn exceptions_of(&self, _: CampaignKey, _: BatchNumber) -> Result<Vec<ExceptionRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn recipients(
        &self,
        _: CampaignKey,
        _: &mut dyn FnMut(RecipientRow) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn slots(&self, _: &str, _: Unix) -> Result<Vec<Slot>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn pause(&self, _: &str) -> Result<Option<(Unix, Duration)>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn quota(&self, _: &str, _: Unix) -> Result<Vec<(Unix, u64)>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn batches_after(&self, _: CampaignKey, _: Option<BatchNumber>, _: usize) -> Result<Vec<BatchRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn people(&self, _: &str, _: &[Hash]) -> Result<Vec<PersonRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn image(&self, _: &str, _: &Hash) -> Result<Option<ImageRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn reach(&self, _: CampaignKey) -> Result<Vec<ReachRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn recalls(&self, _: CampaignKey, _: BatchNumber) -> Result<Vec<RecallRow>, LedgerError> {
        unreachable!("a report does not ask for it")
    }

    fn recall_counts(&self, _: CampaignKey) -> Result<Vec<(RecallState, u64)>, LedgerError> {
        unreachable!("a report does not ask for it")
    }
}
