//! Campaigns whose program is killed, judged from outside alone: by what it reports, and by whom the vendor has reached.
//!
//! `BATCHCAST_KILL_SEED` is the seed of the first round, every next has the next one, and `BATCHCAST_KILL_ROUNDS` says how
//! many there are. So the seed that a round says plays it again:
//!
//! ```text
//! BATCHCAST_KILL_SEED=17 BATCHCAST_KILL_ROUNDS=1 cargo test --package batchcast-tests --test kill rounds -- --nocapture
//! ```
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod holders;
mod operator;
mod points;
mod round;
mod rounds;
mod scenario;
