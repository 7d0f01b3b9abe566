//! The vendor's name for one sending: [`BatchMessageId`].

use std::fmt;
use std::str::FromStr;

/// No id that was seen is longer than 40 bytes; a limit keeps an address from becoming one that no server takes.
const MAX_BYTES: usize = 128;

/// The `message_id` of `batch_send`, `bm-` and 32 hexadecimal digits in all answers that were seen. It is taken as it
/// is: the documents' examples have `bm_` too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BatchMessageId(Box<str>);

impl BatchMessageId {
    /// An id.
    ///
    /// # Errors
    /// [`BadBatchMessageId`] where it is empty, longer than 128 bytes, or has a character that is not visible ASCII.
    pub fn new(id: impl Into<Box<str>>) -> Result<Self, BadBatchMessageId> {
        let id = id.into();
        let legal = !id.is_empty() && id.len() <= MAX_BYTES && id.bytes().all(|byte| byte.is_ascii_graphic());
        if legal { Ok(Self(id)) } else { Err(BadBatchMessageId) }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of a batch cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "message_id: must be 1 to 128 characters of visible ASCII; pass what batch_send answered (bm-...), without quotes or spaces"
)]
pub struct BadBatchMessageId;

impl FromStr for BatchMessageId {
    type Err = BadBatchMessageId;

    fn from_str(id: &str) -> Result<Self, BadBatchMessageId> {
        Self::new(id)
    }
}

impl fmt::Display for BatchMessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_visible_ascii() {
        fn check(id: &str, expected: bool) {
            assert_eq!(BatchMessageId::new(id).is_ok(), expected, "{id:?}");
        }
        check("bm-d4be107c616aed9c1da8ed8068570a9f", true);
        check("bm_dc13264520392913993dd051dba21dcf", true);
        check(&"x".repeat(128), true);
        check("", false);
        check(&"x".repeat(129), false);
        check("bm 1", false);
        check("bm-1\n", false);
        check("批-1", false);
    }
}
