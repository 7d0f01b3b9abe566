//! What became of a batch, and taking it back.

use batchcast_lark::transport::class::Class;
use batchcast_lark::transport::operation::{Operation, Verdict};
use batchcast_lark::{BatchMessageId, GetProgress, ReadUser, RecallBatchMessage};
use serde_json::{Value, json};

use crate::asking::*;

fn batch() -> BatchMessageId {
    BatchMessageId::new("bm-dc13264520392913993dd051dba21dcf").unwrap()
}

#[test]
fn a_batch_is_recalled() {
    let call = RecallBatchMessage::new(batch());
    asks(&call, "DELETE /open-apis/im/v1/batch_messages/bm-dc13264520392913993dd051dba21dcf");
    assert_eq!(done(&call, &json!({})).log_id.as_deref(), Some("log-1"));
    let without_data = call.parse(&response(200, r#"{"code":0,"msg":"ok"}"#));
    assert!(matches!(without_data, Verdict::Done(_)), "{without_data:?}");
    refused(&call, 400, &GATEWAY);
    let codes = [
        (230001, Class::Message),
        (230006, Class::Permission),
        (230009, Class::Message),
        (230026, Class::Message),
        (230027, Class::Permission),
        (230030, Class::Message),
    ];
    refused(&call, 400, &codes);
}

#[test]
fn the_progress_of_a_batch_is_read() {
    let call = GetProgress::new(batch());
    asks(&call, "GET /open-apis/im/v1/batch_messages/bm-dc13264520392913993dd051dba21dcf/get_progress");
    let check = |data: Value, expected: (u64, u64, u64, bool, u64)| {
        let progress = done(&call, &data);
        let found = (progress.valid, progress.success, progress.read, progress.recalled, progress.recall_count);
        assert_eq!(found, expected, "{data}");
    };
    let sent = json!({"valid_user_ids_count": 204, "success_user_ids_count": 200, "read_user_ids_count": 150});
    let taken_back = json!({"recall": true, "recall_count": 100});
    let both = json!({"batch_message_send_progress": sent, "batch_message_recall_progress": taken_back});
    check(both, (204, 200, 150, true, 100));
    // As strings, as the read counts are, and without a recall.
    let strings = json!({"valid_user_ids_count": "204", "success_user_ids_count": "200", "read_user_ids_count": "0"});
    check(json!({"batch_message_send_progress": strings}), (204, 200, 0, false, 0));
    let never = json!({"recall": false, "recall_count": 0});
    check(
        json!({"batch_message_send_progress": {"valid_user_ids_count": 0}, "batch_message_recall_progress": never}),
        (0, 0, 0, false, 0),
    );
    let null = json!({"batch_message_send_progress": {}, "batch_message_recall_progress": null});
    check(null, (0, 0, 0, false, 0));
    unreadable(
        &call,
        &[
            json!(null),
            json!({}),
            json!({"batch_message_send_progress": null}),
            json!({"batch_message_send_progress": []}),
            json!({"batch_message_send_progress": {"valid_user_ids_count": -1}}),
            json!({"batch_message_send_progress": {"valid_user_ids_count": "many"}}),
            json!({"batch_message_send_progress": {}, "batch_message_recall_progress": {"recall": "yes"}}),
        ],
    );
    refused(&call, 400, &[(230012, Class::Message), (230030, Class::Message), (230027, Class::Permission)]);
}

#[test]
fn the_readers_of_a_batch_are_counted() {
    let call = ReadUser::new(batch());
    asks(&call, "GET /open-apis/im/v1/batch_messages/bm-dc13264520392913993dd051dba21dcf/read_user");
    for counts in [
        json!({"read_count": "10", "total_count": "100"}),
        json!({"read_count": 10, "total_count": 100}),
        json!({"read_count": "10", "total_count": 100}),
    ] {
        let count = done(&call, &json!({ "read_user": counts }));
        assert_eq!((count.read, count.total), (10, 100));
    }
    unreadable(
        &call,
        &[
            json!({}),
            json!({"read_user": {"read_count": "10"}}),
            json!({"read_user": {"read_count": "", "total_count": 1}}),
        ],
    );
    refused(&call, 400, &[(230001, Class::Message), (230012, Class::Message)]);
}

#[test]
fn a_batch_id_stays_within_its_place() {
    let call = GetProgress::new(BatchMessageId::new("../../x?y#z").unwrap());
    asks(&call, "GET /open-apis/im/v1/batch_messages/..%2F..%2Fx%3Fy%23z/get_progress");
}
