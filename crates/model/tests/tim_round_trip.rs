//! Reading TIM's JSON and writing it again gives the same value.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::HashSet;
use std::time::Duration;

use batchcast_model::tim::{
    AndroidInfo, ApnsInfo, BatchMessage, Custom, Element, Message, OfflinePushInfo, SendMsgControl, Stamp,
    SyncOtherMachine,
};
use batchcast_model::{IdKind, Invalid, Recipient, json};
use serde_json::{Value, json};

const EXAMPLES: [&str; 4] = [
    include_str!("data/tim-text.json"),
    include_str!("data/tim-text-offline-push.json"),
    include_str!("data/tim-all-elements.json"),
    include_str!("data/tim-all-options.json"),
];

/// The vendor's two examples have no `MsgSeq`, which a request of ours always has.
fn stamped(mut body: Value) -> Value {
    if body.get("MsgSeq").is_none() {
        body["MsgSeq"] = json!(28360);
    }
    body
}

#[track_caller]
fn check(body: &Value) -> BatchMessage {
    let read = BatchMessage::from_value(body.clone()).unwrap_or_else(|refused| panic!("{refused}\n{body:#}"));
    assert_eq!(&serde_json::to_value(&read).unwrap(), body);

    let text = serde_json::to_vec(&read).unwrap();
    assert_eq!(read.body_len(), text.len());
    assert_eq!(BatchMessage::from_json(&text).as_ref(), Ok(&read));
    assert_eq!(&serde_json::from_slice::<Value>(&text).unwrap(), body);
    assert_eq!(serde_json::from_slice::<BatchMessage>(&text).unwrap(), read);

    let draft = Message::from_body(body.clone()).unwrap();
    let stamp = Stamp { msg_seq: draft.msg_seq.unwrap(), msg_random: draft.msg_random.unwrap() };
    assert_eq!(BatchMessage::new(draft.message, draft.accounts, stamp).as_ref(), Ok(&read));

    let message = serde_json::to_value(read.message()).unwrap();
    assert_eq!(Message::from_value(message).as_ref(), Ok(read.message()));
    read
}

#[test]
fn the_documents_examples() {
    for text in EXAMPLES {
        let body = stamped(serde_json::from_str(text).unwrap());
        let read = check(&body);
        assert_eq!(read.accounts().len(), 2);
    }
}

#[test]
fn a_file_needs_no_stamp() -> Result<(), Invalid> {
    for text in EXAMPLES {
        let mut body = json::parse(text)?;
        let draft = Message::from_body(body.clone())?;
        assert_eq!(draft.msg_seq.map(Value::from).as_ref(), body.get("MsgSeq"));
        assert_eq!(draft.msg_random.map(Value::from).as_ref(), body.get("MsgRandom"));

        let request = BatchMessage::new(draft.message, draft.accounts, Stamp { msg_seq: 1, msg_random: u32::MAX })?;
        (body["MsgSeq"], body["MsgRandom"]) = (json!(1), json!(4_294_967_295_u32));
        assert_eq!(serde_json::to_value(&request).unwrap(), body);

        let again = request.clone().with_stamp(Stamp { msg_seq: 1_000_000, msg_random: 0 });
        (body["MsgSeq"], body["MsgRandom"]) = (json!(1_000_000), json!(0));
        assert_eq!(serde_json::to_value(&again).unwrap(), body);
        assert_eq!(again.body_len(), serde_json::to_vec(&again).unwrap().len());
        assert_eq!(again.message(), request.message());
    }
    Ok(())
}

#[test]
fn every_documented_field_is_typed() {
    let read = check(&serde_json::from_str(EXAMPLES[3]).unwrap());
    let message = read.message();
    assert_eq!(message.warnings(), []);
    assert_eq!(message.from_account(), Some("dave"));
    assert_eq!(message.life_time(), Some(Duration::from_secs(7 * 24 * 3600)));
    assert!(!message.is_online_only() && message.wants_read_receipt());
    assert_eq!(message.sync_other_machine(), Some(SyncOtherMachine::DoNotSync));
    assert_eq!(message.cloud_custom_data(), Some("your cloud custom data"));
    assert_eq!(
        message.send_msg_control(),
        [SendMsgControl::NoUnread, SendMsgControl::NoLastMsg, SendMsgControl::WithMuteNotifications],
    );
    assert!(message.extra().is_empty());
    let push = message.offline_push().unwrap();
    let (android, apns) = (push.android_info.clone().unwrap(), push.apns_info.clone().unwrap());
    assert!(push.extra.is_empty() && android.extra.is_empty() && apns.extra.is_empty());
    assert_eq!(android.huawei_channel_id.as_deref(), Some("h"));
    assert_eq!(apns.interruption_level.as_deref(), Some("time-sensitive"));

    // Nothing is left to `extra`, so all that a builder can set is what the file has.
    let built = Message::elements([Element::text("hi, beauty")])
        .and_then(|m| m.with_from_account("dave"))
        .and_then(|m| m.with_life_time(Duration::from_secs(604_800)))
        .and_then(|m| m.with_cloud_custom_data("your cloud custom data"))
        .and_then(|m| m.with_offline_push(push.clone()))
        .unwrap()
        .with_sync_other_machine(SyncOtherMachine::DoNotSync)
        .with_send_msg_control(message.send_msg_control().iter().cloned())
        .with_read_receipt()
        .with_online_only();
    let mut expected = serde_json::to_value(message).unwrap();
    expected["OnlineOnlyFlag"] = json!(1);
    assert_eq!(serde_json::to_value(built).unwrap(), expected);

    let rest = check(&serde_json::from_str(EXAMPLES[2]).unwrap());
    for element in rest.message().msg_body() {
        assert!(element.extra.is_empty());
        let written = serde_json::to_value(&element.content).unwrap();
        assert!(written.is_object(), "{}", element.msg_type());
    }
}

/// Every object of the document, as a path of keys and indices.
fn objects(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                objects(value, format!("{path}/{name}"), found);
            }
            found.push(path);
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                objects(value, format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn unknown_fields_at_every_level() {
    let additions = [
        json!(null),
        json!(true),
        json!("\u{0}\u{1f600}\"\\/\u{2028}"),
        json!([1.5, -0.0, 1e308, 5e-324, 0.1, i64::MIN, u64::MAX, 123_456_789_012_345_678_901_234_567_890_f64]),
        json!({"a": {"MsgType": 1}}),
        json!([[{"MsgType": "TIMCustomElem"}], {"deep": {"er": [{}]}}]),
    ];
    let mut checked = 0;
    for text in EXAMPLES {
        let body = stamped(serde_json::from_str(text).unwrap());
        let mut paths = Vec::new();
        objects(&body, String::new(), &mut paths);
        for path in &paths {
            for addition in &additions {
                let mut mutated = body.clone();
                mutated.pointer_mut(path).unwrap()["x_unknown"] = addition.clone();
                check(&mutated);
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 43 * additions.len());
}

/// Any documented field may be left out where the type does not need it, and whatever is taken is written as it was.
#[test]
fn fields_left_out() {
    let (mut taken, mut refused) = (0, HashSet::new());
    for text in EXAMPLES {
        let body = stamped(serde_json::from_str(text).unwrap());
        let mut paths = Vec::new();
        objects(&body, String::new(), &mut paths);
        for path in &paths {
            let names: Vec<_> = body.pointer(path).unwrap().as_object().unwrap().keys().cloned().collect();
            for name in names {
                let mut mutated = body.clone();
                mutated.pointer_mut(path).unwrap().as_object_mut().unwrap().remove(&name);
                if BatchMessage::from_value(mutated.clone()).is_ok() {
                    check(&mutated);
                    taken += 1;
                } else {
                    refused.insert(name);
                }
            }
        }
    }
    let mut refused: Vec<_> = refused.into_iter().collect();
    refused.sort();
    assert_eq!(
        refused,
        [
            "Index",
            "Latitude",
            "Longitude",
            "MsgBody",
            "MsgContent",
            "MsgRandom",
            "MsgSeq",
            "MsgType",
            "Text",
            "To_Account",
        ],
    );
    assert!(taken > 80, "{taken}");
}

#[test]
fn given_fields_stay_and_others_are_not_added() {
    let alone = json!({"MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}]});
    let message = Message::from_value(alone.clone()).unwrap();
    assert_eq!(serde_json::to_value(&message).unwrap(), alone);
    assert_eq!(Message::text("x"), Ok(message));
    for (name, value) in [
        ("OnlineOnlyFlag", json!(0)),
        ("IsNeedReadReceipt", json!(0)),
        ("SyncOtherMachine", json!(1)),
        ("SendMsgControl", json!([])),
        ("SendMsgControl", json!(["NoUnread", "of 2031", "NoUnread", ""])),
        ("CloudCustomData", json!("")),
        ("MsgLifeTime", json!(0)),
        ("OfflinePushInfo", json!({})),
        ("OfflinePushInfo", json!({"PushFlag": 7, "AndroidInfo": {}, "ApnsInfo": {"BadgeMode": u64::MAX}})),
        ("ForbidCallbackControl", json!(["ForbidBeforeSendMsgCallback"])),
        ("MsgTimeStamp", json!(1)),
    ] {
        let mut body = json!({"To_Account": ["a"], "MsgSeq": 1, "MsgRandom": 2, "MsgBody": alone["MsgBody"]});
        body[name] = value;
        check(&body);
    }
    for number in [json!(29), json!(29.0), json!(-0.0), json!(1e300), json!(u64::MAX)] {
        check(&json!({"To_Account": ["a"], "MsgSeq": 1, "MsgRandom": 2, "MsgBody": [
            {"MsgType": "TIMLocationElem", "MsgContent": {"Latitude": number, "Longitude": number}},
        ]}));
    }
}

#[test]
fn made_in_code() -> Result<(), Invalid> {
    let push = OfflinePushInfo::new()
        .with_android_info(AndroidInfo::new().with_xiaomi_channel_id("x").with_vivo_classification(0))
        .with_apns_info(ApnsInfo::new().with_sub_title("s"));
    let message = Message::custom(Custom::new().with_data("{}"))?
        .with_online_only()
        .with_offline_push(push)?
        .with_sync_other_machine(SyncOtherMachine::Sync);
    assert_eq!(
        serde_json::to_value(&message).unwrap(),
        json!({
            "MsgBody": [{"MsgType": "TIMCustomElem", "MsgContent": {"Data": "{}"}}],
            "OnlineOnlyFlag": 1,
            "SyncOtherMachine": 1,
            "OfflinePushInfo": {
                "AndroidInfo": {"XiaoMiChannelID": "x", "VIVOClassification": 0},
                "ApnsInfo": {"SubTitle": "s"},
            },
        }),
    );
    Ok(())
}

#[test]
fn everybody_is_in_one_request_with_its_own_stamp() -> Result<(), Invalid> {
    let ids: Vec<_> = (0..1201).map(|n| format!("user{n}")).collect();
    let body = json!({"To_Account": ids, "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}], "x": 1});
    let draft = Message::from_body(body)?;
    assert_eq!((draft.accounts.len(), draft.msg_seq, draft.msg_random), (1201, None, None));

    let mut drawn = 0;
    let stamp = || {
        drawn += 1;
        Stamp { msg_seq: 7, msg_random: drawn }
    };
    let requests = draft.message.batches(draft.accounts, stamp)?;
    let sizes: Vec<_> = requests.iter().map(|request| request.accounts().len()).collect();
    assert_eq!(sizes, [500, 500, 201]);
    let sent = requests.iter().flat_map(|request| request.accounts().iter()).map(Recipient::id);
    assert!(sent.eq(&ids));
    for (request, random) in requests.iter().zip(1..) {
        assert_eq!(request.stamp(), Stamp { msg_seq: 7, msg_random: random });
        assert_eq!(serde_json::to_value(request).unwrap()["x"], json!(1));
    }

    let two = (0..501).map(|n| Recipient::new(IdKind::Account, n.to_string()).unwrap());
    let refused = Message::text("x")?.batches(two, || Stamp { msg_seq: 1, msg_random: 1 }).unwrap_err();
    assert!(refused.to_string().starts_with("stamp: repeats the stamp of another request; draw"), "{refused}");
    Ok(())
}

/// Bytes changed at random: nothing panics, and whatever is still taken is written again as it was.
#[test]
fn damaged_text() {
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let (mut taken, mut refused) = (0, 0);
    for round in 0..3000 {
        let mut text = EXAMPLES[2 + round % 2].as_bytes().to_vec();
        for _ in 0..=random(2) {
            let at = random(text.len());
            text[at] = b"\"\\{}[],: 0x\xff"[random(12)];
        }
        match BatchMessage::from_json(&text) {
            Ok(read) => {
                let body: Value = serde_json::from_slice(&text).unwrap();
                assert_eq!(serde_json::to_value(&read).unwrap(), body);
                let _ = read.message().warnings();
                taken += 1;
            }
            Err(invalid) => {
                assert!(!invalid.place().is_empty() && !invalid.to_string().contains(char::is_control), "{invalid:?}");
                refused += 1;
            }
        }
    }
    assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused");
}
