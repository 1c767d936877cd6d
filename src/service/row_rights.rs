//! What callers are told of their rights on the rows and fields of carriers. What an operation
//! refuses and what is told here come from the same functions.
//!
//! Carriers that can be saved tell, and so does the person in a user. All others (items of lists,
//! licences, summaries, parts and results) leave both members nil.

use super::field_properties::{self, READ, Special, UPDATE};
use super::user_guard::{Author, closed_in_own_user, is_own, objection};
use super::{access, person_rights, role_guard, users as saving};
use crate::contract::credential::{ServiceAuth, UntrustedCredentials};
use crate::contract::rights::{EFieldRight, ETableRight, FieldPropertyDictionary, TableRight};
use crate::contract::role::RoleEntity;
use crate::contract::user::{Person, User};
use crate::contract::user_service::{DeleteRole, DeleteUser, SaveRoleEntity, SaveUser};
use crate::fault::{Exception, Fault};
use crate::model::{Object, ObjectType, Operation, Request, Shape, Shared, Slot};
use crate::session::Caller;
use crate::store::Tx;
use crate::store::roles::RoleRow;
use crate::store::users::UserRecord;
use std::sync::LazyLock;

/// What a carrier begins with.
pub type Rights = (TableRight, FieldPropertyDictionary);

/// All that can be done with a row.
pub const FULL: ETableRight = ETableRight(15);

const SERVER_SETS: &str = "The server sets it.";
const ELSEWHERE: &str = "It is made from other data.";

/// Members of a user that no save changes.
const OF_USER: [Special; 6] = [
    ("AssociateId", READ, SERVER_SETS),
    ("Lastlogin", READ, SERVER_SETS),
    ("Lastlogout", READ, SERVER_SETS),
    ("IsPersonRetired", READ, ELSEWHERE),
    ("IsOnTravel", READ, SERVER_SETS),
    ("PostSaveCommands", READ, SERVER_SETS),
];
/// Members of a person that come from the company, the owner or other members.
const OF_PERSON: [Special; 11] = [
    ("PersonId", READ, SERVER_SETS),
    ("FullName", READ, ELSEWHERE),
    ("FormalName", READ, ELSEWHERE),
    ("ContactName", READ, ELSEWHERE),
    ("ContactDepartment", READ, ELSEWHERE),
    ("ContactCountryId", READ, ELSEWHERE),
    ("ContactOrgNr", READ, ELSEWHERE),
    ("ContactPhone", READ, ELSEWHERE),
    ("ContactFax", READ, ELSEWHERE),
    ("ContactFullName", READ, ELSEWHERE),
    ("AssociateName", READ, ELSEWHERE),
];
/// Members of a person who may not be read that are shown all the same.
const OF_UNREADABLE_PERSON: [Special; 2] = [("PersonId", READ, ""), ("ContactId", READ, "")];

/// What is told of the members above where a row may be changed.
static USER_FIELDS: Fields = LazyLock::new(|| usual(User::TYPE, &OF_USER));
static PERSON_FIELDS: Fields = LazyLock::new(|| usual(Person::TYPE, &OF_PERSON));
/// The same of the caller's own user.
static OWN_USER_FIELDS: Fields = LazyLock::new(|| {
    let closed = closed_in_own_user().map(|(name, reason)| (name, READ, reason));
    usual(User::TYPE, &[&OF_USER[..], &closed].concat())
});

type Fields = LazyLock<FieldPropertyDictionary>;

fn usual(object: &'static ObjectType, specials: &[Special]) -> FieldPropertyDictionary {
    FieldPropertyDictionary(Shared::lasting(field_properties::of(
        object, FULL, specials,
    )))
}

const OF_ROLE: [Special; 6] = [
    (
        "Name",
        EFieldRight(UPDATE.0 | EFieldRight::UI_HINT_MANDATORY.0),
        "A role needs a name.",
    ),
    ("RoleId", READ, SERVER_SETS),
    ("Created", READ, SERVER_SETS),
    ("CreatedBy", READ, SERVER_SETS),
    ("Updated", READ, SERVER_SETS),
    ("UpdatedBy", READ, SERVER_SETS),
];
const OF_STORED_ROLE: [Special; 1] = [("RoleType", READ, "The type of a role stays.")];
const OF_SERVICE_AUTH: [Special; 1] = [("ServiceAuthId", READ, SERVER_SETS)];

/// A right on a row. The reason is told where something is missing.
pub fn table_right(mask: ETableRight, reason: &str) -> TableRight {
    let reason = if mask.contains(FULL) { "" } else { reason };
    TableRight {
        mask,
        reason: Some(reason.to_owned()),
    }
}

/// A row that may be read, with the rest as far as nothing speaks against it.
fn readable<const N: usize>(objections: [(ETableRight, Option<Fault>); N]) -> TableRight {
    let mut mask = ETableRight::SELECT;
    let mut first = None;
    for (right, objection) in objections {
        match objection {
            None => mask = mask | right,
            Some(fault) => first = first.or(Some(fault)),
        }
    }
    table_right(mask, first.as_ref().map_or("", Fault::message))
}

/// A right with the members of the carrier. The special ones matter where a row may be changed.
fn with_fields(object: &'static ObjectType, row: TableRight, specials: &[Special]) -> Rights {
    let can_change = row.mask.contains(ETableRight::UPDATE);
    let specials = if can_change { specials } else { &[] };
    let fields = fields(object, &row, specials);
    (row, fields)
}

fn fields(
    object: &'static ObjectType,
    row: &TableRight,
    specials: &[Special],
) -> FieldPropertyDictionary {
    FieldPropertyDictionary(field_properties::of(object, row.mask, specials).into())
}

/// The special members of a row, which matter where it may be changed.
fn usual_fields(row: &TableRight, specials: &FieldPropertyDictionary) -> FieldPropertyDictionary {
    match row.mask.contains(ETableRight::UPDATE) {
        true => specials.clone(),
        false => FieldPropertyDictionary::default(),
    }
}

/// That an operation would be refused is an answer here; that the store fails is none.
pub fn refused(result: Result<(), Fault>) -> Result<Option<Fault>, Fault> {
    match result {
        Ok(()) => Ok(None),
        Err(fault) if fault.exception().is_some() => Ok(Some(fault)),
        Err(fault) => Err(fault),
    }
}

/// What somebody may do with a user and with the person behind it, as the transaction that reads
/// them has it.
pub struct UserRights {
    user: TableRight,
    user_fields: &'static Fields,
    person: Option<TableRight>,
}

impl UserRights {
    pub fn of(
        tx: &Tx<'_>,
        author: &Author,
        record: &UserRecord,
        person: Option<&Person>,
    ) -> Result<Self, Fault> {
        let person = person.map(|person| person_rights::of_person(tx, author, person));
        Ok(Self {
            user: of_user(tx, author, record)?,
            user_fields: match is_own(author, record) {
                true => &OWN_USER_FIELDS,
                false => &USER_FIELDS,
            },
            person: person.transpose()?,
        })
    }

    /// Adds the rights to the carrier. What may not be read of the person is left blank.
    pub fn shown_in(self, user: User) -> User {
        let person = user.person.zip(self.person);
        User {
            field_properties: Some(usual_fields(&self.user, self.user_fields)),
            table_right: Some(self.user),
            person: person.map(|(person, right)| show_person(person, right)),
            ..user
        }
    }
}

/// Adds to a user, and to the person behind it, what somebody may do with them.
pub fn show_user(
    tx: &Tx<'_>,
    author: &Author,
    record: &UserRecord,
    user: User,
) -> Result<User, Fault> {
    let rights = UserRights::of(tx, author, record, user.person.as_ref())?;
    Ok(rights.shown_in(user))
}

/// What somebody who may read a user may do with it by saving and deleting.
fn of_user(tx: &Tx<'_>, author: &Author, record: &UserRecord) -> Result<TableRight, Fault> {
    let refused = |operation: &Operation, before, after| -> Result<Option<Fault>, Fault> {
        let caller = author.caller.as_deref();
        match caller.and_then(|caller| access::refusal(caller, operation)) {
            None => Ok(objection(tx, author, before, after)?.map(Fault::from)),
            refused => Ok(refused),
        }
    };
    let update = refused(SaveUser::OPERATION, Some(record), Some(record))?;
    let insert = refused(SaveUser::OPERATION, None, Some(record))?;
    let delete = match refused(DeleteUser::OPERATION, Some(record), None)? {
        None => saving::dependency(tx, record)?,
        refused => refused,
    };
    Ok(readable([
        (ETableRight::UPDATE, update),
        (ETableRight::INSERT, insert),
        (ETableRight::DELETE, delete),
    ]))
}

fn show_person(person: Person, right: TableRight) -> Person {
    let (person, (right, fields)) = if right.mask.contains(ETableRight::SELECT) {
        let fields = usual_fields(&right, &PERSON_FIELDS);
        (person, (right, fields))
    } else {
        let fields = fields(Person::TYPE, &right, &OF_UNREADABLE_PERSON);
        (blanked(&person), (right, fields))
    };
    Person {
        table_right: Some(right),
        field_properties: Some(fields),
        ..person
    }
}

/// The keys of a person and of its company; all else is blank.
fn blanked(person: &Person) -> Person {
    let mut blank = Person {
        person_id: person.person_id,
        contact_id: person.contact_id,
        ..Person::default()
    };
    for (index, field) in Person::TYPE.fields.iter().enumerate() {
        // Asking for the slot of a text makes it present.
        if let Shape::Text = field.shape
            && let Slot::Text(text) = blank.field_mut(index)
        {
            text.clear();
        }
    }
    blank
}

/// What somebody who may read a role may do with it by saving and deleting.
pub fn of_role(tx: &Tx<'_>, caller: &Caller, role: &RoleRow) -> Result<Rights, Fault> {
    let may = |operation| access::refusal(caller, operation).map_or(Ok(()), Err);
    let change = || role_guard::open_to(tx, caller, role);
    let add = || match role_guard::objection_to_use(tx, role.role_type, 0)? {
        None => Ok(()),
        Some(reason) => Err(Fault::service(Exception::Validation, reason)),
    };
    let delete = || role_guard::deletable(tx, role, caller.associate_id);
    let right = readable([
        (
            ETableRight::UPDATE,
            refused(may(SaveRoleEntity::OPERATION).and_then(|()| change()))?,
        ),
        (
            ETableRight::INSERT,
            refused(may(SaveRoleEntity::OPERATION).and_then(|()| add()))?,
        ),
        (
            ETableRight::DELETE,
            refused(
                may(DeleteRole::OPERATION)
                    .and_then(|()| change())
                    .and_then(|()| delete()),
            )?,
        ),
    ]);
    let mut specials = OF_ROLE.to_vec();
    if role.id != 0 {
        specials.extend(OF_STORED_ROLE);
    }
    Ok(with_fields(RoleEntity::TYPE, right, &specials))
}

/// What whoever is shown log-in data for a mail server may do with it: all.
pub fn of_service_auth() -> Rights {
    with_fields(ServiceAuth::TYPE, table_right(FULL, ""), &OF_SERVICE_AUTH)
}

/// What somebody may do with credentials for other systems, unless something speaks against
/// changing them. Secrets can be written by more than may read them.
pub fn of_untrusted_credentials(objection: Option<Fault>, in_clear: bool) -> Rights {
    let can_change = objection.is_none();
    let right = match objection {
        None => table_right(FULL, ""),
        Some(fault) => table_right(ETableRight::SELECT, fault.message()),
    };
    let hidden = "Only the owner is shown the secret.";
    let secret = match (in_clear, can_change) {
        (true, _) => None,
        (false, true) => Some(("SecretValue", EFieldRight::WRITE, hidden)),
        (false, false) => Some(("SecretValue", EFieldRight::default(), hidden)),
    };
    let specials: Vec<_> = secret.into_iter().collect();
    let fields = fields(UntrustedCredentials::TYPE, &right, &specials);
    (right, fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::UserType;
    use crate::contract::user_service::{ChangeUserType, GetUser};
    use crate::service::testing::{Office, caller};

    /// A user for each rule about who may touch whom, and those who might. The first is an
    /// administrator, the second looks after users.
    fn staff(office: &Office) -> Vec<User> {
        let with_role = |name: &str, id: i32| {
            let role = crate::contract::role::Role {
                id,
                ..Default::default()
            };
            let saved = office.save(User {
                name: Some(name.into()),
                nick_name: Some(name.into()),
                role: Some(role),
                ..User::default()
            });
            saved.expect("saved")
        };
        let staff = vec![
            with_role("second administrator", 1),
            with_role("user administrator", 8),
            with_role("ordinary", 9),
            with_role("master", 9),
        ];
        office.execute(
            "UPDATE ej_category SET category_master =
                 (SELECT ejuserId FROM associate WHERE name = 'master') WHERE id = 1",
        );
        staff
    }

    #[test]
    fn what_is_told_is_what_happens() {
        let office = Office::open();
        let users = staff(&office);
        let [admin, keeper, ..] = &users[..] else {
            panic!("four users")
        };
        let callers = [
            caller(
                admin.associate_id,
                UserType::InternalAssociate,
                &["admin-all"],
            ),
            caller(
                keeper.associate_id,
                UserType::InternalAssociate,
                &["admin-users"],
            ),
        ];
        let mut seen = Vec::new();
        for by in &callers {
            for user in &users {
                let user_id = user.associate_id;
                let shown = office.call_as(by, GetUser { user_id }).expect("read");
                let shown = shown.expect("there");
                let right = shown.table_right.clone().expect("told");
                let update = office.call_as(by, SaveUser { user: Some(shown) });
                assert_eq!(right.mask.contains(ETableRight::UPDATE), update.is_ok());
                if let Err(fault) = &update {
                    assert_eq!(right.reason.as_deref(), Some(fault.message()));
                }
                // What would be deleted is kept for the others to try.
                let deletable = right.mask.contains(ETableRight::DELETE);
                if !deletable {
                    let delete = office.call_as(by, DeleteUser { user_id });
                    assert!(delete.is_err(), "{user_id}");
                }
                seen.push(right.mask.0);
            }
        }
        // Oneself, those who may do more, and who is needed.
        assert_eq!(seen, [7, 15, 15, 7, 1, 7, 15, 7]);
        let ordinary = users[2].associate_id;
        let gone = office.call_as(&callers[1], DeleteUser { user_id: ordinary });
        assert!(gone.is_ok());
    }

    #[test]
    fn the_last_administrator_stays() {
        let office = Office::open();
        let program = caller(9_999, UserType::SystemAssociate, &[]);
        let user_id = office.administrator.associate_id;
        office.execute("UPDATE userrolelink SET role_id = 1");
        let mask = || {
            let shown = office.call_as(&program, GetUser { user_id });
            let shown = shown.expect("read").expect("there");
            shown.table_right.expect("told").mask
        };
        let alone = mask();
        staff(&office);
        assert_eq!((alone, mask()), (ETableRight(7), FULL));
    }

    #[test]
    fn what_clients_send_of_rights_is_not_believed() {
        let office = Office::open();
        let right = table_right(ETableRight::SELECT, "sent");
        let given = User {
            table_right: Some(right.clone()),
            person: Some(Person {
                table_right: Some(right.clone()),
                ..Person::default()
            }),
            ..User::default()
        };
        let saved = office.save(given.clone()).expect("saved");
        let changed = office.call(ChangeUserType {
            user: Some(given),
            user_type: UserType::ExternalAssociate,
        });
        for user in [saved, changed.expect("changed").expect("user")] {
            let person = user.person.expect("person").table_right;
            for told in [user.table_right, person] {
                assert_eq!(told.expect("told").mask, FULL);
            }
        }
    }
}
