//! Cuts recipients into the fewest requests.

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id_kind::IdKind::{self, Account, DepartmentId, Email, OpenId, UnionId, UserId};
    use crate::lark::limits::{MAX_CARD_BODY, MAX_POST_BODY};
    use crate::lark::{BatchMessage, Node, Post, PostBody, Recipients};
    use serde_json::json;

    fn people(kind: IdKind, count: usize) -> impl Iterator<Item = Recipient> {
        (0..count).map(move |n| Recipient::new(kind, format!("{kind}_{n:08}")).unwrap())
    }

    /// Cuts, and asserts all that must hold of any plan: everybody exactly once, every request valid, none empty, the
    /// order kept, the planner's bytes those that are really written.
    fn cut(mut planner: Planner, message: &Message, everybody: &[Recipient]) -> Vec<BatchMessage> {
        let mut cut: Vec<Recipients> = Vec::new();
        let mut bytes = Vec::new();
        for recipient in everybody {
            let batch = planner.place(recipient).unwrap();
            cut.resize_with(planner.batches(), Recipients::new);
            bytes.resize(planner.batches(), 0);
            cut[batch].push(recipient.clone()).unwrap();
            bytes[batch] = planner.open[batch - planner.dropped].bytes;
        }
        assert_eq!(planner.bytes(), bytes.iter().sum::<usize>() as u64);
        let cut: Vec<_> =
            cut.into_iter().map(|recipients| BatchMessage::new(message.clone(), recipients).unwrap()).collect();
        for (request, bytes) in cut.iter().zip(bytes) {
            let written = serde_json::to_vec(request).unwrap().len();
            assert_eq!((written, request.body_len()), (bytes, bytes));
            assert!(written <= message.body_limit());
        }
        for list in List::ALL {
            let sent = cut.iter().flat_map(|request| request.recipients().list(list));
            let given = everybody.iter().filter(|recipient| recipient.kind() == list.kind());
            assert!(sent.eq(given), "{list:?}");
        }
        cut
    }

    fn hello() -> Message {
        Message::text("hello").unwrap()
    }

    #[test]
    fn lists_fill_side_by_side() {
        #[track_caller]
        fn check(counts: [usize; 4], expected: usize) {
            let kinds = [OpenId, UserId, UnionId, DepartmentId];
            let sorted: Vec<_> = kinds.into_iter().zip(counts).flat_map(|(kind, count)| people(kind, count)).collect();
            let message = hello();
            assert_eq!(cut(Planner::new(&message), &message, &sorted).len(), expected);
            let reversed: Vec<_> = sorted.into_iter().rev().collect();
            assert_eq!(cut(Planner::new(&message), &message, &reversed).len(), expected);
        }
        check([0, 0, 0, 0], 0);
        check([1, 0, 0, 0], 1);
        check([200, 0, 0, 0], 1);
        check([201, 0, 0, 0], 2);
        check([200, 200, 200, 200], 1);
        check([250, 250, 250, 250], 2);
        check([700, 100, 100, 100], 4);
        check([1000, 0, 0, 0], 5);
        check([0, 0, 0, 1000], 5);
    }

    #[test]
    fn caps_are_kept() {
        #[track_caller]
        fn check(per_list: usize, per_request: usize, counts: [usize; 2], expected: usize) {
            let message = hello();
            let planner = Planner::new(&message)
                .with_ids_per_request(NonZeroUsize::new(per_request).unwrap())
                .unwrap()
                .with_ids_per_list(NonZeroUsize::new(per_list).unwrap())
                .unwrap();
            let everybody: Vec<_> = people(OpenId, counts[0]).chain(people(UserId, counts[1])).collect();
            let requests = cut(planner, &message, &everybody);
            assert_eq!(requests.len(), expected);
            for request in &requests {
                assert!(request.recipients().len() <= per_request);
                assert!(List::ALL.iter().all(|list| request.recipients().list(*list).len() <= per_list));
            }
        }
        check(1, 800, [3, 3], 3);
        check(200, 1, [3, 3], 6);
        check(200, 200, [150, 150], 2);
        check(100, 150, [200, 100], 2);
        check(200, 300, [600, 300], 3);
        check(200, 800, [401, 1], 3);
    }

    #[test]
    fn higher_limits_are_refused() {
        let refused = Planner::new(&hello()).with_ids_per_list(NonZeroUsize::new(201).unwrap());
        assert_eq!(refused.unwrap_err().to_string(), "ids_per_list: too large: the limit is 200 ids, found 201");
        let refused = Planner::new(&hello()).with_ids_per_request(NonZeroUsize::new(801).unwrap());
        assert_eq!(refused.unwrap_err().to_string(), "ids_per_request: too large: the limit is 800 ids, found 801");
    }

    #[test]
    fn a_large_body_lowers_the_ids() {
        #[track_caller]
        fn check(message: &Message, kind: IdKind) {
            let everybody: Vec<_> = people(kind, 1000).collect();
            // By the real serialisation, not by the planner's arithmetic.
            let fits = (1..=200)
                .take_while(|count| {
                    let mut recipients = Recipients::new();
                    everybody.iter().take(*count).for_each(|r| recipients.push(r.clone()).unwrap());
                    BatchMessage::new(message.clone(), recipients).is_ok()
                })
                .count();
            let requests = cut(Planner::new(message), message, &everybody);
            assert_eq!(requests.len(), 1000_usize.div_ceil(fits), "{fits} fit");
            assert!(requests[0].recipients().len() == fits && fits < 200);
        }
        for filler in [26_700, 29_700] {
            let card = json!({"header": {"title": {"tag": "plain_text", "content": "文".repeat(filler / 3)}}});
            let message = Message::card(card).unwrap();
            assert_eq!(message.body_limit(), MAX_CARD_BODY);
            for kind in [OpenId, UserId, UnionId, DepartmentId] {
                check(&message, kind);
            }
        }
        let body = PostBody::new().with_paragraph([Node::text("\n\"".repeat(7_000))]);
        let message = Message::post(Post::new().with_locale("zh_cn", body)).unwrap();
        assert_eq!(message.body_limit(), MAX_POST_BODY);
        check(&message, UserId);
    }

    #[test]
    fn a_20_kb_card_keeps_full_lists_apart() {
        let message = Message::card(json!({"elements": [], "header": "x".repeat(20_000)})).unwrap();
        let everybody: Vec<_> =
            [OpenId, UserId, UnionId, DepartmentId].into_iter().flat_map(|kind| people(kind, 250)).collect();
        // 10 KB are left: not four lists of 200, but 1000 ids of some 20 bytes in three requests.
        assert_eq!(cut(Planner::new(&message), &message, &everybody).len(), 3);
    }

    #[test]
    fn any_mix_is_cut_whole() {
        let kinds = [OpenId, UserId, UnionId, DepartmentId];
        let mut seed = 7_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        for round in 0..25 {
            let filler = "x".repeat(random(29_600));
            let message = Message::card(json!({"elements": [], "header": filler})).unwrap();
            let planner = Planner::new(&message)
                .with_ids_per_request(NonZeroUsize::new(1 + random(800)).unwrap())
                .unwrap()
                .with_ids_per_list(NonZeroUsize::new(1 + random(200)).unwrap())
                .unwrap();
            let some = 1 + random(4);
            let everybody: Vec<_> = (0..random(1500))
                .map(|n| {
                    let id = format!("{n}{}", "字".repeat(random(20)));
                    Recipient::new(kinds[random(some)], id).unwrap()
                })
                .collect();
            let least = everybody.len().div_ceil(planner.ids_per_request);
            let requests = cut(planner.clone(), &message, &everybody);
            assert!(requests.len() >= least, "round {round}");
            assert_eq!(requests, cut(planner, &message, &everybody), "round {round}");
        }
    }

    #[test]
    fn what_is_full_is_forgotten() {
        let message = hello();
        let mut planner = Planner::new(&message);
        for n in 0..100_000 {
            for kind in [OpenId, UserId, UnionId, DepartmentId] {
                planner.place(&Recipient::new(kind, format!("a{n}")).unwrap()).unwrap();
            }
            assert!(planner.open.len() <= 2);
        }
        assert_eq!(planner.batches(), 500);
    }

    #[test]
    fn other_kinds_are_refused_and_change_nothing() {
        let mut planner = Planner::new(&hello());
        for (kind, id) in [(Account, "a"), (Email, "a@example.com")] {
            let refused = planner.place(&Recipient::new(kind, id).unwrap()).unwrap_err();
            assert_eq!(refused.place(), kind.as_str());
        }
        assert_eq!(planner.batches(), 0);
    }
}
