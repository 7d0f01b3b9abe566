//! Taking a campaign back, recipient by recipient.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

use batchcast_campaign::Error;
use batchcast_campaign::follow_up::{recall, recalled};
use batchcast_campaign::ledger::{CampaignId, ExceptionRow, RecallState, Settled};
use batchcast_transport::around::{RecallUnit, TakenBack};
use batchcast_transport::class::Class;

use crate::bench::{Bench, write};
use crate::people::{vendor, with_every_ledger};
use crate::recalling::{ONE, Recaller, Said, five, outcomes, refused};
use crate::vendor::{Vendor, accepted_without, person};

fn each<'a>(script: impl Fn(&str) -> Said + Send + Sync + 'a) -> Recaller<'a> {
    Recaller::new(RecallUnit::Recipient, script)
}

fn sent(bench: &Bench, people: usize) -> CampaignId {
    let vendor = vendor(100);
    let id = bench.plan(&vendor, people);
    bench.run(&id, &vendor);
    id
}

fn names(people: impl IntoIterator<Item = usize>) -> Vec<String> {
    let mut names: Vec<_> = people.into_iter().map(|number| person(number).id().to_owned()).collect();
    names.sort_unstable();
    names
}

#[test]
fn everybody_once_and_whoever_is_refused_again() {
    with_every_ledger(|bench| {
        let id = sent(bench, 130);
        let campaign = bench.campaign(&id);
        let first = each(|id| match id {
            "u3" | "u110" => Err(refused(Class::Message)),
            "u4" => Err(refused(Class::Unknown)),
            _ => Ok(TakenBack::Now),
        });
        for asked in [names(0..130), names([3, 4, 110])] {
            let found = recall(&campaign, &first, ONE).unwrap();
            assert_eq!((five(found), first.asked()), ([127, 2, 1, 0, 0], asked));
            assert_eq!(recalled(&campaign).unwrap(), found, "the ledger says the same");
        }
        let of_three: Vec<_> =
            outcomes(bench, &id).into_iter().filter(|(id, _)| ["u2", "u3", "u4"].contains(&&**id)).collect();
        assert_eq!(
            of_three,
            [
                ("u2".to_owned(), Some((RecallState::Recalled, None))),
                ("u3".to_owned(), Some((RecallState::Refused, Some(230_009)))),
                ("u4".to_owned(), Some((RecallState::Unknown, Some(230_009)))),
            ]
        );
        let second = each(|_| Ok(TakenBack::Now));
        for asked in [names([3, 4, 110]), Vec::new()] {
            assert_eq!(five(recall(&campaign, &second, ONE).unwrap()), [130, 0, 0, 0, 0]);
            assert_eq!(second.asked(), asked);
        }
    });
}

#[test]
fn nobody_who_was_taken_back_is_asked_for_again_after_an_interruption() {
    #[track_caller]
    fn check(at_once: usize) {
        with_every_ledger(|bench| {
            let (id, at_once) = (sent(bench, 250), NonZeroUsize::new(at_once).unwrap());
            let campaign = bench.campaign(&id);
            let (taken_back, mut interruptions) = (Mutex::new(BTreeSet::new()), 0);
            // One after the other is in the way; once it is out of it, the rest goes on.
            for obstacle in ["u7", "u90", "u133", "u249"] {
                let recaller = each(|id| {
                    if id == obstacle {
                        return Err(refused(Class::Permission));
                    }
                    assert!(taken_back.lock().unwrap().insert(id.to_owned()), "{id} was taken back before");
                    Ok(TakenBack::Now)
                });
                let ended = recall(&campaign, &recaller, at_once);
                assert!(matches!(ended, Err(Error::Vendor(_))), "{ended:?}");
                interruptions += 1;
                let done = taken_back.lock().unwrap().len() as u64;
                assert_eq!(five(recalled(&campaign).unwrap()), [done, 0, 0, 250 - done, 0]);
            }
            let recaller = each(|id| {
                assert!(taken_back.lock().unwrap().insert(id.to_owned()), "{id} was taken back before");
                Ok(TakenBack::Now)
            });
            assert_eq!(five(recall(&campaign, &recaller, at_once).unwrap()), [250, 0, 0, 0, 0]);
            assert_eq!((taken_back.lock().unwrap().len(), interruptions), (250, 4));
        });
    }
    check(1);
    check(4);
}

#[test]
fn only_those_who_got_it() {
    with_every_ledger(|bench| {
        let vendor = Vendor::new(10, |_, _| accepted_without([person(2), person(3)]));
        let id = bench.plan(&vendor, 6);
        bench.run(&id, &vendor);
        // Of one nobody knows, and one is known to have got it after all.
        let exception =
            |row, state| ExceptionRow { batch: 0, row, state, code: None, reason: None, at: bench.wall.unix() };
        let key = bench.row(&id).key;
        let rows = [exception(4, Settled::Accepted), exception(5, Settled::Unknown)];
        write(&*bench.ledger, |tables| tables.replace_exceptions(key, &rows));
        assert_eq!(bench.counts(&id), [4, 1, 1, 0]);

        let (campaign, recaller) = (bench.campaign(&id), each(|_| Ok(TakenBack::Now)));
        assert_eq!(five(recalled(&campaign).unwrap()), [0, 0, 0, 4, 1]);
        assert_eq!(five(recall(&campaign, &recaller, ONE).unwrap()), [4, 0, 0, 0, 1]);
        assert_eq!(recaller.asked(), names([0, 1, 3, 5]));
        let told: Vec<_> = outcomes(bench, &id).into_iter().map(|(id, _)| id).collect();
        assert_eq!(told, names([0, 1, 3, 5]));
    });
}

#[test]
fn several_at_once() {
    /// So many at once of a hundred: so many were on the wire together, and never more.
    #[track_caller]
    fn check(at_once: usize) {
        with_every_ledger(|bench| {
            let id = sent(bench, 100);
            let (on_the_wire, changed) = (Mutex::new((0, 0)), Condvar::new());
            let recaller = each(|_| {
                let mut now = on_the_wire.lock().unwrap();
                now.0 += 1;
                now.1 = now.1.max(now.0);
                changed.notify_all();
                // Until all are there, or have been: whoever is alone waits in vain, and is found out.
                let wait = Duration::from_secs(10);
                let mut now = changed.wait_timeout_while(now, wait, |(_, most)| *most < at_once).unwrap().0;
                now.0 -= 1;
                Ok(TakenBack::Now)
            });
            let found = recall(&bench.campaign(&id), &recaller, NonZeroUsize::new(at_once).unwrap()).unwrap();
            assert_eq!((five(found), recaller.asked()), ([100, 0, 0, 0, 0], names(0..100)));
            assert_eq!(on_the_wire.lock().unwrap().1, at_once);
        });
    }
    check(1);
    check(2);
    check(5);
}
