//! What a conversation shows, page by page.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::tim::testing::{NOW, Sandbox, check_call_refusal};
use crate::{Builder, Emulator, LoginState};

const PATH: &str = "/v4/openim/admin_getroammsg";
const SINGLE: &str = "/v4/openim/sendmsg";
const RECALL: &str = "/v4/openim/admin_msgwithdraw";
const ADMIN: &str = "administrator";

fn at(sandbox: &mut Sandbox, later: i64) {
    sandbox.now = Timestamp::from_second(NOW + later).unwrap();
}

/// Sends at `later` seconds after [`NOW`].
fn send(sandbox: &mut Sandbox, later: i64, from: &str, to: &str, seq: u32, more: Value) {
    at(sandbox, later);
    let mut body = json!({"From_Account": from, "To_Account": to, "MsgSeq": seq, "MsgRandom": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": format!("msg {seq}")}}]});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    let reply = sandbox.call(SINGLE, &body.to_string()).json();
    assert_eq!(reply["ErrorCode"], 0, "{reply}");
}

fn request(operator: &str, peer: &str, max_count: i64) -> Value {
    json!({"Operator_Account": operator, "Peer_Account": peer, "MaxCnt": max_count, "MinTime": 0, "MaxTime": NOW * 2})
}

fn seqs(page: &Value) -> Vec<u64> {
    assert_eq!(page["ErrorCode"], 0, "{page}");
    let seqs: Vec<u64> =
        page["MsgList"].as_array().unwrap().iter().map(|row| row["MsgSeq"].as_u64().unwrap()).collect();
    assert_eq!(page["MsgCnt"], seqs.len(), "{page}");
    seqs
}

/// The pages from the first to the one that is complete, asked for as the document says.
fn pages(sandbox: &mut Sandbox, mut request: Value) -> Vec<Vec<u64>> {
    let mut pages = Vec::new();
    loop {
        let page = sandbox.call(PATH, &request.to_string()).json();
        pages.push(seqs(&page));
        assert!(pages.len() < 100, "no end: {pages:?}");
        if page["Complete"] == 1 {
            return pages;
        }
        request["MaxTime"] = page["LastMsgTime"].clone();
        request["LastMsgKey"] = page["LastMsgKey"].clone();
    }
}

#[test]
fn the_answer_has_the_shape_of_the_document() {
    let mut sandbox = Sandbox::new();
    send(&mut sandbox, 0, "user1", "user2", 549396494, json!({"CloudCustomData": "your cloud custom data"}));
    send(&mut sandbox, 9, "user2", "user1", 7201, json!(null));
    let key = |seq: u32, later: i64| format!("{seq}_1_{}", NOW + later);
    let row = |from: &str, to: &str, seq: u32, later: i64| {
        json!({"From_Account": from, "To_Account": to, "MsgSeq": seq, "MsgRandom": 1, "MsgTimeStamp": NOW + later,
            "MsgFlagBits": 0, "IsPeerRead": 0, "MsgKey": key(seq, later),
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": format!("msg {seq}")}}]})
    };
    let mut first = row("user1", "user2", 549396494, 0);
    first["CloudCustomData"] = json!("your cloud custom data");
    let expected = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "Complete": 1, "MsgCnt": 2,
        "LastMsgTime": NOW, "LastMsgKey": key(549396494, 0), "MsgList": [first, row("user2", "user1", 7201, 9)]});
    assert_eq!(sandbox.call(PATH, &request("user2", "user1", 100).to_string()).json(), expected);
    assert_eq!(sandbox.call(PATH, &request("user1", "user2", 100).to_string()).json(), expected, "from the other side");
    let old = json!({"From_Account": "user2", "To_Account": "user1", "MaxCnt": 100, "MinTime": 0, "MaxTime": NOW * 2});
    assert_eq!(sandbox.call(PATH, &old.to_string()).json(), expected, "by the older names");
    let nothing = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "Complete": 1, "MsgCnt": 0,
        "LastMsgTime": 0, "LastMsgKey": "", "MsgList": []});
    assert_eq!(sandbox.call(PATH, &request("user1", "user3", 100).to_string()).json(), nothing);
}

#[test]
fn pages_go_back_in_time_and_each_is_in_order() {
    fn check(sent: &[(i64, u32)], max_count: i64, expected: &[&[u64]]) {
        let mut sandbox = Sandbox::new();
        for &(later, seq) in sent {
            send(&mut sandbox, later, ADMIN, "bonnie", seq, json!(null));
        }
        assert_eq!(pages(&mut sandbox, request("bonnie", ADMIN, max_count)), expected, "{sent:?} {max_count}");
    }
    let five = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)];
    check(&five, 2, &[&[4, 5], &[2, 3], &[1]]);
    check(&five, 5, &[&[1, 2, 3, 4, 5]]);
    check(&five, 1, &[&[5], &[4], &[3], &[2], &[1]]);
    // Within a second MsgSeq counts, not the order of arrival.
    check(&[(0, 30), (0, 10), (0, 20), (1, 5)], 3, &[&[20, 30, 5], &[10]]);
    check(&[(0, 30), (0, 10), (0, 20)], 1, &[&[30], &[20], &[10]]);
    check(&[], 1, &[&[]]);
}

#[test]
fn messages_with_one_key_share_a_page_whatever_came_between_them() {
    let mut sandbox = Sandbox::new();
    for (seq, random) in [(1, 1), (2, 1), (2, 9), (2, 1), (3, 1)] {
        let body = json!({"To_Account": ["bonnie"], "MsgSeq": seq, "MsgRandom": random,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}]});
        sandbox.send(&body.to_string());
    }
    assert_eq!(pages(&mut sandbox, request("bonnie", ADMIN, 1)), [vec![3], vec![2], vec![2, 2], vec![1]]);
    assert_eq!(pages(&mut sandbox, request("bonnie", ADMIN, 3)), [vec![2, 2, 2, 3], vec![1]]);
}

#[test]
fn a_page_has_13_kilobytes_and_at_least_one_message() {
    let mut sandbox = Sandbox::new();
    for seq in 0..6 {
        send(&mut sandbox, seq.into(), ADMIN, "bonnie", seq, json!({"CloudCustomData": "x".repeat(4_200)}));
    }
    send(&mut sandbox, 6, ADMIN, "bonnie", 6, json!({"CloudCustomData": "x".repeat(11_000)}));
    assert_eq!(pages(&mut sandbox, request("bonnie", ADMIN, 100)), [vec![6], vec![4, 5], vec![2, 3], vec![0, 1]]);
    let page = sandbox.call(PATH, &request("bonnie", ADMIN, 100).to_string());
    assert!(page.text.len() < 13_000);
}

#[test]
fn the_time_range_has_both_its_ends() {
    fn check(min_time: i64, max_time: i64, expected: &[u64]) {
        let mut sandbox = Sandbox::new();
        for seq in 0..4 {
            send(&mut sandbox, seq.into(), ADMIN, "bonnie", seq, json!(null));
        }
        let mut request = request("bonnie", ADMIN, 100);
        request["MinTime"] = json!(NOW + min_time);
        request["MaxTime"] = json!(NOW + max_time);
        assert_eq!(seqs(&sandbox.call(PATH, &request.to_string()).json()), expected, "{min_time} {max_time}");
    }
    check(0, 3, &[0, 1, 2, 3]);
    check(1, 2, &[1, 2]);
    check(2, 2, &[2]);
    check(3, 1, &[]);
    check(4, 9, &[]);
}

#[test]
fn a_last_msg_key_that_is_kept_no_more_goes_by_time_and_seq() {
    let mut sandbox = Sandbox::new();
    for (later, seq) in [(0, 1), (1, 2), (1, 4), (2, 5)] {
        send(&mut sandbox, later, ADMIN, "bonnie", seq, json!(null));
    }
    let mut request = request("bonnie", ADMIN, 100);
    request["LastMsgKey"] = json!(format!("3_9_{}", NOW + 1));
    assert_eq!(seqs(&sandbox.call(PATH, &request.to_string()).json()), [1, 2]);
    request["LastMsgKey"] = json!("");
    assert_eq!(seqs(&sandbox.call(PATH, &request.to_string()).json()), [1, 2, 4, 5]);
}

#[test]
fn every_recipient_of_a_batch_has_it_and_a_recall_marks_it() {
    let mut sandbox = Sandbox::new();
    let body = json!({"To_Account": ["bonnie", "rong", "dave_invalid"], "MsgSeq": 7, "MsgRandom": 8,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}]});
    let key = sandbox.send(&body.to_string()).json()["MsgKey"].clone();
    let flags = |sandbox: &mut Sandbox, account: &str| -> Vec<(Value, Value)> {
        let page = sandbox.call(PATH, &request(account, ADMIN, 100).to_string()).json();
        page["MsgList"].as_array().unwrap().iter().map(|m| (m["MsgKey"].clone(), m["MsgFlagBits"].clone())).collect()
    };
    for account in ["bonnie", "rong"] {
        assert_eq!(flags(&mut sandbox, account), [(key.clone(), json!(0))], "{account}");
    }
    let recall = json!({"From_Account": ADMIN, "To_Account": "bonnie", "MsgKey": key});
    assert_eq!(sandbox.call(RECALL, &recall.to_string()).json()["ErrorCode"], 0);
    assert_eq!(flags(&mut sandbox, "bonnie"), [(key.clone(), json!(8))]);
    assert_eq!(flags(&mut sandbox, "rong"), [(key, json!(0))]);
    sandbox.world.reset();
    assert_eq!(flags(&mut sandbox, "rong"), []);
}

#[test]
fn who_sees_it_and_whether_it_is_kept() {
    fn check(more: Value, recipient: &[u64], sender: &[u64]) {
        let mut sandbox = Sandbox::new();
        send(&mut sandbox, 0, ADMIN, "bonnie", 1, more.clone());
        assert_eq!(sandbox.world.deliveries().len(), 1, "{more}");
        let mut seen = |operator, peer| seqs(&sandbox.call(PATH, &request(operator, peer, 9).to_string()).json());
        assert_eq!(seen("bonnie", ADMIN), recipient, "{more}");
        assert_eq!(seen(ADMIN, "bonnie"), sender, "{more}");
    }
    check(json!(null), &[1], &[1]);
    check(json!({"SyncOtherMachine": 1}), &[1], &[1]);
    check(json!({"SyncOtherMachine": 2}), &[1], &[]);
    check(json!({"MsgLifeTime": 0}), &[], &[]);
    check(json!({"MsgLifeTime": 1}), &[1], &[1]);
    check(json!({"OnlineOnlyFlag": 1}), &[], &[]);
    check(json!({"OnlineOnlyFlag": 0, "MsgLifeTime": 604_800}), &[1], &[1]);
}

#[test]
fn a_message_for_those_online_reaches_nobody_who_is_not() {
    let world = Emulator::builder().with_tim_login_state(LoginState::Offline).world();
    let mut sandbox = Sandbox::from(world);
    send(&mut sandbox, 0, ADMIN, "bonnie", 1, json!({"OnlineOnlyFlag": 1}));
    assert_eq!(sandbox.world.deliveries().len(), 0);
    send(&mut sandbox, 0, ADMIN, "bonnie", 2, json!(null));
    assert_eq!(sandbox.world.deliveries().len(), 1);
}

#[test]
fn a_message_to_oneself_is_there_once() {
    let mut sandbox = Sandbox::new();
    send(&mut sandbox, 0, ADMIN, ADMIN, 1, json!(null));
    assert_eq!(seqs(&sandbox.call(PATH, &request(ADMIN, ADMIN, 9).to_string()).json()), [1]);
}

#[test]
fn how_long_history_is_kept() {
    fn check(builder: Builder, later: i64, expected: &[u64]) {
        let mut sandbox = Sandbox::from(builder.world());
        send(&mut sandbox, 0, ADMIN, "bonnie", 1, json!(null));
        at(&mut sandbox, later);
        assert_eq!(seqs(&sandbox.call(PATH, &request("bonnie", ADMIN, 9).to_string()).json()), expected, "{later}");
    }
    check(Emulator::builder(), 7 * 86_400, &[1]);
    check(Emulator::builder(), 7 * 86_400 + 1, &[]);
    check(Emulator::builder().with_tim_roaming(Duration::from_secs(60)), 60, &[1]);
    check(Emulator::builder().with_tim_roaming(Duration::from_secs(60)), 61, &[]);
    check(Emulator::builder().with_tim_roaming(Duration::MAX), 400 * 86_400, &[1]);
    check(Emulator::builder().with_tim_history_limit(0), 0, &[]);
}

#[test]
fn a_deleted_account_leaves_no_messages() {
    let mut sandbox = Sandbox::new();
    send(&mut sandbox, 0, ADMIN, "bonnie", 1, json!(null));
    send(&mut sandbox, 1, "bonnie", ADMIN, 2, json!(null));
    sandbox.call("/v4/im_open_login_svc/account_delete", r#"{"DeleteItem":[{"UserID":"bonnie"}]}"#);
    let reply = sandbox.call(PATH, &request("bonnie", ADMIN, 9).to_string()).json();
    assert_eq!(reply["ErrorCode"], 90008, "{reply}");
    sandbox.call("/v4/im_open_login_svc/account_import", r#"{"UserID":"bonnie"}"#);
    assert_eq!(seqs(&sandbox.call(PATH, &request("bonnie", ADMIN, 9).to_string()).json()), [2]);
}

#[test]
fn what_is_refused() {
    fn check(name: &str, value: Value, code: i64, info: &str) {
        let mut body = request("user2", "user1", 100);
        body[name] = value;
        check_call_refusal(PATH, &body.to_string(), code, info);
    }
    let json = "Fail to Parse json data of body, Please check it";
    check_call_refusal(PATH, "{", 90001, json);
    check_call_refusal(PATH, "{}", 90008, "Invalid format of From_Account: Operator_Account is required");
    let required = "Invalid format of To_Account: Peer_Account is required";
    check_call_refusal(PATH, r#"{"Operator_Account":"a"}"#, 90003, required);
    check("Operator_Account", json!(1), 90008, "Invalid format of From_Account: Operator_Account must be a string");
    let nobody = "Invalid format of From_Account: account \"x_invalid\" does not exist";
    check("Operator_Account", json!("x_invalid"), 90008, nobody);
    check("Peer_Account", json!(["a"]), 90003, "Invalid format of To_Account: Peer_Account must be a string");
    for name in ["MaxCnt", "MinTime", "MaxTime"] {
        for wrong in [json!(null), json!("1"), json!(1.5)] {
            check(name, wrong, 90001, &format!("{json}: {name} is required, and must be an integer"));
        }
    }
    for wrong in [0, -1] {
        check("MaxCnt", json!(wrong), 90001, &format!("{json}: MaxCnt must be at least 1"));
    }
    for wrong in [json!("x"), json!(1), json!("1_2")] {
        check("LastMsgKey", wrong, 90001, &format!("{json}: LastMsgKey is no MsgKey"));
    }
}
