//! Copies of whole installations from one database to another, from the command line.

use crate::config::{KeySettings, Secret, Settings};
use crate::fault;
use crate::service::OpenError;
use crate::service::places::{create_folder, database, key_source};
use crate::store::transfer::{self, Place, Progress, TransferError, Transferred};
use crate::store::{AddressError, Server};
use crate::vault::KeySource;
use std::path::PathBuf;

/// What was copied.
#[derive(Clone, Debug)]
pub struct Copied {
    pub transferred: Transferred,
    /// The file in which servers look for the keys of the source, unless they are told another
    /// place; `None` where each node has its own.
    pub keys_from: Option<PathBuf>,
    /// The same for the copy.
    pub keys_to: Option<PathBuf>,
}

/// Why nothing was copied, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("{}", fault::chain(.0))]
    Address(#[source] AddressError),
    #[error(transparent)]
    Folder(#[from] OpenError),
    #[error("{}", fault::chain(.0))]
    Transfer(#[from] TransferError),
}

/// Copies the installation at a place to another place: a data folder, or the address of a database
/// on a server. One that is not named is that of the settings. A copy that was broken off goes on,
/// unless it is to begin anew. `watch` is told after each batch how far it is.
pub fn copy(
    settings: &Settings,
    from: Option<&str>,
    to: Option<&str>,
    restart: bool,
    watch: &mut dyn FnMut(Progress<'_>),
) -> Result<Copied, CopyError> {
    let (source, target) = (at(settings, from), at(settings, to));
    let target_place = place(&target)?;
    let source_place = place(&source)?;
    if let Place::File(_) = target_place {
        // Nothing is made for a source that is not there.
        if !matches!(&source_place, Place::File(path) if !path.exists()) {
            create_folder(&target.data)?;
        }
    }
    let transferred = transfer::transfer(&source_place, &target_place, restart, watch)?;
    Ok(Copied {
        transferred,
        keys_from: key_file(&source, &source_place),
        keys_to: key_file(&target, &target_place),
    })
}

fn key_file(settings: &Settings, place: &Place) -> Option<PathBuf> {
    match (place, key_source(settings)) {
        (Place::File(_), KeySource::File(path)) => Some(path),
        _ => None,
    }
}

/// The settings of the installation at a place.
fn at(settings: &Settings, place: Option<&str>) -> Settings {
    let mut settings = settings.clone();
    if let Some(place) = place {
        settings.keys = KeySettings::default();
        settings.database = Secret::default();
        match is_address(place) {
            true => settings.database = Secret::new(place),
            false => settings.data = place.into(),
        }
    }
    settings
}

fn is_address(place: &str) -> bool {
    ["postgres://", "postgresql://"]
        .iter()
        .any(|it| place.starts_with(it))
}

fn place(settings: &Settings) -> Result<Place, CopyError> {
    match settings.database.reveal() {
        "" => Ok(Place::File(database(settings))),
        address => match Server::new(address) {
            Ok(server) => Ok(Place::Server(Box::new(server))),
            Err(error) => Err(CopyError::Address(error)),
        },
    }
}
