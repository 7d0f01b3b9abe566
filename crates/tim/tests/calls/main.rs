//! The calls around a send, one by one: the request that each makes and what its answers come to, as the documents show
//! them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod accounts;
mod asking;
mod histories;
mod sends;
