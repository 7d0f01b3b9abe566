//! Reading the vendor's JSON and writing it again gives the same value.

#![allow(clippy::unwrap_used, reason = "a test")]

use batchcast_model::Invalid;
use batchcast_model::lark::{BatchMessage, Message, MsgType};
use serde_json::{Value, json};

const EXAMPLES: [(&str, MsgType); 6] = [
    (include_str!("data/lark-text.json"), MsgType::Text),
    (include_str!("data/lark-image.json"), MsgType::Image),
    (include_str!("data/lark-post.json"), MsgType::Post),
    (include_str!("data/lark-share-chat.json"), MsgType::ShareChat),
    (include_str!("data/lark-card.json"), MsgType::Interactive),
    (include_str!("data/lark-card-template.json"), MsgType::Interactive),
];

#[track_caller]
fn check(body: &Value) -> BatchMessage {
    let read = BatchMessage::from_value(body.clone()).unwrap_or_else(|refused| panic!("{refused}\n{body:#}"));
    assert_eq!(&serde_json::to_value(&read).unwrap(), body);

    let text = serde_json::to_vec(&read).unwrap();
    assert_eq!(read.body_len(), text.len());
    assert_eq!(BatchMessage::from_json(&text).as_ref(), Ok(&read));
    assert_eq!(&serde_json::from_slice::<Value>(&text).unwrap(), body);
    assert_eq!(serde_json::from_slice::<BatchMessage>(&text).unwrap(), read);
    read
}

#[test]
fn the_documents_examples() {
    for (text, msg_type) in EXAMPLES {
        let read = check(&serde_json::from_str(text).unwrap());
        assert_eq!(read.message().msg_type(), msg_type);
        assert_eq!(BatchMessage::from_json(text), Ok(read.clone()));
        assert_eq!(BatchMessage::from_json(format!("\u{feff}{text}")), Ok(read));
    }
}

/// Every object of the document, as a path of keys and indices.
fn objects(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                objects(value, format!("{path}/{name}"), found);
            }
            found.push(path);
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                objects(value, format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn unknown_fields_at_every_level() {
    let additions = [
        json!(null),
        json!(true),
        json!("\u{0}\u{1f600}\"\\/\u{2028}"),
        json!([1.5, -0.0, 1e308, 5e-324, 0.1, i64::MIN, u64::MAX, 123_456_789_012_345_678_901_234_567_890_f64]),
        json!({"a": {"tag": "md"}}),
        json!([[{"tag": "md"}], {"deep": {"er": [{}]}}]),
    ];
    let mut checked = 0;
    for (text, _) in EXAMPLES {
        let body: Value = serde_json::from_str(text).unwrap();
        let mut paths = Vec::new();
        objects(&body, String::new(), &mut paths);
        for path in &paths {
            for addition in &additions {
                let mut mutated = body.clone();
                mutated.pointer_mut(path).unwrap()["x_unknown"] = addition.clone();
                check(&mutated);
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 29 * additions.len());
}

#[test]
fn unknown_nodes_and_parts() {
    for node in [
        json!({"tag": "media", "file_key": "f", "image_key": "i"}),
        json!({"tag": "hr"}),
        json!({"tag": "code_block", "language": "GO", "text": "x"}),
        json!({"tag": "text", "text": "x", "style": ["bold"], "un_escape": true, "lines": 2}),
        json!({"tag": "img", "image_key": "i", "width": 300, "height": 200}),
        json!({"tag": "of 2031", "n": [1, {"tag": "md"}]}),
    ] {
        check(&json!({
            "open_ids": ["ou_1"], "msg_type": "post",
            "content": {"post": {"zh_hk": {"content": [[], [node]]}}},
        }));
    }
    for card in [
        json!({}),
        json!({"schema": "2.0", "body": {"elements": [{"tag": "of 2031"}]}, "config": null}),
        json!({"i18n_elements": {"zh_cn": []}, "card_link": {"url": "https://example.com"}}),
    ] {
        check(&json!({"user_ids": ["u"], "msg_type": "interactive", "card": card, "update_multi": true}));
    }
}

#[test]
fn lists_that_are_empty_stay_and_others_are_not_added() {
    let read = check(&json!({
        "open_ids": [], "union_ids": ["on_2", "on_1"], "department_ids": [],
        "msg_type": "text", "content": {"text": "x"},
    }));
    assert_eq!(read.recipients().len(), 2);
    let written = serde_json::to_value(&read).unwrap();
    assert!(written.get("user_ids").is_none() && written["open_ids"] == json!([]));
}

#[test]
fn a_message_file_may_have_any_number_of_recipients() -> Result<(), Invalid> {
    let ids: Vec<_> = (0..1000).map(|n| format!("ou_{n}")).collect();
    let mut body = json!({"msg_type": "text", "content": {"text": "x"}, "x": 1, "emails": ["a@example.com"]});
    let (alone, nobody) = Message::from_body(body.clone())?;
    assert_eq!(serde_json::to_value(&alone).unwrap(), body);
    assert_eq!(Message::from_value(body.clone()), Ok(alone.clone()));
    assert!(nobody.is_empty());

    body["open_ids"] = json!(ids);
    let (message, everybody) = Message::from_body(body.clone())?;
    assert_eq!(message, alone);
    assert_eq!(everybody.len(), 1000);
    assert!(message.warnings().iter().any(|warning| warning.place() == "emails"));

    let refused = Message::from_value(body).unwrap_err();
    assert_eq!(refused.place(), "open_ids");

    let requests = message.batches(everybody)?;
    assert_eq!(requests.len(), 5);
    for request in &requests {
        let written = serde_json::to_value(request).unwrap();
        assert_eq!((&written["x"], &written["emails"]), (&json!(1), &json!(["a@example.com"])));
    }
    Ok(())
}

/// Bytes changed at random: nothing panics, and whatever is still taken is written again as it was.
#[test]
fn damaged_text() {
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    let (mut taken, mut refused) = (0, 0);
    for round in 0..3000 {
        let mut text = EXAMPLES[round % EXAMPLES.len()].0.as_bytes().to_vec();
        for _ in 0..=random(2) {
            let at = random(text.len());
            text[at] = b"\"\\{}[],: 0x\xff"[random(12)];
        }
        match BatchMessage::from_json(&text) {
            Ok(read) => {
                let body: Value = serde_json::from_slice(&text).unwrap();
                assert_eq!(serde_json::to_value(&read).unwrap(), body);
                taken += 1;
            }
            Err(invalid) => {
                assert!(!invalid.place().is_empty() && !invalid.to_string().contains(char::is_control), "{invalid:?}");
                refused += 1;
            }
        }
    }
    assert!(taken > 100 && refused > 100, "{taken} taken, {refused} refused");
}
