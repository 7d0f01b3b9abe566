//! Carrying a campaign out: the reducer decides, a few threads do.

mod consequences;
mod in_a_row;
mod reducer;
mod sending;
mod worker;

pub use reducer::{Next, Permit, Run};
pub use sending::{Options, Sending};
