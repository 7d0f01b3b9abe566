//! What is refused for TIM, and that it says the place, the limit, what was found, and what to do.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use batchcast_model::tim::limits::MAX_CONTENT;
use batchcast_model::tim::{Accounts, BatchMessage, Custom, Element, Message, OfflinePushInfo, Stamp};
use batchcast_model::{IdKind, Invalid, Problem, Recipient};
use serde_json::{Value, json};

const STAMP: Stamp = Stamp { msg_seq: 1, msg_random: 2 };

fn sound() -> Value {
    json!({
        "To_Account": ["bonnie"], "MsgSeq": 1, "MsgRandom": 2,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}],
    })
}

/// A sound body with this field.
#[track_caller]
fn check(name: &str, value: Value, expected: &str) {
    let mut body = sound();
    body[name] = value;
    refused(body, expected);
}

#[track_caller]
fn refused(body: Value, expected: &str) {
    let refused = BatchMessage::from_value(body).unwrap_err().to_string();
    assert!(refused.starts_with(expected), "\n found {refused}\nwanted {expected}");
}

#[track_caller]
fn missing(name: &str, expected: &str) {
    let mut body = sound();
    body.as_object_mut().unwrap().remove(name);
    refused(body, expected);
}

#[test]
fn msg_body() {
    let custom = json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "x"}});
    refused(json!([]), "body: must be an object, found an array");
    missing("MsgBody", "MsgBody: is missing");
    refused(json!({"msg_type": "text"}), "MsgBody: is missing; `msg_type` belongs to Feishu and Lark");
    check("MsgBody", json!([]), "MsgBody: is empty; give at least one element");
    check("MsgBody", custom.clone(), "MsgBody: must be an array, found an object; give an array of elements");
    check("MsgBody", json!("hi"), "MsgBody: must be an array, found a string, \"hi\"; give an array");
    check("MsgBody", json!(null), "MsgBody: must be an array, found null");
    check("MsgBody", json!(["hi"]), "MsgBody[0]: must be an object, found a string");
    check("MsgBody", json!([custom, {"MsgType": "TIMTextElem"}]), "MsgBody[1].MsgContent: is missing");
    check(
        "MsgBody",
        json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": ""}}]),
        "MsgBody[0].MsgContent.Text: is empty",
    );
    check(
        "MsgBody",
        json!([custom, {"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}, custom]),
        "MsgBody: too large: the limit is 1 TIMCustomElem, found 2; put all custom data into one element",
    );
    check(
        "MsgBody",
        json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x".repeat(13_000)}}]),
        "MsgBody: too large: the limit is 12000 bytes of MsgBody and CloudCustomData, found 13052; shorten the message",
    );
}

#[test]
fn numbers() {
    let from_0_to_u32_max = "must be a whole number from 0 to 4294967295, found";
    for name in ["MsgSeq", "MsgRandom"] {
        let check = |value, found| check(name, value, &format!("{name}: {from_0_to_u32_max} {found}"));
        check(json!(4_294_967_296_u64), "the number 4294967296");
        check(json!(-1), "the number -1");
        check(json!(1.0), "the number 1.0");
        check(json!("1"), "a string, \"1\"");
        check(json!(null), "null");
        missing(name, &format!("{name}: is missing; every request has its own MsgSeq and MsgRandom"));
    }
    let file = json!({"MsgBody": sound()["MsgBody"], "MsgRandom": 4_294_967_296_u64});
    assert_eq!(Message::from_body(file).unwrap_err().place(), "MsgRandom");

    let life_time = "MsgLifeTime: must be whole seconds from 0 to 604800 (7 days), found";
    check("MsgLifeTime", json!(691_200), &format!("{life_time} the number 691200"));
    check("MsgLifeTime", json!(604_801), life_time);
    check("MsgLifeTime", json!("60"), life_time);
    check("OnlineOnlyFlag", json!(2), "OnlineOnlyFlag: must be 0 or 1, found the number 2");
    check("OnlineOnlyFlag", json!(true), "OnlineOnlyFlag: must be 0 or 1, found the boolean true");
    check("IsNeedReadReceipt", json!(-1), "IsNeedReadReceipt: must be 0 or 1");
    check("SyncOtherMachine", json!(0), "SyncOtherMachine: must be 1 (sync) or 2 (do not), found the number 0");
    check("SyncOtherMachine", json!(false), "SyncOtherMachine: must be 1 (sync) or 2 (do not)");
}

#[test]
fn accounts() {
    let ids = |count: usize| (0..count).map(|n| format!("user{n}")).collect::<Vec<_>>();
    missing("To_Account", "To_Account: is missing; give at least one account");
    check("To_Account", json!([]), "To_Account: is missing; give at least one account");
    check(
        "To_Account",
        json!("bonnie"),
        "To_Account: must be an array, found a string, \"bonnie\"; one string is what",
    );
    check("To_Account", json!(null), "To_Account: must be an array, found null");
    check(
        "To_Account",
        json!(["a", 123]),
        "To_Account[1]: must be a string, found the number 123; accounts are strings: put it in quotes",
    );
    check("To_Account", json!(["a", ""]), "To_Account[1]: is empty");
    check("To_Account", json!(["a b"]), "To_Account[0]: \"a b\" is not allowed; an id has no white space");
    check("To_Account", json!(["a".repeat(33)]), "To_Account[0]: too large: the limit is 32 bytes, found 33");
    check("To_Account", json!(["字".repeat(11)]), "To_Account[0]: too large: the limit is 32 bytes, found 33");
    check("To_Account", json!(["a", "b", "a"]), "To_Account[2]: repeats To_Account[0]; name everybody once");
    check(
        "To_Account",
        json!(ids(501)),
        "To_Account: too large: the limit is 500 accounts, found 501; send them in several requests",
    );
    let mut full = sound();
    full["To_Account"] = json!(ids(500));
    assert_eq!(BatchMessage::from_value(full).unwrap().accounts().len(), 500);

    check("From_Account", json!("a".repeat(33)), "From_Account: too large: the limit is 32 bytes, found 33");
    check("From_Account", json!(""), "From_Account: is empty");
    check("From_Account", json!(1), "From_Account: must be a string, found the number 1; accounts are strings");
}

#[test]
fn the_other_fields() {
    check("CloudCustomData", json!({}), "CloudCustomData: must be a string, found an object");
    check("SendMsgControl", json!("NoUnread"), "SendMsgControl: must be an array, found a string");
    check("SendMsgControl", json!([1]), "SendMsgControl[0]: must be a string, found the number 1");
    check("OfflinePushInfo", json!("{}"), "OfflinePushInfo: must be an object, found a string");
    check("OfflinePushInfo", json!({"PushFlag": "0"}), "OfflinePushInfo.PushFlag: must be a whole number");
    check("OfflinePushInfo", json!({"Desc": 1}), "OfflinePushInfo.Desc: must be a string, found the number 1");
    check("OfflinePushInfo", json!({"Ext": {}}), "OfflinePushInfo.Ext: must be a string, found an object");
    check("OfflinePushInfo", json!({"AndroidInfo": []}), "OfflinePushInfo.AndroidInfo: must be an object");
    check(
        "OfflinePushInfo",
        json!({"AndroidInfo": {"HuaWeiChannelID": 1}}),
        "OfflinePushInfo.AndroidInfo.HuaWeiChannelID: must be a string, found the number 1",
    );
    check(
        "OfflinePushInfo",
        json!({"ApnsInfo": {"BadgeMode": true}}),
        "OfflinePushInfo.ApnsInfo.BadgeMode: must be a whole number, found the boolean true",
    );
    check("OfflinePushInfo", json!({"HarmonyInfo": "x"}), "OfflinePushInfo.HarmonyInfo: must be an object");
}

#[test]
fn what_would_be_lost() {
    for name in ["To_Account", "MsgSeq", "MsgRandom"] {
        let mut body = json!({"MsgBody": sound()["MsgBody"]});
        body[name] = sound()[name].clone();
        let refused = Message::from_value(body.clone()).unwrap_err();
        assert_eq!(refused.place(), name);
        assert!(refused.to_string().contains("here only the message is wanted"), "{refused}");
        assert!(Message::from_body(body).is_ok());
    }
}

#[test]
fn text_of_a_body() {
    let sample = "{\n \"To_Account\": [ //目标账户列表\n \"bonnie\"]}";
    let refused = BatchMessage::from_json(sample).unwrap_err();
    assert_eq!(refused.place(), "line 2 column 18");
    assert_eq!(refused.hint(), Some("JSON has no comments; take them out"));

    let twice = r#"{"To_Account":["a"],"MsgBody":[],"To_Account":["b"]}"#;
    let refused = BatchMessage::from_json(twice).unwrap_err();
    assert!(refused.to_string().starts_with("To_Account: repeats a name"), "{refused}");
}

/// The largest message that is taken has exactly the limit, and so many accounts as there may be.
#[test]
fn the_content_limit_is_exact() {
    type Make = fn(usize) -> Result<Message, Invalid>;
    #[track_caller]
    fn check(make: Make, place: &str) {
        let (mut fits, mut over) = (1, 2 * MAX_CONTENT);
        while over - fits > 1 {
            let middle = fits.midpoint(over);
            if make(middle).is_ok() { fits = middle } else { over = middle }
        }
        let largest = make(fits).unwrap();
        let written = serde_json::to_value(&largest).unwrap();
        let counted = ["MsgBody", "CloudCustomData"].iter().filter_map(|name| written.get(name));
        let counted: usize = counted.map(|value| serde_json::to_vec(value).unwrap().len()).sum();
        assert_eq!((counted, largest.content_len()), (MAX_CONTENT, MAX_CONTENT));

        let accounts = Accounts::new().with_ids((0..500).map(|n| format!("{n:032}"))).unwrap();
        assert!(BatchMessage::new(largest, accounts, STAMP).unwrap().body_len() > MAX_CONTENT + 17_000);

        let refused = make(over).unwrap_err();
        assert_eq!(refused.place(), place);
        assert!(
            matches!(*refused.problem(), Problem::TooLarge { limit: MAX_CONTENT, found, .. } if found == MAX_CONTENT + 1),
            "{refused}",
        );
        assert!(refused.hint().is_some());
    }
    check(|n| Message::text("x".repeat(n)), "MsgBody");
    check(|n| Message::custom(Custom::new().with_data("x".repeat(n))), "MsgBody");
    check(|n| Message::elements((0..2).map(|_| Element::text("x")).chain([Element::text("x".repeat(n))])), "MsgBody");
    check(|n| Message::text("x")?.with_cloud_custom_data("x".repeat(n)), "CloudCustomData");
    check(|n| Message::text("x".repeat(7000))?.with_cloud_custom_data("x".repeat(n)), "MsgBody");
    // What is not counted.
    let push = OfflinePushInfo::new().with_desc("x".repeat(2 * MAX_CONTENT));
    assert!(Message::text("x").unwrap().with_offline_push(push).is_ok());
}

#[test]
fn made_in_code() {
    #[track_caller]
    fn check(made: Result<Message, Invalid>, expected: &str) {
        let refused = made.unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{refused}");
    }
    let hi = || Message::text("hi").unwrap();
    check(Message::text(""), "MsgBody[0].MsgContent.Text: is empty");
    check(Message::elements([]), "MsgBody: is empty");
    check(Message::elements([Element::custom("a"), Element::custom("b")]), "MsgBody: too large: the limit is 1");
    check(Message::elements([Element::other("", json!({}))]), "MsgBody[0].MsgType: is empty");
    check(Message::elements([Element::other("TIMTextElem", json!({}))]), "MsgBody[0].MsgContent.Text: is missing");
    check(hi().with_from_account("a".repeat(33)), "From_Account: too large: the limit is 32 bytes, found 33");
    check(
        hi().with_life_time(Duration::from_secs(8 * 24 * 3600)),
        "MsgLifeTime: must be whole seconds from 0 to 604800 (7 days), found the number 691200",
    );
    check(hi().with_life_time(Duration::from_millis(1500)), "MsgLifeTime: \"1.5s\" is not allowed; give whole seconds");
    check(hi().with_cloud_custom_data("x".repeat(12_000)), "CloudCustomData: too large: the limit is 12000 bytes");

    let mut push = OfflinePushInfo::new();
    push.extra.insert("Desc".to_owned(), json!(1));
    check(hi().with_offline_push(push), "OfflinePushInfo.Desc: must be a string, found the number 1");

    let many = Accounts::new().with_ids((0..501).map(|n| n.to_string())).unwrap();
    let refused = BatchMessage::new(hi(), many, STAMP).unwrap_err();
    assert!(refused.to_string().starts_with("To_Account: too large: the limit is 500 accounts, found 501"));
    let refused = BatchMessage::new(hi(), Accounts::new(), STAMP).unwrap_err();
    assert!(refused.to_string().starts_with("To_Account: is missing"));
}

#[test]
fn batches() {
    #[track_caller]
    fn check(recipients: &[(IdKind, &str)], expected: &str) {
        let recipients = recipients.iter().map(|(kind, id)| Recipient::new(*kind, *id).unwrap());
        let refused = Message::text("x").unwrap().batches(recipients, || STAMP).unwrap_err();
        assert!(refused.to_string().starts_with(expected), "{refused}");
    }
    check(&[], "recipients: is empty");
    check(
        &[(IdKind::Account, "a"), (IdKind::Account, "b"), (IdKind::Account, "a")],
        "recipients[2]: repeats recipients[0]; name everybody once",
    );
    check(
        &[(IdKind::Account, "a"), (IdKind::OpenId, "a")],
        "recipients[1]: \"open_id\" is not allowed; belongs to Feishu and Lark",
    );
}
