//! One way to misbehave.

use std::time::Duration;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::faults::error::FaultPlanError;

/// What is done to a request that a [`FaultRule`](crate::FaultRule) matches; see [`FaultPlan`](crate::FaultPlan).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Processed on arrival, answered so much later.
    Delay(Duration),
    /// Not processed: this is the answer.
    #[non_exhaustive]
    Status {
        /// From 200 to 599.
        status: StatusCode,
        /// Nothing is added to them but the length of the body.
        headers: HeaderMap,
        /// As it is.
        body: String,
    },
    /// Not processed: refused with this business code, in the form of the vendor whose path it is.
    #[non_exhaustive]
    Code {
        /// Not 0, which would say that the request was accepted.
        code: i64,
        /// The text in place of the one that the vendor's document has for the code.
        msg: Option<String>,
        /// The HTTP status in place of the one that the vendor's document has for the code; from 200 to 599.
        status: Option<StatusCode>,
    },
    /// Processed, and refused with this business code all the same, as by a vendor whose internals failed after it had
    /// delivered.
    #[non_exhaustive]
    CodeAfter {
        /// As of [`Code`](Self::Code).
        code: i64,
        /// As of [`Code`](Self::Code).
        msg: Option<String>,
        /// As of [`Code`](Self::Code).
        status: Option<StatusCode>,
    },
    /// Not processed: the connection is reset.
    ResetBefore,
    /// Processed, and then the connection is reset in place of an answer.
    ResetAfter,
    /// Processed; the connection is closed after so many bytes of the answer's body, or after all of them where it has fewer.
    Truncate(usize),
    /// Processed, and answered with HTTP 200 and a body that is no JSON.
    Garbage,
    /// Processed, and answered byte by byte with so long before each byte of the body.
    Slow(Duration),
    /// All tokens given out so far are refused from now on, and this request is processed after that: it is refused where it
    /// needs a token. So is every TIM signature that was made in an earlier second, and this request itself.
    ExpireToken,
}

impl Fault {
    /// A refusal with the text and the status of the vendor's document.
    ///
    /// # Errors
    ///
    /// When the code is 0.
    pub fn code(code: i64) -> Result<Self, FaultPlanError> {
        if code == 0 {
            let why = "a code of 0 says that the request was accepted, and it is not processed; take another code";
            return Err(FaultPlanError::new(why));
        }
        Ok(Self::Code { code, msg: None, status: None })
    }

    /// The same with this text, for a code whose meaning depends on it: 11246 with `Service Internal Error`.
    ///
    /// # Errors
    ///
    /// When the code is 0.
    pub fn code_saying(code: i64, msg: impl Into<String>) -> Result<Self, FaultPlanError> {
        Self::code(code)?;
        Ok(Self::Code { code, msg: Some(msg.into()), status: None })
    }

    /// The same with this HTTP status, in place of the one that the vendor's document has.
    ///
    /// # Errors
    ///
    /// When the code is 0, or the status is not from 200 to 599.
    pub fn code_at(code: i64, status: u16) -> Result<Self, FaultPlanError> {
        Self::code(code)?;
        Ok(Self::Code { code, msg: None, status: Some(final_status(status)?) })
    }

    /// The same refusal as [`code`](Self::code), of a request that was processed.
    ///
    /// # Errors
    ///
    /// When the code is 0.
    pub fn code_after(code: i64) -> Result<Self, FaultPlanError> {
        Self::code(code)?;
        Ok(Self::CodeAfter { code, msg: None, status: None })
    }

    /// An answer that is not the vendor's.
    ///
    /// # Errors
    ///
    /// When the status is not from 200 to 599, or the headers say how long the body is, which is the server's to say.
    pub fn status(status: u16, headers: HeaderMap, body: impl Into<String>) -> Result<Self, FaultPlanError> {
        if let Some(framing) = FRAMING.iter().find(|&name| headers.contains_key(name)) {
            let why = format!("{framing} says how long the answer is, which is the server's business; leave it out");
            return Err(FaultPlanError::new(why));
        }
        Ok(Self::Status { status: final_status(status)?, headers, body: body.into() })
    }

    /// Whether the answer is somebody else's than the vendor's.
    pub(crate) fn is_foreign(&self) -> bool {
        matches!(self, Self::Status { .. } | Self::Garbage)
    }

    /// As it is called in JSON and in the request log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Delay(_) => "delay",
            Self::Status { .. } => "status",
            Self::Code { .. } => "code",
            Self::CodeAfter { .. } => "code_after",
            Self::ResetBefore => "reset_before",
            Self::ResetAfter => "reset_after",
            Self::Truncate(_) => "truncate",
            Self::Garbage => "garbage",
            Self::Slow(_) => "slow",
            Self::ExpireToken => "expire_token",
        }
    }
}

/// Headers that would break the connection where they lie.
const FRAMING: [HeaderName; 2] = [CONTENT_LENGTH, TRANSFER_ENCODING];

/// A status that an answer can end with: those below 200 announce another one.
pub(crate) fn final_status(status: u16) -> Result<StatusCode, FaultPlanError> {
    let known = StatusCode::from_u16(status).ok().filter(|_| (200..=599).contains(&status));
    known.ok_or_else(|| FaultPlanError::new(format!("status must be from 200 to 599, found {status}")))
}
