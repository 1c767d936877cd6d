//! A user as a save would leave it: what is stored, overlaid with what the carrier says.
//!
//! Validation and saving share this, so that they cannot disagree. Nil nested carriers, arrays
//! and dictionaries leave things as they are, and so do blank ones: items with neither an id nor
//! a name, type `Unknown`, role and group 0. Nothing is written here.

mod membership;
mod person;
mod service_user;

use super::findings::Findings;
use super::user_guard::Author;
use super::user_kinds::{UserKind, kind_of};
use super::user_licenses::{self, Holder};
use super::user_names::{free_name, objection};
use super::{limits, user_credentials};
use crate::contract::user::{Person, User, UserType};
use crate::fault::Fault;
use crate::model::MapSlot;
use crate::store::licenses::Modules;
use crate::store::users::UserRecord;
use crate::store::{Tx, licenses, persons, users};

/// A user as a save would leave it.
pub struct Draft {
    pub record: UserRecord,
    /// A person that is to be stored first.
    pub new_person: Option<Person>,
    /// The licences before the save, if they were looked at.
    pub modules: Option<Modules>,
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
    author: &Author,
) -> Result<Draft, Fault> {
    let mut draft = Draft {
        record: before.cloned().unwrap_or_default(),
        new_person: None,
        modules: None,
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
        author,
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
            .check_length("Tooltip", "The text", tooltip, limits::TEXT);
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
                let changed = before.is_none_or(|before| before.name != name);
                if changed && let Some(reason) = objection(tx, name, record.id)? {
                    self.findings.add("Name", reason);
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
                .check_length("UserName", "The name", Some(name), limits::TEXT);
            if users::user_name_taken(tx, name, record.id)? {
                self.findings
                    .add("UserName", "Another user has this user name.");
            }
        }
        Ok(())
    }

    fn licenses(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let nothing = UserRecord::default();
        let old = before.unwrap_or(&nothing);
        let type_is_new = before.is_none_or(|before| before.user_type != self.record.user_type);
        if let Some(name) = kind_of(self.record.user_type).site_license
            && type_is_new
            && !licenses::has_site_license(tx, name)?
        {
            let reason = format!("Users of this type need the licence {name}.");
            self.findings.add_license(name, reason);
        }
        let wishes = user.license_owners.as_deref().unwrap_or_default();
        if wishes.is_empty() && old.licenses.is_empty() && before.is_some() {
            return Ok(());
        }
        let modules = licenses::user_modules(tx)?;
        if before.is_none() && user_licenses::is_silent(wishes) {
            self.record.licenses = user_licenses::default(&modules, self.record.user_type);
            self.modules = Some(modules);
            return Ok(());
        }
        let holder = Holder {
            user_type: self.record.user_type,
            held: &old.licenses,
            was_counted: before.is_some() && !old.deleted,
            is_counted: !self.record.deleted,
        };
        self.record.licenses = user_licenses::assign(&modules, wishes, &holder, &mut self.findings);
        self.modules = Some(modules);
        Ok(())
    }
}
