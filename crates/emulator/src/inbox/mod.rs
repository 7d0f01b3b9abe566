//! The inbox: the newest messages and what they say, for a browser and for tests.

mod message;
mod page;
mod text;

use std::collections::{HashMap, VecDeque};

pub use message::Message;
pub(crate) use page::page;

/// The newest accepted messages, up to so many bytes; what they say is read when somebody looks.
#[derive(Debug)]
pub(crate) struct Inbox {
    messages: VecDeque<Message>,
    /// How many messages were there before the oldest of these.
    gone: u64,
    /// Which message is the newest of its id, counted from the first that there ever was.
    newest: HashMap<String, u64>,
    bytes: usize,
    limit: usize,
}

impl Inbox {
    pub(crate) fn new(bytes: usize) -> Self {
        Self { messages: VecDeque::new(), gone: 0, newest: HashMap::new(), bytes: 0, limit: bytes }
    }

    pub(crate) fn note(&mut self, message: Message) {
        if message.size() > self.limit {
            return;
        }
        self.bytes += message.size();
        self.newest.insert(message.message_id.clone(), self.next_number());
        self.messages.push_back(message);
        while self.bytes > self.limit {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.messages.pop_front() else {
            return;
        };
        self.bytes -= oldest.size();
        if self.newest.get(&oldest.message_id) == Some(&self.gone) {
            self.newest.remove(&oldest.message_id);
        }
        self.gone += 1;
    }

    /// What a message says, where it is remembered.
    pub(crate) fn text(&self, message_id: &str) -> Option<String> {
        let number = self.newest.get(message_id)?;
        // No more than there are, so it fits.
        let message = self.messages.get((number - self.gone) as usize)?;
        Some(text::of(&message.body))
    }

    pub(crate) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter()
    }

    /// The number of the next message, which is one more than the newest's.
    pub(crate) fn next_number(&self) -> u64 {
        self.gone + self.messages.len() as u64
    }

    /// From a number on, each with its own.
    pub(crate) fn numbered_from(&self, number: u64) -> impl Iterator<Item = (u64, &Message)> {
        let number = number.clamp(self.gone, self.next_number());
        (number..).zip(self.messages.range((number - self.gone) as usize..))
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limit);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use jiff::Timestamp;

    use super::*;
    use crate::deliveries::Provider;

    fn message(id: &str, body: Bytes) -> Message {
        Message::new(Provider::Feishu, id.to_owned(), Timestamp::UNIX_EPOCH, &body)
    }

    #[test]
    fn so_many_bytes_are_remembered() {
        fn check(limit: usize, length: usize, expected: usize) {
            let mut inbox = Inbox::new(limit);
            for id in 0..1_000 {
                inbox.note(message(&format!("{id:03}"), Bytes::from(vec![b' '; length])));
            }
            let newest: Vec<u64> = (1_000 - expected as u64..1_000).collect();
            let found: Vec<u64> = inbox.numbered_from(0).map(|(number, _)| number).collect();
            assert_eq!(found, newest, "{limit} bytes, {length} each");
            let named = (0..1_000).filter(|id| inbox.text(&format!("{id:03}")).is_some());
            assert_eq!(named.collect::<Vec<u64>>(), newest);
            assert_eq!(inbox.newest.len(), expected);
            assert_eq!(inbox.bytes, inbox.messages().map(Message::size).sum::<usize>());
            assert_eq!(inbox.numbered_from(998).count(), expected.min(2));
            assert_eq!(inbox.numbered_from(u64::MAX).count(), 0);
        }
        let size = |length: usize| message("000", Bytes::from(vec![b' '; length])).size();
        check(10 * size(100), 100, 10);
        check(10 * size(100) - 1, 100, 9);
        check(size(100) - 1, 100, 0);
        check(0, 0, 0);
        check(1_000 * size(0), 0, 1_000);
    }

    #[test]
    fn a_line_has_the_body_to_the_letter() {
        let body = "{\"b\":1e999,\r\n\"a\":1.10,\"a\":\"\\ud800\"}";
        let mut line = Vec::new();
        crate::control::Line::write(&&message("bm-1", body.into()), &mut line).unwrap();
        let expected = r#"{"provider":"feishu","message_id":"bm-1","at":"1970-01-01T00:00:00Z","body":{"b":1e999,  "a":1.10,"a":"\ud800"}}"#;
        assert_eq!(String::from_utf8(line).unwrap(), expected);
    }

    #[test]
    fn of_two_messages_with_one_id_the_newer_is_meant() {
        let said = |id: &str, text: &str| {
            message(id, format!(r#"{{"msg_type":"text","content":{{"text":"{text}"}}}}"#).into())
        };
        let mut inbox = Inbox::new(3 * said("a", "1").size());
        for (id, text) in [("a", "1"), ("a", "2"), ("b", "3"), ("c", "4")] {
            inbox.note(said(id, text));
        }
        let read = |inbox: &Inbox| ["a", "b", "c"].map(|id| inbox.text(id));
        assert_eq!(read(&inbox), [Some("2".to_owned()), Some("3".to_owned()), Some("4".to_owned())]);
        inbox.note(said("d", "5"));
        assert_eq!(read(&inbox)[0], None);
        inbox.clear();
        assert_eq!(read(&inbox), [None, None, None]);
        inbox.note(said("b", "6"));
        assert_eq!(read(&inbox)[1].as_deref(), Some("6"));
    }
}
