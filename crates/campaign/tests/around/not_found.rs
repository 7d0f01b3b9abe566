//! Addresses that nobody has: rejected from the beginning, with the reason, and counted.

use batchcast_campaign::{MaxRejected, Outcome, State, Step, Why};

use crate::bench::{Ran, options};
use crate::directory::Directory;
use crate::people::{email, mobile, nobody, open_id, outcomes, plan, vendor, with_every_ledger};
use crate::vendor::{Vendor, in_doubt};

#[test]
fn they_are_rejected_with_the_reason() {
    with_every_ledger(|bench| {
        let (vendor, directory) = (vendor(2), Directory::default());
        let id = plan(bench, &vendor, &directory, [nobody(1), email(2), nobody(3), mobile(4), open_id(5)]).unwrap();
        let reason = "nobody has this address".to_owned();
        for row in [0, 2] {
            let row = &outcomes(bench, &id)[row];
            let expected = Outcome::Rejected { code: None, reason: reason.clone(), request_id: None };
            assert_eq!((row.outcome(), row.at()), (expected, Some(bench.wall.unix())));
        }
        let standing = bench.standing(&id);
        assert_eq!((standing.state, standing.next, bench.counts(&id)), (State::Planned, Step::Run, [0, 2, 0, 3]));
        let estimate = bench.campaign(&id).estimate(Vec::new()).unwrap();
        assert_eq!((estimate.recipients, estimate.requests, estimate.got_it_already), (3, 2, 0));

        let ran = bench.run(&id, &vendor);
        assert_eq!((ran.why(), ran.counts(), bench.counts(&id)), (None, [3, 2, 0, 0], [3, 2, 0, 0]));
        assert_eq!((vendor.attempts(), ran.progress.requests.planned), (2, 2));
        assert_eq!(vendor.reached().into_keys().collect::<Vec<_>>(), ["ou_2", "ou_4", "ou_5"]);
        let standing = bench.standing(&id);
        assert_eq!((standing.state, standing.next), (State::Finished, Step::Nothing));
    });
}

#[test]
fn the_counts_add_up_while_it_is_sent() {
    with_every_ledger(|bench| {
        let vendor = Vendor::new(2, |nth, _| if nth == 1 { in_doubt() } else { crate::vendor::accepted() });
        let people = [email(1), nobody(1), email(2), email(3), nobody(2), email(4), email(5)];
        let id = plan(bench, &vendor, &Directory::default(), people).unwrap();
        assert_eq!(bench.counts(&id), [0, 2, 0, 5]);
        let ran = bench.run(&id, &vendor);
        assert_eq!((ran.counts(), bench.counts(&id)), ([3, 2, 2, 0], [3, 2, 2, 0]));
        assert_eq!(bench.standing(&id).next, Step::Resolve);
    });
}

#[test]
fn a_plan_of_nobody_but_them_sends_nothing() {
    with_every_ledger(|bench| {
        let vendor = vendor(10);
        let id = plan(bench, &vendor, &Directory::default(), (0..3).map(nobody)).unwrap();
        let planned = bench.standing(&id).plan;
        assert_eq!((planned.recipients(), planned.not_found, planned.requests, planned.bytes), (3, 3, 0, 0));
        assert_eq!(bench.counts(&id), [0, 3, 0, 0]);
        let ran = bench.run(&id, &vendor);
        assert_eq!((ran.why(), ran.counts(), vendor.attempts()), (None, [0, 3, 0, 0], 0));
        assert_eq!((bench.standing(&id).state, bench.counts(&id)), (State::Finished, [0, 3, 0, 0]));
    });
}

#[test]
fn they_count_among_the_rejected_that_are_too_many() {
    /// Three of ten are nobody: whether the run pauses, after how many requests.
    #[track_caller]
    fn check(max: MaxRejected, expected: (Option<Why>, u32)) {
        with_every_ledger(|bench| {
            let vendor = vendor(2);
            let people = (0..7).map(email).chain((0..3).map(nobody));
            let id = plan(bench, &vendor, &Directory::default(), people).unwrap();
            let run = || -> Ran { bench.run_with(&id, &vendor, options(&vendor).with_max_rejected(max)) };
            assert_eq!((run().why(), vendor.attempts()), expected);
            // It is not carried on by being run again.
            assert_eq!((run().why(), vendor.attempts()), expected);
        });
    }
    check(MaxRejected::Count(2), (Some(Why::TooManyRejected), 0));
    check(MaxRejected::Count(3), (None, 4));
    check(MaxRejected::Percent(29.9), (Some(Why::TooManyRejected), 0));
    check(MaxRejected::Percent(30.0), (None, 4));
}
