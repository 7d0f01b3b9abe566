//! What an element holds, by its `MsgType`.

use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use super::custom::Custom;
use super::face::Face;
use super::file::File;
use super::image::Image;
use super::location::Location;
use super::record::{Part, Record};
use super::relay::Relay;
use super::sound::Sound;
use super::text::Text;
use super::unknown::{meant, warn_of_spelling};
use super::video::Video;
use crate::cursor::Cursor;
use crate::invalid::Invalid;
use crate::path::Path;
use crate::warning::Warning;

/// What an element holds.
///
/// The first four are those of the older documents of `batchsendmsg` (2016 to 2019). "Message Formats" (269/2720,
/// 2024-09-24) says of all but the last that they can be sent by REST; whether that goes for batches too is not
/// documented, so they have a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// `TIMTextElem`
    Text(Text),
    /// `TIMFaceElem`
    Face(Face),
    /// `TIMLocationElem`
    Location(Location),
    /// `TIMCustomElem`
    Custom(Custom),
    /// `TIMSoundElem`
    Sound(Sound),
    /// `TIMImageElem`
    Image(Image),
    /// `TIMFileElem`
    File(File),
    /// `TIMVideoFileElem`
    Video(Video),
    /// `TIMRelayElem`
    Relay(Relay),
    /// Any other.
    #[non_exhaustive]
    Other {
        /// Its type.
        msg_type: String,
        /// Its `MsgContent`, as it is.
        content: Value,
    },
}

const TYPES: [&str; 9] = [
    "TIMTextElem",
    "TIMFaceElem",
    "TIMLocationElem",
    "TIMCustomElem",
    "TIMSoundElem",
    "TIMImageElem",
    "TIMFileElem",
    "TIMVideoFileElem",
    "TIMRelayElem",
];

impl Content {
    /// The vendor's word for its type.
    #[must_use]
    pub fn msg_type(&self) -> &str {
        match self {
            Self::Text(_) => "TIMTextElem",
            Self::Face(_) => "TIMFaceElem",
            Self::Location(_) => "TIMLocationElem",
            Self::Custom(_) => "TIMCustomElem",
            Self::Sound(_) => "TIMSoundElem",
            Self::Image(_) => "TIMImageElem",
            Self::File(_) => "TIMFileElem",
            Self::Video(_) => "TIMVideoFileElem",
            Self::Relay(_) => "TIMRelayElem",
            Self::Other { msg_type, .. } => msg_type,
        }
    }

    /// Whether the documents of `batchsendmsg` itself name the type: text, face, location and custom.
    #[must_use]
    pub const fn is_documented_for_batches(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Face(_) | Self::Location(_) | Self::Custom(_))
    }

    /// What a push says of it; nothing where no document says.
    pub(super) fn push_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.text),
            Self::Face(_) => Some("[Face]"),
            Self::Location(_) => Some("[Location]"),
            Self::Custom(custom) => Some(custom.desc.as_deref().unwrap_or_default()),
            _ => None,
        }
    }

    pub(super) fn read(msg_type: String, content: Cursor<'_>) -> Result<Self, Invalid> {
        Ok(match msg_type.as_str() {
            "TIMTextElem" => Self::Text(Part::read(content)?),
            "TIMFaceElem" => Self::Face(Part::read(content)?),
            "TIMLocationElem" => Self::Location(Part::read(content)?),
            "TIMCustomElem" => Self::Custom(Part::read(content)?),
            "TIMSoundElem" => Self::Sound(Part::read(content)?),
            "TIMImageElem" => Self::Image(Part::read(content)?),
            "TIMFileElem" => Self::File(Part::read(content)?),
            "TIMVideoFileElem" => Self::Video(Part::read(content)?),
            "TIMRelayElem" => Self::Relay(Part::read(content)?),
            _ => Self::Other { msg_type, content: content.raw() },
        })
    }

    pub(super) fn warn(&self, element: Path<'_>, warnings: &mut Vec<Warning>) {
        if !self.is_documented_for_batches() {
            let text = match self {
                Self::Other { msg_type, .. } => meant(msg_type, &TYPES)
                    .unwrap_or_else(|| "unknown; it is sent as it is, and may be refused".to_owned()),
                _ => "whether batchsendmsg takes it is not documented: its older pages name text, face, location and \
                      custom elements alone; try it with one account first"
                    .to_owned(),
            };
            warnings.push(Warning::new(element.key("MsgType"), text));
        }
        let place = element.key("MsgContent");
        match self {
            Self::Text(_) | Self::Face(_) | Self::Other { .. } => {}
            Self::Location(location) => location.warn(place, warnings),
            Self::Custom(custom) => warn_of_spelling(custom, place, warnings),
            Self::Sound(sound) => {
                warn_of_media(sound, place, &[("Download_Flag", sound.download_flag)], warnings);
            }
            Self::Image(image) => {
                warn_of_media(image, place, &[], warnings);
                let infos = place.key("ImageInfoArray");
                for (index, info) in image.image_info_array.iter().flatten().enumerate() {
                    warn_of_media(info, infos.index(index), &[], warnings);
                }
            }
            Self::File(file) => warn_of_media(file, place, &[("Download_Flag", file.download_flag)], warnings),
            Self::Video(video) => {
                let flags = [
                    ("VideoDownloadFlag", video.video_download_flag),
                    ("ThumbDownloadFlag", video.thumb_download_flag),
                ];
                warn_of_media(video, place, &flags, warnings);
            }
            Self::Relay(relay) => {
                if relay.msg_list.is_some() == relay.json_msg_key.is_some() {
                    let text = "merged messages have either `MsgList` or, over 12 K, `JsonMsgKey`";
                    warnings.push(Warning::new(place, text));
                }
                warn_of_spelling(relay, place, warnings);
            }
        }
    }
}

/// All fields of these are documented as there, yet older clients know forms without some.
fn warn_of_media<R: Record>(media: &R, place: Path<'_>, flags: &[(&str, Option<u64>)], warnings: &mut Vec<Warning>) {
    let missing = media.missing();
    if !missing.is_empty() {
        let text = format!("without {}; the document has it, so clients may not show this", missing.join(", "));
        warnings.push(Warning::new(place, text));
    }
    for (name, flag) in flags {
        if flag.is_some_and(|flag| flag != 2) {
            warnings.push(Warning::new(place.key(name), "must be 2: clients download it by its URL"));
        }
    }
    warn_of_spelling(media, place, warnings);
}

impl Serialize for Content {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Face(face) => face.serialize(serializer),
            Self::Location(location) => location.serialize(serializer),
            Self::Custom(custom) => custom.serialize(serializer),
            Self::Sound(sound) => sound.serialize(serializer),
            Self::Image(image) => image.serialize(serializer),
            Self::File(file) => file.serialize(serializer),
            Self::Video(video) => video.serialize(serializer),
            Self::Relay(relay) => relay.serialize(serializer),
            Self::Other { content, .. } => content.serialize(serializer),
        }
    }
}

macro_rules! from {
    ($($content:ident),+) => {
        $(impl From<$content> for Content {
            fn from(content: $content) -> Self {
                Self::$content(content)
            }
        })+
    };
}
from!(Text, Face, Location, Custom, Sound, Image, File, Video, Relay);
