//! Objects in JSON that have to be objects: serde takes a list for one as well, by the order of its fields.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// An object, or nothing.
pub(crate) fn one<'de, T: Deserialize<'de>, D: Deserializer<'de>>(json: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(json)?.map(|Object(value)| value))
}

/// A list of objects.
pub(crate) fn many<'de, T: Deserialize<'de>, D: Deserializer<'de>>(json: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(json)?.into_iter().map(|Object(value)| value).collect())
}

/// Any JSON in which no object has a field twice: of two, serde would take the last one.
pub(crate) fn unique(json: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(json).map(|Unique(value)| value)
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Anything).map(Self)
    }
}

struct Anything;

impl<'de> Visitor<'de> for Anything {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unique(value))) = fields.next_entry::<String, _>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, fields: M) -> Result<T, M::Error> {
        T::deserialize(MapAccessDeserializer::new(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Room {
        name: String,
        #[serde(deserialize_with = "one")]
        door: Option<Door>,
        #[serde(deserialize_with = "many")]
        windows: Vec<Door>,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Door {
        height: u32,
    }

    #[test]
    fn no_field_stands_twice() {
        for json in ["null", "true", "-1", "18446744073709551615", "1.5", r#""a""#, "[]", r#"{"a":[{"b":1},{"b":2}]}"#]
        {
            assert_eq!(unique(json.as_bytes()).unwrap(), serde_json::from_str::<Value>(json).unwrap());
        }
        for json in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"c":2,"a":3}}]"#] {
            let error = unique(json.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("duplicate field `a` at line 1 column"), "{error}");
        }
    }

    #[test]
    fn a_list_is_no_object() {
        fn check(json: &str, expected: Result<(Option<u32>, usize), &str>) {
            let found = serde_json::from_str::<Room>(json);
            match (found, expected) {
                (Ok(room), Ok(parts)) => assert_eq!((room.door.map(|door| door.height), room.windows.len()), parts),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{json}: {error}"),
                (found, expected) => panic!("{json}: {found:?}, not {expected:?}"),
            }
        }
        check("{}", Ok((None, 0)));
        check(r#"{"name":"a","door":null,"windows":[]}"#, Ok((None, 0)));
        check(r#"{"door":{"height":2},"windows":[{},{"height":1}]}"#, Ok((Some(2), 2)));
        check(r#"{"door":[]}"#, Err("invalid type: sequence, expected an object"));
        check(r#"{"door":[2]}"#, Err("expected an object"));
        check(r#"{"door":7}"#, Err("invalid type: integer `7`, expected an object"));
        check(r#"{"windows":[[1]]}"#, Err("expected an object"));
        check(r#"{"windows":{}}"#, Err("expected a sequence"));
        check(r#"{"windows":[{"width":1}]}"#, Err("unknown field `width`"));
    }
}
