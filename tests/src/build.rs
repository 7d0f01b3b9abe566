//! The program, built once.

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
    let built = BUILT.get_or_init(|| {
        let build = escargot::CargoBuild::new()
            .manifest_path(workspace().join("Cargo.toml"))
            .package("batchcast-cli")
            .bin("batchcast")
            .current_release();
        let build = OF_CARGO_TEST.iter().fold(build, |build, name| build.env_remove(name));
        build.run().map(|built| built.path().to_owned()).map_err(|error| error.to_string())
    });
    built.as_ref().unwrap_or_else(|error| panic!("the program could not be built: {error}"))
}
