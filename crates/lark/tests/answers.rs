//! What each answer to `batch_send` comes to: real and plausible answers, compared as values.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::time::Duration;

use batchcast_lark::model::lark::{BatchMessage, Message, Recipients};
use batchcast_lark::model::{IdKind, Recipient};
use batchcast_lark::transport::class::Class;
use batchcast_lark::transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_lark::transport::wire::Response;
use batchcast_lark::{BatchReceipt, BatchSend};
use serde_json::{Value, json};

/// The ids that the document's example answer names, so that they were sent.
fn call() -> BatchSend {
    let recipients = Recipients::new()
        .with_ids(IdKind::DepartmentId, ["d502aaa9514059"])
        .and_then(|r| r.with_ids(IdKind::OpenId, ["ou_456e168d61cec276083b357f7bd3f1491", "ou_ok"]))
        .and_then(|r| r.with_ids(IdKind::OpenId, ["ou_f8cbdb26fb2e4eda075e003381a102a41"]))
        .and_then(|r| r.with_ids(IdKind::UserId, ["7cdcc7c22"]))
        .and_then(|r| {
            r.with_ids(IdKind::UnionId, ["on_cad4860e7af114fb4ff6c5d496d1dd76", "on_gdcq860e7af114fb4ff6c5d496dabcet"])
        })
        .unwrap();
    BatchSend::new(BatchMessage::new(Message::text("hi").unwrap(), recipients).unwrap())
}

fn response(status: u16, headers: &[(&'static str, &str)], body: &str) -> Response {
    let mut map = http::HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    Response::new(http::StatusCode::from_u16(status).unwrap(), map, body.to_owned())
}

fn receipt(status: u16, body: &Value) -> BatchReceipt {
    match call().parse(&response(status, &[("x-tt-logid", "log-1")], &body.to_string())) {
        Verdict::Done(receipt) => receipt,
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn the_request_is_the_document_s() {
    let example = include_bytes!("data/lark-text.json");
    let call = BatchSend::new(BatchMessage::from_json(example).unwrap());
    let request = call.request(&"https://open.feishu.cn".parse().unwrap()).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://open.feishu.cn/open-apis/message/v4/batch_send/");
    assert_eq!(request.headers()["content-type"], "application/json; charset=utf-8");
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(sent, serde_json::from_slice::<Value>(example).unwrap());
    assert_eq!((call.replay(), call.cost()), (Replay::Never, Cost::one_request(8)));
}

#[test]
fn the_document_s_answer_names_those_who_were_turned_down() {
    let body = serde_json::from_slice(include_bytes!("data/lark-response.json")).unwrap();
    let receipt = receipt(200, &body);
    assert_eq!(receipt.message_id, "bm-d4be107c616aed9c1da8ed8068570a9f");
    assert_eq!(receipt.log_id.as_deref(), Some("log-1"));
    let invalid: Vec<_> = receipt.invalid.iter().map(Recipient::id).collect();
    assert_eq!(
        invalid,
        [
            "d502aaa9514059",
            "ou_456e168d61cec276083b357f7bd3f1491",
            "ou_f8cbdb26fb2e4eda075e003381a102a41",
            "7cdcc7c22",
            "on_cad4860e7af114fb4ff6c5d496d1dd76",
            "on_gdcq860e7af114fb4ff6c5d496dabcet",
        ]
    );
}

#[test]
fn nobody_turned_down_has_several_spellings() {
    fn check(status: u16, data: &Value) {
        let receipt = receipt(status, &json!({"code": 0, "msg": "ok", "data": data}));
        assert_eq!((receipt.message_id.as_str(), receipt.invalid.len()), ("bm-1", 0), "{data}");
    }
    check(200, &json!({"message_id": "bm-1"}));
    check(200, &json!({"message_id": "bm-1", "invalid_open_ids": null, "invalid_user_ids": null}));
    check(200, &json!({"message_id": "bm-1", "invalid_open_ids": [], "invalid_department_ids": []}));
    check(500, &json!({"message_id": "bm-1", "surprise": {"a": 1}}));
}

#[test]
fn a_success_that_cannot_be_read_leaves_a_doubt() {
    fn check(body: &str) {
        let verdict = call().parse(&response(200, &[], body));
        assert!(matches!(&verdict, Verdict::Unknown(error) if error.class() == Class::Unknown), "{body}: {verdict:?}");
    }
    check("");
    check("{");
    check("[]");
    check("null");
    check("<html>ok</html>");
    check("{}");
    check(r#"{"msg":"ok","data":{"message_id":"bm-1"}}"#);
    check(r#"{"code":0,"msg":"ok"}"#);
    check(r#"{"code":0,"data":null}"#);
    check(r#"{"code":0,"data":{}}"#);
    check(r#"{"code":0,"data":{"message_id":""}}"#);
    check(r#"{"code":0,"data":{"message_id":7}}"#);
    check(r#"{"code":0,"data":{"message_id":"bm-1","invalid_open_ids":"ou_ok"}}"#);
    check(r#"{"code":0,"data":{"message_id":"bm-1","invalid_open_ids":[7]}}"#);
    // Sent to nobody of that name, or in another list.
    check(r#"{"code":0,"data":{"message_id":"bm-1","invalid_open_ids":["ou_stranger"]}}"#);
    check(r#"{"code":0,"data":{"message_id":"bm-1","invalid_user_ids":["ou_ok"]}}"#);
}

#[test]
fn the_business_code_decides_and_the_status_only_where_it_is_sure() {
    fn check(status: u16, body: &Value, expected: Class) {
        let verdict = call().parse(&response(status, &[], &body.to_string()));
        let (Verdict::Refused(error) | Verdict::Unknown(error)) = &verdict else {
            panic!("{status} {body}: {verdict:?}");
        };
        assert_eq!(error.class(), expected, "{status} {body}");
        assert_eq!(matches!(verdict, Verdict::Unknown(_)), expected == Class::Unknown, "{status} {body}");
    }
    let throttled = Class::Throttled { after: None };
    for status in [200, 400, 429, 500] {
        check(status, &json!({"code": 10002, "msg": "Create or send message fail."}), Class::Message);
        check(status, &json!({"code": 99991400, "msg": "request trigger frequency limit"}), throttled);
        check(status, &json!({"code": 99991663, "msg": "Invalid access token"}), Class::Token);
        check(status, &json!({"code": 11247}), Class::Quota);
        check(status, &json!({"code": "11205", "msg": "App do not have bot."}), Class::Permission);
        check(status, &json!({"code": 11101, "msg": "Open_id not exist."}), Class::Recipient);
        check(status, &json!({"code": 10032, "msg": "valid user is null"}), Class::Recipients);
        check(status, &json!({"code": 2200, "msg": "Internal Error"}), Class::Unknown);
    }
    check(200, &json!({"code": 11246, "msg": "Create message content fail."}), Class::Message);
    check(200, &json!({"code": 11246, "msg": "Service Internal Error"}), Class::TryAgain);
    check(200, &json!({"code": 424242, "msg": "who knows"}), Class::Unknown);
    check(400, &json!({"code": 424242, "msg": "who knows"}), Class::Unknown);
    check(429, &json!({"code": 424242, "msg": "who knows"}), Class::Unknown);
    check(413, &json!({"code": 424242, "msg": "who knows"}), Class::Unknown);
    check(429, &json!({"msg": "slow down"}), throttled);
    check(413, &json!({}), Class::Message);
    check(403, &json!({}), Class::Unknown);
}

#[test]
fn too_frequent_says_how_long() {
    fn check(headers: &[(&'static str, &str)], expected: Option<u64>) {
        let after = expected.map(Duration::from_secs);
        for (status, body) in
            [(429, r#"{"code":99991400,"msg":"slow down"}"#), (400, r#"{"code":11232}"#), (429, "slow")]
        {
            let verdict = call().parse(&response(status, headers, body));
            assert!(
                matches!(&verdict, Verdict::Refused(error) if error.class() == Class::Throttled { after }),
                "{headers:?}: {body}: {verdict:?}"
            );
        }
    }
    check(&[], None);
    check(&[("x-ogw-ratelimit-reset", "52")], Some(52));
    check(&[("retry-after", "7")], Some(7));
    check(&[("x-ogw-ratelimit-reset", "5"), ("retry-after", "7")], Some(7));
    check(&[("x-ogw-ratelimit-reset", "soon")], None);
}

#[test]
fn an_error_says_what_to_do_and_whom_to_ask() {
    let body = json!({
        "code": 11246,
        "msg": "Failed to create card content, ext=ErrCode: 200621; ErrMsg: parse card json err; ErrorValue: ",
        "error": {"log_id": "log-body", "field_violations": [{"field": "card", "description": "is broken"}]},
    });
    let verdict = call().parse(&response(200, &[], &body.to_string()));
    let Verdict::Refused(error) = verdict else {
        panic!("{verdict:?}");
    };
    assert!(error.message().ends_with("ErrorValue: ; card: is broken"), "{error}");
    assert!(error.remedy().unwrap().contains("schema 2.0"), "{:?}", error.remedy());
    assert_eq!((error.code(), error.request_id()), (Some(11246), Some("log-body")));
}
