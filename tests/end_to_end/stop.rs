//! SIGTERM: once to stop after what is on the wire, twice to leave now.
#![cfg(unix)]

use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};

use batchcast_tests::{Answer, Asked, Home, Ran, Running, Vendor};
use serde_json::json;

use crate::desk::{Desk, Gate, counts, id};

/// A send of three requests, one at a time, whose first has arrived and is not answered before the gate opens.
fn waiting(format: &[&str]) -> (Desk, Running, Gate) {
    let (desk, gate) = Gate::desk();
    let running = gate.start(desk.send(3).args(format));
    (desk, running, gate)
}

/// How many are accepted, rejected, unknown and pending.
#[track_caller]
fn people(ran: &Ran) -> [u64; 4] {
    counts(&ran.summary())
}

#[test]
fn once_finishes_what_is_on_the_wire_and_leaves_the_rest_pending() {
    let (desk, mut running, gate) = waiting(&["--json"]);
    running.terminate();
    running.wait_for("stopping");
    gate.open();
    let ran = running.finish().exits(6);
    let summary = ran.summary();
    assert_eq!(people(&ran), [1, 0, 0, 2], "{}", ran.shown());
    assert_eq!(summary["state"], "paused", "{}", ran.shown());
    assert_eq!(summary["error"]["kind"], "interrupted", "{}", ran.shown());
    assert_eq!(desk.vendor.messages().len(), 1);
}

#[test]
fn once_waits_no_longer_than_the_deadline() {
    let (desk, gate) = Gate::desk();
    let mut running = gate.start(desk.send(3).args(["--deadline", "300ms", "--json"]));
    running.terminate();
    running.wait_for("stopping");
    // Nothing is answered: that is a doubt like any other.
    let ran = running.finish().exits(5);
    assert_eq!(people(&ran), [0, 0, 1, 2], "{}", ran.shown());
    assert_eq!(ran.summary()["state"], "paused", "{}", ran.shown());
    drop(gate);
}

#[test]
fn after_leaving_at_once_those_pending_are_sent_to_and_those_in_doubt_never() {
    let (desk, mut running, gate) = waiting(&["--json"]);
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let left = running.finish().exits(5).summary();
    drop(gate);
    assert_eq!((&left["state"], counts(&left)), (&json!("paused"), [0, 0, 1, 2]), "{left}");
    assert!(left.get("error").is_none(), "{left}");

    let campaign = id(&left);
    assert_eq!(left["next"], format!("batchcast run {campaign}"));
    let status = desk.status(&campaign);
    for same in ["state", "recipients", "requests", "message_ids", "next"] {
        assert_eq!(status[same], left[same], "{same}: {status}");
    }
    let rest = desk.run(&campaign).args(["--json"]).run().exits(5).summary();
    assert_eq!((&rest["state"], counts(&rest)), (&json!("finished"), [2, 0, 1, 0]), "{rest}");
    assert_eq!(desk.reached(), ["ou_0", "ou_1", "ou_2"]);
    // However often it is asked.
    let again = desk.run(&campaign).args(["--json"]).run().exits(5).summary();
    assert_eq!(again, rest);
    assert_eq!(desk.reached().len(), 3);
}

#[test]
fn twice_leaves_now_and_says_that_there_is_a_doubt() {
    let (desk, mut running, _gate) = waiting(&["--json"]);
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let ran = running.finish().exits(5);
    assert_eq!(desk.vendor.messages().len(), 1);
    assert_eq!(people(&ran), [0, 0, 1, 2], "{}", ran.shown());
    assert_eq!(ran.summary()["requests"]["sent"], 1, "{}", ran.shown());
    assert_eq!(ran.stderr.matches("recipients: 3 in all, 0 accepted, 0 rejected, 1 unknown, 2 pending").count(), 1);
    assert_eq!(ran.stderr.matches("left at once: what was on the wire is in doubt").count(), 1, "{}", ran.shown());

    let (_desk, mut running, _gate) = waiting(&[]);
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let ran = running.finish().exits(5);
    let states: Vec<_> = ran.rows().into_iter().map(|[state, _, id, _]| (state, id)).collect();
    let expected = [("unknown", "ou_0"), ("pending", "ou_1"), ("pending", "ou_2")];
    assert_eq!(states, expected.map(|(state, id)| (state.to_owned(), id.to_owned())), "{}", ran.shown());
}

/// A send of ten requests, eight at once, whose token has been asked for and does not come.
fn without_a_token() -> (Vendor, Home, Running, Sender<()>) {
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
    (vendor, home, running, answer)
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
    let (vendor, _home, mut running, _answer) = without_a_token();
    running.terminate();
    running.wait_for("stopping");
    let ran = running.finish().exits(6);
    nobody_is_in_doubt(&vendor, &ran);
    assert!(vendor.token_requests() <= 3, "{} requests for a token", vendor.token_requests());
}

#[test]
fn twice_without_a_token_leaves_nobody_in_doubt_either() {
    let (vendor, _home, mut running, _answer) = without_a_token();
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let ran = running.finish().exits(6);
    nobody_is_in_doubt(&vendor, &ran);
}
