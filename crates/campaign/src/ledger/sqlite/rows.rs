//! The rows of a ledger as rows of SQL, column by column.

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::channel::Mark;
use batchcast_transport::operation::Cost;
use batchcast_transport::reach::Reach;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, Statement, ToSql};

use super::error::Nonsense;
use super::values::{integer, nonsense, read_integer, read_millis, read_number, read_optional_time, read_time, time};
use crate::ledger::{
    BatchRow, BatchState, CampaignKey, CampaignRow, ExceptionRow, Hash, ImageRow, PersonRow, ReachRow, RecallRow,
    RecallState, RecipientRow, Settled, Slot, Stage, numbers,
};
use crate::outcome::Requests;
use crate::plan::Plan;

/// In the order of [`campaign`].
macro_rules! campaign_columns {
    () => {
        "key, id, plan, stage, epoch, held_until, batches, sent, throttled, retried, elapsed_ms, started_at, stopped, \
         forgotten_at"
    };
}

/// In the order of [`batch`].
macro_rules! batch_columns {
    () => {
        "number, variant, size, state, epoch, attempt, tries_again, not_before, slot, lease_until, began_at, deadline, \
         mark, at, message_id, request_id, code, reason, by_hand"
    };
}

pub(super) use {batch_columns, campaign_columns};

impl ToSql for Hash {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Hash {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| FromSqlError::InvalidBlobSize { expected_size: 32, blob_size: bytes.len() })
    }
}

impl ToSql for CampaignKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

pub(super) fn campaign(row: &Row<'_>) -> rusqlite::Result<CampaignRow> {
    let plan = Plan::from_text(row.get_ref(2)?.as_str()?).map_err(|what| nonsense(2, what))?;
    let stopped = match row.get_ref(12)?.as_str_or_null()? {
        Some(text) => serde_json::from_str(text).map_err(|error| nonsense(12, format!("why a run ended: {error}")))?,
        None => None,
    };
    let requests = Requests {
        planned: plan.requests.into(),
        sent: read_integer(row, 7)?,
        throttled: read_integer(row, 8)?,
        retried: read_integer(row, 9)?,
    };
    Ok(CampaignRow {
        key: CampaignKey(row.get(0)?),
        id: row.get_ref(1)?.as_str()?.parse().map_err(|_| nonsense(1, "a campaign has an id that none can have"))?,
        plan,
        stage: read_number(row, 3, Stage::from_number)?,
        epoch: read_integer(row, 4)?,
        held_until: read_time(row, 5)?,
        batches: row.get(6)?,
        requests,
        elapsed: read_millis(row, 10)?,
        started_at: read_optional_time(row, 11)?,
        stopped,
        forgotten_at: read_optional_time(row, 13)?,
    })
}

pub(super) fn recipient(row: &Row<'_>) -> rusqlite::Result<RecipientRow> {
    Ok(RecipientRow {
        row: read_integer(row, 0)?,
        batch: row.get(1)?,
        recipient: recipient_at(row, 2)?,
        columns: row.get_ref(4)?.as_str_or_null()?.map(Into::into),
    })
}

/// Binds recipients one after the other, each with its campaign and in the order of [`recipient`].
pub(super) fn bind_recipients(
    statement: &mut Statement<'_>,
    campaign: CampaignKey,
    rows: &[RecipientRow],
) -> rusqlite::Result<()> {
    for (first, row) in (1..).step_by(6).zip(rows) {
        let kind = number_of(row.recipient.kind())?;
        statement.raw_bind_parameter(first, campaign)?;
        statement.raw_bind_parameter(first + 1, integer(row.row))?;
        statement.raw_bind_parameter(first + 2, row.batch)?;
        statement.raw_bind_parameter(first + 3, kind)?;
        statement.raw_bind_parameter(first + 4, row.recipient.id())?;
        statement.raw_bind_parameter(first + 5, row.columns.as_deref())?;
    }
    Ok(())
}

/// What a kind of id is called here.
pub(super) fn number_of(kind: IdKind) -> rusqlite::Result<u8> {
    numbers::of_kind(kind).ok_or_else(|| unwritable(format!("no number for {kind}")))
}

/// The number of the row of a recall, whose key has no nulls: 0 for the batch as a whole.
pub(super) fn number_of_recall(row: Option<u64>) -> rusqlite::Result<i64> {
    match row {
        None => Ok(0),
        Some(0) => Err(unwritable("a recall of row 0: rows count from 1")),
        Some(row) => Ok(integer(row)),
    }
}

fn unwritable(what: impl Into<String>) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(Nonsense(what.into())))
}

/// The row and who it is.
pub(super) fn member(row: &Row<'_>) -> rusqlite::Result<(u64, Recipient)> {
    Ok((read_integer(row, 0)?, recipient_at(row, 1)?))
}

/// Reads a kind and, in the column after it, an id.
fn recipient_at(row: &Row<'_>, column: usize) -> rusqlite::Result<Recipient> {
    let kind = read_number(row, column, numbers::kind_from)?;
    // What is wrong with it is not repeated: it would name it.
    Recipient::new(kind, row.get_ref(column + 1)?.as_str()?)
        .map_err(|_| nonsense(column + 1, "a recipient has an id that none can have"))
}

pub(super) fn exception(row: &Row<'_>) -> rusqlite::Result<ExceptionRow> {
    Ok(ExceptionRow {
        row: read_integer(row, 0)?,
        batch: row.get(1)?,
        state: read_number(row, 2, Settled::from_number)?,
        code: row.get(3)?,
        reason: row.get(4)?,
        at: read_time(row, 5)?,
    })
}

/// A recipient, and of its exception the columns from `batch` on.
pub(super) fn recipient_and_exception(row: &Row<'_>) -> rusqlite::Result<(RecipientRow, Option<ExceptionRow>)> {
    let recipient = recipient(row)?;
    let exception = match row.get_ref(5)? {
        ValueRef::Null => None,
        _ => Some(ExceptionRow {
            row: recipient.row,
            batch: row.get(5)?,
            state: read_number(row, 6, Settled::from_number)?,
            code: row.get(7)?,
            reason: row.get(8)?,
            at: read_time(row, 9)?,
        }),
    };
    Ok((recipient, exception))
}

pub(super) fn batch(row: &Row<'_>) -> rusqlite::Result<BatchRow> {
    Ok(BatchRow {
        number: row.get(0)?,
        variant: row.get(1)?,
        size: row.get(2)?,
        state: read_number(row, 3, BatchState::from_number)?,
        epoch: read_integer(row, 4)?,
        attempt: row.get(5)?,
        tries_again: row.get(6)?,
        not_before: read_time(row, 7)?,
        slot: read_time(row, 8)?,
        lease_until: read_time(row, 9)?,
        began_at: read_time(row, 10)?,
        deadline: read_time(row, 11)?,
        mark: row.get::<_, Option<String>>(12)?.map(Mark::new),
        at: read_time(row, 13)?,
        message_id: row.get(14)?,
        request_id: row.get(15)?,
        code: row.get(16)?,
        reason: row.get(17)?,
        by_hand: row.get(18)?,
    })
}

/// Binds a batch from the parameter `first` on, in the order of [`batch`].
pub(super) fn bind_batch(statement: &mut Statement<'_>, first: usize, row: &BatchRow) -> rusqlite::Result<()> {
    let values: [&dyn ToSql; 19] = [
        &row.number,
        &row.variant,
        &row.size,
        &row.state.number(),
        &integer(row.epoch),
        &row.attempt,
        &row.tries_again,
        &time(row.not_before),
        &time(row.slot),
        &time(row.lease_until),
        &time(row.began_at),
        &time(row.deadline),
        &row.mark.as_ref().map(Mark::as_str),
        &time(row.at),
        &row.message_id,
        &row.request_id,
        &row.code,
        &row.reason,
        &row.by_hand,
    ];
    (first..).zip(values).try_for_each(|(parameter, value)| statement.raw_bind_parameter(parameter, value))
}

pub(super) fn slot(row: &Row<'_>) -> rusqlite::Result<Slot> {
    let mut cost = Cost::one_request(row.get(2)?);
    cost.requests = row.get(1)?;
    Ok(Slot { at: read_time(row, 0)?, cost })
}

pub(super) fn person(row: &Row<'_>) -> rusqlite::Result<PersonRow> {
    let id = match (row.get_ref(1)?, row.get_ref(2)?) {
        (ValueRef::Null, ValueRef::Null) => None,
        _ => Some(recipient_at(row, 1)?),
    };
    Ok(PersonRow { address: row.get(0)?, id, at: read_time(row, 3)? })
}

pub(super) fn image(row: &Row<'_>) -> rusqlite::Result<ImageRow> {
    Ok(ImageRow { content: row.get(0)?, key: row.get(1)?, at: read_time(row, 2)? })
}

pub(super) fn reach(row: &Row<'_>) -> rusqlite::Result<ReachRow> {
    let reach = Reach::new(read_integer(row, 2)?, read_integer(row, 3)?, read_integer(row, 4)?);
    let reach = match row.get_ref(5)? {
        ValueRef::Null => reach,
        _ => reach.with_recalled(read_integer(row, 5)?),
    };
    Ok(ReachRow { batch: row.get(0)?, at: read_time(row, 1)?, reach })
}

pub(super) fn recall(row: &Row<'_>) -> rusqlite::Result<RecallRow> {
    Ok(RecallRow {
        batch: row.get(0)?,
        row: Some(read_integer(row, 1)?).filter(|row| *row > 0),
        state: read_number(row, 2, RecallState::from_number)?,
        code: row.get(3)?,
        reason: row.get(4)?,
        at: read_time(row, 5)?,
    })
}
