//! What is kept of a user, as the carrier that the contract promises.

use super::user_guard::Author;
use super::{roles, row_rights, user_credentials, user_licenses};
use crate::contract::list::MDOListItem;
use crate::contract::user::{Person, User};
use crate::fault::Fault;
use crate::store::users::UserRecord;
use crate::store::{Tx, groups, licenses, persons, roles as role_rows, service_users, users};

/// A user by its id, as somebody may see it.
pub fn find(tx: &Tx<'_>, author: &Author, id: i32) -> Result<Option<User>, Fault> {
    match users::find(tx, id)? {
        Some(record) => shown(tx, author, &record).map(Some),
        None => Ok(None),
    }
}

/// A record, stored or not, as somebody may see it.
pub fn shown(tx: &Tx<'_>, author: &Author, record: &UserRecord) -> Result<User, Fault> {
    let user = carrier(tx, record)?;
    row_rights::show_user(tx, author, record, user)
}

/// The carrier of a record, stored or not, as a save could be given it. Values of credentials stay
/// behind, and there are no commands to be run after a save.
pub fn carrier(tx: &Tx<'_>, record: &UserRecord) -> Result<User, Fault> {
    let service = record.service_user.clone().unwrap_or_default();
    let person = match record.person_id {
        0 => None,
        id => persons::find(tx, id)?.map(with_full_names),
    };
    let group = match record.group_id {
        0 => None,
        id => groups::find(tx, id)?,
    };
    let other_groups = groups::list(tx, &record.other_groups)?;
    let categories = service_users::categories(tx, &service.categories)?;
    let modules = licenses::user_modules(tx)?;
    let blank = || Some(String::new());
    let has_service_user = record.service_user.is_some();
    Ok(User {
        table_right: None,
        field_properties: None,
        associate_id: record.id,
        name: Some(record.name.clone()),
        rank: record.rank,
        tooltip: record.tooltip.clone(),
        license_owners: Some(user_licenses::owners(
            &modules,
            record.user_type,
            &record.licenses,
        )),
        role: role_rows::find(tx, record.role_id)?.map(roles::carrier),
        user_group: group,
        other_groups: Some(other_groups),
        is_person_retired: person.as_ref().is_some_and(|person| person.retired != 0),
        person,
        deleted: record.deleted,
        lastlogin: record.last_login,
        lastlogout: record.last_logout,
        ej_user_id: service.id,
        request_signature: if has_service_user {
            service.signature
        } else {
            blank()
        },
        r#type: record.user_type,
        is_on_travel: false,
        credentials: Some(
            record
                .credentials
                .iter()
                .map(user_credentials::carrier)
                .collect(),
        ),
        user_name: record.user_name.clone(),
        ticket_categories: Some(categories.into_iter().map(category_item).collect()),
        nick_name: if has_service_user {
            service.nick_name
        } else {
            blank()
        },
        waiting_for_approval: record.waiting_for_approval,
        extra_fields: Some(record.extra_fields.clone()),
        custom_fields: Some(record.custom_fields.clone()),
        post_save_commands: Some(Vec::new()),
    })
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
