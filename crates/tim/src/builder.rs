//! How a client is put together, blocking or async.

use std::sync::Arc;

use batchcast_transport::channel::Address;
use batchcast_transport::endpoint::{Endpoint, InvalidEndpoint};
use batchcast_transport::exchange::{Pace, RetryPolicy, Session, Surroundings};

use crate::credentials::Credentials;
use crate::pace::DocumentedPace;
use crate::region::Region;

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
            pace: Arc::new(DocumentedPace::new()),
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

    /// Another pace than the [documented](DocumentedPace) one. Clients of one app should share one.
    pub fn with_pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    /// Through which endpoint and which app it goes: what a campaign knows it by.
    ///
    /// # Errors
    /// As [`surroundings`](Self::surroundings).
    pub fn address(&self) -> Result<Address, InvalidEndpoint> {
        let endpoint = self.endpoint.clone().map_or_else(|| self.region.endpoint(), Ok)?;
        Ok(Address::new("tim", endpoint.to_string(), self.credentials.sdkappid().to_string()))
    }

    #[cfg(feature = "blocking")]
    pub(crate) const fn credentials(&self) -> &Credentials {
        &self.credentials
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
