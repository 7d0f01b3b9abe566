//! `post`: rich text, once a locale.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::node::Node;
use crate::cursor::{Cursor, Fields};
use crate::invalid::{Invalid, Problem};
use crate::path::Path;
use crate::warning::Warning;

/// Rich text: `{"post": {"zh_cn": {"title": "…", "content": [[node, …], …]}}}`, each reader being shown their locale.
///
/// The extra `post` object is this API's own; im/v1 has none.
///
/// ```
/// use batchcast_model::lark::{Message, Node, Post, PostBody};
///
/// let body = PostBody::new()
///     .with_title("Canteen")
///     .with_paragraph([Node::text("Closed today, see "), Node::link("the notice", "https://example.com")])
///     .with_paragraph([Node::image("img_1")]);
/// let message = Message::post(Post::new().with_locale("en_us", body))?;
/// # Ok::<(), batchcast_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a draft, until `Message::post` takes it"]
pub struct Post {
    post: Locales,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Locales {
    #[serde(flatten)]
    bodies: BTreeMap<String, PostBody>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

/// A post in one locale: a title and paragraphs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a draft, until `Post::with_locale` takes it"]
#[non_exhaustive]
pub struct PostBody {
    /// The title, which may be absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The paragraphs, each a line of nodes.
    pub content: Vec<Vec<Node>>,
    /// Fields that the document does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The three of the v4 page, and two that other clients send.
const LOCALES: [&str; 5] = ["zh_cn", "en_us", "ja_jp", "zh_hk", "zh_tw"];

impl Post {
    /// A post in no locale yet; it needs at least one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a locale such as `zh_cn`, `en_us` or `ja_jp`, or replaces it.
    pub fn with_locale(mut self, locale: impl Into<String>, body: PostBody) -> Self {
        self.post.bodies.insert(locale.into(), body);
        self
    }

    /// The locales, sorted by name.
    pub fn locales(&self) -> impl Iterator<Item = (&str, &PostBody)> {
        self.post.bodies.iter().map(|(locale, body)| (locale.as_str(), body))
    }

    pub(super) fn read(mut content: Fields<'_>) -> Result<Self, Invalid> {
        if !content.has("post") {
            let missing = content.refuse("post", Problem::Missing);
            let is_im_v1 = content.unread().keys().any(|name| is_locale(name));
            return Err(if is_im_v1 {
                missing.with_hint(
                    "this is im/v1's form: batch_send wants the locales inside one more object, {\"post\": {…}}",
                )
            } else {
                missing
            });
        }
        let mut post = Locales::default();
        let locales = content.require("post")?.object()?;
        let none = locales.refuse("zh_cn", Problem::Missing);
        locales.each(|name, value| {
            // A locale is told by its name or by its paragraphs, so that a field that the vendor adds beside the
            // locales still passes.
            if is_locale(name) || value.has("content") {
                post.bodies.insert(name.to_owned(), PostBody::read(value)?);
            } else {
                post.extra.insert(name.to_owned(), value.raw());
            }
            Ok(())
        })?;
        if post.bodies.is_empty() {
            return Err(none.with_hint("a post needs at least one locale: zh_cn, en_us, ja_jp"));
        }
        let extra = content.rest();
        Ok(Self { post, extra })
    }

    pub(super) fn warn(&self, content: Path<'_>, warnings: &mut Vec<Warning>) {
        let place = content.key("post");
        for (locale, body) in &self.post.bodies {
            let place = place.key(locale);
            if !LOCALES.contains(&locale.as_str()) {
                let text = format!("not a documented locale; known are {}", LOCALES.join(", "));
                warnings.push(Warning::new(place, text));
            }
            body.warn(place, warnings);
        }
        for name in self.post.extra.keys() {
            warnings.push(Warning::new(place.key(name), "not a locale; it is sent as it is, and may be refused"));
        }
    }
}

impl PostBody {
    /// Without title and paragraphs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it a title.
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Adds a paragraph.
    pub fn with_paragraph(mut self, nodes: impl IntoIterator<Item = Node>) -> Self {
        self.content.push(nodes.into_iter().collect());
        self
    }

    fn read(body: Cursor<'_>) -> Result<Self, Invalid> {
        let mut body = body.object()?;
        let title = body.take("title").map(Cursor::string).transpose()?;
        let content = body.require("content")?.each(|paragraph| paragraph.each(|node| Node::read(node.object()?)))?;
        let extra = body.rest();
        Ok(Self { title, content, extra })
    }

    fn warn(&self, locale: Path<'_>, warnings: &mut Vec<Warning>) {
        let content = locale.key("content");
        if self.content.is_empty() {
            warnings.push(Warning::new(content, "there are no paragraphs"));
        }
        for (row, paragraph) in self.content.iter().enumerate() {
            let place = content.index(row);
            for (column, node) in paragraph.iter().enumerate() {
                node.warn(place.index(column), warnings);
                if node.wants_to_be_alone() && paragraph.len() > 1 {
                    warnings.push(Warning::new(
                        place.index(column),
                        format!("`{}` must be alone in its paragraph", node.tag()),
                    ));
                }
            }
        }
    }
}

/// `zh_cn`, and whatever else is built that way.
fn is_locale(name: &str) -> bool {
    matches!(name.as_bytes(), [a, b, b'_' | b'-', c, d]
        if [a, b, c, d].iter().all(|letter| letter.is_ascii_alphabetic()))
}
