//! The gateway's look at the token, before anything else of a business API.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use jiff::Timestamp;

use crate::feishu::codes::{self, Refusal};
use crate::feishu::token::{App, Issuer};

/// The app whose tenant access token it is.
pub(crate) fn check(issuer: &Issuer, now: Timestamp, headers: &HeaderMap) -> Result<App, Refusal> {
    let token = bearer(headers);
    if let Some(app) = token.and_then(|token| issuer.bearer(token, now)) {
        return Ok(app);
    }
    let code = match token {
        None => codes::MISSING_ACCESS_TOKEN,
        Some(token) if token.starts_with("eyJ") => codes::INVALID_USER_TOKEN,
        Some(token) if token.starts_with("u-") => codes::USER_TOKEN_NOT_SUPPORTED,
        Some(token) if token.starts_with("t-") => codes::INVALID_ACCESS_TOKEN,
        Some(_) => codes::MALFORMED_TOKEN,
    };
    Err(code.refusal())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{SEND_PATH, Sandbox};

    const INVALID: &str = "Invalid access token for authorization. Please make a request with token attached";

    #[test]
    fn refusals_are_the_documented_ones_whatever_the_body() {
        fn check(authorization: &str, code: i64, msg: &str) {
            for body in [r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#, "{", ""] {
                let mut sandbox = Sandbox::new();
                let response = sandbox.request("POST", SEND_PATH, authorization, body);
                assert_eq!(response.status, 400, "{authorization}");
                assert_eq!(response.json(), serde_json::json!({"code": code, "msg": msg}), "{authorization}");
                assert!(sandbox.world.deliveries().is_empty(), "{authorization}");
                assert_eq!(sandbox.world.requests()[0].code, Some(code));
            }
        }
        let missing = "Missing access token for authorization. Please make a request with token attached.";
        check("", 99_991_661, missing);
        check("t-1", 99_991_661, missing);
        check("bearer t-1", 99_991_661, missing);
        check("Basic t-1", 99_991_661, missing);
        check("Bearer", 99_991_661, missing);
        check("Bearer t-1", 99_991_663, INVALID);
        check("Bearer eyJhbGciOi", 99_991_668, INVALID);
        check("Bearer u-1", 99_991_668, "user access token not support");
        check("Bearer a-1", 99_991_671, "Invalid token: must start with t-/u-");
        check("Bearer  t-1", 99_991_671, "Invalid token: must start with t-/u-");
    }
}
