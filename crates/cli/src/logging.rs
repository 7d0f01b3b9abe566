//! What is logged, to standard error. No level ever shows a secret.

use std::io::Write;

use log::LevelFilter;

use crate::config;
use crate::render::clean;

/// Our own crates alone are logged. The HTTP library below prints the raw bytes of requests at `trace`, tokens
/// included, so no filter may reach it: whatever `RUST_LOG` asks for, other targets stay silent.
const OURS: &str = "batchcast";

/// Starts logging: at the level of `-v`, or as `RUST_LOG` says.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        0 => LevelFilter::Warn,
        1 => LevelFilter::Info,
        2 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    let mut builder = env_logger::Builder::new();
    match config::log_filter().filter(|_| verbosity == 0) {
        Some(filter) => builder.parse_filters(&filter),
        None => builder.filter_module(OURS, level),
    };
    builder.format(|out, record| {
        if !record.target().starts_with(OURS) {
            return Ok(());
        }
        let text = clean(&record.args().to_string());
        writeln!(out, "{} {}: {text}", out.timestamp_millis(), record.level())
    });
    // A second logger can only be a bug in a test; logging is never worth failing for.
    let _ = builder.try_init();
}
