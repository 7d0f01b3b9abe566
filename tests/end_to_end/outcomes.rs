//! What follows each answer: the exit code, the counts, the requests, and whether it is sent again.

use batchcast_tests::{Answer, Asked, Home, Ran, Vendor};
use serde_json::{Value, json};

/// A send of `people` recipients, `per_request` in each request, one request after the other.
pub(crate) fn send(vendor: &Vendor, people: usize, per_request: usize) -> Ran {
    let home = Home::empty();
    home.configure(&format!("default_profile = 'test'\n[profiles.test]\nids_per_request = {per_request}\n"));
    let ids = (0..people).flat_map(|n| ["--id".to_owned(), format!("ou_{n}")]);
    home.send(&vendor.url(), ["--text", "hi", "--in-flight", "1", "--json"]).args(ids).run()
}

/// What a send came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) exit: i32,
    /// Accepted, rejected, unknown, pending.
    pub(crate) people: [u64; 4],
    /// Planned, sent, throttled, retried.
    pub(crate) requests: [u64; 4],
    pub(crate) state: &'static str,
    /// The `kind` of the `error` in the summary.
    pub(crate) error: Option<&'static str>,
}

/// Checks a send against what is expected, and what it says of its requests against what was on the wire.
#[track_caller]
pub(crate) fn check(name: &str, vendor: &Vendor, ran: &Ran, expected: &Expected) {
    let summary = ran.summary();
    let count = |of: &str, name: &str| summary[of][name].as_u64().unwrap();
    let Expected { exit, people, requests, state, error } = expected;
    let shown = ran.shown();
    assert_eq!(ran.code(), Some(*exit), "{name}: {shown}");
    let found = ["accepted", "rejected", "unknown", "pending"].map(|of| count("recipients", of));
    assert_eq!(found, *people, "{name}: {shown}");
    let found = ["planned", "sent", "throttled", "retried"].map(|of| count("requests", of));
    assert_eq!(found, *requests, "{name}: {shown}");
    assert_eq!(summary["state"], *state, "{name}: {shown}");
    assert_eq!(summary.get("error").map(|error| error["kind"].as_str().unwrap()), *error, "{name}: {shown}");
    assert_eq!(vendor.messages().len() as u64, requests[1], "{name}: on the wire: {shown}");
}

/// Two recipients in one request that is answered so.
#[track_caller]
fn one(answer: Answer, exit: i32, people: [u64; 4], state: &'static str, error: Option<&'static str>) {
    let name = format!("{answer:?}");
    let vendor = Vendor::start(move |_| answer.clone());
    let ran = send(&vendor, 2, 200);
    check(&name, &vendor, &ran, &Expected { exit, people, requests: [1, 1, 0, 0], state, error });
}

fn data(mut data: Value) -> Answer {
    data["message_id"] = json!("bm-1");
    Answer::json(json!({"code": 0, "msg": "ok", "data": data}))
}

#[test]
fn those_whom_the_vendor_names_are_rejected() {
    one(data(json!({})), 0, [2, 0, 0, 0], "finished", None);
    one(data(json!({"invalid_open_ids": null, "invalid_user_ids": []})), 0, [2, 0, 0, 0], "finished", None);
    one(data(json!({"invalid_open_ids": ["ou_1"]})), 3, [1, 1, 0, 0], "finished", None);
    one(
        data(json!({"invalid_open_ids": ["ou_0", "ou_1"], "invalid_user_ids": null})),
        3,
        [0, 2, 0, 0],
        "finished",
        None,
    );
}

#[test]
fn somebody_who_is_named_twice_is_rejected_once() {
    let vendor = Vendor::start(|_| data(json!({"invalid_open_ids": ["ou_0", "ou_0", "ou_0"]})));
    let expected = Expected { exit: 3, people: [0, 1, 0, 0], requests: [1, 1, 0, 0], state: "finished", error: None };
    check("named twice", &vendor, &send(&vendor, 1, 200), &expected);
}

#[test]
fn a_refusal_is_what_its_code_says_whatever_the_status() {
    one(Answer::code(11205, "App do not have bot."), 4, [0, 0, 0, 2], "paused", Some("permission"));
    one(Answer::code(11247, "rate limit"), 7, [0, 0, 0, 2], "paused", Some("quota"));
    one(Answer::code(99_991_403, "monthly"), 7, [0, 0, 0, 2], "paused", Some("quota"));
    // Nothing is left that could be stopped.
    one(Answer::code(10002, "no"), 3, [0, 2, 0, 0], "finished", None);
    one(Answer::code(11246, "ErrCode: 200621"), 3, [0, 2, 0, 0], "finished", None);
    one(Answer::code(10032, "none of them"), 3, [0, 2, 0, 0], "finished", None);
    let at = |status| Answer::new(status, "application/json", r#"{"code":11205,"msg":"App do not have bot."}"#);
    for status in [400, 403, 500, 502] {
        one(at(status), 4, [0, 0, 0, 2], "paused", Some("permission"));
    }
    one(Answer::new(404, "text/plain", "404 page not found"), 1, [0, 0, 0, 2], "paused", Some("endpoint"));
    one(Answer::new(413, "text/html", "<html>"), 3, [0, 2, 0, 0], "finished", None);
}

#[test]
fn a_refusal_of_the_message_leaves_the_rest_pending() {
    let vendor = Vendor::start(|asked| match asked.nth {
        0 => Answer::accepted("bm-1"),
        _ => Answer::code(10002, "Create or send message fail.\u{1b}[31m\nsecond line"),
    });
    let ran = send(&vendor, 6, 2);
    let expected =
        Expected { exit: 3, people: [2, 2, 0, 2], requests: [3, 2, 0, 0], state: "paused", error: Some("message") };
    check("message", &vendor, &ran, &expected);
    let error = &ran.summary()["error"];
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("10002") && message.contains("Create or send message fail."), "{error}");
    assert!(!message.contains(['\u{1b}', '\n']), "{error}");
    assert_eq!(ran.summary()["message_ids"], json!(["bm-1"]));
}

#[test]
fn a_bad_id_is_found_by_halving() {
    let vendor = Vendor::start(|asked| {
        if asked.ids("open_ids").contains(&"ou_1".to_owned()) {
            return Answer::code(11101, "Open_id not exist.");
        }
        Answer::accepted(&format!("bm-{}", asked.nth))
    });
    let ran = send(&vendor, 4, 200);
    let expected = Expected { exit: 3, people: [3, 1, 0, 0], requests: [1, 5, 0, 0], state: "finished", error: None };
    check("halving", &vendor, &ran, &expected);
    let accepted: Vec<_> = vendor.messages().iter().map(|asked| asked.ids("open_ids")).collect();
    let times = |id: &str| accepted.iter().filter(|ids| ids.contains(&id.to_owned()) && ids.len() < 3).count();
    assert!(times("ou_2") == 1 && times("ou_3") == 1, "{accepted:?}");
}

#[test]
fn what_was_proven_not_to_be_processed_is_sent_again() {
    #[track_caller]
    fn check_twice(first: Answer, requests: [u64; 4]) {
        let name = format!("{first:?}");
        let vendor = Vendor::start(move |asked| if asked.nth == 0 { first.clone() } else { Answer::accepted("bm-1") });
        let ran = send(&vendor, 2, 200);
        check(
            &name,
            &vendor,
            &ran,
            &Expected { exit: 0, people: [2, 0, 0, 0], requests, state: "finished", error: None },
        );
        let bodies: Vec<_> = vendor.messages().into_iter().map(|asked| asked.body).collect();
        assert_eq!(bodies[0], bodies[1], "{name}");
    }
    let throttled =
        Answer::new(429, "application/json", r#"{"code":99991400,"msg":"request trigger frequency limit"}"#);
    check_twice(throttled.with_header("x-ogw-ratelimit-reset", "1"), [1, 2, 1, 1]);
    check_twice(Answer::new(429, "text/html", "<html>").with_header("Retry-After", "1"), [1, 2, 1, 1]);
    check_twice(Answer::code(11246, "Service Internal Error"), [1, 2, 0, 1]);
}

#[test]
fn a_throttle_of_more_than_ten_minutes_pauses() {
    let throttled =
        || Answer::code(99_991_400, "request trigger frequency limit").with_header("x-ogw-ratelimit-reset", "601");
    let vendor = Vendor::start(move |_| throttled());
    let ran = send(&vendor, 2, 1);
    let requests = [2, 1, 1, 0];
    let error = Some("throttled");
    check("throttled", &vendor, &ran, &Expected { exit: 6, people: [0, 0, 0, 2], requests, state: "paused", error });
}

#[test]
fn what_to_do_is_said_and_when() {
    #[track_caller]
    fn hint(answer: Answer, exit: i32, says: &[&str]) {
        let vendor = Vendor::start(move |_| answer.clone());
        let ran = send(&vendor, 2, 1);
        assert_eq!(ran.code(), Some(exit), "{}", ran.shown());
        let error = &ran.summary()["error"];
        let hint = error["hint"].as_str().unwrap_or_else(|| panic!("no hint: {error}"));
        assert!(says.iter().all(|text| hint.contains(text)), "{says:?}: {error}");
        assert!(ran.stderr.contains(&format!("\n  {hint}\n")), "in words too: {}", ran.shown());
    }
    hint(Answer::code(11205, "App do not have bot."), 4, &["Add Bot"]);
    hint(Answer::code(10002, "no"), 3, &["Check the message"]);
    hint(Answer::code(11247, "rate limit"), 7, &["try again after 20", "T16:00:00Z"]);
    hint(Answer::code(99_991_403, "monthly"), 7, &["try again after 20", "T16:00:00Z"]);
    let long = Answer::code(99_991_400, "too fast").with_header("x-ogw-ratelimit-reset", "601");
    hint(long, 6, &["try again after 20"]);

    // Also where nothing is left to stop.
    let vendor = Vendor::start(|_| Answer::code(10002, "no"));
    let ran = send(&vendor, 1, 1).exits(3).says(&["refused: code 10002: no", "\n  Check the message"]);
    assert!(ran.summary().get("error").is_none(), "{}", ran.shown());
}

#[test]
fn a_refused_token_is_replaced_once() {
    let old = |asked: &Asked| asked.header("authorization") == Some("Bearer t-scripted-0");
    let vendor = Vendor::start(move |asked| {
        if old(asked) { Answer::code(99_991_663, "Invalid access token") } else { Answer::accepted("bm-1") }
    });
    let ran = send(&vendor, 2, 1);
    let expected = Expected { exit: 0, people: [2, 0, 0, 0], requests: [2, 3, 0, 1], state: "finished", error: None };
    check("once", &vendor, &ran, &expected);
    assert_eq!(vendor.token_requests(), 2);

    let vendor = Vendor::start(|_| Answer::code(99_991_663, "Invalid access token"));
    let ran = send(&vendor, 2, 1);
    let error = Some("permission");
    let expected = Expected { exit: 4, people: [0, 0, 0, 2], requests: [2, 2, 0, 1], state: "paused", error };
    check("always", &vendor, &ran, &expected);
    assert_eq!(vendor.token_requests(), 2);
}

#[test]
fn without_a_token_nothing_is_sent() {
    #[track_caller]
    fn refused(answer: Answer, exit: i32, error: &'static str, tokens: usize) {
        let name = format!("{answer:?}");
        let vendor = Vendor::with_tokens(move |_| answer.clone(), |_| Answer::accepted("bm-1"));
        let ran = send(&vendor, 2, 1);
        let requests = [2, 0, 0, 0];
        let expected = Expected { exit, people: [0, 0, 0, 2], requests, state: "paused", error: Some(error) };
        check(&name, &vendor, &ran, &expected);
        assert_eq!(vendor.token_requests(), tokens, "{name}");
    }
    refused(Answer::code(10014, "app secret invalid"), 4, "permission", 1);
    refused(Answer::code(10003, "invalid param"), 4, "permission", 1);
    refused(Answer::new(404, "text/plain", "404 page not found"), 1, "endpoint", 1);
    refused(Answer::close(), 6, "not_sent", 5);
}

#[test]
fn a_given_token_is_used_and_not_replaced() {
    #[track_caller]
    fn given(answer: Answer, exit: i32, people: [u64; 4], error: Option<&'static str>) {
        let vendor = Vendor::start(move |_| answer.clone());
        let send =
            Home::empty().batchcast(["send", "--text", "hi", "--id", "ou_1", "--json", "--endpoint", &vendor.url()]);
        let ran = send.env("BATCHCAST_TENANT_ACCESS_TOKEN", "t-given").run();
        let state = if exit == 0 { "finished" } else { "paused" };
        check("given", &vendor, &ran, &Expected { exit, people, requests: [1, 1, 0, 0], state, error });
        assert_eq!(vendor.messages()[0].header("authorization"), Some("Bearer t-given"));
        assert_eq!(vendor.token_requests(), 0);
    }
    given(Answer::accepted("bm-1"), 0, [1, 0, 0, 0], None);
    given(Answer::code(99_991_663, "Invalid access token"), 4, [0, 0, 0, 1], Some("permission"));
}

#[test]
fn a_vendor_that_is_not_there_leaves_everybody_pending() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let args = ["--text", "hi", "--id", "ou_1", "--id", "ou_2", "--in-flight", "1", "--json"];
    // With a token in hand, so that it is the message that cannot be sent: five times in a row.
    let send = Home::with_ids_per_request(1).batchcast(["send", "--endpoint", &format!("http://{closed}")]).args(args);
    let summary = send.env("BATCHCAST_TENANT_ACCESS_TOKEN", "t-given").run().exits(6).summary();
    assert_eq!(summary["requests"]["sent"], 5, "{summary}");
    assert_eq!(summary["recipients"]["pending"], 2, "{summary}");
    assert_eq!(summary["error"]["kind"], "not_sent", "{summary}");
    assert_eq!(summary["state"], "paused", "{summary}");
}
