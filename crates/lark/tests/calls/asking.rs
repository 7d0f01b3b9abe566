//! What is held against every call.

use std::fmt::Debug;

use batchcast_lark::transport::class::Class;
use batchcast_lark::transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_lark::transport::wire::Response;
use serde_json::{Value, json};

pub(crate) const FEISHU: &str = "https://open.feishu.cn";

pub(crate) fn response(status: u16, body: &str) -> Response {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-tt-logid", "log-1".parse().unwrap());
    Response::new(http::StatusCode::from_u16(status).unwrap(), headers, body.to_owned())
}

/// `METHOD /path?query`, the content type and the body; and what every one of these calls has in common.
pub(crate) fn written<O: Operation>(call: &O) -> (String, Option<String>, Vec<u8>) {
    assert_eq!((call.replay(), call.cost()), (Replay::Safe, Cost::one_request(0)));
    assert!(call.api().is_some());
    let request = call.request(&FEISHU.parse().unwrap()).unwrap();
    let uri = request.uri().to_string();
    let line = format!("{} {}", request.method(), uri.strip_prefix(FEISHU).unwrap());
    let content_type = request.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(request.headers().len(), usize::from(content_type.is_some()), "authorization is the session's to add");
    (line, content_type, request.body().to_vec())
}

#[track_caller]
pub(crate) fn asks<O: Operation>(call: &O, expected: &str) {
    assert_eq!(written(call), (expected.to_owned(), None, Vec::new()));
}

#[track_caller]
pub(crate) fn posts<O: Operation>(call: &O, expected: &str, body: &Value) {
    let (line, content_type, sent) = written(call);
    assert_eq!((line.as_str(), content_type.as_deref()), (expected, Some("application/json; charset=utf-8")));
    assert_eq!(&serde_json::from_slice::<Value>(&sent).unwrap(), body);
}

#[track_caller]
pub(crate) fn done<O: Operation<Output: Debug>>(call: &O, data: &Value) -> O::Output {
    let body = json!({"code": 0, "msg": "success", "data": data}).to_string();
    match call.parse(&response(200, &body)) {
        Verdict::Done(output) => output,
        other => panic!("{body}: {other:?}"),
    }
}

/// Each of these is an answer that says success and cannot be read, so that nobody knows.
#[track_caller]
pub(crate) fn unreadable<O: Operation<Output: Debug>>(call: &O, answers: &[Value]) {
    for data in answers {
        let body = json!({"code": 0, "data": data}).to_string();
        let verdict = call.parse(&response(200, &body));
        assert!(matches!(&verdict, Verdict::Unknown(error) if error.class() == Class::Unknown), "{body}: {verdict:?}");
    }
}

#[track_caller]
pub(crate) fn refused<O: Operation<Output: Debug>>(call: &O, status: u16, codes: &[(i64, Class)]) {
    for (code, class) in codes {
        let body = json!({"code": code, "msg": "no"}).to_string();
        match call.parse(&response(status, &body)) {
            Verdict::Refused(error) => {
                assert_eq!((error.class(), error.code()), (*class, Some(*code)));
                assert!(error.remedy().is_some_and(|remedy| !remedy.is_empty()), "{code}");
                assert_eq!(error.request_id(), Some("log-1"));
            }
            other => panic!("{body}: {other:?}"),
        }
    }
    for code in [424_242, 230_020, 2200] {
        let verdict = call.parse(&response(status, &json!({"code": code, "msg": "who knows"}).to_string()));
        assert!(matches!(verdict, Verdict::Unknown(_)), "{code}: {verdict:?}");
    }
}

/// What the gateway answers to every call.
pub(crate) const GATEWAY: [(i64, Class); 6] = [
    (99991400, Class::Throttled { after: None }),
    (99991403, Class::Quota),
    (99991663, Class::Token),
    (99991672, Class::Permission),
    (99992402, Class::Message),
    (99991201, Class::Endpoint),
];
