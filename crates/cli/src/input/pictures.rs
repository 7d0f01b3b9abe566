//! The pictures that a message names by their files.

use std::path::Path;

use batchcast_campaign::content_of;
use batchcast_lark::{Image, Platform};
use batchcast_model::json;
use batchcast_model::lark::{IMAGE_FILE, UploadedImage, image_files, replace_image_files};
use serde_json::Value;

use super::message::{Form, Message};
use super::{read_bytes, shown};
use crate::args::Via;
use crate::failure::Failure;

/// As long as the keys that were seen, so that what fits with it fits with the real one.
const STAND_IN: &str = "img_v3_0000_00000000-0000-0000-0000-00000000000g";

/// A picture that is to be uploaded.
#[derive(Debug)]
pub(crate) struct Picture {
    /// Its path as the message has it.
    file: String,
    pub(crate) image: Image,
}

impl Form {
    /// The pictures that are files as yet, each checked for what the vendor takes.
    pub(crate) fn pictures(&self, via: Via) -> Result<Vec<Picture>, Failure> {
        let (name, body, folder) = match self {
            Self::Body { name, body, folder, .. } => (name, body, folder),
            Self::Card { name, card, folder } => (name, card, folder),
            Self::Text(_) | Self::Lark(_) | Self::Tim(_) => return Ok(Vec::new()),
        };
        if via == Via::Tim {
            return Ok(Vec::new());
        }
        let read = |file: String| {
            let image = read_picture(&folder.join(&file), via.platform())
                .map_err(|failure| failure.at(&format!("{name}: the picture {file}")))?;
            Ok(Picture { file, image })
        };
        image_files(body).into_iter().map(read).collect()
    }

    /// With something in the place of its pictures that is as long as a key, to see whether the rest is right.
    pub(crate) fn with_stand_ins(&self, pictures: &[Picture]) -> Self {
        let keys = vec![STAND_IN.to_owned(); pictures.len()];
        self.clone().with_keys(pictures, &keys)
    }

    /// With something in the place of its pictures that tells their content: by it the message is the same, whatever keys
    /// they are given.
    pub(crate) fn with_contents(&self, pictures: &[Picture]) -> Self {
        let content = |picture: &Picture| format!("img_{}", content_of(picture.image.bytes()));
        self.clone().with_keys(pictures, &pictures.iter().map(content).collect::<Vec<_>>())
    }

    /// With the keys of its pictures.
    pub(crate) fn with_keys(mut self, pictures: &[Picture], keys: &[String]) -> Self {
        let body: &mut Value = match &mut self {
            Self::Body { body, .. } => body,
            Self::Card { card, .. } => card,
            Self::Text(_) | Self::Lark(_) | Self::Tim(_) => return self,
        };
        replace_image_files(body, |file| {
            let (picture, key) = pictures.iter().zip(keys).find(|(picture, _)| picture.file == file)?;
            let size = picture.image.resolution().map(|pixels| (pixels.width, pixels.height));
            Some(UploadedImage::new(key, size))
        });
        self
    }
}

/// Where a picture is a file still, it stands where none can be uploaded.
pub(crate) fn refuse_files_left(message: &Message) -> Result<(), Failure> {
    let Message::Lark(_) = message else { return Ok(()) };
    match image_files(&json::parse(message.text()?.as_bytes())?).first() {
        None => Ok(()),
        Some(file) => Err(Failure::input(format!("the picture {IMAGE_FILE}{file} stands where it cannot be uploaded"))
            .with_hint("upload it with batchcast upload, and give the image_key")),
    }
}

/// A picture that this platform takes.
pub(crate) fn read_picture(path: &Path, platform: Platform) -> Result<Image, Failure> {
    Image::new(platform, read_bytes(path)?).map_err(|bad| Failure::input(format!("{}: {bad}", shown(path))))
}
