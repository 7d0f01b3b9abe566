//! A message for Tencent Cloud Chat that breaks a rule is refused before anything is sent, exit 2, with the place, the
//! limit and what was found.

use batchcast_emulator::Emulator;
use batchcast_tests::{Home, Invocation};
use serde_json::{Value, json};

/// Both formats refuse it and say all of this, and the vendor hears nothing.
#[track_caller]
fn refuses(send: impl Fn(&Home, &str) -> Invocation, kind: &str, expected: &[&str]) {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    let ran = send(&home, emulator.url()).run().exits(2).says(expected);
    assert_eq!(ran.stdout, "", "{}", ran.shown());
    let error = send(&home, emulator.url()).args(["--json"]).run().exits(2).error();
    assert_eq!(error["kind"], kind, "{error}");
    let said = format!("{}; {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
    assert!(expected.iter().all(|text| said.contains(text)), "{expected:?}: {error}");
    assert_eq!(emulator.received().len(), 0, "{error}");
}

/// The vendor's example with these fields instead of its own.
#[track_caller]
fn check(fields: &Value, expected: &[&str]) {
    let mut body: Value = serde_json::from_str(include_str!("../data/tim-text.json")).unwrap();
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let body = body.to_string();
    let send = |home: &Home, url: &str| home.send_tim(url, [home.file("message.json", &body)]);
    refuses(send, "input", &[&["message.json"], expected].concat());
}

#[track_caller]
fn check_args(args: &[&str], kind: &str, expected: &[&str]) {
    refuses(|home, url| home.send_tim(url, args), kind, expected);
}

fn text(text: &str) -> Value {
    json!({"MsgType": "TIMTextElem", "MsgContent": {"Text": text}})
}

#[test]
fn a_message_that_breaks_a_rule() {
    check(&json!({"MsgBody": []}), &["MsgBody", "is empty", "at least one element"]);
    check(&json!({"MsgBody": text("hi")}), &["MsgBody", "must be an array", "an object"]);
    check(&json!({"MsgBody": "hi"}), &["MsgBody", "must be an array", "a string"]);
    check(&json!({"MsgBody": null}), &["MsgBody", "must be an array", "null"]);
    check(&json!({"MsgBody": [{"MsgContent": {"Text": "hi"}}]}), &["MsgBody[0].MsgType", "is missing"]);
    let custom = json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "x"}});
    check(&json!({"MsgBody": [custom, text("hi"), custom]}), &["MsgBody", "the limit is 1 TIMCustomElem", "found 2"]);
    check(&json!({"MsgBody": [text(&"x".repeat(13_000))]}), &["MsgBody", "the limit is 12000 bytes", "found 130"]);
    let long = json!({"CloudCustomData": "x".repeat(13_000)});
    check(&long, &["CloudCustomData", "the limit is 12000 bytes", "found 13"]);
    check(&json!({"MsgRandom": 4_294_967_296_u64}), &["MsgRandom", "4294967295", "4294967296"]);
    check(&json!({"MsgRandom": -1}), &["MsgRandom", "-1"]);
    check(&json!({"MsgSeq": 4_294_967_296_u64}), &["MsgSeq", "4294967295", "4294967296"]);
    check(&json!({"MsgLifeTime": 691_200}), &["MsgLifeTime", "from 0 to 604800 (7 days)", "691200"]);
    check(&json!({"SyncOtherMachine": true}), &["SyncOtherMachine", "true"]);
}

#[test]
fn the_limits_themselves_pass() {
    for fields in [json!({"MsgRandom": 4_294_967_295_u64}), json!({"MsgLifeTime": 604_800}), json!({"MsgSeq": 0})] {
        let mut body: Value = serde_json::from_str(include_str!("../data/tim-text.json")).unwrap();
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let (emulator, home) = (Emulator::start().unwrap(), Home::empty());
        let file = home.file("message.json", body.to_string());
        let _ = home.send_tim(emulator.url(), [&*file, "--id", &format!("account={}", "x".repeat(32))]).run().exits(0);
        assert_eq!(emulator.deliveries().len(), 3, "{fields}");
    }
}

#[test]
fn recipients_that_break_a_rule() {
    let long = "x".repeat(33);
    check(&json!({"To_Account": [long]}), &["To_Account[0]", "the limit is 32 bytes", "found 33"]);
    check(&json!({"To_Account": "bonnie"}), &["To_Account", "must be an array", "a string"]);
    check(&json!({"To_Account": ["bonnie", 7]}), &["To_Account[1]", "7"]);
    check(&json!({"To_Account": [""]}), &["To_Account[0]", "is empty"]);
    let nobody = json!({"To_Account": [], "MsgBody": [text("hi")]}).to_string();
    refuses(
        |home, url| home.send_tim(url, [home.file("message.json", &nobody)]),
        "input",
        &["there are no recipients", "--to FILE"],
    );
    check(&json!({"From_Account": long}), &["From_Account", "the limit is 32 bytes", "found 33"]);
    let send = ["--text", "hi", "--via", "tim"];
    let id = format!("--id=account={long}");
    check_args(&[&send[..], &[&id]].concat(), "input", &["account", "the limit is 32 bytes", "found 33"]);
    refuses(
        |home, url| home.send_tim(url, send).args(["--to", &home.file("list", format!("bonnie\n{long}\n"))]),
        "input",
        &["list: line 2", "the limit is 32 bytes", "found 33"],
    );
    check_args(&[&send[..], &["--id=open_id=ou_1"]].concat(), "input", &["open_id", "account"]);
    check_args(&["--text=", "--via=tim", "--id=a"], "input", &["Text", "is empty"]);
}

#[test]
fn one_message_is_for_one_vendor() {
    let of_lark = r#"{"msg_type":"text","content":{"text":"hi"},"open_ids":["ou_1"]}"#;
    let of_tim = include_str!("../data/tim-text.json");
    for (body, via) in [(of_lark, "tim"), (of_tim, "feishu"), (of_tim, "lark")] {
        let send = |home: &Home, url: &str| home.send_tim(url, [&home.file("message.json", body), "--via", via]);
        refuses(send, "usage", &["another vendor", "--via", "msg_type", "MsgBody"]);
        let config = format!("default_profile = 'p'\n[profiles.p]\nvia = '{via}'\n");
        let send = |home: &Home, url: &str| {
            home.configure(&config);
            home.send_tim(url, [home.file("message.json", body)])
        };
        refuses(send, "usage", &["another vendor", "profile"]);
    }
    check_args(&["--image=img_1", "--via=tim", "--id=account=a"], "usage", &["--image-url"]);
    check_args(&["--text=hi", "--via=tim", "--id=a", "--id-kind=user_id"], "input", &["user_id"]);
}
