//! SOAP 1.1 (W3C Note): envelope (4), faults (4.4) and HTTP (6).

use crate::answer::{element, envelope};
use crate::faults::{
    ACTION, CLIENT, GET_ROLE, MUST_UNDERSTAND, SOAP11, VERSION, around, fault, is_role, send,
};
use crate::peer::peer;
use crate::support::{Response, SERVICES88, Soap, USER};

const V11: Soap = Soap::V11;

fn block(attributes: &str) -> String {
    format!("<o:Unknown xmlns:o=\"urn:o\" {attributes}/>")
}

/// 4.1: an Envelope may have a Header, which comes first, and must have a Body, which comes next.
#[test]
fn an_envelope_is_header_then_body() {
    let peer = peer();
    let ticket = peer.ticket();
    peer.takes(V11, &peer.good(V11));
    for content in [
        format!("<s:Header>{ticket}</s:Header>"),
        format!("{ticket}{GET_ROLE}<s:Header/>"),
        format!("<s:Header>{ticket}</s:Header><s:Header/>{GET_ROLE}"),
    ] {
        peer.refuses(V11, &around(V11, &content), &CLIENT);
    }
}

/// 4.1.1: encodingStyle may stand on any element; document/literal messages are read as they are.
#[test]
fn an_encoding_style_is_not_asked_for() {
    let peer = peer();
    let style = "s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"";
    for place in ["s:Envelope", "s:Body", "GetRole"] {
        let styled = peer
            .good(V11)
            .replace(&format!("<{place}"), &format!("<{place} {style}"));
        peer.takes(V11, &styled);
    }
}

/// 4.1.2 and 4.4.1: an Envelope of another namespace is a VersionMismatch.
#[test]
fn another_namespace_is_a_version_mismatch() {
    let peer = peer();
    for namespace in ["urn:other", "http://schemas.xmlsoap.org/soap/envelope", ""] {
        let other = peer.good(V11).replace(SOAP11, namespace);
        // Nothing may be declared to be of no namespace.
        if !namespace.is_empty() {
            peer.refuses(V11, &other, &VERSION);
        }
    }
    let bare = format!("<Envelope><Body><GetRole xmlns=\"{SERVICES88}\"/></Body></Envelope>");
    peer.refuses(V11, &bare, &VERSION);
}

/// 4.2.2: a block without actor, or for `next`, is for us; one for another actor is not.
#[test]
fn an_actor_says_whom_a_block_is_for() {
    let peer = peer();
    let next = "s:actor=\"http://schemas.xmlsoap.org/soap/actor/next\"";
    for actor in ["", "s:actor=\"\"", next] {
        let blocks = block(&format!("{actor} s:mustUnderstand=\"1\""));
        fault(V11, &peer.with_blocks(V11, &blocks), &MUST_UNDERSTAND);
    }
    for actor in [
        "s:actor=\"urn:other\"",
        "s:actor=\"http://schemas.xmlsoap.org/soap/actor/Next\"",
    ] {
        let blocks = block(&format!("{actor} s:mustUnderstand=\"1\""));
        is_role(V11, &peer.with_blocks(V11, &blocks));
    }
    let ticket = peer
        .ticket()
        .replace("<Credentials>", &format!("<Credentials {next}>"));
    is_role(
        V11,
        &send(&peer, V11, &(element("s:Header", &ticket) + GET_ROLE)),
    );
}

/// 4.2.3: mustUnderstand is 0 or 1; without it a block may be ignored.
#[test]
fn must_understand_is_zero_or_one() {
    let peer = peer();
    fault(
        V11,
        &peer.with_blocks(V11, &block("s:mustUnderstand=\"1\"")),
        &MUST_UNDERSTAND,
    );
    for harmless in ["s:mustUnderstand=\"0\"", "", "mustUnderstand=\"1\""] {
        is_role(V11, &peer.with_blocks(V11, &block(harmless)));
    }
    for wrong in ["2", "yes", ""] {
        let blocks = block(&format!("s:mustUnderstand=\"{wrong}\""));
        fault(V11, &peer.with_blocks(V11, &blocks), &CLIENT);
    }
}

/// 4.2.3: nothing is done when a mandatory block is not understood.
#[test]
fn nothing_is_done_before_all_mandatory_blocks_are_understood() {
    let peer = peer();
    let response = peer.save(V11, &block("s:mustUnderstand=\"1\""), "spec-mandatory-11");
    fault(V11, &response, &MUST_UNDERSTAND);
    assert!(!peer.knows("spec-mandatory-11"));
}

fn faults() -> Vec<Response> {
    let peer = peer();
    let good = peer.good(V11);
    let mandatory = format!("<s:Header>{}", block("s:mustUnderstand=\"1\""));
    [
        good.replace("</s:Body>", ""),
        good.replace(SOAP11, "urn:other"),
        good.replace("GetRole", "GetNothing"),
        good.replace(">12<", ">twelve<"),
        good.replace("<s:Header>", &mandatory),
    ]
    .map(|envelope| peer.post_text(V11, &envelope))
    .into()
}

/// 4.4: a Fault is a Body entry, there once, with faultcode and faultstring.
#[test]
fn a_fault_has_a_code_and_a_text() {
    for response in faults() {
        let envelope = envelope(V11, &response);
        assert_eq!(envelope.at("Body").names(), ["Fault"]);
        let fault = envelope.at("Body/Fault");
        assert_eq!(fault.namespace, SOAP11);
        assert_eq!(fault.names()[..2], ["faultcode", "faultstring"]);
        assert!(!fault.text_at("faultstring").is_empty());
    }
}

/// 4.4: a detail is about the Body only, so there is none for header blocks.
#[test]
fn a_fault_about_blocks_has_no_detail() {
    let peer = peer();
    let response = peer.with_blocks(V11, &block("s:mustUnderstand=\"1\""));
    assert!(
        envelope(V11, &response)
            .at("Body/Fault")
            .find("detail")
            .is_none()
    );
}

/// 4.4: the ultimate receiver may leave out faultactor.
#[test]
fn a_fault_needs_no_actor() {
    for response in faults() {
        let envelope = envelope(V11, &response);
        assert!(envelope.at("Body/Fault").find("faultactor").is_none());
    }
}

/// 6.1.1: SOAPAction in quotes, without, empty, or not there.
#[test]
fn the_action_comes_in_all_spellings() {
    let peer = peer();
    let own = format!("{SERVICES88}/User/GetRole");
    let media_type = "Content-Type: text/xml; charset=utf-8";
    let good = peer.good(V11);
    let call = |fields: &[&str]| peer.request("POST", USER, fields, good.as_bytes());
    is_role(V11, &call(&[media_type]));
    for action in [
        "SOAPAction:".to_owned(),
        "SOAPAction: \"\"".to_owned(),
        format!("SOAPAction: \"{own}\""),
        format!("SOAPAction: {own}"),
        format!("soapaction:   \"{own}\"  "),
    ] {
        is_role(V11, &call(&[media_type, &action]));
    }
    let other = format!("SOAPAction: \"{SERVICES88}/User/DeleteUser\"");
    fault(V11, &call(&[media_type, &other]), &ACTION);
}

/// 6.2: a fault is answered with 500, a success with 2xx.
#[test]
fn a_fault_is_500() {
    let peer = peer();
    assert_eq!(peer.post_text(V11, &peer.good(V11)).status, 200);
    for response in faults() {
        assert_eq!(response.status, 500);
    }
}

/// 6: messages are `text/xml`, in answers too.
#[test]
fn answers_are_of_the_media_type() {
    let peer = peer();
    let good = peer.post_text(V11, &peer.good(V11));
    for response in faults().into_iter().chain([good]) {
        assert_eq!(
            response.field("content-type"),
            Some("text/xml; charset=utf-8")
        );
    }
}
