//! The rows of one source, as a stream.

use std::fmt;
use std::io::Read;
use std::iter::FusedIterator;
use std::sync::Arc;

use super::decode::Lines;
use super::detect::{Format, detect};
use super::error::BadSource;
use super::ids::IdRules;
use super::row::{Content, Row};

/// Begins to read a source. `name` is what errors call it: `people.csv`, `standard input`.
///
/// # Errors
///
/// What can be told from the first line: it is not UTF-8, empty, or no format has such a beginning; a header names no
/// id column, or two columns alike.
pub fn rows<R: Read>(name: impl Into<String>, input: R, rules: &IdRules) -> Result<Rows<R>, BadSource> {
    let mut lines = Lines::new(Arc::from(name.into()), input);
    let format = detect(&mut lines, rules)?;
    Ok(Rows { lines, format, rules: rules.clone(), number: 0, is_done: false })
}

/// The rows of a source. It holds one of them at a time.
///
/// After a bad row come the rows behind it, so that all bad ones can be named at once; a source that cannot be read
/// on (not UTF-8, a quote never closed, a row too long, an error of the operating system) ends with that error.
#[must_use = "nothing is read until it is asked for"]
pub struct Rows<R> {
    lines: Lines<R>,
    format: Format,
    rules: IdRules,
    number: u64,
    is_done: bool,
}

impl<R: Read> Rows<R> {
    fn read(&mut self) -> Result<Option<Content>, BadSource> {
        match &mut self.format {
            Format::Csv(csv) => csv.read(&mut self.lines, &self.rules),
            Format::JsonLines(json) => json.read(&mut self.lines, &self.rules),
            Format::List(list) => list.read(&mut self.lines, &self.rules),
        }
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, BadSource>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let read = self.read();
        self.is_done = match &read {
            Ok(content) => content.is_none(),
            Err(bad) => bad.spoils_the_rest(),
        };
        self.number += 1;
        let number = self.number;
        read.map(|content| content.map(|content| Row { number, content })).transpose()
    }
}

impl<R: Read> FusedIterator for Rows<R> {}

impl<R> fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("source", self.lines.source())
            .field("format", &self.format)
            .field("rules", &self.rules)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
