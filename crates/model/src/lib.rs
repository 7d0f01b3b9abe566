//! Messages and recipients of chat vendors' batch APIs, as their documents have them, with every documented limit
//! checked when a value is made.
//!
//! **In scope**: the typed message, its recipients, the limits, how recipients are cut into batches, and errors and
//! warnings that name the place. What a vendor adds tomorrow still passes: unknown fields, nodes, card parts and
//! elements travel as raw JSON, and reading a body and writing it again gives the same value.
//!
//! **Out of scope**: HTTP, clocks, files, credentials. Nothing here can fail for a reason outside its arguments.
//!
//! | module | vendor | API |
//! |---|---|---|
//! | [`lark`] | Feishu and Lark | "Send messages in batches", `message/v4/batch_send` |
//! | [`tim`] | Tencent Cloud Chat (TIM) | batch sending, `v4/openim/batchsendmsg` |
//!
//! [`picture`] reads of a picture's bytes what the vendors want to know.
//!
//! | error | when |
//! |---|---|
//! | [`Invalid`] | a value breaks a documented rule: it has the place, the limit, what was found, and what to do |
//!
//! ```
//! use batchcast_model::lark::{BatchMessage, Message, Recipients};
//! use batchcast_model::IdKind;
//!
//! let message = Message::text("The office closes at 17:00 today.")?;
//! let people = Recipients::new().with_ids(IdKind::OpenId, ["ou_1", "ou_2"])?;
//! let request = BatchMessage::new(message, people)?;
//! assert_eq!(
//!     serde_json::to_value(&request)?,
//!     serde_json::json!({
//!         "msg_type": "text",
//!         "content": {"text": "The office closes at 17:00 today."},
//!         "open_ids": ["ou_1", "ou_2"],
//!     }),
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cursor;
mod id_kind;
mod invalid;
pub mod json;
pub mod lark;
mod path;
pub mod picture;
mod recipient;
pub mod tim;
mod warning;

pub use id_kind::IdKind;
pub use invalid::{Invalid, Problem};
pub use recipient::{MAX_ACCOUNT_BYTES, MAX_EMAIL_BYTES, MAX_ID_BYTES, Recipient};
pub use warning::Warning;
