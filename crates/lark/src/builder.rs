//! How a client is put together, blocking or async.

use std::sync::Arc;
use std::time::Duration;

use batchcast_transport::channel::Address;
use batchcast_transport::endpoint::{Endpoint, InvalidEndpoint};
use batchcast_transport::exchange::{Limit, Pace, PacePerApi, RetryPolicy, Surroundings};

use crate::credentials::Credentials;
use crate::platform::Platform;

/// The pace that one app is allowed for `batch_send`, and by itself for each of the other calls of this crate: 1000
/// requests a minute and 50 a second, whichever is reached first ("Rate limits", undated, tier 4; raising them is not
/// offered for messages).
#[must_use]
pub fn documented_pace() -> Vec<Limit> {
    vec![Limit::requests(1000, Duration::from_secs(60)), Limit::requests(50, Duration::from_secs(1))]
}

/// How many messages one app may send in a day through `batch_send`, counted by recipients ("Send messages in batches",
/// Feishu 2026-03-03, Lark 2024-06-05). When the day begins is not documented.
pub const MESSAGES_PER_DAY: u64 = 500_000;

/// A client in the making. Everything has a default but the platform and the credentials.
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    pub(crate) platform: Platform,
    credentials: Credentials,
    endpoint: Option<Endpoint>,
    policy: RetryPolicy,
    pace: Arc<dyn Pace>,
}

impl ClientBuilder {
    /// A client of this platform with every default. `Client::builder` and `AsyncClient::builder` are the same.
    pub fn new(platform: Platform, credentials: Credentials) -> Self {
        Self {
            platform,
            credentials,
            endpoint: None,
            policy: RetryPolicy::default(),
            pace: Arc::new(PacePerApi::new(documented_pace())),
        }
    }

    /// Sends to this address in the place of the platform's own: a proxy, or the emulator.
    pub fn with_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// What is tried again and how long a call may take; see [`RetryPolicy`].
    pub fn with_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Another pace than the [documented](documented_pace) one for each API. Clients of one app should share one; a
    /// [`PacePerApi`] counts each API by itself, any other pace all calls together.
    pub fn with_pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    /// Through which platform, which endpoint and which app it goes: what a campaign knows it by.
    ///
    /// # Errors
    /// As [`surroundings`](Self::surroundings).
    pub fn address(&self) -> Result<Address, InvalidEndpoint> {
        let endpoint = self.endpoint.clone().map_or_else(|| self.platform.endpoint(), Ok)?;
        Ok(Address::new(self.platform.as_str(), endpoint.to_string(), app(&self.credentials)))
    }

    #[cfg(any(feature = "blocking", feature = "async"))]
    pub(crate) const fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What an [`Exchange`](batchcast_transport::exchange::Exchange) needs around a call, for a driver of your own.
    ///
    /// # Errors
    /// [`InvalidEndpoint`] where the platform's address cannot be one, which is a bug.
    pub fn surroundings(self) -> Result<Surroundings, InvalidEndpoint> {
        let endpoint = match self.endpoint {
            Some(endpoint) => endpoint,
            None => self.platform.endpoint()?,
        };
        let session = Arc::new(self.credentials.session(&endpoint, self.policy.deadline()));
        Ok(Surroundings::new(endpoint, session, self.pace, self.policy))
    }
}

/// The app, and of one that many tenants have installed the tenant too: what is sent in one is nothing to the others.
fn app(credentials: &Credentials) -> String {
    match (credentials.app_id(), credentials.tenant_key()) {
        (Some(app_id), Some(tenant_key)) => format!("{app_id}/{tenant_key}"),
        (Some(app_id), None) => app_id.to_owned(),
        (None, _) => Address::UNKNOWN_APP.to_owned(),
    }
}
