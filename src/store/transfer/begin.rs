//! What is copied from and into, looked at before anything is changed.

use super::super::embedded::transfer as embedded;
use super::super::postgres::transfer as postgres;
use super::super::{StoreError, Tx, installation};
use super::error::{TransferError, cannot_write};
use super::marker::{self, Begun, Reached};
use super::side::Side;
use super::tables::Schema;
use super::{Place, refuse_half};

/// Opens what is copied from, of which one state is seen from now on.
pub fn open_source(from: &Place) -> Result<(Box<dyn Side>, Schema, Begun), TransferError> {
    let failed = |source| TransferError::Source {
        place: from.to_string(),
        source,
    };
    let source = match from {
        Place::File(path) => embedded::source(path),
        Place::Server(server) => postgres::side(server),
    };
    let source = source.map_err(failed)?;
    let schema = Schema::known().map_err(failed)?;
    source.begin_reading().map_err(failed)?;
    let (place, found, known) = (
        from.to_string(),
        source.version().map_err(failed)?,
        schema.version,
    );
    if found > known {
        return Err(failed(StoreError::NewerDatabase {
            database: place,
            found,
            known,
        }));
    }
    if found == 0 {
        return Err(TransferError::Nothing { place });
    }
    if found < known {
        return Err(TransferError::Older {
            place,
            found,
            known,
        });
    }
    refuse_half(&source.tx(), &place).map_err(failed)?;
    match Begun::of(&source.tx(), &schema).map_err(failed)? {
        Some(begun) => Ok((source, schema, begun)),
        None => Err(TransferError::Nothing { place }),
    }
}

/// Opens what is copied into, of which nothing is changed yet.
pub fn open_target(to: &Place) -> Result<Box<dyn Side>, TransferError> {
    let opened = match to {
        Place::File(path) => embedded::target(path),
        Place::Server(server) => postgres::side(server),
    };
    opened.map_err(|source| TransferError::Target {
        place: to.to_string(),
        source,
    })
}

/// How far an earlier copy came into a target, which is refused if it holds anything else. Nothing
/// is changed.
pub fn how_far(
    target: &dyn Side,
    source: &dyn Side,
    begun: &Begun,
    restart: bool,
) -> Result<Option<Reached>, TransferError> {
    let failed = |error| cannot_write(target, error);
    let place = target.place().to_owned();
    let found = target.version().map_err(failed)?;
    if found > begun.version {
        return Err(failed(StoreError::NewerDatabase {
            database: place,
            found,
            known: begun.version,
        }));
    }
    match marker::find(&target.tx()).map_err(failed)? {
        None if found == 0 || is_empty(&target.tx()).map_err(failed)? => Ok(None),
        None => Err(TransferError::NotEmpty { place }),
        Some(_) if found != begun.version => Err(TransferError::OtherRelease { place }),
        Some(_) if restart => Ok(None),
        Some(Some((before, reached))) if before.is_of_same(begun) => {
            match before.difference(begun) {
                None => Ok(Some(reached)),
                Some((table, before, now)) => Err(TransferError::Changed {
                    from: source.place().to_owned(),
                    to: place,
                    table,
                    before,
                    now,
                }),
            }
        }
        Some(_) => Err(TransferError::OtherSource { place }),
    }
}

/// Whether there is nothing but what the migrations made.
pub fn is_empty(tx: &Tx<'_>) -> Result<bool, StoreError> {
    let has_rows = |sql: &str| {
        let counted = tx.query_once(sql, &[], |row| row.get::<i64>(0))?;
        Ok::<_, StoreError>(counted.first().is_some_and(|count| *count > 0))
    };
    Ok(installation::identity(tx)?.is_none()
        && !has_rows("SELECT count(*) FROM (SELECT 1 FROM associate LIMIT 1) AS found")?
        && !(tx.has_table("common_key")? && has_rows("SELECT count(*) FROM common_key")?))
}
