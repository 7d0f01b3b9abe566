//! What the calls that follow a message say: recalling it, changing it, clearing a history. They say nothing about a
//! batch.

use batchcast_transport::class::Class;

use super::{Code, Source};

pub(super) const CODES: &[Code] = &[
    Code {
        code: 20016,
        text: "Exceeding the time limit for recall.",
        meaning: "A client may not recall the message any more; for an administrator there is no limit of time.",
        remedy: "Recall as administrator (admin_msgwithdraw).",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    },
    Code {
        code: 20018,
        text: "Internal error.",
        meaning: "A history could not be deleted, for a fault of the vendor's.",
        remedy: "Delete it again.",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    },
    Code {
        code: 20022,
        text: "Message does not exist.",
        meaning: "There is no such message in this conversation.",
        remedy: "Check sender, recipient and MsgKey; for a batch every recipient is recalled one by one, with the MsgKey of the batch.",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    },
    Code {
        code: 20023,
        text: "Message revoked.",
        meaning: "The message was recalled already.",
        remedy: "Nothing to do.",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    },
    Code {
        code: 20027,
        text: "Message version number conflict.",
        meaning: "Somebody else changed the message in between.",
        remedy: "Fetch the message and change it again.",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    },
    Code {
        code: 20028,
        text: "Concurrent message modification caused conflicts.",
        meaning: "Somebody else is changing the message at this moment.",
        remedy: "Change it again.",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    },
    Code {
        code: 90054,
        text: "MsgKey field error.",
        meaning: "The MsgKey of the recall is not valid.",
        remedy: "Pass the MsgKey of the answer unchanged.",
        class: Class::Unknown,
        source: Source::ErrorCodes,
    },
];
