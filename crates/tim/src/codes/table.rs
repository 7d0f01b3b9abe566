//! The one sorted table, put together from its pieces while compiling.

use batchcast_transport::codes::{Table, count};

use super::{
    Code, Source, account, bad_usersig, batchsendmsg, follow_up, gateway, internal_faults, messaging, push, usersig,
};

const PIECES: &[&[Code]] = &[
    batchsendmsg::CODES,
    &internal_faults::CODES,
    messaging::CODES,
    gateway::CODES,
    usersig::CODES,
    &bad_usersig::CODES,
    account::CODES,
    follow_up::CODES,
    push::CODES,
];

/// All codes in ascending order. A code that stands in two pieces does not compile.
pub(super) static TABLE: Table<Source, { count(PIECES) }> = Table::joined(PIECES);
