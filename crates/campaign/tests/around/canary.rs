//! The first before the rest, where some addresses have nobody behind them.

use std::num::NonZeroU64;

use batchcast_campaign::ledger::CampaignId;
use batchcast_campaign::{CanaryResult, Why};
use batchcast_model::Recipient;

use crate::bench::{Bench, options};
use crate::directory::Directory;
use crate::people::{add, email, nobody, open_id, planner, rows, vendor, with_every_ledger};
use crate::vendor::{Vendor, accepted_without};

fn planned(bench: &Bench, vendor: &Vendor<'_>, canary: u64, people: impl IntoIterator<Item = Recipient>) -> CampaignId {
    let directory = Directory::default();
    let mut planner = planner(bench, vendor, &directory).with_canary(NonZeroU64::new(canary).unwrap(), vendor);
    add(&mut planner, people).unwrap();
    planner.save().unwrap()
}

/// Nobody in front, between the first two, and behind.
fn with_gaps() -> [Recipient; 9] {
    [nobody(0), email(1), nobody(2), nobody(3), email(4), nobody(5), open_id(6), email(7), nobody(8)]
}

#[test]
fn the_canary_is_of_those_who_are_sent_to() {
    with_every_ledger(|bench| {
        let vendor = vendor(10);
        let id = planned(bench, &vendor, 2, with_gaps());
        let canary = bench.standing(&id).plan.canary.unwrap();
        assert_eq!((canary.recipients, canary.requests), (2, 1));
        let batches: Vec<_> = rows(bench, &id).into_iter().map(|(_, batch, _)| batch).collect();
        assert_eq!(batches, [2, 0, 2, 2, 0, 2, 1, 1, 2]);
        assert_eq!(bench.counts(&id), [0, 5, 0, 4]);
    });
}

#[test]
fn it_is_sent_and_looked_at_before_the_rest() {
    with_every_ledger(|bench| {
        let vendor = vendor(10);
        let id = planned(bench, &vendor, 2, with_gaps());
        assert!(bench.campaign(&id).may_begin_with(2).is_ok());
        assert!(bench.standing(&id).awaits_canary());
        assert_eq!(bench.standing(&id).canary_result(), None);

        let ran = bench.run_with(&id, &vendor, options(&vendor).canary_alone());
        assert_eq!((ran.why(), ran.counts()), (Some(Why::Canary), [2, 5, 0, 2]));
        let standing = bench.standing(&id);
        // Whom nobody knew was no part of it.
        assert_eq!((standing.awaits_canary(), standing.canary_result()), (false, Some(CanaryResult::AllAccepted)));

        assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [4, 5, 0, 0]));
        vendor.has_reached_nobody_twice();
    });
}

#[test]
fn one_of_it_who_is_rejected_is_seen_among_those_whom_nobody_knew() {
    with_every_ledger(|bench| {
        let vendor = Vendor::new(10, |_, _| accepted_without([open_id(4)]));
        let id = planned(bench, &vendor, 2, with_gaps());
        bench.run_with(&id, &vendor, options(&vendor).canary_alone());
        assert_eq!(bench.counts(&id), [1, 6, 0, 2]);
        assert_eq!(bench.standing(&id).canary_result(), Some(CanaryResult::NotAll));
    });
}

#[test]
fn where_everybody_is_in_it_there_is_no_rest_to_wait() {
    with_every_ledger(|bench| {
        for canary in [4, 5, 8, 9, 10] {
            let vendor = vendor(10);
            let id = planned(bench, &vendor, canary, with_gaps());
            assert_eq!(bench.standing(&id).plan.canary, None);
            // So everybody is the first so many.
            assert!(bench.campaign(&id).may_begin_with(canary).is_ok(), "{canary}");
            assert!(bench.campaign(&id).may_begin_with(3).is_err());
        }
    });
}
