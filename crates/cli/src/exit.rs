//! Exit codes: the one place that knows them.

use std::process::ExitCode;

use batchcast_campaign::{Ending, Summary};

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
}

impl Exit {
    /// When several apply: the first of 4, 7, 1, 5, 6, 3, 0. A run that its message stopped is 3, not 6.
    pub(crate) fn of(summary: &Summary) -> Self {
        let in_doubt = summary.recipients.unknown > 0;
        let rejected = summary.recipients.rejected > 0;
        match &summary.ending {
            Some(Ending::NotPermitted(_)) => Self::NotPermitted,
            Some(Ending::QuotaUsedUp(_)) => Self::QuotaUsedUp,
            Some(Ending::WrongEndpoint(_) | Ending::Broken(_)) => Self::Failed,
            _ if in_doubt => Self::InDoubt,
            Some(Ending::Finished) if rejected => Self::Rejected,
            Some(Ending::Finished) => Self::Done,
            Some(Ending::MessageRefused(_)) => Self::Rejected,
            _ => Self::Paused,
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
