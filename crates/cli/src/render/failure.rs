//! Errors: one JSON document on standard output, or a few words on standard error.

use std::io::{self, Write};
use std::mem;

use serde_json::{Value, json};

use super::{Format, Output, clean, data, document, sheet, talk};
use crate::exit::Exit;
use crate::failure::Failure;

impl Output {
    /// Why nothing was begun.
    pub(crate) fn failure(&self, failure: &Failure) -> Exit {
        if self.is_json() {
            document(&error(failure));
        } else {
            talk(&format!("error: {}", clean(&failure.message)));
            if let Some(hint) = &failure.hint {
                talk(&format!("  {}", clean(hint)));
            }
        }
        failure.exit
    }

    /// The first signal.
    pub(crate) fn stopping(&self) {
        talk("stopping: waiting for the answers to what is on the wire; once more to leave at once");
    }

    /// Why the process ends in the middle of something. It ends now: a document is written, and nobody else writes to
    /// standard output any more.
    pub(crate) fn left(&self, failure: &Failure) {
        if !self.is_json() {
            self.failure(failure);
            return;
        }
        let mut out = io::stdout().lock();
        let (before, after) = if sheet::is_open() { ("],\"error\":", "}") } else { ("", "") };
        let _ = writeln!(out, "{before}{}{after}", error(failure)).and_then(|()| out.flush());
        // Whoever is in the middle of a list would write behind its end.
        mem::forget(out);
    }
}

pub(super) fn error(failure: &Failure) -> Value {
    json!({
        "schema": "batchcast.error/1",
        "kind": failure.kind,
        "message": clean(&failure.message),
        "hint": failure.hint.as_deref().map(clean),
        "exit": failure.exit.code(),
    })
}

/// What the command line parser has to say: help and version as data, everything else as an error. The format has not
/// been read yet, so it is looked for among the arguments.
pub(crate) fn usage(error: &clap::Error) -> Exit {
    use clap::error::ErrorKind;
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        data(error.render().to_string().trim_end());
        return Exit::Done;
    }
    // The parser repeats what it does not know, and below `usersig` that may be a signature.
    let repeats = matches!(error.kind(), ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument);
    if repeats && std::env::args_os().any(|argument| argument == "usersig") {
        let failure = Failure::usage("these arguments are not understood").with_hint("see batchcast usersig --help");
        return Output::new(asked_format()).failure(&failure);
    }
    if asked_format() == Format::Human {
        // The parser's own rendering has colours where a terminal wants them.
        let _ = error.print();
        return Exit::BadInput;
    }
    let text = error.render().to_string();
    // Its first paragraph: what is wrong, and below it the arguments in question. Then come tips and the usage.
    let message = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect::<Vec<_>>().join(" ");
    let message = message.trim_start_matches("error: ");
    Output::new(Format::Json).failure(&Failure::usage(message).with_hint("see batchcast --help"))
}

fn asked_format() -> Format {
    if std::env::args_os().any(|argument| argument == "--json") { Format::Json } else { Format::Human }
}
