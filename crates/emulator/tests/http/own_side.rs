//! The emulator's own side: long logs, and who may ask.

use std::io::{BufRead, Read};
use std::sync::atomic::{AtomicU32, Ordering};

use batchcast_emulator::{Emulator, Timestamp};
use serde_json::{Value, json};

use crate::client::{Client, SEND_PATH};

/// Sends to 200 people each time.
fn send_to_many(client: &mut Client, bearer: &str, messages: usize) {
    for message in 0..messages {
        let ids: Vec<String> = (0..200).map(|person| format!("ou_{message}_{person}")).collect();
        let body = json!({"msg_type": "text", "content": {"text": "x"}, "open_ids": ids}).to_string();
        assert_eq!(client.ask("POST", SEND_PATH, bearer, &body).json()["code"], 0);
    }
}

fn ids(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["id"].as_str()).collect()
}

#[test]
fn a_long_log_is_whole_and_in_order() {
    let emulator = Emulator::start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let bearer = client.log_in();
    send_to_many(&mut client, &bearer, 30);
    let reply = client.get("/_emulator/deliveries");
    assert!(reply.head.contains("transfer-encoding: chunked"), "{}", reply.head);
    let deliveries = emulator.deliveries();
    let expected: Vec<&str> = deliveries.iter().map(|delivery| delivery.id.as_str()).collect();
    assert_eq!((expected.len(), ids(&reply.lines())), (6_000, expected));
    for _ in 0..1_000 {
        client.get("/open-apis/");
    }
    assert_eq!(client.get("/_emulator/requests").lines().len(), 1_031);
    assert_eq!(client.get("/_emulator/health").json(), json!({"ok": true}), "the connection goes on");
}

/// A client that gives up does not wait for its answer, and what it asked for is done all the same.
#[test]
fn an_assertion_counts_what_has_reached_the_emulator() {
    for length in [1, 8_000, 9_000, 20_000, 100_000].into_iter().cycle().take(100) {
        let emulator = Emulator::start().unwrap();
        let mut client = Client::connect(emulator.addr());
        let bearer = client.log_in();
        let text = "x".repeat(length);
        let body = format!(r#"{{"msg_type":"text","content":{{"text":"{text}"}},"open_ids":["ou_1"]}}"#);
        let head = format!("POST {SEND_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n", body.len());
        client.write(&format!("{head}{bearer}\r\n{body}"));
        emulator.assert_delivered_only(["ou_1"]);
    }
}

/// What never arrives is no request, and is not waited for.
#[test]
fn half_a_request_keeps_no_assertion_waiting() {
    let emulator = Emulator::start().unwrap();
    let mut client = Client::connect(emulator.addr());
    client.write(&format!("POST {SEND_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"));
    emulator.assert_delivered_only([""; 0]);
    emulator.assert_nobody_twice();
}

#[test]
fn nothing_can_be_told_of_an_emulator_that_panicked() {
    let calls = AtomicU32::new(0);
    let emulator = Emulator::builder().with_clock(move || match calls.fetch_add(1, Ordering::SeqCst) {
        0 => Timestamp::UNIX_EPOCH,
        _ => panic!("a clock that breaks"),
    });
    let emulator = emulator.start().unwrap();
    let mut client = Client::connect(emulator.addr());
    client.log_in();
    client.write("GET /open-apis/ HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut rest = Vec::new();
    let _ = client.stream.read_to_end(&mut rest);
    let verdict = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| emulator.assert_nobody_twice()));
    let text = verdict.unwrap_err().downcast::<&str>().unwrap();
    assert!(text.contains("the emulator panicked while it answered a request"), "{text}");
}

/// It is read while others send: neither waits for the other, and it ends where it was when it was asked for.
#[test]
fn a_log_ends_where_it_was_when_it_was_asked_for() {
    let emulator = Emulator::builder().with_delivery_limit(4_000).start().unwrap();
    let (mut reader, mut sender) = (Client::connect(emulator.addr()), Client::connect(emulator.addr()));
    let bearer = sender.log_in();
    send_to_many(&mut sender, &bearer, 20);
    reader.write("GET /_emulator/deliveries HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.stream.read_line(&mut head).unwrap(), 0);
    }
    let mut body = Vec::new();
    assert_eq!(reader.read_chunk(&mut body), Some(true));
    send_to_many(&mut sender, &bearer, 5);
    while reader.read_chunk(&mut body).unwrap() {}
    let lines: Vec<Value> =
        String::from_utf8(body).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // What was asked for is there, less what had to make room before it was read.
    assert!((3_000..=4_000).contains(&lines.len()), "{}", lines.len());
    assert_eq!(lines[0]["id"], "ou_0_0");
    assert_eq!(lines[lines.len() - 1]["id"], "ou_19_199");
}

#[test]
fn messages_are_told_with_what_they_say_and_logs_with_what_they_lack() {
    let emulator = Emulator::builder().with_delivery_limit(2).start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let bearer = client.log_in();
    let body = "{\"msg_type\":\"text\",\n\"content\":{\"text\":\"a\\nb\"},\"open_ids\":[\"ou_1\",\"ou_2\",\"ou_3\"]}";
    let sent = client.ask("POST", SEND_PATH, &bearer, body).json();
    assert_eq!(client.ask("POST", SEND_PATH, &bearer, "{").json()["code"], 10003, "this is no message");
    let mut lines = client.get("/_emulator/messages").lines();
    assert!(lines[0].as_object_mut().unwrap().remove("at").unwrap().is_string());
    assert!(client.get("/_emulator/messages").body.contains(&body.replace('\n', " ")), "to the letter");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(lines, [json!({"provider": "feishu", "message_id": sent["data"]["message_id"], "body": body})]);
    assert_eq!(emulator.messages().len(), 1);
    assert_eq!(client.get("/_emulator/state").json(), json!({"waiting": 0, "kept": 2, "forgotten": 1}));
    assert_eq!(client.ask("POST", "/_emulator/reset", "", "").status, 200);
    assert_eq!(client.get("/_emulator/messages").body, "");
    assert_eq!(client.get("/_emulator/state").json(), json!({"waiting": 0, "kept": 0, "forgotten": 0}));
}

/// Tools that wait for a server ask so.
#[test]
fn whether_it_is_there_can_be_asked_without_a_body() {
    let emulator = Emulator::start().unwrap();
    for path in ["/", "/_emulator/health", "/_emulator/deliveries"] {
        let mut client = Client::connect(emulator.addr());
        client.write(&format!("HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        let mut answer = String::new();
        client.stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{path}: {answer}");
    }
}

#[test]
fn a_page_from_elsewhere_gets_no_answer() {
    let emulator = Emulator::start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let bearer = client.log_in();
    send_to_many(&mut client, &bearer, 1);
    for (method, path) in [
        ("POST", "/_emulator/reset"),
        ("PUT", "/_emulator/faults"),
        ("GET", "/_emulator/deliveries"),
        ("GET", "/"),
        ("OPTIONS", "/_emulator/reset"),
    ] {
        let reply = client.ask(method, path, "Origin: https://example.com\r\n", "[]");
        assert_eq!(reply.status, 403, "{method} {path}");
        let error = "the emulator's own side does not answer pages of \"https://example.com\"";
        assert_eq!(reply.json(), json!({"ok": false, "error": error}));
        client.write(&format!("{method} {path} HTTP/1.1\r\nHost: rebound.example.com\r\nContent-Length: 0\r\n\r\n"));
        let reply = client.read();
        assert_eq!(reply.status, 403, "{method} {path}");
        assert!(reply.json()["error"].as_str().unwrap().contains("ask 127.0.0.1 or localhost"), "{}", reply.body);
    }
    assert_eq!(emulator.deliveries().len(), 200);
    let own = format!("Host: {0}\r\nOrigin: http://{0}\r\n", emulator.addr());
    client.write(&format!("POST /_emulator/reset HTTP/1.1\r\n{own}Content-Length: 0\r\n\r\n"));
    assert_eq!(client.read().json(), json!({"ok": true}));
    assert!(emulator.deliveries().is_empty());
}

/// The vendors' side is for any client, whatever it calls the host.
#[test]
fn a_client_may_call_the_vendor_by_its_name() {
    let emulator = Emulator::start().unwrap();
    let mut client = Client::connect(emulator.addr());
    client.write("GET /open-apis/ HTTP/1.1\r\nHost: open.feishu.cn\r\nOrigin: https://example.com\r\n\r\n");
    assert_eq!(client.read().status, 404);
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn a_log_that_was_reset_while_it_was_read_is_not_passed_off_as_whole() {
    let emulator = Emulator::start().unwrap();
    let mut reader = Client::connect(emulator.addr());
    let mut other = Client::connect(emulator.addr());
    let bearer = other.log_in();
    // More than fits into the buffers between the two ends, so that the server has to wait for the reader.
    send_to_many(&mut other, &bearer, 1_000);
    reader.write("GET /_emulator/deliveries HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.stream.read_line(&mut head).unwrap(), 0);
    }
    assert_eq!(other.ask("POST", "/_emulator/reset", "", "").status, 200);
    let mut rest = Vec::new();
    // Closed or reset, in the middle of a chunk or after one: but without the chunk that ends an answer.
    let _ = reader.stream.read_to_end(&mut rest);
    assert!(!rest.is_empty() && !rest.ends_with(b"\r\n0\r\n\r\n"), "{} bytes", rest.len());
}
