//! The key of an app: [`SecretKey`].

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The SecretKey of an app, from the console's basic information. It is never shown, not by `Debug` either.
///
/// The key is its text. It looks like hexadecimal and is not decoded: that is the usual cause of a 70009.
#[derive(Debug, Clone)]
pub struct SecretKey(SecretString);

/// What cannot be a [`SecretKey`]. The text does not repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadSecretKey {
    /// Nothing at all.
    #[error("the SecretKey is empty; copy it from the console, under the app's basic information")]
    Empty,
    /// White space, a control character, or anything that is not ASCII.
    #[error(
        "the SecretKey has white space, a line break or another character that no SecretKey has, {at} bytes into it; \
         copy it again from the console"
    )]
    Character {
        /// How many bytes stand before it.
        at: usize,
    },
}

impl SecretKey {
    /// The key with this text. The console's keys are 64 hexadecimal digits; that is not asked for here, since no
    /// document promises it.
    ///
    /// # Errors
    /// [`BadSecretKey`] for no text, and for white space or anything but printable ASCII in it.
    pub fn new(text: impl Into<SecretString>) -> Result<Self, BadSecretKey> {
        let text = text.into();
        if text.expose_secret().is_empty() {
            return Err(BadSecretKey::Empty);
        }
        match text.expose_secret().bytes().position(|byte| !byte.is_ascii_graphic()) {
            Some(at) => Err(BadSecretKey::Character { at }),
            None => Ok(Self(text)),
        }
    }

    /// The key itself, for what hides secrets.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.0
    }

    /// The HMAC-SHA256 of `text`, ready to be read or compared.
    pub(super) fn mac(&self, text: &str) -> Hmac<Sha256> {
        let key = self.0.expose_secret().as_bytes();
        let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
        mac.chain_update(text.as_bytes())
    }
}
