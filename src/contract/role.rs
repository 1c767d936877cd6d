//! Roles and the data rights that they give.
//!
//! From the WSDL of 2023. The REST description of 2026 lists the relations to the owner in another
//! order; see `RoleRelationToOwner`.

use super::user::UserType;
use crate::model::{DateTime, carrier, enumeration};

carrier! {
    /// A role as a list shows it. Every user has exactly one.
    Role: Carrier {
        /// Key of the role; 0 when none is chosen.
        id "Id": i32,
        /// Name, at most 239 characters. Read-only here: a save looks at the key only.
        value "Value": Option<String>,
        /// Description, at most 254 characters. Read-only here.
        tooltip "Tooltip": Option<String>,
    }
}

carrier! {
    /// A role in full, with its matrix of data rights.
    RoleEntity: Carrier {
        /// Key; 0 makes a save create the role.
        role_id "RoleId": i32,
        /// At most 239 characters.
        name "Name": Option<String>,
        /// Description, at most 254 characters.
        tooltip "Tooltip": Option<String>,
        /// The kind of users it is for. Fixed once the role is stored: a change is ignored.
        role_type "RoleType": RoleType,
        /// 1 when the role is deleted, otherwise 0. Deleted roles stay in the database.
        deleted "Deleted": i16,
        /// Place in lists, ascending.
        rank "Rank": i16,
        /// In UTC. Read-only.
        created "Created": DateTime,
        /// 1 when categories are to be taken into account, otherwise 0.
        use_categories "UseCategories": i16,
        /// Read-only; nil before the first save.
        created_by "CreatedBy": Option<Associate>,
        /// In UTC. Read-only.
        updated "Updated": DateTime,
        /// Read-only; nil before the first save.
        updated_by "UpdatedBy": Option<Associate>,
        /// The matrix; nil in a save leaves the stored one as it is.
        data_rights "DataRights": Option<DataRights>,
    }
}

enumeration! {
    /// The kind of users that a role is for.
    RoleType as short {
        Employee = 0,
        ExternalUser = 1,
        /// At most one role of this kind exists.
        Anonymous = 2,
        /// Users that are programs; not shown, and closed to changes.
        System = 3,
    }
}

carrier! {
    /// A short, read-only view of a user, as the one who created or changed something.
    Associate: Carrier {
        /// Key.
        associate_id "AssociateId": i32,
        /// User ID or initials; unique, at most 239 characters.
        name "Name": Option<String>,
        /// The person behind the user; 0 for system and anonymous users.
        person_id "PersonId": i32,
        /// Place in lists, ascending.
        rank "Rank": i16,
        /// At most 254 characters.
        tooltip "Tooltip": Option<String>,
        /// Kind of user.
        r#type "Type": UserType,
        /// Key of the primary group; 0 for users that are not employees.
        group_idx "GroupIdx": i32,
        /// Name of the person.
        full_name "FullName": Option<String>,
        /// Name of the person, with title, as in a letter.
        formal_name "FormalName": Option<String>,
        /// True when the user is retired.
        deleted "Deleted": bool,
        /// The same user in the Service part of the product; 0 for none.
        ej_user_id "EjUserId": i32,
        /// Name to log in with, often an e-mail address; at most 254 characters.
        user_name "UserName": Option<String>,
    }
}

carrier! {
    /// What a role may do with data: a row for each kind of data, a column for each relation to the
    /// owner.
    DataRights: Carrier {
        /// The columns; which there are depends on the type of the role.
        columns_info "ColumnsInfo": Option<Vec<RelationToOwner>>,
        /// The rows.
        rows_info "RowsInfo": Option<Vec<EntityName>>,
        /// The cells, row by row, in the order of `RowsInfo` and `ColumnsInfo`.
        rights "Rights": Option<Vec<Vec<DataRight>>>,
    }
}

carrier! {
    /// A column of the matrix: how the caller stands to the owner of the data.
    RelationToOwner: Carrier {
        /// Number in the database, which for some relations differs from that of
        /// `RoleRelationToOwner`.
        id "Id": i32,
        /// Name for people, such as `My own`. A save finds the column by it, or by the name in
        /// `RoleRelationToOwner`, and never by the number.
        value "Value": Option<String>,
        tooltip "Tooltip": Option<String>,
    }
}

carrier! {
    /// A row of the matrix: a kind of data.
    EntityName: Carrier {
        /// Database table, such as `contact` or `sale`.
        table_name "TableName": Option<String>,
        /// Text for people.
        table_description "TableDescription": Option<String>,
    }
}

carrier! {
    /// A cell of the matrix.
    DataRight: Carrier {
        /// What is allowed: empty, `R`, `CR`, `CRU` or `CRUD`. Each includes the one before it.
        value "Value": Option<String>,
        /// The same in words, from none to delete. Read-only.
        description "Description": Option<String>,
    }
}

enumeration! {
    /// How a caller stands to the owner of the data. The database swaps the numbers 2 and 3, and
    /// the REST description of 2026 follows it: store and compare by name, never by number.
    RoleRelationToOwner {
        /// The caller owns it.
        MyOwn = 0,
        /// Its owner has the caller's primary group.
        PrimaryGroup = 1,
        /// Its owner has one of the caller's other groups. 3 in the database.
        OtherGroups = 2,
        /// Its owner is any other user. 2 in the database.
        OtherAssociates = 3,
        /// Its owner is an external user.
        ExternalUser = 4,
        /// Its owner is an anonymous user.
        Anonymous = 5,
        /// It belongs to the caller's company. For external users.
        MyCompany = 6,
        /// It belongs to a project that the caller is a member of. For external users.
        SameProject = 7,
    }
}
