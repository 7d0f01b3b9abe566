//! What one app was told by its vendor, apart from campaigns: [`Directory`].

use std::collections::{BTreeMap, HashSet};

use batchcast_model::Recipient;
use batchcast_transport::time::Unix;

use super::pages::Pages;
use crate::ledger::{Hash, ImageRow, PersonRow};

/// The people and the pictures of one app.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory {
    /// By the first two bytes of the hash, so that a look-up of a few does not copy all that were looked up before.
    people: Pages<BTreeMap<Hash, PersonRow>>,
    images: BTreeMap<Hash, ImageRow>,
}

impl Directory {
    pub(super) fn person(&self, address: &Hash) -> Option<&PersonRow> {
        self.people.one(leaf(address))?.get(address)
    }

    pub(super) fn put_person(&mut self, row: &PersonRow) {
        let number = leaf(&row.address);
        match self.people.one_mut(number) {
            Some(people) => drop(people.insert(row.address, row.clone())),
            None => self.people.put(number, BTreeMap::from([(row.address, row.clone())])),
        }
    }

    /// What [`Tables::delete_people`](crate::ledger::Tables::delete_people) removes.
    pub(super) fn delete_people(&mut self, found_until: Unix, missing_until: Unix) {
        self.retain(|row| row.at > if row.id.is_some() { found_until } else { missing_until });
    }

    /// Removes whoever is one of these.
    pub(super) fn forget(&mut self, recipients: &HashSet<&Recipient>) {
        self.retain(|row| row.id.as_ref().is_none_or(|id| !recipients.contains(id)));
    }

    pub(super) fn image(&self, content: &Hash) -> Option<&ImageRow> {
        self.images.get(content)
    }

    pub(super) fn put_image(&mut self, row: &ImageRow) {
        self.images.insert(row.content, row.clone());
    }

    pub(super) fn delete_image(&mut self, key: &str) {
        self.images.retain(|_, row| row.key != key);
    }

    fn retain(&mut self, stays: impl Fn(&PersonRow) -> bool) {
        self.people.values_mut().for_each(|people| people.retain(|_, row| stays(row)));
    }
}

fn leaf(address: &Hash) -> u64 {
    u16::from_be_bytes([address.0[0], address.0[1]]).into()
}
