//! What a message holds, by its `msg_type`.

use std::fmt;

use super::card::Card;
use super::image::Image;
use super::limits::{MAX_CARD_BODY, MAX_OTHER_BODY, MAX_POST_BODY, MAX_TEXT_BODY};
use super::post::Post;
use super::share_chat::ShareChat;
use super::text::Text;
use crate::cursor::Fields;
use crate::invalid::{Invalid, Problem};
use crate::path::Path;
use crate::warning::Warning;

/// The five types that this API takes ("Send messages in batches", Feishu 2026-03-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MsgType {
    /// `text`
    Text,
    /// `image`
    Image,
    /// `post`
    Post,
    /// `share_chat`
    ShareChat,
    /// `interactive`: a card.
    Interactive,
}

/// What a message holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Plain text.
    Text(Text),
    /// A picture.
    Image(Image),
    /// Rich text.
    Post(Post),
    /// A shared group.
    ShareChat(ShareChat),
    /// A card.
    Interactive(Card),
}

impl MsgType {
    const ALL: [Self; 5] = [Self::Text, Self::Image, Self::Post, Self::ShareChat, Self::Interactive];

    /// The vendor's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Post => "post",
            Self::ShareChat => "share_chat",
            Self::Interactive => "interactive",
        }
    }

    /// The field that holds the content, and the one that then must not be there.
    pub(super) const fn field(self) -> (&'static str, &'static str) {
        match self {
            Self::Interactive => ("card", "content"),
            _ => ("content", "card"),
        }
    }

    fn read(body: &mut Fields<'_>) -> Result<Self, Invalid> {
        const TYPES: &str = "batch_send takes text, image, post, share_chat and interactive";
        if !body.has("msg_type") {
            let is_card = ["elements", "header", "schema", "i18n_elements", "type"].iter().any(|part| body.has(part));
            let hint = if is_card {
                "this looks like a bare card: in a request it is {\"msg_type\":\"interactive\",\"card\":…}"
            } else {
                TYPES
            };
            return Err(body.refuse("msg_type", Problem::Missing).with_hint(hint));
        }
        let name = body.require("msg_type")?.filled()?;
        Self::ALL
            .into_iter()
            .find(|msg_type| msg_type.as_str() == name)
            .ok_or_else(|| body.refuse("msg_type", Problem::not_allowed(&name)).with_hint(TYPES))
    }
}

impl fmt::Display for MsgType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Content {
    /// Its type.
    #[must_use]
    pub const fn msg_type(&self) -> MsgType {
        match self {
            Self::Text(_) => MsgType::Text,
            Self::Image(_) => MsgType::Image,
            Self::Post(_) => MsgType::Post,
            Self::ShareChat(_) => MsgType::ShareChat,
            Self::Interactive(_) => MsgType::Interactive,
        }
    }

    /// The largest request body that it may travel in, in bytes.
    pub(super) const fn body_limit(&self) -> usize {
        match self {
            Self::Text(_) => MAX_TEXT_BODY,
            Self::Post(_) => MAX_POST_BODY,
            Self::Interactive(_) => MAX_CARD_BODY,
            Self::Image(_) | Self::ShareChat(_) => MAX_OTHER_BODY,
        }
    }

    pub(super) fn read(body: &mut Fields<'_>) -> Result<Self, Invalid> {
        let msg_type = MsgType::read(body)?;
        let (wanted, other) = msg_type.field();
        match (body.has(wanted), body.has(other)) {
            (true, false) => {}
            (true, true) => {
                return Err(body
                    .refuse(other, Problem::Conflict { with: wanted })
                    .with_hint(format!("{msg_type} takes `{wanted}` alone; leave `{other}` out")));
            }
            (false, true) => {
                return Err(body
                    .refuse(other, Problem::not_allowed(other))
                    .with_hint(format!("{msg_type} goes in `{wanted}`; rename the field")));
            }
            (false, false) => {
                return Err(body.refuse(wanted, Problem::Missing).with_hint(format!("{msg_type} takes `{wanted}`")));
            }
        }
        let held = body.require(wanted)?;
        if held.is_string() {
            return Err(held
                .refuse_type("an object")
                .with_hint("batch_send takes the object itself, not escaped JSON (im/v1 takes a string)"));
        }
        Ok(match msg_type {
            MsgType::Text => Self::Text(Text::read(held.object()?)?),
            MsgType::Image => Self::Image(Image::read(held.object()?)?),
            MsgType::Post => Self::Post(Post::read(held.object()?)?),
            MsgType::ShareChat => Self::ShareChat(ShareChat::read(held.object()?)?),
            MsgType::Interactive => Self::Interactive(Card::read(held)?),
        })
    }

    pub(super) fn warn(&self, body: Path<'_>, warnings: &mut Vec<Warning>) {
        let place = body.key(self.msg_type().field().0);
        match self {
            Self::Text(text) => text.warn(place, warnings),
            Self::Post(post) => post.warn(place, warnings),
            Self::Interactive(card) => card.warn(place, warnings),
            Self::Image(_) | Self::ShareChat(_) => {}
        }
    }
}
