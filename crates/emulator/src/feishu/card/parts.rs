//! What is looked at wherever it is in a card: images, people, charts, tables.
//!
//! Feishu's page of 2026-03-03 names the sub-codes; which shapes they are for is the pages' on the components, of which
//! only what a part says nothing without is checked here.

use serde_json::{Map, Value};

use crate::deliveries::IdKind;
use crate::directory::Directory;
use crate::feishu::card::flaw::Flaw;
use crate::feishu::images::UsableImages;
use crate::ids;

/// What a part may refer to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) images: UsableImages<'a>,
    pub(super) directory: &'a Directory,
}

/// Looks at a card and everything in it.
pub(super) fn check(part: &Map<String, Value>, known: Known<'_>) -> Result<(), Flaw> {
    look_at(part, known)?;
    part.iter().try_for_each(|(name, inner)| inside(inner, known).map_err(|flaw| flaw.below(name.clone())))
}

fn inside(part: &Value, known: Known<'_>) -> Result<(), Flaw> {
    match part {
        Value::Object(fields) => image(fields, known.images).and_then(|()| check(fields, known)),
        Value::Array(parts) => parts.iter().enumerate().try_for_each(|(i, inner)| {
            inside(inner, known).map_err(|flaw| {
                let tag = inner.get("tag").and_then(Value::as_str);
                flaw.below(tag.map_or_else(|| format!("[{i}]"), |tag| format!("[{i}](tag: {tag})")))
            })
        }),
        _ => Ok(()),
    }
}

fn look_at(part: &Map<String, Value>, known: Known<'_>) -> Result<(), Flaw> {
    let text = |name: &str| part.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("tag") {
        "markdown" | "lark_md" => mentioned(text("content")).try_for_each(|id| person(id, known.directory)),
        "person" => person(text("user_id"), known.directory),
        "person_list" => {
            let people = part.get("persons").and_then(Value::as_array).into_iter().flatten();
            let ids = people.map(|one| one.get("id").and_then(Value::as_str).unwrap_or_default());
            ids.into_iter().try_for_each(|id| person(id, known.directory))
        }
        "chart" if !part.get("chart_spec").is_some_and(Value::is_object) => {
            Err(Flaw::of_part(200_550, "chart spec is invalid", "chart_spec must be an object"))
        }
        "table" => rows(part.get("rows")),
        _ => Ok(()),
    }
}

/// At the top of a card there is no image, and what it does not know there it ignores.
fn image(part: &Map<String, Value>, images: UsableImages<'_>) -> Result<(), Flaw> {
    match part.get("img_key") {
        Some(Value::String(key)) if !images.has(key) => {
            Err(Flaw::of_part(200_570, "card contains invalid image keys", key))
        }
        _ => Ok(()),
    }
}

/// The ids of `<at id=…>` and `<at ids=…,…>`, in quotes or not.
fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.split("<at ").skip(1).flat_map(|rest| {
        let tag = rest.split('>').next().unwrap_or_default().trim_start();
        let ids = tag.strip_prefix("id=").or_else(|| tag.strip_prefix("ids=")).unwrap_or("all");
        ids.trim_end_matches('/').trim().trim_matches(['"', '\'']).split(',')
    })
}

fn person(id: &str, directory: &Directory) -> Result<(), Flaw> {
    let kinds = [IdKind::OpenId, IdKind::UserId, IdKind::UnionId];
    let exists = match directory.organisation() {
        _ if id == "all" => true,
        Some(organisation) => kinds.into_iter().any(|kind| organisation.person(kind, id).is_some()),
        None => ids::is_good(id),
    };
    if exists {
        return Ok(());
    }
    Err(Flaw::of_part(100_290, "There is an invalid user resource(at/person) in your card", id))
}

fn rows(rows: Option<&Value>) -> Result<(), Flaw> {
    const TEXT: &str = "table rows is invalid";
    let rows = rows.and_then(Value::as_array).ok_or_else(|| Flaw::of_part(200_914, TEXT, "rows must be a list"))?;
    match rows.iter().position(|row| !row.is_object()) {
        None => Ok(()),
        Some(row) => Err(Flaw::of_part(200_914, TEXT, format!("row: {row}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::feishu::testing::{Sandbox, office};

    fn send(mut sandbox: Sandbox, card: &Value) -> Value {
        let body = json!({"msg_type": "interactive", "card": card, "user_ids": ["ben"]});
        sandbox.send(&body.to_string()).json()
    }

    #[test]
    fn flaws_are_told_with_their_place() {
        fn check(card: Value, ext: &str) {
            let reply = send(Sandbox::logged_in(), &card);
            let expected = format!("Failed to create card content, ext={ext}");
            assert_eq!((&reply["code"], &reply["msg"]), (&json!(11246), &json!(expected)), "{card}");
        }
        let in_list = |element: Value| json!({"elements": [{"tag": "hr"}, element]});
        let chart = "chart spec is invalid; ErrorValue: chart_spec must be an object;";
        check(
            in_list(json!({"tag": "chart"})),
            &format!("ErrCode: 200550; ErrPath: ROOT -> elements -> [1](tag: chart); ErrMsg: {chart}"),
        );
        check(
            json!({"schema": "2.0", "body": {"elements": [{"tag": "chart", "chart_spec": "{}"}]}}),
            &format!("ErrCode: 200550; ErrPath: ROOT -> body -> elements -> [0](tag: chart); ErrMsg: {chart}"),
        );
        let table = "ErrCode: 200914; ErrPath: ROOT -> elements -> [1](tag: table); ErrMsg: table rows is invalid";
        check(in_list(json!({"tag": "table"})), &format!("{table}; ErrorValue: rows must be a list;"));
        check(in_list(json!({"tag": "table", "rows": [{}, 1]})), &format!("{table}; ErrorValue: row: 1;"));
        let person = "There is an invalid user resource(at/person) in your card; ErrorValue: ou_invalid;";
        check(
            json!({"elements": [{"tag": "div", "text": {"tag": "lark_md", "content": "a <at id=ou_invalid></at>"}}]}),
            &format!("ErrCode: 100290; ErrPath: ROOT -> elements -> [0](tag: div) -> text; ErrMsg: {person}"),
        );
        check(
            in_list(json!({"tag": "person", "user_id": "ou_invalid"})),
            &format!("ErrCode: 100290; ErrPath: ROOT -> elements -> [1](tag: person); ErrMsg: {person}"),
        );
        let image = "card contains invalid image keys; ErrorValue: img_invalid;";
        check(
            in_list(json!({"tag": "img", "img_key": "img_invalid"})),
            &format!("ErrCode: 200570; ErrPath: ROOT -> elements -> [1](tag: img); ErrMsg: {image}"),
        );
        check(
            json!({"header": {"icon": {"img_key": "img_invalid"}}, "elements": []}),
            &format!("ErrCode: 200570; ErrPath: ROOT -> header -> icon; ErrMsg: {image}"),
        );
    }

    #[test]
    fn people_exist_or_not() {
        fn check(element: Value, without_a_directory: bool, in_the_office: bool) {
            let card = json!({"elements": [element]});
            for (sandbox, good) in
                [(Sandbox::logged_in(), without_a_directory), (Sandbox::in_office(office()), in_the_office)]
            {
                let code = send(sandbox, &card)["code"].clone();
                assert_eq!(code, if good { 0 } else { 11246 }, "{card}");
            }
        }
        let markdown = |content: &str| json!({"tag": "markdown", "content": content});
        check(markdown("no <b>body</b> <at"), true, true);
        check(markdown("<at id=all></at>"), true, true);
        check(markdown("<at id=ou_ann></at>"), true, true);
        check(markdown("<at id='ben'></at> <at id=\"on_ben\"></at>"), true, true);
        check(markdown("<at email=ann@example.com></at>"), true, true);
        check(markdown("<at id=ou_eve></at>"), true, false);
        check(markdown("<at ids=ou_ann,ou_eve></at>"), true, false);
        check(markdown("<at ids=ou_ann,x_invalid></at>"), false, false);
        check(json!({"tag": "person", "user_id": "ou_eve"}), true, false);
        check(json!({"tag": "person"}), false, false);
        check(json!({"tag": "person_list", "persons": [{"id": "ou_ann"}, {"id": "ben"}]}), true, true);
        check(json!({"tag": "person_list", "persons": [{"id": "ou_ann"}, {}]}), false, false);
        check(json!({"tag": "plain_text", "content": "<at id=x_invalid></at>"}), true, true);
        check(json!({"tag": "chart", "chart_spec": {}}), true, true);
        check(json!({"tag": "table", "rows": [{"a": 1}]}), true, true);
        check(json!({"tag": "img", "img_key": "img_1"}), true, true);
        check(json!({"tag": "img", "img_key": 1}), true, true);
    }
}
