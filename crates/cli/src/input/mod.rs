//! What the user gave, as the library takes it: the message with its pictures, and the recipients.

mod message;
mod pictures;
mod recipients;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use batchcast_model::{Invalid, json};
use serde_json::Value;

use crate::args::{MessageArgs, RecipientArgs};
use crate::failure::Failure;
use crate::files::same_file;

pub(crate) use message::{Form, Message, of_campaign};
pub(crate) use pictures::{Picture, read_picture, refuse_files_left};
pub(crate) use recipients::{addresses, exclude, new_accounts, recipients};

/// Far above every limit of a vendor: what is larger is neither a message nor a picture.
const LARGEST_FILE: u64 = 16_000_000;

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

fn read_json(path: &Path) -> Result<Value, Failure> {
    json::parse(&read_bytes(path)?).map_err(|invalid| in_file(&shown(path), &invalid))
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let cannot = |error| Failure::input(format!("{}: cannot be read: {error}", shown(path)));
    open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Failure::input(format!("{}: is larger than {LARGEST_FILE} bytes", shown(path))));
    }
    Ok(bytes)
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
