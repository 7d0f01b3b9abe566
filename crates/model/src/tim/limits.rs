//! The documented limits of `batchsendmsg`.
//!
//! Each names the page it stands on. How long an account may be is a rule of every account, not of this call:
//! [`MAX_ACCOUNT_BYTES`](crate::MAX_ACCOUNT_BYTES).

use std::time::Duration;

/// What the documents call K, in bytes.
///
/// No page says 1000 or 1024. The smaller one is safe under both readings and costs 2.4 %.
pub const K: usize = 1000;

/// The most accounts in one request (269/1612, 2026-02-04; 90011 beyond).
pub const MAX_ACCOUNTS_PER_REQUEST: usize = 500;

/// The most that `MsgBody` and `CloudCustomData` may have together as JSON, in bytes: 12 K (list of error codes,
/// 2025; 80002, 90055 or 93000 beyond. It was 8 K in 2019).
///
/// The pages do not say what is counted. It cannot be the whole request: 500 accounts of 32 bytes alone are 17.5 K.
/// So it is taken to be what every recipient stores, and the number of accounts never matters to it.
pub const MAX_CONTENT: usize = 12 * K;

/// The most `TIMCustomElem` in one message; of the other elements there may be any number ("Message Formats", 2019
/// and later).
pub const MAX_CUSTOM_ELEMENTS: usize = 1;

/// The longest that a message is kept for those who are offline: seven days, which is also what goes without saying
/// (269/1612, 2021 and later; 90026 beyond).
pub const MAX_LIFE_TIME: Duration = Duration::from_secs(604_800);

/// How long `Desc` and `Ext` of a push may be together, in bytes, for Apple's 4 K to hold them: 3 K ("Message
/// Formats", 2019 and later). Advice, so more is a warning.
pub const MAX_PUSH: usize = 3 * K;
