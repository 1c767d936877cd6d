//! How to log in to mail servers. Each is a user's own; general administrators look after all.

use super::findings::Findings;
use super::{Call, access, limits, row_rights};
use crate::contract::credential::ServiceAuth;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::session::Caller;
use crate::store::secrets;
use crate::store::service_auth::{self as rows, ServiceAuthRow};
use crate::vault::{Place, Vault};

impl Handler<Call> for CreateDefaultServiceAuth {
    fn handle(self, _: &Call) -> Result<Option<ServiceAuth>, Fault> {
        let blank = || Some(String::new());
        Ok(Some(ServiceAuth {
            server: blank(),
            auth_type: blank(),
            username: blank(),
            password: blank(),
            ..with_rights()
        }))
    }
}

/// Nil when there is none of that key.
impl Handler<Call> for GetServiceAuth {
    fn handle(self, call: &Call) -> Result<Option<ServiceAuth>, Fault> {
        let id = self.service_auth_id;
        let found = call.installation.store.read(|tx| Ok(rows::find(tx, id)?))?;
        check(call.caller()?, found.as_ref())?;
        found
            .map(|row| carrier(&call.installation.vault, row))
            .transpose()
    }
}

/// Inserts one of the caller's when `ServiceAuthId` is 0, else updates; answers it as stored. A
/// nil password leaves the one that is stored.
impl Handler<Call> for SaveServiceAuth {
    fn handle(self, call: &Call) -> Result<Option<ServiceAuth>, Fault> {
        let given = self.service_auth.ok_or_else(|| {
            Fault::service(
                Exception::InvalidArgument,
                "The argument ServiceAuth is nil.",
            )
        })?;
        validate(&given)?;
        let caller = call.caller()?.clone();
        let stamp = call.stamp()?;
        let vault = call.installation.vault.clone();
        let saved = call.installation.store.write(move |tx| {
            let before = match given.service_auth_id {
                0 => ServiceAuthRow {
                    id: rows::insert(tx, caller.associate_id, stamp)?,
                    associate_id: caller.associate_id,
                    ..ServiceAuthRow::default()
                },
                id => {
                    let before = rows::find(tx, id)?;
                    check(&caller, before.as_ref())?;
                    before.ok_or_else(|| not_found(id))?
                }
            };
            let password = match given.password.as_deref() {
                None => before.password,
                Some("") => String::new(),
                Some(password) => {
                    let row = before.id.to_string();
                    vault.seal(place(before.associate_id, &row), password)?
                }
            };
            let row = ServiceAuthRow {
                server: given.server,
                port: given.port,
                auth_type: given.auth_type,
                username: given.username,
                password,
                ..before
            };
            rows::update(tx, &row, stamp)?;
            Ok(row)
        })?;
        carrier(&call.installation.vault, saved).map(Some)
    }
}

impl Handler<Call> for DeleteServiceAuth {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let id = self.service_auth_id;
        let caller = call.caller()?.clone();
        call.installation.store.write(move |tx| {
            let found = rows::find(tx, id)?;
            check(&caller, found.as_ref())?;
            found.ok_or_else(|| not_found(id))?;
            Ok(rows::delete(tx, id)?)
        })
    }
}

/// Lets the owner and general administrators at a row. Others are refused what is not there as
/// well, so that they learn nothing.
fn check(caller: &Caller, row: Option<&ServiceAuthRow>) -> Result<(), Fault> {
    let own = row.is_some_and(|row| row.associate_id == caller.associate_id);
    if own || access::is_general_administrator(caller) {
        Ok(())
    } else {
        Err(Fault::service(
            Exception::Sentry,
            "Only a general administrator may reach the log-in data of others.",
        ))
    }
}

fn validate(given: &ServiceAuth) -> Result<(), Fault> {
    let mut findings = Findings::default();
    for (field, text) in [
        ("Server", &given.server),
        ("AuthType", &given.auth_type),
        ("Username", &given.username),
        ("Password", &given.password),
    ] {
        findings.check_length(field, "The text", text.as_deref(), limits::SERVICE_AUTH);
    }
    if u16::try_from(given.port).is_err() {
        findings.add("Port", "A port is a number from 0 to 65535.");
    }
    findings.into_result()
}

fn carrier(vault: &Vault, row: ServiceAuthRow) -> Result<ServiceAuth, Fault> {
    let key = row.id.to_string();
    let password = vault.open_sealed(place(row.associate_id, &key), &row.password)?;
    Ok(ServiceAuth {
        service_auth_id: row.id,
        server: row.server,
        port: row.port,
        auth_type: row.auth_type,
        username: row.username,
        password: Some(password),
        ..with_rights()
    })
}

/// A carrier that says what may be done with it, and nothing else.
fn with_rights() -> ServiceAuth {
    let (table_right, field_properties) = row_rights::of_service_auth();
    ServiceAuth {
        table_right: Some(table_right),
        field_properties: Some(field_properties),
        ..ServiceAuth::default()
    }
}

fn place(associate_id: i32, row: &str) -> Place<'_> {
    Place {
        column: secrets::SERVICE_AUTH.name,
        associate_id,
        row,
    }
}

fn not_found(id: i32) -> Fault {
    Fault::service(
        Exception::NotFound,
        format!("There is no log-in data {id} for a mail server."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{User, UserType};
    use crate::service::testing::{Office, caller, fields, refusal};

    fn auth(id: i32, password: Option<&str>) -> ServiceAuth {
        ServiceAuth {
            service_auth_id: id,
            server: Some("imap.a.example".into()),
            port: 993,
            auth_type: Some("PLAIN".into()),
            username: Some("ann".into()),
            password: password.map(str::to_owned),
            ..ServiceAuth::default()
        }
    }

    fn save(office: &Office, who: &Caller, given: ServiceAuth) -> Result<ServiceAuth, Fault> {
        let service_auth = Some(given);
        let saved = office.call_as(who, SaveServiceAuth { service_auth })?;
        Ok(saved.expect("as stored"))
    }

    fn get(office: &Office, who: &Caller, id: i32) -> Result<Option<ServiceAuth>, Fault> {
        let service_auth_id = id;
        office.call_as(who, GetServiceAuth { service_auth_id })
    }

    fn ann(office: &Office) -> Caller {
        let saved = office.save(User {
            name: Some("ann".into()),
            ..User::default()
        });
        let id = saved.expect("user").associate_id;
        caller(id, UserType::InternalAssociate, &[])
    }

    #[test]
    fn what_is_saved_comes_back_in_clear_and_is_sealed_in_between() {
        let office = Office::open();
        let ann = ann(&office);
        let saved = save(&office, &ann, auth(0, Some("s3cret"))).expect("saved");
        let id = saved.service_auth_id;
        let expected = ServiceAuth {
            table_right: saved.table_right.clone(),
            field_properties: saved.field_properties.clone(),
            ..auth(id, Some("s3cret"))
        };
        assert_eq!(saved, expected);
        assert_eq!(get(&office, &ann, id).expect("own"), Some(saved.clone()));
        let clear = "SELECT count(*) FROM service_auth WHERE password NOT LIKE 'S1.%'";
        assert_eq!(office.number(clear), 0);

        let kept = save(&office, &ann, auth(id, None)).expect("saved");
        assert_eq!(kept, saved);
        let again = save(&office, &ann, auth(0, Some("other"))).expect("saved");
        assert_ne!(again.service_auth_id, id);
        let blank = save(&office, &ann, auth(id, Some(""))).expect("saved");
        assert_eq!(blank.password.as_deref(), Some(""));
    }

    #[test]
    fn only_the_owner_and_general_administrators_reach_it() {
        let office = Office::open();
        let ann = ann(&office);
        let saved = save(&office, &ann, auth(0, Some("s3cret"))).expect("saved");
        let id = saved.service_auth_id;
        let other = caller(9_001, UserType::InternalAssociate, &["admin-users"]);
        let service_auth_id = id;
        for id in [id, id + 1] {
            assert_eq!(refusal(get(&office, &other, id)), Exception::Sentry);
            let refused = save(&office, &other, auth(id, Some("x")));
            assert_eq!(refusal(refused), Exception::Sentry);
        }
        let refused = office.call_as(&other, DeleteServiceAuth { service_auth_id });
        assert_eq!(refusal(refused), Exception::Sentry);
        let administrator = &office.administrator;
        let seen = get(&office, administrator, id).expect("read");
        assert_eq!(seen, Some(saved));
        let changed = save(&office, administrator, auth(id, Some("new"))).expect("saved");
        let seen = get(&office, &ann, id).expect("still the owner");
        assert_eq!(seen, Some(changed));

        office
            .call_as(&ann, DeleteServiceAuth { service_auth_id })
            .expect("deleted");
        assert_eq!(get(&office, administrator, id).expect("gone"), None);
        let gone = office.call(DeleteServiceAuth { service_auth_id });
        assert_eq!(refusal(gone), Exception::NotFound);
        let gone = save(&office, administrator, auth(id, None));
        assert_eq!(refusal(gone), Exception::NotFound);
    }

    #[test]
    fn what_does_not_fit_is_named_and_nothing_stored() {
        let office = Office::open();
        let long = || Some("å".repeat(256));
        let given = ServiceAuth {
            server: long(),
            port: 65_536,
            auth_type: long(),
            username: long(),
            password: long(),
            ..ServiceAuth::default()
        };
        let refused = fields(save(&office, &office.administrator, given));
        assert_eq!(
            refused,
            ["Server", "AuthType", "Username", "Password", "Port"]
        );
        assert_eq!(office.number("SELECT count(*) FROM service_auth"), 0);
    }
}
