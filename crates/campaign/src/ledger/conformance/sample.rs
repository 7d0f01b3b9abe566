//! Rows for the cases: plain ones, and full ones that nothing may be lost of.

use std::time::Duration;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::channel::{Address, Mark};
use batchcast_transport::reach::Reach;
use batchcast_transport::time::Unix;

use crate::ending::Why;
use crate::ledger::{
    BatchNumber, BatchRow, BatchState, CampaignKey, CampaignRow, ExceptionRow, Hash, ReachRow, RecallRow, RecallState,
    RecipientRow, Settled, Stage, StoppedRow,
};
use crate::outcome::Requests;
use crate::plan::{Canary, Members, Plan};

/// A text that somebody may take for something else.
pub(super) const TEXT: &str = "Grüße an 张三 🎉 \"'`\\ ;-- %s $1 ? \u{1}\r\n\t\u{202e}";

/// The greatest number that every SQL has.
pub(super) const MOST: u64 = i64::MAX as u64;

/// The latest time that comes back as it was; a later one comes back as this or later.
pub(super) const LATEST: Unix = Unix::from_millis(MOST);

pub(super) const STATES: [BatchState; 7] = [
    BatchState::Pending,
    BatchState::Claimed,
    BatchState::InFlight,
    BatchState::Accepted,
    BatchState::Rejected,
    BatchState::Unknown,
    BatchState::Split,
];

pub(super) const SETTLED: [Settled; 3] = [Settled::Accepted, Settled::Rejected, Settled::Unknown];

pub(super) const fn at(milliseconds: u64) -> Unix {
    Unix::from_millis(milliseconds)
}

pub(super) const fn hash(byte: u8) -> Hash {
    Hash([byte; 32])
}

/// A planned campaign of the identity and the message 0.
pub(super) fn campaign(id: &str) -> CampaignRow {
    let plan = Plan {
        address: Address::new("tim", "https://im.example.com", "1400000000"),
        excerpt: String::new(),
        message: hash(0),
        identity: hash(0),
        kinds: Vec::new(),
        duplicates: 0,
        excluded: 0,
        not_found: 0,
        members: Members::default(),
        requests: 0,
        bytes: 0,
        canary: None,
        first: Vec::new(),
        last: Vec::new(),
        created_at: Unix::EPOCH,
    };
    CampaignRow {
        key: CampaignKey(0),
        id: format!("c-{id}").parse().expect("letters are an id"),
        plan,
        stage: Stage::Planned,
        epoch: 0,
        held_until: Unix::EPOCH,
        batches: 0,
        requests: Requests::default(),
        elapsed: Duration::ZERO,
        started_at: None,
        stopped: None,
        forgotten_at: None,
    }
}

/// A campaign whose every field says something, and something else than [`campaign`].
pub(super) fn full_campaign(id: &str) -> CampaignRow {
    let names = |count: u8| (0..count).map(|number| format!("{TEXT}{number}")).collect();
    let plan = Plan {
        address: Address::new("feishu", "https://open.example.com/ä?b=1", TEXT),
        excerpt: TEXT.to_owned(),
        message: hash(0xff),
        identity: Hash(std::array::from_fn(|place| u8::try_from(place).unwrap_or_default())),
        kinds: IdKind::ALL.into_iter().zip([1, 2, 3, 4, 5, 6, 1 << 40]).collect(),
        duplicates: 7,
        excluded: MOST,
        not_found: MOST - 5,
        members: Members { asked: 9, departments: 8, people: MOST - 4 },
        requests: u32::MAX,
        bytes: MOST - 1,
        canary: Some(Canary { recipients: MOST - 2, requests: u32::MAX - 1 }),
        first: names(3),
        last: names(2),
        created_at: LATEST,
    };
    CampaignRow {
        plan,
        stage: Stage::Cancelled,
        epoch: MOST,
        held_until: LATEST,
        batches: u32::MAX,
        requests: Requests { planned: u32::MAX.into(), sent: MOST - 1, throttled: MOST - 2, retried: MOST - 3 },
        elapsed: Duration::from_millis(1 << 52),
        started_at: Some(at(1)),
        stopped: Some(stopped(Why::Interrupted)),
        forgotten_at: Some(LATEST),
        ..campaign(id)
    }
}

pub(super) fn stopped(why: Why) -> StoppedRow {
    StoppedRow { why, reason: TEXT.to_owned(), remedy: Some(TEXT.to_owned()), resume_at: Some(MOST) }
}

/// A batch whose every field says something.
pub(super) fn full_batch(number: BatchNumber) -> BatchRow {
    BatchRow {
        number,
        variant: u32::MAX,
        size: u32::MAX - 1,
        state: BatchState::InFlight,
        epoch: MOST,
        attempt: u32::MAX - 2,
        tries_again: u32::MAX - 3,
        not_before: at(MOST - 1),
        slot: at(MOST - 2),
        lease_until: at(MOST - 3),
        began_at: at(MOST - 4),
        deadline: at(MOST - 5),
        mark: Some(Mark::new(TEXT)),
        at: LATEST,
        message_id: Some(format!("message {TEXT}")),
        request_id: Some(format!("request {TEXT}")),
        code: Some(i64::MIN),
        reason: Some(format!("reason {TEXT}")),
        by_hand: true,
    }
}

/// A batch of one recipient in this state.
pub(super) fn batch(number: BatchNumber, state: BatchState) -> BatchRow {
    BatchRow { state, ..BatchRow::new(number, 1) }
}

/// A recipient without columns.
pub(super) fn recipient(row: u64, batch: BatchNumber) -> RecipientRow {
    let recipient = Recipient::new(IdKind::Account, format!("张{row}")).expect("a short name is an id");
    RecipientRow { row, batch, recipient, columns: None }
}

pub(super) fn exception(row: u64, batch: BatchNumber, state: Settled) -> ExceptionRow {
    ExceptionRow { row, batch, state, code: Some(-7), reason: Some(format!("{row}: {TEXT}")), at: at(5) }
}

/// So many of this batch have read it.
pub(super) fn reach(batch: BatchNumber, read: u64) -> ReachRow {
    ReachRow { batch, at: at(6), reach: Reach::new(read + 2, read + 1, read) }
}

/// One that was refused.
pub(super) fn recall(batch: BatchNumber, row: Option<u64>) -> RecallRow {
    let reason = Some(format!("{batch} {row:?}: {TEXT}"));
    RecallRow { batch, row, state: RecallState::Refused, code: Some(-8), reason, at: at(7) }
}
