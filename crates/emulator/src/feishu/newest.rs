//! What is remembered until there is too much of it.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// The newest by their key, up to a limit.
#[derive(Debug)]
pub(crate) struct Newest<K, V> {
    by_key: HashMap<K, V>,
    /// Oldest first.
    order: VecDeque<K>,
    limit: usize,
}

impl<K: Clone + Eq + Hash, V> Newest<K, V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { by_key: HashMap::new(), order: VecDeque::new(), limit }
    }

    /// Takes one in, and forgets the oldest where there are more than the limit. A key that is known keeps its place.
    pub(crate) fn push(&mut self, key: K, value: V) {
        if self.by_key.insert(key.clone(), value).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > self.limit {
            if let Some(oldest) = self.order.pop_front() {
                self.by_key.remove(&oldest);
            }
        }
    }

    pub(crate) fn find<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.by_key.get(key)
    }

    pub(crate) fn find_mut<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.by_key.get_mut(key)
    }

    pub(crate) fn clear(&mut self) {
        self.by_key.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten_first() {
        fn check(limit: usize, expected: [Option<u32>; 3]) {
            let mut newest = Newest::new(limit);
            for (key, value) in [("a", 1), ("b", 2), ("a", 3), ("c", 4)] {
                newest.push(key, value);
                assert!(newest.by_key.len() <= limit && newest.order.len() == newest.by_key.len(), "{limit}");
            }
            assert_eq!(["a", "b", "c"].map(|key| newest.find(key).copied()), expected, "{limit}");
            newest.clear();
            assert_eq!(newest.find("c"), None);
        }
        check(9, [Some(3), Some(2), Some(4)]);
        check(3, [Some(3), Some(2), Some(4)]);
        check(2, [None, Some(2), Some(4)]);
        check(1, [None, None, Some(4)]);
        check(0, [None, None, None]);
    }
}
