//! What must hold of every vendor's table of codes.

use std::collections::BTreeSet;

use crate::class::Class;
use crate::codes::Code;

/// Each of the `listed` codes is of the class that it is listed under, in its entry and by `classify`; each of the
/// others in the table is [`Class::Unknown`].
///
/// # Panics
/// Where that does not hold, or a code is listed twice.
#[track_caller]
pub fn check_classes<'t, S: 't>(
    table: impl Iterator<Item = &'t Code<S>>,
    classify: impl Fn(i64) -> Class,
    listed: &[(Class, &[i64])],
) {
    let mut unseen = BTreeSet::new();
    for code in listed.iter().flat_map(|(_, codes)| *codes) {
        assert!(unseen.insert(*code), "{code} is listed twice");
    }
    for entry in table {
        let code = entry.code;
        let class = listed.iter().find(|(_, codes)| codes.contains(&code)).map_or(Class::Unknown, |(class, _)| *class);
        assert_eq!((entry.class, classify(code)), (class, class), "{code}");
        unseen.remove(&code);
    }
    assert!(unseen.is_empty(), "not in the table: {unseen:?}");
}

/// The meaning is one sentence, the remedy one or more.
///
/// # Panics
/// Where that does not hold.
#[track_caller]
pub fn check_wording(code: i64, meaning: &str, remedy: &str) {
    for sentence in [meaning, remedy] {
        let capital = sentence.starts_with(|c: char| c.is_ascii_uppercase());
        assert!(capital, "{code}: {sentence}");
        assert!(sentence.ends_with('.'), "{code}: {sentence}");
        assert_eq!(sentence.trim(), sentence, "{code}");
    }
    assert!(!meaning.contains(". "), "{code}: {meaning}");
}
