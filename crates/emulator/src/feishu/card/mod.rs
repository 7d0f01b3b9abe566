//! Cards: bare JSON 1.0 and 2.0, and templates.
//!
//! Refusals are 11246 with a sub-code in the text, as in Feishu's page of 2026-03-03.

mod flaw;
mod parts;

use serde_json::{Map, Value};

use crate::directory::Directory;
use crate::feishu::card::flaw::Flaw;
use crate::feishu::card::parts::Known;
use crate::feishu::codes::Refusal;
use crate::feishu::images::UsableImages;
use crate::ids;

pub(crate) fn check(card: &Map<String, Value>, images: UsableImages<'_>, directory: &Directory) -> Result<(), Refusal> {
    look_at(card, Known { images, directory }).map_err(Refusal::from)
}

fn look_at(card: &Map<String, Value>, known: Known<'_>) -> Result<(), Flaw> {
    if card.get("type").and_then(Value::as_str) == Some("template") {
        return template(card);
    }
    if card.get("schema").and_then(Value::as_str) == Some("2.0") {
        version_2(card)?;
    } else {
        version_1(card)?;
    }
    parts::check(card, known)
}

fn template(card: &Map<String, Value>) -> Result<(), Flaw> {
    let data = card.get("data").and_then(Value::as_object).ok_or_else(|| unparsable("card.data must be an object"))?;
    if data.get("template_variable").is_some_and(|variables| !variables.is_object()) {
        return Err(unparsable("card.data.template_variable must be an object"));
    }
    match data.get("template_id") {
        Some(Value::String(id)) if ids::is_invisible(id) => {
            Err(Flaw::of_card(200_381, "template is not visible to app", format!("templateID: {id}")))
        }
        Some(Value::String(id)) if ids::is_good(id) => Ok(()),
        Some(Value::String(id)) => Err(Flaw::of_card(
            200_380,
            "template does not exist, please confirm whether this template has been released",
            format!("templateID: {id}"),
        )),
        _ => Err(unparsable("card.data.template_id must be a string")),
    }
}

/// `{}` is a legal blank card, and unknown attributes are ignored.
fn version_1(card: &Map<String, Value>) -> Result<(), Flaw> {
    if card.get("elements").is_some_and(|elements| !elements.is_array()) {
        return Err(unparsable("card.elements must be a list"));
    }
    Ok(())
}

/// Release notes of card JSON 2.0: what 1.0 had at the top level is an error, and so are the tags `action` and
/// `note`.
fn version_2(card: &Map<String, Value>) -> Result<(), Flaw> {
    for gone in ["elements", "i18n_elements", "fallback"] {
        if card.contains_key(gone) {
            return Err(unparsable(&format!("unknown property {gone} at the top level of a 2.0 card")));
        }
    }
    match card.get("body").map(|body| body.get("elements")) {
        None => Ok(()),
        Some(Some(Value::Array(elements))) => supported(elements),
        Some(_) => Err(unparsable("card.body.elements must be a list")),
    }
}

fn supported(elements: &[Value]) -> Result<(), Flaw> {
    elements.iter().try_for_each(|element| {
        if let Some(tag @ ("action" | "note")) = element.get("tag").and_then(Value::as_str) {
            return Err(Flaw::of_card(
                200_861,
                "cards of schema V2 no longer support this capability",
                format!("unsupported tag {tag}"),
            ));
        }
        ["elements", "columns"]
            .iter()
            .filter_map(|inside| element.get(inside)?.as_array())
            .try_for_each(|inside| supported(inside))
    })
}

fn unparsable(value: &str) -> Flaw {
    Flaw::of_card(200_621, "parse card json err, please check whether the card json is correct", value)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::feishu::testing::{check_accepted, check_refusal};

    fn body(card: &Value) -> String {
        json!({"msg_type": "interactive", "card": card, "open_ids": ["ou_1"]}).to_string()
    }

    #[test]
    fn cards_that_pass() {
        fn check(card: Value) {
            check_accepted(&body(&card));
        }
        check(json!({}));
        check(json!({
            "config": {"wide_screen_mode": true},
            "elements": [{"tag": "div", "fields": [{"is_short": true, "text": {"tag": "lark_md", "content": "**x**"}}]}],
            "header": {"template": "turquoise", "title": {"content": "t", "tag": "plain_text"}}}));
        check(json!({"elements": [{"tag": "note", "elements": []}], "anything": 1}));
        check(json!({"img_key": "img_invalid", "elements": []}));
        check(json!({"schema": "2.0"}));
        check(json!({"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": "x"}]}}));
        check(
            json!({"type": "template", "data": {"template_id": "ctp_xxxxxx", "template_variable": {"var_xxx": "xxxxxx"}}}),
        );
        check(json!({"type": "template", "data": {"template_id": "AAqx", "template_version_name": "1.0.0"}}));
    }

    #[test]
    fn cards_that_are_refused() {
        fn check(card: Value, ext: &str) {
            check_refusal(&body(&card), 11246, &format!("Failed to create card content, ext={ext}"));
        }
        let missing = "ErrCode: 200380; ErrMsg: template does not exist, please confirm whether this template has been released; ErrorValue: templateID: ";
        check(json!({"type": "template", "data": {"template_id": "ctp_invalid"}}), &format!("{missing}ctp_invalid;"));
        check(json!({"type": "template", "data": {"template_id": ""}}), &format!("{missing};"));
        check(
            json!({"type": "template", "data": {"template_id": "ctp_invisible"}}),
            "ErrCode: 200381; ErrMsg: template is not visible to app; ErrorValue: templateID: ctp_invisible;",
        );

        let unparsable =
            "ErrCode: 200621; ErrMsg: parse card json err, please check whether the card json is correct; ErrorValue: ";
        check(json!({"type": "template"}), &format!("{unparsable}card.data must be an object;"));
        check(json!({"type": "template", "data": {}}), &format!("{unparsable}card.data.template_id must be a string;"));
        check(
            json!({"type": "template", "data": {"template_id": "ctp_1", "template_variable": []}}),
            &format!("{unparsable}card.data.template_variable must be an object;"),
        );
        check(json!({"elements": {}}), &format!("{unparsable}card.elements must be a list;"));
        check(json!({"schema": "2.0", "elements": []}), &format!("{unparsable}unknown property elements"));
        check(json!({"schema": "2.0", "fallback": {}}), &format!("{unparsable}unknown property fallback"));
        check(json!({"schema": "2.0", "body": {}}), &format!("{unparsable}card.body.elements must be a list;"));

        let gone = "ErrCode: 200861; ErrMsg: cards of schema V2 no longer support this capability; ErrorValue: unsupported tag ";
        check(json!({"schema": "2.0", "body": {"elements": [{"tag": "note"}]}}), &format!("{gone}note;"));
        check(
            json!({"schema": "2.0", "body": {"elements": [{"tag": "column_set", "columns": [{"tag": "column", "elements": [{"tag": "action"}]}]}]}}),
            &format!("{gone}action;"),
        );
    }
}
