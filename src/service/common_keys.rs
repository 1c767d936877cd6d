//! Whether the nodes of one database have the same keys.

use crate::fault::Fault;
use crate::store::transfer::refuse_half;
use crate::store::{Store, secrets};
use crate::vault::{Place, Vault};

const PLACE: Place<'static> = Place {
    column: secrets::COMMON_KEY.name,
    associate_id: 0,
    row: "1",
};

/// Whether this node can open what the first one has sealed; the first one seals a word for the
/// others.
pub fn agree(store: &Store, vault: &Vault) -> Result<bool, Fault> {
    let read = || store.read(|tx| Ok(secrets::common(tx)?));
    let sealed = match read()? {
        Some(sealed) => sealed,
        None => {
            let mine = vault.seal(PLACE, "common")?;
            store.write(move |tx| {
                refuse_half(tx, "the database")?;
                Ok(secrets::set_common(tx, &mine)?)
            })?;
            // Another node may have been first.
            read()?.unwrap_or_default()
        }
    };
    Ok(vault.open_sealed(PLACE, &sealed).is_ok())
}
