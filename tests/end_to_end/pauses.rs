//! What is sent to a few first, and what pauses when too many are rejected.

use batchcast_tests::{Answer, Home, Invocation, Vendor};
use serde_json::json;

use crate::desk::{Desk, counts, id, people};

/// A desk whose vendor turns down whoever has a number below this.
fn rejecting(below: usize) -> Desk {
    let is_bad = move |id: &str| id.trim_start_matches("ou_").parse::<usize>().unwrap() < below;
    Desk::new(move |asked| match asked.ids("open_ids").iter().any(|id| is_bad(id)) {
        true => Answer::code(10032, "nobody"),
        false => Answer::accepted(&format!("bm-{}", asked.nth)),
    })
}

#[test]
fn a_canary_goes_first_and_alone_and_on_loopback_the_rest_follows() {
    let vendor = Vendor::start(|asked| Answer::accepted(&format!("bm-{}", asked.nth)));
    let home = Home::empty();
    let args = ["--text", "hi", "--canary", "3", "--in-flight", "8"];
    let ran = home.send(&vendor.url(), args).args(people(10)).run().exits(0);
    let requests: Vec<_> = vendor.messages().iter().map(|asked| asked.ids("open_ids")).collect();
    assert_eq!(requests.len(), 2, "{requests:?}");
    assert_eq!(requests[0], ["ou_0", "ou_1", "ou_2"]);
    assert_eq!(requests[1].len(), 7);
    let ran = ran.says(&["canary      the first 3, alone", "the canary has its answers: 10 in all, 3 accepted"]);
    assert!(ran.rows().iter().all(|row| row[0] == "accepted"), "{}", ran.shown());
    assert_eq!(ran.rows().len(), 10);
}

#[test]
fn a_canary_is_in_the_document_of_the_plan_and_of_its_run() {
    let desk = Desk::accepting();
    let plan = desk.plan(5).args(["--canary", "2", "--json"]).run().exits(0).standing();
    assert_eq!(plan["requests"]["planned"], 5, "{plan}");
    let campaign = id(&plan);
    // The same number goes without saying; another was not planned.
    for other in ["1", "3", "5"] {
        let error = desk.run(&campaign).args(["--canary", other, "--json"]).run().exits(2).error();
        assert_eq!(error["kind"], "refused", "{error}");
    }
    assert_eq!(desk.vendor.asked().len(), 0);
    let ran = desk.run(&campaign).args(["--canary", "2", "--json"]).run().exits(0);
    assert_eq!(counts(&ran.summary()), [5, 0, 0, 0]);
    ran.says(&["the canary has its answers"]);

    let without = desk.plan(5).args(["--again"]).run();
    assert_eq!(without.code(), Some(2), "a plan is always saved, and has nothing to do again: {}", without.shown());
    let without = desk.planned(6);
    let error = desk.run(&without).args(["--canary", "2", "--json"]).run().exits(2).error();
    assert!(error["message"].as_str().unwrap().contains("not planned so"), "{error}");
    assert!(error["hint"].as_str().unwrap().contains("--canary"), "{error}");
}

#[test]
fn a_canary_of_everybody_is_everybody() {
    for canary in ["3", "4"] {
        let desk = Desk::accepting();
        let summary = desk.send(3).args(["--canary", canary, "--json"]).run().exits(0).summary();
        assert_eq!((&summary["state"], counts(&summary)), (&json!("finished"), [3, 0, 0, 0]), "{summary}");
        assert_eq!(desk.vendor.messages().len(), 3);
    }
}

#[test]
fn what_stops_the_canary_stops_the_rest() {
    let desk = Desk::new(|_| Answer::code(11205, "App do not have bot."));
    let stopped = desk.send(5).args(["--canary", "2", "--json"]).run().exits(4).summary();
    assert_eq!((&stopped["state"], counts(&stopped)), (&json!("paused"), [0, 0, 0, 5]), "{stopped}");
    assert_eq!(desk.vendor.messages().len(), 1);
}

#[test]
fn an_interrupted_canary_goes_on_as_a_canary() {
    let (desk, gate) = crate::desk::Gate::desk();
    let mut sending = gate.start(desk.send(5).args(["--canary", "2", "--json"]));
    sending.terminate();
    sending.wait_for("stopping");
    gate.open();
    let paused = sending.finish().exits(6).summary();
    assert_eq!(counts(&paused), [1, 0, 0, 4], "{paused}");
    drop(gate);
    let ran = desk.run(&id(&paused)).args(["--json"]).run().exits(0);
    assert_eq!(counts(&ran.summary()), [5, 0, 0, 0]);
    ran.says(&["the canary has its answers: 5 in all, 2 accepted"]);
    assert_eq!(desk.reached(), ["ou_0", "ou_1", "ou_2", "ou_3", "ou_4"]);
}

#[test]
fn too_many_rejected_pause_and_what_is_left_can_be_sent() {
    #[track_caller]
    fn check(max: &str, bad: usize, people: usize, paused: Option<[u64; 4]>) {
        let desk = rejecting(bad);
        let ran = desk.send(people).args(["--max-rejected", max, "--json"]).run();
        let summary = ran.summary();
        let Some(expected) = paused else {
            assert_eq!((ran.code(), &summary["state"]), (Some(3), &json!("finished")), "{max}: {}", ran.shown());
            return;
        };
        assert_eq!((ran.code(), &summary["state"]), (Some(6), &json!("paused")), "{max}: {}", ran.shown());
        assert_eq!(counts(&summary), expected, "{max}: {}", ran.shown());
        assert_eq!(summary["error"]["kind"], "rejected", "{max}: {}", ran.shown());
        let message = summary["error"]["message"].as_str().unwrap();
        let most = format!("{} of {people} recipients were rejected, and at most {max}", expected[1]);
        assert!(message.contains(&most), "{most}: {message}");

        // With the same limit nothing more is sent; without it, it goes on.
        let campaign = id(&summary);
        let sent = desk.vendor.messages().len();
        let again = desk.run(&campaign).args(["--max-rejected", max, "--json"]).run().exits(6).summary();
        assert_eq!((counts(&again), desk.vendor.messages().len()), (expected, sent), "{max}: {again}");
        assert_eq!(again["error"]["kind"], "rejected", "{again}");
        let ran = desk.run(&campaign).args(["--json"]).run().exits(3);
        let all = (people - bad) as u64;
        assert_eq!(counts(&ran.summary()), [all, bad as u64, 0, 0], "{max}: {}", ran.shown());
        assert_eq!(desk.reached().len(), people, "{max}: nobody is asked for twice");
    }
    check("0", 2, 4, Some([0, 1, 0, 3]));
    check("1", 2, 4, Some([0, 2, 0, 2]));
    check("2", 2, 4, None);
    check("25%", 3, 8, Some([0, 3, 0, 5]));
    check("37.5%", 3, 8, None);
    // All have their answers: nothing is left to pause.
    check("0", 1, 1, None);
    check("100%", 4, 4, None);
}

#[test]
fn a_limit_that_is_none_is_refused() {
    let desk = Desk::accepting();
    for max in ["-1", "101%", "many", "", "1.5"] {
        let error = desk.send(1).args([&format!("--max-rejected={max}"), "--json"]).run().exits(2).error();
        assert_eq!(error["kind"], "usage", "{error}");
    }
    for canary in ["0", "-1", "x"] {
        let error = desk.send(1).args([&format!("--canary={canary}"), "--json"]).run().exits(2).error();
        assert_eq!(error["kind"], "usage", "{error}");
    }
    assert_eq!(desk.vendor.asked().len(), 0);
}

/// A send to the vendor's own address, which nobody has confirmed.
fn unconfirmed(home: &Home, args: &[&str]) -> Invocation {
    home.lark(["send", "--text", "hi", "--id", "ou_1", "--id", "ou_2", "--via", "feishu", "--json"]).args(args)
}

#[test]
fn a_canary_is_no_confirmation() {
    let home = Home::empty();
    for args in [&["--canary", "1"][..], &["--canary", "1", "--yes", "--expect-count", "1"]] {
        unconfirmed(&home, args).run().exits(2);
    }
    assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list().len(), 0, "and it leaves nothing behind");
}

#[test]
fn a_canary_that_is_split_is_still_a_canary() {
    let vendor = Vendor::start(|asked| match asked.ids("open_ids") {
        ids if ids.contains(&"ou_1".to_owned()) => Answer::code(11101, "Open_id not exist."),
        _ => Answer::accepted(&format!("bm-{}", asked.nth)),
    });
    let args = ["--text", "hi", "--canary", "4", "--in-flight", "1", "--json"];
    let ran = Home::empty().send(&vendor.url(), args).args(people(10)).run().exits(3);
    assert_eq!(counts(&ran.summary()), [9, 1, 0, 0], "{}", ran.shown());
    let requests: Vec<_> = vendor.messages().iter().map(|asked| asked.ids("open_ids").len()).collect();
    // The four, their halves, the halves of one of these, and only then the rest.
    assert_eq!(requests[..1], [4], "{requests:?}");
    assert_eq!(requests.last(), Some(&6), "{requests:?}");
    assert_eq!(requests.len(), 6, "{requests:?}");
    let _ = ran.says(&["the canary has its answers: 10 in all, 3 accepted, 1 rejected, 0 unknown, 6 pending"]);
}
