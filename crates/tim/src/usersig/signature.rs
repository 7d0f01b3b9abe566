//! What signing makes: [`UserSig`].

use batchcast_transport::time::Unix;
use secrecy::{ExposeSecret, SecretString};

/// A UserSig. Whoever has it can act as its account until it expires, so it is never shown, not by `Debug` either.
///
/// Its letters are `A-Z a-z 0-9 * - _`, so it can stand in the query of an address as it is. The same one may be used
/// until it expires ("REST API", 2019).
#[derive(Debug, Clone)]
#[must_use]
pub struct UserSig {
    text: SecretString,
    expires_at: Unix,
}

impl UserSig {
    pub(super) fn new(text: String, expires_at: Unix) -> Self {
        Self { text: text.into(), expires_at }
    }

    /// The text, for the parameter `usersig`.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.text.expose_secret()
    }

    /// The text as a secret, for what carries or hides secrets.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.text
    }

    /// The last second in which it is good, by its beginning.
    #[must_use]
    pub const fn expires_at(&self) -> Unix {
        self.expires_at
    }
}
