//! The pace: [`Pace`], [`Limit`] and the sliding log [`MemoryPace`].
//!
//! The rule: *no window of length T + J ever holds more than L*, for every limit *L per T*, where J is half a second
//! against the jitter of the network. The log of what was let go is charged in requests and in recipients. A smooth
//! pacer would be as safe, but a short campaign may use its whole minute at once and should.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::operation::Cost;
use crate::time::Tick;

/// J: what two requests that left a window apart may come closer to each other on their way.
const JITTER_GUARD: Duration = Duration::from_millis(500);

/// How long a slot lasts. Whoever comes later than this after it gives it up for a new one: the pace has counted the call
/// where it was, and would let others go as if it had left then.
pub const SLOT_LASTS: Duration = JITTER_GUARD;

/// A longer pause than this is not kept: no document knows one, and one absurd header must not stop a client for ever.
/// The call that was refused still sees what the vendor asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

/// Says when the next call may leave.
pub trait Pace: Send + Sync + fmt::Debug {
    /// Reserves the next free slot for a call of this cost and says how long after `now` it comes; `None`, and nothing
    /// is reserved, where it would come later than `longest` after `now`. [`Duration::MAX`] waits for any slot.
    ///
    /// A reservation is kept even if the call is then not made, so whoever would not wait for a slot must say so here:
    /// else an overloaded client would hand out its slots to calls that have ended. A slot lasts for [`SLOT_LASTS`].
    fn reserve(&self, cost: Cost, now: Tick, longest: Duration) -> Option<Duration>;

    /// The vendor asked for a pause: grants no slot before `pause` after `now`. Slots that were granted already stand.
    fn defer(&self, pause: Duration, now: Tick);
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

    /// The first moment at which `cost` fits behind `log`.
    fn earliest(&self, log: &VecDeque<(Tick, Cost)>, cost: Cost) -> Tick {
        if self.charge(cost) == 0 {
            return Tick::ZERO;
        }
        // A call that alone exceeds the limit can only ever have a window to itself.
        let mut room = u64::from(self.amount - self.charge(cost).min(self.amount));
        for (at, spent) in log.iter().rev() {
            let spent = u64::from(self.charge(*spent));
            if spent > room {
                return *at + self.window();
            }
            room -= spent;
        }
        Tick::ZERO
    }
}

/// A sliding log in memory, shared by all calls of one client.
#[derive(Debug)]
pub struct MemoryPace {
    limits: Vec<Limit>,
    log: Mutex<Log>,
}

#[derive(Debug, Default)]
struct Log {
    /// Slots in order of time. They never run backwards: calls leave in the order in which they asked.
    slots: VecDeque<(Tick, Cost)>,
    not_before: Tick,
}

impl MemoryPace {
    /// A pace that keeps every one of these limits.
    #[must_use]
    pub fn new(limits: impl IntoIterator<Item = Limit>) -> Self {
        Self { limits: limits.into_iter().collect(), log: Mutex::default() }
    }

    fn longest_window(&self) -> Duration {
        self.limits.iter().map(Limit::window).max().unwrap_or_default()
    }
}

impl Pace for MemoryPace {
    fn reserve(&self, cost: Cost, now: Tick, longest: Duration) -> Option<Duration> {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let window = self.longest_window();
        while log.slots.front().is_some_and(|(at, _)| *at + window <= now) {
            log.slots.pop_front();
        }
        let last = log.slots.back().map_or(Tick::ZERO, |(at, _)| *at);
        let free = self.limits.iter().map(|limit| limit.earliest(&log.slots, cost));
        let slot = free.fold(now.max(last).max(log.not_before), Tick::max);
        let wait = slot.since(now);
        if wait > longest {
            return None;
        }
        log.slots.push_back((slot, cost));
        Some(wait)
    }

    fn defer(&self, pause: Duration, now: Tick) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.not_before = log.not_before.max(now + pause.min(LONGEST_PAUSE));
    }
}
