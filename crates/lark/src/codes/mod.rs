//! The error codes of Feishu and Lark: what each one means, what to do about it, and which class
//! of answer it makes.
//!
//! The two systems share one set of codes. [`classify_for`] is what the client goes by, and
//! [`classify`] the same for batch_send; [`find`], [`find_card`] and [`all`] are for showing a code
//! to a person.
//!
//! | file | codes |
//! |---|---|
//! | `batch_send.rs` | the 17 of the batch_send document |
//! | `messaging.rs` | further ones that the messaging service behind it answers |
//! | `token.rs` | the token endpoints |
//! | `gateway.rs` | what stands before every call: tokens, scopes, limits, field validation |
//! | `unresolved_ids.rs` | 99992351 to 99992381, ids that did not resolve |
//! | `follow_up.rs` | recall, read counts and progress of a batch |
//! | `lookup.rs` | users and departments in the directory |
//! | `upload.rs` | images |
//! | `call.rs` | which call answers a code, and what it leads to there |
//! | `card.rs` | the sub-codes that stand in the text of an 11246 |
//!
//! *Developer console* in a remedy is <https://open.feishu.cn/app> for Feishu and
//! <https://open.larksuite.com/app> for Lark. Most changes there take effect only when a version of
//! the app has been published.

mod batch_send;
mod call;
mod card;
mod follow_up;
mod gateway;
mod lookup;
mod messaging;
mod source;
mod table;
mod token;
mod unresolved_ids;
mod upload;

#[cfg(test)]
mod tests;

pub use call::{Call, classify_for};
pub use card::{CardCode, card_code_in, find_card};
pub use source::Source;

use batchcast_transport::class::Class;
use table::TABLE;

/// `Create message content fail.`: a broken card, or an internal fault of the vendor's.
const CREATE_CONTENT_FAIL: i64 = 11246;

/// The text by which the Feishu document (2026-03-03) tells an internal fault from a broken card.
const SERVICE_INTERNAL_ERROR: &str = "Service Internal Error";

/// One error code of Feishu and Lark, explained: the number in the `code` field of an answer, what `msg` says with it,
/// and the class that it makes of an answer of batch_send or of a token endpoint.
///
/// For 11246 the text of the answer matters as well, see [`classify`].
pub type Code = batchcast_transport::codes::Code<Source>;

/// Too frequent, with the wait still to be read from the answer's headers.
const THROTTLED: Class = Class::Throttled { after: None };

/// The entry of a code, if it is known.
///
/// All of 99992351 to 99992381 are, including those that no document names one by one.
#[must_use]
pub fn find(code: i64) -> Option<&'static Code> {
    TABLE.find(code)
}

/// All known codes, in ascending order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    TABLE.iter()
}

/// The class of an answer of batch_send with this `code`, which is not 0, and this `msg`.
///
/// The text matters for 11246 alone: with `Service Internal Error` in it the vendor advises to try
/// again, otherwise the message is at fault. Any code that is not listed is
/// [`Class::Unknown`].
#[must_use]
pub fn classify(code: i64, msg: &str) -> Class {
    if code == CREATE_CONTENT_FAIL && msg.contains(SERVICE_INTERNAL_ERROR) {
        return Class::TryAgain;
    }
    find(code).map_or(Class::Unknown, |entry| entry.class)
}
