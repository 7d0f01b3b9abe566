//! The elements that `MsgBody` is made of.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

use super::content::Content;
use super::custom::Custom;
use super::face::Face;
use super::text::Text;
use crate::cursor::Cursor;
use crate::invalid::Invalid;

/// One element of `MsgBody`: `{"MsgType": "TIMTextElem", "MsgContent": {…}}`. Several make one message.
///
/// ```
/// use batchcast_model::tim::{Element, Location, Message};
///
/// let place = Location::new(22.54, 113.94)?.with_desc("The canteen");
/// let message = Message::elements([Element::text("Lunch is here: "), Element::new(place)])?;
/// assert_eq!(message.push_text().as_deref(), Some("Lunch is here: [Location]"));
/// # Ok::<(), batchcast_model::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Element {
    /// What it holds.
    pub content: Content,
    /// Fields beside `MsgType` and `MsgContent`, which the document does not know.
    pub extra: Map<String, Value>,
}

impl Element {
    /// An element that holds this: a [`Text`], [`Sound`](super::Sound) and so on.
    /// [`Message::elements`](super::Message::elements) judges it.
    #[must_use]
    pub fn new(content: impl Into<Content>) -> Self {
        Self { content: content.into(), extra: Map::new() }
    }

    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Text::new(text))
    }

    /// The face of this number.
    #[must_use]
    pub fn face(index: u64) -> Self {
        Self::new(Face::new(index))
    }

    /// Data that sender and clients agree on.
    #[must_use]
    pub fn custom(data: impl Into<String>) -> Self {
        Self::new(Custom::new().with_data(data))
    }

    /// Any other element, with its `MsgContent` as it is.
    #[must_use]
    pub fn other(msg_type: impl Into<String>, content: impl Into<Value>) -> Self {
        Self::new(Content::Other { msg_type: msg_type.into(), content: content.into() })
    }

    /// The vendor's word for its type.
    #[must_use]
    pub fn msg_type(&self) -> &str {
        self.content.msg_type()
    }

    pub(super) fn read(element: Cursor<'_>) -> Result<Self, Invalid> {
        let mut element = element.object()?;
        let msg_type = element.require("MsgType")?.filled()?;
        let content = Content::read(msg_type, element.require("MsgContent")?)?;
        Ok(Self { content, extra: element.rest() })
    }
}

impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut element = serializer.serialize_map(None)?;
        element.serialize_entry("MsgType", self.msg_type())?;
        element.serialize_entry("MsgContent", &self.content)?;
        for (name, value) in &self.extra {
            element.serialize_entry(name, value)?;
        }
        element.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tim::{File, Image, ImageInfo, Location, Relay, Sound, Video};
    use serde_json::json;

    fn read(value: Value) -> Result<Element, Invalid> {
        Element::read(Cursor::root(value))
    }

    #[test]
    fn built_and_read_are_the_same() {
        #[track_caller]
        fn check(element: Element, msg_type: &str, content: Value) {
            let value = json!({"MsgType": msg_type, "MsgContent": content});
            assert_eq!(serde_json::to_value(&element).unwrap(), value);
            assert_eq!(read(value), Ok(element));
        }
        check(Element::text("hi"), "TIMTextElem", json!({"Text": "hi"}));
        check(Element::face(6), "TIMFaceElem", json!({"Index": 6}));
        check(Element::new(Face::new(0).with_data("x")), "TIMFaceElem", json!({"Index": 0, "Data": "x"}));
        check(
            Element::new(Location::new(-29.5, 116.0).unwrap().with_desc("x")),
            "TIMLocationElem",
            json!({"Desc": "x", "Latitude": -29.5, "Longitude": 116.0}),
        );
        check(Element::custom("{}"), "TIMCustomElem", json!({"Data": "{}"}));
        check(
            Element::new(Custom::new().with_desc("d").with_ext("e").with_sound("s")),
            "TIMCustomElem",
            json!({"Desc": "d", "Ext": "e", "Sound": "s"}),
        );
        check(
            Element::new(Sound::new().with_url("u").with_uuid("i").with_size(1).with_second(2).with_download_flag(2)),
            "TIMSoundElem",
            json!({"Url": "u", "UUID": "i", "Size": 1, "Second": 2, "Download_Flag": 2}),
        );
        let info = ImageInfo::new().with_type(1).with_size(2).with_width(3).with_height(4).with_url("u");
        check(
            Element::new(Image::new().with_uuid("i").with_image_format(255).with_image_info_array(vec![info])),
            "TIMImageElem",
            json!({"UUID": "i", "ImageFormat": 255, "ImageInfoArray": [
                {"Type": 1, "Size": 2, "Width": 3, "Height": 4, "URL": "u"},
            ]}),
        );
        check(
            Element::new(
                File::new().with_url("u").with_uuid("i").with_file_size(1).with_file_name("f").with_download_flag(2),
            ),
            "TIMFileElem",
            json!({"Url": "u", "UUID": "i", "FileSize": 1, "FileName": "f", "Download_Flag": 2}),
        );
        check(
            Element::new(Video::new().with_video_download_flag(2).with_thumb_download_flag(2).with_video_format("mp4")),
            "TIMVideoFileElem",
            json!({"VideoDownloadFlag": 2, "ThumbDownloadFlag": 2, "VideoFormat": "mp4"}),
        );
        check(
            Element::new(Relay::new().with_title("t").with_msg_num(1).with_abstract_list(vec!["a".to_owned()])),
            "TIMRelayElem",
            json!({"Title": "t", "MsgNum": 1, "AbstractList": ["a"]}),
        );
        check(Element::other("TIMNewElem", json!([1])), "TIMNewElem", json!([1]));
    }

    #[test]
    fn refused() {
        #[track_caller]
        fn check(value: Value, expected: &str) {
            let refused = read(value).unwrap_err().to_string();
            assert!(refused.starts_with(expected), "{refused}");
        }
        #[track_caller]
        fn check_content(msg_type: &str, content: Value, expected: &str) {
            check(json!({"MsgType": msg_type, "MsgContent": content}), expected);
        }
        check(json!("TIMTextElem"), "body: must be an object");
        check(json!({}), "MsgType: is missing");
        check(json!({"MsgType": ""}), "MsgType: is empty");
        check(json!({"MsgType": "TIMNewElem"}), "MsgContent: is missing");
        check_content("TIMTextElem", json!("hi"), "MsgContent: must be an object, found a string");
        check_content("TIMTextElem", json!({}), "MsgContent.Text: is missing");
        check_content("TIMTextElem", json!({"Text": ""}), "MsgContent.Text: is empty");
        check_content("TIMFaceElem", json!({"Data": "x"}), "MsgContent.Index: is missing");
        check_content("TIMFaceElem", json!({"Index": "1"}), "MsgContent.Index: must be a whole number");
        check_content("TIMLocationElem", json!({"Latitude": 1}), "MsgContent.Longitude: is missing");
        check_content("TIMLocationElem", json!({"Latitude": "1"}), "MsgContent.Latitude: must be a number");
        check_content("TIMCustomElem", json!({"Data": {}}), "MsgContent.Data: must be a string, found an object");
        check_content("TIMSoundElem", json!({"Size": 1.5}), "MsgContent.Size: must be a whole number");
        check_content(
            "TIMImageElem",
            json!({"ImageInfoArray": [{"URL": 1}]}),
            "MsgContent.ImageInfoArray[0].URL: must be a string",
        );
        check_content("TIMRelayElem", json!({"MsgList": ["x"]}), "MsgContent.MsgList[0]: must be an object");
        let refused = Location::new(f64::NAN, 0.0).unwrap_err();
        assert_eq!(refused.to_string(), "Latitude: \"NaN\" is not allowed; give degrees");
    }
}
