//! `POST /open-apis/message/v4/batch_send/`.

use super::{By, check, sandbox, with_scopes};
use crate::feishu::testing::{Reply, SEND_PATH, Sandbox, office};
use crate::{AppStatus, Directory, Emulator, Fault, FaultPlan, FaultRule, NobodyValid, RateLimits};

/// Feishu's page "batch send messages" (2026-03-03), and the generic list's other codes of `message/v4`.
pub(super) const DOCUMENTED: &[i64] = &[
    2200, 9499, 10002, 10003, 10032, 11101, 11103, 11105, 11203, 11204, 11205, 11207, 11209, 11210, 11221, 11223,
    11225, 11227, 11231, 11232, 11233, 11235, 11236, 11246, 11247, 11248, 11310, 11312, 18121, 19036, 230_100,
];

fn to(rest: &str) -> String {
    format!(r#"{{"msg_type":"text","content":{{"text":"x"}},{rest}}}"#)
}

fn typed(msg_type: &str, content: &str) -> String {
    format!(r#"{{"msg_type":"{msg_type}",{content},"open_ids":["ou_1"]}}"#)
}

fn plain(body: &str) -> By {
    sent(Sandbox::logged_in(), body)
}

fn sent(mut sandbox: Sandbox, body: &str) -> By {
    let reply = sandbox.send(body);
    assert!(sandbox.world.deliveries().is_empty(), "{body}");
    By::Request(reply)
}

fn of_an_app(status: AppStatus) -> By {
    let mut sandbox = Sandbox::logged_in();
    sandbox.world.set_directory(Directory::new().with_feishu(office().with_app_status(status)).unwrap());
    sent(sandbox, &to(r#""open_ids":["ou_ann"]"#))
}

#[test]
fn every_documented_code() {
    let one = to(r#""open_ids":["ou_1"]"#);
    let post = |node: &str| typed("post", &format!(r#""content":{{"post":{{"en_us":{{"content":[[{node}]]}}}}}}"#));
    let long = "x".repeat(30_000);
    let quota = Emulator::builder().with_rate_limits(RateLimits::documented().with_daily_messages(0));
    let to_users = with_scopes(&["im:message", "im:message:send_multi_users"]);
    let to_departments = with_scopes(&["im:message", "im:message:send_multi_depts"]);
    let nobody = Emulator::builder().with_nobody_valid(NobodyValid::Refused);
    let rows = vec![
        (200, 10002, "Create or send message fail.", plain(&post(r#"{"tag":"md","text":"x"}"#))),
        (200, 10002, "Create or send message fail.", plain(&typed("post", r#""content":{"post":{}}"#))),
        (200, 10003, "Invalid parameter.", plain("{")),
        (200, 10003, "Invalid parameter.", plain(&to(r#""open_ids":[]"#))),
        (200, 10003, "Invalid parameter.", plain(&to(r#""department_ids":["0"]"#))),
        (200, 11101, "Open_id not exist.", plain(&to(r#""open_ids":["ou_1","ou_2_refused_invalid"]"#))),
        (200, 11203, "Send employee ids permission denied.", sent(to_departments, &to(r#""user_ids":["ben"]"#))),
        (
            200,
            11204,
            "Send department list permission denied.",
            sent(to_users, &to(r#""department_ids":["od-works"]"#)),
        ),
        (200, 11205, "App do not have bot.", sent(sandbox(Emulator::builder().without_bot()), &one)),
        (200, 11207, "App is not usage.", of_an_app(AppStatus::Disabled)),
        (200, 11209, "App not exist.", of_an_app(AppStatus::Deleted)),
        (200, 11210, "App usage info not exist.", of_an_app(AppStatus::NotInstalled)),
        (200, 11223, "Do not have im write permission.", By::Fault),
        (200, 11227, "Image key not exist.", plain(&typed("image", r#""content":{"image_key":"img_invalid"}"#))),
        (200, 11227, "Image key not exist.", plain(&post(r#"{"tag":"img","image_key":""}"#))),
        (200, 11231, "Chat not found.", plain(&typed("share_chat", r#""content":{"share_chat_id":"oc_invalid"}"#))),
        (200, 11235, "This group is set to only admin can mention @All.", By::Fault),
        (200, 11246, "Create message content fail.", By::Fault),
        (200, 11247, "Internal send message trigger rate limit.", sent(sandbox(quota), &one)),
        (200, 11312, "Bot messages do not pass the audit.", By::Fault),
        (200, 230_100, "Sending invalid test messages is restricted.", By::Fault),
        // The generic list's codes of `message/v4`.
        (200, 2200, "internal error", By::Fault),
        (200, 9499, "bad request", By::Fault),
        (200, 10032, "valid user is null", sent(sandbox(nobody), &to(r#""open_ids":["ou_1_invalid"]"#))),
        (200, 11103, "open department id not exist", plain(&to(r#""department_ids":["od-1_refused_invalid"]"#))),
        (200, 11105, "user_id not exist", plain(&to(r#""user_ids":["u1_refused_invalid"]"#))),
        (200, 11221, "this image does not belong to you", By::Fault),
        (200, 11225, "the bot is invisible to the user", By::Fault),
        (200, 11232, "create message service trigger rate limit", By::Fault),
        (200, 11233, "create message chat trigger rate limit", By::Fault),
        (200, 11236, "user is resigned", By::Fault),
        (200, 11248, "message is sensitive", By::Fault),
        (200, 11310, "get card message fail", By::Fault),
        (200, 18121, "create request is being processed", By::Fault),
        (
            200,
            19036,
            "The message exceeds the size limit of 30KB.",
            plain(&post(&format!(r#"{{"tag":"text","text":"{long}"}}"#))),
        ),
    ];
    check("POST", SEND_PATH, DOCUMENTED, rows);
}

/// 11246 by a request has the sub-code of F26's table in its text.
#[test]
fn every_documented_sub_code_of_cards() {
    fn check(reply: &Reply, sub_code: u32, text: &str) {
        let json = reply.json();
        assert_eq!((reply.status, json["code"].as_i64()), (200, Some(11246)), "{sub_code}: {json}");
        let msg = json["msg"].as_str().unwrap();
        assert!(msg.starts_with(&format!("Failed to create card content, ext=ErrCode: {sub_code}; ")), "{msg}");
        assert!(msg.contains(&format!("; ErrMsg: {text}; ErrorValue: ")), "{msg}");
    }
    let with = |card: &str| Sandbox::logged_in().send(&typed("interactive", &format!(r#""card":{card}"#)));
    let element = |element: &str| with(&format!(r#"{{"elements":[{element}]}}"#));
    let template = |id: &str| with(&format!(r#"{{"type":"template","data":{{"template_id":"{id}"}}}}"#));
    let invalid_person = "There is an invalid user resource(at/person) in your card";
    check(&element(r#"{"tag":"markdown","content":"<at id=ou_invalid></at>"}"#), 100_290, invalid_person);
    let missing = "template does not exist, please confirm whether this template has been released";
    check(&template("ctp_invalid"), 200_380, missing);
    check(&template("ctp_invisible"), 200_381, "template is not visible to app");
    check(&element(r#"{"tag":"chart"}"#), 200_550, "chart spec is invalid");
    check(&element(r#"{"tag":"img","img_key":"img_invalid"}"#), 200_570, "card contains invalid image keys");
    let unparsable = "parse card json err, please check whether the card json is correct";
    check(&with(r#"{"schema":"2.0","elements":[]}"#), 200_621, unparsable);
    let gone = "cards of schema V2 no longer support this capability";
    check(&with(r#"{"schema":"2.0","body":{"elements":[{"tag":"note"}]}}"#), 200_861, gone);
    check(&element(r#"{"tag":"table","rows":[0]}"#), 200_914, "table rows is invalid");

    // What a template's variables are declared as only the vendor knows.
    let text = "actual type of the variable is inconsistent with the specified type in the template";
    let msg = format!("Failed to create card content, ext=ErrCode: 200732; ErrMsg: {text}; ErrorValue: ;");
    for msg in [msg.as_str(), "Service Internal Error"] {
        let mut sandbox = Sandbox::logged_in();
        let rule = FaultRule::new(Fault::code_saying(11246, msg).unwrap());
        sandbox.world.set_faults(FaultPlan::new().with_rule(rule));
        let reply = sandbox.send("{}");
        assert_eq!((reply.status, reply.json()), (200, serde_json::json!({"code": 11246, "msg": msg})));
    }
}
