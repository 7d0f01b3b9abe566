//! Every exit code with what causes it: what is on standard output, and where an error stands in it.

use std::fs;

use batchcast_tests::{Answer, Asked, Home, Invocation, Vendor};
use serde_json::{Value, json};

use crate::desk::{Desk, Gate, counts, id};

/// The document of a campaign, and the error in it, which is of the kind that is expected.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    exit: i32,
    state: &'static str,
    /// Accepted, rejected, unknown, pending.
    people: [u64; 4],
    error: Option<&'static str>,
}

#[track_caller]
fn told(name: &str, ran: Invocation, expected: &Told) -> Value {
    let ran = ran.args(["--json"]).run();
    assert_eq!(ran.code(), Some(expected.exit), "{name}: {}", ran.shown());
    let document = ran.standing();
    let error = document.get("error");
    assert_eq!(error.map(|error| error["kind"].as_str().unwrap()), expected.error, "{name}: {}", ran.shown());
    assert!(error.is_none_or(|error| error["exit"] == expected.exit), "{name}: {document}");
    assert_eq!(
        (&document["state"], counts(&document)),
        (&json!(expected.state), expected.people),
        "{name}: {document}"
    );
    document
}

/// An error alone, because nothing ever began; in words nothing is on standard output.
#[track_caller]
fn told_alone(name: &str, command: impl Fn() -> Invocation, exit: i32, kind: &str) {
    let ran = command().args(["--json"]).run();
    assert_eq!(ran.code(), Some(exit), "{name}: {}", ran.shown());
    assert_eq!(ran.error()["kind"], kind, "{name}: {}", ran.shown());
    let ran = command().run();
    assert_eq!((ran.code(), &*ran.stdout), (Some(exit), ""), "{name}: {}", ran.shown());
    assert!(ran.stderr.contains("error: "), "{name}: {}", ran.shown());
}

/// Answers in their order, and after the last one always that.
fn in_order(answers: Vec<Answer>) -> impl Fn(&Asked) -> Answer {
    move |asked| answers[asked.nth.min(answers.len() - 1)].clone()
}

fn accepted() -> Answer {
    Answer::accepted("bm-1")
}

fn doubt() -> Answer {
    Answer::new(502, "text/html", "<html>")
}

fn bad_id() -> Answer {
    Answer::code(10032, "nobody")
}

/// A send to four, one after the other, that is answered so.
#[track_caller]
fn send(name: &str, answers: Vec<Answer>, args: &[&str], expected: &Told) {
    let desk = Desk::new(in_order(answers));
    let document = told(name, desk.send(4).args(args), expected);
    // What is told afterwards is the same, and by a command that could answer.
    let mut status = desk.status(&id(&document));
    status["elapsed_ms"] = document["elapsed_ms"].clone();
    assert_eq!(status, document, "{name}");
}

#[test]
fn what_the_vendor_says() {
    let check = |name: &str, answers: Vec<Answer>, exit, state, people, error| {
        send(name, answers, &[], &Told { exit, state, people, error });
    };
    let (permission, quota) = (Answer::code(11205, "no bot"), Answer::code(11247, "used up"));
    let (message, not_found) = (Answer::code(10002, "no"), Answer::new(404, "text/plain", "404 page not found"));
    check("0", vec![accepted()], 0, "finished", [4, 0, 0, 0], None);
    check("1", vec![accepted(), not_found.clone()], 1, "paused", [1, 0, 0, 3], Some("endpoint"));
    check("3, finished", vec![bad_id(), accepted()], 3, "finished", [3, 1, 0, 0], None);
    check("3, stopped", vec![accepted(), message.clone()], 3, "paused", [1, 1, 0, 2], Some("message"));
    check("4", vec![accepted(), permission.clone()], 4, "paused", [1, 0, 0, 3], Some("permission"));
    check("5, finished", vec![doubt(), accepted()], 5, "finished", [3, 0, 1, 0], None);
    check("5, stopped", vec![doubt()], 5, "paused", [0, 0, 3, 1], None);
    check("7", vec![accepted(), quota.clone()], 7, "paused", [1, 0, 0, 3], Some("quota"));

    // Where several apply: the first of 9, 8, 4, 7, 1, 5, 6, 3, 0.
    check("4 before 5", vec![doubt(), permission], 4, "paused", [0, 0, 1, 3], Some("permission"));
    check("7 before 5", vec![doubt(), quota], 7, "paused", [0, 0, 1, 3], Some("quota"));
    check("1 before 5 and 3", vec![doubt(), bad_id(), not_found], 1, "paused", [0, 1, 1, 2], Some("endpoint"));
    check("5 before 3", vec![doubt(), bad_id(), accepted()], 5, "finished", [2, 1, 1, 0], None);
    check("5 before 3, stopped", vec![doubt(), message], 5, "paused", [0, 1, 1, 2], None);
    let too_many = |name: &str, answers, exit, people, error| {
        send(name, answers, &["--max-rejected", "0"], &Told { exit, state: "paused", people, error });
    };
    too_many("6 before 3", vec![accepted(), bad_id()], 6, [1, 1, 0, 2], Some("rejected"));
    too_many("5 before 6", vec![doubt(), bad_id()], 5, [0, 1, 1, 2], None);
}

#[test]
fn what_stops_before_the_first_request() {
    let home = Home::empty();
    let check = |answer: Answer, exit, error| {
        let vendor = Vendor::with_tokens(move |_| answer.clone(), |_| accepted());
        let expected = Told { exit, state: "paused", people: [0, 0, 0, 1], error: Some(error) };
        told("a token", home.send(&vendor.url(), ["--text", "hi", "--id", "ou_1"]), &expected);
        assert_eq!(vendor.messages().len(), 0);
    };
    check(Answer::code(10014, "app secret invalid"), 4, "permission");
    check(Answer::new(404, "text/plain", "404 page not found"), 1, "endpoint");
    check(Answer::code(11247, "used up"), 7, "quota");
    check(Answer::close(), 6, "not_sent");
}

#[test]
fn what_stops_it_from_here() {
    let (desk, gate) = Gate::desk();
    let mut sending = gate.start(desk.send(4).args(["--json"]));
    let campaign = id(&desk.home.batchcast(["list", "--json"]).run().exits(0).list()[0]);

    // While it runs, nobody else may.
    let expected = Told { exit: 8, state: "running", people: [0, 0, 1, 3], error: Some("held") };
    told("8", desk.run(&campaign), &expected);
    let in_words = desk.run(&campaign).run().exits(8).says(&["another run holds campaign"]);
    assert_eq!(in_words.stdout, "");

    sending.terminate();
    sending.wait_for("stopping");
    gate.open();
    let ran = sending.finish().exits(6);
    assert_eq!((&ran.summary()["state"], counts(&ran.summary())), (&json!("paused"), [1, 0, 0, 3]));
    assert_eq!(ran.summary()["error"]["kind"], "interrupted");
    drop(gate);

    let expected = Told { exit: 0, state: "finished", people: [4, 0, 0, 0], error: None };
    told("0, resumed", desk.run(&campaign), &expected);
}

#[test]
fn what_never_begins_is_an_error_alone() {
    let vendor = Vendor::start(|_| accepted());
    let home = Home::empty();
    let to = |url: &str, args: &[&str]| home.send(url, ["--text", "hi", "--id", "ou_1"]).args(args);
    told_alone("2, count", || to(&vendor.url(), &["--expect-count", "2"]), 2, "count_mismatch");
    told_alone("2, usage", || to(&vendor.url(), &["--in-flight", "0"]), 2, "usage");
    told_alone("2, not confirmed", || to("https://vendor.invalid", &[]), 2, "usage");
    told_alone("2, input", || home.send(&vendor.url(), ["--text", ""]), 2, "input");
    told_alone("2, no campaign", || home.lark(["run", "c-2222222222"]), 2, "refused");
    told_alone("4", || home.batchcast(["send", "--text", "hi", "--id", "ou_1", "--via", "lark"]), 4, "credentials");
    let text = home.file("ledger.txt", "this is no database, however long it is".repeat(100));
    home.permit(&text, 0o600);
    let ledger = format!("sqlite:{text}");
    told_alone("9", || to(&vendor.url(), &["--ledger", &ledger]), 9, "ledger");
    for command in ["plan", "list", "status"] {
        let args: &[&str] = if command == "plan" { &["--text", "hi", "--id", "ou_1", "--via", "lark"] } else { &[] };
        told_alone(command, || home.lark([command, "--ledger", &ledger]).args(args), 9, "ledger");
    }
    assert_eq!(vendor.asked().len(), 0);
    assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list().len(), 0, "nothing is left behind");
    assert_eq!(fs::read_to_string(text).unwrap().len(), 39 * 100, "it is left as it was");

    fs::create_dir_all(home.path(".config/batchcast/config.toml")).unwrap();
    told_alone("1", || to(&vendor.url(), &[]), 1, "other");
}

#[test]
fn what_can_be_answered_is_zero() {
    let desk = Desk::new(in_order(vec![doubt(), bad_id(), Answer::code(11205, "no bot")]));
    let campaign = id(&told(
        "4",
        desk.send(4),
        &Told { exit: 4, state: "paused", people: [0, 1, 1, 2], error: Some("permission") },
    ));
    let report = desk.home.path("report.csv");
    let report = report.to_str().unwrap();
    for args in [
        &["status", &campaign][..],
        &["status", &campaign, "--watch"],
        &["status"],
        &["list"],
        &["report", &campaign, "--csv", "-"],
        &["report", &campaign, "--csv", report],
        &["cancel", &campaign],
    ] {
        desk.home.batchcast(args).run().exits(0);
    }
    assert_eq!(desk.vendor.messages().len(), 3);
}
