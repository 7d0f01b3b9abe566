//! Each kind of fault, as a client sees it on the wire.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use batchcast_emulator::{Emulator, FaultPlan};
use serde_json::{Value, json};

use crate::client::{CREDENTIALS, Client, SEND_PATH, TOKEN_PATH, USERSIG};

const TO_ONE: &str = r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#;

/// An emulator that hits the first message with this fault, a client, and its token.
#[expect(clippy::unwrap_used, reason = "a helper outside a test function, in a test")]
fn hit_once(fault: &str) -> (Emulator, Client, String) {
    let plan = format!(r#"[{{"match":{{"path":"/open-apis/message/v4/batch_send","nth":[1]}},"fault":{fault}}}]"#);
    let plan = FaultPlan::from_json(plan.as_bytes()).unwrap();
    let emulator = Emulator::builder().with_faults(plan).start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let bearer = client.log_in();
    (emulator, client, bearer)
}

/// Sends and reads all that comes until the connection ends.
#[expect(clippy::unwrap_used, reason = "a helper outside a test function, in a test")]
fn read_to_the_end(client: &mut Client, bearer: &str) -> (String, Option<ErrorKind>) {
    let length = TO_ONE.len();
    client.write(&format!("POST {SEND_PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n{bearer}\r\n{TO_ONE}"));
    let mut seen = Vec::new();
    let end = client.stream.read_to_end(&mut seen).err();
    (String::from_utf8(seen).unwrap(), end.map(|error| error.kind()))
}

fn logged(emulator: &Emulator) -> (u16, Option<i64>, Option<&'static str>) {
    let requests = emulator.requests();
    let last = &requests[requests.len() - 1];
    (last.status, last.code, last.fault)
}

/// The next message is as if nothing had been.
fn works_again(emulator: &Emulator) {
    let before = emulator.deliveries().len();
    let mut client = Client::connect(emulator.addr());
    let bearer = client.log_in();
    assert_eq!(client.ask("POST", SEND_PATH, &bearer, TO_ONE).json()["code"], 0);
    assert_eq!(emulator.deliveries().len(), before + 1);
    assert_eq!(logged(emulator), (200, Some(0), None));
}

#[test]
fn resets_before_and_after() {
    for (kind, delivered, record) in
        [("reset_before", 0, (0, None, Some("reset_before"))), ("reset_after", 1, (200, Some(0), Some("reset_after")))]
    {
        let (emulator, mut client, bearer) = hit_once(&json!({"kind": kind}).to_string());
        assert_eq!(read_to_the_end(&mut client, &bearer), (String::new(), Some(ErrorKind::ConnectionReset)), "{kind}");
        assert_eq!(emulator.deliveries().len(), delivered, "{kind}");
        assert_eq!(logged(&emulator), record, "{kind}");
        works_again(&emulator);
    }
}

#[test]
fn a_truncated_answer_has_its_head_and_some_bytes() {
    for (bytes, body) in [(0, ""), (9, r#"{"code":0"#)] {
        let (emulator, mut client, bearer) = hit_once(&json!({"kind": "truncate", "bytes": bytes}).to_string());
        let (seen, end) = read_to_the_end(&mut client, &bearer);
        let (head, part) = seen.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(!head.to_ascii_lowercase().contains("connection:"), "{head}");
        let announced = head.to_ascii_lowercase().split("content-length: ").nth(1).unwrap().to_owned();
        assert!(announced.lines().next().unwrap().parse::<usize>().unwrap() > 100, "{head}");
        assert_eq!((part, end), (body, None), "closed");
        assert_eq!(emulator.deliveries().len(), 1);
        assert_eq!(logged(&emulator), (200, Some(0), Some("truncate")));
        works_again(&emulator);
    }
}

#[test]
fn an_answer_with_fewer_bytes_than_it_is_cut_to_is_whole_and_the_connection_ends() {
    let whole = json!({"code": 0, "msg": "ok"}).to_string().len();
    for bytes in [10_000, whole + 1_000] {
        let (emulator, mut client, bearer) = hit_once(&json!({"kind": "truncate", "bytes": bytes}).to_string());
        let (seen, end) = read_to_the_end(&mut client, &bearer);
        let (head, body) = seen.split_once("\r\n\r\n").unwrap();
        assert!(head.to_ascii_lowercase().contains("connection: close"), "{head}");
        assert_eq!((&serde_json::from_str::<Value>(body).unwrap()["code"], end), (&json!(0), None));
        works_again(&emulator);
    }
}

#[test]
fn garbage_is_processed_and_no_json() {
    let (emulator, mut client, bearer) = hit_once(r#"{"kind":"garbage"}"#);
    let reply = client.ask("POST", SEND_PATH, &bearer, TO_ONE);
    assert_eq!(reply.status, 200);
    assert!(serde_json::from_str::<Value>(&reply.body).is_err(), "{}", reply.body);
    assert!(!reply.head.contains("x-tt-logid"), "nothing of the vendor's: {}", reply.head);
    assert_eq!(emulator.deliveries().len(), 1);
    assert_eq!(logged(&emulator), (200, Some(0), Some("garbage")));
    works_again(&emulator);
}

#[test]
fn a_delayed_and_a_slow_answer_are_whole_and_late() {
    for (fault, least) in [
        (json!({"kind": "delay", "ms": 60}), Duration::from_millis(60)),
        (json!({"kind": "slow", "ms": 1}), Duration::from_millis(150)),
    ] {
        let (emulator, mut client, bearer) = hit_once(&fault.to_string());
        #[expect(clippy::disallowed_methods, reason = "lateness is what is tested")]
        let began = Instant::now();
        let reply = client.ask("POST", SEND_PATH, &bearer, TO_ONE);
        assert!(began.elapsed() >= least, "{fault}: {:?}", began.elapsed());
        assert_eq!(reply.json()["code"], 0, "{fault}");
        assert_eq!(emulator.deliveries().len(), 1, "{fault}");
        assert_eq!(logged(&emulator).2, fault["kind"].as_str(), "{fault}");
        works_again(&emulator);
    }
}

#[test]
fn a_status_is_answered_as_it_stands() {
    let fault = json!({"kind": "status", "status": 429, "headers": {"x-ogw-ratelimit-reset": "2"},
                       "body": {"code": 99_991_400, "msg": "slow down"}});
    let (emulator, mut client, bearer) = hit_once(&fault.to_string());
    let reply = client.ask("POST", SEND_PATH, &bearer, TO_ONE);
    assert_eq!((reply.status, &reply.json()["msg"]), (429, &json!("slow down")));
    assert!(reply.head.contains("x-ogw-ratelimit-reset: 2"), "{}", reply.head);
    assert!(!reply.head.contains("x-tt-logid"), "nothing of the vendor's: {}", reply.head);
    assert!(emulator.deliveries().is_empty());
    assert_eq!(logged(&emulator), (429, Some(99_991_400), Some("status")));
    works_again(&emulator);
}

#[test]
fn a_code_is_refused_in_the_form_of_the_vendor() {
    let (emulator, mut client, bearer) = hit_once(r#"{"kind":"code","code":11247}"#);
    let reply = client.ask("POST", SEND_PATH, &bearer, TO_ONE);
    let msg = "Internal send message trigger rate limit.";
    assert_eq!((reply.status, reply.json()), (200, json!({"code": 11247, "msg": msg})));
    assert!(reply.head.contains("x-tt-logid"), "{}", reply.head);
    assert!(emulator.deliveries().is_empty());
    assert_eq!(logged(&emulator), (200, Some(11247), Some("code")));
    works_again(&emulator);

    let plan = r#"[{"match":{"path":"/v4/"},"fault":{"kind":"code","code":90057,"msg":"too many"}}]"#;
    assert_eq!(client.ask("PUT", "/_emulator/faults", "", plan).json(), json!({"ok": true}));
    let reply = client.ask("POST", "/v4/openim/batchsendmsg", "", "{}");
    let refused = json!({"ActionStatus": "FAIL", "ErrorCode": 90057, "ErrorInfo": "too many"});
    assert_eq!((reply.status, reply.json()), (200, refused));
}

#[test]
fn a_code_can_follow_what_was_delivered() {
    let (emulator, mut client, bearer) = hit_once(r#"{"kind":"code_after","code":2200}"#);
    assert_eq!(client.ask("POST", SEND_PATH, &bearer, TO_ONE).json()["code"], 2200);
    assert_eq!(emulator.deliveries().len(), 1);
    assert_eq!(logged(&emulator), (200, Some(2200), Some("code_after")));
    works_again(&emulator);
}

#[test]
fn expired_tokens_stay_expired_and_new_ones_work() {
    let (emulator, mut client, bearer) = hit_once(r#"{"kind":"expire_token"}"#);
    for fault in [Some("expire_token"), None] {
        let reply = client.ask("POST", SEND_PATH, &bearer, TO_ONE);
        assert_eq!((reply.status, &reply.json()["code"]), (400, &json!(99_991_663)));
        assert_eq!(logged(&emulator), (400, Some(99_991_663), fault));
    }
    assert!(emulator.deliveries().is_empty());
    assert_ne!(client.log_in(), bearer);
    works_again(&emulator);
}

#[test]
fn expired_tokens_are_renewed_by_the_request_that_they_expire_at() {
    let (_emulator, mut client, bearer) = hit_once("{\"kind\":\"garbage\"}");
    let plan = json!([{"match": {"path": TOKEN_PATH}, "fault": {"kind": "expire_token"}}]).to_string();
    assert_eq!(client.ask("PUT", "/_emulator/faults", "", &plan).status, 200);
    let new = client.log_in();
    assert_ne!(new, bearer);
    assert_eq!(client.ask("POST", SEND_PATH, &bearer, TO_ONE).json()["code"], 99_991_663);
    assert_eq!(client.ask("POST", SEND_PATH, &new, TO_ONE).json()["code"], 0);
}

#[test]
fn a_body_that_is_too_large_counts_and_is_hit_as_any_other() {
    let (emulator, mut client, bearer) = hit_once(r#"{"kind":"code","code":11232}"#);
    let too_large = |client: &mut Client| {
        client.write(&format!(
            "POST {SEND_PATH} HTTP/1.1\r\nHost: x\r\n{bearer}Content-Length: 16777217\r\nExpect: 100-continue\r\n\r\n"
        ));
        client.read()
    };
    assert_eq!(too_large(&mut client).json()["code"], 11232);
    assert_eq!(logged(&emulator), (200, Some(11232), Some("code")));
    let mut client = Client::connect(emulator.addr());
    assert_eq!(too_large(&mut client).status, 413);
    assert_eq!(logged(&emulator), (413, None, None));
    works_again(&emulator);
}

#[test]
fn an_expired_signature_is_70001_and_stays_so() {
    let plan = r#"[{"match":{"path":"/v4/","nth":[2]},"fault":{"kind":"expire_token"}}]"#;
    let plan = FaultPlan::from_json(plan.as_bytes()).unwrap();
    // The signature was made at 2026-01-01T00:00:00Z, a second before.
    let clock = || "2026-01-01T00:00:01Z".parse().unwrap();
    let emulator = Emulator::builder().with_faults(plan).with_clock(clock).start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let path = format!(
        "/v4/openim/batchsendmsg?sdkappid=1400000000&identifier=administrator&usersig={USERSIG}&random=1&contenttype=json"
    );
    let to_one =
        r#"{"To_Account":["bonnie"],"MsgRandom":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi"}}]}"#;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(client.ask("POST", &path, "", to_one).json()["ErrorCode"].clone());
    }
    assert_eq!(codes, [json!(0), json!(70001), json!(70001)]);
    assert_eq!(client.ask("POST", "/_emulator/reset", "", "").status, 200);
    assert_eq!(client.ask("POST", &path, "", to_one).json()["ErrorCode"], 0, "a reset forgets it");
}

#[test]
fn plans_are_put_refused_cleared_and_reset() {
    let (emulator, mut client, bearer) = hit_once(r#"{"kind":"code","code":10002}"#);
    let put = |client: &mut Client, plan: &str| client.ask("PUT", "/_emulator/faults", "", plan);
    let send = |client: &mut Client| client.ask("POST", SEND_PATH, &bearer, TO_ONE).json()["code"].clone();
    assert_eq!(put(&mut client, r#"[{"fault":{"kind":"code","code":11312}}]"#).status, 200);
    assert_eq!([send(&mut client), send(&mut client)], [json!(11312), json!(11312)]);

    let reply = put(&mut client, r#"[{"fault":{"kind":"delay","ms":"soon"}}]"#);
    assert_eq!(reply.status, 400);
    let error = reply.json()["error"].as_str().unwrap().to_owned();
    assert!(error.contains("rule 1: fault: invalid type: string \"soon\""), "{error}");
    assert_eq!(send(&mut client), 11312, "a bad plan changes nothing");

    assert_eq!(put(&mut client, "[]").status, 200);
    assert_eq!(send(&mut client), 0);
    assert_eq!(client.ask("POST", "/_emulator/reset", "", "").status, 200);
    let bearer = client.log_in();
    let sent = client.ask("POST", SEND_PATH, &bearer, TO_ONE).json();
    assert_eq!(sent["code"], 10002, "the plan it was started with, from its beginning");
    let lines = client.get("/_emulator/requests").lines();
    assert_eq!(lines[lines.len() - 1]["fault"], "code");
    assert_eq!(lines[0].get("fault"), None, "{TOKEN_PATH} {CREDENTIALS}");
    drop(emulator);
}
