//! Campaigns from their plan to their end, with a vendor that answers by a script, on a clock that nobody waits for.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod account;
mod aftermath;
mod bench;
mod broken;
mod by_lease;
mod chronicle;
mod classes;
mod clock;
mod ends;
mod failures;
mod interrupted_checks;
mod model;
mod pace;
mod party;
mod planning;
mod quota;
mod readiness;
mod reducer;
mod resolving;
mod settling;
mod stopping;
mod takeover;
mod threads;
mod vendor;
mod wall;
