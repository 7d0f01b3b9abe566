//! One row of a report: [`ReportRow`].

use std::borrow::Cow;

use batchcast_model::Recipient;
use batchcast_transport::time::Unix;
use jiff::Timestamp;

use super::columns;
use super::text::one_line;
use crate::ledger::{BatchNumber, OutcomeRow};
use crate::outcome::Outcome;

/// The columns that are ours, apart from `row`, in the order of [`ReportRow::values`].
pub(super) const NAMES: [&str; 8] = ["kind", "id", "state", "code", "reason", "batch", "message_id", "at"];

/// The first column.
pub(super) const ROW: &str = "row";

/// What became of one recipient, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReportRow {
    /// The number of its data row, counted over all sources from 1.
    pub row: u64,
    /// The caller's own columns, one for each name; `None` where the row's source does not have it.
    pub columns: Vec<Option<String>>,
    /// Who.
    pub recipient: Recipient,
    /// What became of it. Its texts are a line each, without control characters.
    pub outcome: Outcome,
    /// Its batch.
    pub batch: BatchNumber,
    /// When the state was reached: RFC 3339 in UTC, with milliseconds. `None` while it is pending.
    pub at: Option<String>,
}

/// What stands in one column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Nothing.
    Absent,
    /// A number.
    Number(i64),
    /// The id of the recipient.
    Id(&'a str),
    /// A text.
    Text(Cow<'a, str>),
}

impl ReportRow {
    /// Of this row of the ledger, in a campaign with so many own columns. The error says what makes no sense there.
    pub(super) fn new(row: OutcomeRow, outcome: Outcome, width: usize) -> Result<Self, String> {
        let number = row.recipient.row;
        let because = |what: String| format!("row {number}: {what}");
        let at = row.at().map(rfc_3339).transpose().map_err(because)?;
        let columns = columns::values(row.recipient.columns.as_deref(), width).map_err(because)?;
        Ok(Self {
            row: number,
            columns,
            recipient: row.recipient.recipient,
            outcome: in_single_lines(outcome),
            batch: row.batch.number,
            at,
        })
    }

    /// What stands in `kind`, `id`, `state`, `code`, `reason`, `batch`, `message_id` and `at`.
    #[must_use]
    pub fn values(&self) -> [Value<'_>; 8] {
        [
            Value::text(self.recipient.kind().as_str()),
            Value::Id(self.recipient.id()),
            Value::text(self.outcome.as_str()),
            self.outcome.code().map_or(Value::Absent, Value::Number),
            self.outcome.reason_for_support().map_or(Value::Absent, Value::Text),
            Value::Text(Cow::Owned(self.batch.to_string())),
            self.outcome.message_id().map_or(Value::Absent, Value::text),
            self.at.as_deref().map_or(Value::Absent, Value::text),
        ]
    }
}

impl<'a> Value<'a> {
    const fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

fn rfc_3339(at: Unix) -> Result<String, String> {
    let moment = i64::try_from(at.as_millis()).ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    let moment = moment.ok_or_else(|| format!("{} ms since 1970 are beyond the year 9999", at.as_millis()))?;
    // Always with milliseconds, so that the texts sort as the moments do.
    Ok(format!("{moment:.3}"))
}

fn in_single_lines(mut outcome: Outcome) -> Outcome {
    match &mut outcome {
        Outcome::Accepted { message_id, reason, .. } => [message_id, reason].into_iter().flatten().for_each(one_line),
        Outcome::Rejected { reason, .. } | Outcome::Unknown { reason, .. } => one_line(reason),
        Outcome::Pending => {}
    }
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{BatchRow, BatchState, RecipientRow};
    use crate::report::tests::sample::{batch, outcome_row};

    fn made(batch: BatchRow, columns: Option<&str>) -> Result<ReportRow, String> {
        let mut row = outcome_row(7, batch);
        row.recipient = RecipientRow { columns: columns.map(Into::into), ..row.recipient };
        let outcome = row.outcome();
        ReportRow::new(row, outcome, 2)
    }

    #[test]
    fn a_value_for_every_name() {
        #[track_caller]
        fn check(batch: BatchRow, expected: [Value<'_>; 8]) {
            let row = made(batch, None).unwrap();
            assert_eq!(row.values(), expected);
            assert_eq!(row.values().len(), NAMES.len());
        }
        let text = Value::text;
        let moved = BatchRow { at: Unix::from_millis(1_795_276_799_500), ..batch(3, BatchState::Accepted) };
        let at = "2026-11-21T15:59:59.500Z";
        check(
            batch(3, BatchState::Pending),
            [
                text("open_id"),
                Value::Id("ou_7"),
                text("pending"),
                Value::Absent,
                Value::Absent,
                text("3"),
                Value::Absent,
                Value::Absent,
            ],
        );
        check(
            BatchRow { message_id: Some("bm-1".to_owned()), ..moved.clone() },
            [
                text("open_id"),
                Value::Id("ou_7"),
                text("accepted"),
                Value::Absent,
                Value::Absent,
                text("3"),
                text("bm-1"),
                text(at),
            ],
        );
        check(
            BatchRow {
                state: BatchState::Unknown,
                code: Some(-1),
                reason: Some("bad\n\u{1b}[31mluck".to_owned()),
                ..moved
            },
            [
                text("open_id"),
                Value::Id("ou_7"),
                text("unknown"),
                Value::Number(-1),
                text("bad [31mluck"),
                text("3"),
                Value::Absent,
                text(at),
            ],
        );
    }

    #[test]
    fn a_time_always_has_milliseconds() {
        #[track_caller]
        fn check(millis: u64, expected: Result<&str, &str>) {
            let found = rfc_3339(Unix::from_millis(millis));
            assert_eq!(found.as_deref().map_err(String::as_str), expected);
        }
        check(0, Ok("1970-01-01T00:00:00.000Z"));
        check(1_795_276_799_000, Ok("2026-11-21T15:59:59.000Z"));
        check(1_795_276_799_007, Ok("2026-11-21T15:59:59.007Z"));
        check(253_402_207_199_999, Ok("9999-12-30T21:59:59.999Z"));
        check(253_402_300_800_000, Err("253402300800000 ms since 1970 are beyond the year 9999"));
        check(u64::MAX, Err("18446744073709551615 ms since 1970 are beyond the year 9999"));
    }

    #[test]
    fn damage_names_the_row() {
        #[track_caller]
        fn check(batch: BatchRow, columns: Option<&str>, expected: &str) {
            assert_eq!(made(batch, columns).unwrap_err(), expected);
        }
        let late = BatchRow { at: Unix::from_millis(u64::MAX), ..batch(3, BatchState::Accepted) };
        check(late, None, "row 7: 18446744073709551615 ms since 1970 are beyond the year 9999");
        check(
            batch(3, BatchState::Pending),
            Some(r#"["a","b","c"]"#),
            "row 7: it has 3 own columns, and the campaign has 2",
        );
    }
}
