//! Transactions with a result, and commits that several threads share.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::ledger::{Ledger, LedgerError, LedgerProblem, Tables, View};

/// One transaction that may write.
pub(crate) fn write<T>(
    ledger: &dyn Ledger,
    work: impl FnOnce(&mut dyn Tables) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    let (mut work, mut result) = (Some(work), None);
    ledger.write(&mut |tables| {
        let work = work.take().ok_or_else(called_twice)?;
        result = Some(work(tables)?);
        Ok(())
    })?;
    result.ok_or_else(called_twice)
}

/// One consistent view.
pub(crate) fn read<T>(
    ledger: &dyn Ledger,
    work: impl FnOnce(&dyn View) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    let (mut work, mut result) = (Some(work), None);
    ledger.read(&mut |view| {
        let work = work.take().ok_or_else(called_twice)?;
        result = Some(work(view)?);
        Ok(())
    })?;
    result.ok_or_else(called_twice)
}

fn called_twice() -> LedgerError {
    let what = "a transaction was not carried out once, which is a bug";
    LedgerError::new(LedgerProblem::Damaged(what.to_owned()), "in use")
}

/// Commits that threads share: whoever comes while one is being made waits, and the next one is for all of them. A
/// commit costs a disk its time however much is in it, so eight threads are told in the time of one.
pub(crate) struct Commits {
    ledger: Arc<dyn Ledger>,
    queue: Mutex<Queue>,
    committed: Condvar,
    has_failed: AtomicBool,
}

type Job = Box<dyn FnMut(&mut dyn Tables) -> Result<(), LedgerError> + Send>;

type Results = HashMap<u64, Result<(), LedgerError>>;

#[derive(Default)]
struct Queue {
    next: u64,
    waiting: Vec<(u64, Job)>,
    is_committing: bool,
    results: Results,
}

impl fmt::Debug for Commits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commits").field("ledger", &self.ledger).finish_non_exhaustive()
    }
}

impl Commits {
    pub(crate) fn new(ledger: Arc<dyn Ledger>) -> Self {
        Self { ledger, queue: Mutex::default(), committed: Condvar::new(), has_failed: AtomicBool::new(false) }
    }

    pub(crate) fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    /// Whether one has failed. It is known before another is made, and so before whoever waits for it hears of it.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::SeqCst)
    }

    /// Carries this out in a transaction, with whatever else is waiting, and returns when it is committed.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Tables) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let value = Arc::new(Mutex::new(None));
        let (mut work, into) = (Some(work), Arc::clone(&value));
        let job: Job = Box::new(move |tables| {
            let work = work.take().ok_or_else(called_twice)?;
            *lock(&into) = Some(work(tables)?);
            Ok(())
        });
        self.carry_out(job)?;
        let value = lock(&value).take();
        value.ok_or_else(called_twice)
    }

    fn carry_out(&self, job: Job) -> Result<(), LedgerError> {
        let mut queue = lock(&self.queue);
        let own = queue.next;
        queue.next += 1;
        queue.waiting.push((own, job));
        loop {
            if let Some(result) = queue.results.remove(&own) {
                return result;
            }
            if queue.is_committing {
                queue = self.committed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            } else {
                queue.is_committing = true;
                let jobs = std::mem::take(&mut queue.waiting);
                drop(queue);
                let (results, panicked) = self.commit(jobs);
                queue = lock(&self.queue);
                queue.is_committing = false;
                queue.results.extend(results);
                self.committed.notify_all();
                if let Some(cause) = panicked {
                    queue.results.remove(&own);
                    drop(queue);
                    resume_unwind(cause);
                }
            }
        }
    }

    /// All in one transaction. If it fails, it has failed for all: what one could not write, another cannot rely upon.
    /// If it panics, the others are told that it failed, so that nobody waits for ever.
    fn commit(&self, mut jobs: Vec<(u64, Job)>) -> (Results, Option<Box<dyn Any + Send>>) {
        let mut carry_out = |tables: &mut dyn Tables| jobs.iter_mut().try_for_each(|(_, job)| job(tables));
        let (result, panicked) = match catch_unwind(AssertUnwindSafe(|| self.ledger.write(&mut carry_out))) {
            Ok(result) => (result, None),
            Err(cause) => {
                let what = "a transaction panicked, which is a bug";
                (Err(LedgerError::new(LedgerProblem::Damaged(what.to_owned()), "in use")), Some(cause))
            }
        };
        self.has_failed.fetch_or(result.is_err(), Ordering::SeqCst);
        (jobs.into_iter().map(|(id, _)| (id, result.clone())).collect(), panicked)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
