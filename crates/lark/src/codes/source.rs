//! The documents that the codes come from.

use std::fmt;

/// Where the wording or the meaning of a code is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Lark's page of batch_send.
    LarkBatchSend,
    /// Feishu's page of batch_send, the newer of the two.
    FeishuBatchSend,
    /// The list of generic error codes of the open platform.
    ServerErrorCodes,
    /// The guide on how often a call may be made.
    RateLimits,
    /// What the generic list and the questions and answers about messaging say of sending.
    MessagingErrors,
    /// The pages of recall, read counts and progress of a batch message.
    BatchMessageTasks,
    /// The page of sending a single message.
    SendMessage,
    /// The page of uploading an image.
    UploadImage,
    /// The page of listing the departments below one.
    SubDepartments,
    /// Answers of the live service, recorded without credentials.
    LiveAnswers,
    /// Reports of users; no document of the vendor has the code.
    FieldReports,
}

impl Source {
    /// The name of the document.
    #[must_use]
    pub const fn document(self) -> &'static str {
        match self {
            Self::LarkBatchSend => "Lark, Send messages in batches",
            Self::FeishuBatchSend => "Feishu, Send messages in batches",
            Self::ServerErrorCodes => "Lark and Feishu, Generic error codes",
            Self::RateLimits => "Lark and Feishu, Rate limits",
            Self::MessagingErrors => "Lark, Generic error codes and Messaging FAQs",
            Self::BatchMessageTasks => "Lark, Batch message: recall, read users, progress",
            Self::SendMessage => "Lark, Send message",
            Self::UploadImage => "Lark, Upload image",
            Self::SubDepartments => "Lark, Obtain the list of sub-departments",
            Self::LiveAnswers => "answers of the live service",
            Self::FieldReports => "reports of users",
        }
    }

    /// The day of the document, as `YYYY-MM-DD`, if it bears one.
    #[must_use]
    pub const fn date(self) -> Option<&'static str> {
        match self {
            Self::LarkBatchSend => Some("2024-06-05"),
            Self::FeishuBatchSend => Some("2026-03-03"),
            Self::LiveAnswers => Some("2026-09-11"),
            Self::ServerErrorCodes
            | Self::RateLimits
            | Self::MessagingErrors
            | Self::BatchMessageTasks
            | Self::SendMessage
            | Self::UploadImage
            | Self::SubDepartments
            | Self::FieldReports => None,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => write!(f, "{} ({date})", self.document()),
            None => f.write_str(self.document()),
        }
    }
}
