//! A user with every member that can be written.

use crate::answer::{Node, element, text};

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
            &(license("user") + &license("web") + &license("plan-sales")),
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

/// Characters that are no problem in a name.
const UNICODE: &str = "Æ日本😀𝄞";
/// Characters that XML, HTTP or a database may stumble over.
pub const HARD: &str = " Æ日本😀𝄞 <b>&amp;</b> \"q\" 'a' ]]> cr\rlf\nboth\r\ntab\t end ";
/// The password.
pub const SECRET: &str = "Correct-Horse-8";

/// A security identifier that goes with a key.
pub fn sid(key: &str) -> String {
    let number = key
        .bytes()
        .fold(7_u32, |sum, byte| sum.wrapping_mul(31) ^ u32::from(byte));
    format!("S-1-5-21-1-2-3-{number}")
}

/// Everything that was sent is there. Licences are found by name, since all are listed; a value
/// of a credential is not to come back.
#[track_caller]
pub fn assert_kept(sent: &Node, stored: &Node, path: &str) {
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
        assert_kept(
            child,
            found.unwrap_or_else(|| panic!("no {path} {} in {stored:?}", child.text_at("Name"))),
            &path,
        );
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
pub fn parsed(user: &str) -> Node {
    let declared = "<User xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">";
    Node::parse(&user.replacen("<User>", declared, 1))
}
