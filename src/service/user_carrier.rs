//! What is kept of a user, as the carrier that the contract promises.

use super::row_rights::UserRights;
use super::user_guard::Author;
use super::{roles, user_credentials, user_licenses};
use crate::contract::list::MDOListItem;
use crate::contract::user::{Person, User, UserGroup};
use crate::fault::Fault;
use crate::store::licenses::Modules;
use crate::store::roles::RoleRow;
use crate::store::users::UserRecord;
use crate::store::{Tx, groups, licenses, persons, roles as role_rows, service_users, users};

/// What is to be told of a user, read in one transaction. Putting it together needs none, and takes
/// no time from others who want to write.
pub struct Seen {
    facts: Facts,
    rights: UserRights,
}

impl Seen {
    /// A user by its id, as somebody may see it.
    pub fn find(tx: &Tx<'_>, author: &Author, id: i32) -> Result<Option<Self>, Fault> {
        match users::find(tx, id)? {
            Some(record) => Self::of(tx, author, record).map(Some),
            None => Ok(None),
        }
    }

    /// A record, stored or not, as somebody may see it.
    pub fn of(tx: &Tx<'_>, author: &Author, record: UserRecord) -> Result<Self, Fault> {
        Self::known(tx, author, record, Known::default())
    }

    /// The same, as far as it is not known from saving the record just now.
    pub fn known(
        tx: &Tx<'_>,
        author: &Author,
        record: UserRecord,
        known: Known,
    ) -> Result<Self, Fault> {
        let facts = Facts::of(tx, record, known)?;
        let rights = UserRights::of(tx, author, &facts.record, facts.person.as_ref())?;
        Ok(Self { facts, rights })
    }

    pub fn id(&self) -> i32 {
        self.facts.record.id
    }

    pub fn carrier(self) -> User {
        self.rights.shown_in(self.facts.carrier())
    }
}

/// A user by its id, as somebody may see it.
pub fn find(tx: &Tx<'_>, author: &Author, id: i32) -> Result<Option<User>, Fault> {
    Ok(Seen::find(tx, author, id)?.map(Seen::carrier))
}

/// A record, stored or not, as somebody may see it.
pub fn shown(tx: &Tx<'_>, author: &Author, record: &UserRecord) -> Result<User, Fault> {
    Ok(Seen::of(tx, author, record.clone())?.carrier())
}

/// The carrier of a record, stored or not, as a save could be given it. Values of credentials stay
/// behind, and there are no commands to be run after a save.
pub fn carrier(tx: &Tx<'_>, record: &UserRecord) -> Result<User, Fault> {
    Ok(Facts::of(tx, record.clone(), Known::default())?.carrier())
}

/// What is known of somebody who has just been stored, and need not be read again.
#[derive(Default)]
pub struct Known {
    pub person: Option<Person>,
    pub modules: Option<Modules>,
}

/// A record with what it refers to.
struct Facts {
    record: UserRecord,
    person: Option<Person>,
    role: Option<RoleRow>,
    group: Option<UserGroup>,
    other_groups: Vec<UserGroup>,
    categories: Vec<MDOListItem>,
    modules: Modules,
}

impl Facts {
    fn of(tx: &Tx<'_>, record: UserRecord, known: Known) -> Result<Self, Fault> {
        let service = record.service_user.as_ref();
        let categories = service.map_or(&[][..], |service| &service.categories);
        Ok(Self {
            person: match (known.person, record.person_id) {
                (None, 0) => None,
                (None, id) => persons::find(tx, id)?,
                (person, _) => person,
            },
            role: role_rows::find(tx, record.role_id)?,
            group: match record.group_id {
                0 => None,
                id => groups::find(tx, id)?,
            },
            other_groups: groups::list(tx, &record.other_groups)?,
            categories: service_users::categories(tx, categories)?,
            modules: match known.modules {
                Some(modules) => modules,
                None => licenses::user_modules(tx)?,
            },
            record,
        })
    }

    fn carrier(self) -> User {
        let record = self.record;
        let person = self.person.map(with_full_names);
        let blank = || Some(String::new());
        let (ej_user_id, nick_name, request_signature) = match record.service_user {
            Some(service) => (service.id, service.nick_name, service.signature),
            None => (0, blank(), blank()),
        };
        let license_owners =
            user_licenses::owners(&self.modules, record.user_type, &record.licenses);
        let credentials = record.credentials.iter().map(user_credentials::carrier);
        User {
            table_right: None,
            field_properties: None,
            associate_id: record.id,
            name: Some(record.name),
            rank: record.rank,
            tooltip: record.tooltip,
            license_owners: Some(license_owners),
            role: self.role.map(roles::carrier),
            user_group: self.group,
            other_groups: Some(self.other_groups),
            is_person_retired: person.as_ref().is_some_and(|person| person.retired != 0),
            person,
            deleted: record.deleted,
            lastlogin: record.last_login,
            lastlogout: record.last_logout,
            ej_user_id,
            request_signature,
            r#type: record.user_type,
            is_on_travel: false,
            credentials: Some(credentials.collect()),
            user_name: record.user_name,
            ticket_categories: Some(self.categories.into_iter().map(category_item).collect()),
            nick_name,
            waiting_for_approval: record.waiting_for_approval,
            extra_fields: Some(record.extra_fields),
            custom_fields: Some(record.custom_fields),
            post_save_commands: Some(Vec::new()),
        }
    }
}

/// Adds the names that are put together from others.
pub fn with_full_names(mut person: Person) -> Person {
    let full = joined(
        [&person.firstname, &person.middle_name, &person.lastname],
        " ",
    );
    let formal = joined([&person.mrmrs, &Some(full.clone()), &None], " ");
    let company = joined(
        [&person.contact_name, &person.contact_department, &None],
        ", ",
    );
    person.full_name = Some(full);
    person.formal_name = Some(formal);
    person.contact_full_name = Some(company);
    person
}

fn joined(parts: [&Option<String>; 3], separator: &str) -> String {
    let parts = parts.into_iter().flatten().map(String::as_str);
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(separator)
}

fn category_item(category: MDOListItem) -> MDOListItem {
    MDOListItem {
        r#type: Some("ticketCategory".into()),
        child_items: Some(Vec::new()),
        icon_hint: Some(String::new()),
        extra_info: Some(String::new()),
        style_hint: Some(String::new()),
        ..category
    }
}
