//! What a message says, in plain text.

use serde_json::{Map, Value};

/// The longest text shown, in characters.
const LIMIT: usize = 1_000;

/// The text of an accepted request of either vendor. It need not be exact: it is for somebody who looks.
pub(super) fn of(body: &[u8]) -> String {
    let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
        return String::new();
    };
    let text = match body.get("MsgBody") {
        Some(elements) => tim(elements),
        None => feishu(&body),
    };
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn feishu(body: &Map<String, Value>) -> String {
    let content = body.get("content").unwrap_or(&Value::Null);
    let field = |name: &str| content[name].as_str().unwrap_or_default();
    match body.get("msg_type").and_then(Value::as_str) {
        Some("text") => field("text").to_owned(),
        Some("image") => format!("[image {}]", field("image_key")),
        Some("share_chat") => format!("[chat {}]", field("share_chat_id")),
        Some("post") => post(&content["post"]),
        _ => card(body.get("card").unwrap_or(&Value::Null)),
    }
}

/// In the first of its languages.
fn post(locales: &Value) -> String {
    let Some(post) = locales.as_object().and_then(|locales| locales.values().next()) else {
        return String::new();
    };
    let mut lines: Vec<String> =
        post["title"].as_str().filter(|title| !title.is_empty()).map(str::to_owned).into_iter().collect();
    for paragraph in post["content"].as_array().into_iter().flatten() {
        let nodes = paragraph.as_array().into_iter().flatten();
        lines.push(nodes.map(node).collect());
    }
    lines.join("\n")
}

fn node(node: &Value) -> String {
    let field = |name: &str| node[name].as_str().unwrap_or_default();
    match field("tag") {
        "at" => format!("@{}", field("user_id")),
        "img" => format!("[image {}]", field("image_key")),
        "a" => format!("{} ({})", field("text"), field("href")),
        _ => field("text").to_owned(),
    }
}

fn card(card: &Value) -> String {
    if let Some(id) = card["data"]["template_id"].as_str() {
        return format!("[template {id}]");
    }
    let mut lines = Vec::new();
    for part in ["header", "elements", "body"] {
        said(&card[part], &mut lines);
    }
    lines.join("\n")
}

/// Every text in a part of a card, in its order.
fn said(part: &Value, lines: &mut Vec<String>) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| said(part, lines)),
        Value::Object(fields) => {
            for (name, inside) in fields {
                match inside {
                    Value::String(text) if matches!(name.as_str(), "content" | "text") => lines.push(text.clone()),
                    _ => said(inside, lines),
                }
            }
        }
        _ => {}
    }
}

/// As the page "Message Formats" has it for the text of a push: one element after the other with nothing between.
fn tim(elements: &Value) -> String {
    let element = |element: &Value| {
        let content = &element["MsgContent"];
        let field = |name: &str| content[name].as_str().unwrap_or_default().to_owned();
        match element["MsgType"].as_str().unwrap_or_default() {
            "TIMTextElem" => field("Text"),
            "TIMLocationElem" => format!("[Location {}]", field("Desc")),
            "TIMFaceElem" => "[Face]".to_owned(),
            "TIMCustomElem" if content["Desc"].as_str().is_none_or(str::is_empty) => field("Data"),
            "TIMCustomElem" => field("Desc"),
            "TIMFileElem" => format!("[File {}]", field("FileName")),
            "TIMRelayElem" => format!("[Relay {}]", field("Title")),
            other => format!("[{}]", other.trim_start_matches("TIM").trim_end_matches("Elem")),
        }
    };
    elements.as_array().into_iter().flatten().map(element).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_says_something() {
        fn check(body: &str, expected: &str) {
            assert_eq!(of(body.as_bytes()), expected, "{body}");
        }
        check(r#"{"msg_type":"text","content":{"text":"hi\n<b>"}}"#, "hi\n<b>");
        check(r#"{"msg_type":"image","content":{"image_key":"img_1"}}"#, "[image img_1]");
        check(r#"{"msg_type":"share_chat","content":{"share_chat_id":"oc_1"}}"#, "[chat oc_1]");
        let post = r#"{"msg_type":"post","content":{"post":{"en_us":{"title":"T","content":[
            [{"tag":"text","text":"a "},{"tag":"a","text":"b","href":"c"}],[{"tag":"at","user_id":"all"}]]}}}}"#;
        check(post, "T\na b (c)\n@all");
        let card = r#"{"msg_type":"interactive","card":{"header":{"title":{"tag":"plain_text","content":"T"}},
            "elements":[{"tag":"div","text":{"tag":"lark_md","content":"x"}}]}}"#;
        check(card, "T\nx");
        let card = r#"{"msg_type":"interactive","card":{"schema":"2.0","body":{"elements":[{"tag":"markdown","content":"y"}]}}}"#;
        check(card, "y");
        let card = r#"{"msg_type":"interactive","card":{"type":"template","data":{"template_id":"ctp_1"}}}"#;
        check(card, "[template ctp_1]");
        let tim = r#"{"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi "}},{"MsgType":"TIMFaceElem","MsgContent":{}},
            {"MsgType":"TIMCustomElem","MsgContent":{"Data":"d","Desc":""}},{"MsgType":"TIMSoundElem","MsgContent":{}}]}"#;
        check(tim, "hi [Face]d[Sound]");
        check("{", "");
        check("{}", "");
        check(r#"{"msg_type":"post","content":{"post":7}}"#, "");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let body = format!(r#"{{"msg_type":"text","content":{{"text":"{}"}}}}"#, "é".repeat(1_001));
        assert_eq!(of(body.as_bytes()), format!("{}…", "é".repeat(1_000)));
        let body = body.replace(&"é".repeat(1_001), &"é".repeat(1_000));
        assert_eq!(of(body.as_bytes()), "é".repeat(1_000));
    }
}
