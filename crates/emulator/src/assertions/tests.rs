//! Verdicts, and their texts.

use super::*;
use crate::Emulator;
use crate::feishu::testing::{Sandbox, office};

fn sent(limit: usize, messages: &[&str]) -> World {
    let mut sandbox = Sandbox::from(Emulator::builder().with_delivery_limit(limit).world());
    sandbox.log_in();
    for ids in messages {
        sandbox.send(&format!(r#"{{"msg_type":"text","content":{{"text":"x"}},"open_ids":[{ids}]}}"#));
    }
    sandbox.world
}

const ONE_AND_TWO: &str = r#""ou_1","ou_2""#;
const TWO: &str = r#""ou_2""#;

fn check(verdict: Result<(), String>, expected: &[&str]) {
    let text = verdict.err().unwrap_or_default();
    assert_eq!(text.is_empty(), expected.is_empty(), "{text}");
    for part in expected {
        assert!(text.contains(part), "{text}, without {part}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let world = sent(9, &[ONE_AND_TWO, TWO]);
    let tally = Tally::of(&world);
    check(tally.once(&owned(["ou_1"])), &[]);
    check(tally.once(&owned(["ou_1", "ou_2", "ou_3"])), &["2 of 3 recipients", "ou_2: 2 (bm-", "ou_3: nothing\n"]);
    check(tally.only(&owned(["ou_1"])), &["1 recipients should have got nothing", "ou_2: 2 (bm-"]);
    check(tally.nobody_twice(), &["1 recipients got more than one message", "ou_2"]);
    let world = sent(9, &[ONE_AND_TWO]);
    let tally = Tally::of(&world);
    check(tally.only(&owned(["ou_2", "ou_1"])), &[]);
    check(tally.nobody_twice(), &[]);
    let nothing = sent(9, &[]);
    check(Tally::of(&nothing).only(&[]), &[]);
}

#[test]
fn a_person_is_one_under_every_id() {
    let directory = crate::Directory::new().with_feishu(office()).unwrap();
    let mut sandbox = Sandbox::from(Emulator::builder().with_directory(directory).world());
    sandbox.log_in();
    sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"user_ids":["ben"],"department_ids":["od-works"]}"#);
    let tally = Tally::of(&sandbox.world);
    check(tally.nobody_twice(), &["1 recipients got more than one message", "ben", "ou_ben", ": 2 (bm-"]);
    check(tally.once(&owned(["ben"])), &["ben: 2 (bm-"]);
    check(tally.once(&owned(["ou_ben"])), &["ou_ben: 2 (bm-"]);
    check(tally.once(&owned(["ou_ann"])), &["ou_ann: nothing"]);
}

#[test]
fn whom_the_directory_lists_may_be_named_by_any_id() {
    let directory = crate::Directory::new().with_feishu(office()).unwrap();
    let mut sandbox = Sandbox::from(Emulator::builder().with_directory(directory).world());
    sandbox.log_in();
    sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"user_ids":["ben"]}"#);
    let tally = Tally::of(&sandbox.world);
    check(tally.only(&owned(["ou_ben"])), &[]);
    check(tally.only(&owned(["ben", "ou_ben"])), &[]);
    check(tally.only(&owned(["ou_ann"])), &["ou_ann: nothing"]);
}

#[test]
fn who_somebody_was_is_what_the_directory_said_then() {
    let directory = crate::Directory::new().with_feishu(office()).unwrap();
    let mut sandbox = Sandbox::from(Emulator::builder().with_directory(directory).world());
    sandbox.log_in();
    let send = |sandbox: &mut Sandbox, list: &str| {
        let body = format!(r#"{{"msg_type":"text","content":{{"text":"x"}},{list}}}"#);
        assert_eq!(sandbox.send(&body).json()["code"], 0);
    };
    send(&mut sandbox, r#""user_ids":["ben"]"#);
    send(&mut sandbox, r#""open_ids":["ou_ben"]"#);
    for directory in ["{}", r#"{"feishu":{"users":[{"open_id":"ou_x","user_id":"ben"},{"open_id":"ou_ben"}]}}"#] {
        sandbox.world.set_directory(crate::Directory::from_json(directory.as_bytes()).unwrap());
        let tally = Tally::of(&sandbox.world);
        check(tally.nobody_twice(), &["1 recipients got more than one message", "ben, ou_ben: 2"]);
        check(tally.only(&owned(["ou_ben"])), &["ou_ben: 2"]);
    }
    send(&mut sandbox, r#""user_ids":["ben"]"#);
    let tally = Tally::of(&sandbox.world);
    check(tally.once(&owned(["ou_x"])), &[]);
}

#[test]
fn two_vendors_may_have_people_of_one_name() {
    let mut sandbox = Sandbox::from(Emulator::builder().world());
    sandbox.log_in();
    sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"user_ids":["bonnie"]}"#);
    let mut tim = crate::tim::testing::Sandbox::from(sandbox.world);
    assert_eq!(tim.send(crate::tim::testing::TO_TWO).json()["ErrorCode"], 0);
    let tally = Tally::of(&tim.world);
    check(tally.nobody_twice(), &[]);
    check(tally.once(&owned(["bonnie"])), &["bonnie: 2 ("]);
}

#[test]
fn a_log_that_forgot_proves_nothing() {
    let world = sent(1, &[ONE_AND_TWO]);
    let tally = Tally::of(&world);
    check(tally.once(&owned(["ou_2"])), &["only 1 of 2 deliveries were kept"]);
    check(tally.nobody_twice(), &["only 1 of 2"]);
}

#[test]
fn what_is_still_to_come_may_be_the_second() {
    let builder = Emulator::builder().with_delivery_rate(std::num::NonZeroU32::MIN);
    let mut sandbox = Sandbox::from(builder.world());
    sandbox.log_in();
    for _ in 0..2 {
        sandbox.send(r#"{"msg_type":"text","content":{"text":"x"},"open_ids":["ou_1"]}"#);
    }
    for (seconds, expected) in [(1, &["1 deliveries wait for their turn"][..]), (1, &["ou_1: 2 (bm-"])] {
        sandbox.wait(jiff::SignedDuration::from_secs(seconds));
        assert_eq!(sandbox.request("GET", "/_emulator/health", "", "").status, 200);
        let tally = Tally::of(&sandbox.world);
        check(tally.once(&owned(["ou_1"])), expected);
        check(tally.nobody_twice(), expected);
    }
}

#[test]
fn long_lists_are_cut() {
    let ids: Vec<String> = (0..50).map(|n| format!("ou_{n}")).collect();
    let nothing = sent(9, &[]);
    check(Tally::of(&nothing).once(&ids), &["50 of 50", "… and 30 more"]);
}

#[test]
fn the_assertions_panic_with_the_text() {
    let world = sent(9, &[TWO, TWO]);
    world.assert_delivered_once([""; 0]);
    for broken in [
        std::panic::catch_unwind(|| sent(9, &[TWO, TWO]).assert_delivered_once(["ou_2"])),
        std::panic::catch_unwind(|| sent(9, &[TWO, TWO]).assert_delivered_only(["ou_2"])),
        std::panic::catch_unwind(|| sent(9, &[TWO, TWO]).assert_nobody_twice()),
    ] {
        let text = broken.unwrap_err().downcast::<String>().unwrap();
        assert!(text.contains("ou_2: 2 (bm-"), "{text}");
    }
}
