//! The program while it runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::process::Process;
use crate::ran::Ran;

/// How long a run may stay silent before the test gives it up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that has not come to its end. Killed when dropped.
#[derive(Debug)]
#[must_use = "it is killed when this is dropped"]
pub struct Running {
    process: Process,
    lines: Receiver<(Stream, Vec<u8>)>,
    command: String,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

impl Running {
    pub(crate) fn new(mut child: Child, command: String) -> Self {
        let (sender, lines) = mpsc::channel();
        if let Some(stdout) = child.stdout.take() {
            forward(stdout, Stream::Out, sender.clone());
        }
        forward(child.stderr.take().unwrap(), Stream::Err, sender);
        let process = Process::new(child);
        Self { process, lines, command, stdout: Vec::new(), stderr: Vec::new() }
    }

    /// Waits for a line with this text on either stream.
    pub fn wait_for(&mut self, text: &str) -> String {
        loop {
            let Some(line) = self.line() else { panic!("{}: ended without saying {text:?}", self.command) };
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        self.process.terminate();
    }

    /// What can kill it while somebody else waits for its end.
    #[must_use]
    pub fn process(&self) -> Process {
        self.process.clone()
    }

    /// Waits for its end.
    #[must_use]
    pub fn finish(mut self) -> Ran {
        while self.line().is_some() {}
        let status = self.process.wait();
        let code = status.code();
        assert!(code.is_some() || ended_by_test(status), "{}: {status}", self.command);
        let text = |bytes: &mut Vec<u8>| String::from_utf8(std::mem::take(bytes)).unwrap();
        let (stdout, stderr) = (text(&mut self.stdout), text(&mut self.stderr));
        Ran { command: std::mem::take(&mut self.command), code, stdout, stderr }
    }

    fn line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok((stream, line)) => {
                let kept = if stream == Stream::Out { &mut self.stdout } else { &mut self.stderr };
                kept.extend_from_slice(&line);
                Some(String::from_utf8_lossy(&line).into_owned())
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("{}: silent for {PATIENCE:?}", self.command),
        }
    }
}

/// Whether it was a signal that a test sends which ended it, and no crash.
#[cfg(unix)]
fn ended_by_test(status: ExitStatus) -> bool {
    const SIGKILL: i32 = 9;
    const SIGTERM: i32 = 15;
    matches!(std::os::unix::process::ExitStatusExt::signal(&status), Some(SIGKILL | SIGTERM))
}

/// Other systems have exit codes alone.
#[cfg(not(unix))]
fn ended_by_test(_: ExitStatus) -> bool {
    false
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill();
    }
}

fn forward(stream: impl Read + Send + 'static, which: Stream, lines: Sender<(Stream, Vec<u8>)>) {
    std::thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        loop {
            let mut line = Vec::new();
            let read = stream.read_until(b'\n', &mut line);
            if !matches!(read, Ok(1..)) || lines.send((which, line)).is_err() {
                return;
            }
        }
    });
}
