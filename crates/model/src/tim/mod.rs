//! Tencent Cloud Chat (TIM): what `POST /v4/openim/batchsendmsg` takes.
//!
//! After the vendor's page on batch sending (269/1612 as of 2026-02-04) and "Message Formats" (269/2720 as of
//! 2024-09-24). Where they are silent, the older pages of 2016 to 2022 and the list of error codes speak.
//!
//! | type | is |
//! |---|---|
//! | [`Message`] | what everybody gets: the elements of `MsgBody`, and how they are delivered and pushed |
//! | [`Element`] | a part of `MsgBody`: a text, face, location, custom data, sound, image, file, video, merged messages |
//! | [`OfflinePushInfo`] | what the phones of those who are offline show |
//! | [`Accounts`] | the accounts that a request names |
//! | [`Stamp`] | `MsgSeq` and `MsgRandom` of one request |
//! | [`BatchMessage`] | all of it: the body of one request |
//! | [`Draft`] | a body as people write it into a file: any number of accounts, `MsgSeq` and `MsgRandom` if they like |
//! | [`Planner`] | cuts any number of accounts into the fewest requests |
//! | [`limits`] | the documented numbers |
//!
//! A body is read as the document shows it, and written again with the same value, unknown fields included:
//!
//! ```
//! use batchcast_model::tim::BatchMessage;
//!
//! let text = r#"{
//!     "To_Account": ["bonnie", "rong"], "MsgSeq": 28360, "MsgRandom": 19901224,
//!     "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hi, beauty"}}], "NewField": [1]
//! }"#;
//! let request = BatchMessage::from_json(text)?;
//! assert_eq!(request.message().push_text().as_deref(), Some("hi, beauty"));
//! assert_eq!(serde_json::to_value(&request)?, serde_json::from_str::<serde_json::Value>(text)?);
//!
//! let sendmsg_habit = text.replace(r#"["bonnie", "rong"]"#, r#""bonnie""#);
//! let refused = BatchMessage::from_json(sendmsg_habit).unwrap_err();
//! assert!(refused.to_string().starts_with("To_Account: must be an array, found a string"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! More accounts than one request takes are planned. Every request needs a stamp of its own, and numbers that nobody
//! can foresee are not this crate's affair, so they are asked for:
//!
//! ```
//! use batchcast_model::tim::{Message, Stamp};
//! use batchcast_model::{IdKind, Recipient};
//!
//! let everybody = (0..1200)
//!     .map(|n| Recipient::new(IdKind::Account, format!("user{n}")))
//!     .collect::<Result<Vec<_>, _>>()?;
//! let mut drawn = 0; // better: random
//! let requests = Message::text("hi")?.with_from_account("dave")?.batches(everybody, || {
//!     drawn += 1;
//!     Stamp { msg_seq: drawn, msg_random: drawn }
//! })?;
//! assert_eq!(requests.len(), 3);
//! # Ok::<(), batchcast_model::Invalid>(())
//! ```

mod accounts;
mod android;
mod apns;
mod batch;
mod content;
mod custom;
mod draft;
mod element;
mod face;
mod file;
mod image;
pub mod limits;
mod location;
mod message;
mod offline_push;
mod options;
mod planner;
mod record;
mod relay;
mod sound;
mod stamp;
mod text;
mod unknown;
mod video;

pub use accounts::Accounts;
pub use android::AndroidInfo;
pub use apns::ApnsInfo;
pub use batch::BatchMessage;
pub use content::Content;
pub use custom::Custom;
pub use draft::Draft;
pub use element::Element;
pub use face::Face;
pub use file::File;
pub use image::{Image, ImageInfo};
pub use location::Location;
pub use message::Message;
pub use offline_push::OfflinePushInfo;
pub use options::{SendMsgControl, SyncOtherMachine};
pub use planner::Planner;
pub use relay::Relay;
pub use sound::Sound;
pub use stamp::Stamp;
pub use text::Text;
pub use video::Video;
