//! How long a token lasts, and when a new one comes.
//!
//! Lark's document "get custom app tenant_access_token", and the same in that for store apps: valid for two hours;
//! asked with 30 minutes or more left the same token comes back, with less a new one, and the old one stays valid
//! until its own end.

use jiff::{SignedDuration, Timestamp};

const LIFETIME: SignedDuration = SignedDuration::from_secs(7200);
const RENEWED_BELOW: SignedDuration = SignedDuration::from_secs(1800);

/// The tokens of one kind that were given to one app and have not expired.
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
    pub(crate) fn current(&mut self, now: Timestamp, fresh: impl FnOnce() -> String) -> (&str, SignedDuration) {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::feishu::testing::{SEND_PATH, Sandbox};

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

    /// The same for all four ways to a token, each by its own clock.
    #[test]
    fn every_endpoint_renews_alike() {
        fn check(path: &str, name: &str, prefix: &str, body: impl Fn(&mut Sandbox) -> String) {
            let mut sandbox = Sandbox::new();
            let mut ask = |at: &str, left: i64| {
                sandbox.set_time(at);
                let body = body(&mut sandbox);
                let granted = sandbox.request("POST", &format!("/open-apis/auth/v3/{path}"), "", &body).json();
                let token = granted[name].clone();
                assert!(token.as_str().unwrap().starts_with(prefix), "{path}: {granted}");
                assert_eq!(granted, json!({"code": 0, "msg": "ok", name: token, "expire": left}), "{path} at {at}");
                token
            };
            let first = ask("00:00:00", 7200);
            assert_eq!(ask("01:29:59", 1801), first, "{path}");
            assert_eq!(ask("01:30:00", 1800), first, "{path}");
            let second = ask("01:30:01", 7200);
            assert_ne!(second, first, "{path}");
            assert_eq!(ask("03:00:01", 1800), second, "{path}");
        }
        let custom = |_: &mut Sandbox| r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#.to_owned();
        const STORE: &str =
            r#"{"app_id":"cli_sandbox_store","app_secret":"sandbox-store-secret","app_ticket":"sandbox-store-ticket"}"#;
        check("tenant_access_token/internal", "tenant_access_token", "t-", custom);
        check("app_access_token/internal", "app_access_token", "a-", custom);
        check("app_access_token", "app_access_token", "a-", |_| STORE.to_owned());
        check("tenant_access_token", "tenant_access_token", "t-", |sandbox| {
            let app = sandbox.request("POST", "/open-apis/auth/v3/app_access_token", "", STORE).json();
            format!(r#"{{"app_access_token":{},"tenant_key":"sandbox-tenant"}}"#, app["app_access_token"])
        });
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
        assert_eq!(sandbox.world.feishu.issuer.custom.tenant.issued.len(), 1, "the expired one is forgotten");
    }
}
