//! What the user gave, as the library takes it: the message and the recipients.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use batchcast_campaign::source::{IdRules, Row, id_argument, rows};
use batchcast_model::lark::{Message, Recipients, Template};
use batchcast_model::{IdKind, Invalid, Recipient, json};
use serde_json::Value;

use crate::args::{MessageArgs, RecipientArgs};
use crate::failure::Failure;

/// Far above every limit of a vendor: what is larger is no message.
const LARGEST_MESSAGE_FILE: u64 = 16_000_000;

/// The message, and the recipients that a message file names.
pub(crate) fn message(args: &MessageArgs) -> Result<(Message, Recipients), Failure> {
    if let Some(path) = &args.message {
        let body = read_json(path)?;
        if body.get("MsgBody").is_some() {
            return Err(Failure::input(format!("{}: a message for Tencent Cloud Chat (it has MsgBody)", shown(path)))
                .with_hint("this version sends Feishu and Lark messages, which have msg_type"));
        }
        return Message::from_body(body).map_err(|invalid| in_file(path, &invalid));
    }
    let message = if let Some(text) = &args.text {
        Message::text(text)?
    } else if let Some(key) = &args.image {
        Message::image(key)?
    } else if let Some(path) = &args.card {
        Message::card(read_json(path)?).map_err(|invalid| in_file(path, &invalid))?
    } else if let Some(template) = &args.template {
        Message::template(self::template(template, &args.variables)?)?
    } else if let Some(chat) = &args.share_chat {
        Message::share_chat(chat)?
    } else {
        return Err(Failure::usage("there is no message"));
    };
    Ok((message, Recipients::new()))
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
    in_message: Recipients,
    mut add: impl FnMut(Recipient) -> Result<(), Invalid>,
) -> Result<(), Failure> {
    let rules = rules(args);
    for path in &args.to {
        read_rows(path, &rules, |row| {
            let line = row.line();
            add(row.into_parts().0)
                .map_err(|invalid| invalid.with_place(format!("{}: line {line}", shown(path))).into())
        })?;
    }
    for id in &args.ids {
        add(id_argument(id, &rules)?)?;
    }
    in_message.into_iter().try_for_each(add)?;
    Ok(())
}

/// Those who are left out.
pub(crate) fn excluded(args: &RecipientArgs) -> Result<Vec<Recipient>, Failure> {
    let rules = rules(args);
    let mut excluded = Vec::new();
    for path in &args.exclude {
        read_rows(path, &rules, |row| {
            excluded.push(row.into_parts().0);
            Ok(())
        })?;
    }
    Ok(excluded)
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

/// Standard input can be read once.
pub(crate) fn refuse_two_readers(message: &MessageArgs, recipients: &RecipientArgs) -> Result<(), Failure> {
    let paths = message.message.iter().chain(&message.card).chain(&recipients.to).chain(&recipients.exclude);
    if paths.filter(|path| is_stdin(path)).count() > 1 {
        return Err(Failure::usage("standard input (\"-\") can be read only once"));
    }
    Ok(())
}

fn rules(args: &RecipientArgs) -> IdRules {
    let mut rules = IdRules::default();
    if let Some(column) = &args.id_column {
        rules = rules.with_id_column(column);
    }
    if let Some(kind) = args.id_kind {
        rules = rules.with_id_kind(kind);
    }
    rules
}

fn read_json(path: &Path) -> Result<Value, Failure> {
    let mut bytes = Vec::new();
    let cannot = |error| Failure::input(format!("{}: cannot be read: {error}", shown(path)));
    open(path)?.take(LARGEST_MESSAGE_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST_MESSAGE_FILE {
        return Err(Failure::input(format!("{}: is larger than {LARGEST_MESSAGE_FILE} bytes", shown(path))));
    }
    json::parse(&bytes).map_err(|invalid| in_file(path, &invalid))
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

fn in_file(path: &Path, invalid: &Invalid) -> Failure {
    let place = format!("{}: {}", shown(path), invalid.place());
    invalid.clone().with_place(place).into()
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn shown(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// The kinds of id that stand for a person or a department here.
pub(crate) const fn plural(kind: IdKind) -> &'static str {
    match kind {
        IdKind::OpenId => "open_ids",
        IdKind::UserId => "user_ids",
        IdKind::UnionId => "union_ids",
        IdKind::DepartmentId => "departments",
        IdKind::Account => "accounts",
        IdKind::Email => "e-mail addresses",
        IdKind::Mobile => "mobile numbers",
        _ => "others",
    }
}
