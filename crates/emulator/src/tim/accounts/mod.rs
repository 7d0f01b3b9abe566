//! Who exists: what the directory says, and what imports and deletions changed since.

mod check;
mod delete;
mod import;
mod login_state;
mod user_ids;

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::ids;
use crate::tim::codes::{self, Refusal};
use crate::world::World;

pub(crate) use check::check;
pub use delete::AccountDeletion;
pub(crate) use delete::delete;
pub(crate) use import::{import_many, import_one};
pub use login_state::LoginState;
pub(crate) use login_state::Wording;
pub(crate) use login_state::query;

/// "3 months" of the page "Deleting Accounts" (2024-08-20), as days.
const NO_IMPORT_AFTER_DELETION: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Why an account does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absence {
    /// It was neither imported nor listed.
    NeverImported,
    /// It did once.
    Deleted,
}

/// Who exists where no directory says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unlisted {
    /// Every well-formed account, apart from those made to fail.
    Exist,
    /// Nobody but who is imported.
    MustBeImported,
}

/// What imports and deletions changed.
#[derive(Debug)]
pub(crate) struct AccountChanges {
    by_account: HashMap<String, Change>,
    limit: usize,
}

#[derive(Debug, Clone, Copy)]
enum Change {
    Imported,
    Deleted(Timestamp),
}

impl AccountChanges {
    pub(crate) fn new(limit: usize) -> Self {
        Self { by_account: HashMap::new(), limit }
    }

    pub(crate) fn clear(&mut self) {
        self.by_account.clear();
    }

    fn import(&mut self, account: &str, now: Timestamp, deletion: AccountDeletion) -> Result<(), Refusal> {
        if let (Some(Change::Deleted(at)), AccountDeletion::Lasting) = (self.by_account.get(account), deletion) {
            if now.duration_since(*at) < NO_IMPORT_AFTER_DELETION {
                return Err(codes::ACCOUNT_DELETED_LATELY.refusal());
            }
        }
        self.note(account, Change::Imported)
    }

    fn delete(&mut self, account: &str, now: Timestamp) -> Result<(), Refusal> {
        self.note(account, Change::Deleted(now))
    }

    fn note(&mut self, account: &str, change: Change) -> Result<(), Refusal> {
        if !self.by_account.contains_key(account) && self.by_account.len() >= self.limit {
            return Err(codes::ACCOUNT_QUOTA.refusal());
        }
        self.by_account.insert(account.to_owned(), change);
        Ok(())
    }
}

/// The accounts that exist.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accounts<'a> {
    changes: &'a AccountChanges,
    listed: Option<&'a HashSet<String>>,
    unlisted: Unlisted,
    administrator: &'a str,
}

impl<'a> Accounts<'a> {
    pub(crate) fn of(world: &'a World) -> Self {
        Self {
            changes: &world.tim.account_changes,
            listed: world.directory.accounts(),
            unlisted: world.config.tim.unlisted,
            administrator: &world.config.tim_identifier,
        }
    }

    /// The last import or deletion counts, then the directory, then the rule for those it does not speak of.
    pub(crate) fn has(self, account: &str) -> bool {
        if account == self.administrator {
            return true;
        }
        match (self.changes.by_account.get(account), self.listed, self.unlisted) {
            (Some(Change::Imported), _, _) => true,
            (Some(Change::Deleted(_)), _, _) => false,
            (None, Some(listed), _) => listed.contains(account),
            (None, None, Unlisted::MustBeImported) => false,
            (None, None, Unlisted::Exist) => ids::exists(account),
        }
    }

    /// Why it does not exist, where it does not.
    pub(crate) fn absence(self, account: &str) -> Option<Absence> {
        let deleted = matches!(self.changes.by_account.get(account), Some(Change::Deleted(_)));
        let absence = if deleted { Absence::Deleted } else { Absence::NeverImported };
        (!self.has(account)).then_some(absence)
    }

    pub(crate) fn administrator(self) -> &'a str {
        self.administrator
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{Sandbox, with_field};
    use crate::{Builder, Directory, Emulator, TimDirectory};

    const IMPORT: &str = "/v4/im_open_login_svc/account_import";
    const CHECK: &str = "/v4/im_open_login_svc/account_check";
    const DELETE: &str = "/v4/im_open_login_svc/account_delete";

    fn listing(accounts: &[&str]) -> Builder {
        Emulator::builder().with_directory(Directory::new().with_tim(TimDirectory::new(accounts.iter().copied())))
    }

    /// Who of four exists, by `account_check` and by whom a batch reaches.
    fn existing(sandbox: &mut Sandbox) -> Vec<String> {
        let four = ["administrator", "bonnie", "rong", "x_invalid"];
        let items: Vec<_> = four.iter().map(|id| json!({"UserID": id})).collect();
        let json = sandbox.call(CHECK, &json!({"CheckItem": items}).to_string()).json();
        let rows = json["ResultItem"].as_array().unwrap().iter();
        let imported = rows.filter(|row| row["AccountStatus"] == "Imported");
        let imported: Vec<String> = imported.map(|row| row["UserID"].as_str().unwrap().to_owned()).collect();
        let before = sandbox.world.deliveries().len();
        sandbox.send(&with_field("To_Account", json!(four)));
        let reached: Vec<_> = sandbox.world.deliveries().into_iter().skip(before).map(|d| d.id).collect();
        assert_eq!(reached, imported, "a batch and account_check agree");
        imported
    }

    #[test]
    fn who_exists_before_and_after_an_import_a_deletion_and_a_reset() {
        fn check(builder: Builder, before: &[&str], imported: &[&str], deleted: &[&str]) {
            let mut sandbox = Sandbox::from(builder.world());
            assert_eq!(existing(&mut sandbox), before);
            assert_eq!(sandbox.call(IMPORT, r#"{"UserID":"rong"}"#).json()["ErrorCode"], 0);
            assert_eq!(existing(&mut sandbox), imported);
            sandbox.call(DELETE, r#"{"DeleteItem":[{"UserID":"bonnie"},{"UserID":"rong"}]}"#);
            assert_eq!(existing(&mut sandbox), deleted);
            assert_eq!(sandbox.call(IMPORT, r#"{"UserID":"rong"}"#).json()["ErrorCode"], 0);
            assert!(existing(&mut sandbox).contains(&"rong".to_owned()), "a deleted account can be imported again");
            sandbox.world.reset();
            assert_eq!(existing(&mut sandbox), before);
        }
        let three = ["administrator", "bonnie", "rong"];
        check(Emulator::builder(), &three, &three, &three[..1]);
        check(listing(&["bonnie"]), &three[..2], &three, &three[..1]);
        check(
            listing(&["bonnie", "x_invalid"]),
            &["administrator", "bonnie", "x_invalid"],
            &["administrator", "bonnie", "rong", "x_invalid"],
            &["administrator", "x_invalid"],
        );
        let imported_only = Emulator::builder().with_tim_imported_accounts_only();
        check(imported_only, &three[..1], &["administrator", "rong"], &three[..1]);
        check(listing(&["bonnie"]).with_tim_imported_accounts_only(), &three[..2], &three, &three[..1]);
    }

    #[test]
    fn a_directory_that_is_put_forgets_what_was_imported_and_deleted() {
        let mut sandbox = Sandbox::from(listing(&["bonnie"]).world());
        sandbox.call(IMPORT, r#"{"UserID":"rong"}"#);
        sandbox.call(DELETE, r#"{"DeleteItem":[{"UserID":"bonnie"}]}"#);
        assert_eq!(existing(&mut sandbox), ["administrator", "rong"]);
        sandbox.world.set_directory(Directory::new().with_tim(TimDirectory::new(["bonnie"])));
        assert_eq!(existing(&mut sandbox), ["administrator", "bonnie"]);
        sandbox.world.set_directory(Directory::new());
        assert_eq!(existing(&mut sandbox), ["administrator", "bonnie", "rong"]);
    }
}
