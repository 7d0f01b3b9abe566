//! Who is behind an address.

use batchcast_lark::model::{IdKind, Recipient};
use batchcast_lark::{BadLookup, BatchGetId, LookupBatches, UserIdType};
use serde_json::json;

use crate::asking::*;

fn email(address: impl Into<Box<str>>) -> Recipient {
    Recipient::new(IdKind::Email, address).unwrap()
}

fn mobile(number: impl Into<Box<str>>) -> Recipient {
    Recipient::new(IdKind::Mobile, number).unwrap()
}

#[test]
fn people_are_looked_up() {
    let asked =
        [email("zhangsan@example.com"), mobile("13800000000"), email("lisi@example.com"), mobile("+12025550100")];
    let call = BatchGetId::new(UserIdType::OpenId, asked.clone()).unwrap();
    posts(
        &call,
        "POST /open-apis/contact/v3/users/batch_get_id?user_id_type=open_id",
        &json!({"emails": ["zhangsan@example.com", "lisi@example.com"], "mobiles": ["13800000000", "+12025550100"]}),
    );
    // In another order, in another case, and one of nobody.
    let data = json!({"user_list": [
        {"user_id": "ou_4", "mobile": "+12025550100"},
        {"user_id": "ou_3", "email": "LiSi@Example.com", "status": {"is_frozen": true, "is_activated": true}},
        {"mobile": "13800000000"},
        {"user_id": "ou_979112345678741d29069abcdef01234", "email": "zhangsan@example.com", "surprise": 1},
        {"user_id": "ou_9", "email": "stranger@example.com"},
    ]});
    let found = done(&call, &data);
    assert!(found.iter().map(|lookup| &lookup.asked).eq(&asked));
    let ids: Vec<_> = found.iter().map(|lookup| lookup.found.as_ref().map(Recipient::id)).collect();
    assert_eq!(ids, [Some("ou_979112345678741d29069abcdef01234"), None, Some("ou_3"), Some("ou_4")]);
    assert!(found.iter().flat_map(|lookup| &lookup.found).all(|found| found.kind() == IdKind::OpenId));
    assert!(found[2].status.is_some_and(|status| status.is_frozen && status.is_activated && !status.is_resigned));
    assert_eq!(found[0].status, None);

    let nobody = done(&call, &json!({"user_list": [{"user_id": "", "mobile": "13800000000"}]}));
    assert!(nobody.iter().all(|lookup| lookup.found.is_none()));
    let twice = json!({"user_id": "ou_3", "email": "lisi@example.com"});
    assert!(done(&call, &json!({"user_list": [twice, twice]}))[2].found.is_some());
    let with_country = json!({"user_list": [{"user_id": "ou_5", "mobile": "+8613800000000"}]});
    assert_eq!(done(&call, &with_country)[1].found.as_ref().map(Recipient::id), Some("ou_5"));
    unreadable(
        &call,
        &[
            json!({}),
            // Who is this, and what of those who were asked for?
            json!({"user_list": [{"user_id": "ou_9", "email": "stranger@example.com"}]}),
            json!({"user_list": null}),
            json!({"user_list": [7]}),
            json!({"user_list": [{"user_id": 7, "email": "lisi@example.com"}]}),
            json!({"user_list": [{"user_id": "ou 3", "email": "lisi@example.com"}]}),
            // Two people of one address: either would be a guess.
            json!({"user_list": [twice, {"user_id": "ou_8", "email": "lisi@example.com"}]}),
        ],
    );
    refused(&call, 400, &GATEWAY);
}

#[test]
fn the_kind_of_id_is_the_caller_s_choice() {
    for (id_type, name) in
        [(UserIdType::OpenId, "open_id"), (UserIdType::UnionId, "union_id"), (UserIdType::UserId, "user_id")]
    {
        let call = BatchGetId::new(id_type, [mobile("1")]).unwrap();
        let line = format!("POST /open-apis/contact/v3/users/batch_get_id?user_id_type={name}");
        posts(&call, &line, &json!({"mobiles": ["1"]}));
        let found = done(&call, &json!({"user_list": [{"user_id": "x", "mobile": "1"}]}));
        assert_eq!(found[0].found.as_ref().unwrap().kind().as_str(), name);
    }
}

#[test]
fn fifty_of_each_kind_are_looked_up_together_and_no_more() {
    let emails = |count: usize| (0..count).map(|n| email(format!("p{n}@example.com")));
    let mobiles = |count: usize| (0..count).map(|n| mobile(format!("+1202{n:07}")));
    let check = |addresses: Vec<Recipient>, expected: Option<BadLookup>| {
        assert_eq!(BatchGetId::new(UserIdType::OpenId, addresses).err(), expected);
    };
    check(emails(50).chain(mobiles(50)).collect(), None);
    check(emails(51).collect(), Some(BadLookup::TooMany { kind: IdKind::Email, found: 51 }));
    check(mobiles(51).chain(emails(1)).collect(), Some(BadLookup::TooMany { kind: IdKind::Mobile, found: 51 }));
    check(Vec::new(), Some(BadLookup::Empty));
    let id = Recipient::new(IdKind::OpenId, "ou_1").unwrap();
    check(vec![id.clone()], Some(BadLookup::Kind { found: IdKind::OpenId }));

    let sizes = |emails, mobiles| -> Vec<usize> {
        let batches = LookupBatches::new(UserIdType::OpenId, emails, mobiles);
        batches.map(|batch| batch.unwrap().addresses().len()).collect()
    };
    assert_eq!(sizes(emails(5_000), mobiles(5_000)), [100; 100]);
    assert_eq!(sizes(emails(0), mobiles(0)), [0; 0]);
    assert_eq!(sizes(emails(101), mobiles(1)), [51, 50, 1]);
    let mut mixed = LookupBatches::new(UserIdType::OpenId, [id], mobiles(60));
    assert_eq!(mixed.next(), Some(Err(BadLookup::Kind { found: IdKind::OpenId })));
    assert_eq!(mixed.next().unwrap().unwrap().addresses().len(), 10);
    assert_eq!(mixed.next(), None);
}
