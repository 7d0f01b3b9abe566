//! `batchcast import`.

use batchcast_tim::{MultiAccountImport, NewAccount};

use crate::args::{ImportArgs, Via};
use crate::config::Settings;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::render::{ImportSheet, Output};
use crate::stop::Stop;

pub(crate) fn import(args: &ImportArgs, output: &Output) -> Result<Exit, Failure> {
    let settings = Settings::read(&args.vendor)?;
    if settings.via.is_some_and(|via| via != Via::Tim) {
        return Err(Failure::usage("accounts are imported into Tencent Cloud Chat only").with_hint("add --via tim"));
    }
    // All of them before the first: a bad row imports nobody.
    let accounts = input::new_accounts(args)?;
    let connection = Connection::open(&args.vendor, &settings, Via::Tim)?;
    let client = connection.tim()?;
    let (mut sheet, all) = (ImportSheet::new(output), accounts.len() as u64);
    let stop = Stop::on_signals(output, &connection, &args.vendor, Exit::InDoubt)?;
    let told = MultiAccountImport::batches(accounts).try_for_each(|batch| -> Result<(), Failure> {
        stop.check()?;
        let batch = batch.map_err(Failure::input)?;
        let receipt = client.call(batch.clone()).map_err(|error| stop.interrupt().or_error(error))?;
        let mut accounts = batch.accounts().iter().map(NewAccount::account);
        accounts.try_for_each(|account| sheet.row(account, !receipt.failed.contains(account)))?;
        sheet.flush()
    });
    stop.over();
    let done = sheet.rows();
    sheet.finish(told.map_err(|failure| {
        match failure.is_interruption() {
            true => Failure::interrupted(format!("{done} accounts were asked for, {} are left", all - done))
                .with_hint("the same command goes on: one that exists already is not made again"),
            false => failure,
        }
    }))
}
