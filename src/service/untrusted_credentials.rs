//! What users keep here to log in to other systems, such as mail servers.

use super::findings::Findings;
use super::secrets::credential_row;
use super::user_guard::{Author, objection};
use super::{Call, access, limits, row_rights, user_credentials};
use crate::contract::credential::UntrustedCredentials;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::{DateTime, Handler};
use crate::store::untrusted_credentials::{self as rows, UntrustedRow};
use crate::store::{Tx, secrets, users};
use crate::vault::{Place, Vault};

/// Characters of the type.
const TYPE_LIMIT: usize = 254;

impl Handler<Call> for CreateDefaultUntrustedCredentials {
    fn handle(self, call: &Call) -> Result<Option<UntrustedCredentials>, Fault> {
        let blank = || Some(String::new());
        let (table_right, field_properties) = row_rights::of_untrusted_credentials(None, true);
        Ok(Some(UntrustedCredentials {
            table_right: Some(table_right),
            field_properties: Some(field_properties),
            valid_from: call.installation.clock.now(),
            valid_to: DateTime::MAX,
            comment: blank(),
            secret_value: blank(),
            public_value: blank(),
            is_active: true,
        }))
    }
}

impl Handler<Call> for SaveUntrustedCredentials {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let associate_id = call.caller()?.associate_id;
        save(call, associate_id, self.r#type, self.credentials)
    }
}

/// For oneself, or by an administrator.
impl Handler<Call> for SaveUntrustedCredentialsForAssociate {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        save(call, self.associate_id, self.r#type, self.credentials)
    }
}

impl Handler<Call> for GetUntrustedCredentials {
    fn handle(self, call: &Call) -> Result<Option<Vec<UntrustedCredentials>>, Fault> {
        list(call, call.caller()?.associate_id, self.r#type).map(Some)
    }
}

/// Everybody may see what there is, only the user and system users the secrets.
impl Handler<Call> for GetUntrustedCredentialsForAssociate {
    fn handle(self, call: &Call) -> Result<Option<Vec<UntrustedCredentials>>, Fault> {
        list(call, self.associate_id, self.r#type).map(Some)
    }
}

impl Handler<Call> for RemoveUntrustedCredentials {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        let associate_id = call.caller()?.associate_id;
        remove(call, associate_id, self.r#type, self.public_value)
    }
}

/// For oneself, or by an administrator.
impl Handler<Call> for RemoveUntrustedCredentialsForAssociate {
    fn handle(self, call: &Call) -> Result<(), Fault> {
        remove(call, self.associate_id, self.r#type, self.public_value)
    }
}

/// Inserts or replaces. No secret keeps the one that is stored: callers who were shown none would
/// otherwise wipe it out with the next save.
fn save(
    call: &Call,
    associate_id: i32,
    r#type: Option<String>,
    credentials: Option<UntrustedCredentials>,
) -> Result<(), Fault> {
    access::change_own(call.caller()?, associate_id)?;
    let r#type = usable(r#type.unwrap_or_default())?;
    let given = credentials.ok_or_else(|| {
        Fault::service(
            Exception::InvalidArgument,
            "The argument Credentials is nil.",
        )
    })?;
    let mut findings = Findings::default();
    for (field, text, limit) in [
        ("Comment", &given.comment, limits::COMMENT),
        ("SecretValue", &given.secret_value, limits::SECRET_VALUE),
        ("PublicValue", &given.public_value, limits::PUBLIC_VALUE),
    ] {
        findings.check_length(field, "The text", text.as_deref(), limit);
    }
    findings.into_result()?;

    let public_value = given.public_value.unwrap_or_default();
    let secret = match given.secret_value.unwrap_or_default() {
        none if none.is_empty() => none,
        secret => {
            let row = row_name(associate_id, &r#type, &public_value);
            let vault = &call.installation.vault;
            vault.seal(place(associate_id, &row), &secret)?
        }
    };
    let row = UntrustedRow {
        public_value,
        secret,
        valid_from: given.valid_from,
        valid_to: given.valid_to,
        comment: given.comment,
        is_active: given.is_active,
    };
    let author = Author::of(call)?;
    call.installation.store.write(move |tx| {
        check_user(tx, &author, associate_id)?;
        Ok(rows::save(tx, associate_id, &r#type, &row, author.stamp)?)
    })
}

fn remove(
    call: &Call,
    associate_id: i32,
    r#type: Option<String>,
    public_value: Option<String>,
) -> Result<(), Fault> {
    access::change_own(call.caller()?, associate_id)?;
    let author = Author::of(call)?;
    let (r#type, value) = (r#type.unwrap_or_default(), public_value.unwrap_or_default());
    call.installation.store.write(move |tx| {
        check_user(tx, &author, associate_id)?;
        Ok(rows::remove(tx, associate_id, &r#type, &value)?)
    })
}

fn list(
    call: &Call,
    associate_id: i32,
    r#type: Option<String>,
) -> Result<Vec<UntrustedCredentials>, Fault> {
    let caller = call.caller()?;
    let author = Author::of(call)?;
    let own = caller.associate_id == associate_id;
    let in_clear = own || access::is_system(caller);
    let r#type = r#type.unwrap_or_default();
    let store = &call.installation.store;
    let (found, objection) = store.read(|tx| {
        let found = rows::of_user(tx, associate_id, &r#type)?;
        if own || found.is_empty() {
            return Ok((found, None));
        }
        let may_change = access::change_own(caller, associate_id)
            .and_then(|()| check_user(tx, &author, associate_id));
        Ok((found, row_rights::refused(may_change)?))
    })?;
    let (table_right, field_properties) = row_rights::of_untrusted_credentials(objection, in_clear);
    found
        .into_iter()
        .map(|row| {
            let secret = if in_clear {
                open(&call.installation.vault, associate_id, &r#type, &row)?
            } else {
                String::new()
            };
            Ok(UntrustedCredentials {
                table_right: Some(table_right.clone()),
                field_properties: Some(field_properties.clone()),
                ..carrier(row, secret)
            })
        })
        .collect()
}

fn open(
    vault: &Vault,
    associate_id: i32,
    r#type: &str,
    row: &UntrustedRow,
) -> Result<String, Fault> {
    let name = row_name(associate_id, r#type, &row.public_value);
    vault.open_sealed(place(associate_id, &name), &row.secret)
}

fn carrier(row: UntrustedRow, secret: String) -> UntrustedCredentials {
    UntrustedCredentials {
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        comment: row.comment,
        secret_value: Some(secret),
        public_value: Some(row.public_value),
        is_active: row.is_active,
        ..UntrustedCredentials::default()
    }
}

fn row_name(associate_id: i32, r#type: &str, public_value: &str) -> String {
    credential_row(r#type, &rows::search_name(associate_id, public_value))
}

fn place(associate_id: i32, row: &str) -> Place<'_> {
    Place {
        column: secrets::CREDENTIALS.name,
        associate_id,
        row,
    }
}

/// A word for another system. Words for ways to log in here are kept away from: rows of such
/// types mean something else.
fn usable(r#type: String) -> Result<String, Fault> {
    let reason = if r#type.trim().is_empty() {
        "The type is blank."
    } else if r#type.chars().count() > TYPE_LIMIT {
        "The type is longer than 254 characters."
    } else if user_credentials::is_for_logging_in(&r#type) {
        "The type is one for logging in here."
    } else {
        return Ok(r#type);
    };
    Err(Fault::service(Exception::InvalidArgument, reason))
}

/// That the user is there and may be touched.
fn check_user(tx: &Tx<'_>, author: &Author, associate_id: i32) -> Result<(), Fault> {
    let user = users::find(tx, associate_id)?.ok_or_else(|| {
        Fault::service(
            Exception::NotFound,
            format!("There is no user {associate_id}."),
        )
    })?;
    if author.stamp.by == associate_id {
        return Ok(());
    }
    match objection(tx, author, Some(&user), Some(&user))? {
        Some(objection) => Err(objection.into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{User, UserType};
    use crate::service::testing::{Office, caller, fields, refusal};
    use crate::session::Caller;

    fn given(public: &str, secret: Option<&str>) -> Option<UntrustedCredentials> {
        Some(UntrustedCredentials {
            valid_from: DateTime::MIN,
            valid_to: DateTime::MAX,
            comment: Some("mine".into()),
            secret_value: secret.map(str::to_owned),
            public_value: Some(public.into()),
            is_active: true,
            ..UntrustedCredentials::default()
        })
    }

    fn save(office: &Office, who: &Caller, r#type: &str, public: &str) -> Result<(), Fault> {
        let request = SaveUntrustedCredentials {
            r#type: Some(r#type.into()),
            credentials: given(public, Some("s3cret")),
        };
        office.call_as(who, request)
    }

    fn secrets(office: &Office, who: &Caller, associate_id: i32) -> Vec<String> {
        let request = GetUntrustedCredentialsForAssociate {
            associate_id,
            r#type: Some("imap".into()),
        };
        let found = office.call_as(who, request).expect("read").expect("array");
        let secrets = found.into_iter().filter_map(|one| one.secret_value);
        secrets.collect()
    }

    fn employee(office: &Office, name: &str, rights: &[&str]) -> Caller {
        let saved = office.save(User {
            name: Some(name.into()),
            ..User::default()
        });
        let id = saved.expect("user").associate_id;
        caller(id, UserType::InternalAssociate, rights)
    }

    #[test]
    fn a_secret_is_for_its_user_and_system_users() {
        let office = Office::open();
        let ann = employee(&office, "ann", &[]);
        save(&office, &ann, "imap", "ann@a.example").expect("saved");
        let id = ann.associate_id;
        let system = caller(9_001, UserType::SystemAssociate, &[]);
        let other = employee(&office, "bob", &[]);
        assert_eq!(secrets(&office, &ann, id), ["s3cret"]);
        assert_eq!(secrets(&office, &system, id), ["s3cret"]);
        assert_eq!(secrets(&office, &office.administrator, id), [""]);
        assert_eq!(secrets(&office, &other, id), [""]);
        assert_eq!(secrets(&office, &ann, other.associate_id), [""; 0]);
        let clear = "SELECT count(*) FROM credentials WHERE secret LIKE '%s3cret%'";
        assert_eq!(office.number(clear), 0);
    }

    #[test]
    fn a_save_without_secret_keeps_it_and_one_of_the_same_name_replaces() {
        let office = Office::open();
        let ann = employee(&office, "ann", &[]);
        save(&office, &ann, "imap", "a").expect("saved");
        for secret in [None, Some("")] {
            let mut credentials = given("a", secret).expect("some");
            credentials.is_active = false;
            credentials.comment = Some("changed".into());
            let request = SaveUntrustedCredentialsForAssociate {
                associate_id: ann.associate_id,
                r#type: Some("imap".into()),
                credentials: Some(credentials),
            };
            office.call(request).expect("saved");
        }
        let request = GetUntrustedCredentials {
            r#type: Some("imap".into()),
        };
        let found = office.call_as(&ann, request).expect("read").expect("array");
        let expected = UntrustedCredentials {
            table_right: found.first().and_then(|row| row.table_right.clone()),
            field_properties: found.first().and_then(|row| row.field_properties.clone()),
            comment: Some("changed".into()),
            is_active: false,
            ..given("a", Some("s3cret")).expect("some")
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn others_are_managed_by_administrators_and_those_not_by_lesser_ones() {
        let office = Office::open();
        let ann = employee(&office, "ann", &[]);
        let lesser = employee(&office, "lesser", &["admin-users"]);
        office.execute("UPDATE userrolelink SET role_id = 1 WHERE associate_id IN (SELECT associate_id FROM associate WHERE name = 'boss')");
        let for_user = |who: &Caller, associate_id| {
            let request = SaveUntrustedCredentialsForAssociate {
                associate_id,
                r#type: Some("imap".into()),
                credentials: given("x", Some("planted")),
            };
            office.call_as(who, request)
        };
        let boss = office.administrator.associate_id;
        assert_eq!(refusal(for_user(&ann, boss)), Exception::IllegalOperation);
        assert_eq!(refusal(for_user(&lesser, boss)), Exception::Sentry);
        for_user(&lesser, ann.associate_id).expect("saved");
        for_user(&ann, ann.associate_id).expect("saved");
        assert_eq!(
            refusal(for_user(&office.administrator, 0)),
            Exception::NotFound
        );
        let remove = |who: &Caller, associate_id| {
            let request = RemoveUntrustedCredentialsForAssociate {
                associate_id,
                r#type: Some("imap".into()),
                public_value: Some("x".into()),
            };
            office.call_as(who, request)
        };
        let bob = employee(&office, "bob", &[]);
        let refused = remove(&bob, ann.associate_id);
        assert_eq!(refusal(refused), Exception::IllegalOperation);
        assert_eq!(secrets(&office, &ann, ann.associate_id), ["planted"]);
        for _ in 0..2 {
            remove(&lesser, ann.associate_id).expect("nothing left");
        }
        assert_eq!(secrets(&office, &ann, ann.associate_id), [""; 0]);
        let external = caller(ann.associate_id, UserType::ExternalAssociate, &[]);
        let refused = save(&office, &external, "imap", "x");
        assert_eq!(refusal(refused), Exception::IllegalOperation);
    }

    #[test]
    fn types_for_logging_in_and_texts_too_long_are_refused() {
        let office = Office::open();
        let ann = employee(&office, "ann", &[]);
        for r#type in [
            "",
            " ",
            "CRM5/PASSWORD",
            "ticket",
            "ActiveDirectory",
            &"x".repeat(255),
        ] {
            let refused = refusal(save(&office, &ann, r#type, "a"));
            assert_eq!(refused, Exception::InvalidArgument, "{type}");
        }
        let long = UntrustedCredentials {
            comment: Some("å".repeat(256)),
            secret_value: Some("å".repeat(71)),
            public_value: Some("å".repeat(239)),
            ..UntrustedCredentials::default()
        };
        let request = SaveUntrustedCredentials {
            r#type: Some("imap".into()),
            credentials: Some(long),
        };
        let refused = fields(office.call_as(&ann, request));
        assert_eq!(refused, ["Comment", "SecretValue", "PublicValue"]);
        let stored = "SELECT count(*) FROM credentials WHERE isActive = 0";
        assert_eq!(office.number(stored), 0);
        let whole = given(&"å".repeat(238), Some(&"☃".repeat(70)));
        let request = SaveUntrustedCredentials {
            r#type: Some("imap".into()),
            credentials: whole,
        };
        office.call_as(&ann, request).expect("saved");
        let found = secrets(&office, &ann, ann.associate_id);
        assert_eq!(found, ["☃".repeat(70)]);
    }
}
