//! A whole installation from one database into another, whatever the engines.
//!
//! Rows go over in batches, in the order of their keys; each batch is one transaction, together with
//! how far the copy has come, so that one that was broken off goes on from there. As long as it is
//! under way the target has a mark, with which no server takes it for a database. In the end both
//! are read anew, all of them, and compared.

mod begin;
mod error;
mod marker;
mod rows;
mod side;
mod tables;
#[cfg(test)]
mod tests;

pub use error::TransferError;
pub(in crate::store) use rows::Rows;
pub use rows::{Key, Sum};
pub(in crate::store) use side::Side;
pub(in crate::store) use tables::{Column, Schema, Table};

use super::{Server, StoreError, Tx, secrets};
use error::{cannot_read, cannot_write, is_about_rows};
use marker::{Begun, Reached};
use rows::Summing;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::thread;

/// Rows that are copied with one commit.
const BATCH: usize = 10_000;

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// A file, which need not be there if it is copied into.
    File(PathBuf),
    Server(Box<Server>),
}

/// What is being done, and how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    pub step: Step,
    pub table: &'a str,
    /// Rows of all tables so far.
    pub done: u64,
    /// Rows of all tables.
    pub total: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Both are open: what follows may take long.
    Begin {
        /// Whether an earlier copy goes on.
        again: bool,
        /// Whether servers or commands seem to use the source, so that what they store from now on
        /// is not in the copy.
        is_source_in_use: bool,
    },
    Copy,
    Compare,
}

/// A table as both databases have it.
#[derive(Clone, Debug)]
pub struct Compared {
    pub table: String,
    pub source: Sum,
    pub target: Sum,
}

/// What a copy came to.
#[derive(Clone, Debug)]
pub struct Transferred {
    pub tables: Vec<Compared>,
    /// Whether both hold the same. Otherwise the target keeps its mark.
    pub is_same: bool,
    /// The keys that the secrets in it open with.
    pub keys: BTreeSet<String>,
}

/// Copies one database into another, and tells how far it is after each batch. Where a copy was
/// broken off, it goes on, unless it is to begin anew.
///
/// # Errors
/// The source is not one of this release that has been set up, or cannot be read; the target holds
/// anything else than a part of a copy of it, or cannot be written. In the first case nothing is
/// changed; in the others all that was copied stays for the next time.
pub fn transfer(
    from: &Place,
    to: &Place,
    restart: bool,
    watch: &mut dyn FnMut(Progress<'_>),
) -> Result<Transferred, TransferError> {
    Transfer::begin(from, to, restart, BATCH)?.run(watch)
}

/// Refuses a database that a copy was begun into, and not finished.
pub fn refuse_half(tx: &Tx<'_>, place: &str) -> Result<(), StoreError> {
    match tx.has_table(marker::TABLE)? {
        true => Err(StoreError::HalfCopied {
            place: place.to_owned(),
        }),
        false => Ok(()),
    }
}

/// A copy that is under way.
struct Transfer {
    schema: Schema,
    source: Box<dyn Side>,
    target: Box<dyn Side>,
    begun: Begun,
    reached: Reached,
    again: bool,
    batch: usize,
}

impl Transfer {
    fn begin(from: &Place, to: &Place, restart: bool, batch: usize) -> Result<Self, TransferError> {
        let (source, schema, begun) = begin::open_source(from)?;
        let mut target = begin::open_target(to)?;
        let (again, reached) = match begin::how_far(&*target, &*source, &begun, restart)? {
            Some(reached) => (true, reached),
            None => (false, Reached::default()),
        };
        let prepared = target.prepare();
        prepared.map_err(|error| cannot_write(&*target, error))?;
        let mut transfer = Self {
            schema,
            source,
            target,
            begun,
            reached,
            again,
            batch,
        };
        match again {
            true => transfer.reached = transfer.reached_at_last()?,
            false => transfer.mark(restart)?,
        }
        Ok(transfer)
    }

    /// How far an earlier copy came: on a server, one that was killed may have ended just now.
    fn reached_at_last(&self) -> Result<Reached, TransferError> {
        match self.in_target(|it| marker::find(&it.target.tx()))? {
            Some(Some((begun, reached))) if begun == self.begun => Ok(reached),
            _ => Err(self.overtaken()),
        }
    }

    fn overtaken(&self) -> TransferError {
        let place = self.target.place().to_owned();
        TransferError::Overtaken { place }
    }

    /// Marks the target, and takes out of it what the migrations put there.
    fn mark(&mut self, restart: bool) -> Result<(), TransferError> {
        let is_free = self.in_target(|it| {
            // A server may have come first.
            let tx = it.target.tx();
            let is_free = match tx.has_table(marker::TABLE)? {
                true => restart,
                false => begin::is_empty(&tx)?,
            };
            if !is_free {
                return Ok(false);
            }
            marker::set(&tx, &it.begun)?;
            it.target.set_triggers(&it.schema, false)?;
            it.target.clear(&it.schema)?;
            Ok(true)
        })?;
        match is_free {
            true => Ok(()),
            false => Err(TransferError::NotEmpty {
                place: self.target.place().to_owned(),
            }),
        }
    }

    fn run(mut self, watch: &mut dyn FnMut(Progress<'_>)) -> Result<Transferred, TransferError> {
        let step = Step::Begin {
            again: self.again,
            is_source_in_use: self.source.is_in_use(),
        };
        self.tell(step, "", self.reached.rows, watch);
        while self.copy_batch(watch)? {}
        let tables = self.compare(watch)?;
        let is_same = tables.iter().all(|it| it.source == it.target);
        let keys = secrets::keys(&self.source.tx());
        let keys = keys.map_err(|error| cannot_read(&*self.source, error))?;
        if is_same {
            self.finish()?;
        }
        Ok(Transferred {
            tables,
            is_same,
            keys,
        })
    }

    /// Copies the next rows; false when there are none.
    fn copy_batch(&mut self, watch: &mut dyn FnMut(Progress<'_>)) -> Result<bool, TransferError> {
        let Some(table) = self.schema.tables.get(self.reached.tables).cloned() else {
            return Ok(false);
        };
        self.tell(Step::Copy, &table.name, self.reached.rows, watch);
        let rows = Rows::read(
            &self.source.tx(),
            &table,
            self.reached.key.as_ref(),
            self.batch,
        );
        let rows = rows.map_err(|error| cannot_read(&*self.source, error))?;
        if let Some((row, column, kind)) = rows.strange() {
            let reason = format!("unexpected {kind}");
            return Err(self.unfit(&table, &rows, row, StoreError::Column { column, reason }));
        }
        let last = match rows.len() < self.batch {
            true => None,
            false => match rows.key(&table, rows.len() - 1) {
                None => {
                    let (column, reason) = (0, "a key without a value".to_owned());
                    let error = StoreError::Column { column, reason };
                    return Err(self.unfit(&table, &rows, rows.len() - 1, error));
                }
                key => key,
            },
        };
        let next = self.reached.behind(&rows, last);
        let reached = self.reached.clone();
        let went_on = self.in_target(|it| {
            let is_ours = marker::go_on(&it.target.tx(), &reached, &next)?;
            if is_ours && rows.len() > 0 {
                it.target.insert(&table, &rows, rows.len())?;
            }
            Ok(is_ours)
        });
        match went_on {
            Ok(true) => {
                self.reached = next;
                Ok(true)
            }
            Ok(false) => Err(self.overtaken()),
            Err(TransferError::Target { source, .. }) if is_about_rows(&source) => {
                let row = self.first_unfit(&table, &rows)?;
                Err(self.unfit(&table, &rows, row, source))
            }
            Err(error) => Err(error),
        }
    }

    /// The first row that the target does not take, of some that it does not take together.
    fn first_unfit(&mut self, table: &Table, rows: &Rows) -> Result<usize, TransferError> {
        let (mut fit, mut unfit) = (0, rows.len());
        while unfit - fit > 1 {
            let count = fit + (unfit - fit) / 2;
            let begun = self.target.begin_writing();
            begun.map_err(|error| cannot_write(&*self.target, error))?;
            let inserted = self.target.insert(table, rows, count);
            self.target.undo();
            match inserted {
                Ok(()) => fit = count,
                Err(error) if is_about_rows(&error) => unfit = count,
                Err(error) => return Err(cannot_write(&*self.target, error)),
            }
        }
        Ok(fit)
    }

    fn unfit(&self, table: &Table, rows: &Rows, row: usize, source: StoreError) -> TransferError {
        let key = rows.key(table, row).map(|key| key.to_string());
        TransferError::Row {
            place: self.target.place().to_owned(),
            table: table.name.clone(),
            key: key.unwrap_or_else(|| "without a key".to_owned()),
            source: Box::new(source),
        }
    }

    /// Reads both databases anew, at the same time.
    fn compare(
        &mut self,
        watch: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Vec<Compared>, TransferError> {
        let (tables, batch, total) = (&self.schema.tables, self.batch, self.begun.total());
        let (source, target) = (&mut *self.source, &mut *self.target);
        let sums = thread::scope(|scope| {
            let theirs = thread::Builder::new().spawn_scoped(scope, move || {
                let summed = target.begin_reading();
                let summed = summed.and_then(|()| sums(target, tables, batch, &mut |_, _| {}));
                target.undo();
                summed.map_err(|error| cannot_write(target, error))
            });
            let theirs = theirs.map_err(|_| TransferError::Thread)?;
            let ours = sums(source, tables, batch, &mut |table, done| {
                let step = Step::Compare;
                watch(Progress {
                    step,
                    table,
                    done,
                    total,
                });
            });
            let ours = ours.map_err(|error| cannot_read(source, error));
            let theirs = theirs.join().map_err(|_| TransferError::Thread)?;
            Ok::<_, TransferError>((ours?, theirs?))
        });
        let (ours, theirs) = sums?;
        let pairs = tables.iter().zip(ours.into_iter().zip(theirs));
        let compared = pairs.map(|(table, (source, target))| Compared {
            table: table.name.clone(),
            source,
            target,
        });
        Ok(compared.collect())
    }

    /// Makes a database of what was copied.
    fn finish(&mut self) -> Result<(), TransferError> {
        let numbered = self.schema.tables.iter().filter(|it| it.is_numbered);
        let highest = numbered.map(|table| Ok((table, self.source.highest(table)?)));
        let highest = highest.collect::<Result<Vec<_>, StoreError>>();
        let highest = highest.map_err(|error| cannot_read(&*self.source, error))?;
        let (schema, target) = (&self.schema, &*self.target);
        in_transaction(target, || {
            for (table, number) in &highest {
                target.count_after(table, *number)?;
            }
            target.set_triggers(schema, true)?;
            target.tx().execute("DROP TABLE services88_copy", &[])?;
            Ok(())
        })?;
        let settled = self.target.settle(&self.schema);
        settled.map_err(|error| cannot_write(&*self.target, error))
    }

    fn in_target<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, StoreError>,
    ) -> Result<T, TransferError> {
        in_transaction(&*self.target, || work(self))
    }

    fn tell(&self, step: Step, table: &str, done: u64, watch: &mut dyn FnMut(Progress<'_>)) {
        watch(Progress {
            step,
            table,
            done,
            total: self.begun.total(),
        });
    }
}

fn sums(
    side: &dyn Side,
    tables: &[Table],
    batch: usize,
    watch: &mut dyn FnMut(&str, u64),
) -> Result<Vec<Sum>, StoreError> {
    let (mut sums, mut done) = (Vec::new(), 0);
    for table in tables {
        let (mut summing, mut key) = (Summing::default(), None);
        loop {
            watch(&table.name, done);
            let rows = Rows::read(&side.tx(), table, key.as_ref(), batch)?;
            summing.add(&rows);
            done += rows.len() as u64;
            if rows.len() < batch {
                break;
            }
            key = rows.key(table, rows.len() - 1);
        }
        sums.push(summing.done());
    }
    Ok(sums)
}

fn in_transaction<T>(
    target: &dyn Side,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, TransferError> {
    let begun = target.begin_writing();
    let done = begun.and_then(|()| {
        let done = work()?;
        target.commit()?;
        Ok(done)
    });
    done.map_err(|error| {
        target.undo();
        cannot_write(target, error)
    })
}

/// The file or server, without a password.
impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Server(server) => write!(out, "{server}"),
        }
    }
}
