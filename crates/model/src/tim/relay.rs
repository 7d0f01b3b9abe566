//! `TIMRelayElem`.

use serde_json::{Map, Value};

use super::record::record;

record! {
    /// Merged messages that are forwarded as one. They travel in `MsgList`, or, where they are over 12 K, by the key
    /// under which they are stored, in `JsonMsgKey`.
    pub struct Relay {
        /// What stands above them.
        with_title(title) text "Title",
        /// How many they are.
        with_msg_num(msg_num) whole "MsgNum",
        /// What clients show that do not know this element.
        with_compatible_text(compatible_text) text "CompatibleText",
        /// The first lines, as a preview.
        with_abstract_list(abstract_list) [Vec<String>] "AbstractList",
        /// The messages, each as it is: `From_Account`, `To_Account` or `GroupId`, `MsgSeq`, `MsgRandom`,
        /// `MsgTimeStamp`, `MsgBody`, `CloudCustomData`.
        with_msg_list(msg_list) [Vec<Map<String, Value>>] "MsgList",
        /// The key of the messages, where they are over 12 K.
        with_json_msg_key(json_msg_key) text "JsonMsgKey",
    }
}
