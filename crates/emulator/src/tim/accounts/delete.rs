//! `POST /v4/im_open_login_svc/account_delete`, by the page "Deleting Accounts" (2024-08-20).

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::outbox::Lane;
use crate::tim::accounts::{Accounts, user_ids};
use crate::tim::body;
use crate::tim::codes::{self, Refusal};
use crate::tim::envelope::Envelope;
use crate::world::World;

/// What the app's plan says of deleting TIM accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountDeletion {
    /// Accounts can be deleted and imported again: trial and developer editions.
    #[default]
    Reversible,
    /// Accounts can be deleted, and not be imported again for three months (70399): other editions that have deletion
    /// switched on in the console.
    Lasting,
    /// Nobody can be deleted (71000): other editions as they come.
    Refused,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Deleted<'a> {
    result_item: Vec<Row<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row<'a> {
    result_code: i64,
    result_info: String,
    #[serde(rename = "UserID")]
    user_id: Cow<'a, str>,
}

/// Deletes each account, what was sent to it and what still would be, and says so of each.
pub(crate) fn delete(world: &mut World, now: Timestamp, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::ACCOUNTS_JSON)?;
    let user_ids = user_ids::read(&envelope, "DeleteItem")?;
    if world.config.tim.deletion == AccountDeletion::Refused {
        return Err(codes::NO_DELETION.refusal());
    }
    let result_item: Vec<Row<'_>> = user_ids
        .into_iter()
        .map(|user_id| {
            let (result_code, result_info) = match delete_one(world, now, &user_id) {
                Ok(()) => (0, String::new()),
                Err(refusal) => refusal.into_parts(),
            };
            Row { result_code, result_info, user_id }
        })
        .collect();
    let deleted = result_item.iter().filter(|row| row.result_code == 0).map(|row| row.user_id.as_ref()).collect();
    world.outbox.stop_all_for(Lane::Tim, &deleted);
    Ok(body::done(Deleted { result_item }))
}

fn delete_one(world: &mut World, now: Timestamp, account: &str) -> Result<(), Refusal> {
    let accounts = Accounts::of(world);
    if !accounts.has(account) {
        return Err(codes::ACCOUNT_NOT_EXIST.refusal());
    }
    if account == accounts.administrator() {
        return Err(codes::ACCOUNTS_PARAMETERS.because("the administrator cannot be deleted"));
    }
    world.tim.account_changes.delete(account, now)?;
    world.tim.history.forget_inbox(account);
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use serde_json::json;

    use super::super::super::testing::{NOW, Sandbox, check_call_refusal};
    use super::AccountDeletion;
    use crate::Emulator;

    const PATH: &str = "/v4/im_open_login_svc/account_delete";
    const IMPORT: &str = "/v4/im_open_login_svc/account_import";

    #[test]
    fn the_answer_has_the_shape_of_the_document() {
        let mut sandbox = Sandbox::new();
        let body = r#"{"DeleteItem":[{"UserID":"UserID_1"},{"UserID":"UserID_1"},{"UserID":"administrator"}]}"#;
        let row = |id: &str, code: i64, info: &str| json!({"ResultCode": code, "ResultInfo": info, "UserID": id});
        assert_eq!(
            sandbox.call(PATH, body).json(),
            json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "", "ResultItem": [
                row("UserID_1", 0, ""),
                row("UserID_1", 70107, "Err_TLS_PT_Open_Login_Account_Not_Exist"),
                row("administrator", 70402, "Illegal request parameters: the administrator cannot be deleted"),
            ]})
        );
    }

    #[test]
    fn a_lasting_deletion_ends_after_three_months() {
        fn check(deletion: AccountDeletion, days: i64, code: i64) {
            let mut sandbox = Sandbox::from(Emulator::builder().with_tim_account_deletion(deletion).world());
            let deleted = sandbox.call(PATH, r#"{"DeleteItem":[{"UserID":"rong"}]}"#).json();
            assert_eq!(deleted["ResultItem"][0]["ResultCode"], 0, "{deletion:?}");
            sandbox.now = Timestamp::from_second(NOW).unwrap() + SignedDuration::from_hours(24 * days);
            let reply = sandbox.call(IMPORT, r#"{"UserID":"rong"}"#).json();
            assert_eq!(reply["ErrorCode"], code, "{deletion:?} after {days} days: {reply}");
        }
        check(AccountDeletion::Reversible, 0, 0);
        check(AccountDeletion::Lasting, 0, 70399);
        check(AccountDeletion::Lasting, 89, 70399);
        check(AccountDeletion::Lasting, 90, 0);
    }

    #[test]
    fn what_is_refused() {
        let mut sandbox =
            Sandbox::from(Emulator::builder().with_tim_account_deletion(AccountDeletion::Refused).world());
        let reply = sandbox.call(PATH, r#"{"DeleteItem":[{"UserID":"rong"}]}"#).json();
        assert_eq!(reply["ErrorCode"], 71000, "{reply}");
        let shape = "Illegal request parameters: DeleteItem must be an array of objects";
        check_call_refusal(PATH, r#"{"DeleteItem":["rong"]}"#, 70402, shape);
        check_call_refusal(PATH, r#"{"CheckItem":[{"UserID":"rong"}]}"#, 70402, "Illegal request parameters.");
        let many = json!({"DeleteItem": vec![json!({"UserID": "rong"}); 101]}).to_string();
        let info = "Illegal request parameters: DeleteItem has 101 items, and a call has 1 to 100";
        check_call_refusal(PATH, &many, 70402, info);
    }
}
