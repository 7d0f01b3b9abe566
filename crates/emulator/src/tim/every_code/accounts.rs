//! The four calls of `im_open_login_svc`.

use serde_json::{Value, json};

use super::{Table, gateway};
use crate::tim::testing::Sandbox;
use crate::{AccountDeletion, Emulator};

const NOT_ADMIN: (i64, &str) = (70403, "Request failed. You need app admin permission to perform this action.");
const NOT_JSON: (i64, &str) = (60003, "HTTP request JSON parsing error.");
const DELETE: &str = "/v4/im_open_login_svc/account_delete";
const FULL: &str = "Err_TLS_Account_Num_Exceed_Threshold";
const LATELY: &str =
    "For non-Chat Trial Edition applications, the account cannot be re-imported within three months after deletion.";

/// "Querying Accounts" (2024-02-07), and 70206 of the page "Error Codes" (2019).
const CHECK: &[i64] = &[70202, 70206, 70402, 70403];

/// "Deleting Accounts" (2019 to 2024-08-20).
const DELETION: &[i64] = &[30006, 30007, 30008, 40006, 70107, 70202, 70206, 70402, 70403, 71000];

/// "Importing a Single Account" (2019, 2020-05-22, 2024-07-09).
const ONE: &[i64] = &[40005, 40006, 40601, 70202, 70398, 70399, 70402, 70403, 70404];

/// "Importing Multiple Accounts" (2019 to 2024-12-25).
const MANY: &[i64] = &[70202, 70206, 70398, 70402, 70403];

const TIMED_OUT: (i64, &str) = (70202, "Server timed out. Try again later.");
const WRONG_COUNT: (i64, &str) = (70206, "Invalid batch quantity in the request.");
const PROFILE: (i64, &str) = (40006, "Internal server error.");

fn users(name: &str, count: usize) -> Value {
    json!({name: vec![json!({"UserID": "rong"}); count]})
}

#[test]
fn account_check() {
    let mut table = Table::of("/v4/im_open_login_svc/account_check", users("CheckItem", 100));
    table.gateway(100);
    table.service(NOT_ADMIN, NOT_JSON);
    let info = "Illegal request parameters: CheckItem has 101 items, and a call has 1 to 100";
    table.body(70402, info, users("CheckItem", 101));
    table.faults(&[TIMED_OUT, WRONG_COUNT]);
    table.covers(&[gateway::DOCUMENTED, CHECK]);
}

#[test]
fn account_delete() {
    let mut table = Table::of(DELETE, users("DeleteItem", 1));
    table.gateway(100);
    table.service(NOT_ADMIN, NOT_JSON);
    let info = "Illegal request parameters: DeleteItem has 101 items, and a call has 1 to 100";
    table.body(70402, info, users("DeleteItem", 101));
    let refused = Emulator::builder().with_tim_account_deletion(AccountDeletion::Refused);
    let edition = "The current application does not support account deletion.";
    table.body_in(refused, 71000, edition, users("DeleteItem", 1));
    let reply = Sandbox::new().call(DELETE, r#"{"DeleteItem":[{"UserID":"x_invalid"}]}"#);
    let row =
        json!({"UserID": "x_invalid", "ResultCode": 70107, "ResultInfo": "Err_TLS_PT_Open_Login_Account_Not_Exist"});
    table.item(&reply, "ResultItem", row);
    table.faults(&[
        (30006, "Internal server error."),
        (30007, "Server-side internal timeout."),
        (30008, "Concurrent write operations cause write conflicts."),
        PROFILE,
        TIMED_OUT,
        WRONG_COUNT,
    ]);
    table.covers(&[gateway::DOCUMENTED, DELETION]);
}

#[test]
fn account_import() {
    let mut table = Table::of("/v4/im_open_login_svc/account_import", json!({"UserID": "rong"}));
    table.gateway(200);
    table.service(NOT_ADMIN, NOT_JSON);
    let info = "Illegal request parameters: an account has 1 to 32 bytes, and this one has 65";
    table.body(70402, info, json!({"UserID": "u".repeat(65)}));
    let too_long = "The Value length of the data field exceeds 500 bytes.";
    table.body(40601, too_long, json!({"UserID": "rong", "Nick": "x".repeat(501)}));
    let full = Emulator::builder().with_tim_imported_accounts_only().with_tim_account_limit(0);
    table.body_in(full, 70398, FULL, json!({"UserID": "rong"}));
    let mut sandbox = Sandbox::from(Emulator::builder().with_tim_account_deletion(AccountDeletion::Lasting).world());
    sandbox.call(DELETE, &users("DeleteItem", 1).to_string());
    table.answer_in(&mut sandbox, 70399, LATELY, json!({"UserID": "rong"}));
    table.faults(&[
        (40005, "Profile fields contain sensitive words."),
        PROFILE,
        TIMED_OUT,
        (70404, "setting the simple profile timed out"),
    ]);
    table.covers(&[gateway::DOCUMENTED, ONE]);
}

#[test]
fn multiaccount_import() {
    let mut table = Table::of("/v4/im_open_login_svc/multiaccount_import", json!({"Accounts": ["rong"]}));
    table.gateway(100);
    table.service(NOT_ADMIN, NOT_JSON);
    let info = "Illegal request parameters: Accounts has 101 items, and a call has 1 to 100";
    table.body(70402, info, json!({"Accounts": vec!["rong"; 101]}));
    let full = Emulator::builder().with_tim_imported_accounts_only().with_tim_account_limit(0);
    table.body_in(full, 70398, FULL, json!({"Accounts": ["rong", "dave"]}));
    table.faults(&[TIMED_OUT, WRONG_COUNT]);
    table.covers(&[gateway::DOCUMENTED, MANY]);
}
