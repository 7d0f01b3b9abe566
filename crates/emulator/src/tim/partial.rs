//! The answer to a message that reached some of its recipients: the documents have several.

use std::borrow::Cow;

use serde::Deserialize;

use crate::answer::Answer;
use crate::tim::accounts::Absence;
use crate::tim::body::{Body, Failed};
use crate::tim::codes;
use crate::tim::outgoing::Sent;

/// How TIM says that some recipients did not get the message.
///
/// The copies of the page "batch send messages" disagree with each other and with what developers saw. Whatever the
/// shape, the recipients who exist got the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PartialShape {
    /// `SomeError`, code 0, a MsgKey, and a list with 70107, or 90048 for an account that was deleted: since 2022.
    #[default]
    SomeError,
    /// `FAIL` without a code or a MsgKey, and a list with 20003: the page of 2016.
    FailWithoutCode,
    /// `FAIL` with code 90011, no MsgKey, and a list with 20003: the page of 2019, where 90011 looks like a slip.
    Fail90011,
    /// `OK`, code 0, a MsgKey, and a list as in `SomeError`: the page of 2016 says to judge by the list alone.
    Ok,
    /// `OK`, code 0, a MsgKey, and no list, so that nobody can tell: a developer's report of February 2020.
    OkWithoutErrorList,
}

/// The account does not exist, until 2019.
const INVALID_RECIPIENT: i64 = 20003;

/// The same since 2022. "Check whether the UserID is deleted" is what the page "Error Codes" (2025) advises on 90048.
fn code_of(absence: Absence) -> i64 {
    match absence {
        Absence::NeverImported => codes::ACCOUNT_NOT_EXIST.number(),
        Absence::Deleted => codes::ACCOUNT_DELETED.number(),
    }
}

/// `OK` where everybody got the message, else the shape asked for.
pub(crate) fn answer(shape: PartialShape, sent: &Sent, absent: &[(Cow<'_, str>, Absence)]) -> Answer {
    let msg_key = sent.msg_key.to_string();
    let ok = Body {
        action_status: "OK",
        error_code: Some(0),
        msg_key: Some(&msg_key),
        msg_id: Some(&sent.msg_id),
        ..Body::default()
    };
    if absent.is_empty() {
        return ok.into();
    }
    let list = |code: fn(Absence) -> i64| {
        let rows = absent.iter();
        Some(rows.map(|(account, absence)| Failed { to_account: account, error_code: code(*absence) }).collect())
    };
    let body = match shape {
        PartialShape::SomeError => Body { action_status: "SomeError", error_list: list(code_of), ..ok },
        PartialShape::Ok => Body { error_list: list(code_of), ..ok },
        PartialShape::OkWithoutErrorList => ok,
        PartialShape::FailWithoutCode => {
            Body { action_status: "FAIL", error_list: list(|_| INVALID_RECIPIENT), ..Body::default() }
        }
        PartialShape::Fail90011 => Body {
            action_status: "FAIL",
            error_code: Some(90011),
            error_list: list(|_| INVALID_RECIPIENT),
            ..Body::default()
        },
    };
    body.into()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::Sandbox;
    use super::PartialShape;

    const BODY: &str = r#"{"To_Account":["bonnie","rong_invalid"],"MsgSeq":4852,"MsgRandom":28135,
        "MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi, beauty"}}]}"#;

    #[test]
    fn each_shape_is_the_documents_and_the_others_get_the_message() {
        fn check(shape: PartialShape, code: Option<i64>, expected: Value) {
            let world = crate::Emulator::builder().with_tim_partial_shape(shape).world();
            let mut sandbox = Sandbox::from(world);
            let reply = sandbox.send(BODY);
            let mut json = reply.json();
            let msg_id = json.as_object_mut().unwrap().remove("MsgId");
            assert_eq!(msg_id.is_some(), expected.get("MsgKey").is_some(), "{shape:?}");
            assert_eq!((reply.status, json), (200, expected), "{shape:?}");
            assert_eq!(sandbox.world.requests()[0].code, code, "{shape:?}");
            let got: Vec<_> = sandbox.world.deliveries().into_iter().map(|d| (d.id, d.message_id)).collect();
            assert_eq!(got, [("bonnie".to_owned(), "4852_28135_1767225600".to_owned())], "{shape:?}");
        }
        let key = "4852_28135_1767225600";
        let list = |code: i64| json!([{"To_Account": "rong_invalid", "ErrorCode": code}]);
        check(
            PartialShape::SomeError,
            Some(0),
            json!({"ActionStatus": "SomeError", "ErrorCode": 0, "ErrorInfo": "", "MsgKey": key, "ErrorList": list(70107)}),
        );
        check(
            PartialShape::FailWithoutCode,
            None,
            json!({"ActionStatus": "FAIL", "ErrorInfo": "", "ErrorList": list(20003)}),
        );
        check(
            PartialShape::Fail90011,
            Some(90011),
            json!({"ActionStatus": "FAIL", "ErrorInfo": "", "ErrorCode": 90011, "ErrorList": list(20003)}),
        );
        check(
            PartialShape::Ok,
            Some(0),
            json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "MsgKey": key, "ErrorList": list(70107)}),
        );
        check(
            PartialShape::OkWithoutErrorList,
            Some(0),
            json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "MsgKey": key}),
        );
        assert_eq!(PartialShape::default(), PartialShape::SomeError);
    }

    #[test]
    fn a_deleted_account_has_a_code_of_its_own_since_2022() {
        fn check(shape: PartialShape, expected: [i64; 2]) {
            let mut sandbox = Sandbox::from(crate::Emulator::builder().with_tim_partial_shape(shape).world());
            sandbox.call("/v4/im_open_login_svc/account_delete", r#"{"DeleteItem":[{"UserID":"dave"}]}"#);
            let json = sandbox.send(&BODY.replace("\"bonnie\"", "\"bonnie\",\"dave\"")).json();
            let rows = json["ErrorList"].as_array().unwrap();
            let rows: Vec<_> = rows.iter().map(|row| (row["To_Account"].as_str(), row["ErrorCode"].as_i64())).collect();
            assert_eq!(
                rows,
                [(Some("dave"), Some(expected[0])), (Some("rong_invalid"), Some(expected[1]))],
                "{shape:?}"
            );
        }
        check(PartialShape::SomeError, [90048, 70107]);
        check(PartialShape::Ok, [90048, 70107]);
        check(PartialShape::FailWithoutCode, [20003, 20003]);
        check(PartialShape::Fail90011, [20003, 20003]);
    }

    #[test]
    fn the_shape_changes_neither_success_nor_refusal() {
        for shape in [
            PartialShape::SomeError,
            PartialShape::FailWithoutCode,
            PartialShape::Fail90011,
            PartialShape::Ok,
            PartialShape::OkWithoutErrorList,
        ] {
            let world = crate::Emulator::builder().with_tim_partial_shape(shape).world();
            let mut sandbox = Sandbox::from(world);
            let reply = sandbox.send(&BODY.replace("rong_invalid", "rong")).json();
            assert_eq!((&reply["ActionStatus"], &reply["ErrorCode"]), (&json!("OK"), &json!(0)), "{shape:?}");
            assert_eq!(reply.get("ErrorList"), None, "{shape:?}");
            let reply = sandbox.send(&BODY.replace("\"bonnie\",", "")).json();
            let nobody = json!({"ActionStatus": "FAIL", "ErrorInfo": "invalid To_Account", "ErrorCode": 90012});
            assert_eq!(reply, nobody, "{shape:?}");
        }
    }
}
