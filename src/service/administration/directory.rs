//! The embedded directory from the command line: people in lines of a text.
//!
//! A line holds value, display value, first name, last name and e-mail address, and then the names
//! of the groups, with tabs between. What is missing at the end is empty.

use crate::fault::{Exception, Fault};
use crate::outbound::directory::DirectoryUser;
use crate::service::Installation;
use crate::service::user_credentials::{ACTIVE_DIRECTORY, VALUE_LIMIT, is_sid};
use crate::store::directory::{self as rows, Listed};

/// Adds the people of a text, and replaces those who are there already. Blank lines and those that
/// begin with `#` are passed over. Refused as a whole with `SoInvalidArgumentException` when a line
/// makes no sense, and with `SoIllegalOperationException` where another directory is used.
pub fn import(installation: &Installation, text: &str) -> Result<(), Fault> {
    check(installation)?;
    let lines = text.lines().enumerate();
    let people: Result<Vec<_>, _> = lines
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|(index, line)| {
            read(line).map_err(|reason| {
                let message = format!("Line {}: {reason}", index + 1);
                Fault::service(Exception::InvalidArgument, message)
            })
        })
        .collect();
    let people = people?;
    installation.store.write(move |tx| {
        for person in &people {
            rows::put(tx, ACTIVE_DIRECTORY, person)?;
        }
        Ok(rows::forget_empty_groups(tx, ACTIVE_DIRECTORY)?)
    })
}

/// Everybody, in the lines that [`import`] reads.
pub fn list(installation: &Installation) -> Result<String, Fault> {
    let all = installation
        .store
        .read(|tx| Ok(rows::all(tx, ACTIVE_DIRECTORY)?))?;
    let lines = all.into_iter().map(|Listed { user, groups }| {
        let columns = [
            user.value,
            user.display_value,
            user.first_name,
            user.last_name,
            user.email,
        ];
        let columns: Vec<_> = columns.into_iter().chain(groups).collect();
        columns.join("\t").trim_end().to_owned() + "\n"
    });
    Ok(lines.collect())
}

/// Removes somebody. Refused with `SoNotFoundException` where nobody has this value, and with
/// `SoIllegalOperationException` where another directory is used.
pub fn remove(installation: &Installation, value: &str) -> Result<(), Fault> {
    check(installation)?;
    let value = value.to_owned();
    installation.store.write(move |tx| {
        if !rows::remove(tx, ACTIVE_DIRECTORY, &value)? {
            let message = format!("Nobody in the directory has the value {value}.");
            return Err(Fault::service(Exception::NotFound, message));
        }
        Ok(rows::forget_empty_groups(tx, ACTIVE_DIRECTORY)?)
    })
}

/// Changes that nobody would see are refused.
fn check(installation: &Installation) -> Result<(), Fault> {
    match installation.ldap {
        Some(_) => Err(Fault::service(
            Exception::IllegalOperation,
            "Users are chosen from the directory that the setting directory.url names.",
        )),
        None => Ok(()),
    }
}

fn read(line: &str) -> Result<Listed, String> {
    let mut columns = line.split('\t').map(|column| column.trim().to_owned());
    if columns
        .clone()
        .any(|column| column.chars().count() > VALUE_LIMIT)
    {
        return Err(format!("a column has more than {VALUE_LIMIT} characters."));
    }
    let mut next = || columns.next().unwrap_or_default();
    let value = next();
    if !is_sid(&value) {
        return Err(
            "it has to begin with a security identifier, such as S-1-5-21-1-2-3-1001.".into(),
        );
    }
    let user = DirectoryUser {
        display_value: Some(next())
            .filter(|it| !it.is_empty())
            .unwrap_or_else(|| value.clone()),
        value,
        first_name: next(),
        last_name: next(),
        email: next(),
    };
    let groups = columns.filter(|group| !group.is_empty()).collect();
    Ok(Listed { user, groups })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{Office, refusal};

    #[test]
    fn what_is_listed_can_be_imported_again() {
        let office = Office::open();
        let installation = &office.installation;
        assert_eq!(list(installation).expect("list"), "");
        let text = "# people\n\nS-1-5-21-1\tCORP\\ann\tAnn\tÅsen\tann@example.com\tSales, all\tBoard\n\
             S-1-5-21-2\r\nS-1-5-21-3\tbob\t\t\t\tSales, all\n";
        import(installation, text).expect("imported");
        let lines = "S-1-5-21-1\tCORP\\ann\tAnn\tÅsen\tann@example.com\tBoard\tSales, all\n\
             S-1-5-21-2\tS-1-5-21-2\nS-1-5-21-3\tbob\t\t\t\tSales, all\n";
        let mut expected: Vec<_> = lines.lines().collect();
        let sorted = || {
            let all = list(installation).expect("list");
            let mut all: Vec<_> = all.lines().map(str::to_owned).collect();
            all.sort();
            all
        };
        assert_eq!(sorted(), expected);
        import(installation, lines).expect("imported");
        assert_eq!(sorted(), expected);

        let changed = "S-1-5-21-3\tbob\tBob\tBø\tbob@example.com";
        import(installation, changed).expect("imported");
        expected[2] = changed;
        assert_eq!(sorted(), expected);
        remove(installation, "S-1-5-21-1").expect("removed");
        assert_eq!(sorted(), expected[1..]);
        assert_eq!(
            refusal(remove(installation, "S-1-5-21-1")),
            Exception::NotFound
        );
        for table in ["directory_group", "directory_membership"] {
            let sql = format!("SELECT count(*) FROM {table}");
            assert_eq!(office.number(&sql), 0, "{table}");
        }
    }

    #[test]
    fn one_wrong_line_is_named_and_nothing_is_imported() {
        let office = Office::open();
        let installation = &office.installation;
        let long = format!("S-1-5-21-9\t{}", "x".repeat(255));
        for wrong in ["ann\tAnn", "\tAnn", &long] {
            let text = format!("S-1-5-21-1\tann\n\n{wrong}");
            let fault = import(installation, &text).expect_err("refused");
            assert_eq!(fault.exception(), Some(Exception::InvalidArgument));
            assert!(fault.message().starts_with("Line 3: "), "{fault}");
        }
        assert_eq!(list(installation).expect("list"), "");
    }
}
