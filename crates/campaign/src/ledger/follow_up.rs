//! The rows of what comes before a send and after it: people, pictures, reach and recalls.

use batchcast_model::Recipient;
use batchcast_transport::reach::Reach;
use batchcast_transport::time::Unix;

use super::row::{BatchNumber, Hash};

/// Who is behind an address, which is an e-mail address or a mobile number, as the vendor told one app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The hash of the address: a ledger does not keep addresses of people that were merely looked up.
    pub address: Hash,
    /// Who; `None` where the vendor knows nobody, or nobody whom the app may see.
    pub id: Option<Recipient>,
    /// When the vendor was asked.
    pub at: Unix,
}

/// A picture that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRow {
    /// The hash of its bytes.
    pub content: Hash,
    /// By which a message names it, in the vendor's own terms.
    pub key: String,
    /// When it was uploaded.
    pub at: Unix,
}

/// The vendor's own counts of one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachRow {
    /// Which batch.
    pub batch: BatchNumber,
    /// When the vendor was asked.
    pub at: Unix,
    /// What it counted.
    pub reach: Reach,
}

/// What became of taking a message back, from a whole batch or from one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecallRow {
    /// Which batch.
    pub batch: BatchNumber,
    /// Which of its recipients, by the number of its row, which is never 0; `None` for the batch as a whole.
    pub row: Option<u64>,
    /// What became of it.
    pub state: RecallState,
    /// The vendor's code.
    pub code: Option<i64>,
    /// Why, in words.
    pub reason: Option<String>,
    /// Since when.
    pub at: Unix,
}

/// What became of taking a message back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum RecallState {
    /// The vendor took it back, or says that it will.
    Recalled = 0,
    /// The vendor refused to: it stays where it is.
    Refused = 1,
    /// Nobody can know.
    Unknown = 2,
}
