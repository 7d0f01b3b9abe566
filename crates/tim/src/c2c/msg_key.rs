//! The vendor's name for one message: [`MsgKey`].

use std::fmt;
use std::str::FromStr;

/// The longest `MsgKey`, in bytes ("Sending One-to-One Messages to Multiple Users", 269/1612).
pub const MAX_MSG_KEY_BYTES: usize = 50;

/// The `MsgKey` of a message, the same for all recipients of a batch: [`BatchReceipt`](crate::BatchReceipt),
/// [`SendReceipt`](crate::SendReceipt) and [`RoamMsg`](crate::RoamMsg) have it.
///
/// In all answers that were seen it is `MsgSeq`, `MsgRandom` and the time in seconds, with `_` between them; no
/// document promises that, so it is taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MsgKey(Box<str>);

impl MsgKey {
    /// A key.
    ///
    /// # Errors
    /// [`BadMsgKey`] where it is empty, longer than [`MAX_MSG_KEY_BYTES`], or has a character that is not visible
    /// ASCII.
    pub fn new(key: impl Into<Box<str>>) -> Result<Self, BadMsgKey> {
        let key = key.into();
        let legal =
            !key.is_empty() && key.len() <= MAX_MSG_KEY_BYTES && key.bytes().all(|byte| byte.is_ascii_graphic());
        if legal { Ok(Self(key)) } else { Err(BadMsgKey { found: key.len() }) }
    }

    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The key of a message cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "MsgKey: must be 1 to {MAX_MSG_KEY_BYTES} characters of visible ASCII, found {found} bytes; pass what the answer \
     to the message says (128493_903762_1572870301), without quotes or spaces"
)]
#[non_exhaustive]
pub struct BadMsgKey {
    /// How long it is, in bytes.
    pub found: usize,
}

impl FromStr for MsgKey {
    type Err = BadMsgKey;

    fn from_str(key: &str) -> Result<Self, BadMsgKey> {
        Self::new(key)
    }
}

impl fmt::Display for MsgKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii() {
        fn check(key: &str, expected: bool) {
            assert_eq!(MsgKey::new(key).is_ok(), expected, "{key:?}");
        }
        check("128493_903762_1572870301", true);
        check("4294967295_4294967295_1572870301", true);
        check(&"1".repeat(50), true);
        check(&"1".repeat(51), false);
        check("", false);
        check("1 2", false);
        check("1_2\n", false);
        check("键", false);
    }
}
