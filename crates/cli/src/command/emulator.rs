//! `batchcast emulator`.

use std::net::TcpListener;

use batchcast_emulator::Emulator;
use tokio::runtime;

use crate::args::EmulatorArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Output;

pub(crate) fn emulator(args: &EmulatorArgs, output: &Output) -> Result<Exit, Failure> {
    if !args.listen.ip().is_loopback() {
        return Err(Failure::usage(format!("{} is not a loopback address", args.listen))
            .with_hint("the emulator takes anybody's requests, so it listens on 127.0.0.1 or [::1] only"));
    }
    let cannot = |error| Failure::other(format!("cannot listen on {}: {error}", args.listen));
    let listener = TcpListener::bind(args.listen).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;

    let builder = Emulator::builder().with_seed(args.seed).with_received_limit(0);
    let builder = if args.lark { builder.with_lark() } else { builder };
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::other)?;
    output.listening(address).map_err(|error| Failure::other(format!("the address could not be told: {error}")))?;
    runtime.block_on(builder.serve(listener, stopped())).map_err(Failure::other)?;
    Ok(Exit::Done)
}

/// Completes at Ctrl-C or SIGTERM.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
