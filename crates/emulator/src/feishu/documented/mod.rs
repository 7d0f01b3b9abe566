//! Every code that the documents have for the calls served here, for faults that answer with one.
//!
//! Most of them the emulator answers by itself, where a request deserves it. The others depend on what it does not
//! have: an audit, a vendor in trouble.

mod contact;
mod gateway;
mod messaging;
mod tokens;

use http::Method;

use crate::feishu::codes::{self, Code, Refusal, bad_request, business};
use crate::feishu::route::{Call, Route};

/// What is listed for an endpoint; nothing for a path that is none.
pub(crate) fn own(path: &str) -> &'static [Code] {
    let methods = [Method::POST, Method::GET, Method::DELETE];
    match methods.iter().find_map(|method| Route::of(method, path)) {
        None => &[],
        Some(Route::Login(_)) => &tokens::LOG_IN,
        Some(Route::Call(call)) => match call {
            Call::BatchSend => &messaging::BATCH_SEND,
            Call::Recall(_) => &messaging::RECALL,
            Call::Progress(_) => &messaging::PROGRESS,
            Call::ReadUser(_) => &messaging::READ_USER,
            Call::UploadImage => &messaging::UPLOAD,
            Call::LookUp => &contact::LOOK_UP,
            Call::SubDepartments(_) => &contact::SUB_DEPARTMENTS,
            Call::DepartmentUsers => &contact::DEPARTMENT_USERS,
        },
    }
}

/// What is listed for all calls, other than those for tokens.
pub(crate) fn gateway() -> &'static [Code] {
    &gateway::GATEWAY
}

/// The refusal with a code, in the form that the endpoint gives it.
pub(crate) fn refusal(code: i64, path: &str, msg: Option<&str>) -> Refusal {
    let known = find(code, path);
    let refusal = msg.map_or_else(|| known.refusal(), |msg| known.saying(msg));
    if code == codes::INVALID_PARAM.number() && is_for_tokens(path) { refusal.with_empty_data() } else { refusal }
}

/// A code as the documents have it for the endpoint, for all, or else for another; one that they do not have is at
/// HTTP 200 for `batch_send` and for tokens, 400 elsewhere, as their neighbours are.
fn find(code: i64, path: &str) -> Code {
    let before: &[Code] = if is_for_tokens(path) { &[] } else { gateway() };
    let tables = [own(path), before].into_iter().chain(EVERYWHERE);
    let known = tables.flatten().find(|known| known.number() == code);
    known.copied().unwrap_or_else(|| {
        let at_200 = path.starts_with("/open-apis/message/") || is_for_tokens(path);
        if at_200 { business(code, "refused") } else { bad_request(code, "refused") }
    })
}

const EVERYWHERE: [&[Code]; 10] = [
    &messaging::BATCH_SEND,
    &messaging::RECALL,
    &messaging::PROGRESS,
    &messaging::READ_USER,
    &messaging::UPLOAD,
    &contact::LOOK_UP,
    &contact::SUB_DEPARTMENTS,
    &contact::DEPARTMENT_USERS,
    &tokens::LOG_IN,
    &gateway::GATEWAY,
];

fn is_for_tokens(path: &str) -> bool {
    path.starts_with("/open-apis/auth/")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::feishu::testing::{IMAGES_PATH, SEND_PATH, Sandbox, TOKEN_PATH};
    use crate::{Fault, FaultPlan, FaultRule};

    const TO_ONE: &str = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;

    #[test]
    fn no_code_stands_twice() {
        for table in EVERYWHERE {
            let mut seen = HashSet::new();
            for code in table {
                assert!(seen.insert(code.number()), "{code:?}");
            }
        }
    }

    #[test]
    fn any_documented_code_can_be_provoked_and_nothing_is_processed() {
        fn check(path: &str, table: &[Code]) {
            for code in table {
                let mut sandbox = Sandbox::logged_in();
                let fault = Fault::code(code.number()).unwrap();
                sandbox.world.set_faults(FaultPlan::new().with_rule(FaultRule::new(fault)));
                let reply = sandbox.request_with("POST", path, "", TO_ONE.as_bytes());
                assert_eq!(reply.json()["code"], code.number(), "{path} {code:?}: {}", reply.text);
                assert_eq!(reply.status, code.status().as_u16(), "{path} {code:?}: {}", reply.text);
                let msg = reply.json()["msg"].as_str().unwrap().to_owned();
                assert!(msg.len() > 5, "{path} {code:?}: {msg}");
                assert!(sandbox.world.deliveries().is_empty(), "{path} {code:?}");
            }
        }
        let base = "/open-apis/im/v1/batch_messages/bm-1";
        let contact = "/open-apis/contact/v3";
        check(SEND_PATH, &messaging::BATCH_SEND);
        check(base, &messaging::RECALL);
        check(&format!("{base}/get_progress"), &messaging::PROGRESS);
        check(&format!("{base}/read_user"), &messaging::READ_USER);
        check(IMAGES_PATH, &messaging::UPLOAD);
        check(&format!("{contact}/users/batch_get_id"), &contact::LOOK_UP);
        check(&format!("{contact}/departments/0/children"), &contact::SUB_DEPARTMENTS);
        check(&format!("{contact}/users/find_by_department"), &contact::DEPARTMENT_USERS);
        check(TOKEN_PATH, &tokens::LOG_IN);
        check(base, &gateway::GATEWAY);
    }

    #[test]
    fn a_code_that_nobody_knows_has_the_status_of_its_neighbours() {
        fn check(path: &str, status: u16) {
            assert_eq!(find(-7, path).status().as_u16(), status, "{path}");
        }
        check(SEND_PATH, 200);
        check("/open-apis/auth/v3/tenant_access_token/internal", 200);
        check("/open-apis/im/v1/images", 400);
        check("/open-apis/contact/v3/users/batch_get_id", 400);
    }

    #[test]
    fn a_code_is_as_its_endpoint_has_it() {
        fn check(path: &str, code: i64, status: u16, msg: &str) {
            let mut sandbox = Sandbox::logged_in();
            sandbox.world.set_faults(FaultPlan::new().with_rule(FaultRule::new(Fault::code(code).unwrap())));
            let reply = sandbox.request_with("POST", path, "", b"{}");
            assert_eq!((reply.status, &reply.json()["code"]), (status, &code.into()), "{path}: {}", reply.text);
            assert_eq!(reply.json()["msg"], msg, "{path}");
            let with_data = msg == "invalid param";
            assert_eq!(reply.json().get("data").is_some(), with_data, "{path}: {}", reply.text);
        }
        let contact = "/open-apis/contact/v3/users/batch_get_id";
        check(TOKEN_PATH, 10003, 200, "invalid param");
        check(SEND_PATH, 10003, 200, "Invalid parameter.");
        check(TOKEN_PATH, 99_991_664, 200, "invalid app token");
        check(SEND_PATH, 99_991_664, 400, "invalid app token");
        check(SEND_PATH, 9499, 200, "bad request");
        check(contact, 9499, 400, "Bad Request.");
        check(TOKEN_PATH, 2200, 200, "Internal Error");
        check(SEND_PATH, 2200, 200, "internal error");
        check(contact, 2200, 400, "internal error");
        check(contact, 40004, 403, "no dept authority error");
    }
}
