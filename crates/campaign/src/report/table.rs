//! A table of its own columns as CSV, for what is no report of recipients: [`CsvTable`].

use std::io::{self, Write};

use ::csv::WriterBuilder;

use super::csv::io_error;
use super::formula::{defuse, defuse_id};

/// A table as CSV, with the same rules for cells as [`CsvReport`](super::CsvReport): a `'` stands before what a
/// spreadsheet would run.
///
/// It keeps nothing back: each row is handed on whole, in one [`write_all`](Write::write_all). So a table that breaks off
/// ends with a whole row, and a file wants a buffer.
pub struct CsvTable<W: Write> {
    sink: W,
    columns: usize,
}

/// Bytes of most rows.
const ROW: usize = 256;

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
        let mut table = Self { sink, columns: columns.len() };
        table.hand_on(columns)?;
        Ok(table)
    }

    /// Writes a row.
    ///
    /// # Errors
    /// What the system says; [`InvalidInput`](io::ErrorKind::InvalidInput) where there are not as many cells as columns.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        let cells = cells.iter().map(|cell| match cell {
            Cell::Text(text) => defuse(text),
            Cell::Id(id) => defuse_id(id),
            Cell::Empty => "".into(),
        });
        self.hand_on(&cells.collect::<Vec<_>>())
    }

    fn hand_on<C: AsRef<str>>(&mut self, cells: &[C]) -> io::Result<()> {
        if cells.len() != self.columns {
            let what = format!("{} cells for {} columns", cells.len(), self.columns);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let mut row = WriterBuilder::new().buffer_capacity(ROW).from_writer(Vec::with_capacity(ROW));
        row.write_record(cells.iter().map(|cell| cell.as_ref().as_bytes())).map_err(io_error)?;
        let row = row.into_inner().map_err(|error| error.into_error())?;
        self.sink.write_all(&row)
    }

    /// Flushes what it writes to.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(&mut self) -> io::Result<()> {
        self.sink.flush()
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
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "mobile,name,why\n+12025550100,'=1+1,\n'=1,\"a,b\",\n");
    }

    /// Keeps each piece that it is given.
    struct Pieces(Vec<String>);

    impl Write for Pieces {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(String::from_utf8(bytes.to_vec()).unwrap());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn rows_are_handed_on_whole_and_at_once() {
        let mut pieces = Pieces(Vec::new());
        let mut table = CsvTable::new(&mut pieces, &["id", "name"]).unwrap();
        let long = "x".repeat(10_000);
        table.row(&[Cell::Id("ou_1"), Cell::Text(&long)]).unwrap();
        table.row(&[Cell::Id("ou_2"), Cell::Text("two\nlines")]).unwrap();
        let few = table.row(&[Cell::Id("ou_3")]).unwrap_err();
        assert_eq!(few.to_string(), "1 cells for 2 columns");
        assert_eq!(pieces.0, ["id,name\n", &*format!("ou_1,{long}\n"), "ou_2,\"two\nlines\"\n"]);
    }
}
