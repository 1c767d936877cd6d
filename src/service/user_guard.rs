//! What nobody may do to a user, however the call is made: harm oneself, touch those who may do
//! more than oneself, or leave the installation without an administrator.

use super::Call;
use super::access::{self, ADMIN_ALL};
use super::user_kinds::kind_of;
use crate::contract::user::UserType;
use crate::fault::{Exception, Fault};
use crate::outbound::ldap::LdapDirectory;
use crate::session::Caller;
use crate::store::users::UserRecord;
use crate::store::{Stamp, Tx, licenses, roles, users};
use std::sync::Arc;

/// On whose behalf users are read and changed.
#[derive(Clone, Debug)]
pub struct Author {
    pub stamp: Stamp,
    /// None when it is the installation itself, which may all.
    pub caller: Option<Arc<Caller>>,
    /// Whether the directory names people by something else than security identifiers.
    pub has_other_directory_values: bool,
}

impl Author {
    /// The caller of an operation.
    pub fn of(call: &Call) -> Result<Self, Fault> {
        Ok(Self {
            stamp: call.stamp()?,
            caller: call.caller.clone(),
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
            caller: None,
            has_other_directory_values: false,
        }
    }

    /// Which ticket the call came with; that session outlives a new password of its own user.
    pub fn ticket_key(&self) -> Option<&str> {
        self.caller.as_ref().map(|caller| &*caller.ticket_key)
    }

    /// Whether those with all rights may be touched and made.
    fn is_general_administrator(&self) -> bool {
        let mut caller = self.caller.iter();
        caller.all(|caller| access::is_general_administrator(caller))
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
    let loss = match before {
        Some(before) => lost(tx, before, after)?,
        None => None,
    };
    if let Some(loss) = loss
        && before.is_some_and(|before| is_own(author, before))
    {
        return Ok(Some(Objection::illegal(loss.property(), loss.to_oneself())));
    }
    if !author.is_general_administrator() {
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
    if let (Some(before), Some(loss)) = (before, loss)
        && is_administrator(tx, before)?
    {
        let keeps = match after {
            Some(after) => is_administrator(tx, after)?,
            None => false,
        };
        if !keeps && !users::another_has_right(tx, ADMIN_ALL, before.id)? {
            return Ok(Some(Objection::illegal(
                loss.property(),
                "This is the last user who may administer everything.",
            )));
        }
    }
    Ok(None)
}

/// The properties that nobody may change in the own user, and why: it would cost them that user.
pub fn closed_in_own_user() -> [(&'static str, &'static str); 4] {
    [Loss::Role, Loss::Type, Loss::User, Loss::Approval]
        .map(|loss| (loss.property(), loss.to_oneself()))
}

/// Whether a user is the author.
pub fn is_own(author: &Author, user: &UserRecord) -> bool {
    user.id != 0 && user.id == author.stamp.by
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
    fn property(self) -> &'static str {
        match self {
            Self::User => "Deleted",
            Self::Approval => "WaitingForApproval",
            Self::Type => "Type",
            Self::Role => "Role",
            Self::Licenses => "LicenseOwners",
        }
    }

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
) -> Result<Option<Loss>, Fault> {
    let Some(after) = after else {
        return Ok(Some(Loss::User));
    };
    let loss = if before.role_id != after.role_id {
        Some(Loss::Role)
    } else if before.user_type != after.user_type {
        Some(Loss::Type)
    } else if after.deleted && !before.deleted {
        Some(Loss::User)
    } else if after.waiting_for_approval && !before.waiting_for_approval {
        Some(Loss::Approval)
    } else if before.licenses != after.licenses
        && is_licensed(tx, before)?
        && !is_licensed(tx, after)?
    {
        Some(Loss::Licenses)
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
