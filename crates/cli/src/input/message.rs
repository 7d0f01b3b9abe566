//! The message that the user gave.

use std::path::{Path, PathBuf};

use batchcast_model::lark::Template;
use batchcast_model::{Recipient, json as model_json, lark, tim};
use serde_json::{Value, json};

use super::{in_file, is_stdin, read_bytes, read_json, shown};
use crate::args::{MessageArgs, Via};
use crate::failure::Failure;

const IMAGE: &str = "--image";

/// What everybody gets.
#[derive(Debug)]
pub(crate) enum Message {
    Lark(lark::Message),
    Tim {
        message: tim::Message,
        /// Whether the file has a `MsgSeq`, which every request replaces by its own.
        own_seq: bool,
    },
}

/// A message that does not know yet which vendor it is for, where its shape does not tell.
#[derive(Debug, Clone)]
pub(crate) enum Form {
    Body { name: String, body: Value, via: Option<Via>, folder: PathBuf },
    Card { name: String, card: Value, folder: PathBuf },
    Text(String),
    Lark(lark::Message),
    Tim(tim::Message),
}

impl Message {
    pub(crate) fn warnings(&self) -> Vec<String> {
        let (warnings, own_seq) = match self {
            Self::Lark(message) => (message.warnings(), false),
            Self::Tim { message, own_seq } => (message.warnings(), *own_seq),
        };
        let replaced = own_seq.then(|| "MsgSeq: every request gets one of its own instead".to_owned());
        warnings.iter().map(ToString::to_string).chain(replaced).collect()
    }

    /// The message as JSON.
    pub(crate) fn text(&self) -> Result<String, Failure> {
        Ok(match self {
            Self::Lark(message) => model_json::to_text(message)?,
            Self::Tim { message, .. } => model_json::to_text(message)?,
        })
    }

    /// The message in a few words.
    pub(crate) fn excerpt(&self) -> String {
        let (kind, text) = match self {
            Self::Lark(message) => match message.content() {
                lark::Content::Text(text) => ("text", Some(text.text.clone())),
                _ => (message.msg_type().as_str(), None),
            },
            Self::Tim { message, .. } => ("TIM", message.push_text()),
        };
        match text.map(|text| (text.chars().take(60).collect::<String>(), text.chars().nth(60).is_some())) {
            None => kind.to_owned(),
            Some((start, false)) => format!("{kind}: {start}"),
            Some((start, true)) => format!("{kind}: {start}…"),
        }
    }
}

/// The message of a campaign, as it was written down.
pub(crate) fn of_campaign(via: Via, text: &str) -> Result<Message, Failure> {
    let body = model_json::parse(text)?;
    Ok(match via {
        Via::Tim => Message::Tim { message: tim::Message::from_value(body)?, own_seq: false },
        Via::Feishu | Via::Lark => Message::Lark(lark::Message::from_value(body)?),
    })
}

impl Form {
    pub(crate) fn read(args: &MessageArgs) -> Result<Self, Failure> {
        if let Some(path) = &args.message {
            let body = read_json(path)?;
            let via = body.get("MsgBody").map(|_| Via::Tim).or(body.get("msg_type").map(|_| Via::Feishu));
            return Ok(Self::Body { name: shown(path), body, via, folder: folder_of(path) });
        }
        if let Some(text) = &args.text {
            return Ok(Self::Text(text.clone()));
        }
        if let (Some(image), Some(url)) = (&args.image, &args.image_url) {
            let picture = tim::Image::at(url, &read_bytes(Path::new(image))?)?;
            return Ok(Self::Tim(tim::Message::elements([tim::Element::new(picture)])?));
        }
        if let Some(image) = &args.image {
            return Ok(Self::image(image));
        }
        if let Some(path) = &args.card {
            return Ok(Self::Card { name: shown(path), card: read_json(path)?, folder: folder_of(path) });
        }
        let message = if let Some(template) = &args.template {
            lark::Message::template(self::template(template, &args.variables)?)?
        } else if let Some(chat) = &args.share_chat {
            lark::Message::share_chat(chat)?
        } else {
            return Err(Failure::usage("there is no message"));
        };
        Ok(Self::Lark(message))
    }

    /// A picture: an image_key, or a file. Keys begin with `img_`; a file of such a name is written `./img_…`.
    fn image(image: &str) -> Self {
        let key = if image.is_empty() || image.starts_with("img_") {
            image.to_owned()
        } else {
            format!("{}{image}", lark::IMAGE_FILE)
        };
        let body = json!({"msg_type": "image", "content": {"image_key": key}});
        Self::Body { name: IMAGE.to_owned(), body, via: Some(Via::Feishu), folder: PathBuf::new() }
    }

    /// The vendor: what the user says, else what the shape tells. Plain text tells nothing, and goes to Feishu where it
    /// goes to no vendor at all but to an address that the user gives.
    pub(crate) fn via(&self, asked: Option<Via>, has_address: bool) -> Result<Via, Failure> {
        let told = match self {
            Self::Body { via, .. } => *via,
            Self::Lark(_) | Self::Card { .. } => Some(Via::Feishu),
            Self::Tim(_) => Some(Via::Tim),
            Self::Text(_) => None,
        };
        match (asked, told) {
            (Some(Via::Tim), Some(_)) if matches!(self, Self::Body { name, .. } if name == IMAGE) => {
                Err(Failure::usage(
                    "--image for Tencent Cloud Chat needs --image-url: recipients download the picture there",
                ))
            }
            (Some(asked), Some(told)) if (asked == Via::Tim) != (told == Via::Tim) => {
                Err(Failure::usage("the message is of another vendor than --via or the profile says")
                    .with_hint("a message for Feishu or Lark has msg_type, one for Tencent Cloud Chat has MsgBody"))
            }
            (Some(asked), _) => Ok(asked),
            (None, Some(told)) => Ok(told),
            (None, None) if has_address => Ok(Via::Feishu),
            (None, None) => Err(Failure::usage("the message does not tell which vendor it is for")
                .with_hint("add --via feishu, --via lark or --via tim, or --sandbox to try it out")),
        }
    }

    /// The message for this vendor, and the recipients that a message file names.
    pub(crate) fn message(self, via: Via) -> Result<(Message, Vec<Recipient>), Failure> {
        match (self, via) {
            (Self::Body { name, body, .. }, Via::Tim) => {
                let draft = tim::Message::from_body(body).map_err(|invalid| in_file(&name, &invalid))?;
                let people = draft.accounts.into_iter().collect();
                Ok((Message::Tim { message: draft.message, own_seq: draft.msg_seq.is_some() }, people))
            }
            (Self::Body { name, body, .. }, _) => {
                let (message, people) = lark::Message::from_body(body).map_err(|invalid| in_file(&name, &invalid))?;
                Ok((Message::Lark(message), people.into_iter().collect()))
            }
            (Self::Card { name, card, .. }, _) => {
                let message = lark::Message::card(card).map_err(|invalid| in_file(&name, &invalid))?;
                Ok((Message::Lark(message), Vec::new()))
            }
            (Self::Text(text), Via::Tim) => {
                Ok((Message::Tim { message: tim::Message::text(text)?, own_seq: false }, Vec::new()))
            }
            (Self::Text(text), _) => Ok((Message::Lark(lark::Message::text(text)?), Vec::new())),
            (Self::Lark(message), _) => Ok((Message::Lark(message), Vec::new())),
            (Self::Tim(message), _) => Ok((Message::Tim { message, own_seq: false }, Vec::new())),
        }
    }
}

fn template(id: &str, variables: &[String]) -> Result<Template, Failure> {
    let template = match id.split_once('@') {
        Some((id, version)) => Template::new(id).with_version(version),
        None => Template::new(id),
    };
    variables.iter().try_fold(template, |template, variable| {
        let Some((name, value)) = variable.split_once('=').filter(|(name, _)| !matches!(*name, "" | ":")) else {
            return Err(Failure::usage(format!("--var {variable:?}: a name, \"=\" and a value are wanted")));
        };
        Ok(match name.strip_suffix(':') {
            None => template.with_variable(name, value),
            Some(name) => {
                let value: Value =
                    model_json::parse(value).map_err(|invalid| Failure::input(format!("--var {name}: {invalid}")))?;
                template.with_variable(name, value)
            }
        })
    })
}

/// Where the files are that a message file names.
fn folder_of(path: &Path) -> PathBuf {
    if is_stdin(path) { PathBuf::new() } else { path.parent().map(Path::to_owned).unwrap_or_default() }
}
