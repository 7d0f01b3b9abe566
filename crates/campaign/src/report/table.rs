//! A table of its own columns as CSV, for what is no report of recipients: [`CsvTable`].

use std::io::{self, Write};

use ::csv::Writer;

use super::csv::io_error;
use super::formula::{defuse, defuse_id};

/// A table as CSV, with the same rules for cells as [`CsvReport`](super::CsvReport): a `'` stands before what a
/// spreadsheet would run.
pub struct CsvTable<W: Write> {
    writer: Writer<W>,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Words.
    Text(&'a str),
    /// An id, an address or a number: a `+` and digits stay as they are.
    Id(&'a str),
    /// Nothing.
    Empty,
}

impl<W: Write> std::fmt::Debug for CsvTable<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CsvTable")
    }
}

impl<W: Write> CsvTable<W> {
    /// A table of these columns.
    ///
    /// # Errors
    /// What the system says, as everything here.
    pub fn new(sink: W, columns: &[&str]) -> io::Result<Self> {
        let mut table = Self { writer: Writer::from_writer(sink) };
        table.writer.write_record(columns).map_err(io_error)?;
        Ok(table)
    }

    /// Writes a row: as many cells as there are columns.
    ///
    /// # Errors
    /// What the system says.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let cells = cells.iter().map(|cell| match cell {
            Cell::Text(text) => defuse(text),
            Cell::Id(id) => defuse_id(id),
            Cell::Empty => "".into(),
        });
        self.writer.write_record(cells.map(|cell| cell.into_owned())).map_err(io_error)
    }

    /// Hands on whatever it still has.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(text: Option<&'a str>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_defused_but_for_numbers() {
        let mut out = Vec::new();
        let mut table = CsvTable::new(&mut out, &["mobile", "name", "why"]).unwrap();
        table.row(&[Cell::Id("+12025550100"), Cell::Text("=1+1"), Cell::Empty]).unwrap();
        table.row(&[Cell::Id("=1"), Cell::from(Some("a,b")), Cell::from(None)]).unwrap();
        table.finish().unwrap();
        drop(table);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "mobile,name,why\n+12025550100,'=1+1,\n'=1,\"a,b\",\n");
    }
}
