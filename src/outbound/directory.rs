//! Directories that users can be chosen from, wherever they are.

use crate::fault::Fault;

/// Groups or users that one answer holds at most.
pub const MOST: usize = 500;

/// A group of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryGroup {
    /// Identifies the group.
    pub name: String,
    /// For people.
    pub display_name: String,
}

/// Somebody in a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryUser {
    /// What becomes the value of the credential, such as a SID.
    pub value: String,
    /// What people see of it, such as an account name.
    pub display_value: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
}

/// Where people and their groups are looked up, outside of transactions: the answer may come from
/// another machine. Answers are sorted by what people see and hold at most [`MOST`]; whoever needs
/// others asks for less. Fails when the directory is out of reach.
pub trait Directory {
    /// Groups whose names hold a text; all for an empty one.
    fn groups(&self, part: &str) -> Result<Vec<DirectoryGroup>, Fault>;
    /// People whose names or addresses hold a text; all for an empty one.
    fn users(&self, part: &str) -> Result<Vec<DirectoryUser>, Fault>;
    /// The people in the group of this name; none where there is no such group.
    fn members(&self, group: &str) -> Result<Vec<DirectoryUser>, Fault>;
    /// Somebody by the value of the credential.
    fn user(&self, value: &str) -> Result<Option<DirectoryUser>, Fault>;
}
