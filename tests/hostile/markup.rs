//! Documents that are deep, wide, ambiguous or not XML at all.

use crate::faults::{ACTION, DESERIALIZATION, GET_ROLE, VERSIONS};
use crate::support::Soap;
use crate::victim::{REFUSED, Victim, Wanted};
use std::time::{Duration, Instant};

/// A quarter of what a message may have.
const MUCH: usize = 1_000_000;
const ROLE: &str = "<RoleId>12</RoleId>";
const DECLARED: &str = " xmlns:p='urn:p' xmlns:q='urn:p'";

/// A Body that asks for role 12 with something before the argument, which is passed over when it
/// is an element.
fn before_role(markup: &str) -> String {
    GET_ROLE.replace(ROLE, &(markup.to_owned() + ROLE))
}

/// A Body that asks for role 12, with attributes on the argument.
fn with_attributes(attributes: &str) -> String {
    GET_ROLE.replace("<RoleId>", &format!("<RoleId{DECLARED}{attributes}>"))
}

/// Sends each of these in the place of the Body, in both versions.
fn each(victim: &Victim, contents: &[(String, Wanted)]) {
    for (content, wanted) in contents {
        for soap in VERSIONS {
            victim.answers(soap, victim.message(soap, content), *wanted);
        }
    }
}

#[test]
fn deep_nesting() {
    let victim = Victim::start();
    let nested = |tag: &str, depth| {
        let close = format!("</{tag}>").repeat(depth);
        before_role(&(format!("<{tag}>").repeat(depth) + &close))
    };
    // Three elements are around it, and 64 in all may be open.
    each(
        &victim,
        &[
            (nested("a", 61), Wanted::Role),
            (nested("a", 62), REFUSED),
            (nested("RoleId", 62), REFUSED),
            (nested("a", MUCH / 8), REFUSED),
            (nested("GetRole", MUCH / 20), REFUSED),
            (nested("s:Body", MUCH / 20), REFUSED),
            (before_role(&"<a>".repeat(MUCH / 3)), REFUSED),
            (before_role(&"</a>".repeat(MUCH / 4)), REFUSED),
            ("<s:Body>".repeat(MUCH / 8), Wanted::Fault(&ACTION)),
            ("<a ".repeat(MUCH / 3), REFUSED),
            ("<".repeat(MUCH), REFUSED),
            (before_role(&"<a/>".repeat(49_000)), Wanted::Role),
            (before_role(&"<a/>".repeat(50_000)), REFUSED),
        ],
    );
    for soap in VERSIONS {
        let depth = MUCH / 30;
        let deep = "<s:Envelope>".repeat(depth) + &"</s:Envelope>".repeat(depth);
        let message = victim.good(soap).replacen("<s:Header>", &deep, 1);
        victim.answers(soap, message, REFUSED);
        let deep = "<Credentials>".repeat(depth) + &"</Credentials>".repeat(depth);
        let message = victim.good(soap).replacen("<Credentials>", &deep, 1);
        victim.answers(soap, message, REFUSED);
    }
    victim.survived(24);
}

#[test]
fn huge_names_and_comments() {
    let victim = Victim::start();
    let long = "n".repeat(MUCH);
    let most = "n".repeat(1024);
    each(
        &victim,
        &[
            (before_role(&format!("<{most}></{most}>")), Wanted::Role),
            (before_role(&format!("<{most}n/>")), REFUSED),
            (before_role(&format!("<{long}/>")), REFUSED),
            (before_role(&format!("<{long}:n/>")), REFUSED),
            (before_role(&format!("<n></{long}>")), REFUSED),
            (
                before_role(&format!("<n></n{}>", " ".repeat(MUCH))),
                Wanted::Role,
            ),
            (with_attributes(&format!(" {most}=''")), Wanted::Role),
            (with_attributes(&format!(" {long}=''")), REFUSED),
            (with_attributes(&format!(" p:{long}=''")), REFUSED),
            (with_attributes(&format!(" a='{long}'")), Wanted::Role),
            (with_attributes(&format!(" xmlns:{long}='urn:x'")), REFUSED),
            (with_attributes(&format!(" xmlns:x='{long}'")), REFUSED),
            (
                with_attributes(&format!(" xmlns:x='{}'", "&amp;".repeat(200_000))),
                REFUSED,
            ),
            (with_attributes(&" ".repeat(MUCH)), Wanted::Role),
            (before_role(&format!("<!--{long}-->")), Wanted::Role),
            (before_role(&"<!---->".repeat(MUCH / 7)), Wanted::Role),
            (before_role(&format!("<!--{}", "-".repeat(MUCH))), REFUSED),
            (before_role(&"<!--".repeat(MUCH / 4)), REFUSED),
            (
                before_role(&format!("<n><![CDATA[{}]]></n>", "]".repeat(MUCH))),
                Wanted::Role,
            ),
            (
                before_role(&format!("<n>{}</n>", "<![CDATA[]]>".repeat(MUCH / 12))),
                Wanted::Role,
            ),
            (before_role(&"<![CDATA[".repeat(MUCH / 9)), REFUSED),
            (before_role(&format!("<?{long}?>")), REFUSED),
            (before_role(&"<?".repeat(MUCH / 2)), REFUSED),
            (
                format!("{}{GET_ROLE}", "\r\n".repeat(MUCH / 2)),
                Wanted::Role,
            ),
            (
                GET_ROLE.replace("12", &"1".repeat(MUCH)),
                Wanted::Fault(&DESERIALIZATION),
            ),
            (
                GET_ROLE.replace("12", &format!("{}12", "0".repeat(MUCH))),
                Wanted::Role,
            ),
        ],
    );
    victim.survived(24);
}

#[test]
fn floods_of_attributes() {
    let victim = Victim::start();
    let many = |count: usize| {
        let all = (0..count).map(|at| format!(" a{at}=''"));
        with_attributes(&all.collect::<String>())
    };
    let declarations = |count: usize| {
        let all = (0..count).map(|at| format!(" xmlns:a{at}='urn:{at}'"));
        with_attributes(&all.collect::<String>())
    };
    each(
        &victim,
        &[
            (many(198), Wanted::Role),
            (many(199), REFUSED),
            (many(300_000), REFUSED),
            (declarations(62), Wanted::Role),
            (declarations(63), REFUSED),
            (declarations(150_000), REFUSED),
            (with_attributes(&" a=''".repeat(MUCH / 5)), REFUSED),
            // On every element as many as may be.
            (
                before_role(
                    &format!(
                        "<a{}/>",
                        (0..199).map(|at| format!(" a{at}=''")).collect::<String>()
                    )
                    .repeat(600),
                ),
                Wanted::Role,
            ),
        ],
    );
    victim.survived(24);
}

#[test]
fn attributes_that_come_twice() {
    let victim = Victim::start();
    let default = " xmlns:d='http://www.superoffice.net/ws/crm/NetServer/Services88'";
    each(
        &victim,
        &[
            (with_attributes(" a='1' a='1'"), REFUSED),
            (with_attributes(" p:a='1' p:a='2'"), REFUSED),
            (with_attributes(" p:a='1' q:a='2'"), REFUSED),
            (with_attributes(" xmlns:p='urn:p'"), REFUSED),
            (with_attributes(" xmlns='urn:a' xmlns='urn:b'"), REFUSED),
            (
                with_attributes(" xmlns:x='urn:&#112;' x:a='1' p:a='2'"),
                REFUSED,
            ),
            // Unlike elements, attributes have no default namespace.
            (
                with_attributes(&format!("{default} a='1' d:a='2'")),
                Wanted::Role,
            ),
            (with_attributes(" a='1' p:a='2'"), Wanted::Role),
            (with_attributes(" A='1' a='2'"), Wanted::Role),
        ],
    );
    victim.survived(16);
}

/// Names that have the same hash in Java's strings: of so many pairs of letters, Aa or BB.
fn java(count: usize) -> Vec<String> {
    names(count, ["Aa", "BB"])
}

/// The same for DJB's hash times 33, as in PHP and others.
fn djb(count: usize) -> Vec<String> {
    names(count, ["Ez", "FY"])
}

fn names(count: usize, pairs: [&str; 2]) -> Vec<String> {
    let name = |number: usize| (0..16).map(|bit| pairs[number >> bit & 1]).collect();
    (0..count).map(name).collect()
}

/// Names of the same length that have nothing else in common.
fn ordinary(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("n{:031x}", number * 0x9E37_79B9_7F4A))
        .collect()
}

#[test]
fn names_that_collide_cost_no_more_than_others() {
    const PAIR: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
    let victim = Victim::start();
    let members = |names: &[String]| {
        let all: String = names.iter().map(|name| format!("<{name}/>")).collect();
        (before_role(&all), Wanted::Role)
    };
    let blocks = |names: &[String]| {
        let all: String = names
            .iter()
            .map(|name| format!("<{name} xmlns='urn:x'/>"))
            .collect();
        (all, Wanted::Role)
    };
    let attributes = |names: &[String]| {
        let all: String = names
            .chunks(190)
            .map(|names| {
                let names: String = names.iter().map(|name| format!(" {name}=''")).collect();
                format!("<a{names}/>")
            })
            .collect();
        (before_role(&all), Wanted::Role)
    };
    let keys = |names: &[String]| {
        let pairs: String = names
            .iter()
            .take(15_000)
            .map(|name| {
                format!(
                    "<p:StringKeyValuePair><p:Key>{name}</p:Key><p:Value/></p:StringKeyValuePair>"
                )
            })
            .collect();
        let user = format!("<User><ExtraFields xmlns:p='{PAIR}'>{pairs}</ExtraFields></User>");
        let body = format!(
            "<s:Body><ChangeUserType>{user}<UserType>Unknown</UserType></ChangeUserType></s:Body>"
        );
        (body, Wanted::Exception("SoInvalidArgumentException"))
    };
    let time = |(content, wanted): &(String, Wanted), is_block: bool| {
        let message = match is_block {
            true => {
                victim
                    .good(Soap::V12)
                    .replacen("<s:Header>", &format!("<s:Header>{content}"), 1)
            }
            false => victim.message(Soap::V12, content),
        };
        let once = || {
            let start = Instant::now();
            victim.answers(Soap::V12, &message, *wanted);
            start.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap()
    };
    let count = 10_000;
    for (name, make) in [
        (
            "members",
            &members as &dyn Fn(&[String]) -> (String, Wanted),
        ),
        ("blocks", &blocks),
        ("attributes", &attributes),
        ("keys", &keys),
    ] {
        let of = |names: Vec<String>| time(&make(&names), name == "blocks");
        let base = of(ordinary(count));
        for colliding in [java(count), djb(count)] {
            let found = of(colliding);
            let most = base * 4 + Duration::from_millis(200);
            assert!(found < most, "{name}: {found:?}, otherwise {base:?}");
        }
    }
    victim.survived(24);
}

#[test]
fn prefixes_that_are_not_declared_or_declared_anew() {
    let victim = Victim::start();
    let argument = |tag: &str| GET_ROLE.replace(ROLE, tag);
    let services = "http://www.superoffice.net/ws/crm/NetServer/Services88";
    each(
        &victim,
        &[
            (argument("<x:RoleId>12</x:RoleId>"), REFUSED),
            (argument("<RoleId x:a=''>12</RoleId>"), REFUSED),
            (argument("<xmlns:RoleId/>"), REFUSED),
            (argument("<RoleId xmlns:xml='urn:x'/>"), REFUSED),
            (
                argument("<RoleId xmlns:x='http://www.w3.org/XML/1998/namespace'/>"),
                REFUSED,
            ),
            (
                argument("<RoleId xmlns='http://www.w3.org/XML/1998/namespace'/>"),
                REFUSED,
            ),
            (argument("<RoleId xmlns:xmlns='urn:x'/>"), REFUSED),
            (
                argument("<RoleId xmlns:x='http://www.w3.org/2000/xmlns/'/>"),
                REFUSED,
            ),
            (argument("<RoleId xmlns:x=''/>"), REFUSED),
            (argument("<:RoleId/>"), REFUSED),
            (argument("<x:y:RoleId xmlns:x='urn:x'/>"), REFUSED),
            (
                argument("<a xmlns:x='urn:x'/><x:RoleId>12</x:RoleId>"),
                REFUSED,
            ),
            // The same name in another namespace is another member, which is passed over.
            (argument("<RoleId xmlns=''>12</RoleId>"), Wanted::Nothing),
            (
                argument("<RoleId xmlns='urn:x'>12</RoleId>"),
                Wanted::Nothing,
            ),
            (argument("<s:RoleId>12</s:RoleId>"), Wanted::Nothing),
            (
                argument(&format!("<s:RoleId xmlns:s='{services}'>12</s:RoleId>")),
                Wanted::Role,
            ),
            (
                argument(&format!("<x:RoleId xmlns:x='{services}'>12</x:RoleId>")),
                Wanted::Role,
            ),
            (
                argument(&format!("<RoleId xmlns='{services} '>12</RoleId>")),
                Wanted::Nothing,
            ),
            (
                argument(&format!(
                    "<RoleId xmlns='{}'>12</RoleId>",
                    services.to_uppercase()
                )),
                Wanted::Nothing,
            ),
            // Declared anew, the envelope's own prefix means something else.
            (
                GET_ROLE.replacen("<s:Body>", "<s:Body xmlns:s='urn:x'>", 1),
                REFUSED,
            ),
            (
                GET_ROLE.replacen("<GetRole>", "<GetRole xmlns='urn:x'>", 1),
                Wanted::Fault(&ACTION),
            ),
            (
                GET_ROLE.replacen("<s:Body>", "<s:Body xmlns=''>", 1),
                Wanted::Fault(&ACTION),
            ),
            (
                GET_ROLE.replacen(
                    "<s:Body>",
                    &format!(
                        "<s:Body xmlns:s='{}'>",
                        Soap::V12.namespace().to_uppercase()
                    ),
                    1,
                ),
                REFUSED,
            ),
        ],
    );
    for (soap, other) in [(Soap::V11, Soap::V12), (Soap::V12, Soap::V11)] {
        let declared = format!(" xmlns:s='{}'", other.namespace());
        for part in ["s:Header", "s:Body"] {
            let message =
                victim
                    .good(soap)
                    .replacen(&format!("<{part}>"), &format!("<{part}{declared}>"), 1);
            victim.answers(soap, message, REFUSED);
        }
    }
    victim.survived(16);
}

#[test]
fn characters_that_xml_does_not_have() {
    let victim = Victim::start();
    let mut contents = Vec::new();
    for reference in [
        "&#0;",
        "&#x0;",
        "&#00;",
        "&#1;",
        "&#8;",
        "&#11;",
        "&#xB;",
        "&#xc;",
        "&#14;",
        "&#x1F;",
        "&#xD800;",
        "&#xDFFF;",
        "&#xFFFE;",
        "&#65535;",
        "&#x110000;",
        "&#xFFFFFFFF;",
        "&#4294967361;",
        "&#99999999999999999999;",
        "&#x100000000000041;",
        "&#;",
        "&#x;",
        "&#-1;",
        "&#+65;",
        "&# 65;",
        "&#65 ;",
        "&#6 5;",
        "&#X41;",
        "&#xG;",
        "&#1_0;",
        "&#\u{661};",
        "&#65",
        "&#x41<",
    ] {
        contents.push((GET_ROLE.replace("12", &format!("12{reference}")), REFUSED));
        contents.push((with_attributes(&format!(" a='{reference}'")), REFUSED));
        contents.push((before_role(&format!("<a>{reference}</a>")), REFUSED));
    }
    for raw in [
        "\0",
        "\u{1}",
        "\u{8}",
        "\u{b}",
        "\u{c}",
        "\u{1b}[2J",
        "\u{1f}",
        "\u{fffe}",
        "\u{ffff}",
    ] {
        for place in [
            GET_ROLE.replace("12", &format!("12{raw}")),
            with_attributes(&format!(" a='{raw}'")),
            with_attributes(&format!(" a{raw}=''")),
            before_role(&format!("<a{raw}/>")),
            before_role(&format!("<!--{raw}-->")),
            before_role(&format!("<a><![CDATA[{raw}]]></a>")),
            format!("{GET_ROLE}{raw}"),
        ] {
            contents.push((place, REFUSED));
        }
    }
    each(&victim, &contents);
    for bytes in [
        &b"\xff"[..],
        b"\x80",
        b"\xc0\x80",
        b"\xc0\xbc",
        b"\xe0\x80\xbc",
        b"\xed\xa0\x80",
        b"\xed\xa0\xbd\xed\xb8\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xc3",
        b"\xe2\x82",
    ] {
        for soap in VERSIONS {
            let good = victim.good(soap);
            let (before, after) = good.split_once(ROLE).unwrap();
            let message = [
                before.as_bytes(),
                b"<a>",
                bytes,
                b"</a>",
                ROLE.as_bytes(),
                after.as_bytes(),
            ];
            victim.answers(soap, message.concat(), REFUSED);
            victim.answers(soap, [good.as_bytes(), bytes].concat(), REFUSED);
        }
    }
    victim.survived(16);
}
