//! A sorted table whose copies share what neither has written since: [`Pages`].

use std::collections::BTreeMap;
use std::sync::Arc;

/// How many numbers one page covers: what a write copies at the most, beside the list of pages.
const PAGE: u64 = 64;

type Page<T> = Arc<Vec<(u64, T)>>;

/// Values by number. A copy costs nothing; the first write to a page that a copy shares copies that page.
#[derive(Debug, Clone)]
pub(super) struct Pages<T>(Arc<BTreeMap<u64, Page<T>>>);

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Pages<T> {
    /// Everything by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.0.values().flat_map(|page| page.iter()).map(|(number, value)| (*number, value))
    }

    /// The values of this number and of greater ones, by number.
    pub(super) fn from(&self, first: u64) -> impl Iterator<Item = &T> {
        let pages = self.0.range(first / PAGE..).flat_map(|(_, page)| page.iter());
        pages.skip_while(move |(number, _)| *number < first).map(|(_, value)| value)
    }

    /// All values by number.
    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.iter().map(|(_, value)| value)
    }

    pub(super) fn one(&self, number: u64) -> Option<&T> {
        let page = self.0.get(&(number / PAGE))?;
        let place = place(page, number).ok()?;
        Some(&page[place].1)
    }
}

impl<T: Clone> Pages<T> {
    pub(super) fn one_mut(&mut self, number: u64) -> Option<&mut T> {
        // Looked for first, so that nothing is copied for what is not there.
        let place = place(self.0.get(&(number / PAGE))?, number).ok()?;
        let page = Arc::make_mut(&mut self.0).get_mut(&(number / PAGE))?;
        Some(&mut Arc::make_mut(page)[place].1)
    }

    /// Puts a value there, in the place of the one before.
    pub(super) fn put(&mut self, number: u64, value: T) {
        let page = Arc::make_mut(&mut self.0).entry(number / PAGE).or_default();
        let page = Arc::make_mut(page);
        match place(page, number) {
            Ok(place) => page[place].1 = value,
            Err(place) => page.insert(place, (number, value)),
        }
    }

    pub(super) fn remove(&mut self, number: u64) {
        if self.one(number).is_none() {
            return;
        }
        let pages = Arc::make_mut(&mut self.0);
        if let Some(page) = pages.get_mut(&(number / PAGE)) {
            Arc::make_mut(page).retain(|(other, _)| *other != number);
            if page.is_empty() {
                pages.remove(&(number / PAGE));
            }
        }
    }

    /// Every value, to be written.
    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let pages = Arc::make_mut(&mut self.0).values_mut();
        pages.flat_map(|page| Arc::make_mut(page).iter_mut()).map(|(_, value)| value)
    }
}

fn place<T>(page: &[(u64, T)], number: u64) -> Result<usize, usize> {
    page.binary_search_by_key(&number, |(number, _)| *number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(of: impl IntoIterator<Item = u64>) -> Pages<u64> {
        let mut pages = Pages::default();
        for number in of {
            pages.put(number, number * 10);
        }
        pages
    }

    #[test]
    fn numbers_come_sorted_wherever_they_lie() {
        fn check(numbers: &[u64]) {
            let mut sorted = numbers.to_vec();
            sorted.sort_unstable();
            sorted.dedup();
            let expected: Vec<_> = sorted.iter().map(|number| (*number, number * 10)).collect();
            let pages = pages(numbers.iter().copied());
            assert_eq!(pages.iter().map(|(number, value)| (number, *value)).collect::<Vec<_>>(), expected);
            assert!(sorted.iter().all(|number| pages.one(*number) == Some(&(number * 10))), "{numbers:?}");
        }
        check(&[]);
        check(&[0]);
        check(&[64, 63, 0, 1_000_000, 128, 65, 63]);
    }

    #[test]
    fn some_come_from_a_number_on() {
        #[track_caller]
        fn check(first: u64, expected: &[u64]) {
            let found = pages([5, 63, 64, 700]);
            assert_eq!(found.from(first).copied().collect::<Vec<_>>(), expected, "from {first}");
        }
        check(0, &[50, 630, 640, 7_000]);
        check(5, &[50, 630, 640, 7_000]);
        check(6, &[630, 640, 7_000]);
        check(64, &[640, 7_000]);
        check(65, &[7_000]);
        check(701, &[]);
        check(u64::MAX, &[]);
    }

    #[test]
    fn a_copy_does_not_see_what_is_written_later() {
        let before = pages(0..200);
        let mut after = before.clone();
        after.put(70, 1);
        after.put(900, 2);
        after.remove(3);
        *after.one_mut(130).unwrap() = 3;
        assert_eq!((after.one(70), after.one(900), after.one(3), after.one(130)), (Some(&1), Some(&2), None, Some(&3)));
        assert!(before.iter().eq(pages(0..200).iter()));
        after.values_mut().for_each(|value| *value = 0);
        assert!(before.iter().eq(pages(0..200).iter()));
    }

    #[test]
    fn only_the_page_that_is_written_is_copied() {
        let before = pages(0..640);
        let mut after = before.clone();
        after.put(100, 0);
        after.remove(10_000);
        assert_eq!(after.one_mut(10_000), None);
        let same = |page: &u64| Arc::ptr_eq(&before.0[page], &after.0[page]);
        assert_eq!((0..10).filter(|page| !same(page)).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn what_was_removed_is_gone() {
        let mut pages = pages([1, 2, 700]);
        pages.remove(700);
        pages.remove(700);
        pages.remove(1);
        assert_eq!(pages.values().copied().collect::<Vec<_>>(), [20]);
        assert_eq!(pages.0.len(), 1, "a page without values stayed");
    }
}
