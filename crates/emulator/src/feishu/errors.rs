//! For each endpoint, each code that its document has: provoked by a request that deserves it, or by a fault where it
//! takes what the emulator does not have.

use std::collections::BTreeSet;

use serde_json::json;

use crate::feishu::codes::Code;
use crate::feishu::documented;
use crate::feishu::testing::{IMAGES_PATH, Reply, SEND_PATH, Sandbox, TOKEN_PATH, gif, office, png};
use crate::{Builder, Department, Emulator, Fault, FaultPlan, FaultRule, FeishuDirectory, RateLimits};

/// What provoked which code.
type Provoked = Vec<(i64, Reply)>;

/// Every code of the document was answered, with its status, by one of these or by a fault on the path.
fn check(documented: &[Code], provoked: Provoked, path: &str) {
    let mut seen = BTreeSet::new();
    for (code, reply) in provoked {
        assert_eq!(reply.json()["code"], code, "{path}: {}", reply.text);
        let known = documented.iter().find(|known| known.number() == code);
        let status = known.unwrap_or_else(|| panic!("{path}: {code} is not in the document")).status();
        assert_eq!(reply.status, status.as_u16(), "{path}: {}", reply.text);
        seen.insert(code);
    }
    for code in documented.iter().filter(|code| !seen.contains(&code.number())) {
        let rule = FaultRule::new(Fault::code(code.number()).unwrap()).on_path(path).unwrap();
        let mut sandbox = Sandbox::logged_in();
        sandbox.world.set_faults(FaultPlan::new().with_rule(rule));
        let reply = sandbox.request_with("POST", path, "", b"{}");
        assert_eq!((reply.status, &reply.json()["code"]), (code.status().as_u16(), &json!(code.number())), "{path}");
        assert_eq!(sandbox.world.requests()[1].fault, Some("code"));
    }
}

fn sandbox(builder: Builder) -> Sandbox {
    let mut sandbox = Sandbox::from(builder.world());
    sandbox.log_in();
    sandbox
}

fn scoped(scopes: &[&str]) -> Sandbox {
    let office = scopes.iter().fold(office(), |office, &scope| office.with_scope(scope));
    Sandbox::in_office(office)
}

#[test]
fn batch_send() {
    let to = |rest: &str| format!(r#"{{"msg_type":"text","content":{{"text":"x"}},{rest}}}"#);
    let typed = |msg_type: &str, content: &str| format!(r#"{{"msg_type":"{msg_type}",{content},"open_ids":["ou_1"]}}"#);
    let send = |mut sandbox: Sandbox, body: &str| sandbox.send(body);
    let plain = |body: &str| send(Sandbox::logged_in(), body);
    let post = |node: &str| typed("post", &format!(r#""content":{{"post":{{"en_us":{{"content":[[{node}]]}}}}}}"#));
    let quota = Emulator::builder().with_rate_limits(RateLimits::documented().with_daily_messages(0));
    let provoked = vec![
        (10002, plain(&post(r#"{"tag":"md","text":"x"}"#))),
        (10003, plain(&to(r#""open_ids":[]"#))),
        (10003, plain("{")),
        (11203, send(scoped(&["im:message", "im:message:send_multi_depts"]), &to(r#""user_ids":["ben"]"#))),
        (11204, send(scoped(&["im:message", "im:message:send_multi_users"]), &to(r#""department_ids":["od-sales"]"#))),
        (11205, send(sandbox(Emulator::builder().without_bot()), &to(r#""open_ids":["ou_1"]"#))),
        (11227, plain(&typed("image", r#""content":{"image_key":"img_invalid"}"#))),
        (11231, plain(&typed("share_chat", r#""content":{"share_chat_id":"oc_invalid"}"#))),
        (11246, plain(&typed("interactive", r#""card":{"schema":"2.0","elements":[]}"#))),
        (11247, send(sandbox(quota), &to(r#""open_ids":["ou_1"]"#))),
        (19036, plain(&post(&format!(r#"{{"tag":"text","text":"{}"}}"#, "x".repeat(30_000))))),
    ];
    check(&documented::BATCH_SEND, provoked, SEND_PATH);
}

#[test]
fn recall_progress_and_read_counts() {
    let base = "/open-apis/im/v1/batch_messages";
    let recall = |sandbox: &mut Sandbox, id: &str| sandbox.request_with("DELETE", &format!("{base}/{id}"), "", b"");
    let sent = |sandbox: &mut Sandbox| {
        let reply = sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#).json();
        reply["data"]["message_id"].as_str().unwrap().to_owned()
    };
    let mut lark = sandbox(Emulator::builder().with_lark());
    let id = sent(&mut lark);
    lark.log_in_store();
    let of_another = [
        (230_012, lark.get(&format!("{base}/{id}/get_progress"))),
        (230_012, lark.get(&format!("{base}/{id}/read_user"))),
        (230_026, recall(&mut lark, &id)),
    ];
    lark.wait(jiff::SignedDuration::from_hours(25));
    lark.log_in();
    let mut provoked = vec![
        (230_001, recall(&mut lark, "om_1")),
        (230_006, recall(&mut sandbox(Emulator::builder().without_bot()), &id)),
        (230_009, recall(&mut lark, &id)),
        (230_027, recall(&mut scoped(&["im:message"]), &id)),
        (230_030, recall(&mut lark, "bm-1")),
    ];
    provoked.extend(of_another);
    check(&documented::FOLLOW_UP, provoked, base);
}

#[test]
fn image_upload() {
    let upload = |image: &[u8]| Sandbox::logged_in().upload("message", image);
    let mut heavy = png(10, 10);
    heavy.resize(10_000_001, 0);
    let provoked = vec![
        (234_001, Sandbox::logged_in().upload("poster", &png(1, 1))),
        (234_001, Sandbox::logged_in().request_with("POST", IMAGES_PATH, "application/json", b"{}")),
        (234_006, upload(&heavy)),
        (234_007, sandbox(Emulator::builder().without_bot()).upload("message", &png(1, 1))),
        (234_010, upload(b"")),
        (234_011, upload(b"no picture")),
        (234_039, upload(&gif(2_001, 1))),
    ];
    check(&documented::UPLOAD, provoked, IMAGES_PATH);
}

#[test]
fn contact() {
    let base = "/open-apis/contact/v3";
    let ask = |office: FeishuDirectory, path: &str| Sandbox::in_office(office).get(&format!("{base}/{path}"));
    let mut wide = FeishuDirectory::new();
    for number in 0..501 {
        wide = wide.with_department(Department::new(format!("od-{number}")));
    }
    let hidden = office().with_department(Department::new("od-hidden").invisible());
    let provoked = vec![
        (40004, ask(hidden.clone(), "departments/od-hidden/children")),
        (40004, ask(hidden, "users/find_by_department?department_id=0")),
        (40011, ask(office(), "departments/0/children?page_size=51")),
        (40012, ask(office(), "users/find_by_department?department_id=0&page_token=x")),
        (43010, ask(wide, "departments/0/children?fetch_child=true")),
        (99_992_357, ask(office(), "departments/od-nowhere/children")),
        (99_992_379, ask(office(), "departments/nowhere/children?department_id_type=department_id")),
    ];
    check(&documented::CONTACT, provoked, base);
}

#[test]
fn tokens() {
    let app_token = "/open-apis/auth/v3/app_access_token";
    let tenant_token = "/open-apis/auth/v3/tenant_access_token";
    let custom = r#"{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}"#;
    let store =
        r#"{"app_id":"cli_sandbox_store","app_secret":"sandbox-store-secret","app_ticket":"sandbox-store-ticket"}"#;
    let mut sandbox = Sandbox::new();
    let mut ask = |path: &str, body: &str| sandbox.request("POST", path, "", body);
    let token = |reply: Reply| reply.json()["app_access_token"].as_str().unwrap().to_owned();
    let of_custom = token(ask(&format!("{app_token}/internal"), custom));
    let of_store = token(ask(app_token, store));
    let for_tenant = |token: &str, key: &str| json!({"app_access_token": token, "tenant_key": key}).to_string();
    let provoked = vec![
        (10005, ask(app_token, &custom.replace('}', r#","app_ticket":"x"}"#))),
        (10012, ask(app_token, &store.replace("sandbox-store-ticket", "old"))),
        (10013, ask(tenant_token, &for_tenant(&of_custom, "sandbox-tenant"))),
        (10014, ask(TOKEN_PATH, &custom.replace("sandbox-secret", "x"))),
        (10016, ask("/open-apis/auth/v3/app_ticket/resend", custom)),
        (20009, ask(tenant_token, &for_tenant(&of_store, "another"))),
    ];
    check(&documented::LOG_IN, provoked, TOKEN_PATH);
}

#[test]
fn the_gateway() {
    let with = |bearer: &str| Sandbox::new().request("POST", SEND_PATH, bearer, "{}");
    let mut throttled = sandbox(Emulator::builder().with_rate_limits(RateLimits::documented()));
    let mut last = throttled.send("{}");
    for _ in 0..50 {
        last = throttled.send("{}");
    }
    let look_up = "/open-apis/contact/v3/users/batch_get_id";
    let many = json!({"emails": vec!["a@example.com"; 51]}).to_string();
    let provoked = vec![
        (99_991_400, last),
        (99_991_661, with("")),
        (99_991_663, with("Bearer t-x")),
        (99_991_668, with("Bearer u-x")),
        (99_991_671, with("Bearer x")),
        (99_991_672, scoped(&["im:resource"]).send("{}")),
        (99_992_402, Sandbox::logged_in().request_with("POST", look_up, "", many.as_bytes())),
    ];
    check(&documented::GATEWAY, provoked, SEND_PATH);
    let reply = Sandbox::logged_in().request_with("POST", look_up, "", b"{");
    assert_eq!((reply.status, &reply.json()["code"]), (400, &json!(9499)), "batch_send has it at 200");
}
