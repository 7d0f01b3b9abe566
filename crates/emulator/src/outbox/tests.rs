//! Deliveries that take their time, seen from the vendors' side.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::feishu::testing::Sandbox;
use crate::tim::testing as tim;
use crate::{Builder, Emulator};

fn paced(builder: Builder) -> Sandbox {
    let mut sandbox = Sandbox::from(builder.with_delivery_rate(NonZeroU32::new(2).unwrap()).world());
    sandbox.log_in();
    sandbox
}

fn send(sandbox: &mut Sandbox, ids: &[&str]) -> String {
    let body = json!({"msg_type": "text", "content": {"text": "x"}, "open_ids": ids});
    sandbox.send(&body.to_string()).json()["data"]["message_id"].as_str().unwrap().to_owned()
}

/// Valid, delivered, read, taken back.
fn progress(sandbox: &mut Sandbox, id: &str) -> [u64; 4] {
    let reply = sandbox.get(&format!("/open-apis/im/v1/batch_messages/{id}/get_progress")).json();
    let (send, recall) =
        (&reply["data"]["batch_message_send_progress"], &reply["data"]["batch_message_recall_progress"]);
    let count = |value: &Value| value.as_u64().unwrap();
    [
        count(&send["valid_user_ids_count"]),
        count(&send["success_user_ids_count"]),
        count(&send["read_user_ids_count"]),
        count(&recall["recall_count"]),
    ]
}

fn got(sandbox: &Sandbox) -> Vec<(String, f64)> {
    let second = |at: Timestamp| at.as_millisecond() as f64 / 1e3 - 1_767_225_600.0;
    sandbox.world.deliveries().into_iter().map(|delivery| (delivery.id, second(delivery.at))).collect()
}

fn wait(sandbox: &mut Sandbox, milliseconds: i64) {
    sandbox.wait(SignedDuration::from_millis(milliseconds));
    // Time passes when somebody asks.
    assert_eq!(sandbox.request("GET", "/_emulator/health", "", "").status, 200);
}

#[test]
fn progress_grows_and_an_app_is_served_in_order() {
    let mut sandbox = paced(Emulator::builder());
    let first = send(&mut sandbox, &["ou_1", "ou_2", "ou_3"]);
    let second = send(&mut sandbox, &["ou_4", "ou_5_invalid"]);
    let mut check = |milliseconds: i64, counts: [[u64; 4]; 2], log: usize| {
        wait(&mut sandbox, milliseconds);
        let found = [progress(&mut sandbox, &first), progress(&mut sandbox, &second)];
        assert_eq!((found, sandbox.world.deliveries().len()), (counts, log));
        assert_eq!(sandbox.world.stats().feishu.deliveries, log as u64);
    };
    check(0, [[3, 0, 0, 0], [0, 0, 0, 0]], 0);
    check(499, [[3, 0, 0, 0], [0, 0, 0, 0]], 0);
    check(1, [[3, 1, 0, 0], [0, 0, 0, 0]], 1);
    check(600, [[3, 2, 0, 0], [0, 0, 0, 0]], 2);
    check(400, [[3, 3, 0, 0], [1, 0, 0, 0]], 3);
    check(500, [[3, 3, 0, 0], [1, 1, 0, 0]], 4);
    let expected = [("ou_1", 0.5), ("ou_2", 1.0), ("ou_3", 1.5), ("ou_4", 2.0)];
    assert_eq!(got(&sandbox), expected.map(|(id, at)| (id.to_owned(), at)));
    wait(&mut sandbox, 60_000);
    send(&mut sandbox, &["ou_6"]);
    wait(&mut sandbox, 500);
    assert_eq!(progress(&mut sandbox, &second), [1, 1, 0, 0]);
    assert_eq!(got(&sandbox)[4], ("ou_6".to_owned(), 62.5), "an idle queue owes nothing");
}

#[test]
fn apps_and_vendors_do_not_wait_for_each_other() {
    let mut sandbox = paced(Emulator::builder());
    send(&mut sandbox, &["ou_1", "ou_2"]);
    sandbox.log_in_store();
    send(&mut sandbox, &["ou_3"]);
    let mut tim = tim::Sandbox::from(sandbox.world);
    assert_eq!(tim.send(tim::TO_TWO).json()["ErrorCode"], 0);
    assert!(tim.world.deliveries().is_empty());
    tim.world.advance(tim.now + SignedDuration::from_millis(500));
    let ids: Vec<String> = tim.world.deliveries().into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(ids, ["ou_1", "ou_3", "bonnie"]);
    for seconds in [0, -3600, 0, 0] {
        tim.world.advance(tim.now + SignedDuration::from_secs(seconds));
        assert_eq!(tim.world.deliveries().len(), 3, "what was delivered stays so");
    }
    tim.world.advance(tim.now + SignedDuration::from_millis(500));
    assert_eq!(tim.world.deliveries().len(), 3, "and is not delivered again");
}

#[test]
fn a_clock_that_goes_back_delivers_nothing_twice() {
    // Of whom nobody knows any more that they are in it, it cannot be taken back.
    let cases: [(usize, &[&str], u64); 4] =
        [(0, &[], 4), (1, &["d"], 4), (3, &["b", "d"], 3), (9, &["a", "b", "d"], 3)];
    for (limit, expected, counted) in cases {
        let builder = Emulator::builder().with_delivery_rate(NonZeroU32::MIN).with_delivery_limit(limit);
        let mut tim = tim::Sandbox::from(builder.world());
        let to = json!(["a", "b", "c", "d"]);
        let key = tim.send(&tim::with_field("To_Account", to)).json()["MsgKey"].as_str().unwrap().to_owned();
        let body = json!({"From_Account": "administrator", "To_Account": "c", "MsgKey": key});
        assert_eq!(tim.call("/v4/openim/admin_msgwithdraw", &body.to_string()).json()["ErrorCode"], 0);
        for seconds in [2, 0, 2, 1, 3, -100, 4, 2, 100, 0] {
            tim.world.advance(tim.now + SignedDuration::from_secs(seconds));
        }
        let got: Vec<_> = tim.world.deliveries().into_iter().map(|delivery| delivery.id).collect();
        assert_eq!(got, expected, "{limit}");
        assert_eq!((tim.world.stats().tim.deliveries, tim.world.waiting()), (counted, 0), "{limit}");
    }
}

#[test]
fn a_recall_stops_what_was_not_delivered() {
    let mut sandbox = paced(Emulator::builder().with_reads(1.0));
    let first = send(&mut sandbox, &["ou_1", "ou_2", "ou_3"]);
    let second = send(&mut sandbox, &["ou_4"]);
    wait(&mut sandbox, 1_000);
    let recall = |sandbox: &mut Sandbox| {
        let path = format!("/open-apis/im/v1/batch_messages/{first}");
        assert_eq!(sandbox.request_with("DELETE", &path, "", b"").json()["code"], 0);
    };
    recall(&mut sandbox);
    assert_eq!(progress(&mut sandbox, &first), [3, 2, 2, 2]);
    wait(&mut sandbox, 10_000);
    recall(&mut sandbox);
    assert_eq!(progress(&mut sandbox, &first), [3, 2, 2, 2]);
    assert_eq!(progress(&mut sandbox, &second), [1, 1, 1, 0]);
    let expected = [("ou_1", 0.5), ("ou_2", 1.0), ("ou_4", 2.0)];
    assert_eq!(got(&sandbox), expected.map(|(id, at)| (id.to_owned(), at)), "the others keep their time");
}

#[test]
fn tim_takes_a_message_back_from_one_who_has_not_got_it() {
    let builder = Emulator::builder().with_delivery_rate(NonZeroU32::new(2).unwrap());
    let mut tim = tim::Sandbox::from(builder.world());
    let to = json!(["a", "b", "c", "d"]);
    let key = tim.send(&tim::with_field("To_Account", to)).json()["MsgKey"].as_str().unwrap().to_owned();
    let mut recall = |milliseconds: i64, account: &str, waiting: usize| {
        tim.now += SignedDuration::from_millis(milliseconds);
        let body = json!({"From_Account": "administrator", "To_Account": account, "MsgKey": key});
        let reply = tim.call("/v4/openim/admin_msgwithdraw", &body.to_string()).json();
        assert_eq!((&reply["ErrorCode"], tim.world.waiting()), (&json!(0), waiting), "{account}");
    };
    recall(0, "b", 3);
    recall(500, "a", 2);
    recall(0, "d", 1);
    tim.world.advance(tim.now + SignedDuration::from_secs(60));
    let got = tim.world.deliveries().into_iter().map(|delivery| (delivery.id, tim.now.duration_since(delivery.at)));
    let expected = [("a", 0), ("c", -1)].map(|(id, ago)| (id.to_owned(), SignedDuration::from_secs(ago)));
    assert_eq!(got.collect::<Vec<_>>(), expected, "the others keep their time");
    assert_eq!((tim.world.stats().tim.deliveries, tim.world.waiting()), (2, 0));
}

/// Sends a batch whose MsgKey is that of every other in the second.
fn send_with_one_key(tim: &mut tim::Sandbox, to: Value) -> String {
    let body = json!({"To_Account": to, "MsgSeq": 7, "MsgRandom": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}]});
    tim.send(&body.to_string()).json()["MsgKey"].as_str().unwrap().to_owned()
}

/// Who got something, and how many seconds after the first second began.
fn tim_got(tim: &mut tim::Sandbox) -> Vec<(String, i64)> {
    let start = tim.now;
    tim.world.advance(start + SignedDuration::from_secs(60));
    let deliveries = tim.world.deliveries().into_iter();
    deliveries.map(|delivery| (delivery.id, delivery.at.duration_since(start).as_secs())).collect()
}

#[test]
fn of_two_messages_with_one_key_the_one_that_is_taken_back_stops() {
    fn check(batches: [&[&str]; 2], recalls: &[&str], expected: &[(&str, i64)]) {
        let builder = Emulator::builder().with_delivery_rate(NonZeroU32::MIN);
        let mut tim = tim::Sandbox::from(builder.world());
        let keys = batches.map(|to| send_with_one_key(&mut tim, json!(to)));
        assert_eq!(keys[0], keys[1]);
        for account in recalls {
            let body = json!({"From_Account": "administrator", "To_Account": account, "MsgKey": keys[0]});
            let reply = tim.call("/v4/openim/admin_msgwithdraw", &body.to_string()).json();
            assert_eq!(reply["ErrorCode"], 0, "{recalls:?} {account}");
        }
        let waiting = expected.len();
        assert_eq!(tim.world.waiting(), waiting, "{batches:?} {recalls:?}");
        let got = tim_got(&mut tim);
        let got: Vec<_> = got.iter().map(|(id, at)| (id.as_str(), *at)).collect();
        assert_eq!(got, expected, "{batches:?} {recalls:?}");
        assert_eq!((tim.world.stats().tim.deliveries, tim.world.waiting()), (waiting as u64, 0));
    }
    check([&["a", "b"], &["a", "c"]], &["a"], &[("b", 2), ("a", 3), ("c", 4)]);
    check([&["a", "b"], &["a", "c"]], &["a", "a"], &[("b", 2), ("c", 4)]);
    check([&["a", "b"], &["c", "b"]], &["c"], &[("a", 1), ("b", 2), ("b", 4)]);
    // The rest of the second looks like what comes after the first, and is not.
    check([&["a"], &["b", "c"]], &["b"], &[("a", 1), ("c", 3)]);
}

#[test]
fn a_deleted_account_gets_nothing_more() {
    let builder = Emulator::builder().with_delivery_rate(NonZeroU32::MIN);
    let mut tim = tim::Sandbox::from(builder.world());
    for _ in 0..2 {
        send_with_one_key(&mut tim, json!(["a", "b", "c"]));
    }
    let online = json!({"To_Account": ["b", "a"], "MsgRandom": 1, "OnlineOnlyFlag": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}]});
    assert_eq!(tim.send(&online.to_string()).json()["ErrorCode"], 0);
    let start = tim.now;
    tim.now = start + SignedDuration::from_secs(1);
    let delete =
        json!({"DeleteItem": [{"UserID": "a"}, {"UserID": "administrator"}, {"UserID": "c"}, {"UserID": "x"}]});
    tim.call("/v4/im_open_login_svc/account_delete", &delete.to_string());
    assert_eq!((tim.world.stats().tim.deliveries, tim.world.waiting()), (1, 3), "a had got the first");
    tim.call("/v4/im_open_login_svc/account_import", r#"{"UserID":"a"}"#);
    send_with_one_key(&mut tim, json!(["a"]));
    tim.now = start;
    let expected = [("a", 1), ("b", 2), ("b", 5), ("b", 7), ("a", 9)].map(|(id, at)| (id.to_owned(), at));
    assert_eq!(tim_got(&mut tim), expected, "the others keep their time, and who is imported again gets what is new");
    assert_eq!((tim.world.stats().tim.deliveries, tim.world.waiting()), (5, 0));
}

#[test]
fn reads_follow_deliveries_and_end_with_a_recall() {
    let builder = Emulator::builder().with_reads(0.5).with_reads_over(Duration::from_secs(10));
    let mut sandbox = Sandbox::from(builder.world());
    sandbox.log_in();
    let id = send(&mut sandbox, &["ou_1", "ou_2", "ou_3", "ou_4", "ou_5", "ou_6", "ou_7", "ou_8"]);
    for (milliseconds, read) in [(0, 0), (2_000, 1), (3_000, 2)] {
        wait(&mut sandbox, milliseconds);
        assert_eq!(progress(&mut sandbox, &id), [8, 8, read, 0]);
    }
    let path = format!("/open-apis/im/v1/batch_messages/{id}");
    assert_eq!(sandbox.request_with("DELETE", &path, "", b"").status, 200);
    wait(&mut sandbox, 60_000);
    assert_eq!(progress(&mut sandbox, &id), [8, 8, 2, 8]);
    let counts = sandbox.get(&format!("{path}/read_user")).json()["data"]["read_user"].clone();
    assert_eq!(counts, json!({"read_count": "2", "total_count": "8"}));
}

#[test]
fn of_one_message_the_newest_recipients_are_kept() {
    let mut sandbox = paced(Emulator::builder().with_delivery_limit(3));
    let id = send(&mut sandbox, &["ou_1", "ou_2", "ou_3", "ou_4", "ou_5", "ou_6", "ou_7", "ou_8"]);
    let mut check = |milliseconds: i64, delivered: u64, log: &[&str]| {
        wait(&mut sandbox, milliseconds);
        assert_eq!(progress(&mut sandbox, &id), [8, delivered, 0, 0]);
        assert_eq!(
            (sandbox.world.stats().feishu.deliveries, sandbox.world.waiting()),
            (delivered, 8 - delivered as usize)
        );
        let ids: Vec<String> = got(&sandbox).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, log);
    };
    check(1_000, 2, &[]);
    check(1_500, 5, &[]);
    check(500, 6, &["ou_6"]);
    check(1_000, 8, &["ou_6", "ou_7", "ou_8"]);
    assert_eq!(got(&sandbox)[0].1, 3.0);
}

#[test]
fn who_was_taken_back_stays_so_in_a_message_of_which_a_part_is_forgotten() {
    let builder = Emulator::builder().with_delivery_rate(NonZeroU32::new(2).unwrap()).with_delivery_limit(4);
    let mut tim = tim::Sandbox::from(builder.world());
    let to = json!(["a", "b", "c", "d"]);
    let key = tim.send(&tim::with_field("To_Account", to)).json()["MsgKey"].as_str().unwrap().to_owned();
    for account in ["b", "d"] {
        let body = json!({"From_Account": "administrator", "To_Account": account, "MsgKey": key});
        assert_eq!(tim.call("/v4/openim/admin_msgwithdraw", &body.to_string()).json()["ErrorCode"], 0);
    }
    tim.send(&tim::with_field("To_Account", json!(["e", "f"])));
    assert_eq!(tim.world.waiting(), 4);
    tim.world.advance(tim.now + SignedDuration::from_secs(60));
    let got: Vec<_> = tim.world.deliveries().into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(got, ["c", "e", "f"]);
    assert_eq!((tim.world.stats().tim.deliveries, tim.world.waiting()), (4, 0));
}

/// Up to six wait where three are kept: of the oldest no more is known than when they are due.
#[test]
fn the_newest_that_wait_are_kept_and_the_others_counted() {
    let mut sandbox = paced(Emulator::builder().with_delivery_limit(3));
    let first = send(&mut sandbox, &["ou_1", "ou_2"]);
    wait(&mut sandbox, 500);
    let second = send(&mut sandbox, &["ou_3", "ou_4"]);
    let mut check = |milliseconds: i64, counts: [[u64; 4]; 2], all: u64, log: &[&str], waiting: usize| {
        wait(&mut sandbox, milliseconds);
        assert_eq!([progress(&mut sandbox, &first), progress(&mut sandbox, &second)], counts);
        assert_eq!((sandbox.world.stats().feishu.deliveries, sandbox.world.waiting()), (all, waiting));
        let ids: Vec<String> = got(&sandbox).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, log);
    };
    check(0, [[2, 1, 0, 0], [0, 0, 0, 0]], 1, &["ou_1"], 3);
    check(500, [[2, 2, 0, 0], [2, 0, 0, 0]], 2, &["ou_1", "ou_2"], 2);
    check(500, [[2, 2, 0, 0], [2, 1, 0, 0]], 3, &["ou_1", "ou_2", "ou_3"], 1);
    let third = send(&mut sandbox, &["ou_5", "ou_6", "ou_7", "ou_8"]);
    send(&mut sandbox, &["ou_9"]);
    assert_eq!(sandbox.world.waiting(), 6);
    wait(&mut sandbox, 2_000);
    assert_eq!((progress(&mut sandbox, &second), progress(&mut sandbox, &third)), ([2, 2, 0, 0], [4, 3, 0, 0]));
    assert_eq!((sandbox.world.stats().feishu.deliveries, sandbox.world.waiting()), (7, 2));
    wait(&mut sandbox, 1_000);
    assert_eq!((sandbox.world.stats().feishu.deliveries, sandbox.world.waiting()), (9, 0));
    let expected = [("ou_7", 3.5), ("ou_8", 4.0), ("ou_9", 4.5)];
    assert_eq!(got(&sandbox), expected.map(|(id, at)| (id.to_owned(), at)));
}

#[test]
fn nothing_that_waits_is_kept_where_no_delivery_is() {
    let mut sandbox = paced(Emulator::builder().with_delivery_limit(0));
    for _ in 0..100 {
        let id = send(&mut sandbox, &["ou_1", "ou_2"]);
        send(&mut sandbox, &["ou_3"]);
        let path = format!("/open-apis/im/v1/batch_messages/{id}");
        assert_eq!(sandbox.request_with("DELETE", &path, "", b"").json()["code"], 0);
    }
    assert_eq!(sandbox.world.waiting(), 300);
    wait(&mut sandbox, 100_000);
    assert_eq!((sandbox.world.stats().feishu.deliveries, sandbox.world.waiting()), (200, 100));
    wait(&mut sandbox, 60_000);
    assert_eq!((sandbox.world.stats().feishu.deliveries, sandbox.world.waiting()), (300, 0));
    assert!(got(&sandbox).is_empty());
}

#[test]
fn a_reset_forgets_what_waits() {
    let mut sandbox = paced(Emulator::builder());
    send(&mut sandbox, &["ou_1"]);
    sandbox.world.reset();
    wait(&mut sandbox, 10_000);
    sandbox.log_in();
    assert!(sandbox.world.deliveries().is_empty());
    let id = send(&mut sandbox, &["ou_2"]);
    wait(&mut sandbox, 500);
    assert_eq!(progress(&mut sandbox, &id), [1, 1, 0, 0], "nobody is in front");
}
