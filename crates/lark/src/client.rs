//! [`Client`]: the blocking client.

use std::sync::Arc;

use batchcast_model::lark::BatchMessage;
use batchcast_transport::blocking::{Caller, Transport};
use batchcast_transport::channel::Address;
use batchcast_transport::error::{CallError, Error};
use batchcast_transport::operation::Operation;
use batchcast_transport::pages::PageIter;
use batchcast_transport::paging::Paged;
use batchcast_transport::time::Timer;

use crate::batch_message::{BatchMessageId, GetProgress, Progress, ReadCount, ReadUser, RecallBatchMessage, Recalled};
use crate::batch_send::{BatchReceipt, BatchSend};
use crate::builder::ClientBuilder;
use crate::contact::{BatchGetId, DepartmentChildren, DepartmentId, Lookup, UsersByDepartment};
use crate::credentials::Credentials;
use crate::image::{Image, ImageKey, UploadImage};
use crate::platform::Platform;
use crate::store_app::Resend;

/// Sends to Feishu or Lark and waits for the answer. Clones are cheap and share connections, token and pace.
#[derive(Debug, Clone)]
pub struct Client {
    caller: Caller,
    resend: Option<Resend>,
    address: Address,
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

    /// Takes back a batch from everybody who got it; the vendor does so later. See [`RecallBatchMessage`].
    ///
    /// # Errors
    /// [`Error::Call`], of the kind [`Message`](batchcast_transport::error::ErrorKind::Message) where the time for it
    /// is over or the batch is another app's.
    pub fn recall(&self, id: &BatchMessageId) -> Result<Recalled, Error> {
        Ok(self.call(RecallBatchMessage::new(id.clone()))?)
    }

    /// How far a batch has got. See [`GetProgress`], and [`Plateau`](crate::Plateau) for when it has come to rest.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn progress(&self, id: &BatchMessageId) -> Result<Progress, Error> {
        Ok(self.call(GetProgress::new(id.clone()))?)
    }

    /// How many have read a batch. See [`ReadUser`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn read_user(&self, id: &BatchMessageId) -> Result<ReadCount, Error> {
        Ok(self.call(ReadUser::new(id.clone()))?)
    }

    /// Uploads a picture, and gives its key. See [`UploadImage`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn upload_image(&self, image: &Image) -> Result<ImageKey, Error> {
        Ok(self.call(UploadImage::new(image.clone()))?)
    }

    /// The people behind at most 50 e-mail addresses and 50 mobile numbers, in the order in which they are asked. See
    /// [`BatchGetId`], and [`LookupBatches`](crate::LookupBatches) for more.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn batch_get_id(&self, addresses: &BatchGetId) -> Result<Vec<Lookup>, Error> {
        Ok(self.call(addresses.clone())?)
    }

    /// The departments below one, page by page. See [`DepartmentChildren`].
    pub const fn department_children(&self, children: DepartmentChildren) -> PageIter<'_, DepartmentChildren> {
        self.pages(children)
    }

    /// The direct members of a department, page by page. See [`UsersByDepartment`].
    pub const fn users_by_department(&self, department: DepartmentId) -> PageIter<'_, UsersByDepartment> {
        self.pages(UsersByDepartment::new(department))
    }

    /// Asks the vendor to push a ticket to the event address of a store app. See
    /// [`AppTicketResend`](crate::AppTicketResend).
    ///
    /// # Errors
    /// [`Error::Call`], of the kind [`InvalidInput`](batchcast_transport::error::ErrorKind::InvalidInput) for any other
    /// app, with nothing sent.
    pub fn resend_app_ticket(&self) -> Result<(), Error> {
        let resend = self.resend.as_ref().ok_or_else(Resend::none)?;
        let caller = self.caller.clone().with_session(resend.session());
        Ok(caller.call(resend.call())?)
    }

    /// The pages of a list, such as that of [`DepartmentChildren`] or [`UsersByDepartment`], each asked for when it is
    /// wanted.
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

    /// Through which platform, which endpoint and which app it goes.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// The same client by another timer, for whoever has to end its waiting.
    #[must_use]
    pub fn with_timer(self, timer: Arc<dyn Timer>) -> Self {
        Self { caller: self.caller.with_timer(timer), ..self }
    }

    /// The same client over another transport and timer.
    #[must_use]
    pub fn over(self, transport: Arc<dyn Transport>, timer: Arc<dyn Timer>) -> Self {
        Self { caller: self.caller.over(transport, timer), ..self }
    }
}

impl ClientBuilder {
    /// The blocking client.
    ///
    /// # Errors
    /// [`Error::Endpoint`] where the endpoint cannot be one.
    pub fn build(self) -> Result<Client, Error> {
        let resend = self.credentials().resend();
        let address = self.address()?;
        Ok(Client { caller: Caller::new(self.surroundings()?), resend, address })
    }
}
