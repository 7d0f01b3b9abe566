//! What a UserSig says: [`Claims`].

use std::time::Duration;

use batchcast_transport::time::Unix;
use secrecy::{ExposeSecret, SecretString};

use super::statement::Statement;
use super::{SdkAppId, SecretKey};

/// What a UserSig says. Nobody has vouched for it unless it comes from [`verify`](super::verify()) or
/// [`verify_signature`](Self::verify_signature) says so.
///
/// The signature is enough to make the UserSig again, so `Debug` hides it.
#[derive(Debug, Clone)]
pub struct Claims {
    version: String,
    statement: Statement,
    sig: SecretString,
}

impl Claims {
    pub(super) fn new(version: String, statement: Statement, sig: &str) -> Self {
        Self { version, statement, sig: sig.into() }
    }

    /// `TLS.ver`: `2.0`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// `TLS.identifier`: the account.
    #[must_use]
    pub fn identifier(&self) -> &str {
        &self.statement.identifier
    }

    /// `TLS.sdkappid`: the app.
    #[must_use]
    pub const fn sdkappid(&self) -> SdkAppId {
        self.statement.sdkappid
    }

    /// `TLS.time`: when it was signed, in whole seconds; the end of time where the number is too large for a [`Unix`].
    #[must_use]
    pub const fn issued_at(&self) -> Unix {
        Unix::from_secs(self.statement.issued_at)
    }

    /// `TLS.expire`: how long it is good from then on.
    #[must_use]
    pub const fn valid_for(&self) -> Duration {
        self.statement.valid_for
    }

    /// The last second in which it is good, by its beginning; the end of time where the two numbers together are too
    /// large for a [`Unix`].
    #[must_use]
    pub const fn expires_at(&self) -> Unix {
        self.statement.expires_at()
    }

    /// Whether it is no longer good: the second that begins at [`expires_at`](Self::expires_at) is over.
    #[must_use]
    pub const fn is_expired(&self, now: Unix) -> bool {
        self.statement.is_expired(now)
    }

    /// `TLS.userbuf`, decoded: what was signed beside the account.
    #[must_use]
    pub fn userbuf(&self) -> Option<&[u8]> {
        self.statement.userbuf.as_deref()
    }

    /// `TLS.sig`: the HMAC, in standard base64 where it is a real one. It is as secret as the UserSig.
    #[must_use]
    pub fn expose_sig(&self) -> &str {
        self.sig.expose_secret()
    }

    /// The text that is signed, to hold against another implementation. It has no secret in it.
    #[must_use]
    pub fn string_to_sign(&self) -> String {
        self.statement.to_text()
    }

    /// Whether this key signed it, compared in constant time. Neither the time nor whom it is for is looked at.
    #[must_use]
    pub fn verify_signature(&self, key: &SecretKey) -> bool {
        self.statement.is_signed_by(self.expose_sig(), key)
    }
}
