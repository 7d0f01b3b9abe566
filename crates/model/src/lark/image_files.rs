//! Pictures that are files as yet: `file:PATH` in the place of an `image_key` or `img_key`.

use serde_json::{Map, Value};

/// What stands before the path of a file.
pub const IMAGE_FILE: &str = "file:";

/// The names under which keys of pictures stand: in posts and image messages, and in cards.
const NAMES: [&str; 2] = ["image_key", "img_key"];

/// An uploaded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadedImage {
    /// Its key.
    pub key: String,
    /// Its width and height in pixels, where they are known: posts name them beside the key.
    pub size: Option<(u32, u32)>,
}

impl UploadedImage {
    /// A picture of this key.
    #[must_use]
    pub fn new(key: impl Into<String>, size: Option<(u32, u32)>) -> Self {
        Self { key: key.into(), size }
    }
}

/// The paths of all pictures in this message, or card, that are files as yet, each once, in the order in which they stand
/// there.
///
/// ```
/// use batchcast_model::lark::image_files;
/// let card = serde_json::json!({"elements": [{"tag": "img", "img_key": "file:logo.png"}]});
/// assert_eq!(image_files(&card), ["logo.png"]);
/// ```
#[must_use]
pub fn image_files(body: &Value) -> Vec<String> {
    let mut files = Vec::new();
    each_object(&mut body.clone(), &mut |object| {
        for file in NAMES.iter().filter_map(|name| file(object, name)) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    });
    files
}

/// Puts the keys of uploaded pictures in the place of their files. A picture in a post gets its width and height, where
/// it has none. Files that `uploaded` knows nothing of stay as they are.
pub fn replace_image_files(body: &mut Value, mut uploaded: impl FnMut(&str) -> Option<UploadedImage>) {
    each_object(body, &mut |object| {
        for name in NAMES {
            let Some(image) = file(object, name).and_then(|file| uploaded(&file)) else { continue };
            object.insert(name.to_owned(), image.key.into());
            if let Some((width, height)) = image.size.filter(|_| object.get("tag").is_some_and(|tag| tag == "img")) {
                let is_of_a_post = name == "image_key";
                for (side, pixels) in [("width", width), ("height", height)].into_iter().filter(|_| is_of_a_post) {
                    object.entry(side).or_insert_with(|| pixels.into());
                }
            }
        }
    });
}

fn file(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str()?.strip_prefix(IMAGE_FILE).map(str::to_owned)
}

/// Every object, without recursion: a message is as deep as whoever wrote it likes.
fn each_object(body: &mut Value, each: &mut impl FnMut(&mut Map<String, Value>)) {
    let mut values = vec![body];
    while let Some(value) = values.pop() {
        match value {
            Value::Object(object) => {
                each(object);
                values.extend(object.values_mut().rev());
            }
            Value::Array(items) => values.extend(items.iter_mut().rev()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(mut body: Value, files: &[&str], replaced: Value) {
        assert_eq!(image_files(&body), files);
        replace_image_files(&mut body, |file| {
            (file != "unknown.png").then(|| UploadedImage::new(format!("img_{file}"), Some((640, 480))))
        });
        assert_eq!(body, replaced);
    }

    #[test]
    fn files_become_keys_wherever_they_stand() {
        check(
            json!({"msg_type": "image", "content": {"image_key": "file:a.png"}}),
            &["a.png"],
            json!({"msg_type": "image", "content": {"image_key": "img_a.png"}}),
        );
        check(
            json!({"card": {"elements": [{"tag": "img", "img_key": "file:b/a.png"}, {"icon": {"img_key": "img_1"}}]}}),
            &["b/a.png"],
            json!({"card": {"elements": [{"tag": "img", "img_key": "img_b/a.png"}, {"icon": {"img_key": "img_1"}}]}}),
        );
        check(json!({"text": "file:a.png", "image_key": 7}), &[], json!({"text": "file:a.png", "image_key": 7}));
        check(json!({"image_key": "file:unknown.png"}), &["unknown.png"], json!({"image_key": "file:unknown.png"}));
        check(
            json!([{"image_key": "file:1"}, {"img_key": "file:2"}, {"img_key": "file:1"}]),
            &["1", "2"],
            json!([{"image_key": "img_1"}, {"img_key": "img_2"}, {"img_key": "img_1"}]),
        );
    }

    #[test]
    fn a_picture_in_a_post_gets_its_size() {
        check(
            json!([{"tag": "img", "image_key": "file:a"}, {"tag": "img", "image_key": "file:b", "width": 10}]),
            &["a", "b"],
            json!([
                {"tag": "img", "image_key": "img_a", "width": 640, "height": 480},
                {"tag": "img", "image_key": "img_b", "width": 10, "height": 480},
            ]),
        );
        check(json!({"tag": "media", "image_key": "file:a"}), &["a"], json!({"tag": "media", "image_key": "img_a"}));
    }
}
