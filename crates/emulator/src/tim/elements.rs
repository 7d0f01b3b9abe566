//! `MsgBody`: the elements of a message, by the document "Message Formats" (2022, and 2024-09-24).

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::tim::codes::{self, Code, Refusal};
use crate::tim::shape::{self, Field, Type, optional, required};

/// "12K" of the "Error Codes" page (2025), which does not say what a K is nor what is measured: 1000 bytes is the
/// stricter reading, and 500 account ids alone would not fit into the whole request.
const SIZE_LIMIT: usize = 12_000;

/// A message has one of these at most.
const CUSTOM: &str = "TIMCustomElem";

/// Each type and what its `MsgContent` has. Required is what the element says nothing without.
const ELEMENTS: [(&str, &[Field]); 9] = [
    ("TIMTextElem", &[required("Text", Type::String)]),
    (
        "TIMLocationElem",
        &[optional("Desc", Type::String), required("Latitude", Type::Number), required("Longitude", Type::Number)],
    ),
    ("TIMFaceElem", &[required("Index", Type::Number), optional("Data", Type::String)]),
    (
        CUSTOM,
        &[
            optional("Data", Type::String),
            optional("Desc", Type::String),
            optional("Ext", Type::String),
            optional("Sound", Type::String),
        ],
    ),
    (
        "TIMSoundElem",
        &[
            optional("Url", Type::String),
            required("UUID", Type::String),
            optional("Size", Type::Number),
            optional("Second", Type::Number),
            optional("Download_Flag", DOWNLOAD),
        ],
    ),
    (
        "TIMImageElem",
        &[
            required("UUID", Type::String),
            optional("ImageFormat", Type::OneOf(&[1, 2, 3, 4, 255])),
            required("ImageInfoArray", Type::Objects(IMAGE_INFO)),
        ],
    ),
    (
        "TIMFileElem",
        &[
            optional("Url", Type::String),
            required("UUID", Type::String),
            optional("FileSize", Type::Number),
            optional("FileName", Type::String),
            optional("Download_Flag", DOWNLOAD),
        ],
    ),
    (
        "TIMVideoFileElem",
        &[
            optional("VideoUrl", Type::String),
            required("VideoUUID", Type::String),
            optional("VideoSize", Type::Number),
            optional("VideoSecond", Type::Number),
            optional("VideoFormat", Type::String),
            optional("VideoDownloadFlag", DOWNLOAD),
            optional("ThumbUrl", Type::String),
            optional("ThumbUUID", Type::String),
            optional("ThumbSize", Type::Number),
            optional("ThumbWidth", Type::Number),
            optional("ThumbHeight", Type::Number),
            optional("ThumbFormat", Type::String),
            optional("ThumbDownloadFlag", DOWNLOAD),
        ],
    ),
    (
        "TIMRelayElem",
        &[
            required("Title", Type::String),
            optional("MsgNum", Type::Integer),
            optional("CompatibleText", Type::String),
            optional("AbstractList", Type::Strings),
            optional("MsgList", Type::Objects(&[])),
            optional("JsonMsgKey", Type::String),
        ],
    ),
];

const IMAGE_INFO: &[Field] = &[
    optional("Type", Type::OneOf(&[1, 2, 3])),
    optional("Size", Type::Number),
    optional("Width", Type::Number),
    optional("Height", Type::Number),
    required("URL", Type::String),
];

/// The only value the document allows.
const DOWNLOAD: Type = Type::OneOf(&[2]);

/// How many elements a message is shown to be made of.
const SHOWN: usize = 16;

/// Checks `MsgBody`, and says what the message is made of: the `MsgType`s, with `+` between them, and `+…` after the
/// sixteenth where there are more.
///
/// `too_long` is the call's code for a `MsgBody` and `CloudCustomData` above 12K.
pub(crate) fn check(
    msg_body: &RawValue,
    custom_data: Option<&str>,
    too_long: Code,
) -> Result<Cow<'static, str>, Refusal> {
    let json = msg_body.get();
    // Many times over the limit, so that it is not worth the memory to see what else is wrong with it.
    if json.len() > 16 * SIZE_LIMIT {
        return Err(too_long.because(format_args!("MsgBody has {} bytes, and may have {SIZE_LIMIT}", json.len())));
    }
    if !json.starts_with('[') {
        return Err(codes::MSG_BODY_NOT_ARRAY.refusal());
    }
    let elements: Vec<Value> = serde_json::from_str(json).map_err(|error| codes::MSG_BODY.because(error))?;
    let types = elements.iter().enumerate().map(|(index, element)| self::element(index, element));
    let types = types.collect::<Result<Vec<&str>, Refusal>>()?;
    if types.is_empty() {
        return Err(codes::MSG_BODY.because("it is empty"));
    }
    if types.iter().filter(|&&name| name == CUSTOM).count() > 1 {
        return Err(codes::MESSAGE_FORMAT.because("a message may have one TIMCustomElem"));
    }
    let size = json.len() + custom_data.map_or(0, str::len);
    if size > SIZE_LIMIT {
        return Err(too_long.because(format_args!(
            "MsgBody and CloudCustomData have {size} bytes, and a message may have {SIZE_LIMIT}"
        )));
    }
    Ok(match types.as_slice() {
        [only] => Cow::Borrowed(*only),
        several if several.len() <= SHOWN => Cow::Owned(several.join("+")),
        many => Cow::Owned(many[..SHOWN].join("+") + "+…"),
    })
}

fn element(index: usize, element: &Value) -> Result<&'static str, Refusal> {
    let at = format!("MsgBody[{index}]");
    let part = |name: &str| {
        element.get(name).ok_or_else(|| codes::MSG_BODY.because(format_args!("{at} must be an object with {name}")))
    };
    let name = part("MsgType")?
        .as_str()
        .ok_or_else(|| codes::MSG_BODY.because(format_args!("{at}.MsgType must be a string")))?;
    let content = part("MsgContent")?
        .as_object()
        .ok_or_else(|| codes::MSG_BODY.because(format_args!("{at}.MsgContent must be an object")))?;
    let (name, table) = ELEMENTS.into_iter().find(|(known, _)| *known == name).ok_or_else(|| {
        codes::MESSAGE_FORMAT.because(format_args!("{at}.MsgType {name:?} is no element of the documents"))
    })?;
    shape::check(&format!("{at}.MsgContent"), content, table).map_err(|wrong| codes::MESSAGE_FORMAT.because(wrong))?;
    if name == "TIMRelayElem" && !(content.contains_key("MsgList") || content.contains_key("JsonMsgKey")) {
        return Err(codes::MESSAGE_FORMAT.because(format_args!("{at}.MsgContent needs one of MsgList and JsonMsgKey")));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{check_accepted, check_refusal, with_field};

    fn one(msg_type: &str, content: Value) -> Value {
        json!([{"MsgType": msg_type, "MsgContent": content}])
    }

    #[test]
    fn messages_that_pass_and_their_type() {
        fn check(msg_body: Value, msg_type: &str) {
            let delivery = check_accepted(&with_field("MsgBody", msg_body)).remove(0);
            assert_eq!(delivery.msg_type, msg_type);
        }
        check(one("TIMTextElem", json!({"Text": "hi, beauty"})), "TIMTextElem");
        check(one("TIMTextElem", json!({"Text": "", "Tomorrow": 1})), "TIMTextElem");
        let place = json!({"Desc": "someinfo", "Latitude": 29.340656774469956, "Longitude": 116.77497920478824});
        check(one("TIMLocationElem", place), "TIMLocationElem");
        check(one("TIMFaceElem", json!({"Index": 6, "Data": "abc\u{0}\u{1}"})), "TIMFaceElem");
        check(
            one(
                "TIMCustomElem",
                json!({"Data": "message", "Desc": "notification", "Ext": "url", "Sound": "dingdong.aiff"}),
            ),
            "TIMCustomElem",
        );
        check(one("TIMCustomElem", json!({})), "TIMCustomElem");
        check(
            one(
                "TIMSoundElem",
                json!({"Url": "https://example.com/1", "UUID": "305c", "Size": 62351, "Second": 1, "Download_Flag": 2}),
            ),
            "TIMSoundElem",
        );
        check(one("TIMSoundElem", json!({"UUID": "305c", "Size": 62351, "Second": 1})), "TIMSoundElem");
        check(
            one(
                "TIMImageElem",
                json!({"UUID": "1853", "ImageFormat": 1, "ImageInfoArray": [
                {"Type": 1, "Size": 1853095, "Width": 2448, "Height": 3264, "URL": "http://example.com/0"}]}),
            ),
            "TIMImageElem",
        );
        check(
            one(
                "TIMFileElem",
                json!({"Url": "https://example.com/1", "UUID": "305c", "FileSize": 1773552, "FileName": "a.txt", "Download_Flag": 2}),
            ),
            "TIMFileElem",
        );
        check(
            one(
                "TIMVideoFileElem",
                json!({"VideoUrl": "https://example.com/v", "VideoUUID": "5da3", "VideoSize": 1194603,
                "VideoSecond": 5, "VideoFormat": "mp4", "VideoDownloadFlag": 2, "ThumbUrl": "https://example.com/t",
                "ThumbUUID": "6edaffedef5150684510cf97957b7bc8", "ThumbSize": 13907, "ThumbWidth": 720,
                "ThumbHeight": 1280, "ThumbFormat": "JPG", "ThumbDownloadFlag": 2}),
            ),
            "TIMVideoFileElem",
        );
        let relay =
            json!({"Title": "t", "MsgNum": 2, "CompatibleText": "c", "AbstractList": ["A: x"], "MsgList": [{}]});
        check(one("TIMRelayElem", relay), "TIMRelayElem");
        check(one("TIMRelayElem", json!({"Title": "t", "JsonMsgKey": "k"})), "TIMRelayElem");

        let text = json!({"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}});
        let face = json!({"MsgType": "TIMFaceElem", "MsgContent": {"Index": 1}});
        let custom = json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "x"}});
        check(json!([text, face, custom, text]), "TIMTextElem+TIMFaceElem+TIMCustomElem+TIMTextElem");
    }

    #[test]
    fn messages_that_are_refused() {
        fn check(msg_body: Value, code: i64, info: &str) {
            check_refusal(&with_field("MsgBody", msg_body), code, info);
        }
        check(json!({}), 90007, "MsgBody field error: it is not an Array");
        check(json!("x"), 90007, "MsgBody field error: it is not an Array");
        check(json!(null), 90007, "MsgBody field error: it is not an Array");

        let shape = |detail: &str| format!("Invalid format of MsgBody: {detail}");
        check(json!([]), 90002, &shape("it is empty"));
        check(json!(["x"]), 90002, &shape("MsgBody[0] must be an object with MsgType"));
        check(json!([{"MsgContent": {"Text": "x"}}]), 90002, &shape("MsgBody[0] must be an object with MsgType"));
        check(json!([{"MsgType": "TIMTextElem"}]), 90002, &shape("MsgBody[0] must be an object with MsgContent"));
        check(one("TIMTextElem", json!("x")), 90002, &shape("MsgBody[0].MsgContent must be an object"));
        check(json!([{"MsgType": 1, "MsgContent": {}}]), 90002, &shape("MsgBody[0].MsgType must be a string"));

        let format = |detail: &str| format!("Request format error: {detail}");
        let unknown = |name: &str| format(&format!("MsgBody[0].MsgType {name:?} is no element of the documents"));
        check(one("TIMTextElm", json!({})), 90010, &unknown("TIMTextElm"));
        check(one("text", json!({})), 90010, &unknown("text"));
        check(one("TIMTextElem", json!({})), 90010, &format("MsgBody[0].MsgContent.Text is required"));
        check(one("TIMTextElem", json!({"Text": null})), 90010, &format("MsgBody[0].MsgContent.Text must be a string"));
        check(one("TIMTextElem", json!({"Text": 1})), 90010, &format("MsgBody[0].MsgContent.Text must be a string"));
        check(
            one("TIMLocationElem", json!({"Latitude": "1", "Longitude": 2})),
            90010,
            &format("MsgBody[0].MsgContent.Latitude must be a number"),
        );
        check(
            one("TIMFileElem", json!({"UUID": "x", "Download_Flag": 1})),
            90010,
            &format("MsgBody[0].MsgContent.Download_Flag must be 2"),
        );
        check(
            one("TIMImageElem", json!({"UUID": "x", "ImageInfoArray": [{"URL": "x"}, {"Url": "x"}]})),
            90010,
            &format("MsgBody[0].MsgContent.ImageInfoArray[1].URL is required"),
        );
        check(
            one("TIMImageElem", json!({"UUID": "x", "ImageInfoArray": [1]})),
            90010,
            &format("MsgBody[0].MsgContent.ImageInfoArray[0] must be an object"),
        );
        check(
            one("TIMRelayElem", json!({"Title": "x"})),
            90010,
            &format("MsgBody[0].MsgContent needs one of MsgList and JsonMsgKey"),
        );
        let custom = json!({"MsgType": "TIMCustomElem", "MsgContent": {"Data": "x"}});
        let text = json!({"MsgType": "TIMTextElem", "MsgContent": {"Text": "x"}});
        check(json!([custom, text, custom]), 90010, &format("a message may have one TIMCustomElem"));
        check(json!([text, {"MsgType": "x", "MsgContent": {}}]), 90010, &unknown("x").replace("[0]", "[1]"));
    }

    #[test]
    fn a_message_without_a_body_and_one_too_deep() {
        check_refusal(r#"{"To_Account":["bonnie"],"MsgRandom":1}"#, 90002, "Invalid format of MsgBody");
        let deep = format!("[{}{}]", "[".repeat(200), "]".repeat(200));
        let body = format!(r#"{{"To_Account":["bonnie"],"MsgRandom":1,"MsgBody":{deep}}}"#);
        let sandbox = &mut super::super::testing::Sandbox::new();
        assert_eq!(sandbox.send(&body).json()["ErrorCode"], 90002);
    }

    #[test]
    fn twelve_thousand_bytes_of_message_and_no_more() {
        let body = |size: usize, custom: &str| {
            let (before, after) = (r#"[{"MsgType":"TIMTextElem","MsgContent":{"Text":""#, r#""}}]"#);
            let text = "x".repeat(size - before.len() - after.len() - custom.len());
            let custom = if custom.is_empty() { String::new() } else { format!(r#","CloudCustomData":{custom}"#) };
            format!(r#"{{"To_Account":["bonnie"],"MsgRandom":1,"MsgBody":{before}{text}{after}{custom}}}"#)
        };
        let info = "Message body too long for batch sending. Currently supports a maximum message body length of 12K: \
                    MsgBody and CloudCustomData have 12001 bytes, and a message may have 12000";
        for custom in ["", r#""abc""#] {
            check_accepted(&body(12_000, custom));
            check_refusal(&body(12_001, custom), 90055, info);
        }
    }
}
