//! Objects in JSON that have to be objects: serde takes a list for one as well, by the order of its fields.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// An object, or nothing.
pub(crate) fn one<'de, T: Deserialize<'de>, D: Deserializer<'de>>(json: D) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(json)?.map(|Object(value)| value))
}

/// A list of objects.
pub(crate) fn many<'de, T: Deserialize<'de>, D: Deserializer<'de>>(json: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(json)?.into_iter().map(|Object(value)| value).collect())
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
