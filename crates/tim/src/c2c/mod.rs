//! One-to-one messages, C2C in the vendor's words: sending [one](SendMsg), [taking one back](WithdrawMsg), and the
//! [history](RoamMsgs) of a conversation, in which what became of a batch can be looked up.

mod msg_key;
mod roam_msg;
mod roam_msgs;
mod sendmsg;
mod withdraw;

pub use msg_key::{BadMsgKey, MAX_MSG_KEY_BYTES, MsgKey};
pub use roam_msg::RoamMsg;
pub use roam_msgs::{BadRoamMsgs, MAX_MSGS_PER_PAGE, RoamMsgs};
pub use sendmsg::{KEY_LASTS, SendMsg, SendReceipt};
pub use withdraw::{WithdrawMsg, Withdrawn};
