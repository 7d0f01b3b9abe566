//! Who holds a campaign.

use std::fmt::Debug;

use super::bench::Bench;
use super::contents::id;
use crate::ledger::{Hold, Ledger};

type Held = Box<dyn Debug + Send + Sync>;

/// Takes hold. `None` where this ledger leaves it to the lease: then it cannot tell who holds what, either.
fn hold(ledger: &dyn Ledger, name: &str) -> Option<Result<Held, ()>> {
    match ledger.hold(&id(name)).expect("it can be told") {
        Hold::Held(held) => Some(Ok(held)),
        Hold::ByAnother => Some(Err(())),
        Hold::ByLease => {
            assert_eq!(is_held(ledger, name), None, "only the lease can tell");
            None
        }
    }
}

fn is_held(ledger: &dyn Ledger, name: &str) -> Option<bool> {
    ledger.is_held(&id(name)).expect("it can be told")
}

pub(super) fn exclude_each_other(bench: &Bench) {
    let other = bench.another();
    let Some(first) = hold(&*bench.ledger, "a") else { return };
    assert!(first.is_ok(), "nobody holds it");
    assert!(hold(&*bench.ledger, "a").is_some_and(|held| held.is_err()), "it was held twice by one user");
    assert!(hold(&*other, "a").is_some_and(|held| held.is_err()), "it was held by two users");
    assert!(hold(&*other, "b").is_some_and(|held| held.is_ok()), "the other campaign is free");
}

pub(super) fn end_when_they_are_dropped(bench: &Bench) {
    let other = bench.another();
    for ledger in [&*bench.ledger, &*other, &*bench.ledger] {
        let Some(held) = hold(ledger, "a") else { return };
        assert!(held.is_ok(), "whoever held it has let go");
    }
    // What was refused holds nothing, and lets nothing go.
    let Some(held) = hold(&*bench.ledger, "a") else { return };
    drop(hold(&*other, "a"));
    assert!(hold(&*other, "a").is_some_and(|held| held.is_err()), "a refusal let go of what another holds");
    drop(held);
    // A hold is the process's, not the user's.
    let held = hold(&*other, "a");
    drop(other);
    assert!(hold(&*bench.ledger, "a").is_some_and(|held| held.is_err()), "it ended with the user that took it");
    drop(held);
    assert!(hold(&*bench.ledger, "a").is_some_and(|held| held.is_ok()), "whoever held it has let go");
}

pub(super) fn are_seen_without_being_taken(bench: &Bench) {
    let other = bench.another();
    if is_held(&*bench.ledger, "a").is_none() {
        assert!(hold(&*bench.ledger, "a").is_none(), "a ledger that can hold can tell");
        return;
    }
    let seen = || [&*bench.ledger, &*other].map(|ledger| is_held(ledger, "a"));
    assert_eq!(seen(), [Some(false); 2]);
    assert_eq!(seen(), [Some(false); 2], "looking took hold of it");
    let held = hold(&*bench.ledger, "a");
    assert_eq!(seen(), [Some(true); 2]);
    assert_eq!(is_held(&*other, "b"), Some(false));
    assert!(hold(&*other, "a").is_some_and(|held| held.is_err()), "looking let go of it");
    drop(held);
    assert_eq!(seen(), [Some(false); 2]);
}
