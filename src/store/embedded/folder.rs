//! Who uses a folder: any number of programs at a time, or one that puts a database into it.

use super::super::StoreError;
use crate::draft::folder_of;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Shows others that a folder is in use until it is dropped or the program ends, however it ends.
///
/// Locks on folders are known on Unix, and not on each of its file systems; where there are none,
/// nobody is kept out.
pub struct InUse {
    _folder: Option<File>,
}

impl InUse {
    /// Uses the folder of a database beside others. Fails while somebody puts a database there.
    pub fn share(database: &Path) -> Result<Self, StoreError> {
        Self::lock(database, File::try_lock_shared)
    }

    /// Keeps all others out of the folder of a database. Fails while somebody uses it.
    pub fn alone(database: &Path) -> Result<Self, StoreError> {
        Self::lock(database, File::try_lock)
    }

    fn lock(
        database: &Path,
        lock: impl Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, StoreError> {
        let folder = File::open(folder_of(database)).ok();
        match folder.as_ref().map(lock) {
            Some(Err(TryLockError::WouldBlock)) => Err(StoreError::InUse {
                folder: folder_of(database).to_owned(),
            }),
            _ => Ok(Self { _folder: folder }),
        }
    }
}

/// Tells a file from another one that takes its place later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(u64, u64);

impl FileId {
    /// That of the file at a path; `None` when there is none. Elsewhere than on Unix all are alike.
    pub fn of(path: &Path) -> Option<Self> {
        let file = path.metadata().ok()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Some(Self(file.dev(), file.ino()))
        }
        #[cfg(not(unix))]
        {
            drop(file);
            Some(Self(0, 0))
        }
    }
}

/// What SQLite keeps beside a database until all of it is in the file: the write-ahead log, or the
/// journal. `None` when there is nothing in them.
pub fn left_beside(database: &Path) -> Option<PathBuf> {
    ["-wal", "-journal"]
        .map(|ending| {
            let mut name = database.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        })
        .into_iter()
        .find(|path| path.metadata().is_ok_and(|file| file.len() > 0))
}
