//! A store app's way to a token: ticket, app access token, tenant access token.
//!
//! Feishu pushes the ticket to the app's event URL once an hour and when asked to. The emulator pushes nothing: the
//! one ticket is known beforehand. Failures are HTTP 200, as with the custom app's endpoints.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::answer::Answer;
use crate::feishu::app_status;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::token::credentials::{Credentials, invalid_param};
use crate::feishu::token::{App, Granted};
use crate::world::World;

/// `POST /open-apis/auth/v3/app_ticket/resend`.
pub(crate) fn resend_ticket(world: &World, body: &[u8]) -> Result<Answer, Refusal> {
    match Credentials::parse(body)?.app(world)? {
        App::Store => Ok(Answer::ok(&json!({"code": 0, "msg": "success"}))),
        App::Custom => Err(codes::APP_RESEND_FAILED.because("a custom app has no app_ticket")),
    }
}

/// `POST /open-apis/auth/v3/app_access_token`.
pub(crate) fn store_app_access_token(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let credentials = Credentials::parse(body)?;
    if credentials.app(world)? == App::Custom {
        return Err(codes::APP_ID_UNAUTHORIZED.because("a custom app logs in at app_access_token/internal"));
    }
    if credentials.app_ticket.is_empty() {
        return Err(invalid_param());
    }
    if credentials.app_ticket != world.config.store.app_ticket {
        return Err(codes::APP_TOKEN_FAILED.because("the app_ticket is not valid"));
    }
    let (token, left) = world.feishu.issuer.app_token(App::Store, now);
    Ok(Granted::app(token, left).into())
}

#[derive(Deserialize)]
struct TenantRequest {
    app_access_token: String,
    tenant_key: String,
}

/// `POST /open-apis/auth/v3/tenant_access_token`.
pub(crate) fn store_tenant_access_token(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let asked: TenantRequest = serde_json::from_slice(body).map_err(|_| invalid_param())?;
    if asked.app_access_token.is_empty() || asked.tenant_key.is_empty() {
        return Err(invalid_param());
    }
    match world.feishu.issuer.app(&asked.app_access_token, now) {
        None => return Err(codes::INVALID_APP_TOKEN.refusal()),
        Some(App::Custom) => return Err(codes::TENANT_TOKEN_FAILED.because("the app is not a store app")),
        Some(App::Store) => {}
    }
    app_status::require_to_log_in(&world.directory)?;
    if asked.tenant_key != world.config.store.tenant_key {
        return Err(codes::NOT_INSTALLED.refusal());
    }
    app_status::require_installed(&world.directory)?;
    let (token, left) = world.feishu.issuer.tenant_token(App::Store, now);
    Ok(Granted::tenant(token, left).into())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::feishu::testing::{SEND_PATH, Sandbox};
    use crate::{Emulator, StoreApp};

    const TICKET: &str = "/open-apis/auth/v3/app_ticket/resend";
    const APP: &str = "/open-apis/auth/v3/app_access_token";
    const TENANT: &str = "/open-apis/auth/v3/tenant_access_token";
    const STORE: &str =
        r#"{"app_id":"cli_sandbox_store","app_secret":"sandbox-store-secret","app_ticket":"sandbox-store-ticket"}"#;
    const CUSTOM: &str = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret","app_ticket":"x"}"#;

    fn ask(sandbox: &mut Sandbox, path: &str, body: &str) -> Value {
        let reply = sandbox.request("POST", path, "", body);
        assert_eq!(reply.status, 200, "{path} {body}: {}", reply.text);
        assert_eq!(reply.header("x-tt-logid").len(), 32);
        reply.json()
    }

    #[test]
    fn from_ticket_to_message() {
        let mut sandbox = Sandbox::new();
        assert_eq!(ask(&mut sandbox, TICKET, STORE), json!({"code": 0, "msg": "success"}));
        let app = ask(&mut sandbox, APP, STORE);
        let app_token = app["app_access_token"].as_str().unwrap();
        assert_eq!(app, json!({"code": 0, "msg": "ok", "app_access_token": app_token, "expire": 7200}));
        assert!(app_token.starts_with("a-"));
        let body = json!({"app_access_token": app_token, "tenant_key": "sandbox-tenant"}).to_string();
        let tenant = ask(&mut sandbox, TENANT, &body);
        let tenant_token = tenant["tenant_access_token"].as_str().unwrap();
        assert_eq!(tenant, json!({"code": 0, "msg": "ok", "tenant_access_token": tenant_token, "expire": 7200}));
        assert_eq!(ask(&mut sandbox, TENANT, &body), tenant, "the same while it lasts");
        let to_one = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;
        let sent = sandbox.request("POST", SEND_PATH, &format!("Bearer {tenant_token}"), to_one);
        assert_eq!(sent.json()["code"], 0);
        let sent = sandbox.request("POST", SEND_PATH, &format!("Bearer {app_token}"), to_one);
        assert_eq!(sent.json()["code"], 99_991_671, "an app access token is for nothing else");
    }

    #[test]
    fn refusals_of_ticket_and_app_token() {
        fn check(path: &str, body: &str, code: i64, msg: &str) {
            let reply = ask(&mut Sandbox::new(), path, body);
            assert_eq!((&reply["code"], &reply["msg"]), (&json!(code), &json!(msg)), "{path} {body}");
        }
        for path in [TICKET, APP] {
            check(path, "", 10003, "invalid param");
            check(path, "{}", 10003, "invalid param");
            check(path, &STORE.replace("cli_sandbox_store", "store"), 10003, "invalid param");
            check(path, &STORE.replace("cli_sandbox_store", "cli_other"), 10014, "app id not exists");
            check(path, &STORE.replace("sandbox-store-secret", "x"), 10014, "app secret invalid");
        }
        check(TICKET, CUSTOM, 10016, "app resend fail a custom app has no app_ticket");
        let elsewhere = "app id unauthorized a custom app logs in at app_access_token/internal";
        check(APP, CUSTOM, 10005, elsewhere);
        check(APP, &STORE.replace("sandbox-store-ticket", ""), 10003, "invalid param");
        let stale = "get app access token fail the app_ticket is not valid";
        check(APP, &STORE.replace("sandbox-store-ticket", "old"), 10012, stale);
        for internal in [format!("{APP}/internal"), format!("{TENANT}/internal")] {
            check(&internal, STORE, 10005, "app id unauthorized a store app logs in with its app_ticket");
        }
    }

    #[test]
    fn refusals_of_the_tenant_token() {
        let mut sandbox = Sandbox::new();
        let store = ask(&mut sandbox, APP, STORE)["app_access_token"].as_str().unwrap().to_owned();
        let internal = format!("{APP}/internal");
        let custom = ask(&mut sandbox, &internal, CUSTOM)["app_access_token"].as_str().unwrap().to_owned();
        let mut check = |token: &str, tenant_key: &str, code: i64| {
            let body = json!({"app_access_token": token, "tenant_key": tenant_key}).to_string();
            assert_eq!(ask(&mut sandbox, TENANT, &body)["code"], code, "{body}");
        };
        check(&store, "sandbox-tenant", 0);
        check("", "sandbox-tenant", 10003);
        check(&store, "", 10003);
        check("a-x", "sandbox-tenant", 99_991_664);
        check(&custom, "sandbox-tenant", 10013);
        check(&store, "another", 20009);
        assert_eq!(ask(&mut sandbox, TENANT, "{")["code"], 10003);
        sandbox.set_time("02:00:00");
        let body = json!({"app_access_token": store, "tenant_key": "sandbox-tenant"}).to_string();
        assert_eq!(ask(&mut sandbox, TENANT, &body)["code"], 99_991_664, "its two hours are over");
    }

    #[test]
    fn another_store_app_works_in_place_of_the_sandboxs() {
        let app = StoreApp::new("cli_a", "s").with_ticket("t").with_tenant_key("k");
        let mut sandbox = Sandbox::from(Emulator::builder().with_store_app(app).world());
        let credentials = r#"{"app_id":"cli_a","app_secret":"s","app_ticket":"t"}"#;
        let token = ask(&mut sandbox, APP, credentials)["app_access_token"].clone();
        let body = json!({"app_access_token": token, "tenant_key": "k"}).to_string();
        assert_eq!(ask(&mut sandbox, TENANT, &body)["code"], 0);
        assert_eq!(ask(&mut sandbox, APP, STORE)["code"], 10014);
    }
}
