//! What became of everybody: [`Outcome`], [`Counts`], [`Requests`] and [`Progress`].

use std::borrow::Cow;
use std::time::Duration;

use batchcast_transport::channel::Mark;

/// What became of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Not sent, or proven not to have been processed.
    Pending,
    /// The vendor took it. Whether and when it is displayed is another matter.
    Accepted {
        /// The vendor's name for the sending.
        message_id: Option<String>,
        /// Why it is taken to be so, where that is not the vendor's plain answer.
        reason: Option<String>,
        /// The id that the vendor's support asks for.
        request_id: Option<String>,
    },
    /// The vendor turned it down.
    Rejected {
        /// The vendor's code.
        code: Option<i64>,
        /// Why, in the vendor's words or ours.
        reason: String,
        /// The id that the vendor's support asks for.
        request_id: Option<String>,
    },
    /// Nobody can know. It is never sent again by itself.
    Unknown {
        /// The vendor's code, where its answer leaves the doubt.
        code: Option<i64>,
        /// Why there is no telling.
        reason: String,
        /// By which the vendor may tell later what became of it.
        mark: Option<Mark>,
        /// The id that the vendor's support asks for.
        request_id: Option<String>,
    },
}

impl Outcome {
    /// The state in a word, as reports have it.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted { .. } => "accepted",
            Self::Rejected { .. } => "rejected",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// The vendor's code, where it turned the recipient down or left a doubt.
    #[must_use]
    pub const fn code(&self) -> Option<i64> {
        match self {
            Self::Pending | Self::Accepted { .. } => None,
            Self::Rejected { code, .. } | Self::Unknown { code, .. } => *code,
        }
    }

    /// Why it is so, in words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Pending => None,
            Self::Accepted { reason, .. } => reason.as_deref(),
            Self::Rejected { reason, .. } | Self::Unknown { reason, .. } => Some(reason),
        }
    }

    /// The id that the vendor's support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Pending => None,
            Self::Accepted { request_id, .. }
            | Self::Rejected { request_id, .. }
            | Self::Unknown { request_id, .. } => request_id.as_deref(),
        }
    }

    /// The reason with the id that the vendor's support asks for, unless it says it already.
    #[must_use]
    pub fn reason_for_support(&self) -> Option<Cow<'_, str>> {
        let reason = self.reason()?;
        Some(match self.request_id().filter(|id| !reason.contains(id)) {
            Some(id) => format!("{reason} (request id {id})").into(),
            None => reason.into(),
        })
    }

    /// The vendor's name for the sending, where it took it.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        match self {
            Self::Accepted { message_id, .. } => message_id.as_deref(),
            Self::Pending | Self::Rejected { .. } | Self::Unknown { .. } => None,
        }
    }
}

/// How many recipients there are in each state. `total` is the sum of the other four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Everybody in the plan.
    pub total: u64,
    /// Taken by the vendor.
    pub accepted: u64,
    /// Turned down by the vendor.
    pub rejected: u64,
    /// In doubt, those on the wire included.
    pub unknown: u64,
    /// Not sent.
    pub pending: u64,
}

/// How many HTTP requests with the message there were; requests for tokens are not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Requests {
    /// By the plan.
    pub planned: u64,
    /// Handed to the transport, whatever came of it.
    pub sent: u64,
    /// Refused as too frequent.
    pub throttled: u64,
    /// Sent for a batch that had been attempted before.
    pub retried: u64,
}

/// How a run stands while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The recipients.
    pub recipients: Counts,
    /// The requests.
    pub requests: Requests,
    /// Since the start of the run.
    pub elapsed: Duration,
}

impl Progress {
    /// These counts, after this long.
    #[must_use]
    pub const fn new(recipients: Counts, requests: Requests, elapsed: Duration) -> Self {
        Self { recipients, requests, elapsed }
    }
}
