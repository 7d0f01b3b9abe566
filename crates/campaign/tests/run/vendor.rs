//! A vendor that answers by a script, and what the tests ask of a run.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use batchcast_campaign::{Begin, Next, Outcome, Plan, PlanBuilder, Progress, Run, Sending};
use batchcast_model::{IdKind, Invalid, Recipient};
use batchcast_transport::channel::{Channel, Cut, Mark, Receipt};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};
use batchcast_transport::exchange::{Limit, Unpaced};
use batchcast_transport::fault::{Fault, FaultKind};
use batchcast_transport::testing::ManualTimer;
use batchcast_transport::time::{Now, Tick, Unix};

/// What the vendor says to one attempt.
pub(crate) type Answer = Result<Receipt, CallError>;

/// Answers each attempt with what the script says of its recipients; counts who was sent to how often.
pub(crate) struct Vendor<F> {
    script: F,
    size: usize,
    sent: Mutex<HashMap<String, u32>>,
    /// Whether getting ready panics from now on.
    pub(crate) ready_panics: AtomicBool,
}

impl<F> std::fmt::Debug for Vendor<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vendor")
    }
}

impl<F: Fn(&[Recipient]) -> Answer + Send + Sync> Vendor<F> {
    /// A vendor that takes `size` recipients in a request.
    pub(crate) fn new(size: usize, script: F) -> Self {
        Self { script, size, sent: Mutex::default(), ready_panics: AtomicBool::new(false) }
    }

    /// How often each recipient was in a request that was accepted or may have been.
    pub(crate) fn sent(&self) -> HashMap<String, u32> {
        self.sent.lock().unwrap().clone()
    }

    pub(crate) fn plan(&self, people: usize) -> Plan {
        let mut plan = PlanBuilder::new(self, []);
        for person in 0..people {
            plan.add(person_named(person), &[]).unwrap();
        }
        plan.build()
    }

    /// Runs a plan on one thread of literal time: a wait is over at once.
    pub(crate) fn run(&self, people: usize) -> Run {
        let mut run = Run::new(&self.plan(people), Arc::new(Unpaced), Tick::ZERO, 1);
        let mut now = Tick::ZERO;
        for _ in 0..100_000 {
            match run.next(now) {
                Next::Ended => return run,
                Next::WaitForAnswer => panic!("nothing is under way"),
                Next::WaitUntil(tick) => now = tick,
                Next::Claim(claim) => {
                    now = now.max(claim.slot());
                    let Begin::Attempt(attempt) = run.begin(claim, None, now) else {
                        panic!("a claim that is begun in its slot is an attempt");
                    };
                    let answer = self.attempt(attempt.recipients(), attempt.mark());
                    run.record(attempt, answer, Now::new(now, Unix::default()));
                }
            }
        }
        panic!("the run does not end");
    }

    /// Runs a plan on several threads; waiting takes no time.
    pub(crate) fn run_threads(&self, people: usize, threads: usize) -> Sending {
        let (sending, timer) = self.sending(people);
        self.carry_out(&sending, &timer, threads);
        sending
    }

    pub(crate) fn sending(&self, people: usize) -> (Sending, ManualTimer) {
        let timer = ManualTimer::default();
        (Sending::new(&self.plan(people), Arc::new(Unpaced), &timer), timer)
    }

    pub(crate) fn carry_out(&self, sending: &Sending, timer: &ManualTimer, threads: usize) {
        sending.carry_out(self, timer, NonZeroUsize::new(threads).unwrap(), &check_sum);
    }
}

impl<F: Fn(&[Recipient]) -> Answer + Send + Sync> Channel for Vendor<F> {
    fn provider(&self) -> &'static str {
        "test"
    }

    fn limits(&self) -> Vec<Limit> {
        Vec::new()
    }

    fn cut(&self) -> Box<dyn Cut> {
        struct InTurn(usize, usize);
        impl Cut for InTurn {
            fn place(&mut self, _: &Recipient) -> Result<usize, Invalid> {
                self.0 += 1;
                Ok((self.0 - 1) / self.1)
            }
        }
        Box::new(InTurn(0, self.size))
    }

    fn ready(&self) -> Result<(), CallError> {
        assert!(!self.ready_panics.load(Ordering::Relaxed), "getting ready panics");
        Ok(())
    }

    fn mark(&self) -> Option<Mark> {
        Some(Mark::new("1_2"))
    }

    fn attempt(&self, batch: &[Recipient], _: Option<&Mark>) -> Answer {
        let answer = (self.script)(batch);
        let may_have_arrived = answer.as_ref().map_or_else(|error| error.class() == Some(Class::Unknown), |_| true);
        if may_have_arrived {
            let mut sent = self.sent.lock().unwrap();
            for recipient in batch {
                *sent.entry(recipient.id().to_owned()).or_default() += 1;
            }
        }
        answer
    }
}

pub(crate) fn person_named(number: usize) -> Recipient {
    Recipient::new(IdKind::UserId, format!("u{number}")).unwrap()
}

pub(crate) fn accepted() -> Answer {
    Ok(Receipt::new(Some("bm-1".to_owned())))
}

pub(crate) fn refused(class: Class) -> Answer {
    let error = ApiError::new(class, 200, class.as_str()).with_code(7);
    Err(CallError::new(Cause::Api(error), 1))
}

pub(crate) fn not_sent() -> Answer {
    Err(CallError::new(Cause::Fault(Fault::before_sending(FaultKind::Connect)), 1))
}

pub(crate) fn in_doubt() -> Answer {
    Err(CallError::new(Cause::Fault(Fault::maybe_sent(FaultKind::Timeout)), 1))
}

/// accepted, rejected, unknown, pending
pub(crate) fn counts(run: &Run) -> [u64; 4] {
    let progress = run.progress(Tick::ZERO);
    check_sum(&progress);
    let mut counted = [0; 4];
    for (_, outcome) in run.outcomes() {
        let state = match outcome {
            Outcome::Accepted { .. } => 0,
            Outcome::Rejected { .. } => 1,
            Outcome::Unknown { .. } => 2,
            _ => 3,
        };
        counted[state] += 1;
    }
    let people = progress.recipients;
    assert_eq!(counted, [people.accepted, people.rejected, people.unknown, people.pending]);
    counted
}

fn check_sum(progress: &Progress) {
    let people = progress.recipients;
    assert_eq!(people.total, people.accepted + people.rejected + people.unknown + people.pending);
}
