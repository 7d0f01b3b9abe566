//! Settling doubts by what the vendor remembers of each recipient.

use std::num::NonZeroUsize;
use std::sync::{Barrier, OnceLock};
use std::time::Duration;

use batchcast_campaign::follow_up::{Checked, check};
use batchcast_campaign::ledger::{BatchState, CampaignId};
use batchcast_campaign::protocol::{self, Begun, Fate, Recorded, Resolution, Settlement};
use batchcast_campaign::{Campaign, Error, Outcome, Refusal, State, Step};
use batchcast_transport::around::{Sent, Trace};
use batchcast_transport::time::Unix;

use crate::account::account;
use crate::bench::{Bench, DEADLINE, write};
use crate::chronicle::{Chronicle, broken, trace};
use crate::party::Party;
use crate::resolving::killed;
use crate::vendor::{Vendor, accepted, in_doubt};

pub(crate) const ONE: NonZeroUsize = NonZeroUsize::MIN;

/// How long after its begin an attempt may be settled.
pub(crate) const RIPE: Duration = Duration::from_secs(30 + 120);

/// So many batches of ten in doubt, each with one behind it that is accepted; and it is time to settle them.
pub(crate) fn with_doubts(bench: &Bench, doubts: usize) -> CampaignId {
    let vendor = Vendor::new(10, |n, _| if n % 2 == 0 { in_doubt() } else { accepted() });
    let id = bench.plan(&vendor, 20 * doubts);
    assert_eq!(bench.run(&id, &vendor).why(), None);
    let of_each = 10 * doubts as u64;
    assert_eq!((bench.counts(&id), bench.standing(&id).next), ([of_each, 0, of_each, 0], Step::Resolve));
    bench.wall.advance(RIPE);
    id
}

/// Accepted, rejected and in doubt.
pub(crate) fn three(checked: Checked) -> [u64; 3] {
    [checked.accepted, checked.rejected, checked.in_doubt]
}

fn states(bench: &Bench, id: &CampaignId) -> Vec<BatchState> {
    (0..bench.row(id).batches).map(|number| bench.batch(id, number).state).collect()
}

#[test]
fn each_is_what_the_history_says() {
    use BatchState::{Accepted, Rejected, Split, Unknown};
    /// What of the ten in doubt becomes of their batch and those behind it.
    #[track_caller]
    fn says(letters: &str, settled: [u64; 3], states: &[BatchState], calls: usize) {
        let bench = Bench::memory();
        let id = with_doubts(&bench, 1);
        let chronicle = Chronicle::of(letters);
        let checked = check(&bench.campaign(&id), &chronicle, None, ONE).unwrap();
        assert_eq!((three(checked), chronicle.asked().len()), (settled, calls), "{letters}");
        let [found, missing, doubt] = settled;
        assert_eq!(bench.counts(&id), [10 + found, missing, doubt, 0], "{letters}");
        assert_eq!(self::states(&bench, &id), states, "{letters}");
        let next = if doubt > 0 { Step::Resolve } else { Step::Nothing };
        assert_eq!((bench.standing(&id).state, bench.standing(&id).next), (State::Finished, next), "{letters}");

        let outcomes = account(&bench.ledger, &id).outcomes;
        for (person, letter) in letters.bytes().enumerate() {
            let outcome = &outcomes[&format!("u{person}")];
            let expected = match letter {
                _ if calls < 10 => "unknown",
                b'f' => "accepted",
                b'm' => "rejected",
                _ => "unknown",
            };
            assert_eq!(outcome.as_str(), expected, "{letters}: u{person}");
            assert_eq!(outcome.message_id(), (expected == "accepted").then_some("key-1"), "{letters}: u{person}");
            let reason = outcome.reason().unwrap();
            let told = match letter {
                _ if calls < 10 => "",
                b'f' => "the vendor's history has it; was in doubt: ",
                b'm' => "the vendor's history does not have it; was in doubt: ",
                _ => "it is too long ago; was in doubt: ",
            };
            assert!(reason.starts_with(told) && reason.contains("nobody can know"), "{letters}: u{person}: {reason}");
        }
    }
    says("ffffffffff", [10, 0, 0], &[Accepted, Accepted], 10);
    says("mmmmmmmmmm", [0, 10, 0], &[Rejected, Accepted], 10);
    says("fmcfmcfmcf", [4, 3, 3], &[Split, Accepted, Accepted, Rejected, Unknown], 10);
    says("fffffmmmmm", [5, 5, 0], &[Split, Accepted, Accepted, Rejected], 10);
    says("mfffffffff", [9, 1, 0], &[Split, Accepted, Accepted, Rejected], 10);
    says("cfffffffff", [9, 0, 1], &[Split, Accepted, Accepted, Unknown], 10);
    says("mmmmmmmmmc", [0, 9, 1], &[Split, Accepted, Rejected, Unknown], 10);
    says("ccccccccfc", [1, 0, 9], &[Split, Accepted, Accepted, Unknown], 10);
    // The five of the sample, every other one, cannot be told of.
    says("cccccccccc", [0, 0, 10], &[Unknown, Accepted], 5);
    says("cfcfcfcfcm", [0, 0, 10], &[Unknown, Accepted], 5);
}

#[test]
fn everybody_in_doubt_is_asked_for_once_by_the_mark_and_the_times_of_the_attempt() {
    let bench = Bench::memory();
    let id = with_doubts(&bench, 2);
    let chronicle = Chronicle::new(|_, _| Ok(Trace::Missing));
    let _ = check(&bench.campaign(&id), &chronicle, None, ONE).unwrap();
    assert_eq!(chronicle.people(), (0..10).chain(20..30).collect::<Vec<_>>());
    let began = Unix::from_secs(1_800_000_000);
    let sent = Sent { from: began, until: began + DEADLINE, asked: began + RIPE };
    for question in chronicle.asked() {
        // Each attempt draws one, also those that are accepted.
        let mark = if question.person < 10 { "mark 0" } else { "mark 2" };
        assert_eq!((question.mark.as_str(), question.sent), (mark, sent));
    }
}

#[test]
fn a_question_is_not_asked_before_its_time_nor_where_nothing_is_in_doubt() {
    #[track_caller]
    fn refuses(bench: &Bench, id: &CampaignId, batch: Option<u32>, is: impl Fn(&Refusal) -> bool) {
        let (chronicle, before) = (Chronicle::new(|_, _| Ok(Trace::Missing)), bench.standing(id));
        let refused = check(&bench.campaign(id), &chronicle, batch, ONE).unwrap_err();
        assert!(matches!(&refused, Error::Refused(refusal) if is(refusal)), "{refused:?}");
        assert_eq!((chronicle.asked(), bench.standing(id)), (Vec::new(), before));
    }
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |n, _| if n == 0 { in_doubt() } else { accepted() });
    let id = bench.plan(&vendor, 20);
    bench.run(&id, &vendor);
    bench.wall.advance(RIPE - Duration::from_millis(1));
    let ripe = Unix::from_secs(1_800_000_000) + RIPE;
    for batch in [None, Some(0)] {
        refuses(&bench, &id, batch, |refusal| matches!(refusal, Refusal::TooEarly { until, .. } if *until == ripe));
    }
    bench.wall.advance(Duration::from_millis(1));
    for (number, of) in [(1, Some(BatchState::Accepted)), (2, None)] {
        refuses(
            &bench,
            &id,
            Some(number),
            |refusal| matches!(refusal, Refusal::NotInDoubt { batch, state, .. } if (*batch, *state) == (number, of)),
        );
    }
    let campaign = bench.campaign(&id);
    campaign.forget().unwrap();
    refuses(&bench, &id, None, |refusal| matches!(refusal, Refusal::Forgotten(_)));
}

#[test]
fn one_batch_alone_and_then_nothing_is_left() {
    let bench = Bench::memory();
    let id = with_doubts(&bench, 2);
    let campaign = bench.campaign(&id);
    campaign.cancel().unwrap();
    let chronicle = Chronicle::new(|_, _| Ok(Trace::Missing));
    assert_eq!(three(check(&campaign, &chronicle, Some(2), ONE).unwrap()), [0, 10, 0]);
    assert_eq!((chronicle.people(), bench.counts(&id)), ((20..30).collect(), [20, 10, 10, 0]));
    assert_eq!(three(check(&campaign, &chronicle, None, ONE).unwrap()), [0, 10, 0]);
    assert_eq!(three(check(&campaign, &chronicle, None, ONE).unwrap()), [0, 0, 0]);
    assert_eq!((chronicle.asked().len(), bench.counts(&id)), (20, [20, 20, 0, 0]));
}

#[test]
fn a_campaign_that_somebody_runs_is_left_alone() {
    let of_both: [fn() -> Bench; 2] = [Bench::memory, Bench::by_lease];
    for bench in of_both.map(|bench| bench()) {
        let (campaign, chronicle) = (OnceLock::<Campaign>::new(), Chronicle::new(|_, _| Ok(Trace::Missing)));
        let vendor = Vendor::new(10, |n, _| {
            if n == 0 {
                return in_doubt();
            }
            let refused = check(campaign.get().unwrap(), &chronicle, None, ONE);
            assert!(matches!(refused, Err(Error::Held(_))), "{refused:?}");
            accepted()
        });
        let id = bench.plan(&vendor, 20);
        campaign.set(bench.campaign(&id)).unwrap();
        assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [10, 0, 10, 0]));
        assert_eq!(chronicle.asked(), []);
    }
}

#[test]
fn what_a_dead_run_left_on_the_wire_is_looked_up_too() {
    let of_both: [fn() -> Bench; 2] = [Bench::memory, Bench::by_lease];
    for bench in of_both.map(|bench| bench()) {
        let vendor = Vendor::new(10, |_, _| accepted());
        let id = bench.plan(&vendor, 40);
        killed(&bench, &vendor, &id, 2, 1);
        bench.wall.advance(RIPE);
        let chronicle = Chronicle::new(|_, person| Ok(trace(if person < 10 { b'f' } else { b'm' })));
        assert_eq!(three(check(&bench.campaign(&id), &chronicle, None, ONE).unwrap()), [10, 10, 0]);
        assert_eq!(bench.counts(&id), [10, 10, 0, 20]);
        assert_eq!((bench.standing(&id).next, bench.batches_in(&id, BatchState::Pending)), (Step::Run, vec![2, 3]));
        assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [30, 10, 0, 0]));
        assert_eq!(vendor.attempts(), 2);
    }
}

#[test]
fn an_attempt_without_a_mark_stays_in_doubt() {
    let bench = Bench::memory();
    let vendor = Vendor::new(10, |_, _| accepted());
    let id = bench.plan(&vendor, 10);
    let party = Party::of(&bench, &vendor, &id);
    let claim = party.claimed(&bench);
    assert!(matches!(party.begin(&bench, &claim), Begun::Attempt(attempt) if attempt.mark().is_none()));
    bench.wall.advance(RIPE);
    let chronicle = Chronicle::new(|_, _| Ok(Trace::Missing));
    assert_eq!(three(check(&bench.campaign(&id), &chronicle, None, ONE).unwrap()), [0, 0, 10]);
    assert_eq!((chronicle.asked(), bench.counts(&id)), (Vec::new(), [0, 0, 10, 0]));
    assert!(matches!(&account(&bench.ledger, &id).outcomes["u0"], Outcome::Unknown { mark: None, .. }));
}

#[test]
fn what_somebody_else_has_settled_meanwhile_stays_and_is_not_counted() {
    #[track_caller]
    fn says(resolution: Resolution, letters: &str, counts: [u64; 4]) {
        let bench = Bench::memory();
        let id = with_doubts(&bench, 1);
        let campaign = bench.campaign(&id);
        let chronicle = Chronicle::new(|nth, person| {
            if nth == 7 {
                assert_eq!(campaign.resolve(None, resolution).unwrap().recipients, 10);
            }
            Ok(trace(letters.as_bytes()[person]))
        });
        let checked = check(&campaign, &chronicle, None, ONE).unwrap();
        assert_eq!((three(checked), bench.counts(&id)), ([0; 3], counts), "{resolution:?}, {letters}");
        assert_eq!(bench.row(&id).batches, 2, "{resolution:?}, {letters}");
    }
    for letters in ["ffffffffff", "mmmmmmmmmm", "fmcfmcfmcf"] {
        says(Resolution::Delivered, letters, [20, 0, 0, 0]);
        says(Resolution::NotDelivered, letters, [10, 10, 0, 0]);
        says(Resolution::Resend, letters, [10, 0, 0, 10]);
    }
}

#[test]
fn an_answer_that_comes_late_after_all_is_the_last_word_before_and_none_after() {
    for (comes, letters) in [("before", "mmmmmmmmmm"), ("before", "fmcfmcfmcf"), ("after", "fmcfmcfmcf")] {
        let bench = Bench::memory();
        let vendor = Vendor::new(10, |_, _| accepted());
        let id = bench.plan(&vendor, 10);
        killed(&bench, &vendor, &id, 0, 0);
        let party = Party::of(&bench, &vendor, &id);
        let claim = party.claimed(&bench);
        let begun = write(&*bench.ledger, |tables| {
            let mark = Some(batchcast_transport::channel::Mark::new("mark"));
            protocol::begin(tables, &party.tenure, &party.terms, &claim, mark)
        });
        let Begun::Attempt(attempt) = begun else { panic!("{begun:?}") };
        bench.wall.advance(RIPE);
        let settlement = Settlement::new(Fate::Accepted { message_id: Some("bm-9".to_owned()), rejected: Vec::new() });
        let answer = || {
            write(&*bench.ledger, |tables| protocol::record(tables, &party.tenure, &party.terms, &attempt, &settlement))
        };
        let chronicle = Chronicle::new(|nth, person| {
            if nth == 3 && comes == "before" {
                assert_eq!(answer(), Recorded::Late);
            }
            Ok(trace(letters.as_bytes()[person]))
        });
        let checked = check(&bench.campaign(&id), &chronicle, None, ONE).unwrap();
        if comes == "before" {
            assert_eq!((three(checked), bench.counts(&id)), ([0; 3], [10, 0, 0, 0]), "{letters}");
        } else {
            assert_eq!((three(checked), bench.counts(&id)), ([4, 3, 3], [4, 3, 3, 0]));
            assert_eq!((answer(), bench.counts(&id)), (Recorded::TooLate, [4, 3, 3, 0]));
        }
    }
}

#[test]
fn whom_the_vendor_was_not_asked_for_is_left_for_the_next_time() {
    let bench = Bench::memory();
    let id = with_doubts(&bench, 3);
    let campaign = bench.campaign(&id);
    // The fifth of the second batch.
    let first = Chronicle::new(|nth, _| if nth == 14 { broken() } else { Ok(Trace::Missing) });
    let failed = check(&campaign, &first, None, ONE).unwrap_err();
    assert!(matches!(&failed, Error::Vendor(_)), "{failed:?}");
    assert_eq!((bench.counts(&id), bench.standing(&id).next), ([30, 10, 20, 0], Step::Resolve));
    let second = Chronicle::new(|_, person| Ok(trace(if person % 2 == 0 { b'f' } else { b'm' })));
    assert_eq!(three(check(&campaign, &second, None, ONE).unwrap()), [10, 10, 0]);
    assert_eq!(second.people(), (20..30).chain(40..50).collect::<Vec<_>>());
    assert_eq!(bench.counts(&id), [40, 20, 0, 0]);
}

#[test]
fn several_are_asked_for_at_once() {
    let bench = Bench::memory();
    let vendor = Vendor::new(20, |_, _| in_doubt());
    let id = bench.plan(&vendor, 20);
    bench.run(&id, &vendor);
    bench.wall.advance(RIPE);
    // After the sample of five, three times five: nobody is answered before three have asked.
    let three_of_them = Barrier::new(3);
    let chronicle = Chronicle::new(|nth, person| {
        if nth >= 5 {
            three_of_them.wait();
        }
        Ok(trace(b"fmc"[person % 3]))
    });
    let checked = check(&bench.campaign(&id), &chronicle, None, NonZeroUsize::new(3).unwrap()).unwrap();
    assert_eq!((three(checked), bench.counts(&id)), ([7, 7, 6], [7, 7, 6, 0]));
    assert_eq!(chronicle.people(), (0..20).collect::<Vec<_>>());
}
