//! Sends one Feishu or Lark message to many people, blocking or async.
//!
//! # In scope
//! * [`Client`] and [`AsyncClient`]: `batch_send`, the calls around it, and any other [call](Client::call) as a value.
//! * Around a batch: [its progress](GetProgress), [who has read it](ReadUser), [taking it back](RecallBatchMessage),
//!   [pictures](UploadImage), [people by e-mail address and mobile number](BatchGetId),
//!   [departments](DepartmentChildren) and [their members](UsersByDepartment).
//! * [`Credentials`]: a custom app or a store app, whose tokens are fetched and renewed, or a token that the caller
//!   already has.
//! * [`codes`]: what every error code of the API means and what to do about it.
//! * [`Broadcast`]: the same for a campaign.
//!
//! # Out of scope
//! What a message looks like and which limits it has (`batchcast_model`, re-exported as [`model`]), retry and pace
//! (`batchcast_transport`, re-exported as [`transport`]), and remembering what became of whom (`batchcast-campaign`).
//!
//! # Features
//! | feature | what it adds | default |
//! |---|---|---|
//! | `blocking` | [`Client`], over ureq | yes |
//! | `async` | [`AsyncClient`], over reqwest and tokio | |
//! | `rustls` | TLS by rustls with ring and the Mozilla roots | yes |
//! | `native-tls` | TLS and roots of the operating system, where `rustls` is off | |
//!
//! # Errors
//! | [`Error`] | anything sent? |
//! |---|---|
//! | [`Error::Invalid`] | no: a documented rule is broken; it names the place, the limit and what was found |
//! | [`Error::Endpoint`], [`Error::Setup`] | no |
//! | [`Error::Call`] | its [kind](Error::kind) says so; `Unknown` means that nobody can know |
//!
//! That some recipients were turned down is not an error but stands in the [receipt](BatchReceipt).
//!
//! # Blocking
//! ```
//! # #[cfg(feature = "blocking")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = batchcast_emulator::Emulator::start()?;
//! # let (app_secret, endpoint) = ("sandbox-secret", emulator.url().parse()?);
//! use batchcast_lark::model::IdKind;
//! use batchcast_lark::model::lark::{BatchMessage, Message, Recipients};
//! use batchcast_lark::{Client, Credentials, Platform};
//!
//! let client = Client::builder(Platform::Feishu, Credentials::custom_app("cli_sandbox", app_secret))
//!     .with_endpoint(endpoint) // leave this out to send to Feishu itself
//!     .build()?;
//! let people = Recipients::new().with_ids(IdKind::OpenId, ["ou_alice", "ou_bob", "ou_gone_invalid"])?;
//! let batch = BatchMessage::new(Message::text("The office closes at 17:00 today.")?, people)?;
//!
//! let receipt = client.batch_send(&batch)?;
//! assert!(receipt.message_id.starts_with("bm-"));
//! assert_eq!(receipt.invalid[0].id(), "ou_gone_invalid");
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "blocking"))]
//! # fn main() {}
//! ```
//!
//! # Async
//! ```
//! # #[cfg(feature = "async")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = batchcast_emulator::Emulator::start()?;
//! # let (app_secret, endpoint) = ("sandbox-secret", emulator.url().parse()?);
//! use batchcast_lark::model::lark::Message;
//! use batchcast_lark::model::{IdKind, Recipient};
//! use batchcast_lark::{AsyncClient, Credentials, Platform};
//!
//! let client = AsyncClient::builder(Platform::Lark, Credentials::custom_app("cli_sandbox", app_secret))
//!     .with_endpoint(endpoint) // leave this out to send to Lark itself
//!     .build_async()?;
//! let people: Vec<_> =
//!     (0..1000).map(|n| Recipient::new(IdKind::UserId, format!("u{n}"))).collect::<Result<_, _>>()?;
//!
//! for batch in Message::text("The office closes at 17:00 today.")?.batches(people)? {
//!     let receipt = client.batch_send(&batch).await?;
//!     assert!(receipt.invalid.is_empty());
//! }
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "async"))]
//! # fn main() {}
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod answer;
#[cfg(feature = "blocking")]
mod around;
#[cfg(feature = "async")]
mod async_client;
mod batch_message;
mod batch_send;
#[cfg(feature = "blocking")]
mod broadcast;
mod builder;
#[cfg(feature = "blocking")]
mod client;
pub mod codes;
mod contact;
mod credentials;
mod image;
#[cfg(feature = "blocking")]
mod organisation;
mod platform;
mod store_app;
mod token;

#[cfg(feature = "async")]
pub use async_client::AsyncClient;
pub use batch_message::{
    BadBatchMessageId, BatchMessageId, FOLLOW_UP_WINDOW, GetProgress, Plateau, Progress, ReadCount, ReadUser,
    RecallBatchMessage, Recalled, Standing,
};
pub use batch_send::{BatchReceipt, BatchSend};
pub use batchcast_model as model;
pub use batchcast_transport as transport;
pub use batchcast_transport::error::Error;
#[cfg(feature = "async")]
pub use batchcast_transport::pages::AsyncPages;
#[cfg(feature = "blocking")]
pub use batchcast_transport::pages::PageIter;
#[cfg(feature = "blocking")]
pub use broadcast::Broadcast;
pub use builder::{ClientBuilder, MESSAGES_PER_DAY, documented_pace};
#[cfg(feature = "blocking")]
pub use client::Client;
pub use contact::{
    BadDepartmentId, BadLookup, BatchGetId, Department, DepartmentChildren, DepartmentId, DepartmentStatus, Depth,
    Lookup, LookupBatches, MAX_ADDRESSES, Member, UserIdType, UserStatus, UsersByDepartment,
};
pub use credentials::{BadToken, Credentials};
pub use image::{BadImage, Image, ImageFormat, ImageKey, MAX_IMAGE_BYTES, Resolution, UploadImage};
pub use platform::{Platform, UnknownPlatform};
pub use store_app::{AppTicketEvent, AppTicketResend, BadAppTicketEvent, TicketSource, Tickets};
