//! SIGTERM: once to stop after what is on the wire, twice to leave now.
#![cfg(unix)]

use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender};

use batchcast_tests::{Answer, Home, Ran, Running, Vendor};

/// A send of three requests whose first has arrived and is not answered before the sender says so.
fn waiting() -> (Vendor, Running, Sender<()>) {
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
    let args = ["--text", "hi", "--id", "ou_0", "--id", "ou_1", "--id", "ou_2", "--in-flight", "1", "--json"];
    let running = home.send(&vendor.url(), args).start();
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
    let (vendor, mut running, answer) = waiting();
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
    let (vendor, mut running, _answer) = waiting();
    running.terminate();
    running.wait_for("stopping");
    running.terminate();
    let ran = running.finish().exits(5);
    assert_eq!(vendor.messages().len(), 1);
    let ran = ran.says(&["in doubt"]);
    assert_eq!(people(&ran), [0, 0, 1, 2], "{}", ran.shown());
}
