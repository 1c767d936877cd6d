//! The person behind a user.

use super::Draft;
use crate::contract::user::{Person, User};
use crate::fault::Fault;
use crate::service::limits;
use crate::service::user_kinds::{PersonRule, UserKind};
use crate::store::users::UserRecord;
use crate::store::{Tx, persons};

impl Draft {
    pub(super) fn person(
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
            None => self.findings.add(
                "Person",
                format!("There is no person {}.", self.record.person_id),
            ),
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
            ("The first name", &person.firstname, limits::PERSON_NAME),
            ("The middle name", &person.middle_name, limits::PERSON_NAME),
            ("The last name", &person.lastname, limits::PERSON_NAME),
            (
                "The first name in kana",
                &person.kanafname,
                limits::PERSON_NAME,
            ),
            (
                "The last name in kana",
                &person.kanalname,
                limits::PERSON_NAME,
            ),
            ("The form of address", &person.mrmrs, limits::TITLE),
            ("The title", &person.title, limits::TITLE),
            ("The position", &person.position, limits::TEXT),
            ("The e-mail address", &person.email, limits::TEXT),
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
}
