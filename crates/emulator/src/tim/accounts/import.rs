//! `account_import` and `multiaccount_import` under `/v4/im_open_login_svc/`, by the pages "Importing a Single Account"
//! and "Importing Multiple Accounts" (2025, and their Chinese copies of 2019).

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::ids;
use crate::tim::accounts::{Accounts, user_ids};
use crate::tim::body;
use crate::tim::codes::{self, Refusal};
use crate::tim::envelope::{Envelope, texts};
use crate::tim::shape::{self, Field, Type, optional};
use crate::world::World;

/// The longest account that can be imported, in bytes, by both pages.
const IMPORT_LIMIT: usize = 32;

/// The longest nickname, and the longest address of a picture, in bytes: 40601 of the page "Importing a Single Account"
/// (2024-07-09).
const PROFILE_LIMIT: usize = 500;

/// The profile; its types and lengths are looked at, and it is not kept.
const PROFILE: &[Field] =
    &[optional("Nick", Type::String), optional("FaceUrl", Type::String), optional("Type", Type::OneOf(&[0, 1]))];

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Imported<'a> {
    fail_accounts: Vec<Cow<'a, str>>,
}

/// `account_import`: the account is in `UserID`, in copies before 2020 in `Identifier`.
pub(crate) fn import_one(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let request: Map<String, Value> = serde_json::from_slice(body).map_err(|_| codes::ACCOUNTS_JSON.refusal())?;
    let account = ["UserID", "Identifier"].into_iter().find_map(|name| request.get(name));
    let account = account
        .and_then(Value::as_str)
        .ok_or_else(|| codes::ACCOUNTS_PARAMETERS.because("UserID is required, and must be a string"))?;
    check_profile("the body", &request)?;
    import(world, now, account, Profile::of(&request))?;
    Ok(body::done(body::Nothing {}))
}

/// `multiaccount_import`: in `AccountList` with profiles, in older copies in `Accounts` without.
///
/// Whoever cannot be imported is listed, and the answer is `OK` even if that is everybody, unless it is for want of room.
pub(crate) fn import_many(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::ACCOUNTS_JSON)?;
    let wanted = read_many(&envelope)?;
    let (asked, mut without_room) = (wanted.len(), 0);
    let mut fail_accounts = Vec::new();
    for (account, profile) in wanted {
        if let Err(refusal) = import(world, now, &account, profile) {
            without_room += usize::from(refusal.is(codes::ACCOUNT_QUOTA));
            fail_accounts.push(account);
        }
    }
    if without_room == asked {
        return Err(codes::ACCOUNT_QUOTA.refusal());
    }
    Ok(body::done(Imported { fail_accounts }))
}

fn read_many<'a>(envelope: &Envelope<'a>) -> Result<Vec<(Cow<'a, str>, Profile)>, Refusal> {
    if let Some(json) = envelope.optional("AccountList") {
        let profiles: Vec<Map<String, Value>> = serde_json::from_str(json)
            .map_err(|_| codes::ACCOUNTS_PARAMETERS.because("AccountList must be an array of objects"))?;
        for (index, profile) in profiles.iter().enumerate() {
            check_profile(&format!("AccountList[{index}]"), profile)?;
        }
        let accounts = user_ids::read(envelope, "AccountList")?;
        return Ok(accounts.into_iter().zip(profiles.iter().map(Profile::of)).collect());
    }
    let json = envelope.required("Accounts", codes::ACCOUNTS_PARAMETERS)?;
    let wrong = || codes::ACCOUNTS_PARAMETERS.because("Accounts must be an array of strings");
    let accounts = texts(json, wrong, |found| user_ids::check_count("Accounts", found))?;
    Ok(accounts.into_iter().map(|account| (account, Profile::Fits)).collect())
}

fn check_profile(at: &str, profile: &Map<String, Value>) -> Result<(), Refusal> {
    shape::check(at, profile, PROFILE).map_err(|wrong| codes::ACCOUNTS_PARAMETERS.because(wrong))
}

/// What is kept of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    Fits,
    TooLong,
}

impl Profile {
    fn of(fields: &Map<String, Value>) -> Self {
        let mut texts = ["Nick", "FaceUrl"].into_iter().filter_map(|name| fields.get(name)?.as_str());
        if texts.any(|text| text.len() > PROFILE_LIMIT) { Self::TooLong } else { Self::Fits }
    }
}

/// Importing whoever exists changes nothing and goes well.
fn import(world: &mut World, now: Timestamp, account: &str, profile: Profile) -> Result<(), Refusal> {
    if profile == Profile::TooLong {
        return Err(codes::PROFILE_TOO_LONG.refusal());
    }
    if Accounts::of(world).has(account) {
        return Ok(());
    }
    if account.is_empty() || account.len() > IMPORT_LIMIT {
        return Err(codes::ACCOUNTS_PARAMETERS
            .because(format_args!("an account has 1 to {IMPORT_LIMIT} bytes, and this one has {}", account.len())));
    }
    if ids::is_unknown(account) {
        return Err(codes::ACCOUNTS_PARAMETERS
            .because(format_args!("accounts that end in {} cannot be imported here", ids::UNKNOWN)));
    }
    world.tim.account_changes.import(account, now, world.config.tim.deletion)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::testing::{Sandbox, check_call_refusal};
    use crate::Emulator;

    const ONE: &str = "/v4/im_open_login_svc/account_import";
    const MANY: &str = "/v4/im_open_login_svc/multiaccount_import";
    const CHECK: &str = "/v4/im_open_login_svc/account_check";

    fn empty() -> Sandbox {
        Sandbox::from(Emulator::builder().with_tim_imported_accounts_only().world())
    }

    fn exists(sandbox: &mut Sandbox, account: &str) -> bool {
        let body = json!({"CheckItem": [{"UserID": account}]}).to_string();
        sandbox.call(CHECK, &body).json()["ResultItem"][0]["AccountStatus"] == "Imported"
    }

    #[test]
    fn one_account_that_can_be_imported() {
        fn check(body: Value) {
            let mut sandbox = empty();
            let plain = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0});
            for time in ["first", "again"] {
                assert_eq!(sandbox.call(ONE, &body.to_string()).json(), plain, "{body} {time}");
                assert!(exists(&mut sandbox, "test"), "{body} {time}");
            }
        }
        check(json!({"UserID": "test", "Nick": "test", "FaceUrl": "https://example.com/1.png"}));
        check(json!({"Identifier": "test", "Type": 0}));
        check(json!({"UserID": "test", "Nick": null}));
    }

    #[test]
    fn one_account_that_cannot() {
        fn check(body: &str, detail: &str) {
            check_call_refusal(ONE, body, 70402, &format!("Illegal request parameters: {detail}"));
        }
        let required = "UserID is required, and must be a string";
        check("{}", required);
        check(r#"{"UserID":1}"#, required);
        check(r#"{"userid":"test"}"#, required);
        check(r#"{"UserID":""}"#, "an account has 1 to 32 bytes, and this one has 0");
        let long = "u".repeat(65);
        check(&json!({"UserID": long}).to_string(), "an account has 1 to 32 bytes, and this one has 65");
        check(r#"{"UserID":"x_invalid"}"#, "accounts that end in _invalid cannot be imported here");
        check(r#"{"UserID":"test","Nick":1}"#, "the body.Nick must be a string");
        check(r#"{"UserID":"test","Type":2}"#, "the body.Type must be 0 or 1");
        check_call_refusal(ONE, r#"["test"]"#, 60003, "HTTP request JSON parsing error.");

        let mut sandbox = empty();
        let reply = sandbox.call(ONE, &json!({"UserID": "u".repeat(33)}).to_string()).json();
        assert_eq!(reply["ErrorCode"], 70402, "{reply}");
        let reply = sandbox.call(ONE, &json!({"UserID": "u".repeat(32)}).to_string()).json();
        assert_eq!(reply["ErrorCode"], 0, "{reply}");
    }

    #[test]
    fn many_accounts_and_those_that_failed_in_an_ok() {
        fn check(body: Value, imported: &[&str], failed: Value) {
            let mut sandbox = empty();
            let expected = json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "FailAccounts": failed});
            assert_eq!(sandbox.call(MANY, &body.to_string()).json(), expected, "{body}");
            for account in imported {
                assert!(exists(&mut sandbox, account), "{body}: {account}");
            }
            for account in failed.as_array().unwrap() {
                assert!(!exists(&mut sandbox, account.as_str().unwrap()), "{body}: {account}");
            }
        }
        check(json!({"Accounts": ["test1", "test2", "test1"]}), &["test1", "test2"], json!([]));
        let long = "u".repeat(33);
        check(json!({"Accounts": ["test1", long, "", "x_invalid"]}), &["test1"], json!([long, "", "x_invalid"]));
        check(json!({"Accounts": ["x_invalid"]}), &[], json!(["x_invalid"]));
        let profile = |id: &str| json!({"UserID": id, "Nick": "n", "FaceUrl": "https://example.com/1.png"});
        let list = json!([profile("test1"), profile("y_invalid")]);
        check(json!({"AccountList": list, "Accounts": ["test9"]}), &["test1"], json!(["y_invalid"]));
        check(json!({"AccountList": null, "Accounts": ["test9"]}), &["test9"], json!([]));
    }

    #[test]
    fn many_accounts_that_are_refused() {
        fn check(body: Value, detail: &str) {
            check_call_refusal(MANY, &body.to_string(), 70402, &format!("Illegal request parameters{detail}"));
        }
        check(json!({}), ".");
        check(json!({"Accounts": "test"}), ": Accounts must be an array of strings");
        check(json!({"Accounts": ["test", 1]}), ": Accounts must be an array of strings");
        check(json!({"Accounts": []}), ": Accounts has 0 items, and a call has 1 to 100");
        check(json!({"Accounts": vec!["a"; 101]}), ": Accounts has 101 items, and a call has 1 to 100");
        check(json!({"AccountList": ["test"]}), ": AccountList must be an array of objects");
        check(json!({"AccountList": [{"Nick": "n"}]}), ": AccountList[0].UserID must be a string");
        check(json!({"AccountList": [{"UserID": "a", "Nick": 1}]}), ": AccountList[0].Nick must be a string");
    }

    #[test]
    fn no_more_accounts_than_the_plan_allows() {
        let builder = Emulator::builder().with_tim_imported_accounts_only().with_tim_account_limit(2);
        let mut sandbox = Sandbox::from(builder.world());
        let reply = sandbox.call(MANY, r#"{"Accounts":["a","b","c","a"]}"#).json();
        assert_eq!((&reply["ErrorCode"], &reply["FailAccounts"]), (&json!(0), &json!(["c"])));
        let reply = sandbox.call(ONE, r#"{"UserID":"c"}"#).json();
        assert_eq!(reply["ErrorCode"], 70398, "{reply}");
        assert_eq!(reply["ErrorInfo"], "Err_TLS_Account_Num_Exceed_Threshold");
        let reply = sandbox.call(MANY, r#"{"Accounts":["c","d"]}"#).json();
        assert_eq!((&reply["ErrorCode"], reply.get("FailAccounts")), (&json!(70398), None), "room for nobody");
        let reply = sandbox.call(MANY, r#"{"Accounts":["c",""]}"#).json();
        assert_eq!((&reply["ErrorCode"], &reply["FailAccounts"]), (&json!(0), &json!(["c", ""])), "not for that alone");
    }

    #[test]
    fn a_profile_has_500_bytes_a_field() {
        let mut sandbox = empty();
        let too_long = "é".repeat(251);
        for field in ["Nick", "FaceUrl"] {
            let reply = sandbox.call(ONE, &json!({"UserID": "test", field: "x".repeat(500)}).to_string()).json();
            assert_eq!(reply["ErrorCode"], 0, "{field}");
            let reply = sandbox.call(ONE, &json!({"UserID": "test", field: too_long}).to_string()).json();
            assert_eq!(reply["ErrorCode"], 40601, "{field}: the account exists, its profile cannot be stored");
            assert_eq!(reply["ErrorInfo"], "The Value length of the data field exceeds 500 bytes.");
            let list = json!([{"UserID": "a", field: too_long}, {"UserID": "b", field: "x"}]);
            let reply = sandbox.call(MANY, &json!({"AccountList": list}).to_string()).json();
            assert_eq!((&reply["ErrorCode"], &reply["FailAccounts"]), (&json!(0), &json!(["a"])), "{field}");
        }
        assert!(!exists(&mut sandbox, "a") && exists(&mut sandbox, "b"));
    }
}
