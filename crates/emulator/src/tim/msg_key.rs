//! MsgKey: what a message is recalled and found by.

use std::fmt;
use std::str::FromStr;

/// `{MsgSeq}_{MsgRandom}_{unix seconds}`, inferred from the samples of the page "Pulling Historical One-to-one Messages".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MsgKey {
    pub(crate) seq: u32,
    pub(crate) random: u32,
    /// In seconds since 1970.
    pub(crate) at: i64,
}

impl MsgKey {
    /// Where it stands in a history.
    pub(crate) fn order(self) -> (i64, u32, u32) {
        (self.at, self.seq, self.random)
    }
}

impl fmt::Display for MsgKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{}", self.seq, self.random, self.at)
    }
}

/// Not a MsgKey.
#[derive(Debug)]
pub(crate) struct Malformed;

impl FromStr for MsgKey {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let mut parts = text.split('_');
        let mut part = || parts.next().ok_or(Malformed);
        let key = Self {
            seq: part()?.parse().map_err(|_| Malformed)?,
            random: part()?.parse().map_err(|_| Malformed)?,
            at: part()?.parse().map_err(|_| Malformed)?,
        };
        // Neither `+1` nor `007` nor a fourth part is what was given out.
        if key.to_string() == text { Ok(key) } else { Err(Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written() {
        for text in ["28360_19901224_1767225600", "0_0_0", "4294967295_4294967295_1767225600"] {
            assert_eq!(text.parse::<MsgKey>().unwrap().to_string(), text);
        }
        for text in
            ["", "_", "1_2", "1_2_3_4", "1_2_", "a_2_3", "-1_2_3", "+1_2_3", "01_2_3", "4294967296_2_3", "1_2_3 "]
        {
            assert!(text.parse::<MsgKey>().is_err(), "{text}");
        }
    }
}
