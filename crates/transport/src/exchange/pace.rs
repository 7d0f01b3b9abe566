//! The pace: [`Pace`], [`Limit`], the arithmetic of a sliding log ([`next_slot`]) and the log in memory,
//! [`MemoryPace`].
//!
//! The rule: *no window of length T + J ever holds more than L*, for every limit *L per T*, where J is half a second
//! against the jitter of the network. The log of what was let go is charged in requests and in recipients. A smooth
//! pacer would be as safe, but a short campaign may use its whole minute at once and should.
//!
//! The rule stands in [`next_slot`] alone. Whoever keeps the log elsewhere, a ledger in its database for one, asks it
//! too.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::operation::Cost;
use crate::time::Tick;

/// J: what two requests that left a window apart may come closer to each other on their way.
const JITTER_GUARD: Duration = Duration::from_millis(500);

/// How long a slot lasts. Whoever comes later than this after it gives it up for a new one: the pace has counted the
/// call where it was, and would let others go as if it had left then. It is half of J; the other half is the network's.
pub const SLOT_LASTS: Duration = Duration::from_millis(250);

/// A longer pause than this, one hour, is not kept: no document knows one, and one absurd header must not stop a client
/// for ever. The call that was refused still sees what the vendor asked for.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Says when the next call may leave.
pub trait Pace: Send + Sync + fmt::Debug {
    /// Reserves the next free slot for a call of this cost and says how long after `now` it comes; `None`, and nothing
    /// is reserved, where it would come later than `longest` after `now`. [`Duration::MAX`] waits for any slot.
    ///
    /// A reservation is kept until it is [given back](Self::give_back), so whoever would not wait for a slot must say
    /// so here: else an overloaded client would hand out its slots to calls that have ended. A slot lasts for
    /// [`SLOT_LASTS`].
    fn reserve(&self, cost: Cost, now: Tick, longest: Duration) -> Option<Duration>;

    /// Gives back the slot of a call of this cost that comes at `at`, which is the `now` of its reservation and the
    /// wait that it was told: nothing has left in it, and nothing will. Those who have later slots keep them. A pace
    /// that does not know how keeps it taken, which is safe.
    fn give_back(&self, _cost: Cost, _at: Tick) {}

    /// The vendor asked for a pause: grants no slot before `pause` after `now`. Slots that were granted already stand.
    fn defer(&self, pause: Duration, now: Tick);

    /// The pace of one API (see [`Operation::api`](crate::operation::Operation::api)), where each has its own; `None`
    /// where this one is for all.
    fn of_api(&self, _api: Option<&'static str>) -> Option<Arc<dyn Pace>> {
        None
    }
}

/// Lets everything go at once; for loopback, and where somebody else keeps the pace.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unpaced;

impl Pace for Unpaced {
    fn reserve(&self, _: Cost, _: Tick, _: Duration) -> Option<Duration> {
        Some(Duration::ZERO)
    }

    fn defer(&self, _: Duration, _: Tick) {}
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counted {
    /// HTTP requests.
    Requests,
    /// Recipients of all requests together.
    Recipients,
}

/// At most `amount` per `period`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    counted: Counted,
    amount: u32,
    period: Duration,
    guard: Duration,
}

impl Limit {
    /// At most this many requests per `period`; 0 is read as 1.
    #[must_use]
    pub const fn requests(amount: u32, period: Duration) -> Self {
        Self::new(Counted::Requests, amount, period)
    }

    /// At most this many recipients per `period`; 0 is read as 1.
    #[must_use]
    pub const fn recipients(amount: u32, period: Duration) -> Self {
        Self::new(Counted::Recipients, amount, period)
    }

    const fn new(counted: Counted, amount: u32, period: Duration) -> Self {
        Self { counted, amount: if amount == 0 { 1 } else { amount }, period, guard: JITTER_GUARD }
    }

    /// The most recipients that one call may have; `None` where it is requests that are counted.
    #[must_use]
    pub fn most_recipients(&self) -> Option<u32> {
        (self.counted == Counted::Recipients).then_some(self.amount)
    }

    /// The same limit with another guard against the jitter of the network; half a second unless set. Nothing is right
    /// where the limit is a wish of one's own, which nobody checks.
    #[must_use]
    pub const fn with_guard(mut self, guard: Duration) -> Self {
        self.guard = guard;
        self
    }

    const fn window(&self) -> Duration {
        self.period.saturating_add(self.guard)
    }

    const fn charge(&self, cost: Cost) -> u32 {
        match self.counted {
            Counted::Requests => cost.requests,
            Counted::Recipients => cost.recipients,
        }
    }

    /// The first moment at which `cost` fits behind a log that is read from its newest entry backwards.
    fn earliest<'a>(&self, newest_first: impl Iterator<Item = &'a (Tick, Cost)>, cost: Cost) -> Tick {
        if self.charge(cost) == 0 {
            return Tick::ZERO;
        }
        // A call that alone exceeds the limit can only ever have a window to itself.
        let mut room = u64::from(self.amount - self.charge(cost).min(self.amount));
        for (at, spent) in newest_first {
            let spent = u64::from(self.charge(*spent));
            if spent > room {
                return *at + self.window();
            }
            room -= spent;
        }
        Tick::ZERO
    }
}

/// The slot of the next call: the first moment at which a call of this cost may leave so that every limit is kept,
/// after the calls of `log` have left or will.
///
/// It is never before `not_before`, nor before the last entry of the log: calls leave in the order in which they asked.
/// A call that alone exceeds a limit gets a window to itself, since it can never get less.
///
/// The log has one entry for each slot that was granted, **oldest first**: a list, a slice or a `VecDeque`. Entries
/// that are [`longest_window`] old make no difference and can be left out. Another order is not noticed, and the slot
/// may then be too early. The function is pure: what is granted is for the caller to
/// add to the log, before anybody else asks. A log that keeps whole milliseconds rounds the slot up to one, for limits
/// whose period has a fraction of one.
///
/// ```
/// use std::time::Duration;
/// use batchcast_transport::exchange::{Limit, next_slot};
/// use batchcast_transport::operation::Cost;
/// use batchcast_transport::time::Tick;
///
/// let at = |millis| Tick::after_origin(Duration::from_millis(millis));
/// let limits = [Limit::recipients(12_000, Duration::from_secs(60))];
/// let mut log = vec![(at(1_000), Cost::one_request(11_800)), (at(2_000), Cost::one_request(200))];
///
/// let cost = Cost::one_request(500);
/// let slot = next_slot(&limits, &log, cost, at(5_000));
/// assert_eq!(slot, at(61_500));
/// log.push((slot, cost));
/// ```
#[must_use]
pub fn next_slot<'a, L>(limits: &[Limit], log: L, cost: Cost, not_before: Tick) -> Tick
where
    L: IntoIterator<Item = &'a (Tick, Cost), IntoIter: DoubleEndedIterator + Clone>,
{
    let newest_first = log.into_iter().rev();
    let last = newest_first.clone().next().map_or(Tick::ZERO, |(at, _)| *at);
    let free = limits.iter().map(|limit| limit.earliest(newest_first.clone(), cost));
    free.fold(not_before.max(last), Tick::max)
}

/// How long a slot matters to [`next_slot`] under these limits: the longest of their periods with its guard; nothing
/// without limits. A log that is shared with somebody under other limits keeps its entries for the longest of all.
#[must_use]
pub fn longest_window(limits: &[Limit]) -> Duration {
    limits.iter().map(Limit::window).max().unwrap_or_default()
}

/// A sliding log in memory, shared by all calls of one client.
#[derive(Debug)]
pub struct MemoryPace {
    limits: Vec<Limit>,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    /// Oldest first.
    slots: VecDeque<(Tick, Cost)>,
    not_before: Tick,
}

impl MemoryPace {
    /// A pace that keeps every one of these limits.
    #[must_use]
    pub fn new(limits: impl IntoIterator<Item = Limit>) -> Self {
        Self { limits: limits.into_iter().collect(), log: Mutex::default() }
    }
}

impl Pace for MemoryPace {
    fn reserve(&self, cost: Cost, now: Tick, longest: Duration) -> Option<Duration> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let window = longest_window(&self.limits);
        while log.slots.front().is_some_and(|(at, _)| *at + window <= now) {
            log.slots.pop_front();
        }
        let slot = next_slot(&self.limits, &log.slots, cost, now.max(log.not_before));
        let wait = slot.since(now);
        if wait > longest {
            return None;
        }
        log.slots.push_back((slot, cost));
        Some(wait)
    }

    fn give_back(&self, cost: Cost, at: Tick) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = log.slots.iter().rposition(|slot| *slot == (at, cost)) {
            log.slots.remove(index);
        }
    }

    fn defer(&self, pause: Duration, now: Tick) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.not_before = log.not_before.max(now + pause.min(LONGEST_PAUSE));
    }
}
