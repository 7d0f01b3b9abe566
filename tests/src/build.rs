//! The program, built once, and once more with its kill points.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Cargo sets these for the tests that it runs. Build scripts look at some of them, so that with them the whole tree
/// would be built again, and once more after the tests.
const OF_CARGO_TEST: [&str; 13] = [
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_MANIFEST_PATH",
    "CARGO_PKG_AUTHORS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
    "CARGO_PRIMARY_PACKAGE",
];

/// Where the workspace is.
pub(crate) fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// The program, with the profile of the tests and in cargo's own target directory, so that nothing is built twice.
pub(crate) fn batchcast() -> &'static Path {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    usable(BUILT.get_or_init(|| build("")))
}

/// The same with the feature `kill-points`, under a name of its own.
pub(crate) fn batchcast_with_kill_points() -> &'static Path {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    usable(BUILT.get_or_init(|| {
        let built = build("kill-points")?;
        let name = format!("batchcast-kill-points{}", std::env::consts::EXE_SUFFIX);
        let (fresh, kept) =
            (built.with_file_name(format!("{name}.{}", std::process::id())), built.with_file_name(name));
        // Cargo gives both the same name. A second link keeps this one; a rename is never seen half done.
        let link = fs::hard_link(&built, &fresh).and_then(|()| fs::rename(&fresh, &kept));
        link.map_err(|error| format!("{}: {error}", kept.display()))?;
        // Where both were the same file already, renaming has done nothing.
        let _ = fs::remove_file(&fresh);
        // The name of the ordinary program is the ordinary program's again.
        build("")?;
        Ok(kept)
    }))
}

fn build(features: &str) -> Result<PathBuf, String> {
    let build = escargot::CargoBuild::new()
        .manifest_path(workspace().join("Cargo.toml"))
        .package("batchcast-cli")
        .bin("batchcast")
        .features(features)
        .current_release();
    let build = OF_CARGO_TEST.iter().fold(build, |build, name| build.env_remove(name));
    build.run().map(|built| built.path().to_owned()).map_err(|error| error.to_string())
}

fn usable(built: &'static Result<PathBuf, String>) -> &'static Path {
    built.as_ref().unwrap_or_else(|error| panic!("the program could not be built: {error}"))
}
