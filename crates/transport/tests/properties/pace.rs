//! Calls that come whenever they like.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::exchange::{
    Exchange, Limit, Machine, MemoryPace, Pace, RetryPolicy, Step, longest_window, next_slot,
};
use batchcast_transport::operation::{Cost, Replay};
use batchcast_transport::testing::{TestCall, surroundings};
use batchcast_transport::time::Tick;
use proptest::prelude::*;

use crate::{at, millis};

const GUARD: Duration = Duration::from_millis(500);

/// One limit as plain numbers: how many recipients (or requests, where the flag of the kind says so) in how long.
#[derive(Debug, Clone, Copy)]
enum Kept {
    Requests(u32, Duration),
    Recipients(u32, Duration),
}

impl Kept {
    const fn limit(self) -> Limit {
        match self {
            Self::Requests(amount, period) => Limit::requests(amount, period),
            Self::Recipients(amount, period) => Limit::recipients(amount, period),
        }
    }

    fn charge(self, cost: Cost) -> u64 {
        u64::from(match self {
            Self::Requests(..) => cost.requests,
            Self::Recipients(..) => cost.recipients,
        })
    }

    const fn amount(self) -> u32 {
        match self {
            Self::Requests(amount, _) | Self::Recipients(amount, _) => amount,
        }
    }

    const fn period(self) -> Duration {
        match self {
            Self::Requests(_, period) | Self::Recipients(_, period) => period,
        }
    }

    /// The first window of this length, beginning at one of the calls, that holds more than it may.
    fn exceeded(self, window: Duration, left: &[(Duration, Cost)]) -> Option<(Duration, u64)> {
        left.iter().enumerate().find_map(|(first, (begin, _))| {
            let inside = left[first..].iter().take_while(|(at, _)| *at < *begin + window);
            let charges: Vec<_> = inside.map(|(_, cost)| self.charge(*cost)).filter(|charge| *charge > 0).collect();
            let total: u64 = charges.iter().sum();
            // One call that exceeds the limit by itself cannot be made smaller; it has the window to itself.
            (total > u64::from(self.amount()) && charges.len() > 1).then_some((*begin, total))
        })
    }
}

fn limits() -> impl Strategy<Value = Vec<Kept>> {
    let period = (100..60_000_u64).prop_map(millis);
    let limit = (any::<bool>(), 1..200_u32, period).prop_map(|(requests, amount, period)| {
        if requests { Kept::Requests(amount, period) } else { Kept::Recipients(amount, period) }
    });
    prop::collection::vec(limit, 1..4)
}

/// The pause before each call, and how many recipients it has.
fn arrivals() -> impl Strategy<Value = Vec<(Duration, u32)>> {
    let pause = prop_oneof![3 => Just(0), 2 => 0..500_u64, 1 => 0..20_000_u64].prop_map(millis);
    prop::collection::vec((pause, 0..220_u32), 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_window_ever_holds_more_than_its_limit(limits in limits(), arrivals in arrivals()) {
        let pace = MemoryPace::new(limits.iter().map(|kept| kept.limit()));
        let (mut now, mut left) = (Duration::ZERO, Vec::new());
        for (pause, recipients) in arrivals {
            now += pause;
            let cost = Cost::one_request(recipients);
            let slot = now + pace.reserve(cost, at(now).tick, Duration::MAX).expect("whoever waits for ever gets a slot");
            let earliest = left.last().map_or(now, |(last, _): &(Duration, Cost)| now.max(*last));
            prop_assert!(slot >= earliest, "{slot:?} runs backwards: {left:?}");
            if slot > earliest {
                // No call waits longer than it must: a moment sooner, a window would have been exceeded.
                let mut sooner = left.clone();
                sooner.push((slot - millis(1), cost));
                let must = limits.iter().any(|kept| kept.exceeded(kept.period() + GUARD, &sooner).is_some());
                prop_assert!(must, "{slot:?} for {cost:?} is later than it must be: {left:?}");
            }
            left.push((slot, cost));
        }
        for kept in limits {
            prop_assert_eq!(kept.exceeded(kept.period() + GUARD, &left), None, "{:?}: {:?}", kept, left);
        }
    }

    /// A log that is kept elsewhere, whole or without what is too old to matter, gives the slots that memory gives.
    #[test]
    fn a_log_elsewhere_gives_the_same_slots(limits in limits(), arrivals in arrivals()) {
        let limits: Vec<_> = limits.into_iter().map(Kept::limit).collect();
        let pace = MemoryPace::new(limits.clone());
        let (mut now, mut whole, mut trimmed) = (Tick::ZERO, Vec::new(), Vec::new());
        for (pause, recipients) in arrivals {
            now = now + pause;
            let cost = Cost::one_request(recipients);
            let slot = now + pace.reserve(cost, now, Duration::MAX).expect("whoever waits for ever gets a slot");
            trimmed.retain(|(at, _)| *at + longest_window(&limits) > now);
            prop_assert_eq!(next_slot(&limits, &whole, cost, now), slot, "{:?}", whole);
            prop_assert_eq!(next_slot(&limits, trimmed.as_slice(), cost, now), slot, "{:?}", trimmed);
            whole.push((slot, cost));
            trimmed.push((slot, cost));
        }
    }

    /// What really left keeps the limits too, without their guards: drivers wake up to half a second late, and some of
    /// them once much later.
    #[test]
    fn drivers_that_wake_late_do_not_bunch_calls_up(
        limits in limits(),
        arrivals in arrivals(),
        late in prop::collection::vec((0..3_000_u64).prop_map(millis), 120),
        a_little in prop::collection::vec((0..=500_u64).prop_map(millis), 1..20),
    ) {
        let around = surroundings()
            .with_pace(Arc::new(MemoryPace::new(limits.iter().map(|kept| kept.limit()))))
            .with_policy(RetryPolicy::default().with_patience(Duration::from_secs(86_400)));
        let (mut now, mut calls, mut left) = (Duration::ZERO, Vec::new(), Vec::new());
        for ((pause, recipients), late) in arrivals.iter().zip(late) {
            now += *pause;
            let cost = Cost::one_request(*recipients);
            let exchange = Exchange::new(TestCall::new(Replay::Never).with_cost(cost), around.clone(), 1);
            calls.push((now, cost, exchange, late));
        }
        let mut a_little = a_little.into_iter().cycle();
        while let Some(next) = (0..calls.len()).min_by_key(|call| calls[*call].0) {
            let (wakes, cost, exchange, late) = &mut calls[next];
            match exchange.poll(at(*wakes)) {
                Step::WaitUntil(tick) => {
                    let lateness = std::mem::take(late).max(a_little.next().unwrap_or_default());
                    *wakes = tick.since(Tick::ZERO) + lateness;
                }
                Step::Send(_) => {
                    left.push((*wakes, *cost));
                    calls.swap_remove(next);
                }
                Step::Done(result) => return Err(TestCaseError::fail(format!("{result:?}"))),
            }
        }
        for kept in limits {
            prop_assert_eq!(kept.exceeded(kept.period(), &left), None, "{:?}: {:?}", kept, left);
        }
    }
}

/// Calls that come faster than the limit allows, one every `pause` and none of them more than a twentieth of it.
#[derive(Debug, Clone)]
struct Load {
    kept: Kept,
    costs: Vec<u32>,
    pause: Duration,
    patience: Duration,
    policy: RetryPolicy,
}

fn load() -> impl Strategy<Value = Load> {
    let limit = (any::<bool>(), 20..200_u32, (1_000..60_000_u64).prop_map(millis));
    let policy = prop_oneof![Just(RetryPolicy::default()), Just(RetryPolicy::once())];
    // How many times the limit is asked for, in tenths, and for how many of the pauses each call waits.
    (limit, prop::collection::vec(1..=10_u32, 1..8), 11..200_u32, 1..2_000_u32, policy).prop_map(
        |((requests, amount, period), costs, tenths, pauses, policy)| {
            let costs: Vec<_> = costs.into_iter().map(|cost| cost.min(amount / 20)).collect();
            let mean = if requests { 1.0 } else { f64::from(costs.iter().sum::<u32>()) / costs.len() as f64 };
            let pause = (period + GUARD).mul_f64(mean * 10.0 / f64::from(amount) / f64::from(tenths));
            let kept = if requests { Kept::Requests(amount, period) } else { Kept::Recipients(amount, period) };
            Load { kept, costs, pause, patience: pause * pauses, policy }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// However much too fast calls come, nine tenths of the limit are used: what gives up leaves its turn to others.
    #[test]
    fn an_overloaded_client_uses_its_limit(load in load()) {
        const WINDOWS: u32 = 6;
        let around = surroundings()
            .with_pace(Arc::new(MemoryPace::new([load.kept.limit()])))
            .with_policy(load.policy.clone().with_patience(load.patience));
        let window = load.kept.period() + GUARD;
        let (mut offered, mut left) = (Duration::ZERO, 0);
        let mut costs = load.costs.iter().cycle();
        let mut waiting: Vec<(Duration, Cost, Exchange<TestCall>)> = Vec::new();
        loop {
            let cost = Cost::one_request(*costs.next().expect("a cycle has no end"));
            // Turns never run backwards, so whoever waits is in order.
            let due = waiting.iter().take_while(|(wakes, ..)| *wakes <= offered).count();
            let arrival = (offered, cost, Exchange::new(TestCall::new(Replay::Never).with_cost(cost), around.clone(), 1));
            for (now, cost, mut exchange) in waiting.drain(..due).chain([arrival]).collect::<Vec<_>>() {
                match exchange.poll(at(now)) {
                    Step::Send(_) if now < window * WINDOWS => left += load.kept.charge(cost),
                    Step::WaitUntil(tick) => waiting.push((tick.since(Tick::ZERO), cost, exchange)),
                    Step::Send(_) | Step::Done(_) => {}
                }
            }
            if offered >= window * WINDOWS {
                break;
            }
            offered += load.pause;
        }
        let allowed = u64::from(load.kept.amount()) * u64::from(WINDOWS);
        prop_assert!(left * 10 >= allowed * 9, "{left} of {allowed} left: {load:?}");
    }
}
