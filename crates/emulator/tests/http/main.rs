//! The emulator over real connections.

mod client;
mod faults;
mod serving;
mod tenant;
mod tim;
