//! Groups over the wire: what becomes of their members.

use crate::answer::{Node, element, text};
use crate::support::{Caller, PASSWORD, Soap, TestServer};

fn group(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter().map(|(name, value)| text(name, value));
    element("UserGroup", &fields.collect::<String>())
}

fn ids(groups: &Node) -> Vec<&str> {
    let groups = groups.children.iter();
    groups.map(|group| group.text_at("Id")).collect()
}

#[test]
fn a_group_lives_and_is_deleted_while_its_members_move() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for soap in [Soap::V11, Soap::V12] {
        let call = |operation: &str, arguments: &str| {
            server.user(soap, &caller, operation, arguments).result()
        };
        let blank = call("CreateUserGroup", "");
        assert_eq!(
            (blank.text_at("Id"), blank.text_at("Deleted")),
            ("0", "false")
        );
        let rank = blank.text_at("Rank");
        let name = format!("Høst {soap:?} & sønner");
        let saved = call(
            "SaveUserGroup",
            &group(&[("Value", &name), ("Tooltip", "new"), ("Rank", rank)]),
        );
        assert_eq!(
            (saved.text_at("Value"), saved.text_at("Rank")),
            (&*name, rank)
        );
        let id = saved.text_at("Id");
        assert_eq!(call("GetUserGroup", &text("UserGroupId", id)), saved);
        let all = call("GetAllUserGroups", &text("IncludeDeleted", "false"));
        assert_eq!(ids(&all).last(), Some(&id));

        let member = |primary: &str, other: &str| {
            let user = element("UserGroup", &text("Id", primary))
                + &element("OtherGroups", &group(&[("Id", other)]));
            let saved = call("SaveUser", &element("User", &user));
            assert_eq!(saved.text_at("UserGroup/Id"), primary);
            saved.text_at("AssociateId").to_owned()
        };
        let members = [member(id, "3"), member("1", id), member("3", id)];
        let argument = text("UserGroupToDelete", id) + &text("UserGroupToMoveTo", "3");
        let deleted = server.user(soap, &caller, "DeleteUserGroup", &argument);
        assert!(deleted.exception.is_none(), "{:?}", deleted.exception);
        let groups = members.map(|id| {
            let user = call("GetUser", &text("UserId", &id));
            let others = ids(user.at("OtherGroups")).join(",");
            (user.text_at("UserGroup/Id").to_owned(), others)
        });
        let expected = [("3", ""), ("1", "3"), ("3", "")];
        assert_eq!(groups, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));

        let all = call("GetAllUserGroups", &text("IncludeDeleted", "false"));
        assert!(!ids(&all).contains(&id));
        let all = call("GetAllUserGroups", &text("IncludeDeleted", "true"));
        assert!(ids(&all).contains(&id));
        let number = |id: &str| {
            let array = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
            format!("<a:int xmlns:a=\"{array}\">{id}</a:int>")
        };
        let asked = ["3", "99999", id, "1"].map(number).concat();
        let list = call("GetUserGroupList", &element("UserGroupIds", &asked));
        assert_eq!(ids(&list), ["3", id, "1"]);
        assert_eq!(list.children[1].text_at("Deleted"), "true");
    }
}

#[test]
fn refused_changes_leave_the_groups_as_they_are() {
    let server = TestServer::start();
    server.add_user("ann", PASSWORD);
    let (admin, ann) = (server.caller("admin"), server.caller("ann"));
    let before = server.content();
    let refused = |caller: &Caller, operation: &str, arguments: &str| {
        let answer = server.user(Soap::V12, caller, operation, arguments);
        answer.refused().class
    };
    let delete =
        |from: &str, to: &str| text("UserGroupToDelete", from) + &text("UserGroupToMoveTo", to);
    for (operation, arguments) in [
        ("CreateUserGroup", String::new()),
        ("SaveUserGroup", group(&[("Value", "mine")])),
        ("DeleteUserGroup", delete("2", "3")),
    ] {
        let class = refused(&ann, operation, &arguments);
        assert_eq!(class, "SoIllegalOperationException", "{operation}");
    }
    let taken = group(&[("Id", "2"), ("Value", "SUPPORT")]);
    assert_eq!(
        refused(&admin, "SaveUserGroup", &taken),
        "SoValidationException"
    );
    let class = refused(&admin, "DeleteUserGroup", &delete("2", "2"));
    assert_eq!(class, "SoInvalidArgumentException");
    let class = refused(&admin, "DeleteUserGroup", &delete("2", "99"));
    assert_eq!(class, "SoNotFoundException");
    server.content().assert_same(&before, "refused");
}
