//! The report as CSV: [`CsvReport`].

use std::fmt::Write as _;
use std::io::{self, Write};

use ::csv::{ErrorKind, Writer, WriterBuilder};

use super::formula::{defuse, defuse_id};
use super::row::{NAMES, ROW, ReportRow, Value};
use super::write::Sink;

const BUFFER_BYTES: usize = 64 * 1024;

/// A report as CSV: a header, then one row a recipient. What is absent is an empty cell.
///
/// UTF-8, commas, quotes where they are needed (RFC 4180), and LF, because with CRLF the last column of every line ends
/// with a CR for `cut` and `awk`. There is no byte order mark: it would become part of the first column's name for
/// most programs. A spreadsheet that guesses another encoding is told by its import: "65001: Unicode (UTF-8)".
///
/// Cells that a spreadsheet would run as a formula, names of columns included, get a `'` before them: those whose first
/// character that is not blank is `=`, `+`, `-`, `@` or one of these in full width, and those that begin with a control
/// character. Exempt are the numbers in `code`, and an `id` of `+` and digits. What follows a `;` within a cell is left
/// alone; import with the comma as the only separator.
pub struct CsvReport<W: Write> {
    writer: Writer<W>,
    number: String,
}

impl<W: Write> CsvReport<W> {
    /// A report that goes there. It has its own buffer.
    pub fn new(sink: W) -> Self {
        let writer = WriterBuilder::new().buffer_capacity(BUFFER_BYTES).from_writer(sink);
        Self { writer, number: String::new() }
    }

    fn number(&mut self, number: impl std::fmt::Display) -> io::Result<()> {
        self.number.clear();
        // A string takes whatever is written to it.
        let _ = write!(self.number, "{number}");
        self.writer.write_field(&self.number).map_err(io_error)
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_field(text.as_bytes()).map_err(io_error)
    }

    fn end_of_line(&mut self) -> io::Result<()> {
        self.writer.write_record(None::<&[u8]>).map_err(io_error)
    }
}

impl<W: Write> Sink for CsvReport<W> {
    fn begin(&mut self, columns: &[String]) -> io::Result<()> {
        let names = columns.iter().map(String::as_str);
        for name in std::iter::once(ROW).chain(names).chain(NAMES) {
            self.text(&defuse(name))?;
        }
        self.end_of_line()
    }

    fn row(&mut self, row: &ReportRow) -> io::Result<()> {
        self.number(row.row)?;
        for column in &row.columns {
            self.text(&defuse(column.as_deref().unwrap_or_default()))?;
        }
        for value in row.values() {
            match value {
                Value::Absent => self.text("")?,
                Value::Number(number) => self.number(number)?,
                Value::Id(id) => self.text(&defuse_id(id))?,
                Value::Text(text) => self.text(&defuse(&text))?,
            }
        }
        self.end_of_line()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl<W: Write> std::fmt::Debug for CsvReport<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvReport").finish_non_exhaustive()
    }
}

/// The error beneath, whose kind tells a full disk from a reader that left.
pub(super) fn io_error(error: ::csv::Error) -> io::Error {
    let text = error.to_string();
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        _ => io::Error::new(io::ErrorKind::InvalidInput, text),
    }
}
