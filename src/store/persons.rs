//! Persons and the companies they belong to.

use super::lists::List;
use super::{Row, Stamp, StoreError, Tx, params};
use crate::contract::user::Person;

/// A person with what the services tell about it and its company.
///
/// `AssociateName` and `AssociateId` are those of the company's contact at home; names put
/// together from others are left to the service.
pub fn find(tx: &Tx<'_>, id: i32) -> Result<Option<Person>, StoreError> {
    tx.optional(
        "SELECT person.person_id, position, mrmrs, firstname, lastname, middleName, title,
             description, email, direct_phone, person.country_id, person.contact_id, contact.name,
             retired, person.rank, activeInterests, contact.department, contact.country_id,
             contact.orgNr, fax_phone, mobile_phone, contact.phone, associate.name,
             person.associate_id, usePersonAddress, contact.fax, kanafname, kanalname, post1,
             post2, post3, email_name, activeErpLinks, ticketPriorityId, supportLanguageId,
             supportAssociateId, category_name
         FROM person
         LEFT JOIN contact ON contact.contact_id = person.contact_id
         LEFT JOIN associate ON associate.associate_id = person.associate_id
         WHERE person.person_id = ?1",
        params![id],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<Person, StoreError> {
    Ok(Person {
        table_right: None,
        field_properties: None,
        person_id: row.get(0)?,
        position: row.get(1)?,
        mrmrs: row.get(2)?,
        firstname: row.get(3)?,
        lastname: row.get(4)?,
        middle_name: row.get(5)?,
        title: row.get(6)?,
        description: row.get(7)?,
        email: row.get(8)?,
        full_name: None,
        direct_phone: row.get(9)?,
        formal_name: None,
        country_id: row.get(10)?,
        contact_id: row.get(11)?,
        contact_name: row.get(12)?,
        retired: row.get(13)?,
        rank: row.get(14)?,
        active_interests: row.get(15)?,
        contact_department: row.get(16)?,
        contact_country_id: row.get::<Option<i32>>(17)?.unwrap_or_default(),
        contact_org_nr: row.get(18)?,
        fax_phone: row.get(19)?,
        mobile_phone: row.get(20)?,
        contact_phone: row.get(21)?,
        associate_name: row.get(22)?,
        associate_id: row.get(23)?,
        use_person_address: row.get(24)?,
        contact_fax: row.get(25)?,
        kanafname: row.get(26)?,
        kanalname: row.get(27)?,
        post1: row.get(28)?,
        post2: row.get(29)?,
        post3: row.get(30)?,
        email_name: row.get(31)?,
        contact_full_name: None,
        active_erp_links: row.get(32)?,
        ticket_priority_id: row.get(33)?,
        support_language_id: row.get(34)?,
        support_associate_id: row.get(35)?,
        category_name: row.get(36)?,
    })
}

/// Stores a new person in the company `ContactId` and gives its id.
pub fn insert(tx: &Tx<'_>, person: &Person, stamp: Stamp) -> Result<i32, StoreError> {
    tx.insert(
        "INSERT INTO person (contact_id, rank, mrmrs, firstname, middleName, lastname, kanafname,
             kanalname, title, position, description, email, email_name, direct_phone,
             mobile_phone, fax_phone, post1, post2, post3, usePersonAddress, country_id, retired,
             activeInterests, activeErpLinks, associate_id, category_name, ticketPriorityId,
             supportLanguageId, supportAssociateId, registered, registered_associate_id, updated,
             updated_associate_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
             ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?30, ?31)",
        params![
            person.contact_id,
            person.rank,
            person.mrmrs.as_deref(),
            person.firstname.as_deref(),
            person.middle_name.as_deref(),
            person.lastname.as_deref(),
            person.kanafname.as_deref(),
            person.kanalname.as_deref(),
            person.title.as_deref(),
            person.position.as_deref(),
            person.description.as_deref(),
            person.email.as_deref(),
            person.email_name.as_deref(),
            person.direct_phone.as_deref(),
            person.mobile_phone.as_deref(),
            person.fax_phone.as_deref(),
            person.post1.as_deref(),
            person.post2.as_deref(),
            person.post3.as_deref(),
            person.use_person_address,
            person.country_id,
            person.retired,
            person.active_interests,
            person.active_erp_links,
            person.associate_id,
            person.category_name.as_deref(),
            person.ticket_priority_id,
            person.support_language_id,
            person.support_associate_id,
            stamp.at,
            stamp.by,
        ],
    )
}

/// Whether there is such a company.
pub fn company_exists(tx: &Tx<'_>, contact_id: i32) -> Result<bool, StoreError> {
    // Our own are held by a reference.
    if is_owner_company(tx, contact_id)? {
        return Ok(true);
    }
    tx.one(
        "SELECT EXISTS (SELECT 1 FROM contact WHERE contact_id = ?1)",
        params![contact_id],
        |row| row.get(0),
    )
}

/// A person who has just been stored, with what its company tells.
pub fn with_company(tx: &Tx<'_>, person: Person) -> Result<Person, StoreError> {
    tx.one(
        "SELECT contact.name, contact.department, contact.country_id, contact.orgNr,
             contact.phone, contact.fax, associate.name
         FROM (SELECT 1) AS one_row
         LEFT JOIN contact ON contact.contact_id = ?1
         LEFT JOIN associate ON associate.associate_id = ?2",
        params![person.contact_id, person.associate_id],
        |row| {
            Ok(Person {
                contact_name: row.get(0)?,
                contact_department: row.get(1)?,
                contact_country_id: row.get::<Option<i32>>(2)?.unwrap_or_default(),
                contact_org_nr: row.get(3)?,
                contact_phone: row.get(4)?,
                contact_fax: row.get(5)?,
                associate_name: row.get(6)?,
                ..person
            })
        },
    )
}

/// Companies whose people may be internal users, as they were entered.
struct OwnerCompanies(Vec<i32>);

impl List for OwnerCompanies {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        tx.query(
            "SELECT contact_id FROM ownercontactlink ORDER BY ownercontactlink_id",
            params![],
            |row| row.get(0),
        )
        .map(Self)
    }
}

/// Whether the people of this company may be internal users.
pub fn is_owner_company(tx: &Tx<'_>, contact_id: i32) -> Result<bool, StoreError> {
    Ok(tx.list::<OwnerCompanies>()?.0.contains(&contact_id))
}

/// The company that owns the database, which is the first that was entered; 0 when none does.
pub fn owner_company(tx: &Tx<'_>) -> Result<i32, StoreError> {
    let companies = tx.list::<OwnerCompanies>()?;
    Ok(companies.0.first().copied().unwrap_or_default())
}

/// Marks somebody as one who has left, or as one who is back.
pub fn set_retired(tx: &Tx<'_>, id: i32, retired: bool, stamp: Stamp) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE person SET retired = ?2, updated = ?3, updated_associate_id = ?4,
             updatedCount = updatedCount + 1
         WHERE person_id = ?1 AND retired <> ?2",
        params![id, retired, stamp.at, stamp.by],
    )?;
    Ok(())
}
