//! The calls around a batch, one by one: the request that each makes and what its answers come to, as the documents
//! show them.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod asking;
mod batches;
mod departments;
mod people;
mod pictures;
mod tickets;
