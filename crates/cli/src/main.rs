//! `batchcast`: sends one chat message to many people and says what became of each.
//!
//! Parse, wire, call the library, render. No rule lives here: `args` reads the command line, `config` the environment
//! and the profile, `wire` picks a transport, `command` calls the library, and `render` alone prints.

mod args;
mod command;
mod config;
mod connection;
mod events;
mod exit;
mod failure;
mod files;
mod hurry;
mod input;
mod kill_points;
mod ledger;
mod logging;
mod render;
mod sandbox;
mod stop;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use render::Output;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return render::usage(&error).into(),
    };
    logging::start(cli.verbosity());
    stop::live_through_full_files();
    let output = Output::new(cli.format());
    let exit = match cli.command {
        Command::Send(args) => command::send::send(&args, &output),
        Command::Plan(args) => command::plan::plan(&args, &output),
        Command::Run(args) => command::run::run(&args, &output),
        Command::Cancel(args) => command::cancel::cancel(&args, &output),
        Command::List(args) => command::status::list(&args.ledger, &output),
        Command::Status(args) => command::status::status(&args, &output),
        Command::Report(args) => command::report::report(&args, &output),
        Command::Resolve(args) => command::resolve::resolve(&args, &output),
        Command::Forget(args) => command::forget::forget(&args, &output),
        Command::Progress(args) => command::progress::progress(&args, &output),
        Command::Recall(args) => command::recall::recall(&args, &output),
        Command::Upload(args) => command::upload::upload(&args, &output),
        Command::Lookup(args) => command::lookup::lookup(&args, &output),
        Command::Import(args) => command::import::import(&args, &output),
        Command::Explain(args) => command::explain::explain(&args, &output),
        Command::UserSig(args) => command::usersig::usersig(&args, &output),
        Command::Emulator(args) => command::emulator::emulator(&args, &output),
    };
    render::settled(exit.unwrap_or_else(|failure| output.failure(&failure))).into()
}
