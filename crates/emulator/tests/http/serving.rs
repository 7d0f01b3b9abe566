//! Starting, stopping, logs and limits.

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use batchcast_emulator::{Emulator, Timestamp};
use serde_json::{Value, json};

use crate::client::{Client, SEND_PATH, TOKEN_PATH, USERSIG};

const TO_TWO: &str = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"],"user_ids":["u1"]}"#;

#[test]
fn a_message_is_sent_recorded_and_forgotten() {
    let emulator = Emulator::builder().with_seed(3).start().unwrap();
    let mut client = Client::connect(emulator.addr());
    assert_eq!(client.get("/_emulator/health").json(), json!({"ok": true}));

    let bearer = client.log_in();
    let sent = client.ask("POST", SEND_PATH, &bearer, TO_TWO);
    assert_eq!(sent.status, 200);
    assert!(sent.head.contains("content-type: application/json; charset=utf-8"), "{}", sent.head);
    assert!(sent.head.contains("x-tt-logid: "), "{}", sent.head);
    let message_id = sent.json()["data"]["message_id"].clone();
    client.ask("POST", "/open-apis/nowhere?secret=1", "", "");

    let reply = client.get("/_emulator/deliveries");
    assert!(reply.head.contains("content-type: application/x-ndjson"), "{}", reply.head);
    let mut lines = reply.lines();
    for line in &mut lines {
        let at = line.as_object_mut().unwrap().remove("at").unwrap();
        let at = at.as_str().unwrap();
        assert!(at.ends_with('Z') && at.parse::<Timestamp>().is_ok(), "{at}");
    }
    let delivery = |kind: &str, id: &str| json!({"provider": "feishu", "kind": kind, "id": id, "message_id": message_id, "msg_type": "text"});
    assert_eq!(lines, [delivery("open_id", "ou_1"), delivery("user_id", "u1")]);
    assert_eq!(emulator.deliveries().len(), 2);

    let mut lines = client.get("/_emulator/requests").lines();
    for line in &mut lines {
        assert!(line.as_object_mut().unwrap().remove("at").unwrap().is_string());
    }
    assert_eq!(
        lines,
        [
            json!({"method": "POST", "path": TOKEN_PATH, "status": 200, "code": 0}),
            json!({"method": "POST", "path": SEND_PATH, "status": 200, "code": 0}),
            json!({"method": "POST", "path": "/open-apis/nowhere", "status": 404, "code": null}),
        ]
    );

    let zero = json!({"requests": 0, "deliveries": 0});
    assert_eq!(client.get("/_emulator/stats").json(), json!({"feishu": {"requests": 3, "deliveries": 2}, "tim": zero}));
    assert_eq!(client.ask("POST", "/_emulator/reset", "", "").status, 200);
    assert_eq!(client.get("/_emulator/stats").json(), json!({"feishu": zero, "tim": zero}));
    assert_eq!(client.get("/_emulator/deliveries").body, "");
    assert_eq!(client.get("/_emulator/requests").body, "");
    assert!(emulator.received().is_empty());
    assert_eq!(client.ask("POST", SEND_PATH, &bearer, TO_TWO).json()["code"], 99_991_663, "tokens are forgotten");
}

/// Names have no case in HTTP, but Feishu's SDK for Python looks for these letters.
#[test]
fn names_of_headers_begin_with_capitals() {
    let emulator = Emulator::start().unwrap();
    let mut client = Client::connect(emulator.addr());
    client.write(&format!(
        "POST {TOKEN_PATH} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    ));
    let mut answer = String::new();
    client.stream.read_to_string(&mut answer).unwrap();
    for header in ["Content-Type: application/json; charset=utf-8", "X-Tt-Logid: ", "Content-Length: "] {
        assert!(answer.contains(&format!("\r\n{header}")), "{answer}");
    }
}

const TO_ACCOUNTS: &str = r#"{"To_Account":["bonnie","rong_invalid"],"MsgSeq":28360,"MsgRandom":19901224,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi, beauty"}}]}"#;

#[test]
fn both_vendors_are_served_and_told_by_the_path() {
    let emulator = Emulator::builder().with_clock(|| Timestamp::from_second(1_767_225_601).unwrap()).start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let query =
        format!("sdkappid=1400000000&identifier=administrator&usersig={USERSIG}&random=99999999&contenttype=json");
    let path = "/v4/openim/batchsendmsg";
    let sent = client.ask("POST", &format!("{path}?{query}"), "", TO_ACCOUNTS);
    assert_eq!(sent.status, 200);
    assert!(!sent.head.contains("x-tt-logid"), "{}", sent.head);
    let key = "28360_19901224_1767225601";
    let mut answer = sent.json();
    assert!(answer.as_object_mut().unwrap().remove("MsgId").unwrap().is_string());
    assert_eq!(
        answer,
        json!({"ActionStatus": "SomeError", "ErrorCode": 0, "ErrorInfo": "", "MsgKey": key,
               "ErrorList": [{"To_Account": "rong_invalid", "ErrorCode": 70107}]})
    );
    let bearer = client.log_in();
    let message_id = client.ask("POST", SEND_PATH, &bearer, TO_TWO).json()["data"]["message_id"].clone();
    let refused = client.ask("POST", &format!("{path}?{query}"), "", "{").json();
    assert_eq!(refused["ErrorInfo"], "Fail to Parse json data of body, Please check it");

    let at = "2026-01-01T00:00:01Z";
    let delivery = |provider: &str, kind: &str, id: &str, message_id: &Value, msg_type: &str| json!({"provider": provider, "kind": kind, "id": id, "message_id": message_id, "msg_type": msg_type, "at": at});
    assert_eq!(
        client.get("/_emulator/deliveries").lines(),
        [
            delivery("tim", "account", "bonnie", &json!(key), "TIMTextElem"),
            delivery("feishu", "open_id", "ou_1", &message_id, "text"),
            delivery("feishu", "user_id", "u1", &message_id, "text"),
        ]
    );
    let request =
        |path: &str, code: i64| json!({"at": at, "method": "POST", "path": path, "status": 200, "code": code});
    assert_eq!(
        client.get("/_emulator/requests").lines(),
        [request(path, 0), request(TOKEN_PATH, 0), request(SEND_PATH, 0), request(path, 90001)]
    );
    let stats = json!({"feishu": {"requests": 2, "deliveries": 2}, "tim": {"requests": 2, "deliveries": 1}});
    assert_eq!(client.get("/_emulator/stats").json(), stats);
    assert_eq!(client.ask("POST", "/_emulator/reset", "", "").status, 200);
    let zero = json!({"requests": 0, "deliveries": 0});
    assert_eq!(client.get("/_emulator/stats").json(), json!({"feishu": zero, "tim": zero}));
    assert_eq!(client.get("/_emulator/deliveries").body, "");
}

#[test]
fn what_is_not_built_is_not_there() {
    fn check(method: &str, path: &str, status: u16) {
        let emulator = Emulator::start().unwrap();
        let reply = Client::connect(emulator.addr()).ask(method, path, "", "[]");
        assert_eq!(reply.status, status, "{method} {path}");
        assert!(reply.json()["error"].as_str().unwrap().contains(path), "{method} {path}: {}", reply.body);
        assert!(emulator.requests().is_empty(), "its own endpoints are not logged");
        assert_eq!(emulator.stats().feishu.requests, 0);
    }
    check("POST", "/", 405);
    check("DELETE", "/_emulator/messages", 405);
    check("POST", "/_emulator/state", 405);
    check("GET", "/_emulator/faults", 405);
    check("GET", "/_emulator/directory", 405);
    check("GET", "/_emulator", 404);
    check("GET", "/_emulator/reset", 405);
    check("POST", "/_emulator/stats", 405);
}

#[test]
fn requests_are_kept_as_they_arrived_up_to_a_limit() {
    let emulator = Emulator::builder().with_received_limit(3).start().unwrap();
    let mut first = Client::connect(emulator.addr());
    let bearer = first.log_in();
    first.ask("POST", SEND_PATH, "Authorization: Bearer t-hush\r\nContent-Type: a/b\r\n", "{");
    first.ask("POST", "/open-apis/x?y=z", &bearer, "");
    Client::connect(emulator.addr()).get("/open-apis/");

    let received = emulator.received();
    assert_eq!(received.len(), 3, "the oldest of four is gone");
    assert_eq!(received[0].method, "POST");
    assert_eq!(received[0].uri, SEND_PATH);
    assert_eq!(received[0].headers["authorization"], "Bearer t-hush");
    assert_eq!(received[0].headers["content-type"], "a/b");
    assert_eq!(&received[0].body[..], b"{");
    assert!(!format!("{:?}", received[0]).contains("hush"));
    assert_eq!(received[1].uri.query(), Some("y=z"));

    assert_eq!(received[0].connection, received[1].connection, "one connection, reused");
    assert_eq!(received[0].connection.unwrap().number, 1);
    assert_eq!(received[2].connection.unwrap().number, 2);
    assert_eq!(received[0].connection.unwrap().peer, first.stream.get_ref().local_addr().unwrap());
}

#[test]
fn a_body_beyond_the_cap_is_413_and_half_a_request_is_none() {
    let emulator = Emulator::start().unwrap();
    let mut client = Client::connect(emulator.addr());
    client.write(&format!(
        "POST {SEND_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 16777217\r\nExpect: 100-continue\r\n\r\n"
    ));
    assert_eq!(client.read().status, 413);
    assert_eq!((emulator.requests()[0].status, emulator.requests()[0].code), (413, None));

    let mut client = Client::connect(emulator.addr());
    client.write(&format!("POST {SEND_PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1000001\r\n"));
    client.write(&"x".repeat(0x100_0001));
    client.write("\r\n0\r\n\r\n");
    let reply = client.read();
    assert_eq!((reply.status, emulator.requests()[1].status), (413, 413));
    assert_eq!(reply.body, "the emulator reads at most 16777216 bytes of a request body");

    // It is all sent before the answer is looked for, and the connection goes on.
    let reply = client.ask("PUT", "/_emulator/directory", "", &"x".repeat((64 << 20) + 1));
    assert_eq!(client.get("/_emulator/health").status, 200);
    assert_eq!((reply.status, emulator.requests().len()), (413, 2));
    assert!(reply.json()["error"].as_str().unwrap().contains("at most 67108864 bytes"), "{}", reply.body);

    let mut client = Client::connect(emulator.addr());
    client.write(&format!("POST {SEND_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf"));
    client.stream.get_ref().shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    client.stream.read_to_end(&mut rest).unwrap();
    assert_eq!(emulator.requests().len(), 2);
}

#[test]
fn it_keeps_the_time_it_is_given() {
    let seconds = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&seconds);
    let emulator = Emulator::builder()
        .with_clock(move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap())
        .start()
        .unwrap();
    let mut client = Client::connect(emulator.addr());
    let bearer = client.log_in();
    for (at, code) in [(7199, 0), (7200, 99_991_663)] {
        seconds.store(at, Ordering::SeqCst);
        assert_eq!(client.ask("POST", SEND_PATH, &bearer, TO_TWO).json()["code"], code, "at {at}");
    }
    assert_eq!(emulator.deliveries()[0].at.as_second(), 7199);
}

#[test]
fn it_stops_when_dropped_whatever_its_clients_do() {
    let emulator = Emulator::start().unwrap();
    let addr = emulator.addr();
    let mut idle = Client::connect(addr);
    idle.get("/_emulator/health");
    let _silent = Client::connect(addr);
    let mut halfway = Client::connect(addr);
    halfway.write("POST /open-apis/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123");
    drop(emulator);
    assert_eq!(TcpStream::connect(addr).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let mut rest = Vec::new();
    assert_eq!(idle.stream.read_to_end(&mut rest).unwrap(), 0, "closed");
}

#[tokio::test]
async fn it_starts_inside_an_async_runtime() {
    let emulator = Emulator::start().unwrap();
    let reply = Client::connect(emulator.addr()).get("/_emulator/health");
    assert_eq!(reply.status, 200);
}

#[test]
fn it_serves_on_the_callers_runtime_until_told_to_stop() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Emulator::builder().serve(listener, async {
            let _ = stopped.await;
        }))
    });
    assert_eq!(Client::connect(addr).get("/_emulator/health").status, 200);
    drop(stop);
    server.join().unwrap().unwrap();
    assert!(TcpStream::connect(addr).is_err());
}

#[tokio::test]
async fn it_serves_loopback_only() {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let error = Emulator::builder().serve(listener, std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("loopback only"), "{error}");
}
