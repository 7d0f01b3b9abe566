//! Numbers and times as SQLite has them: whole numbers of 64 bits with a sign.
//!
//! What is larger becomes the largest. Times end in 292 million years, then.

use std::time::Duration;

use batchcast_transport::time::Unix;
use rusqlite::Row;
use rusqlite::types::Type;

use super::error::Nonsense;

pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn time(time: Unix) -> i64 {
    integer(time.as_millis())
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub(super) fn read_integer(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(column)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, number))
}

pub(super) fn read_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Unix> {
    read_integer(row, column).map(Unix::from_millis)
}

pub(super) fn read_optional_time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Unix>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => read_time(row, column).map(Some),
    }
}

pub(super) fn read_millis(row: &Row<'_>, column: usize) -> rusqlite::Result<Duration> {
    read_integer(row, column).map(Duration::from_millis)
}

/// A small number that stands for something.
pub(super) fn read_number<T>(
    row: &Row<'_>,
    column: usize,
    meaning: impl FnOnce(u8) -> Option<T>,
) -> rusqlite::Result<T> {
    let number: u8 = row.get(column)?;
    meaning(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number.into()))
}

/// The failure of a row whose column makes no sense.
pub(super) fn nonsense(column: usize, what: impl Into<String>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(Nonsense(what.into())))
}
