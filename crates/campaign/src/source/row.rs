//! One row: one recipient, and what the caller keeps beside it.

use std::sync::Arc;

use batchcast_model::Recipient;

/// A row's own columns, in the order of the file: name and value. The rows of a file share their names.
pub type OwnColumns = Vec<(Arc<str>, String)>;

/// One row of a source: one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a row is somebody who is to get the message"]
pub struct Row {
    pub(super) number: u64,
    pub(super) content: Content,
}

/// A row that does not know yet which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) line: u64,
    pub(super) recipient: Recipient,
    pub(super) id_column: Option<Arc<str>>,
    pub(super) columns: OwnColumns,
}

impl Row {
    /// Who is to get the message.
    #[must_use]
    pub const fn recipient(&self) -> &Recipient {
        &self.content.recipient
    }

    /// The data row's number within its source, from 1. Bad rows count, the header and blank lines do not.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The physical line on which it begins, from 1.
    #[must_use]
    pub const fn line(&self) -> u64 {
        self.content.line
    }

    /// The column that its id comes from; none in a list of ids. It is not among [`columns`](Self::columns).
    #[must_use]
    pub fn id_column(&self) -> Option<&str> {
        self.content.id_column.as_deref()
    }

    /// Every column but that of the id, with its value as it stands in the file: CSV cells with the white space around
    /// them; JSON strings as their text, `null` as nothing, and all else as JSON without spaces.
    #[must_use]
    pub fn columns(&self) -> &[(Arc<str>, String)] {
        &self.content.columns
    }

    /// The other ids of the same person that the row has: its own columns that are named as a kind of id, as far as
    /// they can be ids.
    #[must_use]
    pub fn other_ids(&self) -> Vec<Recipient> {
        let id = |(name, value): &(Arc<str>, String)| Recipient::new(name.parse().ok()?, value.trim()).ok();
        self.columns().iter().filter_map(id).collect()
    }

    /// The recipient and the own columns, for keeping.
    #[must_use]
    pub fn into_parts(self) -> (Recipient, OwnColumns) {
        (self.content.recipient, self.content.columns)
    }
}
