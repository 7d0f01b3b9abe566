//! The vendor's codes and texts.
//!
//! Sources: Feishu's page "batch send messages" (2026-03-03) for `batch_send`; its generic list of error codes and
//! live probes without credentials (2026-09-11) for tokens.

use std::fmt;

use http::StatusCode;
use serde::Serialize;

use crate::answer::Answer;

/// A code of the vendor's with the text its document gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    status: StatusCode,
    code: i64,
    text: &'static str,
}

const fn business(code: i64, text: &'static str) -> Code {
    let status = StatusCode::OK;
    Code { status, code, text }
}

const fn gateway(code: i64, text: &'static str) -> Code {
    let status = StatusCode::BAD_REQUEST;
    Code { status, code, text }
}

pub(crate) const CREATE_MESSAGE_FAILED: Code = business(10002, "Create or send message fail.");
pub(crate) const INVALID_PARAMETER: Code = business(10003, "Invalid parameter.");
pub(crate) const IMAGE_KEY_NOT_EXIST: Code = business(11227, "Image key not exist.");
pub(crate) const CHAT_NOT_FOUND: Code = business(11231, "Chat not found.");
pub(crate) const CREATE_CONTENT_FAILED: Code = business(11246, "Failed to create card content,");
pub(crate) const EXCEEDS_30_KB: Code = business(19036, "exceeds 30KB.");

pub(crate) const INVALID_PARAM: Code = business(10003, "invalid param");
pub(crate) const APP_ID_NOT_EXISTS: Code = business(10014, "app id not exists");
pub(crate) const APP_SECRET_INVALID: Code = business(10014, "app secret invalid");

pub(crate) const MISSING_ACCESS_TOKEN: Code =
    gateway(99_991_661, "Missing access token for authorization. Please make a request with token attached.");
pub(crate) const INVALID_ACCESS_TOKEN: Code =
    gateway(99_991_663, "Invalid access token for authorization. Please make a request with token attached");
pub(crate) const INVALID_USER_TOKEN: Code =
    gateway(99_991_668, "Invalid access token for authorization. Please make a request with token attached");
pub(crate) const USER_TOKEN_NOT_SUPPORTED: Code = gateway(99_991_668, "user access token not support");
pub(crate) const MALFORMED_TOKEN: Code = gateway(99_991_671, "Invalid token: must start with t-/u-");

impl Code {
    /// The document's text alone.
    pub(crate) fn refusal(self) -> Refusal {
        self.refusal_saying(self.text.to_owned())
    }

    /// The document's text, and what is wrong with this request.
    pub(crate) fn because(self, detail: impl fmt::Display) -> Refusal {
        self.refusal_saying(format!("{} {detail}", self.text))
    }

    fn refusal_saying(self, msg: String) -> Refusal {
        Refusal { status: self.status, body: Body { code: self.code, msg, data: None } }
    }
}

/// A refused request. Nothing was processed.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: Body,
}

#[derive(Debug, Serialize)]
struct Body {
    code: i64,
    msg: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Empty>,
}

#[derive(Debug, Serialize)]
struct Empty {}

impl Refusal {
    /// With `"data":{}`, as the token endpoint has it for 10003.
    pub(crate) fn with_empty_data(mut self) -> Self {
        self.body.data = Some(Empty {});
        self
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::json(refusal.status, Some(refusal.body.code), &refusal.body)
    }
}
