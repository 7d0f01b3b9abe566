//! `batchcast recall`.

use std::io::{self, Write};
use std::path::Path;

use batchcast_campaign::Campaign;
use batchcast_campaign::follow_up::{recall as take_back, recall_outcomes, recalled};
use batchcast_campaign::report::ReportFile;

use super::followed::FollowedUp;
use crate::args::RecallArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::{Output, recall_row, recall_table};
use crate::stop::Stop;

pub(crate) fn recall(args: &RecallArgs, output: &Output) -> Result<Exit, Failure> {
    let to_stdout = args.csv.as_deref().is_some_and(is_stdout);
    if to_stdout && output.is_json() {
        return Err(Failure::usage("--json does not go with --csv -"));
    }
    let found = FollowedUp::open(&args.campaign, &args.vendor)?;
    if let Some(path) = &args.csv {
        found.ledger.refuse_as_output("--csv", path)?;
    }
    // Before anything is taken back, so that a wrong path is told in time.
    let file = args.csv.as_ref().filter(|path| !is_stdout(path)).map(ReportFile::create).transpose()?;
    let vendor = found.connection.recall(&found.campaign)?;
    let stop = Stop::on_signals(output, &found.connection, &args.vendor, Exit::InDoubt)?;
    stop.clears_up(file.as_ref().and_then(ReportFile::temporary).map(Path::to_owned));
    let campaign = found.campaign.clone().with_interrupt(stop.interrupt().clone());
    let taken_back = take_back(&campaign, &*vendor, args.in_flight);
    stop.over();
    // What became of some is told, even where the vendor refuses the rest.
    if to_stdout {
        write(&mut io::stdout().lock(), &found.campaign)?;
    }
    if let Some(mut file) = file {
        write(&mut io::BufWriter::new(&mut file), &found.campaign)?;
        file.commit()?;
    }
    let recalled = match taken_back {
        Ok(recalled) => recalled,
        Err(error) => {
            let before = recalled(&found.campaign)?;
            output.note(&format!("{} were taken back, {} are left", before.recalled, before.left + before.unknown));
            return Err(error.into());
        }
    };
    let pending = found.campaign.standing()?.recipients.pending;
    if pending > 0 {
        output.note(&format!(
            "{pending} are still pending: batchcast cancel {} sees to it that they never get it",
            found.campaign.id()
        ));
    }
    let exit = Exit::of_recall(&recalled, pending);
    let interrupted = recalled.is_interrupted.then(|| {
        let (id, options) = (found.campaign.id(), found.ledger.options.as_deref().unwrap_or_default());
        let so_far = format!("{} were taken back, {} are left", recalled.recalled, recalled.left);
        let again = if recalled.left == 0 { ", and not all of the others were asked for again" } else { "" };
        Failure::interrupted(format!("{so_far}{again}"))
            .with_hint(format!("to go on: batchcast recall {id}{options}"))
            .with_exit(exit)
    });
    if !to_stdout {
        output.recalled(found.campaign.id(), &recalled, interrupted.as_ref());
    } else if let Some(failure) = &interrupted {
        output.failure(failure);
    }
    Ok(exit)
}

fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn write(to: &mut dyn Write, campaign: &Campaign) -> Result<(), Failure> {
    let mut table = recall_table(to)?;
    recall_outcomes(campaign, |outcome| recall_row(&mut table, &outcome))?;
    table.finish().map_err(Failure::disk)
}
