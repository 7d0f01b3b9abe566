//! What every answer of TIM has in common: `ActionStatus`, `ErrorCode`, `ErrorInfo`. For operations of your own too:
//! [`body`] is all that their `parse` needs.
//!
//! The HTTP status is 200 whatever happened, unless the network failed. The code decides, and one that no document
//! lists leaves a doubt at any status. Where there is no code at all, the status counts as far as its meaning is sure.

use batchcast_transport::class::Class;
use batchcast_transport::error::ApiError;
use batchcast_transport::operation::{Verdict, without_code};
use batchcast_transport::wire::Response;
use serde_json::Value;

use crate::codes::{self, Call};

/// Reads the answer of a call: `done` gets the body where it is a success.
///
/// `done` answers `None` where the body is not what a success looks like; then nobody knows.
///
/// ```
/// use batchcast_tim::answer;
/// use batchcast_tim::codes::Call;
/// use batchcast_tim::transport::operation::Verdict;
/// use batchcast_tim::transport::wire::Response;
///
/// fn parse(response: &Response) -> Verdict<u64> {
///     answer::body(Call::Other, response, |body| body.get("AllC2CUnreadMsgNum")?.as_u64())
/// }
/// # let text = r#"{"ActionStatus":"OK","ErrorCode":0,"AllC2CUnreadMsgNum":204}"#;
/// # let response = Response::new(Default::default(), Default::default(), text);
/// # assert_eq!(parse(&response), Verdict::Done(204));
/// ```
pub fn body<T>(call: Call, response: &Response, done: impl FnOnce(&Value) -> Option<T>) -> Verdict<T> {
    read(call, response, |_| false, done)
}

/// Reads the answer of a call: `done` gets the whole body where it is a success, wholly or in part.
///
/// A body counts as a success where `partial` says so, or where there is no code but 0, `ActionStatus` is `OK`, and the
/// HTTP status does not speak against it. `done` answers `None` where the body is not what a success looks like; then
/// nobody knows.
pub(crate) fn read<T>(
    call: Call,
    response: &Response,
    partial: impl FnOnce(&Value) -> bool,
    done: impl FnOnce(&Value) -> Option<T>,
) -> Verdict<T> {
    let failed = |error: ApiError| Verdict::failed(error.with_request_id(response.request_id()));
    let Some(body) = response.json().filter(Value::is_object) else {
        return failed(without_tim_code(response));
    };
    if !partial(&body) {
        match code(&body) {
            Code::Number(0) if is_ok(&body) => {}
            Code::Absent if is_ok(&body) && response.status().is_success() => {}
            Code::Number(0) | Code::Absent => return failed(no_verdict(response, &body)),
            Code::Number(code) => return failed(refusal(call, response, &body, code)),
            Code::Unreadable => return failed(unreadable(response, "the answer's code is not a number")),
        }
    }
    let not_as_shown = "the answer says success but is not what the document shows";
    done(&body).map_or_else(|| failed(unreadable(response, not_as_shown)), Verdict::Done)
}

/// TIM says "too frequent" by code alone. An HTTP 429 that it documents nowhere is somebody else's, perhaps of a proxy
/// behind which the request went on.
fn without_tim_code(response: &Response) -> ApiError {
    let error = without_code(response);
    match error.class() {
        Class::Throttled { .. } => error.with_class(Class::Unknown),
        _ => error,
    }
}

/// What an answer, or an item of its list, says in `ErrorCode`.
pub(crate) enum Code {
    Absent,
    Number(i64),
    Unreadable,
}

/// Whether a list of the answer may name somebody. One that cannot be read may, so it is not passed over for the code
/// beside it.
pub(crate) fn may_name_somebody(body: &Value, list: &str) -> bool {
    match body.get(list) {
        None | Some(Value::Null) => false,
        Some(list) => list.as_array().is_none_or(|list| !list.is_empty()),
    }
}

/// Whether there is no code but 0, in which case a list that names somebody says more than `ActionStatus` does.
pub(crate) fn is_without_fault(body: &Value) -> bool {
    matches!(code(body), Code::Absent | Code::Number(0))
}

/// The items of a list; none where there is no list, and `None` where it is something else.
pub(crate) fn items<'b>(body: &'b Value, list: &str) -> Option<&'b [Value]> {
    match body.get(list) {
        None | Some(Value::Null) => Some(&[]),
        Some(list) => Some(list.as_array()?),
    }
}

/// A field that says something.
pub(crate) fn text(body: &Value, field: &str) -> Option<String> {
    body.get(field)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A whole number, which JSON can have as a string too.
pub(crate) fn number(body: &Value, field: &str) -> Option<u64> {
    let number = body.get(field)?;
    number.as_u64().or_else(|| number.as_str()?.parse().ok())
}

/// Yes or no: 1 or 0 in the documents.
pub(crate) fn flag(body: &Value, field: &str) -> Option<bool> {
    match body.get(field)? {
        Value::Bool(flag) => Some(*flag),
        _ => match number(body, field)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    }
}

/// The code, in either of the forms that JSON has for a whole number.
pub(crate) fn code(body: &Value) -> Code {
    match body.get("ErrorCode") {
        None | Some(Value::Null) => Code::Absent,
        Some(code) => {
            let number = code.as_i64().or_else(|| code.as_str()?.parse().ok());
            number.map_or(Code::Unreadable, Code::Number)
        }
    }
}

fn is_ok(body: &Value) -> bool {
    body.get("ActionStatus").and_then(Value::as_str).is_some_and(|status| status.eq_ignore_ascii_case("OK"))
}

fn refusal(call: Call, response: &Response, body: &Value, code: i64) -> ApiError {
    let info = body.get("ErrorInfo").and_then(Value::as_str).unwrap_or_default();
    let known = codes::find(code);
    let class = codes::classify_for(call, code);
    let text = if info.is_empty() { known.map_or("no reason given", |known| known.meaning) } else { info };
    let error =
        ApiError::new(class, response.status().as_u16(), text).with_code(code).with_request_id(response.request_id());
    match known {
        Some(known) => error.with_remedy(known.remedy),
        None => error,
    }
}

/// Neither a code nor `OK`: the status says what is sure of it, which for HTTP 200 is nothing.
fn no_verdict(response: &Response, body: &Value) -> ApiError {
    let status = body.get("ActionStatus").and_then(Value::as_str).unwrap_or("no ActionStatus");
    let class = without_tim_code(response).class();
    ApiError::new(class, response.status().as_u16(), format!("the answer says {status} and does not say why"))
}

fn unreadable(response: &Response, why: &str) -> ApiError {
    ApiError::new(Class::Unknown, response.status().as_u16(), why)
}
