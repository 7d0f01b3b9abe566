//! The vendor's codes and texts.
//!
//! Sources: Feishu's page "batch send messages" (2026-03-03) for `batch_send`; its generic list of error codes and
//! live probes without credentials (2026-09-11) for tokens; Lark's pages on recall, progress, read counts and image
//! upload (2024-06-05), sub-departments (2023-05-12) and the users of a department (2023-08-24), and on the calls of a
//! month (2025-03-04).

use std::fmt;

use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::limits::Throttled;

/// A code of the vendor's with the text its document gives it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Code {
    status: StatusCode,
    code: i64,
    text: &'static str,
}

/// What `batch_send` and the token endpoints refuse with.
pub(crate) const fn business(code: i64, text: &'static str) -> Code {
    Code::new(StatusCode::OK, code, text)
}

/// What the gateway, `im/v1` and `contact/v3` refuse with.
pub(crate) const fn bad_request(code: i64, text: &'static str) -> Code {
    Code::new(StatusCode::BAD_REQUEST, code, text)
}

const fn forbidden(code: i64, text: &'static str) -> Code {
    Code::new(StatusCode::FORBIDDEN, code, text)
}

pub(crate) const CREATE_MESSAGE_FAILED: Code = business(10002, "Create or send message fail.");
pub(crate) const INVALID_PARAMETER: Code = business(10003, "Invalid parameter.");
pub(crate) const OPEN_ID_NOT_EXIST: Code = business(11101, "Open_id not exist.");
pub(crate) const OPEN_DEPARTMENT_ID_NOT_EXIST: Code = business(11103, "open department id not exist");
pub(crate) const USER_ID_NOT_EXIST: Code = business(11105, "user_id not exist");
pub(crate) const TO_USERS_DENIED: Code = business(11203, "Send employee ids permission denied.");
pub(crate) const TO_DEPARTMENTS_DENIED: Code = business(11204, "Send department list permission denied.");
pub(crate) const APP_WITHOUT_BOT: Code = business(11205, "App do not have bot.");
pub(crate) const APP_NOT_USABLE: Code = business(11207, "App is not usage.");
pub(crate) const APP_NOT_EXIST: Code = business(11209, "App not exist.");
pub(crate) const APP_NOT_INSTALLED: Code = business(11210, "App usage info not exist.");
pub(crate) const IMAGE_KEY_NOT_EXIST: Code = business(11227, "Image key not exist.");
pub(crate) const CHAT_NOT_FOUND: Code = business(11231, "Chat not found.");
pub(crate) const CREATE_CONTENT_FAILED: Code = business(11246, "Failed to create card content,");
pub(crate) const DAILY_QUOTA: Code = business(11247, "Internal send message trigger rate limit.");
pub(crate) const EXCEEDS_30_KB: Code = business(19036, "The message exceeds the size limit of 30KB.");

pub(crate) const INVALID_PARAM: Code = business(10003, "invalid param");
pub(crate) const APP_ID_UNAUTHORIZED: Code = business(10005, "app id unauthorized");
pub(crate) const APP_TOKEN_FAILED: Code = business(10012, "get app access token fail");
pub(crate) const TENANT_TOKEN_FAILED: Code = business(10013, "get tenant access token fail");
pub(crate) const APP_ID_NOT_EXISTS: Code = business(10014, "app id not exists");
pub(crate) const APP_SECRET_INVALID: Code = business(10014, "app secret invalid");
/// The generic list has it for an app that is switched off; for the two above, real answers do.
pub(crate) const APP_UNAUTHORIZED: Code = business(10014, "app unauthorized");
pub(crate) const APP_RESEND_FAILED: Code = business(10016, "app resend fail");
pub(crate) const NOT_INSTALLED: Code = business(20009, "tenant app not installed");
pub(crate) const INVALID_APP_TOKEN: Code = business(99_991_664, "invalid app token");

pub(crate) const LOGIN_USER_INVALID: Code = bad_request(99_991_543, "login_user invalid");
pub(crate) const APP_NOT_IN_USE: Code = bad_request(99_991_662, "app not in use");
pub(crate) const UNAUTHORIZED_APP: Code = bad_request(99_991_673, "unauthorized app");
pub(crate) const FREQUENCY_LIMIT: Code =
    Code::new(StatusCode::TOO_MANY_REQUESTS, 99_991_400, "request trigger frequency limit");
pub(crate) const MONTHLY_QUOTA: Code =
    Code::new(StatusCode::TOO_MANY_REQUESTS, 99_991_403, "This month's API call quota has been exceeded");
pub(crate) const MISSING_ACCESS_TOKEN: Code =
    bad_request(99_991_661, "Missing access token for authorization. Please make a request with token attached.");
pub(crate) const INVALID_ACCESS_TOKEN: Code =
    bad_request(99_991_663, "Invalid access token for authorization. Please make a request with token attached");
/// Of the generic list.
pub(crate) const VALID_USER_IS_NULL: Code = business(10032, "valid user is null");
pub(crate) const INVALID_USER_TOKEN: Code =
    bad_request(99_991_668, "Invalid access token for authorization. Please make a request with token attached");
pub(crate) const USER_TOKEN_NOT_SUPPORTED: Code = bad_request(99_991_668, "user access token not support");
pub(crate) const MALFORMED_TOKEN: Code = bad_request(99_991_671, "Invalid token: must start with t-/u-");
pub(crate) const ACCESS_DENIED: Code =
    bad_request(99_991_672, "Access denied. One of the following scopes is required:");
pub(crate) const FIELD_VALIDATION: Code = bad_request(99_992_402, "field validation failed");
pub(crate) const BAD_REQUEST: Code = bad_request(9499, "Bad Request.");
pub(crate) const OPEN_DEPARTMENT_NOT_EXISTED: Code = bad_request(99_992_357, "these open_department ids not existed:");
pub(crate) const DEPARTMENT_NOT_EXISTED: Code = bad_request(99_992_379, "these ids not existed:");

pub(crate) const INVALID_MESSAGE_ID: Code = bad_request(230_001, "Your request contains an invalid request parameter.");
pub(crate) const BOT_NOT_ACTIVATED: Code = bad_request(230_006, "Bot ability is not activated.");
pub(crate) const RECALLED_TOO_LATE: Code = bad_request(230_009, "Message can only be recalled within one days.");
pub(crate) const BOT_IS_NOT_THE_SENDER: Code = bad_request(230_012, "Bot is NOT the sender of the message.");
pub(crate) const NO_PERMISSION_TO_RECALL: Code = bad_request(230_026, "No permission to recall this message.");
pub(crate) const LACK_OF_PERMISSIONS: Code = bad_request(230_027, "Lack of necessary permissions.");
pub(crate) const MESSAGE_NOT_FOUND: Code = bad_request(230_030, "The message id is invalid, record not found.");

pub(crate) const UPLOAD_PARAM: Code = bad_request(234_001, "Invalid request param.");
pub(crate) const FILE_TOO_LARGE: Code = bad_request(234_006, "The file size exceed the max value.");
pub(crate) const UPLOAD_WITHOUT_BOT: Code = bad_request(234_007, "App does not enable bot feature.");
pub(crate) const FILE_EMPTY: Code = bad_request(234_010, "File's size can't be 0.");
/// Real answers have it so; the page writes "regonnize".
pub(crate) const IMAGE_FORMAT: Code = bad_request(234_011, "Can't recognize image format.");
pub(crate) const IMAGE_RESOLUTION: Code = bad_request(234_039, "Image resolution exceeds limit.");

pub(crate) const NO_DEPARTMENT_AUTHORITY: Code = forbidden(40004, "no dept authority error");
pub(crate) const PAGE_SIZE: Code = bad_request(40011, "page size is invalid");
pub(crate) const PAGE_TOKEN: Code = bad_request(40012, "page token is invalid error");
pub(crate) const BIG_DEPARTMENT: Code = bad_request(43010, "big dept forbid recursion error");

/// The gateway's refusal of a call for which the app has none of the scopes that allow it.
pub(crate) fn access_denied(any_of: &[&str]) -> Refusal {
    let violations: Vec<Value> = any_of
        .iter()
        .map(|scope| json!({"type": "action_scope_required", "subject": scope, "description": ""}))
        .collect();
    ACCESS_DENIED
        .because(format_args!("[{}]", any_of.join(", ")))
        .with_error(json!({"permission_violations": violations}))
}

/// The gateway's refusal of a call that comes too soon, with the two headers of the page "rate limits".
pub(crate) fn throttled(throttled: Throttled) -> Answer {
    Answer::from(FREQUENCY_LIMIT.refusal())
        .with_status(throttled.status.code())
        .with_header(HeaderName::from_static("x-ogw-ratelimit-limit"), HeaderValue::from(throttled.limit))
        .with_header(HeaderName::from_static("x-ogw-ratelimit-reset"), HeaderValue::from(throttled.reset))
}

/// The gateway's refusal of one field.
pub(crate) fn invalid_field(field: &str, value: &str, description: impl fmt::Display) -> Refusal {
    let violation = json!({"field": field, "value": value, "description": description.to_string()});
    FIELD_VALIDATION.refusal().with_error(json!({"field_violations": [violation]}))
}

/// The gateway's refusal of an `open_department_id` that nobody knows.
pub(crate) fn no_open_department(field: &str, id: &str) -> Refusal {
    no_department(OPEN_DEPARTMENT_NOT_EXISTED, field, id)
}

/// The gateway's refusal of a `department_id` that nobody knows.
pub(crate) fn no_own_department(field: &str, id: &str) -> Refusal {
    no_department(DEPARTMENT_NOT_EXISTED, field, id)
}

fn no_department(code: Code, field: &str, id: &str) -> Refusal {
    let violation = json!({"field": field, "value": id, "description": "the department does not exist"});
    code.because(format_args!("[{id}]")).with_error(json!({"field_violations": [violation]}))
}

impl Code {
    pub(crate) const fn new(status: StatusCode, code: i64, text: &'static str) -> Self {
        Self { status, code, text }
    }

    pub(crate) const fn number(self) -> i64 {
        self.code
    }

    #[cfg(test)]
    pub(crate) const fn status(self) -> StatusCode {
        self.status
    }

    /// This text in place of the document's.
    pub(crate) fn saying(self, msg: impl Into<String>) -> Refusal {
        self.refusal_saying(msg.into())
    }

    /// The document's text alone.
    pub(crate) fn refusal(self) -> Refusal {
        self.refusal_saying(self.text.to_owned())
    }

    /// The document's text, and what is wrong with this request.
    pub(crate) fn because(self, detail: impl fmt::Display) -> Refusal {
        self.refusal_saying(format!("{} {detail}", self.text))
    }

    fn refusal_saying(self, msg: String) -> Refusal {
        Refusal { status: self.status, body: Body { code: self.code, msg, data: None, error: None } }
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
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Empty {}

impl Refusal {
    /// With `"data":{}`, as the token endpoint has it for 10003.
    pub(crate) fn with_empty_data(mut self) -> Self {
        self.body.data = Some(Empty {});
        self
    }

    /// With the gateway's `error` object.
    fn with_error(mut self, error: Value) -> Self {
        self.body.error = Some(error);
        self
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::json(refusal.status, Some(refusal.body.code), &refusal.body)
    }
}
