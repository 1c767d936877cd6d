//! The matrix of a role's data rights: which cells there are, what may stand in them, and how
//! carriers show them.

use crate::contract::rights::ETableRight;
use crate::contract::role::{
    DataRight, DataRights, EntityName, RelationToOwner, RoleRelationToOwner, RoleType,
};
use crate::fault::{Exception, Fault};
use crate::store::data_rights::{Cells, DataTable, TABLES, number_of_relation};

/// What a cell may hold, the same in a word, and what it adds to those before it, all of which it
/// includes.
const VALUES: [(&str, &str, ETableRight); 5] = [
    ("", "None", ETableRight(0)),
    ("R", "Read", ETableRight::SELECT),
    ("CR", "Create", ETableRight::INSERT),
    ("CRU", "Update", ETableRight::UPDATE),
    ("CRUD", "Delete", ETableRight::DELETE),
];

/// The columns that the matrix of a type of role has, from left to right.
pub fn columns(role_type: RoleType) -> &'static [RoleRelationToOwner] {
    use RoleRelationToOwner::{
        Anonymous, ExternalUser, MyOwn, OtherAssociates, OtherGroups, PrimaryGroup,
    };
    match role_type {
        RoleType::Employee | RoleType::System => &[
            MyOwn,
            PrimaryGroup,
            OtherGroups,
            OtherAssociates,
            ExternalUser,
            Anonymous,
        ],
        RoleType::ExternalUser => RoleRelationToOwner::ALL,
        RoleType::Anonymous => &[MyOwn, OtherAssociates, ExternalUser, Anonymous],
    }
}

/// A row by the name of its table, in any letter case. Refused with `SoNotFoundException`.
pub fn row(table: &str) -> Result<&'static DataTable, Fault> {
    find_row(table).ok_or_else(|| {
        Fault::service(
            Exception::NotFound,
            format!("Roles have no data rights on a table \"{table}\"."),
        )
    })
}

fn find_row(table: &str) -> Option<&'static DataTable> {
    let mut tables = TABLES.iter();
    tables.find(|known| known.name.eq_ignore_ascii_case(table))
}

/// Checks that the matrix of a type of role has a column. Refused with `SoNotFoundException`.
pub fn column(role_type: RoleType, relation: RoleRelationToOwner) -> Result<(), Fault> {
    if columns(role_type).contains(&relation) {
        return Ok(());
    }
    Err(Fault::service(
        Exception::NotFound,
        format!(
            "Roles of type {} have no data rights for {}.",
            role_type.name(),
            relation.name()
        ),
    ))
}

/// What is kept for a text that may stand in a cell; letter case does not count.
pub fn value(text: &str) -> Option<&'static str> {
    let mut values = VALUES.iter().map(|(value, ..)| *value);
    values.find(|value| value.eq_ignore_ascii_case(text))
}

/// The text in a cell.
pub fn cell<'a>(cells: &'a Cells, table: &DataTable, relation: RoleRelationToOwner) -> &'a str {
    let cell = cells.get(&(table.number, relation));
    cell.map(String::as_str).unwrap_or_default()
}

/// What the text in a cell allows with a row.
pub fn allowed(text: &str) -> ETableRight {
    let known = VALUES.iter().position(|(value, ..)| *value == text);
    let included = VALUES.iter().take(known.map_or(0, |known| known + 1));
    included.fold(ETableRight::default(), |all, (.., more)| all | *more)
}

/// All cells of a type of role, without a right in any of them.
pub fn blank(role_type: RoleType) -> Cells {
    let cells = TABLES.iter().flat_map(|table| {
        let columns = columns(role_type).iter();
        columns.map(|relation| ((table.number, *relation), String::new()))
    });
    cells.collect()
}

/// The matrix as carriers show it.
pub fn carrier(role_type: RoleType, cells: &Cells) -> DataRights {
    let columns = columns(role_type);
    let right = |table, relation| {
        let value = cell(cells, table, relation);
        let word = VALUES.iter().find(|(known, ..)| *known == value);
        DataRight {
            value: Some(value.to_owned()),
            description: Some(word.map_or(value, |(_, word, _)| word).to_owned()),
            ..DataRight::default()
        }
    };
    let rights = TABLES.iter().map(|table| {
        let columns = columns.iter();
        columns.map(|relation| right(table, *relation)).collect()
    });
    let rows = TABLES.iter().map(|table| EntityName {
        table_name: Some(table.name.to_owned()),
        table_description: Some(table.description.to_owned()),
        ..EntityName::default()
    });
    let columns = columns.iter().map(|relation| {
        let (value, tooltip) = texts(*relation);
        RelationToOwner {
            id: number_of_relation(*relation),
            value: Some(value.to_owned()),
            tooltip: Some(tooltip.to_owned()),
            ..RelationToOwner::default()
        }
    });
    DataRights {
        columns_info: Some(columns.collect()),
        rows_info: Some(rows.collect()),
        rights: Some(rights.collect()),
        ..DataRights::default()
    }
}

/// The cells that a carrier names; those that it does not name are to stay. Rows and columns are
/// found by name, since the numbers of relations mean different things in different places; blank
/// ones are passed over. The error is a reason for people.
pub fn read(role_type: RoleType, matrix: &DataRights) -> Result<Cells, String> {
    let mut columns = Vec::new();
    for column in matrix.columns_info.iter().flatten() {
        columns.push(named_column(role_type, column)?);
    }
    let mut tables = Vec::new();
    for row in matrix.rows_info.iter().flatten() {
        let name = row.table_name.as_deref().unwrap_or_default();
        let table = match name {
            "" => None,
            _ => Some(find_row(name).ok_or_else(|| format!("There is no table \"{name}\"."))?),
        };
        tables.push(table);
    }
    let rows = matrix.rights.as_deref().unwrap_or_default();
    let is_filled = matrix.rights.is_some();
    if is_filled
        && (rows.len() != tables.len() || rows.iter().any(|row| row.len() != columns.len()))
    {
        return Err("The matrix has not one cell for each row and column.".to_owned());
    }
    let mut cells = Cells::new();
    for (table, row) in tables.iter().zip(rows) {
        for (relation, right) in columns.iter().zip(row) {
            let (Some(table), Some(relation)) = (table, relation) else {
                continue;
            };
            let text = right.value.as_deref().unwrap_or_default();
            let value = value(text).ok_or_else(|| not_a_value(text))?;
            let key = (table.number, *relation);
            if cells.insert(key, value.to_owned()).is_some() {
                let (table, relation) = (table.name, relation.name());
                return Err(format!("{table} and {relation} meet more than once."));
            }
        }
    }
    Ok(cells)
}

/// Why a text cannot stand in a cell.
pub fn not_a_value(text: &str) -> String {
    format!("\"{text}\" is none of the empty text, R, CR, CRU and CRUD.")
}

fn named_column(
    role_type: RoleType,
    column: &RelationToOwner,
) -> Result<Option<RoleRelationToOwner>, String> {
    let name = column.value.as_deref().unwrap_or_default();
    if name.is_empty() && column.id == 0 {
        return Ok(None);
    }
    let mut columns = columns(role_type).iter();
    let found = columns.find(|relation| {
        name.eq_ignore_ascii_case(relation.name()) || name.eq_ignore_ascii_case(texts(**relation).0)
    });
    found
        .copied()
        .map(Some)
        .ok_or_else(|| format!("There is no column \"{name}\" for {}.", role_type.name()))
}

/// A column for people: a name, and what it is.
const fn texts(relation: RoleRelationToOwner) -> (&'static str, &'static str) {
    match relation {
        RoleRelationToOwner::MyOwn => ("My own", "What the user owns"),
        RoleRelationToOwner::PrimaryGroup => {
            ("Primary group", "What others of the same primary group own")
        }
        RoleRelationToOwner::OtherGroups => (
            "Other groups",
            "What users of the other groups of the user own",
        ),
        RoleRelationToOwner::OtherAssociates => {
            ("Other associates", "What all other employees own")
        }
        RoleRelationToOwner::ExternalUser => ("External user", "What external users own"),
        RoleRelationToOwner::Anonymous => ("Anonymous", "What nobody in particular owns"),
        RoleRelationToOwner::MyCompany => ("My company", "What belongs to the company of the user"),
        RoleRelationToOwner::SameProject => (
            "Same project",
            "What belongs to a project that the user is a member of",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(columns: &[&str], tables: &[&str], rights: &[&[&str]]) -> DataRights {
        let some = |text: &str| Some(text.to_owned());
        DataRights {
            columns_info: Some(
                columns
                    .iter()
                    .map(|name| RelationToOwner {
                        value: some(name),
                        ..RelationToOwner::default()
                    })
                    .collect(),
            ),
            rows_info: Some(
                tables
                    .iter()
                    .map(|name| EntityName {
                        table_name: some(name),
                        ..EntityName::default()
                    })
                    .collect(),
            ),
            rights: Some(
                rights
                    .iter()
                    .map(|row| {
                        row.iter()
                            .map(|value| DataRight {
                                value: some(value),
                                ..DataRight::default()
                            })
                            .collect()
                    })
                    .collect(),
            ),
            ..DataRights::default()
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for role_type in RoleType::ALL {
            let mut cells = blank(*role_type);
            for (index, cell) in cells.values_mut().enumerate() {
                VALUES[index % VALUES.len()].0.clone_into(cell);
            }
            let shown = carrier(*role_type, &cells);
            let (columns, rows) = (shown.columns_info.as_ref(), shown.rows_info.as_ref());
            assert_eq!(rows.map(Vec::len), Some(TABLES.len()));
            assert_eq!(
                columns.map(Vec::len),
                Some(super::columns(*role_type).len())
            );
            assert_eq!(read(*role_type, &shown), Ok(cells));
        }
    }

    #[test]
    fn columns_are_found_by_name_and_never_by_number() {
        let mut given = matrix(
            &["OtherGroups", "other ASSOCIATES"],
            &["Contact"],
            &[&["R", "cru"]],
        );
        for column in given.columns_info.iter_mut().flatten() {
            column.id = 3;
        }
        let cells = read(RoleType::Employee, &given).expect("read");
        let expected = [
            ((5, RoleRelationToOwner::OtherGroups), "R".to_owned()),
            ((5, RoleRelationToOwner::OtherAssociates), "CRU".to_owned()),
        ];
        assert_eq!(cells, Cells::from(expected));
        let nameless = RelationToOwner {
            id: 3,
            ..RelationToOwner::default()
        };
        given.columns_info = Some(vec![nameless.clone(), nameless]);
        assert!(read(RoleType::Employee, &given).is_err());
    }

    #[test]
    fn what_cannot_be_placed_is_refused() {
        for (columns, tables, rights) in [
            (&["MyOwn"][..], &["contact"][..], &[&["C"][..]][..]),
            (&["MyOwn"], &["contact"], &[&["RC"]]),
            (&["MyOwn"], &["tickets"], &[&["R"]]),
            (&["MyCompany"], &["contact"], &[&["R"]]),
            (&["MyOwn"], &["contact"], &[&["R", "R"]]),
            (&["MyOwn"], &["contact"], &[&[]]),
            (&["MyOwn"], &["contact"], &[]),
            (&["MyOwn"], &[], &[&["R"]]),
            (&["MyOwn", "My own"], &["contact"], &[&["R", "R"]]),
        ] {
            let given = matrix(columns, tables, rights);
            assert!(read(RoleType::Employee, &given).is_err(), "{given:?}");
        }
        let nothing = Ok(Cells::new());
        assert_eq!(
            read(RoleType::Employee, &matrix(&[""], &[""], &[&["x"]])),
            nothing
        );
        assert_eq!(read(RoleType::Employee, &DataRights::default()), nothing);
        let external = matrix(&["MyCompany"], &["contact"], &[&["R"]]);
        assert!(read(RoleType::ExternalUser, &external).is_ok());
    }
}
