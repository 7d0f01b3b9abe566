//! An hour at full speed, against servers that keep the documented limits, each in its own way.
//!
//! Requests leave in their slots. On their way they take up to half a second, so that they bunch up, spread and
//! overtake one another. Nothing may be refused, and hardly anything of what the documents permit may be wasted.

use std::collections::VecDeque;
use std::time::Duration;

use batchcast_transport::exchange::{Counted, Limit, MemoryPace, Pace};
use batchcast_transport::operation::Cost;
use batchcast_transport::time::Tick;

/// All times are in milliseconds.
const HOUR: u64 = 3_600_000;
const MINUTE: u64 = 60_000;
const SECOND: u64 = 1_000;

/// What a request may take longer than another one. The guard of a limit is made for this much.
const JITTER: u64 = 500;

/// A limit as the vendor's document has it.
#[derive(Debug, Clone, Copy)]
struct Documented {
    counted: Counted,
    amount: u32,
    period: u64,
}

impl Documented {
    const fn requests(amount: u32, period: u64) -> Self {
        Self { counted: Counted::Requests, amount, period }
    }

    const fn recipients(amount: u32, period: u64) -> Self {
        Self { counted: Counted::Recipients, amount, period }
    }

    fn limit(self) -> Limit {
        let period = Duration::from_millis(self.period);
        match self.counted {
            Counted::Requests => Limit::requests(self.amount, period),
            Counted::Recipients => Limit::recipients(self.amount, period),
            other => panic!("{other:?} has no server here"),
        }
    }

    fn charge(self, cost: Cost) -> u64 {
        match self.counted {
            Counted::Requests => cost.requests.into(),
            Counted::Recipients => cost.recipients.into(),
            other => panic!("{other:?} has no server here"),
        }
    }
}

/// The binding limit comes first.
const FEISHU: [Documented; 2] = [Documented::requests(1_000, MINUTE), Documented::requests(50, SECOND)];
const TIM: [Documented; 2] = [Documented::recipients(12_000, MINUTE), Documented::requests(100, SECOND)];

/// How a server keeps a limit. What it refuses it does not count.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// No window of the period ever holds more.
    Sliding,
    /// No period holds more, counted from this many thousandths of one.
    Fixed(u64),
    /// A bucket that is full at first, of the whole amount, and is filled up by as much in a period.
    Bucket,
}

const WAYS: [Way; 9] = [
    Way::Sliding,
    Way::Bucket,
    Way::Fixed(0),
    Way::Fixed(1),
    Way::Fixed(137),
    Way::Fixed(250),
    Way::Fixed(500),
    Way::Fixed(731),
    Way::Fixed(999),
];

/// What a server remembers of one limit.
#[derive(Debug)]
enum Meter {
    Sliding {
        inside: VecDeque<(u64, u64)>,
        total: u64,
    },
    Fixed {
        offset: u64,
        window: u64,
        total: u64,
    },
    /// The level is in parts of a unit, of which one has as many as a period has milliseconds.
    Bucket {
        level: u64,
        at: u64,
    },
}

impl Meter {
    fn new(rule: Documented, way: Way) -> Self {
        match way {
            Way::Sliding => Self::Sliding { inside: VecDeque::new(), total: 0 },
            Way::Fixed(offset) => Self::Fixed { offset: rule.period * offset / 1_000, window: 0, total: 0 },
            Way::Bucket => Self::Bucket { level: u64::from(rule.amount) * rule.period, at: 0 },
        }
    }

    /// How much it still admits at this time.
    fn room(&mut self, rule: Documented, now: u64) -> u64 {
        let amount = u64::from(rule.amount);
        match self {
            Self::Sliding { inside, total } => {
                while let Some((_, charge)) = inside.front().filter(|(at, _)| *at + rule.period <= now) {
                    *total -= charge;
                    inside.pop_front();
                }
                amount - *total
            }
            Self::Fixed { offset, window, total } => {
                let current = (now + rule.period - *offset) / rule.period;
                if *window != current {
                    (*window, *total) = (current, 0);
                }
                amount - *total
            }
            Self::Bucket { level, at } => {
                *level = (*level + (now - *at) * amount).min(amount * rule.period);
                *at = now;
                *level / rule.period
            }
        }
    }

    fn take(&mut self, rule: Documented, now: u64, charge: u64) {
        match self {
            Self::Sliding { inside, total } => {
                inside.push_back((now, charge));
                *total += charge;
            }
            Self::Fixed { total, .. } => *total += charge,
            Self::Bucket { level, .. } => *level -= charge * rule.period,
        }
    }
}

/// When each request comes that a server refuses.
fn refused(rules: &[Documented], way: Way, arrivals: &[(u64, Cost)]) -> Vec<u64> {
    let mut meters: Vec<_> = rules.iter().map(|rule| (*rule, Meter::new(*rule, way))).collect();
    let mut refused = Vec::new();
    for (now, cost) in arrivals {
        if meters.iter_mut().all(|(rule, meter)| rule.charge(*cost) <= meter.room(*rule, *now)) {
            meters.iter_mut().for_each(|(rule, meter)| meter.take(*rule, *now, rule.charge(*cost)));
        } else {
            refused.push(*now);
        }
    }
    refused
}

/// When the calls of a client leave within an hour that always has another one to make.
fn departures(limits: impl Iterator<Item = Limit>, mut sizes: impl FnMut() -> u32) -> Vec<(u64, Cost)> {
    let pace = MemoryPace::new(limits);
    let (mut now, mut left) = (Tick::ZERO, Vec::new());
    loop {
        let cost = Cost::one_request(sizes());
        now = now + pace.reserve(cost, now, Duration::MAX).expect("whoever waits for ever gets a slot");
        let at = u64::try_from(now.since(Tick::ZERO).as_millis()).expect("an hour is short");
        if at >= HOUR {
            return left;
        }
        left.push((at, cost));
    }
}

/// How long requests take.
#[derive(Debug, Clone, Copy)]
enum Road {
    /// By chance, of this seed. The shortest and the longest time are as likely as all between: they do the harm.
    Random(u64),
    /// The cruellest: those that leave together take the longest time, and those that leave next the shortest.
    Alternating,
}

/// Every run is the same; a failure names its road.
const ROADS: [Road; 6] =
    [Road::Random(0), Road::Random(1), Road::Random(2), Road::Random(3), Road::Random(4), Road::Alternating];

/// The same calls as they arrive.
fn arrivals(departures: &[(u64, Cost)], road: Road) -> Vec<(u64, Cost)> {
    let mut arrivals: Vec<_> = match road {
        Road::Random(seed) => {
            let mut rng = fastrand::Rng::with_seed(seed);
            let mut taking = || match rng.u8(0..4) {
                0 => 0,
                1 => JITTER,
                _ => rng.u64(0..=JITTER),
            };
            departures.iter().map(|(at, cost)| (at + taking(), *cost)).collect()
        }
        Road::Alternating => {
            let together = departures.chunk_by(|(one, _), (next, _)| one == next);
            let taking = [JITTER, 0].into_iter().cycle();
            let arrive = |(calls, taking): (&[(u64, Cost)], u64)| {
                calls.iter().map(|(at, cost)| (at + taking, *cost)).collect::<Vec<_>>()
            };
            together.zip(taking).flat_map(arrive).collect()
        }
    };
    arrivals.sort_by_key(|(at, _)| *at);
    arrivals
}

/// That nothing is refused, and that at least so many thousandths are sent of what the binding limit permits.
///
/// The first hour begins with nothing used, and is better than the long run, of which the guard takes 1 in 121.
#[track_caller]
fn check(name: &str, rules: &[Documented], sizes: impl FnMut() -> u32, at_least: u64) {
    let left = departures(rules.iter().map(|rule| rule.limit()), sizes);
    let sent: u64 = left.iter().map(|(_, cost)| rules[0].charge(*cost)).sum();
    let permitted = u64::from(rules[0].amount) * (HOUR / rules[0].period);
    assert!(sent * 1_000 >= permitted * at_least, "{name}: {sent} of {permitted} were sent");
    for road in ROADS {
        let arrivals = arrivals(&left, road);
        for way in WAYS {
            let refused = refused(rules, way, &arrivals);
            let (count, first) = (refused.len(), refused.first());
            assert!(refused.is_empty(), "{name}, {road:?}, {way:?}: {count} refused, the first at {first:?} ms");
        }
    }
}

/// Sizes from 1 to a full batch of TIM, all of them as likely.
fn mixed(seed: u64) -> impl FnMut() -> u32 {
    let mut rng = fastrand::Rng::with_seed(seed);
    move || rng.u32(1..=500)
}

#[test]
fn an_hour_of_feishu_is_used_and_nothing_is_refused() {
    check("Feishu", &FEISHU, || 200, 990);
}

#[test]
fn an_hour_of_full_tim_batches_is_used_and_nothing_is_refused() {
    check("TIM, full", &TIM, || 500, 990);
}

#[test]
fn an_hour_of_mixed_tim_batches_is_used_and_nothing_is_refused() {
    for seed in 0..5 {
        check(&format!("TIM, sizes of seed {seed}"), &TIM, mixed(seed), 980);
    }
}

/// The guard is needed, and these servers would have seen it missing.
#[test]
fn with_less_of_a_guard_a_sliding_window_refuses() {
    fn check(guard: u64, roads: &[Road]) {
        check_sizes(guard, roads, &FEISHU, || 200);
        check_sizes(guard, roads, &TIM, || 500);
        check_sizes(guard, roads, &TIM, mixed(0));
    }
    fn check_sizes(guard: u64, roads: &[Road], rules: &[Documented], sizes: impl FnMut() -> u32) {
        let guarded = |rule: &Documented| rule.limit().with_guard(Duration::from_millis(guard));
        let left = departures(rules.iter().map(guarded), sizes);
        for road in roads {
            let refused = refused(rules, Way::Sliding, &arrivals(&left, *road));
            assert!(!refused.is_empty(), "{road:?}, a guard of {guard} ms: nothing was refused: {rules:?}");
        }
    }
    check(0, &ROADS);
    check(JITTER - 1, &[Road::Alternating]);
}

#[test]
fn every_server_keeps_its_limit() {
    fn check(way: Way, arrivals: &[u64], expected: &[u64]) {
        let arrivals: Vec<_> = arrivals.iter().map(|at| (*at, Cost::one_request(5))).collect();
        assert_eq!(refused(&[Documented::recipients(10, 1_000)], way, &arrivals), expected, "{way:?}: {arrivals:?}");
    }
    for way in WAYS {
        check(way, &[300, 300, 300, 2_300, 2_301, 2_302], &[300, 2_302]);
    }
    check(Way::Sliding, &[0, 900, 999, 1_000, 1_001, 1_899, 1_900], &[999, 1_001, 1_899]);
    check(Way::Fixed(0), &[998, 999, 999, 1_000, 1_001, 1_002, 2_000], &[999, 1_002]);
    check(Way::Fixed(500), &[0, 499, 499, 500, 1_499, 1_499, 1_500], &[499, 1_499]);
    check(Way::Bucket, &[0, 0, 499, 500, 999, 1_000, 3_000, 3_000, 3_000], &[499, 999, 3_000]);
    let both = [Documented::recipients(10, 1_000), Documented::requests(1, 100)];
    let arrivals = [0, 50, 100, 200, 1_000].map(|at| (at, Cost::one_request(5)));
    assert_eq!(refused(&both, Way::Sliding, &arrivals), [50, 200]);
}
