//! What every answer looks like.

use std::borrow::Cow;

use http::StatusCode;
use serde::Serialize;

use crate::answer::Answer;

/// The body of an answer. The documents say "HTTP 200 always", so there is nothing else in it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Body<'a> {
    pub(crate) error_info: Cow<'a, str>,
    pub(crate) action_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_code: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) msg_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) msg_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_list: Option<Vec<Failed<'a>>>,
}

/// A recipient who did not get the message.
#[derive(Debug, Serialize)]
pub(crate) struct Failed<'a> {
    #[serde(rename = "To_Account")]
    pub(crate) to_account: &'a str,
    #[serde(rename = "ErrorCode")]
    pub(crate) error_code: i64,
}

/// An answer to a request that was done, with what only this call says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Done<T> {
    action_status: &'static str,
    error_info: &'static str,
    error_code: i64,
    #[serde(flatten)]
    rest: T,
}

/// For a call that says no more than that it is done.
#[derive(Debug, Serialize)]
pub(crate) struct Nothing {}

pub(crate) fn done(rest: impl Serialize) -> Answer {
    Answer::ok(&Done { action_status: "OK", error_info: "", error_code: 0, rest })
}

impl From<Body<'_>> for Answer {
    fn from(body: Body<'_>) -> Self {
        Self::json(StatusCode::OK, body.error_code, &body)
    }
}
