//! What callers are told of their rights on rows and fields, and that it is so.

use crate::answer::{Node, element, text};
use crate::people::refused;
use crate::roles::House;
use crate::support::{Caller, Soap, TestServer, USER};
use crate::users::{get, save};

const ALL: &str = "Select Update Insert Delete";
/// All but deleting.
const MOST: &str = "Select Update Insert";
const GITA: &str = "gita@customer.example.com";
/// The role of user administrators, which `ulf` has.
const ULFS_ROLE: &str = "8";

impl House {
    #[track_caller]
    fn ask(&self, caller: &Caller, operation: &str, arguments: &str) -> Node {
        let answer = self.server.user(Soap::V12, caller, operation, arguments);
        answer.result()
    }

    fn id(&self, name: &str) -> String {
        let name = text("UserName", name);
        let user = self.ask(&self.admin, "GetUserFromName", &name);
        user.text_at("AssociateId").to_owned()
    }
}

/// What may be done with a row. A reason is there when that is not all.
#[track_caller]
fn mask(carrier: &Node) -> &str {
    let mask = carrier.text_at("TableRight/Mask");
    let reason = carrier.text_at("TableRight/Reason");
    assert_eq!(reason.is_empty(), mask == ALL, "{mask}: {reason}");
    mask
}

/// The properties of a member, if it has some of its own.
fn field<'a>(carrier: &'a Node, name: &str) -> Option<&'a Node> {
    let mut pairs = carrier.at("FieldProperties").children.iter();
    let pair = pairs.find(|pair| pair.text_at("Key") == name)?;
    pair.find("Value")
}

fn field_mask<'a>(carrier: &'a Node, name: &str) -> Option<&'a str> {
    field(carrier, name).map(|field| field.text_at("FieldRight/Mask"))
}

fn fields(carrier: &Node) -> Vec<&str> {
    let pairs = carrier.at("FieldProperties").children.iter();
    pairs.map(|pair| pair.text_at("Key")).collect()
}

/// The user as it came back, as an argument.
fn again(server: &TestServer, caller: &Caller, id: &str) -> String {
    let envelope = Soap::V11.envelope(caller, "GetUser", &text("UserId", id));
    let answer = server.post(USER, Soap::V11.content_type(), &envelope);
    element("User", answer.element("Response").unwrap())
}

#[test]
fn everybody_sees_the_own_rights() {
    let house = House::new();
    let [ulf, nora, gita] = ["ulf", "nora", GITA].map(|name| house.server.caller(name));
    for (caller, whom, user, person) in [
        (&house.admin, "nora", ALL, ALL),
        (&house.admin, GITA, ALL, ALL),
        // Nobody deletes the own user.
        (&house.admin, "admin", MOST, ALL),
        // User administrators do nothing to administrators.
        (&ulf, "admin", "Select", MOST),
        (&ulf, "nora", ALL, MOST),
        (&ulf, "ulf", MOST, ALL),
        // Others look at themselves.
        (&nora, "nora", "Select", ALL),
        (&gita, GITA, "Select", MOST),
    ] {
        let carrier = get(&house.server, caller, &house.id(whom));
        assert_eq!(mask(&carrier), user, "{whom}");
        assert_eq!(mask(carrier.at("Person")), person, "{whom}");
        for path in ["Role", "UserGroup"] {
            let item = carrier.at(path);
            assert!(item.nil || item.at("TableRight").nil && item.at("FieldProperties").nil);
        }
    }
}

#[test]
fn fields_tell_where_they_differ_from_the_row() {
    let house = House::new();
    let other = get(&house.server, &house.admin, &house.id("nora"));
    let key = field(&other, "AssociateId").unwrap();
    assert_eq!(key.text_at("FieldRight/Mask"), "Read");
    assert_ne!(key.text_at("FieldRight/Reason"), "");
    assert_eq!(key.text_at("FieldType"), "System.Int32");
    assert_eq!(key.text_at("FieldLength"), "0");
    assert_eq!(field_mask(&other, "Name"), None);
    assert_eq!(field_mask(&other, "Role"), None);
    let company = field(other.at("Person"), "ContactName").unwrap();
    assert_eq!(company.text_at("FieldRight/Mask"), "Read");
    assert_eq!(company.text_at("FieldType"), "System.String");
    assert_eq!(company.text_at("FieldLength"), "219");

    let own_id = house.id("admin");
    let own = get(&house.server, &house.admin, &own_id);
    for name in ["Role", "Type", "Deleted", "WaitingForApproval"] {
        assert_eq!(field_mask(&own, name), Some("Read"), "{name}");
    }
    let role = text("AssociateId", &own_id) + &element("Role", &text("Id", "2"));
    let role = element("User", &role);
    let class = refused(&house.server, &house.admin, "SaveUser", &role);
    assert_eq!(class, "SoIllegalOperationException");

    // Of a row that may only be read, so may all members.
    let nora = house.server.caller("nora");
    let own = get(&house.server, &nora, &house.id("nora"));
    assert!(!own.at("FieldProperties").nil && fields(&own).is_empty());
}

#[test]
fn who_may_not_read_a_person_is_shown_blanks_and_cannot_wipe_it_out() {
    let house = House::new();
    let ulf = house.server.caller("ulf");
    let id = house.id("nora");
    let whole = get(&house.server, &house.admin, &id);
    house.set_person_right(ULFS_ROLE, "");

    let blank = get(&house.server, &ulf, &id);
    let person = blank.at("Person");
    assert_eq!(mask(&blank), ALL);
    assert_eq!(mask(person), "");
    assert_eq!(fields(person), ["PersonId", "ContactId"]);
    for member in &person.children {
        let name = &*member.local;
        match name {
            "TableRight" | "FieldProperties" => {}
            "PersonId" | "ContactId" => {
                assert_eq!(member.text, whole.at("Person").text_at(name), "{name}");
            }
            _ => assert!(
                !member.nil && ["", "0", "false"].contains(&&*member.text),
                "{member:?}"
            ),
        }
    }
    for (operation, argument) in [
        ("GetUserFromName", text("UserName", "nora")),
        (
            "GetUserFromPersonId",
            text("PersonId", person.text_at("PersonId")),
        ),
    ] {
        let found = house.ask(&ulf, operation, &argument);
        let found = found.find("User").unwrap_or(&found);
        assert_eq!(found.text_at("Person/Firstname"), "", "{operation}");
    }

    let unchanged = again(&house.server, &ulf, &id);
    assert!(unchanged.contains("<FieldProperties>"));
    let saved = save(&house.server, &ulf, &unchanged);
    assert_eq!(saved, blank);
    assert_eq!(get(&house.server, &house.admin, &id), whole);

    house.set_person_right(ULFS_ROLE, "R");
    let seen = get(&house.server, &ulf, &id);
    assert_eq!(mask(seen.at("Person")), "Select");
    assert_eq!(
        seen.text_at("Person/Firstname"),
        whole.text_at("Person/Firstname")
    );
    assert!(fields(seen.at("Person")).is_empty());
}

#[test]
fn what_may_be_done_with_persons_is_what_is_told_from_the_next_request_on() {
    let house = House::new();
    let ulf = house.server.caller("ulf");
    let id = house.id("nora");
    let new_user = element("User", &text("Name", "new"));
    let credential = element("Type", &text("Type", "ActiveDirectory"))
        + &text("Value", "S-1-5-21-1-2-3-4")
        + &text("DisplayValue", "CORP\\New Person");
    let resolve = text("ContactId", "1")
        + &text("UserType", "InternalAssociate")
        + &element("Credential", &credential);
    let retire = text("AssociateId", &id) + &text("Retired", "true");
    let calls = [
        ("SaveUser", &new_user, "CR"),
        ("ResolveUserFromInfo", &resolve, "CR"),
        ("MakeRetired", &retire, "CRU"),
    ];
    for right in ["", "R", "CR"] {
        house.set_person_right(ULFS_ROLE, right);
        let before = house.server.content();
        for (operation, arguments, needed) in calls {
            if right.len() < needed.len() {
                let class = refused(&house.server, &ulf, operation, arguments);
                assert_eq!(class, "SoSentryException", "{operation} {right}");
            }
        }
        let reasons = house.ask(&ulf, "ValidateUser", &new_user);
        assert_eq!(reasons.children.is_empty(), right == "CR");
        house.server.content().assert_same(&before, right);
    }

    let told = get(&house.server, &ulf, &id);
    assert_eq!(mask(told.at("Person")), "Select Insert");
    let saved = save(&house.server, &ulf, &new_user);
    assert_eq!(mask(saved.at("Person")), "Select Insert");
    let resolved = house.ask(&ulf, "ResolveUserFromInfo", &resolve);
    assert_eq!(resolved.text_at("PersonCreated"), "true");
    assert_eq!(mask(resolved.at("User")), ALL);

    house.set_person_right(ULFS_ROLE, "CRU");
    let done = house.server.user(Soap::V11, &ulf, "MakeRetired", &retire);
    assert!(done.exception.is_none(), "{:?}", done.exception);
    assert_eq!(mask(get(&house.server, &ulf, &id).at("Person")), MOST);
}

#[test]
fn roles_tell_who_may_change_them() {
    let house = House::new();
    let [ulf, nora] = ["ulf", "nora"].map(|name| house.server.caller(name));
    let role = |caller, id| house.ask(caller, "GetRoleEntity", &text("RoleEntityId", id));
    for (caller, id, expected) in [
        (&house.admin, "4", ALL),
        // The own one, that of anonymous users, and that of programs.
        (&house.admin, "1", MOST),
        (&house.admin, "11", "Select Update"),
        (&house.admin, "12", "Select"),
        (&ulf, "4", ALL),
        (&ulf, ULFS_ROLE, MOST),
        (&ulf, "1", "Select Insert"),
        (&nora, "4", "Select"),
    ] {
        assert_eq!(mask(&role(caller, id)), expected, "{id}");
    }
    let stored = role(&house.admin, "4");
    let name = field(&stored, "Name").unwrap();
    assert_eq!(
        name.text_at("FieldRight/Mask"),
        "Read Write UIHintMandatory"
    );
    assert_eq!(name.text_at("FieldLength"), "239");
    assert_eq!(field_mask(&stored, "RoleType"), Some("Read"));
    assert!(stored.at("DataRights/TableRight").nil);
    let new = house.ask(&house.admin, "CreateDefaultRoleEntity", "");
    assert_eq!(field_mask(&new, "RoleType"), None);
    assert_eq!(field_mask(&new, "RoleId"), Some("Read"));
}

#[test]
fn secrets_of_others_can_be_written_by_more_than_read_them() {
    let house = House::new();
    let nora = house.server.caller("nora");
    let ulf = house.server.caller("ulf");
    let id = text("AssociateId", &house.id("nora"));
    let credentials = text("SecretValue", "s3cret") + &text("PublicValue", "nora");
    let arguments = text("Type", "imap") + &element("Credentials", &credentials);
    let saved = house
        .server
        .user(Soap::V12, &nora, "SaveUntrustedCredentials", &arguments);
    assert!(saved.exception.is_none(), "{:?}", saved.exception);
    let seen_by = |caller| {
        let arguments = id.clone() + &text("Type", "imap");
        let list = house.ask(caller, "GetUntrustedCredentialsForAssociate", &arguments);
        list.children[0].clone()
    };
    let own = seen_by(&nora);
    assert_eq!((mask(&own), field_mask(&own, "SecretValue")), (ALL, None));
    let secret = seen_by(&ulf);
    assert_eq!(mask(&secret), ALL);
    assert_eq!(field_mask(&secret, "SecretValue"), Some("Write"));
    let property = field(&secret, "SecretValue").unwrap();
    assert_eq!(property.text_at("FieldLength"), "70");

    house.server.add_user("otto", "long enough");
    let other = seen_by(&house.server.caller("otto"));
    assert_eq!(mask(&other), "Select");
    assert_eq!(field_mask(&other, "SecretValue"), Some(""));
    assert_eq!(other.text_at("SecretValue"), "");
}
