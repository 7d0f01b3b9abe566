//! Feishu and Lark: what `POST /open-apis/message/v4/batch_send/` takes.
//!
//! After "Send messages in batches", Feishu as of 2026-03-03 and Lark as of 2024-06-05. The two are one API on two
//! hosts; where only Feishu's page states a limit, it is kept for both.
//!
//! | type | is |
//! |---|---|
//! | [`Message`] | what everybody gets: text, image, post, shared group, or card. One that exists fits into a request |
//! | [`Recipients`] | the four lists of ids that a request names |
//! | [`BatchMessage`] | both: the body of one request |
//! | [`Planner`] | cuts any number of recipients into the fewest requests |
//! | [`limits`] | the documented numbers |
//!
//! A body is read as the document shows it, and written again with the same value, unknown fields included:
//!
//! ```
//! use batchcast_model::lark::{BatchMessage, MsgType};
//!
//! let text = r#"{"open_ids": ["ou_1"], "msg_type": "text", "content": {"text": "hi"}, "new_field": [1]}"#;
//! let request = BatchMessage::from_json(text)?;
//! assert_eq!(request.message().msg_type(), MsgType::Text);
//! assert_eq!(serde_json::to_value(&request)?, serde_json::from_str::<serde_json::Value>(text)?);
//!
//! let im_v1_habit = r#"{"open_ids": ["ou_1"], "msg_type": "text", "content": "{\"text\":\"hi\"}"}"#;
//! let refused = BatchMessage::from_json(im_v1_habit).unwrap_err();
//! assert!(refused.to_string().starts_with("content: must be an object, found a string"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! More recipients than one request takes are planned:
//!
//! ```
//! use batchcast_model::lark::Message;
//! use batchcast_model::{IdKind, Recipient};
//!
//! let everybody = (0..1000)
//!     .map(|n| Recipient::new(IdKind::OpenId, format!("ou_{n}")))
//!     .collect::<Result<Vec<_>, _>>()?;
//! let requests = Message::share_chat("oc_1")?.batches(everybody)?;
//! assert_eq!(requests.len(), 5);
//! # Ok::<(), batchcast_model::Invalid>(())
//! ```

mod batch;
mod card;
mod content;
mod image;
mod image_files;
pub mod limits;
mod list;
mod message;
mod node;
mod planner;
mod post;
mod recipients;
mod share_chat;
mod template;
mod text;

pub use batch::BatchMessage;
pub use card::{Card, CardKind};
pub use content::{Content, MsgType};
pub use image::Image;
pub use image_files::{IMAGE_FILE, UploadedImage, image_files, replace_image_files};
pub use list::List;
pub use message::Message;
pub use node::{AtNode, ImageNode, LinkNode, Node, OtherNode, TextNode};
pub use planner::Planner;
pub use post::{Post, PostBody};
pub use recipients::Recipients;
pub use share_chat::ShareChat;
pub use template::Template;
pub use text::Text;
