//! A vendor's history that remembers by a script, and whom it was asked for: [`Chronicle`].

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use batchcast_model::Recipient;
use batchcast_transport::around::{History, Sent, Trace};
use batchcast_transport::channel::{Address, Mark};
use batchcast_transport::class::Class;
use batchcast_transport::error::{ApiError, CallError, Cause};

use crate::vendor::vendor_address;

type Script<'a> = Box<dyn Fn(usize, usize) -> Result<Trace, CallError> + Send + Sync + 'a>;

/// Answers with what the script says of the question's number, from 0, and the person's.
pub(crate) struct Chronicle<'a> {
    script: Script<'a>,
    questions: AtomicUsize,
    asked: Mutex<Vec<Question>>,
}

/// What it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) person: usize,
    pub(crate) mark: Mark,
    pub(crate) sent: Sent,
}

impl fmt::Debug for Chronicle<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chronicle")
    }
}

impl<'a> Chronicle<'a> {
    pub(crate) fn new(script: impl Fn(usize, usize) -> Result<Trace, CallError> + Send + Sync + 'a) -> Self {
        Self { script: Box::new(script), questions: AtomicUsize::new(0), asked: Mutex::default() }
    }

    /// Knows of each person, from 0 on, what these letters say: `f`ound, `m`issing, or `c`annot tell.
    pub(crate) fn of(letters: &'a str) -> Self {
        Self::new(|_, person| Ok(trace(letters.as_bytes()[person])))
    }

    pub(crate) fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap().clone()
    }

    /// Whom it was asked for, in their order; each as often as it was asked.
    pub(crate) fn people(&self) -> Vec<usize> {
        let mut people: Vec<_> = self.asked().iter().map(|question| question.person).collect();
        people.sort_unstable();
        people
    }
}

impl History for Chronicle<'_> {
    fn address(&self) -> &Address {
        vendor_address()
    }

    fn find(&self, recipient: &Recipient, mark: &Mark, sent: Sent) -> Result<Trace, CallError> {
        let person = recipient.id().strip_prefix('u').unwrap().parse().unwrap();
        self.asked.lock().unwrap().push(Question { person, mark: mark.clone(), sent });
        (self.script)(self.questions.fetch_add(1, Ordering::SeqCst), person)
    }
}

/// What a letter of [`Chronicle::of`] says.
pub(crate) fn trace(letter: u8) -> Trace {
    match letter {
        b'f' => Trace::Found { message_id: Some("key-1".to_owned()) },
        b'm' => Trace::Missing,
        b'c' => Trace::CannotTell { reason: "it is too long ago".to_owned() },
        other => panic!("{other} says nothing"),
    }
}

/// The vendor does not answer this question.
pub(crate) fn broken() -> Result<Trace, CallError> {
    let error = ApiError::new(Class::Permission, 200, "not permitted").with_code(7);
    Err(CallError::new(Cause::Api(error), 1))
}
