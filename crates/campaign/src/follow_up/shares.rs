//! Several calls at the same time: [`in_shares`].

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;

/// Does the same for all of these, on so many threads, and gives what came of each in their order. The first error ends
/// it; what came of others meanwhile is still there.
pub(super) fn in_shares<I: Sync, O: Send, E: Send>(
    items: &[I],
    threads: NonZeroUsize,
    each: impl Fn(&I) -> Result<O, E> + Sync,
) -> (Vec<O>, Result<(), E>) {
    let one_after_the_other = |share: &[I]| {
        let mut done = Vec::new();
        for item in share {
            match each(item) {
                Ok(output) => done.push(output),
                Err(error) => return (done, Err(error)),
            }
        }
        (done, Ok(()))
    };
    let share = items.len().div_ceil(threads.get()).max(1);
    let all = thread::scope(|scope| {
        let shares: Vec<_> = items.chunks(share).map(|share| scope.spawn(move || one_after_the_other(share))).collect();
        let join = |share: thread::ScopedJoinHandle<'_, _>| share.join().unwrap_or_else(|panic| resume_unwind(panic));
        shares.into_iter().map(join).collect::<Vec<(Vec<O>, Result<(), E>)>>()
    });
    all.into_iter().fold((Vec::new(), Ok(())), |(mut done, ended), (more, end)| {
        done.extend(more);
        (done, ended.and(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_in_their_order_or_the_first_error() {
        let check = |items: &[u32], threads: usize, expected: (Vec<u32>, Result<(), u32>)| {
            let each = |item: &u32| if *item > 90 { Err(*item) } else { Ok(item * 10) };
            assert_eq!(in_shares(items, NonZeroUsize::new(threads).unwrap(), each), expected);
        };
        check(&[], 4, (vec![], Ok(())));
        check(&[1, 2, 3, 4, 5], 1, (vec![10, 20, 30, 40, 50], Ok(())));
        check(&[1, 2, 3, 4, 5], 2, (vec![10, 20, 30, 40, 50], Ok(())));
        check(&[1, 2], 9, (vec![10, 20], Ok(())));
        check(&[1, 91, 3, 4], 2, (vec![10, 30, 40], Err(91)));
    }
}
