//! The pace of an app: slots, the pause, and the volume of a day.

use std::time::Duration;

use batchcast_transport::operation::Cost;
use batchcast_transport::time::Unix;

use super::bench::{Bench, attempt};
use super::sample::{LATEST, TEXT, at};
use crate::ledger::Slot;

const APP: &str = "feishu https://open.example.com cli_1";
const OTHERS: [&str; 3] = ["", TEXT, "feishu https://open.example.com cli_10"];

fn slot(milliseconds: u64, recipients: u32) -> Slot {
    Slot { at: at(milliseconds), cost: Cost::one_request(recipients) }
}

/// Slots for the app, and one at 5 for each of the others.
fn insert(bench: &Bench, slots: &[Slot]) {
    bench.write(|tables| {
        OTHERS.iter().try_for_each(|other| tables.insert_slot(other, slot(5, 5)))?;
        slots.iter().try_for_each(|slot| tables.insert_slot(APP, *slot))
    });
}

fn slots_since(bench: &Bench, since: u64) -> Vec<Slot> {
    bench.read(|view| view.slots(APP, at(since)))
}

#[track_caller]
fn others_are_as_they_were(bench: &Bench) {
    for other in OTHERS {
        assert_eq!(bench.read(|view| view.slots(other, Unix::EPOCH)), [slot(5, 5)], "of {other:?}");
    }
}

pub(super) fn keep_slots_the_oldest_first(bench: &Bench) {
    assert_eq!(slots_since(bench, 0), []);
    let mut most = Slot { at: LATEST, cost: Cost::one_request(u32::MAX) };
    most.cost.requests = u32::MAX;
    insert(bench, &[slot(30, 3), slot(10, 1), most, slot(20, 2)]);
    bench.write(|tables| tables.insert_slot(APP, slot(15, 0)));
    let check = |since, expected: &[Slot]| assert_eq!(slots_since(bench, since), expected, "since {since}");
    check(0, &[slot(10, 1), slot(15, 0), slot(20, 2), slot(30, 3), most]);
    check(9, &[slot(10, 1), slot(15, 0), slot(20, 2), slot(30, 3), most]);
    // After the moment, so not what was let go at it.
    check(10, &[slot(15, 0), slot(20, 2), slot(30, 3), most]);
    check(30, &[most]);
    others_are_as_they_were(bench);
}

pub(super) fn keep_slots_of_the_same_moment_apart(bench: &Bench) {
    insert(bench, &[slot(10, 7), slot(5, 1), slot(10, 7), slot(10, 8), slot(10, 7)]);
    let mut found = slots_since(bench, 0);
    assert!(found.is_sorted_by_key(|slot| slot.at), "{found:?}");
    found.sort_by_key(|slot| (slot.at, slot.cost.recipients));
    assert_eq!(found, [slot(5, 1), slot(10, 7), slot(10, 7), slot(10, 7), slot(10, 8)]);
}

pub(super) fn delete_slots_up_to_a_moment(bench: &Bench) {
    let all = [slot(4, 1), slot(5, 2), slot(5, 3), slot(6, 4), slot(7, 5)];
    insert(bench, &all);
    let check = |until, kept: &[Slot]| {
        bench.write(|tables| tables.delete_slots(APP, at(until)));
        assert_eq!(slots_since(bench, 0), kept, "until {until}");
        others_are_as_they_were(bench);
    };
    check(0, &all);
    check(3, &all);
    // What was let go at this moment, too.
    check(5, &all[3..]);
    check(7, &[]);
}

pub(super) fn clamp_slots_to_a_moment(bench: &Bench) {
    insert(bench, &[slot(4, 1), slot(5, 2), slot(6, 3), slot(9_999, 4)]);
    let check = |latest, expected: &[Slot]| {
        bench.write(|tables| tables.clamp_slots(APP, at(latest)));
        let mut found = slots_since(bench, 0);
        assert!(found.is_sorted_by_key(|slot| slot.at), "{found:?}");
        found.sort_by_key(|slot| slot.cost.recipients);
        assert_eq!(found, expected, "to {latest}");
        others_are_as_they_were(bench);
    };
    check(10_000, &[slot(4, 1), slot(5, 2), slot(6, 3), slot(9_999, 4)]);
    check(6, &[slot(4, 1), slot(5, 2), slot(6, 3), slot(6, 4)]);
    check(5, &[slot(4, 1), slot(5, 2), slot(5, 3), slot(5, 4)]);
    check(1, &[slot(1, 1), slot(1, 2), slot(1, 3), slot(1, 4)]);
}

pub(super) fn keep_one_pause(bench: &Bench) {
    let pause = |pace: &str| bench.read(|view| view.pause(pace));
    assert_eq!(pause(APP), None);
    let check = |until, asked| {
        let asked = Duration::from_millis(asked);
        bench.write(|tables| tables.replace_pause(APP, at(until), asked));
        assert_eq!(pause(APP), Some((at(until), asked)));
        assert!(OTHERS.iter().all(|other| pause(other).is_none()), "the pause of another app");
    };
    check(500, 60_001);
    // The later one counts, even where it ends earlier.
    check(400, 0);
    check(LATEST.as_millis(), 1 << 52);
    assert_eq!(slots_since(bench, 0), []);
}

pub(super) fn pause_until_the_end_of_time(bench: &Bench) {
    // What a vendor asks for may be anything. Not every SQL has such a number: then it is as late as can be.
    let kept = attempt(&*bench.ledger, |tables| tables.replace_pause(APP, at(u64::MAX), Duration::MAX));
    assert!(kept.is_ok(), "a pause without an end could not be kept: {kept:?}");
    let found = bench.read(|view| view.pause(APP));
    let year = Duration::from_secs(365 * 86_400);
    assert!(found.is_some_and(|(until, asked)| until >= LATEST && asked > 1000 * year), "{found:?}");
}

/// The minutes with any volume, told by their number.
fn volume_since(bench: &Bench, pace: &str, since: u64) -> Vec<(u64, u64)> {
    let found = bench.read(|view| view.quota(pace, at(since)));
    let used = found.into_iter().filter(|(_, volume)| *volume > 0);
    used.map(|(minute, volume)| (minute.as_millis() / 60_000, volume)).collect()
}

fn add(bench: &Bench, pace: &str, minute: u64, volume: i64) {
    bench.write(|tables| tables.add_quota(pace, at(minute * 60_000), volume));
}

pub(super) fn add_up_a_minutes_volume(bench: &Bench) {
    assert_eq!(volume_since(bench, APP, 0), []);
    for (minute, volume) in [(7, 200), (3, 1), (7, 50), (5, 1 << 40)] {
        add(bench, APP, minute, volume);
    }
    add(bench, OTHERS[2], 7, 9);
    assert_eq!(volume_since(bench, APP, 0), [(3, 1), (5, 1 << 40), (7, 250)]);
    assert_eq!(volume_since(bench, OTHERS[2], 0), [(7, 9)]);
    assert_eq!(volume_since(bench, OTHERS[0], 0), []);
}

pub(super) fn keep_volume_above_zero(bench: &Bench) {
    let check = |minute, volume, expected: &[(u64, u64)]| {
        add(bench, APP, minute, volume);
        assert_eq!(volume_since(bench, APP, 0), expected, "{volume} in minute {minute}");
    };
    check(1, 10, &[(1, 10)]);
    check(1, -4, &[(1, 6)]);
    check(1, -6, &[]);
    check(1, 3, &[(1, 3)]);
    check(1, -100, &[]);
    check(1, 2, &[(1, 2)]);
    // Given back in a minute in which nothing was used.
    check(2, -5, &[(1, 2)]);
    check(2, 1, &[(1, 2), (2, 1)]);
    check(2, i64::MIN, &[(1, 2)]);
}

pub(super) fn tell_minutes_by_their_end(bench: &Bench) {
    for minute in [1, 2, 3] {
        add(bench, APP, minute, 1);
    }
    let check = |since, expected: &[u64]| {
        let minutes: Vec<_> = volume_since(bench, APP, since).into_iter().map(|(minute, _)| minute).collect();
        assert_eq!(minutes, expected, "since {since} ms");
    };
    check(0, &[1, 2, 3]);
    check(119_999, &[1, 2, 3]);
    check(120_000, &[2, 3]);
    check(239_999, &[3]);
    check(240_000, &[]);
    check(LATEST.as_millis(), &[]);
}

pub(super) fn delete_minutes_by_their_begin(bench: &Bench) {
    for minute in [1, 2, 3, 4] {
        add(bench, APP, minute, 1);
        add(bench, OTHERS[1], minute, 1);
    }
    let check = |until, expected: &[u64]| {
        bench.write(|tables| tables.delete_quota(APP, at(until)));
        let minutes: Vec<_> = volume_since(bench, APP, 0).into_iter().map(|(minute, _)| minute).collect();
        assert_eq!(minutes, expected, "until {until} ms");
        assert_eq!(volume_since(bench, OTHERS[1], 0).len(), 4);
    };
    check(59_999, &[1, 2, 3, 4]);
    check(60_000, &[2, 3, 4]);
    check(179_999, &[3, 4]);
    check(240_000, &[]);
}
