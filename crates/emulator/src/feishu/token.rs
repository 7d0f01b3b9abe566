//! Tenant access tokens of a custom app.
//!
//! Lark's document "get custom app tenant_access_token": valid for two hours; asked with 30 minutes or more left
//! the same token comes back, with less a new one, and the old one stays valid until its own end.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::feishu::codes::{self, Refusal};
use crate::world::World;

const LIFETIME: SignedDuration = SignedDuration::from_secs(7200);
const RENEWED_BELOW: SignedDuration = SignedDuration::from_secs(1800);

/// The tokens given out and not yet expired.
#[derive(Default)]
pub(crate) struct Tokens {
    issued: Vec<Issued>,
}

struct Issued {
    token: String,
    expires: Timestamp,
}

impl Tokens {
    pub(crate) fn is_valid(&self, token: &str, now: Timestamp) -> bool {
        self.issued.iter().any(|issued| issued.token == token && now < issued.expires)
    }

    /// The token to hand out now, and how long it still lasts.
    fn current(&mut self, now: Timestamp, fresh: impl FnOnce() -> String) -> (&str, SignedDuration) {
        self.issued.retain(|issued| now < issued.expires);
        let lasting = self.issued.last().is_some_and(|newest| newest.expires.duration_since(now) >= RENEWED_BELOW);
        if !lasting {
            self.issued
                .push(Issued { token: fresh(), expires: now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX) });
        }
        match self.issued.last() {
            Some(newest) => (&newest.token, newest.expires.duration_since(now)),
            None => ("", SignedDuration::ZERO),
        }
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("issued", &self.issued.len()).finish()
    }
}

#[derive(Deserialize)]
struct Credentials {
    app_id: String,
    app_secret: String,
}

#[derive(Serialize)]
struct Granted<'a> {
    code: i64,
    msg: &'a str,
    tenant_access_token: &'a str,
    expire: i64,
}

/// `POST /open-apis/auth/v3/tenant_access_token/internal`. Failures are HTTP 200 too (probes of 2026-09-11).
pub(crate) fn issue(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let invalid = || codes::INVALID_PARAM.refusal().with_empty_data();
    let asked: Credentials = serde_json::from_slice(body).map_err(|_| invalid())?;
    let config = &world.config;
    if asked.app_secret.is_empty() {
        return Err(invalid());
    }
    if asked.app_id != config.app_id {
        return Err(if is_well_formed(&asked.app_id) { codes::APP_ID_NOT_EXISTS.refusal() } else { invalid() });
    }
    if asked.app_secret != config.app_secret {
        return Err(codes::APP_SECRET_INVALID.refusal());
    }
    let ids = &mut world.feishu.token_ids;
    let (token, left) = world.feishu.tokens.current(now, || format!("t-{:032x}", ids.next_id()));
    Ok(Answer::json(
        StatusCode::OK,
        Some(0),
        &Granted { code: 0, msg: "ok", tenant_access_token: token, expire: left.as_secs() },
    ))
}

fn is_well_formed(app_id: &str) -> bool {
    app_id.strip_prefix("cli_").is_some_and(|rest| {
        (1..=60).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{SEND_PATH, Sandbox, TOKEN_PATH};

    fn grant(sandbox: &mut Sandbox) -> (String, i64) {
        let granted = sandbox.log_in();
        assert_eq!(granted["code"], 0);
        assert_eq!(granted["msg"], "ok");
        (granted["tenant_access_token"].as_str().unwrap().to_owned(), granted["expire"].as_i64().unwrap())
    }

    #[test]
    fn a_token_is_kept_while_thirty_minutes_are_left_and_then_replaced() {
        let mut sandbox = Sandbox::new();
        let (first, expire) = grant(&mut sandbox);
        assert_eq!(expire, 7200);
        assert!(first.starts_with("t-"), "{first}");

        for (at, left) in [("00:00:01", 7199), ("01:00:00", 3600), ("01:29:59.5", 1800), ("01:30:00", 1800)] {
            sandbox.set_time(at);
            assert_eq!(grant(&mut sandbox), (first.clone(), left), "at {at}");
        }

        sandbox.set_time("01:30:00.000001");
        let (second, expire) = grant(&mut sandbox);
        assert_ne!(second, first);
        assert_eq!(expire, 7200);
        sandbox.set_time("01:40:00");
        assert_eq!(grant(&mut sandbox), (second, 6600), "the newer of two valid tokens is handed out");
    }

    #[test]
    fn each_token_works_until_its_own_end() {
        let mut sandbox = Sandbox::new();
        let (first, _) = grant(&mut sandbox);
        sandbox.set_time("01:45:00");
        let (second, _) = grant(&mut sandbox);

        let mut check = |at: &str, token: &str, expected: i64| {
            sandbox.set_time(at);
            let body = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;
            let response = sandbox.request("POST", SEND_PATH, &format!("Bearer {token}"), body);
            assert_eq!(response.json()["code"], expected, "at {at}");
        };
        check("01:59:59.999999", &first, 0);
        check("02:00:00", &first, 99_991_663);
        check("02:00:00", &second, 0);
        check("03:44:59", &second, 0);
        check("03:45:00", &second, 99_991_663);
    }

    #[test]
    fn after_the_end_a_new_one_lasts_two_hours_again() {
        let mut sandbox = Sandbox::new();
        let (first, _) = grant(&mut sandbox);
        sandbox.set_time("09:00:00");
        let (second, expire) = grant(&mut sandbox);
        assert_ne!(first, second);
        assert_eq!(expire, 7200);
        assert_eq!(sandbox.world.feishu.tokens.issued.len(), 1, "the expired one is forgotten");
    }

    #[test]
    fn refusals_are_the_documented_ones() {
        fn check(body: &str, expected: serde_json::Value) {
            let response = Sandbox::new().request("POST", TOKEN_PATH, "", body);
            assert_eq!(response.status, 200, "{body}");
            assert_eq!(response.json(), expected, "{body}");
        }
        let invalid = json!({"code": 10003, "msg": "invalid param", "data": {}});
        check("", invalid.clone());
        check("{", invalid.clone());
        check("[]", invalid.clone());
        check("{}", invalid.clone());
        check(r#"{"app_id":"cli_sandbox"}"#, invalid.clone());
        check(r#"{"app_id":"","app_secret":"sandbox-secret"}"#, invalid.clone());
        check(r#"{"app_id":"cli_sandbox","app_secret":""}"#, invalid.clone());
        check(r#"{"app_id":"sandbox","app_secret":"x"}"#, invalid.clone());
        check(r#"{"app_id":"cli_","app_secret":"x"}"#, invalid.clone());
        check(r#"{"app_id":"cli_a b","app_secret":"x"}"#, invalid.clone());
        check(r#"{"app_id":7,"app_secret":"x"}"#, invalid);
        check(
            r#"{"app_id":"cli_other","app_secret":"sandbox-secret"}"#,
            json!({"code": 10014, "msg": "app id not exists"}),
        );
        check(r#"{"app_id":"cli_sandbox","app_secret":"wrong"}"#, json!({"code": 10014, "msg": "app secret invalid"}));
    }

    #[test]
    fn both_forms_of_the_path_and_other_credentials_work() {
        let mut sandbox = Sandbox::new();
        let slash = format!("{TOKEN_PATH}/");
        let body = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#;
        assert_eq!(sandbox.request("POST", &slash, "", body).json()["code"], 0);

        let mut sandbox = Sandbox::from(crate::Emulator::builder().with_credentials("any app", "s").world());
        let other = r#"{"app_id":"any app","app_secret":"s"}"#;
        assert_eq!(sandbox.request("POST", TOKEN_PATH, "", other).json()["code"], 0);
        assert_eq!(sandbox.request("POST", TOKEN_PATH, "", body).json()["code"], 10014);
    }
}
