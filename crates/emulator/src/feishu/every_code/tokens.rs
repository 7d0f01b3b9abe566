//! `/open-apis/auth/v3/…`: every failure is HTTP 200.

use serde_json::{Value, json};

use super::{By, Row, check};
use crate::feishu::testing::{Sandbox, office};
use crate::{AppStatus, Directory};

const TENANT_TOKEN: &str = "/open-apis/auth/v3/tenant_access_token";
const APP_TOKEN: &str = "/open-apis/auth/v3/app_access_token";
const TICKET: &str = "/open-apis/auth/v3/app_ticket/resend";
const CUSTOM: &str = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#;
const STORE: &str =
    r#"{"app_id":"cli_sandbox_store","app_secret":"sandbox-store-secret","app_ticket":"sandbox-store-ticket"}"#;

/// The generic list (2022-03-03) and probes. It does not say which code is whose, so all endpoints have all.
const TEXTS: [(i64, &str); 11] = [
    (10003, "invalid param"),
    (10005, "app id unauthorized"),
    (10012, "get app access token fail"),
    (10013, "get tenant access token fail"),
    (10014, "app unauthorized"),
    (10015, "wrong app secret"),
    (10016, "app resend fail"),
    (20009, "tenant app not installed"),
    (2200, "Internal Error"),
    (99_991_543, "login_user invalid"),
    (99_991_664, "invalid app token"),
];

fn ask(path: &str, body: &str) -> By {
    By::Request(Sandbox::new().request("POST", path, "", body))
}

fn of_an_app(status: AppStatus, path: &str, body: &str) -> By {
    let mut sandbox = Sandbox::new();
    let body = in_tenant(&mut sandbox, body);
    sandbox.world.set_directory(Directory::new().with_feishu(office().with_app_status(status)).unwrap());
    By::Request(sandbox.request("POST", path, "", &body))
}

/// Where a body wants the app access token of the one app or the other, it gets it.
fn in_tenant(sandbox: &mut Sandbox, body: &str) -> String {
    let mut token = |path: &str, body: &str| {
        let granted: Value = sandbox.request("POST", path, "", body).json();
        granted["app_access_token"].as_str().unwrap().to_owned()
    };
    let of_custom = token(&format!("{APP_TOKEN}/internal"), CUSTOM);
    let of_store = token(APP_TOKEN, STORE);
    body.replace("OF_CUSTOM", &of_custom).replace("OF_STORE", &of_store)
}

/// These by request, and by a fault whatever else is listed.
fn check_endpoint(path: &str, mut rows: Vec<Row>) {
    for (_, code, text, _) in &rows {
        assert!(TEXTS.contains(&(*code, *text)) || *code == 10014, "{path} {code} {text}");
    }
    for (code, text) in TEXTS {
        if !rows.iter().any(|row| row.1 == code) {
            rows.push((200, code, text, By::Fault));
        }
    }
    check("POST", path, &TEXTS.map(|(code, _)| code), rows);
}

/// What every endpoint that takes an id and a secret says to wrong ones.
fn of_credentials(path: &str, good: &str) -> Vec<Row> {
    let invalid = "invalid param";
    let id = if good == CUSTOM { "cli_sandbox" } else { "cli_sandbox_store" };
    let with_secret = |secret: &str| json!({"app_id": id, "app_secret": secret, "app_ticket": "x"}).to_string();
    vec![
        (200, 10003, invalid, ask(path, "")),
        (200, 10003, invalid, ask(path, "{}")),
        (200, 10003, invalid, ask(path, &with_secret(""))),
        (200, 10003, invalid, ask(path, &good.replace(id, ""))),
        (200, 10003, invalid, ask(path, &good.replace(id, "no app id"))),
        (200, 10014, "app id not exists", ask(path, &good.replace(id, "cli_other"))),
        (200, 10014, "app secret invalid", ask(path, &with_secret("wrong"))),
        (200, 10014, "app unauthorized", of_an_app(AppStatus::Disabled, path, good)),
        (200, 10014, "app id not exists", of_an_app(AppStatus::Deleted, path, good)),
    ]
}

#[test]
fn custom_app() {
    for path in [format!("{TENANT_TOKEN}/internal"), format!("{APP_TOKEN}/internal")] {
        let mut rows = of_credentials(&path, CUSTOM);
        rows.push((200, 10005, "app id unauthorized", ask(&path, STORE)));
        rows.push((200, 20009, "tenant app not installed", of_an_app(AppStatus::NotInstalled, &path, CUSTOM)));
        check_endpoint(&path, rows);
    }
}

#[test]
fn store_app_access_token() {
    let mut rows = of_credentials(APP_TOKEN, STORE);
    let stale = STORE.replace("sandbox-store-ticket", "old");
    rows.push((200, 10003, "invalid param", ask(APP_TOKEN, &STORE.replace("sandbox-store-ticket", ""))));
    rows.push((200, 10005, "app id unauthorized", ask(APP_TOKEN, CUSTOM)));
    rows.push((200, 10012, "get app access token fail", ask(APP_TOKEN, &stale)));
    check_endpoint(APP_TOKEN, rows);
    let By::Request(granted) = of_an_app(AppStatus::NotInstalled, APP_TOKEN, STORE) else { unreachable!() };
    assert_eq!(granted.json()["code"], 0, "it is no tenant's");
}

#[test]
fn store_tenant_access_token() {
    let for_tenant = |token: &str, key: &str| json!({"app_access_token": token, "tenant_key": key}).to_string();
    let good = for_tenant("OF_STORE", "sandbox-tenant");
    let of = |body: &str| of_an_app(AppStatus::InUse, TENANT_TOKEN, body);
    let rows = vec![
        (200, 10003, "invalid param", of("")),
        (200, 10003, "invalid param", of(&for_tenant("", "sandbox-tenant"))),
        (200, 10003, "invalid param", of(&for_tenant("OF_STORE", ""))),
        (200, 10013, "get tenant access token fail", of(&for_tenant("OF_CUSTOM", "sandbox-tenant"))),
        (200, 10014, "app unauthorized", of_an_app(AppStatus::Disabled, TENANT_TOKEN, &good)),
        (200, 10014, "app id not exists", of_an_app(AppStatus::Deleted, TENANT_TOKEN, &good)),
        (200, 20009, "tenant app not installed", of(&for_tenant("OF_STORE", "another"))),
        (200, 20009, "tenant app not installed", of_an_app(AppStatus::NotInstalled, TENANT_TOKEN, &good)),
        (200, 99_991_664, "invalid app token", of(&for_tenant("a-x", "sandbox-tenant"))),
    ];
    check_endpoint(TENANT_TOKEN, rows);
    let By::Request(granted) = of(&good) else { unreachable!() };
    assert_eq!(granted.json()["code"], 0);
}

#[test]
fn resend_ticket() {
    let mut rows = of_credentials(TICKET, STORE);
    rows.push((200, 10016, "app resend fail", ask(TICKET, CUSTOM)));
    check_endpoint(TICKET, rows);
}
