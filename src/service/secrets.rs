//! Where sealed secrets are, and sealing them anew.

use super::Installation;
use crate::fault::Fault;
use crate::store::secrets::{self, CREDENTIALS, SealedColumn, SealedRow};
use crate::vault::Place;

impl Installation {
    /// Seals with the first key what others have sealed, so that those are not needed any more,
    /// and gives the number of secrets. What cannot be opened stays and is logged.
    ///
    /// To be called by whoever serves: a server with older keys could not open the result.
    pub fn reseal(&self) -> Result<usize, Fault> {
        let vault = self.vault.clone();
        // A start has mostly nothing to change, and does not wait for those who are changing.
        let is_all_ours = self.store.read(|tx| {
            for column in secrets::COLUMNS {
                if !secrets::others(tx, column, &vault.prefix())?.is_empty() {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        if is_all_ours {
            return Ok(0);
        }
        self.store.write(move |tx| {
            let mut count = 0;
            for column in secrets::COLUMNS {
                for row in secrets::others(tx, column, &vault.prefix())? {
                    let name = row_name(column, &row);
                    let place = Place {
                        column: column.name,
                        associate_id: row.associate_id,
                        row: &name,
                    };
                    match vault.open_sealed(place, &row.text) {
                        Ok(secret) => {
                            secrets::replace(tx, column, &row, &vault.seal(place, &secret)?)?;
                            count += 1;
                        }
                        Err(fault) => {
                            let reason = fault.cause().map(ToString::to_string);
                            tracing::error!(reason, "a secret stays as it is");
                        }
                    }
                }
            }
            Ok(count)
        })
    }
}

fn row_name(column: SealedColumn, row: &SealedRow) -> String {
    let (first, second) = &row.names;
    if column.name == CREDENTIALS.name {
        credential_row(first, second)
    } else {
        first.clone()
    }
}

/// The unique key of a credential, with the length of its first part, which may hold anything.
pub fn credential_row(credential_type: &str, search_name: &str) -> String {
    format!("{}:{credential_type}{search_name}", credential_type.len())
}
