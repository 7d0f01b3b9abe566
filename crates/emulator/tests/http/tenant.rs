//! One tenant from its directory to the recall, as a client sees it.

use batchcast_emulator::{Department, Directory, Emulator, FeishuDirectory, Person, TimDirectory};
use serde_json::{Value, json};

use crate::client::{Client, SEND_PATH};

const DIRECTORY: &str = r#"{"feishu":{"users":[
    {"open_id":"ou_ann","user_id":"ann","union_id":"on_ann","email":"ann@example.com","mobile":"+8613800000001","name":"Ann","departments":["od-sales"],"reachable":true},
    {"open_id":"ou_ben","user_id":"ben","union_id":"on_ben","email":"ben@example.com","mobile":"","name":"Ben","departments":["od-north"],"reachable":true},
    {"open_id":"ou_cid","user_id":"cid","union_id":"on_cid","email":null,"mobile":null,"name":"Cid","departments":["od-north"],"reachable":false}],
  "departments":[
    {"department_id":"sales","open_department_id":"od-sales","parent":"0","name":"Sales"},
    {"department_id":"north","open_department_id":"od-north","parent":"od-sales","name":"North"}],
  "scopes":[]},"tim":{"accounts":["bonnie"]}}"#;

#[test]
fn from_the_directory_to_the_recall() {
    let emulator = Emulator::builder().with_uploaded_images_only().with_reads(0.5).start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let put = client.ask("PUT", "/_emulator/directory", "", DIRECTORY);
    assert_eq!((put.status, put.json()), (200, json!({"ok": true})));
    assert!(emulator.requests().is_empty(), "its own endpoints are not logged");

    let bearer = client.log_in();
    let asked = json!({"emails": ["ann@example.com", "nobody@example.com"]}).to_string();
    let found = client.ask("POST", "/open-apis/contact/v3/users/batch_get_id", &bearer, &asked).json();
    assert_eq!(found["data"]["user_list"][0]["user_id"], "ou_ann");
    assert_eq!(found["data"]["user_list"][1], json!({"email": "nobody@example.com"}));

    let below = client.ask("GET", "/open-apis/contact/v3/departments/0/children?fetch_child=true", &bearer, "").json();
    let ids = [0, 1].map(|i| below["data"]["items"][i]["open_department_id"].clone());
    assert_eq!(ids, [json!("od-sales"), json!("od-north")]);
    let path = "/open-apis/contact/v3/users/find_by_department?department_id=od-north";
    assert_eq!(client.ask("GET", path, &bearer, "").json()["data"]["items"].as_array().map(Vec::len), Some(2));

    let mut form =
        b"--b\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"x\"\r\n\r\n".to_vec();
    form.extend(b"GIF89a\x01\x00\x01\x00\x00\x00\x00\xff\xfe\r\n--b--\r\n");
    let headers = format!("{bearer}Content-Type: multipart/form-data; boundary=b\r\n");
    let uploaded = client.ask_bytes("POST", "/open-apis/im/v1/images", &headers, &form).json();
    assert_eq!(uploaded["code"], 0, "{uploaded}");

    let message = json!({"msg_type": "image", "content": {"image_key": uploaded["data"]["image_key"]},
                         "department_ids": ["od-sales"], "open_ids": ["ou_eve"]});
    let sent = client.ask("POST", SEND_PATH, &bearer, &message.to_string()).json();
    assert_eq!(sent["data"]["invalid_open_ids"], json!(["ou_eve"]));
    let id = sent["data"]["message_id"].as_str().unwrap();
    let got: Vec<_> = emulator.deliveries().into_iter().map(|delivery| delivery.id).collect();
    assert_eq!(got, ["ou_ann", "ou_ben"]);

    let task = format!("/open-apis/im/v1/batch_messages/{id}");
    let recalled = client.ask("DELETE", &task, &bearer, "").json();
    assert_eq!(recalled, json!({"code": 0, "data": {}, "msg": "ok"}));
    let progress = client.ask("GET", &format!("{task}/get_progress"), &bearer, "").json();
    assert_eq!(
        progress["data"],
        json!({"batch_message_send_progress": {"valid_user_ids_count": 3, "success_user_ids_count": 2, "read_user_ids_count": 1},
               "batch_message_recall_progress": {"recall": true, "recall_count": 2}})
    );
    let read = client.ask("GET", &format!("{task}/read_user"), &bearer, "").json();
    assert_eq!(read["data"]["read_user"], json!({"read_count": "1", "total_count": "2"}));
    let requests = client.get("/_emulator/requests").lines();
    let last = requests.last().unwrap();
    assert_eq!((&last["path"], &last["code"]), (&json!(format!("{task}/read_user")), &json!(0)));
}

/// Whether somebody exists, by what `batch_send` says.
fn knows(client: &mut Client, open_id: &str) -> bool {
    let bearer = client.log_in();
    let body = format!(r#"{{"msg_type":"text","content":{{"text":"x"}},"open_ids":["{open_id}"]}}"#);
    client.ask("POST", SEND_PATH, &bearer, &body).json()["data"]["invalid_open_ids"] == json!([])
}

#[test]
fn a_bad_directory_changes_nothing_and_a_reset_comes_back_to_the_first() {
    fn check(client: &mut Client, body: &str, status: u16, error: &str) {
        let reply = client.ask("PUT", "/_emulator/directory", "", body);
        assert_eq!(reply.status, status, "{body}: {}", reply.body);
        let found = reply.json()["error"].as_str().unwrap_or_default().to_owned();
        assert!(found.contains(error), "{body}: {found}");
    }
    let first = FeishuDirectory::new()
        .with_department(Department::new("od-1"))
        .with_user(Person::new("ou_first").with_department("od-1"));
    let first = Directory::new().with_feishu(first).unwrap().with_tim(TimDirectory::new(["bonnie"]));
    let emulator = Emulator::builder().with_directory(first).start().unwrap();
    let client = &mut Client::connect(emulator.addr());
    let known = |client: &mut Client| ["ou_first", "ou_ann", "ou_x"].map(|id| knows(client, id));
    assert_eq!(known(client), [true, false, false]);

    check(client, "", 400, "EOF while parsing");
    check(client, "[]", 400, "it must be a JSON object");
    check(client, r#"{"lark":{}}"#, 400, "unknown field `lark`");
    check(client, r#"{"feishu":{"users":[{}]}}"#, 400, "feishu.users[0] needs an open_id");
    assert_eq!(known(client), [true, false, false]);

    check(client, DIRECTORY, 200, "");
    assert_eq!(known(client), [false, true, false]);
    check(client, "{}", 200, "");
    assert_eq!(known(client), [true, true, true], "nothing is said about anybody");
    assert_eq!(client.ask("POST", "/_emulator/reset", "", "").status, 200);
    assert_eq!(known(client), [true, false, false]);

    emulator.set_directory(Directory::from_json(DIRECTORY.as_bytes()).unwrap());
    assert_eq!(known(client), [false, true, false]);
}

#[test]
fn an_upload_beyond_the_cap_is_413() {
    let emulator = Emulator::start().unwrap();
    let mut client = Client::connect(emulator.addr());
    let bearer = client.log_in();
    client.write(&format!(
        "POST /open-apis/im/v1/images HTTP/1.1\r\nHost: x\r\n{bearer}Content-Length: 16777217\r\nExpect: 100-continue\r\n\r\n"
    ));
    let reply = client.read();
    assert_eq!((reply.status, reply.head.contains("x-tt-logid: ")), (413, true));
}

#[test]
fn listings_are_written_as_they_are_read() {
    let listing: Value = serde_json::from_str(DIRECTORY).unwrap();
    let feishu: FeishuDirectory = serde_json::from_value(listing["feishu"].clone()).unwrap();
    let mut written = serde_json::to_value(&feishu).unwrap();
    assert_eq!(written, listing["feishu"]);
    written["users"][0].as_object_mut().unwrap().remove("reachable");
    let read: FeishuDirectory = serde_json::from_value(written).unwrap();
    assert_eq!(read, feishu, "who is not said to be out of reach is in it");
}
