//! What the message itself must look like, by type.

use serde_json::{Map, Value};

use crate::directory::Directory;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::envelope::{MsgType, invalid};
use crate::feishu::images::UsableImages;
use crate::feishu::{card, post};
use crate::ids;

/// Checks `content`, or `card` for interactive.
pub(crate) fn check(
    msg_type: MsgType,
    message: &Map<String, Value>,
    images: UsableImages<'_>,
    directory: &Directory,
) -> Result<(), Refusal> {
    match msg_type {
        MsgType::Text => text(message),
        MsgType::Image => images.check(required(message, "image_key")?),
        MsgType::ShareChat => share_chat(required(message, "share_chat_id")?),
        MsgType::Post => post::check(message, images),
        MsgType::Interactive => card::check(message, images, directory),
    }
}

fn text(content: &Map<String, Value>) -> Result<(), Refusal> {
    if required(content, "text")?.is_empty() {
        return Err(invalid("content.text must not be empty"));
    }
    Ok(())
}

fn share_chat(chat: &str) -> Result<(), Refusal> {
    if !chat.starts_with("oc_") || ids::is_unknown(chat) {
        return Err(codes::CHAT_NOT_FOUND.refusal());
    }
    Ok(())
}

fn required<'a>(content: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    match content.get(name) {
        Some(Value::String(value)) => Ok(value),
        Some(_) => Err(invalid(format_args!("content.{name} must be a string"))),
        None => Err(invalid(format_args!("content.{name} is required"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::testing::{check_accepted, check_refusal};

    fn body(msg_type: &str, content: &Value) -> String {
        json!({"msg_type": msg_type, "content": content, "open_ids": ["ou_1"]}).to_string()
    }

    #[test]
    fn contents_that_pass() {
        fn check(msg_type: &str, content: Value) {
            check_accepted(&body(msg_type, &content));
        }
        check("text", json!({"text": "test content"}));
        check("text", json!({"text": "Service Internal Error"}));
        check("image", json!({"image_key": "img_v2_8e5a80ec-4d94-4bb2-84d5-e25d6c28dacj"}));
        check("image", json!({"image_key": "xxx-xxx-xxx-xxx-xxx"}));
        check("share_chat", json!({"share_chat_id": "oc_84983ff6516d731e5b5f68d4ea2e1da5"}));
    }

    #[test]
    fn contents_that_are_refused() {
        fn check(msg_type: &str, content: Value, code: i64, msg: &str) {
            check_refusal(&body(msg_type, &content), code, msg);
        }
        check("text", json!({}), 10003, "Invalid parameter. content.text is required");
        check("text", json!({"text": 5}), 10003, "Invalid parameter. content.text must be a string");
        check("text", json!({"text": ""}), 10003, "Invalid parameter. content.text must not be empty");
        check("image", json!({"key": "img_1"}), 10003, "Invalid parameter. content.image_key is required");
        check("image", json!({"image_key": ""}), 11227, "Image key not exist.");
        check("image", json!({"image_key": "img_invalid"}), 11227, "Image key not exist.");
        check("share_chat", json!({"chat_id": "oc_1"}), 10003, "Invalid parameter. content.share_chat_id is required");
        check("share_chat", json!({"share_chat_id": "ou_1"}), 11231, "Chat not found.");
        check("share_chat", json!({"share_chat_id": ""}), 11231, "Chat not found.");
        check("share_chat", json!({"share_chat_id": "oc_1_invalid"}), 11231, "Chat not found.");
    }
}
