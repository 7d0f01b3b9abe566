//! The caller's own columns: their names in the report, and their values in a row.

use std::collections::HashSet;

use super::row::{NAMES, ROW};

const PREFIX: &str = "input.";

/// What the caller's columns are called in the report, no two of them the same and none as one of ours. Whoever can
/// keep its name does; the others get the prefix until theirs is free.
pub(super) fn names(own: &[String]) -> Vec<String> {
    let ours = |name: &str| name == ROW || NAMES.contains(&name);
    let mut taken = HashSet::new();
    let keeps: Vec<bool> = own.iter().map(|name| !ours(name) && taken.insert(name.clone())).collect();
    let mut named = |(name, keeps): (&String, bool)| {
        let mut name = name.clone();
        while !keeps && (ours(&name) || !taken.insert(name.clone())) {
            name.insert_str(0, PREFIX);
        }
        name
    };
    own.iter().zip(keeps).map(&mut named).collect()
}

/// The values of one row, as many as there are names: of a JSON array of texts, `null` for none, from the end of which
/// some may be missing. The error says what makes no sense, and does not quote it: it is somebody's data.
pub(super) fn values(stored: Option<&str>, width: usize) -> Result<Vec<Option<String>>, String> {
    let mut values: Vec<Option<String>> = match stored {
        Some(stored) => serde_json::from_str(stored).map_err(|error| {
            format!("its own columns are no JSON array of texts, from character {} on", error.column())
        })?,
        None => Vec::new(),
    };
    if values.len() > width {
        return Err(format!("it has {} own columns, and the campaign has {width}", values.len()));
    }
    values.resize(width, None);
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_free() {
        #[track_caller]
        fn check(own: &[&str], expected: &[&str]) {
            let own: Vec<_> = own.iter().map(ToString::to_string).collect();
            assert_eq!(names(&own), expected, "{own:?}");
        }
        check(&[], &[]);
        check(&["name", "city"], &["name", "city"]);
        check(&["row", "id", "at"], &["input.row", "input.id", "input.at"]);
        // Names are told apart as programs do it.
        check(&["ID", " id"], &["ID", " id"]);
        check(&["input.id"], &["input.id"]);
        check(&["id", "input.id"], &["input.input.id", "input.id"]);
        check(&["input.id", "id"], &["input.id", "input.input.id"]);
        check(&["id", "input.input.id", "input.id"], &["input.input.input.id", "input.input.id", "input.id"]);
        check(&["id", "id"], &["input.id", "input.input.id"]);
        check(&["name", "name", "input.name"], &["name", "input.input.name", "input.name"]);
        check(&["", ""], &["", "input."]);
    }

    #[test]
    fn values_are_one_for_each_name() {
        #[track_caller]
        fn check(stored: Option<&str>, expected: [Option<&str>; 2]) {
            let found = values(stored, 2).unwrap();
            assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{stored:?}");
        }
        check(None, [None, None]);
        check(Some("[]"), [None, None]);
        check(Some(r#"["a"]"#), [Some("a"), None]);
        check(Some(r#"["a",null]"#), [Some("a"), None]);
        check(Some(r#" [ null , "" ] "#), [None, Some("")]);
        check(Some(r#"["\u4f60\n\"","=1"]"#), [Some("你\n\""), Some("=1")]);
    }

    #[test]
    fn what_makes_no_sense_is_not_quoted() {
        #[track_caller]
        fn check(stored: &str, expected: &str) {
            assert_eq!(values(Some(stored), 2).unwrap_err(), expected, "{stored}");
        }
        check("", "its own columns are no JSON array of texts, from character 0 on");
        check("null", "its own columns are no JSON array of texts, from character 4 on");
        check("[1]", "its own columns are no JSON array of texts, from character 2 on");
        check(r#"["a""#, "its own columns are no JSON array of texts, from character 4 on");
        check(r#"["a"]x"#, "its own columns are no JSON array of texts, from character 6 on");
        check(r#"{"a":"b"}"#, "its own columns are no JSON array of texts, from character 0 on");
        check("[null,null,null]", "it has 3 own columns, and the campaign has 2");
    }
}
