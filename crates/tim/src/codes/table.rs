//! The one sorted table, put together from its pieces while compiling.

use super::{Code, account, bad_usersig, batchsendmsg, follow_up, gateway, internal_faults, messaging, push, usersig};

const PIECES: [&[Code]; 9] = [
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
pub(super) static TABLE: [Code; count()] = sorted(joined());

const fn count() -> usize {
    let mut count = 0;
    let mut piece = 0;
    while piece < PIECES.len() {
        count += PIECES[piece].len();
        piece += 1;
    }
    count
}

const fn joined() -> [Code; count()] {
    let mut codes = [PIECES[0][0]; count()];
    let mut filled = 0;
    let mut piece = 0;
    while piece < PIECES.len() {
        let mut row = 0;
        while row < PIECES[piece].len() {
            codes[filled] = PIECES[piece][row];
            filled += 1;
            row += 1;
        }
        piece += 1;
    }
    codes
}

const fn sorted<const N: usize>(mut codes: [Code; N]) -> [Code; N] {
    let mut next = 1;
    while next < N {
        let mut at = next;
        while at > 0 && codes[at - 1].code >= codes[at].code {
            assert!(codes[at - 1].code != codes[at].code, "a code stands in the table twice");
            let lower = codes[at];
            codes[at] = codes[at - 1];
            codes[at - 1] = lower;
            at -= 1;
        }
        next += 1;
    }
    codes
}
