//! Where an installation is: its folder, its database, its keys.

use super::OpenError;
use crate::config::Settings;
use crate::store::{Server, Store};
use crate::vault::KeySource;
use std::fs::DirBuilder;
use std::path::{Path, PathBuf};

/// The database in the data folder.
const DATABASE: &str = "services88.db";
/// The keys in the data folder, unless they are elsewhere.
const KEY_FILE: &str = "services88.key";

/// Opens the database, and says where it is.
pub(super) fn open_store(settings: &Settings) -> Result<(Store, String), OpenError> {
    let address = settings.database.reveal();
    if address.is_empty() {
        let path = database(settings);
        let place = settings.data.display().to_string();
        return match Store::open(&path) {
            Ok(store) => Ok((store, place)),
            Err(source) => Err(OpenError::Database { path, source }),
        };
    }
    let wrong = |setting| move |source| OpenError::Address { setting, source };
    let server = Server::new(address).map_err(wrong("database"))?;
    let store = Store::connect(&server).map_err(|source| OpenError::Server {
        server: server.to_string(),
        source,
    })?;
    Ok((store, server.to_string()))
}

/// Where the database is, if it is a file.
pub(super) fn database(settings: &Settings) -> PathBuf {
    settings.data.join(DATABASE)
}

/// Where the keys are.
pub(super) fn key_source(settings: &Settings) -> KeySource {
    match &settings.keys.text {
        Some(text) => KeySource::Text(text.clone()),
        None => {
            let in_data = || settings.data.join(KEY_FILE);
            KeySource::File(settings.keys.file.clone().unwrap_or_else(in_data))
        }
    }
}

/// Creates a folder that only its owner may enter: it will hold secrets. One that is there is
/// left as it is.
pub(super) fn create_folder(path: &Path) -> Result<(), OpenError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| OpenError::Folder {
        path: path.to_owned(),
        source,
    })
}
