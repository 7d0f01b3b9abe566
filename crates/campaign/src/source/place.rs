//! Where in which source something is.

use std::fmt;
use std::sync::Arc;

/// A place in a source, shown as `people.csv: line 3, column 2 (email)`.
///
/// Lines are physical lines of the file, from 1, also where a quoted cell runs over several of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    source: Arc<str>,
    line: Option<u64>,
    within: Within,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Within {
    Line,
    Column { number: u64, name: Option<Box<str>> },
    Byte(u64),
}

impl Place {
    pub(super) fn source_alone(source: &Arc<str>) -> Self {
        Self { source: Arc::clone(source), line: None, within: Within::Line }
    }

    pub(super) fn line_of(source: &Arc<str>, line: u64) -> Self {
        Self { line: Some(line), ..Self::source_alone(source) }
    }

    pub(super) fn with_column(self, number: u64, name: Option<&str>) -> Self {
        let name = name.filter(|name| !name.is_empty()).map(Box::from);
        Self { within: Within::Column { number, name }, ..self }
    }

    pub(super) fn with_byte(self, number: u64) -> Self {
        Self { within: Within::Byte(number), ..self }
    }

    /// The source's name, as it was given to [`rows`](super::rows()).
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The line, from 1; none where the source as a whole is meant.
    #[must_use]
    pub const fn line(&self) -> Option<u64> {
        self.line
    }

    /// The column, from 1: the cell's number in CSV, the character's in JSON Lines and lists.
    #[must_use]
    pub const fn column(&self) -> Option<u64> {
        match self.within {
            Within::Column { number, .. } => Some(number),
            Within::Line | Within::Byte(_) => None,
        }
    }

    /// The column's name, where it has one.
    #[must_use]
    pub fn column_name(&self) -> Option<&str> {
        match &self.within {
            Within::Column { name, .. } => name.as_deref(),
            Within::Line | Within::Byte(_) => None,
        }
    }

    /// The byte within the line, from 1, where that is no text and so has no columns.
    #[must_use]
    pub const fn byte(&self) -> Option<u64> {
        match self.within {
            Within::Byte(number) => Some(number),
            Within::Line | Within::Column { .. } => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.source))?;
        if let Some(line) = self.line {
            write!(f, ": line {line}")?;
        }
        match &self.within {
            Within::Line => Ok(()),
            Within::Column { number, name: None } => write!(f, ", column {number}"),
            Within::Column { number, name: Some(name) } => write!(f, ", column {number} ({})", excerpt(name)),
            Within::Byte(number) => write!(f, ", byte {number}"),
        }
    }
}

/// The first 60 characters, with control and invisible ones escaped.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => escape(&text[..end]) + "…",
        None => escape(text),
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\'' | '"' | '\\' => escaped.push(character),
            other => escaped.extend(other.escape_debug()),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_like_a_sentence() {
        #[track_caller]
        fn check(place: &Place, expected: &str) {
            assert_eq!(place.to_string(), expected);
        }
        let file = Arc::from("people.csv");
        let line = Place::line_of(&file, 3);
        check(&Place::source_alone(&file), "people.csv");
        check(&line, "people.csv: line 3");
        check(&line.clone().with_column(2, Some("email")), "people.csv: line 3, column 2 (email)");
        check(&line.clone().with_column(2, Some("")), "people.csv: line 3, column 2");
        check(&line.clone().with_column(2, None), "people.csv: line 3, column 2");
        check(&line.with_byte(7), "people.csv: line 3, byte 7");
        check(&Place::source_alone(&Arc::from("a\u{1b}[31m\n.csv")), "a\\u{1b}[31m\\n.csv");
    }

    #[test]
    fn knows_its_parts() {
        let file = Arc::from("people.csv");
        let column = Place::line_of(&file, 3).with_column(2, Some("email"));
        assert_eq!((column.source(), column.line(), column.byte()), ("people.csv", Some(3), None));
        assert_eq!((column.column(), column.column_name()), (Some(2), Some("email")));
        let byte = Place::line_of(&file, 3).with_byte(7);
        assert_eq!((byte.column(), byte.column_name(), byte.byte()), (None, None, Some(7)));
    }

    #[test]
    fn quotes_are_cut_and_defused() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(excerpt(text), expected);
        }
        check("it's 文字", "it's 文字");
        check("a\u{1b}[31mb\n", "a\\u{1b}[31mb\\n");
        check("\u{202e}abc", "\\u{202e}abc");
        check(&"字".repeat(60), &"字".repeat(60));
        check(&"字".repeat(61), &format!("{}…", "字".repeat(60)));
    }
}
