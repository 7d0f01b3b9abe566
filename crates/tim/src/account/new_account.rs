//! An account to import: [`NewAccount`].

use batchcast_model::Recipient;
use serde_json::{Map, Value};

use super::BadAccounts;
use super::bad_accounts::account;

/// The longest nickname, and the longest address of a picture, in bytes ("Importing a Single Account", 2024-07-09;
/// 40601 beyond).
pub const MAX_PROFILE_BYTES: usize = 500;

/// An account to import, with the nickname and the picture that it is to have.
///
/// Where the account exists already, what is given here takes the place of what it had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct NewAccount {
    account: Recipient,
    nick: Option<String>,
    face_url: Option<String>,
}

impl NewAccount {
    /// An account of this name, without a profile.
    ///
    /// # Errors
    /// [`BadAccounts::Kind`] for an id of another kind.
    pub fn new(recipient: Recipient) -> Result<Self, BadAccounts> {
        Ok(Self { account: account(recipient)?, nick: None, face_url: None })
    }

    /// With this nickname.
    ///
    /// # Errors
    /// [`BadAccounts::LongProfile`] above [`MAX_PROFILE_BYTES`].
    pub fn with_nick(self, nick: impl Into<String>) -> Result<Self, BadAccounts> {
        Ok(Self { nick: Some(profile(NICK, nick.into())?), ..self })
    }

    /// With the picture at this address.
    ///
    /// # Errors
    /// [`BadAccounts::LongProfile`] above [`MAX_PROFILE_BYTES`].
    pub fn with_face_url(self, url: impl Into<String>) -> Result<Self, BadAccounts> {
        Ok(Self { face_url: Some(profile(FACE_URL, url.into())?), ..self })
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &Recipient {
        &self.account
    }

    pub(super) const fn has_profile(&self) -> bool {
        self.nick.is_some() || self.face_url.is_some()
    }

    /// `UserID`, `Nick` and `FaceUrl`. The page of 2019 calls the first `Identifier`, all since 2022 `UserID`.
    pub(super) fn body(&self) -> Value {
        let fields =
            [("UserID", Some(self.account.id())), (NICK, self.nick.as_deref()), (FACE_URL, self.face_url.as_deref())];
        let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
        Value::Object(Map::from_iter(given))
    }
}

const NICK: &str = "Nick";
const FACE_URL: &str = "FaceUrl";

fn profile(field: &'static str, value: String) -> Result<String, BadAccounts> {
    if value.len() > MAX_PROFILE_BYTES {
        return Err(BadAccounts::LongProfile { field, found: value.len() });
    }
    Ok(value)
}
