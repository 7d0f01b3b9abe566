//! `admin_msgwithdraw`, `admin_getroammsg` and `query_online_status`.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::{Table, gateway};
use crate::Emulator;
use crate::tim::testing::{NOW, SEND_PATH, Sandbox, with_field};

const NOT_ADMIN: (i64, &str) = (90009, "The request requires App administrator permissions.");
const NOT_JSON: (i64, &str) = (90001, "Fail to Parse json data of body, Please check it");

/// The pages on the calls have 91000; of the page "Error Codes" (2025) what is common.
const FAULTS: &[(i64, &str)] =
    &[(60003, "HTTP request JSON parsing error."), (91000, "Internal Server Error. Please retry.")];

/// "Recalling One-to-One Messages" (2020 to 2025), and from "Error Codes" (2025) what clients get too late.
const WITHDRAW: &[i64] = &[20016, 20022, 20023, 60003, 90001, 90003, 90008, 90009, 90054, 91000];

/// "Pulling Historical One-to-one Messages" (2022 to 2024).
const ROAM: &[i64] = &[60003, 90001, 90003, 90008, 90009, 91000];

/// "Querying Account Online Status" (2019 to 2025); 90010 is ours for `IsNeedDetail`.
const STATE: &[i64] = &[60003, 70107, 90001, 90003, 90009, 90010, 90011, 90992, 90994, 90995, 91000];

/// The administrator sends bonnie a message with MsgSeq 7 and MsgRandom 1.
fn send(sandbox: &mut Sandbox) {
    sandbox.call(SEND_PATH, &with_field("MsgSeq", json!(7)));
}

#[test]
fn admin_msgwithdraw() {
    const PATH: &str = "/v4/openim/admin_msgwithdraw";
    let body = |from: &str, to: &str, key: &str| json!({"From_Account": from, "To_Account": to, "MsgKey": key});
    let key = format!("7_1_{NOW}");
    let good = body("administrator", "bonnie", &key);
    let mut table = Table::after(send, PATH, good.clone());
    table.gateway(200);
    table.service(NOT_ADMIN, NOT_JSON);
    table.body(20022, "Message does not exist.", &good);
    let mut sandbox = table.sandbox(Emulator::builder());
    table.is_accepted(&mut sandbox);
    table.answer_in(&mut sandbox, 20023, "Message revoked.", &good);
    let mut sandbox = table.sandbox(Emulator::builder().with_tim_recall_window(Duration::from_secs(120)));
    sandbox.now = Timestamp::from_second(NOW + 121).unwrap();
    table.answer_in(&mut sandbox, 20016, "Exceeding the time limit for recall.", &good);
    table.body(90003, "Invalid format of To_Account", body("administrator", "x_invalid", &key));
    table.body(90008, "Invalid format of From_Account", body("x_invalid", "bonnie", &key));
    table.body(90054, "MsgKey field error.", body("administrator", "bonnie", "7_1"));
    table.faults(FAULTS);
    table.covers(&[gateway::DOCUMENTED, WITHDRAW]);
}

#[test]
fn admin_getroammsg() {
    let body = json!({"Operator_Account": "bonnie", "Peer_Account": "administrator", "MaxCnt": 100,
        "MinTime": 0, "MaxTime": NOW});
    let without = |name: &str| {
        let mut body = body.clone();
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let mut table = Table::of("/v4/openim/admin_getroammsg", body.clone());
    table.gateway(200);
    table.service(NOT_ADMIN, NOT_JSON);
    table.body(90003, "Invalid format of To_Account: Peer_Account is required", without("Peer_Account"));
    table.body(90008, "Invalid format of From_Account: Operator_Account is required", without("Operator_Account"));
    table.faults(FAULTS);
    table.covers(&[gateway::DOCUMENTED, ROAM]);
}

#[test]
fn query_online_status_and_querystate() {
    for path in ["/v4/openim/query_online_status", "/v4/openim/querystate"] {
        let mut table = Table::of(path, json!({"To_Account": ["bonnie"]}));
        table.gateway(200);
        table.service(NOT_ADMIN, NOT_JSON);
        table.body(90003, "Invalid format of To_Account", json!({"To_Account": "bonnie"}));
        let detail = "Request format error: IsNeedDetail must be 0 or 1";
        table.body(90010, detail, json!({"To_Account": ["bonnie"], "IsNeedDetail": true}));
        let too_many = "The target account exceeds 500: 501, and a call may have 500";
        table.body(90011, too_many, json!({"To_Account": vec!["a"; 501]}));
        let reply = Sandbox::new().call(path, r#"{"To_Account":["bonnie","x_invalid"]}"#);
        table.item(&reply, "ErrorList", json!({"To_Account": "x_invalid", "ErrorCode": 70107}));
        table.faults(FAULTS);
        table.faults(&[
            (90992, "Message callback error."),
            (90994, "Internal service error. Please retry."),
            (90995, "Internal Server Error. Please retry."),
        ]);
        table.covers(&[gateway::DOCUMENTED, STATE]);
    }
}
