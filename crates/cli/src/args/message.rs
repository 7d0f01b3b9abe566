use std::path::PathBuf;

use clap::{ArgGroup, Args};

const FORMS: [&str; 6] = ["message", "text", "image", "card", "template", "share_chat"];

/// The forms but for this one. What goes with it is refused with them: that it is required is not looked at where one of
/// the others stands in its place.
fn others(form: &str) -> impl Iterator<Item = &'static str> {
    FORMS.into_iter().filter(move |other| *other != form)
}

/// What is sent. Exactly one of the forms.
#[derive(Debug, Args)]
#[group(skip)]
#[command(group = ArgGroup::new("form").args(FORMS).required(true).multiple(false))]
pub(crate) struct MessageArgs {
    /// A request body as the vendor's document shows it, as a JSON file, or "-" for standard input
    ///
    /// Recipient lists in it are used too. An image_key or img_key that is "file:PATH" is uploaded first, and found from
    /// where the message file is.
    #[arg(value_name = "MESSAGE")]
    pub(crate) message: Option<PathBuf>,

    /// Plain text
    #[arg(long, value_name = "STRING", help_heading = "Message")]
    pub(crate) text: Option<String>,

    /// A picture: a file, which is uploaded first, or an image_key
    #[arg(long, value_name = "FILE_OR_KEY", help_heading = "Message")]
    pub(crate) image: Option<String>,

    /// With --image FILE for Tencent Cloud Chat: where recipients download that file; format and size are read from it
    #[arg(long, value_name = "URL", requires = "image", conflicts_with_all = others("image"), help_heading = "Message")]
    pub(crate) image_url: Option<String>,

    /// A bare card as the card builder exports it, as a JSON file, or "-"
    #[arg(long, value_name = "FILE", help_heading = "Message")]
    pub(crate) card: Option<PathBuf>,

    /// A published card template; without a version the newest one
    #[arg(long, value_name = "ID[@VERSION]", help_heading = "Message")]
    pub(crate) template: Option<String>,

    /// A variable of the template: text, or JSON after ":="
    ///
    /// `--var name=Ann` is the text "Ann"; `--var 'count:=3'` is the number 3.
    #[arg(long = "var", value_name = "NAME=VALUE", requires = "template", conflicts_with_all = others("template"), help_heading = "Message")]
    pub(crate) variables: Vec<String>,

    /// A group to join, by its id (oc_…)
    #[arg(long, value_name = "ID", help_heading = "Message")]
    pub(crate) share_chat: Option<String>,
}
