//! The tables of the documents: which field has which type.

use serde_json::{Map, Value};

/// A row of a table.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    is: Type,
    need: Need,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Required,
    Optional,
}

#[derive(Debug)]
pub(crate) enum Type {
    String,
    Number,
    Integer,
    OneOf(&'static [u64]),
    Strings,
    Object(&'static [Field]),
    Objects(&'static [Field]),
}

pub(crate) const fn required(name: &'static str, is: Type) -> Field {
    Field { name, is, need: Need::Required }
}

pub(crate) const fn optional(name: &'static str, is: Type) -> Field {
    Field { name, is, need: Need::Optional }
}

/// Looks at the fields of the table and no others; says which one is wrong.
pub(crate) fn check(at: &str, object: &Map<String, Value>, table: &[Field]) -> Result<(), String> {
    table.iter().try_for_each(|field| {
        let at = format!("{at}.{}", field.name);
        match object.get(field.name) {
            None | Some(Value::Null) if field.need == Need::Optional => Ok(()),
            None => Err(format!("{at} is required")),
            Some(value) => field.check(&at, value),
        }
    })
}

impl Field {
    pub(crate) fn check(&self, at: &str, value: &Value) -> Result<(), String> {
        let strings = |items: &Vec<Value>| items.iter().all(Value::is_string);
        match (&self.is, value) {
            (Type::String, Value::String(_)) | (Type::Number, Value::Number(_)) => Ok(()),
            (Type::Integer, number) if number.is_u64() || number.is_i64() => Ok(()),
            (Type::OneOf(values), number) if number.as_u64().is_some_and(|number| values.contains(&number)) => Ok(()),
            (Type::Strings, Value::Array(items)) if strings(items) => Ok(()),
            (Type::Object(table), Value::Object(object)) => check(at, object, table),
            (Type::Objects(table), Value::Array(items)) => {
                items.iter().enumerate().try_for_each(|(index, item)| match item {
                    Value::Object(object) => check(&format!("{at}[{index}]"), object, table),
                    _ => Err(format!("{at}[{index}] must be an object")),
                })
            }
            (expected, _) => Err(format!("{at} must be {}", expected.wanted())),
        }
    }
}

impl Type {
    fn wanted(&self) -> String {
        match self {
            Self::String => "a string".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Integer => "an integer".to_owned(),
            Self::OneOf(values) => {
                let values: Vec<String> = values.iter().map(u64::to_string).collect();
                values.join(" or ")
            }
            Self::Strings => "an array of strings".to_owned(),
            Self::Object(_) => "an object".to_owned(),
            Self::Objects(_) => "an array of objects".to_owned(),
        }
    }
}
