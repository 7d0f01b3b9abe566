//! The four lists of a request.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use super::list::List;
use crate::cursor::Fields;
use crate::id_kind::IdKind;
use crate::invalid::{Invalid, Problem};
use crate::recipient::Recipient;

/// Recipients in up to four lists, each in its own order.
///
/// There may be more than one request takes: [`BatchMessage::new`](super::BatchMessage::new) refuses those, and
/// [`Message::batches`](super::Message::batches) cuts them.
///
/// ```
/// use batchcast_model::lark::{List, Recipients};
/// use batchcast_model::IdKind;
///
/// let recipients = Recipients::new()
///     .with_ids(IdKind::OpenId, ["ou_1", "ou_2"])?
///     .with_ids(IdKind::DepartmentId, ["od-1"])?;
/// assert_eq!(recipients.len(), 3);
/// assert_eq!(recipients.list(List::OpenIds)[1].id(), "ou_2");
/// # Ok::<(), batchcast_model::Invalid>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    // `None` where the body has no such field: an empty list that was given is written again, one that was not given
    // is never added.
    lists: [Option<Vec<Recipient>>; 4],
}

impl Recipients {
    /// Nobody yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds ids of one kind.
    ///
    /// # Errors
    ///
    /// A kind that `batch_send` has no list for, and an id that cannot be one ([`Recipient::new`]), at a place such
    /// as `open_ids[3]`.
    pub fn with_ids<I>(mut self, kind: IdKind, ids: I) -> Result<Self, Invalid>
    where
        I: IntoIterator,
        I::Item: Into<Box<str>>,
    {
        let list = List::of(kind)?;
        for id in ids {
            let slot = self.lists[list as usize].get_or_insert_default();
            let recipient = Recipient::new(kind, id).map_err(|refused| refused.with_place(place(list, slot.len())))?;
            slot.push(recipient);
        }
        Ok(self)
    }

    /// Adds one recipient at the end of its list.
    ///
    /// # Errors
    ///
    /// A kind that `batch_send` has no list for.
    pub fn push(&mut self, recipient: Recipient) -> Result<(), Invalid> {
        let list = List::of(recipient.kind())?;
        self.lists[list as usize].get_or_insert_default().push(recipient);
        Ok(())
    }

    /// One of the lists; empty where it was not given.
    #[must_use]
    pub fn list(&self, list: List) -> &[Recipient] {
        self.lists[list as usize].as_deref().unwrap_or_default()
    }

    /// Everybody: departments, then open, user and union ids, each list in its order.
    pub fn iter(&self) -> impl Iterator<Item = &Recipient> {
        self.lists.iter().flatten().flatten()
    }

    /// How many there are in all lists; a department counts as one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lists.iter().flatten().map(Vec::len).sum()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The lists that are there, be they empty.
    pub(super) fn given(&self) -> impl Iterator<Item = (List, &[Recipient])> {
        let given = |list| Some((list, self.lists[list as usize].as_deref()?));
        List::ALL.into_iter().filter_map(given)
    }

    pub(super) fn read(body: &mut Fields<'_>) -> Result<Self, Invalid> {
        let mut this = Self::default();
        for list in List::ALL {
            let Some(ids) = body.take(list.name()) else {
                continue;
            };
            let ids = ids.each(|id| id.parsed(|id| Recipient::new(list.kind(), id)))?;
            this.lists[list as usize] = Some(ids);
        }
        Ok(this)
    }

    pub(super) fn write<M: SerializeMap>(&self, body: &mut M) -> Result<(), M::Error> {
        self.given().try_for_each(|(list, ids)| body.serialize_entry(list.name(), &Ids(ids)))
    }

    /// Refuses an id that stands twice in one list. Whether the vendor would deliver twice is not documented.
    pub(super) fn refuse_repeated(&self) -> Result<(), Invalid> {
        for (list, ids) in self.given() {
            let mut first = HashMap::new();
            for (index, recipient) in ids.iter().enumerate() {
                if let Some(first) = first.insert(recipient.id(), index) {
                    return Err(Self::repeated(place(list, first)).with_place(place(list, index)));
                }
            }
        }
        Ok(())
    }

    pub(super) fn repeated(first: String) -> Invalid {
        Invalid::new("", Problem::Repeated { first })
            .with_hint("name everybody once: whether the vendor delivers twice is not documented")
    }
}

impl IntoIterator for Recipients {
    type Item = Recipient;
    type IntoIter = std::vec::IntoIter<Recipient>;

    fn into_iter(self) -> Self::IntoIter {
        let all: Vec<_> = self.lists.into_iter().flatten().flatten().collect();
        all.into_iter()
    }
}

fn place(list: List, index: usize) -> String {
    format!("{}[{index}]", list.name())
}

struct Ids<'a>(&'a [Recipient]);

impl Serialize for Ids<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids = serializer.serialize_seq(Some(self.0.len()))?;
        for recipient in self.0 {
            ids.serialize_element(recipient.id())?;
        }
        ids.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order_of_each_list() {
        let recipients = Recipients::new()
            .with_ids(IdKind::UnionId, ["on_2", "on_1"])
            .and_then(|r| r.with_ids(IdKind::OpenId, ["ou_2"]))
            .and_then(|r| r.with_ids(IdKind::UnionId, vec!["on_3".to_owned()]))
            .unwrap();
        let ids: Vec<_> = recipients.iter().map(Recipient::id).collect();
        assert_eq!(ids, ["ou_2", "on_2", "on_1", "on_3"]);
        assert_eq!(recipients.len(), 4);
        assert!(recipients.list(List::UserIds).is_empty());
        assert_eq!(recipients.clone().into_iter().count(), 4);
    }

    #[test]
    fn refused() {
        #[track_caller]
        fn check(kind: IdKind, ids: &[&str], expected: &str) {
            let refused = Recipients::new().with_ids(kind, ids.iter().copied()).unwrap_err();
            assert!(refused.to_string().starts_with(expected), "{refused}");
        }
        check(IdKind::OpenId, &["a", "b", ""], "open_ids[2]: is empty");
        check(IdKind::DepartmentId, &["0"], "department_ids[0]: \"0\" is not allowed");
        check(IdKind::Email, &["a@example.com"], "email: \"email\" is not allowed; batch_send");
    }
}
