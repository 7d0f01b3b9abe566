//! JSON text to a value, with nothing lost on the way.

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;
use std::io;

use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::invalid::{Invalid, Problem, excerpt};
use crate::path::Path;

/// Reads JSON text, with or without a byte order mark.
///
/// A name that stands twice in one object is refused. JSON readers keep the last one, so a body with two `open_ids`
/// would silently lose the recipients of the first.
///
/// ```
/// let refused = batchcast_model::json::parse(r#"{"open_ids":["ou_1"],"open_ids":["ou_2"]}"#).unwrap_err();
/// assert_eq!(refused.place(), "open_ids");
/// ```
///
/// # Errors
///
/// What is not UTF-8 or not JSON, and a whole number that 64 bits do not hold, at "line L column C"; a repeated name at
/// its path.
pub fn parse(text: impl AsRef<[u8]>) -> Result<Value, Invalid> {
    let text = text.as_ref();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let value = serde_json::from_slice(text).map_err(|error| hint_at_comment(text, &error, not_json(&error)))?;
    refuse_repeated_names(text)?;
    refuse_numbers_that_would_change(text)?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> Invalid {
    let place = match error.line() {
        0 => Path::Root.to_string(),
        line => format!("line {line} column {}", error.column()),
    };
    let mut detail = error.to_string();
    if let Some(end) = detail.rfind(" at line ") {
        detail.truncate(end);
    }
    Invalid::new(place, Problem::NotJson { detail: excerpt(&detail) })
}

/// The samples in the vendors' documents have comments, and are copied with them.
fn hint_at_comment(text: &[u8], error: &serde_json::Error, refused: Invalid) -> Invalid {
    let line = error.line().checked_sub(1).and_then(|line| text.split(|byte| *byte == b'\n').nth(line));
    let stopped_at = line.and_then(|line| line.get(error.column().checked_sub(1)?..));
    match stopped_at {
        Some([b'/', b'/' | b'*', ..] | [b'#', ..]) => refused.with_hint("JSON has no comments; take them out"),
        _ => refused,
    }
}

/// The value of something that serialises without fail, such as a builder's draft.
pub(crate) fn value_of(draft: &impl Serialize) -> Result<Value, Invalid> {
    serde_json::to_value(draft).map_err(|error| not_json(&error))
}

/// The JSON text of a message, without recipients, that [`parse`] and `Message::from_value` read back.
///
/// # Errors
///
/// What cannot be written as JSON, which no message of this crate is.
pub fn to_text(message: &impl Serialize) -> Result<String, Invalid> {
    serde_json::to_string(message).map_err(|error| not_json(&error))
}

/// How many bytes of JSON this is.
pub(crate) fn len(value: &impl Serialize) -> usize {
    struct Count(usize);

    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let mut count = Count(0);
    // What cannot be written fits nowhere. Everything in this crate can be.
    serde_json::to_writer(&mut count, value).map_or(usize::MAX, |()| count.0)
}

// A second walk, not a reader of its own that builds the value: how a number becomes a `Value` is serde_json's
// affair, and depends on its features.
fn refuse_repeated_names(text: &[u8]) -> Result<(), Invalid> {
    let refusal = RefCell::new(None);
    let walk = Walk { path: Path::Root, refusal: &refusal };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let walked = walk.deserialize(&mut reader);
    match refusal.into_inner() {
        Some(refusal) => Err(refusal),
        None => walked.map_err(|error| not_json(&error)),
    }
}

/// A whole number beyond 64 bits is read as a float, and would be sent as another number. The text is valid JSON here.
fn refuse_numbers_that_would_change(text: &[u8]) -> Result<(), Invalid> {
    let in_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    let (mut at, mut in_string) = (0, false);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => at += 1,
            b'-' | b'0'..=b'9' if !in_string => {
                let len = text[at..].iter().take_while(|byte| in_number(byte)).count();
                let number = String::from_utf8_lossy(&text[at..at + len]);
                let is_whole = !number.contains(['.', 'e', 'E']);
                if is_whole && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                    return Err(Invalid::new(line_and_column(text, at), Problem::not_allowed(&number))
                        .with_hint("a whole number beyond 64 bits would be changed on the way; write it as text"));
                }
                at += len - 1;
            }
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

fn line_and_column(text: &[u8], at: usize) -> String {
    let before = &text[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    format!("line {line} column {column}")
}

#[derive(Clone, Copy)]
struct Walk<'w> {
    path: Path<'w>,
    refusal: &'w RefCell<Option<Invalid>>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut index = 0;
        loop {
            let path = self.path.index(index);
            if elements.next_element_seed(Walk { path, ..self })?.is_none() {
                return Ok(());
            }
            index += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            let path = self.path.key(&name);
            if seen.contains(&name) {
                let problem = Problem::Repeated { first: "a name of the same object".to_owned() };
                let refusal = Invalid::new(path, problem).with_hint("only the last of them would count; make them one");
                *self.refusal.borrow_mut() = Some(refusal);
                return Err(A::Error::custom("repeated name"));
            }
            fields.next_value_seed(Walk { path, ..self })?;
            seen.insert(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_that_would_change_are_refused() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let refused = parse(text).err().map(|refused| refused.to_string());
            assert_eq!(refused.as_ref().map(|text| &text[..expected.map_or(0, str::len)]), expected, "{text}");
        }
        check(r#"{"a":18446744073709551615,"b":-9223372036854775808,"c":1e300,"d":0.1,"e":-0}"#, None);
        check(r#"{"a":"12345678901234567890123","b\"c":"\\","d":[1,2]}"#, None);
        check("{\"a\":[0,\n 18446744073709551616]}", Some("line 2 column 2: \"18446744073709551616\" is not allowed"));
        check("-9223372036854775809", Some("line 1 column 1: "));
    }

    #[test]
    fn reads_what_serde_json_reads() {
        for text in [
            "{\"a\":[1,-2,3.5,1e300,\"x\",true,null,{}]}",
            "\u{feff}{\"a\":1}",
            "[{\"a\":1},{\"a\":2}]",
            "12345678901234567890",
            "0.1000000000000000055511151231257827",
        ] {
            let plain: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
            assert_eq!(parse(text), Ok(plain), "{text}");
        }
    }

    #[test]
    fn says_where_it_stopped() {
        #[track_caller]
        fn check(text: &[u8], expected: &str) {
            assert_eq!(parse(text).unwrap_err().to_string(), expected);
        }
        check(b"{\"a\":1,\n \"b\":}", "line 2 column 6: not valid JSON: expected value");
        check(b"", "line 1 column 0: not valid JSON: EOF while parsing a value");
        check(b"\"\xff\"", "line 1 column 2: not valid JSON: invalid unicode code point");
        check(
            b"{\"a\":{\"b\":1,\"b\":2}}",
            "a.b: repeats a name of the same object; only the last of them would count; make them one",
        );
        check(
            b"[[],{\"\\u0061\":1,\"a\":2}]",
            "[1].a: repeats a name of the same object; only the last of them would count; make them one",
        );
    }

    #[test]
    fn comments_have_to_go() {
        #[track_caller]
        fn check(text: &str, place: &str) {
            let refused = parse(text).unwrap_err();
            assert_eq!(refused.place(), place, "{refused}");
            assert!(refused.to_string().ends_with("; JSON has no comments; take them out"), "{refused}");
        }
        check("// sample\n{}", "line 1 column 1");
        check("{\n  \"a\": [ // 目标\n 1]}", "line 2 column 10");
        check("{\"a\": 1, // x\n \"b\": 2}", "line 1 column 10");
        check("{\"a\": 1 /* x */}", "line 1 column 9");
        check("{\"a\": # x\n 1}", "line 1 column 7");
        assert_eq!(parse("{\"a\": /}").unwrap_err().hint(), None);
    }

    #[test]
    fn counts_what_is_written() {
        let value = json!({"文": ["\n\"\\", 1.5, null]});
        assert_eq!(len(&value), serde_json::to_vec(&value).unwrap().len());
    }
}
