//! Everybody in one request, and in as few as can be.

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
