//! A message that breaks a rule is refused before anything is sent, with the place, the limit and what was found.

use batchcast_emulator::Emulator;
use batchcast_tests::Home;
use serde_json::{Value, json};

/// Refuses a message file, in both formats, saying all of this, and the vendor hears nothing.
#[track_caller]
fn check(content: impl AsRef<[u8]>, expected: &[&str]) {
    let emulator = Emulator::start().unwrap();
    let home = Home::empty();
    let file = home.file("message.json", content);
    let ran = home.send(emulator.url(), [&file]).run().exits(2).says(expected);
    assert_eq!(ran.stdout, "", "{}", ran.shown());
    ran.says(&["message.json"]);

    let error = home.send(emulator.url(), [&*file, "--json"]).run().exits(2).error();
    assert_eq!(error["kind"], "input", "{error}");
    let said = format!("{}; {}", error["message"].as_str().unwrap(), error["hint"].as_str().unwrap_or_default());
    assert!(expected.iter().all(|text| said.contains(text)), "{expected:?}: {error}");
    assert_eq!(emulator.received().len(), 0, "{error}");
}

#[track_caller]
fn check_json(message: &Value, expected: &[&str]) {
    check(message.to_string(), expected);
}

fn post(node: &Value) -> Value {
    json!({"msg_type": "post", "open_ids": ["ou_1"], "content": {"post": {"zh_cn": {"content": [[node]]}}}})
}

#[test]
fn content_and_card_are_where_they_belong() {
    let text = json!({"text": "x"});
    let card = json!({"elements": []});
    check_json(
        &json!({"msg_type": "text", "open_ids": ["ou_1"], "content": text.to_string()}),
        &["content", "must be an object", "a string"],
    );
    check_json(
        &json!({"msg_type": "interactive", "open_ids": ["ou_1"], "card": card.to_string()}),
        &["card", "must be an object", "a string"],
    );
    check_json(&json!({"msg_type": "interactive", "open_ids": ["ou_1"], "content": card}), &["card"]);
    check_json(
        &json!({"msg_type": "interactive", "open_ids": ["ou_1"], "content": text, "card": card}),
        &["content", "card"],
    );
    check_json(&json!({"msg_type": "text", "open_ids": ["ou_1"], "content": text, "card": card}), &["content", "card"]);
    check_json(&json!({"msg_type": "text", "open_ids": ["ou_1"]}), &["content", "is missing"]);
    check_json(&json!({"msg_type": "interactive", "open_ids": ["ou_1"]}), &["card", "is missing"]);
}

#[test]
fn the_kind_of_message_is_one_of_the_documents() {
    let content = json!({"text": "x"});
    check_json(&json!({"open_ids": ["ou_1"], "content": content}), &["msg_type", "is missing"]);
    check_json(&json!({"msg_type": "audio", "open_ids": ["ou_1"], "content": content}), &["msg_type", "audio"]);
    check_json(&json!({"msg_type": 7, "open_ids": ["ou_1"], "content": content}), &["msg_type", "7"]);
    check_json(&json!({"MsgBody": [], "To_Account": ["a"]}), &["MsgBody", "is empty"]);
    check_json(&json!(["ou_1"]), &["must be an object", "array"]);
}

#[test]
fn a_post_has_no_markdown() {
    let place = "content.post.zh_cn.content[0][0]";
    check_json(&post(&json!({"tag": "md", "text": "**x**"})), &[place, "md"]);
    check_json(&post(&json!({"text": "x"})), &[place, "tag"]);
}

#[test]
fn somebody_must_get_it_and_the_root_department_may_not() {
    let content = json!({"text": "x"});
    check_json(
        &json!({"msg_type": "text", "content": content, "department_ids": ["od-1", "0"]}),
        &["department_ids[1]", "\"0\""],
    );
    check_json(&json!({"msg_type": "text", "content": content, "open_ids": "ou_1"}), &["open_ids", "a string"]);
    check_json(&json!({"msg_type": "text", "content": content, "open_ids": ["ou_1", 2]}), &["open_ids[1]", "2"]);
    check_json(&json!({"msg_type": "text", "content": content, "open_ids": [""]}), &["open_ids[0]", "is empty"]);
}

#[test]
fn size_is_limited() {
    let text = "x".repeat(160_000);
    check_json(
        &json!({"msg_type": "text", "open_ids": ["ou_1"], "content": {"text": text}}),
        &["the limit is 150000 bytes", "found 160"],
    );
    let card = json!({"elements": [{"tag": "markdown", "content": "x".repeat(31_000)}]});
    check_json(
        &json!({"msg_type": "interactive", "open_ids": ["ou_1"], "card": card}),
        &["the limit is 30000 bytes", "found 31"],
    );
    check_json(&post(&json!({"tag": "text", "text": "x".repeat(30_000)})), &["the limit is 30000 bytes", "found 30"]);
    check(vec![b' '; 16_000_001], &["larger than 16000000 bytes"]);
}

#[test]
fn a_file_is_json_in_utf_8() {
    check("", &["not valid JSON"]);
    check("{\"msg_type\": \"text\",\n  \"content\": }", &["not valid JSON", "line 2"]);
    check("{} {}", &["not valid JSON"]);
    check(b"{\"msg_type\": \"\xff\"}", &["not valid JSON"]);
    check("{\"msg_type\":\"text\",\"msg_type\":\"text\"}", &["msg_type"]);
}
