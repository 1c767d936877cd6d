//! Lists of the REST side: the lines of each, with all columns that there are, and what is around
//! them.
//!
//! The vendor's archives have more columns than are documented for users and roles; names here
//! follow its others. Names of columns begin in lower case, as there.

use super::role::RoleType;
use super::user::UserType;
use crate::model::{DateTime, Map, Object, Shape, Slot, Value, View, carrier};
use std::sync::Arc;

carrier! {
    /// A line of the list of users. What the caller did not select is left out.
    UserArchiveRow {
        /// The `associateId` as text; always there.
        primary_key "PrimaryKey": Option<String>,
        /// Always `user`.
        entity_name "EntityName": Option<String>,
        associate_id "associateId": Option<i32>,
        /// User ID or initials.
        name "name": Option<String>,
        user_name "userName": Option<String>,
        /// Alias in Service.
        nick_name "nickName": Option<String>,
        /// Kind of user.
        r#type "type": Option<UserType>,
        rank "rank": Option<i32>,
        tooltip "tooltip": Option<String>,
        /// Whether the user is retired.
        deleted "deleted": Option<bool>,
        waiting_for_approval "waitingForApproval": Option<bool>,
        /// Year 1 when never.
        last_login "lastLogin": Option<DateTime>,
        /// Year 1 when never.
        last_logout "lastLogout": Option<DateTime>,
        role_id "roleId": Option<i32>,
        role_name "roleName": Option<String>,
        /// Primary group; 0 for none.
        group_id "groupId": Option<i32>,
        group_name "groupName": Option<String>,
        /// The same user in Service; 0 for none.
        ej_user_id "ejUserId": Option<i32>,
        /// The person; 0 for none.
        person_id "personId": Option<i32>,
        first_name "firstName": Option<String>,
        middle_name "middleName": Option<String>,
        last_name "lastName": Option<String>,
        title "title": Option<String>,
        email "email": Option<String>,
        /// The person's company.
        contact_id "contactId": Option<i32>,
        contact_name "contactName": Option<String>,
        /// When the user was created.
        registered "registered": Option<DateTime>,
        /// When the user was last changed.
        updated "updated": Option<DateTime>,
    }
}

carrier! {
    /// A line of the list of roles. What the caller did not select is left out.
    RoleArchiveRow {
        /// The `roleId` as text; always there.
        primary_key "PrimaryKey": Option<String>,
        /// Always `role`.
        entity_name "EntityName": Option<String>,
        role_id "roleId": Option<i32>,
        name "name": Option<String>,
        /// The kind of users that the role is for.
        role_type "roleType": Option<RoleType>,
        rank "rank": Option<i32>,
        tooltip "tooltip": Option<String>,
        deleted "deleted": Option<bool>,
        use_categories "useCategories": Option<bool>,
        /// When the role was created.
        registered "registered": Option<DateTime>,
        /// When the role was last changed.
        updated "updated": Option<DateTime>,
    }
}

/// A line of a list with the columns that were selected. It is read like a dictionary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line<T> {
    /// All columns; those that were not selected are nil.
    pub row: T,
    /// The positions of those that were.
    pub columns: Arc<[usize]>,
}

impl<T: Object> Map for Line<T> {
    fn len(&self) -> usize {
        self.columns.len()
    }
    fn entry(&self, index: usize) -> (&str, View<'_>) {
        let column = self.columns[index];
        let name = self.row.object_type().fields[column].rest_name;
        (name, self.row.field(column))
    }
}

impl<T: Value + Object> Value for Line<T> {
    const SHAPE: Shape = T::SHAPE;
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        self.row.slot()
    }
}

carrier! {
    /// A part of the list of users.
    UserArchive {
        /// Where the list is described.
        metadata "odata.metadata": Option<String>,
        /// Address of the next part; nil when this is the last.
        next_link "odata.nextLink": Option<String>,
        /// The lines.
        value "value": Option<Vec<Line<UserArchiveRow>>>,
    }
}

carrier! {
    /// A part of the list of roles.
    RoleArchive {
        /// Where the list is described.
        metadata "odata.metadata": Option<String>,
        /// Address of the next part; nil when this is the last.
        next_link "odata.nextLink": Option<String>,
        /// The lines.
        value "value": Option<Vec<Line<RoleArchiveRow>>>,
    }
}
