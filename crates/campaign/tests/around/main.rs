//! What stands around a send: looking people up before it, and pictures; following it and taking it back afterwards.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

#[path = "../run/account.rs"]
#[allow(dead_code, reason = "the other suite needs more of it")]
mod account;
#[path = "../run/bench.rs"]
#[allow(dead_code, reason = "the other suite needs more of it")]
mod bench;
#[path = "../run/by_lease.rs"]
mod by_lease;
#[path = "../run/vendor.rs"]
#[allow(dead_code, reason = "the other suite needs more of it")]
mod vendor;
#[path = "../run/wall.rs"]
#[allow(dead_code, reason = "the other suite needs more of it")]
mod wall;

mod broken_off;
mod canary;
mod departments;
mod directory;
mod excluding;
mod following;
mod forgetting;
mod identity;
mod interrupting;
mod look_ups;
mod memory;
mod not_found;
mod people;
mod pictures;
mod recalling;
mod recalling_each;
mod rows;
