//! The built program as a user runs it, against the emulator and against a vendor that follows a script.
#![expect(clippy::unwrap_used, reason = "tests")]

mod bodies;
mod canaries;
mod configuration;
mod doubts;
mod emulator;
mod explain;
mod outcomes;
mod output;
mod pace;
mod readme;
mod recipients;
mod refusals;
mod refused_messages;
mod stop;
mod tim;
mod tim_canaries;
mod tim_refusals;
mod usersig;
