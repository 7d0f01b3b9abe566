//! Signing: [`Signer`].

use std::time::Duration;

use batchcast_model::MAX_ACCOUNT_BYTES;
use batchcast_transport::time::Unix;
use serde_json::json;

use super::statement::Statement;
use super::{SdkAppId, SecretKey, UserSig, VERSION, armor};

/// How long a UserSig is good where nobody says otherwise: 180 days, as in the vendor's packages.
pub const DEFAULT_VALIDITY: Duration = Duration::from_secs(180 * 86_400);

/// The vendor advises not to go below 24 hours (70001 in the list of error codes, 2025). Shorter ones can be signed.
pub const MIN_ADVISED_VALIDITY: Duration = Duration::from_secs(86_400);

/// The longest userbuf that is signed, in bytes. The bound is ours: the one documented use, a PrivateMapKey, is below
/// 200 bytes.
pub const MAX_USERBUF_BYTES: usize = 1024;

/// Signs for the accounts of one app.
#[derive(Debug, Clone)]
pub struct Signer {
    sdkappid: SdkAppId,
    key: SecretKey,
    userbuf: Option<Vec<u8>>,
}

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// No identifier.
    #[error("the identifier is empty; name the account that the UserSig is for")]
    EmptyIdentifier,
    /// An identifier over the limit.
    #[error("the identifier is too long: the limit is {limit} bytes of UTF-8, found {found}")]
    #[non_exhaustive]
    LongIdentifier {
        /// The most that an account may have.
        limit: usize,
        /// What there was.
        found: usize,
    },
    /// A control character in the identifier, such as a line feed, which would end a line of what is signed.
    #[error("the identifier has a control character, {at} bytes into it; no account has one")]
    #[non_exhaustive]
    ControlCharacter {
        /// How many bytes stand before it.
        at: usize,
    },
    /// A validity below one second.
    #[error("the validity is below one second; 24 hours or more are advised")]
    NoValidity,
    /// A userbuf over the limit.
    #[error("the userbuf is too long: the limit is {limit} bytes, found {found}")]
    #[non_exhaustive]
    LongUserbuf {
        /// [`MAX_USERBUF_BYTES`].
        limit: usize,
        /// What there was.
        found: usize,
    },
}

impl Signer {
    /// Signs with the key of this app.
    #[must_use]
    pub const fn new(sdkappid: SdkAppId, key: SecretKey) -> Self {
        Self { sdkappid, key, userbuf: None }
    }

    /// Puts bytes beside the account that are signed as well, at most [`MAX_USERBUF_BYTES`]. Rooms of TRTC ask for
    /// that (PrivateMapKey), messages do not.
    #[must_use]
    pub fn with_userbuf(mut self, userbuf: impl Into<Vec<u8>>) -> Self {
        self.userbuf = Some(userbuf.into());
        self
    }

    /// A UserSig for `identifier`, an account of the app, that is good from `issued_at` until `valid_for` later, that
    /// second included. Fractions of a second are cut off both.
    ///
    /// The time goes into the UserSig. Whether the vendor takes one from the future, and how long a validity at most,
    /// is not documented; [`DEFAULT_VALIDITY`] is in use everywhere.
    ///
    /// The identifier has up to 32 bytes of UTF-8 ([`MAX_ACCOUNT_BYTES`]). One page asks for letters, digits, `_` and
    /// `-`, another for printable ASCII; which of them the server goes by is not known, so only control characters
    /// are refused here.
    ///
    /// # Errors
    /// [`SignError`] for an identifier, a validity or a userbuf outside these bounds.
    pub fn sign(&self, identifier: &str, issued_at: Unix, valid_for: Duration) -> Result<UserSig, SignError> {
        check_identifier(identifier)?;
        if valid_for.as_secs() == 0 {
            return Err(SignError::NoValidity);
        }
        if let Some(found) = self.userbuf.as_ref().map(Vec::len).filter(|len| *len > MAX_USERBUF_BYTES) {
            return Err(SignError::LongUserbuf { limit: MAX_USERBUF_BYTES, found });
        }
        let statement = Statement {
            identifier: identifier.to_owned(),
            sdkappid: self.sdkappid,
            issued_at: issued_at.as_secs(),
            valid_for,
            userbuf: self.userbuf.clone(),
        };
        Ok(UserSig::new(self.seal(&statement), statement.expires_at()))
    }

    fn seal(&self, statement: &Statement) -> String {
        let mut document = json!({
            "TLS.ver": VERSION,
            "TLS.identifier": statement.identifier,
            "TLS.sdkappid": statement.sdkappid.as_u32(),
            "TLS.expire": statement.valid_for.as_secs(),
            "TLS.time": statement.issued_at,
            "TLS.sig": statement.sign(&self.key),
        });
        if let Some(userbuf) = statement.userbuf_text() {
            document["TLS.userbuf"] = userbuf.into();
        }
        armor::seal(document.to_string().as_bytes())
    }
}

/// The rules of an identifier, as far as they are known.
pub(crate) fn check_identifier(identifier: &str) -> Result<(), SignError> {
    if identifier.is_empty() {
        return Err(SignError::EmptyIdentifier);
    }
    if identifier.len() > MAX_ACCOUNT_BYTES {
        return Err(SignError::LongIdentifier { limit: MAX_ACCOUNT_BYTES, found: identifier.len() });
    }
    match identifier.find(char::is_control) {
        Some(at) => Err(SignError::ControlCharacter { at }),
        None => Ok(()),
    }
}
