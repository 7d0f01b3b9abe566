//! `POST /v4/im_open_login_svc/account_check`, by the page "Querying Accounts" (2024-02-07).

use std::borrow::Cow;

use serde::Serialize;

use crate::answer::Answer;
use crate::tim::accounts::{Accounts, user_ids};
use crate::tim::body;
use crate::tim::codes::{self, Refusal};
use crate::tim::envelope::Envelope;
use crate::world::World;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Checked<'a> {
    result_item: Vec<Row<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row<'a> {
    #[serde(rename = "UserID")]
    user_id: Cow<'a, str>,
    result_code: i64,
    result_info: &'static str,
    account_status: &'static str,
}

/// Says of each account whether it can be sent to.
pub(crate) fn check(world: &World, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::ACCOUNTS_JSON)?;
    let accounts = Accounts::of(world);
    let result_item = user_ids::read(&envelope, "CheckItem")?
        .into_iter()
        .map(|user_id| Row {
            account_status: if accounts.has(&user_id) { "Imported" } else { "NotImported" },
            user_id,
            result_code: 0,
            result_info: "",
        })
        .collect();
    Ok(body::done(Checked { result_item }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::testing::{Sandbox, check_call_refusal};

    const PATH: &str = "/v4/im_open_login_svc/account_check";

    #[test]
    fn the_answer_has_the_shape_of_the_document() {
        let mut sandbox = Sandbox::new();
        let reply = sandbox.call(PATH, r#"{"CheckItem":[{"UserID":"UserID_1"},{"UserID":"UserID_2_invalid"}]}"#);
        let row =
            |id: &str, status: &str| json!({"UserID": id, "ResultCode": 0, "ResultInfo": "", "AccountStatus": status});
        assert_eq!(
            reply.json(),
            json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "",
                   "ResultItem": [row("UserID_1", "Imported"), row("UserID_2_invalid", "NotImported")]})
        );
        assert_eq!(sandbox.world.requests()[0].code, Some(0));
        assert_eq!(sandbox.world.stats().tim.deliveries, 0);
    }

    #[test]
    fn a_hundred_and_no_more() {
        let body = |n: usize| json!({"CheckItem": vec![json!({"UserID": "bonnie"}); n]}).to_string();
        let mut sandbox = Sandbox::new();
        let reply = sandbox.call(PATH, &body(100)).json();
        assert_eq!(reply["ResultItem"].as_array().unwrap().len(), 100, "an account twice has two rows");
        let info = |n: usize| format!("Illegal request parameters: CheckItem has {n} items, and a call has 1 to 100");
        check_call_refusal(PATH, &body(101), 70402, &info(101));
        check_call_refusal(PATH, &body(0), 70402, &info(0));
    }

    #[test]
    fn what_is_refused() {
        let shape = "Illegal request parameters: CheckItem must be an array of objects";
        check_call_refusal(PATH, "{}", 70402, "Illegal request parameters.");
        for list in [r#""bonnie""#, r#"["bonnie"]"#, "{}", "null", r#"[["bonnie"]]"#] {
            check_call_refusal(PATH, &format!(r#"{{"CheckItem":{list}}}"#), 70402, shape);
        }
        let item = "Illegal request parameters: CheckItem[1].UserID must be a string";
        for wrong in [r#"{"UserID":1}"#, "{}", r#"{"UserID":null}"#, r#"{"userid":"rong"}"#] {
            check_call_refusal(PATH, &format!(r#"{{"CheckItem":[{{"UserID":"a"}},{wrong}]}}"#), 70402, item);
        }
        check_call_refusal(PATH, "[", 60003, "HTTP request JSON parsing error.");
    }
}
