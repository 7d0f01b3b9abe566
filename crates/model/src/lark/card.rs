//! `interactive`: a card, as JSON 1.0, JSON 2.0 or a template.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::cursor::{Cursor, Fields};
use crate::invalid::{Invalid, Problem};
use crate::path::Path;
use crate::warning::Warning;

/// A card as the card builder exports it, or a template's envelope.
///
/// It is kept as the JSON it is: only its outline is checked here, the vendor checks the rest (11246 and its
/// sub-codes). A card sent in batches can neither be updated later nor call back ("Messaging FAQs", Lark).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Card {
    json: Map<String, Value>,
}

/// Which of the three forms a card has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CardKind {
    /// Card JSON 1.0: `elements` at the top level, unknown attributes ignored.
    Json1,
    /// Card JSON 2.0: `"schema": "2.0"` and `body.elements`, unknown attributes refused.
    Json2,
    /// `"type": "template"`: a card that was made and published in the card builder, with variables.
    Template,
}

impl Card {
    /// A card.
    ///
    /// # Errors
    ///
    /// What is not an object, a whole request body in the place of a card, and a template without `template_id`, or
    /// with a version or variables of the wrong type. Places begin with `card`.
    pub fn from_value(card: Value) -> Result<Self, Invalid> {
        let body = Map::from_iter([("card".to_owned(), card)]);
        Self::read(Cursor::root(Value::Object(body)).object()?.require("card")?)
    }

    pub(super) fn read(card: Cursor<'_>) -> Result<Self, Invalid> {
        let card = card.object()?;
        if card.has("msg_type") {
            return Err(card
                .refuse("msg_type", Problem::not_allowed("msg_type"))
                .with_hint("this is a whole request body, not a card; read it as a message"));
        }
        let json = match kind(card.unread()) {
            CardKind::Template => {
                let json = card.unread().clone();
                check_template(card)?;
                json
            }
            CardKind::Json1 | CardKind::Json2 => card.rest(),
        };
        Ok(Self { json })
    }

    /// Its form.
    #[must_use]
    pub fn kind(&self) -> CardKind {
        kind(&self.json)
    }

    /// The JSON that is sent.
    #[must_use]
    pub fn as_json(&self) -> &Map<String, Value> {
        &self.json
    }

    /// The template's id, where it is one.
    #[must_use]
    pub fn template_id(&self) -> Option<&str> {
        self.template("template_id")?.as_str()
    }

    /// The template's version, where one is named. Without, the newest published version is sent.
    #[must_use]
    pub fn template_version(&self) -> Option<&str> {
        self.template("template_version_name")?.as_str()
    }

    /// The template's variables, where there are any.
    #[must_use]
    pub fn template_variables(&self) -> Option<&Map<String, Value>> {
        self.template("template_variable")?.as_object()
    }

    fn template(&self, name: &str) -> Option<&Value> {
        match self.kind() {
            CardKind::Template => self.json.get("data")?.get(name),
            _ => None,
        }
    }

    pub(super) fn warn(&self, card: Path<'_>, warnings: &mut Vec<Warning>) {
        let mut warn = |place: Path<'_>, text: &str| warnings.push(Warning::new(place, text));
        match self.kind() {
            CardKind::Template if self.template_version().is_none() => warn(
                card.key("data").key("template_version_name"),
                "without a version the newest published one is sent, so publishing the template changes what a \
                 running campaign sends; name a version",
            ),
            CardKind::Template => {}
            CardKind::Json2 => {
                if self.json.contains_key("elements") {
                    warn(
                        card.key("elements"),
                        "a 2.0 card has its elements in `body`; the vendor answers 11246 with 200621",
                    );
                }
                for tag in ["action", "note"] {
                    if self.json.get("body").is_some_and(|body| has_tag(body, tag)) {
                        let text = format!("2.0 cards have no `{tag}`; the vendor answers 11246 with 200861");
                        warn(card.key("body"), &text);
                    }
                }
            }
            CardKind::Json1 => {
                if self.json.contains_key("schema") {
                    warn(card.key("schema"), "not \"2.0\", so the card is taken as JSON 1.0");
                }
                if self.json.contains_key("type") {
                    warn(card.key("type"), "batch_send knows the type `template` only");
                }
                if !["elements", "i18n_elements", "header"].iter().any(|part| self.json.contains_key(*part)) {
                    warn(card, "the card has neither elements nor a header: it shows nothing");
                }
            }
        }
    }
}

impl From<Card> for Value {
    fn from(card: Card) -> Self {
        Self::Object(card.json)
    }
}

fn kind(card: &Map<String, Value>) -> CardKind {
    let says = |name, expected: &str| card.get(name).and_then(Value::as_str) == Some(expected);
    if says("type", "template") {
        CardKind::Template
    } else if says("schema", "2.0") {
        CardKind::Json2
    } else {
        CardKind::Json1
    }
}

fn check_template(mut card: Fields<'_>) -> Result<(), Invalid> {
    let mut data = card.require("data")?.object()?;
    data.require("template_id")?.filled()?;
    data.take("template_version_name").map(Cursor::filled).transpose()?;
    data.take("template_variable").map(Cursor::object).transpose()?;
    Ok(())
}

/// Whether some object within has this tag. Not recursive: how deep a card is, is its author's choice.
fn has_tag(within: &Value, tag: &str) -> bool {
    let mut left = vec![within];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(fields) => {
                if fields.get("tag").and_then(Value::as_str) == Some(tag) {
                    return true;
                }
                left.extend(fields.values());
            }
            Value::Array(elements) => left.extend(elements),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lark::Message;
    use serde_json::json;

    #[test]
    fn kinds() {
        #[track_caller]
        fn check(card: Value, expected: CardKind) {
            let read = Card::from_value(card.clone()).unwrap();
            assert_eq!(read.kind(), expected);
            assert_eq!(Value::from(read), card);
        }
        check(json!({}), CardKind::Json1);
        check(json!({"schema": "1.0", "elements": []}), CardKind::Json1);
        check(json!({"schema": "2.0", "body": {"elements": []}}), CardKind::Json2);
        check(json!({"type": "template", "data": {"template_id": "ctp_1", "new": 1}, "new": null}), CardKind::Template);
    }

    #[test]
    fn refused() {
        #[track_caller]
        fn check(card: Value, expected: &str) {
            let refused = Card::from_value(card).unwrap_err().to_string();
            assert!(refused.starts_with(expected), "{refused}");
        }
        check(json!("{\"a\":1}"), "card: must be an object, found a string");
        check(json!([]), "card: must be an object, found an array");
        check(json!({"msg_type": "interactive", "card": {}}), "card.msg_type: ");
        check(json!({"type": "template"}), "card.data: is missing");
        check(json!({"type": "template", "data": "{}"}), "card.data: must be an object");
        check(json!({"type": "template", "data": {}}), "card.data.template_id: is missing");
        check(json!({"type": "template", "data": {"template_id": ""}}), "card.data.template_id: is empty");
        check(
            json!({"type": "template", "data": {"template_id": "a", "template_version_name": 1.0}}),
            "card.data.template_version_name: must be a string, found the number 1.0",
        );
        check(
            json!({"type": "template", "data": {"template_id": "a", "template_variable": "{}"}}),
            "card.data.template_variable: must be an object",
        );
    }

    #[test]
    fn warnings() {
        #[track_caller]
        fn check(card: Value, expected: &[&str]) {
            let found: Vec<_> =
                Message::card(card).unwrap().warnings().into_iter().map(|warning| warning.to_string()).collect();
            assert_eq!(found.len(), expected.len(), "{found:?}");
            for (warning, start) in found.iter().zip(expected) {
                assert!(warning.starts_with(start), "{warning}");
            }
        }
        check(json!({"elements": [], "header": {}}), &[]);
        check(json!({}), &["card: the card has neither"]);
        check(json!({"schema": "2.0", "body": {"elements": [{"tag": "div"}]}}), &[]);
        check(json!({"schema": "2.0", "elements": []}), &["card.elements: a 2.0 card has"]);
        check(
            json!({"schema": "2.0", "body": {"elements": [{"tag": "x", "columns": [{"tag": "note"}]}]}}),
            &["card.body: 2.0 cards have no `note`"],
        );
        check(json!({"schema": "3.0", "header": {}}), &["card.schema: not \"2.0\""]);
        check(
            json!({"type": "template", "data": {"template_id": "a"}}),
            &["card.data.template_version_name: without a version"],
        );
        check(json!({"type": "template", "data": {"template_id": "a", "template_version_name": "1.0.0"}}), &[]);
    }
}
