//! Pictures: looked at before anything is sent, uploaded once, and put in the place of their files.

use batchcast_emulator::{Emulator, SANDBOX_STORE_APP_ID};
use batchcast_tests::{Answer, Asked, Home, Invocation, Vendor};
use serde_json::{Value, json};

use crate::people::asked;

pub(crate) const UPLOAD: &str = "/open-apis/im/v1/images";

/// The beginning of a PNG of this size, which is all that anybody looks at.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let head = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice();
    [head, &width.to_be_bytes(), &height.to_be_bytes(), b"\x08\x06\0\0\0"].concat()
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    [b"GIF89a".as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 3]].concat()
}

/// Gives every uploaded picture a key with its number, and accepts everybody.
fn vendor() -> Vendor {
    Vendor::start(|asked| match asked.route() {
        UPLOAD => Answer::json(json!({"code": 0, "msg": "ok", "data": {"image_key": format!("img_{}", asked.nth)}})),
        _ => Answer::accepted(&format!("bm-{}", asked.nth)),
    })
}

fn uploads(vendor: &Vendor) -> usize {
    vendor.asked().iter().filter(|asked| asked.route() == UPLOAD).count()
}

fn post(line: &Value) -> String {
    let content = json!({"post": {"en_us": {"title": "News", "content": [line]}}});
    json!({"msg_type": "post", "content": content}).to_string()
}

#[test]
fn the_key_of_an_uploaded_file_is_what_is_sent() {
    let (home, vendor) = (Home::empty(), vendor());
    let picture = home.file("logo.png", png(640, 480));
    let _ = home.send(&vendor.url(), ["--image", &picture, "--id", "ou_1"]).run().exits(0);
    let sent: Vec<Asked> = vendor.messages();
    assert_eq!((sent.len(), &sent[0].body["msg_type"]), (1, &json!("image")));
    assert_eq!(sent[0].body["content"], json!({"image_key": "img_0"}));
    // A key is taken as it is, unless it is a file's name.
    let _ = home.send(&vendor.url(), ["--image", "img_given", "--id", "ou_1"]).run().exits(0);
    assert_eq!(vendor.messages()[1].body["content"], json!({"image_key": "img_given"}));
    assert_eq!(uploads(&vendor), 1);
}

#[test]
fn another_key_of_the_same_picture_makes_no_other_message() {
    let (home, vendor) = (Home::empty(), vendor());
    let (picture, other) = (home.file("logo.png", png(640, 480)), home.file("other.png", png(640, 481)));
    let send = |picture: &str| home.send(&vendor.url(), ["--image", picture, "--id", "ou_1"]);
    let _ = send(&picture).run().exits(0);
    let _ = home.lark(["upload", &*picture, "--endpoint", &vendor.url()]).run().exits(0);
    let _ = send(&picture).run().exits(2).says(&["identical campaign has been started"]);
    assert_eq!((uploads(&vendor), vendor.messages().len()), (2, 1));
    // What was planned with the key before is sent with it.
    let planned = home.lark(["plan", "--image", &*other, "--id", "ou_1", "--endpoint", &vendor.url()]).run().exits(0);
    let _ = home.lark(["upload", &*other, "--endpoint", &vendor.url()]).run().exits(0);
    let _ = home.lark(["run", planned.stdout.trim()]).run().exits(0);
    assert_eq!(vendor.messages().len(), 2);
}

#[test]
fn a_file_where_none_can_be_uploaded_is_refused() {
    let (home, vendor) = (Home::empty(), vendor());
    let variable = r#"logo:={"img_key":"file:logo.png"}"#;
    let template = ["--template", "ctp_1", "--var", variable, "--id", "ou_1"];
    let _ = home.send(&vendor.url(), template).run().exits(2).says(&["file:logo.png", "batchcast upload"]);
    assert_eq!(vendor.messages().len(), 0);
}

#[test]
fn the_vendor_gets_the_bytes_of_the_file() {
    let (home, emulator) = (Home::empty(), Emulator::builder().with_uploaded_images_only().start().unwrap());
    let bytes = png(640, 480);
    let picture = home.file("logo.png", &bytes);
    let summary = home.send(emulator.url(), ["--image", &picture, "--id", "ou_1", "--json"]).run().exits(0).summary();
    assert_eq!(emulator.deliveries().len(), 1, "{summary}");
    let uploaded = emulator.received().into_iter().find(|request| request.uri.path() == UPLOAD).unwrap();
    assert!(uploaded.body.windows(bytes.len()).any(|window| window == bytes));
    let stranger = home.send(emulator.url(), ["--image", "img_v3_stranger", "--id", "ou_1"]).run().exits(3);
    let _ = stranger.says(&["11227"]);
}

#[test]
fn files_in_posts_and_cards_become_keys_with_their_size() {
    let (home, vendor) = (Home::empty(), vendor());
    home.file("news/wide.png", png(640, 480));
    home.file("news/parts/flat.gif", gif(30, 20));
    let line = json!([
        {"tag": "img", "image_key": "file:wide.png"},
        {"tag": "img", "image_key": "file:parts/flat.gif", "width": 60},
        {"tag": "img", "image_key": "img_of_before"},
        {"tag": "img", "image_key": "file:wide.png"},
    ]);
    let message = home.file("news/post.json", post(&line));
    let _ = home.send(&vendor.url(), [&*message, "--id", "ou_1"]).run().exits(0);
    let expected = json!([
        {"tag": "img", "image_key": "img_0", "width": 640, "height": 480},
        {"tag": "img", "image_key": "img_1", "width": 60, "height": 20},
        {"tag": "img", "image_key": "img_of_before"},
        {"tag": "img", "image_key": "img_0", "width": 640, "height": 480},
    ]);
    assert_eq!(vendor.messages()[0].body["content"]["post"]["en_us"]["content"][0], expected);
    assert_eq!(uploads(&vendor), 2);

    let card =
        json!({"elements": [{"tag": "img", "img_key": "file:wide.png", "alt": {"tag": "plain_text", "content": ""}}]});
    let card = home.file("news/card.json", card.to_string());
    let _ = home.send(&vendor.url(), ["--card", &card, "--id", "ou_1"]).run().exits(0);
    assert_eq!(vendor.messages()[1].body["card"]["elements"][0]["img_key"], "img_0");
    assert_eq!(uploads(&vendor), 2, "it was uploaded for the post");
}

#[test]
fn what_is_no_picture_for_the_vendor_is_refused_before_anything_is_sent() {
    #[track_caller]
    fn check(name: &str, content: Option<Vec<u8>>, via: &str, says: &[&str]) {
        let (home, vendor) = (Home::empty(), vendor());
        let path = home.path(&format!("news/{name}")).to_str().unwrap().to_owned();
        if let Some(content) = content {
            home.file(&format!("news/{name}"), content);
        }
        let line = json!([{"tag": "img", "image_key": format!("file:{name}")}]);
        let message = home.file("news/post.json", post(&line));
        let target = ["--endpoint", &vendor.url(), "--via", via, "--json"];
        let refused = |run: Invocation, place: &[&str]| {
            let error = run.args(target).run().exits(2).error();
            let said = error["message"].as_str().unwrap();
            assert_eq!(error["kind"], "input", "{error}");
            assert!(
                place.iter().chain(says).chain(&[&*path]).all(|text| said.contains(text)),
                "{place:?} {says:?}: {error}"
            );
        };
        refused(home.lark(["upload", &path]), &[]);
        for command in ["send", "plan"] {
            let place = format!("the picture {name}");
            refused(home.lark([command, &message, "--id", "ou_1"]), &[&message, &place]);
            refused(home.lark([command, "--image", &path, "--id", "ou_1"]), &["--image"]);
        }
        assert_eq!(vendor.asked().len(), 0, "{name}: nothing was sent, not even for a token");
        assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list(), [] as [Value; 0], "{name}");
    }
    let padded = |size| [png(1, 1), vec![0; size]].concat();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    check("note.png", Some(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()), "feishu", &["no format", "JPEG"]);
    check("empty.png", Some(Vec::new()), "feishu", &["empty"]);
    check("large.png", Some(padded(10_000_000)), "feishu", &["too large", "10000000"]);
    check("none.png", None, "feishu", &["cannot be opened"]);
    check("vast.png", Some(png(12_001, 1)), "feishu", &["12000 x 12000", "12001 x 1", "scale it down"]);
    check("vast.gif", Some(gif(1, 2_001)), "lark", &["2000 x 2000", "1 x 2001"]);
    check("photo.heic", Some(heic), "lark", &["lark does not take HEIC"]);
}

#[test]
fn nothing_is_uploaded_for_a_message_that_is_wrong_otherwise() {
    let (home, vendor) = (Home::empty(), vendor());
    home.file("logo.png", png(640, 480));
    let message = home.file("post.json", post(&json!([{"tag": "img", "image_key": "file:logo.png"}, {"tag": "text"}])));
    let error = home.send(&vendor.url(), [&*message, "--id", "ou_1", "--json"]).run().exits(2).error();
    assert!(error["message"].as_str().unwrap().contains("text"), "{error}");
    assert_eq!(vendor.asked().len(), 0);
}

#[test]
fn a_picture_is_uploaded_once_for_an_app_and_never_by_a_run() {
    let (home, vendor) = (Home::empty(), vendor());
    let picture = home.file("logo.png", png(640, 480));
    let plan = || home.lark(["plan", "--image", &picture, "--id", "ou_1", "--endpoint", &vendor.url()]);
    let planned = |plan: Invocation| plan.run().exits(0).stdout.trim_end().to_owned();
    let first = planned(plan());
    let second = planned(plan());
    assert_eq!(uploads(&vendor), 1, "a second plan knows the key");
    let other = planned(plan().env("BATCHCAST_APP_ID", "cli_other"));
    assert_eq!(uploads(&vendor), 2, "keys belong to their app");
    let lark = planned(plan().args(["--via", "lark"]));
    assert_eq!(uploads(&vendor), 3, "and to its vendor");

    // Even where the file is another one by now, or gone.
    std::fs::remove_file(&picture).unwrap();
    for (campaign, app) in [(&first, ""), (&second, ""), (&other, "cli_other"), (&lark, "")] {
        let run = home.lark(["run", campaign, "--again"]);
        let run = if app.is_empty() { run } else { run.env("BATCHCAST_APP_ID", app) };
        let _ = run.run().exits(0);
    }
    assert_eq!(uploads(&vendor), 3);
    let sent = vendor.messages();
    let keys: Vec<_> = sent.iter().map(|asked| asked.body["content"]["image_key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["img_0", "img_0", "img_1", "img_2"]);

    // The same name is not the same picture.
    home.file("logo.png", png(641, 480));
    planned(plan());
    assert_eq!(uploads(&vendor), 4);
}

#[test]
fn an_upload_prints_the_key_and_is_remembered() {
    let (home, vendor) = (Home::empty(), vendor());
    let picture = home.file("logo.png", png(640, 480));
    let upload = || home.lark(["upload", &picture, "--endpoint", &vendor.url()]);
    assert_eq!(upload().run().exits(0).stdout, "img_0\n");
    assert_eq!(upload().args(["--json"]).run().exits(0).document(), json!({"image_key": "img_1"}));
    let _ = home.send(&vendor.url(), ["--image", &picture, "--id", "ou_1"]).run().exits(0);
    assert_eq!(vendor.messages()[0].body["content"]["image_key"], "img_1", "the newest one");
    assert_eq!(uploads(&vendor), 2);
}

#[test]
fn an_upload_that_the_vendor_refuses_leaves_no_plan() {
    #[track_caller]
    fn check(answer: Answer, exit: i32, kind: &str, says: &str) {
        let vendor = Vendor::start(move |_| answer.clone());
        let home = Home::empty();
        let picture = home.file("logo.png", png(640, 480));
        for command in [&["upload", &*picture][..], &["send", "--image", &picture, "--id", "ou_1"]] {
            let run = home.lark(command).args(["--endpoint", &vendor.url(), "--deadline", "1s", "--json"]).run();
            let error = run.exits(exit).error();
            assert_eq!(error["kind"], kind, "{error}");
            assert!(error["message"].as_str().unwrap().contains(says), "{says}: {error}");
        }
        assert!(vendor.messages().is_empty());
        assert_eq!(home.batchcast(["list", "--json"]).run().exits(0).list(), [] as [Value; 0]);
    }
    check(Answer::code(234_011, "Can't recognize image format."), 2, "refused", "234011");
    check(Answer::code(99_991_672, "Access denied."), 4, "permission", "99991672");
}

#[test]
fn another_apps_upload_is_not_this_ones() {
    let (home, emulator) = (Home::empty(), Emulator::builder().with_uploaded_images_only().start().unwrap());
    let picture = home.file("logo.png", png(640, 480));
    let send = || home.send(emulator.url(), ["--image", &picture, "--id", "ou_1"]);
    send().run().exits(0);
    let store = send().env("BATCHCAST_APP_ID", SANDBOX_STORE_APP_ID);
    let store = store.env("BATCHCAST_APP_SECRET", batchcast_emulator::SANDBOX_STORE_APP_SECRET);
    let store = store.env("BATCHCAST_APP_TICKET", batchcast_emulator::SANDBOX_STORE_APP_TICKET);
    let _ = store.env("BATCHCAST_TENANT_KEY", batchcast_emulator::SANDBOX_STORE_TENANT_KEY).run().exits(0);
    assert_eq!((asked(&emulator, UPLOAD), emulator.deliveries().len()), (2, 2));
}
