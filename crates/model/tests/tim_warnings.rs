//! What is sent through TIM and may still surprise, and what a push says.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::time::Duration;

use batchcast_model::tim::{Custom, Element, Face, Location, Message, OfflinePushInfo, Sound};
use serde_json::{Value, json};

#[track_caller]
fn check(body: Value, expected: &[&str]) {
    let found: Vec<_> =
        Message::from_value(body).unwrap().warnings().into_iter().map(|warning| warning.to_string()).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (warning, start) in found.iter().zip(expected) {
        assert!(warning.starts_with(start), "\n found {warning}\nwanted {start}");
    }
}

#[track_caller]
fn check_field(name: &str, value: Value, expected: &[&str]) {
    check(json!({"MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}}], name: value}), expected);
}

#[track_caller]
fn check_element(msg_type: &str, content: Value, expected: &[&str]) {
    check(json!({"MsgBody": [{"MsgType": msg_type, "MsgContent": content}]}), expected);
}

#[test]
fn fields_of_other_apis() {
    check_field(
        "ForbidCallbackControl",
        json!([]),
        &["ForbidCallbackControl: a field of sendmsg; batchsendmsg calls no"],
    );
    check_field("MsgTimeStamp", json!(1), &["MsgTimeStamp: a field of sendmsg and importmsg"]);
    check_field("SyncFromOldSystem", json!(1), &["SyncFromOldSystem: a field of importmsg"]);
    check_field("SyncFromOtherMachine", json!(1), &["SyncFromOtherMachine: `SyncOtherMachine` is probably meant"]);
    check_field("SupportMessageExtension", json!(1), &["SupportMessageExtension: a field of sendmsg; whether"]);
    check_field("ToAccount", json!(["a"]), &["ToAccount: `To_Account` is probably meant"]);
    check_field("GroupId", json!("x"), &["GroupId: `GroupId` is not a field of batchsendmsg"]);
    check_field(
        "SendMsgControl",
        json!(["NoUnread", "NoPush"]),
        &["SendMsgControl[1]: documented are NoUnread, NoLastMsg and WithMuteNotifications"],
    );
}

#[test]
fn elements() {
    let undocumented = "MsgBody[0].MsgType: whether batchsendmsg takes it is not documented";
    check_element("TIMTextElem", json!({"Text": "x"}), &[]);
    check_element("TIMFaceElem", json!({"Index": 1}), &[]);
    check_element("TIMLocationElem", json!({"Latitude": 90, "Longitude": -180.0}), &[]);
    check_element(
        "TIMLocationElem",
        json!({"Latitude": 116.58, "Longitude": 181}),
        &[
            "MsgBody[0].MsgContent.Latitude: not on Earth: degrees go from -90 to 90",
            "MsgBody[0].MsgContent.Longitude: not on Earth: degrees go from -180 to 180",
        ],
    );
    check_element("TIMNewElem", json!({}), &["MsgBody[0].MsgType: unknown; it is sent as it is"]);
    check_element("TimTextElem", json!({}), &["MsgBody[0].MsgType: `TIMTextElem` is probably meant"]);
    check_element(
        "TIMSoundElem",
        json!({"Url": "u", "UUID": "i", "Size": 1, "Second": 1, "Download_Flag": 2}),
        &[undocumented],
    );
    check_element(
        "TIMSoundElem",
        json!({"UUID": "i", "Size": 1, "Second": 1}),
        &[undocumented, "MsgBody[0].MsgContent: without Url, Download_Flag; the document has it"],
    );
    check_element(
        "TIMFileElem",
        json!({"URL": "u", "UUID": "i", "FileSize": 1, "FileName": "f", "Download_Flag": 1}),
        &[
            undocumented,
            "MsgBody[0].MsgContent: without Url;",
            "MsgBody[0].MsgContent.Download_Flag: must be 2",
            "MsgBody[0].MsgContent.URL: `Url` is probably meant",
        ],
    );
    check_element(
        "TIMVideoFileElem",
        json!({
            "VideoUrl": "u", "VideoUUID": "i", "VideoSize": 1, "VideoSecond": 1, "VideoFormat": "mp4",
            "VideoDownloadFlag": 0, "ThumbUrl": "u", "ThumbUUID": "i", "ThumbSize": 1, "ThumbWidth": 1,
            "ThumbHeight": 1, "ThumbFormat": "JPG", "Thumb_Download_Flag": 2,
        }),
        &[
            undocumented,
            "MsgBody[0].MsgContent: without ThumbDownloadFlag;",
            "MsgBody[0].MsgContent.VideoDownloadFlag: must be 2",
            "MsgBody[0].MsgContent.Thumb_Download_Flag: `ThumbDownloadFlag` is probably meant",
        ],
    );
    check_element(
        "TIMImageElem",
        json!({"UUID": "i", "ImageFormat": 1, "ImageInfoArray": [
            {"Type": 1, "Size": 1, "Width": 1, "Height": 1, "Url": "u"},
        ]}),
        &[
            undocumented,
            "MsgBody[0].MsgContent.ImageInfoArray[0]: without URL;",
            "MsgBody[0].MsgContent.ImageInfoArray[0].Url: `URL` is probably meant",
        ],
    );
    let either = "MsgBody[0].MsgContent: merged messages have either";
    check_element("TIMRelayElem", json!({"MsgList": []}), &[undocumented]);
    check_element("TIMRelayElem", json!({"JsonMsgKey": "k"}), &[undocumented]);
    check_element("TIMRelayElem", json!({"Title": "t"}), &[undocumented, either]);
    check_element("TIMRelayElem", json!({"MsgList": [], "JsonMsgKey": "k"}), &[undocumented, either]);
}

#[test]
fn pushes() {
    let check = |push, expected: &[&str]| check_field("OfflinePushInfo", push, expected);
    check(json!({"PushFlag": 1, "Ext": "{}", "Desc": "x".repeat(2998)}), &[]);
    check(json!({"Desc": "x".repeat(2999), "Ext": "{}"}), &["OfflinePushInfo: Desc and Ext have 3001 bytes together"]);
    check(json!({"Ext": "plain"}), &["OfflinePushInfo.Ext: not JSON"]);
    check(json!({"PushFlag": 2}), &["OfflinePushInfo.PushFlag: documented are 0 and 1"]);
    check(json!({"pushFlag": 1}), &["OfflinePushInfo.pushFlag: `PushFlag` is probably meant"]);
    check(
        json!({"AndroidInfo": {
            "HuaweiChannelID": "x", "XiaomiChannelID": "x", "VIVOClassification": 3, "HonorImportance": "HIGH", "New": 1,
        }}),
        &[
            "OfflinePushInfo.AndroidInfo.VIVOClassification: documented are 0 and 1",
            "OfflinePushInfo.AndroidInfo.HonorImportance: documented are LOW, NORMAL",
            "OfflinePushInfo.AndroidInfo.HuaweiChannelID: `HuaWeiChannelID` is probably meant",
            "OfflinePushInfo.AndroidInfo.XiaomiChannelID: `XiaoMiChannelID` is probably meant",
        ],
    );
    check(
        json!({"ApnsInfo": {"BadgeMode": 2, "InterruptionLevel": "Active", "Subtitle": "x"}}),
        &[
            "OfflinePushInfo.ApnsInfo.BadgeMode: documented are 0 and 1",
            "OfflinePushInfo.ApnsInfo.InterruptionLevel: documented are active, critical, passive, time-sensitive",
            "OfflinePushInfo.ApnsInfo.Subtitle: `SubTitle` is probably meant",
        ],
    );
}

#[test]
fn custom_data_that_nobody_is_told_of() {
    #[track_caller]
    fn check(message: Message, expected: &[&str]) {
        crate::check(serde_json::to_value(message).unwrap(), expected);
    }
    let none = "MsgBody: custom data alone, without a `Desc`";
    let data = || Message::custom(Custom::new().with_data("x")).unwrap();
    check(data(), &[none]);
    check(Message::custom(Custom::new().with_desc("")).unwrap(), &[none]);
    check(data().with_offline_push(OfflinePushInfo::new().with_title("t")).unwrap(), &[none]);
    check(Message::custom(Custom::new().with_desc("d")).unwrap(), &[]);
    check(data().with_offline_push(OfflinePushInfo::new().with_desc("d")).unwrap(), &[]);
    check(data().with_offline_push(OfflinePushInfo::new().with_push_flag(1)).unwrap(), &[]);
    check(data().with_online_only(), &[]);
    check(data().with_life_time(Duration::ZERO).unwrap(), &[]);
    check(Message::elements([Element::custom("x"), Element::text("y")]).unwrap(), &[]);
    check(
        Message::custom(Custom::new().with_desc("d").with_ext("e").with_sound("s"))
            .and_then(|message| message.with_offline_push(OfflinePushInfo::new()))
            .unwrap(),
        &["MsgBody[0].MsgContent.Ext: ignored for the push", "MsgBody[0].MsgContent.Sound: ignored for the push"],
    );
}

#[test]
fn push_text() {
    #[track_caller]
    fn check(elements: &[Element], push: Option<OfflinePushInfo>, expected: Option<&str>) {
        let mut message = Message::elements(elements.iter().cloned()).unwrap();
        if let Some(push) = push {
            message = message.with_offline_push(push).unwrap();
        }
        assert_eq!(message.push_text().as_deref(), expected);
    }
    let mixed = [
        Element::text("a"),
        Element::new(Location::new(1.0, 2.0).unwrap()),
        Element::new(Custom::new().with_desc("b")),
        Element::new(Face::new(1)),
        Element::text("c"),
    ];
    let push = OfflinePushInfo::new;
    check(&mixed, None, Some("a[Location]b[Face]c"));
    check(&mixed, Some(push().with_title("t")), Some("a[Location]b[Face]c"));
    check(&mixed, Some(push().with_desc("")), Some("a[Location]b[Face]c"));
    check(&mixed, Some(push().with_desc("d")), Some("d"));
    check(&mixed, Some(push().with_desc("d").with_push_flag(1)), None);
    check(&[Element::custom("x")], None, None);
    check(&[Element::text("a"), Element::new(Sound::new())], None, None);
}
