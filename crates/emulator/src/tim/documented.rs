//! Every code that the documents have for the calls served here, for faults that answer with one.
//!
//! The page "Error Codes" of 2025, and what its copies of 2019 and 2020 and the pages of the calls have besides. The
//! texts are as seen in real answers where somebody quoted one, else the descriptions in these pages.

use std::ops::RangeInclusive;

use crate::tim::codes::{self, Code};

/// In the order of the codes.
const CODES: [Code; 103] = [
    Code::new(20001, "Invalid request packet."),
    Code::new(20002, "UserSig or A2 expired."),
    Code::new(20003, "Message sender or recipient UserID is invalid or does not exist."),
    Code::new(20004, "Network issue. Please retry."),
    Code::new(20005, "Internal server error. Please retry."),
    Code::new(20006, "Message cannot be delivered."),
    Code::new(20007, "The sender is blocked. Message sending is prohibited."),
    Code::new(20008, "The sender and recipient belong to different SDKAppIDs."),
    Code::new(20009, "The sender and receiver are non-friends. Sending is prohibited."),
    Code::new(20010, "The sender is not a friend of the recipient. Sending is prohibited."),
    Code::new(20011, "The recipient is not a friend of the sender. Sending is prohibited."),
    Code::new(20012, "The sender is muted. Sending is prohibited."),
    codes::WITHDRAWN_TOO_LATE,
    codes::MESSAGE_NOT_EXIST,
    codes::WITHDRAWN_BEFORE,
    Code::new(30006, "Internal server error."),
    Code::new(30007, "Server-side internal timeout."),
    Code::new(30008, "Concurrent write operations cause write conflicts."),
    Code::new(40005, "Profile fields contain sensitive words."), // ours
    Code::new(40006, "Internal server error."),
    codes::PROFILE_TOO_LONG,
    codes::HTTP_PARSE,
    codes::ACCOUNTS_JSON,
    Code::new(60004, "Account check failed."),
    Code::new(60005, "Account check failed."),
    Code::new(60006, "Invalid SDKAppID. Check the validity of the SDKAppID."), // ours
    codes::CALLED_TOO_OFTEN,
    Code::new(60008, "service timeout or request format error,please check and try again"), // ours
    codes::RESOURCE,
    Code::new(60010, "The request requires App administrator permissions."),
    Code::new(60011, "The SDKAppID request exceeds the frequency limit. Try again later."), // ours
    codes::NO_SDKAPPID,
    Code::new(60013, "HTTP response packet JSON parsing error."),
    Code::new(60014, "Account check timeout."),
    Code::new(60015, "body account invalid"), // ours
    Code::new(60016, "The SDKAppID is disabled."),
    Code::new(60017, "The request is disabled."),
    Code::new(60018, "Requests are too frequent. Please try again later."),
    Code::new(60019, "Too many requests. Try again later."), // ours
    Code::new(60020, "Service unavailable."),
    Code::new(60021, "Server-side REST API call source IP illegal."),
    codes::URL,
    Code::new(60026, "Server-side REST API call domain name or SDKAppID mismatched with the application station."),
    Code::new(60027, "Access to non-TPush product resources not allowed."),
    codes::TRIAL_USED_UP,
    codes::USERSIG_EXPIRED,
    Code::new(70002, "The length of UserSig is 0. Check whether the passed-in UserSig is correct."), // ours
    codes::USERSIG_ILLEGAL,
    Code::new(70005, "Invalid UserSig."), // ours
    codes::USERSIG_WRONG_KEY,
    codes::USERSIG_IDENTIFIER,
    codes::USERSIG_SDKAPPID,
    Code::new(70016, "PublicKey does not exist. UserSig verification failed."),
    codes::SDKAPPID_NOT_FOUND,
    codes::USERSIG_TOO_OFTEN,
    Code::new(70051, "The account has been added to the blocklist."),
    Code::new(70052, "UserSig was revoked, make another one"), // ours
    codes::ACCOUNT_NOT_EXIST,
    Code::new(70114, "Login is restricted for security reasons. You are attempting to log in too often."), // ours
    Code::new(70169, "Server-side internal timeout."),
    Code::new(70202, "Server timed out. Try again later."), // ours
    Code::new(70206, "Invalid batch quantity in the request."), // ours
    codes::ACCOUNT_QUOTA,
    codes::ACCOUNT_DELETED_LATELY,
    codes::ACCOUNTS_PARAMETERS,
    codes::ACCOUNTS_NOT_ADMIN,
    Code::new(70404, "setting the simple profile timed out"), // ours
    Code::new(70500, "Internal server error."),
    codes::NO_DELETION,
    codes::SENSITIVE_TEXT,
    Code::new(
        80002,
        "Message packet body too long. Currently supports a maximum message body length of 12K. Reduce packet size and retry.",
    ),
    Code::new(
        80003,
        "If the message pre-callback for C2C Messages or group chat fails or response packet timeout occurs, the message will not be sent.",
    ),
    Code::new(80004, "The image in the message contains sensitive content and cannot be delivered."),
    Code::new(80005, "Service deactivated."),
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
    Code::new(90018, "Number of requested accounts exceeds the limit."),
    codes::LIFE_TIME_TOO_LARGE,
    codes::TO_ACCOUNT_NOT_ARRAY,
    codes::TO_ACCOUNT_EMPTY,
    codes::SYNC_FROM_OLD_SYSTEM,
    codes::SYNC_OTHER_MACHINE,
    codes::OFFLINE_PUSH_INFO,
    codes::LIFE_TIME,
    codes::ACCOUNT_DELETED,
    codes::MSG_KEY,
    codes::TOO_LONG,
    codes::TOO_MANY_MESSAGES,
    Code::new(90992, "Message callback error."),
    Code::new(90994, "Internal service error. Please retry."),
    Code::new(90995, "Internal Server Error. Please retry."),
    codes::INTERNAL,
    codes::PACKET_TOO_LONG,
];

/// "Custom error code returned by third-party callback for a one-to-one chat."
const WEBHOOKS: RangeInclusive<i64> = 120_001..=130_000;

/// A code as the documents have it, or one that they do not have.
pub(crate) fn find(code: i64) -> Code {
    let found = CODES.binary_search_by_key(&code, |known| known.number());
    let unknown = if WEBHOOKS.contains(&code) { "the app's webhook refused the message" } else { "refused" };
    found.ok().and_then(|place| CODES.get(place)).copied().unwrap_or(Code::new(code, unknown))
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
