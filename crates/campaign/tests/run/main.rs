//! The reducer and the threads around it, with a channel that answers by a script.
#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod classes;
mod ends;
mod threads;
mod vendor;
