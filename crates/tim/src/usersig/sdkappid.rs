//! The number of an app: [`SdkAppId`].

use std::fmt;
use std::str::FromStr;

/// An app's SDKAppID: ten digits in China (`14…`), eight elsewhere, as far as seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SdkAppId(u32);

/// The text is not an SDKAppID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an SDKAppID is a whole number from 0 to 4294967295, in digits alone")]
pub struct BadSdkAppId;

impl SdkAppId {
    /// The app with this number.
    #[must_use]
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn as_u32(self) -> u32 {
        self.0
    }
}

impl From<u32> for SdkAppId {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl fmt::Display for SdkAppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SdkAppId {
    type Err = BadSdkAppId;

    fn from_str(text: &str) -> Result<Self, BadSdkAppId> {
        // Rust's own reader would take a plus sign as well.
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BadSdkAppId);
        }
        text.parse().map(Self).map_err(|_| BadSdkAppId)
    }
}
