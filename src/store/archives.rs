//! Lists of users and roles by conditions that callers make up. Only the columns named here can be
//! asked for, and values are parameters.

use super::{Param, Row, StoreError, Tx, fold};
use crate::model::filter::{Comparison, Condition, Literal, Order, Place};
use crate::model::{Object, ObjectType, Shape, Slot};

/// A list: where its lines come from.
pub struct Archive {
    /// Tables, joined.
    from: &'static str,
    /// By the names that the type of a line has.
    columns: &'static [Column],
}

struct Column {
    name: &'static str,
    sql: &'static str,
    /// Another column with the same text, folded.
    folded: Option<&'static str>,
}

impl Column {
    fn is_constant(&self) -> bool {
        self.sql.starts_with('\'') || self.sql == "NULL"
    }
}

const fn column(name: &'static str, sql: &'static str) -> Column {
    let folded = None;
    Column { name, sql, folded }
}

/// The users.
pub static USERS: Archive = Archive {
    from: "associate a
           LEFT JOIN userrolelink l ON l.associate_id = a.associate_id
           LEFT JOIN role r ON r.Role_id = l.role_id
           LEFT JOIN usergroup g ON g.UserGroup_id = a.group_idx
           LEFT JOIN ejuser e ON e.id = a.ejuserId
           LEFT JOIN person p ON p.person_id = a.person_id
           LEFT JOIN contact c ON c.contact_id = p.contact_id",
    columns: &[
        column("PrimaryKey", "CAST(a.associate_id AS TEXT)"),
        column("EntityName", "'user'"),
        column("associateId", "a.associate_id"),
        Column {
            name: "name",
            sql: "a.name",
            folded: Some("a.name_key"),
        },
        Column {
            name: "userName",
            sql: "a.userName",
            folded: Some("a.userName_key"),
        },
        column("nickName", "e.username"),
        column(
            "type",
            "CASE a.type WHEN 0 THEN 1 WHEN 1 THEN 2 WHEN 4 THEN 3 WHEN 7 THEN 4 WHEN 13 THEN 5
             ELSE 0 END",
        ),
        column("rank", "a.rank"),
        column("tooltip", "a.tooltip"),
        column("deleted", "a.deleted"),
        column("waitingForApproval", "a.waiting_for_approval"),
        column("lastLogin", "a.lastlogin"),
        column("lastLogout", "a.lastlogout"),
        column("roleId", "l.role_id"),
        column("roleName", "r.name"),
        column("groupId", "a.group_idx"),
        column("groupName", "g.name"),
        column("ejUserId", "a.ejuserId"),
        column("personId", "a.person_id"),
        column("firstName", "p.firstname"),
        column("middleName", "p.middleName"),
        column("lastName", "p.lastname"),
        column("title", "p.title"),
        column("email", "p.email"),
        column("contactId", "p.contact_id"),
        column("contactName", "c.name"),
        column("registered", "a.registered"),
        column("updated", "a.updated"),
    ],
};

/// The roles.
pub static ROLES: Archive = Archive {
    from: "role r",
    columns: &[
        column("PrimaryKey", "CAST(r.Role_id AS TEXT)"),
        column("EntityName", "'role'"),
        column("roleId", "r.Role_id"),
        column("name", "r.name"),
        column("roleType", "r.roleType"),
        column("rank", "r.rank"),
        column("tooltip", "r.tooltip"),
        column("deleted", "r.deleted"),
        column("useCategories", "r.use_categories"),
        column("registered", "r.registered"),
        column("updated", "r.updated"),
    ],
};

impl Archive {
    /// The columns behind the members of a line.
    fn of_line(&'static self, line: &ObjectType) -> Vec<&'static Column> {
        static NONE: Column = column("", "NULL");
        let named = |name| self.columns.iter().find(|column| column.name == name);
        let fields = line.fields.iter();
        fields
            .map(|field| named(field.name).unwrap_or(&NONE))
            .collect()
    }
}

/// The position of the key, by which lines are ordered last.
const KEY: usize = 2;

/// Which lines of a list are wanted.
pub struct Wanted<'w> {
    /// Positions of columns.
    pub columns: &'w [usize],
    /// None for all lines.
    pub condition: Option<&'w Condition>,
    /// In this order, then by key.
    pub orders: &'w [Order],
    /// Lines to leave out before the first.
    pub skip: i64,
    /// At most.
    pub most: i64,
}

/// The lines of a list. One whose column is not there has none.
pub fn list<T: Object + Default>(
    tx: &Tx<'_>,
    archive: &'static Archive,
    wanted: &Wanted<'_>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = Statement {
        columns: archive.of_line(T::default().object_type()),
        sql: String::from("SELECT "),
        values: Vec::new(),
    };
    let columns: Vec<_> = wanted
        .columns
        .iter()
        .map(|column| statement.columns.get(*column).map_or("NULL", |it| it.sql))
        .collect();
    statement.sql.push_str(&columns.join(", "));
    statement.sql.push_str(" FROM ");
    statement.sql.push_str(archive.from);
    if let Some(condition) = wanted.condition {
        statement.sql.push_str(" WHERE ");
        statement.condition(condition);
    }
    statement.sql.push_str(" ORDER BY ");
    for order in wanted.orders {
        let direction = if order.descending { " DESC, " } else { ", " };
        let column = statement.columns.get(order.column);
        // What is the same in every line puts none before another.
        if let Some(column) = column.filter(|it| !it.is_constant()) {
            statement.sql.push_str(column.folded.unwrap_or(column.sql));
            statement.sql.push_str(direction);
        }
    }
    let key = statement.columns.get(KEY).map_or("NULL", |it| it.sql);
    statement.sql.push_str(key);
    statement.sql.push_str(" LIMIT ");
    statement.value(Value::Number(wanted.most));
    statement.sql.push_str(" OFFSET ");
    statement.value(Value::Number(wanted.skip));
    let params: Vec<_> = statement.values.iter().map(Value::param).collect();
    tx.query_once(&statement.sql, &params, |row| {
        let mut line = T::default();
        for (place, column) in wanted.columns.iter().enumerate() {
            fill(&mut line, *column, row, place)?;
        }
        Ok(line)
    })
}

/// Fills a column of a line that is not NULL.
fn fill(
    line: &mut dyn Object,
    column: usize,
    row: &Row<'_>,
    place: usize,
) -> Result<(), StoreError> {
    macro_rules! set {
        ($kind:ident, $slot:pat => $set:expr) => {
            if let Some($kind) = row.get(place)?
                && let $slot = line.field_mut(column)
            {
                $set
            }
        };
    }
    match line.object_type().fields.get(column).map(|it| it.shape) {
        Some(Shape::Int) => set!(value, Slot::Int(slot) => *slot = value),
        Some(Shape::Bool) => set!(value, Slot::Bool(slot) => *slot = value),
        Some(Shape::Text) => set!(value, Slot::Text(slot) => *slot = value),
        Some(Shape::DateTime) => set!(value, Slot::DateTime(slot) => *slot = value),
        Some(Shape::Enum(_)) => set!(value, Slot::Enum(_, slot) => {
            slot.set(value);
        }),
        _ => {}
    }
    Ok(())
}

/// A value of a statement.
enum Value {
    Number(i64),
    Text(String),
}

impl Value {
    fn param(&self) -> Param<'_> {
        match self {
            Self::Number(number) => Param::Int(*number),
            Self::Text(text) => Param::Text(text),
        }
    }
}

struct Statement {
    /// By their position in a line.
    columns: Vec<&'static Column>,
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    fn value(&mut self, value: Value) {
        self.values.push(value);
        self.sql.push_str(&format!("?{}", self.values.len()));
    }

    /// Appends a condition that is true or false, and never NULL.
    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::And(all) => self.joined(all, " AND "),
            Condition::Or(all) => self.joined(all, " OR "),
            Condition::Not(inner) => {
                self.sql.push_str("NOT (");
                self.condition(inner);
                self.sql.push(')');
            }
            Condition::Compare(column, comparison, literal) => {
                let (before, after) = match comparison {
                    Comparison::Equal => (" IS NOT DISTINCT FROM ", ""),
                    Comparison::NotEqual => (" IS DISTINCT FROM ", ""),
                    Comparison::Greater => (" > ", ", FALSE)"),
                    Comparison::GreaterOrEqual => (" >= ", ", FALSE)"),
                    Comparison::Less => (" < ", ", FALSE)"),
                    Comparison::LessOrEqual => (" <= ", ", FALSE)"),
                };
                if !after.is_empty() {
                    self.sql.push_str("coalesce(");
                }
                let folded = self.column(*column, literal);
                self.sql.push_str(before);
                self.literal(literal, folded);
                self.sql.push_str(after);
            }
            Condition::In(column, literals) => {
                self.sql.push('(');
                for (index, literal) in literals.iter().enumerate() {
                    if index > 0 {
                        self.sql.push_str(" OR ");
                    }
                    let folded = self.column(*column, literal);
                    self.sql.push_str(" IS NOT DISTINCT FROM ");
                    self.literal(literal, folded);
                }
                self.sql.push(')');
            }
            Condition::Text(column, place, text) => self.text(*column, *place, text),
        }
    }

    fn joined(&mut self, all: &[Condition], word: &str) {
        self.sql.push('(');
        for (index, condition) in all.iter().enumerate() {
            if index > 0 {
                self.sql.push_str(word);
            }
            self.condition(condition);
        }
        self.sql.push(')');
    }

    /// Appends a column as it compares with a literal, and says whether it is folded.
    fn column(&mut self, column: usize, literal: &Literal) -> bool {
        let Some(column) = self.columns.get(column) else {
            self.sql.push_str("NULL");
            return false;
        };
        match (literal, column.folded) {
            (Literal::Text(_), Some(folded)) => {
                self.sql.push_str(folded);
                true
            }
            (Literal::Text(_), None) => {
                self.sql.push_str(&format!("lower({})", column.sql));
                false
            }
            _ => {
                self.sql.push_str(column.sql);
                false
            }
        }
    }

    fn literal(&mut self, literal: &Literal, folded: bool) {
        match literal {
            Literal::Null => self.sql.push_str("NULL"),
            Literal::Number(number) => self.value(Value::Number(*number)),
            Literal::Date(date) => self.value(Value::Text(date.to_string())),
            Literal::Text(text) if folded => self.value(Value::Text(fold(text))),
            Literal::Text(text) => self.value(Value::Text(text.to_ascii_lowercase())),
        }
    }

    /// Appends whether a column has a text somewhere.
    fn text(&mut self, column: usize, place: Place, text: &str) {
        let found = self.columns.get(column);
        let (column, text) = match found.map(|column| (column.sql, column.folded)) {
            Some((_, Some(folded))) => (folded.to_owned(), fold(text)),
            Some((sql, None)) => (format!("lower({sql})"), text.to_ascii_lowercase()),
            None => ("NULL".to_owned(), String::new()),
        };
        let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if length == 0 {
            self.sql.push_str(&format!("{column} IS NOT NULL"));
            return;
        }
        self.sql.push_str("coalesce(");
        match place {
            Place::Anywhere => {
                self.sql.push_str(&format!("instr({column}, "));
                self.value(Value::Text(text));
                self.sql.push_str(") > 0");
            }
            Place::Begin => {
                self.sql.push_str(&format!("substr({column}, 1, "));
                self.value(Value::Number(length));
                self.sql.push_str(") = ");
                self.value(Value::Text(text));
            }
            Place::End => {
                self.sql
                    .push_str(&format!("substr({column}, length({column}) + 1 - "));
                self.value(Value::Number(length));
                self.sql.push_str(") = ");
                self.value(Value::Text(text));
            }
        }
        self.sql.push_str(", FALSE)");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::archive::{RoleArchiveRow, UserArchiveRow};

    #[test]
    fn every_member_of_a_line_has_a_column() {
        for (archive, line) in [
            (&USERS, UserArchiveRow::TYPE),
            (&ROLES, RoleArchiveRow::TYPE),
        ] {
            assert_eq!(archive.columns.len(), line.fields.len());
            for (field, column) in line.fields.iter().zip(archive.of_line(line)) {
                assert_eq!(field.name, column.name);
            }
        }
    }
}
