//! Why a report broke off: [`ReportError`].

use std::io;

use crate::ledger::LedgerError;

/// A report broke off. What was handed to the sink until then is no whole report.
///
/// `rows` counts the rows that the sink took; some of them may have stayed in its buffer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The ledger could not be read.
    #[error("{source}; the report broke off, rows until then: {rows}")]
    #[non_exhaustive]
    Ledger {
        /// How many rows the sink took.
        rows: u64,
        /// What is wrong with it.
        source: LedgerError,
    },
    /// Whatever the report goes to could not be written: the disk is full, as a rule.
    #[error("the report could not be written: {source}; rows until then: {rows}")]
    #[non_exhaustive]
    Sink {
        /// How many rows the sink took.
        rows: u64,
        /// What the system said.
        source: io::Error,
    },
    /// Whoever read the report through a pipe went away, and has seen what it wanted: nothing failed.
    #[error("whoever read the report went away; rows until then: {rows}")]
    #[non_exhaustive]
    ReaderGone {
        /// How many rows the sink took.
        rows: u64,
    },
}

impl ReportError {
    /// The ledger failed before the first row.
    pub(crate) const fn ledger(source: LedgerError) -> Self {
        Self::Ledger { rows: 0, source }
    }

    pub(super) fn sink(rows: u64, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone { rows },
            _ => Self::Sink { rows, source },
        }
    }

    /// How many rows the sink took.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        match self {
            Self::Ledger { rows, .. } | Self::Sink { rows, .. } | Self::ReaderGone { rows } => *rows,
        }
    }

    /// What to do about it, where there is something.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Ledger { source, .. } => source.hint(),
            Self::Sink { .. } => Some("make room, or name another file, then ask for the report again"),
            Self::ReaderGone { .. } => None,
        }
    }
}
