//! Several threads: everybody once, whatever the answers and their order.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use batchcast_campaign::{Ending, Sending, Why};
use batchcast_transport::class::Class;

use crate::ends::stopped_by;
use crate::vendor::{Vendor, accepted, counts, in_doubt, refused};

#[test]
fn everybody_is_sent_to_once() {
    let vendor = Vendor::new(7, |_| accepted());
    let sending = vendor.run_threads(1000, 8);
    assert_eq!(sending.look(counts), [1000, 0, 0, 0]);
    let sent = vendor.sent();
    assert_eq!(sent.len(), 1000);
    assert!(sent.values().all(|times| *times == 1));
}

#[test]
fn nobody_twice_whatever_the_answers() {
    for seed in 0..50 {
        let state = AtomicU64::new(seed);
        let vendor = Vendor::new(5, |batch| {
            let drawn =
                state.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 60;
            match drawn {
                0 => in_doubt(),
                1 => refused(Class::Recipients),
                2 if batch.len() > 1 => refused(Class::Recipient),
                3 => refused(Class::Token),
                _ => accepted(),
            }
        });
        let sending = vendor.run_threads(200, 8);
        let [accepted, _, unknown, pending] = sending.look(counts);
        let sent = vendor.sent();
        assert!(sent.values().all(|times| *times == 1), "seed {seed}: somebody was sent to twice");
        assert_eq!(sent.len() as u64, accepted + unknown, "seed {seed}: somebody is lost");
        let finished = sending.look(|run| run.summary(Default::default()).ending) == Some(Ending::Finished);
        assert!(!finished || pending == 0, "seed {seed}: finished with somebody pending");
    }
}

#[test]
fn a_sender_that_panics_leaves_a_doubt_and_ends_the_run() {
    let vendor = Vendor::new(10, |batch| {
        assert!(batch[0].id() != "u10", "the sender panics");
        accepted()
    });
    let (sending, timer) = vendor.sending(1000);
    vendor.carry_out(&sending, &timer, 1);
    assert_eq!(sending.look(counts), [10, 0, 10, 980]);
    assert_eq!(sending.look(stopped_by), Some(Why::Broken));
}

#[test]
fn getting_ready_that_panics_ends_the_run_and_nobody_waits_for_ever() {
    let vendor = Vendor::new(10, |_| accepted());
    vendor.ready_panics.store(true, Ordering::Relaxed);
    let (sending, timer) = vendor.sending(1000);
    vendor.carry_out(&sending, &timer, 4);
    assert_eq!(sending.look(counts), [0, 0, 0, 1000]);
    assert_eq!(sending.look(stopped_by), Some(Why::Broken));
}

#[test]
fn a_stop_is_heard_while_others_are_on_the_wire() {
    let sending: OnceLock<&Sending> = OnceLock::new();
    let vendor = Vendor::new(10, |_| {
        if let Some(sending) = sending.get() {
            sending.stop();
        }
        accepted()
    });
    let (made, timer) = vendor.sending(1000);
    sending.set(&made).unwrap();
    vendor.carry_out(&made, &timer, 4);
    let [accepted, rejected, unknown, pending] = made.look(counts);
    assert!((10..=40).contains(&accepted) && pending == 1000 - accepted, "{accepted}");
    assert_eq!((rejected, unknown), (0, 0));
    assert_eq!(made.look(stopped_by), Some(Why::Interrupted));
}

#[test]
fn overlapping_throttles_of_any_length_are_one_event() {
    let times = AtomicU64::new(0);
    let longest = Class::Throttled { after: Some(std::time::Duration::MAX) };
    let vendor =
        Vendor::new(5, |_| if times.fetch_add(1, Ordering::Relaxed) < 8 { refused(longest) } else { accepted() });
    let sending = vendor.run_threads(100, 8);
    assert_eq!(sending.look(stopped_by), Some(Why::LongThrottle));
    let [accepted, rejected, unknown, pending] = sending.look(counts);
    assert_eq!((rejected, unknown, accepted + pending), (0, 0, 100));
}
