//! Users around a credential: found by it, or by what else is known of the person, or made.

use super::directory::behind;
use super::user_carrier::Seen;
use super::user_credentials::{Kind, PASSWORD, kind, of_type, type_of, value_of};
use super::user_defaults::blank;
use super::user_guard::Author;
use super::user_kinds::{PersonRule, kind_of, named_type};
use super::user_names::default_user_name;
use super::users::{Target, not_found};
use super::{Call, password_rules, row_rights, user_carrier, user_licenses, users as saving};
use crate::contract::credential::Credential;
use crate::contract::user::{Person, ResolvedUser, User, UserType};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::session::password;
use crate::store::users::UserRecord;
use crate::store::{Tx, fold, licenses, persons, resolve_user, user_lookup, users};
use std::collections::BTreeSet;

/// What the directory does not know of the person is taken from what people see of the
/// credential: a name or an e-mail address.
impl Handler<Call> for CreateDefaultUserFromUserTypeAndCredential {
    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let name = self.credential_type.unwrap_or_default();
        let credential = Credential {
            display_value: self.credential_display_value,
            ..of_type(&name, &self.credential_value.unwrap_or_default())
        };
        let kind = check(&credential)?;
        if !kind.can_create_person() {
            return Err(Fault::service(
                Exception::IllegalOperation,
                format!("{name} tells nothing of the person."),
            ));
        }
        let user_type = with_person(self.user_type, kind)?;
        let author = Author::of(call)?;
        let store = &call.installation.store;
        store.read(|tx| check_company(tx, self.contact_id))?;
        let mut person = person_behind(call, kind, &credential)?;
        store.read(|tx| {
            check_company(tx, self.contact_id)?;
            person.contact_id = self.contact_id;
            let record = blank(tx, user_type, Some(&person))?;
            let user = User {
                person: Some(user_carrier::with_full_names(person)),
                credentials: Some(vec![credential]),
                ..user_carrier::carrier(tx, &record)?
            };
            row_rights::show_user(tx, &author, &record, user).map(Some)
        })
    }
}

/// A hint counts when it fits one person of the company only. The user found gets the credential,
/// if it is no password and the user has none of its type yet.
impl Handler<Call> for ResolveUserFromInfo {
    fn handle(self, call: &Call) -> Result<Option<ResolvedUser>, Fault> {
        let credential = self.credential.unwrap_or_default();
        let kind = check(&credential)?;
        let question = Question {
            company: self.contact_id,
            name: self.person_name.unwrap_or_default(),
            phones: self.phone_numbers.unwrap_or_default(),
            emails: self.emails.unwrap_or_default(),
            user_type: with_person(self.user_type, kind)?,
            credential,
        };
        let author = Author::of(call)?;
        let store = &call.installation.store;
        let found = store.read(|tx| {
            check_company(tx, question.company)?;
            question.find(tx)
        })?;
        let is_new = matches!(found, Found::Person(_) | Found::Nobody);
        let secret = value_of(&question.credential);
        let hash = if is_new && type_of(&question.credential) == PASSWORD {
            store.read(|tx| password_rules::check(tx, secret))?;
            Some(password::hash(secret)?)
        } else {
            None
        };
        let behind = match found {
            Found::Nobody => person_behind(call, kind, &question.credential)?,
            _ => Person::default(),
        };
        let resolved =
            store.write(move |tx| question.answer(tx, behind, hash.as_deref(), &author))?;
        if let Some(user) = &resolved.user {
            call.installation.sessions.forget_user(user.associate_id);
        }
        Ok(Some(resolved))
    }
}

/// The type of a credential. Refuses one that identifies nobody.
fn check(credential: &Credential) -> Result<&'static Kind, Fault> {
    let invalid = |reason: &str| Fault::service(Exception::InvalidArgument, reason);
    let kind =
        kind(type_of(credential)).ok_or_else(|| invalid("The credential is of no known type."))?;
    match value_of(credential).trim() {
        "" => Err(invalid("The credential has no value.")),
        _ => Ok(kind),
    }
}

/// The type of user that is meant. Refuses types that stand for nobody, or do not log in so.
fn with_person(user_type: UserType, kind: &Kind) -> Result<UserType, Fault> {
    let user_type = named_type(user_type);
    let reason = if kind_of(user_type).person == PersonRule::Optional {
        format!("A user of type {} is no person.", user_type.name())
    } else if !kind.fits(user_type) {
        format!(
            "Users of type {} do not log in with {}.",
            user_type.name(),
            kind.name
        )
    } else {
        return Ok(user_type);
    };
    Err(Fault::service(Exception::IllegalOperation, reason))
}

fn check_company(tx: &Tx<'_>, id: i32) -> Result<(), Fault> {
    if id == 0 {
        Err(Fault::service(
            Exception::InvalidArgument,
            "The company is left open.",
        ))
    } else if !persons::company_exists(tx, id)? {
        Err(Fault::service(
            Exception::NotFound,
            format!("There is no company {id}."),
        ))
    } else {
        Ok(())
    }
}

/// What the directory or the credential itself tells of a person.
fn person_behind(
    call: &Call,
    kind: &'static Kind,
    credential: &Credential,
) -> Result<Person, Fault> {
    let known = match behind(&call.installation, kind) {
        Some(directory) => directory.user(value_of(credential))?,
        None => None,
    };
    Ok(match known {
        Some(known) => Person {
            firstname: Some(known.first_name),
            lastname: Some(known.last_name),
            email: Some(known.email),
            ..Person::default()
        },
        None => {
            let shown = credential.display_value.as_deref().unwrap_or_default();
            // Windows puts the domain before the name.
            named(shown.rsplit('\\').next().unwrap_or_default())
        }
    })
}

/// A person of a name, or of an e-mail address.
fn named(text: &str) -> Person {
    let text = text.trim();
    if text.contains('@') && !text.contains(' ') {
        return Person {
            email: Some(text.into()),
            ..Person::default()
        };
    }
    let (first, last) = match text.split_once(',') {
        Some((last, first)) => (first, last),
        None => text.rsplit_once(' ').unwrap_or(("", text)),
    };
    Person {
        firstname: Some(first.trim().into()),
        lastname: Some(last.trim().into()),
        ..Person::default()
    }
}

/// Whose a credential is.
struct Question {
    company: i32,
    name: String,
    phones: Vec<String>,
    emails: Vec<String>,
    user_type: UserType,
    credential: Credential,
}

enum Found {
    /// A user who has the credential.
    Holder(UserRecord),
    /// A user to whom the hints lead.
    User(UserRecord),
    /// Somebody of the company who is no user of the type.
    Person(i32),
    Nobody,
}

impl Question {
    fn find(&self, tx: &Tx<'_>) -> Result<Found, Fault> {
        if let Some(user) = self.holder(tx)? {
            return Ok(Found::Holder(user));
        }
        let Some(person) = self.person(tx)? else {
            return Ok(Found::Nobody);
        };
        for id in user_lookup::of_person(tx, person)? {
            let user = users::find(tx, id)?.ok_or_else(|| not_found(id))?;
            if user.user_type == self.user_type && !user.deleted {
                return Ok(Found::User(user));
            }
        }
        Ok(Found::Person(person))
    }

    /// The user who has the credential. One in another company or of another type is an error,
    /// since nobody else can be given the same credential.
    fn holder(&self, tx: &Tx<'_>) -> Result<Option<UserRecord>, Fault> {
        let name = type_of(&self.credential);
        let search_name = match name {
            // A password identifies nobody; what is shown of it is the log-on name.
            PASSWORD => self.log_on_name().to_ascii_lowercase(),
            _ => value_of(&self.credential).to_owned(),
        };
        let Some(id) = resolve_user::holder(tx, name, &search_name)? else {
            return Ok(None);
        };
        let user = users::find(tx, id)?.ok_or_else(|| not_found(id))?;
        let person = persons::find(tx, user.person_id)?.unwrap_or_default();
        if user.user_type != self.user_type || person.contact_id != self.company {
            return Err(Fault::service(
                Exception::IllegalOperation,
                "The credential is that of a user of another company or type.",
            ));
        }
        Ok(Some(user))
    }

    fn log_on_name(&self) -> &str {
        self.credential.display_value.as_deref().unwrap_or_default()
    }

    /// The one person of the company whom the first hint fits that fits one only.
    fn person(&self, tx: &Tx<'_>) -> Result<Option<i32>, Fault> {
        let mut fitting = BTreeSet::new();
        for email in self.emails.iter().filter(|email| !email.trim().is_empty()) {
            fitting.extend(resolve_user::by_email(tx, self.company, email.trim())?);
        }
        if let Some(only) = only(&fitting) {
            return Ok(Some(only));
        }
        fitting.clear();
        for digits in self.phones.iter().filter_map(|number| dialled(number)) {
            fitting.extend(resolve_user::by_phone(tx, self.company, &digits)?);
        }
        if let Some(only) = only(&fitting) {
            return Ok(Some(only));
        }
        fitting.clear();
        if let Some(last_name) = named(&self.name).lastname.filter(|name| !name.is_empty()) {
            let wanted = words(&[&self.name]);
            for (id, [first, middle, last]) in
                resolve_user::by_last_name(tx, self.company, &last_name)?
            {
                let names = [
                    words(&[&first, &middle, &last]),
                    words(&[&first, &last]),
                    words(&[&last, &first, &middle]),
                    words(&[&last, &first]),
                ];
                if names.contains(&wanted) {
                    fitting.insert(id);
                }
            }
        }
        Ok(only(&fitting))
    }

    /// Finds, or makes what is missing. What is known of the person behind the credential was
    /// looked up before, if nobody was found then.
    fn answer(
        &self,
        tx: &Tx<'_>,
        behind: Person,
        hash: Option<&str>,
        author: &Author,
    ) -> Result<ResolvedUser, Fault> {
        let found = self.find(tx)?;
        let person_created = matches!(found, Found::Nobody);
        let user = match found {
            Found::Holder(user) => user_carrier::shown(tx, author, &user)?,
            Found::User(user) => self.attach(tx, &user, author)?,
            Found::Person(id) => {
                let person = persons::find(tx, id)?.unwrap_or_default();
                self.make(tx, person, hash, author)?
            }
            Found::Nobody => {
                let person = self.new_person(behind);
                self.make(tx, person, hash, author)?
            }
        };
        Ok(ResolvedUser {
            user: Some(user),
            person_created,
            ..ResolvedUser::default()
        })
    }

    fn attach(&self, tx: &Tx<'_>, user: &UserRecord, author: &Author) -> Result<User, Fault> {
        let name = type_of(&self.credential);
        if name == PASSWORD {
            return user_carrier::shown(tx, author, user);
        }
        let mut own = user.credentials.iter();
        if own.any(|own| own.credential_type == name) {
            return Err(Fault::service(
                Exception::IllegalOperation,
                format!("The user found logs in with another {name}."),
            ));
        }
        let carrier = User {
            credentials: Some(vec![self.credential.clone()]),
            ..user_carrier::carrier(tx, user)?
        };
        saving::save_in(tx, &carrier, Some(&Target::Id(user.id)), None, author).map(Seen::carrier)
    }

    fn make(
        &self,
        tx: &Tx<'_>,
        person: Person,
        hash: Option<&str>,
        author: &Author,
    ) -> Result<User, Fault> {
        let name = match type_of(&self.credential) {
            PASSWORD => Some(self.log_on_name().to_owned()),
            _ => None,
        };
        let modules = licenses::user_modules(tx)?;
        let user = User {
            name,
            tooltip: Some(String::new()),
            r#type: self.user_type,
            user_name: Some(default_user_name(tx, &person, 0)?),
            person: Some(person),
            credentials: Some(vec![self.credential.clone()]),
            license_owners: Some(user_licenses::log_in(&modules, self.user_type)),
            ..User::default()
        };
        saving::save_in(tx, &user, None, hash, author).map(Seen::carrier)
    }

    fn new_person(&self, behind: Person) -> Person {
        let mut person = match self.name.trim() {
            "" => behind,
            name => Person {
                email: behind.email,
                ..named(name)
            },
        };
        person.contact_id = self.company;
        let given = |list: &[String], index: usize| {
            let mut list = list.iter().filter(|text| !text.trim().is_empty());
            list.nth(index).map(|text| text.trim().to_owned())
        };
        person.email = given(&self.emails, 0).or(person.email);
        person.direct_phone = given(&self.phones, 0);
        person.mobile_phone = given(&self.phones, 1);
        person
    }
}

fn only(fitting: &BTreeSet<i32>) -> Option<i32> {
    fitting.first().copied().filter(|_| fitting.len() == 1)
}

/// The digits of a telephone number, without what leads abroad; none where it is too short to
/// tell people apart.
fn dialled(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    (digits.len() >= 5).then(|| digits.to_owned())
}

/// The words of names in one line, without letter case.
fn words(names: &[&str]) -> Vec<String> {
    let names = names.iter().flat_map(|name| name.split([' ', ',']));
    names.filter(|word| !word.is_empty()).map(fold).collect()
}

#[cfg(test)]
mod tests;
