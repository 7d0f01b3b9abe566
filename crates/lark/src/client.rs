//! [`Client`]: the blocking client.

use std::fmt;
use std::sync::Arc;

use batchcast_model::lark::BatchMessage;
use batchcast_transport::adapter::ureq::UreqTransport;
use batchcast_transport::blocking::{Transport, drive};
use batchcast_transport::error::CallError;
use batchcast_transport::exchange::{Exchange, Surroundings};
use batchcast_transport::operation::Operation;
use batchcast_transport::time::{SystemTimer, Timer};

use crate::batch_send::{BatchReceipt, BatchSend};
use crate::builder::ClientBuilder;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::platform::Platform;

/// Sends to Feishu or Lark and waits for the answer. Clones are cheap and share connections, token and pace.
#[derive(Clone)]
pub struct Client {
    around: Surroundings,
    transport: Arc<dyn Transport>,
    timer: Arc<dyn Timer>,
}

impl Client {
    /// A client with every default; see [`ClientBuilder`] for what can be set.
    pub fn builder(platform: Platform, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(platform, credentials)
    }

    /// Sends one message to the recipients of one request, at most 200 of each kind.
    ///
    /// # Errors
    /// [`Error::Call`], whose [kind](Error::kind) says whether anybody can have got it.
    pub fn batch_send(&self, batch: &BatchMessage) -> Result<BatchReceipt, Error> {
        Ok(self.call(BatchSend::new(batch.clone()))?)
    }

    /// Makes any call of this vendor, also one that this crate does not know, with this client's token, pace and
    /// patience.
    ///
    /// # Errors
    /// [`CallError`], which says whether anything can have been sent.
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Output, CallError> {
        let exchange = Exchange::new(operation, self.around.clone(), fastrand::u64(..));
        drive(&*self.transport, &*self.timer, exchange)
    }

    /// The same client over another transport and timer.
    #[must_use]
    pub fn over(self, transport: Arc<dyn Transport>, timer: Arc<dyn Timer>) -> Self {
        Self { transport, timer, ..self }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.around.endpoint).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// The blocking client.
    ///
    /// # Errors
    /// [`Error::Endpoint`] where the endpoint cannot be one.
    pub fn build(self) -> Result<Client, Error> {
        let around = self.surroundings()?;
        Ok(Client { around, transport: Arc::new(UreqTransport::new()), timer: Arc::new(SystemTimer::new()) })
    }
}
