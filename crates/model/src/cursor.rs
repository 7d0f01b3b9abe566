//! Reads a JSON value piece by piece and knows where it is, so that every refusal has its place.
//!
//! serde's derived readers say "line 1 column 40" at best, and nothing at all for a value that was already parsed.

use std::ops::RangeInclusive;

use serde_json::{Map, Number, Value};

use crate::invalid::{Invalid, Problem};
use crate::path::Path;

/// One value and its place.
#[derive(Debug)]
pub(crate) struct Cursor<'p> {
    path: Path<'p>,
    value: Value,
}

/// The fields of an object that have not been read yet.
#[derive(Debug)]
pub(crate) struct Fields<'p> {
    path: Path<'p>,
    unread: Map<String, Value>,
}

impl Cursor<'static> {
    pub(crate) fn root(value: Value) -> Self {
        let path = Path::Root;
        Self { path, value }
    }
}

impl<'p> Cursor<'p> {
    pub(crate) fn raw(self) -> Value {
        self.value
    }

    pub(crate) fn is_string(&self) -> bool {
        self.value.is_string()
    }

    pub(crate) fn is_array(&self) -> bool {
        self.value.is_array()
    }

    /// A refusal because it is not `expected`.
    pub(crate) fn refuse_type(&self, expected: &'static str) -> Invalid {
        wrong(self.path, expected, &self.value)
    }

    /// Whether it is an object with this field.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    pub(crate) fn string(self) -> Result<String, Invalid> {
        match self.value {
            Value::String(text) => Ok(text),
            other => Err(wrong(self.path, "a string", &other)),
        }
    }

    /// A string that says something.
    pub(crate) fn filled(self) -> Result<String, Invalid> {
        let path = self.path;
        let text = self.string()?;
        if text.is_empty() {
            return Err(Invalid::new(path, Problem::Empty));
        }
        Ok(text)
    }

    /// A string that `read` makes something of; its refusal gets this place.
    pub(crate) fn parsed<T>(self, read: impl FnOnce(String) -> Result<T, Invalid>) -> Result<T, Invalid> {
        let path = self.path;
        read(self.string()?).map_err(|refused| refused.with_place(path.to_string()))
    }

    pub(crate) fn boolean(self) -> Result<bool, Invalid> {
        match self.value {
            Value::Bool(truth) => Ok(truth),
            other => Err(wrong(self.path, "true or false", &other)),
        }
    }

    pub(crate) fn whole(self) -> Result<u64, Invalid> {
        self.value.as_u64().ok_or_else(|| wrong(self.path, "a whole number", &self.value))
    }

    /// A whole number of a range, which `expected` puts into words.
    pub(crate) fn within<T>(self, range: RangeInclusive<T>, expected: &'static str) -> Result<T, Invalid>
    where
        T: TryFrom<u64> + PartialOrd,
    {
        let number = self.value.as_u64().and_then(|number| T::try_from(number).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| wrong(self.path, expected, &self.value))
    }

    /// A number, kept as it is written: 29 is not 29.0.
    pub(crate) fn number(self) -> Result<Number, Invalid> {
        match self.value {
            Value::Number(number) => Ok(number),
            other => Err(wrong(self.path, "a number", &other)),
        }
    }

    pub(crate) fn object(self) -> Result<Fields<'p>, Invalid> {
        let Self { path, value } = self;
        match value {
            Value::Object(unread) => Ok(Fields { path, unread }),
            Value::String(_) => {
                Err(wrong(path, "an object", &value)
                    .with_hint("give the object itself, not JSON escaped into a string"))
            }
            other => Err(wrong(path, "an object", &other)),
        }
    }

    /// What `read` makes of every element of an array.
    pub(crate) fn each<T>(self, mut read: impl FnMut(Cursor<'_>) -> Result<T, Invalid>) -> Result<Vec<T>, Invalid> {
        let Self { path, value } = self;
        let Value::Array(elements) = value else {
            return Err(wrong(path, "an array", &value));
        };
        elements.into_iter().enumerate().map(|(index, value)| read(Cursor { path: path.index(index), value })).collect()
    }
}

impl<'p> Fields<'p> {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.unread.contains_key(name)
    }

    pub(crate) fn take<'a>(&'a mut self, name: &'a str) -> Option<Cursor<'a>> {
        let value = self.unread.remove(name)?;
        let path = self.path.key(name);
        Some(Cursor { path, value })
    }

    pub(crate) fn require<'a>(&'a mut self, name: &'a str) -> Result<Cursor<'a>, Invalid> {
        let path = self.path.key(name);
        match self.unread.remove(name) {
            Some(value) => Ok(Cursor { path, value }),
            None => Err(Invalid::new(path, Problem::Missing)),
        }
    }

    /// A refusal of one of the fields, read or not.
    pub(crate) fn refuse(&self, name: &str, problem: Problem) -> Invalid {
        Invalid::new(self.path.key(name), problem)
    }

    /// Hands every unread field to `read`.
    pub(crate) fn each(self, mut read: impl FnMut(&str, Cursor<'_>) -> Result<(), Invalid>) -> Result<(), Invalid> {
        for (name, value) in self.unread {
            let path = self.path.key(&name);
            read(&name, Cursor { path, value })?;
        }
        Ok(())
    }

    pub(crate) fn unread(&self) -> &Map<String, Value> {
        &self.unread
    }

    /// Whatever was not read, to travel along as it is.
    pub(crate) fn rest(self) -> Map<String, Value> {
        self.unread
    }
}

fn wrong(path: Path<'_>, expected: &'static str, found: &Value) -> Invalid {
    Invalid::new(path, Problem::wrong_type(expected, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<(Vec<String>, Map<String, Value>), Invalid> {
        let mut fields = Cursor::root(value).object()?;
        let names = fields.require("list")?.each(|item| item.object()?.require("name")?.filled())?;
        Ok((names, fields.rest()))
    }

    #[test]
    fn every_refusal_has_its_place() {
        #[track_caller]
        fn check(value: Value, expected: &str) {
            assert_eq!(read(value).unwrap_err().to_string(), expected);
        }
        check(json!(1), "body: must be an object, found the number 1");
        check(json!({}), "list: is missing");
        check(json!({"list": {}}), "list: must be an array, found an object");
        check(
            json!({"list": ["{}"]}),
            "list[0]: must be an object, found a string, \"{}\"; \
             give the object itself, not JSON escaped into a string",
        );
        check(json!({"list": [{"name": ""}]}), "list[0].name: is empty");
        check(json!({"list": [{"name": "a"}, {"name": null}]}), "list[1].name: must be a string, found null");
    }

    #[test]
    fn what_is_not_read_is_left() {
        let (names, rest) = read(json!({"list": [{"name": "a"}], "more": [1.5]})).unwrap();
        assert_eq!(names, ["a"]);
        assert_eq!(Value::Object(rest), json!({"more": [1.5]}));
    }
}
