//! Exit codes: the one place that knows them.

use std::process::ExitCode;

use batchcast_campaign::{Ending, Summary, Why};

/// What the process tells its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Every recipient accepted, or the question could be answered.
    Done = 0,
    /// Something else went wrong.
    Failed = 1,
    /// Usage, bad input, count mismatch: nothing was sent.
    BadInput = 2,
    /// Some recipients were rejected, or the vendor refused the message.
    Rejected = 3,
    /// Credentials or permission.
    NotPermitted = 4,
    /// Some recipients are in doubt.
    InDoubt = 5,
    /// Paused or interrupted.
    Paused = 6,
    /// The vendor's quota is used up.
    QuotaUsedUp = 7,
    /// What became of everybody could not be written down.
    DiskFailed = 9,
}

impl Exit {
    /// When several apply: the first of 4, 7, 1, 5, 6, 3, 0. A run that its message stopped is 3, not 6.
    pub(crate) fn of(summary: &Summary) -> Self {
        let people = &summary.progress.recipients;
        match &summary.ending {
            Some(Ending::Stopped(stopped)) => match stopped.why {
                Why::NotPermitted => Self::NotPermitted,
                Why::QuotaUsedUp => Self::QuotaUsedUp,
                Why::WrongEndpoint | Why::Broken => Self::Failed,
                _ if people.unknown > 0 => Self::InDoubt,
                Why::MessageRefused => Self::Rejected,
                _ => Self::Paused,
            },
            _ if people.unknown > 0 => Self::InDoubt,
            _ if people.pending > 0 => Self::Paused,
            _ if people.rejected > 0 => Self::Rejected,
            _ => Self::Done,
        }
    }

    pub(crate) const fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
