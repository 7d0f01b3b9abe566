//! The rows of a ledger.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_transport::channel::Mark;
use batchcast_transport::operation::Cost;
use batchcast_transport::time::Unix;

use super::campaign_id::{CampaignId, CampaignKey};
use crate::ending::Why;
use crate::outcome::Requests;
use crate::plan::Plan;

/// SHA-256 of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hexadecimal digits")]
pub struct InvalidHash;

impl FromStr for Hash {
    type Err = InvalidHash;

    fn from_str(text: &str) -> Result<Self, InvalidHash> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(InvalidHash);
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| InvalidHash)?;
        }
        Ok(Self(bytes))
    }
}

/// How far a campaign has come, apart from its batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its recipients are being written down. What a crash leaves of it is no campaign.
    Importing,
    /// Nothing was sent.
    Planned,
    /// Something was sent, or might have been.
    Started,
    /// What is left is never sent.
    Cancelled,
}

/// One campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignRow {
    /// Under which its other rows stand.
    pub key: CampaignKey,
    /// What people call it.
    pub id: CampaignId,
    /// What it set out to do. Never changes.
    pub plan: Plan,
    /// How far it has come.
    pub stage: Stage,
    /// Counts the runs; what an earlier one has in hand is not this one's.
    pub epoch: u64,
    /// Until when the run of this epoch holds it, unless it says otherwise before.
    pub held_until: Unix,
    /// How many batches it has, halves included: the number of the next.
    pub batches: u32,
    /// The requests so far.
    pub requests: Requests,
    /// How long runs have taken so far.
    pub elapsed: Duration,
    /// When the first run began.
    pub started_at: Option<Unix>,
    /// What ended the last run before its end.
    pub stopped: Option<StoppedRow>,
    /// When its recipients' data was removed.
    pub forgotten_at: Option<Unix>,
}

/// What ended a run before its end.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StoppedRow {
    /// What, for a program.
    pub why: Why,
    /// What, in words.
    pub reason: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// When it is worth another try, in milliseconds since 1970.
    pub resume_at: Option<u64>,
}

/// One recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientRow {
    /// The number of its data row, counted over all sources from 1. Rises with the order of the report.
    pub row: u64,
    /// The batch that it is in.
    pub batch: BatchNumber,
    /// Who.
    pub recipient: Recipient,
    /// The caller's own columns: a JSON array of values in the order of the campaign's column names, `null` for none.
    pub columns: Option<Box<str>>,
}

/// The number of a batch within its campaign, from 0; shown and typed as it is.
pub type BatchNumber = u32;

/// How a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BatchState {
    /// Nobody has it in hand.
    Pending = 0,
    /// Somebody has it in hand and has sent nothing.
    Claimed = 1,
    /// Its request may have left.
    InFlight = 2,
    /// The vendor took it.
    Accepted = 3,
    /// The vendor turned it down.
    Rejected = 4,
    /// Nobody can know.
    Unknown = 5,
    /// Its recipients are in two other batches.
    Split = 6,
}

/// One batch: one request at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Which.
    pub number: BatchNumber,
    /// Which variant of the message it gets.
    pub variant: u32,
    /// How many recipients.
    pub size: u32,
    /// How it stands.
    pub state: BatchState,
    /// The run that had it in hand last.
    pub epoch: u64,
    /// How many attempts there were.
    pub attempt: u32,
    /// How many of them the vendor asked to try again.
    pub tries_again: u32,
    /// Not claimed before this.
    pub not_before: Unix,
    /// When its request may leave.
    pub slot: Unix,
    /// Until when whoever has it in hand is trusted to come back.
    pub lease_until: Unix,
    /// When its last attempt began.
    pub began_at: Unix,
    /// When its last attempt is over, whatever becomes of it.
    pub deadline: Unix,
    /// By which the vendor may tell what became of the last attempt.
    pub mark: Option<Mark>,
    /// When it got the state that it has.
    pub at: Unix,
    /// The vendor's name for it.
    pub message_id: Option<String>,
    /// The id that the vendor's support asks for.
    pub request_id: Option<String>,
    /// The vendor's code.
    pub code: Option<i64>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Whether a person said what became of it, or had it sent again: then it stays so until the vendor has answered.
    pub by_hand: bool,
}

/// What a batch must be for a write to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// The run that has it in hand.
    pub epoch: u64,
    /// The attempt.
    pub attempt: u32,
    /// Its state.
    pub state: BatchState,
}

/// The state of a recipient that has one of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Settled {
    /// Taken.
    Accepted = 3,
    /// Turned down.
    Rejected = 4,
    /// Nobody can know.
    Unknown = 5,
}

/// One recipient whose state is not its batch's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionRow {
    /// Which recipient.
    pub row: u64,
    /// Its batch.
    pub batch: BatchNumber,
    /// Its state.
    pub state: Settled,
    /// The vendor's code.
    pub code: Option<i64>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Since when.
    pub at: Unix,
}

/// One recipient with everything that decides its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeRow {
    /// Who.
    pub recipient: RecipientRow,
    /// Its batch.
    pub batch: BatchRow,
    /// Its own state, if it has one.
    pub exception: Option<ExceptionRow>,
}

/// What was let go under a pace, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// When.
    pub at: Unix,
    /// What it cost.
    pub cost: Cost,
}

impl BatchRow {
    /// A batch of so many recipients that nobody has touched.
    #[must_use]
    pub const fn new(number: BatchNumber, size: u32) -> Self {
        Self {
            number,
            variant: 0,
            size,
            state: BatchState::Pending,
            epoch: 0,
            attempt: 0,
            tries_again: 0,
            not_before: Unix::EPOCH,
            slot: Unix::EPOCH,
            lease_until: Unix::EPOCH,
            began_at: Unix::EPOCH,
            deadline: Unix::EPOCH,
            mark: None,
            at: Unix::EPOCH,
            message_id: None,
            request_id: None,
            code: None,
            reason: None,
            by_hand: false,
        }
    }

    /// What it is now, for a write that must find it so.
    #[must_use]
    pub const fn guard(&self) -> Guard {
        Guard { epoch: self.epoch, attempt: self.attempt, state: self.state }
    }
}
