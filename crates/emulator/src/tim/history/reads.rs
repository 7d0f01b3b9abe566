//! Who has read a message: [`Builder::with_reads`](crate::Builder::with_reads), as Feishu's and Lark's read counts
//! have it, made up from the message and the reader so that it is the same whenever it is asked for.

use flate2::Crc;
use jiff::{SignedDuration, Timestamp};

use crate::config::Config;
use crate::outbox::{Lane, Outbox};
use crate::tim::history::Record;
use crate::tim::options::Receipt;

/// The readers at one moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reads<'a> {
    outbox: &'a Outbox,
    share: f64,
    over: SignedDuration,
    now: Timestamp,
}

impl<'a> Reads<'a> {
    pub(super) fn by(now: Timestamp, config: &Config, outbox: &'a Outbox) -> Self {
        Self { outbox, share: config.reads, over: config.reads_over, now }
    }

    /// Whether whoever got it has sent the receipt that it asks for. What was recalled cannot be read any more.
    pub(super) fn have(self, record: &Record<'_>) -> bool {
        let Record { message, to, withdrawn, number } = *record;
        if withdrawn || message.receipt == Receipt::NotWanted || self.outbox.waits_for(Lane::Tim, number, to) {
            return false;
        }
        let place = place(&format!("{} {to}", message.key));
        let since = SignedDuration::from_secs(self.now.as_second().saturating_sub(message.key.at));
        place < self.share && since.as_secs_f64() >= self.over.as_secs_f64() * place / self.share
    }
}

/// From 0 up to 1, and much the same number of times anywhere between.
fn place(text: &str) -> f64 {
    let mut crc = Crc::new();
    crc.update(text.as_bytes());
    f64::from(crc.sum()) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use crate::tim::testing::{NOW, Sandbox, with_field};
    use crate::{Builder, Emulator};

    const RECIPIENTS: usize = 200;

    fn sent(builder: Builder, receipt: Value) -> Sandbox {
        let mut sandbox = Sandbox::from(builder.world());
        let accounts: Vec<String> = (0..RECIPIENTS).map(|n| format!("user{n}")).collect();
        let mut body: Value = serde_json::from_str(&with_field("To_Account", json!(accounts))).unwrap();
        body["MsgSeq"] = json!(7);
        body["IsNeedReadReceipt"] = receipt;
        assert_eq!(sandbox.send(&body.to_string()).json()["ErrorCode"], 0);
        sandbox
    }

    fn is_read(sandbox: &mut Sandbox, account: &str) -> u64 {
        let body = json!({"Operator_Account": account, "Peer_Account": "administrator", "MaxCnt": 9, "MinTime": 0,
            "MaxTime": NOW});
        let page = sandbox.call("/v4/openim/admin_getroammsg", &body.to_string()).json();
        page["MsgList"][0]["IsPeerRead"].as_u64().unwrap()
    }

    fn readers(sandbox: &mut Sandbox, later: i64) -> u64 {
        sandbox.now = Timestamp::from_second(NOW + later).unwrap();
        (0..RECIPIENTS).map(|n| is_read(sandbox, &format!("user{n}"))).sum()
    }

    #[test]
    fn a_share_of_those_who_are_asked_for_a_receipt_reads() {
        fn check(share: f64, receipt: Value, expected: std::ops::RangeInclusive<u64>) {
            let mut sandbox = sent(Emulator::builder().with_reads(share), receipt.clone());
            let read = readers(&mut sandbox, 0);
            assert!(expected.contains(&read), "{share} {receipt}: {read}");
        }
        check(0.0, json!(1), 0..=0);
        check(1.0, json!(1), 200..=200);
        check(0.5, json!(1), 80..=120);
        check(1.0, json!(0), 0..=0);
        check(1.0, json!(null), 0..=0);
    }

    #[test]
    fn they_read_over_time_and_nobody_unreads() {
        let builder = Emulator::builder().with_reads(1.0).with_reads_over(Duration::from_secs(100));
        let mut sandbox = sent(builder, json!(1));
        let counts: Vec<u64> = [0, 25, 50, 75, 100, 1_000].map(|later| readers(&mut sandbox, later)).into();
        assert!(counts.is_sorted(), "{counts:?}");
        assert!(counts[0] <= 5 && (80..=120).contains(&counts[2]) && counts[4] == 200, "{counts:?}");
    }

    #[test]
    fn a_recalled_message_is_not_read() {
        let mut sandbox = sent(Emulator::builder().with_reads(1.0), json!(1));
        assert_eq!(is_read(&mut sandbox, "user1"), 1);
        let recall = json!({"From_Account": "administrator", "To_Account": "user1", "MsgKey": format!("7_1_{NOW}")});
        assert_eq!(sandbox.call("/v4/openim/admin_msgwithdraw", &recall.to_string()).json()["ErrorCode"], 0);
        assert_eq!(is_read(&mut sandbox, "user1"), 0);
        assert_eq!(is_read(&mut sandbox, "user2"), 1);
    }

    #[test]
    fn nobody_reads_what_is_not_delivered() {
        let rate = std::num::NonZeroU32::new(100).unwrap();
        let mut sandbox = sent(Emulator::builder().with_reads(1.0).with_delivery_rate(rate), json!(1));
        let mut check = |milliseconds: i64, expected: [u64; 3]| {
            sandbox.now += jiff::SignedDuration::from_millis(milliseconds);
            assert_eq!(["user0", "user99", "user199"].map(|account| is_read(&mut sandbox, account)), expected);
        };
        check(0, [0, 0, 0]);
        check(10, [1, 0, 0]);
        check(980, [1, 0, 0]);
        check(10, [1, 1, 0]);
        check(1_000, [1, 1, 1]);
    }
}
