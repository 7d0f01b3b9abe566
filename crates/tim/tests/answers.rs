//! What each answer to `batchsendmsg` comes to: real and plausible answers, compared as values.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::time::Duration;

use batchcast_tim::model::tim::{Accounts, BatchMessage, Message, Stamp};
use batchcast_tim::transport::class::Class;
use batchcast_tim::transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_tim::transport::wire::Response;
use batchcast_tim::{BatchReceipt, BatchSendMsg};
use serde_json::{Value, json};

const STAMP: Stamp = Stamp { msg_seq: 28360, msg_random: 19901224 };

fn call() -> BatchSendMsg {
    let accounts = Accounts::new().with_ids(["bonnie", "rong"]).unwrap();
    BatchSendMsg::new(BatchMessage::new(Message::text("hi").unwrap(), accounts, STAMP).unwrap())
}

fn parse(status: u16, body: &str) -> Verdict<BatchReceipt> {
    let status = http::StatusCode::from_u16(status).unwrap();
    let response = Response::new(status, http::HeaderMap::new(), body.to_owned());
    call().parse(&response.with_request_id(Some("77".to_owned())))
}

fn receipt(body: &Value) -> BatchReceipt {
    match parse(200, &body.to_string()) {
        Verdict::Done(receipt) => receipt,
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn the_request_is_the_document_s_with_both_numbers() {
    let mut example: Value = serde_json::from_slice(include_bytes!("data/tim-text-offline-push.json")).unwrap();
    let draft = Message::from_body(example.clone()).unwrap();
    assert_eq!((draft.msg_seq, draft.msg_random), (None, Some(19901224)));
    let call = BatchSendMsg::new(BatchMessage::new(draft.message, draft.accounts, STAMP).unwrap());
    let request = call.request(&"https://console.tim.qq.com".parse().unwrap()).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://console.tim.qq.com/v4/openim/batchsendmsg");
    example["MsgSeq"] = json!(28360);
    assert_eq!(serde_json::from_slice::<Value>(request.body()).unwrap(), example);
    assert_eq!((call.replay(), call.cost()), (Replay::Never, Cost::one_request(2)));
}

#[test]
fn each_shape_of_the_documents_partial_answer_gives_the_same_receipt() {
    fn check(body: &Value) {
        let receipt = receipt(body);
        let failed: Vec<_> = receipt.failed.iter().map(|failed| (failed.account.id(), failed.code)).collect();
        assert_eq!(failed, [("rong", Some(20003))], "{body}");
        assert_eq!((receipt.stamp, receipt.random.as_deref()), (STAMP, Some("77")));
    }
    let rong = json!([{"To_Account": "rong", "ErrorCode": 20003}]);
    check(&serde_json::from_slice(include_bytes!("data/tim-response-partial.json")).unwrap());
    check(&json!({"ActionStatus": "FAIL", "ErrorInfo": "", "ErrorCode": 90011, "ErrorList": rong}));
    check(&json!({"ActionStatus": "SomeError", "ErrorInfo": "", "ErrorCode": 0, "MsgKey": "1_2_3", "ErrorList": rong}));
    check(&json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "ErrorList": rong}));
    check(&json!({"ErrorList": rong}));
    check(
        &json!({"ErrorList": [{"To_Account": "rong", "ErrorCode": "20003"}, {"To_Account": "rong", "ErrorCode": "20003"}]}),
    );
}

#[test]
fn everybody_accepted_has_several_spellings() {
    fn check(body: &Value, msg_key: Option<&str>) {
        let receipt = receipt(body);
        assert_eq!((receipt.msg_key.as_deref(), receipt.failed.len()), (msg_key, 0), "{body}");
    }
    check(&json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "MsgKey": "1_2_3"}), Some("1_2_3"));
    check(&json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}), None);
    check(&json!({"ActionStatus": "OK", "MsgKey": ""}), None);
    check(&json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorList": null}), None);
    check(&json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorList": [], "RequestId": "x"}), None);
}

#[test]
fn what_cannot_be_read_leaves_a_doubt() {
    fn check(body: &str) {
        let verdict = parse(200, body);
        assert!(matches!(&verdict, Verdict::Unknown(error) if error.class() == Class::Unknown), "{body}: {verdict:?}");
    }
    check("");
    check("{");
    check("[]");
    check("<html>ok</html>");
    check("{}");
    check(r#"{"ErrorCode":0}"#);
    check(r#"{"ActionStatus":"FAIL","ErrorInfo":"","ErrorCode":0}"#);
    check(r#"{"ActionStatus":"FAIL","ErrorInfo":""}"#);
    check(r#"{"ActionStatus":"SomeError","ErrorCode":0,"ErrorList":[]}"#);
    check(r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorList":"rong"}"#);
    check(r#"{"ActionStatus":"OK","ErrorList":[{"To_Account":"stranger","ErrorCode":20003}]}"#);
    check(r#"{"ActionStatus":"OK","ErrorList":[{"ErrorCode":20003}]}"#);
    check(r#"{"ActionStatus":"OK","ErrorCode":70107.0}"#);
    check(r#"{"ActionStatus":"OK","ErrorCode":true}"#);
    check(r#"{"ActionStatus":"OK","ErrorCode":"abc"}"#);
    check(r#"{"ActionStatus":"OK","ErrorCode":99999999999999999999}"#);
    check(r#"{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorList":{"To_Account":"rong"}}"#);
    check(r#"{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorList":"rong"}"#);
}

#[test]
fn the_code_decides_and_the_status_only_where_it_is_sure() {
    fn check(status: u16, body: &Value, expected: Class) {
        let verdict = parse(status, &body.to_string());
        let (Verdict::Refused(error) | Verdict::Unknown(error)) = &verdict else {
            panic!("{status} {body}: {verdict:?}");
        };
        assert_eq!(error.class(), expected, "{status} {body}");
        assert_eq!(matches!(verdict, Verdict::Unknown(_)), expected == Class::Unknown, "{status} {body}");
        assert_eq!(error.request_id(), Some("77"));
    }
    let fail = |code: i64| json!({"ActionStatus": "FAIL", "ErrorInfo": "no", "ErrorCode": code});
    let after = |after| Class::Throttled { after };
    for status in [200, 502] {
        check(status, &fail(60007), after(None));
        check(status, &fail(90057), after(None));
        check(status, &fail(70050), after(Some(Duration::from_secs(60))));
        check(status, &fail(70001), Class::Token);
        check(status, &fail(70009), Class::Permission);
        check(status, &fail(60028), Class::Quota);
        check(status, &fail(70107), Class::Recipient);
        check(status, &fail(90012), Class::Recipients);
        check(status, &fail(80001), Class::Message);
        check(status, &fail(60008), Class::Unknown);
        check(status, &fail(20004), Class::Unknown);
        check(status, &fail(91000), Class::Unknown);
        check(status, &fail(424242), Class::Unknown);
    }
    check(200, &json!({"ErrorCode": "60007"}), after(None));
    check(200, &json!({"ActionStatus": "OK", "ErrorCode": 60007}), after(None));
    check(429, &json!({}), Class::Unknown);
    check(429, &fail(424242), Class::Unknown);
    check(413, &json!({"ActionStatus": "FAIL"}), Class::Message);
    assert!(matches!(parse(429, ""), Verdict::Unknown(_)));
    assert!(matches!(parse(413, "too large"), Verdict::Refused(_)));
    check(502, &json!({}), Class::Unknown);
    check(502, &json!({"ActionStatus": "OK"}), Class::Unknown);
    check(302, &json!({"ActionStatus": "OK"}), Class::Unknown);
}
