//! [`Client`]: the blocking client.

use std::sync::Arc;

use batchcast_model::tim::BatchMessage;
use batchcast_transport::blocking::{Caller, Transport};
use batchcast_transport::error::{CallError, Error};
use batchcast_transport::operation::Operation;
use batchcast_transport::time::Timer;

use crate::batchsendmsg::{BatchReceipt, BatchSendMsg};
use crate::builder::ClientBuilder;
use crate::credentials::Credentials;
use crate::region::Region;

/// Sends through Tencent Cloud Chat and waits for the answer. Clones are cheap and share connections, token and pace.
#[derive(Debug, Clone)]
pub struct Client {
    caller: Caller,
}

impl Client {
    /// A client with every default; see [`ClientBuilder`] for what can be set.
    pub fn builder(region: Region, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(region, credentials)
    }

    /// Sends one message to the accounts of one request, at most 500.
    ///
    /// # Errors
    /// [`Error::Call`], whose [kind](Error::kind) says whether anybody can have got it.
    pub fn batch_send_msg(&self, batch: &BatchMessage) -> Result<BatchReceipt, Error> {
        Ok(self.call(BatchSendMsg::new(batch.clone()))?)
    }

    /// Makes any call of this vendor, also one that this crate does not know, with this client's token, pace and
    /// patience.
    ///
    /// # Errors
    /// [`CallError`], which says whether anything can have been sent.
    pub fn call<O: Operation>(&self, operation: O) -> Result<O::Output, CallError> {
        self.caller.call(operation)
    }

    /// Sees to it that a call can leave at once: gets a token that outlives it. A way to check credentials: nobody is
    /// sent anything.
    ///
    /// # Errors
    /// [`CallError`] where no token is to be had.
    pub fn ready(&self) -> Result<(), CallError> {
        self.caller.ready()
    }

    /// The same client over another transport and timer.
    #[must_use]
    pub fn over(self, transport: Arc<dyn Transport>, timer: Arc<dyn Timer>) -> Self {
        Self { caller: self.caller.over(transport, timer) }
    }
}

impl ClientBuilder {
    /// The blocking client.
    ///
    /// # Errors
    /// [`Error::Endpoint`] where the endpoint cannot be one.
    pub fn build(self) -> Result<Client, Error> {
        Ok(Client { caller: Caller::new(self.surroundings()?) })
    }
}
