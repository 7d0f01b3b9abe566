//! What is held against every call.

use std::fmt::Debug;
use std::time::Duration;

use batchcast_tim::BadAccounts;
use batchcast_tim::model::{IdKind, Recipient};
use batchcast_tim::transport::class::Class;
use batchcast_tim::transport::operation::{Cost, Operation, Replay, Verdict};
use batchcast_tim::transport::wire::Response;
use serde_json::{Value, json};

pub(crate) const CHINA: &str = "https://console.tim.qq.com";

pub(crate) fn response(status: u16, body: &str) -> Response {
    let status = http::StatusCode::from_u16(status).unwrap();
    Response::new(status, http::HeaderMap::new(), body.to_owned()).with_request_id(Some("77".to_owned()))
}

/// The request is this one, and counts against its own API.
#[track_caller]
pub(crate) fn posts<O: Operation>(call: &O, path: &str, body: &Value) {
    let request = call.request(&CHINA.parse().unwrap()).unwrap();
    assert_eq!((request.method().as_str(), request.uri().to_string()), ("POST", format!("{CHINA}/v4/{path}")));
    assert_eq!(call.api(), Some(path));
    assert_eq!(request.headers().len(), 1, "authorization is the session's to add");
    assert_eq!(&serde_json::from_slice::<Value>(request.body()).unwrap(), body);
}

#[track_caller]
pub(crate) fn is_safe<O: Operation>(call: &O) {
    assert_eq!((call.replay(), call.cost()), (Replay::Safe, Cost::one_request(0)));
}

#[track_caller]
pub(crate) fn done<O: Operation<Output: Debug>>(call: &O, body: &Value) -> O::Output {
    match call.parse(&response(200, &body.to_string())) {
        Verdict::Done(output) => output,
        other => panic!("{body}: {other:?}"),
    }
}

/// The fields of a success with these beside them.
pub(crate) fn ok(fields: &Value) -> Value {
    let mut body = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0});
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

/// Each of these is an answer that says success and cannot be read, so that nobody knows.
#[track_caller]
pub(crate) fn unreadable<O: Operation<Output: Debug>>(call: &O, answers: &[Value]) {
    for fields in answers {
        let body = ok(fields).to_string();
        let verdict = call.parse(&response(200, &body));
        assert!(matches!(&verdict, Verdict::Unknown(error) if error.class() == Class::Unknown), "{body}: {verdict:?}");
    }
}

/// What every call answers, and what this one does beside it; anything else is a doubt.
#[track_caller]
pub(crate) fn refused<O: Operation<Output: Debug>>(call: &O, codes: &[(i64, Class)]) {
    let of_every_call = [
        (60007, Class::Throttled { after: None }),
        (70050, Class::Throttled { after: Some(Duration::from_secs(60)) }),
        (60028, Class::Quota),
        (70001, Class::Token),
        (70009, Class::Permission),
        (90009, Class::Permission),
        (90001, Class::Message),
    ];
    for (code, class) in of_every_call.iter().chain(codes) {
        for (status, code) in [(200, json!(code)), (502, json!(code)), (200, json!(code.to_string()))] {
            let body = json!({"ActionStatus": "FAIL", "ErrorInfo": "no", "ErrorCode": code}).to_string();
            match call.parse(&response(status, &body)) {
                Verdict::Refused(error) => {
                    assert_eq!(error.class(), *class, "{body}");
                    assert!(error.remedy().is_some_and(|remedy| !remedy.is_empty()), "{code}");
                    assert_eq!((error.message(), error.request_id()), ("no", Some("77")));
                }
                other => panic!("{body}: {other:?}"),
            }
        }
    }
    for code in [60008, 91000, 90994, 70500, 90057, 424_242] {
        let verdict = call.parse(&response(200, &json!({"ActionStatus": "FAIL", "ErrorCode": code}).to_string()));
        assert!(matches!(verdict, Verdict::Unknown(_)), "{code}: {verdict:?}");
    }
    for (status, body) in [(200, ""), (200, "{}"), (200, r#"{"ErrorCode":0}"#), (502, "<html>"), (429, "")] {
        let verdict = call.parse(&response(status, body));
        assert!(matches!(verdict, Verdict::Unknown(_)), "{status} {body}: {verdict:?}");
    }
}

pub(crate) fn account(id: impl Into<Box<str>>) -> Recipient {
    Recipient::new(IdKind::Account, id).unwrap()
}

pub(crate) fn many(count: usize) -> Vec<Recipient> {
    (0..count).map(|n| account(format!("user{n}"))).collect()
}

pub(crate) fn open_id() -> Recipient {
    Recipient::new(IdKind::OpenId, "ou_1").unwrap()
}

pub(crate) const NO_ACCOUNT: BadAccounts = BadAccounts::Kind { found: IdKind::OpenId };
