//! Directories that users can be chosen from.

use crate::fault::Fault;
use crate::store::directory::{self, DirectoryGroup, DirectoryUser};
use crate::store::{Store, Tx};

/// Groups or users that one answer holds at most.
pub const MOST: usize = 500;

/// Where people and their groups are looked up. Answers hold at most [`MOST`]; whoever needs
/// others asks for less.
pub trait Directory {
    /// Groups whose names hold a text; all for an empty one.
    fn groups(&self, part: &str) -> Result<Vec<DirectoryGroup>, Fault>;
    /// People whose names hold a text; all for an empty one.
    fn users(&self, part: &str) -> Result<Vec<DirectoryUser>, Fault>;
    /// The people in the group of this name; none where there is no such group.
    fn members(&self, group: &str) -> Result<Vec<DirectoryUser>, Fault>;
}

/// The directory in the tables of the installation's own.
pub struct EmbeddedDirectory {
    pub store: Store,
    pub credential_type: String,
}

impl EmbeddedDirectory {
    fn read<T>(
        &self,
        look: impl FnOnce(&Tx<'_>, &str) -> Result<T, crate::store::StoreError>,
    ) -> Result<T, Fault> {
        self.store.read(|tx| Ok(look(tx, &self.credential_type)?))
    }
}

impl Directory for EmbeddedDirectory {
    fn groups(&self, part: &str) -> Result<Vec<DirectoryGroup>, Fault> {
        self.read(|tx, kind| directory::groups(tx, kind, part, MOST))
    }

    fn users(&self, part: &str) -> Result<Vec<DirectoryUser>, Fault> {
        self.read(|tx, kind| directory::users(tx, kind, part, MOST))
    }

    fn members(&self, group: &str) -> Result<Vec<DirectoryUser>, Fault> {
        self.read(|tx, kind| directory::members(tx, kind, group, MOST))
    }
}
