//! `openim/admin_msgwithdraw`: takes a message back.

use std::fmt;

use batchcast_model::Recipient;
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};
use serde_json::json;

use super::MsgKey;
use crate::account::{BadAccounts, account};
use crate::answer;
use crate::codes::Call;

const PATH: &str = "/v4/openim/admin_msgwithdraw";

/// Takes one message back from one recipient and its sender, out of histories and clients, for good. A batch is taken
/// back by one call for each of its recipients, all with the `MsgKey` of the batch.
///
/// There is no limit of time for an administrator. "Recalling One-to-One Messages" (1047/35015, undated). 200 calls a
/// second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct WithdrawMsg {
    from: Recipient,
    to: Recipient,
    msg_key: MsgKey,
}

impl WithdrawMsg {
    /// Takes back the message of this key from `from` to `to`. A message without `From_Account` comes from the
    /// administrator who sent it ([`Credentials::identifier`](crate::Credentials::identifier)).
    ///
    /// # Errors
    /// [`BadAccounts::Kind`] for an id of another kind.
    pub fn new(from: Recipient, to: Recipient, msg_key: MsgKey) -> Result<Self, BadAccounts> {
        Ok(Self { from: account(from)?, to: account(to)?, msg_key })
    }
}

impl Operation for WithdrawMsg {
    type Output = Withdrawn;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let (from, to, key) = (self.from.id(), self.to.id(), self.msg_key.as_str());
        Request::post_json(endpoint.join(PATH)?, &json!({"From_Account": from, "To_Account": to, "MsgKey": key}))
    }

    fn parse(&self, response: &Response) -> Verdict<Withdrawn> {
        let verdict = answer::body(Call::Withdraw, response, |_| Some(Withdrawn::Now));
        let (Verdict::Refused(error) | Verdict::Unknown(error)) = &verdict else { return verdict };
        match error.code().and_then(Withdrawn::of) {
            Some(withdrawn) => Verdict::Done(withdrawn),
            None => verdict,
        }
    }

    /// Taking back twice is taking back once: the second call is answered 20023 and changes nothing.
    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("openim/admin_msgwithdraw")
    }
}

/// What became of taking a message back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[must_use = "the message may still be there"]
pub enum Withdrawn {
    /// It was taken back.
    Now,
    /// It had been taken back already (20023), perhaps by an attempt of this very call whose answer was lost.
    Before,
    /// There is no such message between the two (20022): it never arrived, is out of the history, or has another key.
    Gone,
    /// It is too late (20016), which is documented for clients alone. The message is still there.
    TooLate,
}

impl Withdrawn {
    const ALL: [Self; 4] = [Self::Now, Self::Before, Self::Gone, Self::TooLate];

    fn of(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code && code != 0)
    }

    /// The vendor's code; 0 where it was taken back now.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Now => 0,
            Self::Before => 20023,
            Self::Gone => 20022,
            Self::TooLate => 20016,
        }
    }

    /// Whether the vendor says that it is taken back. It does not of a message that is [gone](Self::Gone): under another
    /// key it may still be there.
    #[must_use]
    pub const fn is_recalled(self) -> bool {
        matches!(self, Self::Now | Self::Before)
    }

    /// The outcome in a word or two, for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Now => "recalled",
            Self::Before => "already recalled",
            Self::Gone => "gone",
            Self::TooLate => "too late",
        }
    }
}

impl fmt::Display for Withdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
