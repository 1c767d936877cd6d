//! What roles may do with data: the cells of their matrices. The numbers of tables and relations
//! stay on this floor.

use super::lists::List;
use super::{Row, Stamp, StoreError, Tx, params};
use crate::contract::role::RoleRelationToOwner;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A kind of data: a row of every matrix.
#[derive(Debug, PartialEq, Eq)]
pub struct DataTable {
    /// Number in the vendor's dictionary of tables.
    pub number: i32,
    pub name: &'static str,
    /// The same for people.
    pub description: &'static str,
}

/// The number of the table of persons.
pub const PERSON: i32 = 6;

/// All kinds of data that roles have rights on, by number.
pub static TABLES: &[DataTable] = &[
    table(5, "contact", "Companies"),
    table(PERSON, "person", "Contacts"),
    table(9, "appointment", "Follow-ups"),
    table(10, "document", "Documents"),
    table(11, "project", "Projects"),
    table(12, "projectmember", "Project members"),
    table(13, "sale", "Sales"),
    table(23, "selection", "Selections"),
    table(52, "relations", "Relations"),
    table(121, "SaleStakeholder", "Stakeholders"),
    table(205, "BinaryObject", "Pictures and other files"),
    table(481, "dashboard", "Dashboards"),
];

const fn table(number: i32, name: &'static str, description: &'static str) -> DataTable {
    DataTable {
        number,
        name,
        description,
    }
}

/// Cells by the number of the table and the relation to the owner.
pub type Cells = BTreeMap<(i32, RoleRelationToOwner), String>;

/// The number of a relation in the database, which is not that of the contract: 2 and 3 are the
/// other way round.
pub const fn number_of_relation(relation: RoleRelationToOwner) -> i32 {
    match relation {
        RoleRelationToOwner::MyOwn => 0,
        RoleRelationToOwner::PrimaryGroup => 1,
        RoleRelationToOwner::OtherAssociates => 2,
        RoleRelationToOwner::OtherGroups => 3,
        RoleRelationToOwner::ExternalUser => 4,
        RoleRelationToOwner::Anonymous => 5,
        RoleRelationToOwner::MyCompany => 6,
        RoleRelationToOwner::SameProject => 7,
    }
}

/// The cells that are stored for a role; others hold no right.
pub fn of_role(tx: &Tx<'_>, role_id: i32) -> Result<Cells, StoreError> {
    let rows = tx.query(
        "SELECT tableId, relationToOwner, CRUD FROM dataright WHERE roleId = ?1 AND fieldId = 0",
        params![role_id],
        read,
    )?;
    Ok(rows.into_iter().flatten().collect())
}

/// The cells of all roles, by role.
struct Matrices(HashMap<i32, Arc<Cells>>);

impl List for Matrices {
    fn load(tx: &Tx<'_>) -> Result<Self, StoreError> {
        let rows: Vec<(Option<Cell>, i32)> = tx.query(
            "SELECT tableId, relationToOwner, CRUD, roleId FROM dataright WHERE fieldId = 0",
            params![],
            |row| Ok((read(row)?, row.get(3)?)),
        )?;
        let mut matrices: HashMap<i32, Cells> = HashMap::new();
        for (cell, role) in rows {
            matrices.entry(role).or_default().extend(cell);
        }
        let shared = matrices.into_iter();
        let shared = shared.map(|(role, cells)| (role, Arc::new(cells)));
        Ok(Self(shared.collect()))
    }
}

/// The same, from memory.
pub fn remembered(tx: &Tx<'_>, role_id: i32) -> Result<Arc<Cells>, StoreError> {
    let found = tx.list::<Matrices>()?.0.get(&role_id).cloned();
    Ok(found.unwrap_or_default())
}

/// A cell with its place.
type Cell = ((i32, RoleRelationToOwner), String);

/// None of a relation that the database has and the contract does not know.
fn read(row: &Row<'_>) -> Result<Option<Cell>, StoreError> {
    let number = row.get::<i32>(1)?;
    let mut relations = RoleRelationToOwner::ALL.iter();
    let relation = relations.find(|relation| number_of_relation(**relation) == number);
    let cell = |relation: &RoleRelationToOwner| Ok(((row.get(0)?, *relation), row.get(2)?));
    relation.map(cell).transpose()
}

/// Writes cells of a role. The others stay as they are.
pub fn save(tx: &Tx<'_>, role_id: i32, cells: &Cells, stamp: Stamp) -> Result<(), StoreError> {
    for ((table, relation), crud) in cells {
        tx.execute(
            "INSERT INTO dataright (roleId, tableId, fieldId, relationToOwner, CRUD, registered,
                 registered_associate_id, updated, updated_associate_id)
             VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?5, ?6)
             ON CONFLICT (roleId, tableId, fieldId, relationToOwner) DO UPDATE
             SET CRUD = excluded.CRUD, updated = excluded.updated,
                 updated_associate_id = excluded.updated_associate_id,
                 updatedCount = dataright.updatedCount + 1
             WHERE dataright.CRUD <> excluded.CRUD",
            params![
                role_id,
                *table,
                number_of_relation(*relation),
                crud,
                stamp.at,
                stamp.by
            ],
        )?;
    }
    Ok(())
}
