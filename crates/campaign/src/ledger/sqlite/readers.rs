//! Connections that read: each sees one moment, and no writer is in its way.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use batchcast_transport::time::Unix;
use rusqlite::Connection;

use super::connection::{self, Limits};
use super::error::Name;
use super::transaction::Transaction;
use crate::ledger::{LedgerError, LedgerProblem, View};

/// How many are kept for the next who reads.
const IDLE: usize = 4;

pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    path: PathBuf,
    limits: Limits,
    name: Name,
}

impl Readers {
    pub(super) const fn new(path: PathBuf, limits: Limits, name: Name) -> Self {
        Self { idle: Mutex::new(Vec::new()), path, limits, name }
    }

    pub(super) fn read(
        &self,
        now: Unix,
        work: &mut dyn FnMut(&dyn View) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => connection::reading(&self.path, self.limits).map_err(|error| self.name.sqlite(error))?,
        };
        let begun = connection.transaction().map_err(|error| self.name.sqlite(error))?;
        let read = work(&Transaction { connection: &begun, name: &self.name, now, forgot: false });
        // Where it does not end well, the connection is closed in the place of being kept, which ends it, too.
        if begun.finish().is_ok() {
            let mut idle = self.idle();
            if idle.len() < IDLE {
                idle.push(connection);
            }
        }
        read
    }

    /// Reads every page, and believes SQLite what it says of them.
    pub(super) fn check(&self) -> Result<(), LedgerError> {
        let connection = connection::reading(&self.path, self.limits).map_err(|error| self.name.sqlite(error))?;
        let found: Result<String, _> = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
        match found.map_err(|error| self.name.sqlite(error))?.as_str() {
            "ok" => Ok(()),
            damage => Err(self.name.problem(LedgerProblem::Damaged(damage.to_owned()))),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
