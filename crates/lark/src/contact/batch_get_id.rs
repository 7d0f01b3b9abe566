//! `POST contact/v3/users/batch_get_id`: the ids behind e-mail addresses and mobile numbers.

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::path::Path;
use batchcast_transport::wire::{Request, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::UserIdType;
use crate::answer;
use crate::codes::Call;

/// The country's code that numbers of the mainland of China may be asked for without.
const MAINLAND: &str = "+86";

/// The most e-mail addresses of one call, and the most mobile numbers beside them.
pub const MAX_ADDRESSES: usize = 50;

/// The ids behind at most 50 e-mail addresses and 50 mobile numbers. [`LookupBatches`](super::LookupBatches) makes as
/// many of these as many addresses need.
///
/// Enterprise mailboxes are not found by their address, and a mobile number from outside the mainland of China needs
/// its `+` and country code. People who have left are not looked for. "Obtain user ID via email or mobile number" (Lark
/// and Feishu, undated). Scope: `contact:user.id:readonly`. 1000 a minute, 50 a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct BatchGetId {
    id_type: UserIdType,
    asked: Vec<Recipient>,
}

impl BatchGetId {
    /// Looks up these addresses.
    ///
    /// # Errors
    /// [`BadLookup`] where there is none, where there are more than [`MAX_ADDRESSES`] of a kind, and where one is
    /// neither an [`Email`](IdKind::Email) nor a [`Mobile`](IdKind::Mobile).
    pub fn new(id_type: UserIdType, addresses: impl IntoIterator<Item = Recipient>) -> Result<Self, BadLookup> {
        let asked: Vec<_> = addresses.into_iter().collect();
        if let Some(other) = asked.iter().find(|asked| !matches!(asked.kind(), IdKind::Email | IdKind::Mobile)) {
            return Err(BadLookup::Kind { found: other.kind() });
        }
        for kind in [IdKind::Email, IdKind::Mobile] {
            let found = asked.iter().filter(|asked| asked.kind() == kind).count();
            if found > MAX_ADDRESSES {
                return Err(BadLookup::TooMany { kind, found });
            }
        }
        if asked.is_empty() { Err(BadLookup::Empty) } else { Ok(Self { id_type, asked }) }
    }

    /// What it looks up.
    #[must_use]
    pub fn addresses(&self) -> &[Recipient] {
        &self.asked
    }

    fn list(&self, kind: IdKind) -> Vec<&str> {
        self.asked.iter().filter(|asked| asked.kind() == kind).map(Recipient::id).collect()
    }

    /// What the answer says of each, in the order in which they were asked: the order of the answer is not documented.
    fn lookups(&self, data: &Value) -> Option<Vec<Lookup>> {
        let rows = data.get("user_list")?.as_array()?;
        let rows = rows.iter().map(|row| Row::deserialize(row).ok()).collect::<Option<Vec<_>>>()?;
        // Somebody was found by an address that was not asked for, and of one that was there is no word: it may be the same
        // in another spelling, and to take it for not found would lose them.
        let is_stranger = |row: &&Row| row.is_somebody() && !self.asked.iter().any(|asked| row.answers(asked));
        let has_no_word = |asked: &&Recipient| !rows.iter().any(|row| row.answers(asked));
        if rows.iter().any(|row| is_stranger(&row)) && self.asked.iter().any(|asked| has_no_word(&asked)) {
            return None;
        }
        self.asked.iter().map(|asked| self.lookup(asked, &rows)).collect()
    }

    /// `None` where the answer gives two people for one address: to send to either would be a guess.
    fn lookup(&self, asked: &Recipient, rows: &[Row]) -> Option<Lookup> {
        let mut lookup = Lookup { asked: asked.clone(), found: None, status: None };
        for row in rows.iter().filter(|row| row.answers(asked)) {
            lookup.status = lookup.status.or(row.status);
            let Some(id) = row.user_id.as_deref().filter(|id| !id.is_empty()) else { continue };
            let id = Recipient::new(self.id_type.kind(), id).ok()?;
            if *lookup.found.get_or_insert_with(|| id.clone()) != id {
                return None;
            }
        }
        Some(lookup)
    }
}

impl Operation for BatchGetId {
    type Output = Vec<Lookup>;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let path = Path::new("/open-apis/contact/v3/users/batch_get_id").with_query("user_id_type", self.id_type);
        let mut body = Map::new();
        for (name, kind) in [("emails", IdKind::Email), ("mobiles", IdKind::Mobile)] {
            let list = self.list(kind);
            if !list.is_empty() {
                body.insert(name.to_owned(), json!(list));
            }
        }
        Request::post_json(endpoint.join(&path.to_string())?, &body)
    }

    fn parse(&self, response: &Response) -> Verdict<Vec<Lookup>> {
        answer::data(Call::Contact, response, |data| self.lookups(data))
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("contact/v3/users.batch_get_id")
    }
}

/// What became of one address.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lookup {
    /// The address, as it was asked for.
    pub asked: Recipient,
    /// Who it is, by the id that was asked for; `None` where there is nobody of that address, or nobody whom the app
    /// may see, or the person has left: the vendor does not say which.
    pub found: Option<Recipient>,
    /// How it stands with that person, where the app has a scope that shows it.
    pub status: Option<UserStatus>,
}

/// How it stands with a person's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct UserStatus {
    /// Suspended.
    pub is_frozen: bool,
    /// Has left.
    pub is_resigned: bool,
    /// Has signed in.
    pub is_activated: bool,
    /// Has gone by themselves.
    pub is_exited: bool,
    /// Has not joined yet.
    pub is_unjoin: bool,
}

#[derive(Debug, Deserialize)]
struct Row {
    user_id: Option<String>,
    email: Option<String>,
    mobile: Option<String>,
    status: Option<UserStatus>,
}

impl Row {
    fn is_somebody(&self) -> bool {
        self.user_id.as_deref().is_some_and(|id| !id.is_empty())
    }

    /// A mail system may write an address in its own case, and a number of the mainland may come back with its country's
    /// code.
    fn answers(&self, asked: &Recipient) -> bool {
        match asked.kind() {
            IdKind::Email => self.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(asked.id())),
            _ => self
                .mobile
                .as_deref()
                .is_some_and(|mobile| mobile == asked.id() || mobile.strip_prefix(MAINLAND) == Some(asked.id())),
        }
    }
}

/// Why addresses cannot be looked up together. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadLookup {
    /// There is none.
    #[error("addresses: there is none to look up")]
    Empty,
    /// There are too many of a kind.
    #[error(
        "addresses: too many: the limit is {MAX_ADDRESSES} of each kind, found {found} of {kind}; look them up in batches"
    )]
    TooMany {
        /// The kind.
        kind: IdKind,
        /// How many there are.
        found: usize,
    },
    /// One is an id already.
    #[error("addresses: only email and mobile can be looked up, found {found}")]
    Kind {
        /// Its kind.
        found: IdKind,
    },
}
