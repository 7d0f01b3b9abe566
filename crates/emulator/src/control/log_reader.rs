//! A log of the emulator, read part by part: it can be hundreds of megabytes long, and whoever reads it must not hold
//! up who writes it.

use std::io;

use bytes::Bytes;
use http::Response;

use crate::answer::Answer;
use crate::deliveries;
use crate::requests::RequestRecord;
use crate::world::World;

/// About how long a part is, in bytes.
const PART: usize = 64 << 10;

/// Which log it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Log {
    Deliveries,
    Messages,
    Requests,
}

/// One line of a log, without its end.
pub(crate) trait Line {
    fn write(&self, line: &mut Vec<u8>) -> io::Result<()>;
}

impl Line for deliveries::Line<'_> {
    fn write(&self, line: &mut Vec<u8>) -> io::Result<()> {
        Ok(serde_json::to_writer(line, self)?)
    }
}

impl Line for &RequestRecord {
    fn write(&self, line: &mut Vec<u8>) -> io::Result<()> {
        Ok(serde_json::to_writer(line, self)?)
    }
}

/// What a log had when it was asked for, less what it gives up until it is read.
#[derive(Debug)]
pub(crate) struct LogReader {
    log: Log,
    next: u64,
    end: u64,
    resets: u64,
}

impl LogReader {
    pub(super) fn new(world: &World, log: Log) -> Self {
        let end = match log {
            Log::Deliveries => world.delivery_log().next_number(),
            Log::Messages => world.inbox().next_number(),
            Log::Requests => world.request_log().next_number(),
        };
        Self { log, next: 0, end, resets: world.resets() }
    }

    /// The next lines; none at the end.
    ///
    /// # Errors
    ///
    /// When the world has been reset since: what was asked for is not there any more.
    pub(crate) fn next_part(&mut self, world: &World) -> io::Result<Option<Bytes>> {
        if self.resets != world.resets() {
            return Err(io::Error::other("the emulator was reset while its log was read"));
        }
        let mut part = Vec::new();
        match self.log {
            Log::Deliveries => self.write(world.delivery_log().numbered_from(self.next), &mut part)?,
            Log::Messages => self.write(world.inbox().numbered_from(self.next), &mut part)?,
            Log::Requests => self.write(world.request_log().numbered_from(self.next), &mut part)?,
        }
        Ok((!part.is_empty()).then(|| part.into()))
    }

    fn write(&mut self, lines: impl Iterator<Item = (u64, impl Line)>, part: &mut Vec<u8>) -> io::Result<()> {
        for (number, line) in lines {
            if number >= self.end || part.len() >= PART {
                break;
            }
            line.write(part)?;
            part.push(b'\n');
            self.next = number + 1;
        }
        Ok(())
    }

    /// Whether there is no more of it.
    pub(crate) fn is_read(&self) -> bool {
        self.next >= self.end
    }

    /// The answer without its body.
    pub(crate) fn head(&self) -> Response<()> {
        Answer::ndjson().into_response().map(drop)
    }

    /// The whole log as an answer.
    pub(crate) fn whole(mut self, world: &World) -> Response<Bytes> {
        let mut lines = Vec::new();
        while let Ok(Some(part)) = self.next_part(world) {
            lines.extend_from_slice(&part);
        }
        self.head().map(|()| lines.into())
    }
}
