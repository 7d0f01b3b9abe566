//! `POST /open-apis/im/v1/images`.
//!
//! Lark's page "upload image" (2024-06-05); what Feishu's has more is HEIC and the limit for avatars.

use bytes::Bytes;
use http::Request;
use serde_json::json;

use crate::answer::Answer;
use crate::feishu::codes::{self, Refusal};
use crate::feishu::multipart::Form;
use crate::feishu::picture::{self, Format};
use crate::feishu::token::App;
use crate::world::World;

/// 10 MB; the page does not say what an MB is, and a million bytes is the stricter reading.
const SIZE_LIMIT: usize = 10_000_000;
/// Pixels in width and in height.
const GIF_LIMIT: usize = 2_000;
const AVATAR_LIMIT: usize = 4_096;
const LIMIT: usize = 12_000;

/// Checks the form, then the picture: size, format, resolution.
pub(crate) fn accept(world: &mut World, app: App, request: &Request<Bytes>) -> Result<Answer, Refusal> {
    if !world.config.bot.is_active() {
        return Err(codes::UPLOAD_WITHOUT_BOT.refusal());
    }
    let form = Form::parse(request.headers(), request.body())?;
    let image_type = form.part("image_type").ok_or_else(|| codes::UPLOAD_PARAM.because("image_type is required"))?;
    let largest = match &image_type[..] {
        b"message" => LIMIT,
        b"avatar" => AVATAR_LIMIT,
        _ => return Err(codes::UPLOAD_PARAM.because("image_type must be message or avatar")),
    };
    let image = form.part("image").ok_or_else(|| codes::UPLOAD_PARAM.because("image is required"))?;
    if image.is_empty() {
        return Err(codes::FILE_EMPTY.refusal());
    }
    if image.len() > SIZE_LIMIT {
        return Err(codes::FILE_TOO_LARGE.refusal());
    }
    let format = Format::of(image)
        .filter(|format| format.is_taken_by(world.config.provider))
        .ok_or_else(|| codes::IMAGE_FORMAT.refusal())?;
    let largest = if format == Format::Gif { largest.min(GIF_LIMIT) } else { largest };
    if picture::resolution(image).is_some_and(|(width, height)| width.max(height) > largest) {
        return Err(codes::IMAGE_RESOLUTION.refusal());
    }

    let image_key = key(world.feishu.image_ids.next_id());
    let answer = Answer::ok(&json!({"code": 0, "data": {"image_key": image_key}, "msg": "success"}));
    world.feishu.images.note(image_key, app);
    Ok(answer)
}

/// The form of keys that were seen: `img_v3_`, a short number, and a UUID with one more letter.
fn key(id: u128) -> String {
    let hex = format!("{id:032x}");
    format!("img_v3_02ab_{}-{}-{}-{}-{}g", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{IMAGES_PATH, Sandbox, form, gif, png};
    use crate::{Directory, Emulator, FeishuDirectory};

    fn check(builder: crate::Builder, image_type: &str, image: &[u8], status: u16, code: i64, msg: &str) {
        let mut sandbox = Sandbox::from(builder.world());
        sandbox.log_in();
        let reply = sandbox.upload(image_type, image);
        let shown = format!("{image_type}, {} bytes: {}", image.len(), reply.text);
        assert_eq!(reply.status, status, "{shown}");
        assert_eq!(reply.json()["code"], code, "{shown}");
        assert_eq!(reply.json()["msg"], msg, "{shown}");
        let key = reply.json()["data"]["image_key"].as_str().unwrap_or_default().to_owned();
        assert_eq!(key.starts_with("img_v3_"), code == 0, "{shown}");
    }

    #[test]
    fn pictures_that_are_taken_and_not() {
        let feishu = Emulator::builder;
        let lark = || Emulator::builder().with_lark();
        let resolution = "Image resolution exceeds limit.";
        let format = "Can't recognize image format.";
        check(feishu(), "message", &png(1, 1), 200, 0, "success");
        check(feishu(), "avatar", &png(4_096, 4_096), 200, 0, "success");
        check(feishu(), "avatar", &png(4_097, 1), 400, 234_039, resolution);
        check(feishu(), "message", &png(12_000, 12_000), 200, 0, "success");
        check(feishu(), "message", &png(1, 12_001), 400, 234_039, resolution);
        check(feishu(), "message", &gif(2_000, 2_000), 200, 0, "success");
        check(feishu(), "message", &gif(2_001, 1), 400, 234_039, resolution);
        check(feishu(), "avatar", &gif(2_001, 1), 400, 234_039, resolution);
        check(feishu(), "message", b"", 400, 234_010, "File's size can't be 0.");
        check(feishu(), "message", b"<svg/>", 400, 234_011, format);
        let heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic";
        check(feishu(), "message", heic, 200, 0, "success");
        check(lark(), "message", heic, 400, 234_011, format);
        check(lark(), "message", &png(1, 1), 200, 0, "success");

        let mut large = png(1, 1);
        large.resize(10_000_000, 0);
        check(feishu(), "message", &large, 200, 0, "success");
        large.push(0);
        check(feishu(), "message", &large, 400, 234_006, "The file size exceed the max value.");

        check(feishu().without_bot(), "message", b"", 400, 234_007, "App does not enable bot feature.");
        let none = Directory::new().with_feishu(FeishuDirectory::new().with_scope("im:message")).unwrap();
        let denied = "Access denied. One of the following scopes is required: [im:resource, im:resource:upload]";
        check(feishu().without_bot().with_directory(none), "message", b"", 400, 99_991_672, denied);
        let some = Directory::new().with_feishu(FeishuDirectory::new().with_scope("im:resource:upload")).unwrap();
        check(feishu().with_directory(some), "message", &png(1, 1), 200, 0, "success");
    }

    #[test]
    fn forms_that_are_refused() {
        fn check(content_type: &str, body: &[u8], because: &str) {
            let mut sandbox = Sandbox::logged_in();
            let reply = sandbox.request_with("POST", IMAGES_PATH, content_type, body);
            let shown = format!("{content_type} {}: {}", String::from_utf8_lossy(body), reply.text);
            assert_eq!((reply.status, &reply.json()["code"]), (400, &json!(234_001)), "{shown}");
            let msg = reply.json()["msg"].as_str().unwrap().to_owned();
            assert!(msg.starts_with(&format!("Invalid request param. {because}")), "{shown}");
        }
        let multipart = "multipart/form-data; boundary=b";
        let not_a_form = "the body must be multipart/form-data";
        check("", &form("b", "message", b"x"), not_a_form);
        check("application/json", b"{}", not_a_form);
        check("multipart/form-data", &form("b", "message", b"x"), not_a_form);
        check(multipart, b"", not_a_form);
        check(multipart, &form("another", "message", b"x"), not_a_form);
        let whole = form("b", "message", b"x");
        check(multipart, &whole[..whole.len() - 6], not_a_form);
        check(multipart, &form("b", "photo", b"x"), "image_type must be message or avatar");
        let no_type = b"--b\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx\r\n--b--\r\n";
        check(multipart, no_type, "image_type is required");
        let no_image = b"--b\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n--b--\r\n";
        check(multipart, no_image, "image is required");
    }

    #[test]
    fn parts_may_come_in_any_order_and_hold_any_bytes() {
        let mut sandbox = Sandbox::logged_in();
        let mut image = png(1, 1);
        image.extend(b"\r\n--b\r\n--other--\r\n\x00\xff");
        let mut body = b"preamble\r\n--a b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"\xe5\x9b\xbe.png\"\r\nContent-Type: image/png\r\n\r\n".to_vec();
        body.extend(&image);
        body.extend(b"\r\n--a b\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n--a b--\r\n");
        let reply = sandbox.request_with("POST", IMAGES_PATH, "multipart/form-data; boundary=\"a b\"", &body);
        assert_eq!(reply.json()["code"], 0, "{}", reply.text);
        assert_eq!(reply.header("x-tt-logid").len(), 32);
    }

    #[test]
    fn keys_work_in_messages_of_the_app_that_uploaded() {
        let mut sandbox = Sandbox::from(Emulator::builder().with_uploaded_images_only().world());
        sandbox.log_in();
        let key = sandbox.upload("message", &png(1, 1)).json()["data"]["image_key"].as_str().unwrap().to_owned();
        let again = sandbox.upload("message", &png(1, 1)).json()["data"]["image_key"].as_str().unwrap().to_owned();
        assert_ne!(key, again, "every upload has its key");

        let image = |key: &str| json!({"msg_type": "image", "content": {"image_key": key}, "open_ids": ["ou_1"]});
        let post = |key: &str| {
            json!({"msg_type": "post", "open_ids": ["ou_1"], "content": {"post": {"zh_cn": {"content":
                [[{"tag": "img", "image_key": key}]]}}}})
        };
        let card = |key: &str| {
            json!({"msg_type": "interactive", "open_ids": ["ou_1"],
                   "card": {"elements": [{"tag": "img", "img_key": key, "alt": {"tag": "plain_text", "content": ""}}]}})
        };
        for body in [image(&key), post(&key), card(&key)] {
            assert_eq!(sandbox.send(&body.to_string()).json()["code"], 0, "{body}");
        }
        let unknown = "img_v2_made-up";
        assert_eq!(sandbox.send(&image(unknown).to_string()).json()["code"], 11227);
        assert_eq!(sandbox.send(&post(unknown).to_string()).json()["code"], 11227);
        let refused = sandbox.send(&card(unknown).to_string()).json();
        assert_eq!(refused["code"], 11246);
        assert!(refused["msg"].as_str().unwrap().contains("ErrCode: 200570; "), "{refused}");

        sandbox.log_in_store();
        assert_eq!(sandbox.send(&image(&key).to_string()).json()["code"], 11227, "another app's");
        sandbox.world.reset();
        sandbox.log_in();
        assert_eq!(sandbox.send(&image(&key).to_string()).json()["code"], 11227, "forgotten");
    }
}
