//! What is done with a campaign whose doubts the vendor's history has settled: sent again, taken back, reported.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Mutex, OnceLock};

use batchcast_campaign::follow_up::{check, recall, recall_outcomes};
use batchcast_campaign::ledger::{BatchState, CampaignId, LedgerError, Stage};
use batchcast_campaign::protocol::Resolution;
use batchcast_campaign::report::{ReportRow, Sink, StateFilter};
use batchcast_campaign::{Campaign, Error, Refusal, Why};
use batchcast_model::Recipient;
use batchcast_transport::around::{Recall, RecallUnit, Sending, TakenBack, Trace};
use batchcast_transport::channel::Address;
use batchcast_transport::class::Class;
use batchcast_transport::error::CallError;

use crate::bench::{Bench, options};
use crate::chronicle::{Chronicle, trace};
use crate::settling::{ONE, RIPE, three, with_doubts};
use crate::vendor::{Vendor, accepted, in_doubt, refused, vendor_address};

/// Four of ten have it, three do not, and of three there is no telling.
const MIXED: &str = "fmcfmcfmcf";

fn names(people: impl IntoIterator<Item = usize>) -> BTreeSet<String> {
    people.into_iter().map(|person| format!("u{person}")).collect()
}

/// One batch is settled as [`MIXED`], the other is accepted: batches 2, 3 and 4 are its parts.
fn settled(bench: &Bench) -> CampaignId {
    let id = with_doubts(bench, 1);
    let checked = check(&bench.campaign(&id), &Chronicle::of(MIXED), None, ONE).unwrap();
    assert_eq!((three(checked), bench.counts(&id)), ([4, 3, 3], [14, 3, 3, 0]));
    id
}

/// A sink for everybody's id and state.
#[derive(Default)]
struct Everybody(Vec<(String, &'static str)>);

impl Sink for Everybody {
    fn begin(&mut self, _: &[String]) -> io::Result<()> {
        Ok(())
    }

    fn row(&mut self, row: &ReportRow) -> io::Result<()> {
        self.0.push((row.recipient.id().to_owned(), row.outcome.as_str()));
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The report, which says of each in their order what `letters` does: `a`ccepted, `r`ejected, `u`nknown or `p`ending.
#[track_caller]
fn reports(bench: &Bench, id: &CampaignId, letters: &str) {
    let mut found = Everybody::default();
    assert_eq!(bench.campaign(id).report(StateFilter::All, &mut found).unwrap(), letters.len() as u64);
    let expected: Vec<_> = (0..letters.len()).map(|person| format!("u{person}")).collect();
    assert_eq!(found.0.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>(), expected);
    assert_eq!(found.0.iter().map(|(_, state)| &state[..1]).collect::<String>(), letters);
}

/// Takes back from recipients, and keeps from whom.
#[derive(Debug, Default)]
struct Recaller(Mutex<Vec<(String, String)>>);

impl Recall for Recaller {
    fn address(&self) -> &Address {
        vendor_address()
    }

    fn unit(&self) -> RecallUnit {
        RecallUnit::Recipient
    }

    fn recall(&self, sending: &Sending<'_>, recipient: Option<&Recipient>) -> Result<TakenBack, CallError> {
        self.0.lock().unwrap().push((recipient.unwrap().id().to_owned(), sending.message_id.to_owned()));
        Ok(TakenBack::Now)
    }
}

/// Whoever is in doubt after a settlement, and nobody else, is sent to again.
fn only_those_in_doubt_are_sent_to(bench: &Bench) {
    let id = settled(bench);
    reports(bench, &id, "aruaruaruaaaaaaaaaaa");
    // Nothing is pending, so there is nothing to run.
    let idle = Vendor::new(10, |_, _| accepted());
    assert_eq!((bench.run(&id, &idle).why(), idle.attempts()), (None, 0));

    let resolved = bench.campaign(&id).resolve(None, Resolution::Resend).unwrap();
    assert_eq!((resolved.batches, resolved.recipients, bench.counts(&id)), (1, 3, [14, 3, 0, 3]));
    let again = Vendor::new(10, |_, _| in_doubt());
    assert_eq!((bench.run(&id, &again).why(), again.attempts()), (None, 1));
    assert_eq!(again.reached().into_keys().collect::<BTreeSet<_>>(), names([2, 5, 8]));
    again.has_reached_nobody_twice();
    reports(bench, &id, "aruaruaruaaaaaaaaaaa");

    // In doubt once more. The history is asked by the mark of that attempt, and so cannot tell of the one before it.
    bench.wall.advance(RIPE);
    let chronicle = Chronicle::new(|_, person| Ok(trace(if person == 5 { b'm' } else { b'f' })));
    assert_eq!(three(check(&bench.campaign(&id), &chronicle, Some(4), ONE).unwrap()), [2, 0, 1]);
    assert_eq!(chronicle.people(), [2, 5, 8]);
    assert!(chronicle.asked().iter().all(|question| question.mark == bench.batch(&id, 4).mark.unwrap()));
    assert_eq!((bench.counts(&id), bench.row(&id).batches), ([16, 3, 1, 0], 7));
    reports(bench, &id, "araaruaraaaaaaaaaaaa");
}

#[test]
fn after_a_settlement_only_those_in_doubt_are_sent_to_again() {
    only_those_in_doubt_are_sent_to(&Bench::memory());
    only_those_in_doubt_are_sent_to(&Bench::by_lease());
}

#[cfg(feature = "sqlite")]
#[test]
fn after_a_settlement_in_a_file_only_those_in_doubt_are_sent_to_again() {
    let folder = tempfile::tempdir().unwrap();
    only_those_in_doubt_are_sent_to(&Bench::file(folder.path()));
}

#[test]
fn the_parts_have_numbers_of_their_own_and_the_whole_has_none_any_more() {
    let bench = Bench::memory();
    let id = settled(&bench);
    let campaign = bench.campaign(&id);
    let chronicle = Chronicle::new(|_, _| Ok(Trace::Missing));
    for (number, of) in [(0, BatchState::Split), (2, BatchState::Accepted), (3, BatchState::Rejected)] {
        let by_hand = campaign.resolve(Some(number), Resolution::Resend).map(|_| ());
        let by_history = check(&campaign, &chronicle, Some(number), ONE).map(|_| ());
        for refused in [by_hand, by_history] {
            assert!(
                matches!(&refused, Err(Error::Refused(Refusal::NotInDoubt { batch, state, .. }))
                if (*batch, *state) == (number, Some(of))),
                "{refused:?}"
            );
        }
    }
    assert_eq!(chronicle.asked(), []);
    let resolved = campaign.resolve(Some(4), Resolution::Delivered).unwrap();
    assert_eq!((resolved.batches, resolved.recipients, bench.counts(&id)), (1, 3, [17, 3, 0, 0]));
    reports(&bench, &id, "araaraaraaaaaaaaaaaa");
}

#[test]
fn a_recall_takes_back_from_whoever_has_it_and_from_nobody_else() {
    let bench = Bench::memory();
    let id = settled(&bench);
    let (campaign, recaller) = (bench.campaign(&id), Recaller::default());
    let recalled = recall(&campaign, &recaller, ONE).unwrap();
    assert_eq!(
        [recalled.recalled, recalled.refused, recalled.unknown, recalled.left, recalled.out_of_reach],
        [14, 0, 0, 0, 3]
    );
    let asked = recaller.0.into_inner().unwrap();
    let expected = names([0, 3, 6, 9].into_iter().chain(10..20));
    assert_eq!(asked.iter().map(|(id, _)| id.clone()).collect::<BTreeSet<_>>(), expected);
    assert_eq!(asked.len(), 14, "nobody twice");
    for (id, message_id) in &asked {
        // By the name that the history told, where the answer never came.
        let expected = if names(0..10).contains(id) { "key-1" } else { "bm-1" };
        assert_eq!(message_id, expected, "{id}");
    }
    let mut told = BTreeSet::new();
    recall_outcomes(&campaign, |outcome| -> Result<(), LedgerError> {
        assert!(outcome.recall.is_some(), "{outcome:?}");
        assert!(told.insert(outcome.recipient.id().to_owned()), "{outcome:?} is there twice");
        Ok(())
    })
    .unwrap();
    assert_eq!(told, expected);
}

#[test]
fn a_run_that_starts_in_the_middle_of_a_settlement_keeps_what_it_has_written() {
    let (bench, id) = (Bench::by_lease(), OnceLock::<CampaignId>::new());
    let first = Vendor::new(10, |n, _| if n == 0 { in_doubt() } else { refused(Class::Permission) });
    let planned = bench.plan(&first, 20);
    id.set(planned.clone()).unwrap();
    assert_eq!(bench.run(&planned, &first).why(), Some(Why::NotPermitted));
    assert_eq!(bench.counts(&planned), [0, 0, 10, 10]);
    bench.wall.advance(RIPE);

    // On this ledger nobody can know that somebody is settling. The run splits its batch once: 2 and 3.
    let second = Vendor::new(10, |n, _| if n == 0 { refused(Class::Recipient) } else { accepted() });
    let runs = || {
        let id = id.get().unwrap();
        assert_eq!((bench.run_with(id, &second, options(&second)).why(), second.attempts()), (None, 3));
        bench.campaign(id).cancel().unwrap();
        bench.row(id)
    };
    let after_the_run = OnceLock::new();
    let chronicle = Chronicle::new(|nth, person| {
        if nth == 6 {
            after_the_run.set(runs()).unwrap();
        }
        Ok(trace(MIXED.as_bytes()[person]))
    });
    let campaign = Campaign::open(bench.ledger.clone(), &planned).unwrap();
    assert_eq!(three(check(&campaign, &chronicle, None, ONE).unwrap()), [4, 3, 3]);

    let (before, after) = (after_the_run.get().unwrap(), bench.row(&planned));
    assert_eq!((before.batches, after.batches, after.stage), (4, 7, Stage::Cancelled));
    assert_eq!((after.epoch, after.requests, after.held_until), (before.epoch, before.requests, before.held_until));
    assert_eq!(bench.counts(&planned), [14, 3, 3, 0]);
    assert_eq!(second.reached().into_keys().collect::<BTreeSet<_>>(), names(10..20));
    second.has_reached_nobody_twice();
    reports(&bench, &planned, "aruaruaruaaaaaaaaaaa");
}
