//! The program while it runs.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::ran::Ran;

/// How long a run may stay silent before the test gives it up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that has not come to its end. Killed when dropped.
#[derive(Debug)]
#[must_use = "it is killed when this is dropped"]
pub struct Running {
    child: Child,
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
        Self { child, lines, command, stdout: Vec::new(), stderr: Vec::new() }
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
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success(), "kill: {status}");
    }

    /// Waits for its end.
    #[must_use]
    pub fn finish(mut self) -> Ran {
        while self.line().is_some() {}
        let code = self.child.wait().unwrap().code();
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

impl Drop for Running {
    fn drop(&mut self) {
        // After its end neither does anything.
        let _ = self.child.kill();
        let _ = self.child.wait();
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
