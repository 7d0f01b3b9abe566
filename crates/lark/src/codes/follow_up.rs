//! Codes of the calls that follow a batch (recall, read counts, progress) and of the newer single
//! send, whose envelope 230099 is the one that the documents show for a broken card.
//!
//! What they lead to there stands in `call.rs`. A batch_send that answered one of them would be in doubt.

use batchcast_transport::class::Class;

use super::{Code, Source};

pub(super) const CODES: &[Code] = &[
    Code {
        code: 230001,
        text: "Your request contains an invalid request parameter.",
        meaning: "A parameter of the request is wrong, as a rule the id of the batch.",
        remedy: "Pass the message_id of batch_send (bm-...) unchanged.",
        class: Class::Unknown,
        source: Source::BatchMessageTasks,
    },
    Code {
        code: 230006,
        text: "Bot ability is not activated.",
        meaning: "The bot ability of the app is not switched on, or not published yet.",
        remedy: "Add Bot in developer console > your app > Add Features, then publish a version.",
        class: Class::Unknown,
        source: Source::BatchMessageTasks,
    },
    Code {
        code: 230009,
        text: "Message can only be recalled within one days.",
        meaning: "The time in which the batch could be taken back is over: one day on Lark, what the tenant's administrator configured on Feishu.",
        remedy: "Send a correction instead; on Feishu the administrator can lengthen the time for later messages.",
        class: Class::Unknown,
        source: Source::BatchMessageTasks,
    },
    Code {
        code: 230012,
        text: "Bot is NOT the sender of the message.",
        meaning: "Another app sent this batch.",
        remedy: "Ask with the credentials of the app that sent it.",
        class: Class::Unknown,
        source: Source::BatchMessageTasks,
    },
    Code {
        code: 230020,
        text: "",
        meaning: "More than five messages a second went to one user or chat by the single send.",
        remedy: "Send more slowly to the same user or chat.",
        class: Class::Unknown,
        source: Source::SendMessage,
    },
    Code {
        code: 230026,
        text: "No permission to recall this message.",
        meaning: "The app may not take this batch back.",
        remedy: "Recall with the credentials of the app that sent it.",
        class: Class::Unknown,
        source: Source::BatchMessageTasks,
    },
    Code {
        code: 230027,
        text: "Lack of necessary permissions.",
        meaning: "The app lacks the scope for this call.",
        remedy: "Grant im:message:send_multi_users or im:message:send_multi_depts in developer console > your app > Permissions & Scopes, then publish a version.",
        class: Class::Unknown,
        source: Source::BatchMessageTasks,
    },
    Code {
        code: 230030,
        text: "The message id is invalid, record not found.",
        meaning: "There is no batch with this id, or none any more: progress and read counts go back 30 days.",
        remedy: "Check the message_id (bm-...), the app and the host; nothing can be asked about an older batch.",
        class: Class::Unknown,
        source: Source::BatchMessageTasks,
    },
    Code {
        code: 230099,
        text: "Failed to create card content",
        meaning: "The card could not be built; this is the single send's counterpart of 11246.",
        remedy: "Find `ErrCode:` in the text of the answer and look its number up: it names the fault in the card.",
        class: Class::Unknown,
        source: Source::FeishuBatchSend,
    },
];
