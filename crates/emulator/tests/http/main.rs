//! The emulator over real connections.

mod client;
mod serving;
mod tenant;
