//! What every answer of TIM has in common: `ActionStatus`, `ErrorCode`, `ErrorInfo`.
//!
//! The HTTP status is 200 whatever happened, unless the network failed. The code decides, and one that no document lists
//! leaves a doubt at any status. Where there is no code at all, the status counts as far as its meaning is sure.

use batchcast_transport::class::Class;
use batchcast_transport::error::ApiError;
use batchcast_transport::operation::{Verdict, without_code};
use batchcast_transport::wire::Response;
use serde_json::Value;

use crate::codes;

/// Reads the answer of a call: `done` gets the whole body where it is a success, wholly or in part.
///
/// A body counts as a success where `partial` says so, or where no code speaks against it and `ActionStatus` is `OK`.
/// `done` answers `None` where the body is not what a success looks like; then nobody knows.
pub(crate) fn read<T>(
    response: &Response,
    partial: impl FnOnce(&Value) -> bool,
    done: impl FnOnce(&Value) -> Option<T>,
) -> Verdict<T> {
    let Some(body) = response.json().filter(Value::is_object) else {
        return Verdict::failed(without_code(response).with_request_id(response.request_id()));
    };
    if !partial(&body) {
        match code(&body) {
            Some(code) if code != 0 => return Verdict::failed(refusal(response, &body, code)),
            _ if is_ok(&body) => {}
            _ => return Verdict::failed(no_verdict(response, &body)),
        }
    }
    done(&body).map_or_else(|| Verdict::Unknown(unreadable(response)), Verdict::Done)
}

/// A code, in either of the forms that JSON has for a number.
pub(crate) fn code(body: &Value) -> Option<i64> {
    let code = body.get("ErrorCode")?;
    code.as_i64().or_else(|| code.as_str()?.parse().ok())
}

fn is_ok(body: &Value) -> bool {
    body.get("ActionStatus").and_then(Value::as_str).is_some_and(|status| status.eq_ignore_ascii_case("OK"))
}

fn refusal(response: &Response, body: &Value, code: i64) -> ApiError {
    let info = body.get("ErrorInfo").and_then(Value::as_str).unwrap_or_default();
    let known = codes::find(code);
    let class = codes::classify(code);
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
    let class = without_code(response).class();
    ApiError::new(class, response.status().as_u16(), format!("the answer says {status} and does not say why"))
        .with_request_id(response.request_id())
}

fn unreadable(response: &Response) -> ApiError {
    let text = "the answer says success but is not what the document shows";
    ApiError::new(Class::Unknown, response.status().as_u16(), text).with_request_id(response.request_id())
}
