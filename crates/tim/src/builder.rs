//! How a client is put together, blocking or async.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::endpoint::{Endpoint, InvalidEndpoint};
use batchcast_transport::exchange::{Limit, MemoryPace, Pace, RetryPolicy, Session, Surroundings};

use crate::credentials::Credentials;
use crate::region::Region;
#[cfg(feature = "blocking")]
use crate::usersig::SdkAppId;

/// How many requests one app may make in a second: the older and lower of the two figures that the documents give
/// (100 in 2019, 200 in 2026).
pub const REQUESTS_PER_SECOND: u32 = 100;

/// How many recipients one app may send to in a minute ("Sending One-to-One Messages to Multiple Users", 2026-02-04).
pub const RECIPIENTS_PER_MINUTE: u32 = 12_000;

/// The pace that one app is allowed for `batchsendmsg`. Both limits can be bought higher: see [`pace`].
#[must_use]
pub fn documented_pace() -> Vec<Limit> {
    pace(REQUESTS_PER_SECOND, RECIPIENTS_PER_MINUTE)
}

/// The pace of an app for which more was bought.
#[must_use]
pub fn pace(requests_per_second: u32, recipients_per_minute: u32) -> Vec<Limit> {
    vec![
        Limit::requests(requests_per_second, Duration::from_secs(1)),
        Limit::recipients(recipients_per_minute, Duration::from_secs(60)),
    ]
}

/// A client in the making. Everything has a default but the region and the credentials.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    region: Region,
    credentials: Credentials,
    endpoint: Option<Endpoint>,
    policy: RetryPolicy,
    pace: Arc<dyn Pace>,
}

impl ClientBuilder {
    /// A client of this region with every default. `Client::builder` and `AsyncClient::builder` are the same.
    pub fn new(region: Region, credentials: Credentials) -> Self {
        Self {
            region,
            credentials,
            endpoint: None,
            policy: RetryPolicy::default(),
            pace: Arc::new(MemoryPace::new(documented_pace())),
        }
    }

    /// Sends to this address in the place of the region's own: its backup host, a proxy, or the emulator.
    pub fn with_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// What is tried again and how long a call may take; see [`RetryPolicy`]. The vendor's own limit is 3 s, so a
    /// deadline below that leaves doubts that need not be.
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Another pace than the [documented](documented_pace) one. Clients of one app should share one.
    pub fn with_pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    #[cfg(feature = "blocking")]
    pub(crate) const fn sdkappid(&self) -> SdkAppId {
        self.credentials.sdkappid()
    }

    /// What an [`Exchange`](batchcast_transport::exchange::Exchange) needs around a call, for a driver of your own.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] where the region's address cannot be one, which is a bug.
    pub fn surroundings(self) -> Result<Surroundings, InvalidEndpoint> {
        let endpoint = match self.endpoint {
            Some(endpoint) => endpoint,
            None => self.region.endpoint()?,
        };
        let session = Arc::new(Session::new(self.credentials));
        Ok(Surroundings::new(endpoint, session, self.pace, self.policy))
    }
}
