//! What goes wrong in SQLite, as a [`LedgerError`].

use std::io;
use std::sync::Arc;

use rusqlite::ffi::{self, ErrorCode};

use crate::ledger::{LedgerError, LedgerProblem};

/// What errors call the ledger: its path as it was given.
#[derive(Debug, Clone)]
pub(super) struct Name(pub(super) Arc<str>);

/// What a column holds makes no sense. The text must not repeat what stands there: it may name a recipient.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Nonsense(pub(super) String);

impl Name {
    pub(super) fn problem(&self, problem: LedgerProblem) -> LedgerError {
        LedgerError::new(problem, Arc::clone(&self.0))
    }

    pub(super) fn damaged(&self, what: impl Into<String>) -> LedgerError {
        self.problem(LedgerProblem::Damaged(what.into()))
    }

    pub(super) fn io(&self, error: io::Error) -> LedgerError {
        let problem = match error.kind() {
            io::ErrorKind::StorageFull => LedgerProblem::DiskFull,
            _ => LedgerProblem::Failed,
        };
        self.problem(problem).with_source(error)
    }

    pub(super) fn sqlite(&self, error: rusqlite::Error) -> LedgerError {
        let problem = match &error {
            // Told by ourselves, and better than by a source that repeats it.
            rusqlite::Error::FromSqlConversionFailure(_, _, nonsense) => return self.damaged(nonsense.to_string()),
            rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..) => LedgerProblem::Damaged("a column holds what none can".to_owned()),
            rusqlite::Error::SqliteFailure(failure, _) => problem(*failure),
            _ => LedgerProblem::Failed,
        };
        self.problem(problem).with_source(error)
    }
}

fn problem(failure: ffi::Error) -> LedgerProblem {
    // The index of the write-ahead log could not grow: said so in a full directory, too.
    if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE {
        return LedgerProblem::DiskFull;
    }
    match failure.code {
        ErrorCode::DiskFull => LedgerProblem::DiskFull,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => LedgerProblem::Busy,
        ErrorCode::NotADatabase => LedgerProblem::Damaged("it is no SQLite database".to_owned()),
        ErrorCode::DatabaseCorrupt => LedgerProblem::Damaged("SQLite cannot read it".to_owned()),
        _ => LedgerProblem::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_problem() {
        fn check(code: i32, expected: &LedgerProblem) {
            let failure = rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("what SQLite says".to_owned()));
            let error = Name("ledger.db".into()).sqlite(failure);
            assert_eq!(error.problem(), expected, "{code}");
            assert!(error.to_string().ends_with(": what SQLite says"), "{error}");
        }
        check(ffi::SQLITE_FULL, &LedgerProblem::DiskFull);
        check(ffi::SQLITE_IOERR_SHMSIZE, &LedgerProblem::DiskFull);
        check(ffi::SQLITE_BUSY, &LedgerProblem::Busy);
        check(ffi::SQLITE_BUSY_SNAPSHOT, &LedgerProblem::Busy);
        check(ffi::SQLITE_BUSY_RECOVERY, &LedgerProblem::Busy);
        check(ffi::SQLITE_LOCKED, &LedgerProblem::Busy);
        check(ffi::SQLITE_CORRUPT, &LedgerProblem::Damaged("SQLite cannot read it".to_owned()));
        check(ffi::SQLITE_NOTADB, &LedgerProblem::Damaged("it is no SQLite database".to_owned()));
        check(ffi::SQLITE_IOERR_FSYNC, &LedgerProblem::Failed);
        check(ffi::SQLITE_READONLY, &LedgerProblem::Failed);
        check(ffi::SQLITE_CONSTRAINT_PRIMARYKEY, &LedgerProblem::Failed);
        check(ffi::SQLITE_CANTOPEN, &LedgerProblem::Failed);
    }
}
