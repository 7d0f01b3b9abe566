//! `--events FILE`: what happens, as it happens, one JSON object a line.

use std::collections::BTreeMap;
use std::fs;

use batchcast_emulator::Timestamp;
use batchcast_tests::{Answer, Home, Vendor};
use serde_json::{Value, json};

use crate::desk::{Desk, people};

/// The lines of an event file, each with its time, none before the one above it.
#[track_caller]
fn events(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'), "{text}");
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for event in &events {
        assert!(event["event"].is_string(), "{event}");
        let at: Timestamp = event["at"].as_str().unwrap().parse().unwrap();
        assert!((0..600).contains(&Timestamp::now().duration_since(at).as_secs()), "{event}");
    }
    events
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[test]
fn each_batch_is_claimed_begun_answered_and_recorded() {
    let vendor = Vendor::start(|asked| match asked.nth {
        1 => Answer::code(99_991_663, "Invalid access token"),
        3 => Answer::new(502, "text/html", "<html>"),
        n => Answer::accepted(&format!("bm-{n}")),
    });
    let home = Home::with_ids_per_request(1);
    let file = home.path("events.jsonl").into_os_string().into_string().unwrap();
    let send = home.send(&vendor.url(), ["--text", "hi", "--events", &file, "--in-flight", "3"]).args(people(6));
    send.run().exits(5);

    let events = events(&file);
    let all = names(&events);
    assert_eq!(all[..4], ["import_chunk", "importing", "imported", "started"], "{all:?}");
    assert_eq!(all.last(), Some(&"ended"));
    let mut of_batch: BTreeMap<u64, Vec<&Value>> = BTreeMap::new();
    for event in events.iter().filter(|event| !event["batch"].is_null()) {
        of_batch.entry(event["batch"].as_u64().unwrap()).or_default().push(event);
    }
    assert_eq!(of_batch.len(), 6);
    let mut classes = Vec::new();
    for (batch, events) in of_batch {
        let claimed = events.iter().filter(|event| event["event"] == "claimed").count();
        assert_eq!(events[0]["event"], "claimed", "batch {batch}: {events:?}");
        assert_eq!(claimed * 4, events.len(), "batch {batch}: {events:?}");
        // One thread may have it again before another has said that it is recorded.
        for number in 1..=claimed {
            let attempt: Vec<_> = events.iter().filter(|event| event["attempt"] == number).collect();
            let names: Vec<_> = attempt.iter().map(|event| event["event"].as_str().unwrap()).collect();
            assert_eq!(names, ["begun", "answered", "recorded"], "batch {batch}: {events:?}");
            assert_eq!(attempt[0]["recipients"], 1);
            classes.push((attempt[1]["class"].clone(), attempt[2]["state"].clone()));
        }
    }
    classes.sort_by_key(|class| format!("{class:?}"));
    let done = (json!("done"), json!("accepted"));
    let expected = [vec![done; 5], vec![(json!("token"), json!("pending")), (json!("unknown"), json!("unknown"))]];
    assert_eq!(classes, expected.concat());
    let text = fs::read_to_string(&file).unwrap();
    assert!(!text.contains("ou_") && !text.contains("t-scripted"), "neither people nor secrets: {text}");
}

#[test]
fn what_follows_is_written_behind_what_is_there() {
    let desk = Desk::new(|asked| match asked.nth {
        0 => Answer::code(11205, "App do not have bot."),
        _ => Answer::accepted("bm-1"),
    });
    let file = desk.home.path("events.jsonl").into_os_string().into_string().unwrap();
    let args = ["--events", &*file];
    let campaign = desk.plan(1).args(args).run().exits(0).stdout.trim_end().to_owned();
    let planned = ["import_chunk", "importing", "imported"];
    assert_eq!(names(&events(&file)), planned);
    assert_eq!(events(&file)[2]["campaign"], *campaign);
    desk.run(&campaign).args(args).run().exits(4);
    desk.run(&campaign).args(args).run().exits(0);
    let events = events(&file);
    let attempt = ["started", "claimed", "begun", "answered", "recorded", "ended"];
    assert_eq!(names(&events), [&planned[..], &attempt, &attempt].concat());
    assert_eq!((&events[8]["stopped"], &events[14]["stopped"]), (&json!("permission"), &json!(null)));
}

#[test]
fn where_they_cannot_be_written_nothing_is_begun() {
    let desk = Desk::accepting();
    let campaign = desk.planned(1);
    let nowhere = desk.home.path("nowhere/events.jsonl").into_os_string().into_string().unwrap();
    for command in [desk.plan(2), desk.send(2), desk.run(&campaign)] {
        let error = command.args(["--events", &nowhere, "--json"]).run().exits(2).error();
        assert!(error["message"].as_str().unwrap().contains("--events"), "{error}");
    }
    assert_eq!(desk.vendor.asked().len(), 0);
    assert_eq!(desk.home.batchcast(["list", "--json"]).run().exits(0).list().len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_misses_a_message_for_them() {
    let desk = Desk::accepting();
    let ran = desk.send(3).args(["--events", "/dev/full", "--json"]).run().exits(0);
    assert_eq!(ran.summary()["recipients"]["accepted"], 3);
    ran.says(&["an event could not be written"]);
}
