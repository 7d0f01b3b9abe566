//! What is wrong with a directory.

use std::error::Error;
use std::fmt;

/// A directory that cannot be: the text says where and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryError {
    message: String,
}

impl DirectoryError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the directory cannot be used: {}", self.message)
    }
}

impl Error for DirectoryError {}
