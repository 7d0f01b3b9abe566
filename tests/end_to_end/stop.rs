//! SIGTERM: once to stop after what is on the wire, twice to leave now.
#![cfg(unix)]

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use batchcast_tests::{Answer, Asked, Home, Ran, Running, Vendor};

/// A send of three requests whose first has arrived and is not answered before the sender says so.
fn waiting(format: &[&str]) -> (Vendor, Running, Sender<()>) {
    let (arrived, arrives): (_, Receiver<()>) = mpsc::channel();
    let (answer, may_answer) = mpsc::channel();
    let may_answer = Mutex::new(may_answer);
    let vendor = Vendor::start(move |_| {
        let _ = arrived.send(());
        let _ = may_answer.lock().unwrap().recv();
        Answer::accepted("bm-1")
    });
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    let args = ["--text", "hi", "--id", "ou_0", "--id", "ou_1", "--id", "ou_2", "--in-flight", "1"];
    let running = home.send(&vendor.url(), args).args(format).start();
    arrives.recv().unwrap();
    (vendor, running, answer)
}

/// How many are accepted, rejected, unknown and pending.
fn people(ran: &Ran) -> [u64; 4] {
    let summary = ran.summary();
    ["accepted", "rejected", "unknown", "pending"].map(|state| summary["recipients"][state].as_u64().unwrap())
}

#[test]
fn once_finishes_what_is_on_the_wire_and_leaves_the_rest_pending() {
    let (vendor, mut running, answer) = waiting(&["--json"]);
    running.terminate();
    running.wait_for("stopping");
    answer.send(()).unwrap();
    let ran = running.finish().exits(6);
    let summary = ran.summary();
    assert_eq!(people(&ran), [1, 0, 0, 2], "{}", ran.shown());
    assert_eq!(summary["state"], "paused", "{}", ran.shown());
    assert_eq!(summary["error"]["kind"], "interrupted", "{}", ran.shown());
    assert_eq!(vendor.messages().len(), 1);
}

#[test]
fn twice_leaves_now_and_says_that_there_is_a_doubt() {
    let (vendor, mut running, _answer) = waiting(&["--json"]);
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let ran = running.finish().exits(5);
    assert_eq!(vendor.messages().len(), 1);
    assert_eq!(people(&ran), [0, 0, 1, 2], "{}", ran.shown());
    assert_eq!(ran.summary()["requests"]["sent"], 1, "{}", ran.shown());
    assert_eq!(ran.stderr.matches("recipients: 3 in all, 0 accepted, 0 rejected, 1 unknown, 2 pending").count(), 1);
    assert_eq!(ran.stderr.matches("left at once: what was on the wire is in doubt").count(), 1, "{}", ran.shown());

    let (_vendor, mut running, _answer) = waiting(&[]);
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let ran = running.finish().exits(5);
    let states: Vec<_> = ran.rows().into_iter().map(|[state, _, id, _]| (state, id)).collect();
    let expected = [("unknown", "ou_0"), ("pending", "ou_1"), ("pending", "ou_2")];
    assert_eq!(states, expected.map(|(state, id)| (state.to_owned(), id.to_owned())), "{}", ran.shown());
}

/// A send of ten requests, eight at once, whose token has been asked for and does not come.
fn without_a_token() -> (Vendor, Running, Sender<()>) {
    let (arrived, arrives) = mpsc::channel();
    let (answer, may_answer) = mpsc::channel::<()>();
    let may_answer = Mutex::new(may_answer);
    let tokens = move |_: &Asked| {
        let _ = arrived.send(());
        let _ = may_answer.lock().unwrap().recv();
        Answer::close()
    };
    let vendor = Vendor::with_tokens(tokens, |_| Answer::accepted("bm-1"));
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    let ids = (0..10).flat_map(|n| ["--id".to_owned(), format!("ou_{n}")]);
    let args = ["--text", "hi", "--in-flight", "8", "--deadline", "1s", "--json"];
    let running = home.send(&vendor.url(), args).args(ids).start();
    arrives.recv().unwrap();
    (vendor, running, answer)
}

/// Nobody has been sent to, and nobody is said to be in doubt.
#[track_caller]
fn nobody_is_in_doubt(vendor: &Vendor, ran: &Ran) {
    assert_eq!(people(ran), [0, 0, 0, 10], "{}", ran.shown());
    assert_eq!(ran.summary()["requests"]["sent"], 0, "{}", ran.shown());
    assert_eq!(ran.summary()["error"]["kind"], "interrupted", "{}", ran.shown());
    assert_eq!(vendor.messages().len(), 0);
    let counts = "recipients: 10 in all, 0 accepted, 0 rejected, 0 unknown, 10 pending";
    let said = ran.stderr.replace(counts, "");
    assert!(!said.contains("unknown") && !said.contains("doubt"), "{}", ran.shown());
}

#[test]
fn once_without_a_token_leaves_nobody_in_doubt() {
    let (vendor, mut running, _answer) = without_a_token();
    running.terminate();
    running.wait_for("stopping");
    let ran = running.finish().exits(6);
    nobody_is_in_doubt(&vendor, &ran);
    assert!(vendor.token_requests() <= 3, "{} requests for a token", vendor.token_requests());
}

#[test]
fn twice_without_a_token_leaves_nobody_in_doubt_either() {
    let (vendor, mut running, _answer) = without_a_token();
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let ran = running.finish().exits(6);
    nobody_is_in_doubt(&vendor, &ran);
}
