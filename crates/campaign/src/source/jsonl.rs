//! JSON Lines: one object a line.

use std::collections::HashSet;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::decode::{Line, Lines};
use super::error::{BadSource, Problem};
use super::ids::{IdColumn, IdRules};
use super::place::Place;
use super::row::{Content, OwnColumns};

/// The names of the last line's own columns, to be shared with the next one: files repeat them line by line.
#[derive(Debug, Default)]
pub(super) struct JsonLines {
    names: Vec<Arc<str>>,
}

impl JsonLines {
    pub(super) fn read<R: Read>(
        &mut self,
        lines: &mut Lines<R>,
        rules: &IdRules,
    ) -> Result<Option<Content>, BadSource> {
        if !lines.advance_to_text()? {
            return Ok(None);
        }
        self.row(&lines.line(), rules).map(Some)
    }

    fn row(&mut self, line: &Line<'_>, rules: &IdRules) -> Result<Content, BadSource> {
        let fields = fields(line)?;
        let id = find_id(line, &fields, rules)?;
        let recipient = rules
            .recipient(id.column.kind, &id.text)
            .map_err(|problem| BadSource::new(id.field.place(line), problem))?;
        let mut columns = OwnColumns::with_capacity(fields.len() - 1);
        for field in fields.iter().filter(|field| !std::ptr::eq(*field, id.field)) {
            let name = self.share(columns.len(), &field.name);
            columns.push((name, field.own(line)?));
        }
        self.names = columns.iter().map(|(name, _)| Arc::clone(name)).collect();
        let id_column = Some(Arc::from(id.column.name));
        Ok(Content { line: line.number, recipient, id_column, columns })
    }

    fn share(&self, position: usize, name: &str) -> Arc<str> {
        match self.names.get(position) {
            Some(shared) if **shared == *name => Arc::clone(shared),
            _ => Arc::from(name),
        }
    }
}

/// A field of a line's object, its value as it is written there.
#[derive(Clone, Debug)]
struct Field<'l> {
    name: String,
    value: &'l RawValue,
}

impl Field<'_> {
    fn place(&self, line: &Line<'_>) -> Place {
        // The value is a part of the line's text, which is what its address tells.
        let byte = (self.value.get().as_ptr() as usize).saturating_sub(line.text.as_ptr() as usize);
        line.place().with_column(line.column(byte), Some(&self.name))
    }

    /// Its text, if it is a string.
    fn text(&self, line: &Line<'_>) -> Result<Option<String>, BadSource> {
        if !self.value.get().starts_with('"') {
            return Ok(None);
        }
        let text = serde_json::from_str(self.value.get());
        text.map(Some).map_err(|error| BadSource::new(self.place(line), bad_json(&error)))
    }

    fn is_null(&self) -> bool {
        self.value.get() == "null"
    }

    /// What the caller gets back.
    fn own(&self, line: &Line<'_>) -> Result<String, BadSource> {
        Ok(match self.text(line)? {
            Some(text) => text,
            None if self.is_null() => String::new(),
            None => without_spaces(self.value.get()),
        })
    }
}

/// The fields of a line's object. A name that stands twice is refused: readers would disagree on which one counts.
fn fields<'l>(line: &Line<'l>) -> Result<Vec<Field<'l>>, BadSource> {
    let Object(fields) = serde_json::from_str(line.text).map_err(|error| {
        let column = line.column(error.column().saturating_sub(1));
        BadSource::new(line.place().with_column(column, None), bad_json(&error))
    })?;
    let mut seen = HashSet::new();
    for field in &fields {
        let problem = if field.name.is_empty() {
            Problem::UnnamedColumn { found: field.value.get().to_owned() }
        } else if !seen.insert(&field.name) {
            Problem::RepeatedColumn { name: field.name.clone() }
        } else {
            continue;
        };
        return Err(BadSource::new(field.place(line), problem));
    }
    Ok(fields)
}

/// What a line's id is found in.
struct Found<'f, 'l, 'r> {
    field: &'f Field<'l>,
    column: IdColumn<'r>,
    text: String,
}

fn find_id<'f, 'l, 'r>(
    line: &Line<'_>,
    fields: &'f [Field<'l>],
    rules: &'r IdRules,
) -> Result<Found<'f, 'l, 'r>, BadSource> {
    let mut empty: Vec<&Field<'_>> = Vec::new();
    for column in rules.columns() {
        let Some(field) = fields.iter().find(|field| field.name == column.name) else { continue };
        match field.text(line)? {
            Some(text) if !text.trim().is_empty() => return Ok(Found { field, column, text }),
            None if !field.is_null() => {
                let problem = Problem::NotAString { found: field.value.get().to_owned() };
                return Err(BadSource::new(field.place(line), problem));
            }
            _ => empty.push(field),
        }
    }
    Err(match empty.first() {
        Some(field) => {
            let columns = empty.iter().map(|field| field.name.clone()).collect();
            BadSource::new(field.place(line), Problem::NoId { columns })
        }
        None => {
            let found = fields.iter().map(|field| field.name.clone()).collect();
            BadSource::new(line.start(), Problem::NoIdColumn { wanted: rules.id_column().map(str::to_owned), found })
        }
    })
}

fn bad_json(error: &serde_json::Error) -> Problem {
    let mut detail = error.to_string();
    if let Some(end) = detail.rfind(" at line ") {
        detail.truncate(end);
    }
    Problem::BadJson { detail }
}

fn without_spaces(json: &str) -> String {
    let (mut is_string, mut is_escaped) = (false, false);
    json.chars()
        .filter(|character| {
            if is_string {
                is_string = is_escaped || *character != '"';
                is_escaped = !is_escaped && *character == '\\';
                return true;
            }
            is_string = *character == '"';
            !character.is_ascii_whitespace()
        })
        .collect()
}

/// An object in the order in which it is written, with nothing dropped.
struct Object<'l>(Vec<Field<'l>>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one object a line")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            fields.push(Field { name, value });
        }
        Ok(Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_go_but_in_strings() {
        #[track_caller]
        fn check(json: &str, expected: &str) {
            assert_eq!(without_spaces(json), expected);
        }
        check("{ \"a b\" : [ 1 ,\t2 ] }", "{\"a b\":[1,2]}");
        check(r#"[ "a \" b" , "c \\" , " d" ]"#, r#"["a \" b","c \\"," d"]"#);
        check("12345678901234567890.10", "12345678901234567890.10");
    }
}
