//! Logging in (`SoPrincipal.svc`).
//!
//! A log-in that fails is an answer and no fault: clients look at `AuthenticationSucceeded`.

use super::Call;
use crate::contract::credential::ProvidedCredential;
use crate::contract::headers::SoCredentials;
use crate::contract::principal::{
    AuthenticateResponse, GetSystemInfoResponse, NetServerBuildType, SoPrincipalCarrier,
    SoSystemInfoCarrier,
};
use crate::contract::principal_service::{
    AuthenticateGeneric, AuthenticateImplicit, AuthenticateUsernamePassword,
    AuthenticateWithAccessToken, GetSystemInfo,
};
use crate::contract::user::{EjUserStatus, UserType};
use crate::fault::Fault;
use crate::model::{DateTime, Handler};
use crate::session::{Caller, LogIn, no_session};
use crate::store::principals::{self, PrincipalRow};
use crate::store::{Tx, access_tokens, system, tickets};

/// Four numbers, as clients parse them.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), ".0");
const DESCRIPTION: &str = concat!("services88 ", env!("CARGO_PKG_VERSION"));
/// Told where the licence has no end; clients add it to a date.
const A_HUNDRED_YEARS: i32 = 36_500;

impl Handler<Call> for GetSystemInfo {
    fn handle(self, call: &Call) -> Result<Self::Reply, Fault> {
        let now = call.installation.clock.now();
        let system_info = call.installation.store.read(|tx| system_info(tx, now))?;
        Ok(GetSystemInfoResponse {
            system_info: Some(system_info),
        })
    }
}

impl Handler<Call> for AuthenticateUsernamePassword {
    fn handle(self, call: &Call) -> Result<Self::Reply, Fault> {
        let name = self.user_name.unwrap_or_default();
        by_password(call, &name, self.password.as_deref())
    }
}

impl Handler<Call> for AuthenticateImplicit {
    /// Nobody's identity comes with a connection here, so nobody succeeds.
    fn handle(self, _: &Call) -> Result<Self::Reply, Fault> {
        Ok(failed())
    }
}

impl Handler<Call> for AuthenticateGeneric {
    /// Understands `Ticket`, or `UserName` and `Password`, in any letter case. A name that is given
    /// twice makes the log-in fail: it would be unclear who is meant.
    fn handle(self, call: &Call) -> Result<Self::Reply, Fault> {
        let data = self.authentication_data.unwrap_or_default().0;
        let given = |name: &str| {
            let mut values = data
                .iter()
                .filter(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.as_deref());
            let first = values.next();
            values.next().is_none().then(|| first.flatten())
        };
        match (given("Ticket"), given("UserName"), given("Password")) {
            (Some(Some(ticket)), Some(None), Some(None)) => {
                answer(call, call.installation.sessions.resume(ticket)?)
            }
            (Some(None), Some(Some(name)), Some(password)) => by_password(call, name, password),
            _ => Ok(failed()),
        }
    }
}

impl Handler<Call> for AuthenticateWithAccessToken {
    /// One that `GetAccessToken` gave, from the application that it was given to.
    fn handle(self, call: &Call) -> Result<Self::Reply, Fault> {
        let token = self.access_token.unwrap_or_default();
        let sessions = &call.installation.sessions;
        let application = call.application.as_deref();
        answer(
            call,
            sessions.log_in_with_access_token(&token, application)?,
        )
    }
}

fn by_password(
    call: &Call,
    name: &str,
    password: Option<&str>,
) -> Result<AuthenticateResponse, Fault> {
    let sessions = &call.installation.sessions;
    answer(call, sessions.log_in(name, password, call.remote)?)
}

fn failed() -> AuthenticateResponse {
    AuthenticateResponse::default()
}

fn answer(call: &Call, log_in: Option<LogIn>) -> Result<AuthenticateResponse, Fault> {
    let Some(log_in) = log_in else {
        return Ok(failed());
    };
    let now = call.installation.clock.now();
    let store = &call.installation.store;
    Ok(AuthenticateResponse {
        response: Some(store.read(|tx| carrier(tx, &log_in.caller, log_in.credential_type, now))?),
        credentials: Some(SoCredentials {
            ticket: Some(log_in.ticket),
        }),
        authentication_succeeded: true,
    })
}

/// Who the caller is; provided was the ticket, if there is one.
pub fn of_caller(call: &Call) -> Result<SoPrincipalCarrier, Fault> {
    let now = call.installation.clock.now();
    let caller = call.caller()?;
    let store = &call.installation.store;
    store.read(|tx| carrier(tx, caller, tickets::TYPE, now))
}

fn carrier(
    tx: &Tx<'_>,
    caller: &Caller,
    credential_type: &'static str,
    now: DateTime,
) -> Result<SoPrincipalCarrier, Fault> {
    let id = caller.associate_id;
    let row = principals::find(tx, id, now)?.ok_or_else(no_session)?;
    let provided = match credential_type {
        // Of a user's many, which one it was is of no use to anybody.
        access_tokens::TYPE => Some(ProvidedCredential {
            r#type: Some(access_tokens::TYPE.to_owned()),
            search_name: Some(String::new()),
            display_name: Some(String::new()),
            ..ProvidedCredential::default()
        }),
        shown => principals::provided_credential(tx, id, shown, &caller.ticket_key)?,
    };
    let home = system::owner_company(tx)?.unwrap_or_default();
    Ok(SoPrincipalCarrier {
        user_type: caller.user_type,
        associate: Some(caller.name.clone()),
        associate_id: id,
        is_person: caller.person_id != 0
            && !matches!(
                caller.user_type,
                UserType::SystemAssociate | UserType::AnonymousAssociate
            ),
        person_id: caller.person_id,
        country_id: row.country_id,
        home_country_id: home.country_id,
        contact_id: caller.contact_id,
        group_id: caller.group_id,
        business_id: row.business_id,
        category_id: row.category_id,
        contact_owner: row.contact_owner,
        role_id: caller.role_id,
        role_type: caller.role_type,
        licenses: Some(principals::licenses(tx, id, now)?),
        full_name: Some(full_name(&row)),
        function_rights: Some(caller.rights.iter().cloned().collect()),
        ej_user_id: row.ej_user_id,
        ej_access_level: row.ej_access_level,
        ej_user_status: EjUserStatus::from_number(row.ej_status).unwrap_or_default(),
        provided_credentials: Some(provided.into_iter().collect()),
        // Empty: there is one tenant, and it has no name.
        database_context_identifier: Some(String::new()),
        role_name: Some(row.role_name),
        role_description: Some(row.role_tooltip),
        email_address: Some(row.email),
        secondary_groups: Some(row.secondary_groups),
    })
}

fn full_name(row: &PrincipalRow) -> String {
    [&row.first_name, &row.middle_name, &row.last_name]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

fn system_info(tx: &Tx<'_>, now: DateTime) -> Result<SoSystemInfoCarrier, Fault> {
    let company = system::owner_company(tx)?.unwrap_or_default();
    let mut license = system::license(tx)?.unwrap_or_default();
    license.company_name = Some(company.name.clone());
    let days_left = match license.expiry_date {
        DateTime::MIN => A_HUNDRED_YEARS,
        end => {
            let days = (end.unix_seconds() - now.unix_seconds()).max(0) / 86_400;
            i32::try_from(days).map_or(A_HUNDRED_YEARS, |days| days.min(A_HUNDRED_YEARS))
        }
    };
    Ok(SoSystemInfoCarrier {
        warning_english: Some(String::new()),
        warning_resource: Some(String::new()),
        branch_name: Some(String::new()),
        build_label: Some(VERSION.to_owned()),
        assembly_version: Some(VERSION.to_owned()),
        accumulated_next_check_date: license.next_check_date,
        file_version: Some(VERSION.to_owned()),
        description: Some(DESCRIPTION.to_owned()),
        days_until_net_server_expiry: days_left,
        build_type: NetServerBuildType::Release,
        database_version: system::schema_version(tx)?,
        is_unicode: true,
        company_name: Some(company.name),
        company_id: company.contact_id,
        database_type: Some(system::database_type(tx).to_owned()),
        database_minor: Some(String::new()),
        database_name: Some(system::name(tx)?.unwrap_or_default()),
        license: Some(license),
        ..SoSystemInfoCarrier::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::contract::principal::AuthenticationGenericData;
    use crate::contract::role::RoleType;
    use crate::service::Installation;
    use crate::session::testing::{Fixture, PASSWORD};
    use crate::vault::Vault;
    use std::net::Ipv4Addr;
    use std::sync::Arc;

    fn call(fixture: &Fixture) -> Call {
        let (store, clock) = (fixture.store.clone(), fixture.clock.clone());
        let installation =
            Installation::new(store, clock, Vault::throwaway(), &Settings::default());
        Call {
            installation: Arc::new(installation.expect("installation")),
            caller: None,
            application: None,
            api: String::new(),
            remote: Ipv4Addr::LOCALHOST.into(),
        }
    }

    fn log_in(call: &Call, name: Option<&str>, password: Option<&str>) -> AuthenticateResponse {
        AuthenticateUsernamePassword {
            user_name: name.map(str::to_owned),
            password: password.map(str::to_owned),
        }
        .handle(call)
        .expect("an answer")
    }

    fn generic(call: &Call, data: &[(&str, Option<&str>)]) -> AuthenticateResponse {
        let data = data
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.map(str::to_owned)));
        AuthenticateGeneric {
            authentication_data: Some(AuthenticationGenericData(data.collect())),
        }
        .handle(call)
        .expect("an answer")
    }

    fn ticket(answer: &AuthenticateResponse) -> String {
        let credentials = answer.credentials.clone().expect("credentials");
        credentials.ticket.expect("ticket")
    }

    #[test]
    fn a_log_in_tells_all_about_the_user() {
        let fixture = Fixture::new();
        fixture.execute("UPDATE contact SET country_id = 578, business_idx = 3, category_idx = 4");
        fixture.execute("UPDATE person SET middleName = 'Of' WHERE person_id = 501");
        fixture.execute("INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (501, 3)");
        fixture.execute("INSERT INTO usergrouplink (assoc_id, UserGroup_id) VALUES (501, 2)");
        fixture.execute(
            "INSERT INTO licenseassoclink (moduleLicenseId, assocId) VALUES (13, 501), (14, 502)",
        );
        fixture.execute("INSERT INTO ejuser (id, username, status) VALUES (77, 'ann', 2)");
        fixture.execute("UPDATE associate SET ejuserId = 77 WHERE associate_id = 501");
        let call = call(&fixture);
        let answer = log_in(&call, Some("ann"), Some(PASSWORD));
        assert!(answer.authentication_succeeded);
        let caller = call
            .installation
            .sessions
            .authenticate(&ticket(&answer))
            .expect("valid");
        assert_eq!(caller.associate_id, 501);

        let mut principal = answer.response.expect("principal");
        let rights = principal.function_rights.take().expect("rights");
        assert!(rights.is_sorted() && rights.contains(&"admin-all".to_owned()));
        let licenses: Vec<_> = principal
            .licenses
            .take()
            .expect("licenses")
            .into_iter()
            .filter_map(|license| license.name)
            .collect();
        assert_eq!(
            licenses,
            [
                "extern-user",
                "expander-services",
                "user",
                "web",
                "visible-for"
            ]
        );
        let provided = principal.provided_credentials.take().expect("credentials");
        let [provided] = &provided[..] else {
            panic!("{provided:?}")
        };
        assert_eq!(provided.r#type.as_deref(), Some("CRM5/PASSWORD"));
        assert_eq!(provided.search_name.as_deref(), Some("ann"));
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            principal,
            SoPrincipalCarrier {
                user_type: UserType::InternalAssociate,
                associate: some("ann"),
                associate_id: 501,
                is_person: true,
                person_id: 501,
                country_id: 578,
                home_country_id: 578,
                contact_id: 1,
                group_id: 1,
                business_id: 3,
                category_id: 4,
                role_id: 1,
                role_name: some("User level 0"),
                role_description: principal.role_description.clone(),
                role_type: RoleType::Employee,
                full_name: some("ann Of Example"),
                email_address: some("ann@example.com"),
                ej_user_id: 77,
                ej_user_status: EjUserStatus::StatusNotAvailable,
                secondary_groups: Some(vec![2, 3]),
                database_context_identifier: some(""),
                ..SoPrincipalCarrier::default()
            }
        );
    }

    #[test]
    fn a_failed_log_in_is_an_empty_answer_and_no_fault() {
        let fixture = Fixture::new();
        let call = call(&fixture);
        for (name, password) in [
            (Some("ann"), Some("wrong")),
            (Some("ann"), None),
            (Some("nobody"), Some(PASSWORD)),
            (None, None),
            (Some("7T:AAAA"), Some(PASSWORD)),
        ] {
            let answer = log_in(&call, name, password);
            assert_eq!(answer, AuthenticateResponse::default());
        }
        let answer = AuthenticateImplicit {}.handle(&call).expect("an answer");
        assert_eq!(answer, AuthenticateResponse::default());
        let with_token = AuthenticateWithAccessToken {
            access_token: Some("8A:x".to_owned()),
        };
        let answer = with_token.handle(&call).expect("an answer");
        assert_eq!(answer, AuthenticateResponse::default());
    }

    #[test]
    fn generic_data_may_be_name_and_password_or_a_ticket() {
        let fixture = Fixture::new();
        let call = call(&fixture);
        let answer = generic(
            &call,
            &[("USERNAME", Some("bob")), ("password", Some(PASSWORD))],
        );
        let ticket = ticket(&answer);
        let again = generic(&call, &[("ticket", Some(&ticket))]);
        assert_eq!(again.credentials, answer.credentials);
        let provided = again.response.expect("principal").provided_credentials;
        let provided = provided.expect("credentials");
        assert_eq!(provided[0].r#type.as_deref(), Some("Ticket"));
        assert_eq!(provided[0].search_name.as_deref(), Some(""));
        for data in [
            &[][..],
            &[("Ticket", None)],
            &[("UserName", Some("bob"))],
            &[("UserName", Some("bob")), ("Password", None)],
            &[("Ticket", Some(&ticket)), ("UserName", Some("bob"))],
            &[("Ticket", Some(&ticket)), ("TICKET", Some("7T:other"))],
            &[
                ("UserName", Some("ann")),
                ("username", Some("bob")),
                ("Password", Some(PASSWORD)),
            ],
        ] {
            assert!(!generic(&call, data).authentication_succeeded, "{data:?}");
        }
    }

    #[test]
    fn anybody_may_ask_what_this_is_and_learns_no_secret() {
        let fixture = Fixture::new();
        fixture.execute("UPDATE moduleowner SET expiration = '2999-01-01T00:00:00'");
        let answer = GetSystemInfo {}.handle(&call(&fixture)).expect("an answer");
        let info = answer.system_info.expect("info");
        assert_eq!(info.company_id, 1);
        assert!(info.company_name.is_some_and(|name| !name.is_empty()));
        assert!(info.database_version > 0);
        assert_eq!(info.days_until_net_server_expiry, A_HUNDRED_YEARS);
        let license = info.license.expect("license");
        assert!(
            license
                .module_licenses
                .is_some_and(|modules| modules.len() > 5)
        );
        assert_eq!((license.serial_nr, license.signature), (None, None));
    }
}
