//! One accepted message.

use bytes::Bytes;
use jiff::Timestamp;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::deliveries::Provider;

/// A message that was accepted, a line of `GET /_emulator/messages`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Which vendor accepted it.
    pub provider: Provider,
    /// As of the [deliveries](crate::Delivery::message_id) of it.
    pub message_id: String,
    /// When it was accepted.
    pub at: Timestamp,
    /// The request as it was sent: JSON, in the vendor's form, with its recipients.
    pub body: Bytes,
}

impl Message {
    pub(crate) fn new(provider: Provider, message_id: String, at: Timestamp, body: &[u8]) -> Self {
        // A copy: the slice would keep the connection's whole read buffer alive.
        Self { provider, message_id, at, body: Bytes::copy_from_slice(body) }
    }

    /// About how much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        const BOOKS: usize = 160;
        BOOKS + 2 * self.message_id.len() + self.body.len()
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Written anew: what was sent may have line breaks between its fields.
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let mut line = serializer.serialize_struct("Message", 4)?;
        line.serialize_field("provider", &self.provider)?;
        line.serialize_field("message_id", &self.message_id)?;
        line.serialize_field("at", &self.at)?;
        line.serialize_field("body", &body)?;
        line.end()
    }
}
