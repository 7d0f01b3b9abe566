//! A few threads around the reducer: [`Sending`].

use std::num::NonZeroUsize;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use batchcast_transport::channel::Channel;
use batchcast_transport::time::{Tick, Timer};

use super::reducer::Run;
use super::worker::Worker;
use crate::commit::{Commits, read, write};
use crate::ending::Ending;
use crate::event::{Event, Observer};
use crate::ledger::{Again, BatchNumber, CampaignId, Hold, Ledger, LedgerError};
use crate::max_rejected::MaxRejected;
use crate::outcome::Progress;
use crate::protocol::{self, Holder, Sent, Started, Tenure, Terms};
use crate::refusal::Error;
use crate::standing;

/// How a run is to be carried out.
#[derive(Debug, Clone)]
#[non_exhaustive]
#[must_use]
pub struct Options {
    terms: Terms,
    in_flight: NonZeroUsize,
    again: Again,
    max_rejected: Option<MaxRejected>,
    part: Part,
}

/// Who is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Everybody,
    Canary,
}

impl Options {
    /// Under these terms, to everybody, one request at a time.
    pub const fn new(terms: Terms) -> Self {
        Self { terms, in_flight: NonZeroUsize::MIN, again: Again::Refuse, max_rejected: None, part: Part::Everybody }
    }

    /// At most so many requests on the wire at once. Each has a thread.
    pub const fn with_in_flight(mut self, requests: NonZeroUsize) -> Self {
        self.in_flight = requests;
        self
    }

    /// Though an identical campaign has started, or the vendor refused the message before.
    pub const fn again(mut self) -> Self {
        self.again = Again::Allow;
        self
    }

    /// Pauses when more are rejected than this.
    pub const fn with_max_rejected(mut self, max: MaxRejected) -> Self {
        self.max_rejected = Some(max);
        self
    }

    /// Only to the canary of the plan, where it has one: the run ends when it has its answers.
    pub const fn canary_alone(mut self) -> Self {
        self.part = Part::Canary;
        self
    }
}

/// A run of a campaign that several threads carry out, and that others may look at and stop meanwhile. It holds its
/// campaign until it has been carried out, or is dropped.
#[derive(Debug)]
#[must_use = "nothing is sent before it is carried out"]
pub struct Sending {
    pub(super) commits: Commits,
    /// What was found to be the plan's.
    sent: Sent,
    pub(super) tenure: Tenure,
    pub(super) terms: Terms,
    /// Only batches with lower numbers are sent, and what they were split into.
    pub(super) below: BatchNumber,
    in_flight: NonZeroUsize,
    run: Mutex<Run>,
    /// A permit came to its end.
    pub(super) ended: Condvar,
    last_beat: Mutex<Tick>,
    hold: Mutex<Option<Hold>>,
}

impl Sending {
    /// Takes hold of a campaign, clears up behind a run that broke off, and begins another, which sends nothing yet.
    ///
    /// # Errors
    /// [`Error::Held`] where another run lives; [`Error::Refused`] where it may not; [`Error::Ledger`].
    pub fn start(
        ledger: Arc<dyn Ledger>,
        id: &CampaignId,
        channel: &dyn Channel,
        options: Options,
        timer: &dyn Timer,
        observer: &dyn Observer,
    ) -> Result<Self, Error> {
        ledger.check()?;
        let hold = ledger.hold(id)?;
        let holder = match &hold {
            Hold::Held(_) => Holder::Gone,
            Hold::ByAnother => return Err(Error::Held(id.clone())),
            Hold::ByLease => Holder::AsLeased,
        };
        let Options { terms, in_flight, again, max_rejected, part } = options;
        let sent = Sent::by(channel);
        let started = write(&*ledger, |tables| protocol::start(tables, id, &sent, &terms, holder, again))?;
        let (tenure, campaign, swept) = match started {
            Started::Yes { tenure, campaign, swept } => (tenure, campaign, swept),
            Started::Held => return Err(Error::Held(id.clone())),
            Started::Refused(refusal) => return Err(refusal.into()),
        };
        let counts = read(&*ledger, |view| standing::counts(view, tenure.campaign))?;
        let now = timer.now().tick;
        let run = Run::new(counts, campaign.requests, now, fastrand::u64(..)).with_max_rejected(max_rejected);
        let below = match (part, campaign.plan.canary) {
            (Part::Canary, Some(canary)) => canary.requests,
            _ => BatchNumber::MAX,
        };
        observer.observe(&Event::Started { campaign: id.to_string(), swept });
        Ok(Self {
            commits: Commits::new(ledger),
            sent,
            tenure,
            terms,
            below,
            in_flight,
            run: Mutex::new(run),
            ended: Condvar::new(),
            last_beat: Mutex::new(now),
            hold: Mutex::new(Some(hold)),
        })
    }

    /// Sends until every batch has its answer or something ends the run, and lets the campaign go. The channel is the
    /// one that it was started with; through another nothing is sent.
    ///
    /// # Errors
    /// [`LedgerError`]: the ledger failed at some time, and from then on nothing was sent.
    pub fn carry_out(
        &self,
        channel: &dyn Channel,
        timer: &dyn Timer,
        observer: &dyn Observer,
    ) -> Result<(), LedgerError> {
        if Sent::by(channel) != self.sent {
            self.lock().break_off();
        }
        let worker = Worker { sending: self, channel, timer, observer };
        // This thread is one of them, so that there is at least one even if the system gives no more.
        std::thread::scope(|scope| {
            for _ in 1..self.in_flight.get() {
                if std::thread::Builder::new().spawn_scoped(scope, || worker.work_or_break_off()).is_err() {
                    break;
                }
            }
            worker.work_or_break_off();
        });
        let ending = self.lock().ending().cloned();
        let stopped = match &ending {
            Some(Ending::Stopped(stopped)) => Some(stopped),
            _ => None,
        };
        observer.observe(&Event::Ended { stopped: stopped.map(|stopped| stopped.why.as_str()) });
        let (row, elapsed) = (stopped.map(Into::into), self.since_last_beat(timer.now().tick));
        let (tenure, terms) = (self.tenure, &self.terms);
        let finished = write(&**self.commits.ledger(), |tables| protocol::finish(tables, &tenure, terms, row, elapsed));
        self.hold.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut run = self.lock();
        match finished {
            Ok(written) => run.written(written.map(Into::into)),
            Err(error) => run.ledger_failed(error),
        }
        run.ledger_error().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Nothing more is sent; what is on the wire is waited for.
    pub fn stop(&self) {
        self.lock().interrupt();
    }

    /// How it stands. What is on the wire at this moment counts as unknown.
    #[must_use]
    pub fn progress(&self, now: Tick) -> Progress {
        self.lock().progress(now)
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.lock().ending().cloned()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long since the last heartbeat, which this is.
    fn since_last_beat(&self, now: Tick) -> Duration {
        let mut last = self.last_beat.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.since(*last);
        *last = now;
        since
    }

    /// Tells the ledger that this run lives, if that is due.
    pub(super) fn beat(&self, now: Tick) {
        const BEAT: Duration = Duration::from_secs(5);
        let is_due = now.since(*self.last_beat.lock().unwrap_or_else(PoisonError::into_inner)) >= BEAT;
        if !is_due {
            return;
        }
        let elapsed = self.since_last_beat(now);
        let (tenure, terms) = (self.tenure, self.terms.clone());
        match self.commits.write(move |tables| protocol::heartbeat(tables, &tenure, &terms, elapsed)) {
            Ok(true) => {}
            Ok(false) => self.lock().lost(),
            Err(error) => self.lock().ledger_failed(error),
        }
    }
}
