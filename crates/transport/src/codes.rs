//! A vendor's error codes in one table: [`Code`], [`Table`].
//!
//! What a code means is the vendor's crate's to say, in as many files as its documents have chapters. What is here
//! joins those pieces while compiling, sorts them, and finds an entry.
//!
//! ```
//! use batchcast_transport::class::Class;
//! use batchcast_transport::codes::{Code, Table, count};
//!
//! const fn code(code: i64) -> Code<&'static str> {
//!     Code { code, text: "", meaning: "", remedy: "", class: Class::Message, source: "a document" }
//! }
//!
//! const PIECES: &[&[Code<&'static str>]] = &[&[code(7), code(3)], &[code(5)]];
//! static TABLE: Table<&'static str, { count(PIECES) }> = Table::joined(PIECES);
//!
//! assert!(TABLE.iter().map(|entry| entry.code).eq([3, 5, 7]));
//! assert_eq!(TABLE.find(5).unwrap().class, Class::Message);
//! ```
//!
//! A code that stands in it twice does not compile:
//!
//! ```compile_fail,E0080
//! # use batchcast_transport::class::Class;
//! # use batchcast_transport::codes::{Code, Table, count};
//! # const fn code(code: i64) -> Code<&'static str> {
//! #     Code { code, text: "", meaning: "", remedy: "", class: Class::Message, source: "a document" }
//! # }
//! const PIECES: &[&[Code<&'static str>]] = &[&[code(7), code(3)], &[code(7)]];
//! static TABLE: Table<&'static str, { count(PIECES) }> = Table::joined(PIECES);
//! ```

use crate::class::Class;

/// One error code of a vendor, explained. `S` is where the explanation comes from: the vendor's crate lists its
/// documents.
///
/// It is exhaustive, as the vendors' crates write their tables as literals of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code<S> {
    /// The number in an answer.
    pub code: i64,
    /// The vendor's own wording, or empty where none of its documents gives a short one. What a real answer says may
    /// differ.
    pub text: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// What it leads to as the answer of a batch. A code that only other calls answer is [`Class::Unknown`] here: it
    /// says nothing about a batch.
    pub class: Class,
    /// Where the wording or the meaning is taken from.
    pub source: S,
}

/// All codes of a vendor, in ascending order, each once.
#[derive(Debug, Clone)]
pub struct Table<S, const N: usize>([Code<S>; N]);

/// How many codes there are in these pieces: the `N` of their [`Table`].
#[must_use]
pub const fn count<S>(pieces: &[&[Code<S>]]) -> usize {
    let mut count = 0;
    let mut piece = 0;
    while piece < pieces.len() {
        count += pieces[piece].len();
        piece += 1;
    }
    count
}

impl<S: Copy, const N: usize> Table<S, N> {
    /// The table of these pieces, each in any order.
    ///
    /// # Panics
    /// Where a code stands in them twice, where `N` is not their [`count`], and where the first one is empty. In a
    /// `static` or `const`, for which it is meant, each of these does not compile.
    #[must_use]
    pub const fn joined(pieces: &[&[Code<S>]]) -> Self {
        assert!(count(pieces) == N, "N is not the count of the pieces");
        let mut codes = [pieces[0][0]; N];
        let mut filled = 0;
        let mut piece = 0;
        while piece < pieces.len() {
            let mut row = 0;
            while row < pieces[piece].len() {
                codes[filled] = pieces[piece][row];
                filled += 1;
                row += 1;
            }
            piece += 1;
        }
        Self(sorted(codes))
    }
}

impl<S, const N: usize> Table<S, N> {
    /// The entry of a code, if it is known.
    #[must_use]
    pub fn find(&self, code: i64) -> Option<&Code<S>> {
        let at = self.0.binary_search_by_key(&code, |entry| entry.code).ok()?;
        self.0.get(at)
    }

    /// All entries, in ascending order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Code<S>> {
        self.0.iter()
    }
}

/// By insertion: a `const fn` has no `sort`, and the pieces are nearly in order.
const fn sorted<S: Copy, const N: usize>(mut codes: [Code<S>; N]) -> [Code<S>; N] {
    let mut next = 1;
    while next < N {
        let mut at = next;
        while at > 0 && codes[at - 1].code >= codes[at].code {
            assert!(codes[at - 1].code != codes[at].code, "a code stands in the table twice");
            let lower = codes[at];
            codes[at] = codes[at - 1];
            codes[at - 1] = lower;
            at -= 1;
        }
        next += 1;
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The source is the place in the pieces, to see that an entry moves as a whole.
    const fn entry(code: i64, source: usize) -> Code<usize> {
        Code { code, text: "", meaning: "", remedy: "", class: Class::Unknown, source }
    }

    const PIECES: &[&[Code<usize>]] =
        &[&[entry(30, 0), entry(10, 1), entry(20, 2)], &[], &[entry(-5, 3), entry(i64::MAX, 4)], &[entry(15, 5)]];
    static TABLE: Table<usize, { count(PIECES) }> = Table::joined(PIECES);

    #[test]
    fn pieces_in_any_order_are_one_ascending_table() {
        #[track_caller]
        fn check<const N: usize>(pieces: &[&[Code<usize>]], expected: [(i64, usize); N]) {
            let table = Table::<_, N>::joined(pieces);
            assert_eq!(table.iter().map(|entry| (entry.code, entry.source)).collect::<Vec<_>>(), expected);
        }
        check(PIECES, [(-5, 3), (10, 1), (15, 5), (20, 2), (30, 0), (i64::MAX, 4)]);
        check(&[&[entry(1, 0)]], [(1, 0)]);
        check(&[&[entry(1, 0), entry(2, 1), entry(3, 2)]], [(1, 0), (2, 1), (3, 2)]);
        check(&[&[entry(3, 0)], &[entry(2, 1)], &[entry(1, 2)]], [(1, 2), (2, 1), (3, 0)]);
    }

    #[test]
    fn what_is_in_it_is_found_and_nothing_else() {
        #[track_caller]
        fn check(code: i64, expected: Option<usize>) {
            assert_eq!(TABLE.find(code).map(|entry| (entry.code, entry.source)), expected.map(|at| (code, at)));
        }
        check(-5, Some(3));
        check(10, Some(1));
        check(15, Some(5));
        check(20, Some(2));
        check(30, Some(0));
        check(i64::MAX, Some(4));
        for code in [i64::MIN, -6, -4, 0, 9, 11, 29, 31, i64::MAX - 1] {
            check(code, None);
        }
    }
}
