//! Cuts recipients into the fewest requests.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::num::NonZeroUsize;

use super::limits::{MAX_IDS_PER_LIST, MAX_IDS_PER_REQUEST};
use super::list::List;
use super::message::Message;
use crate::id_kind::IdKind;
use crate::invalid::{Invalid, Problem};
use crate::recipient::Recipient;

/// Says of one recipient after the other which request they go into.
///
/// It never looks ahead and keeps no recipients, only counts: some forty bytes for each batch that may still take
/// somebody. The same recipients in the same order are always cut the same way.
///
/// The rule: every list has its own first batch with room. A recipient goes there, unless that batch is full for them:
/// by the list's count, by the request's, or by the bytes of its body, counted exactly. Then the list moves on to the
/// next batch, and does not come back. So the four lists fill side by side, 1000 people of mixed kinds need two
/// requests and not five, and recipients of one kind and one length never need more requests than the least.
///
/// Recipients are not compared: take out the duplicates first.
///
/// ```
/// use batchcast_model::lark::{Message, Planner};
/// use batchcast_model::{IdKind, Recipient};
///
/// let mut planner = Planner::new(&Message::text("hi")?);
/// for n in 0..450 {
///     let batch = planner.place(&Recipient::new(IdKind::UserId, format!("{n}"))?)?;
///     assert_eq!(batch, n / 200);
/// }
/// assert_eq!(planner.batches(), 3);
/// # Ok::<(), batchcast_model::Invalid>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Planner {
    message_bytes: usize,
    body_limit: usize,
    ids_per_list: usize,
    ids_per_request: usize,
    next: [usize; 4],
    // Batches `dropped..`; those before are behind all four lists.
    open: VecDeque<Open>,
    dropped: usize,
    id_bytes: u64,
}

#[derive(Clone, Debug)]
struct Open {
    ids: [usize; 4],
    bytes: usize,
}

impl Planner {
    /// A plan for this message, within the documented limits.
    pub fn new(message: &Message) -> Self {
        Self {
            message_bytes: message.body_len(),
            body_limit: message.body_limit(),
            ids_per_list: MAX_IDS_PER_LIST,
            ids_per_request: MAX_IDS_PER_REQUEST,
            next: [0; 4],
            open: VecDeque::new(),
            dropped: 0,
            id_bytes: 0,
        }
    }

    /// At most this many ids in all lists of a request. Without, four full lists may go into one request, which is
    /// the document by the letter, though it says nothing of a limit for them together.
    ///
    /// # Errors
    ///
    /// More than [`MAX_IDS_PER_REQUEST`].
    pub fn with_ids_per_request(mut self, ids: NonZeroUsize) -> Result<Self, Invalid> {
        let (limit, found) = (MAX_IDS_PER_REQUEST, ids.get());
        if found > limit {
            return Err(Invalid::new("ids_per_request", Problem::TooLarge { limit, found, unit: "ids" }));
        }
        self.ids_per_request = found;
        Ok(self)
    }

    /// At most this many ids in one list of a request.
    ///
    /// # Errors
    ///
    /// More than [`MAX_IDS_PER_LIST`].
    pub fn with_ids_per_list(mut self, ids: NonZeroUsize) -> Result<Self, Invalid> {
        let (limit, found) = (MAX_IDS_PER_LIST, ids.get());
        if found > limit {
            return Err(Invalid::new("ids_per_list", Problem::TooLarge { limit, found, unit: "ids" }));
        }
        self.ids_per_list = found;
        Ok(self)
    }

    /// The index of the batch that this recipient goes into. Batches count from 0 and none is left empty.
    ///
    /// # Errors
    ///
    /// A kind that `batch_send` has no list for.
    pub fn place(&mut self, recipient: &Recipient) -> Result<usize, Invalid> {
        let list = List::of(recipient.kind())?;
        loop {
            let batch = self.next[list as usize];
            if batch == self.batches() {
                self.open.push_back(Open { ids: [0; 4], bytes: self.message_bytes });
            }
            if self.add(batch - self.dropped, list, recipient.id()) {
                return Ok(batch);
            }
            self.next[list as usize] += 1;
            self.drop_full();
        }
    }

    /// Whether `batch_send` has a list for this kind of id.
    ///
    /// # Errors
    ///
    /// The same as of [`place`](Self::place).
    pub fn takes(&self, kind: IdKind) -> Result<(), Invalid> {
        List::of(kind).map(drop)
    }

    /// How many batches there are so far.
    #[must_use]
    pub fn batches(&self) -> usize {
        self.dropped + self.open.len()
    }

    /// How many bytes the bodies of all batches so far have together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        (self.batches() as u64) * (self.message_bytes as u64) + self.id_bytes
    }

    fn add(&mut self, index: usize, list: List, id: &str) -> bool {
        let Some(batch) = self.open.get_mut(index) else {
            return false;
        };
        // A message that exists fits with any one recipient: an empty batch takes everybody, and the walk ends.
        let first_of_all = batch.ids == [0; 4];
        let in_list = batch.ids[list as usize];
        let in_request: usize = batch.ids.iter().sum();
        let bytes = batch.bytes + added_bytes(list, in_list, id);
        let fits = in_list < self.ids_per_list && in_request < self.ids_per_request && bytes <= self.body_limit;
        if fits || first_of_all {
            batch.ids[list as usize] += 1;
            self.id_bytes += (bytes - batch.bytes) as u64;
            batch.bytes = bytes;
        }
        fits || first_of_all
    }

    fn drop_full(&mut self) {
        let passed = self.next.iter().min().copied().unwrap_or(0);
        while self.dropped < passed && self.open.pop_front().is_some() {
            self.dropped += 1;
        }
    }
}

/// What one more id adds to a body's JSON. An id is never escaped, so it is its own length and two quotes.
fn added_bytes(list: List, in_list: usize, id: &str) -> usize {
    let id = id.len() + "\"\"".len();
    match in_list {
        0 => ",\"\":[]".len() + list.name().len() + id,
        _ => ",".len() + id,
    }
}
