//! `/api/v1/Role`: roles as resources of the REST side.
//!
//! From the REST description of 2026. Each does what an operation of the user agent does, and asks
//! the same of its caller. Where a path names a role, `{id}` and `{roleId}` stand for digits, and
//! `{roleType}` for one of the names of `RoleType`.

use super::archive::RoleArchive;
use super::headers::NO_BLOCKS;
use super::links::{Patch, RoleEntityWithLinks};
use super::list::{MDOListItem, SelectableMDOListItem};
use super::role::{RoleEntity, RoleRelationToOwner, RoleType};
use super::user::StringDictionary;
use crate::model::{Access, DateTime, Dated, Method, Operation, Route, Service, operations};

/// The resources, as a service that SOAP does not know.
pub static SERVICE: Service = Service {
    name: "Role",
    definitions: "RoleResource",
    request_headers: &NO_BLOCKS,
    response_headers: &NO_BLOCKS,
    operations: OPERATIONS,
    doc: "Roles as resources.",
};

const ORDINARY: Operation = Operation::ordinary(Access::Employee);

const fn at(method: Method, path: &'static str) -> Option<Route> {
    Some(Route { method, path })
}

operations! {
    /// A list of roles, deleted ones included. The words of filter and order are those of OData and
    /// some of the vendor's.
    GetAll {
        /// Columns, with commas between; all when missing.
        select "$select": Option<String>,
        /// Which roles, such as `roleType eq 'Employee'`; all when missing.
        filter "$filter": Option<String>,
        /// Columns, with commas between, each with `asc` or `desc` behind it; by key when missing.
        order_by "$orderBy": Option<String>,
        /// How many at most: 500 when missing, 1000 in any case.
        top "$top": Option<i32>,
        /// How many to leave out before the first.
        skip "$skip": Option<i32>,
    } -> Option<RoleArchive>, route: at(Method::Get, "/v1/Role");

    /// A blank role for employees. Nothing is stored.
    DefaultRoleEntity {} -> Option<RoleEntity>, route: at(Method::Get, "/v1/Role/default"),
        access: Access::RoleAdministrator;

    /// Creates a role and answers it as stored. A `RoleId` in the body is passed over.
    PostRoleEntity {
        new_entity "newEntity": Option<RoleEntity>,
    } -> Dated<Option<RoleEntityWithLinks>>, route: at(Method::Post, "/v1/Role"),
        access: Access::RoleAdministrator;

    /// A role in full, with its matrix of data rights.
    GetRoleEntity {
        /// The `RoleId`.
        id "id": i32,
    } -> Dated<Option<RoleEntityWithLinks>>, route: at(Method::Get, "/v1/Role/{id}");

    /// Changes a role, and answers it as stored.
    PutRoleEntity {
        /// The `RoleId`. That in the body has to be the same, or 0.
        id "id": i32,
        entity "entity": Option<RoleEntity>,
        /// Nothing is changed when somebody has changed the role since.
        unmodified_since "If-Unmodified-Since": Option<DateTime>,
    } -> Dated<Option<RoleEntityWithLinks>>, route: at(Method::Put, "/v1/Role/{id}"),
        access: Access::RoleAdministrator;

    /// Changes some of a role, and answers it as stored.
    PatchRoleEntity {
        /// The `RoleId`.
        id "id": i32,
        patch "patch": Option<Patch>,
        /// Nothing is changed when somebody has changed the role since.
        unmodified_since "If-Unmodified-Since": Option<DateTime>,
    } -> Dated<Option<RoleEntityWithLinks>>, route: at(Method::Patch, "/v1/Role/{id}"),
        access: Access::RoleAdministrator;

    /// Marks a role as deleted and gives its users another of the same type.
    DeleteRole {
        /// The `RoleId`.
        role_id_to_delete "roleIdToDelete": i32,
        /// A role of the same type, neither deleted nor the one to delete.
        replacing_role_id "replacingRoleId": i32,
        /// Nothing is deleted when somebody has changed the role since.
        unmodified_since "If-Unmodified-Since": Option<DateTime>,
    } -> (), route: at(Method::Delete, "/v1/Role/{roleIdToDelete}"),
        access: Access::RoleAdministrator;

    /// Roles of a type, without deleted ones.
    GetAllRoles {
        role_type "roleType": RoleType,
    } -> Option<Vec<SelectableMDOListItem>>, route: at(Method::Get, "/v1/Role/{roleType}");

    /// The functional rights that roles of a type can have.
    GetAllFunctionalRights {
        role_type "roleType": RoleType,
    } -> Option<Vec<SelectableMDOListItem>>,
        route: at(Method::Get, "/v1/Role/{roleType}/FunctionRight");

    /// A column of a role's data rights, by table.
    GetAllDataRights {
        role_id "roleId": i32,
        relation_to_owner "relationToOwner": RoleRelationToOwner,
    } -> Option<StringDictionary>,
        route: at(Method::Get, "/v1/Role/{roleId}/DataRight/{relationToOwner}");

    /// The functional rights that a role has.
    GetFunctionalRights {
        role_id "roleId": i32,
    } -> Option<Vec<SelectableMDOListItem>>,
        route: at(Method::Get, "/v1/Role/{roleId}/FunctionRight");

    /// Gives a role exactly these functional rights.
    SetFunctionalRights {
        role_id "roleId": i32,
        functional_right_ids "functionalRightIds": Option<Vec<i32>>,
    } -> (), route: at(Method::Put, "/v1/Role/{roleId}/FunctionRight"),
        access: Access::RoleAdministrator;

    /// One cell of a role's data rights: empty, `R`, `CR`, `CRU` or `CRUD`.
    GetDataRight {
        role_id "roleId": i32,
        /// Database table, such as `contact`.
        table_name "tableName": String,
        relation_to_owner "relationToOwner": RoleRelationToOwner,
    } -> Option<String>,
        route: at(Method::Get, "/v1/Role/{roleId}/DataRight/{tableName}/{relationToOwner}");

    /// Writes one cell of a role's data rights.
    SetDataRight {
        role_id "roleId": i32,
        /// Database table, such as `contact`.
        table_name "tableName": String,
        relation_to_owner "relationToOwner": RoleRelationToOwner,
        /// Empty, `R`, `CR`, `CRU` or `CRUD`.
        data_right_value "dataRightValue": String,
    } -> (), route: at(Method::Put, "/v1/Role/{roleId}/DataRight/{tableName}/{relationToOwner}"),
        access: Access::RoleAdministrator;

    /// A row of a role's data rights, by the name of the relation.
    GetDataRights {
        role_id "roleId": i32,
        /// Database table, such as `contact`.
        table_name "tableName": String,
    } -> Option<StringDictionary>,
        route: at(Method::Get, "/v1/Role/{roleId}/DataRight/{tableName}");

    /// A blank role of a type, without any right. Nothing is stored.
    CreateDefaultRoleEntityFromType {
        r#type "type": RoleType,
    } -> Option<RoleEntity>, route: at(Method::Get, "/v1/Role/{type}/Default"),
        access: Access::RoleAdministrator;

    /// The roles that have a functional right; none when the right is unknown.
    FindRolesWithFunctionalRight {
        /// Code name, such as `admin-all`.
        functional_right_name "functionalRightName": String,
    } -> Option<Vec<MDOListItem>>,
        route: at(Method::Get, "/v1/Role/WithFunctionRight/{functionalRightName}");
}
