//! Which ids exist where no directory says so, those that a test makes to fail, and those that are named twice.

use std::borrow::Cow;
use std::collections::HashSet;

use serde::Deserialize;

/// The longest id that can exist, in bytes. The documents say 32 of TIM's accounts; this is what the emulator promises of
/// any id.
const LONGEST: usize = 64;

/// What an id ends in that does not exist.
pub(crate) const UNKNOWN: &str = "_invalid";

/// What an id ends in that does not exist, and for which a whole request of `batch_send` is refused.
const REFUSED: &str = "_refused_invalid";

/// What the id of a card's template ends in that the app may not see.
const INVISIBLE: &str = "_invisible";

/// Every well-formed id does, apart from those made to fail.
pub(crate) fn exists(id: &str) -> bool {
    id.len() <= LONGEST && is_good(id)
}

/// The same for what has no longest length: keys of images, templates, people in a card.
pub(crate) fn is_good(id: &str) -> bool {
    !id.is_empty() && !is_unknown(id)
}

pub(crate) fn is_unknown(id: &str) -> bool {
    id.ends_with(UNKNOWN)
}

pub(crate) fn is_refused(id: &str) -> bool {
    id.ends_with(REFUSED)
}

pub(crate) fn is_invisible(id: &str) -> bool {
    id.ends_with(INVISIBLE)
}

/// An id, borrowed from the body where it has no escapes.
#[derive(Deserialize)]
pub(crate) struct Id<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Each id once, in the order sent.
pub(crate) fn once<'a>(ids: Vec<Cow<'a, str>>) -> impl Iterator<Item = Cow<'a, str>> {
    let mut seen = HashSet::with_capacity(ids.len());
    let first: Vec<bool> = ids.iter().map(|id| seen.insert(id.as_ref())).collect();
    ids.into_iter().zip(first).filter_map(|(id, first)| first.then_some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_named_twice_keeps_its_first_place() {
        fn check(ids: &[&'static str], expected: &[&str]) {
            let ids = ids.iter().map(|&id| Cow::Borrowed(id)).collect();
            assert_eq!(once(ids).collect::<Vec<_>>(), expected);
        }
        check(&[], &[]);
        check(&["b", "a", "b", "", "a", "c", ""], &["b", "a", "", "c"]);
    }

    #[test]
    fn ids_exist_unless_they_are_made_to_fail() {
        fn check(id: &str, expected: [bool; 4]) {
            assert_eq!([exists(id), is_good(id), is_refused(id), is_invisible(id)], expected, "{id}");
        }
        check("ou_1", [true, true, false, false]);
        check("invalid", [true, true, false, false]);
        check("_invalid_", [true, true, false, false]);
        check("", [false, false, false, false]);
        check("_invalid", [false, false, false, false]);
        check("ou_1_invalid", [false, false, false, false]);
        check("ou_1_refused_invalid", [false, false, true, false]);
        check("ctp_1_invisible", [true, true, false, true]);
        check(&"u".repeat(64), [true, true, false, false]);
        check(&"u".repeat(65), [false, true, false, false]);
        check(&"ü".repeat(32), [true, true, false, false]);
        check(&"ü".repeat(33), [false, true, false, false]);
    }
}
