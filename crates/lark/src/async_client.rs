//! [`AsyncClient`]: the async client, for tokio.

use std::sync::Arc;

use batchcast_model::lark::BatchMessage;
use batchcast_transport::asynchronous::{AsyncCaller, AsyncTransport};
use batchcast_transport::error::{CallError, Error};
use batchcast_transport::operation::Operation;
use batchcast_transport::pages::AsyncPages;
use batchcast_transport::paging::Paged;
use batchcast_transport::time::AsyncTimer;

use crate::batch_message::{BatchMessageId, GetProgress, Progress, ReadCount, ReadUser, RecallBatchMessage, Recalled};
use crate::batch_send::{BatchReceipt, BatchSend};
use crate::builder::ClientBuilder;
use crate::contact::{BatchGetId, DepartmentChildren, DepartmentId, Lookup, UsersByDepartment};
use crate::credentials::Credentials;
use crate::image::{Image, ImageKey, UploadImage};
use crate::platform::Platform;
use crate::store_app::Resend;

/// Sends to Feishu or Lark without blocking. Clones are cheap and share connections, token and pace.
///
/// Dropping the future of a call may leave the request sent: whoever cancels does not know who got it.
#[derive(Debug, Clone)]
pub struct AsyncClient {
    caller: AsyncCaller,
    resend: Option<Resend>,
}

impl AsyncClient {
    /// A client with every default; see [`ClientBuilder`] for what can be set.
    pub fn builder(platform: Platform, credentials: Credentials) -> ClientBuilder {
        ClientBuilder::new(platform, credentials)
    }

    /// Sends one message to the recipients of one request, at most 200 of each kind.
    ///
    /// # Errors
    /// [`Error::Call`], whose [kind](Error::kind) says whether anybody can have got it.
    pub async fn batch_send(&self, batch: &BatchMessage) -> Result<BatchReceipt, Error> {
        Ok(self.call(BatchSend::new(batch.clone())).await?)
    }

    /// Takes back a batch from everybody who got it; the vendor does so later. See [`RecallBatchMessage`].
    ///
    /// # Errors
    /// [`Error::Call`], of the kind [`Message`](batchcast_transport::error::ErrorKind::Message) where the time for it
    /// is over or the batch is another app's.
    pub async fn recall(&self, id: &BatchMessageId) -> Result<Recalled, Error> {
        Ok(self.call(RecallBatchMessage::new(id.clone())).await?)
    }

    /// How far a batch has got. See [`GetProgress`], and [`Plateau`](crate::Plateau) for when it has come to rest.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn progress(&self, id: &BatchMessageId) -> Result<Progress, Error> {
        Ok(self.call(GetProgress::new(id.clone())).await?)
    }

    /// How many have read a batch. See [`ReadUser`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn read_user(&self, id: &BatchMessageId) -> Result<ReadCount, Error> {
        Ok(self.call(ReadUser::new(id.clone())).await?)
    }

    /// Uploads a picture, and gives its key. See [`UploadImage`].
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn upload_image(&self, image: &Image) -> Result<ImageKey, Error> {
        Ok(self.call(UploadImage::new(image.clone())).await?)
    }

    /// The people behind at most 50 e-mail addresses and 50 mobile numbers, in the order in which they are asked. See
    /// [`BatchGetId`], and [`LookupBatches`](crate::LookupBatches) for more.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub async fn batch_get_id(&self, addresses: &BatchGetId) -> Result<Vec<Lookup>, Error> {
        Ok(self.call(addresses.clone()).await?)
    }

    /// The departments below one, page by page. See [`DepartmentChildren`].
    pub const fn department_children(&self, children: DepartmentChildren) -> AsyncPages<'_, DepartmentChildren> {
        self.pages(children)
    }

    /// The direct members of a department, page by page. See [`UsersByDepartment`].
    pub const fn users_by_department(&self, department: DepartmentId) -> AsyncPages<'_, UsersByDepartment> {
        self.pages(UsersByDepartment::new(department))
    }

    /// Asks the vendor to push a ticket to the event address of a store app. See
    /// [`AppTicketResend`](crate::AppTicketResend).
    ///
    /// # Errors
    /// [`Error::Call`], of the kind [`InvalidInput`](batchcast_transport::error::ErrorKind::InvalidInput) for any other
    /// app, with nothing sent.
    pub async fn resend_app_ticket(&self) -> Result<(), Error> {
        let resend = self.resend.as_ref().ok_or_else(Resend::none)?;
        let caller = self.caller.clone().with_session(resend.session());
        Ok(caller.call(resend.call()).await?)
    }

    /// The pages of a list, such as that of [`DepartmentChildren`] or [`UsersByDepartment`], each asked for when it is
    /// wanted.
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
        Self { caller: self.caller.over(transport, timer), ..self }
    }
}

impl ClientBuilder {
    /// The async client. It is used within a tokio runtime with its timer enabled.
    ///
    /// # Errors
    /// [`Error::Endpoint`] where the endpoint cannot be one, and [`Error::Setup`] where TLS cannot be set up.
    pub fn build_async(self) -> Result<AsyncClient, Error> {
        let resend = self.credentials().resend();
        let caller = AsyncCaller::new(self.surroundings()?).map_err(Error::Setup)?;
        Ok(AsyncClient { caller, resend })
    }
}
