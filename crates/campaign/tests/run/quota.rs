//! The day's volume: counted over the last 24 hours, given back where nothing was processed.

use std::time::Duration;

use batchcast_campaign::{State, Step, Why};
use batchcast_transport::class::Class;
use batchcast_transport::time::Unix;

use crate::bench::{Bench, options, threads};
use crate::vendor::{Answer, Vendor, accepted, in_doubt, refused};

const DAY: u64 = 86_400;

/// The clock of a bench begins at 16:00 of UTC+8, 8 hours before its midnight.
const BEGINS: u64 = 1_800_000_000;
const MIDNIGHT: u64 = BEGINS + 8 * 3600;

/// Ten in a request, and 25 a day.
fn scarce<'a>(script: impl Fn(u32) -> Answer + Send + Sync + 'a) -> Vendor<'a> {
    Vendor::new(10, move |n, _| script(n)).with_daily_quota(25)
}

#[test]
fn what_is_used_up_is_waited_for() {
    let bench = Bench::memory();
    let vendor = scarce(|_| accepted());
    let id = bench.plan(&vendor, 60);
    let ran = bench.run(&id, &vendor);
    assert_eq!((ran.why(), bench.counts(&id), vendor.attempts()), (Some(Why::QuotaUsedUp), [20, 0, 0, 40], 2));
    let resume_at = ran.stopped().unwrap().resume_at.unwrap();
    // The minute of the clock in which it was used is over a day later.
    assert_eq!(resume_at, Unix::from_secs(BEGINS + 60 + DAY));
    let standing = bench.standing(&id);
    assert_eq!((standing.state, standing.next), (State::Paused, Step::Run));
    assert_eq!(standing.stopped.unwrap().resume_at, Some(resume_at));

    // A second before that, nothing is left to send with; then there is.
    bench.wall.advance(resume_at.since(bench.wall.unix()) - Duration::from_secs(1));
    assert_eq!((bench.run(&id, &vendor).why(), vendor.attempts()), (Some(Why::QuotaUsedUp), 2));
    bench.wall.advance_secs(1);
    assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (Some(Why::QuotaUsedUp), [40, 0, 0, 20]));
    bench.wall.advance_secs(DAY + 60);
    assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [60, 0, 0, 0]));
}

#[test]
fn what_certainly_was_not_processed_is_given_back() {
    /// Every attempt but the last gets this, and the volume is for two.
    #[track_caller]
    fn check(answer: fn() -> Answer, why: Option<Why>, volume: u64) {
        let bench = Bench::memory();
        let vendor = scarce(|n| if n < 4 { answer() } else { accepted() });
        let id = bench.plan(&vendor, 20);
        assert_eq!((bench.run(&id, &vendor).why(), bench.volume(&vendor)), (why, volume));
    }
    check(accepted, None, 20);
    check(in_doubt, None, 20);
    check(|| refused(Class::NotSent), None, 20);
    check(|| refused(Class::Token), None, 20);
    check(|| refused(Class::TryAgain), None, 20);
    check(|| refused(Class::Throttled { after: None }), None, 20);
    check(|| refused(Class::Recipient), None, 20);
    check(|| refused(Class::Recipients), None, 0);
    check(|| refused(Class::Message), Some(Why::MessageRefused), 0);
    check(|| refused(Class::Permission), Some(Why::NotPermitted), 0);
    check(|| refused(Class::Quota), Some(Why::QuotaUsedUp), 0);
}

#[test]
fn volume_is_given_back_to_the_minute_that_it_was_taken_from() {
    let bench = Bench::memory();
    let vendor = scarce(|n| {
        bench.wall.advance_secs(90);
        if n == 0 { refused(Class::Recipients) } else { accepted() }
    });
    let id = bench.plan(&vendor, 20);
    bench.run(&id, &vendor);
    let minutes = bench.read(|view| view.quota(&vendor.pace(), Unix::EPOCH));
    assert_eq!(minutes, [(Unix::from_secs(BEGINS), 0), (Unix::from_secs(BEGINS + 60), 10)]);
}

#[test]
fn all_campaigns_of_an_app_share_its_volume() {
    let bench = Bench::memory();
    let first = scarce(|_| accepted());
    let id = bench.plan(&first, 20);
    assert_eq!(bench.run(&id, &first).why(), None);
    let second = scarce(|_| accepted()).with_message("another");
    let id = bench.plan(&second, 20);
    assert_eq!((bench.run(&id, &second).why(), second.attempts()), (Some(Why::QuotaUsedUp), 0));
    let elsewhere = scarce(|_| accepted());
    let address = batchcast_transport::channel::Address::new("test", "https://vendor.example.com", "app-2");
    let elsewhere = elsewhere.with_address(address);
    let id = bench.plan(&elsewhere, 20);
    assert_eq!(bench.run(&id, &elsewhere).why(), None);
}

#[test]
fn threads_do_not_use_more_than_there_is() {
    let bench = Bench::memory();
    let vendor = Vendor::new(1, |_, _| accepted()).with_daily_quota(37);
    let id = bench.plan(&vendor, 100);
    let ran = bench.run_with(&id, &vendor, threads(&vendor, 8));
    assert_eq!((ran.why(), bench.counts(&id)), (Some(Why::QuotaUsedUp), [37, 0, 0, 63]));
}

#[test]
fn nothing_is_counted_where_there_is_no_limit() {
    let bench = Bench::memory();
    let vendor = scarce(|_| accepted());
    let id = bench.plan(&vendor, 60);
    let terms = batchcast_campaign::protocol::Terms::of(&vendor, crate::bench::DEADLINE).unlimited();
    let ran = bench.run_with(&id, &vendor, batchcast_campaign::Options::new(terms));
    assert_eq!((ran.why(), bench.volume(&vendor)), (None, 0));
}

#[test]
fn after_the_vendors_word_it_is_the_later_of_midnight_and_a_day_after_the_first() {
    /// So many seconds after the first request of a campaign the next one is told that the volume is used up.
    #[track_caller]
    fn check(used: bool, later: u64, expected: u64) {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |n, _| {
            if n == 0 && used {
                bench.wall.advance_secs(later);
                accepted()
            } else {
                refused(Class::Quota)
            }
        });
        let vendor = vendor.with_daily_quota(1000);
        let id = bench.plan(&vendor, 30);
        if !used {
            bench.wall.advance_secs(later);
        }
        let ran = bench.run_with(&id, &vendor, options(&vendor));
        assert_eq!(ran.why(), Some(Why::QuotaUsedUp));
        assert_eq!(ran.stopped().unwrap().resume_at, Some(Unix::from_secs(expected)));
        assert_eq!(bench.standing(&id).stopped.as_ref(), ran.stopped(), "the run and its ledger say the same");
    }
    check(false, 0, MIDNIGHT);
    check(true, 0, BEGINS + 60 + DAY);
    check(true, 3600, BEGINS + 60 + DAY);
}
