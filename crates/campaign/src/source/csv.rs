//! CSV with a header.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use batchcast_model::IdKind;

use super::decode::Lines;
use super::error::{BadSource, Problem};
use super::ids::IdRules;
use super::place::Place;
use super::record::{Cell, Record};
use super::row::{Content, OwnColumns};

/// What the header says.
#[derive(Debug)]
pub(super) struct Csv {
    delimiter: char,
    names: Vec<Arc<str>>,
    /// The columns that may hold the id, the first first.
    ids: Vec<Candidate>,
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    index: usize,
    kind: Option<IdKind>,
}

impl Csv {
    pub(super) fn new(delimiter: char, header: &[Cell], rules: &IdRules, source: &Arc<str>) -> Result<Self, BadSource> {
        let names: Vec<Arc<str>> = header.iter().map(|cell| Arc::from(cell.text.trim())).collect();
        let mut seen = HashSet::new();
        for (index, (name, cell)) in names.iter().zip(header).enumerate() {
            if !name.is_empty() && !seen.insert(name) {
                let place = Place::line_of(source, cell.line).with_column(index as u64 + 1, Some(name));
                return Err(BadSource::new(place, Problem::RepeatedColumn { name: name.to_string() }));
            }
        }
        let ids: Vec<_> = rules
            .columns()
            .filter_map(|column| {
                let index = names.iter().position(|name| &**name == column.name)?;
                Some(Candidate { index, kind: column.kind })
            })
            .collect();
        if ids.is_empty() {
            let place = Place::line_of(source, header.first().map_or(1, |cell| cell.line));
            let found = names.iter().map(|name| name.to_string()).collect();
            let wanted = rules.id_column().map(str::to_owned);
            return Err(BadSource::new(place, Problem::NoIdColumn { wanted, found }));
        }
        Ok(Self { delimiter, names, ids })
    }

    #[cfg(test)]
    pub(super) const fn delimiter(&self) -> char {
        self.delimiter
    }

    pub(super) fn read<R: Read>(&self, lines: &mut Lines<R>, rules: &IdRules) -> Result<Option<Content>, BadSource> {
        let Some(cells) = Record::read(self.delimiter, lines)? else { return Ok(None) };
        self.row(cells, rules, lines.source()).map(Some)
    }

    fn row(&self, cells: Vec<Cell>, rules: &IdRules, source: &Arc<str>) -> Result<Content, BadSource> {
        let line = cells.first().map_or(0, |cell| cell.line);
        let refuse = |index: usize, problem| {
            let line = cells.get(index).or(cells.last()).map_or(line, |cell| cell.line);
            let name = self.names.get(index).map(|name| &**name);
            Err(BadSource::new(Place::line_of(source, line).with_column(index as u64 + 1, name), problem))
        };
        let (expected, found) = (self.names.len(), cells.len());
        if found < expected {
            return refuse(found, Problem::TooFewColumns { expected, found });
        }
        if found > expected {
            return refuse(expected, Problem::TooManyColumns { expected, found });
        }
        let unnamed = |(name, cell): (&Arc<str>, &Cell)| name.is_empty() && !cell.text.trim().is_empty();
        if let Some(index) = self.names.iter().zip(&cells).position(unnamed) {
            return refuse(index, Problem::UnnamedColumn { found: cells[index].text.clone() });
        }
        let Some(id) = self.ids.iter().find(|id| !cells[id.index].text.trim().is_empty()) else {
            let columns = self.ids.iter().map(|id| self.names[id.index].to_string()).collect();
            return refuse(self.ids.first().map_or(0, |id| id.index), Problem::NoId { columns });
        };
        let recipient = match rules.recipient(id.kind, &cells[id.index].text) {
            Ok(recipient) => recipient,
            Err(problem) => return refuse(id.index, problem),
        };
        let id_column = Some(Arc::clone(&self.names[id.index]));
        Ok(Content { line, recipient, id_column, columns: self.own(cells, id.index) })
    }

    /// Every column but that of the id and those without a name, which are empty.
    fn own(&self, cells: Vec<Cell>, id: usize) -> OwnColumns {
        let named = self.names.iter().zip(cells).enumerate();
        let own = named.filter(|(index, (name, _))| *index != id && !name.is_empty());
        own.map(|(_, (name, cell))| (Arc::clone(name), cell.text)).collect()
    }
}
