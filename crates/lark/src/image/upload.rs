//! `POST im/v1/images`: makes an image key of a picture.

use std::fmt;

use batchcast_transport::endpoint::Endpoint;
use batchcast_transport::error::BuildError;
use batchcast_transport::multipart::Form;
use batchcast_transport::operation::{Operation, Replay, Verdict};
use batchcast_transport::wire::{Request, Response};

use super::Image;
use super::taken::file_name;
use crate::answer;
use crate::codes::Call;

const PATH: &str = "/open-apis/im/v1/images";

/// Uploads a picture for messages (`image_type` `message`). An upload that is made twice makes two keys, either of
/// which is good, so it may be repeated when nobody knows what became of it.
///
/// "Upload image" (Lark and Feishu, undated). The app needs its bot, and the scope `im:resource` or
/// `im:resource:upload`. 1000 a minute, 50 a second.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct UploadImage {
    image: Image,
}

impl UploadImage {
    /// Uploads this picture.
    pub const fn new(image: Image) -> Self {
        Self { image }
    }
}

impl Operation for UploadImage {
    type Output = ImageKey;

    fn request(&self, endpoint: &Endpoint) -> Result<Request, BuildError> {
        let format = self.image.format();
        let form = Form::new().with_text("image_type", "message").with_file(
            "image",
            file_name(format),
            format.media_type(),
            self.image.bytes().clone(),
        );
        Request::post_multipart(endpoint.join(PATH)?, &form)
    }

    fn parse(&self, response: &Response) -> Verdict<ImageKey> {
        answer::data(Call::UploadImage, response, |data| {
            let key = data.get("image_key")?.as_str().filter(|key| !key.is_empty())?;
            Some(ImageKey(key.into()))
        })
    }

    fn replay(&self) -> Replay {
        Replay::Safe
    }

    fn api(&self) -> Option<&'static str> {
        Some("im/v1/images")
    }
}

/// The vendor's name for an uploaded picture, `img_v2_…` or `img_v3_…`. It is good for the app that uploaded it and for
/// no other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImageKey(Box<str>);

impl ImageKey {
    /// The key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ImageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<ImageKey> for String {
    fn from(key: ImageKey) -> Self {
        key.0.into()
    }
}
