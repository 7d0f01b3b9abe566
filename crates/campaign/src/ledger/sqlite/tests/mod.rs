//! What the suite of all ledgers cannot ask: files, versions, disks and processes.

mod disk;
mod file;
mod forgetting;
mod locks;
mod versions;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use batchcast_model::{IdKind, Recipient};
use batchcast_transport::channel::Address;
use batchcast_transport::testing::ManualTimer;
use batchcast_transport::time::Unix;
use tempfile::TempDir;

use super::connection::Limits;
use super::{Sqlite, schema};
use crate::ledger::{
    CampaignId, CampaignKey, CampaignRow, Hash, Ledger, LedgerError, RecipientRow, Stage, Tables, View,
};
use crate::outcome::Requests;
use crate::plan::{Members, Plan};

/// A place for a ledger, which is gone with it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    fn open(&self) -> Sqlite {
        self.try_open().unwrap()
    }

    fn try_open(&self) -> Result<Sqlite, LedgerError> {
        Sqlite::open(self.path(), Arc::new(ManualTimer::default()))
    }

    fn open_with(&self, limits: Limits) -> Sqlite {
        Sqlite::open_with(&self.path(), Arc::new(ManualTimer::default()), schema::STEPS, limits).unwrap()
    }

    /// The file as another program sees it.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }
}

fn write<T>(
    ledger: &Sqlite,
    mut work: impl FnMut(&mut dyn Tables) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    let mut returned = None;
    ledger.write(&mut |tables| {
        returned = Some(work(tables)?);
        Ok(())
    })?;
    Ok(returned.unwrap())
}

fn read<T>(ledger: &Sqlite, mut work: impl FnMut(&dyn View) -> Result<T, LedgerError>) -> T {
    let mut returned = None;
    ledger
        .read(&mut |view| {
            returned = Some(work(view)?);
            Ok(())
        })
        .unwrap();
    returned.unwrap()
}

fn new_campaign(ledger: &Sqlite, id: &CampaignId) -> CampaignKey {
    let plan = Plan {
        address: Address::new("tim", "https://im.example.com", "1400000000"),
        excerpt: String::new(),
        message: Hash([1; 32]),
        identity: Hash([2; 32]),
        kinds: Vec::new(),
        duplicates: 0,
        excluded: 0,
        not_found: 0,
        members: Members::default(),
        requests: 0,
        bytes: 0,
        canary: None,
        first: Vec::new(),
        last: Vec::new(),
        created_at: Unix::EPOCH,
    };
    let row = CampaignRow {
        key: CampaignKey(0),
        id: id.clone(),
        plan,
        stage: Stage::Planned,
        epoch: 0,
        held_until: Unix::EPOCH,
        batches: 0,
        requests: Requests::default(),
        elapsed: Duration::ZERO,
        started_at: None,
        stopped: None,
        forgotten_at: None,
    };
    write(ledger, |tables| tables.insert_campaign(&row)).unwrap()
}

fn recipient(row: u64, batch: u32) -> RecipientRow {
    let recipient = Recipient::new(IdKind::OpenId, format!("ou_named{row:026}")).unwrap();
    RecipientRow { row, batch, recipient, columns: None }
}
