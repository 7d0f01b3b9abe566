//! The two numbers that tell one request from another.

use crate::cursor::{Cursor, Fields};
use crate::invalid::Invalid;

/// `MsgSeq` and `MsgRandom` of one request.
///
/// Both are written into every request, though the vendor would draw a `MsgSeq` of its own where there is none: with
/// them, and the time, what became of a request can be looked up later in a recipient's history
/// (`admin_getroammsg`). So they have to be kept before the request is sent.
///
/// Every request needs another stamp, drawn at random. The vendor takes messages of one sender with the same two
/// numbers and the same content within 120 s for one message (269/2282, 2026-02-04), and drops the second. Pages of
/// 2021 to 2024 say so of `MsgRandom` alone, within one second, so it should differ by itself. Within one second,
/// messages of a conversation are shown in the order of their `MsgSeq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// `MsgSeq`: 0 to 4294967295.
    pub msg_seq: u32,
    /// `MsgRandom`: 0 to 4294967295.
    pub msg_random: u32,
}

pub(super) const MSG_SEQ: &str = "MsgSeq";
pub(super) const MSG_RANDOM: &str = "MsgRandom";

/// One of the two numbers, where it is there.
pub(super) fn read(body: &mut Fields<'_>, name: &str) -> Result<Option<u32>, Invalid> {
    let number = |field: Cursor<'_>| field.within(0..=u32::MAX, "a whole number from 0 to 4294967295");
    body.take(name).map(number).transpose()
}
