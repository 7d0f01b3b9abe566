//! What everybody gets.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::accounts::{Accounts, TO_ACCOUNT};
use super::batch::BatchMessage;
use super::content::Content;
use super::custom::Custom;
use super::draft::Draft;
use super::element::Element;
use super::limits::{MAX_CONTENT, MAX_CUSTOM_ELEMENTS};
use super::options::Options;
use super::planner::Planner;
use super::stamp::{self, MSG_RANDOM, MSG_SEQ, Stamp};
use super::unknown;
use crate::cursor::{Cursor, Fields};
use crate::invalid::{Invalid, Problem};
use crate::json;
use crate::path::Path;
use crate::recipient::Recipient;
use crate::warning::Warning;

/// A request body without its accounts and without `MsgSeq` and `MsgRandom`. One that exists fits into a request,
/// whoever its accounts are.
///
/// Fields that the document does not know are kept and travel with every request. A clone is cheap: the content is
/// shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    elements: Arc<[Element]>,
    options: Arc<Options>,
    extra: Arc<Map<String, Value>>,
    content_len: usize,
}

const MSG_BODY: &str = "MsgBody";

impl Message {
    /// Plain text.
    ///
    /// # Errors
    ///
    /// Empty text, and text that makes `MsgBody` larger than [`MAX_CONTENT`].
    pub fn text(text: impl Into<String>) -> Result<Self, Invalid> {
        Self::elements([Element::text(text)])
    }

    /// Whatever sender and clients agree on.
    ///
    /// # Errors
    ///
    /// What makes `MsgBody` larger than [`MAX_CONTENT`].
    pub fn custom(custom: Custom) -> Result<Self, Invalid> {
        Self::elements([Element::new(custom)])
    }

    /// One or more elements, of which [`MAX_CUSTOM_ELEMENTS`] may be a `TIMCustomElem`.
    ///
    /// # Errors
    ///
    /// No elements, one that breaks a documented rule, and what makes `MsgBody` larger than [`MAX_CONTENT`].
    pub fn elements(elements: impl IntoIterator<Item = Element>) -> Result<Self, Invalid> {
        let elements: Vec<_> = elements.into_iter().collect();
        Self::from_value(json!({MSG_BODY: json::value_of(&elements)?}))
    }

    /// Reads a request body, as the vendor's document shows it, that has neither accounts nor `MsgSeq` and
    /// `MsgRandom`.
    ///
    /// # Errors
    ///
    /// Whatever breaks a documented rule, and those three: they would be lost. See [`from_body`](Self::from_body).
    pub fn from_value(body: Value) -> Result<Self, Invalid> {
        for name in [TO_ACCOUNT, MSG_SEQ, MSG_RANDOM] {
            if body.get(name).is_some() {
                return Err(Invalid::new(name, Problem::not_allowed(name))
                    .with_hint("here only the message is wanted, without what belongs to one request"));
            }
        }
        Ok(Self::from_body(body)?.message)
    }

    /// Reads a request body, with or without accounts, of which there may be more than one request takes, and with
    /// or without `MsgSeq` and `MsgRandom`: the message file of a campaign.
    ///
    /// Text is read with [`json::parse`](crate::json::parse), which refuses a name that stands twice.
    ///
    /// # Errors
    ///
    /// Whatever breaks a documented rule, other than the 500 accounts of a request.
    pub fn from_body(body: Value) -> Result<Draft, Invalid> {
        let mut body = Cursor::root(body).object()?;
        let elements = read_elements(&mut body)?;
        let options = Options::read(&mut body)?;
        let accounts = Accounts::read(&mut body)?;
        let msg_seq = stamp::read(&mut body, MSG_SEQ)?;
        let msg_random = stamp::read(&mut body, MSG_RANDOM)?;
        let message = Self::new(elements, options, body.rest())?;
        Ok(Draft { message, accounts, msg_seq, msg_random })
    }

    fn new(elements: Vec<Element>, options: Options, extra: Map<String, Value>) -> Result<Self, Invalid> {
        let (limit, body, custom_data) = (MAX_CONTENT, json::len(&elements), options.content_len());
        let found = body + custom_data;
        if found > limit {
            let problem = Problem::TooLarge { limit, found, unit: "bytes of MsgBody and CloudCustomData" };
            let (place, hint) = if body >= custom_data {
                (MSG_BODY, "shorten the message")
            } else {
                ("CloudCustomData", "shorten CloudCustomData")
            };
            return Err(Invalid::new(place, problem).with_hint(hint));
        }
        Ok(Self { elements: elements.into(), options: options.into(), extra: extra.into(), content_len: found })
    }

    /// The elements of `MsgBody`; there is at least one.
    #[must_use]
    pub fn msg_body(&self) -> &[Element] {
        &self.elements
    }

    /// Fields of the body that the document does not know.
    #[must_use]
    pub fn extra(&self) -> &Map<String, Value> {
        &self.extra
    }

    /// What the vendor's limit counts, [`MAX_CONTENT`] at most: `MsgBody` and `CloudCustomData` as JSON, in bytes.
    #[must_use]
    pub fn content_len(&self) -> usize {
        self.content_len
    }

    /// What is pushed to those who are offline: the push's own `Desc`, or what the elements say, one after the other
    /// ("Message Formats", 2022, in English; clients set to Chinese show `[位置]` for a location and `[表情]` for a
    /// face).
    ///
    /// Nothing where nothing is pushed, or where no document says what an element's push is.
    #[must_use]
    pub fn push_text(&self) -> Option<String> {
        if !self.wants_push() {
            return None;
        }
        let text = match self.offline_push().and_then(|push| push.desc.as_deref()) {
            Some(desc) if !desc.is_empty() => desc.to_owned(),
            _ => self.elements.iter().map(|element| element.content.push_text()).collect::<Option<String>>()?,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// What can be sent and may still surprise: ignored, undocumented, or refused later.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let body = Path::Root.key(MSG_BODY);
        for (index, element) in self.elements.iter().enumerate() {
            element.content.warn(body.index(index), &mut warnings);
            self.warn_of_push_in(&element.content, body.index(index), &mut warnings);
        }
        if self.wants_push() && self.is_custom_alone() && self.push_text().is_none() {
            let text = "custom data alone, without a `Desc` there or in OfflinePushInfo, gets no offline push";
            warnings.push(Warning::new(body, text));
        }
        self.options.warn(Path::Root, &mut warnings);
        for name in self.extra.keys() {
            warnings.push(Warning::new(Path::Root.key(name), unknown::about(name)));
        }
        warnings
    }

    fn wants_push(&self) -> bool {
        let for_offline = !self.is_online_only() && self.life_time() != Some(Duration::ZERO);
        for_offline && self.offline_push().is_none_or(|push| push.push_flag != Some(1))
    }

    fn is_custom_alone(&self) -> bool {
        self.elements.iter().all(|element| matches!(element.content, Content::Custom(_)))
    }

    fn warn_of_push_in(&self, content: &Content, element: Path<'_>, warnings: &mut Vec<Warning>) {
        let (Content::Custom(custom), Some(_)) = (content, self.offline_push()) else {
            return;
        };
        for (name, field) in [("Ext", &custom.ext), ("Sound", &custom.sound)] {
            if field.is_some() {
                let text = "ignored for the push, because the message has an OfflinePushInfo; set it there";
                warnings.push(Warning::new(element.key("MsgContent").key(name), text));
            }
        }
    }

    /// Cuts recipients into the fewest requests, keeping their order; `stamp` draws the numbers of each.
    ///
    /// A [`Planner`] does the same for a stream of them, and with a lower limit.
    ///
    /// # Errors
    ///
    /// No recipients, one that is no account, and one that stands there twice; the place is `recipients[N]`. A stamp
    /// that is drawn twice: the vendor could take the second request for a repetition of the first.
    pub fn batches(
        &self,
        recipients: impl IntoIterator<Item = Recipient>,
        mut stamp: impl FnMut() -> Stamp,
    ) -> Result<Vec<BatchMessage>, Invalid> {
        let mut planner = Planner::new();
        let mut cut: Vec<Accounts> = Vec::new();
        let mut first = HashMap::new();
        for (index, recipient) in recipients.into_iter().enumerate() {
            let at = |refused: Invalid| refused.with_place(format!("recipients[{index}]"));
            if let Some(first) = first.insert(recipient.clone(), index) {
                return Err(at(Accounts::repeated(format!("recipients[{first}]"))));
            }
            let batch = planner.place(&recipient).map_err(at)?;
            if batch >= cut.len() {
                cut.resize_with(batch + 1, Accounts::new);
            }
            cut[batch].push(recipient).map_err(at)?;
        }
        if cut.is_empty() {
            return Err(Invalid::new("recipients", Problem::Empty));
        }
        let mut drawn = HashSet::new();
        let batch = |accounts| {
            let stamp = stamp();
            if !drawn.insert(stamp) {
                let problem = Problem::Repeated { first: "the stamp of another request".to_owned() };
                return Err(Invalid::new("stamp", problem).with_hint("draw MsgSeq and MsgRandom at random"));
            }
            BatchMessage::new(self.clone(), accounts, stamp)
        };
        cut.into_iter().map(batch).collect()
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    pub(super) fn options_mut(&mut self) -> &mut Options {
        Arc::make_mut(&mut self.options)
    }

    pub(super) fn write<M: SerializeMap>(&self, body: &mut M) -> Result<(), M::Error> {
        body.serialize_entry(MSG_BODY, &*self.elements)?;
        self.options.write(body)?;
        for (name, value) in &*self.extra {
            body.serialize_entry(name, value)?;
        }
        Ok(())
    }
}

fn read_elements(body: &mut Fields<'_>) -> Result<Vec<Element>, Invalid> {
    if !body.has(MSG_BODY) {
        let missing = body.refuse(MSG_BODY, Problem::Missing);
        return Err(if body.has("msg_type") {
            missing.with_hint("`msg_type` belongs to Feishu and Lark")
        } else {
            missing
        });
    }
    let field = body.require(MSG_BODY)?;
    if !field.is_array() {
        let refused = field.refuse_type("an array");
        return Err(refused.with_hint("give an array of elements, [{\"MsgType\":…,\"MsgContent\":{…}}]"));
    }
    let elements = field.each(Element::read)?;
    if elements.is_empty() {
        return Err(body.refuse(MSG_BODY, Problem::Empty).with_hint("give at least one element"));
    }
    let found = elements.iter().filter(|element| matches!(element.content, Content::Custom(_))).count();
    if found > MAX_CUSTOM_ELEMENTS {
        let problem = Problem::TooLarge { limit: MAX_CUSTOM_ELEMENTS, found, unit: "TIMCustomElem" };
        return Err(body.refuse(MSG_BODY, problem).with_hint("put all custom data into one element"));
    }
    Ok(elements)
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
