//! The emulator over real connections.

mod client;
mod faults;
mod own_side;
mod serving;
mod tenant;
mod tim;
