//! Which format it is, told from the first line that is not blank.

use std::io::Read;

use super::csv::Csv;
use super::decode::Lines;
use super::error::{BadSource, Problem};
use super::ids::IdRules;
use super::jsonl::JsonLines;
use super::list::List;
use super::place::Place;
use super::record::{Cell, Record};

/// In many countries a spreadsheet's "CSV" has semicolons, and "text" has tabs.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// How the rows of a source are read.
#[derive(Debug)]
pub(super) enum Format {
    Csv(Csv),
    JsonLines(JsonLines),
    List(List),
}

/// Tells the format and reads the header where there is one.
pub(super) fn detect<R: Read>(lines: &mut Lines<R>, rules: &IdRules) -> Result<Format, BadSource> {
    if !lines.advance_to_text()? {
        return Err(BadSource::new(Place::source_alone(lines.source()), Problem::Empty));
    }
    let line = lines.line();
    let text = line.text.trim();
    if text.starts_with('{') {
        lines.hold();
        return Ok(Format::JsonLines(JsonLines::default()));
    }
    if text.starts_with('[') {
        return Err(BadSource::new(line.start(), Problem::JsonArray));
    }
    let may_be_an_id = !text.contains(DELIMITERS) && !text.contains('"') && !rules.is_nearly_id_column(text);
    if may_be_an_id && !rules.is_id_column(text) {
        lines.hold();
        return Ok(Format::List(List));
    }
    header(lines, rules).map(Format::Csv)
}

/// The header by the first delimiter that finds an id column in it. It may run over several lines.
fn header<R: Read>(lines: &mut Lines<R>, rules: &IdRules) -> Result<Csv, BadSource> {
    let first = lines.line().place();
    let mut records = DELIMITERS.map(Record::new);
    loop {
        for (record, delimiter) in records.iter_mut().zip(DELIMITERS).filter(|(record, _)| record.is_open()) {
            record.take(&lines.line());
            if record.is_complete() && has_id_column(record.cells(), rules) {
                return Csv::new(delimiter, record.cells(), rules, lines.source());
            }
        }
        if !records.iter().any(Record::is_open) || !lines.advance()? {
            break;
        }
    }
    // By the delimiter that makes the most of it, so that the error shows the header as the user sees it.
    let merit = |record: &Record| (has_id_column(record.cells(), rules), record.cells().len());
    let [by_comma, by_semicolon, by_tab] = records;
    let best = [by_semicolon, by_tab]
        .into_iter()
        .fold(by_comma, |best, record| if merit(&record) > merit(&best) { record } else { best });
    let cells = best.finish(lines.source())?;
    let found = cells.iter().map(|cell| cell.text.trim().to_owned()).collect();
    Err(BadSource::new(first, Problem::NoIdColumn { wanted: rules.id_column().map(str::to_owned), found }))
}

fn has_id_column(cells: &[Cell], rules: &IdRules) -> bool {
    cells.iter().any(|cell| rules.is_id_column(cell.text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn told(input: &str, rules: &IdRules) -> Result<Format, BadSource> {
        detect(&mut Lines::new(Arc::from("people"), input.as_bytes()), rules)
    }

    #[test]
    fn formats() {
        #[track_caller]
        fn check(input: &str, expected: &str) {
            let found = match told(input, &IdRules::default().with_id_column("staff")) {
                Ok(Format::Csv(csv)) => format!("csv {:?}", csv.delimiter()),
                Ok(Format::JsonLines(_)) => "jsonl".to_owned(),
                Ok(Format::List(_)) => "list".to_owned(),
                Err(error) => error.to_string(),
            };
            assert!(found.starts_with(expected), "{input}: {found}");
        }
        check("\u{feff}\r\n  {\"open_id\":1}", "jsonl");
        check("{", "jsonl");
        check("staff", "csv ','");
        check("\n \n staff ,name", "csv ','");
        check("\"staff\"", "csv ','");
        check("name;staff", "csv ';'");
        check("name,first;staff", "csv ';'");
        check("name\tstaff", "csv '\\t'");
        check("\"full\nname\";\"staff\"\n", "csv ';'");
        check("\"full\nname\"\tstaff\n", "csv '\\t'");
        check("ou_1", "list");
        check("  ou_1\t\nou_2", "list");
        check("#1", "list");
        check("", "people: is empty; give");
        check("\u{feff}\n \r\n", "people: is empty; give");
        check("\n [\n", "people: line 2, column 2: is a JSON array, must be JSON Lines; write one whole object a line");
        check("a,\"b", "people: line 1, column 2: the quote that opens here is never closed");
        check("staff;\"a, b", "people: line 1, column 2: the quote that opens here is never closed");
        check("\"staff\"x;a,b", "people: line 1, column 1: found \"x\" after the closing quote");
        check("\"a,b", "people: line 1, column 1: the quote that opens here is never closed");
    }

    #[test]
    fn a_header_without_an_id_is_no_list() {
        #[track_caller]
        fn check(input: &str, expected: &str) {
            let error = told(input, &IdRules::default()).map(|_| ()).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("people: line 1: no column is known to hold ids, found {expected}")),
                "{error}"
            );
        }
        check("ou_1,Ann\n", "\"ou_1\", \"Ann\"; call the ids' column one of open_id, user_id, ");
        check("name;city\n", "\"name\", \"city\"; call the ids' column");
        check("\"a\";\"b\"\n", "\"a\", \"b\"; call the ids' column");
        check("a\tb\n", "\"a\", \"b\"; call the ids' column");
        check("Name,Email\n", "\"Name\", \"Email\"; rename \"Email\" to \"email\", or give --id-column");
        check("OpenID\nou_1\n", "\"OpenID\"; rename \"OpenID\" to \"open_id\"");
        check("\"ou_1\"\n", "\"ou_1\"; call the ids' column");
        check(&["x"; 15].join(","), &format!("{} and 3 more; call the ids' column", ["\"x\""; 12].join(", ")));
    }

    #[test]
    fn a_named_id_column_has_to_be_there() {
        #[track_caller]
        fn check(input: &str, expected: &str) {
            let error = told(input, &IdRules::default().with_id_column("staff")).map(|_| ()).unwrap_err().to_string();
            assert_eq!(error, format!("people: line 1: no column is called \"staff\", found {expected}"));
        }
        check("email,name", "\"email\", \"name\"; give --id-column one of the file's own columns");
        check("a,b", "\"a\", \"b\"; give --id-column one of the file's own columns");
        check("Staff\n1", "\"Staff\"; rename \"Staff\" to \"staff\", or give --id-column");
    }
}
