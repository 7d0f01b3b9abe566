//! The built program as a user runs it, against the emulator and against a vendor that follows a script.
#![expect(clippy::unwrap_used, reason = "tests")]

mod bodies;
mod canaries;
mod classes;
mod configuration;
mod desk;
mod doubts;
mod emulator;
mod events;
mod exit_codes;
mod explain;
mod files;
mod forgetting;
mod full_disk;
mod ledgers;
mod outcomes;
mod output;
mod pace;
mod pauses;
mod plans;
mod readme;
mod recipients;
mod refusals;
mod refused_messages;
mod repeats;
mod reports;
mod resolutions;
mod runs;
mod sandboxes;
mod standings;
mod stop;
mod tim;
mod tim_canaries;
mod tim_refusals;
mod usersig;
