//! A user as one of another type.

use super::user_guard::Author;
use super::user_kinds::kind_of;
use super::{Call, roles, row_rights, user_carrier, user_licenses, users as saving};
use crate::contract::role::Role;
use crate::contract::user::{User, UserType};
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::{Effort, Handler};
use crate::store::users::UserRecord;
use crate::store::{Tx, groups, licenses, persons, roles as role_rows, users};

/// A role of another kind is replaced by the default one, licences that users of the type cannot
/// hold are dropped, and so are groups where the type has none.
impl Handler<Call> for ChangeUserType {
    const EFFORT: Effort = Effort::Short;

    fn handle(self, call: &Call) -> Result<Option<User>, Fault> {
        let user = saving::given(self.user)?;
        if self.user_type == UserType::Unknown {
            return Err(Fault::service(
                Exception::InvalidArgument,
                "The type is left open.",
            ));
        }
        let author = Author::of(call)?;
        call.installation.store.read(|tx| {
            let stored = users::find(tx, user.associate_id)?;
            let record = stored.unwrap_or_else(|| UserRecord {
                user_type: self.user_type,
                ..UserRecord::default()
            });
            let mut user = converted(tx, user, self.user_type)?;
            if let Some(known) = &user.person
                && let Some(person) = persons::find(tx, known.person_id)?
            {
                user.person = Some(user_carrier::with_full_names(person));
            }
            row_rights::show_user(tx, &author, &record, user).map(Some)
        })
    }
}

fn converted(tx: &Tx<'_>, mut user: User, user_type: UserType) -> Result<User, Fault> {
    let kind = kind_of(user_type);
    let role = match &user.role {
        Some(Role { id: 0, value, .. }) => {
            role_rows::find_by_name(tx, value.as_deref().unwrap_or_default())?
        }
        Some(role) => role_rows::find(tx, role.id)?,
        None => None,
    };
    let role = match role.filter(|role| role.role_type == kind.role_type) {
        Some(fits) => Some(fits),
        None => role_rows::default_of_type(tx, kind.role_type)?,
    };
    user.role = role.map(roles::carrier);
    if !kind.has_groups {
        user.user_group = None;
        user.other_groups = Some(Vec::new());
    } else if user.user_group.as_ref().is_none_or(|group| group.id == 0) {
        user.user_group = match groups::default_id(tx)? {
            Some(id) => groups::find(tx, id)?,
            None => None,
        };
    }
    if let Some(wishes) = &user.license_owners {
        let modules = licenses::user_modules(tx)?;
        user.license_owners = Some(user_licenses::retyped(&modules, wishes, user_type));
    }
    user.r#type = user_type;
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::license::{LicenseOwner, ModuleLicenseLink};
    use crate::service::testing::{Office, refusal};

    fn held(user: &User) -> Vec<&str> {
        let owners = user.license_owners.iter().flatten();
        let links = owners.flat_map(|owner| {
            let restricted = owner.restricted_module_licenses.iter().flatten();
            restricted.chain(owner.unrestricted_module_licenses.iter().flatten())
        });
        let held = links.filter(|link| link.assigned);
        held.filter_map(|link| link.name.as_deref()).collect()
    }

    fn wish(name: &str) -> ModuleLicenseLink {
        ModuleLicenseLink {
            name: Some(name.into()),
            assigned: true,
            ..ModuleLicenseLink::default()
        }
    }

    #[test]
    fn what_does_not_fit_goes_and_nothing_is_stored() {
        let office = Office::open();
        let owner = LicenseOwner {
            restricted_module_licenses: Some(vec![wish("user"), wish("web")]),
            ..LicenseOwner::default()
        };
        let employee = office
            .save(User {
                license_owners: Some(vec![owner].into()),
                ..User::default()
            })
            .expect("saved");
        assert_eq!(held(&employee), ["user", "web"]);
        let change = |user: &User, user_type| {
            let user = Some(user.clone());
            office.call(ChangeUserType { user, user_type })
        };
        let same = change(&employee, UserType::InternalAssociate);
        assert_eq!(same.expect("changed"), Some(employee.clone()));
        let external = change(&employee, UserType::ExternalAssociate);
        let external = external.expect("changed").expect("user");
        assert_eq!(office.get(employee.associate_id).as_ref(), Some(&employee));
        assert_eq!(external.r#type, UserType::ExternalAssociate);
        assert_eq!(external.role.as_ref().map(|role| role.id), Some(10));
        assert_eq!(external.user_group, None);
        assert_eq!(held(&external), [""; 0]);
        assert_eq!(external.name, employee.name);

        let saved = office.save(external.clone()).expect("saved");
        assert_eq!(saved, external);
        let back = change(&saved, UserType::InternalAssociate);
        let back = back.expect("changed").expect("user");
        assert_eq!(back.user_group.as_ref().map(|group| group.id), Some(1));
        assert_eq!(office.save(back.clone()).expect("saved"), back);
        assert_eq!(
            refusal(change(&employee, UserType::Unknown)),
            Exception::InvalidArgument
        );
        let nil = ChangeUserType {
            user: None,
            user_type: UserType::SystemAssociate,
        };
        assert_eq!(refusal(office.call(nil)), Exception::InvalidArgument);
    }
}
