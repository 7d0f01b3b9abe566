//! What everybody gets.

use std::collections::HashMap;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::batch::BatchMessage;
use super::content::{Content, MsgType};
use super::planner::Planner;
use super::post::Post;
use super::recipients::Recipients;
use super::template::Template;
use crate::cursor::Cursor;
use crate::invalid::{Invalid, Problem, excerpt};
use crate::json;
use crate::path::Path;
use crate::recipient::{MAX_ID_BYTES, Recipient};
use crate::warning::Warning;

/// A request body without its recipients. One that exists fits into a request with any one recipient.
///
/// Fields that the document does not know are kept and travel with every request. A clone is cheap: the content is
/// shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    content: Arc<Content>,
    extra: Arc<Map<String, Value>>,
    bytes: usize,
}

/// What the longest list name and the longest id add to a message's JSON.
const ROOM_FOR_ONE: usize = ",\"department_ids\":[\"\"]".len() + MAX_ID_BYTES;

impl Message {
    /// Plain text. `\n` is a new line, `<at user_id="ou_…">name</at>` a mention.
    ///
    /// # Errors
    ///
    /// Empty text, and text that makes the body larger than [`MAX_TEXT_BODY`](super::limits::MAX_TEXT_BODY).
    pub fn text(text: impl Into<String>) -> Result<Self, Invalid> {
        Self::from_value(json!({"msg_type": "text", "content": {"text": text.into()}}))
    }

    /// A picture, by the key that its upload answered.
    ///
    /// # Errors
    ///
    /// An empty key.
    pub fn image(image_key: impl Into<String>) -> Result<Self, Invalid> {
        Self::from_value(json!({"msg_type": "image", "content": {"image_key": image_key.into()}}))
    }

    /// A group that the bot is in, for people to join.
    ///
    /// # Errors
    ///
    /// An empty id.
    pub fn share_chat(chat_id: impl Into<String>) -> Result<Self, Invalid> {
        Self::from_value(json!({"msg_type": "share_chat", "content": {"share_chat_id": chat_id.into()}}))
    }

    /// Rich text.
    ///
    /// # Errors
    ///
    /// A post without a locale, a node that is refused (see [`Node`](super::Node)), and a body larger than
    /// [`MAX_POST_BODY`](super::limits::MAX_POST_BODY).
    pub fn post(post: Post) -> Result<Self, Invalid> {
        Self::from_value(json!({"msg_type": "post", "content": json::value_of(&post)?}))
    }

    /// A card: a [`Card`](super::Card), or the JSON that the card builder exports.
    ///
    /// # Errors
    ///
    /// As [`Card::from_value`](super::Card::from_value), and a body larger than
    /// [`MAX_CARD_BODY`](super::limits::MAX_CARD_BODY).
    pub fn card(card: impl Into<Value>) -> Result<Self, Invalid> {
        Self::from_value(json!({"msg_type": "interactive", "card": card.into()}))
    }

    /// A card that was made and published in the card builder.
    ///
    /// # Errors
    ///
    /// An empty id or version, and a body larger than [`MAX_CARD_BODY`](super::limits::MAX_CARD_BODY).
    pub fn template(template: Template) -> Result<Self, Invalid> {
        Self::card(template)
    }

    /// Reads a request body, as the vendor's document shows it, that names no recipients.
    ///
    /// # Errors
    ///
    /// Whatever breaks a documented rule, and recipients: they would be lost. See [`from_body`](Self::from_body).
    pub fn from_value(body: Value) -> Result<Self, Invalid> {
        let (message, recipients) = Self::from_body(body)?;
        match recipients.given().next() {
            None => Ok(message),
            Some((list, _)) => {
                let refused = Invalid::new(list.name(), Problem::not_allowed(list.name()));
                Err(refused.with_hint("here only the message is wanted, without its recipients"))
            }
        }
    }

    /// Reads a request body, with or without recipients, of which there may be more than one request takes: the
    /// message file of a campaign.
    ///
    /// Text is read with [`json::parse`](crate::json::parse), which refuses a name that stands twice.
    ///
    /// # Errors
    ///
    /// Whatever breaks a documented rule, other than the 200 ids of a list.
    pub fn from_body(body: Value) -> Result<(Self, Recipients), Invalid> {
        let mut body = Cursor::root(body).object()?;
        let content = Content::read(&mut body)?;
        let recipients = Recipients::read(&mut body)?;
        let message = Self::new(content, body.rest())?;
        Ok((message, recipients))
    }

    fn new(content: Content, extra: Map<String, Value>) -> Result<Self, Invalid> {
        let mut message = Self { content: Arc::new(content), extra: Arc::new(extra), bytes: 0 };
        message.bytes = json::len(&message);
        message.refuse_over(message.bytes.saturating_add(ROOM_FOR_ONE), "bytes of request body with one recipient")?;
        Ok(message)
    }

    /// Refuses a request body of this many bytes that is more than the message's type may have.
    pub(super) fn refuse_over(&self, found: usize, unit: &'static str) -> Result<(), Invalid> {
        let limit = self.body_limit();
        if found <= limit {
            return Ok(());
        }
        let (place, hint) = match &*self.content {
            Content::Text(_) => ("content.text", "shorten the text"),
            Content::Post(_) => ("content.post", "shorten the post"),
            Content::Interactive(_) => ("card", "shorten the card, or make it a template"),
            Content::Image(_) | Content::ShareChat(_) => ("content", "shorten the body"),
        };
        let problem = Problem::TooLarge { limit, found, unit };
        Err(Invalid::new(place, problem).with_hint(hint))
    }

    /// What it holds.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// Its type.
    #[must_use]
    pub fn msg_type(&self) -> MsgType {
        self.content.msg_type()
    }

    /// Fields of the body that the document does not know.
    #[must_use]
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// The largest request body that it may travel in, in bytes, recipients included.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.content.body_limit()
    }

    /// How long it is as JSON, in bytes, without recipients.
    #[must_use]
    pub fn body_len(&self) -> usize {
        self.bytes
    }

    /// What can be sent and may still surprise: ignored, undocumented, or refused later.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        self.content.warn(Path::Root, &mut warnings);
        for name in self.extra.keys() {
            warnings.push(Warning::new(Path::Root.key(name), about_unknown(name)));
        }
        warnings
    }

    /// Cuts recipients into the fewest requests, keeping their order within each list.
    ///
    /// A [`Planner`] does the same for a stream of them, and with lower limits.
    ///
    /// # Errors
    ///
    /// No recipients, one of a kind that `batch_send` does not take, and one that stands there twice; the place is
    /// `recipients[N]`.
    pub fn batches(&self, recipients: impl IntoIterator<Item = Recipient>) -> Result<Vec<BatchMessage>, Invalid> {
        let mut planner = Planner::new(self);
        let mut cut: Vec<Recipients> = Vec::new();
        let mut first = HashMap::new();
        for (index, recipient) in recipients.into_iter().enumerate() {
            let at = |refused: Invalid| refused.with_place(format!("recipients[{index}]"));
            if let Some(first) = first.insert(recipient.clone(), index) {
                return Err(at(Recipients::repeated(format!("recipients[{first}]"))));
            }
            let batch = planner.place(&recipient).map_err(at)?;
            if batch >= cut.len() {
                cut.resize_with(batch + 1, Recipients::new);
            }
            cut[batch].push(recipient).map_err(at)?;
        }
        if cut.is_empty() {
            return Err(Invalid::new("recipients", Problem::Empty));
        }
        cut.into_iter().map(|recipients| BatchMessage::new(self.clone(), recipients)).collect()
    }

    pub(super) fn write<M: SerializeMap>(&self, body: &mut M) -> Result<(), M::Error> {
        let msg_type = self.msg_type();
        let (field, _) = msg_type.field();
        body.serialize_entry("msg_type", msg_type.as_str())?;
        match &*self.content {
            Content::Text(text) => body.serialize_entry(field, text)?,
            Content::Image(image) => body.serialize_entry(field, image)?,
            Content::Post(post) => body.serialize_entry(field, post)?,
            Content::ShareChat(chat) => body.serialize_entry(field, chat)?,
            Content::Interactive(card) => body.serialize_entry(field, card)?,
        }
        for (name, value) in &*self.extra {
            body.serialize_entry(name, value)?;
        }
        Ok(())
    }
}

/// Fields that people who know the vendor's other sending APIs expect to work here.
fn about_unknown(name: &str) -> String {
    let known = match name {
        "emails" | "email" => {
            "batch_send has no list of e-mail addresses, so nobody is reached by it; look them up and send to their ids"
        }
        "mobiles" | "mobile" => {
            "batch_send has no list of mobile numbers, so nobody is reached by it; look them up and send to their ids"
        }
        "chat_id" | "chat_ids" => "batch_send sends to people, never to groups; nobody is reached by it",
        "receive_id" | "open_id" | "user_id" | "union_id" | "department_id" => {
            "a field of another API, so nobody is reached by it; batch_send takes department_ids, open_ids, user_ids \
             and union_ids"
        }
        "uuid" => "batch_send knows no idempotency key; the message is not protected from being sent twice",
        _ => {
            return format!(
                "`{}` is not a field of batch_send; it is sent as it is, and may be refused",
                excerpt(name)
            );
        }
    };
    known.to_owned()
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(None)?;
        self.write(&mut body)?;
        body.end()
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl TryFrom<Value> for Message {
    type Error = Invalid;

    fn try_from(body: Value) -> Result<Self, Invalid> {
        Self::from_value(body)
    }
}
