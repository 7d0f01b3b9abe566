//! The body of one request.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::limits::MAX_IDS_PER_LIST;
use super::message::Message;
use super::recipients::Recipients;
use crate::invalid::{Invalid, Problem};
use crate::json;

/// A message and its recipients: what one `batch_send` request carries, within every documented limit.
///
/// `serde_json::to_vec` of it is the request body, exactly as it was measured. To read one, prefer
/// [`from_json`](Self::from_json) over serde's `Deserialize`: it refuses a name that stands twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchMessage {
    message: Message,
    recipients: Recipients,
    bytes: usize,
}

impl BatchMessage {
    /// A request.
    ///
    /// # Errors
    ///
    /// * no recipients;
    /// * more than [`MAX_IDS_PER_LIST`] in a list: [`Message::batches`] cuts them;
    /// * an id that stands twice in a list: whether the vendor would deliver twice is not documented;
    /// * a body larger than [`Message::body_limit`].
    pub fn new(message: Message, recipients: Recipients) -> Result<Self, Invalid> {
        for (list, ids) in recipients.given() {
            if ids.len() > MAX_IDS_PER_LIST {
                let problem = Problem::TooLarge { limit: MAX_IDS_PER_LIST, found: ids.len(), unit: "ids" };
                return Err(Invalid::new(list.name(), problem)
                    .with_hint("send them in several requests (`Message::batches` cuts them)"));
            }
        }
        if recipients.is_empty() {
            return Err(Invalid::new("recipients", Problem::Missing)
                .with_hint("give at least one id in department_ids, open_ids, user_ids or union_ids"));
        }
        recipients.refuse_repeated()?;
        let mut this = Self { message, recipients, bytes: 0 };
        this.bytes = json::len(&this);
        let over = this.message.refuse_over(this.bytes, "bytes of request body");
        over.map_err(|refused| {
            refused.with_place("body").with_hint("name fewer recipients in one request (`Message::batches` cuts them)")
        })?;
        Ok(this)
    }

    /// Reads a request body as the vendor's document shows it. Writing it again gives the same value.
    ///
    /// # Errors
    ///
    /// Whatever breaks a documented rule: see [`Message::from_body`] and [`new`](Self::new).
    pub fn from_value(body: Value) -> Result<Self, Invalid> {
        let (message, recipients) = Message::from_body(body)?;
        Self::new(message, recipients)
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
    pub fn recipients(&self) -> &Recipients {
        &self.recipients
    }

    /// How long the request body is, in bytes.
    #[must_use]
    pub fn body_len(&self) -> usize {
        self.bytes
    }

    /// The two apart.
    #[must_use]
    pub fn into_parts(self) -> (Message, Recipients) {
        (self.message, self.recipients)
    }
}

impl Serialize for BatchMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(None)?;
        self.message.write(&mut body)?;
        self.recipients.write(&mut body)?;
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
