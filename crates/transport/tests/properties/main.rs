//! What holds for every sequence of faults and answers, and for every pace.

mod calls;
mod pace;

use std::time::Duration;

use batchcast_transport::time::{Now, Tick, Unix};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn at(elapsed: Duration) -> Now {
    Now::new(Tick::after_origin(elapsed), Unix::from_secs(1_800_000_000) + elapsed)
}
