//! Who is there already: a set of a million in 36 MB (measured). A larger or smaller one takes 19 to 39 bytes for each
//! who is in it: 16 for the fingerprint and one for its place in a table that is between 7/16 and 7/8 full.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::identity::Fingerprint;

/// Many small sets instead of a large one, so that none of them doubles its memory at once for all.
const SHARDS: usize = 64;

/// A set of fingerprints.
#[derive(Debug)]
pub(super) struct Seen {
    shards: Vec<HashSet<Fingerprint, BuildHasherDefault<AsItIs>>>,
}

impl Seen {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| HashSet::default()).collect() }
    }

    /// Whether it was not there before.
    pub(super) fn insert(&mut self, fingerprint: Fingerprint) -> bool {
        self.shard(fingerprint).insert(fingerprint)
    }

    /// Whether it was there.
    pub(super) fn remove(&mut self, fingerprint: Fingerprint) -> bool {
        self.shard(fingerprint).remove(&fingerprint)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.shards.iter().all(HashSet::is_empty)
    }

    pub(super) fn contains(&self, fingerprint: Fingerprint) -> bool {
        self.shards[shard_of(fingerprint)].contains(&fingerprint)
    }

    fn shard(&mut self, fingerprint: Fingerprint) -> &mut HashSet<Fingerprint, BuildHasherDefault<AsItIs>> {
        &mut self.shards[shard_of(fingerprint)]
    }
}

/// By bits that the sets themselves do not look at first.
fn shard_of(fingerprint: Fingerprint) -> usize {
    (fingerprint >> 64) as usize % SHARDS
}

/// A fingerprint is a hash already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, fingerprint: u128) {
        self.0 = fingerprint as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_seen_once() {
        let mut seen = Seen::new();
        let numbers = (0..10_000_u128).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
        assert!(numbers.clone().all(|number| seen.insert(number)));
        assert!(numbers.clone().all(|number| !seen.insert(number) && seen.contains(number)));
        assert!(numbers.clone().all(|number| seen.remove(number)));
        assert!(numbers.clone().all(|number| !seen.remove(number)));
    }
}
