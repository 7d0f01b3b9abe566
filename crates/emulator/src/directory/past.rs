//! Directories of before, by which deliveries were made.

use std::collections::VecDeque;

use crate::directory::Directory;

/// How many are remembered. Who has got something by an older one is taken for whom the oldest of these says.
const REMEMBERED: usize = 16;

/// Each with the number of the first delivery that was made by the next one.
#[derive(Debug, Default)]
pub(crate) struct PastDirectories {
    directories: VecDeque<(u64, Directory)>,
}

impl PastDirectories {
    /// This one was in force until that delivery, which is the first that it is not for.
    pub(crate) fn push(&mut self, until: u64, directory: Directory) {
        if until > self.directories.back().map_or(0, |(before, _)| *before) {
            self.directories.push_back((until, directory));
        }
        if self.directories.len() > REMEMBERED {
            self.directories.pop_front();
        }
    }

    /// The one that a delivery was made by, unless it is today's.
    pub(crate) fn at(&self, delivery: u64) -> Option<&Directory> {
        let found = self.directories.iter().find(|(until, _)| delivery < *until);
        found.map(|(_, directory)| directory)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Directory> {
        self.directories.iter().map(|(_, directory)| directory)
    }
}
