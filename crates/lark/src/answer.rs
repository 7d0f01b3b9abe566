//! What every answer of Feishu and Lark has in common: `code`, `msg`, `data`, sometimes `error`, and two headers. For
//! operations of your own too: [`data`] is all that their `parse` needs.
//!
//! The business code decides, not the HTTP status: the same refusal has been seen at 200 and at 400. A code that no
//! document lists leaves a doubt at any status. Where there is no code at all, the status counts as far as its meaning
//! is sure.

use std::time::Duration;

use batchcast_transport::class::Class;
use batchcast_transport::error::ApiError;
use batchcast_transport::operation::{Verdict, retry_after, seconds, without_code};
use batchcast_transport::wire::Response;
use serde_json::Value;

use crate::codes::{self, Call};

/// The seconds to wait after 99991400 ("Rate limits", undated).
const RESET_HEADER: &str = "x-ogw-ratelimit-reset";

/// The id that support asks for; the official SDKs fall back on the second where the first is missing.
const LOG_ID_HEADERS: [&str; 2] = ["x-tt-logid", "x-request-id"];

/// Reads the answer of a call: `done` gets what stands under `data` where the code is 0.
///
/// `done` answers `None` where that is not what a success looks like; then nobody knows.
///
/// ```
/// use batchcast_lark::answer;
/// use batchcast_lark::codes::Call;
/// use batchcast_lark::transport::operation::Verdict;
/// use batchcast_lark::transport::wire::Response;
///
/// fn parse(response: &Response) -> Verdict<String> {
///     answer::data(Call::Other, response, |data| Some(data.get("chat_id")?.as_str()?.to_owned()))
/// }
/// # let response = Response::new(Default::default(), Default::default(), r#"{"code":0,"data":{"chat_id":"oc_1"}}"#);
/// # assert_eq!(parse(&response), Verdict::Done("oc_1".to_owned()));
/// ```
pub fn data<T>(call: Call, response: &Response, done: impl FnOnce(&Value) -> Option<T>) -> Verdict<T> {
    read(call, response, |body| done(body.get("data")?))
}

/// The id that the vendor's support asks for, of an answer that is a success. That of a failure stands in its error.
#[must_use]
pub fn log_id(response: &Response) -> Option<String> {
    request_id(response, None)
}

/// Reads the answer of a call: `done` gets the whole body where the code is 0.
///
/// `done` answers `None` where the body is not what a success looks like; then nobody knows.
pub(crate) fn read<T>(call: Call, response: &Response, done: impl FnOnce(&Value) -> Option<T>) -> Verdict<T> {
    let body = response.json();
    let failed = |error: ApiError| {
        Verdict::failed(error.with_pause(reset(response)).with_request_id(request_id(response, body.as_ref())))
    };
    let Some((body, code)) = body.as_ref().and_then(|body| Some((body, code(body)?))) else {
        return failed(without_code(response));
    };
    match code {
        0 => done(body).map_or_else(|| failed(unreadable(response)), Verdict::Done),
        code => failed(refusal(call, response, body, code)),
    }
}

/// The id that support asks for.
pub(crate) fn request_id(response: &Response, body: Option<&Value>) -> Option<String> {
    let header = LOG_ID_HEADERS.into_iter().find_map(|name| response.header(name));
    let body = || body?.pointer("/error/log_id")?.as_str();
    header.or_else(body).map(str::to_owned)
}

fn code(body: &Value) -> Option<i64> {
    let code = body.get("code")?;
    code.as_i64().or_else(|| code.as_str()?.parse().ok())
}

fn refusal(call: Call, response: &Response, body: &Value, code: i64) -> ApiError {
    let msg = body.get("msg").and_then(Value::as_str).unwrap_or_default();
    let known = codes::find(code);
    let class = codes::classify_for(call, code, msg);
    let card = codes::card_code_in(msg).and_then(codes::find_card);
    let remedy = card.map(|card| card.remedy).or(known.map(|known| known.remedy));
    let text = match (msg, known) {
        ("", Some(known)) => known.text.to_owned(),
        _ => format!("{msg}{}", details(body)),
    };
    let error = ApiError::new(class, response.status().as_u16(), text).with_code(code);
    match remedy {
        Some(remedy) => error.with_remedy(remedy),
        None => error,
    }
}

/// The fields that the vendor finds fault with, which stand beside the text.
fn details(body: &Value) -> String {
    let violations = body.pointer("/error/field_violations").and_then(Value::as_array);
    violations.into_iter().flatten().take(3).fold(String::new(), |mut details, violation| {
        let part = |name| violation.get(name).and_then(Value::as_str).unwrap_or_default();
        details.push_str(&format!("; {}: {}", part("field"), part("description")));
        details
    })
}

/// A count, which the documents show as a number here and as a string there.
pub(crate) fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn reset(response: &Response) -> Option<Duration> {
    seconds(response, RESET_HEADER).max(retry_after(response))
}

fn unreadable(response: &Response) -> ApiError {
    let text = "the answer says success but is not what the document shows";
    ApiError::new(Class::Unknown, response.status().as_u16(), text)
}
