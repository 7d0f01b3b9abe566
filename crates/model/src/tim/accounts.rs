//! The accounts of a request.

use std::collections::HashMap;

use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::cursor::{Cursor, Fields};
use crate::id_kind::IdKind;
use crate::invalid::{Invalid, Problem};
use crate::recipient::Recipient;

/// `To_Account`: accounts in their order.
///
/// There may be more than one request takes: [`BatchMessage::new`](super::BatchMessage::new) refuses those, and
/// [`Message::batches`](super::Message::batches) cuts them.
///
/// ```
/// use batchcast_model::tim::Accounts;
///
/// let accounts = Accounts::new().with_ids(["bonnie", "rong"])?;
/// assert_eq!(accounts.len(), 2);
/// let refused = accounts.with_ids(["a".repeat(33)]).unwrap_err();
/// assert_eq!(refused.to_string(), "To_Account[2]: too large: the limit is 32 bytes, found 33");
/// # Ok::<(), batchcast_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    list: Vec<Recipient>,
}

pub(super) const TO_ACCOUNT: &str = "To_Account";

impl Accounts {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds accounts.
    ///
    /// # Errors
    ///
    /// What cannot be an account ([`Recipient::new`]), at a place such as `To_Account[3]`.
    pub fn with_ids<I>(mut self, ids: I) -> Result<Self, Invalid>
    where
        I: IntoIterator,
        I::Item: Into<Box<str>>,
    {
        for id in ids {
            let account = Recipient::new(IdKind::Account, id);
            self.list.push(account.map_err(|refused| refused.with_place(place(self.list.len())))?);
        }
        Ok(self)
    }

    /// Adds one account at the end.
    ///
    /// # Errors
    ///
    /// A recipient of another kind.
    pub fn push(&mut self, recipient: Recipient) -> Result<(), Invalid> {
        Self::check(recipient.kind())?;
        self.list.push(recipient);
        Ok(())
    }

    /// Everybody, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Recipient> {
        self.list.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Refuses the kinds of id that are no accounts; the place is the kind's name.
    pub(super) fn check(kind: IdKind) -> Result<(), Invalid> {
        let hint = match kind {
            IdKind::Account => return Ok(()),
            IdKind::Email | IdKind::Mobile => {
                "batchsendmsg takes accounts only, and TIM looks up neither e-mail addresses nor mobile numbers; name \
                 the accounts"
            }
            IdKind::OpenId | IdKind::UserId | IdKind::UnionId | IdKind::DepartmentId => {
                "belongs to Feishu and Lark; batchsendmsg takes accounts only"
            }
        };
        Err(Invalid::new(kind, Problem::not_allowed(kind.as_str())).with_hint(hint))
    }

    pub(super) fn read(body: &mut Fields<'_>) -> Result<Self, Invalid> {
        let Some(field) = body.take(TO_ACCOUNT) else {
            return Ok(Self::default());
        };
        if field.is_string() {
            let refused = field.refuse_type("an array");
            return Err(refused.with_hint("one string is what sendmsg takes; batchsendmsg takes an array of them"));
        }
        Ok(Self { list: field.each(account)? })
    }

    /// Refuses an account that stands there twice.
    pub(super) fn refuse_repeated(&self) -> Result<(), Invalid> {
        let mut first = HashMap::new();
        for (index, account) in self.list.iter().enumerate() {
            if let Some(first) = first.insert(account.id(), index) {
                return Err(Self::repeated(place(first)).with_place(place(index)));
            }
        }
        Ok(())
    }

    pub(super) fn repeated(first: String) -> Invalid {
        Invalid::new("", Problem::Repeated { first })
            .with_hint("name everybody once: whether the vendor delivers twice is not documented")
    }
}

/// An account in a body: `To_Account[N]`, `From_Account`.
pub(super) fn account(field: Cursor<'_>) -> Result<Recipient, Invalid> {
    if !field.is_string() {
        return Err(field.refuse_type("a string").with_hint("accounts are strings: put it in quotes"));
    }
    field.parsed(|id| Recipient::new(IdKind::Account, id))
}

fn place(index: usize) -> String {
    format!("{TO_ACCOUNT}[{index}]")
}

impl IntoIterator for Accounts {
    type Item = Recipient;
    type IntoIter = std::vec::IntoIter<Recipient>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl Serialize for Accounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids = serializer.serialize_seq(Some(self.len()))?;
        for account in &self.list {
            ids.serialize_element(account.id())?;
        }
        ids.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order() {
        let mut accounts = Accounts::new().with_ids(["rong", "bonnie"]).unwrap();
        accounts.push(Recipient::new(IdKind::Account, "李四").unwrap()).unwrap();
        let ids: Vec<_> = accounts.iter().map(Recipient::id).collect();
        assert_eq!(ids, ["rong", "bonnie", "李四"]);
        assert_eq!(accounts.len(), 3);
        assert_eq!(accounts.into_iter().count(), 3);
    }

    #[test]
    fn the_other_kinds_say_what_to_do() {
        #[track_caller]
        fn check(kind: IdKind, id: &str, expected: &str) {
            let refused = Accounts::new().push(Recipient::new(kind, id).unwrap()).unwrap_err();
            assert_eq!(refused.place(), kind.as_str());
            assert!(refused.to_string().contains(expected), "{refused}");
        }
        check(IdKind::OpenId, "ou_1", "belongs to Feishu and Lark");
        check(IdKind::DepartmentId, "od-1", "belongs to Feishu and Lark");
        check(IdKind::Email, "a@example.com", "TIM looks up neither");
        check(IdKind::Mobile, "+8613800000000", "TIM looks up neither");
    }
}
