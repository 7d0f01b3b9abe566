//! Bytes to lines of text: UTF-8 with or without a byte order mark, LF or CRLF, and nothing else.

use std::io::{BufRead, BufReader, Read};
use std::str;
use std::sync::Arc;

use super::MAX_ROW_BYTES;
use super::error::{BadSource, Problem};
use super::place::Place;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How files of other programs begin, and what they are.
const FOREIGN: [(&[u8], &str); 5] = [
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"PK\x03\x04", "an Excel workbook or another zip file"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook (.xls)"),
    (b"\x1f\x8b", "a gzip file"),
];

/// The lines of a source, one at a time.
pub(super) struct Lines<R> {
    source: Arc<str>,
    input: BufReader<R>,
    bytes: Vec<u8>,
    text: String,
    ending: &'static str,
    number: u64,
    is_held: bool,
}

/// One physical line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'l> {
    pub(super) source: &'l Arc<str>,
    /// From 1.
    pub(super) number: u64,
    /// Without its ending.
    pub(super) text: &'l str,
    /// `\n`, `\r\n`, or nothing at the end of the file.
    pub(super) ending: &'static str,
}

impl Line<'_> {
    pub(super) fn place(&self) -> Place {
        Place::line_of(self.source, self.number)
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The number of the character that begins at this byte, from 1.
    pub(super) fn column(&self, byte: usize) -> u64 {
        let before = self.text.char_indices().take_while(|(start, _)| *start < byte).count();
        before as u64 + 1
    }

    /// The place of the first character that is not white space.
    pub(super) fn start(&self) -> Place {
        let indent = self.text.len() - self.text.trim_start().len();
        self.place().with_column(self.column(indent), None)
    }
}

impl<R> Lines<R> {
    pub(super) fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// The line that [`advance`](Self::advance) came to.
    pub(super) fn line(&self) -> Line<'_> {
        Line { source: &self.source, number: self.number, text: &self.text, ending: self.ending }
    }

    /// Has the next [`advance`](Self::advance) come to this line again.
    pub(super) fn hold(&mut self) {
        self.is_held = true;
    }
}

impl<R: Read> Lines<R> {
    pub(super) fn new(source: Arc<str>, input: R) -> Self {
        let input = BufReader::with_capacity(64 * 1024, input);
        Self { source, input, bytes: Vec::new(), text: String::new(), ending: "", number: 0, is_held: false }
    }

    /// Goes to the next line; false at the end of the source.
    pub(super) fn advance(&mut self) -> Result<bool, BadSource> {
        if self.is_held {
            self.is_held = false;
            return Ok(true);
        }
        self.bytes.clear();
        let next = Place::line_of(&self.source, self.number + 1);
        // Room for a byte order mark and a line ending, so that the limit counts the text alone.
        let most = MAX_ROW_BYTES as u64 + 5;
        let read = self.input.by_ref().take(most).read_until(b'\n', &mut self.bytes);
        match read {
            Ok(0) => return Ok(false),
            Ok(_) => self.number += 1,
            Err(error) => return Err(BadSource::new(next, Problem::Io(error))),
        }
        self.decode().map_err(|(byte, problem)| {
            let place = byte.map_or_else(|| next.clone(), |byte| next.clone().with_byte(byte as u64 + 1));
            BadSource::new(place, problem)
        })?;
        Ok(true)
    }

    /// Goes to the next line that is not blank.
    pub(super) fn advance_to_text(&mut self) -> Result<bool, BadSource> {
        while self.advance()? {
            if !self.line().is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn decode(&mut self) -> Result<(), (Option<usize>, Problem)> {
        let mut start = 0;
        if self.number == 1 {
            if let Some((_, found)) = FOREIGN.iter().find(|(magic, _)| self.bytes.starts_with(magic)) {
                return Err((None, Problem::NotUtf8 { found: (*found).into() }));
            }
            if self.bytes.starts_with(BYTE_ORDER_MARK) {
                start = BYTE_ORDER_MARK.len();
            }
        }
        let bytes = &self.bytes[start..];
        let (bytes, ending) = match bytes {
            [text @ .., b'\r', b'\n'] => (text, "\r\n"),
            [text @ .., b'\n'] => (text, "\n"),
            text => (text, ""),
        };
        if let Some((byte, found)) = foreign_byte(bytes) {
            return Err((Some(start + byte), Problem::NotUtf8 { found: found.into() }));
        }
        if bytes.len() > MAX_ROW_BYTES {
            return Err((None, Problem::TooLong { limit: MAX_ROW_BYTES }));
        }
        let text = str::from_utf8(bytes).map_err(|error| {
            let byte = error.valid_up_to();
            (Some(start + byte), Problem::NotUtf8 { found: format!("the byte 0x{:02X}", bytes[byte]).into() })
        })?;
        self.text.clear();
        self.text.push_str(text);
        self.ending = ending;
        Ok(())
    }
}

/// What the limit may not hide: a file of another encoding often has no line feeds.
fn foreign_byte(bytes: &[u8]) -> Option<(usize, &'static str)> {
    let byte = bytes.iter().position(|byte| matches!(byte, 0 | b'\r'))?;
    Some((byte, if bytes[byte] == 0 { "a NUL byte" } else { "a carriage return alone" }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Lines<&[u8]> {
        Lines::new(Arc::from("people.csv"), input)
    }

    #[test]
    fn lines_and_their_endings() {
        #[track_caller]
        fn check(input: &[u8], expected: &[(&str, &str)]) {
            let mut lines = lines(input);
            for (index, (text, ending)) in expected.iter().enumerate() {
                assert!(lines.advance().unwrap());
                let line = lines.line();
                assert_eq!((line.text, line.ending, line.number), (*text, *ending, index as u64 + 1));
            }
            assert!(!lines.advance().unwrap());
            assert!(!lines.advance().unwrap());
        }
        check(b"", &[]);
        check(b"a", &[("a", "")]);
        check(b"a\nb\r\n\r\nc", &[("a", "\n"), ("b", "\r\n"), ("", "\r\n"), ("c", "")]);
        check(b"\xef\xbb\xbfa\n\xef\xbb\xbfb", &[("a", "\n"), ("\u{feff}b", "")]);
        check(b"\xef\xbb\xbf", &[("", "")]);
        let longest = "x".repeat(MAX_ROW_BYTES);
        check(format!("\u{feff}{longest}\r\n{longest}\n").as_bytes(), &[(&longest, "\r\n"), (&longest, "\n")]);
    }

    #[test]
    fn a_held_line_comes_again() {
        let mut lines = lines(b"\n \na\nb");
        assert!(lines.advance_to_text().unwrap());
        lines.hold();
        assert!(lines.advance_to_text().unwrap());
        assert_eq!((lines.line().text, lines.line().number), ("a", 3));
        assert!(lines.advance().unwrap());
        assert_eq!((lines.line().text, lines.line().number), ("b", 4));
    }

    #[test]
    fn refuses_everything_else() {
        #[track_caller]
        fn check(input: &[u8], expected: &str) {
            let mut lines = lines(input);
            let error = loop {
                match lines.advance() {
                    Ok(more) => assert!(more, "nothing was refused"),
                    Err(error) => break error.to_string(),
                }
            };
            let text = expected.replace('|', "must be UTF-8 with LF or CRLF, found");
            assert_eq!(error, format!("people.csv: line {text}"));
        }
        check(b"a\nb\n\xb5\xc4,x\n", "3, byte 1: | the byte 0xB5; save as CSV UTF-8");
        check(b"\xef\xbb\xbfab\xff\n", "1, byte 6: | the byte 0xFF; save as CSV UTF-8");
        check(b"a\n\xe5\xad", "2, byte 1: | the byte 0xE5; save as CSV UTF-8");
        check(b"\xff\xfea\0\n\0", "1: | UTF-16; save as CSV UTF-8");
        check(b"\xfe\xff\0a\0\n", "1: | UTF-16; save as CSV UTF-8");
        check(b"a\0b\0\n\0", "1, byte 2: | a NUL byte; save as CSV UTF-8");
        check(b"PK\x03\x04\x14\0\x06\0", "1: | an Excel workbook or another zip file; save as CSV UTF-8");
        check(b"a\rb\rc", "1, byte 2: | a carriage return alone; save as CSV UTF-8");
        check("a\r".repeat(MAX_ROW_BYTES).as_bytes(), "1, byte 2: | a carriage return alone; save as CSV UTF-8");
        let long = format!("a\n{}", "字".repeat(MAX_ROW_BYTES));
        check(
            long.as_bytes(),
            "2: the row is too long: the limit is 1048576 bytes; \
             give a CSV file with a header, JSON Lines, or one id a line",
        );
    }

    #[test]
    fn an_endless_line_is_not_read_to_its_end() {
        let mut lines = Lines::new(Arc::from("zeros"), std::io::repeat(b'x'));
        assert!(lines.advance().unwrap_err().to_string().contains("the limit is 1048576 bytes"));
        assert!(lines.bytes.capacity() < 4 * MAX_ROW_BYTES);
    }
}
