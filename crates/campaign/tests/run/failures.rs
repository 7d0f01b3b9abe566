//! The k-th operation of the ledger fails, for k = 1, 2, 3 … until nothing fails.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use batchcast_campaign::ledger::failing::FailedCommit;
use batchcast_campaign::ledger::memory::Memory;
use batchcast_campaign::ledger::{BatchState, CampaignId, Ledger, LedgerError, LedgerProblem};
use batchcast_campaign::protocol::Resolution;
use batchcast_campaign::{Campaign, Ending, Error, Event, Planner, Sending, State, Unobserved, Why};
use batchcast_model::Recipient;
use batchcast_transport::class::Class;
use batchcast_transport::exchange::Limit;

use crate::account::account;
use crate::bench::{Bench, threads};
use crate::broken::{Break, Broken, Lasts, Panicking};
use crate::resolving::killed;
use crate::vendor::{Answer, Vendor, accepted, accepted_without, in_doubt, person, refused, throttled};
use crate::wall::Wall;

/// Of everything something.
fn answer(nth: u32, batch: &[Recipient]) -> Answer {
    match nth {
        1 => throttled(2),
        3 => in_doubt(),
        5 => refused(Class::Token),
        6 => refused(Class::TryAgain),
        _ if batch.contains(&person(9)) => refused(Class::Recipient),
        _ => accepted_without(batch.iter().filter(|one| one.id() == "u17").cloned()),
    }
}

/// Four in a request, with a pace and a quota.
fn vendor<'a>(script: impl Fn(u32, &[Recipient]) -> Answer + Send + Sync + 'a) -> Vendor<'a> {
    let limits = [Limit::requests(3, Duration::from_secs(10)), Limit::recipients(11, Duration::from_secs(7))];
    Vendor::new(4, script).with_limits(limits).with_daily_quota(1000)
}

/// How a run on a broken ledger went.
struct Ran {
    result: Result<(), Error>,
    why: Option<Why>,
    /// How many attempts began after the failure.
    after: u32,
    /// Whoever was in an attempt.
    attempted: BTreeSet<String>,
}

/// A run that meets a failure, and then runs on a ledger that is whole, until it is done. `None` where nothing failed.
fn run(breaks: Break, in_flight: usize) -> Option<()> {
    let (broken, bench) = Broken::new(breaks);
    let (after, attempted) = (AtomicU32::new(0), Mutex::new(BTreeSet::new()));
    let vendor = vendor(|nth, batch| {
        after.fetch_add(u32::from(broken.has_failed()), Ordering::SeqCst);
        attempted.lock().unwrap().extend(batch.iter().map(|one| one.id().to_owned()));
        answer(nth, batch)
    });
    let id = bench.plan(&vendor, 22);
    let ledger = Arc::clone(&broken) as Arc<dyn Ledger>;
    let started = Sending::start(ledger, &id, &vendor, threads(&vendor, in_flight), &bench.wall, &Unobserved);
    let (result, why) = match started {
        Ok(sending) => {
            let result = sending.carry_out(&vendor, &bench.wall, &Unobserved).map_err(Error::from);
            let why = match sending.ending() {
                Some(Ending::Stopped(stopped)) => Some(stopped.why),
                _ => None,
            };
            (result, why)
        }
        Err(error) => (Err(error), None),
    };
    let (after, attempted_before) = (after.load(Ordering::SeqCst), attempted.lock().unwrap().clone());
    if !broken.has_failed() {
        assert!(result.is_ok(), "{breaks:?}: {result:?}");
        return None;
    }
    check(&bench, &id, &vendor, breaks, in_flight, Ran { result, why, after, attempted: attempted_before });
    is_resumed(&bench, &id, &vendor, breaks);
    Some(())
}

fn check(bench: &Bench, id: &CampaignId, vendor: &Vendor<'_>, breaks: Break, in_flight: usize, ran: Ran) {
    let Err(Error::Ledger(error)) = &ran.result else { panic!("{breaks:?}: {:?}", ran.result) };
    assert_eq!(error.problem(), &LedgerProblem::DiskFull, "{breaks:?}");
    assert!(ran.why.is_none_or(|why| why == Why::LedgerFailed), "{breaks:?}: {:?}", ran.why);
    // With one thread none; with several, those that were about to leave when it failed.
    assert!((ran.after as usize) < in_flight, "{breaks:?}: {} attempts after the failure", ran.after);

    let account = account(&bench.ledger, id);
    account.agrees_with(&vendor.reached());
    let doubts: Vec<_> = account.who_is("unknown").into_iter().filter(|one| !ran.attempted.contains(*one)).collect();
    // Of a request whose begin was written, though an error was told, nobody knows that it did not leave. With several
    // threads there are those, too, that were about to leave, and that could not be written down.
    let most = if breaks.keeps_nothing() && in_flight == 1 { 0 } else { 4 * in_flight };
    assert!(doubts.len() <= most, "{breaks:?}: in doubt, and no attempt was made: {doubts:?}");
    assert_ne!(bench.standing(id).state, State::Running, "{breaks:?}: it is let go");
}

fn is_resumed(bench: &Bench, id: &CampaignId, vendor: &Vendor<'_>, breaks: Break) {
    let finished = (0..5).any(|_| {
        let ran = bench.run(id, vendor);
        account(&bench.ledger, id).agrees_with(&vendor.reached());
        ran.why().is_none()
    });
    assert!(finished, "{breaks:?}: it does not come to an end");
    vendor.has_reached_nobody_twice();
    let [accepted, rejected, unknown, pending] = bench.counts(id);
    assert_eq!((accepted + rejected + unknown, pending), (22, 0), "{breaks:?}");
}

#[test]
fn a_run_with_one_thread() {
    let mut places = 0;
    for at in 1.. {
        let failed = Break::all(at).filter_map(|breaks| run(breaks, 1)).count();
        if failed == 0 {
            break;
        }
        places += 1;
    }
    assert!(places > 150, "only {places} operations");
}

#[test]
fn a_run_with_four_threads() {
    for at in (1..).step_by(5) {
        let failed = Break::all(at).filter_map(|breaks| run(breaks, 4)).count();
        if failed == 0 {
            break;
        }
    }
}

#[test]
fn what_was_about_to_leave_when_it_failed_stays_and_is_no_doubt() {
    for at in (40..100).step_by(7) {
        let breaks = Break { at, commit: FailedCommit::NothingKept, lasts: Lasts::Once };
        let (broken, bench) = Broken::new(breaks);
        let (sending, waits, left) = (OnceLock::<Sending>::new(), OnceLock::new(), Mutex::new(Vec::new()));
        let vendor = Vendor::new(1, |_, batch| {
            left.lock().unwrap().push(batch[0].clone());
            accepted()
        });
        let id = bench.plan(&vendor, 30);
        let options = threads(&vendor, 2);
        let started = Sending::start(broken.clone(), &id, &vendor, options, &bench.wall, &Unobserved).unwrap();
        let sending = sending.get_or_init(|| started);
        // The first to have begun waits until the other has met the failure.
        let observer = |event: &Event| {
            if let Event::Begun { batch, .. } = event {
                while waits.get_or_init(|| *batch) == batch && sending.ending().is_none() && vendor.attempts() < 29 {
                    std::thread::yield_now();
                }
            }
        };
        assert!(sending.carry_out(&vendor, &bench.wall, &observer).is_err());
        let waited = *waits.get().unwrap();
        assert!(!left.lock().unwrap().contains(&person(waited as usize)), "{breaks:?}: it left after the failure");
        let batch = bench.batch(&id, waited);
        assert_eq!((batch.state, batch.attempt), (BatchState::Pending, 0), "{breaks:?}");
    }
}

/// A plan of so many people, some of them twice, with columns.
fn plan(ledger: Arc<dyn Ledger>, people: usize) -> Result<CampaignId, Error> {
    let vendor = vendor(|_, _| accepted());
    let mut planner = Planner::new(ledger, &vendor, "hello")?;
    for number in 0..people {
        planner.add(person(number), &[], &vec![("name".into(), format!("Ann {number}"))])?;
        planner.add(person(number / 2), &[], &Vec::new())?;
    }
    planner.save()
}

#[track_caller]
fn planning(people: usize, breaks: Break) -> Option<()> {
    let (broken, bench) = Broken::new(breaks);
    let planned = plan(Arc::clone(&broken) as Arc<dyn Ledger>, people);
    let listed = Campaign::list(&*bench.ledger).unwrap();
    if !broken.has_failed() {
        assert_eq!((listed.len(), listed[0].recipients.pending), (1, people as u64));
        return None;
    }
    // What is removed in the end is removed though that fails once: planning itself is done.
    match planned {
        Ok(id) => assert_eq!(listed.iter().map(|one| &one.id).collect::<Vec<_>>(), [&id], "{breaks:?}"),
        Err(error) => {
            assert!(matches!(&error, Error::Ledger(error) if error.problem() == &LedgerProblem::DiskFull), "{error:?}");
            // Where it was kept though an error was told, and nothing can be removed any more, all of it is there.
            let is_whole =
                listed.iter().all(|one| one.state == State::Planned && one.recipients.pending == people as u64);
            let most = usize::from(!breaks.keeps_nothing() && breaks.lasts == Lasts::ForEver);
            assert!(listed.len() <= most && is_whole, "{breaks:?}: {listed:?}");
        }
    }
    // What is left of it is removed by the next.
    let id = plan(Arc::clone(&bench.ledger), 7).unwrap();
    assert_eq!(bench.read(|view| view.campaigns()).len(), listed.len() + 1, "{breaks:?}");
    assert_eq!(bench.counts(&id), [0, 0, 0, 7]);
    Some(())
}

#[test]
fn a_plan() {
    for at in 1.. {
        if Break::all(at).filter_map(|breaks| planning(25, breaks)).count() == 0 {
            assert!(at > 10, "only {at} operations");
            break;
        }
    }
}

#[test]
fn a_plan_of_several_chunks() {
    let breaks = |at| Break::all(at).find(|breaks| breaks.lasts == Lasts::ForEver).unwrap();
    // From the first operation on that comes with the first chunk.
    assert!((8..).map(|at| planning(10_001, breaks(at))).take_while(Option::is_some).count() > 5);
}

/// Carries something out on a broken ledger; it is done, or it is told and nothing of it is done.
fn settling(act: fn(&Campaign) -> Result<(), Error>, breaks: Break) -> Option<()> {
    let (broken, bench) = Broken::new(breaks);
    let vendor = vendor(|_, _| accepted());
    let id = bench.plan(&vendor, 20);
    killed(&bench, &vendor, &id, 2, 1);
    bench.wall.advance_secs(150);
    let before = (bench.counts(&id), bench.standing(&id).is_cancelled);
    let result = Campaign::open(Arc::clone(&broken) as Arc<dyn Ledger>, &id).and_then(|campaign| act(&campaign));
    let after = (bench.counts(&id), bench.standing(&id).is_cancelled);
    if !broken.has_failed() {
        assert!(result.is_ok() && before != after, "{result:?}");
        return None;
    }
    assert!(matches!(&result, Err(Error::Ledger(_))), "{breaks:?}: {result:?}");
    assert!(before == after || !breaks.keeps_nothing(), "{breaks:?}: {before:?} {after:?}");
    // Once more, and it is done.
    act(&bench.campaign(&id)).unwrap();
    assert!(bench.start(&id, &vendor, crate::bench::options(&vendor)).is_ok() || bench.standing(&id).is_cancelled);
    Some(())
}

#[test]
fn what_is_settled() {
    let cancels = |campaign: &Campaign| campaign.cancel();
    let resolves = |campaign: &Campaign| campaign.resolve(None, Resolution::Delivered).map(|_| ());
    for act in [cancels as fn(&Campaign) -> Result<(), Error>, resolves] {
        for at in 1.. {
            if Break::all(at).filter_map(|breaks| settling(act, breaks)).count() == 0 {
                assert!(at > 4, "only {at} operations");
                break;
            }
        }
    }
}

#[test]
fn whoever_looks_is_told() {
    #[track_caller]
    fn check(look: fn(&Campaign) -> Result<(), LedgerError>) {
        for at in 1.. {
            let (broken, bench) = Broken::new(Break::all(at).find(|breaks| breaks.lasts == Lasts::ForEver).unwrap());
            let id = bench.plan(&vendor(|_, _| accepted()), 20);
            let campaign = Campaign::open(Arc::clone(&broken) as Arc<dyn Ledger>, &id);
            let looked = campaign.map(|campaign| look(&campaign));
            match looked {
                Ok(Ok(())) => {
                    assert!(!broken.has_failed() && at > 2, "only {at} operations");
                    break;
                }
                Ok(Err(_)) | Err(Error::Ledger(_)) => assert!(broken.has_failed()),
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    fn ledger(error: Error) -> LedgerError {
        match error {
            Error::Ledger(error) => error,
            other => panic!("{other:?}"),
        }
    }
    check(|campaign| campaign.standing().map(|_| ()).map_err(ledger));
    check(|campaign| campaign.estimate(Vec::new()).map(|_| ()).map_err(ledger));
    check(|campaign| campaign.message().map(|_| ()).map_err(ledger));
    check(|campaign| Campaign::list(&**campaign.ledger()).map(|_| ()));
}

#[test]
fn a_bug_of_the_ledger_ends_the_run_and_nobody_waits_for_ever() {
    let wall = Wall::default();
    let memory = Memory::new(Arc::new(wall.clone()));
    let (bench, sending) = (Bench { wall, ledger: Arc::new(memory.clone()) }, OnceLock::<Sending>::new());
    let vendor = Vendor::new(1, |nth, _| {
        // They stay on the wire until the third request has met the bug.
        while nth < 2 && sending.get().unwrap().ending().is_none() {
            std::thread::yield_now();
        }
        accepted()
    });
    let id = bench.plan(&vendor, 100);
    let options = threads(&vendor, 4);
    let started = Sending::start(Arc::new(Panicking(memory)), &id, &vendor, options, &bench.wall, &Unobserved);
    let sending = sending.get_or_init(|| started.unwrap());
    let result = sending.carry_out(&vendor, &bench.wall, &Unobserved);
    let Some(Ending::Stopped(stopped)) = sending.ending() else { panic!("{:?}", sending.ending()) };
    // Whoever shared the transaction was told that it failed.
    assert!(result.is_err() && stopped.why == Why::LedgerFailed || result.is_ok() && stopped.why == Why::Broken);
    // The second may have been about to leave when the third met the bug: then it did not.
    let sent = u64::from(vendor.attempts());
    assert!((1..=2).contains(&sent) && bench.counts(&id) == [sent, 0, 0, 100 - sent], "{sent}");
    assert_eq!((bench.run(&id, &vendor).why(), bench.counts(&id)), (None, [100, 0, 0, 0]));
    vendor.has_reached_nobody_twice();
}
