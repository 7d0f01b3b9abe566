//! Several calls at the same time: [`in_shares`].

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;

use crate::interrupt::Interrupt;

/// Does the same for all of these, on so many threads, and gives what came of each in their order. The first error ends
/// it; what came of others meanwhile is still there. Interrupted, it begins with no other, and nothing came of those.
pub(super) fn in_shares<I: Sync, O: Send, E: Send>(
    items: &[I],
    threads: NonZeroUsize,
    interrupt: &Interrupt,
    each: impl Fn(&I) -> Result<O, E> + Sync,
) -> (Vec<O>, Result<(), E>) {
    let each = &each;
    let share = items.len().div_ceil(threads.get()).max(1);
    let all = thread::scope(|scope| {
        let shares: Vec<_> =
            items.chunks(share).map(|share| scope.spawn(move || in_turn(share, interrupt, each))).collect();
        let join = |share: thread::ScopedJoinHandle<'_, _>| share.join().unwrap_or_else(|panic| resume_unwind(panic));
        shares.into_iter().map(join).collect::<Vec<(Vec<O>, Result<(), E>)>>()
    });
    all.into_iter().fold((Vec::new(), Ok(())), |(mut done, ended), (more, end)| {
        done.extend(more);
        (done, ended.and(end))
    })
}

/// Does the same for all of these, one after the other on this thread.
pub(super) fn in_turn<I, O, E>(
    items: &[I],
    interrupt: &Interrupt,
    each: impl Fn(&I) -> Result<O, E>,
) -> (Vec<O>, Result<(), E>) {
    let mut done = Vec::new();
    for item in items.iter().take_while(|_| !interrupt.is_asked()) {
        match each(item) {
            Ok(output) => done.push(output),
            Err(error) => return (done, Err(error)),
        }
    }
    (done, Ok(()))
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn all_in_their_order_or_the_first_error() {
        let check = |items: &[u32], threads: usize, expected: (Vec<u32>, Result<(), u32>)| {
            let each = |item: &u32| if *item > 90 { Err(*item) } else { Ok(item * 10) };
            let threads = NonZeroUsize::new(threads).unwrap();
            assert_eq!(in_shares(items, threads, &Interrupt::new(), each), expected);
        };
        check(&[], 4, (vec![], Ok(())));
        check(&[1, 2, 3, 4, 5], 1, (vec![10, 20, 30, 40, 50], Ok(())));
        check(&[1, 2, 3, 4, 5], 2, (vec![10, 20, 30, 40, 50], Ok(())));
        check(&[1, 2], 9, (vec![10, 20], Ok(())));
        check(&[1, 91, 3, 4], 2, (vec![10, 30, 40], Err(91)));
    }

    #[test]
    fn whoever_is_at_it_when_it_is_interrupted_comes_to_their_end() {
        let check = |threads: usize, at: u32, expected: &[u32]| {
            let (interrupt, all_at_it) = (Interrupt::new(), Barrier::new(threads));
            let each = |item: &u32| -> Result<u32, ()> {
                if item % 4 == at {
                    all_at_it.wait();
                    interrupt.ask();
                }
                Ok(*item)
            };
            let done = in_shares(&(0..8).collect::<Vec<_>>(), NonZeroUsize::new(threads).unwrap(), &interrupt, each);
            assert_eq!(done, (expected.to_vec(), Ok(())));
        };
        check(1, 0, &[0]);
        check(1, 2, &[0, 1, 2]);
        // Both are at their first.
        check(2, 0, &[0, 4]);
    }

    #[test]
    fn nothing_is_begun_once_it_is_interrupted() {
        let interrupt = Interrupt::new();
        interrupt.ask();
        let each = |item: &u32| Err::<(), u32>(*item);
        assert_eq!(in_shares(&[1, 2, 3], NonZeroUsize::new(2).unwrap(), &interrupt, each), (vec![], Ok(())));
    }
}
