//! The inbox: the newest messages and what they say, for a browser.

mod page;
mod text;

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

pub(crate) use page::page;

/// How many messages are remembered with what they say, where none has to wait for its delivery.
const MESSAGES: usize = 200;
/// The largest request body remembered, in bytes: all that Feishu takes, and what TIM does.
const BODY: usize = 160_000;
/// How many bytes of messages are remembered together.
const BODIES: usize = 32_000_000;

/// Whether messages wait for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    Never,
    ForTheirTurn,
}

/// The bodies of the newest accepted requests; they are read when somebody looks.
#[derive(Debug)]
pub(crate) struct Inbox {
    messages: VecDeque<(String, Bytes)>,
    /// How many messages were there before the oldest of these.
    gone: usize,
    /// Which message is the newest of its id, counted from the first that there ever was.
    newest: HashMap<String, usize>,
    bytes: usize,
    limit: usize,
}

impl Inbox {
    /// As many messages as can be among the deliveries that are kept and shown. Where they wait for their turn, that
    /// can come long after the message: then as many as there is room for.
    pub(crate) fn new(deliveries: usize, wait: Wait) -> Self {
        let most = if wait == Wait::Never { MESSAGES } else { usize::MAX };
        let limit = deliveries.min(most);
        Self { messages: VecDeque::new(), gone: 0, newest: HashMap::new(), bytes: 0, limit }
    }

    pub(crate) fn note(&mut self, message_id: String, body: &[u8]) {
        if self.limit == 0 || body.len() > BODY {
            return;
        }
        self.bytes += size(&message_id, body);
        self.newest.insert(message_id.clone(), self.gone + self.messages.len());
        // A copy: the slice would keep the connection's whole read buffer alive.
        self.messages.push_back((message_id, Bytes::copy_from_slice(body)));
        while self.messages.len() > self.limit || self.bytes > BODIES {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((message_id, body)) = self.messages.pop_front() else {
            return;
        };
        self.bytes -= size(&message_id, &body);
        if self.newest.get(&message_id) == Some(&self.gone) {
            self.newest.remove(&message_id);
        }
        self.gone += 1;
    }

    /// What a message says, where it is remembered.
    pub(crate) fn text(&self, message_id: &str) -> Option<String> {
        let number = self.newest.get(message_id)?;
        let (_, body) = self.messages.get(number - self.gone)?;
        Some(text::of(body))
    }

    pub(crate) fn clear(&mut self) {
        *self = Self { messages: VecDeque::new(), newest: HashMap::new(), bytes: 0, ..*self };
    }
}

/// About how much memory a message takes, in bytes.
fn size(message_id: &str, body: &[u8]) -> usize {
    const BOOKS: usize = 160;
    BOOKS + 2 * message_id.len() + body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remembered(inbox: &Inbox, ids: impl Iterator<Item = usize>) -> Vec<usize> {
        ids.filter(|id| inbox.text(&id.to_string()).is_some()).collect()
    }

    #[test]
    fn so_many_are_remembered() {
        fn check(deliveries: usize, wait: Wait, length: usize, expected: usize) {
            let mut inbox = Inbox::new(deliveries, wait);
            for id in 0..1_000 {
                inbox.note(id.to_string(), &vec![b' '; length]);
            }
            let newest: Vec<usize> = (1_000 - expected..1_000).collect();
            assert_eq!(remembered(&inbox, 0..1_000), newest, "{deliveries} deliveries, {length} bytes");
            assert_eq!(inbox.newest.len(), expected);
            assert_eq!(inbox.bytes, inbox.messages.iter().map(|(id, body)| size(id, body)).sum::<usize>());
        }
        check(2_000_000, Wait::Never, 10, 200);
        check(7, Wait::Never, 10, 7);
        check(0, Wait::Never, 10, 0);
        check(2_000_000, Wait::ForTheirTurn, 10, 1_000);
        check(300, Wait::ForTheirTurn, 10, 300);
        check(2_000_000, Wait::ForTheirTurn, 159_800, 200);
        check(2_000_000, Wait::Never, 160_001, 0);
    }

    #[test]
    fn of_two_messages_with_one_id_the_newer_is_meant() {
        let mut inbox = Inbox::new(3, Wait::Never);
        let text = |text: &str| format!(r#"{{"msg_type":"text","content":{{"text":"{text}"}}}}"#);
        for (id, said) in [("a", "1"), ("a", "2"), ("b", "3"), ("c", "4")] {
            inbox.note(id.to_owned(), text(said).as_bytes());
        }
        let said = |inbox: &Inbox| ["a", "b", "c"].map(|id| inbox.text(id));
        assert_eq!(said(&inbox), [Some("2".to_owned()), Some("3".to_owned()), Some("4".to_owned())]);
        inbox.note("d".to_owned(), text("5").as_bytes());
        assert_eq!(said(&inbox)[0], None);
        inbox.clear();
        assert_eq!(said(&inbox), [None, None, None]);
        inbox.note("b".to_owned(), text("6").as_bytes());
        assert_eq!(said(&inbox)[1].as_deref(), Some("6"));
    }
}
