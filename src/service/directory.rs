//! Which directory users are chosen from: the one that the operator named, or the embedded one.

use super::Installation;
use super::user_credentials::Kind;
use crate::contract::credential::CredentialControlType;
use crate::fault::Fault;
use crate::outbound::directory::{Directory, DirectoryGroup, DirectoryUser, MOST};
use crate::store::{Store, StoreError, Tx, directory};

/// The directory behind a type of credential; none behind types whose values are not chosen from
/// one.
pub fn behind<'a>(
    installation: &'a Installation,
    kind: &'static Kind,
) -> Option<Box<dyn Directory + 'a>> {
    if kind.control != CredentialControlType::Link {
        return None;
    }
    Some(match &installation.ldap {
        Some(ldap) => Box::new(ldap.clone()),
        None => Box::new(EmbeddedDirectory {
            store: &installation.store,
            credential_type: kind.name,
        }),
    })
}

/// The directory in the tables of the installation's own.
struct EmbeddedDirectory<'a> {
    store: &'a Store,
    credential_type: &'a str,
}

impl EmbeddedDirectory<'_> {
    fn read<T>(
        &self,
        look: impl FnOnce(&Tx<'_>, &str) -> Result<T, StoreError>,
    ) -> Result<T, Fault> {
        self.store.read(|tx| Ok(look(tx, self.credential_type)?))
    }
}

impl Directory for EmbeddedDirectory<'_> {
    fn groups(&self, part: &str) -> Result<Vec<DirectoryGroup>, Fault> {
        self.read(|tx, kind| directory::groups(tx, kind, part, MOST))
    }

    fn users(&self, part: &str) -> Result<Vec<DirectoryUser>, Fault> {
        self.read(|tx, kind| directory::users(tx, kind, part, MOST))
    }

    fn members(&self, group: &str) -> Result<Vec<DirectoryUser>, Fault> {
        self.read(|tx, kind| directory::members(tx, kind, group, MOST))
    }

    fn user(&self, value: &str) -> Result<Option<DirectoryUser>, Fault> {
        self.read(|tx, kind| directory::user_of_value(tx, kind, value))
    }
}
