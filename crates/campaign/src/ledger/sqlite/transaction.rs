//! One transaction: [`Transaction`], and how statements are run in it.

use batchcast_transport::time::Unix;
use rusqlite::{CachedStatement, Connection, Params, Row};

use super::error::{Name, Nonsense};
use crate::ledger::{LedgerError, LedgerProblem};

/// A transaction that has begun. Whoever began it ends it.
pub(super) struct Transaction<'c> {
    pub(super) connection: &'c Connection,
    pub(super) name: &'c Name,
    pub(super) now: Unix,
    /// Whether recipients were removed.
    pub(super) forgot: bool,
}

impl<'c> Transaction<'c> {
    /// A statement, prepared before or now.
    pub(super) fn statement(&self, sql: &str) -> Result<CachedStatement<'c>, LedgerError> {
        // SQLite ends the transaction by itself after some failures. What came after would be kept at once.
        if self.connection.is_autocommit() {
            let ended = Nonsense("the transaction ended before, by an earlier failure".to_owned());
            return Err(self.name.problem(LedgerProblem::Failed).with_source(ended));
        }
        self.connection.prepare_cached(sql).map_err(|error| self.name.sqlite(error))
    }

    /// How many rows it wrote.
    pub(super) fn execute(&self, sql: &str, values: impl Params) -> Result<usize, LedgerError> {
        self.statement(sql)?.execute(values).map_err(|error| self.name.sqlite(error))
    }

    /// The first row, if there is any.
    pub(super) fn first<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, LedgerError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(values).map_err(|error| self.name.sqlite(error))?;
        rows.next().and_then(|row| row.map(read).transpose()).map_err(|error| self.name.sqlite(error))
    }

    /// One row after the other.
    pub(super) fn each<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
        each: &mut dyn FnMut(T) -> Result<(), LedgerError>,
    ) -> Result<(), LedgerError> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(values).map_err(|error| self.name.sqlite(error))?;
        while let Some(row) =
            rows.next().and_then(|row| row.map(&read).transpose()).map_err(|error| self.name.sqlite(error))?
        {
            each(row)?;
        }
        Ok(())
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LedgerError> {
        let mut rows = Vec::new();
        self.each(sql, values, read, &mut |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }
}
