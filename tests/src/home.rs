//! A user's home, and the program run from it.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use batchcast_emulator::{
    SANDBOX_APP_ID, SANDBOX_APP_SECRET, SANDBOX_TIM_IDENTIFIER, SANDBOX_TIM_KEY, SANDBOX_TIM_SDKAPPID,
};
use tempfile::TempDir;

use crate::build;
use crate::ran::Ran;
use crate::running::Running;

/// A home directory that nobody else uses, gone when dropped.
#[derive(Debug)]
pub struct Home {
    dir: TempDir,
}

impl Home {
    /// An empty home, without configuration.
    #[must_use]
    pub fn empty() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    /// A home whose requests have at most so many recipients.
    #[must_use]
    pub fn with_ids_per_request(ids: usize) -> Self {
        let home = Self::empty();
        home.configure(&format!("default_profile = 'test'\n[profiles.test]\nids_per_request = {ids}\n"));
        home
    }

    /// Where a file of this name is, or would be.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file and says where it is, as an argument.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path.into_os_string().into_string().unwrap()
    }

    /// Writes the configuration file, for its owner alone.
    pub fn configure(&self, content: &str) -> String {
        let path = self.file(".config/batchcast/config.toml", content);
        self.permit(&path, 0o600);
        path
    }

    /// Sets the mode of a file.
    #[cfg(unix)]
    pub fn permit(&self, path: impl AsRef<Path>, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Other systems have no modes.
    #[cfg(not(unix))]
    pub fn permit(&self, _: impl AsRef<Path>, _: u32) {}

    /// `batchcast` with these arguments, in the workspace's directory, as the README has it.
    pub fn batchcast<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Invocation {
        self.invocation(build::batchcast(), args)
    }

    /// The same program with its kill points: `BATCHCAST_KILL_AT=NAME:N` makes it kill itself when it passes the one of
    /// this name for the N-th time.
    pub fn batchcast_with_kill_points<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Invocation {
        self.invocation(build::batchcast_with_kill_points(), args)
    }

    fn invocation<S: AsRef<OsStr>>(&self, program: &Path, args: impl IntoIterator<Item = S>) -> Invocation {
        let mut command = Command::new(program);
        command.args(args).current_dir(build::workspace()).env_clear().env("HOME", self.dir.path());
        Invocation { command, stdin: None, stdout: None }
    }

    /// `batchcast` with these arguments and the emulator's credentials for Feishu and Lark.
    pub fn lark<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Invocation {
        self.batchcast(args).env("BATCHCAST_APP_ID", SANDBOX_APP_ID).env("BATCHCAST_APP_SECRET", SANDBOX_APP_SECRET)
    }

    /// `batchcast` with these arguments and the emulator's credentials for TIM.
    pub fn tim<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Invocation {
        self.batchcast(args)
            .env("BATCHCAST_TIM_SDKAPPID", SANDBOX_TIM_SDKAPPID.to_string())
            .env("BATCHCAST_TIM_IDENTIFIER", SANDBOX_TIM_IDENTIFIER)
            .env("BATCHCAST_TIM_SECRET_KEY", SANDBOX_TIM_KEY)
    }

    /// `batchcast send` to this address with the emulator's credentials for TIM and further arguments.
    pub fn send_tim<S: AsRef<OsStr>>(&self, url: &str, args: impl IntoIterator<Item = S>) -> Invocation {
        self.tim(["send", "--endpoint", url]).args(args)
    }

    /// `batchcast send` to this address with the emulator's credentials for Feishu and Lark and further arguments.
    pub fn send<S: AsRef<OsStr>>(&self, url: &str, args: impl IntoIterator<Item = S>) -> Invocation {
        self.lark(["send", "--endpoint", url]).args(args)
    }

    /// A line for the shell, which finds `batchcast` and the emulator's credentials for Feishu and Lark.
    pub fn shell(&self, line: &str) -> Invocation {
        let programs = build::batchcast().parent().unwrap().as_os_str().to_owned();
        let path = std::env::join_paths([programs.as_ref(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
        let shell = self.invocation(Path::new("/bin/sh"), ["-c", line]);
        shell.env("PATH", path).env("BATCHCAST_APP_ID", SANDBOX_APP_ID).env("BATCHCAST_APP_SECRET", SANDBOX_APP_SECRET)
    }
}

/// The program about to be run. Its environment is empty but for what is said here, and so is its standard input.
#[derive(Debug)]
#[must_use = "it is run by `run` or `start`"]
pub struct Invocation {
    command: Command,
    stdin: Option<Vec<u8>>,
    stdout: Option<Stdio>,
}

impl Invocation {
    /// Further arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// One more environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What it reads from standard input.
    pub fn stdin(mut self, content: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(content.into());
        self
    }

    /// Where its standard output goes instead; what it writes there is not kept.
    pub fn stdout(mut self, stdout: impl Into<Stdio>) -> Self {
        self.stdout = Some(stdout.into());
        self
    }

    /// Runs it to its end.
    #[must_use]
    pub fn run(self) -> Ran {
        self.start().finish()
    }

    /// Starts it.
    pub fn start(mut self) -> Running {
        let shown = format!("{:?}", self.command);
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        let stdout = self.stdout.unwrap_or_else(Stdio::piped);
        let mut child = self.command.stdin(stdin).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        if let (Some(mut pipe), Some(content)) = (child.stdin.take(), self.stdin) {
            // A program that refuses its arguments does not read, and that is no failure of the test.
            std::thread::spawn(move || pipe.write_all(&content));
        }
        Running::new(child, shown)
    }
}
