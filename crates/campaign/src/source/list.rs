//! One id a line.

use std::io::Read;

use super::decode::Lines;
use super::error::BadSource;
use super::ids::IdRules;
use super::row::{Content, OwnColumns};

#[derive(Debug)]
pub(super) struct List;

impl List {
    pub(super) fn read<R: Read>(&self, lines: &mut Lines<R>, rules: &IdRules) -> Result<Option<Content>, BadSource> {
        if !lines.advance_to_text()? {
            return Ok(None);
        }
        let line = lines.line();
        let recipient = rules.bare(line.text).map_err(|problem| BadSource::new(line.start(), problem))?;
        Ok(Some(Content { line: line.number, recipient, id_column: None, columns: OwnColumns::new() }))
    }
}
