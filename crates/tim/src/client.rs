//! [`Client`]: the blocking client.

use std::sync::Arc;

use batchcast_model::tim::BatchMessage;
use batchcast_transport::blocking::{Caller, Transport};
use batchcast_transport::error::{CallError, Error};
use batchcast_transport::operation::Operation;
use batchcast_transport::pages::PageIter;
use batchcast_transport::paging::Paged;
use batchcast_transport::time::Timer;

use crate::account::{
    AccountCheck, AccountImport, CheckedAccount, ImportReceipt, MultiAccountImport, OnlineState, QueryState,
};
use crate::batchsendmsg::{BatchReceipt, BatchSendMsg};
use crate::builder::ClientBuilder;
use crate::c2c::{RoamMsgs, SendMsg, SendReceipt, WithdrawMsg, Withdrawn};
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

    /// Sends one message to one account. The same value sent again is the same message. See [`SendMsg`].
    ///
    /// # Errors
    /// [`Error::Call`], whose [kind](Error::kind) says whether anybody can have got it.
    pub fn send_msg(&self, message: &SendMsg) -> Result<SendReceipt, Error> {
        Ok(self.call(message.clone())?)
    }

    /// Takes a message back from one account. See [`WithdrawMsg`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn withdraw(&self, message: &WithdrawMsg) -> Result<Withdrawn, Error> {
        Ok(self.call(message.clone())?)
    }

    /// Whether at most 100 accounts are imported. See [`AccountCheck`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn account_check(&self, check: &AccountCheck) -> Result<Vec<CheckedAccount>, Error> {
        Ok(self.call(check.clone())?)
    }

    /// Imports one account. See [`AccountImport`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn account_import(&self, import: &AccountImport) -> Result<(), Error> {
        Ok(self.call(import.clone())?)
    }

    /// Imports at most 100 accounts, some of which may fail. See [`MultiAccountImport`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn multiaccount_import(&self, import: &MultiAccountImport) -> Result<ImportReceipt, Error> {
        Ok(self.call(import.clone())?)
    }

    /// Whether at most 500 accounts are online. See [`QueryState`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn query_state(&self, query: &QueryState) -> Result<Vec<OnlineState>, Error> {
        Ok(self.call(query.clone())?)
    }

    /// The messages between two accounts, page by page. See [`RoamMsgs`].
    pub const fn roam_messages(&self, history: RoamMsgs) -> PageIter<'_, RoamMsgs> {
        self.pages(history)
    }

    /// The pages of a list, such as that of [`RoamMsgs`], each asked for when it is wanted.
    pub const fn pages<O: Paged>(&self, first: O) -> PageIter<'_, O> {
        PageIter::new(&self.caller, first)
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

    /// The same client by another timer, for whoever has to end its waiting.
    #[must_use]
    pub fn with_timer(self, timer: Arc<dyn Timer>) -> Self {
        Self { caller: self.caller.with_timer(timer) }
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
