//! What the user gave, as the library takes it: the message and the recipients.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use batchcast_campaign::source::{IdRules, OwnColumns, Row, id_argument, rows};
use batchcast_campaign::{Error, Planner};
use batchcast_model::lark::Template;
use batchcast_model::{IdKind, Invalid, Recipient, json, lark, tim};
use serde_json::Value;

use crate::args::{MessageArgs, RecipientArgs, Via};
use crate::failure::Failure;
use crate::files::same_file;

/// Far above every limit of a vendor: what is larger is no message.
const LARGEST_MESSAGE_FILE: u64 = 16_000_000;

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
#[derive(Debug)]
pub(crate) enum Form {
    Body { name: String, body: Value, via: Option<Via> },
    Text(String),
    Lark(lark::Message),
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
    let body = json::parse(text)?;
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
            return Ok(Self::Body { name: shown(path), body, via });
        }
        if let Some(text) = &args.text {
            return Ok(Self::Text(text.clone()));
        }
        let message = if let Some(key) = &args.image {
            if Path::new(key).is_file() {
                return Err(Failure::usage(format!("--image {key}: a file, but an image_key is wanted"))
                    .with_hint("upload the picture to Feishu or Lark first and give the key that it answers, img_…"));
            }
            lark::Message::image(key)?
        } else if let Some(path) = &args.card {
            lark::Message::card(read_json(path)?).map_err(|invalid| in_file(&shown(path), &invalid))?
        } else if let Some(template) = &args.template {
            lark::Message::template(self::template(template, &args.variables)?)?
        } else if let Some(chat) = &args.share_chat {
            lark::Message::share_chat(chat)?
        } else {
            return Err(Failure::usage("there is no message"));
        };
        Ok(Self::Lark(message))
    }

    /// The vendor: what the user says, else what the shape tells. Plain text tells nothing, and goes to Feishu where it
    /// goes to no vendor at all but to an address that the user gives.
    pub(crate) fn via(&self, asked: Option<Via>, has_address: bool) -> Result<Via, Failure> {
        let told = match self {
            Self::Body { via, .. } => *via,
            Self::Lark(_) => Some(Via::Feishu),
            Self::Text(_) => None,
        };
        match (asked, told) {
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
            (Self::Text(text), Via::Tim) => {
                Ok((Message::Tim { message: tim::Message::text(text)?, own_seq: false }, Vec::new()))
            }
            (Self::Text(text), _) => Ok((Message::Lark(lark::Message::text(text)?), Vec::new())),
            (Self::Lark(message), _) => Ok((Message::Lark(message), Vec::new())),
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
                    json::parse(value).map_err(|invalid| Failure::input(format!("--var {name}: {invalid}")))?;
                template.with_variable(name, value)
            }
        })
    })
}

/// Everybody in the order in which they are reported: files, single ids, and the lists of the message file last.
pub(crate) fn recipients(
    args: &RecipientArgs,
    via: Via,
    in_message: Vec<Recipient>,
    plan: &mut Planner<'_>,
) -> Result<(), Failure> {
    let rules = rules(args, via)?;
    for path in &args.to {
        read_rows(path, &rules, |row| {
            let column = row.id_column().map(|column| format!(", column {column}")).unwrap_or_default();
            let (place, others) = (format!("{}: line {}{column}", shown(path), row.line()), row.other_ids());
            let (recipient, own) = row.into_parts();
            plan.add(recipient, &others, &own).map_err(|error| match error {
                Error::Invalid(invalid) => invalid.with_place(&place).into(),
                error => error.into(),
            })
        })?;
    }
    for id in &args.ids {
        plan.add(id_argument(id, &rules)?, &[], &OwnColumns::new())?;
    }
    in_message.into_iter().try_for_each(|recipient| plan.add(recipient, &[], &OwnColumns::new()))?;
    Ok(())
}

/// Leaves out whoever is in the files for that, under every id that they have of them. How many ids that are.
pub(crate) fn exclude(args: &RecipientArgs, via: Via, plan: &mut Planner<'_>) -> Result<u64, Failure> {
    let rules = rules(args, via)?;
    let mut ids = 0;
    for path in &args.exclude {
        read_rows(path, &rules, |row| {
            let others = row.other_ids();
            others.iter().chain([row.recipient()]).for_each(|id| plan.exclude(id));
            ids += 1 + others.len() as u64;
            Ok(())
        })?;
    }
    Ok(ids)
}

/// Every row of a file; the first bad one is the error, which also says how many there are.
fn read_rows(path: &Path, rules: &IdRules, mut each: impl FnMut(Row) -> Result<(), Failure>) -> Result<(), Failure> {
    let (mut first, mut bad) = (None, 0_u64);
    for row in rows(shown(path), open(path)?, rules)? {
        if let Err(failure) = row.map_err(Failure::from).and_then(&mut each) {
            first.get_or_insert(failure);
            bad += 1;
        }
    }
    match first {
        None => Ok(()),
        Some(failure) if bad == 1 => Err(failure),
        Some(failure) => Err(failure.and_more(bad - 1)),
    }
}

/// Events go to a file that nobody reads meanwhile.
pub(crate) fn refuse_events_into(
    events: Option<&Path>,
    message: &MessageArgs,
    recipients: &RecipientArgs,
) -> Result<(), Failure> {
    let read = message.message.iter().chain(&message.card).chain(&recipients.to).chain(&recipients.exclude);
    let is_read = |events: &Path| read.clone().any(|path| same_file(path, events));
    match events.filter(|events| is_read(events)) {
        None => Ok(()),
        Some(events) => Err(Failure::usage(format!("--events {}: the file is read, too", events.display()))),
    }
}

/// Standard input can be read once.
pub(crate) fn refuse_two_readers(message: &MessageArgs, recipients: &RecipientArgs) -> Result<(), Failure> {
    let paths = message.message.iter().chain(&message.card).chain(&recipients.to).chain(&recipients.exclude);
    if paths.filter(|path| is_stdin(path)).count() > 1 {
        return Err(Failure::usage("standard input (\"-\") can be read only once"));
    }
    Ok(())
}

fn rules(args: &RecipientArgs, via: Via) -> Result<IdRules, Failure> {
    let mut rules = IdRules::default();
    if via == Via::Tim {
        if let Some(kind) = args.id_kind.filter(|kind| *kind != IdKind::Account) {
            return Err(Failure::input(format!("--id-kind {kind}: Tencent Cloud Chat knows people by account only")));
        }
        rules = rules.with_only_kind(IdKind::Account);
    }
    if let Some(column) = &args.id_column {
        rules = rules.with_id_column(column);
    }
    if let Some(kind) = args.id_kind {
        rules = rules.with_id_kind(kind);
    }
    Ok(rules)
}

fn read_json(path: &Path) -> Result<Value, Failure> {
    let mut bytes = Vec::new();
    let cannot = |error| Failure::input(format!("{}: cannot be read: {error}", shown(path)));
    open(path)?.take(LARGEST_MESSAGE_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST_MESSAGE_FILE {
        return Err(Failure::input(format!("{}: is larger than {LARGEST_MESSAGE_FILE} bytes", shown(path))));
    }
    json::parse(&bytes).map_err(|invalid| in_file(&shown(path), &invalid))
}

fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin().lock()));
    }
    let cannot = |error| Failure::input(format!("{}: cannot be opened: {error}", shown(path)));
    let file = File::open(path).map_err(cannot)?;
    if file.metadata().map_err(cannot)?.is_dir() {
        return Err(Failure::input(format!("{}: is a directory", shown(path))));
    }
    Ok(Box::new(BufReader::new(file)))
}

fn in_file(name: &str, invalid: &Invalid) -> Failure {
    let place = format!("{name}: {}", invalid.place());
    invalid.clone().with_place(place).into()
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn shown(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}
