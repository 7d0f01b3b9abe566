//! The error codes of Tencent Cloud Chat: what each one means, what to do about it, and which class of answer it makes.
//!
//! [`classify_for`] is what the client goes by, and [`classify`] the same for batchsendmsg; [`find`] and [`all`] are
//! for showing a code to a person, [`reason`] for the line of one recipient in a report.
//!
//! | file | codes |
//! |---|---|
//! | `batchsendmsg.rs` | what batchsendmsg says itself |
//! | `internal_faults.rs` | 90990 to 90999, faults inside the messaging service |
//! | `messaging.rs` | what the messaging service behind it says, often for one recipient |
//! | `gateway.rs` | what stands before every call: address, app, limits, plan |
//! | `usersig.rs` | the UserSig and the account it is for |
//! | `bad_usersig.rs` | 70002 to 70020, a UserSig that is not valid |
//! | `account.rs` | importing, checking, deleting and counting accounts |
//! | `follow_up.rs` | recalling and changing a message |
//! | `push.rs` | pushing to all users, and push tokens |
//! | `call.rs` | which call answers a code, and what it leads to there |
//!
//! The same number means different things to different calls: 90057 is a limit of batchsendmsg, and to
//! v4/timpush/batch a `DataId` that is too long. The entries say what a code means to batchsendmsg, where it can come
//! from there.
//!
//! 120001 to 130000 are whatever the app's own webhook answers. They have no entry; sendmsg triggers it, a batch does
//! not.
//!
//! *Console* in a remedy is <https://console.cloud.tencent.com/im> for apps in China and
//! <https://console.trtc.io/chat> for all others.

mod account;
mod bad_usersig;
mod batchsendmsg;
mod call;
mod follow_up;
mod gateway;
mod internal_faults;
mod messaging;
mod push;
mod source;
mod table;
mod usersig;

#[cfg(test)]
mod tests;

pub use call::{Call, classify_for};
pub use source::Source;

use std::time::Duration;

use batchcast_transport::class::Class;
use table::TABLE;

/// One error code of Tencent Cloud Chat, explained: the number in the `ErrorCode` field of an answer, what `ErrorInfo`
/// has been seen to say with it or else the wording of the vendor's list, and the class that it makes of a whole answer
/// of batchsendmsg that names no recipients.
pub type Code = batchcast_transport::codes::Code<Source>;

/// Too frequent, and nothing says how long to wait.
const THROTTLED: Class = Class::Throttled { after: None };

/// Too frequent, "verify again after 1 minute" (list of error codes, 2025).
const WAIT_A_MINUTE: Class = Class::Throttled { after: Some(Duration::from_secs(60)) };

/// The entry of a code, if it is known.
///
/// All of 70002 to 70020 and of 90990 to 90999 are, including those that no document names one by one.
#[must_use]
pub fn find(code: i64) -> Option<&'static Code> {
    TABLE.find(code)
}

/// All known codes, in ascending order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    TABLE.iter()
}

/// The class of an answer of batchsendmsg with this `ErrorCode` for the whole request, which is not 0. Any code that is
/// not listed is [`Class::Unknown`].
///
/// It is not for the codes in `ErrorList`: each of those means that its recipient was rejected, whatever class the same
/// number has here. See [`reason`] for them.
#[must_use]
pub fn classify(code: i64) -> Class {
    find(code).map_or(Class::Unknown, |entry| entry.class)
}

/// Why one recipient was rejected, for a report: the meaning of a code in `ErrorList`.
#[must_use]
pub fn reason(code: i64) -> &'static str {
    match code {
        // Of the whole request they say more than of one recipient in it.
        90003 | 90012 => "The account is not registered, or is not written as an account.",
        20003 => "The account is invalid or was never imported.",
        120_001..=130_000 => "The app's own webhook refused the message.",
        _ => find(code)
            .map_or("The vendor rejected the account with a code that no document has.", |entry| entry.meaning),
    }
}
