//! Sends one Tencent Cloud Chat (TIM) message to many accounts, blocking or async, and signs, reads and verifies the
//! UserSig that authorizes it.
//!
//! # In scope
//! * [`Client`] and [`AsyncClient`]: `batchsendmsg`, the calls around it, and any other [call](Client::call) as a
//!   value.
//! * Around a batch: whether accounts [are imported](AccountCheck) and [online](QueryState), [importing](AccountImport)
//!   [them](MultiAccountImport), [their histories](RoamMsgs), [taking a message back](WithdrawMsg), and a [message to
//!   one account](SendMsg).
//! * [`Credentials`]: an app's key, from which signatures are made and renewed, or a UserSig that the caller already
//!   has.
//! * [`usersig`]: UserSig version 2, usable alone and without any HTTP feature.
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
//! That some accounts did not get it is not an error but stands in the [receipt](BatchReceipt); that a message cannot
//! be taken back any more is an [outcome](Withdrawn) too.
//!
//! # Blocking
//! ```
//! # #[cfg(feature = "blocking")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = batchcast_emulator::Emulator::start()?;
//! # let (key, endpoint) = ("sandbox-key", emulator.url().parse()?);
//! use batchcast_tim::model::tim::{Accounts, BatchMessage, Message};
//! use batchcast_tim::usersig::SecretKey;
//! use batchcast_tim::{Client, Credentials, Region, random_stamp};
//!
//! let credentials = Credentials::secret_key(1_400_000_000, "administrator", SecretKey::new(key)?)?;
//! let client = Client::builder(Region::Singapore, credentials)
//!     .with_endpoint(endpoint) // leave this out to send to the vendor itself
//!     .build()?;
//! let people = Accounts::new().with_ids(["bonnie", "rong", "gone_invalid"])?;
//! let batch = BatchMessage::new(Message::text("The shop closes at 17:00 today.")?, people, random_stamp())?;
//!
//! let receipt = client.batch_send_msg(&batch)?;
//! assert!(receipt.msg_key.is_some());
//! assert_eq!(receipt.failed[0].account.id(), "gone_invalid");
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
//! # let (key, endpoint) = ("sandbox-key", emulator.url().parse()?);
//! use batchcast_tim::model::tim::Message;
//! use batchcast_tim::model::{IdKind, Recipient};
//! use batchcast_tim::usersig::SecretKey;
//! use batchcast_tim::{AsyncClient, Credentials, Region, random_stamp};
//!
//! let credentials = Credentials::secret_key(1_400_000_000, "administrator", SecretKey::new(key)?)?;
//! let client = AsyncClient::builder(Region::China, credentials)
//!     .with_endpoint(endpoint) // leave this out to send to the vendor itself
//!     .build_async()?;
//! let people: Vec<_> =
//!     (0..1000).map(|n| Recipient::new(IdKind::Account, format!("u{n}"))).collect::<Result<_, _>>()?;
//!
//! for batch in Message::text("The shop closes at 17:00 today.")?.batches(people, random_stamp)? {
//!     let receipt = client.batch_send_msg(&batch).await?;
//!     assert!(receipt.failed.is_empty());
//! }
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "async"))]
//! # fn main() {}
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
pub mod answer;
#[cfg(feature = "blocking")]
mod around;
#[cfg(feature = "async")]
mod async_client;
mod batchsendmsg;
#[cfg(feature = "blocking")]
mod broadcast;
mod builder;
mod c2c;
#[cfg(feature = "blocking")]
mod client;
pub mod codes;
mod credentials;
mod pace;
mod region;
mod stamp;
pub mod usersig;

pub use account::{
    AccountCheck, AccountImport, AccountStatus, BadAccounts, CheckedAccount, ImportReceipt, MAX_CHECKED_ACCOUNTS,
    MAX_IMPORTED_ACCOUNTS, MAX_PROFILE_BYTES, MAX_QUERIED_ACCOUNTS, MultiAccountImport, NewAccount, OnlineState,
    OnlineStatus, PlatformState, QueryState,
};
#[cfg(feature = "blocking")]
pub use around::SentMessage;
#[cfg(feature = "async")]
pub use async_client::AsyncClient;
pub use batchcast_model as model;
pub use batchcast_transport as transport;
pub use batchcast_transport::error::Error;
#[cfg(feature = "async")]
pub use batchcast_transport::pages::AsyncPages;
#[cfg(feature = "blocking")]
pub use batchcast_transport::pages::PageIter;
pub use batchsendmsg::{BatchReceipt, BatchSendMsg, FailedAccount};
#[cfg(feature = "blocking")]
pub use broadcast::Broadcast;
pub use builder::ClientBuilder;
pub use c2c::{
    BadMsgKey, BadRoamMsgs, KEY_LASTS, MAX_MSG_KEY_BYTES, MAX_MSGS_PER_PAGE, MsgKey, RoamMsg, RoamMsgs, SendMsg,
    SendReceipt, WithdrawMsg, Withdrawn,
};
#[cfg(feature = "blocking")]
pub use client::Client;
pub use credentials::Credentials;
pub use pace::{DocumentedPace, RECIPIENTS_PER_MINUTE, REQUESTS_PER_SECOND, documented_pace, pace};
pub use region::{Region, UnknownRegion};
pub use stamp::random_stamp;
