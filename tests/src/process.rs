//! A started program as the system has it: something that can be killed from any thread.

use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A started program. Clones are the same program.
#[derive(Debug, Clone)]
pub struct Process(Arc<Mutex<Child>>);

impl Process {
    pub(crate) fn new(child: Child) -> Self {
        Self(Arc::new(Mutex::new(child)))
    }

    /// Sends SIGKILL and returns once the program is gone, with its locks and its connections. Nothing happens to one
    /// that has come to its end.
    pub fn kill(&self) {
        let mut child = self.0.lock().unwrap();
        // It may have ended just now.
        let _ = child.kill();
        child.wait().unwrap();
    }

    /// Does so after this time, whatever the program is about by then.
    #[expect(clippy::disallowed_methods, reason = "any moment may be the last, also those that no point is named for")]
    pub fn kill_after(&self, delay: Duration) {
        std::thread::sleep(delay);
        self.kill();
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        let id = self.0.lock().unwrap().id();
        let status = Command::new("kill").args(["-TERM", &id.to_string()]).status().unwrap();
        assert!(status.success(), "kill: {status}");
    }

    pub(crate) fn wait(&self) -> ExitStatus {
        self.0.lock().unwrap().wait().unwrap()
    }
}
