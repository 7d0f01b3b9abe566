//! Who exists, once somebody has said so.

mod app_status;
mod demo;
mod error;
mod listing;
mod organisation;
mod past;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

pub use app_status::AppStatus;
pub use error::DirectoryError;
pub use listing::{Department, FeishuDirectory, Person, TimDirectory};
pub(crate) use organisation::{DepartmentId, Organisation};
pub(crate) use past::PastDirectories;

use listing::Listing;

/// Who exists, for one vendor or both; cheap to clone.
///
/// For a vendor that is not in it, every well-formed id exists, apart from those that end in `_invalid`. Made from
/// JSON ([`from_json`](Self::from_json), or serde) or in code:
///
/// ```
/// use batchcast_emulator::{Department, Directory, FeishuDirectory, Person};
///
/// # fn main() -> Result<(), batchcast_emulator::DirectoryError> {
/// let office = FeishuDirectory::new()
///     .with_department(Department::new("od-sales").with_name("Sales"))
///     .with_user(Person::new("ou_1").with_email("a@example.com").with_department("od-sales"));
/// let directory = Directory::new().with_feishu(office)?;
///
/// let same = br#"{"feishu":{"users":[{"open_id":"ou_1","email":"a@example.com","departments":["od-sales"]}],
///     "departments":[{"open_department_id":"od-sales","name":"Sales"}]}}"#;
/// Directory::from_json(same)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, Deserialize)]
#[serde(try_from = "Listing")]
pub struct Directory {
    organisation: Option<Arc<Organisation>>,
    accounts: Option<Arc<HashSet<String>>>,
}

impl Directory {
    /// Nothing said about either vendor.
    pub fn new() -> Self {
        Self::default()
    }

    /// A company of 320 people in 22 departments, some of them below others, a few of its people out of the bot's range,
    /// everybody with all ids, an e-mail address, a mobile number and a TIM account. The names are made of syllables,
    /// the addresses are at `example.com`, and the numbers belong to nobody. The same seed makes the same company; the
    /// departments' own ids, as `sales-north`, are always the same.
    ///
    /// ```
    /// use batchcast_emulator::{Directory, Emulator};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let emulator = Emulator::builder().with_directory(Directory::demo(0)).start()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn demo(seed: u64) -> Self {
        let (office, accounts) = demo::company(seed);
        // Nothing in it contradicts itself, which a test tries with many seeds.
        Self::new().with_tim(accounts).with_feishu(office).unwrap_or_default()
    }

    /// Reads the body of `PUT /_emulator/directory`, which is also what a directory file holds. All fields are
    /// optional, a field that is not known is an error.
    ///
    /// # Errors
    ///
    /// When it is not JSON of that shape, or says two things that cannot both be true; see
    /// [`with_feishu`](Self::with_feishu).
    pub fn from_json(json: &[u8]) -> Result<Self, DirectoryError> {
        // Serde would take a list for an object of the same fields.
        if json.trim_ascii_start().first().is_some_and(|&first| first != b'{') {
            return Err(DirectoryError::new("it must be a JSON object"));
        }
        let listing: Listing = serde_json::from_slice(json).map_err(|error| DirectoryError::new(error.to_string()))?;
        Self::try_from(listing)
    }

    /// Says who exists at Feishu or Lark.
    ///
    /// # Errors
    ///
    /// When somebody or a department has no id, two have the same id, e-mail address or mobile number, a department
    /// that is named is not listed, or departments lie inside each other.
    pub fn with_feishu(mut self, listing: FeishuDirectory) -> Result<Self, DirectoryError> {
        self.organisation = Some(Arc::new(Organisation::new(listing)?));
        Ok(self)
    }

    /// Says who exists at Tencent Cloud Chat.
    #[must_use]
    pub fn with_tim(mut self, listing: TimDirectory) -> Self {
        self.accounts = Some(Arc::new(listing.accounts.into_iter().collect()));
        self
    }

    /// Feishu's or Lark's, where it is said.
    pub(crate) fn organisation(&self) -> Option<&Organisation> {
        self.organisation.as_deref()
    }

    /// TIM's, where it is said.
    pub(crate) fn accounts(&self) -> Option<&HashSet<String>> {
        self.accounts.as_deref()
    }
}

impl TryFrom<Listing> for Directory {
    type Error = DirectoryError;

    fn try_from(listing: Listing) -> Result<Self, DirectoryError> {
        let mut directory = Self::new();
        if let Some(feishu) = listing.feishu {
            directory = directory.with_feishu(feishu)?;
        }
        if let Some(tim) = listing.tim {
            directory = directory.with_tim(tim);
        }
        Ok(directory)
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("feishu_users", &self.organisation().map(Organisation::size))
            .field("tim_accounts", &self.accounts().map(HashSet::len))
            .finish()
    }
}
