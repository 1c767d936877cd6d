//! Users over the wire: everything that is sent comes back.

use crate::answer::{Node, element, text};
use crate::support::{Caller, Response, Soap, TestServer, USER};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// The `User` argument with every member that can be written. `key` is in all names that have to
/// be unique.
pub fn full_user(key: &str) -> String {
    let hard = |name: &str| text(name, &format!("{name} {HARD}"));
    let mut person: String = [
        "Position",
        "Mrmrs",
        "Firstname",
        "Lastname",
        "MiddleName",
        "Title",
        "Description",
        "Email",
        "DirectPhone",
        "FaxPhone",
        "MobilePhone",
        "Kanafname",
        "Kanalname",
        "Post1",
        "Post2",
        "Post3",
        "EmailName",
        "CategoryName",
    ]
    .map(hard)
    .concat();
    for (name, number) in [
        ("CountryId", "578"),
        ("ContactId", "1"),
        ("Retired", "0"),
        ("Rank", "-3"),
        ("ActiveInterests", "2"),
        ("ActiveErpLinks", "4"),
        ("TicketPriorityId", "5"),
        ("SupportLanguageId", "6"),
        ("SupportAssociateId", "1"),
        ("UsePersonAddress", "true"),
    ] {
        person += &text(name, number);
    }
    let group = |id: &str| element("UserGroup", &text("Id", id));
    let category = |id: &str| element("MDOListItem", &text("Id", id));
    let credential = |kind: &str, value: &str| {
        let kind = element("Type", &text("Type", kind));
        element(
            "Credential",
            &(kind + &text("Value", value) + &hard("DisplayValue")),
        )
    };
    let license = |name: &str| {
        let license = text("Name", name) + &text("Assigned", "true");
        element("ModuleLicenseLink", &license)
    };
    let pair =
        |name: &str, value: &str| element("StringKeyValuePair", &(text("Key", name) + value));
    let nothing = "<Value i:nil=\"true\"/>";
    let empty = "<Value></Value>";
    let fields = |name: &str| {
        let pairs = pair(&format!("{name} {HARD}"), &hard("Value"))
            + &pair("nothing", nothing)
            + &pair("empty", empty);
        element(name, &pairs)
    };
    let owner = text("Name", "SUPEROFFICE")
        + &element(
            "RestrictedModuleLicenses",
            &(license("user") + &license("plan-sales")),
        )
        + &element("UnrestrictedModuleLicenses", &license("visible-for"));
    let user = text("Name", &format!("Name {key} {UNICODE}"))
        + &text("Rank", "-32768")
        + &hard("Tooltip")
        + &element("LicenseOwners", &element("LicenseOwner", &owner))
        + &element("Role", &text("Id", "8"))
        + &element("UserGroup", &text("Id", "2"))
        + &element("OtherGroups", &(group("3") + &group("1")))
        + &element("Person", &person)
        + &text("Deleted", "false")
        + &hard("RequestSignature")
        + &text("Type", "InternalAssociate")
        + &element(
            "Credentials",
            &(credential("CRM5/PASSWORD", SECRET) + &credential("ActiveDirectory", &sid(key))),
        )
        + &text("UserName", &format!("user {key} {UNICODE}"))
        + &element("TicketCategories", &(category("3") + &category("1")))
        + &text("NickName", &format!("nick {key} {UNICODE}"))
        + &text("WaitingForApproval", "false")
        + &fields("ExtraFields")
        + &fields("CustomFields");
    element("User", &user)
}

const UNICODE: &str = "Æ日本😀𝄞";
const HARD: &str = " Æ日本😀𝄞 <b>&amp;</b> \"q\" 'a' ]]> cr\rlf\nboth\r\ntab\t end ";
const SECRET: &str = "Correct-Horse-8";

/// A security identifier that goes with a key.
fn sid(key: &str) -> String {
    let number = key
        .bytes()
        .fold(7_u32, |sum, byte| sum.wrapping_mul(31) ^ u32::from(byte));
    format!("S-1-5-21-1-2-3-{number}")
}

/// Everything that was sent is there. Licences are found by name, since all are listed; a value
/// of a credential is not to come back.
fn assert_kept(sent: &Node, stored: &Node, path: &str) {
    if sent.children.is_empty() {
        let secret = path.ends_with("/Credential/Value");
        let expected = if secret { "" } else { &*sent.text };
        assert_eq!((&*stored.text, stored.nil), (expected, sent.nil), "{path}");
    }
    for (index, child) in sent.children.iter().enumerate() {
        let name = &child.local;
        let path = format!("{path}/{name}");
        let earlier = sent.children[..index].iter().filter(|it| it.local == *name);
        let mut same = stored.children.iter().filter(|it| it.local == *name);
        let found = match &**name {
            "ModuleLicenseLink" => same.find(|it| it.text_at("Name") == child.text_at("Name")),
            _ => same.nth(earlier.count()),
        };
        assert_kept(child, found.unwrap_or_else(|| panic!("no {path}")), &path);
    }
    let list = [
        "OtherGroups",
        "Credentials",
        "TicketCategories",
        "ExtraFields",
        "CustomFields",
    ];
    if list.contains(&&*sent.local) {
        assert_eq!(stored.names(), sent.names(), "{path}");
    }
}

/// The argument as another reader sees it.
fn parsed(user: &str) -> Node {
    let declared = "<User xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">";
    Node::parse(&user.replacen("<User>", declared, 1))
}

fn user_id(id: &str) -> String {
    text("UserId", id)
}

/// Saves a user and gives it as stored.
fn save(server: &TestServer, caller: &Caller, user: &str) -> Node {
    server.user(Soap::V12, caller, "SaveUser", user).result()
}

fn get(server: &TestServer, caller: &Caller, id: &str) -> Node {
    server
        .user(Soap::V11, caller, "GetUser", &user_id(id))
        .result()
}

#[test]
fn a_whole_user_comes_back_equal() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for soap in [Soap::V11, Soap::V12] {
        let key = format!("{soap:?}");
        let user = full_user(&key);
        let sent = parsed(&user);
        let saved = server.user(soap, &caller, "SaveUser", &user).result();
        assert_kept(&sent, &saved, "");
        assert_ne!(saved.text_at("EjUserId"), "0");
        assert_eq!(saved.text_at("Role/Value"), "User Administrator");
        assert_eq!(saved.text_at("UserGroup/Value"), "Sales");
        assert_eq!(
            saved.text_at("Person/ContactName"),
            "Services88 Demo Company"
        );

        assert_eq!(get(&server, &caller, saved.text_at("AssociateId")), saved);
        for name in ["Name", "UserName"] {
            let name = saved.text_at(name);
            for name in [name.to_owned(), name.to_ascii_uppercase()] {
                let argument = text("UserName", &name);
                let found = server.user(soap, &caller, "GetUserFromName", &argument);
                assert_eq!(found.result(), saved, "{name}");
            }
        }
        for name in ["Name", "UserName"] {
            assert!(server.log_in(soap, saved.text_at(name), SECRET).is_some());
            assert!(
                server
                    .log_in(soap, saved.text_at(name), "Correct-Horse-9")
                    .is_none()
            );
        }
    }
}

#[test]
fn line_ends_and_sections_are_read_as_xml_has_it() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for (markup, expected) in [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a&#13;&#10;b&#xD;c", "a\r\nb\rc"),
        ("<![CDATA[<b>&amp;\r\n]]>&lt;", "<b>&amp;\n<"),
        ("&#x1F600;&#128512;", "\u{1F600}\u{1F600}"),
        ("a<!-- b -->c", "ac"),
    ] {
        let user = element("User", &element("Tooltip", markup));
        assert_eq!(save(&server, &caller, &user).text_at("Tooltip"), expected);
    }
}

/// A user as it came back, as an argument for the next save, with another description.
fn with_tooltip(response: &Response, tooltip: &str) -> String {
    let user = response.element("Response").unwrap();
    let (start, rest) = user.split_once("<Tooltip>").unwrap();
    let (_, end) = rest.split_once("</Tooltip>").unwrap();
    element("User", &format!("{start}{}{end}", text("Tooltip", tooltip)))
}

#[test]
fn a_user_that_is_read_changed_and_saved_differs_in_nothing_else() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let mut before = save(&server, &caller, &full_user("before"));
    let id = user_id(before.text_at("AssociateId"));
    let response = server.call(Soap::V11, USER, &caller, "GetUser", &id);
    let after = save(&server, &caller, &with_tooltip(&response, "changed"));
    let tooltip = before.children.iter_mut().find(|it| it.local == "Tooltip");
    tooltip.unwrap().text = "changed".to_owned();
    assert_eq!(after, before);
    assert!(
        server
            .log_in(Soap::V12, after.text_at("Name"), SECRET)
            .is_some()
    );
}

#[test]
fn what_an_update_does_not_mention_stays_where_it_is_nested() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let before = save(&server, &caller, &full_user("nested"));
    let id = before.text_at("AssociateId");
    let update = text("AssociateId", id) + &text("Tooltip", "changed") + &text("Rank", "5");
    let after = save(&server, &caller, &element("User", &update));
    assert_eq!(after, get(&server, &caller, id));
    assert_eq!(
        (after.text_at("Tooltip"), after.text_at("Rank")),
        ("changed", "5")
    );
    for member in [
        "AssociateId",
        "Name",
        "Type",
        "EjUserId",
        "LicenseOwners",
        "Role",
        "UserGroup",
        "OtherGroups",
        "Person",
        "Credentials",
        "TicketCategories",
        "ExtraFields",
        "CustomFields",
    ] {
        assert_eq!(after.at(member), before.at(member));
    }
    let emptied = text("AssociateId", id) + "<OtherGroups/><TicketCategories/><ExtraFields/>";
    let after = save(&server, &caller, &element("User", &emptied));
    for member in ["OtherGroups", "TicketCategories", "ExtraFields"] {
        assert!(after.at(member).children.is_empty(), "{member}");
    }
    assert_eq!(after.at("CustomFields"), before.at("CustomFields"));
}

#[test]
fn a_deleted_user_is_gone_with_its_sessions() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let saved = save(&server, &caller, &full_user("gone"));
    let (id, name) = (saved.text_at("AssociateId"), saved.text_at("Name"));
    let ticket = server.log_in(Soap::V11, name, SECRET).unwrap();
    let deleted_one = Caller::Ticket(ticket);
    assert_eq!(get(&server, &deleted_one, id).text_at("Name"), name);

    let answer = server.user(Soap::V11, &caller, "DeleteUser", &user_id(id));
    assert!(answer.exception.is_none(), "{:?}", answer.exception);
    assert!(answer.response.children.is_empty());
    assert!(get(&server, &caller, id).nil);
    let refused = |caller, operation, arguments: &str| {
        let answer = server.user(Soap::V11, caller, operation, arguments);
        answer.refused().class
    };
    assert_eq!(
        refused(&deleted_one, "GetUser", &user_id(id)),
        "SoSessionException"
    );
    assert_eq!(
        refused(&caller, "DeleteUser", &user_id(id)),
        "SoNotFoundException"
    );
    let update = element("User", &text("AssociateId", id));
    assert_eq!(refused(&caller, "SaveUser", &update), "SoNotFoundException");
    assert!(server.log_in(Soap::V11, name, SECRET).is_none());
    let again = save(&server, &caller, &full_user("gone"));
    assert_ne!(again.text_at("AssociateId"), id);
}

#[test]
fn secrets_stay_inside() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let response = server.call(Soap::V12, USER, &caller, "SaveUser", &full_user("secret"));
    let saved = Node::parse(&response.body);
    let id = saved
        .at("Body/SaveUserResponse/Response")
        .text_at("AssociateId");
    let read = server.call(Soap::V12, USER, &caller, "GetUser", &user_id(id));
    for body in [&response.body, &read.body] {
        assert!(body.contains("CRM5/PASSWORD"), "{body}");
        assert!(
            !body.contains(SECRET) && !body.contains(&sid("secret")),
            "{body}"
        );
        assert!(!body.contains("argon2"), "{body}");
    }
    // A refused password is not told either.
    let weak = full_user("weak").replace(SECRET, "Hrse-7");
    let refused = server.call(Soap::V12, USER, &caller, "SaveUser", &weak);
    assert!(
        refused.body.contains("SoValidationException"),
        "{}",
        refused.body
    );
    assert!(!refused.body.contains("Hrse-7"), "{}", refused.body);
    let Caller::Ticket(ticket) = &caller else {
        panic!("the administrator has a ticket");
    };
    let mut files = 0;
    for file in std::fs::read_dir(server.data()).unwrap() {
        let path = file.unwrap().path();
        let content = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for secret in [SECRET, "Hrse-7", ticket] {
            assert!(!content.contains(secret), "{secret} in {}", path.display());
        }
        files += 1;
    }
    assert!(files >= 2, "database and log");
}

/// A user in which every text holds a marker.
fn marked(id: &str, marker: &str) -> String {
    let pair = text("Key", marker) + &text("Value", marker);
    let fields = element("StringKeyValuePair", &pair);
    let user = text("AssociateId", id)
        + &text("Name", marker)
        + &text("Tooltip", marker)
        + &text("RequestSignature", marker)
        + &text("UserName", marker)
        + &text("NickName", marker)
        + &element("ExtraFields", &fields)
        + &element("CustomFields", &fields);
    element("User", &user)
}

/// The marker that a user holds everywhere.
#[track_caller]
fn marker_of(user: &Node) -> String {
    let marker = user.text_at("Name");
    for path in [
        "Tooltip",
        "RequestSignature",
        "UserName",
        "NickName",
        "ExtraFields/StringKeyValuePair/Key",
        "ExtraFields/StringKeyValuePair/Value",
        "CustomFields/StringKeyValuePair/Key",
        "CustomFields/StringKeyValuePair/Value",
    ] {
        assert_eq!(user.text_at(path), marker, "{path}");
    }
    for fields in ["ExtraFields", "CustomFields"] {
        assert_eq!(user.at(fields).children.len(), 1);
    }
    marker.to_owned()
}

#[test]
fn concurrent_saves_of_one_user_never_mix() {
    const WRITERS: usize = 16;
    const ROUNDS: usize = 5;
    let server = TestServer::start();
    let caller = server.caller("admin");
    let saved = save(&server, &caller, &marked("0", "first"));
    let id = saved.text_at("AssociateId");
    let done = AtomicBool::new(false);
    let reads = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (server, caller) = (&server, &caller);
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let marker = format!("marker {writer} {round} 😀");
                        let saved = save(server, caller, &marked(id, &marker));
                        assert_eq!(marker_of(&saved), marker);
                    }
                })
            })
            .collect();
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                marker_of(&get(&server, &caller, id));
                reads.fetch_add(1, Ordering::Relaxed);
            }
        });
        let failed = writers.into_iter().filter_map(|it| it.join().err()).count();
        done.store(true, Ordering::Relaxed);
        assert_eq!(failed, 0);
    });
    assert!(marker_of(&get(&server, &caller, id)).ends_with(&format!(" {} 😀", ROUNDS - 1)));
    assert!(reads.load(Ordering::Relaxed) > 0);
}

#[test]
fn of_users_who_want_the_same_name_at_once_one_gets_it() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let user = marked("0", "wanted");
    let winners = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| server.user(Soap::V11, &caller, "SaveUser", &user)))
            .collect();
        let answers = tries.into_iter().map(|it| it.join().unwrap());
        answers.filter(|answer| answer.exception.is_none()).count()
    });
    assert_eq!(winners, 1);
}

#[test]
fn a_user_that_cannot_be_saved_leaves_nothing() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let user = full_user("refused").replace("<Id>3</Id>", "<Id>99</Id>");
    let refused = server.user(Soap::V12, &caller, "SaveUser", &user).refused();
    assert_eq!(refused.class, "SoValidationException");
    let fields: Vec<_> = refused.parameters.iter().map(|it| &*it.0).collect();
    assert_eq!(fields, ["OtherGroups", "TicketCategories"]);
    let found = server
        .user(Soap::V12, &caller, "ValidateUser", &user)
        .result();
    let keys = found.children.iter().map(|pair| pair.text_at("Key"));
    assert_eq!(keys.collect::<Vec<_>>(), fields);
    let next = save(&server, &caller, &full_user("refused"));
    assert_eq!(next.text_at("AssociateId"), next.text_at("Person/PersonId"));
}

#[test]
fn the_gateway_keeps_its_client_and_names_the_member_that_is_wrong() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let register = |uri: &str| {
        let argument = text("RedirectUri", uri);
        server.user(Soap::V12, &caller, "RegisterWithAccessGateway", &argument)
    };
    let call = |operation| server.user(Soap::V12, &caller, operation, "").result();
    assert_eq!(call("CheckAccessGatewayRegistration").text, "false");
    assert_eq!(call("GetAccessGatewayInfo").text_at("ClientId"), "");

    let first = register("https://crm.example/a?x=1&y=2").result();
    assert_eq!(
        first.text_at("RedirectUri"),
        "https://crm.example/a?x=1&y=2"
    );
    assert!(!first.text_at("ClientId").is_empty());
    for uri in [
        "",
        "callback",
        "javascript:alert(1)",
        "https://crm.example/#x",
    ] {
        let refused = register(uri).refused();
        assert_eq!(refused.class, "SoValidationException");
        assert_eq!(refused.parameters.len(), 1);
        assert_eq!(
            refused.parameters[0].0, "RedirectUri",
            "{}",
            refused.message
        );
    }
    assert_eq!(call("GetAccessGatewayInfo"), first);
    let second = register("https://crm.example/b").result();
    assert_eq!(second.text_at("ClientId"), first.text_at("ClientId"));
    assert_eq!(call("GetOrRegisterAccessGatewayInfo"), second);
    assert_eq!(call("CheckAccessGatewayRegistration").text, "true");
}
