//! How a run ended: [`Ending`].

use batchcast_transport::error::CallError;
use batchcast_transport::time::Unix;
use serde::{Deserialize, Serialize};

use crate::ledger::{LedgerError, StoppedRow};
use crate::max_rejected::MaxRejected;
use crate::outcome::Counts;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// Every batch has its answer.
    Finished,
    /// Something ended it before that. What was not sent is pending.
    Stopped(Stopped),
}

/// What ended a run before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stopped {
    /// What, for a program.
    pub why: Why,
    /// What, in words.
    pub reason: String,
    /// What to do about it, where that is known.
    pub remedy: Option<String>,
    /// When it is worth another try, where that is known: not before this.
    pub resume_at: Option<Unix>,
}

/// What ends a run before its end, in the order in which one outranks another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// The ledger could not be read or written.
    LedgerFailed,
    /// Another run has taken over.
    Lost,
    /// Credentials or permission.
    NotPermitted,
    /// The day's or month's volume is used up.
    QuotaUsedUp,
    /// The endpoint does not serve this API.
    WrongEndpoint,
    /// A request could not be built, or its sender panicked: a bug.
    Broken,
    /// Several attempts in a row ended in doubt.
    TooManyDoubts,
    /// The vendor refused the message itself.
    MessageRefused,
    /// Nothing could be sent, several times in a row.
    Unreachable,
    /// The vendor asks for a longer pause than a run waits.
    LongThrottle,
    /// Too many requests were refused for a single bad id.
    TooManyBadIds,
    /// More recipients were rejected than were to be.
    TooManyRejected,
    /// Somebody cancelled the campaign.
    Cancelled,
    /// Somebody asked it to stop.
    Interrupted,
    /// The first recipients have it, and the rest is to wait.
    Canary,
}

impl Why {
    /// The name in events and errors.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LedgerFailed => "ledger",
            Self::Lost => "held",
            Self::NotPermitted => "permission",
            Self::QuotaUsedUp => "quota",
            Self::WrongEndpoint => "endpoint",
            Self::Broken => "other",
            Self::TooManyDoubts => "unknown",
            Self::MessageRefused => "message",
            Self::Unreachable => "not_sent",
            Self::LongThrottle => "throttled",
            Self::TooManyBadIds => "recipients",
            Self::TooManyRejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::Canary => "canary",
        }
    }
}

impl Stopped {
    pub(crate) fn by(why: Why, error: &CallError) -> Self {
        let before = match why {
            Why::TooManyDoubts => "too many attempts in a row ended in doubt, the last: ",
            Why::Unreachable => "too many attempts in a row could not be sent, the last: ",
            Why::LongThrottle => "the vendor asks for a pause of more than ten minutes: ",
            Why::TooManyBadIds => "too many requests were refused for a bad id, so there are many; the last: ",
            _ => "",
        };
        let remedy = error.api().and_then(|api| api.remedy());
        Self { remedy: remedy.map(str::to_owned), ..Self::because(why, format!("{before}{error}")) }
    }

    fn because(why: Why, reason: impl Into<String>) -> Self {
        Self { why, reason: reason.into(), remedy: None, resume_at: None }
    }

    pub(crate) fn interrupted() -> Self {
        Self::because(Why::Interrupted, "stopped on request")
    }

    pub(crate) fn broken() -> Self {
        Self::because(Why::Broken, "a sender broke off, which is a bug")
    }

    pub(crate) fn cancelled() -> Self {
        Self::because(Why::Cancelled, "the campaign was cancelled")
    }

    pub(crate) fn lost() -> Self {
        Self::because(Why::Lost, "another run has taken the campaign over")
    }

    pub(crate) fn canary() -> Self {
        Self::because(Why::Canary, "the first recipients have their answer, and the rest waits")
    }

    pub(crate) fn by_ledger(error: &LedgerError) -> Self {
        Self { remedy: error.hint().map(str::to_owned), ..Self::because(Why::LedgerFailed, error.to_string()) }
    }

    pub(crate) fn by_own_count(until: Unix) -> Self {
        let reason = "the app has used up its volume of the last 24 hours, by this ledger's count";
        Self::because(Why::QuotaUsedUp, reason).until(until)
    }

    pub(crate) fn by_rejections(counts: &Counts, max: MaxRejected) -> Self {
        let reason =
            format!("{} of {} recipients were rejected, and at most {max} are to be", counts.rejected, counts.total);
        Self::because(Why::TooManyRejected, reason)
    }

    pub(crate) const fn until(mut self, resume_at: Unix) -> Self {
        self.resume_at = Some(resume_at);
        self
    }
}

// Two types, since a ledger is read for years: what stands in it as JSON keeps its names and its milliseconds whatever
// callers are shown.
impl From<&Stopped> for StoppedRow {
    fn from(stopped: &Stopped) -> Self {
        let Stopped { why, reason, remedy, resume_at } = stopped.clone();
        Self { why, reason, remedy, resume_at: resume_at.map(Unix::as_millis) }
    }
}

impl From<StoppedRow> for Stopped {
    fn from(row: StoppedRow) -> Self {
        let StoppedRow { why, reason, remedy, resume_at } = row;
        Self { why, reason, remedy, resume_at: resume_at.map(Unix::from_millis) }
    }
}

/// The next midnight of UTC+8, where both vendors have their day. When the quota comes back is not documented.
pub(crate) fn next_day(now: Unix) -> Unix {
    const DAY: u64 = 86_400;
    const UTC_8: u64 = 8 * 3600;
    Unix::from_secs(((now.as_secs() + UTC_8) / DAY + 1) * DAY - UTC_8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_begins_at_midnight_of_utc_8() {
        fn check(now: u64, expected: u64) {
            assert_eq!(next_day(Unix::from_secs(now)), Unix::from_secs(expected), "{now}");
        }
        // 2026-11-21 15:59:59, 16:00:00 and 22:00:00 UTC.
        check(1_795_276_799, 1_795_276_800);
        check(1_795_276_800, 1_795_363_200);
        check(1_795_298_400, 1_795_363_200);
    }
}
