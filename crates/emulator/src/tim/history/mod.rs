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
    Done,
    Unknown,
    Again,
    TooLate,
}

/// The newest messages, as many as fit into a number of bytes.
///
/// Messages stand in the order they were sent and are numbered; an inbox holds numbers. The oldest message of all is
/// the oldest in every inbox that has it, so forgetting it looks at nothing else.
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

impl Kept {
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

    /// Notes a message in the inbox of everybody in `to`, each named once.
    pub(crate) fn push<'t>(&mut self, message: Message, to: impl Iterator<Item = &'t str>) {
        let received = Received { number: self.oldest + self.messages.len() as u64, withdrawn: false };
        let mut recipients = Vec::with_capacity(to.size_hint().0);
        for account in to {
            let account = self.inbox_of(account);
            self.inboxes.entry(Arc::clone(&account)).or_default().push_back(received);
            self.bytes += RECEIVED;
            recipients.push(account);
        }
        let kept = Kept { message, recipients };
        self.bytes += kept.bytes();
        self.messages.push_back(kept);
        while self.bytes > self.limit && self.forget_oldest() {}
    }

    fn inbox_of(&mut self, account: &str) -> Arc<str> {
        if let Some((known, _)) = self.inboxes.get_key_value(account) {
            return Arc::clone(known);
        }
        self.bytes += inbox_bytes(account);
        Arc::from(account)
    }

    fn forget_oldest(&mut self) -> bool {
        let Some(kept) = self.messages.pop_front() else { return false };
        for account in &kept.recipients {
            let Some(inbox) = self.inboxes.get_mut(account) else { continue };
            // An account that was deleted and imported again has an inbox without it.
            if inbox.front().is_some_and(|received| received.number == self.oldest) {
                inbox.pop_front();
                self.bytes -= RECEIVED;
            }
            if inbox.is_empty() {
                self.forget_inbox(account);
            }
        }
        self.bytes -= kept.bytes();
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
        for received in self.inboxes.get_mut(to).into_iter().flatten() {
            let message = &self.messages[(received.number - self.oldest) as usize].message;
            if message.from != from || message.key != key {
                continue;
            }
            if received.withdrawn {
                outcome = Withdrawal::Again;
            } else if key.at < earliest {
                return Withdrawal::TooLate;
            } else {
                received.withdrawn = true;
                return Withdrawal::Done;
            }
        }
        outcome
    }

    /// What one of two accounts sees of what both sent each other, oldest first: by second, then MsgSeq, as documented,
    /// and then by MsgRandom, so that messages with one key stand together.
    fn conversation(&self, operator: &str, peer: &str) -> Vec<Record<'_>> {
        let mut records = self.received(operator, peer);
        if operator != peer {
            records.extend(self.received(peer, operator).into_iter().filter(|r| r.message.storage == Storage::Both));
        }
        records.sort_by_key(|record| (record.message.key.order(), record.number));
        records
    }

    fn received(&self, to: &str, from: &str) -> Vec<Record<'_>> {
        let Some((to, inbox)) = self.inboxes.get_key_value(to) else { return Vec::new() };
        let records = inbox.iter().map(|&Received { number, withdrawn }| {
            let message = &self.messages[(number - self.oldest) as usize].message;
            Record { message, to, number, withdrawn }
        });
        records.filter(|record| record.message.from == from).collect()
    }
}
