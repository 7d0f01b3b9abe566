//! `batchcast lookup`.

use std::collections::HashSet;

use batchcast_campaign::LookUp;
use batchcast_lark::{DepartmentId, Depth, Member};
use batchcast_model::Recipient;
use batchcast_transport::around::Contacts;
use batchcast_transport::channel::Address;

use crate::args::{LookupArgs, Via};
use crate::config::Settings;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{AddressSheet, DepartmentSheet, MemberSheet, Output};
use crate::stop::Stop;
use crate::{input, ledger};

pub(crate) fn lookup(args: &LookupArgs, output: &Output) -> Result<Exit, Failure> {
    let settings = Settings::read(&args.vendor)?;
    let via = match settings.via {
        Some(Via::Tim) => Via::Tim,
        _ => settings.lark_platform()?,
    };
    let connection = Connection::open(&args.vendor, &settings, via)?;
    match &args.department {
        None => addresses(args, &connection, output),
        Some(id) => {
            let id = if id == "0" { Ok(DepartmentId::root()) } else { DepartmentId::new(id.as_str()) };
            department(args, &id.map_err(Failure::input)?, &connection, output)
        }
    }
}

fn addresses(args: &LookupArgs, connection: &Connection, output: &Output) -> Result<Exit, Failure> {
    let (ledger, address) = (ledger::open_for(&args.vendor)?, connection.app_address()?);
    let contacts = connection.contacts()?;
    let stop = Stop::on_signals(output, connection, &args.vendor, Exit::Paused)?;
    stop.clears_up(ledger.temporary());
    let mut look_up = LookUp::new(&*ledger.ledger, &address, &*contacts).with_interrupt(stop.interrupt());
    let mut goes_on = goes_on(&*contacts, &address);
    if args.fresh {
        (look_up, goes_on) = (look_up.afresh(), BEGINS_AGAIN);
    }
    let (mut sheet, mut waiting) = (AddressSheet::new(output, connection.via), Vec::new());
    let mut find = |waiting: &mut Vec<Recipient>| -> Result<(), Failure> {
        let asked = std::mem::take(waiting);
        let (found, ended) = look_up.find_until_it_ends(asked.clone());
        // What was found is told, also where the vendor was not asked for the others.
        let mut known = asked.iter().filter_map(|address| Some((address, found.get(address)?)));
        known.try_for_each(|(address, found)| sheet.row(address, found.as_ref()))?;
        sheet.flush()?;
        Ok(ended?)
    };
    let read = input::addresses(args, connection.via, |address| {
        if !contacts.looks_up(address.kind()) {
            let what = format!("{} {} cannot be looked up here", address.kind(), address.id());
            return Err(Failure::input(what)
                .with_hint("email and mobile can be, with Feishu and Lark, and account with Tencent Cloud Chat"));
        }
        waiting.push(address);
        if waiting.len() == LookUp::AT_ONCE { find(&mut waiting) } else { Ok(()) }
    });
    let told = read.and_then(|()| find(&mut waiting));
    stop.over();
    sheet.finish(told.map_err(|failure| failure.if_interrupted(goes_on)))
}

/// Nothing that is worth it is remembered.
pub(super) const BEGINS_AGAIN: &str = "the same command begins again";

/// How a look-up that was interrupted is taken up again.
pub(super) fn goes_on(contacts: &dyn Contacts, app: &Address) -> &'static str {
    match contacts.memory().found.is_zero() || !app.knows_app() {
        true => BEGINS_AGAIN,
        false => "the same command goes on: whom the vendor has told of it is not asked for again",
    }
}

fn department(
    args: &LookupArgs,
    department: &DepartmentId,
    connection: &Connection,
    output: &Output,
) -> Result<Exit, Failure> {
    let client = connection.lark()?;
    let stop = Stop::on_signals(output, connection, &args.vendor, Exit::Paused)?;
    let depth = if args.recursive { Depth::All } else { Depth::Children };
    if args.sub_departments {
        let mut sheet = DepartmentSheet::new(output);
        let departments = stop.at_once(|| client.departments_below(department, depth))?;
        stop.over();
        let told = departments.iter().try_for_each(|department| sheet.row(department));
        return sheet.finish(told);
    }
    let (mut sheet, mut seen) = (MemberSheet::new(output), HashSet::new());
    let each = |member: Member, department: &_| match seen.insert(member.open_id.clone()) {
        true => sheet.row(&member, department),
        // In another department, too.
        false => Ok(()),
    };
    let told = client.members_of(department, depth, || stop.check(), each);
    stop.over();
    let told = told.map_err(|failure| match stop.check() {
        Err(interrupted) if failure.is_for_now() => interrupted,
        _ => failure,
    });
    sheet.finish(told.map_err(|failure| failure.if_interrupted(BEGINS_AGAIN)))
}
