//! SOAP 1.2, Part 1: roles (2.2), mustUnderstand (2.4, 5.2.3) and relay (2.7, 5.2.4).

use crate::answer::{Answer, element, envelope};
use crate::faults::{CLIENT, GET_ROLE, MUST_UNDERSTAND, SOAP12, fault, is_role, send};
use crate::peer::peer;
use crate::support::Soap;

const V12: Soap = Soap::V12;
const ROLE: &str = "http://www.w3.org/2003/05/soap-envelope/role";

fn block(attributes: &str) -> String {
    format!("<o:Unknown xmlns:o=\"urn:o\" {attributes}><o:x/></o:Unknown>")
}

/// Part 1, 2.2 and 2.3: we act in `next` and `ultimateReceiver`, also when no role is named or an
/// empty one.
#[test]
fn mandatory_blocks_for_our_roles_are_ours() {
    let peer = peer();
    for role in [
        String::new(),
        "s:role=\"\"".to_owned(),
        format!("s:role=\"{ROLE}/next\""),
        format!("s:role=\"{ROLE}/ultimateReceiver\""),
        // A role of our own choice (2.2): the one that Axis 1 takes from SOAP 1.1.
        "s:role=\"http://schemas.xmlsoap.org/soap/actor/next\"".to_owned(),
    ] {
        let blocks = block(&format!("{role} s:mustUnderstand=\"true\""));
        fault(V12, &peer.with_blocks(V12, &blocks), &MUST_UNDERSTAND);
    }
}

/// Part 1, 2.2: `none` is nobody's role, and a role of the application's own is somebody else's.
#[test]
fn mandatory_blocks_for_other_roles_are_not() {
    let peer = peer();
    for role in [
        format!("{ROLE}/none"),
        "http://example.org/role/cache".to_owned(),
        format!("{ROLE}/Next"),
    ] {
        let blocks = block(&format!("s:role=\"{role}\" s:mustUnderstand=\"true\""));
        is_role(V12, &peer.with_blocks(V12, &blocks));
    }
}

/// Part 1, 2.6: blocks for others are not processed, known or not: a ticket for another role is none.
#[test]
fn blocks_for_other_roles_are_not_processed() {
    let peer = peer();
    for role in [format!("{ROLE}/none"), "urn:other".to_owned()] {
        let ticket = peer.ticket();
        let ticket = ticket.replace("<Credentials>", &format!("<Credentials s:role=\"{role}\">"));
        let content = element("s:Header", &ticket) + GET_ROLE;
        let answer = Answer::of(V12, "GetRoleResponse", &send(&peer, V12, &content));
        assert_eq!(answer.refused().class, "SoSessionException");
    }
    let ours = peer.ticket();
    for role in [format!("{ROLE}/next"), format!("{ROLE}/ultimateReceiver")] {
        let ticket = ours.replace("<Credentials>", &format!("<Credentials s:role=\"{role}\">"));
        is_role(
            V12,
            &send(&peer, V12, &(element("s:Header", &ticket) + GET_ROLE)),
        );
    }
}

/// Part 1, 5.2.3: mustUnderstand is an xs:boolean: true, 1, false, 0, with white space around it.
#[test]
fn must_understand_is_a_boolean() {
    let peer = peer();
    for value in ["true", "1", " true ", "\t1"] {
        let blocks = block(&format!("s:mustUnderstand=\"{value}\""));
        fault(V12, &peer.with_blocks(V12, &blocks), &MUST_UNDERSTAND);
    }
    for value in ["false", "0", " false", "0 "] {
        let blocks = block(&format!("s:mustUnderstand=\"{value}\""));
        is_role(V12, &peer.with_blocks(V12, &blocks));
    }
}

/// Part 1, 5.2.3 (test T39 of the collection): any other value is the sender's fault.
#[test]
fn must_understand_is_nothing_else() {
    let peer = peer();
    for value in ["", "2", "yes", "TRUE", "wrong", "01"] {
        let blocks = block(&format!("s:mustUnderstand=\"{value}\""));
        fault(V12, &peer.with_blocks(V12, &blocks), &CLIENT);
    }
}

/// Part 1, 5.2.3 (T34): only the attribute of this version's namespace counts.
#[test]
fn must_understand_of_elsewhere_means_nothing() {
    let peer = peer();
    for attribute in [
        "mustUnderstand=\"true\"",
        "o:mustUnderstand=\"true\"",
        "xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" e:mustUnderstand=\"1\"",
    ] {
        is_role(V12, &peer.with_blocks(V12, &block(attribute)));
    }
}

/// Part 1, 5.2.3 (T74): the attribute counts on header blocks only, not on what is in them.
#[test]
fn must_understand_inside_a_block_means_nothing() {
    let peer = peer();
    let nested = "<o:Unknown xmlns:o=\"urn:o\"><o:x s:mustUnderstand=\"true\"/></o:Unknown>";
    is_role(V12, &peer.with_blocks(V12, nested));
    let body = GET_ROLE.replace("<RoleId>", "<RoleId s:mustUnderstand=\"true\">");
    is_role(V12, &peer.with_body(V12, &body));
}

/// Part 1, 2.4: a block that is understood may be mandatory.
#[test]
fn our_own_blocks_may_be_mandatory() {
    let peer = peer();
    for name in ["Credentials", "ApplicationToken", "TimeZone"] {
        let all = peer.ticket() + "<ApplicationToken>x</ApplicationToken><TimeZone/>";
        let all = all
            .replace(
                &format!("<{name}>"),
                &format!("<{name} s:mustUnderstand=\"true\">"),
            )
            .replace(
                &format!("<{name}/>"),
                &format!("<{name} s:mustUnderstand=\"true\"/>"),
            );
        is_role(
            V12,
            &send(&peer, V12, &(element("s:Header", &all) + GET_ROLE)),
        );
    }
}

/// Part 1, 2.4: a block is known by its whole name: one of ours in another namespace is not.
#[test]
fn a_block_of_our_name_in_another_namespace_is_not_understood() {
    let peer = peer();
    for namespace in [
        "urn:o",
        "",
        "http://www.superoffice.net/ws/crm/NetServer/Services87",
    ] {
        let blocks = format!("<Credentials xmlns=\"{namespace}\" s:mustUnderstand=\"1\"/>");
        fault(V12, &peer.with_blocks(V12, &blocks), &MUST_UNDERSTAND);
    }
}

/// Part 1, 5.2.4 and 2.7.2: relay is about forwarding; it takes nothing away from mustUnderstand,
/// and a block that may be ignored is ignored with it.
#[test]
fn relay_weakens_nothing() {
    let peer = peer();
    let next = format!("s:role=\"{ROLE}/next\" s:relay=\"true\"");
    let mandatory = block(&format!("{next} s:mustUnderstand=\"true\""));
    fault(V12, &peer.with_blocks(V12, &mandatory), &MUST_UNDERSTAND);
    is_role(V12, &peer.with_blocks(V12, &block(&next)));
}

/// Part 1, 5.4.8: each mandatory block that is not understood is named in a NotUnderstood block,
/// by a qualified name whose prefix is declared.
#[test]
fn blocks_that_are_not_understood_are_named() {
    let peer = peer();
    let blocks = "<o:One xmlns:o=\"urn:one\" s:mustUnderstand=\"1\"/>\
                  <o:Fine xmlns:o=\"urn:fine\"/>\
                  <Two xmlns=\"urn:two\" s:mustUnderstand=\"true\"/>";
    let response = peer.with_blocks(V12, blocks);
    fault(V12, &response, &MUST_UNDERSTAND);
    let header = envelope(V12, &response).at("Header").clone();
    assert_eq!(header.names(), ["NotUnderstood"; 2]);
    assert!(header.children.iter().all(|it| it.namespace == SOAP12));
    let names: Vec<_> = header
        .children
        .iter()
        .map(|it| it.resolve(it.attribute("qname").unwrap()))
        .collect();
    assert_eq!(names, [("urn:one", "One"), ("urn:two", "Two")]);
}

/// Part 1, 2.4: whether a block is mandatory is not asked of blocks for others, and a bad value
/// there is not ours to judge; it may be refused, never be taken for ours.
#[test]
fn a_block_for_another_role_is_never_not_understood() {
    let peer = peer();
    let blocks = block("s:role=\"urn:other\" s:mustUnderstand=\"wrong\"");
    let response = peer.with_blocks(V12, &blocks);
    assert!(
        !response.body.contains("NotUnderstood"),
        "{}",
        response.body
    );
}
