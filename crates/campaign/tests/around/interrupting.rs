//! What is left where somebody interrupts it: what was answered is written down, and nothing else was asked for.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};

use batchcast_campaign::follow_up::{follow, recall, recalled};
use batchcast_campaign::ledger::CampaignId;
use batchcast_campaign::{Error, Interrupt, LookUp};
use batchcast_model::{IdKind, Recipient};
use batchcast_transport::around::{Contacts, Follow, Found, Memory, RecallUnit, TakenBack};
use batchcast_transport::channel::{Address, Channel};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};
use batchcast_transport::reach::Reach;

use crate::bench::Bench;
use crate::directory::{Directory, MEMORY};
use crate::people::{add, department, email, mobile, open_id, planner, vendor, with_every_ledger};
use crate::recalling::{ONE, Recaller, five};
use crate::vendor::vendor_address;

/// A campaign of so many, of whom so many share a request, that was sent.
fn sent(bench: &Bench, people: usize, size: usize) -> CampaignId {
    let vendor = vendor(size);
    let id = bench.plan(&vendor, people);
    bench.run(&id, &vendor);
    id
}

#[test]
fn a_recall_finishes_the_batch_that_is_on_the_wire() {
    /// Interrupted while this many of three batches have been asked for.
    #[track_caller]
    fn check(asked: usize, expected: [u64; 5], rest: &[&str]) {
        with_every_ledger(|bench| {
            let (id, interrupt) = (sent(bench, 30, 10), Interrupt::new());
            let campaign = bench.campaign(&id).with_interrupt(interrupt.clone());
            let questions = AtomicUsize::new(0);
            if asked == 0 {
                interrupt.ask();
            }
            let recaller = Recaller::new(RecallUnit::Batch, |_| {
                if questions.fetch_add(1, Ordering::SeqCst) + 1 == asked {
                    interrupt.ask();
                }
                Ok(TakenBack::Now)
            });
            let found = recall(&campaign, &recaller, ONE).unwrap();
            assert_eq!((five(found), recaller.asked().len()), (expected, asked));
            assert_eq!(five(recalled(&campaign).unwrap()), five(found), "the ledger says the same");
            assert_eq!(found.is_interrupted, five(found)[3] > 0);

            let again = Recaller::new(RecallUnit::Batch, |_| Ok(TakenBack::Now));
            assert_eq!(five(recall(&bench.campaign(&id), &again, ONE).unwrap()), [30, 0, 0, 0, 0]);
            assert_eq!(again.asked(), rest);
        });
    }
    check(0, [0, 0, 0, 30, 0], &["bm-0", "bm-1", "bm-2"]);
    check(1, [10, 0, 0, 20, 0], &["bm-1", "bm-2"]);
    check(2, [20, 0, 0, 10, 0], &["bm-2"]);
    // There is nothing left that it could have kept from being asked for.
    check(3, [30, 0, 0, 0, 0], &[]);
}

#[test]
fn a_recall_of_several_at_once_finishes_all_that_are_on_the_wire() {
    #[track_caller]
    fn check(at_once: usize) {
        with_every_ledger(|bench| {
            let (id, interrupt) = (sent(bench, 250, 100), Interrupt::new());
            let campaign = bench.campaign(&id).with_interrupt(interrupt.clone());
            let (at_once, all_on_the_wire) = (NonZeroUsize::new(at_once).unwrap(), Barrier::new(at_once));
            let taken_back = Mutex::new(BTreeSet::new());
            let once = |id: &str| {
                assert!(taken_back.lock().unwrap().insert(id.to_owned()), "{id} was taken back before");
                Ok(TakenBack::Now)
            };
            let recaller = Recaller::new(RecallUnit::Recipient, |id| {
                all_on_the_wire.wait();
                interrupt.ask();
                once(id)
            });
            let found = recall(&campaign, &recaller, at_once).unwrap();
            let done = at_once.get() as u64;
            assert_eq!((five(found), recaller.asked().len()), ([done, 0, 0, 250 - done, 0], at_once.get()));
            assert_eq!(five(recalled(&campaign).unwrap()), five(found), "the ledger says the same");
            assert_eq!(found.is_interrupted, five(found)[3] > 0);
            let rest = Recaller::new(RecallUnit::Recipient, once);
            assert_eq!(five(recall(&bench.campaign(&id), &rest, at_once).unwrap()), [250, 0, 0, 0, 0]);
        });
    }
    check(1);
    check(4);
}

#[test]
fn a_recall_of_several_at_once_writes_down_what_it_knows_while_one_has_no_answer() {
    let (bench, two) = (Bench::memory(), NonZeroUsize::new(2).unwrap());
    let id = sent(&bench, 10, 10);
    let campaign = bench.campaign(&id);
    let questions = AtomicUsize::new(0);
    let recaller = Recaller::new(RecallUnit::Recipient, |_| {
        // Whoever is asked for first: five are in their share, and five in the other.
        if questions.fetch_add(1, Ordering::SeqCst) == 0 {
            let is_written = |_: u32| {
                std::thread::yield_now();
                recalled(&campaign).unwrap().recalled == 5
            };
            assert!((0..1_000_000).any(is_written), "the others are not written down");
        }
        Ok(TakenBack::Now)
    });
    assert_eq!(five(recall(&campaign, &recaller, two).unwrap()), [10, 0, 0, 0, 0]);
}

#[test]
fn whoever_was_refused_before_and_is_not_asked_again_is_no_end_of_a_recall() {
    #[track_caller]
    fn check(unit: RecallUnit, interrupted_by: usize, expected: bool) {
        let bench = Bench::memory();
        let id = sent(&bench, 3, 1);
        let refused = || Ok(TakenBack::refused(20_016, "too late"));
        let first = recall(&bench.campaign(&id), &Recaller::new(unit, |_| refused()), ONE).unwrap();
        assert_eq!((five(first), first.is_interrupted), ([0, 3, 0, 0, 0], false));
        let (interrupt, questions) = (Interrupt::new(), AtomicUsize::new(0));
        let recaller = Recaller::new(unit, |_| {
            if questions.fetch_add(1, Ordering::SeqCst) + 1 == interrupted_by {
                interrupt.ask();
            }
            refused()
        });
        let again = recall(&bench.campaign(&id).with_interrupt(interrupt.clone()), &recaller, ONE).unwrap();
        assert_eq!((five(again), again.is_interrupted), ([0, 3, 0, 0, 0], expected), "{unit:?}, {interrupted_by}");
    }
    for unit in [RecallUnit::Batch, RecallUnit::Recipient] {
        check(unit, 1, true);
        check(unit, 2, true);
        check(unit, 3, false);
    }
}

/// It is to be asked another time.
fn throttled<T>() -> Result<T, CallError> {
    let error = ApiError::new(Class::Throttled { after: None }, 429, "too frequent");
    Err(CallError::new(Cause::Api(error), 1))
}

#[test]
fn what_the_vendor_wants_to_be_asked_another_time_is_left() {
    #[track_caller]
    fn check(unit: RecallUnit, expected: [u64; 5]) {
        with_every_ledger(|bench| {
            let (id, interrupt) = (sent(bench, 30, 10), Interrupt::new());
            let campaign = bench.campaign(&id).with_interrupt(interrupt.clone());
            let questions = AtomicUsize::new(0);
            let recaller = Recaller::new(unit, |_| {
                if questions.fetch_add(1, Ordering::SeqCst) == 0 {
                    return Ok(TakenBack::Now);
                }
                interrupt.ask();
                throttled()
            });
            assert_eq!(five(recall(&campaign, &recaller, ONE).unwrap()), expected);
            assert_eq!(recaller.asked().len(), 2);
        });
    }
    check(RecallUnit::Batch, [10, 0, 0, 20, 0]);
    check(RecallUnit::Recipient, [1, 0, 0, 29, 0]);
}

/// Tells that everybody has everything, and is interrupted by the question of this number, from 1.
#[derive(Debug)]
struct Counts<'a> {
    interrupt: &'a Interrupt,
    at: usize,
    is_throttled: bool,
    asked: AtomicUsize,
}

impl Follow for Counts<'_> {
    fn address(&self) -> &Address {
        vendor_address()
    }

    fn reach(&self, _: &str) -> Result<Reach, CallError> {
        if self.asked.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
            self.interrupt.ask();
            if self.is_throttled {
                return throttled();
            }
        }
        Ok(Reach::new(10, 10, 0))
    }

    fn window(&self) -> std::time::Duration {
        std::time::Duration::MAX
    }
}

#[test]
fn counts_that_were_told_are_kept() {
    #[track_caller]
    fn check(at: usize, is_throttled: bool, delivered: u64, is_complete: bool) {
        with_every_ledger(|bench| {
            let (id, interrupt) = (sent(bench, 30, 10), Interrupt::new());
            let campaign = bench.campaign(&id).with_interrupt(interrupt.clone());
            let counts = Counts { interrupt: &interrupt, at, is_throttled, asked: AtomicUsize::new(0) };
            let found = follow(&campaign, &counts).unwrap();
            assert_eq!((found.total().delivered, found.is_complete()), (delivered, is_complete));
            assert_eq!((found.is_interrupted, counts.asked.into_inner()), (!is_complete, at));
            assert_eq!(bench.standing(&id).reach.unwrap().0.delivered, delivered);
        });
    }
    check(1, false, 10, false);
    check(2, false, 20, false);
    check(3, false, 30, true);
    check(2, true, 10, false);
    check(3, true, 20, false);
}

/// A directory that is interrupted by the call of this number, from 1.
#[derive(Debug)]
struct Interrupted<'a> {
    directory: &'a Directory,
    interrupt: &'a Interrupt,
    at: usize,
    is_throttled: bool,
    calls: AtomicUsize,
}

impl<'a> Interrupted<'a> {
    fn by_call(at: usize, directory: &'a Directory, interrupt: &'a Interrupt) -> Self {
        Self { directory, interrupt, at, is_throttled: false, calls: AtomicUsize::new(0) }
    }

    fn call(&self) {
        if self.calls.fetch_add(1, Ordering::SeqCst) + 1 == self.at {
            self.interrupt.ask();
        }
    }
}

impl Contacts for Interrupted<'_> {
    fn looks_up(&self, kind: IdKind) -> bool {
        self.directory.looks_up(kind)
    }

    fn calls(&self, addresses: Vec<Recipient>) -> Vec<Vec<Recipient>> {
        self.directory.calls(addresses)
    }

    fn look_up(&self, call: Vec<Recipient>) -> Result<Vec<Found>, CallError> {
        self.call();
        if self.is_throttled && self.interrupt.is_asked() { throttled() } else { self.directory.look_up(call) }
    }

    fn nobody(&self) -> &'static str {
        self.directory.nobody()
    }

    fn memory(&self) -> Memory {
        MEMORY
    }

    fn members(&self, department: &Recipient) -> Result<Option<u64>, CallError> {
        self.call();
        self.directory.members(department)
    }
}

#[test]
fn a_look_up_gives_what_it_was_told_and_asks_for_the_rest_the_next_time() {
    with_every_ledger(|bench| {
        let (directory, interrupt, address) = (Directory::default(), Interrupt::new(), vendor(10).address());
        let contacts = Interrupted::by_call(2, &directory, &interrupt);
        let look_up = LookUp::new(&*bench.ledger, &address, &contacts).with_interrupt(&interrupt);
        let people = || (0..150).map(email).collect::<Vec<_>>();
        let (found, ended) = look_up.find_until_it_ends(people());
        assert!(matches!(ended, Err(Error::Interrupted)), "{ended:?}");
        let asked: BTreeSet<_> = directory.asked().concat().into_iter().collect();
        assert_eq!((found.len(), asked.len()), (100, 100));
        assert!(found.iter().all(|(address, id)| asked.contains(address) && id.is_some()), "{found:?}");

        // It is asked of one who is known, and that takes no call; nor of others.
        let known = asked.first().unwrap().clone();
        assert_eq!(look_up.find(vec![known]).unwrap().len(), 1);
        assert!(matches!(look_up.find(people()), Err(Error::Interrupted)));
        assert_eq!(directory.sizes(), [0; 0]);
        let all = LookUp::new(&*bench.ledger, &address, &directory).find(people()).unwrap();
        assert_eq!((all.len(), directory.sizes()), (150, vec![50]));
    });
}

#[test]
fn a_look_up_that_the_vendor_wants_to_be_asked_another_time_is_interrupted() {
    with_every_ledger(|bench| {
        let (directory, interrupt, address) = (Directory::default(), Interrupt::new(), vendor(10).address());
        let contacts = Interrupted { is_throttled: true, ..Interrupted::by_call(2, &directory, &interrupt) };
        let look_up = LookUp::new(&*bench.ledger, &address, &contacts).with_interrupt(&interrupt);
        let (found, ended) = look_up.find_until_it_ends((0..150).map(email).collect());
        assert!(matches!(ended, Err(Error::Interrupted)), "{ended:?}");
        assert_eq!((found.len(), directory.sizes()), (50, vec![50]));
    });
}

#[test]
fn of_a_plan_nothing_is_left_but_what_was_told() {
    with_every_ledger(|bench| {
        let (vendor, directory, interrupt) = (vendor(200), Directory::default(), Interrupt::new());
        let contacts = Interrupted::by_call(3, &directory, &interrupt);
        let mut planner = planner(bench, &vendor, &contacts).with_interrupt(interrupt.clone());
        add(&mut planner, (0..250).map(email)).unwrap();
        let saved = planner.save();
        assert!(matches!(saved, Err(Error::Interrupted)), "{saved:?}");
        assert_eq!(directory.sizes(), [50; 3]);
        assert_eq!(bench.read(|view| view.campaigns()), []);

        crate::people::plan(bench, &vendor, &directory, (0..250).map(email)).unwrap();
        assert_eq!(directory.sizes(), [50; 2]);
    });
}

#[test]
fn a_plan_is_interrupted_wherever_it_is() {
    let (bench, vendor, directory) = (Bench::memory(), vendor(200), Directory::default());
    #[track_caller]
    fn check(bench: &Bench, result: Result<CampaignId, Error>) {
        assert!(matches!(result, Err(Error::Interrupted)), "{result:?}");
        assert_eq!(bench.read(|view| view.campaigns()), []);
    }
    // Where nobody is asked.
    let interrupt = Interrupt::new();
    let mut plan = planner(&bench, &vendor, &directory).with_interrupt(interrupt.clone());
    add(&mut plan, [open_id(1)]).unwrap();
    interrupt.ask();
    let added = add(&mut plan, [open_id(2)]);
    check(&bench, added.and_then(|()| plan.save()));
    // While it is found out who is left out.
    let interrupt = Interrupt::new();
    let contacts = Interrupted::by_call(1, &directory, &interrupt);
    let mut plan = planner(&bench, &vendor, &contacts).with_interrupt(interrupt.clone());
    (0..60).for_each(|number| plan.exclude(&mobile(number)));
    let added = add(&mut plan, [open_id(1)]);
    check(&bench, added.and_then(|()| plan.save()));
    assert_eq!(directory.sizes(), [50]);
    // While members are counted, which is otherwise nobody's business.
    let interrupt = Interrupt::new();
    let contacts = Interrupted::by_call(2, &directory, &interrupt);
    let mut plan = planner(&bench, &vendor, &contacts).with_interrupt(interrupt.clone());
    add(&mut plan, (1..5).map(department)).unwrap();
    check(&bench, plan.save());
    assert_eq!(directory.departments().len(), 2);
}
