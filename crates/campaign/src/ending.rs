//! How a run ended: [`Ending`].

use batchcast_transport::error::CallError;
use batchcast_transport::time::Unix;

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
    pub remedy: Option<&'static str>,
    /// When it is worth another try, where that is known: not before this.
    pub resume_at: Option<Unix>,
}

/// What ends a run before its end, in the order in which one outranks another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Why {
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
    /// Somebody asked it to stop.
    Interrupted,
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
        Self { why, reason: format!("{before}{error}"), remedy, resume_at: None }
    }

    pub(crate) fn interrupted() -> Self {
        Self { why: Why::Interrupted, reason: "stopped on request".to_owned(), remedy: None, resume_at: None }
    }

    pub(crate) fn broken() -> Self {
        Self {
            why: Why::Broken,
            reason: "a sender broke off, which is a bug".to_owned(),
            remedy: None,
            resume_at: None,
        }
    }

    pub(crate) const fn until(mut self, resume_at: Unix) -> Self {
        self.resume_at = Some(resume_at);
        self
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
