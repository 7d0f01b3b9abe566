//! How fast it goes: side by side up to `--in-flight`, never faster than the documents, the user or the vendor say.

use std::sync::Barrier;

use batchcast_tests::{Answer, Home, Vendor};
use serde_json::Value;

/// The summary of a send of so many requests with one recipient each.
fn send(vendor: &Vendor, requests: usize, args: &[&str]) -> Value {
    let home = Home::empty();
    home.configure("default_profile = 'one'\n[profiles.one]\nids_per_request = 1\n");
    let ids = (0..requests).flat_map(|n| ["--id".to_owned(), format!("ou_{n}")]);
    let summary = home.send(&vendor.url(), ["--text", "hi", "--json"]).args(args).args(ids).run().exits(0).summary();
    assert_eq!(summary["recipients"]["accepted"], requests, "{summary}");
    summary
}

fn accepting() -> Vendor {
    Vendor::start(|_| Answer::accepted("bm-1"))
}

#[track_caller]
fn at_least(summary: &Value, millis: u64) {
    assert!(summary["elapsed_ms"].as_u64().unwrap() >= millis, "{summary}");
}

#[test]
fn eight_requests_are_on_the_wire_at_once_with_one_token() {
    // Nobody is answered before eight have arrived.
    let eight = Barrier::new(8);
    let vendor = Vendor::start(move |_| {
        eight.wait();
        Answer::accepted("bm-1")
    });
    send(&vendor, 16, &[]);
    let mut ids: Vec<_> = vendor.messages().iter().flat_map(|asked| asked.ids("open_ids")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), vendor.messages().len(), vendor.token_requests()), (16, 16, 1));
}

#[test]
fn the_documented_pace_is_kept_without_being_asked_for() {
    // 50 requests a second, and half a second against jitter.
    at_least(&send(&accepting(), 51, &[]), 1_500);
}

#[test]
fn the_users_pace_is_kept() {
    at_least(&send(&accepting(), 4, &["--rate", "10"]), 300);
}

#[test]
fn loopback_may_be_flooded() {
    let vendor = accepting();
    send(&vendor, 51, &["--rate", "unlimited"]);
    assert_eq!(vendor.messages().len(), 51);
}

#[test]
fn everybody_waits_when_one_was_too_fast() {
    let throttled =
        || Answer::code(99_991_400, "request trigger frequency limit").with_header("x-ogw-ratelimit-reset", "1");
    let vendor = Vendor::start(move |asked| if asked.nth == 0 { throttled() } else { Answer::accepted("bm-1") });
    let summary = send(&vendor, 3, &["--in-flight", "1"]);
    at_least(&summary, 1_000);
    assert_eq!(summary["requests"]["throttled"], 1, "{summary}");
    assert_eq!(vendor.messages().len(), 4);
}
