//! Why accounts cannot be named in a call: [`BadAccounts`].

use batchcast_model::{IdKind, Recipient};

use super::new_account::MAX_PROFILE_BYTES;

/// Why accounts cannot be named in a call. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAccounts {
    /// There is none.
    #[error("accounts: there is none; name at least one")]
    Empty,
    /// There are too many.
    #[error("accounts: too many: the limit of one call is {limit}, found {found}; make several calls of them")]
    TooMany {
        /// How many one call takes.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// One is no account.
    #[error("accounts: {found} is no account of TIM; name accounts alone")]
    Kind {
        /// Its kind.
        found: IdKind,
    },
    /// A nickname, or the address of a picture, is too long.
    #[error("{field}: too long: the limit is {MAX_PROFILE_BYTES} bytes, found {found}; shorten it")]
    LongProfile {
        /// The vendor's name of the field.
        field: &'static str,
        /// How long it is, in bytes.
        found: usize,
    },
}

/// A recipient that is an account.
pub(crate) fn account(recipient: Recipient) -> Result<Recipient, BadAccounts> {
    match recipient.kind() {
        IdKind::Account => Ok(recipient),
        found => Err(BadAccounts::Kind { found }),
    }
}

/// As many accounts as one call takes.
pub(super) fn accounts(
    recipients: impl IntoIterator<Item = Recipient>,
    limit: usize,
) -> Result<Vec<Recipient>, BadAccounts> {
    within(recipients.into_iter().map(account).collect::<Result<_, _>>()?, limit)
}

pub(super) fn within<T>(list: Vec<T>, limit: usize) -> Result<Vec<T>, BadAccounts> {
    match list.len() {
        0 => Err(BadAccounts::Empty),
        found if found > limit => Err(BadAccounts::TooMany { limit, found }),
        _ => Ok(list),
    }
}
