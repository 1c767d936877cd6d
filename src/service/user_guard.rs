//! What nobody may do to a user, however the call is made: harm oneself, touch those who may do
//! more than oneself, or leave the installation without an administrator.

use super::Call;
use super::access::{ADMIN_ALL, is_general_administrator};
use super::user_kinds::kind_of;
use crate::contract::user::UserType;
use crate::fault::{Exception, Fault};
use crate::outbound::ldap::LdapDirectory;
use crate::store::users::UserRecord;
use crate::store::{Stamp, Tx, licenses, roles, users};

/// On whose behalf users are changed.
#[derive(Clone, Debug)]
pub struct Author {
    pub stamp: Stamp,
    /// Which ticket the call came with; that session outlives a new password of its own user.
    pub ticket_key: Option<String>,
    /// Whether those with all rights may be touched and made.
    pub is_general_administrator: bool,
    /// Whether the directory names people by something else than security identifiers.
    pub has_other_directory_values: bool,
}

impl Author {
    /// The caller of an operation.
    pub fn of(call: &Call) -> Result<Self, Fault> {
        let caller = call.caller()?;
        Ok(Self {
            stamp: call.stamp()?,
            ticket_key: Some(caller.ticket_key.clone()),
            is_general_administrator: is_general_administrator(caller),
            has_other_directory_values: call
                .installation
                .ldap
                .as_ref()
                .is_some_and(LdapDirectory::has_values_of_its_own),
        })
    }

    /// The installation itself, with nobody logged in.
    pub fn installation(stamp: Stamp) -> Self {
        Self {
            stamp,
            ticket_key: None,
            is_general_administrator: true,
            has_other_directory_values: false,
        }
    }
}

/// Why a change is out of the question.
#[derive(Debug)]
pub struct Objection {
    /// The property of the carrier that shows it.
    pub property: &'static str,
    exception: Exception,
    pub reason: &'static str,
}

impl Objection {
    fn illegal(property: &'static str, reason: &'static str) -> Self {
        Self {
            property,
            exception: Exception::IllegalOperation,
            reason,
        }
    }

    fn sentry(property: &'static str, reason: &'static str) -> Self {
        Self {
            property,
            exception: Exception::Sentry,
            reason,
        }
    }
}

impl From<Objection> for Fault {
    fn from(objection: Objection) -> Self {
        Self::service(objection.exception, objection.reason)
    }
}

/// Looks at a user as it is (none is a new one) and as it is to be (none is deleted). To be
/// called in the transaction that makes the change.
pub fn objection(
    tx: &Tx<'_>,
    author: &Author,
    before: Option<&UserRecord>,
    after: Option<&UserRecord>,
) -> Result<Option<Objection>, Fault> {
    if let Some(before) = before.filter(|before| before.id == author.stamp.by)
        && let Some((property, what)) = lost(tx, before, after)?
    {
        return Ok(Some(Objection::illegal(property, what.to_oneself())));
    }
    if !author.is_general_administrator {
        if let Some(before) = before
            && has_all_rights(tx, before)?
        {
            return Ok(Some(Objection::sentry(
                "AssociateId",
                "Only a general administrator may change or remove one, or a system user.",
            )));
        }
        if let Some(after) = after
            && has_all_rights(tx, after)?
        {
            return Ok(Some(Objection::sentry(
                "Role",
                "Only a general administrator may make one, or a system user.",
            )));
        }
    }
    if let Some(before) = before
        && is_administrator(tx, before)?
    {
        let keeps = match after {
            Some(after) => is_administrator(tx, after)?,
            None => false,
        };
        if !keeps && !users::another_has_right(tx, ADMIN_ALL, before.id)? {
            let (property, _) = lost(tx, before, after)?.unwrap_or(("Role", Loss::Role));
            return Ok(Some(Objection::illegal(
                property,
                "This is the last user who may administer everything.",
            )));
        }
    }
    Ok(None)
}

/// What a change takes from a user.
#[derive(Clone, Copy)]
enum Loss {
    User,
    Approval,
    Type,
    Role,
    Licenses,
}

impl Loss {
    fn to_oneself(self) -> &'static str {
        match self {
            Self::User => "Nobody can delete the own user.",
            Self::Approval => "Nobody can lock out the own user.",
            Self::Type => "Nobody can change the own type.",
            Self::Role => "Nobody can change the own role.",
            Self::Licenses => "Nobody can take the own licences for logging in.",
        }
    }
}

fn lost(
    tx: &Tx<'_>,
    before: &UserRecord,
    after: Option<&UserRecord>,
) -> Result<Option<(&'static str, Loss)>, Fault> {
    let Some(after) = after else {
        return Ok(Some(("Deleted", Loss::User)));
    };
    let loss = if before.role_id != after.role_id {
        Some(("Role", Loss::Role))
    } else if before.user_type != after.user_type {
        Some(("Type", Loss::Type))
    } else if after.deleted && !before.deleted {
        Some(("Deleted", Loss::User))
    } else if after.waiting_for_approval && !before.waiting_for_approval {
        Some(("WaitingForApproval", Loss::Approval))
    } else if before.licenses != after.licenses
        && is_licensed(tx, before)?
        && !is_licensed(tx, after)?
    {
        Some(("LicenseOwners", Loss::Licenses))
    } else {
        None
    };
    Ok(loss)
}

/// Whether a user has the licences to log in.
fn is_licensed(tx: &Tx<'_>, user: &UserRecord) -> Result<bool, Fault> {
    let bit = kind_of(user.user_type).license_bit;
    let mut needed = licenses::needed_to_log_in(tx, bit)?.into_iter();
    Ok(needed.all(|id| user.licenses.contains(&id)))
}

/// Whether a user may do everything as soon as it logs in. System users may, whatever their role.
fn has_all_rights(tx: &Tx<'_>, user: &UserRecord) -> Result<bool, Fault> {
    Ok(user.user_type == UserType::SystemAssociate
        || roles::has_right(tx, user.role_id, ADMIN_ALL)?)
}

/// Whether a user counts as one of the administrators whom an installation needs: an employee
/// who can log in. A program is none.
fn is_administrator(tx: &Tx<'_>, user: &UserRecord) -> Result<bool, Fault> {
    Ok(user.user_type == UserType::InternalAssociate
        && !user.deleted
        && !user.waiting_for_approval
        && is_licensed(tx, user)?
        && roles::has_right(tx, user.role_id, ADMIN_ALL)?)
}
