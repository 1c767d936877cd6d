//! The database: transactions, migrations, and one file of SQL per area.
//!
//! There are two engines: a file for one machine (`embedded`), and a server that speaks PostgreSQL's
//! protocol for several (`postgres`). Above this floor nothing knows which it is. Callers pass
//! closures to [`Store::read`] and [`Store::write`] and see only [`Tx`] and [`Row`].

pub mod access_gateway;
pub mod access_tokens;
pub mod applications;
pub mod archives;
pub mod associates;
mod batch;
pub mod callers;
pub mod credentials;
pub mod data_rights;
pub mod directory;
mod embedded;
mod error;
pub mod external_tokens;
pub mod external_users;
mod fold;
pub mod functional_rights;
pub mod groups;
pub mod installation;
pub mod leases;
pub mod licenses;
mod lists;
pub mod news;
pub mod owner_contacts;
pub mod ownership;
pub mod password_resets;
pub mod passwords;
pub mod persons;
pub mod portals;
mod postgres;
pub mod presence;
pub mod principals;
pub mod registrations;
mod remembered;
mod reply;
pub mod resolve_user;
pub mod roles;
mod schema;
pub mod secrets;
pub mod service_auth;
pub mod service_users;
mod stamp;
pub mod system;
#[cfg(test)]
pub(crate) mod testing;
pub mod tickets;
pub mod transfer;
mod tx;
pub mod untrusted_credentials;
pub mod user_info;
pub mod user_lookup;
pub mod user_saving;
pub mod users;
mod value;
#[cfg(test)]
pub(crate) mod work;
mod writer;

#[cfg(test)]
mod tests;

pub use embedded::copy;
pub use error::StoreError;
pub(crate) use fold::fold;
pub use postgres::{AddressError, Server};
pub use remembered::Remembered;
pub use stamp::Stamp;
pub use tx::{Row, Tx};
pub(crate) use value::params;
pub use value::{Column, Param};

use crate::fault::Fault;
use crate::wait;
use embedded::InUse;
use lists::Lists;
use std::any::Any;
use std::path::Path;
use std::sync::Arc;
use writer::Writer;

/// One database. Clones share it; the last of them closes it.
///
/// Other processes may use the same one at the same time: a write waits up to five seconds for
/// theirs to end.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Writer,
    readers: Readers,
    /// Of a file.
    _in_use: Option<InUse>,
}

/// The connections that read.
enum Readers {
    Embedded(embedded::Readers),
    Server(postgres::Readers),
}

impl Store {
    /// Opens a database file, creating it and applying migrations as needed.
    ///
    /// A file that is empty, damaged, written by another program or by a later release of this
    /// one, or that cannot be written to, is refused and left as it is.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let lists = Arc::new(Lists::default());
        let database = embedded::open(path, &lists)?;
        Self::new(
            Box::new(database.writing),
            Readers::Embedded(database.readers),
            Some(database.in_use),
        )
    }

    /// Opens a database on a server, giving it its tables and applying migrations as needed.
    ///
    /// One with tables of another program or of a later release of this one is refused and left as
    /// it is.
    pub fn connect(server: &Server) -> Result<Self, StoreError> {
        let lists = Arc::new(Lists::default());
        let database = wait::aside(|| postgres::open(&Arc::new(server.clone()), &lists))?;
        Self::new(
            Box::new(database.writing),
            Readers::Server(database.readers),
            None,
        )
    }

    fn new(
        writing: Box<dyn batch::Writing>,
        readers: Readers,
        in_use: Option<InUse>,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            inner: Arc::new(Inner {
                writer: Writer::start(writing)?,
                readers,
                _in_use: in_use,
            }),
        })
    }

    /// Whether other nodes are expected to write to the same database, so that nothing that decides
    /// who may do what is believed without asking it.
    pub fn is_shared(&self) -> bool {
        matches!(self.inner.readers, Readers::Server(_))
    }

    /// Runs a closure on a snapshot of the database. It never waits for writers, sees nothing of
    /// what they do meanwhile, and can change nothing. A panic in it becomes an internal fault.
    pub fn read<T>(&self, work: impl FnOnce(&Tx<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        match &self.inner.readers {
            Readers::Embedded(readers) => readers.read(work),
            Readers::Server(readers) => readers.read(work),
        }
    }

    /// Runs a closure that may change the database and returns after its commit is on disk.
    ///
    /// When the closure fails or panics, nothing it did remains. It may share its commit with
    /// other closures, and sees what those before it did. It must not write through the store
    /// itself; that is refused.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let mut work = Some(work);
        self.inner.writer.write(false, move |tx| match work.take() {
            Some(work) => work(tx),
            None => Err(Fault::internal("a change was to be made twice")),
        })
    }

    /// The same for a closure that may be run again, after all that it did was undone: when another
    /// one fails that was to share its commit. Makes the common case cheaper.
    pub fn write_repeatable<T: Send + 'static>(
        &self,
        work: impl FnMut(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.inner.writer.write(true, work)
    }

    /// The same for who must not wait: the closure is run here and now if nobody else writes, and
    /// otherwise when its turn has come, whether what is given is awaited or not.
    pub fn write_later<T, F>(&self, work: F) -> impl Future<Output = Result<T, Fault>> + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    {
        let submitted = self.inner.writer.submit(true, work);
        async move {
            let (result, _) = submitted?.await.ok_or(StoreError::Closed)?;
            result
        }
    }

    /// Commits made so far: at most one a write, fewer when writes arrive together.
    pub fn commits(&self) -> u64 {
        self.inner.writer.commits()
    }

    /// Whether the store can be read and its writer is at work.
    pub fn healthy(&self) -> bool {
        self.inner.writer.is_running()
            && self
                .read(|tx| Ok(tx.one("SELECT count(*) FROM installation", &[], |_| Ok(()))?))
                .is_ok()
    }

    /// Finishes what is queued and closes the file. Whatever comes later, from any clone, fails
    /// with [`StoreError::Closed`].
    pub fn close(&self) {
        self.inner.close();
    }
}

impl Inner {
    fn close(&self) {
        // The writer goes last, since only a connection that can write tidies up the file.
        match &self.readers {
            Readers::Embedded(readers) => readers.close(),
            Readers::Server(readers) => readers.close(),
        }
        self.writer.stop();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// What a panic in a closure becomes.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape of an error handler"
)]
fn unwound<T>(panic: Box<dyn Any + Send>) -> Result<T, Fault> {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Err(Fault::internal(format!(
        "panic in a transaction: {message}"
    )))
}
