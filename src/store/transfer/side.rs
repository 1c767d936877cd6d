//! What a copy asks of an engine.

use super::super::{StoreError, Tx};
use super::rows::Rows;
use super::tables::{Schema, Table};

/// A database that is copied from, or into, over a connection of its own.
pub(in crate::store) trait Side: Send {
    /// What is done in the transaction that is under way, or else in one for each statement.
    fn tx(&self) -> Tx<'_>;

    /// Where it is, without a password.
    fn place(&self) -> &str;

    /// Whether servers or commands seem to use it as well.
    fn is_in_use(&self) -> bool;

    /// Migrations that were applied; none where there are no tables.
    fn version(&self) -> Result<usize, StoreError>;

    /// Makes a database that was opened for reading fit for writing, with the tables of this
    /// release.
    fn prepare(&mut self) -> Result<(), StoreError>;

    /// Begins a transaction that sees one state until it ends.
    fn begin_reading(&self) -> Result<(), StoreError>;

    /// Begins a transaction beside which nobody else writes.
    fn begin_writing(&self) -> Result<(), StoreError>;

    fn commit(&self) -> Result<(), StoreError>;

    /// Undoes what was done.
    fn undo(&self);

    /// Adds the first so many of some rows.
    fn insert(&self, table: &Table, rows: &Rows, count: usize) -> Result<(), StoreError>;

    /// Removes all rows from all tables of a schema.
    fn clear(&self, schema: &Schema) -> Result<(), StoreError>;

    /// Has triggers do nothing from now on, so that what they did in one database is not done again
    /// in the other; or has them work again.
    fn set_triggers(&self, schema: &Schema, on: bool) -> Result<(), StoreError>;

    /// The highest number that was given to a row of a table so far, be it there or not.
    fn highest(&self, table: &Table) -> Result<i64, StoreError>;

    /// Has new rows of a table be numbered after this.
    fn count_after(&self, table: &Table, highest: i64) -> Result<(), StoreError>;

    /// Does what a database wants after many changes.
    fn settle(&self, schema: &Schema) -> Result<(), StoreError>;
}
