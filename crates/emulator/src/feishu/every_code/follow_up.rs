//! `/open-apis/im/v1/batch_messages/:batch_message_id…`.

use jiff::SignedDuration;

use super::{By, check, sandbox, with_scopes};
use crate::Emulator;
use crate::feishu::testing::Sandbox;

const BASE: &str = "/open-apis/im/v1/batch_messages";
const INVALID: &str = "Your request contains an invalid request parameter.";
const NO_BOT: &str = "Bot ability is not activated.";
const NOT_THE_SENDER: &str = "Bot is NOT the sender of the message.";
const NO_SCOPE: &str = "Lack of necessary permissions.";
const NOT_FOUND: &str = "The message id is invalid, record not found.";

/// Lark's page on recall (2024-06-05).
pub(super) const RECALL: &[i64] = &[230_001, 230_006, 230_009, 230_026, 230_027, 230_030];

/// Lark's page on progress (2024-06-05).
pub(super) const PROGRESS: &[i64] = &[230_001, 230_006, 230_012, 230_027, 230_030];

/// Lark's page on read counts (2024-06-05).
pub(super) const READ_USER: &[i64] = &[230_001, 230_012, 230_027, 230_030];

/// With a message of the custom app.
fn sent() -> (Sandbox, String) {
    let mut sandbox = sandbox(Emulator::builder().with_lark());
    let reply = sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#).json();
    let id = reply["data"]["message_id"].as_str().unwrap().to_owned();
    (sandbox, id)
}

fn ask(sandbox: &mut Sandbox, method: &str, id: &str, rest: &str) -> By {
    By::Request(sandbox.request_with(method, &format!("{BASE}/{id}{rest}"), "", b""))
}

fn of_another(method: &str, rest: &str) -> By {
    let (mut sandbox, id) = sent();
    sandbox.log_in_store();
    ask(&mut sandbox, method, &id, rest)
}

fn after_days(days: i64, method: &str, rest: &str) -> By {
    let (mut sandbox, id) = sent();
    sandbox.wait(SignedDuration::from_hours(24 * days + 1));
    sandbox.log_in();
    ask(&mut sandbox, method, &id, rest)
}

fn without_bot(method: &str, rest: &str) -> By {
    ask(&mut sandbox(Emulator::builder().without_bot()), method, "bm-1", rest)
}

fn without_scope(method: &str, rest: &str) -> By {
    ask(&mut with_scopes(&["im:message"]), method, "bm-1", rest)
}

#[test]
fn recall() {
    let ask = |id: &str| ask(&mut Sandbox::logged_in(), "DELETE", id, "");
    let rows = vec![
        (400, 230_001, INVALID, ask("om_1")),
        (400, 230_006, NO_BOT, without_bot("DELETE", "")),
        (400, 230_009, "Message can only be recalled within one days.", after_days(1, "DELETE", "")),
        (400, 230_026, "No permission to recall this message.", of_another("DELETE", "")),
        (400, 230_027, NO_SCOPE, without_scope("DELETE", "")),
        (400, 230_030, NOT_FOUND, ask("bm-1")),
    ];
    check("DELETE", &format!("{BASE}/bm-1"), RECALL, rows);
}

#[test]
fn progress() {
    let (method, rest) = ("GET", "/get_progress");
    let ask = |id: &str| ask(&mut Sandbox::logged_in(), method, id, rest);
    let rows = vec![
        (400, 230_001, INVALID, ask("om_1")),
        (400, 230_006, NO_BOT, without_bot(method, rest)),
        (400, 230_012, NOT_THE_SENDER, of_another(method, rest)),
        (400, 230_027, NO_SCOPE, without_scope(method, rest)),
        (400, 230_030, NOT_FOUND, ask("bm-1")),
        (400, 230_030, NOT_FOUND, after_days(30, method, rest)),
    ];
    check(method, &format!("{BASE}/bm-1{rest}"), PROGRESS, rows);
}

#[test]
fn read_user() {
    let (method, rest) = ("GET", "/read_user");
    let ask = |id: &str| ask(&mut Sandbox::logged_in(), method, id, rest);
    let rows = vec![
        (400, 230_001, INVALID, ask("om_1")),
        (400, 230_012, NOT_THE_SENDER, of_another(method, rest)),
        (400, 230_027, NO_SCOPE, without_scope(method, rest)),
        (400, 230_030, NOT_FOUND, ask("bm-1")),
        (400, 230_030, NOT_FOUND, after_days(30, method, rest)),
    ];
    check(method, &format!("{BASE}/bm-1{rest}"), READ_USER, rows);
}
