//! Exit codes: the one place that knows them.

use std::process::ExitCode;

use batchcast_campaign::follow_up::Recalled;
use batchcast_campaign::{Standing, State, Why};

/// What the process tells its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Every recipient accepted, or the question could be answered.
    Done = 0,
    /// Something else went wrong.
    Failed = 1,
    /// Usage, bad input, count mismatch, refused repeat: nothing was sent.
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
    /// Another run holds the campaign.
    Held = 8,
    /// The ledger or the disk failed; nothing more was sent.
    DiskFailed = 9,
}

impl Exit {
    /// When several apply: the first of 9, 8, 4, 7, 1, 5, 6, 3, 0. A run that its message stopped is 3, not 6.
    pub(crate) fn of(standing: &Standing) -> Self {
        let people = &standing.recipients;
        let stopped = standing.stopped.as_ref().filter(|_| standing.state != State::Finished);
        match stopped.map(|stopped| stopped.why) {
            Some(Why::LedgerFailed) => Self::DiskFailed,
            Some(Why::Lost) => Self::Held,
            Some(Why::NotPermitted) => Self::NotPermitted,
            Some(Why::QuotaUsedUp) => Self::QuotaUsedUp,
            Some(Why::WrongEndpoint | Why::Broken) => Self::Failed,
            _ if people.unknown > 0 => Self::InDoubt,
            Some(Why::MessageRefused) => Self::Rejected,
            Some(_) => Self::Paused,
            None if people.pending > 0 => Self::Paused,
            None if people.rejected > 0 => Self::Rejected,
            None => Self::Done,
        }
    }

    /// Everybody taken back, or not. Those who are pending would still get it from the next run.
    pub(crate) const fn of_recall(recalled: &Recalled, pending: u64) -> Self {
        match recalled {
            Recalled { unknown: 1.., .. } | Recalled { out_of_reach: 1.., .. } => Self::InDoubt,
            _ if pending > 0 => Self::Paused,
            Recalled { is_interrupted: true, .. } | Recalled { left: 1.., .. } => Self::Paused,
            Recalled { refused: 1.., .. } => Self::Rejected,
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
