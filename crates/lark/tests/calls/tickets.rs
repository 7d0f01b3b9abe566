//! Asking for a store app's ticket.

use batchcast_lark::AppTicketResend;
use batchcast_lark::transport::class::Class;
use batchcast_lark::transport::operation::{Operation, Verdict};
use serde_json::json;

use crate::asking::*;

#[test]
fn a_ticket_is_asked_for() {
    let call = AppTicketResend::new("cli_store", "canary-secret");
    let body = json!({"app_id": "cli_store", "app_secret": "canary-secret"});
    posts(&call, "POST /open-apis/auth/v3/app_ticket/resend", &body);
    assert!(!format!("{call:?}").contains("canary"));
    let done = call.parse(&response(200, r#"{"code":0,"msg":"success"}"#));
    assert_eq!(done, Verdict::Done(()));
    refused(&call, 200, &[(10016, Class::Permission), (10014, Class::Permission), (10003, Class::Message)]);
}
