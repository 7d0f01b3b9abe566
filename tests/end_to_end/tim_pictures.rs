//! `--image FILE --image-url URL`: a picture for Tencent Cloud Chat, whose format and size are read from the file.

use batchcast_emulator::Emulator;
use batchcast_tests::Home;
use serde_json::{Value, json};

const URL: &str = "https://example.com/menu.gif";

/// Two by three pixels.
const GIF: &[u8] = b"GIF89a\x02\0\x03\0\0\0\0;";

/// The head of a PNG of 300 by 200 pixels, which is all that is read of it.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x2c\0\0\0\xc8\x08\x06\0\0\0\0\0\0\0";

#[test]
fn a_picture_arrives_with_its_format_and_its_sizes() {
    #[track_caller]
    fn check(name: &str, bytes: &[u8], format: u64, [width, height]: [u64; 2]) {
        let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
        let file = home.file(name, bytes);
        // The picture tells which vendor it is for.
        let ran = home.send_tim(emulator.url(), ["--image", &file, "--image-url", URL, "--id", "ann"]).run().exits(0);
        assert_eq!(ran.rows()[0][..3].join(" "), "accepted account ann");
        let [request] = &emulator.received()[..] else { panic!("{:?}", emulator.received()) };
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let content = &body["MsgBody"][0]["MsgContent"];
        assert_eq!(body["MsgBody"][0]["MsgType"], "TIMImageElem");
        assert_eq!(content["ImageFormat"], format, "{content}");
        assert!(content["UUID"].as_str().is_some_and(|uuid| !uuid.is_empty()), "{content}");
        let size = |kind: u64| json!({"Type": kind, "Size": bytes.len(), "Width": width, "Height": height, "URL": URL});
        assert_eq!(content["ImageInfoArray"], json!([size(1), size(2), size(3)]), "{content}");
    }
    check("menu.gif", GIF, 2, [2, 3]);
    // What it is says the file, and not its name.
    check("menu.gif", PNG, 3, [300, 200]);
}

#[test]
fn a_picture_that_cannot_be_one_is_refused_before_anything_is_sent() {
    #[track_caller]
    fn check(args: &[&str], says: &[&str]) {
        let (home, emulator) = (Home::empty(), Emulator::start().unwrap());
        for (name, bytes) in [("menu.gif", GIF), ("empty.gif", b""), ("text.gif", b"not a picture")] {
            let _ = home.file(name, bytes);
        }
        let args: Vec<_> = args
            .iter()
            .map(|arg| {
                if arg.ends_with(".gif") && !arg.contains(':') {
                    home.path(arg).into_os_string().into_string().unwrap()
                } else {
                    (*arg).to_owned()
                }
            })
            .collect();
        let send = || home.send_tim(emulator.url(), ["--id", "account=ann"]).args(&args);
        let ran = send().run().exits(2).says(says);
        assert_eq!(ran.stdout, "", "{}", ran.shown());
        let error = send().args(["--json"]).run().exits(2).error();
        assert!(["usage", "input"].contains(&error["kind"].as_str().unwrap()), "{error}");
        assert_eq!(emulator.received().len(), 0, "{error}");
    }
    let url = ["--image-url", URL];
    // There is no picture, or more than one message.
    check(&[&url[..], &["--via", "tim"]].concat(), &["--image"]);
    check(&[&url[..], &["--text", "hi", "--via", "tim"]].concat(), &["--image"]);
    // A file alone cannot be sent, nor can a key of another vendor.
    check(&["--image", "menu.gif", "--via", "tim"], &["needs --image-url", "download the picture there"]);
    check(&["--image", "img_1", "--via", "tim"], &["needs --image-url"]);
    check(&[&["--image", "img_1"], &url[..]].concat(), &["img_1"]);
    check(&[&["--image", "nowhere.gif"], &url[..]].concat(), &["nowhere.gif"]);
    // It is no picture.
    check(&[&["--image", "empty.gif"], &url[..]].concat(), &["picture", "is empty"]);
    check(&[&["--image", "text.gif"], &url[..]].concat(), &["picture", "GIF"]);
    // Nobody could download it there.
    for wrong in ["menu", "ftp://example.com/menu", "https://", ""] {
        check(&["--image", "menu.gif", "--image-url", wrong], &["URL"]);
    }
    // Another vendor.
    for via in ["feishu", "lark"] {
        check(&[&["--image", "menu.gif", "--via", via], &url[..]].concat(), &["another vendor"]);
    }
}
