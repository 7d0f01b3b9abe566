//! What became of every single recipient, as a file for people and programs.
//!
//! **In scope**: which state applies to whom ([`OutcomeRow::outcome`](crate::ledger::OutcomeRow::outcome)), the
//! report's columns, its forms, and the file that it goes to. **Out of scope**: counts, which the ledger has without a
//! look at the recipients, and everything that is shown on a terminal.
//!
//! [`write()`] reads a campaign as a stream and hands row after row to a [`Sink`]; memory does not grow with the number
//! of recipients.
//!
//! | sink | form |
//! |---|---|
//! | [`CsvReport`] | CSV with a header, safe to open in a spreadsheet |
//! | [`JsonlReport`] | one JSON object a line, every value as it is |
//!
//! # Columns
//! `row`, the caller's own columns, then `kind`, `id`, `state`, `code`, `reason`, `batch`, `message_id`, `at`. An own
//! column whose name is one of these, or is taken, gets the prefix `input.` until its name is free.
//!
//! | column | value |
//! |---|---|
//! | `row` | the number of the data row, counted over all sources from 1 |
//! | `kind`, `id` | who |
//! | `state` | `accepted`, `rejected`, `unknown` or `pending` |
//! | `code` | the vendor's code, where it turned somebody down or left a doubt |
//! | `reason` | why it is so, in words |
//! | `batch` | the number of the request, by which a doubt is settled |
//! | `message_id` | the vendor's name for what it accepted |
//! | `at` | when the state was reached: RFC 3339 in UTC, with milliseconds; nothing while it is pending |
//!
//! # Errors
//! | what | means |
//! |---|---|
//! | [`ReportError`] | the report broke off: the ledger or the sink failed, after so many rows |
//! | [`FileError`] | the file could not be made, or not be put into its place |
//! | [`InvalidState`] | there is no such state to ask for |

mod columns;
mod csv;
mod error;
mod file;
mod formula;
mod jsonl;
mod outcome;
mod row;
mod state;
mod table;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use csv::CsvReport;
pub use error::ReportError;
pub use file::{FileError, ReportFile};
pub use jsonl::JsonlReport;
pub use row::{ReportRow, Value};
pub use state::{InvalidState, StateFilter};
pub use table::{Cell, CsvTable};
pub use write::{Sink, write};
