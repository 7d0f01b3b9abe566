//! `POST /v4/openim/querystate`, since 2022 `query_online_status`, by the page "Querying Account Online Status" in its
//! copies of 2020 and 2025-10-23.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::tim::accounts::Accounts;
use crate::tim::body::{self, Failed};
use crate::tim::codes::{self, Refusal};
use crate::tim::envelope::Envelope;
use crate::tim::recipients::to_accounts;
use crate::world::World;

/// Whether the clients of TIM's accounts are there; nobody logs in to the emulator, so it is the same for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "snake_case"))]
#[non_exhaustive]
pub enum LoginState {
    /// Connected.
    #[default]
    Online,
    /// Not connected and not logged out, so that messages are pushed.
    PushOnline,
    /// Logged out, or away for seven days.
    Offline,
}

/// What the answer calls a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wording {
    /// `State` and `IPhone`: `querystate`, by the copy of 2020.
    State,
    /// `Status` and `iPhone`: `query_online_status`, by the copies in Chinese (2025-12-15). Clients read this one; the
    /// copies in English have kept `State`.
    Status,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Queried<'a> {
    query_result: Vec<Row<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    error_list: Vec<Failed<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "To_Account")]
    to_account: &'a str,
    #[serde(rename = "State", skip_serializing_if = "Option::is_none")]
    state: Option<LoginState>,
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    status: Option<LoginState>,
    #[serde(rename = "Detail", skip_serializing_if = "Option::is_none")]
    detail: Option<[Client; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Client {
    platform: &'static str,
    status: LoginState,
}

/// Says of each account whether it is there, and lists those that do not exist.
pub(crate) fn query(world: &World, wording: Wording, body: &[u8]) -> Result<Answer, Refusal> {
    let envelope = Envelope::parse(body, codes::JSON)?;
    // This page's 90001 speaks of an empty list, unlike those of the other calls.
    let asked = to_accounts(envelope.required("To_Account", codes::TO_ACCOUNT)?, codes::JSON)?;
    let state = world.config.tim.login_state;
    let detail = match envelope.optional("IsNeedDetail") {
        None | Some("0") => Detail::Without,
        Some("1") => Detail::With,
        Some(_) => return Err(codes::MESSAGE_FORMAT.because("IsNeedDetail must be 0 or 1")),
    };
    let accounts = Accounts::of(world);
    let (known, unknown): (Vec<_>, Vec<_>) = asked.iter().map(Cow::as_ref).partition(|account| accounts.has(account));
    let row = |to_account| Row {
        to_account,
        state: (wording == Wording::State).then_some(state),
        status: (wording == Wording::Status).then_some(state),
        detail: detail.of(wording, state),
    };
    let failed = |to_account| Failed { to_account, error_code: codes::ACCOUNT_NOT_EXIST.number() };
    Ok(body::done(Queried {
        query_result: known.into_iter().map(row).collect(),
        error_list: unknown.into_iter().map(failed).collect(),
    }))
}

#[derive(Debug, Clone, Copy)]
enum Detail {
    With,
    Without,
}

impl Detail {
    fn of(self, wording: Wording, status: LoginState) -> Option<[Client; 1]> {
        match (self, status) {
            (Self::Without, _) | (_, LoginState::Offline) => None,
            (Self::With, LoginState::Online) => Some([Client { platform: "Web", status }]),
            (Self::With, LoginState::PushOnline) => {
                let platform = if wording == Wording::State { "IPhone" } else { "iPhone" };
                Some([Client { platform, status }])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::super::testing::{Sandbox, check_call_refusal};
    use super::LoginState;
    use crate::Emulator;

    const PATH: &str = "/v4/openim/querystate";

    #[test]
    fn the_answer_has_the_shape_of_the_document_of_its_name() {
        fn check(state: LoginState, detail: Value, word: &str, clients: [Option<&str>; 2]) {
            let names = [(PATH, "State"), ("/v4/openim/query_online_status", "Status")];
            for ((path, field), platform) in names.into_iter().zip(clients) {
                let mut sandbox = Sandbox::from(Emulator::builder().with_tim_login_state(state).world());
                let mut row = json!({"To_Account": "id1", field: word});
                if let Some(platform) = platform {
                    row["Detail"] = json!([{"Platform": platform, "Status": word}]);
                }
                let body = json!({"To_Account": ["id1", "id4_invalid"], "IsNeedDetail": detail}).to_string();
                let expected = json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "QueryResult": [row],
                    "ErrorList": [{"To_Account": "id4_invalid", "ErrorCode": 70107}]});
                assert_eq!(sandbox.call(path, &body).json(), expected, "{path} {state:?}");
            }
        }
        check(LoginState::Online, json!(null), "Online", [None, None]);
        check(LoginState::PushOnline, json!(0), "PushOnline", [None, None]);
        check(LoginState::Online, json!(1), "Online", [Some("Web"), Some("Web")]);
        check(LoginState::PushOnline, json!(1), "PushOnline", [Some("IPhone"), Some("iPhone")]);
        check(LoginState::Offline, json!(1), "Offline", [None, None]);
    }

    #[test]
    fn nobody_unknown_and_nobody_known() {
        let mut sandbox = Sandbox::new();
        let reply = sandbox.call(PATH, r#"{"To_Account":["a"]}"#).json();
        assert_eq!(reply.get("ErrorList"), None, "{reply}");
        let reply = sandbox.call(PATH, r#"{"To_Account":["a_invalid"]}"#).json();
        assert_eq!((&reply["ErrorCode"], &reply["QueryResult"]), (&json!(0), &json!([])), "{reply}");
    }

    #[test]
    fn five_hundred_and_no_more() {
        let body = |n: usize| json!({"To_Account": vec!["a"; n]}).to_string();
        let reply = Sandbox::new().call(PATH, &body(500)).json();
        assert_eq!(reply["QueryResult"].as_array().unwrap().len(), 500);
        let info = "The target account exceeds 500: 501, and a call may have 500";
        check_call_refusal(PATH, &body(501), 90011, info);
    }

    #[test]
    fn what_is_refused() {
        check_call_refusal(PATH, "{", 90001, "Fail to Parse json data of body, Please check it");
        check_call_refusal(PATH, r#"{"To_Account":[]}"#, 90001, "Fail to Parse json data of body, Please check it");
        for list in [json!("a"), json!({}), json!(null), json!([1]), json!(["a", null])] {
            let body = json!({"To_Account": list}).to_string();
            check_call_refusal(PATH, &body, 90003, "Invalid format of To_Account");
        }
        check_call_refusal(PATH, "{}", 90003, "Invalid format of To_Account");
        let info = "Request format error: IsNeedDetail must be 0 or 1";
        check_call_refusal(PATH, r#"{"To_Account":["a"],"IsNeedDetail":2}"#, 90010, info);
        check_call_refusal(PATH, r#"{"To_Account":["a"],"IsNeedDetail":"1"}"#, 90010, info);
    }
}
