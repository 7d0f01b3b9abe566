//! What became of an attempt.

use std::collections::BTreeMap;
use std::time::Duration;

use batchcast_transport::channel::Rejected;
use batchcast_transport::time::Unix;

use super::begin::Attempt;
use super::{Tenure, Terms, pace, quota, split};
use crate::ledger::{BatchRow, BatchState, ExceptionRow, Guard, LedgerError, Settled, Tables, Used, View};

/// What follows an answer for its batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The answer proves that nothing was processed: pending again, after this long.
    Pending {
        /// How long.
        wait: Duration,
    },
    /// The vendor took it, apart from those whom it names.
    Accepted {
        /// The vendor's name for it.
        message_id: Option<String>,
        /// Those whom it turned down.
        rejected: Vec<Rejected>,
    },
    /// The vendor turned everybody down.
    Rejected {
        /// The vendor's code.
        code: Option<i64>,
        /// Why.
        reason: String,
    },
    /// Nobody can know.
    Unknown {
        /// The vendor's code, where its answer leaves the doubt.
        code: Option<i64>,
        /// Why.
        reason: String,
    },
    /// Refused for one of its ids: two halves are tried instead.
    Split,
}

/// Everything that is written down of an attempt's end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settlement {
    /// What follows for the batch.
    pub fate: Fate,
    /// The id that the vendor's support asks for.
    pub request_id: Option<String>,
    /// Whether anything was handed to the transport at all.
    pub was_sent: WasSent,
    /// What the vendor asks everybody to wait, if it refused for being too frequent.
    pub throttled: Option<Duration>,
    /// How many times it has asked to try this batch again.
    pub tries_again: u32,
}

/// Whether anything was handed to the transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasSent {
    /// The request was, whatever came of it.
    Yes,
    /// Nothing was: the request could not be built, or its token was gone.
    No,
}

impl Settlement {
    /// This fate of an attempt that was sent, which the vendor did not ask to try again.
    #[must_use]
    pub const fn new(fate: Fate) -> Self {
        Self { fate, request_id: None, was_sent: WasSent::Yes, throttled: None, tries_again: 0 }
    }
}

/// What comes of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Recorded {
    /// It is written down.
    Yes,
    /// It came late, and has settled a doubt.
    Late,
    /// It came too late: somebody else has said meanwhile what became of the batch. Nothing is written.
    TooLate,
}

/// Writes down what became of an attempt. What came late settles a doubt about the same attempt, unless somebody has
/// settled it or the recipients are forgotten.
///
/// # Errors
/// [`LedgerError`]: then its recipients stay in doubt.
pub fn record(
    tables: &mut dyn Tables,
    tenure: &Tenure,
    terms: &Terms,
    attempt: &Attempt,
    settlement: &Settlement,
) -> Result<Recorded, LedgerError> {
    let Some(found) = tables.batch(tenure.campaign, attempt.batch.number)? else {
        return Ok(Recorded::TooLate);
    };
    let own = attempt.batch.guard();
    let late = Guard { state: BatchState::Unknown, ..own };
    let recorded = match found.guard() {
        guard if guard == own => Recorded::Yes,
        // After the recipients are forgotten, nothing may come that names one.
        guard if guard == late && !is_forgotten(tables, tenure)? => Recorded::Late,
        _ => return Ok(Recorded::TooLate),
    };
    let now = tables.now();
    if !tables.replace_batch(tenure.campaign, found.guard(), &settled(&attempt.batch, settlement, now))? {
        return Ok(Recorded::TooLate);
    }
    match &settlement.fate {
        Fate::Accepted { rejected, .. } => {
            tables.replace_exceptions(tenure.campaign, &exceptions(attempt, rejected, now))?;
        }
        Fate::Split => split::split(tables, tenure, attempt)?,
        Fate::Pending { .. } | Fate::Rejected { .. } | Fate::Unknown { .. } => {}
    }
    let may_be_processed = matches!(settlement.fate, Fate::Accepted { .. } | Fate::Unknown { .. });
    if !may_be_processed {
        quota::give_back(tables, terms, attempt.batch.began_at, u64::from(attempt.batch.size))?;
    }
    if let Some(pause) = settlement.throttled {
        pace::defer(tables, terms, pause)?;
    }
    tables.add_use(tenure.campaign, &used(attempt, settlement))?;
    Ok(recorded)
}

fn is_forgotten(view: &dyn View, tenure: &Tenure) -> Result<bool, LedgerError> {
    Ok(view.campaign_of(tenure.campaign)?.is_none_or(|campaign| campaign.forgotten_at.is_some()))
}

fn settled(attempt: &BatchRow, settlement: &Settlement, now: Unix) -> BatchRow {
    let batch = BatchRow {
        request_id: settlement.request_id.clone(),
        tries_again: settlement.tries_again,
        at: now,
        ..attempt.clone()
    };
    match settlement.fate.clone() {
        Fate::Pending { wait } => {
            // Nothing left, so no late answer can come of it, and its number is free again.
            let was_not_sent = u32::from(settlement.was_sent == WasSent::No);
            let attempt = batch.attempt.saturating_sub(was_not_sent);
            BatchRow { state: BatchState::Pending, not_before: now + wait, attempt, ..batch }
        }
        Fate::Accepted { message_id, .. } => {
            BatchRow { state: BatchState::Accepted, message_id, by_hand: false, ..batch }
        }
        Fate::Rejected { code, reason } => {
            BatchRow { state: BatchState::Rejected, code, reason: Some(reason), by_hand: false, ..batch }
        }
        Fate::Unknown { code, reason } => BatchRow { state: BatchState::Unknown, code, reason: Some(reason), ..batch },
        Fate::Split => BatchRow { state: BatchState::Split, ..batch },
    }
}

/// By row, so that somebody whom the vendor names twice is rejected once.
fn exceptions(attempt: &Attempt, rejected: &[Rejected], at: Unix) -> Vec<ExceptionRow> {
    let rows: BTreeMap<_, _> = attempt.members.iter().map(|(row, recipient)| (recipient, *row)).collect();
    let by_row: BTreeMap<_, _> =
        rejected.iter().filter_map(|named| Some((*rows.get(&named.recipient)?, named))).collect();
    let exception = |(row, named): (u64, &Rejected)| ExceptionRow {
        row,
        batch: attempt.batch.number,
        state: Settled::Rejected,
        code: named.code,
        reason: Some(named.reason.clone()),
        at,
    };
    by_row.into_iter().map(exception).collect()
}

fn used(attempt: &Attempt, settlement: &Settlement) -> Used {
    let was_sent = settlement.was_sent == WasSent::Yes;
    let was_retried = attempt.batch.attempt > 1;
    Used {
        sent: -i64::from(!was_sent),
        retried: -i64::from(!was_sent && was_retried),
        throttled: i64::from(was_sent && settlement.throttled.is_some()),
        ..Used::default()
    }
}
