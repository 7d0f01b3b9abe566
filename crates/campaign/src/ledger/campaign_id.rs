//! What a campaign is called: [`CampaignId`].

use std::fmt;
use std::str::FromStr;

/// What people call a campaign: `c-` and ten letters and digits, without those that look alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CampaignId(Box<str>);

/// The text cannot be the id of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the id of a campaign, which is c- and letters and digits; see: batchcast list")]
pub struct InvalidCampaignId(String);

/// What a ledger calls a campaign in its own rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CampaignKey(pub i64);

const PREFIX: &str = "c-";
const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
const LENGTH: usize = 10;
const LONGEST: usize = 64;

impl CampaignId {
    /// A fresh one, drawn at random: 31^10, so that ledgers can be merged without a clash.
    #[must_use]
    pub fn random() -> Self {
        let drawn = (0..LENGTH).map(|_| char::from(ALPHABET[fastrand::usize(..ALPHABET.len())]));
        Self(PREFIX.chars().chain(drawn).collect())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for CampaignId {
    type Err = InvalidCampaignId;

    fn from_str(text: &str) -> Result<Self, InvalidCampaignId> {
        let rest = text.strip_prefix(PREFIX).unwrap_or_default();
        let is_id = !rest.is_empty() && rest.len() <= LONGEST && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_id.then(|| Self(text.into())).ok_or_else(|| InvalidCampaignId(text.chars().take(LONGEST).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_one_can_be_typed_back() {
        let id = CampaignId::random();
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert_ne!(id, CampaignId::random());
    }

    #[test]
    fn what_cannot_be_one() {
        fn check(text: &str) {
            assert!(text.parse::<CampaignId>().is_err(), "{text}");
        }
        check("");
        check("c-");
        check("k7f2m9qdxx");
        check("c-k7f2 m9qd");
        check("c-../../x");
        check(&format!("c-{}", "a".repeat(65)));
    }
}
