//! The report as JSON Lines: [`JsonlReport`].

use std::io::{self, BufWriter, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::row::{NAMES, ROW, ReportRow, Value};
use super::write::Sink;

const BUFFER_BYTES: usize = 64 * 1024;

/// A report as JSON Lines: one object a recipient, with the names of the CSV in their order.
///
/// `row` and `code` are numbers, everything else is a string as it is: `batch` too, because it is a name. Every line
/// has every field, and `null` says that there is nothing, so that "absent" and "empty" stay apart and a table can be
/// made of the first line's fields. Nothing is defused: no spreadsheet takes this for a table of formulas.
pub struct JsonlReport<W: Write> {
    writer: BufWriter<W>,
    columns: Vec<String>,
}

impl<W: Write> JsonlReport<W> {
    /// A report that goes there. It has its own buffer.
    pub fn new(sink: W) -> Self {
        Self { writer: BufWriter::with_capacity(BUFFER_BYTES, sink), columns: Vec::new() }
    }
}

impl<W: Write> Sink for JsonlReport<W> {
    fn begin(&mut self, columns: &[String]) -> io::Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    fn row(&mut self, row: &ReportRow) -> io::Result<()> {
        serde_json::to_writer(&mut self.writer, &Line { columns: &self.columns, row })?;
        self.writer.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl<W: Write> std::fmt::Debug for JsonlReport<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonlReport").field("columns", &self.columns).finish_non_exhaustive()
    }
}

struct Line<'a> {
    columns: &'a [String],
    row: &'a ReportRow,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry(ROW, &self.row.row)?;
        for (name, value) in self.columns.iter().zip(&self.row.columns) {
            fields.serialize_entry(name, value)?;
        }
        for (name, value) in NAMES.into_iter().zip(self.row.values()) {
            match value {
                Value::Absent => fields.serialize_entry(name, &())?,
                Value::Number(number) => fields.serialize_entry(name, &number)?,
                Value::Id(id) => fields.serialize_entry(name, id)?,
                Value::Text(text) => fields.serialize_entry(name, &text)?,
            }
        }
        fields.end()
    }
}
