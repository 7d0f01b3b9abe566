//! The body of one request.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::accounts::{Accounts, TO_ACCOUNT};
use super::draft::Draft;
use super::limits::MAX_ACCOUNTS_PER_REQUEST;
use super::message::Message;
use super::stamp::{MSG_RANDOM, MSG_SEQ, Stamp};
use crate::invalid::{Invalid, Problem};
use crate::json;

/// A message, its accounts and its stamp: what one `batchsendmsg` request carries, within every documented limit.
///
/// `serde_json::to_vec` of it is the request body, exactly as it was measured. To read one, prefer
/// [`from_json`](Self::from_json) over serde's `Deserialize`: it refuses a name that stands twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchMessage {
    message: Message,
    accounts: Accounts,
    stamp: Stamp,
    bytes: usize,
}

impl BatchMessage {
    /// A request.
    ///
    /// # Errors
    ///
    /// * no accounts;
    /// * more than [`MAX_ACCOUNTS_PER_REQUEST`]: [`Message::batches`] cuts them;
    /// * an account that stands there twice: whether the vendor would deliver twice is not documented.
    pub fn new(message: Message, accounts: Accounts, stamp: Stamp) -> Result<Self, Invalid> {
        let (limit, found) = (MAX_ACCOUNTS_PER_REQUEST, accounts.len());
        if found > limit {
            let problem = Problem::TooLarge { limit, found, unit: "accounts" };
            return Err(Invalid::new(TO_ACCOUNT, problem)
                .with_hint("send them in several requests (`Message::batches` cuts them)"));
        }
        if accounts.is_empty() {
            return Err(Invalid::new(TO_ACCOUNT, Problem::Missing).with_hint("give at least one account"));
        }
        accounts.refuse_repeated()?;
        let mut this = Self { message, accounts, stamp, bytes: 0 };
        this.bytes = json::len(&this);
        Ok(this)
    }

    /// The same for another attempt, which needs numbers of its own.
    #[must_use]
    pub fn with_stamp(mut self, stamp: Stamp) -> Self {
        self.stamp = stamp;
        self.bytes = json::len(&self);
        self
    }

    /// Reads a request body as the vendor's document shows it. Writing it again gives the same value.
    ///
    /// `MsgSeq` has to be there too, which the document leaves open: see [`Stamp`].
    ///
    /// # Errors
    ///
    /// Whatever breaks a documented rule: see [`Message::from_body`] and [`new`](Self::new); and a body without
    /// `MsgSeq` or `MsgRandom`.
    pub fn from_value(body: Value) -> Result<Self, Invalid> {
        let Draft { message, accounts, msg_seq, msg_random } = Message::from_body(body)?;
        let missing = |name| {
            Invalid::new(name, Problem::Missing)
                .with_hint("every request has its own MsgSeq and MsgRandom, from 0 to 4294967295")
        };
        let msg_seq = msg_seq.ok_or_else(|| missing(MSG_SEQ))?;
        let msg_random = msg_random.ok_or_else(|| missing(MSG_RANDOM))?;
        Self::new(message, accounts, Stamp { msg_seq, msg_random })
    }

    /// Reads the JSON text of a request body.
    ///
    /// # Errors
    ///
    /// As [`json::parse`](crate::json::parse) and [`from_value`](Self::from_value).
    pub fn from_json(text: impl AsRef<[u8]>) -> Result<Self, Invalid> {
        Self::from_value(json::parse(text)?)
    }

    /// What everybody gets.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// Who gets it.
    #[must_use]
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Its `MsgSeq` and `MsgRandom`.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// How long the request body is, in bytes.
    #[must_use]
    pub fn body_len(&self) -> usize {
        self.bytes
    }

    /// The three apart.
    #[must_use]
    pub fn into_parts(self) -> (Message, Accounts, Stamp) {
        (self.message, self.accounts, self.stamp)
    }
}

impl Serialize for BatchMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(None)?;
        body.serialize_entry(TO_ACCOUNT, &self.accounts)?;
        body.serialize_entry(MSG_SEQ, &self.stamp.msg_seq)?;
        body.serialize_entry(MSG_RANDOM, &self.stamp.msg_random)?;
        self.message.write(&mut body)?;
        body.end()
    }
}

impl<'de> Deserialize<'de> for BatchMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl TryFrom<Value> for BatchMessage {
    type Error = Invalid;

    fn try_from(body: Value) -> Result<Self, Invalid> {
        Self::from_value(body)
    }
}
