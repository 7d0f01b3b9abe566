//! Every code that the documents have for the calls served here, for faults that answer with one.
//!
//! The page "Error Codes" of 2025, and what its copy of 2019 and the page "batch send messages" have besides. The
//! texts are as seen in real answers where somebody quoted one; the others are ours.

use crate::tim::codes::{self, Code, ours};

/// In the order of the codes.
const CODES: [Code; 83] = [
    ours(20001, "invalid packet"),
    ours(20002, "UserSig or A2 expired"),
    ours(20003, "the sender or the recipient is invalid or does not exist"),
    ours(20004, "network exception, please try again"),
    ours(20005, "internal error, please try again"),
    codes::WITHDRAWN_TOO_LATE,
    codes::MESSAGE_NOT_EXIST,
    codes::WITHDRAWN_BEFORE,
    codes::HTTP_PARSE,
    codes::ACCOUNTS_JSON,
    ours(60004, "the account in the URL or the JSON, or its signature, is wrong"),
    ours(60005, "the account in the URL or the JSON, or its signature, is wrong"),
    ours(60006, "SDKAppID is invalid"),
    codes::CALLED_TOO_OFTEN,
    ours(60008, "service timeout or request format error,please check and try again"),
    codes::RESOURCE,
    ours(60010, "the request needs the App administrator"),
    ours(60011, "the SDKAppID's calls exceed the frequency limit"),
    codes::NO_SDKAPPID,
    ours(60013, "HTTP response JSON parse error"),
    ours(60014, "checking the account timed out"),
    ours(60015, "body account invalid"),
    ours(60016, "the SDKAppID is disabled"),
    ours(60017, "the request is disabled"),
    ours(60018, "requests are too frequent, try again later"),
    ours(60019, "requests are too frequent, try again later"),
    ours(60020, "the service is not available: the plan has expired, or payment is overdue"),
    ours(60021, "the caller's IP address is not allowed"),
    codes::URL,
    ours(60026, "the SDKAppID belongs to another site than the host"),
    ours(60027, "the API is not for this kind of product"),
    ours(60028, "the trial edition's volume of 24 hours is used up"),
    codes::USERSIG_EXPIRED,
    ours(70002, "UserSig is empty"),
    codes::USERSIG_ILLEGAL,
    ours(70005, "UserSig is invalid"),
    codes::USERSIG_WRONG_KEY,
    codes::USERSIG_IDENTIFIER,
    codes::USERSIG_SDKAPPID,
    ours(70016, "the key that verifies UserSig was not found"),
    codes::SDKAPPID_NOT_FOUND,
    ours(70050, "UserSig failed too often, try again in a minute"),
    ours(70051, "the account is on the blocklist"),
    ours(70052, "UserSig was revoked, make another one"),
    codes::ACCOUNT_NOT_EXIST,
    ours(70169, "internal timeout, please try again"),
    codes::ACCOUNT_QUOTA,
    codes::ACCOUNT_DELETED_LATELY,
    codes::ACCOUNTS_PARAMETERS,
    codes::ACCOUNTS_NOT_ADMIN,
    ours(70500, "internal error, please try again"),
    codes::NO_DELETION,
    ours(80001, "the text is filtered for what it says"),
    ours(80002, "the message is too long"),
    ours(80004, "the picture is filtered for what it shows"),
    codes::JSON,
    codes::MSG_BODY,
    codes::TO_ACCOUNT,
    codes::MSG_SEQ,
    codes::MSG_RANDOM,
    codes::MSG_TIME_STAMP,
    codes::MSG_BODY_NOT_ARRAY,
    codes::FROM_ACCOUNT,
    codes::NOT_ADMIN,
    codes::MESSAGE_FORMAT,
    codes::TOO_MANY,
    codes::NOBODY_EXISTS,
    codes::LIFE_TIME_TOO_LARGE,
    codes::TO_ACCOUNT_NOT_ARRAY,
    codes::TO_ACCOUNT_EMPTY,
    codes::SYNC_FROM_OLD_SYSTEM,
    codes::SYNC_OTHER_MACHINE,
    codes::OFFLINE_PUSH_INFO,
    codes::LIFE_TIME,
    ours(90048, "the account does not exist"),
    codes::MSG_KEY,
    codes::TOO_LONG,
    codes::TOO_MANY_MESSAGES,
    ours(90992, "internal error or failed webhook, please try again"),
    ours(90994, "internal error, please try again"),
    ours(90995, "internal error, please try again"),
    ours(91000, "internal error, please try again"),
    codes::PACKET_TOO_LONG,
];

/// A code as the documents have it, or one that they do not have.
pub(crate) fn find(code: i64) -> Code {
    let found = CODES.binary_search_by_key(&code, |known| known.number());
    found.ok().and_then(|place| CODES.get(place)).copied().unwrap_or(ours(code, "refused"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tim::testing::{Sandbox, TO_TWO};
    use crate::{Fault, FaultPlan, FaultRule};

    #[test]
    fn codes_stand_in_order_and_once() {
        assert!(CODES.is_sorted_by(|one, next| one.number() < next.number()));
        for code in [20001, 60007, 70009, 93000, 1] {
            assert_eq!(find(code).number(), code);
        }
    }

    #[test]
    fn any_documented_code_can_be_provoked_and_nothing_is_processed() {
        for code in CODES.map(Code::number) {
            let mut sandbox = Sandbox::new();
            let rule = FaultRule::new(Fault::code(code).unwrap()).on_path("/v4/").unwrap();
            sandbox.world.set_faults(FaultPlan::new().with_rule(rule));
            let reply = sandbox.send(TO_TWO);
            assert_eq!(reply.status, 200, "{code}");
            let json = reply.json();
            assert_eq!((&json["ActionStatus"], &json["ErrorCode"]), (&json!("FAIL"), &json!(code)), "{code}");
            assert!(json["ErrorInfo"].as_str().unwrap().len() > 9, "{code}: {json}");
            assert!(sandbox.world.deliveries().is_empty(), "{code}");
        }
    }
}
