//! Every ledger passes the same suite.

use std::sync::Arc;

use batchcast_campaign::ledger::conformance::Open;
use batchcast_campaign::ledger_conformance;
use batchcast_transport::time::Clock;

mod memory {
    use batchcast_campaign::ledger::memory::Memory;

    use super::*;

    fn empty(clock: Arc<dyn Clock>) -> Open {
        let ledger = Memory::new(clock);
        Box::new(move || Box::new(ledger.clone()))
    }

    ledger_conformance!(empty);
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use batchcast_campaign::ledger::sqlite::Sqlite;

    use super::*;

    fn empty(clock: Arc<dyn Clock>) -> Open {
        let folder = tempfile::tempdir().expect("a place for temporary files");
        Box::new(move || {
            let opened = Sqlite::open(folder.path().join("ledger"), Arc::clone(&clock));
            Box::new(opened.expect("a place where a ledger may lie"))
        })
    }

    ledger_conformance!(empty);
}

/// That what fails on request does nothing else where nothing is to fail.
mod failing {
    use batchcast_campaign::ledger::LedgerProblem;
    use batchcast_campaign::ledger::failing::Failing;
    use batchcast_campaign::ledger::memory::Memory;

    use super::*;

    fn empty(clock: Arc<dyn Clock>) -> Open {
        let ledger = Memory::new(clock);
        Box::new(move || Box::new(Failing::new(ledger.clone(), u64::MAX, LedgerProblem::Failed)))
    }

    ledger_conformance!(empty);
}
