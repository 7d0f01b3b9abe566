//! Uploading a picture.

use batchcast_lark::transport::class::Class;
use batchcast_lark::{Image, Platform, UploadImage};
use serde_json::json;

use crate::asking::*;

#[test]
fn a_picture_is_uploaded() {
    let picture = b"GIF89a\x02\0\x02\0\0\0\0;".to_vec();
    let call = UploadImage::new(Image::new(Platform::Lark, picture.clone()).unwrap());
    let (line, content_type, body) = written(&call);
    assert_eq!(line, "POST /open-apis/im/v1/images");
    let boundary = "batchcast-form-0000000000000000";
    assert_eq!(content_type.unwrap(), format!("multipart/form-data; boundary={boundary}"));
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"image_type\"\r\n\r\nmessage\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"image\"; filename=\"image.gif\"\r\nContent-Type: image/gif\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    assert_eq!(body, [head.as_bytes(), &picture, tail.as_bytes()].concat());

    let key = done(&call, &json!({"image_key": "img_v2_xxx"}));
    assert_eq!((key.as_str(), String::from(key.clone())), ("img_v2_xxx", "img_v2_xxx".to_owned()));
    unreadable(&call, &[json!({}), json!({"image_key": ""}), json!({"image_key": 7}), json!(null)]);
    refused(&call, 400, &GATEWAY);
    refused(&call, 401, &[(234002, Class::Token)]);
    refused(&call, 400, &[(232096, Class::TryAgain), (234007, Class::Permission), (234042, Class::Permission)]);
    for code in [234001, 234006, 234010, 234011, 234039] {
        refused(&call, 400, &[(code, Class::Message)]);
    }
    refused(&call, 400, &[(234041, Class::Permission)]);
}
