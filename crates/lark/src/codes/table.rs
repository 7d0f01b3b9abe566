//! The one sorted table, put together from its pieces while compiling.

use batchcast_transport::codes::{Table, count};

use super::{Code, Source, batch_send, follow_up, gateway, lookup, messaging, token, unresolved_ids, upload};

const PIECES: &[&[Code]] = &[
    batch_send::CODES,
    messaging::CODES,
    token::CODES,
    gateway::CODES,
    &unresolved_ids::CODES,
    follow_up::CODES,
    lookup::CODES,
    upload::CODES,
];

/// All codes in ascending order. A code that stands in two pieces does not compile.
pub(super) static TABLE: Table<Source, { count(PIECES) }> = Table::joined(PIECES);
