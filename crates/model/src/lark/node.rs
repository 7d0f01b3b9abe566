//! The nodes that a post's paragraphs are made of.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cursor::Fields;
use crate::invalid::{Invalid, Problem};
use crate::path::Path;
use crate::warning::Warning;

pub(super) const AT_ALL: &str =
    "mentions everybody, which says nothing in a chat with one person (and may be refused: 11235)";

/// One node of a paragraph, told by its `tag`.
///
/// `text`, `a`, `at` and `img` are the ones documented for this API ("Send Post Message", v4). `md` is refused, as
/// Feishu's page says (2026-03-03). Any other passes as it is, with a warning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "tag")]
#[non_exhaustive]
pub enum Node {
    /// `text`.
    #[serde(rename = "text")]
    Text(TextNode),
    /// `a`: a link.
    #[serde(rename = "a")]
    Link(LinkNode),
    /// `at`: a mention.
    #[serde(rename = "at")]
    At(AtNode),
    /// `img`.
    #[serde(rename = "img")]
    Image(ImageNode),
    /// Any other tag.
    #[serde(untagged)]
    Other(OtherNode),
}

/// Text within a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TextNode {
    /// What it says; may be empty, for a blank line.
    pub text: String,
    /// Whether entities such as `&lt;` are resolved; the vendor's default is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub un_escape: Option<bool>,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LinkNode {
    /// What is shown.
    pub text: String,
    /// Where it leads. Not empty.
    pub href: String,
    /// Whether entities such as `&lt;` are resolved; the vendor's default is no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub un_escape: Option<bool>,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A mention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AtNode {
    /// An open_id or user_id. Not empty.
    pub user_id: String,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A picture, alone in its paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ImageNode {
    /// The key that the upload answered. Not empty.
    pub image_key: String,
    /// In pixels. The old v4 page requires it, today's content page does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u64>,
    /// In pixels, as the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u64>,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A node that is not documented for this API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OtherNode {
    /// Its tag.
    pub tag: String,
    /// All its other fields.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Node {
    /// Text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(TextNode { text: text.into(), ..TextNode::default() })
    }

    /// A link that shows `text` and leads to `href`.
    #[must_use]
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Link(LinkNode { text: text.into(), href: href.into(), ..LinkNode::default() })
    }

    /// A mention, by open_id or user_id.
    #[must_use]
    pub fn at(user_id: impl Into<String>) -> Self {
        Self::At(AtNode { user_id: user_id.into(), ..AtNode::default() })
    }

    /// A picture, by the key that its upload answered. It must be alone in its paragraph.
    #[must_use]
    pub fn image(image_key: impl Into<String>) -> Self {
        Self::Image(ImageNode { image_key: image_key.into(), ..ImageNode::default() })
    }

    /// Any other node, with its fields as they are. [`Message::post`](super::Message::post) judges it.
    #[must_use]
    pub fn other(tag: impl Into<String>, fields: Map<String, Value>) -> Self {
        Self::Other(OtherNode { tag: tag.into(), extra: fields })
    }

    /// What sort of node it is, in the vendor's word.
    #[must_use]
    pub fn tag(&self) -> &str {
        match self {
            Self::Text(_) => "text",
            Self::Link(_) => "a",
            Self::At(_) => "at",
            Self::Image(_) => "img",
            Self::Other(other) => &other.tag,
        }
    }

    pub(super) fn read(mut node: Fields<'_>) -> Result<Self, Invalid> {
        let tag = node.require("tag")?.filled()?;
        Ok(match tag.as_str() {
            "text" => Self::Text(TextNode {
                text: node.require("text")?.string()?,
                un_escape: un_escape(&mut node)?,
                extra: node.rest(),
            }),
            "a" => Self::Link(LinkNode {
                text: node.require("text")?.string()?,
                href: node.require("href")?.filled()?,
                un_escape: un_escape(&mut node)?,
                extra: node.rest(),
            }),
            "at" => Self::At(AtNode { user_id: node.require("user_id")?.filled()?, extra: node.rest() }),
            "img" => Self::Image(ImageNode {
                image_key: node.require("image_key")?.filled()?,
                width: pixels(&mut node, "width")?,
                height: pixels(&mut node, "height")?,
                extra: node.rest(),
            }),
            "md" => {
                return Err(node.refuse("tag", Problem::not_allowed("md")).with_hint(
                    "batch_send takes no `md` in a post; use text, a, at and img nodes, or a card with markdown",
                ));
            }
            _ => Self::Other(OtherNode { tag, extra: node.rest() }),
        })
    }

    /// What stands beside the fields that are known by name.
    #[must_use]
    pub fn extra(&self) -> &Map<String, Value> {
        match self {
            Self::Text(node) => &node.extra,
            Self::Link(node) => &node.extra,
            Self::At(node) => &node.extra,
            Self::Image(node) => &node.extra,
            Self::Other(node) => &node.extra,
        }
    }

    /// `img` and `media` fill a paragraph of their own.
    pub(super) fn wants_to_be_alone(&self) -> bool {
        matches!(self.tag(), "img" | "media")
    }

    pub(super) fn warn(&self, place: Path<'_>, warnings: &mut Vec<Warning>) {
        match self {
            Self::At(at) if at.user_id == "all" => {
                warnings.push(Warning::new(place.key("user_id"), AT_ALL));
            }
            Self::Other(OtherNode { tag, .. }) => {
                let text = if matches!(tag.as_str(), "media" | "emotion" | "hr" | "code_block") {
                    "belongs to im/v1; whether batch_send renders, ignores or refuses it is not documented"
                } else {
                    "unknown; it is sent as it is, and may be refused"
                };
                warnings.push(Warning::new(place.key("tag"), text));
            }
            _ => {}
        }
        if self.extra().contains_key("style") {
            let text = "batch_send does not render styles (Lark); use a card";
            warnings.push(Warning::new(place.key("style"), text));
        }
    }
}

fn un_escape(node: &mut Fields<'_>) -> Result<Option<bool>, Invalid> {
    node.take("un_escape").map(|field| field.boolean()).transpose()
}

fn pixels(node: &mut Fields<'_>, name: &str) -> Result<Option<u64>, Invalid> {
    node.take(name).map(|field| field.whole()).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cursor::Cursor;
    use serde_json::json;

    fn read(value: Value) -> Result<Node, Invalid> {
        Node::read(Cursor::root(value).object()?)
    }

    #[test]
    fn built_and_read_are_the_same() {
        #[track_caller]
        fn check(node: Node, expected: Value) {
            assert_eq!(serde_json::to_value(&node).unwrap(), expected);
            assert_eq!(read(expected), Ok(node));
        }
        check(Node::text(""), json!({"tag": "text", "text": ""}));
        check(
            Node::link("here", "https://example.com"),
            json!({"tag": "a", "text": "here", "href": "https://example.com"}),
        );
        check(Node::at("ou_1"), json!({"tag": "at", "user_id": "ou_1"}));
        check(Node::image("img_1"), json!({"tag": "img", "image_key": "img_1"}));
        check(Node::other("hr", Map::new()), json!({"tag": "hr"}));
    }

    #[test]
    fn unknown_fields_travel() {
        for value in [
            json!({"tag": "text", "text": "x", "un_escape": true, "style": ["bold"], "new": {"a": [null]}}),
            json!({"tag": "a", "text": "", "href": "x", "un_escape": false, "new": 1e300}),
            json!({"tag": "at", "user_id": "all", "text": "all", "new": 18446744073709551615_u64}),
            json!({"tag": "img", "image_key": "k", "width": 0, "height": 4294967296_u64, "new": -1}),
            json!({"tag": "emotion", "emoji_type": "SMILE", "tag_": {"tag": "text"}}),
        ] {
            let node = read(value.clone()).unwrap();
            assert_eq!(serde_json::to_value(node).unwrap(), value);
        }
    }

    #[test]
    fn refused() {
        #[track_caller]
        fn check(value: Value, expected: &str) {
            let refused = read(value).unwrap_err().to_string();
            assert!(refused.starts_with(expected), "{refused}");
        }
        check(json!({"text": "x"}), "tag: is missing");
        check(json!({"tag": 1}), "tag: must be a string, found the number 1");
        check(json!({"tag": "md", "text": "# x"}), "tag: \"md\" is not allowed; batch_send");
        check(json!({"tag": "text"}), "text: is missing");
        check(json!({"tag": "a", "text": "x", "href": ""}), "href: is empty");
        check(json!({"tag": "at", "user_id": ""}), "user_id: is empty");
        check(json!({"tag": "img"}), "image_key: is missing");
        check(
            json!({"tag": "img", "image_key": "k", "width": "300"}),
            "width: must be a whole number, found a string, \"300\"",
        );
        check(
            json!({"tag": "text", "text": "x", "un_escape": 1}),
            "un_escape: must be true or false, found the number 1",
        );
    }
}
