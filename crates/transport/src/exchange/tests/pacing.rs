//! When a call may leave: the arithmetic of the sliding log, and what the exchange makes of it.

use std::sync::Mutex;

use super::*;
use crate::operation::Cost;

const MINUTE: Duration = Duration::from_secs(60);

/// What Feishu and Lark allow an app, and what TIM does.
fn feishu() -> MemoryPace {
    MemoryPace::new([Limit::requests(50, seconds(1)), Limit::requests(1_000, MINUTE)])
}

fn tim() -> MemoryPace {
    MemoryPace::new([Limit::recipients(12_000, MINUTE)])
}

/// The slots, in milliseconds, of calls of these costs that all ask at the same moment.
fn slots(pace: &MemoryPace, costs: impl IntoIterator<Item = u32>, asked_at: u64) -> Vec<u64> {
    let slot = |recipients| {
        let wait = pace.reserve(Cost::one_request(recipients), at(asked_at), Duration::MAX);
        asked_at + u64::try_from(wait.unwrap().as_millis()).unwrap()
    };
    costs.into_iter().map(slot).collect()
}

#[test]
fn a_thousand_feishu_requests_take_about_half_a_minute() {
    let slots = slots(&feishu(), std::iter::repeat_n(200, 1_001), 0);
    // Fifty at a time, a second and the guard apart.
    assert_eq!(slots[..51], [[0; 50].as_slice(), &[1_500]].concat());
    assert_eq!(slots[999], 28_500);
    // The minute is used up.
    assert_eq!(slots[1_000], 60_500);
}

#[test]
fn twenty_four_full_tim_batches_leave_at_once() {
    let slots = slots(&tim(), std::iter::repeat_n(500, 49), 0);
    assert_eq!(slots[..24], [0; 24]);
    assert_eq!(slots[24..48], [60_500; 24]);
    assert_eq!(slots[48], 121_000);
}

#[test]
fn a_call_waits_for_as_much_room_as_it_needs() {
    fn check(limit: u32, costs: &[u32], expected: &[u64]) {
        let pace = MemoryPace::new([Limit::recipients(limit, seconds(1))]);
        assert_eq!(slots(&pace, costs.iter().copied(), 0), expected, "{costs:?} under {limit}");
    }
    check(10, &[4, 6, 1], &[0, 0, 1_500]);
    check(10, &[4, 7], &[0, 1_500]);
    check(10, &[10, 10, 10], &[0, 1_500, 3_000]);
    // Nobody overtakes: who asked later leaves later.
    check(10, &[6, 6, 4, 1], &[0, 1_500, 1_500, 3_000]);
    check(10, &[0, 10, 0, 1], &[0, 0, 0, 1_500]);
    // What is larger than the limit has a window to itself.
    check(10, &[1, 11, 1], &[0, 1_500, 3_000]);
    check(10, &[50, 50], &[0, 1_500]);
    // And who needs none waits for none.
    check(10, &[1, 11, 0, 1], &[0, 1_500, 1_500, 3_000]);
    // A limit of nothing would be a call that never ends.
    check(0, &[1, 1], &[0, 1_500]);
}

#[test]
fn every_limit_is_kept_not_the_first_alone() {
    let pace = MemoryPace::new([
        Limit::requests(2, seconds(1)),
        Limit::recipients(10, seconds(5)),
        Limit::requests(100, MINUTE),
    ]);
    assert_eq!(slots(&pace, [5, 5, 1, 1, 1], 0), [0, 0, 5_500, 5_500, 7_000]);
}

#[test]
fn room_comes_back_as_time_passes() {
    let pace = MemoryPace::new([Limit::requests(2, seconds(1))]);
    assert_eq!(slots(&pace, [1], 0), [0]);
    assert_eq!(slots(&pace, [1], 1_000), [1_000]);
    assert_eq!(slots(&pace, [1], 1_400), [1_500]);
    assert_eq!(slots(&pace, [1], 1_600), [2_500]);
    assert_eq!(slots(&pace, [1, 1, 1], 90_000), [90_000, 90_000, 91_500]);
}

#[test]
fn a_pause_defers_everybody_and_never_shortens_another() {
    let pace = feishu();
    pace.defer(seconds(10), at(0));
    pace.defer(seconds(3), at(1_000));
    assert_eq!(slots(&pace, [1, 1], 2_000), [10_000, 10_000]);
    assert_eq!(slots(&pace, [1], 11_000), [11_000]);
}

#[test]
fn an_absurd_pause_is_cut() {
    let pace = feishu();
    pace.defer(Duration::MAX, at(0));
    assert_eq!(slots(&pace, [1], 0), [3_600_000]);
}

#[test]
fn nothing_is_limited_without_limits() {
    let costs = || std::iter::repeat_n(u32::MAX, 100);
    assert_eq!(slots(&MemoryPace::new([]), costs(), 5), [5; 100]);
    for cost in costs() {
        assert_eq!(Unpaced.reserve(Cost::one_request(cost), at(5), Duration::ZERO), Some(Duration::ZERO));
    }
    Unpaced.defer(MINUTE, at(5));
    assert_eq!(Unpaced.reserve(Cost::one_request(1), at(5), Duration::ZERO), Some(Duration::ZERO));
}

#[test]
fn a_turn_that_nobody_would_wait_for_is_not_reserved() {
    fn check(pace: &MemoryPace, longest: u64, expected: Option<u64>) {
        let wait = pace.reserve(Cost::one_request(1), at(0), Duration::from_millis(longest));
        assert_eq!(wait, expected.map(Duration::from_millis), "at most {longest} ms");
    }
    let pace = MemoryPace::new([Limit::requests(1, seconds(1))]);
    check(&pace, 0, Some(0));
    for _ in 0..100 {
        check(&pace, 1_499, None);
    }
    check(&pace, 1_500, Some(1_500));
    check(&pace, 2_999, None);
    check(&pace, 3_000, Some(3_000));

    let pace = MemoryPace::new([]);
    pace.defer(seconds(10), at(0));
    check(&pace, 9_999, None);
    check(&pace, 10_000, Some(10_000));
}

#[test]
fn each_limit_has_a_guard_of_its_own() {
    fn check(guard: u64, asked_at: u64, expected: u64) {
        let guarded = Limit::requests(1, seconds(1)).with_guard(Duration::from_millis(guard));
        let pace = MemoryPace::new([Limit::requests(10, seconds(2)), guarded]);
        assert_eq!(slots(&pace, [1], 0), [0]);
        assert_eq!(slots(&pace, [1], asked_at), [expected], "{guard} ms, asked at {asked_at} ms");
    }
    check(0, 900, 1_000);
    check(0, 1_000, 1_000);
    check(500, 1_000, 1_500);
    check(3_000, 3_000, 4_000);
    check(3_000, 3_999, 4_000);
    check(3_000, 4_000, 4_000);
}

#[test]
fn a_slot_is_not_before_its_time_nor_before_the_last_one() {
    fn check(log: &[(u64, u32)], cost: u32, not_before: u64, expected: u64) {
        let limits = [Limit::recipients(10, seconds(1)), Limit::recipients(15, seconds(5))];
        let log: Vec<_> = log.iter().map(|(millis, cost)| (at(*millis), Cost::one_request(*cost))).collect();
        assert_eq!(next_slot(&limits, &log, Cost::one_request(cost), at(not_before)), at(expected), "{log:?}");
    }
    check(&[], 10, 0, 0);
    check(&[], 99, 7, 7);
    check(&[(0, 6)], 4, 700, 700);
    check(&[(0, 6)], 5, 700, 1_500);
    check(&[(0, 6)], 5, 1_700, 1_700);
    check(&[(0, 6), (1_500, 5)], 5, 1_700, 5_500);
    // Slots that lie ahead were granted to calls that asked before.
    check(&[(9_000, 1)], 1, 200, 9_000);
    check(&[(9_000, 10)], 1, 200, 10_500);
    check(&[(0, 10), (9_000, 1)], 0, 200, 9_000);
}

#[test]
fn a_log_is_kept_for_the_longest_window() {
    fn check(limits: &[Limit], expected: Duration) {
        assert_eq!(longest_window(limits), expected, "{limits:?}");
    }
    let second = Limit::requests(50, seconds(1));
    check(&[], Duration::ZERO);
    check(&[second], Duration::from_millis(1_500));
    check(&[Limit::recipients(12_000, MINUTE), second], Duration::from_millis(60_500));
    check(&[second.with_guard(MINUTE), Limit::requests(1_000, MINUTE)], Duration::from_secs(61));
    check(&[Limit::requests(1, Duration::MAX)], Duration::MAX);
}

fn paced(pace: impl Pace + 'static) -> Surroundings {
    Surroundings { pace: Arc::new(pace), ..client(policy()) }
}

#[test]
fn a_call_leaves_when_its_turn_comes() {
    let around = paced(MemoryPace::new([Limit::requests(1, seconds(1))]));
    let mut calls: Vec<_> = (0..3).map(|_| Call::new(&around)).collect();
    assert_eq!(calls[0].sends(0), "send");
    assert_eq!(calls[1].waits_until(0), at(1_500));
    assert_eq!(calls[2].waits_until(0), at(3_000));
    // Asking again does not cost another turn.
    assert_eq!(calls[1].waits_until(700), at(1_500));
    assert_eq!(calls[1].sends(1_500), "send");
    assert_eq!(calls[2].sends(3_000), "send");
}

#[test]
fn an_overloaded_client_does_not_lock_itself_out() {
    let check = |policy: RetryPolicy| {
        let pace = MemoryPace::new([Limit::requests(1, seconds(1))]);
        let around = Surroundings { policy: policy.with_patience(seconds(2)), ..paced(pace) };
        // Forty calls at once, of which two have a turn within their patience.
        let mut calls: Vec<_> = (0..40).map(|_| Call::new(&around)).collect();
        assert_eq!(calls[0].sends(0), "send");
        assert_eq!(calls[1].waits_until(0), at(1_500));
        for call in &mut calls[2..] {
            assert_eq!(call.ends(0), "not sent after 0");
        }
        assert_eq!(calls[1].sends(1_500), "send");
        assert_eq!(Call::new(&around).waits_until(1_500), at(3_000));
    };
    check(policy());
    check(RetryPolicy::once());
}

#[test]
fn a_turn_must_come_within_what_is_left_of_the_patience() {
    let pace = MemoryPace::new([Limit::requests(1, seconds(10))]);
    let around = Surroundings { policy: policy().with_patience(seconds(12)), ..paced(pace) };
    let mut call = Call::new(&around);
    assert_eq!(call.sends(0), "send");
    // The next turn comes at 10.5 s, 9.5 s after this refusal: in time.
    call.answer(1_000, Answer::of(Class::TryAgain));
    assert_eq!(call.waits_until(1_000), at(10_500));
    assert_eq!(call.sends(10_500), "send");
    // And that after it at 21 s: too late, and left to others.
    call.answer(10_600, Answer::of(Class::TryAgain));
    assert_eq!(call.ends(10_600), "try again after 2");
    assert_eq!(Call::new(&around).waits_until(10_600), at(21_000));
}

#[test]
fn a_throttled_call_holds_the_others_back_too() {
    let around = paced(feishu());
    let (mut refused, mut other) = (Call::new(&around), Call::new(&around));
    let _ = refused.sends(0);
    refused.answer(100, throttled(7));
    assert_eq!(other.waits_until(200), at(7_100));
    assert_eq!(refused.waits_until(200), at(7_100));
}

#[test]
fn a_throttled_call_that_gives_up_holds_the_others_back_all_the_same() {
    let around = Surroundings { policy: RetryPolicy::once(), ..paced(feishu()) };
    let mut refused = Call::new(&around);
    let _ = refused.sends(0);
    refused.answer(0, throttled(7));
    assert_eq!(refused.ends(0), "throttled after 1");
    assert_eq!(Call::new(&around).waits_until(0), at(7_000));
}

/// Counts what is asked of it, and lets the first call go after the given wait and all others at once.
#[derive(Debug)]
struct Counting {
    first_wait: Duration,
    costs: Mutex<Vec<Cost>>,
}

impl Counting {
    fn around(first_wait: Duration) -> (Arc<Self>, Surroundings) {
        let pace = Arc::new(Self { first_wait, costs: Mutex::default() });
        (pace.clone(), Surroundings { pace, ..fetching(policy()) })
    }

    fn asked(&self) -> usize {
        self.costs.lock().unwrap().len()
    }
}

impl Pace for Counting {
    fn reserve(&self, cost: Cost, _: Tick, longest: Duration) -> Option<Duration> {
        let mut costs = self.costs.lock().unwrap();
        costs.push(cost);
        let wait = if costs.len() == 1 { self.first_wait } else { Duration::ZERO };
        (wait <= longest).then_some(wait)
    }

    fn defer(&self, _: Duration, _: Tick) {}
}

#[test]
fn every_attempt_has_a_turn_of_its_own_and_a_token_needs_none() {
    let (pace, around) = Counting::around(Duration::ZERO);
    let token = || Answer::token("t", seconds(7_200));
    let script =
        [not_sent(), token(), not_sent(), throttled(1), Answer::of(Class::Token), token(), Answer::done("done")];
    let expected = "0 token; 0 token; 0 send t; 0 send t; 1000 send t; 1000 token; 1000 send t; 1000 done";
    assert_eq!(story(&around, Replay::Never, script), expected);
    assert_eq!(pace.asked(), 4);
}

#[test]
fn a_call_is_charged_what_it_costs() {
    let (pace, around) = Counting::around(Duration::ZERO);
    let around = Surroundings { session: client(policy()).session, ..around };
    let cost = Cost { requests: 1, recipients: 450 };
    let mut exchange = Exchange::new(TestCall::new(Replay::Never).with_cost(cost), around, 7);
    assert!(matches!(exchange.poll(now(0)), Step::Send(_)));
    assert_eq!(*pace.costs.lock().unwrap(), [cost]);
}

#[test]
fn a_turn_that_was_missed_is_given_up_for_a_new_one() {
    fn check(late: u64, turns: usize) {
        let (pace, around) = Counting::around(seconds(10));
        let around = Surroundings { session: client(policy()).session, ..around };
        let mut call = Call::new(&around);
        assert_eq!(call.waits_until(0), at(10_000));
        assert_eq!(call.sends(10_000 + late), "send");
        assert_eq!(pace.asked(), turns, "{late} ms late");
    }
    check(0, 1);
    check(250, 1);
    check(251, 2);
    check(60_000, 2);
}

#[test]
fn a_driver_that_is_always_late_gets_on() {
    let around = paced(MemoryPace::new([Limit::requests(1, seconds(1))]));
    let (mut first, mut second) = (Call::new(&around), Call::new(&around));
    assert_eq!(first.sends(0), "send");
    assert_eq!(second.waits_until(0), at(1_500));
    assert_eq!(second.waits_until(2_100), at(3_000));
    assert_eq!(second.sends(3_600), "send");
}

#[test]
fn a_turn_that_passes_while_a_token_is_fetched_is_given_up() {
    fn check(taking: Duration, turns: usize) {
        let (pace, around) = Counting::around(seconds(500));
        let token = |name, life| Answer::token(name, seconds(life));
        let script = [token("t-1", 300), token("t-2", 7_200).taking(taking), Answer::done("done")];
        let _ = story(&around, Replay::Never, script);
        assert_eq!(pace.asked(), turns, "{taking:?}");
    }
    check(Duration::from_millis(200), 1);
    check(seconds(5), 2);
}
