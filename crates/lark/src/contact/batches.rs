//! Any number of addresses, cut into look-ups: [`LookupBatches`].

use batchcast_model::Recipient;

use super::{BadLookup, BatchGetId, MAX_ADDRESSES, UserIdType};

/// One [`BatchGetId`] after the other for any number of addresses, 50 e-mail addresses and 50 mobile numbers each, as
/// long as there are both: 5,000 of each are 100 calls. It holds no more than one call's worth.
///
/// An error tells that a stream had something else than its kind of address; the addresses of that one call are not
/// looked up, and the stream goes on behind them.
///
/// ```
/// use batchcast_lark::model::{IdKind, Recipient};
/// use batchcast_lark::{LookupBatches, UserIdType};
///
/// let emails = (0..120).map(|n| Recipient::new(IdKind::Email, format!("p{n}@example.com")).unwrap());
/// let mobiles = (0..60).map(|n| Recipient::new(IdKind::Mobile, format!("+1202555{n:04}")).unwrap());
/// let batches = LookupBatches::new(UserIdType::OpenId, emails, mobiles);
/// let sizes = batches.map(|batch| batch.map(|batch| batch.addresses().len()));
/// assert!(sizes.eq([Ok(100), Ok(60), Ok(20)]));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct LookupBatches<E, M> {
    id_type: UserIdType,
    emails: E,
    mobiles: M,
}

impl<E: Iterator<Item = Recipient>, M: Iterator<Item = Recipient>> LookupBatches<E, M> {
    /// Look-ups of all these.
    pub fn new(
        id_type: UserIdType,
        emails: impl IntoIterator<IntoIter = E>,
        mobiles: impl IntoIterator<IntoIter = M>,
    ) -> Self {
        Self { id_type, emails: emails.into_iter(), mobiles: mobiles.into_iter() }
    }
}

impl<E: Iterator<Item = Recipient>, M: Iterator<Item = Recipient>> Iterator for LookupBatches<E, M> {
    type Item = Result<BatchGetId, BadLookup>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut addresses: Vec<_> = self.emails.by_ref().take(MAX_ADDRESSES).collect();
        addresses.extend(self.mobiles.by_ref().take(MAX_ADDRESSES));
        (!addresses.is_empty()).then(|| BatchGetId::new(self.id_type, addresses))
    }
}
