//! Sending to one, and taking back.

use std::time::Duration;

use batchcast_tim::model::tim::{Message, Stamp, SyncOtherMachine};
use batchcast_tim::transport::class::Class;
use batchcast_tim::transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_tim::transport::time::Unix;
use batchcast_tim::{MsgKey, SendMsg, WithdrawMsg, Withdrawn};
use serde_json::{Value, json};

use crate::asking::*;

#[test]
fn a_message_is_sent_to_one_account() {
    let message = Message::text("hi, beauty").unwrap().with_sync_other_machine(SyncOtherMachine::DoNotSync);
    let message = message.with_cloud_custom_data("your cloud custom data").unwrap();
    let stamp = Stamp { msg_seq: 93847636, msg_random: 1287657 };
    let call = SendMsg::new(message.clone(), account("lumotuwe2")).unwrap().with_stamp(stamp);
    posts(
        &call,
        "openim/sendmsg",
        &json!({
            "SyncOtherMachine": 2, "To_Account": "lumotuwe2", "MsgSeq": 93847636, "MsgRandom": 1287657,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi, beauty"}}],
            "CloudCustomData": "your cloud custom data",
        }),
    );
    assert_eq!(
        (call.replay(), call.cost()),
        (Replay::Keyed { within: Duration::from_secs(100) }, Cost::one_request(1))
    );

    let receipt = done(&call, &ok(&json!({"MsgTime": 1572870301, "MsgKey": "89541_2574206_1572870301"})));
    assert_eq!(receipt.msg_key.as_deref(), Some("89541_2574206_1572870301"));
    assert_eq!(receipt.msg_time, Some(Unix::from_secs(1_572_870_301)));
    assert_eq!((receipt.stamp, receipt.random.as_deref()), (stamp, Some("77")));
    // As in 2019, with neither; it was accepted all the same.
    let receipt = done(&call, &ok(&json!({"MsgTime": "soon"})));
    assert_eq!((receipt.msg_key, receipt.msg_time), (None, None));
    let codes =
        [(90003, Class::Recipient), (90008, Class::Message), (90012, Class::Recipient), (20012, Class::Message)];
    refused(&call, &codes);
    refused(&call, &[(20003, Class::Recipient), (20007, Class::Recipient), (80001, Class::Message)]);
    let webhook = call.parse(&response(200, r#"{"ActionStatus":"FAIL","ErrorCode":120001,"ErrorInfo":"not today"}"#));
    assert!(matches!(&webhook, Verdict::Refused(error) if error.class() == Class::Message), "{webhook:?}");

    // Every value is a message of its own, and its clone is the same message.
    let drawn = || SendMsg::new(message.clone(), account("lumotuwe2")).unwrap();
    assert_ne!(drawn().stamp(), drawn().stamp());
    let one = drawn();
    assert_eq!(one.clone().stamp(), one.stamp());
}

#[test]
fn what_sendmsg_alone_has_travels_with_the_message() {
    let body = json!({
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi"}}],
        "ForbidCallbackControl": ["ForbidBeforeSendMsgCallback"], "SupportMessageExtension": 0,
    });
    let message = Message::from_value(body).unwrap();
    let call = SendMsg::new(message, account("rong")).unwrap();
    let request = call.request(&CHINA.parse().unwrap()).unwrap();
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(sent["ForbidCallbackControl"], json!(["ForbidBeforeSendMsgCallback"]));
    assert_eq!((&sent["SupportMessageExtension"], &sent["To_Account"]), (&json!(0), &json!("rong")));
}

#[test]
fn a_message_is_taken_back() {
    let key = MsgKey::new("31906_833502_1572869830").unwrap();
    let call = WithdrawMsg::new(account("vinson"), account("dramon"), key).unwrap();
    posts(
        &call,
        "openim/admin_msgwithdraw",
        &json!({"From_Account": "vinson", "To_Account": "dramon", "MsgKey": "31906_833502_1572869830"}),
    );
    is_safe(&call);
    let now = done(&call, &ok(&json!({})));
    assert_eq!((now, now.is_recalled(), now.to_string().as_str()), (Withdrawn::Now, true, "recalled"));
    #[track_caller]
    fn check(call: &WithdrawMsg, code: &Value, expected: Withdrawn, is_recalled: bool) {
        for (status, said) in [(200, "FAIL"), (502, "FAIL"), (200, "OK")] {
            let body = json!({"ActionStatus": said, "ErrorInfo": "", "ErrorCode": code}).to_string();
            assert_eq!(call.parse(&response(status, &body)), Verdict::Done(expected), "{body}");
        }
        assert_eq!(expected.is_recalled(), is_recalled);
    }
    check(&call, &json!(20022), Withdrawn::Gone, false);
    check(&call, &json!(20023), Withdrawn::Before, true);
    check(&call, &json!("20023"), Withdrawn::Before, true);
    check(&call, &json!(20016), Withdrawn::TooLate, false);
    refused(&call, &[(90003, Class::Recipient), (90008, Class::Message), (90054, Class::Message)]);
}
