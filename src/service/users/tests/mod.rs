//! Users to save, shared by the tests beside.

mod generated;
mod guard;
mod licences;
mod lists;
mod rights;
mod rules;
mod saving;
mod scale;

use super::*;
use crate::contract::command::CustomCommand;
use crate::contract::credential::{Credential, CredentialType};
use crate::contract::license::{LicenseOwner, ModuleLicenseLink};
use crate::contract::list::MDOListItem;
use crate::contract::role::Role;
use crate::contract::user::{Person, UserGroup, UserType};
use crate::model::Shared;
use crate::service::testing::{Office, caller, fields, refusal};
use crate::store::credentials;

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn pairs(entries: &[(&str, Option<&str>)]) -> Option<StringDictionary> {
    let owned = |(key, value): &(&str, Option<&str>)| ((*key).into(), value.map(Into::into));
    Some(StringDictionary(entries.iter().map(owned).collect()))
}

fn credential(kind: &str, value: &str) -> Credential {
    Credential {
        r#type: Some(CredentialType {
            r#type: text(kind),
            ..CredentialType::default()
        }),
        value: text(value),
        display_value: text("shown"),
        ..Credential::default()
    }
}

fn role(id: i32) -> Option<Role> {
    Some(Role {
        id,
        ..Role::default()
    })
}

fn group(id: i32) -> UserGroup {
    UserGroup {
        id,
        ..UserGroup::default()
    }
}

fn licenses(wishes: &[(i32, &str, bool)]) -> Option<Shared<LicenseOwner>> {
    let link = |(id, name, assigned): &(i32, &str, bool)| ModuleLicenseLink {
        module_license_id: *id,
        name: text(name),
        assigned: *assigned,
        ..ModuleLicenseLink::default()
    };
    let owner = LicenseOwner {
        restricted_module_licenses: Some(wishes.iter().map(link).collect()),
        ..LicenseOwner::default()
    };
    Some(vec![owner].into())
}

/// Names of the licences that a user holds.
fn held(user: &User) -> Vec<&str> {
    let owners = user.license_owners.iter().flatten();
    let lists = owners.flat_map(|owner| {
        [
            &owner.restricted_module_licenses,
            &owner.unrestricted_module_licenses,
        ]
    });
    let links = lists.flatten().flatten().filter(|link| link.assigned);
    links.filter_map(|link| link.name.as_deref()).collect()
}

fn named(name: &str) -> User {
    User {
        name: text(name),
        ..User::default()
    }
}

/// All texts empty, all numbers 0, one blank item in each list: the envelope as it is printed.
fn printed() -> User {
    let item = MDOListItem {
        name: text(""),
        child_items: Some(vec![MDOListItem::default()]),
        ..MDOListItem::default()
    };
    User {
        name: text(""),
        tooltip: text(""),
        license_owners: licenses(&[(0, "", false)]),
        role: Some(Role {
            value: text(""),
            ..Role::default()
        }),
        user_group: Some(group(0)),
        other_groups: Some(vec![group(0)]),
        person: Some(Person {
            firstname: text(""),
            ..Person::default()
        }),
        request_signature: text(""),
        credentials: Some(vec![credential("", "")]),
        user_name: text(""),
        ticket_categories: Some(vec![item]),
        nick_name: text(""),
        extra_fields: pairs(&[("", Some(""))]),
        custom_fields: pairs(&[("", Some(""))]),
        post_save_commands: Some(vec![CustomCommand::default()]),
        ..User::default()
    }
}

/// Every writable field is filled, none with a default.
fn complete() -> User {
    User {
        associate_id: 0,
        name: text("åse.☃.li"),
        rank: -7,
        tooltip: text("<Åse & \"Lí\">"),
        license_owners: licenses(&[(3, "", true), (0, "WEB", true)]),
        role: role(9),
        user_group: Some(group(2)),
        other_groups: Some(vec![group(3), group(1), group(3), group(2)]),
        person: Some(Person {
            position: text("Boss"),
            mrmrs: text("Ms"),
            firstname: text("Åse"),
            lastname: text("Lí"),
            middle_name: text("☃"),
            title: text("Dr"),
            description: text("tall\nand thin"),
            email: text("ase@example.com"),
            direct_phone: text("1"),
            country_id: 578,
            retired: 1,
            rank: 4,
            active_interests: 2,
            fax_phone: text("2"),
            mobile_phone: text("3"),
            use_person_address: true,
            kanafname: text("ア"),
            kanalname: text("セ"),
            post1: text("a"),
            post2: text("b"),
            post3: text("c"),
            email_name: text("Åse at work"),
            active_erp_links: 5,
            ticket_priority_id: 6,
            support_language_id: 7,
            support_associate_id: 8,
            category_name: text("Staff"),
            ..Person::default()
        }),
        deleted: true,
        ej_user_id: 4711,
        request_signature: text("Regards,\nÅse"),
        r#type: UserType::InternalAssociate,
        credentials: Some(vec![
            credential("CRM5/PASSWORD", "secret enough ☃"),
            credential("ActiveDirectory", "S-1-5-21-1-2-3-4"),
        ]),
        user_name: text("åse@example.com"),
        ticket_categories: Some(vec![
            MDOListItem {
                id: 3,
                ..MDOListItem::default()
            },
            MDOListItem {
                name: text("billing"),
                ..MDOListItem::default()
            },
        ]),
        nick_name: text("snø"),
        waiting_for_approval: true,
        extra_fields: pairs(&[("b", Some("2")), ("", Some("")), ("a", None)]),
        custom_fields: pairs(&[("SuperOffice:1", Some("[I:1]")), ("ø", Some(" "))]),
        ..User::default()
    }
}

fn group_ids(user: &User) -> Vec<i32> {
    let groups = user.other_groups.iter().flatten();
    groups.map(|group| group.id).collect()
}
