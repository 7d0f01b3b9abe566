//! Connections to the file, and how SQLite is set for them.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::{Name, Nonsense};
use super::{migration, patience};
use crate::ledger::{LedgerError, LedgerProblem};

/// How many prepared statements a connection keeps: all that there are.
const STATEMENTS: usize = 96;

/// What a ledger puts up with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long it waits for a lock of another process.
    pub(super) busy: Duration,
    /// How many pages the file may have, in the place of a disk that is full.
    pub(super) pages: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { busy: Duration::from_secs(30), pages: None }
    }
}

/// The connection that writes; the file is of the newest version afterwards. What is no ledger is left as it is.
pub(super) fn writing(path: &Path, steps: &[&str], limits: Limits, name: &Name) -> Result<Connection, LedgerError> {
    let connection = open(path, limits).map_err(|error| name.sqlite(error))?;
    migration::version(&connection, steps, name)?;
    log_ahead(&connection, limits, name)?;
    settings_for_writing(&connection, limits).map_err(|error| name.sqlite(error))?;
    migration::migrate(&connection, steps, name)?;
    Ok(connection)
}

/// One that reads. There must be one that writes, which outlives it.
pub(super) fn reading(path: &Path, limits: Limits) -> rusqlite::Result<Connection> {
    let connection = open(path, limits)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -4_000)?;
    Ok(connection)
}

fn open(path: &Path, limits: Limits) -> rusqlite::Result<Connection> {
    // Not created here, which would ask the umask for its mode. The path is absolute, so it is never taken for a URI or
    // for memory.
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE,
    )?;
    connection.busy_timeout(limits.busy)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A mapped file would count as memory, and a failing disk would kill the process in the place of an error.
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(connection)
}

fn settings_for_writing(connection: &Connection, limits: Limits) -> rusqlite::Result<()> {
    let set = |pragma, value: i64| connection.pragma_update(None, pragma, value);
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS alone, where to synchronise does not reach the disk otherwise.
    set("fullfsync", 1)?;
    set("checkpoint_fullfsync", 1)?;
    set("foreign_keys", 1)?;
    // What is deleted or replaced is overwritten, always: what a campaign is asked to forget may be left over from
    // long before.
    set("secure_delete", 1)?;
    // Nor shall anything be left over in a temporary file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // In KiB where negative, else in pages of 4 KiB.
    set("cache_size", -8_000)?;
    set("wal_autocheckpoint", 1_000)?;
    // In bytes: what the log is cut to after a large transaction.
    set("journal_size_limit", 16 << 20)?;
    match limits.pages {
        Some(pages) => connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())),
        None => Ok(()),
    }
}

/// Switches the file to a write-ahead log, in which it stays.
fn log_ahead(connection: &Connection, limits: Limits, name: &Name) -> Result<(), LedgerError> {
    let mode = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    let found = connection.pragma_query_value(None, "journal_mode", mode).map_err(|error| name.sqlite(error))?;
    if found == "wal" {
        return Ok(());
    }
    // SQLite does not wait by itself here, as two that wait for each other would do so for ever.
    let switched = connection.busy_timeout(Duration::ZERO).and_then(|()| {
        let switched = patience::until(limits.busy, || {
            match connection.pragma_update_and_check(None, "journal_mode", "WAL", mode) {
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => None,
                switched => Some(switched),
            }
        });
        connection.busy_timeout(limits.busy)?;
        switched.transpose()
    });
    match switched.map_err(|error| name.sqlite(error))? {
        Some(found) if found == "wal" => Ok(()),
        Some(found) => {
            let problem = format!("this file system has no write-ahead log, SQLite offers: {found}");
            Err(name.problem(LedgerProblem::Failed).with_source(Nonsense(problem)))
        }
        None => Err(name.problem(LedgerProblem::Busy)),
    }
}
