//! Who somebody may be: users by credential, persons of a company by what is known of them.
//!
//! Persons who registered themselves in a portal are found by credential only: what they said of
//! themselves may be true of somebody else.

use super::{StoreError, Tx, params};

/// The user who logs in with a credential, by what users of that type are found.
pub fn holder(
    tx: &Tx<'_>,
    credential_type: &str,
    search_name: &str,
) -> Result<Option<i32>, StoreError> {
    tx.optional(
        "SELECT associateId FROM credentials
         WHERE credentialType = ?1 AND searchName = ?2 AND isActive = 1",
        params![credential_type, search_name],
        |row| row.get(0),
    )
}

/// What is asked of a row of `person` that did not come from a portal.
macro_rules! not_from_a_portal {
    () => {
        " NOT EXISTS (SELECT 1 FROM associate a
                      JOIN portal_registration r ON r.associate_id = a.associate_id
                      WHERE a.person_id = person.person_id)"
    };
}

/// Those who work in a company and have an e-mail address, letter case of A to Z ignored.
pub fn by_email(tx: &Tx<'_>, company: i32, email: &str) -> Result<Vec<i32>, StoreError> {
    tx.query(
        concat!(
            "SELECT person_id FROM person
             WHERE lower(email) = lower(?2) AND contact_id = ?1 AND retired = 0 AND",
            not_from_a_portal!()
        ),
        params![company, email],
        |row| row.get(0),
    )
}

/// A telephone number in a column without what stands between the digits, as it is in the indexes.
macro_rules! dialled {
    ($column:literal) => {
        concat!(
            "replace(replace(replace(replace(replace(replace(replace(replace(",
            $column,
            ", ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), '/', ''), '+', ''), char(160), '')"
        )
    };
}

/// Those who work in a company and have a number, given in digits, as direct or mobile one, with
/// the two zeros in front that lead abroad or without.
pub fn by_phone(tx: &Tx<'_>, company: i32, digits: &str) -> Result<Vec<i32>, StoreError> {
    let mut found = Vec::new();
    // With both of them in one statement, SQLite prefers to look at the whole company.
    for number in [digits, &format!("00{digits}")] {
        found.extend(tx.query(
            concat!(
                "SELECT person_id FROM person WHERE contact_id = ?1 AND retired = 0 AND ",
                dialled!("direct_phone"),
                " = ?2 AND",
                not_from_a_portal!(),
                " UNION
                 SELECT person_id FROM person WHERE contact_id = ?1 AND retired = 0 AND ",
                dialled!("mobile_phone"),
                " = ?2 AND",
                not_from_a_portal!()
            ),
            params![company, number],
            |row| row.get::<i32>(0),
        )?);
    }
    Ok(found)
}

/// Those who work in a company and have a last name, letter case of A to Z ignored, with first,
/// middle and last name.
pub fn by_last_name(
    tx: &Tx<'_>,
    company: i32,
    last_name: &str,
) -> Result<Vec<(i32, [String; 3])>, StoreError> {
    tx.query(
        concat!(
            "SELECT person_id, coalesce(firstname, ''), coalesce(middleName, ''),
                 coalesce(lastname, '')
             FROM person
             WHERE lower(lastname) = lower(?2) AND contact_id = ?1 AND retired = 0 AND",
            not_from_a_portal!()
        ),
        params![company, last_name],
        |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?, row.get(3)?])),
    )
}
