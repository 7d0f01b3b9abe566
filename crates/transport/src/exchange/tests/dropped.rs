//! A call that is dropped, or ends, before its request has left: its slot is another's.

use super::*;
use crate::operation::Cost;

/// One request a second and a half, and a given token.
fn around() -> Surroundings {
    let pace = Arc::new(MemoryPace::new([Limit::requests(1, seconds(1))]));
    Surroundings { pace, ..client(policy()) }
}

#[test]
fn a_call_that_is_dropped_while_it_waits_gives_its_slot_back() {
    let around = around();
    let [mut first, mut second, mut third] = [(); 3].map(|()| Call::new(&around));
    assert_eq!(first.sends(0), "send");
    assert_eq!([second.waits_until(0), third.waits_until(0)], [at(1_500), at(3_000)]);
    // Those who have later slots keep them, and so does whoever comes.
    drop(second);
    assert_eq!(Call::new(&around).waits_until(0), at(4_500));
    drop(third);
    assert_eq!(Call::new(&around).waits_until(0), at(1_500));
}

#[test]
fn a_call_that_is_dropped_when_its_request_has_left_has_used_its_slot() {
    let around = around();
    let mut first = Call::new(&around);
    assert_eq!(first.sends(0), "send");
    drop(first);
    assert_eq!(Call::new(&around).waits_until(0), at(1_500));
    // And so has one whose answer came.
    let mut second = Call::new(&around);
    assert_eq!(second.waits_until(0), at(1_500));
    assert_eq!(second.sends(1_500), "send");
    assert_eq!(second.answer(1_600, Answer::done("done")).ends(1_600), "done");
    drop(second);
    assert_eq!(Call::new(&around).waits_until(1_600), at(3_000));
}

#[test]
fn a_call_that_ends_before_its_slot_gives_it_back() {
    let around = Surroundings { policy: policy().with_patience(seconds(2)), ..around() };
    let (mut first, mut late) = (Call::new(&around), Call::new(&around));
    assert_eq!(first.sends(0), "send");
    assert_eq!(late.waits_until(0), at(1_500));
    assert_eq!(late.ends(60_000), "not sent after 0");
    let free = Call::new(&around).waits_until(0);
    assert_eq!(free, at(1_500));
}

#[test]
fn a_slot_is_given_back_by_its_cost_and_its_time() {
    let (small, large) = (Cost::one_request(1), Cost::one_request(9));
    let check = |cost, millis, expected| {
        let pace = MemoryPace::new([Limit::recipients(10, seconds(1))]);
        let reserve = |cost| pace.reserve(cost, at(0), Duration::MAX);
        assert_eq!([reserve(small), reserve(large)], [Some(Duration::ZERO); 2]);
        pace.give_back(cost, at(millis));
        assert_eq!(reserve(small), Some(Duration::from_millis(expected)), "{cost:?} at {millis}");
    };
    check(small, 0, 0);
    check(large, 0, 0);
    // What was not handed out is not taken back.
    check(small, 1, 1_500);
    check(Cost::one_request(2), 0, 1_500);
}
