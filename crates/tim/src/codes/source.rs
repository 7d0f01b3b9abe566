//! The documents that the codes come from.

use std::fmt;

/// Where the wording or the meaning of a code is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The list of error codes of Tencent Cloud Chat (1047/34348, trtc.io/document/34348), as of 2025.
    ErrorCodes,
    /// The same list in Chinese as it was six years before, for codes that are gone from it.
    ErrorCodes2019,
    /// The page of batchsendmsg in its first form.
    BatchSendMsg2016,
    /// The page of im_push, pushing to all users.
    AllMemberPush,
    /// The page of account_check.
    AccountCheck,
    /// The page of account_import.
    AccountImport,
    /// Reports of users; no document of the vendor has the code.
    FieldReports,
}

impl Source {
    /// The name of the document.
    #[must_use]
    pub const fn document(self) -> &'static str {
        match self {
            Self::ErrorCodes | Self::ErrorCodes2019 => "Tencent Cloud Chat, Error Codes",
            Self::BatchSendMsg2016 => "Tencent Cloud Chat, Sending One-to-One Messages to Multiple Users",
            Self::AllMemberPush => "Tencent Cloud Chat, Pushing to All Users",
            Self::AccountCheck => "Tencent Cloud Chat, Querying Accounts",
            Self::AccountImport => "Tencent Cloud Chat, Importing a Single Account",
            Self::FieldReports => "reports of users",
        }
    }

    /// The year of the document, as `YYYY`, if it is known.
    #[must_use]
    pub const fn date(self) -> Option<&'static str> {
        match self {
            Self::ErrorCodes => Some("2025"),
            Self::AccountImport => Some("2024"),
            Self::ErrorCodes2019 => Some("2019"),
            Self::BatchSendMsg2016 => Some("2016"),
            Self::AllMemberPush | Self::AccountCheck | Self::FieldReports => None,
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
