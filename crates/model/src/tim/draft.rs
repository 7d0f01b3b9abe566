//! A body as it is written into a file.

use super::accounts::Accounts;
use super::message::Message;

/// What [`Message::from_body`] reads: a body with any number of accounts, and with `MsgSeq` and `MsgRandom` or without.
///
/// The two are lifted out of the message, because every request and every new attempt has its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Draft {
    /// What everybody gets.
    pub message: Message,
    /// Who gets it; more than one request takes, or nobody.
    pub accounts: Accounts,
    /// `MsgSeq`, where the body has one.
    pub msg_seq: Option<u32>,
    /// `MsgRandom`, where the body has one.
    pub msg_random: Option<u32>,
}
