//! Any number of accounts as calls that take so many.

/// Calls of at most so many items each, in order, each made when it is asked for.
pub(super) fn batches<T, C>(
    items: impl IntoIterator<Item = T>,
    most: usize,
    call: impl Fn(Vec<T>) -> C,
) -> impl Iterator<Item = C> {
    let mut items = items.into_iter().fuse();
    std::iter::from_fn(move || {
        let batch: Vec<_> = items.by_ref().take(most).collect();
        (!batch.is_empty()).then(|| call(batch))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_call() {
        fn check(items: usize, expected: &[usize]) {
            let calls: Vec<_> = batches(0..items, 100, |batch| batch).collect();
            assert_eq!(calls.iter().map(Vec::len).collect::<Vec<_>>(), expected);
            assert!(calls.into_iter().flatten().eq(0..items));
        }
        check(0, &[]);
        check(1, &[1]);
        check(100, &[100]);
        check(201, &[100, 100, 1]);
    }
}
