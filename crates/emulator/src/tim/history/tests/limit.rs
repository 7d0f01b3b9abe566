//! What is kept, and that it is no more than the limit.

use serde_json::value::RawValue;

use super::super::*;

fn message(seq: u32, body: &str) -> Message {
    message_at(1, seq, body)
}

fn message_at(at: i64, seq: u32, body: &str) -> Message {
    Message {
        from: "admin".to_owned(),
        key: MsgKey { seq, random: 1, at },
        msg_body: RawValue::from_string(format!("{body:?}")).unwrap(),
        custom_data: None,
        storage: Storage::Both,
        receipt: Receipt::NotWanted,
    }
}

fn seqs(history: &History, account: &str) -> Vec<u32> {
    let mut seqs: Vec<u32> =
        history.conversation(account, "admin", |_| false).map(|record| record.message.key.seq).collect();
    seqs.reverse();
    seqs
}

/// Bytes counted anew, to compare with those that were added up.
fn counted(history: &History) -> usize {
    let messages: usize = history.messages.iter().map(Kept::bytes).sum();
    let inboxes = history.inboxes.iter().map(|(account, inbox)| inbox_bytes(account) + RECEIVED * inbox.len());
    messages + inboxes.sum::<usize>()
}

#[test]
fn the_newest_messages_stay_within_the_limit() {
    fn check(limit: usize, a: &[u32], b: &[u32]) {
        let mut history = History::new(limit);
        for seq in 0..4 {
            let to: &[&str] = if seq % 2 == 0 { &["a", "b"] } else { &["a"] };
            history.push(message(seq, "x"), to.iter().copied());
            assert!(history.bytes <= limit, "{limit}");
            assert_eq!(history.bytes, counted(&history), "{limit}");
        }
        assert_eq!(seqs(&history, "a"), a, "{limit}");
        assert_eq!(seqs(&history, "b"), b, "{limit}");
    }
    let (two, one) = (MESSAGE + 8 + 2 * (RECEIVED + RECIPIENT), MESSAGE + 8 + RECEIVED + RECIPIENT);
    let (inbox, all) = (INBOX + 1, 2 * (two + one) + 2 * (INBOX + 1));
    check(usize::MAX, &[0, 1, 2, 3], &[0, 2]);
    check(all, &[0, 1, 2, 3], &[0, 2]);
    check(all - 1, &[1, 2, 3], &[2]);
    check(two + one + 2 * inbox, &[2, 3], &[2]);
    check(two + one + 2 * inbox - 1, &[3], &[]);
    check(one + inbox, &[3], &[]);
    check(one + inbox - 1, &[], &[]);
    check(0, &[], &[]);
}

#[test]
fn a_long_message_takes_the_place_of_many() {
    let mut history = History::new(1_900);
    for seq in 0..4 {
        history.push(message(seq, "x"), ["a"].into_iter());
    }
    assert_eq!(seqs(&history, "a"), [0, 1, 2, 3]);
    history.push(message(4, &"x".repeat(1_200)), ["a"].into_iter());
    assert_eq!(seqs(&history, "a"), [4]);
    history.push(message(5, &"x".repeat(2_000)), ["a"].into_iter());
    assert_eq!(seqs(&history, "a"), [0_u32; 0]);
    assert_eq!(history.bytes, 0);
}

#[test]
fn a_forgotten_inbox_can_fill_again() {
    let mut history = History::new(usize::MAX);
    history.push(message(0, "x"), ["a", "b"].into_iter());
    history.forget_inbox("a");
    history.forget_inbox("nobody");
    assert_eq!(history.bytes, counted(&history));
    history.push(message(1, "x"), ["a", "b"].into_iter());
    assert_eq!((seqs(&history, "a"), seqs(&history, "b")), (vec![1], vec![0, 1]));
    assert!(history.forget_oldest());
    assert_eq!((seqs(&history, "a"), seqs(&history, "b")), (vec![1], vec![1]));
    assert_eq!(history.bytes, counted(&history));
    history.clear();
    assert_eq!((history.bytes, history.oldest), (0, 2));
    history.push(message(2, "x"), ["a"].into_iter());
    assert_eq!(seqs(&history, "a"), [2]);
    assert!(history.forget_oldest() && !history.forget_oldest());
    assert_eq!((history.bytes, history.inboxes.len()), (0, 0));
}

#[test]
fn a_clock_that_goes_back_loses_nothing() {
    let mut history = History::new(usize::MAX);
    for (at, seq) in [(9, 1), (5, 2), (7, 3), (5, 2), (5, 1)] {
        history.push(message_at(at, seq, "x"), ["a"].into_iter());
    }
    let key = |at: i64, seq: u32| MsgKey { seq, random: 1, at };
    let numbers = |history: &History| -> Vec<u64> {
        history.conversation("a", "admin", |key| key.at > 7).map(|record| record.number).collect()
    };
    assert_eq!(seqs(&history, "a"), [1, 2, 2, 3, 1]);
    assert_eq!(numbers(&history), [2, 3, 1, 4], "of one key the newer is the newer");
    let mut withdraw = |at: i64, seq: u32, expected: Withdrawal| {
        assert_eq!(history.withdraw("admin", "a", key(at, seq), 0), expected, "{at} {seq}");
    };
    withdraw(7, 3, Withdrawal::Done(2));
    withdraw(7, 3, Withdrawal::Again);
    withdraw(7, 1, Withdrawal::Unknown);
    withdraw(5, 2, Withdrawal::Done(1));
    let withdrawn: Vec<u64> = history.inboxes["a"].iter().filter(|r| r.withdrawn).map(|r| r.number).collect();
    assert_eq!(withdrawn, [1, 2]);
    for left in [&[2, 3, 1, 4][..], &[2, 3, 4], &[3, 4], &[4], &[]] {
        assert!(history.forget_oldest());
        assert_eq!(numbers(&history), left);
        assert_eq!(history.bytes, counted(&history));
    }
}
