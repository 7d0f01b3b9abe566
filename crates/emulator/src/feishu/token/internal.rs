//! The two endpoints of a custom app. Failures are HTTP 200 too (probes of 2026-09-11).

use jiff::Timestamp;

use crate::answer::Answer;
use crate::feishu::app_status;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::token::credentials::Credentials;
use crate::feishu::token::{App, Granted};
use crate::world::World;

/// `POST /open-apis/auth/v3/tenant_access_token/internal`.
pub(crate) fn tenant_access_token(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    check(world, body)?;
    let (token, left) = world.feishu.issuer.tenant_token(App::Custom, now);
    Ok(Granted::tenant(token, left).into())
}

/// `POST /open-apis/auth/v3/app_access_token/internal`.
pub(crate) fn app_access_token(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    check(world, body)?;
    let (token, left) = world.feishu.issuer.app_token(App::Custom, now);
    Ok(Granted::app(token, left).into())
}

fn check(world: &World, body: &[u8]) -> Result<(), Refusal> {
    match Credentials::parse(body)?.app(world)? {
        App::Custom => app_status::require_installed(&world.directory),
        App::Store => Err(codes::APP_ID_UNAUTHORIZED.because("a store app logs in with its app_ticket")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::feishu::testing::{Sandbox, TOKEN_PATH};

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
    fn an_app_access_token_is_another_token() {
        let mut sandbox = Sandbox::new();
        let path = TOKEN_PATH.replace("tenant", "app");
        let credentials = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#;
        let granted = sandbox.request("POST", &path, "", credentials).json();
        let token = granted["app_access_token"].as_str().unwrap();
        assert!(token.starts_with("a-"), "{token}");
        assert_eq!(granted, json!({"code": 0, "msg": "ok", "app_access_token": token, "expire": 7200}));
        let refused = sandbox.request("POST", &path, "", r#"{"app_id":"cli_sandbox","app_secret":"x"}"#).json();
        assert_eq!(refused, json!({"code": 10014, "msg": "app secret invalid"}));
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
