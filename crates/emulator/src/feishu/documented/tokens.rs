//! The way to a token. Failures are HTTP 200, as probes of 2026-09-11 saw.

use crate::feishu::codes::{self, Code, business};

/// The generic list (2022-03-03) and probes. It does not say which code is whose, so all endpoints have all.
pub(crate) const LOG_IN: [Code; 11] = [
    codes::INVALID_PARAM,
    codes::APP_ID_UNAUTHORIZED,
    codes::APP_TOKEN_FAILED,
    codes::TENANT_TOKEN_FAILED,
    codes::APP_UNAUTHORIZED,
    business(10015, "wrong app secret"),
    codes::APP_RESEND_FAILED,
    codes::NOT_INSTALLED,
    codes::INVALID_APP_TOKEN,
    business(2200, "Internal Error"),
    business(99_991_543, "login_user invalid"),
];
