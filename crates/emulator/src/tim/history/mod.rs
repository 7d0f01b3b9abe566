//! Who got which message: what a conversation holds, and what was taken back.

mod pull;
mod reads;
#[cfg(test)]
mod tests;
mod withdraw;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::tim::msg_key::MsgKey;
use crate::tim::options::{Receipt, Storage};

pub(crate) use pull::pull;
pub(crate) use withdraw::withdraw;

/// A message, kept once for all who got it.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) from: String,
    pub(crate) key: MsgKey,
    pub(crate) msg_body: Box<RawValue>,
    pub(crate) custom_data: Option<Box<RawValue>>,
    pub(crate) storage: Storage,
    pub(crate) receipt: Receipt,
}

#[derive(Debug)]
struct Kept {
    message: Message,
    recipients: Vec<Arc<str>>,
}

/// A message in somebody's inbox, by its number.
#[derive(Debug, Clone, Copy)]
struct Received {
    number: u64,
    withdrawn: bool,
}

/// One message of a conversation.
#[derive(Debug, Clone, Copy)]
struct Record<'a> {
    message: &'a Message,
    to: &'a str,
    number: u64,
    withdrawn: bool,
}

/// What became of a recall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Withdrawal {
    /// Of the message of this number.
    Done(u64),
    Unknown,
    Again,
    TooLate,
}

/// The newest messages, as many as fit into a number of bytes.
///
/// Messages stand in the order they were sent and are numbered; an inbox holds numbers, in the order of a conversation:
/// by second, then MsgSeq, as documented, then by MsgRandom, so that messages with one key stand together, and then by
/// number. Whatever is looked for in an inbox is found without looking at the rest of it.
#[derive(Debug)]
pub(crate) struct History {
    messages: VecDeque<Kept>,
    /// The number of the first of `messages`.
    oldest: u64,
    inboxes: HashMap<Arc<str>, VecDeque<Received>>,
    bytes: usize,
    limit: usize,
}

/// Bytes apart from texts, rounded up for what the collections keep in reserve: for a message, for an inbox, for a
/// message in an inbox, and for naming who got it.
const MESSAGE: usize = 288;
const INBOX: usize = 224;
const RECEIVED: usize = 32;
const RECIPIENT: usize = 16;

impl Received {
    /// Where the message stands, by the number of the first one.
    fn index(self, oldest: u64) -> usize {
        (self.number - oldest) as usize
    }
}

impl Record<'_> {
    fn place(&self) -> ((i64, u32, u32), u64) {
        (self.message.key.order(), self.number)
    }
}

impl Kept {
    fn order(&self) -> (i64, u32, u32) {
        self.message.key.order()
    }

    fn bytes(&self) -> usize {
        let Message { from, msg_body, custom_data, .. } = &self.message;
        let texts = from.len() + msg_body.get().len() + custom_data.as_ref().map_or(0, |raw| raw.get().len());
        MESSAGE + texts + RECIPIENT * self.recipients.len()
    }
}

fn inbox_bytes(account: &str) -> usize {
    INBOX + account.len()
}

impl History {
    pub(crate) fn new(limit: usize) -> Self {
        Self { messages: VecDeque::new(), oldest: 0, inboxes: HashMap::new(), bytes: 0, limit }
    }

    /// Notes a message in the inbox of everybody in `to`, each named once, and says its number, which no other ever has.
    pub(crate) fn push<'t>(&mut self, message: Message, to: impl Iterator<Item = &'t str>) -> u64 {
        let number = self.oldest + self.messages.len() as u64;
        let received = Received { number, withdrawn: false };
        let order = message.key.order();
        let mut recipients = Vec::with_capacity(to.size_hint().0);
        for account in to {
            let account = self.inbox_of(account);
            let inbox = self.inboxes.entry(Arc::clone(&account)).or_default();
            let place = inbox.partition_point(|known| self.messages[known.index(self.oldest)].order() <= order);
            inbox.insert(place, received);
            self.bytes += RECEIVED;
            recipients.push(account);
        }
        let kept = Kept { message, recipients };
        self.bytes += kept.bytes();
        self.messages.push_back(kept);
        while self.bytes > self.limit && self.forget_oldest() {}
        number
    }

    fn inbox_of(&mut self, account: &str) -> Arc<str> {
        if let Some((known, _)) = self.inboxes.get_key_value(account) {
            return Arc::clone(known);
        }
        self.bytes += inbox_bytes(account);
        Arc::from(account)
    }

    fn forget_oldest(&mut self) -> bool {
        let Some(kept) = self.messages.front() else { return false };
        for account in &kept.recipients {
            let Some(inbox) = self.inboxes.get_mut(account) else { continue };
            // Of messages with one key the oldest is the first.
            let place = inbox.partition_point(|known| self.messages[known.index(self.oldest)].order() < kept.order());
            // An account that was deleted and imported again has an inbox without it.
            if inbox.get(place).is_some_and(|received| received.number == self.oldest) {
                inbox.remove(place);
                self.bytes -= RECEIVED;
            }
            if inbox.is_empty() {
                self.inboxes.remove(account);
                self.bytes -= inbox_bytes(account);
            }
        }
        self.bytes -= kept.bytes();
        self.messages.pop_front();
        self.oldest += 1;
        true
    }

    /// Forgets everything that an account was sent.
    pub(crate) fn forget_inbox(&mut self, account: &str) {
        if let Some(inbox) = self.inboxes.remove(account) {
            self.bytes -= inbox_bytes(account) + RECEIVED * inbox.len();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.oldest += self.messages.len() as u64;
        self.messages.clear();
        self.inboxes.clear();
        self.bytes = 0;
    }

    /// Takes a message back from one of its recipients, unless it was sent before `earliest` (unix seconds).
    fn withdraw(&mut self, from: &str, to: &str, key: MsgKey, earliest: i64) -> Withdrawal {
        let mut outcome = Withdrawal::Unknown;
        let Some(inbox) = self.inboxes.get_mut(to) else { return outcome };
        let first = inbox.partition_point(|known| self.messages[known.index(self.oldest)].order() < key.order());
        for received in inbox.range_mut(first..) {
            let message = &self.messages[received.index(self.oldest)].message;
            if message.key != key {
                break;
            }
            if message.from != from {
                continue;
            }
            if received.withdrawn {
                outcome = Withdrawal::Again;
            } else if key.at < earliest {
                return Withdrawal::TooLate;
            } else {
                received.withdrawn = true;
                return Withdrawal::Done(received.number);
            }
        }
        outcome
    }

    /// What one of two accounts sees of what both sent each other, newest first, from the newest that is not `too_new`;
    /// whatever is newer than one that is has to be so too.
    fn conversation<'a>(
        &'a self,
        operator: &'a str,
        peer: &'a str,
        too_new: impl Fn(MsgKey) -> bool + Copy + 'a,
    ) -> impl Iterator<Item = Record<'a>> {
        let mut received = self.received(operator, peer, too_new).peekable();
        let sent = (operator != peer).then(|| self.received(peer, operator, too_new));
        let mut sent = sent.into_iter().flatten().filter(|r| r.message.storage == Storage::Both).peekable();
        std::iter::from_fn(move || match (received.peek(), sent.peek()) {
            (Some(one), Some(other)) if one.place() < other.place() => sent.next(),
            (None, _) => sent.next(),
            _ => received.next(),
        })
    }

    /// Newest first.
    fn received<'a>(
        &'a self,
        to: &'a str,
        from: &'a str,
        too_new: impl Fn(MsgKey) -> bool + 'a,
    ) -> impl Iterator<Item = Record<'a>> {
        let inbox = self.inboxes.get_key_value(to);
        let records = inbox.into_iter().flat_map(move |(to, inbox)| {
            let message = |received: &Received| &self.messages[received.index(self.oldest)].message;
            let end = inbox.partition_point(|received| !too_new(message(received).key));
            let record = move |received: &Received| Record {
                message: message(received),
                to,
                number: received.number,
                withdrawn: received.withdrawn,
            };
            inbox.range(..end).rev().map(record)
        });
        records.filter(move |record| record.message.from == from)
    }
}
