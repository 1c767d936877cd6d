//! Backups of the database, from the command line.

use crate::config::Settings;
use crate::fault;
use crate::service::OpenError;
use crate::service::places::{create_folder, database, key_source};
use crate::store::StoreError;
use crate::store::copy::{self, Copied};
use crate::vault::KeySource;
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    pub path: PathBuf,
    pub copied: Copied,
    /// Where the keys are that open the secrets in it, if there are any. They are not in it.
    pub keys: Option<String>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("no backup was made: {}", fault::chain(.0))]
    BackUp(#[source] StoreError),
    #[error("nothing was restored: {}", fault::chain(.0))]
    Restore(#[source] StoreError),
    #[error(transparent)]
    Folder(#[from] OpenError),
    #[error("the database is on a server: use its own tools, such as pg_dump, or services88 copy")]
    OnServer,
}

/// Writes a copy of the database, which may be in use, to a file. An existing file stays, unless it
/// is to be replaced.
pub fn back_up(settings: &Settings, file: &Path, replace: bool) -> Result<Written, BackupError> {
    is_file(settings)?;
    let copied = copy::back_up(&database(settings), file, replace).map_err(BackupError::BackUp)?;
    Ok(written(settings, file.to_owned(), copied))
}

/// Puts a backup into the data folder, which has no database, and which nobody uses.
pub fn restore(settings: &Settings, file: &Path) -> Result<Written, BackupError> {
    is_file(settings)?;
    create_folder(&settings.data)?;
    let path = database(settings);
    let copied = copy::restore(file, &path).map_err(BackupError::Restore)?;
    Ok(written(settings, path, copied))
}

fn is_file(settings: &Settings) -> Result<(), BackupError> {
    match settings.database.reveal() {
        "" => Ok(()),
        _ => Err(BackupError::OnServer),
    }
}

fn written(settings: &Settings, path: PathBuf, copied: Copied) -> Written {
    let keys = match key_source(settings) {
        KeySource::File(path) => path.display().to_string(),
        KeySource::Text(_) => "SERVICES88_KEY".to_owned(),
    };
    Written {
        path,
        copied,
        keys: copied.has_secrets.then_some(keys),
    }
}
