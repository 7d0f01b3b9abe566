//! Lines to CSV records, by RFC 4180.
//!
//! The well-known readers of CSV forgive a quote that is never closed: the rest of the file becomes one cell, and
//! everybody in it is lost without a word. So this reader is our own, and strict about quotes.

use std::io::Read;
use std::sync::Arc;

use super::MAX_ROW_BYTES;
use super::decode::{Line, Lines};
use super::error::{BadSource, Problem};
use super::place::Place;

/// One cell, unquoted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// The physical line on which it begins.
    pub(super) line: u64,
}

/// Takes the lines of one record, one after the other, for as long as it [is open](Self::is_open).
#[derive(Debug)]
pub(super) struct Record {
    delimiter: char,
    cells: Vec<Cell>,
    bytes: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes around it. A quote in it is a character like any other.
    Bare,
    /// Between quotes.
    Quoted,
    /// After a quote in a quoted cell: the closing one, or the first of two.
    Closed,
    /// After the last line.
    Complete,
    /// There is no way on.
    Failed { line: u64, problem: Problem },
}

impl Record {
    pub(super) const fn new(delimiter: char) -> Self {
        Self { delimiter, cells: Vec::new(), bytes: 0, state: State::Start }
    }

    /// The record that begins on the next line that is not blank.
    pub(super) fn read<R: Read>(delimiter: char, lines: &mut Lines<R>) -> Result<Option<Vec<Cell>>, BadSource> {
        if !lines.advance_to_text()? {
            return Ok(None);
        }
        let mut record = Self::new(delimiter);
        record.take(&lines.line());
        while record.is_open() && lines.advance()? {
            record.take(&lines.line());
        }
        record.finish(lines.source()).map(Some)
    }

    /// Whether a quoted cell goes on in the next line, or nothing was taken yet.
    pub(super) const fn is_open(&self) -> bool {
        !matches!(self.state, State::Complete | State::Failed { .. })
    }

    /// Whether all of it was taken.
    pub(super) const fn is_complete(&self) -> bool {
        matches!(self.state, State::Complete)
    }

    /// The cells so far.
    pub(super) fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The cells, or why they are none.
    pub(super) fn finish(self, source: &Arc<str>) -> Result<Vec<Cell>, BadSource> {
        let (line, problem) = match self.state {
            State::Complete => return Ok(self.cells),
            State::Failed { line, problem } => (line, problem),
            _ => (self.cells.last().map_or(1, |cell| cell.line), Problem::UnclosedQuote),
        };
        let place = Place::line_of(source, line).with_column(self.cells.len() as u64, None);
        Err(BadSource::new(place, problem))
    }

    /// The next line of an open record.
    pub(super) fn take(&mut self, line: &Line<'_>) {
        self.bytes += line.text.len() + line.ending.len();
        if !matches!(self.state, State::Quoted) {
            self.begin(line);
        } else if self.bytes > MAX_ROW_BYTES {
            let line = self.cells.last().map_or(line.number, |cell| cell.line);
            self.state = State::Failed { line, problem: Problem::UnclosedQuote };
            return;
        }
        for character in line.text.chars() {
            self.step(character, line);
        }
        match self.state {
            State::Quoted => self.push_str(line.ending),
            State::Failed { .. } => {}
            _ => self.state = State::Complete,
        }
    }

    fn step(&mut self, character: char, line: &Line<'_>) {
        let is_delimiter = character == self.delimiter;
        match self.state {
            State::Start | State::Bare | State::Closed if is_delimiter => self.begin(line),
            State::Start if character == '"' => self.state = State::Quoted,
            State::Start | State::Bare => {
                self.state = State::Bare;
                self.push(character);
            }
            State::Quoted if character == '"' => self.state = State::Closed,
            State::Quoted => self.push(character),
            State::Closed if character == '"' => {
                self.state = State::Quoted;
                self.push(character);
            }
            State::Closed => {
                let problem = Problem::TextAfterQuote { found: character };
                self.state = State::Failed { line: line.number, problem };
            }
            State::Complete | State::Failed { .. } => {}
        }
    }

    fn begin(&mut self, line: &Line<'_>) {
        self.cells.push(Cell { text: String::new(), line: line.number });
        self.state = State::Start;
    }

    fn push(&mut self, character: char) {
        if let Some(cell) = self.cells.last_mut() {
            cell.text.push(character);
        }
    }

    fn push_str(&mut self, text: &str) {
        if let Some(cell) = self.cells.last_mut() {
            cell.text.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Records = Vec<Vec<(String, u64)>>;

    fn records(delimiter: char, input: &str) -> Result<Records, BadSource> {
        let mut lines = Lines::new(Arc::from("people.csv"), input.as_bytes());
        let mut records = Vec::new();
        while let Some(cells) = Record::read(delimiter, &mut lines)? {
            records.push(cells.into_iter().map(|cell| (cell.text, cell.line)).collect());
        }
        Ok(records)
    }

    #[test]
    fn cells() {
        #[track_caller]
        fn check(input: &str, expected: &[&[(&str, u64)]]) {
            let found = records(',', input).unwrap();
            let found: Vec<Vec<_>> =
                found.iter().map(|cells| cells.iter().map(|(text, line)| (text.as_str(), *line)).collect()).collect();
            assert_eq!(found, expected, "{input}");
        }
        check("", &[]);
        check("a", &[&[("a", 1)]]);
        check("a,b,\n", &[&[("a", 1), ("b", 1), ("", 1)]]);
        check(",\r\n,", &[&[("", 1), ("", 1)], &[("", 2), ("", 2)]]);
        check("a, b \n", &[&[("a", 1), (" b ", 1)]]);
        check("\"a,b\",\"\"\n", &[&[("a,b", 1), ("", 1)]]);
        check("\"say \"\"hi\"\"\",x", &[&[("say \"hi\"", 1), ("x", 1)]]);
        check("5\" pipe,x\"\"", &[&[("5\" pipe", 1), ("x\"\"", 1)]]);
        check("\"a\nb\",\"c\r\n\r\nd\"\n\n \ne", &[&[("a\nb", 1), ("c\r\n\r\nd", 2)], &[("e", 7)]]);
        check("\"\n\"", &[&[("\n", 1)]]);
    }

    #[test]
    fn other_delimiters() {
        assert_eq!(records(';', "a,b;\"c;d\"").unwrap(), [[("a,b".to_owned(), 1), ("c;d".to_owned(), 1)]]);
        assert_eq!(records('\t', "a\t\t\n").unwrap()[0].len(), 3);
    }

    #[test]
    fn quotes_are_taken_strictly() {
        #[track_caller]
        fn check(input: &str, expected: &str) {
            let error = records(',', input).unwrap_err().to_string();
            assert!(error.starts_with(&format!("people.csv: line {expected}")), "{error}");
        }
        check("a,\"b\nc,d\ne", "1, column 2: the quote that opens here is never closed; close it");
        check("x\na,b,\"", "2, column 3: the quote that opens here is never closed");
        check("\"a\nb\",\"c\n", "2, column 2: the quote that opens here is never closed");
        check("\"a\"b,c", "1, column 1: found \"b\" after the closing quote");
        check("a,\"x\ny\"\u{1b}", "2, column 2: found \"\\u{1b}\" after the closing quote");
        check(&format!("\"{}\n\"", "x\n".repeat(MAX_ROW_BYTES)), "1, column 1: the quote that opens here");
    }
}
