//! What arrives at the vendor is what stands in the file.

use batchcast_emulator::{Emulator, Received};
use batchcast_tests::{Home, Vendor};
use serde_json::{Value, json};

const TOKEN_PATH: &str = "/open-apis/auth/v3/tenant_access_token/internal";
const SEND_PATH: &str = "/open-apis/message/v4/batch_send/";

/// The vendor's own examples.
const EXAMPLES: [(&str, &str); 6] = [
    ("card-template", include_str!("../data/lark-card-template.json")),
    ("card", include_str!("../data/lark-card.json")),
    ("image", include_str!("../data/lark-image.json")),
    ("post", include_str!("../data/lark-post.json")),
    ("share-chat", include_str!("../data/lark-share-chat.json")),
    ("text", include_str!("../data/lark-text.json")),
];

fn value(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

fn messages(emulator: &Emulator) -> Vec<Received> {
    emulator.received().into_iter().filter(|received| received.uri == SEND_PATH).collect()
}

#[test]
fn the_vendors_examples_arrive_as_they_are_in_one_request() {
    let home = Home::empty();
    for (name, body) in EXAMPLES {
        let emulator = Emulator::start().unwrap();
        let file = home.file(&format!("{name}.json"), body);
        let ran = home.send(emulator.url(), [&file]).run().exits(0);
        let expected: Value = serde_json::from_str(body).unwrap();
        let people: usize = ["open_ids", "user_ids", "union_ids", "department_ids"]
            .into_iter()
            .map(|list| expected[list].as_array().map_or(0, Vec::len))
            .sum();
        assert_eq!(ran.rows().len(), people, "{name}");

        // Departments are asked about before it is sent.
        let received = emulator.received();
        let received = &received[received.len() - 2..];
        let paths: Vec<_> = received.iter().map(|received| received.uri.to_string()).collect();
        assert_eq!(paths, [TOKEN_PATH, SEND_PATH], "{name}");
        assert_eq!(value(&received[1].body), expected, "{name}");
        assert_eq!(received[1].method, "POST", "{name}");
        assert_eq!(received[1].headers["content-type"], "application/json; charset=utf-8", "{name}");
        let bearer = received[1].headers["authorization"].to_str().unwrap();
        assert!(bearer.starts_with("Bearer t-"), "{name}: {bearer}");
        assert_eq!(received[0].connection, received[1].connection, "{name}: the connection of the token is used again");
    }
}

#[test]
fn a_file_on_standard_input_and_a_file_with_a_bom_are_the_same() {
    let home = Home::empty();
    let (_, text) = EXAMPLES[5];
    let with_bom = home.file("bom.json", format!("\u{feff}{}", text.replace('\n', "\r\n")));
    for (argument, stdin) in [("-", text), (&*with_bom, "")] {
        let emulator = Emulator::start().unwrap();
        let _ = home.send(emulator.url(), [argument]).stdin(stdin).run().exits(0);
        assert_eq!(value(&messages(&emulator)[0].body), serde_json::from_str::<Value>(text).unwrap(), "{argument}");
    }
}

#[test]
fn the_requests_of_one_run_share_a_connection() {
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    let emulator = Emulator::start().unwrap();
    let ids: Vec<_> = (0..6).flat_map(|n| ["--id".to_owned(), format!("ou_{n}")]).collect();
    let _ = home.send(emulator.url(), ["--text", "hi", "--in-flight", "1"]).args(ids).run().exits(0);

    let received = emulator.received();
    assert_eq!(messages(&emulator).len(), 6);
    assert_eq!(received.len(), 7, "one token for all of them");
    assert!(received.iter().all(|request| request.connection == received[0].connection));
    let bearers: Vec<_> = messages(&emulator).iter().map(|request| request.headers["authorization"].clone()).collect();
    assert!(bearers.iter().all(|bearer| *bearer == bearers[0]));
}

#[test]
fn what_we_do_not_know_survives() {
    let body = json!({
        "msg_type": "interactive",
        "card": {
            "schema": "2.0",
            "x_new_field": {"deep": [1, 2.5, 1e300, -0.0, null, true, "🗳 \u{202e}\u{0}"]},
            "body": {"elements": [{"tag": "x_new_element", "big": 12_345_678_901_234_567_890_u64}]},
        },
        "x_new_switch": "on",
        "union_ids": ["on_1"],
    });
    let home = Home::empty();
    let file = home.file("body.json", body.to_string());
    let vendor = Vendor::start(|_| batchcast_tests::Answer::accepted("bm-1"));
    let _ = home.send(&vendor.url(), [&file]).run().exits(0);
    assert_eq!(vendor.messages()[0].body, body);
}

#[test]
fn every_form_of_a_message_is_the_body_that_the_document_shows() {
    #[track_caller]
    fn check(args: &[&str], expected: &Value) {
        let emulator = Emulator::start().unwrap();
        let home = Home::empty();
        home.file("card.json", r#"{"header":{"title":{"tag":"plain_text","content":"x"}},"elements":[]}"#);
        let args: Vec<_> = args.iter().map(|arg| arg.replace('~', home.path("").to_str().unwrap())).collect();
        let _ = home.send(emulator.url(), args).args(["--id", "user_id=u1"]).run().exits(0);
        let mut expected = expected.clone();
        expected["user_ids"] = json!(["u1"]);
        assert_eq!(value(&messages(&emulator)[0].body), expected);
    }
    check(&["--text", "line\n\"two\" 🗳"], &json!({"msg_type": "text", "content": {"text": "line\n\"two\" 🗳"}}));
    check(&["--image", "img_v2_1"], &json!({"msg_type": "image", "content": {"image_key": "img_v2_1"}}));
    check(&["--share-chat", "oc_1"], &json!({"msg_type": "share_chat", "content": {"share_chat_id": "oc_1"}}));
    let card = json!({"header": {"title": {"tag": "plain_text", "content": "x"}}, "elements": []});
    check(&["--card", "~card.json"], &json!({"msg_type": "interactive", "card": card}));
    let data =
        json!({"template_id": "ctp_1", "template_version_name": "1.0.2", "template_variable": {"a": "b", "n": 3}});
    check(
        &["--template", "ctp_1@1.0.2", "--var", "a=b", "--var", "n:=3"],
        &json!({"msg_type": "interactive", "card": {"type": "template", "data": data}}),
    );
}
