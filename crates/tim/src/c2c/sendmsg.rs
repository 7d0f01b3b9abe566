//! `openim/sendmsg`: one message to one account.

use std::time::Duration;

use batchcast_model::Recipient;
use batchcast_model::tim::{Message, Stamp};
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_transport::time::Unix;
use batchcast_transport::wire::{Request, Response};
use serde_json::json;

use crate::account::{BadAccounts, account};
use crate::answer;
use crate::codes::Call;
use crate::stamp::random_stamp;

const PATH: &str = "/v4/openim/sendmsg";

/// How long a message may be sent again when nobody knows what became of it. The vendor takes one of the same sender,
/// `MsgSeq`, `MsgRandom` and content for a repeat for 120 s ("单发单聊消息", 269/2282, 2026-02-04); the rest is for the
/// way there.
pub const KEY_LASTS: Duration = Duration::from_secs(100);

/// Sends one message to one account: the way to a message of somebody's own, and not to a batch.
///
/// Each value is one message, with a [`Stamp`] of its own, which its clones have too: made twice, the call reaches
/// nobody twice within the [time that the vendor remembers it](KEY_LASTS), and is repeated for so long when nobody
/// knows what became of it. For another message make another value.
///
/// Unlike a batch it triggers the app's webhooks. `ForbidCallbackControl`, `MsgTimeStamp` and
/// `SupportMessageExtension`, which `batchsendmsg` does not have, are sent where the body that the message was [read
/// from](Message::from_value) has them.
///
/// "Sending One-to-One Messages to One User" (1047/34919, 2024-09-24; in Chinese 269/2282, 2026-02-04). 200 calls a
/// second; 1000 messages a day in the trial and the development edition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct SendMsg {
    message: Message,
    to: Recipient,
    stamp: Stamp,
}

impl SendMsg {
    /// Sends this message to this account, under a stamp drawn at random.
    ///
    /// # Errors
    /// [`BadAccounts::Kind`] for an id of another kind.
    pub fn new(message: Message, to: Recipient) -> Result<Self, BadAccounts> {
        Ok(Self { message, to: account(to)?, stamp: random_stamp() })
    }

    /// The same under this stamp, for whoever writes it down before the message is sent.
    pub fn with_stamp(self, stamp: Stamp) -> Self {
        Self { stamp, ..self }
    }

    /// `MsgSeq` and `MsgRandom`.
    #[must_use]
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Who gets it.
    #[must_use]
    pub const fn to(&self) -> &Recipient {
        &self.to
    }
}

impl Operation for SendMsg {
    type Output = SendReceipt;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let mut body = serde_json::to_value(&self.message).map_err(BuildError::new)?;
        body["To_Account"] = json!(self.to.id());
        body["MsgSeq"] = json!(self.stamp.msg_seq);
        body["MsgRandom"] = json!(self.stamp.msg_random);
        Request::post_json(endpoint.join(PATH)?, &body)
    }

    fn parse(&self, response: &Response) -> Verdict<SendReceipt> {
        answer::body(Call::SendMsg, response, |body| {
            Some(SendReceipt {
                msg_key: answer::text(body, "MsgKey"),
                msg_time: answer::number(body, "MsgTime").map(Unix::from_secs),
                stamp: self.stamp,
                random: response.request_id().map(str::to_owned),
            })
        })
    }

    fn replay(&self) -> Replay {
        Replay::Keyed { within: KEY_LASTS }
    }

    fn cost(&self) -> Cost {
        Cost::one_request(1)
    }

    fn api(&self) -> Option<&'static str> {
        Some("openim/sendmsg")
    }
}

/// TIM has accepted a message. *Accepted* is not *displayed*.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "the key is what takes the message back"]
pub struct SendReceipt {
    /// The vendor's name for the message: for recall. Older apps answer none.
    pub msg_key: Option<String>,
    /// When the vendor took it, in whole seconds. What it is where the vendor dropped a repeat is not documented.
    pub msg_time: Option<Unix>,
    /// `MsgSeq` and `MsgRandom`, by which the message stands in the account's history.
    pub stamp: Stamp,
    /// The `random` of the request's address, which the vendor's support asks for.
    pub random: Option<String>,
}
