//! [`AsyncClient`]: the async client, for tokio.

use std::sync::Arc;

use batchcast_model::tim::BatchMessage;
use batchcast_transport::asynchronous::{AsyncCaller, AsyncTransport};
use batchcast_transport::error::{CallError, Error};
use batchcast_transport::operation::Operation;
use batchcast_transport::pages::AsyncPages;
use batchcast_transport::paging::Paged;
use batchcast_transport::time::AsyncTimer;

use crate::account::{
    AccountCheck, AccountImport, CheckedAccount, ImportReceipt, MultiAccountImport, OnlineState, QueryState,
};
use crate::batchsendmsg::{BatchReceipt, BatchSendMsg};
use crate::builder::ClientBuilder;
use crate::c2c::{RoamMsgs, SendMsg, SendReceipt, WithdrawMsg, Withdrawn};
use crate::credentials::Credentials;
use crate::region::Region;

/// Sends through Tencent Cloud Chat without blocking. Clones are cheap and share connections, token and pace.
///
/// Dropping the future of a call may leave the request sent: whoever cancels does not know who got it.
#[derive(Debug, Clone)]
pub struct AsyncClient {
    caller: AsyncCaller,
}

impl AsyncClient {
    /// A client with every default; see [`ClientBuilder`] for what can be set.
    pub fn builder(region: Region, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(region, credentials)
    }

    /// Sends one message to the accounts of one request, at most 500.
    ///
    /// # Errors
    /// [`Error::Call`], whose [kind](Error::kind) says whether anybody can have got it.
    pub async fn batch_send_msg(&self, batch: &BatchMessage) -> Result<BatchReceipt, Error> {
        Ok(self.call(BatchSendMsg::new(batch.clone())).await?)
    }

    /// Sends one message to one account. The same value sent again is the same message. See [`SendMsg`].
    ///
    /// # Errors
    /// [`Error::Call`], whose [kind](Error::kind) says whether anybody can have got it.
    pub async fn send_msg(&self, message: &SendMsg) -> Result<SendReceipt, Error> {
        Ok(self.call(message.clone()).await?)
    }

    /// Takes a message back from one account. See [`WithdrawMsg`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn withdraw(&self, message: &WithdrawMsg) -> Result<Withdrawn, Error> {
        Ok(self.call(message.clone()).await?)
    }

    /// Whether at most 100 accounts are imported. See [`AccountCheck`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn account_check(&self, check: &AccountCheck) -> Result<Vec<CheckedAccount>, Error> {
        Ok(self.call(check.clone()).await?)
    }

    /// Imports one account. See [`AccountImport`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn account_import(&self, import: &AccountImport) -> Result<(), Error> {
        Ok(self.call(import.clone()).await?)
    }

    /// Imports at most 100 accounts, some of which may fail. See [`MultiAccountImport`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn multiaccount_import(&self, import: &MultiAccountImport) -> Result<ImportReceipt, Error> {
        Ok(self.call(import.clone()).await?)
    }

    /// Whether at most 500 accounts are online. See [`QueryState`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn query_state(&self, query: &QueryState) -> Result<Vec<OnlineState>, Error> {
        Ok(self.call(query.clone()).await?)
    }

    /// The messages between two accounts, page by page. See [`RoamMsgs`].
    pub const fn roam_messages(&self, history: RoamMsgs) -> AsyncPages<'_, RoamMsgs> {
        self.pages(history)
    }

    /// The pages of a list, such as that of [`RoamMsgs`], each asked for when it is wanted.
    pub const fn pages<O: Paged<Output: Send> + Send>(&self, first: O) -> AsyncPages<'_, O> {
        AsyncPages::new(&self.caller, first)
    }

    /// Makes any call of this vendor, also one that this crate does not know, with this client's token, pace and
    /// patience.
    ///
    /// # Errors
    /// [`CallError`], which says whether anything can have been sent.
    pub async fn call<O: Operation<Output: Send>>(&self, operation: O) -> Result<O::Output, CallError> {
        self.caller.call(operation).await
    }

    /// Sees to it that a call can leave at once: gets a token that outlives it. A way to check credentials: nobody is
    /// sent anything.
    ///
    /// # Errors
    /// [`CallError`] where no token is to be had.
    pub async fn ready(&self) -> Result<(), CallError> {
        self.caller.ready().await
    }

    /// The same client over another transport and timer.
    #[must_use]
    pub fn over(self, transport: Arc<dyn AsyncTransport>, timer: Arc<dyn AsyncTimer>) -> Self {
        Self { caller: self.caller.over(transport, timer) }
    }
}

impl ClientBuilder {
    /// The async client. It is used within a tokio runtime with its timer enabled.
    ///
    /// # Errors
    /// [`Error::Endpoint`] where the endpoint cannot be one, and [`Error::Setup`] where TLS cannot be set up.
    pub fn build_async(self) -> Result<AsyncClient, Error> {
        let caller = AsyncCaller::new(self.surroundings()?).map_err(Error::Setup)?;
        Ok(AsyncClient { caller })
    }
}
