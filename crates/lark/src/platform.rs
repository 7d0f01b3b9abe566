//! Feishu or Lark: the same API on two hosts.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use batchcast_transport::endpoint::{Endpoint, InvalidEndpoint};

/// Which of the two systems. They differ in their hosts, in [how long](Platform::recall_window) a batch can be
/// taken back and in the [formats](crate::ImageFormat) of pictures that they take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Feishu, for tenants in China: `https://open.feishu.cn`.
    Feishu,
    /// Lark, for all others: `https://open.larksuite.com`.
    Lark,
}

impl Platform {
    /// The name in reports: `feishu` or `lark`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feishu => "feishu",
            Self::Lark => "lark",
        }
    }

    /// The address of the system's open platform.
    #[must_use]
    pub const fn address(self) -> &'static str {
        match self {
            Self::Feishu => "https://open.feishu.cn",
            Self::Lark => "https://open.larksuite.com",
        }
    }

    /// How long after it was sent a batch can be taken back: a day on Lark ("Recall messages sent in batches",
    /// undated); `None` on Feishu, where the tenant's administrator decides and no call tells.
    #[must_use]
    pub const fn recall_window(self) -> Option<Duration> {
        match self {
            Self::Feishu => None,
            Self::Lark => Some(Duration::from_secs(24 * 60 * 60)),
        }
    }

    pub(crate) fn endpoint(self) -> Result<Endpoint, InvalidEndpoint> {
        self.address().parse()
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The name is neither `feishu` nor `lark`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the platform is feishu or lark")]
pub struct UnknownPlatform;

impl FromStr for Platform {
    type Err = UnknownPlatform;

    fn from_str(name: &str) -> Result<Self, UnknownPlatform> {
        [Self::Feishu, Self::Lark].into_iter().find(|platform| platform.as_str() == name).ok_or(UnknownPlatform)
    }
}
