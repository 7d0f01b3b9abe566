use std::io::{self, Read};

use super::{NAME, read, show};
use crate::source::{IdRules, MAX_ROW_BYTES, Problem, rows};

/// Gives its bytes a few at a time, and then an end or an error.
struct Pieces<'b> {
    bytes: &'b [u8],
    size: usize,
    end: Option<io::ErrorKind>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.size.min(self.bytes.len()).min(buffer.len());
        if count == 0 {
            return self.end.map_or(Ok(0), |kind| Err(kind.into()));
        }
        let (now, later) = self.bytes.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.bytes = later;
        Ok(count)
    }
}

/// The same bytes for ever, in whole numbers of them.
struct Endless {
    bytes: Vec<u8>,
    served: usize,
}

impl Endless {
    fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.repeat(1000), served: 0 }
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.served += self.bytes.len();
        assert!(self.served < 4 * MAX_ROW_BYTES, "reads on and on");
        buffer[..self.bytes.len()].copy_from_slice(&self.bytes);
        Ok(self.bytes.len())
    }
}

#[test]
fn pieces_make_no_difference() {
    for input in [
        "\u{feff}open_id,name\r\nou_1,\"张\r\n三\"\r\nou_2,x\r\n",
        "{\"open_id\":\"ou_1\",\"a\":\"字\"}\n\n{\"open_id\":\"ou_2\"}",
        "ou_1\r\n\r\nou_2",
    ] {
        for size in 1..5 {
            let pieces = Pieces { bytes: input.as_bytes(), size, end: None };
            let found: Vec<_> = rows(NAME, pieces, &IdRules::default()).unwrap().map(show).collect();
            assert_eq!(found, read(input, &IdRules::default()));
            assert_eq!(found.len(), 2);
        }
    }
}

#[test]
fn an_error_of_the_system_ends_it() {
    let pieces = Pieces { bytes: b"ou_1\nou_2", size: 3, end: Some(io::ErrorKind::ConnectionReset) };
    let mut rows = rows(NAME, pieces, &IdRules::default()).unwrap();
    assert_eq!(rows.next().map(show).as_deref(), Some("1@1 open_id=ou_1"));
    // The line that was cut is not taken for a whole one.
    let error = rows.next().unwrap().unwrap_err();
    assert!(matches!(error.problem(), Problem::Io(error) if error.kind() == io::ErrorKind::ConnectionReset));
    assert!(error.to_string().starts_with("people.csv: line 2: cannot be read: "), "{error}");
    assert!(std::error::Error::source(&error).is_some());
    assert!(rows.next().is_none());
}

#[test]
fn rows_come_before_the_end_is_known() {
    for (bytes, expected) in [
        (&b"ou_1\n"[..], "9@9 open_id=ou_1"),
        (b"{\"open_id\":\"ou_1\"}\n", "9@9 open_id=ou_1"),
        (b"open_id,\"x\"\n", "9@10 open_id=open_id x=\"x\""),
    ] {
        let mut rows = rows(NAME, Endless::new(bytes), &IdRules::default()).unwrap();
        assert_eq!(rows.nth(8).map(show).as_deref(), Some(expected));
    }
}

#[test]
fn what_never_ends_is_given_up() {
    #[track_caller]
    fn check(head: &str, bytes: &[u8], expected: &str) {
        let input = head.as_bytes().chain(Endless::new(bytes));
        let error = match rows(NAME, input, &IdRules::default()) {
            Ok(mut rows) => rows.find_map(Result::err).unwrap(),
            Err(error) => error,
        };
        assert!(error.to_string().starts_with(&format!("people.csv: {expected}")), "{error}");
    }
    check("", b"x", "line 1: the row is too long: the limit is 1048576 bytes");
    check("", b"{", "line 1: the row is too long");
    check("ou_1\n", b"\"", "line 2: the row is too long");
    check("open_id,\"", b"xxxxxxxx, yyyyyyyy\n", "line 1, column 2: the quote that opens here is never closed");
    check(
        "open_id,name\nou_1,x\n\"",
        b"xxxxxxxx, yyyyyyyy\n",
        "line 3, column 1: the quote that opens here is never closed",
    );
    check(
        "open_id,name\nou_1,x\nou_2,\"",
        b"zzzzzzzzzzzzzzzz\n",
        "line 3, column 2: the quote that opens here is never closed",
    );
}

#[test]
fn after_an_end_comes_nothing() {
    let mut rows = rows(NAME, &b"open_id,name\nou_1,\"a\"b\nou_2,c\n"[..], &IdRules::default()).unwrap();
    assert!(rows.next().unwrap().is_err());
    assert!(rows.next().is_none());
    assert!(format!("{rows:?}").contains("people.csv"));
}
