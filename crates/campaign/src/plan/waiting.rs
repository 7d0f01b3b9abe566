//! Rows that wait until it is known who is behind an address: [`Waiting`].

use std::collections::VecDeque;

use batchcast_model::Recipient;

use crate::look_up::LookUp;

/// How many rows wait at most, addresses or not: whoever comes behind an address waits too, so that the order stays.
const MOST_ROWS: usize = 40_000;

/// One row on its way into a plan.
#[derive(Debug)]
pub(super) struct WaitingRow {
    pub(super) row: u64,
    pub(super) recipient: Recipient,
    pub(super) columns: Option<Box<str>>,
}

/// Rows in their order.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    rows: VecDeque<WaitingRow>,
    addresses: Vec<Recipient>,
}

impl Waiting {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(super) fn push_address(&mut self, row: WaitingRow) {
        self.addresses.push(row.recipient.clone());
        self.rows.push_back(row);
    }

    pub(super) fn push(&mut self, row: WaitingRow) {
        self.rows.push_back(row);
    }

    /// Whether no more should wait.
    pub(super) fn is_full(&self) -> bool {
        self.addresses.len() >= LookUp::AT_ONCE || self.rows.len() >= MOST_ROWS
    }

    /// The addresses among the rows, and of rows that were taken since it was empty.
    pub(super) fn addresses(&self) -> &[Recipient] {
        &self.addresses
    }

    /// The first of the rows, which waits no longer.
    pub(super) fn take_next(&mut self) -> Option<WaitingRow> {
        let row = self.rows.pop_front();
        if self.rows.is_empty() {
            self.addresses.clear();
        }
        row
    }
}
