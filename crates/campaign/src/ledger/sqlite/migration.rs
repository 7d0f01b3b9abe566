//! What version a file is of, and how it comes to the newest.

use rusqlite::Connection;

use super::error::Name;
use super::schema::APPLICATION;
use crate::ledger::{LedgerError, LedgerProblem};

/// In one statement, so that it is seen at one moment.
const FOUND: &str = "
SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema)
FROM pragma_application_id, pragma_user_version";

/// Brings a file to the newest version: the number of the steps, each of which is one transaction. Two processes may do
/// this at once.
pub(super) fn migrate(connection: &Connection, steps: &[&str], name: &Name) -> Result<(), LedgerError> {
    while version(connection, steps, name)? < steps.len() {
        connection.execute_batch("BEGIN IMMEDIATE").map_err(|error| name.sqlite(error))?;
        // Asked again: another process may have gone this step meanwhile.
        let gone = version(connection, steps, name).and_then(|from| match steps.get(from) {
            Some(step) => go(connection, step, from + 1).map_err(|error| name.sqlite(error)),
            None => Ok(()),
        });
        let end = if gone.is_ok() { "COMMIT" } else { "ROLLBACK" };
        let ended = connection.execute_batch(end).map_err(|error| name.sqlite(error));
        gone.and(ended)?;
    }
    Ok(())
}

/// The version that a file is of, 0 for an empty one. Reads only, so that what is no ledger is left as it is.
pub(super) fn version(connection: &Connection, steps: &[&str], name: &Name) -> Result<usize, LedgerError> {
    let found = connection.query_row(FOUND, (), |row| Ok((row.get(0)?, row.get::<_, i32>(1)?, row.get::<_, i64>(2)?)));
    match found.map_err(|error| name.sqlite(error))? {
        (0, 0, 0) => Ok(0),
        (APPLICATION, version, _) => match usize::try_from(version) {
            Ok(version) if version <= steps.len() => Ok(version),
            Ok(version) => Err(name.problem(LedgerProblem::TooNew {
                found: u32::try_from(version).unwrap_or(u32::MAX),
                known: u32::try_from(steps.len()).unwrap_or(u32::MAX),
            })),
            Err(_) => Err(name.damaged(format!("it has schema version {version}"))),
        },
        _ => Err(name.damaged("it is an SQLite database of another program")),
    }
}

fn go(connection: &Connection, step: &str, to: usize) -> rusqlite::Result<()> {
    connection.execute_batch(step)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", i64::try_from(to).unwrap_or(i64::MAX))
}
