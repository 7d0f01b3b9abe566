//! Recipient files: who is to get the message, read as a stream.
//!
//! **In scope**: CSV with a header, JSON Lines, and one id a line; which of a row's cells is its id, and of what kind
//! that id is; and, for everything that cannot be read, the file, line and column and what to do.
//!
//! **Out of scope**: opening files; dropping duplicates and cutting batches, which is the plan's; looking addresses up;
//! whether the vendor takes a kind of id.
//!
//! [`rows`] tells the format from the content, never from the file's name, and holds one row at a time, however long
//! the file is. The rules, in the order in which the first line that is not blank is asked:
//!
//! | its beginning | format |
//! |---|---|
//! | `{` | JSON Lines: one object a line |
//! | `[` | refused: JSON Lines is wanted |
//! | a cell that is `open_id`, `user_id`, `union_id`, `account`, `email`, `mobile`, `department_id` or the [id column](IdRules::with_id_column) | CSV; its delimiter is the first of comma, semicolon and tab that finds such a cell |
//! | several cells, or one that nearly is such a name (`Email`, `open id`) | refused: which column has the ids? |
//! | anything else | one id a line |
//!
//! Column names are compared exactly, case included: a file with `Account` (of a customer) and `email` means the
//! latter. CSV is read by RFC 4180 and strictly so: a quote that is never closed would otherwise swallow the rows
//! behind it, and with them their recipients. Lines that hold nothing but white space are skipped in every format, and
//! are not counted as rows. `#` begins no comment.
//!
//! ```
//! use batchcast_campaign::source::{IdRules, rows};
//!
//! let file = "open_id,name\nou_1,Ann\nou_2,Bo\n";
//! let names: Result<Vec<_>, _> =
//!     rows("people.csv", file.as_bytes(), &IdRules::default())?.map(|row| Ok(row?.columns()[0].1.clone())).collect();
//! assert_eq!(names?, ["Ann", "Bo"]);
//!
//! let file = "open_id,name\nou_1,Ann\n,Bo\n";
//! let bad = rows("people.csv", file.as_bytes(), &IdRules::default())?.nth(1).unwrap().unwrap_err();
//! assert_eq!(
//!     bad.to_string(),
//!     "people.csv: line 3, column 1 (open_id): the row has no id in open_id; give it one, or delete the row",
//! );
//! # Ok::<(), batchcast_campaign::source::BadSource>(())
//! ```

mod argument;
mod csv;
mod decode;
mod detect;
mod error;
mod ids;
mod jsonl;
mod list;
mod place;
mod record;
mod row;
mod rows;
#[cfg(test)]
mod tests;

pub use argument::id_argument;
pub use error::{BadSource, Problem};
pub use ids::IdRules;
pub use place::Place;
pub use row::{OwnColumns, Row};
pub use rows::{Rows, rows};

/// The longest row, in bytes: what is longer is no row but a file of another kind, and shall not fill the memory.
pub const MAX_ROW_BYTES: usize = 1 << 20;
