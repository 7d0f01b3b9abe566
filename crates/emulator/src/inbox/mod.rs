//! The inbox: the newest messages and what they say, for a browser.

mod page;
mod text;

use std::collections::VecDeque;

use bytes::Bytes;

pub(crate) use page::page;

/// How many messages are remembered with what they say.
const MESSAGES: usize = 200;
/// The largest request body remembered, in bytes: all that Feishu takes, and what TIM does.
const BODY: usize = 160_000;

/// The bodies of the newest accepted requests; they are read when somebody looks.
#[derive(Debug)]
pub(crate) struct Inbox {
    messages: VecDeque<(String, Bytes)>,
    limit: usize,
}

impl Inbox {
    /// At most [`MESSAGES`], and fewer where fewer deliveries are kept.
    pub(crate) fn new(deliveries: usize) -> Self {
        Self { messages: VecDeque::new(), limit: deliveries.min(MESSAGES) }
    }

    pub(crate) fn note(&mut self, message_id: String, body: &[u8]) {
        if self.limit == 0 || body.len() > BODY {
            return;
        }
        if self.messages.len() == self.limit {
            self.messages.pop_front();
        }
        // A copy: the slice would keep the connection's whole read buffer alive.
        self.messages.push_back((message_id, Bytes::copy_from_slice(body)));
    }

    /// What a message says, where it is remembered.
    pub(crate) fn text(&self, message_id: &str) -> Option<String> {
        let (_, body) = self.messages.iter().rev().find(|(known, _)| known == message_id)?;
        Some(text::of(body))
    }

    pub(crate) fn clear(&mut self) {
        self.messages.clear();
    }
}
