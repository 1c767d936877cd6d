//! SOAP 1.2, Part 1: faults (5.4) and versions (2.8, appendix A).

use crate::answer::envelope;
use crate::faults::{
    ACTION, CLIENT, DESERIALIZATION, MUST_UNDERSTAND, SOAP11, SOAP12, VERSION, fault,
};
use crate::peer::peer;
use crate::support::{Response, Soap};

const V12: Soap = Soap::V12;

/// One response for each kind of fault that a message can bring about.
fn faults() -> Vec<Response> {
    let peer = peer();
    let good = peer.good(V12);
    [
        good.replace("</s:Body>", ""),
        good.replace(SOAP12, "urn:other"),
        good.replace("<s:Body>", "<s:Body>text"),
        good.replace("GetRole", "GetNothing"),
        good.replace(">12<", ">twelve<"),
        good.replace(
            "<Credentials>",
            "<o:o xmlns:o=\"urn:o\" s:mustUnderstand=\"1\"/><Credentials>",
        ),
    ]
    .map(|envelope| peer.post_text(V12, &envelope))
    .into()
}

/// Part 1, 5.4: a Fault is the only child of the Body.
#[test]
fn a_fault_stands_alone() {
    for response in faults() {
        let envelope = envelope(V12, &response);
        assert_eq!(envelope.at("Body").names(), ["Fault"]);
        assert_eq!(envelope.at("Body/Fault").namespace, SOAP12);
    }
}

/// Part 1, 5.4: Code and Reason, then optionally Node, Role and Detail, in that order, qualified.
#[test]
fn the_members_of_a_fault_are_in_order() {
    let order = ["Code", "Reason", "Node", "Role", "Detail"];
    for response in faults() {
        let envelope = envelope(V12, &response);
        let fault = envelope.at("Body/Fault");
        assert!(fault.children.iter().all(|it| it.namespace == SOAP12));
        let names = fault.names();
        assert_eq!(names[..2], order[..2]);
        let mut rest = order[2..].iter();
        assert!(
            names[2..].iter().all(|name| rest.any(|it| it == name)),
            "{names:?}"
        );
    }
}

/// Part 1, 5.4.1 and 5.4.6: the Value is one of the five codes, as a qualified name.
#[test]
fn the_code_is_one_of_the_five() {
    let codes = [
        "VersionMismatch",
        "MustUnderstand",
        "DataEncodingUnknown",
        "Sender",
        "Receiver",
    ];
    for response in faults() {
        let envelope = envelope(V12, &response);
        let (namespace, code) = envelope.at("Body/Fault/Code/Value").qname();
        assert_eq!(namespace, SOAP12);
        assert!(codes.contains(&code), "{code}");
    }
}

/// Part 1, 5.4.1.2: a Subcode holds a Value, a qualified name of a declared namespace.
#[test]
fn a_subcode_is_a_qualified_name() {
    let peer = peer();
    let good = peer.good(V12);
    peer.refuses(V12, &good.replace("GetRole", "GetNothing"), &ACTION);
    peer.refuses(V12, &good.replace(">12<", ">twelve<"), &DESERIALIZATION);
}

/// Part 1, 5.4.2: the Reason has texts, each with a language and none with one that is there already.
#[test]
fn the_reason_says_its_language() {
    for response in faults() {
        let envelope = envelope(V12, &response);
        let reason = envelope.at("Body/Fault/Reason");
        assert_eq!(reason.names(), ["Text"]);
        assert_eq!(reason.at("Text").attribute("lang"), Some("en"));
        assert!(!reason.text_at("Text").is_empty());
        assert!(response.body.contains("xml:lang=\"en\""));
    }
}

/// Part 1, 5.4.3 and 5.4.4: the ultimate receiver need not say who it is.
#[test]
fn a_fault_needs_no_node_and_no_role() {
    for response in faults() {
        let envelope = envelope(V12, &response);
        assert!(envelope.at("Body/Fault").find("Node").is_none());
        assert!(envelope.at("Body/Fault").find("Role").is_none());
    }
}

/// Part 1, 5.4.5: there is no Detail where the fault is about header blocks.
#[test]
fn a_fault_about_blocks_has_no_detail() {
    let peer = peer();
    let block = "<o:o xmlns:o=\"urn:o\" s:mustUnderstand=\"1\"/>";
    let response = peer.with_blocks(V12, block);
    fault(V12, &response, &MUST_UNDERSTAND);
    assert!(
        envelope(V12, &response)
            .at("Body/Fault")
            .find("Detail")
            .is_none()
    );
}

/// Part 1, 2.8 and 5.4.7: an Envelope of an unknown namespace is a version mismatch, and the
/// versions that are spoken stand in an Upgrade block, the preferred one first.
#[test]
fn an_unknown_version_is_told_which_are_spoken() {
    let peer = peer();
    let other = peer
        .good(V12)
        .replace(SOAP12, "http://example.org/soap/2.0");
    let response = peer.post_text(V12, &other);
    fault(V12, &response, &VERSION);
    let header = envelope(V12, &response).at("Header").clone();
    assert_eq!(header.names(), ["Upgrade"]);
    let upgrade = header.at("Upgrade");
    assert_eq!(upgrade.namespace, SOAP12);
    let spoken: Vec<_> = upgrade
        .children
        .iter()
        .map(|it| it.resolve(it.attribute("qname").unwrap()))
        .collect();
    assert_eq!(spoken, [(SOAP12, "Envelope"), (SOAP11, "Envelope")]);
}

/// Appendix A: who speaks both versions answers each in its own.
#[test]
fn a_message_of_version_1_1_is_answered_in_1_1() {
    let peer = peer();
    peer.takes(Soap::V11, &peer.good(Soap::V11));
    peer.takes(V12, &peer.good(V12));
}

/// Part 1, 5.4: a message that holds a Fault is no request: there is nothing to carry out.
#[test]
fn a_fault_is_no_operation() {
    let peer = peer();
    let body = "<s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code>\
                <s:Reason><s:Text xml:lang=\"en\">x</s:Text></s:Reason></s:Fault></s:Body>";
    fault(V12, &peer.with_body(V12, body), &ACTION);
}

/// Part 1, 5.4.6: what the message is to blame for is `Sender`, and says so in a way that tells
/// the line.
#[test]
fn a_malformed_message_is_the_senders() {
    let peer = peer();
    let broken = peer.good(V12).replace("</RoleId>", "\n</RolId>");
    let reason = peer.refuses(V12, &broken, &CLIENT);
    assert!(reason.contains("line 2"), "{reason}");
}
