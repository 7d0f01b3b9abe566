//! Every code that the documents have for the calls served here, for faults that answer with one.
//!
//! Most of them the emulator answers by itself, where a request deserves it. The others depend on what it does not
//! have: an app that is switched off, an audit, a vendor in trouble.

use http::StatusCode;

use crate::feishu::codes::{self, Code, bad_request, business};

const TOO_MANY_REQUESTS: StatusCode = StatusCode::TOO_MANY_REQUESTS;

/// Feishu's page "batch send messages" (2026-03-03), at HTTP 200, and the generic list's other codes of `message/v4`.
pub(crate) const BATCH_SEND: [Code; 31] = [
    codes::CREATE_MESSAGE_FAILED,
    codes::INVALID_PARAMETER,
    business(11101, "Open_id not exist."),
    codes::TO_USERS_DENIED,
    codes::TO_DEPARTMENTS_DENIED,
    codes::APP_WITHOUT_BOT,
    business(11207, "App is not usage."),
    business(11209, "App not exist."),
    business(11210, "App usage info not exist."),
    business(11223, "Do not have im write permission."),
    codes::IMAGE_KEY_NOT_EXIST,
    codes::CHAT_NOT_FOUND,
    business(11235, "This group is set to only admin can mention @All."),
    business(11246, "Create message content fail."),
    codes::DAILY_QUOTA,
    business(11312, "Bot messages do not pass the audit."),
    business(230_100, "Sending invalid test messages is restricted."),
    business(2200, "Internal Error"),
    business(9499, "Bad Request"),
    business(10032, "valid user is null"),
    business(11103, "open department id not exist"),
    business(11105, "user_id not exist"),
    business(11225, "bot is invisible to user"),
    business(11232, "create message service trigger rate limit"),
    business(11233, "create message trigger rate limit of the chat"),
    business(11236, "user is resigned"),
    business(11248, "sensitive message"),
    business(11310, "get card message fail"),
    business(18121, "the same create request is being processed"),
    codes::EXCEEDS_30_KB,
    business(11221, "image does not belong to you"),
];

/// Lark's pages on recall, progress and read counts (2024-06-05).
pub(crate) const FOLLOW_UP: [Code; 7] = [
    codes::INVALID_MESSAGE_ID,
    codes::BOT_NOT_ACTIVATED,
    codes::RECALLED_TOO_LATE,
    codes::BOT_IS_NOT_THE_SENDER,
    codes::NO_PERMISSION_TO_RECALL,
    codes::LACK_OF_PERMISSIONS,
    codes::MESSAGE_NOT_FOUND,
];

/// Lark's page "upload image" (2024-06-05).
pub(crate) const UPLOAD: [Code; 10] = [
    bad_request(232_096, "Meta writing has stopped, please try again later."),
    codes::UPLOAD_PARAM,
    Code::new(StatusCode::UNAUTHORIZED, 234_002, "Unauthorized."),
    codes::FILE_TOO_LARGE,
    codes::UPLOAD_WITHOUT_BOT,
    codes::FILE_EMPTY,
    codes::IMAGE_FORMAT,
    codes::IMAGE_RESOLUTION,
    bad_request(234_041, "Tenant master key has been deleted, please contact the tenant administrator."),
    bad_request(234_042, "Tenant storage error."),
];

/// Lark's pages on sub-departments (2023-05-12) and the users of a department (2023-08-24), and the generic list.
pub(crate) const CONTACT: [Code; 9] = [
    bad_request(40003, "internal error"),
    codes::NO_DEPARTMENT_AUTHORITY,
    codes::PAGE_SIZE,
    codes::PAGE_TOKEN,
    bad_request(40014, "no parent dept authority error"),
    bad_request(41050, "no user authority error"),
    codes::BIG_DEPARTMENT,
    codes::OPEN_DEPARTMENT_NOT_EXISTED,
    codes::DEPARTMENT_NOT_EXISTED,
];

/// The token endpoints: the generic list and probes of 2026-09-11. Failures are HTTP 200.
pub(crate) const LOG_IN: [Code; 7] = [
    codes::APP_ID_UNAUTHORIZED,
    codes::APP_TOKEN_FAILED,
    codes::TENANT_TOKEN_FAILED,
    codes::APP_SECRET_INVALID,
    business(10015, "app secret is wrong"),
    codes::APP_RESEND_FAILED,
    codes::NOT_INSTALLED,
];

/// The gateway, before any call: the generic list and probes of 2026-09-11.
pub(crate) const GATEWAY: [Code; 16] = [
    Code::new(TOO_MANY_REQUESTS, 99_991_400, "request trigger frequency limit"),
    bad_request(99_991_401, "ip is denied by app setting"),
    Code::new(TOO_MANY_REQUESTS, 99_991_403, "the monthly quota of API calls is used up"),
    bad_request(99_991_543, "app_id or app_secret is wrong"),
    codes::MISSING_ACCESS_TOKEN,
    bad_request(99_991_662, "app not in use"),
    codes::INVALID_ACCESS_TOKEN,
    codes::INVALID_APP_TOKEN,
    bad_request(99_991_665, "invalid tenant code"),
    codes::INVALID_USER_TOKEN,
    codes::MALFORMED_TOKEN,
    codes::ACCESS_DENIED,
    bad_request(99_991_673, "unauthorized app"),
    bad_request(99_991_676, "token no permission"),
    bad_request(99_991_677, "token expire"),
    codes::FIELD_VALIDATION,
];

/// A code as the documents have it; one that they do not have is at HTTP 200 for `batch_send` and for tokens, 400
/// elsewhere, as their neighbours are.
pub(crate) fn find(code: i64, path: &str) -> Code {
    let tables: [&[Code]; 6] = [&BATCH_SEND, &FOLLOW_UP, &UPLOAD, &CONTACT, &LOG_IN, &GATEWAY];
    let known = tables.into_iter().flatten().find(|known| known.number() == code);
    known.copied().unwrap_or_else(|| {
        let at_200 = path.starts_with("/open-apis/message/") || path.starts_with("/open-apis/auth/");
        if at_200 { business(code, "refused") } else { bad_request(code, "refused") }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::feishu::testing::{SEND_PATH, Sandbox};
    use crate::{Fault, FaultPlan, FaultRule};

    const TO_ONE: &str = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;

    #[test]
    fn no_code_stands_twice() {
        let tables: [&[Code]; 6] = [&BATCH_SEND, &FOLLOW_UP, &UPLOAD, &CONTACT, &LOG_IN, &GATEWAY];
        let mut seen = HashSet::new();
        for code in tables.into_iter().flatten() {
            assert!(seen.insert(code.number()), "{code:?}");
        }
    }

    #[test]
    fn any_documented_code_can_be_provoked_and_nothing_is_processed() {
        let tables: [&[Code]; 6] = [&BATCH_SEND, &FOLLOW_UP, &UPLOAD, &CONTACT, &LOG_IN, &GATEWAY];
        for code in tables.into_iter().flatten() {
            let mut sandbox = Sandbox::logged_in();
            let fault = Fault::code(code.number()).unwrap();
            sandbox.world.set_faults(FaultPlan::new().with_rule(FaultRule::new(fault)));
            let reply = sandbox.send(TO_ONE);
            assert_eq!(reply.json()["code"], code.number(), "{code:?}: {}", reply.text);
            assert_eq!(reply.status, code.status().as_u16(), "{code:?}: {}", reply.text);
            let msg = reply.json()["msg"].as_str().unwrap().to_owned();
            assert!(msg.len() > 5, "{code:?}: {msg}");
            assert!(sandbox.world.deliveries().is_empty(), "{code:?}");
        }
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
}
