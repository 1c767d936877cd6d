//! Companies full of people, most of whom are employees, and every tenth a user of a customer.

use services88::clock::Clock;
use services88::config::Settings;
use services88::service::Installation;
use std::path::Path;

/// The `AssociateId` of the first of them. The first users of an installation come before.
pub const FIRST: u32 = 1_001;

/// What there is of each: a select from `numbers`, whose `n` counts from 1, follows each head.
/// Log-on names have eight digits.
const ROWS: [&str; 10] = [
    "INSERT INTO contact (contact_id, name, orgNr, phone, country_id)
     SELECT 1000 + n, 'Company ' || n, 900000000 + n, '+47 2200 ' || n, 578
     FROM numbers WHERE n % 50 = 0",
    "INSERT INTO person (person_id, contact_id, firstname, middleName, lastname, title, email,
         direct_phone, mobile_phone, country_id)
     SELECT 1000 + n, CASE n % 10 WHEN 0 THEN 1000 + (n + 49) / 50 * 50 ELSE 1 END,
         'Kari Åse', 'N', 'Nordmann' || n, 'Adviser', 'user' || printf('%08d', n) || '@corp.example',
         '+47 2211 ' || n, '+47 9911 ' || n, 578
     FROM numbers",
    "INSERT INTO ejuser (id, loginname, username, username_key, email, signature)
     SELECT 1000 + n, 'user' || printf('%08d', n), 'user' || printf('%08d', n), 'user' || printf('%08d', n), 'user' || printf('%08d', n) || '@corp.example',
         'Kind regards, Kari Åse'
     FROM numbers WHERE n % 10 <> 0",
    "INSERT INTO associate (associate_id, name, name_key, tooltip, group_idx, person_id, type,
         userName, userName_key, ejuserId)
     SELECT 1000 + n, 'user' || printf('%08d', n), 'user' || printf('%08d', n), 'Sells in the north', CASE n % 10 WHEN 0 THEN 0 ELSE n % 3 + 1 END,
         1000 + n, CASE n % 10 WHEN 0 THEN 4 ELSE 0 END,
         'user' || printf('%08d', n) || '@corp.example', 'user' || printf('%08d', n) || '@corp.example',
         CASE n % 10 WHEN 0 THEN 0 ELSE 1000 + n END
     FROM numbers",
    "INSERT INTO userrolelink (associate_id, role_id)
     SELECT 1000 + n, CASE n % 10 WHEN 0 THEN 10 ELSE 16 END FROM numbers",
    "INSERT INTO usergrouplink (assoc_id, UserGroup_id)
     SELECT 1000 + n, (n + 1) % 3 + 1 FROM numbers WHERE n % 10 <> 0",
    "INSERT INTO licenseassoclink (moduleLicenseId, assocId)
     SELECT CASE n % 10 WHEN 0 THEN 15 ELSE 3 END, 1000 + n FROM numbers",
    "INSERT INTO licenseassoclink (moduleLicenseId, assocId)
     SELECT 4, 1000 + n FROM numbers WHERE n % 10 <> 0",
    "INSERT INTO credentials (associateId, personId, credentialType, searchName, displayName, secret)
     SELECT 1000 + n, 1000 + n, 'CRM5/PASSWORD', 'user' || printf('%08d', n), 'user' || printf('%08d', n),
         '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
     FROM numbers",
    "INSERT INTO associate_extra_field (associate_id, kind, key, value)
     SELECT 1000 + n, 'extra', 'office', 'Floor ' || n % 7 FROM numbers",
];

/// Makes an installation with this many users.
pub fn make(data: &Path, users: u32) {
    let settings = Settings {
        data: data.to_owned(),
        ..Settings::default()
    };
    let opened = Installation::open(&settings, Clock::default(), None).expect("an installation");
    let numbers = format!(
        "WITH RECURSIVE numbers (n) AS (
             SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {users})"
    );
    if users == 0 {
        return opened.installation.store.close();
    }
    let written = opened.installation.store.write(move |tx| {
        for rows in ROWS {
            let (head, select) = rows.split_once("SELECT").expect("a head and a select");
            tx.execute(&format!("{head} {numbers} SELECT {select}"), &[])?;
        }
        tx.execute(
            "UPDATE modulelicense SET licenseNumber = 2 * inUse + 100",
            &[],
        )?;
        Ok(())
    });
    written.expect("users");
    opened.installation.store.close();
}
