//! Lists that are as long as whoever asked for them likes: as CSV that `--to` reads, or as one JSON document, row by row.
//!
//! A list that breaks off before its first row is an error and nothing else. One that breaks off later ends its document
//! with the error in it, since what is printed is printed.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use batchcast_campaign::report::{Cell, CsvTable};
use batchcast_lark::{Department, DepartmentId, Member};
use batchcast_model::{IdKind, Recipient};
use serde_json::{Value, json};

use super::failure::error;
use super::{Output, clean, talk};
use crate::args::Via;
use crate::exit::Exit;
use crate::failure::Failure;

/// A list in the making on standard output.
struct Sheet {
    schema: &'static str,
    list: &'static str,
    columns: &'static [&'static str],
    output: Output,
    /// None before the first row.
    form: Option<Form>,
    rows: u64,
}

enum Form {
    Csv(CsvTable<Stdout>),
    Json(Stdout),
}

/// Whether a list as JSON has begun.
static IS_OPEN: AtomicBool = AtomicBool::new(false);

/// Whether a list as JSON is on its way, to be asked by whoever has locked standard output: between two rows, that is.
pub(super) fn is_open() -> bool {
    IS_OPEN.load(Ordering::SeqCst)
}

impl Sheet {
    fn new(output: &Output, schema: &'static str, list: &'static str, columns: &'static [&'static str]) -> Self {
        Self { schema, list, columns, output: output.clone(), form: None, rows: 0 }
    }

    fn begin(&self) -> io::Result<Form> {
        let out = io::stdout();
        if !self.output.is_json() {
            return Ok(Form::Csv(CsvTable::new(out, self.columns)?));
        }
        let mut locked = out.lock();
        write!(locked, "{{\"schema\":{},{}:[", Value::from(self.schema), Value::from(self.list))?;
        IS_OPEN.store(true, Ordering::SeqCst);
        drop(locked);
        Ok(Form::Json(out))
    }

    /// What is in it so far is on standard output, whatever ends the process.
    fn flush(&mut self) -> Result<(), Failure> {
        match &mut self.form {
            Some(Form::Csv(table)) => table.finish(),
            Some(Form::Json(out)) => out.flush(),
            None => Ok(()),
        }
        .map_err(Failure::disk)
    }

    fn row(&mut self, cells: &[Cell<'_>], object: impl FnOnce() -> Value) -> Result<(), Failure> {
        if self.form.is_none() {
            self.form = Some(self.begin().map_err(Failure::disk)?);
        }
        self.rows += 1;
        let comma = if self.rows > 1 { "," } else { "" };
        match &mut self.form {
            Some(Form::Csv(table)) => table.row(cells),
            Some(Form::Json(out)) => write!(out, "{comma}{}", object()),
            None => Ok(()),
        }
        .map_err(Failure::disk)
    }

    /// The end, with what else the document says: that there is no more, or why it breaks off.
    fn finish(mut self, told: Result<(), Failure>, mut rest: Value) -> Result<Exit, Failure> {
        let form = match (self.form.take(), told) {
            (None, Err(failure)) => return Err(failure),
            (None, Ok(())) => (self.begin().map_err(Failure::disk)?, None),
            (Some(form), told) => (form, told.err()),
        };
        match form {
            (Form::Csv(mut table), broken_off) => {
                table.finish().map_err(Failure::disk)?;
                broken_off.map_or(Ok(Exit::Done), Err)
            }
            (Form::Json(mut out), broken_off) => {
                let exit = broken_off.as_ref().map_or(Exit::Done, |failure| failure.exit);
                broken_off.iter().for_each(|failure| rest["error"] = error(failure));
                let rest = rest.to_string();
                writeln!(out, "],{}", rest.trim_start_matches('{'))
                    .and_then(|()| out.flush())
                    .map_err(Failure::disk)?;
                Ok(exit)
            }
        }
    }
}

/// Addresses and who is behind them.
pub(crate) struct AddressSheet {
    sheet: Sheet,
    found: u64,
}

impl AddressSheet {
    pub(crate) fn new(output: &Output, via: Via) -> Self {
        let columns: &[_] = if via == Via::Tim { &["account", "imported"] } else { &["open_id", "email", "mobile"] };
        Self { sheet: Sheet::new(output, "batchcast.lookup/1", "addresses", columns), found: 0 }
    }

    pub(crate) fn row(&mut self, address: &Recipient, id: Option<&Recipient>) -> Result<(), Failure> {
        self.found += u64::from(id.is_some());
        if address.kind() == IdKind::Account {
            let imported = if id.is_some() { "yes" } else { "no" };
            let object = || json!({"kind": "account", "address": address.id(), "imported": id.is_some()});
            return self.sheet.row(&[Cell::Id(address.id()), Cell::Text(imported)], object);
        }
        let of_kind = |kind| if address.kind() == kind { Cell::Id(address.id()) } else { Cell::Empty };
        let cells = [id.map_or(Cell::Empty, |id| Cell::Id(id.id())), of_kind(IdKind::Email), of_kind(IdKind::Mobile)];
        let object =
            || json!({"kind": address.kind().as_str(), "address": address.id(), "open_id": id.map(Recipient::id)});
        self.sheet.row(&cells, object)
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.sheet.flush()
    }

    pub(crate) fn finish(self, told: Result<(), Failure>) -> Result<Exit, Failure> {
        let missing = self.sheet.rows - self.found;
        if told.is_ok() || self.sheet.rows > 0 {
            talk(&format!("{} found, {missing} not found", self.found));
        }
        self.sheet.finish(told, json!({"found": self.found, "not_found": missing}))
    }
}

/// Accounts, and whether they were imported.
pub(crate) struct ImportSheet {
    sheet: Sheet,
    failed: u64,
}

impl ImportSheet {
    pub(crate) fn new(output: &Output) -> Self {
        Self { sheet: Sheet::new(output, "batchcast.import/1", "accounts", &["account", "imported"]), failed: 0 }
    }

    pub(crate) fn row(&mut self, account: &Recipient, imported: bool) -> Result<(), Failure> {
        self.failed += u64::from(!imported);
        let cells = [Cell::Id(account.id()), Cell::Text(if imported { "yes" } else { "no" })];
        self.sheet.row(&cells, || json!({"account": account.id(), "imported": imported}))
    }

    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.sheet.flush()
    }

    /// For how many it is known.
    pub(crate) const fn rows(&self) -> u64 {
        self.sheet.rows
    }

    pub(crate) fn finish(self, told: Result<(), Failure>) -> Result<Exit, Failure> {
        let (imported, failed) = (self.sheet.rows - self.failed, self.failed);
        if told.is_ok() || self.sheet.rows > 0 {
            talk(&format!("{imported} imported, {failed} not"));
        }
        let exit = self.sheet.finish(told, json!({"imported": imported, "not_imported": failed}))?;
        Ok(if exit == Exit::Done && failed > 0 { Exit::Rejected } else { exit })
    }
}

/// The members of departments.
pub(crate) struct MemberSheet(Sheet);

impl MemberSheet {
    pub(crate) fn new(output: &Output) -> Self {
        const COLUMNS: [&str; 7] = ["open_id", "user_id", "union_id", "name", "email", "mobile", "department"];
        Self(Sheet::new(output, "batchcast.members/1", "members", &COLUMNS))
    }

    pub(crate) fn row(&mut self, member: &Member, department: &DepartmentId) -> Result<(), Failure> {
        let id = |id: &'_ Option<String>| id.as_deref().map(clean);
        let (user, union, email, mobile) =
            (id(&member.user_id), id(&member.union_id), id(&member.email), id(&member.mobile));
        let (open, name) = (clean(&member.open_id), id(&member.name));
        let cells = [
            Cell::Id(&open),
            as_id(user.as_deref()),
            as_id(union.as_deref()),
            Cell::from(name.as_deref()),
            as_id(email.as_deref()),
            as_id(mobile.as_deref()),
            Cell::Id(department.as_str()),
        ];
        let object = || {
            json!({"open_id": open, "user_id": user, "union_id": union, "name": name, "email": email, "mobile": mobile,
                   "department": department.as_str()})
        };
        self.0.row(&cells, object)
    }

    pub(crate) fn finish(self, told: Result<(), Failure>) -> Result<Exit, Failure> {
        let members = self.0.rows;
        if told.is_ok() || members > 0 {
            talk(&format!("{members} members"));
        }
        self.0.finish(told, json!({"count": members}))
    }
}

/// The departments below one.
pub(crate) struct DepartmentSheet(Sheet);

impl DepartmentSheet {
    pub(crate) fn new(output: &Output) -> Self {
        const COLUMNS: [&str; 5] = ["department_id", "custom_department_id", "parent", "name", "members"];
        Self(Sheet::new(output, "batchcast.departments/1", "departments", &COLUMNS))
    }

    pub(crate) fn row(&mut self, department: &Department) -> Result<(), Failure> {
        let id = clean(&department.open_department_id);
        let custom = department.department_id.as_deref().map(clean);
        let parent = department.parent_department_id.as_deref().map(clean);
        let name = department.name.as_deref().map(clean);
        let members = department.member_count.map(|count| count.to_string());
        let cells = [
            Cell::Id(&id),
            as_id(custom.as_deref()),
            as_id(parent.as_deref()),
            Cell::from(name.as_deref()),
            as_id(members.as_deref()),
        ];
        let object = || {
            json!({"department_id": id, "custom_department_id": custom, "parent": parent, "name": name,
                   "members": department.member_count})
        };
        self.0.row(&cells, object)
    }

    pub(crate) fn finish(self, told: Result<(), Failure>) -> Result<Exit, Failure> {
        let departments = self.0.rows;
        if told.is_ok() || departments > 0 {
            talk(&format!("{departments} departments"));
        }
        self.0.finish(told, json!({"count": departments}))
    }
}

fn as_id(id: Option<&str>) -> Cell<'_> {
    id.map_or(Cell::Empty, Cell::Id)
}
