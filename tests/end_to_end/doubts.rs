//! Where nobody can know what became of a request, its recipients are unknown, and it is not sent again.

use batchcast_tests::{Answer, Home, Vendor};
use serde_json::json;

use crate::outcomes::{Expected, check, send};

/// The second of three requests is answered so; the others are accepted.
#[track_caller]
fn doubtful(answer: Answer) {
    let name = format!("{answer:?}");
    let vendor = Vendor::start(move |asked| match asked.nth {
        1 => answer.clone(),
        n => Answer::accepted(&format!("bm-{n}")),
    });
    let ran = send(&vendor, 6, 2);
    let expected = Expected { exit: 5, people: [4, 0, 2, 0], requests: [3, 3, 0, 0], state: "finished", error: None };
    check(&name, &vendor, &ran, &expected);
    let asked: Vec<_> = vendor.messages().iter().map(|asked| asked.ids("open_ids")).collect();
    assert_eq!(asked, [["ou_0", "ou_1"], ["ou_2", "ou_3"], ["ou_4", "ou_5"]], "{name}: nobody is sent to twice");
    assert_eq!(ran.summary()["message_ids"], json!(["bm-0", "bm-2"]), "{name}");
}

#[test]
fn a_connection_that_breaks() {
    doubtful(Answer::close());
    doubtful(Answer::reset());
    doubtful(Answer::accepted("bm-1").cut(1));
    doubtful(Answer::accepted("bm-1").cut(80));
}

#[test]
fn a_status_without_a_code() {
    for status in [302, 307, 400, 401, 403, 408, 500, 502, 503, 504] {
        doubtful(Answer::new(status, "text/html", "<html><h1>Bad Gateway</h1></html>"));
    }
    doubtful(Answer::new(404, "text/html", "<html>"));
    doubtful(Answer::new(204, "text/plain", ""));
}

#[test]
fn an_answer_that_cannot_be_read() {
    let answers = [
        json!({"code": 0, "msg": "ok"}),
        json!({"code": 0, "msg": "ok", "data": {}}),
        json!({"code": 0, "msg": "ok", "data": {"message_id": ""}}),
        json!({"code": 0, "msg": "ok", "data": {"message_id": "bm-1", "invalid_open_ids": "ou_2"}}),
        json!({"code": 0, "msg": "ok", "data": {"message_id": "bm-1", "invalid_open_ids": [7]}}),
        json!({"code": 0, "msg": "ok", "data": {"message_id": "bm-1", "invalid_open_ids": ["ou_stranger"]}}),
        json!({"code": 0, "msg": "ok", "data": {"message_id": "bm-1", "invalid_user_ids": ["ou_2"]}}),
        json!({"code": null, "msg": "ok", "data": {"message_id": "bm-1"}}),
        json!({"data": {"message_id": "bm-1"}}),
        json!([]),
        json!("ok"),
    ];
    answers.into_iter().map(Answer::json).for_each(doubtful);
    doubtful(Answer::new(200, "application/json", "not json"));
    doubtful(Answer::new(200, "application/json", ""));
    doubtful(Answer::accepted("bm-1").with_header("Content-Encoding", "gzip"));
}

#[test]
fn a_code_that_no_document_lists() {
    doubtful(Answer::code(2200, "internal error"));
    doubtful(Answer::code(424_242, "?"));
    doubtful(Answer::code(-1, "?"));
}

#[test]
fn a_redirect_is_never_followed() {
    let elsewhere = Vendor::start(|_| Answer::accepted("bm-elsewhere"));
    for status in [301, 302, 303, 307, 308] {
        let target = format!("{}/open-apis/message/v4/batch_send/", elsewhere.url());
        doubtful(Answer::new(status, "text/html", "").with_header("Location", &target));
    }
    assert_eq!(elsewhere.asked().len(), 0);
}

#[test]
fn an_answer_that_does_not_come_in_time() {
    let (answered, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let vendor = Vendor::start(move |_| {
        // Until the test has its result.
        let _ = wait.lock().unwrap().recv();
        Answer::accepted("bm-1")
    });
    let args = ["--text", "hi", "--id", "ou_1", "--json", "--deadline", "150ms"];
    let ran = Home::empty().send(&vendor.url(), args).run();
    drop(answered);
    let expected = Expected { exit: 5, people: [0, 0, 1, 0], requests: [1, 1, 0, 0], state: "finished", error: None };
    check("timeout", &vendor, &ran, &expected);
}

#[test]
fn three_doubts_in_a_row_pause() {
    let vendor = Vendor::start(|_| Answer::new(502, "text/html", "<html>"));
    let ran = send(&vendor, 5, 1);
    let expected = Expected { exit: 5, people: [0, 0, 3, 2], requests: [5, 3, 0, 0], state: "paused", error: None };
    check("all", &vendor, &ran, &expected);

    let vendor = Vendor::start(|asked| match asked.nth {
        2 => Answer::accepted("bm-1"),
        _ => Answer::new(502, "text/html", "<html>"),
    });
    let ran = send(&vendor, 5, 1);
    let expected = Expected { exit: 5, people: [1, 0, 4, 0], requests: [5, 5, 0, 0], state: "finished", error: None };
    check("not in a row", &vendor, &ran, &expected);
}

#[test]
fn a_doubt_outranks_a_rejection_and_is_said() {
    let vendor = Vendor::start(|asked| match asked.nth {
        0 => Answer::json(json!({"code": 0, "data": {"message_id": "bm-1", "invalid_open_ids": ["ou_0"]}})),
        _ => Answer::new(502, "text/html", "<html>"),
    });
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    let args = ["--text", "hi", "--id", "ou_0", "--id", "ou_1", "--in-flight", "1"];
    let ran = home.send(&vendor.url(), args).run().exits(5);
    let [rejected, unknown] = &ran.rows()[..] else { panic!("{}", ran.shown()) };
    assert_eq!(rejected[..3], ["rejected", "open_id", "ou_0"], "{}", ran.shown());
    assert_eq!(unknown[..3], ["unknown", "open_id", "ou_1"], "{}", ran.shown());
    assert!(unknown[3].contains("502"), "{}", ran.shown());
    ran.says(&["recipients: 2 in all, 0 accepted, 1 rejected, 1 unknown, 0 pending", "do not send to them again"]);
}
