//! Why a source cannot be read: where, what was found, and what to do about it.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;

use batchcast_model::Invalid;

use super::ids::{ID_COLUMNS, nearly};
use super::place::{Place, excerpt};

/// A source, or a row of one, that cannot be used. Nothing may be sent while there is one.
///
/// Its text reads `PLACE: what is wrong; what to do`. Whatever it quotes is cut to 60 characters, and control
/// characters are escaped, so it can be shown on a terminal.
#[derive(Debug)]
pub struct BadSource {
    place: Place,
    // Boxed, so that a result of one row is small.
    problem: Box<Problem>,
}

/// What is wrong with it.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// The operating system could not read on.
    Io(io::Error),
    /// It is not UTF-8 with LF or CRLF.
    #[non_exhaustive]
    NotUtf8 {
        /// What it seems to be.
        found: Cow<'static, str>,
    },
    /// There is nothing in it but blank lines.
    Empty,
    /// A row is over the limit.
    #[non_exhaustive]
    TooLong {
        /// The limit, [`MAX_ROW_BYTES`](super::MAX_ROW_BYTES).
        limit: usize,
    },
    /// It is one JSON array.
    JsonArray,
    /// A line of a JSON Lines file is not one whole object.
    #[non_exhaustive]
    BadJson {
        /// What the JSON reader says.
        detail: String,
    },
    /// The quote that opens this cell is never closed, or not within [`MAX_ROW_BYTES`](super::MAX_ROW_BYTES).
    UnclosedQuote,
    /// Something stands between the closing quote of this cell and the next delimiter.
    #[non_exhaustive]
    TextAfterQuote {
        /// The character that does.
        found: char,
    },
    /// Two columns have one name.
    #[non_exhaustive]
    RepeatedColumn {
        /// The name.
        name: String,
    },
    /// A cell has content, and its column has no name.
    #[non_exhaustive]
    UnnamedColumn {
        /// The content.
        found: String,
    },
    /// A row has fewer cells than the header. The column is the first that is missing.
    #[non_exhaustive]
    TooFewColumns {
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// A row has more cells than the header. The column is the first that is too much.
    #[non_exhaustive]
    TooManyColumns {
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// No column is known to hold ids, or the one that was named is not there.
    #[non_exhaustive]
    NoIdColumn {
        /// The [id column](super::IdRules::with_id_column) that was asked for.
        wanted: Option<String>,
        /// The columns that are there.
        found: Vec<String>,
    },
    /// A row names nobody.
    #[non_exhaustive]
    NoId {
        /// The columns that may hold the id; all are empty.
        columns: Vec<String>,
    },
    /// An id is of another JSON type than a string.
    #[non_exhaustive]
    NotAString {
        /// Its JSON.
        found: String,
    },
    /// A spreadsheet has turned the id into something else.
    #[non_exhaustive]
    Damaged {
        /// What it left.
        found: String,
    },
    /// Nothing tells what kind of id it is.
    #[non_exhaustive]
    UnknownKind {
        /// The id.
        id: String,
    },
    /// A bare id has a delimiter in it, as several ids or cells have.
    #[non_exhaustive]
    SeveralCells {
        /// The text.
        found: String,
    },
    /// No id is like this.
    Id(Invalid),
}

impl BadSource {
    pub(super) fn new(place: Place, problem: Problem) -> Self {
        Self { place, problem: Box::new(problem) }
    }

    /// Where.
    #[must_use]
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// What is wrong there.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'_, str>> {
        self.problem.hint()
    }

    /// Whether what follows in the source can be told from what is wrong with it.
    pub(super) fn spoils_the_rest(&self) -> bool {
        use Problem::{Io, NotUtf8, TextAfterQuote, TooLong, UnclosedQuote};
        matches!(*self.problem, Io(_) | NotUtf8 { .. } | TooLong { .. } | UnclosedQuote | TextAfterQuote { .. })
    }
}

impl fmt::Display for BadSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)?;
        self.hint().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

impl Error for BadSource {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &*self.problem {
            Problem::Io(error) => Some(error),
            Problem::Id(invalid) => Some(invalid),
            _ => None,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read: {error}"),
            Self::NotUtf8 { found } => write!(f, "must be UTF-8 with LF or CRLF, found {found}"),
            Self::Empty => f.write_str("is empty"),
            Self::TooLong { limit } => write!(f, "the row is too long: the limit is {limit} bytes"),
            Self::JsonArray => f.write_str("is a JSON array, must be JSON Lines"),
            Self::BadJson { detail } => write!(f, "not a JSON object: {}", excerpt(detail)),
            Self::UnclosedQuote => f.write_str("the quote that opens here is never closed"),
            Self::TextAfterQuote { found } => {
                write!(f, "found \"{}\" after the closing quote", excerpt(found.encode_utf8(&mut [0; 4])))
            }
            Self::RepeatedColumn { name } => write!(f, "a second column is called \"{}\"", excerpt(name)),
            Self::UnnamedColumn { found } => write!(f, "found \"{}\" in a column without a name", excerpt(found)),
            Self::TooFewColumns { expected, found } => {
                write!(f, "too few cells: the header has {expected}, found {found}")
            }
            Self::TooManyColumns { expected, found } => {
                write!(f, "too many cells: the header has {expected}, found {found}")
            }
            Self::NoIdColumn { wanted: Some(wanted), found } => {
                write!(f, "no column is called \"{}\", found {}", excerpt(wanted), list(found))
            }
            Self::NoIdColumn { wanted: None, found } => {
                write!(f, "no column is known to hold ids, found {}", list(found))
            }
            Self::NoId { columns } => {
                write!(
                    f,
                    "the row has no id in {}",
                    columns.iter().map(|name| excerpt(name)).collect::<Vec<_>>().join(", ")
                )
            }
            Self::NotAString { found } => write!(f, "an id must be a string, found {}", excerpt(found)),
            Self::Damaged { found } => write!(f, "\"{}\" is what a spreadsheet left of an id", excerpt(found)),
            Self::UnknownKind { id } => write!(f, "nothing tells what kind of id \"{}\" is", excerpt(id)),
            Self::SeveralCells { found } => write!(f, "must be one id, found \"{}\"", excerpt(found)),
            Self::Id(invalid) => write!(f, "not a valid {}: {}", excerpt(invalid.place()), invalid.problem()),
        }
    }
}

impl Problem {
    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self {
            Self::Io(_) => return None,
            Self::NotUtf8 { .. } => "save as CSV UTF-8",
            Self::Empty | Self::TooLong { .. } => "give a CSV file with a header, JSON Lines, or one id a line",
            Self::JsonArray | Self::BadJson { .. } => {
                "write one whole object a line, without brackets or commas around"
            }
            Self::UnclosedQuote => "close it before the next delimiter, and write a quote inside a quoted cell twice",
            Self::TextAfterQuote { .. } => "quote the whole cell, and write a quote inside it twice",
            Self::RepeatedColumn { .. } => "give every column a name of its own",
            Self::UnnamedColumn { .. } => "give the column a name",
            Self::TooFewColumns { .. } => "give every row as many cells as the header has",
            Self::TooManyColumns { .. } => {
                "give every row as many cells as the header has, and quote a cell that holds the delimiter"
            }
            Self::NoIdColumn { wanted, found } => return Some(rename(wanted.as_deref(), found)),
            Self::NoId { .. } => "give it one, or delete the row",
            Self::NotAString { .. } => "put it in quotes: a number may have lost its zeros or its last digits",
            Self::Damaged { .. } => "format the column as text, and fill it in again",
            Self::UnknownKind { .. } => "give --id-kind",
            Self::SeveralCells { .. } => "give one id a line, or a CSV file with a header",
            Self::Id(invalid) => return invalid.hint().map(Cow::Borrowed),
        }))
    }
}

fn rename(wanted: Option<&str>, found: &[String]) -> Cow<'static, str> {
    let close = match wanted {
        Some(wanted) => found.iter().find(|name| nearly(name, wanted)).map(|name| (name, wanted)),
        None => found.iter().find_map(|name| {
            let column = ID_COLUMNS.iter().find(|kind| nearly(name, kind.as_str()))?;
            Some((name, column.as_str()))
        }),
    };
    match (close, wanted) {
        (Some((name, column)), _) => {
            format!("rename \"{}\" to \"{}\", or give --id-column", excerpt(name), excerpt(column)).into()
        }
        (None, Some(_)) => "give --id-column one of the file's own columns".into(),
        (None, None) => format!(
            "call the ids' column one of {} (CSV does so in a header line), or give --id-column",
            ID_COLUMNS.map(|kind| kind.as_str()).join(", "),
        )
        .into(),
    }
}

fn list(names: &[String]) -> String {
    const LONGEST: usize = 12;
    let mut text =
        names.iter().take(LONGEST).map(|name| format!("\"{}\"", excerpt(name))).collect::<Vec<_>>().join(", ");
    if names.is_empty() {
        text.push_str("none");
    }
    if names.len() > LONGEST {
        text.push_str(&format!(" and {} more", names.len() - LONGEST));
    }
    text
}
