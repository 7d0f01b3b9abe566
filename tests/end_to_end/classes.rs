//! Every class of answers, by the vendors' codes: what becomes of the batch, of the campaign and of the exit code.
//!
//! Three requests of two recipients each. The first and the third are accepted; what the second is answered is the
//! subject.

use batchcast_tests::{Answer, Asked, Home, Ran, Vendor};
use serde_json::{Value, json};

use crate::desk::counts;

/// What follows. The comments of the table of classes in the campaign's reducer say it in words.
#[derive(Debug, Clone, Copy)]
struct Follows {
    exit: i32,
    /// Accepted, rejected, unknown, pending.
    people: [u64; 4],
    state: &'static str,
    error: Option<&'static str>,
    /// How many requests were made for the recipients of the second batch.
    attempts: usize,
}

const THROTTLED: Follows = Follows { exit: 0, people: [6, 0, 0, 0], state: "finished", error: None, attempts: 2 };
const TRY_AGAIN: Follows = THROTTLED;
const TOKEN: Follows = THROTTLED;
const PERMISSION: Follows =
    Follows { exit: 4, people: [2, 0, 0, 4], state: "paused", error: Some("permission"), attempts: 1 };
const ENDPOINT: Follows =
    Follows { exit: 1, people: [2, 0, 0, 4], state: "paused", error: Some("endpoint"), attempts: 1 };
const QUOTA: Follows = Follows { exit: 7, people: [2, 0, 0, 4], state: "paused", error: Some("quota"), attempts: 1 };
const RECIPIENT: Follows = Follows { exit: 3, people: [5, 1, 0, 0], state: "finished", error: None, attempts: 3 };
const RECIPIENTS: Follows = Follows { exit: 3, people: [4, 2, 0, 0], state: "finished", error: None, attempts: 1 };
const MESSAGE: Follows =
    Follows { exit: 3, people: [2, 2, 0, 2], state: "paused", error: Some("message"), attempts: 1 };
const UNKNOWN: Follows = Follows { exit: 5, people: [4, 0, 2, 0], state: "finished", error: None, attempts: 1 };
const PARTIAL: Follows = Follows { exit: 3, people: [5, 1, 0, 0], state: "finished", error: None, attempts: 1 };

/// To whom a request is.
type Ids = fn(&Asked) -> Vec<String>;

#[track_caller]
fn check(name: &str, ids: Ids, vendor: &Vendor, ran: &Ran, home: &Home, follows: Follows) {
    let Follows { exit, people, state, error, attempts } = follows;
    assert_eq!(ran.code(), Some(exit), "{name}: {}", ran.shown());
    let summary = ran.summary();
    assert_eq!((counts(&summary), &summary["state"]), (people, &json!(state)), "{name}: {}", ran.shown());
    assert_eq!(summary.get("error").map(|error| error["kind"].as_str().unwrap()), error, "{name}: {}", ran.shown());
    let of_second = |asked: &&Asked| ids(asked).iter().any(|id| ["u2", "u3"].contains(&&**id));
    let made = vendor.messages().iter().filter(of_second).count();
    assert_eq!(made, attempts, "{name}: {}", ran.shown());
    assert_eq!(summary["requests"]["sent"], vendor.messages().len(), "{name}: {}", ran.shown());

    // Whoever asks later is told the same.
    let mut status = home.batchcast(["status", summary["campaign"].as_str().unwrap(), "--json"]).run().standing();
    status["elapsed_ms"] = summary["elapsed_ms"].clone();
    assert_eq!(status, summary, "{name}");
}

/// The first answer to the second batch is this one; a batch that is tried again, or half of it, is accepted unless `u3`
/// is the matter.
#[track_caller]
fn lark(name: &str, answer: &Answer, follows: Follows) {
    let ids: Ids = |asked| asked.ids("user_ids");
    let bad = answer.clone();
    let vendor = Vendor::start(move |asked| {
        let is_bad = match follows.attempts {
            3 => ids(asked).contains(&"u3".to_owned()),
            _ => asked.nth == 1,
        };
        if is_bad { bad.clone() } else { Answer::accepted(&format!("bm-{}", asked.nth)) }
    });
    let home = Home::with_ids_per_request(2);
    let args = ["--text", "hi", "--id-kind", "user_id", "--to", "-", "--in-flight", "1", "--json"];
    let ran = home.send(&vendor.url(), args).stdin("u0\nu1\nu2\nu3\nu4\nu5\n").run();
    check(name, ids, &vendor, &ran, &home, follows);
}

#[track_caller]
fn tim(name: &str, answer: &Answer, follows: Follows) {
    let ids: Ids = |asked| asked.ids("To_Account");
    let bad = answer.clone();
    let vendor = Vendor::start(move |asked| {
        let is_bad = match follows.attempts {
            3 => ids(asked).contains(&"u3".to_owned()),
            _ => asked.nth == 1,
        };
        if is_bad { bad.clone() } else { accepted(asked) }
    });
    let home = Home::with_ids_per_request(2);
    let args = ["--text", "hi", "--via", "tim", "--to", "-", "--in-flight", "1", "--json"];
    let ran = home.send_tim(&vendor.url(), args).stdin("u0\nu1\nu2\nu3\nu4\nu5\n").run();
    check(name, ids, &vendor, &ran, &home, follows);
}

fn accepted(asked: &Asked) -> Answer {
    let key = format!("1_{}_3", asked.nth);
    Answer::json(json!({"ActionStatus": "OK", "ErrorInfo": "", "ErrorCode": 0, "MsgKey": key}))
}

fn refusal(code: i64, text: &str) -> Answer {
    Answer::json(json!({"ActionStatus": "FAIL", "ErrorInfo": text, "ErrorCode": code}))
}

#[test]
fn of_feishu_and_lark() {
    let check = |codes: &[i64], follows| {
        codes.iter().for_each(|code| lark(&code.to_string(), &Answer::code(*code, "said so"), follows));
    };
    check(&[10014, 11203, 11223, 99_991_672], PERMISSION);
    check(&[11247, 99_991_403], QUOTA);
    check(&[11101, 99_992_351, 99_992_381], RECIPIENT);
    check(&[10032], RECIPIENTS);
    check(&[10002, 9499, 11246, 230_100], MESSAGE);
    check(&[2200, 18121, 424_242], UNKNOWN);
    check(&[99_991_661, 99_991_668], TOKEN);
    lark("11246, internal", &Answer::code(11246, "Service Internal Error"), TRY_AGAIN);
    lark("404", &Answer::new(404, "text/plain", "404 page not found"), ENDPOINT);
    lark("413", &Answer::new(413, "text/html", "<html>"), MESSAGE);
    lark("reset", &Answer::reset(), UNKNOWN);
    lark("502", &Answer::new(502, "text/html", "<html>"), UNKNOWN);
    let named = json!({"code": 0, "msg": "ok", "data": {"message_id": "bm-1", "invalid_user_ids": ["u3"]}});
    lark("named", &Answer::json(named), PARTIAL);
}

#[test]
fn of_tim() {
    let check = |codes: &[i64], follows| {
        codes.iter().for_each(|code| tim(&code.to_string(), &refusal(*code, "said so"), follows));
    };
    check(&[60020, 70003, 70009, 90009], PERMISSION);
    check(&[60028], QUOTA);
    check(&[90003, 90048, 70107, 20003], RECIPIENT);
    check(&[90012], RECIPIENTS);
    check(&[60002, 80001, 90001, 93000], MESSAGE);
    check(&[60008, 90994, 91000, 20004, 0, 424_242], UNKNOWN);
    check(&[70001, 60005], TOKEN);
    tim("404", &Answer::new(404, "text/plain", "404 page not found"), ENDPOINT);
    tim("close", &Answer::close(), UNKNOWN);
    tim("no ActionStatus", &Answer::json(json!({"ErrorCode": 0, "MsgKey": "1_2_3"})), UNKNOWN);
    let listed = |status: &str, code: i64| -> Value {
        let list = json!([{"To_Account": "u3", "ErrorCode": 70107}]);
        json!({"ActionStatus": status, "ErrorInfo": "", "ErrorCode": code, "ErrorList": list, "MsgKey": "1_2_3"})
    };
    for (status, code) in [("SomeError", 0), ("FAIL", 90011), ("OK", 0)] {
        tim(status, &Answer::json(listed(status, code)), PARTIAL);
    }
}

#[test]
fn too_frequent() {
    lark("11232", &Answer::code(11232, "too fast"), THROTTLED);
    tim("60007", &refusal(60007, "too fast"), THROTTLED);
}

#[test]
fn asked_to_try_again_too_often_the_message_is_refused() {
    let vendor = Vendor::start(|_| Answer::code(11246, "Service Internal Error"));
    let home = Home::with_ids_per_request(1);
    let args = ["--text", "hi", "--id", "ou_1", "--id", "ou_2", "--in-flight", "1", "--json"];
    let summary = home.send(&vendor.url(), args).run().exits(3).summary();
    assert_eq!(summary["error"]["kind"], "message", "{summary}");
    let [accepted, rejected, unknown, pending] = counts(&summary);
    assert_eq!((accepted, unknown, rejected + pending, rejected > 0), (0, 0, 2, true), "{summary}");
    let most = vendor.messages().iter().filter(|asked| asked.ids("open_ids") == ["ou_1"]).count();
    assert!(most <= 6, "tried again {most} times");
}

#[test]
fn more_than_sixty_four_bad_ids_pause() {
    let vendor = Vendor::start(|asked| match asked.ids("open_ids").len() {
        1 => Answer::accepted("bm-1"),
        _ => Answer::code(11101, "Open_id not exist."),
    });
    let home = Home::empty();
    let people: String = (0..200).map(|n| format!("ou_{n}\n")).collect();
    let args = ["--text", "hi", "--to", "-", "--rate", "unlimited", "--json"];
    let ran = home.send(&vendor.url(), args).stdin(people).run().exits(6);
    let summary = ran.summary();
    assert_eq!(summary["error"]["kind"], "recipients", "{summary}");
    let splits = vendor.messages().iter().filter(|asked| asked.ids("open_ids").len() > 1).count();
    assert!((65..65 + 8).contains(&splits), "{splits} splits, of which those on the wire are more");
    let [accepted, rejected, unknown, pending] = counts(&summary);
    assert_eq!((accepted + pending, rejected, unknown), (200, 0, 0), "{summary}");

    // The rest can be sent all the same.
    let campaign = summary["campaign"].as_str().unwrap();
    let mut left = pending;
    while left > 0 {
        let again = home.lark(["run", campaign, "--rate", "unlimited", "--json"]).run();
        let counts = counts(&again.summary());
        assert!(counts[3] < left, "{}", again.shown());
        left = counts[3];
    }
    let mut reached: Vec<_> = vendor
        .messages()
        .iter()
        .filter(|asked| asked.ids("open_ids").len() == 1)
        .map(|asked| asked.ids("open_ids").remove(0))
        .collect();
    reached.sort_unstable();
    reached.dedup();
    assert_eq!(reached.len(), 200);
}
