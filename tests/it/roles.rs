//! Roles and their rights over the wire: what is changed counts from the next request on.

use crate::answer::{Node, element, text};
use crate::faults::VERSIONS;
use crate::support::{Caller, PASSWORD, Soap, TestServer};
use crate::users::{get, save};

const ADMIN_ALL: &str = "1";
const ADMIN_USERS: &str = "3";
const ADMIN_ROLE: &str = "43";

fn ids(ids: &[&str]) -> String {
    let arrays = "xmlns:a=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"";
    let items: String = ids.iter().map(|id| element("a:int", id)).collect();
    format!("<FunctionalRightIds {arrays}>{items}</FunctionalRightIds>")
}

fn names(names: &[&str]) -> String {
    let arrays = "xmlns:a=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"";
    let items: String = names.iter().map(|it| element("a:string", it)).collect();
    format!("<FunctionalRightNames {arrays}>{items}</FunctionalRightNames>")
}

/// A server, an administrator, and what the tests need to say often.
pub struct House {
    pub server: TestServer,
    pub admin: Caller,
}

impl House {
    pub fn new() -> Self {
        let server = TestServer::start();
        let admin = server.caller("admin");
        Self { server, admin }
    }

    #[track_caller]
    fn call(&self, operation: &str, arguments: &str) -> Node {
        let answer = self
            .server
            .user(Soap::V12, &self.admin, operation, arguments);
        answer.result()
    }

    #[track_caller]
    fn done(&self, caller: &Caller, operation: &str, arguments: &str) {
        let answer = self.server.user(Soap::V11, caller, operation, arguments);
        assert!(answer.exception.is_none(), "{:?}", answer.exception);
        assert!(answer.response.children.is_empty());
    }

    #[track_caller]
    fn refused(&self, caller: &Caller, operation: &str, arguments: &str) -> String {
        let answers = VERSIONS.map(|soap| {
            let answer = self.server.user(soap, caller, operation, arguments);
            answer.refused().class
        });
        assert_eq!(answers[0], answers[1]);
        answers[0].clone()
    }

    /// Saves a role of a name, and gives its id.
    #[track_caller]
    fn role(&self, name: &str) -> String {
        let role = element("RoleEntity", &text("Name", name));
        self.call("SaveRoleEntity", &role)
            .text_at("RoleId")
            .to_owned()
    }

    /// Adds an employee with a role; gives the id and a caller.
    #[track_caller]
    fn employee(&self, name: &str, role: &str) -> (String, Caller) {
        let user = text("Name", name) + &element("Role", &text("Id", role));
        let user = save(&self.server, &self.admin, &element("User", &user));
        let id = user.text_at("AssociateId").to_owned();
        (id, self.server.caller(name))
    }

    /// Lets a role do something with persons of companies that nobody owns.
    pub fn set_person_right(&self, role: &str, right: &str) {
        let cell = text("TableName", "person") + &text("RelationToOwner", "OtherAssociates");
        let arguments = text("RoleId", role) + &cell + &text("DataRightValue", right);
        self.done(&self.admin, "SetDataRight", &arguments);
    }

    fn set_rights(&self, role: &str, rights: &[&str]) {
        let arguments = text("RoleId", role) + &ids(rights);
        self.done(&self.admin, "SetFunctionalRights", &arguments);
    }
}

fn int_list(list: &Node) -> Vec<&str> {
    list.children.iter().map(|item| &*item.text).collect()
}

#[test]
fn a_right_that_is_given_or_taken_counts_from_the_next_request_on() {
    let house = House::new();
    let role = house.role("Helpers");
    house.set_person_right(&role, "CR");
    let (_, helper) = house.employee("helper", &role);
    let new_user = |name: &str| element("User", &text("Name", name));
    let refused = |name: &str| house.refused(&helper, "SaveUser", &new_user(name));
    assert_eq!(refused("one"), "SoIllegalOperationException");

    for round in ["one", "two"] {
        house.set_rights(&role, &[ADMIN_USERS, "74", "74"]);
        let saved = save(&house.server, &helper, &new_user(round));
        assert_eq!(saved.text_at("Name"), round);
        let rights = house.call("GetFunctionalRights", &text("RoleId", &role));
        let codes: Vec<_> = rights
            .children
            .iter()
            .map(|item| (item.text_at("ExtraInfo"), item.text_at("Selected")))
            .collect();
        assert_eq!(
            codes,
            [("admin-users", "true"), ("allow-send-email", "true")]
        );

        house.done(&house.admin, "SetFunctionalRights", &text("RoleId", &role));
        assert_eq!(refused("three"), "SoIllegalOperationException");
        let rights = house.call("GetFunctionalRights", &text("RoleId", &role));
        assert!(rights.children.is_empty());
    }
}

#[test]
fn roles_are_found_by_what_they_may() {
    let house = House::new();
    let role = house.role("Finders");
    let all = house.call("GetAllFunctionalRights", &text("RoleType", "Employee"));
    let right = all
        .children
        .iter()
        .find(|item| item.text_at("ExtraInfo") == "cs-faqadmin")
        .unwrap();
    assert_eq!(right.text_at("Selected"), "false");
    house.set_rights(&role, &[right.text_at("Id")]);

    let one = text("FunctionalRightName", "cs-faqadmin");
    let found = house.call("FindRolesWithFunctionalRight", &one);
    let found: Vec<_> = found.children.iter().map(|it| it.text_at("Name")).collect();
    assert!(found.contains(&"Finders") && found.contains(&"User level 0"));
    let unknown = text("FunctionalRightName", "cs-faqadmi");
    let unknown = house.call("FindRolesWithFunctionalRight", &unknown);
    assert!(!unknown.nil && unknown.children.is_empty());

    let some = names(&["cs-faqadmin", "no-such-right"]);
    let with = house.call("FindRolesWithFunctionalRights", &some);
    let without = house.call("FindRolesWithoutFunctionalRights", &some);
    let (with, without) = (int_list(&with), int_list(&without));
    assert!(with.contains(&&*role) && !without.contains(&&*role));
    let all = house.call("FindRolesWithoutFunctionalRights", &names(&[]));
    assert_eq!(int_list(&all).len(), with.len() + without.len());
    let none = house.call("FindRolesWithFunctionalRights", "");
    assert!(!none.nil && none.children.is_empty());
}

#[test]
fn a_role_is_made_read_changed_and_read() {
    let house = House::new();
    let server = &house.server;
    let of_type = text("Type", "ExternalUser");
    for (soap, name) in VERSIONS.into_iter().zip(["Partner <&> 1", "Partner 2"]) {
        let path = crate::support::USER;
        let operation = "CreateDefaultRoleEntityFromType";
        let blank = server.call(soap, path, &house.admin, operation, &of_type);
        let blank = blank.element("Response").unwrap();
        let role = blank.replacen("<Name/>", &text("Name", name), 1).replacen(
            "<Value/>",
            "<Value>CRU</Value>",
            1,
        );
        let role = element("RoleEntity", &role);
        let saved = server
            .user(soap, &house.admin, "SaveRoleEntity", &role)
            .result();
        assert_eq!(saved.text_at("Name"), name);
        assert_eq!(saved.text_at("RoleType"), "ExternalUser");
        assert_eq!(saved.text_at("CreatedBy/FullName"), "Ada Minister");
        let id = saved.text_at("RoleId");
        let read = house.call("GetRoleEntity", &text("RoleEntityId", id));
        assert_eq!(read, saved);

        // The matrix is what the other operations say.
        let columns = &read.at("DataRights/ColumnsInfo").children;
        let column = columns[0].text_at("Value").to_owned();
        assert_eq!((columns.len(), &*column), (8, "My own"));
        let cell = |relation: &str| {
            let argument = text("RoleId", id)
                + &text("TableName", "contact")
                + &text("RelationToOwner", relation);
            house.call("GetDataRight", &argument).text
        };
        let first = read.at("DataRights/Rights").children[0].children[0].text_at("Value");
        assert_eq!((first, &*cell("MyOwn")), ("CRU", "CRU"));
        assert_eq!(cell("SameProject"), "");

        let listed = house.call("GetAllRoles", &text("RoleType", "ExternalUser"));
        let listed: Vec<_> = listed.children.iter().map(|it| it.text_at("Id")).collect();
        assert!(listed.contains(&id));

        // The type stays.
        let change = text("RoleId", id) + &text("RoleType", "Employee") + &text("Rank", "40");
        let changed = house.call("SaveRoleEntity", &element("RoleEntity", &change));
        assert_eq!(changed.text_at("RoleType"), "ExternalUser");
        assert_eq!(
            (changed.text_at("Rank"), changed.text_at("Name")),
            ("40", name)
        );
        assert_eq!(changed.at("DataRights"), saved.at("DataRights"));
    }
    let blank = house.call("CreateDefaultRoleEntity", "");
    assert_eq!(blank.text_at("RoleType"), "Employee");
    assert_eq!(blank.text_at("RoleId"), "0");
    assert!(house.call("GetRoleEntity", &text("RoleEntityId", "99")).nil);
}

#[test]
fn a_cell_that_is_set_is_seen_by_row_by_column_and_in_the_matrix() {
    let house = House::new();
    let role = text("RoleId", "4");
    let table = text("TableName", "document");
    let relation = text("RelationToOwner", "OtherGroups");
    let set = |value: &str| role.clone() + &table + &relation + &text("DataRightValue", value);
    house.done(&house.admin, "SetDataRight", &set("CRUD"));
    let pairs = |node: &Node| -> Vec<(String, String)> {
        let pairs = node.children.iter();
        pairs
            .map(|it| (it.text_at("Key").to_owned(), it.text_at("Value").to_owned()))
            .collect()
    };
    let row = pairs(&house.call("GetDataRights", &(role.clone() + &table)));
    let expected = [
        ("MyOwn", "CRUD"),
        ("PrimaryGroup", "R"),
        ("OtherGroups", "CRUD"),
        ("OtherAssociates", "R"),
        ("ExternalUser", "R"),
        ("Anonymous", "R"),
    ];
    assert_eq!(row, expected.map(|(key, value)| (key.into(), value.into())));
    let column = pairs(&house.call("GetAllDataRights", &(role.clone() + &relation)));
    assert!(column.contains(&("document".into(), "CRUD".into())));
    assert!(column.contains(&("sale".into(), "R".into())));
    let entity = house.call("GetRoleEntity", &text("RoleEntityId", "4"));
    let right = &entity.at("DataRights/Rights").children[3].children[2];
    assert_eq!(
        (right.text_at("Value"), right.text_at("Description")),
        ("CRUD", "Delete")
    );
    assert_eq!(entity.text_at("UpdatedBy/Name"), "admin");

    let before = house.server.content_without_log_ins();
    let refused =
        |operation: &str, arguments: &str| house.refused(&house.admin, operation, arguments);
    for wrong in ["C", "RU", "CRUDE", "all"] {
        assert_eq!(
            refused("SetDataRight", &set(wrong)),
            "SoInvalidArgumentException"
        );
    }
    let nowhere = [
        text("RoleId", "99") + &table + &relation,
        role.clone() + &text("TableName", "ticket") + &relation,
        role.clone() + &table + &text("RelationToOwner", "MyCompany"),
    ];
    for arguments in &nowhere {
        for operation in ["GetDataRight", "SetDataRight"] {
            assert_eq!(refused(operation, arguments), "SoNotFoundException");
        }
    }
    for operation in ["GetDataRights", "GetAllDataRights"] {
        assert_eq!(refused(operation, &nowhere[0]), "SoNotFoundException");
    }
    house
        .server
        .content_without_log_ins()
        .assert_same(&before, "refused");
}

#[test]
fn a_deleted_role_hands_its_users_over() {
    let house = House::new();
    let role = house.role("Temporary");
    house.set_rights(&role, &[ADMIN_USERS]);
    house.set_person_right(&role, "CR");
    let (id, ann) = house.employee("ann", &role);
    let new_user = element("User", &text("Name", "made by ann"));
    save(&house.server, &ann, &new_user);

    let delete =
        |role: &str, other: &str| text("RoleIdToDelete", role) + &text("ReplacingRoleId", other);
    house.done(&house.admin, "DeleteRole", &delete(&role, "9"));
    assert_eq!(
        house.refused(&ann, "SaveUser", &new_user),
        "SoIllegalOperationException"
    );
    let user = get(&house.server, &house.admin, &id);
    assert_eq!(user.text_at("Role/Value"), "Local User");
    let entity = house.call("GetRoleEntity", &text("RoleEntityId", &role));
    assert_eq!(entity.text_at("Deleted"), "1");
    let listed = house.call("GetAllRoles", &text("RoleType", "Employee"));
    assert!(listed.children.iter().all(|it| it.text_at("Id") != role));

    let before = house.server.content_without_log_ins();
    for (from, to, class) in [
        ("1", "2", "SoIllegalOperationException"),
        ("10", "10", "SoIllegalOperationException"),
        ("11", "9", "SoIllegalOperationException"),
        ("12", "9", "SoIllegalOperationException"),
        (&*role, "9", "SoIllegalOperationException"),
        ("99", "9", "SoNotFoundException"),
        ("9", "99", "SoNotFoundException"),
        ("9", "9", "SoInvalidArgumentException"),
        ("9", "10", "SoInvalidArgumentException"),
        ("9", &*role, "SoInvalidArgumentException"),
    ] {
        let found = house.refused(&house.admin, "DeleteRole", &delete(from, to));
        assert_eq!(found, class, "{from} {to}");
    }
    house
        .server
        .content_without_log_ins()
        .assert_same(&before, "refused");
}

/// Calls that change something, with arguments that would do.
fn changes() -> [(&'static str, String); 6] {
    [
        ("CreateDefaultRoleEntity", String::new()),
        ("CreateDefaultRoleEntityFromType", text("Type", "Employee")),
        (
            "SaveRoleEntity",
            element("RoleEntity", &text("Name", "Intruders")),
        ),
        (
            "DeleteRole",
            text("RoleIdToDelete", "2") + &text("ReplacingRoleId", "3"),
        ),
        ("SetFunctionalRights", text("RoleId", "3") + &ids(&["74"])),
        (
            "SetDataRight",
            text("RoleId", "3")
                + &text("TableName", "sale")
                + &text("RelationToOwner", "MyOwn")
                + &text("DataRightValue", ""),
        ),
    ]
}

#[test]
fn employees_read_and_only_administrators_of_roles_change() {
    let house = House::new();
    house.server.add_user("ordinary", PASSWORD);
    let ordinary = house.server.caller("ordinary");
    let outsider = house.server.caller("gita@customer.example.com");
    let before = house.server.content_without_log_ins();
    for (operation, arguments) in changes() {
        let of = |caller| house.refused(caller, operation, &arguments);
        assert_eq!(of(&ordinary), "SoSentryException", "{operation}");
        assert_eq!(of(&outsider), "SoIllegalOperationException", "{operation}");
    }
    let cell = text("RoleId", "3")
        + &text("TableName", "sale")
        + "<RelationToOwner>MyOwn</RelationToOwner>";
    for (operation, arguments) in [
        ("GetRoleEntity", text("RoleEntityId", "1")),
        ("GetAllFunctionalRights", text("RoleType", "Employee")),
        ("GetFunctionalRights", text("RoleId", "1")),
        ("GetDataRight", cell.clone()),
        ("GetDataRights", cell.clone()),
        ("GetAllDataRights", cell),
        (
            "FindRolesWithFunctionalRight",
            text("FunctionalRightName", "admin-all"),
        ),
        ("FindRolesWithFunctionalRights", names(&["admin-all"])),
        ("FindRolesWithoutFunctionalRights", names(&["admin-all"])),
    ] {
        let read = house
            .server
            .user(Soap::V11, &ordinary, operation, &arguments);
        assert!(!read.result().nil, "{operation}");
        let found = house.refused(&outsider, operation, &arguments);
        assert_eq!(found, "SoIllegalOperationException", "{operation}");
    }
    house
        .server
        .content_without_log_ins()
        .assert_same(&before, "refused");

    // The right makes the difference.
    let role = house.role("Keepers");
    house.set_rights(&role, &[ADMIN_ROLE]);
    let (_, keeper) = house.employee("keeper", &role);
    for (operation, arguments) in changes() {
        let answer = house.server.user(Soap::V12, &keeper, operation, &arguments);
        assert!(answer.exception.is_none(), "{:?}", answer.exception);
    }
}

#[test]
fn nobody_climbs_by_keeping_roles_and_nobody_locks_everybody_out() {
    let house = House::new();
    let role = house.role("Keepers");
    house.set_rights(&role, &[ADMIN_ROLE]);
    let (_, keeper) = house.employee("keeper", &role);
    let set = |role: &str, rights: &[&str]| text("RoleId", role) + &ids(rights);
    let before = house.server.content_without_log_ins();
    for (operation, arguments) in [
        ("SetFunctionalRights", set(&role, &[ADMIN_ROLE, ADMIN_ALL])),
        (
            "SetFunctionalRights",
            set(&role, &[ADMIN_ROLE, ADMIN_USERS]),
        ),
        ("SetFunctionalRights", set("9", &[ADMIN_ALL])),
        ("SetFunctionalRights", set("1", &[])),
        (
            "DeleteRole",
            text("RoleIdToDelete", "9") + &text("ReplacingRoleId", "1"),
        ),
        (
            "SaveRoleEntity",
            element("RoleEntity", &(text("RoleId", "1") + &text("Name", "x"))),
        ),
    ] {
        let found = house.refused(&keeper, operation, &arguments);
        assert_eq!(found, "SoSentryException", "{operation}");
    }
    for (operation, arguments, class) in [
        (
            "SetFunctionalRights",
            set("1", &[ADMIN_ROLE]),
            "SoIllegalOperationException",
        ),
        (
            "SetFunctionalRights",
            set("9", &["74", "999"]),
            "SoInvalidArgumentException",
        ),
        (
            "SetFunctionalRights",
            set("9", &["31"]),
            "SoInvalidArgumentException",
        ),
        (
            "SetFunctionalRights",
            set("12", &[]),
            "SoIllegalOperationException",
        ),
    ] {
        assert_eq!(house.refused(&house.admin, operation, &arguments), class);
    }
    let new = |members: &str| element("RoleEntity", &(text("Name", "New") + members));
    for role in [
        new(&text("RoleType", "Anonymous")),
        new(&text("RoleType", "System")),
        new(&text("Deleted", "1")),
        element("RoleEntity", &text("Name", "CRM USER")),
    ] {
        let found = house.refused(&house.admin, "SaveRoleEntity", &role);
        assert_eq!(found, "SoValidationException", "{role}");
    }
    house
        .server
        .content_without_log_ins()
        .assert_same(&before, "refused");
    // The administrator is still one.
    house.set_rights("9", &[ADMIN_ALL]);
}
