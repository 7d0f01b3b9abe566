//! Rich text.
//!
//! `{"post":{LOCALE:{"title":…,"content":[[NODE,…],…]}}}`, one or more locales. The nodes `text`, `a`, `at` and
//! `img` are the old v4 format's; others pass unread, apart from `md`, which Feishu's page of 2026-03-03 says this
//! API does not support.

use serde_json::{Map, Value};

use crate::feishu::codes::{self, Refusal};
use crate::feishu::images::UsableImages;

pub(crate) fn check(content: &Map<String, Value>, images: UsableImages<'_>) -> Result<(), Refusal> {
    let locales = content
        .get("post")
        .and_then(Value::as_object)
        .ok_or_else(|| malformed("content.post must be an object with one entry a locale"))?;
    if locales.is_empty() {
        return Err(malformed("content.post must have at least one locale"));
    }
    locales.iter().try_for_each(|(locale, body)| {
        let paragraphs = body
            .get("content")
            .and_then(Value::as_array)
            .ok_or_else(|| malformed(format!("post.{locale}.content must be a list of paragraphs")))?;
        if body.get("title").is_some_and(|title| !title.is_string()) {
            return Err(malformed(format!("post.{locale}.title must be a string")));
        }
        paragraphs.iter().enumerate().try_for_each(|(i, paragraph)| {
            let nodes = paragraph
                .as_array()
                .ok_or_else(|| malformed(format!("post.{locale}.content[{i}] must be a list of nodes")))?;
            nodes
                .iter()
                .enumerate()
                .try_for_each(|(j, node)| check_node(&format!("post.{locale}.content[{i}][{j}]"), node, images))
        })
    })
}

fn check_node(at: &str, node: &Value, images: UsableImages<'_>) -> Result<(), Refusal> {
    let tag = node
        .get("tag")
        .and_then(Value::as_str)
        .ok_or_else(|| malformed(format!("{at} must be an object with a tag")))?;
    let required = |name: &str| {
        node.get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| malformed(format!("{at} has the tag {tag} and needs a string {name}")))
    };
    match tag {
        "text" => required("text").map(drop),
        "a" => required("text").and_then(|_| required("href")).map(drop),
        "at" => required("user_id").map(drop),
        "img" => required("image_key").and_then(|key| images.check(key)),
        "md" => Err(malformed(format!("{at} has the tag md, which batch_send does not support"))),
        _ => Ok(()),
    }
}

fn malformed(detail: impl std::fmt::Display) -> Refusal {
    codes::CREATE_MESSAGE_FAILED.because(detail)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{check_accepted, check_refusal};

    fn body(content: &Value) -> String {
        json!({"msg_type": "post", "content": content, "open_ids": ["ou_1"]}).to_string()
    }

    fn with_node(node: Value) -> Value {
        json!({"post": {"zh_cn": {"title": "t", "content": [[node]]}}})
    }

    #[test]
    fn posts_that_pass() {
        fn check(content: Value) {
            check_accepted(&body(&content));
        }
        check(json!({"post": {
            "zh_cn": {"title": "我是一个标题", "content": [[
                {"tag": "text", "text": "第一行"},
                {"tag": "a", "href": "http://www.larksuite.com", "text": "Lark"}]]},
            "en_us": {"title": "I am a title", "content": [[
                {"tag": "text", "text": "first line"},
                {"tag": "a", "href": "http://www.larksuite.com", "text": "Lark"}]]}}}));
        check(json!({"post": {"ja_jp": {"content": []}}}));
        check(with_node(json!({"tag": "at", "user_id": "all"})));
        check(with_node(json!({"tag": "img", "image_key": "img_1"})));
        check(with_node(json!({"tag": "hr"})));
        check(with_node(json!({"tag": "not yet known", "x": 1})));
    }

    #[test]
    fn posts_that_are_refused() {
        fn check(content: Value, code: i64, msg: &str) {
            check_refusal(&body(&content), code, msg);
        }
        let fail = "Create or send message fail.";
        check(json!({"zh_cn": {"content": []}}), 10002, &format!("{fail} content.post must be an object"));
        check(json!({"post": "{}"}), 10002, &format!("{fail} content.post must be an object"));
        check(json!({"post": {}}), 10002, &format!("{fail} content.post must have at least one locale"));
        check(json!({"post": {"zh_cn": {}}}), 10002, &format!("{fail} post.zh_cn.content must be a list"));
        check(
            json!({"post": {"zh_cn": {"title": 1, "content": []}}}),
            10002,
            &format!("{fail} post.zh_cn.title must be a string"),
        );
        check(
            json!({"post": {"zh_cn": {"content": [{}]}}}),
            10002,
            &format!("{fail} post.zh_cn.content[0] must be a list"),
        );
        check(with_node(json!("x")), 10002, &format!("{fail} post.zh_cn.content[0][0] must be an object with a tag"));
        check(
            with_node(json!({"tag": "text"})),
            10002,
            &format!("{fail} post.zh_cn.content[0][0] has the tag text and needs a string text"),
        );
        check(
            with_node(json!({"tag": "a", "text": "x"})),
            10002,
            &format!("{fail} post.zh_cn.content[0][0] has the tag a and needs a string href"),
        );
        check(
            with_node(json!({"tag": "at"})),
            10002,
            &format!("{fail} post.zh_cn.content[0][0] has the tag at and needs a string user_id"),
        );
        check(
            with_node(json!({"tag": "md", "text": "**x**"})),
            10002,
            &format!("{fail} post.zh_cn.content[0][0] has the tag md"),
        );
        check(with_node(json!({"tag": "img", "image_key": "img_invalid"})), 11227, "Image key not exist.");
    }
}
