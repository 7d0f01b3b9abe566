//! Cuts accounts into the fewest requests.

use std::num::NonZeroUsize;

use super::accounts::Accounts;
use super::limits::MAX_ACCOUNTS_PER_REQUEST;
use crate::id_kind::IdKind;
use crate::invalid::{Invalid, Problem};
use crate::recipient::Recipient;

/// Says of one recipient after the other which request they go into: 500 accounts, then the next 500.
///
/// It never looks ahead and keeps no recipients, only their number. The message does not matter: the vendor's limit of
/// its size does not count the accounts ([`MAX_CONTENT`](super::limits::MAX_CONTENT)).
///
/// Recipients are not compared: take out the duplicates first.
///
/// ```
/// use batchcast_model::tim::Planner;
/// use batchcast_model::{IdKind, Recipient};
///
/// let mut planner = Planner::new();
/// for n in 0..1200 {
///     let batch = planner.place(&Recipient::new(IdKind::Account, format!("user{n}"))?)?;
///     assert_eq!(batch, n / 500);
/// }
/// assert_eq!(planner.batches(), 3);
/// # Ok::<(), batchcast_model::Invalid>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Planner {
    ids_per_request: usize,
    placed: usize,
    id_bytes: u64,
}

impl Planner {
    /// A plan within the documented limit.
    pub fn new() -> Self {
        Self { ids_per_request: MAX_ACCOUNTS_PER_REQUEST, placed: 0, id_bytes: 0 }
    }

    /// At most this many accounts in a request.
    ///
    /// # Errors
    ///
    /// More than [`MAX_ACCOUNTS_PER_REQUEST`].
    pub fn with_ids_per_request(mut self, ids: NonZeroUsize) -> Result<Self, Invalid> {
        let (limit, found) = (MAX_ACCOUNTS_PER_REQUEST, ids.get());
        if found > limit {
            return Err(Invalid::new("ids_per_request", Problem::TooLarge { limit, found, unit: "accounts" }));
        }
        self.ids_per_request = found;
        Ok(self)
    }

    /// The same, and no more than this: a bound that is not the user's setting, such as a pace.
    pub fn at_most(mut self, ids: NonZeroUsize) -> Self {
        self.ids_per_request = self.ids_per_request.min(ids.get());
        self
    }

    /// The index of the batch that this recipient goes into. Batches count from 0 and none is left empty.
    ///
    /// # Errors
    ///
    /// A kind that is no account.
    pub fn place(&mut self, recipient: &Recipient) -> Result<usize, Invalid> {
        Accounts::check(recipient.kind())?;
        let batch = self.placed / self.ids_per_request;
        self.placed += 1;
        self.id_bytes += (recipient.id().len() + "\"\",".len()) as u64;
        Ok(batch)
    }

    /// Whether `batchsendmsg` takes this kind of id.
    ///
    /// # Errors
    ///
    /// The same as of [`place`](Self::place).
    pub fn takes(&self, kind: IdKind) -> Result<(), Invalid> {
        Accounts::check(kind)
    }

    /// How many batches there are so far.
    #[must_use]
    pub fn batches(&self) -> usize {
        self.placed.div_ceil(self.ids_per_request)
    }

    /// How many bytes the accounts so far have together, as JSON strings with a comma each.
    #[must_use]
    pub const fn id_bytes(&self) -> u64 {
        self.id_bytes
    }
}

impl Default for Planner {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id_kind::IdKind;

    fn account(n: usize) -> Recipient {
        Recipient::new(IdKind::Account, format!("user{n}")).unwrap()
    }

    #[test]
    fn fewest_requests_in_order() {
        #[track_caller]
        fn check(per_request: usize, accounts: usize, expected: usize) {
            let mut planner = Planner::new().with_ids_per_request(NonZeroUsize::new(per_request).unwrap()).unwrap();
            for n in 0..accounts {
                assert_eq!(planner.place(&account(n)), Ok(n / per_request));
            }
            assert_eq!(planner.batches(), expected);
        }
        check(500, 0, 0);
        check(500, 1, 1);
        check(500, 500, 1);
        check(500, 501, 2);
        check(1, 3, 3);
        check(20, 1000, 50);
        check(499, 1000, 3);
    }

    #[test]
    fn a_higher_limit_is_refused() {
        let refused = Planner::new().with_ids_per_request(NonZeroUsize::new(501).unwrap()).unwrap_err();
        assert_eq!(refused.to_string(), "ids_per_request: too large: the limit is 500 accounts, found 501");
    }

    #[test]
    fn other_kinds_are_refused_and_change_nothing() {
        let mut planner = Planner::new();
        for (kind, id) in [(IdKind::OpenId, "ou_1"), (IdKind::Email, "a@example.com")] {
            let refused = planner.place(&Recipient::new(kind, id).unwrap()).unwrap_err();
            assert_eq!(refused.place(), kind.as_str());
        }
        assert_eq!(planner.batches(), 0);
    }
}
