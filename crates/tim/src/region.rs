//! Where an app's data is: one host each, and one to fall back on.

use std::fmt;
use std::str::FromStr;

use batchcast_transport::endpoint::{Endpoint, InvalidEndpoint};

/// The data centre of an app. A request to another one's host is refused with 60026.
///
/// Hosts after "REST API" (269/1519 and 1047/34620, 2024-08 to 2026-02). Mumbai is no longer on the newest lists, but
/// apps made there may still be; Tokyo's backup host is on a mirror of the page alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Region {
    /// China.
    China,
    /// Singapore.
    Singapore,
    /// Seoul.
    Seoul,
    /// Tokyo.
    Tokyo,
    /// Frankfurt.
    Frankfurt,
    /// Mumbai.
    Mumbai,
    /// Silicon Valley.
    SiliconValley,
    /// Jakarta.
    Jakarta,
}

impl Region {
    /// Every region.
    pub const ALL: [Self; 8] = [
        Self::China,
        Self::Singapore,
        Self::Seoul,
        Self::Tokyo,
        Self::Frankfurt,
        Self::Mumbai,
        Self::SiliconValley,
        Self::Jakarta,
    ];

    /// The name in settings: `china`, `singapore`, `seoul`, `tokyo`, `frankfurt`, `mumbai`, `silicon-valley`,
    /// `jakarta`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::China => "china",
            Self::Singapore => "singapore",
            Self::Seoul => "seoul",
            Self::Tokyo => "tokyo",
            Self::Frankfurt => "frankfurt",
            Self::Mumbai => "mumbai",
            Self::SiliconValley => "silicon-valley",
            Self::Jakarta => "jakarta",
        }
    }

    /// The address of the region.
    #[must_use]
    pub const fn address(self) -> &'static str {
        match self {
            Self::China => "https://console.tim.qq.com",
            Self::Singapore => "https://adminapisgp.im.qcloud.com",
            Self::Seoul => "https://adminapikr.im.qcloud.com",
            Self::Tokyo => "https://adminapijpn.im.qcloud.com",
            Self::Frankfurt => "https://adminapiger.im.qcloud.com",
            Self::Mumbai => "https://adminapiind.im.qcloud.com",
            Self::SiliconValley => "https://adminapiusa.im.qcloud.com",
            Self::Jakarta => "https://adminapiidn.im.qcloud.com",
        }
    }

    /// The address to use where the first one's name is hijacked.
    #[must_use]
    pub const fn backup_address(self) -> &'static str {
        match self {
            Self::China => "https://adminapi.my-imcloud.com",
            Self::Singapore => "https://adminapisgp.my-imcloud.com",
            Self::Seoul => "https://adminapikr.my-imcloud.com",
            Self::Tokyo => "https://adminapijpn.my-imcloud.com",
            Self::Frankfurt => "https://adminapiger.my-imcloud.com",
            Self::Mumbai => "https://adminapiind.my-imcloud.com",
            Self::SiliconValley => "https://adminapiusa.my-imcloud.com",
            Self::Jakarta => "https://adminapiidn.my-imcloud.com",
        }
    }

    pub(crate) fn endpoint(self) -> Result<Endpoint, InvalidEndpoint> {
        self.address().parse()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// There is no region of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the region is one of china, singapore, seoul, tokyo, frankfurt, mumbai, silicon-valley, jakarta")]
pub struct UnknownRegion;

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(name: &str) -> Result<Self, UnknownRegion> {
        Self::ALL.into_iter().find(|region| region.as_str() == name).ok_or(UnknownRegion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_name_and_two_addresses() {
        for region in Region::ALL {
            assert_eq!(region.as_str().parse(), Ok(region));
            assert!(region.endpoint().is_ok());
            assert!(region.backup_address().parse::<Endpoint>().is_ok());
            assert_ne!(region.address(), region.backup_address());
        }
        assert_eq!("atlantis".parse::<Region>(), Err(UnknownRegion));
    }
}
