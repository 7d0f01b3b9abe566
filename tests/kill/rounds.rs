//! Round after round: whatever a program is killed at, nobody is lost, nobody is reached twice and no doubt is hidden.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::thread;

use crate::points::Point;
use crate::round::{Tally, play};
use crate::scenario::Scenario;

/// Through all points with both vendors, and a little more.
const ROUNDS: u64 = 30;
/// A program waits for the disk and the network most of the time.
const AT_ONCE: usize = 3;

#[test]
fn rounds_of_killing_lose_nobody_and_reach_nobody_twice() {
    let first = setting("BATCHCAST_KILL_SEED").unwrap_or(0);
    let rounds = setting("BATCHCAST_KILL_ROUNDS").unwrap_or(ROUNDS);
    let seeds = Mutex::new((0..rounds).map(|round| (round, first.wrapping_add(round))));
    let sum = Mutex::new(Sum::default());
    let play_all = || {
        loop {
            let next = seeds.lock().unwrap().next();
            let Some((round, seed)) = next else { return };
            let scenario = Scenario::new(seed);
            let told = format!("round {round} {scenario}");
            say(&told);
            let tally = catch_unwind(AssertUnwindSafe(|| play(&scenario))).unwrap_or_else(broken_off);
            sum.lock().unwrap().add(&told, tally);
        }
    };
    thread::scope(|scope| (0..AT_ONCE).for_each(|_| drop(scope.spawn(play_all))));

    let sum = sum.into_inner().unwrap();
    say(&format!("first seed {first}: {sum}"));
    assert_eq!(sum.violations, 0, "said above, each below its round");
    // When the time is up, everything may be over.
    let named = Point::ALL.iter().filter(|point| **point != Point::AnyTime);
    let missed: Vec<_> = named.filter(|point| !sum.kills.contains_key(point)).collect();
    assert!(missed.is_empty() || rounds < ROUNDS, "never killed at {missed:?}");
}

#[derive(Default)]
struct Sum {
    rounds: usize,
    kills: BTreeMap<Point, usize>,
    doubts: usize,
    violations: usize,
}

impl Sum {
    fn add(&mut self, round: &str, tally: Tally) {
        self.rounds += 1;
        self.doubts += tally.doubts;
        for (point, kills) in tally.kills {
            *self.kills.entry(point).or_default() += kills;
        }
        for violation in tally.violations {
            self.violations += 1;
            say(&format!("violation in {round}\n    {violation}"));
        }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rounds, kills, doubts, violations } = self;
        let all: usize = kills.values().sum();
        write!(f, "{rounds} rounds, {all} kills, {doubts} recipients in doubt, {violations} violations; killed at:")?;
        kills.iter().try_for_each(|(point, kills)| write!(f, " {point} {kills}"))
    }
}

/// What does not even come to an end is a violation too.
fn broken_off(panic: Box<dyn Any + Send>) -> Tally {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    Tally { violations: vec![text.unwrap_or_else(|| "it panicked".to_owned())], ..Tally::default() }
}

#[expect(clippy::disallowed_methods, reason = "how long it takes, and where it starts, is for who runs it to say")]
fn setting(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|error| panic!("{name}={value}: {error}")))
}

/// Shown with `--nocapture`, and when the test fails.
#[expect(clippy::print_stderr, reason = "the way of a test to say something")]
fn say(text: &str) {
    eprintln!("{text}");
}
