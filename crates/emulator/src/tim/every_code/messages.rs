//! `batchsendmsg` and `sendmsg`.

use serde_json::{Value, json};

use super::{Table, gateway};
use crate::tim::testing::Sandbox;
use crate::{Emulator, PartialShape, RateLimits};

const NOT_ADMIN: (i64, &str) = (90009, "The request requires App administrator permissions.");
const NOT_JSON: (i64, &str) = (90001, "Fail to Parse json data of body, Please check it");
const DELETE: &str = "/v4/im_open_login_svc/account_delete";

/// The pages "batch send messages" of 2016 and 2019, and of the page "Error Codes" (2025) what speaks of messages.
const BATCH: &[i64] = &[
    20001, 20002, 20003, 20004, 20005, 60003, 70107, 80001, 80002, 80004, 90001, 90002, 90003, 90004, 90005, 90006,
    90007, 90008, 90009, 90010, 90011, 90012, 90018, 90026, 90028, 90029, 90030, 90031, 90043, 90044, 90048, 90055,
    90057, 90992, 90994, 90995, 91000, 93000,
];

/// The page "Sending One-to-One Messages to One User" (2019), and of "Error Codes" (2025) what speaks of messages.
const SINGLE: &[i64] = &[
    20001, 20002, 20003, 20004, 20005, 20006, 20007, 20008, 20009, 20010, 20011, 20012, 60003, 70107, 80001, 80002,
    80003, 80004, 90001, 90002, 90003, 90004, 90005, 90006, 90007, 90008, 90009, 90010, 90011, 90012, 90018, 90026,
    90030, 90031, 90043, 90044, 90048, 90992, 90994, 90995, 91000, 93000, 120_001, 130_000,
];

/// What neither of the two is answered but by a fault.
const FAULTS: &[(i64, &str)] = &[
    (20001, "Invalid request packet."),
    (20002, "UserSig or A2 expired."),
    (20004, "Network issue. Please retry."),
    (20005, "Internal server error. Please retry."),
    (60003, "HTTP request JSON parsing error."),
    (
        80002,
        "Message packet body too long. Currently supports a maximum message body length of 12K. \
         Reduce packet size and retry.",
    ),
    (80004, "The image in the message contains sensitive content and cannot be delivered."),
    (90018, "Number of requested accounts exceeds the limit."),
    (90992, "Message callback error."),
    (90994, "Internal service error. Please retry."),
    (90995, "Internal Server Error. Please retry."),
    (91000, "Internal Server Error. Please retry."),
];

fn text(text: &str) -> Value {
    json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}])
}

/// A message to `to` with one field changed, or taken out.
fn message(to: &Value, name: &str, value: Value) -> Value {
    let mut body = json!({"To_Account": to, "MsgRandom": 1, "MsgBody": text("hi, beauty")});
    body[name] = value;
    body
}

/// What both say of the fields that both have.
fn fields(table: &mut Table, to: &Value) {
    let mut row = |code: i64, info: &str, name: &str, value: Value| table.body(code, info, message(to, name, value));
    row(90002, "Invalid format of MsgBody: it is empty", "MsgBody", json!([]));
    row(90004, "Invalid format of MsgSeq", "MsgSeq", json!("1"));
    row(90005, "Invalid format of MsgRandom", "MsgRandom", json!(4_294_967_296_u64));
    row(90006, "Invalid format of MsgTimeStamp", "MsgTimeStamp", json!("now"));
    row(90007, "MsgBody field error: it is not an Array", "MsgBody", text("x")[0].clone());
    let nobody = "Invalid format of From_Account: account \"dave_invalid\" does not exist";
    row(90008, nobody, "From_Account", json!("dave_invalid"));
    let element = "Request format error: MsgBody[0].MsgType \"TIMTextElm\" is no element of the documents";
    row(90010, element, "MsgBody", json!([{"MsgType": "TIMTextElm", "MsgContent": {}}]));
    row(90026, "MsgLifeTime field error: 604801 s of at most 604800 s", "MsgLifeTime", json!(604_801));
    row(90030, "Invalid format of SyncFromOldSystem", "SyncFromOldSystem", json!("1"));
    row(90031, "Invalid format of SyncOtherMachine", "SyncOtherMachine", json!(true));
    row(90043, "Invalid format of OfflinePushInfo: it must be an object", "OfflinePushInfo", json!([]));
    row(90044, "Invalid format of MsgLifeTime", "MsgLifeTime", json!("60"));
    table.body_in(
        Emulator::builder().with_tim_dirty_words(["dirty"]),
        80001,
        "The text in the message or material contains sensitive content and cannot be delivered.",
        message(to, "MsgBody", text("a dirty word")),
    );
}

/// A world in which rong was deleted.
fn without_rong(shape: PartialShape) -> Sandbox {
    let mut sandbox = Sandbox::from(Emulator::builder().with_tim_partial_shape(shape).world());
    let deleted = sandbox.call(DELETE, r#"{"DeleteItem":[{"UserID":"rong"}]}"#).json();
    assert_eq!(deleted["ResultItem"][0]["ResultCode"], 0, "{deleted}");
    sandbox
}

#[test]
fn batchsendmsg() {
    const PATH: &str = "/v4/openim/batchsendmsg";
    let to = json!(["bonnie"]);
    let accounts = |n: usize| json!((0..n).map(|n| format!("user{n}")).collect::<Vec<_>>());
    let mut table = Table::of(PATH, message(&to, "MsgSeq", json!(7)));
    table.gateway(200);
    table.service(NOT_ADMIN, NOT_JSON);
    fields(&mut table, &to);
    table.body(90003, "Invalid format of To_Account", message(&json!([1]), "MsgSeq", json!(7)));
    let too_many = "The target account exceeds 500: 501, and a call may have 500";
    table.body(90011, too_many, message(&accounts(501), "MsgSeq", json!(7)));
    table.body(90012, "invalid To_Account", message(&json!(["x_invalid"]), "MsgSeq", json!(7)));
    let not_array = "To_Account field error: it is not an Array";
    table.body(90028, not_array, message(&json!("bonnie"), "MsgSeq", json!(7)));
    table.body(90029, "To_Account field error: it is empty", message(&json!([]), "MsgSeq", json!(7)));
    let long = message(&to, "MsgBody", text(&"x".repeat(12_000)));
    let too_long = "Message body too long for batch sending. Currently supports a maximum message body length of 12K: \
                    MsgBody and CloudCustomData have 12052 bytes, and a message may have 12000";
    table.body(90055, too_long, long);

    let mut sandbox = Sandbox::from(Emulator::builder().with_rate_limits(RateLimits::documented()).world());
    for _ in 0..24 {
        let reply = sandbox.call(PATH, &message(&accounts(500), "MsgSeq", json!(7)).to_string());
        assert_eq!(reply.json()["ErrorCode"], 0);
    }
    let too_often = "Batch sending one-to-one chat messages exceeds the maximum rate limit.";
    table.answer_in(&mut sandbox, 90057, too_often, message(&to, "MsgSeq", json!(7)));

    let three = message(&json!(["bonnie", "rong", "x_invalid"]), "MsgSeq", json!(7)).to_string();
    let reply = without_rong(PartialShape::SomeError).call(PATH, &three);
    table.item(&reply, "ErrorList", json!({"To_Account": "x_invalid", "ErrorCode": 70107}));
    table.item(&reply, "ErrorList", json!({"To_Account": "rong", "ErrorCode": 90048}));
    let old = without_rong(PartialShape::FailWithoutCode).call(PATH, &three).json();
    assert_eq!(old["ErrorList"][0], json!({"To_Account": "rong", "ErrorCode": 20003}));
    table.by_request.insert(20003);

    table.faults(FAULTS);
    table.faults(&[(93000, "JSON packet is overly long. Do not exceed 12K for the message body.")]);
    table.covers(&[gateway::DOCUMENTED, BATCH]);
}

#[test]
fn sendmsg() {
    const PATH: &str = "/v4/openim/sendmsg";
    let to = json!("bonnie");
    let mut table = Table::of(PATH, message(&to, "MsgSeq", json!(7)));
    table.gateway(200);
    table.service(NOT_ADMIN, NOT_JSON);
    fields(&mut table, &to);
    table.body(90003, "Invalid format of To_Account", message(&json!(["bonnie"]), "MsgSeq", json!(7)));
    table.body(90012, "invalid To_Account", message(&json!("x_invalid"), "MsgSeq", json!(7)));
    let too_long = "JSON packet is overly long. Do not exceed 12K for the message body: \
                    MsgBody and CloudCustomData have 12052 bytes, and a message may have 12000";
    table.body(93000, too_long, message(&to, "MsgBody", text(&"x".repeat(12_000))));
    let mut sandbox = without_rong(PartialShape::SomeError);
    let to_rong = message(&json!("rong"), "MsgSeq", json!(7));
    table.answer_in(&mut sandbox, 90048, "The user account does not exist.", to_rong);

    table.faults(FAULTS);
    table.faults(&[
        (20003, "Message sender or recipient UserID is invalid or does not exist."),
        (20006, "Message cannot be delivered."),
        (20007, "The sender is blocked. Message sending is prohibited."),
        (20008, "The sender and recipient belong to different SDKAppIDs."),
        (20009, "The sender and receiver are non-friends. Sending is prohibited."),
        (20010, "The sender is not a friend of the recipient. Sending is prohibited."),
        (20011, "The recipient is not a friend of the sender. Sending is prohibited."),
        (20012, "The sender is muted. Sending is prohibited."),
        (70107, "Err_TLS_PT_Open_Login_Account_Not_Exist"),
        (
            80003,
            "If the message pre-callback for C2C Messages or group chat fails or response packet timeout occurs, \
             the message will not be sent.",
        ),
        (90011, "The target account exceeds 500."),
        (120_001, "the app's webhook refused the message"),
        (130_000, "the app's webhook refused the message"),
    ]);
    table.covers(&[gateway::DOCUMENTED, SINGLE]);
}
