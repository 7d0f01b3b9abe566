//! What is refused, and that it says the place, the limit, what was found, and what to do.

#![allow(clippy::unwrap_used, reason = "a test")]

use batchcast_model::lark::limits::{MAX_CARD_BODY, MAX_POST_BODY, MAX_TEXT_BODY};
use batchcast_model::lark::{BatchMessage, Message, Node, Post, PostBody, Recipients, Template};
use batchcast_model::{IdKind, Problem, Recipient};
use serde_json::{Value, json};

#[track_caller]
fn check(body: Value, expected: &str) {
    let refused = BatchMessage::from_value(body).unwrap_err().to_string();
    assert!(refused.starts_with(expected), "\n found {refused}\nwanted {expected}");
}

fn to_one(mut body: Value) -> Value {
    body["open_ids"] = json!(["ou_1"]);
    body
}

#[test]
fn content_or_card() {
    let check = |body, expected| check(to_one(body), expected);
    let card = json!({"elements": []});
    check(
        json!({"msg_type": "text", "content": "{\"text\":\"hi\"}"}),
        "content: must be an object, found a string, \"{\\\"text\\\":\\\"hi\\\"}\"; batch_send takes the object \
         itself, not escaped JSON",
    );
    check(
        json!({"msg_type": "interactive", "card": "{}"}),
        "card: must be an object, found a string, \"{}\"; batch_send takes the object itself, not escaped JSON",
    );
    check(
        json!({"msg_type": "interactive", "content": card}),
        "content: \"content\" is not allowed; interactive goes in `card`; rename the field",
    );
    check(
        json!({"msg_type": "interactive", "content": card, "card": card}),
        "content: may not stand beside `card`; interactive takes `card` alone; leave `content` out",
    );
    check(json!({"msg_type": "interactive"}), "card: is missing; interactive takes `card`");
    check(json!({"msg_type": "text", "card": card}), "card: \"card\" is not allowed; text goes in `content`");
    check(
        json!({"msg_type": "text", "content": {"text": "x"}, "card": card}),
        "card: may not stand beside `content`; text takes `content` alone",
    );
    check(json!({"msg_type": "post"}), "content: is missing; post takes `content`");
    check(json!({"msg_type": "text", "content": null}), "content: must be an object, found null");
}

#[test]
fn types() {
    check(json!([]), "body: must be an object, found an array");
    let check = |body, expected| check(to_one(body), expected);
    check(
        json!({"content": {"text": "x"}}),
        "msg_type: is missing; batch_send takes text, image, post, share_chat and interactive",
    );
    check(json!({"elements": [], "header": {}}), "msg_type: is missing; this looks like a bare card");
    check(
        json!({"type": "template", "data": {"template_id": "x"}}),
        "msg_type: is missing; this looks like a bare card",
    );
    check(json!({"msg_type": 1}), "msg_type: must be a string, found the number 1");
    check(
        json!({"msg_type": "file", "content": {"file_key": "x"}}),
        "msg_type: \"file\" is not allowed; batch_send takes text, image, post, share_chat and interactive",
    );
}

#[test]
fn contents() {
    #[track_caller]
    fn check_content(msg_type: &str, content: Value, expected: &str) {
        check(to_one(json!({"msg_type": msg_type, "content": content})), expected);
    }
    check_content("text", json!({}), "content.text: is missing");
    check_content("text", json!({"text": ""}), "content.text: is empty");
    check_content("text", json!({"text": 1}), "content.text: must be a string, found the number 1");
    check_content("text", json!({"post": {}}), "content.text: is missing; `content` holds a post");
    check_content("image", json!({"image_key": ""}), "content.image_key: is empty");
    check_content(
        "share_chat",
        json!({"chat_id": "oc_1"}),
        "content.share_chat_id: is missing; `chat_id` is another API's name for it",
    );
    check_content("share_chat", json!({}), "content.share_chat_id: is missing");
    let md = json!([[{"tag": "text", "text": "x"}, {"tag": "md", "text": "# x"}]]);
    check_content(
        "post",
        json!({"post": {"zh_cn": {"content": md}}}),
        "content.post.zh_cn.content[0][1].tag: \"md\" is not allowed; batch_send takes no `md` in a post",
    );
    check_content(
        "post",
        json!({"zh_cn": {"content": [[]]}}),
        "content.post: is missing; this is im/v1's form: batch_send wants",
    );
    check_content("post", json!({"post": {}}), "content.post.zh_cn: is missing; a post needs at least one locale");
    check_content(
        "post",
        json!({"post": {"x": 1}}),
        "content.post.zh_cn: is missing; a post needs at least one locale",
    );
    check_content("post", json!({"post": {"fr_fr": {}}}), "content.post.fr_fr.content: is missing");
    check_content("post", json!({"post": "{}"}), "content.post: must be an object, found a string");
    check_content("post", json!({"post": {"zh_cn": []}}), "content.post.zh_cn: must be an object");
    check_content("post", json!({"post": {"x": {}}}), "content.post.zh_cn: is missing");
    check_content(
        "post",
        json!({"post": {"en_us": {"title": 1, "content": []}}}),
        "content.post.en_us.title: must be a string",
    );
    check_content(
        "post",
        json!({"post": {"en_us": {"content": [{"tag": "text", "text": "x"}]}}}),
        "content.post.en_us.content[0]: must be an array, found an object",
    );
    check_content(
        "post",
        json!({"post": {"\u{1b}[2J": {"content": [[{}]]}}}),
        "content.post[\"\\u{1b}[2J\"].content[0][0].tag: is missing",
    );
}

#[test]
fn recipients() {
    #[track_caller]
    fn check_lists(lists: Value, expected: &str) {
        let mut body = json!({"msg_type": "text", "content": {"text": "x"}});
        body.as_object_mut().unwrap().extend(lists.as_object().unwrap().clone());
        check(body, expected);
    }
    let ids = |count: usize| (0..count).map(|n| format!("id_{n}")).collect::<Vec<_>>();
    check_lists(json!({}), "recipients: is missing; give at least one id in department_ids, open_ids");
    check_lists(json!({"open_ids": [], "user_ids": []}), "recipients: is missing");
    check_lists(json!({"emails": ["a@example.com"]}), "recipients: is missing");
    check_lists(
        json!({"department_ids": ["od-1", "0"]}),
        "department_ids[1]: \"0\" is not allowed; the root department cannot be sent to",
    );
    check_lists(json!({"open_ids": "ou_1"}), "open_ids: must be an array, found a string");
    check_lists(json!({"open_ids": null}), "open_ids: must be an array, found null");
    check_lists(json!({"user_ids": [123]}), "user_ids[0]: must be a string, found the number 123");
    check_lists(json!({"user_ids": ["a", " "]}), "user_ids[1]: \" \" is not allowed; an id has no white space");
    check_lists(json!({"union_ids": ["on_1", "on_2", "on_1"]}), "union_ids[2]: repeats union_ids[0]; name everybody");
    for list in ["department_ids", "open_ids", "user_ids", "union_ids"] {
        check_lists(
            json!({list: ids(201)}),
            &format!("{list}: too large: the limit is 200 ids, found 201; send them in several requests"),
        );
    }
    let four = json!({
        "department_ids": ids(200), "open_ids": ids(200), "user_ids": ids(200), "union_ids": ids(200),
        "msg_type": "text", "content": {"text": "x"},
    });
    assert_eq!(BatchMessage::from_value(four).unwrap().recipients().len(), 800);
}

#[test]
fn a_name_that_stands_twice() {
    let text = r#"{"open_ids":["ou_1"],"msg_type":"text","content":{"text":"x"},"open_ids":["ou_2"]}"#;
    let refused = BatchMessage::from_json(text).unwrap_err();
    assert!(refused.to_string().starts_with("open_ids: repeats a name"), "{refused}");
}

/// The largest message that is taken, found by halving, has exactly the limit with the longest recipient.
#[test]
fn body_limits_are_exact() {
    type Make = fn(usize) -> Result<Message, batchcast_model::Invalid>;
    #[track_caller]
    fn check(make: Make, place: &str, limit: usize) {
        let (mut fits, mut over) = (1, 2 * limit);
        while over - fits > 1 {
            let middle = fits.midpoint(over);
            if make(middle).is_ok() { fits = middle } else { over = middle }
        }
        let longest = Recipients::new().with_ids(IdKind::DepartmentId, ["d".repeat(64)]).unwrap();
        let largest = BatchMessage::new(make(fits).unwrap(), longest).unwrap();
        assert_eq!(serde_json::to_vec(&largest).unwrap().len(), limit);

        let refused = make(over).unwrap_err();
        assert_eq!(refused.place(), place);
        assert!(
            matches!(*refused.problem(), Problem::TooLarge { limit: l, found, .. } if l == limit && found == limit + 1),
            "{refused}",
        );
        assert!(refused.hint().is_some());
    }
    let post: Make = |n| Message::post(Post::new().with_locale("zh_cn", PostBody::new().with_title("x".repeat(n))));
    check(|n| Message::text("x".repeat(n)), "content.text", MAX_TEXT_BODY);
    check(|n| Message::image("x".repeat(n)), "content", MAX_TEXT_BODY);
    check(|n| Message::share_chat("x".repeat(n)), "content", MAX_TEXT_BODY);
    check(post, "content.post", MAX_POST_BODY);
    check(|n| Message::card(json!({"header": "x".repeat(n)})), "card", MAX_CARD_BODY);
    check(|n| Message::template(Template::new("t".repeat(n))), "card", MAX_CARD_BODY);
}

#[test]
fn sizes_say_limit_and_found() {
    let text = Message::text("x".repeat(160_000)).unwrap_err();
    assert_eq!(
        text.to_string(),
        "content.text: too large: the limit is 150000 bytes of request body with one recipient, found 160127; \
         shorten the text",
    );
    let card = Message::card(json!({"header": "x".repeat(31_000)})).unwrap_err();
    assert!(card.to_string().contains("the limit is 30000 bytes"), "{card}");

    // It fits with one recipient, and not with forty.
    let message = Message::card(json!({"header": "x".repeat(29_500)})).unwrap();
    let forty = Recipients::new().with_ids(IdKind::OpenId, (0..40).map(|n| format!("ou_{n:020}"))).unwrap();
    let refused = BatchMessage::new(message, forty).unwrap_err();
    assert_eq!(refused.place(), "body");
    assert!(refused.to_string().contains("name fewer recipients"), "{refused}");
}

#[test]
fn made_in_code() {
    #[track_caller]
    fn check(made: Result<Message, batchcast_model::Invalid>, expected: &str) {
        let refused = made.unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{refused}");
    }
    let post = |node| Message::post(Post::new().with_locale("en_us", PostBody::new().with_paragraph([node])));
    check(Message::text(""), "content.text: is empty");
    check(Message::image(""), "content.image_key: is empty");
    check(Message::share_chat(""), "content.share_chat_id: is empty");
    check(Message::template(Template::new("")), "card.data.template_id: is empty");
    check(Message::template(Template::new("a").with_version("")), "card.data.template_version_name: is empty");
    check(Message::card("{}"), "card: must be an object, found a string");
    check(Message::post(Post::new()), "content.post.zh_cn: is missing");
    check(post(Node::at("")), "content.post.en_us.content[0][0].user_id: is empty");
    check(post(Node::link("x", "")), "content.post.en_us.content[0][0].href: is empty");
    check(
        post(Node::other("md", serde_json::Map::new())),
        "content.post.en_us.content[0][0].tag: \"md\" is not allowed",
    );
}

#[test]
fn batches() {
    #[track_caller]
    fn check(recipients: &[(IdKind, &str)], expected: &str) {
        let recipients = recipients.iter().map(|(kind, id)| Recipient::new(*kind, *id).unwrap());
        let refused = Message::text("x").unwrap().batches(recipients).unwrap_err();
        assert!(refused.to_string().starts_with(expected), "{refused}");
    }
    check(&[], "recipients: is empty");
    check(
        &[(IdKind::OpenId, "a"), (IdKind::UserId, "a"), (IdKind::OpenId, "a")],
        "recipients[2]: repeats recipients[0]; name everybody once",
    );
    check(
        &[(IdKind::OpenId, "a"), (IdKind::Email, "a@example.com")],
        "recipients[1]: \"email\" is not allowed; batch_send takes ids only: look it up first",
    );
}
