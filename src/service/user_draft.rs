//! A user as a save would leave it: what is stored, overlaid with what the carrier says.
//!
//! Validation and saving share this, so that they cannot disagree. Nil nested carriers, arrays
//! and dictionaries leave things as they are, and so do blank ones: items with neither an id nor
//! a name, type `Unknown`, role and group 0. Nothing is written here.

use super::findings::Findings;
use super::user_credentials;
use super::user_kinds::{PersonRule, UserKind, kind_of};
use super::user_licenses::{self, Holder};
use super::user_names::{NAME_LIMIT, free_name};
use crate::contract::list::MDOListItem;
use crate::contract::user::{Person, User, UserGroup, UserType};
use crate::fault::Fault;
use crate::model::MapSlot;
use crate::store::service_users::ServiceUser;
use crate::store::users::UserRecord;
use crate::store::{Tx, groups, licenses, persons, roles, service_users, users};

/// Characters of the tooltip, and of the user name.
const TEXT_LIMIT: usize = 254;
/// Characters of a nick name.
const NICK_NAME_LIMIT: usize = 63;

/// A user as a save would leave it.
pub struct Draft {
    pub record: UserRecord,
    /// A person that is to be stored first.
    pub new_person: Option<Person>,
    /// What forbids the save.
    pub findings: Findings,
}

/// Works out what saving a carrier would leave. A password in it is represented by its hash;
/// validation gives none.
pub fn draft(
    tx: &Tx<'_>,
    user: &User,
    before: Option<&UserRecord>,
    password_hash: Option<&str>,
) -> Result<Draft, Fault> {
    let mut draft = Draft {
        record: before.cloned().unwrap_or_default(),
        new_person: None,
        findings: Findings::default(),
    };
    let kind = draft.plain(user, before);
    draft.person(tx, user, &kind, before)?;
    draft.names(tx, user, before)?;
    draft.role(tx, user, &kind, before)?;
    draft.groups(tx, user, &kind, before)?;
    draft.service_user(tx, user, before)?;
    draft.licenses(tx, user, before)?;
    user_credentials::apply(
        tx,
        user,
        &mut draft.record,
        password_hash,
        &mut draft.findings,
    )?;
    Ok(draft)
}

impl Draft {
    /// The fields that need nothing but themselves.
    fn plain(&mut self, user: &User, before: Option<&UserRecord>) -> UserKind {
        let record = &mut self.record;
        if user.r#type != UserType::Unknown {
            record.user_type = user.r#type;
        } else if before.is_none() {
            record.user_type = UserType::InternalAssociate;
        }
        record.rank = user.rank;
        record.deleted = user.deleted;
        record.waiting_for_approval = user.waiting_for_approval;
        record.tooltip.clone_from(&user.tooltip);
        let tooltip = user.tooltip.as_deref();
        self.findings
            .check_length("Tooltip", "The text", tooltip, TEXT_LIMIT);
        for (name, given, kept) in [
            ("ExtraFields", &user.extra_fields, &mut record.extra_fields),
            (
                "CustomFields",
                &user.custom_fields,
                &mut record.custom_fields,
            ),
        ] {
            if let Some(fields) = given {
                if let Some(key) = fields.0.repeated_key() {
                    self.findings
                        .add(name, format!("The key {key} is there twice."));
                }
                kept.clone_from(fields);
            }
        }
        kind_of(record.user_type)
    }

    fn person(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        kind: &UserKind,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let wanted = user.person.as_ref().map_or(0, |person| person.person_id);
        if wanted != 0 {
            self.record.person_id = wanted;
        }
        if self.record.person_id == 0 {
            if kind.person != PersonRule::Optional {
                self.person_to_create(tx, user.person.as_ref(), kind)?;
            }
            return Ok(());
        }
        let unchanged = before.is_some_and(|before| {
            before.person_id == self.record.person_id && before.user_type == self.record.user_type
        });
        if unchanged {
            return Ok(());
        }
        match persons::find(tx, self.record.person_id)? {
            None => self
                .findings
                .add("Person", format!("There is no person {wanted}.")),
            Some(person) => self.company(tx, person.contact_id, kind)?,
        }
        Ok(())
    }

    /// A person made from the carrier, in the company that owns the database unless the carrier
    /// names another one.
    fn person_to_create(
        &mut self,
        tx: &Tx<'_>,
        given: Option<&Person>,
        kind: &UserKind,
    ) -> Result<(), Fault> {
        let mut person = given.cloned().unwrap_or_default();
        if person.contact_id == 0 {
            person.contact_id = persons::owner_company(tx)?;
        }
        self.company(tx, person.contact_id, kind)?;
        for (what, text, limit) in [
            ("The first name", &person.firstname, 99),
            ("The middle name", &person.middle_name, 99),
            ("The last name", &person.lastname, 99),
            ("The first name in kana", &person.kanafname, 99),
            ("The last name in kana", &person.kanalname, 99),
            ("The form of address", &person.mrmrs, 239),
            ("The title", &person.title, 239),
            ("The position", &person.position, 254),
            ("The e-mail address", &person.email, 254),
        ] {
            self.findings
                .check_length("Person", what, text.as_deref(), limit);
        }
        self.new_person = Some(person);
        Ok(())
    }

    fn company(&mut self, tx: &Tx<'_>, contact_id: i32, kind: &UserKind) -> Result<(), Fault> {
        if contact_id != 0 && !persons::company_exists(tx, contact_id)? {
            self.findings
                .add("Person", format!("There is no company {contact_id}."));
        } else if kind.person == PersonRule::OwnCompany
            && !persons::is_owner_company(tx, contact_id)?
        {
            self.findings.add(
                "Person",
                "The person of an internal user has to belong to one of our companies.",
            );
        }
        Ok(())
    }

    fn names(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let record = &mut self.record;
        match user.name.as_deref().filter(|name| !name.trim().is_empty()) {
            Some(name) => {
                record.name = name.into();
                self.findings
                    .check_length("Name", "The name", Some(name), NAME_LIMIT);
                let changed = before.is_none_or(|before| before.name != name);
                if changed && users::name_taken(tx, name, record.id)? {
                    self.findings.add("Name", "Another user has this name.");
                }
            }
            None if before.is_some() => {}
            None => {
                let person = match record.person_id {
                    0 => self.new_person.clone(),
                    id => persons::find(tx, id)?,
                };
                match free_name(tx, record.user_type, person.as_ref())? {
                    Some(name) => record.name = name,
                    None => self
                        .findings
                        .add("Name", "No name is left; please give one."),
                }
            }
        }
        record.user_name.clone_from(&user.user_name);
        if let Some(name) = user.user_name.as_deref().filter(|name| !name.is_empty()) {
            self.findings
                .check_length("UserName", "The name", Some(name), TEXT_LIMIT);
            if users::user_name_taken(tx, name, record.id)? {
                self.findings
                    .add("UserName", "Another user has this user name.");
            }
        }
        Ok(())
    }

    fn role(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        kind: &UserKind,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let (id, name) = user.role.as_ref().map_or((0, ""), |role| {
            (role.id, role.value.as_deref().unwrap_or_default())
        });
        let mut wanted = match (id, name) {
            (0, "") => None,
            (0, name) => Some(roles::find_by_name(tx, name)?),
            (id, _) => Some(roles::find(tx, id)?),
        };
        if wanted.is_none() && before.is_some() {
            let kept = roles::find(tx, self.record.role_id)?;
            wanted = kept
                .filter(|role| role.role_type == kind.role_type)
                .map(Some);
        }
        let wanted = match wanted {
            Some(wanted) => wanted,
            None => roles::default_of_type(tx, kind.role_type)?,
        };
        let Some(role) = wanted else {
            self.findings
                .add("Role", format!("There is no role {id} {name}."));
            return Ok(());
        };
        let unchanged = before.is_some_and(|before| before.role_id == role.id);
        if role.role_type != kind.role_type {
            self.findings.add(
                "Role",
                format!(
                    "A role of type {} does not fit a user of type {}.",
                    role.role_type.name(),
                    self.record.user_type.name()
                ),
            );
        } else if role.deleted && !unchanged {
            self.findings.add("Role", "The role has been deleted.");
        }
        self.record.role_id = role.id;
        Ok(())
    }

    fn groups(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        kind: &UserKind,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let kept = before.map_or(&[][..], |before| &before.other_groups);
        let primary = match &user.user_group {
            Some(group) if !is_blank(group) => self.group(tx, "UserGroup", group, before)?,
            _ => None,
        };
        let mut others = Vec::new();
        for group in user
            .other_groups
            .iter()
            .flatten()
            .filter(|group| !is_blank(group))
        {
            let id = self.group(tx, "OtherGroups", group, before)?;
            others.extend(id.filter(|id| !others.contains(id)));
        }
        if !kind.has_groups {
            for (field, given) in [
                ("UserGroup", primary.is_some()),
                ("OtherGroups", !others.is_empty()),
            ] {
                if given {
                    self.findings
                        .add(field, "Users of this type belong to no group.");
                }
            }
            self.record.group_id = 0;
            self.record.other_groups.clear();
            return Ok(());
        }
        self.record.group_id = match primary {
            Some(id) => id,
            None if self.record.group_id != 0 => self.record.group_id,
            None => groups::default_id(tx)?.unwrap_or_default(),
        };
        if self.record.group_id == 0 {
            self.findings.add("UserGroup", "There is no group.");
        }
        self.record.other_groups = match user.other_groups {
            Some(_) => others,
            None => kept.to_vec(),
        };
        let primary = self.record.group_id;
        self.record.other_groups.retain(|group| *group != primary);
        Ok(())
    }

    /// The id of a group that a carrier names. A deleted one may stay but not be chosen.
    fn group(
        &mut self,
        tx: &Tx<'_>,
        field: &str,
        given: &UserGroup,
        before: Option<&UserRecord>,
    ) -> Result<Option<i32>, Fault> {
        let name = given.value.as_deref().unwrap_or_default();
        let found = match given.id {
            0 => groups::find_by_name(tx, name)?,
            id => groups::find(tx, id)?,
        };
        let Some(group) = found else {
            self.findings
                .add(field, format!("There is no group {} {name}.", given.id));
            return Ok(None);
        };
        let member = before.is_some_and(|before| {
            before.group_id == group.id || before.other_groups.contains(&group.id)
        });
        if group.deleted && !member {
            self.findings
                .add(field, format!("The group {} has been deleted.", group.id));
        }
        Ok(Some(group.id))
    }

    /// The Service user, made as soon as one of its fields is given.
    fn service_user(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let mut service = self.record.service_user.take();
        let known = service.as_ref().map_or(0, |service| service.id);
        if user.ej_user_id != 0 && user.ej_user_id != known {
            if user.ej_user_id < 0 {
                self.findings.add("EjUserId", "The number is negative.");
            } else if users::service_user_taken(tx, user.ej_user_id, self.record.id)? {
                self.findings
                    .add("EjUserId", "Another user has this Service user.");
            }
            service = service_users::find(tx, user.ej_user_id)?.or(Some(ServiceUser {
                id: user.ej_user_id,
                ..ServiceUser::default()
            }));
        }
        let mut categories = None;
        if let Some(given) = &user.ticket_categories {
            categories = Some(self.categories(tx, given)?);
        }
        let is_given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let needed = is_given(&user.nick_name)
            || is_given(&user.request_signature)
            || categories.as_ref().is_some_and(|list| !list.is_empty());
        let Some(mut service) = service.or_else(|| needed.then(ServiceUser::default)) else {
            return Ok(());
        };
        service.nick_name.clone_from(&user.nick_name);
        service.signature.clone_from(&user.request_signature);
        if let Some(categories) = categories {
            service.categories = categories;
        }
        let nick_name = service.nick_name.as_deref().unwrap_or_default();
        self.findings
            .check_length("NickName", "The name", Some(nick_name), NICK_NAME_LIMIT);
        if service_users::nick_name_taken(tx, nick_name, service.id)? {
            self.findings
                .add("NickName", "Another user has this nick name.");
        }
        // A new log-on name is the Service user's too, and fills a nick name that is blank.
        let name = &self.record.name;
        let renamed = before.is_none_or(|before| before.name != *name);
        if renamed && name.chars().count() <= NICK_NAME_LIMIT {
            service.login_name = Some(name.clone());
            if nick_name.is_empty() && !service_users::nick_name_taken(tx, name, service.id)? {
                service.nick_name = Some(name.clone());
            }
        }
        self.record.service_user = Some(service);
        Ok(())
    }

    fn categories(&mut self, tx: &Tx<'_>, given: &[MDOListItem]) -> Result<Vec<i32>, Fault> {
        let mut ids = Vec::new();
        for item in given {
            let name = item.name.as_deref().unwrap_or_default();
            let found = match (item.id, name) {
                (0, "") => continue,
                (0, name) => service_users::category_by_name(tx, name)?,
                (id, _) => service_users::category(tx, id)?,
            };
            match found {
                Some(category) if ids.contains(&category.id) => {}
                Some(category) => ids.push(category.id),
                None => self.findings.add(
                    "TicketCategories",
                    format!("There is no category {} {name}.", item.id),
                ),
            }
        }
        Ok(ids)
    }

    fn licenses(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let nothing = UserRecord::default();
        let old = before.unwrap_or(&nothing);
        let wishes = user.license_owners.as_deref().unwrap_or_default();
        if wishes.is_empty() && old.licenses.is_empty() {
            return Ok(());
        }
        let holder = Holder {
            user_type: self.record.user_type,
            held: &old.licenses,
            was_counted: before.is_some() && !old.deleted,
            is_counted: !self.record.deleted,
        };
        let modules = licenses::user_modules(tx)?;
        self.record.licenses = user_licenses::assign(&modules, wishes, &holder, &mut self.findings);
        Ok(())
    }
}

fn is_blank(group: &UserGroup) -> bool {
    group.id == 0 && group.value.as_deref().unwrap_or_default().is_empty()
}
