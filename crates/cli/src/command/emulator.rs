//! `batchcast emulator`.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use batchcast_emulator::{Builder, Directory, Emulator, FaultPlan, ThrottledStatus};
use tokio::runtime;

use crate::args::{EmulatorArgs, Throttled};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Output;

pub(crate) fn emulator(args: &EmulatorArgs, output: &Output) -> Result<Exit, Failure> {
    let builder = configured(args)?;
    builder
        .permit(args.listen)
        .map_err(|refused| Failure::usage(refused.to_string()).with_hint("--any-interface allows it"))?;
    let cannot = |error| Failure::other(format!("cannot listen on {}: {error}", args.listen));
    let listener = TcpListener::bind(args.listen).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    if !address.ip().is_loopback() {
        output.warning(&format!("{address} can be reached by other machines, and the credentials are public"));
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::other)?;
    runtime.block_on(async {
        // Before anybody is told that it listens: whoever stops it then gets an orderly end.
        let (stopped, hurried) = (signals(1), signals(2));
        output.listening(address).map_err(|error| Failure::other(format!("the address could not be told: {error}")))?;
        tokio::select! {
            served = builder.serve(listener, stopped) => served.map_err(Failure::other),
            () = hurried => {
                output.note("stopped at once: what was not answered by now is not");
                Ok(())
            }
        }
    })?;
    Ok(Exit::Done)
}

fn configured(args: &EmulatorArgs) -> Result<Builder, Failure> {
    let mut builder = Emulator::builder().with_seed(args.seed).with_received_limit(0);
    if let Some(path) = &args.settings {
        builder = builder.with_settings_json(&read(path)?).map_err(|error| bad(path, &error))?;
    }
    if args.any_interface {
        builder = builder.with_any_interface();
    }
    if args.lark {
        builder = builder.with_lark();
    }
    if let Some(path) = &args.directory {
        let directory = Directory::from_json(&read(path)?);
        builder = builder.with_directory(directory.map_err(|error| bad(path, &error))?);
    }
    if args.demo {
        builder = builder.with_directory(Directory::demo(args.seed));
    }
    if let Some(path) = &args.faults {
        let plan = FaultPlan::from_json(&read(path)?);
        builder = builder.with_faults(plan.map_err(|error| bad(path, &error))?);
    }
    if let Some(throttled) = args.limits {
        builder = builder.with_throttled_status(match throttled {
            Throttled::TooManyRequests => ThrottledStatus::TooManyRequests,
            Throttled::BadRequest => ThrottledStatus::BadRequest,
        });
    }
    if let Some(rate) = args.delivery_rate {
        builder = builder.with_delivery_rate(rate);
    }
    if let Some(deliveries) = args.keep_deliveries {
        builder = builder.with_delivery_limit(deliveries);
    }
    if let Some(requests) = args.keep_requests {
        builder = builder.with_request_limit(requests);
    }
    if let Some(time) = args.reads_over {
        builder = builder.with_reads_over(time);
    }
    Ok(builder.with_reads(f64::from(args.reads) / 100.0))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::input(format!("{} cannot be read: {error}", path.display())))
}

fn bad(path: &Path, error: &dyn std::error::Error) -> Failure {
    Failure::input(format!("{}: {error}", path.display()))
}

/// Completes at so many Ctrl-C and SIGTERM, of which it takes hold at once, within a runtime.
fn signals(count: u32) -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        async move {
            let (Ok(mut interrupt), Ok(mut terminate)) = (interrupt, terminate) else {
                // Without them the system's own way to end a process is left.
                return std::future::pending().await;
            };
            for _ in 0..count {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }
        }
    }
    #[cfg(not(unix))]
    async move {
        for _ in 0..count {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
