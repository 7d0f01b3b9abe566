//! What is sent and may still surprise.

#![allow(clippy::unwrap_used, reason = "a test")]

use batchcast_model::lark::Message;
use serde_json::{Value, json};

#[track_caller]
fn check(body: Value, expected: &[&str]) {
    let found: Vec<_> =
        Message::from_value(body).unwrap().warnings().into_iter().map(|warning| warning.to_string()).collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (warning, start) in found.iter().zip(expected) {
        assert!(warning.starts_with(start), "\n found {warning}\nwanted {start}");
    }
}

#[test]
fn fields_of_other_apis() {
    #[track_caller]
    fn check_field(name: &str, expected: &str) {
        check(json!({"msg_type": "image", "content": {"image_key": "x"}, name: "y"}), &[expected]);
    }
    check_field("emails", "emails: batch_send has no list of e-mail addresses");
    check_field("chat_id", "chat_id: batch_send sends to people, never to groups");
    check_field("receive_id", "receive_id: a field of another API");
    check_field("uuid", "uuid: batch_send knows no idempotency key");
    check_field("update_multi", "update_multi: `update_multi` is not a field of batch_send");
}

#[test]
fn posts() {
    #[track_caller]
    fn check_paragraph(nodes: Value, expected: &[&str]) {
        check(json!({"msg_type": "post", "content": {"post": {"zh_cn": {"content": [nodes]}}}}), expected);
    }
    check_paragraph(
        json!([
            {"tag": "text", "text": "x"}, {"tag": "a", "text": "x", "href": "y"}, {"tag": "at", "user_id": "ou_1"}
        ]),
        &[],
    );
    check_paragraph(json!([{"tag": "img", "image_key": "x"}]), &[]);
    check_paragraph(
        json!([{"tag": "text", "text": "x", "style": ["bold"]}]),
        &["content.post.zh_cn.content[0][0].style: batch_send does not render styles"],
    );
    check_paragraph(
        json!([{"tag": "at", "user_id": "all"}, {"tag": "img", "image_key": "x"}]),
        &[
            "content.post.zh_cn.content[0][0].user_id: mentions everybody",
            "content.post.zh_cn.content[0][1]: `img` must be alone",
        ],
    );
    for tag in ["media", "emotion", "hr", "code_block"] {
        check_paragraph(json!([{"tag": tag}]), &["content.post.zh_cn.content[0][0].tag: belongs to im/v1"]);
    }
    check_paragraph(json!([{"tag": "new"}]), &["content.post.zh_cn.content[0][0].tag: unknown"]);
    check(
        json!({"msg_type": "post", "content": {"post": {"fr_fr": {"content": []}, "x": 1}}}),
        &[
            "content.post.fr_fr: not a documented locale; known are zh_cn,",
            "content.post.fr_fr.content: there are no paragraphs",
            "content.post.x: not a locale",
        ],
    );
}
