//! The one connection that writes.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use batchcast_transport::time::Clock;
use rusqlite::{Connection, TransactionBehavior};

use super::error::Name;
use super::transaction::Transaction;
use crate::ledger::{LedgerError, Tables};

/// How long those who read may hold up that the log is emptied. Then it is emptied when the ledger is closed.
const FOR_READERS: Duration = Duration::from_millis(500);

pub(super) struct Writer {
    connection: Mutex<Connection>,
    busy: Duration,
    name: Name,
}

impl Writer {
    pub(super) const fn new(connection: Connection, busy: Duration, name: Name) -> Self {
        Self { connection: Mutex::new(connection), busy, name }
    }

    pub(super) fn write(
        &self,
        clock: &dyn Clock,
        work: &mut dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        // Whoever panicked in here left nothing: a transaction that is dropped is rolled back.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let begun = begun.map_err(|error| self.name.sqlite(error))?;
        // The time after the wait for others.
        let now = clock.now().unix;
        let mut transaction = Transaction { connection: &begun, name: &self.name, now, forgot: false };
        work(&mut transaction)?;
        let forgot = transaction.forgot;
        // Fails, too, where SQLite has rolled everything back by itself and the work passed that over.
        begun.commit().map_err(|error| self.name.sqlite(error))?;
        if forgot {
            self.empty_log(&connection);
        }
        Ok(())
    }

    /// Leaves nothing in the log of what was overwritten in the tables.
    fn empty_log(&self, connection: &Connection) {
        let emptied = connection.busy_timeout(FOR_READERS).and_then(|()| {
            let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get::<_, bool>(0));
            connection.busy_timeout(self.busy)?;
            busy
        });
        match emptied {
            Ok(false) => {}
            Ok(true) => log::warn!("{}: what was removed stays in its log until nobody has it open", self.name.0),
            Err(error) => log::warn!("{}: what was removed is still in its log: {error}", self.name.0),
        }
    }
}
