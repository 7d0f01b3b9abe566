//! The messages of the last two minutes, so that one sent again is not delivered again.
//!
//! The page on `sendmsg` (2026-02-04): messages with equal sender, MsgSeq, MsgRandom and CRC-32 of the content are the
//! same for 120 s. The page names no recipient; one message to two people would else be one, so it counts here too.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use flate2::Crc;
use jiff::{SignedDuration, Timestamp};

use crate::tim::outgoing::{Outgoing, Sent};

const WINDOW: SignedDuration = SignedDuration::from_secs(120);

/// What makes two messages the same.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    from: String,
    to: String,
    seq: u32,
    random: u32,
    crc32: u32,
}

impl Identity {
    /// None without a MsgSeq: the backend fills in a random one, so that no other message is the same.
    pub(crate) fn of(outgoing: &Outgoing<'_>, to: &str) -> Option<Self> {
        let mut crc = Crc::new();
        crc.update(outgoing.msg_body.get().as_bytes());
        Some(Self {
            from: outgoing.sender().to_owned(),
            to: to.to_owned(),
            seq: outgoing.msg_seq?,
            random: outgoing.msg_random,
            crc32: crc.sum(),
        })
    }
}

/// The newest messages, up to a limit.
#[derive(Debug)]
pub(crate) struct Duplicates {
    first: HashMap<Arc<Identity>, (Timestamp, Sent)>,
    order: VecDeque<Arc<Identity>>,
    limit: usize,
}

impl Duplicates {
    pub(crate) fn new(limit: usize) -> Self {
        Self { first: HashMap::new(), order: VecDeque::new(), limit }
    }

    /// The first of the same messages, if it was sent within the window.
    pub(crate) fn first(&mut self, now: Timestamp, identity: &Identity) -> Option<&Sent> {
        while let Some(oldest) = self.order.front() {
            if self.first.get(oldest).is_some_and(|(at, _)| now.duration_since(*at) < WINDOW) {
                break;
            }
            self.forget_oldest();
        }
        // A clock that was put back can leave an old one behind a newer.
        self.first.get(identity).filter(|(at, _)| now.duration_since(*at) < WINDOW).map(|(_, sent)| sent)
    }

    /// Remembers a message that [`first`](Self::first) did not find.
    pub(crate) fn note(&mut self, now: Timestamp, identity: Identity, sent: Sent) {
        let identity = Arc::new(identity);
        if self.first.insert(Arc::clone(&identity), (now, sent)).is_none() {
            self.order.push_back(identity);
        }
        if self.order.len() > self.limit {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.order.pop_front() {
            self.first.remove(&oldest);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.first.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::super::testing::{NOW, Sandbox};
    use crate::Emulator;

    const PATH: &str = "/v4/openim/sendmsg";

    fn message() -> Value {
        json!({"To_Account": "bonnie", "MsgSeq": 7, "MsgRandom": 8,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi, beauty"}}]})
    }

    /// A message and, so many seconds later, another one that differs in one field; how many are delivered.
    fn check(later: i64, name: &str, value: Value, deliveries: usize) {
        let mut sandbox = Sandbox::new();
        let first = sandbox.call(PATH, &message().to_string()).json();
        sandbox.now = Timestamp::from_second(NOW + later).unwrap();
        let mut body = message();
        body[name] = value.clone();
        let second = sandbox.call(PATH, &body.to_string()).json();
        assert_eq!(second["ErrorCode"], 0, "{second}");
        assert_eq!(sandbox.world.deliveries().len(), deliveries, "{later} s, {name} {value}");
        assert_eq!(first == second, deliveries == 1, "{later} s, {name} {value}: {first} {second}");
    }

    #[test]
    fn the_same_message_within_120_seconds_is_delivered_once() {
        check(0, "MsgSeq", json!(7), 1);
        check(119, "MsgSeq", json!(7), 1);
        check(120, "MsgSeq", json!(7), 2);
        check(-1, "MsgSeq", json!(7), 1);
        check(100, "From_Account", json!("administrator"), 1);
        check(100, "MsgLifeTime", json!(60), 1);
        check(0, "MsgSeq", json!(8), 2);
        check(0, "MsgSeq", json!(null), 2);
        check(0, "MsgRandom", json!(9), 2);
        check(0, "To_Account", json!("rong"), 2);
        check(0, "From_Account", json!("dave"), 2);
        check(0, "MsgBody", json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]), 2);
    }

    #[test]
    fn the_window_is_that_of_the_first() {
        let mut sandbox = Sandbox::new();
        for (second, deliveries) in [(0, 1), (100, 1), (119, 1), (121, 2), (239, 2), (241, 3)] {
            sandbox.now = Timestamp::from_second(NOW + second).unwrap();
            sandbox.call(PATH, &message().to_string());
            assert_eq!(sandbox.world.deliveries().len(), deliveries, "after {second} s");
        }
    }

    #[test]
    fn without_a_msg_seq_nothing_is_the_same() {
        let mut sandbox = Sandbox::new();
        let mut body = message();
        body["MsgSeq"] = json!(null);
        for _ in 0..2 {
            sandbox.call(PATH, &body.to_string());
        }
        assert_eq!(sandbox.world.deliveries().len(), 2);
    }

    #[test]
    fn a_refused_message_and_a_reset_leave_nothing() {
        let mut sandbox = Sandbox::from(Emulator::builder().with_tim_imported_accounts_only().world());
        assert_eq!(sandbox.call(PATH, &message().to_string()).json()["ErrorCode"], 90012);
        sandbox.call("/v4/im_open_login_svc/account_import", r#"{"UserID":"bonnie"}"#);
        sandbox.call(PATH, &message().to_string());
        assert_eq!(sandbox.world.deliveries().len(), 1);
        sandbox.world.reset();
        sandbox.call("/v4/im_open_login_svc/account_import", r#"{"UserID":"bonnie"}"#);
        sandbox.call(PATH, &message().to_string());
        assert_eq!(sandbox.world.deliveries().len(), 1);
    }

    #[test]
    fn the_oldest_are_forgotten_beyond_the_limit() {
        let mut duplicates = super::Duplicates::new(2);
        let now = Timestamp::UNIX_EPOCH;
        let identity = |seq| super::Identity { from: String::new(), to: String::new(), seq, random: 0, crc32: 0 };
        let key = super::super::msg_key::MsgKey { seq: 0, random: 0, at: 0 };
        for seq in 0..3 {
            let sent = super::Sent { msg_key: key, msg_id: String::new() };
            assert!(duplicates.first(now, &identity(seq)).is_none());
            duplicates.note(now, identity(seq), sent);
        }
        let found: Vec<bool> = (0..3).map(|seq| duplicates.first(now, &identity(seq)).is_some()).collect();
        assert_eq!(found, [false, true, true]);
        assert_eq!((duplicates.first.len(), duplicates.order.len()), (2, 2));
    }
}
