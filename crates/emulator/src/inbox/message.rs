//! One accepted message.

use std::io;

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;

use crate::control::Line;
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

/// The body stands in the line to the letter; what reads numbers and repeated fields is not ours to choose.
impl Line for &Message {
    fn write(&self, line: &mut Vec<u8>) -> io::Result<()> {
        let head = Head { provider: self.provider, message_id: &self.message_id, at: self.at };
        serde_json::to_writer(&mut *line, &head)?;
        line.pop();
        line.extend_from_slice(b",\"body\":");
        // JSON has line breaks between its fields only: within texts they are escaped.
        line.extend(self.body.iter().map(|&byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
        line.push(b'}');
        Ok(())
    }
}

#[derive(Serialize)]
struct Head<'a> {
    provider: Provider,
    message_id: &'a str,
    at: Timestamp,
}
