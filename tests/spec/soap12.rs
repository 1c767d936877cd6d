//! SOAP 1.2, Part 1: the envelope (5.1 to 5.3) and how it is processed (2.6).

use crate::faults::{
    ACTION, CLIENT, Expected, GET_ROLE, MUST_UNDERSTAND, SOAP12, around, fault, is_role,
};
use crate::peer::{peer, success};
use crate::support::{SERVICES88, Soap};

const V12: Soap = Soap::V12;
const ENCODING: Expected = Expected {
    status: [500, 400],
    code: ["Client", "DataEncodingUnknown"],
    subcode: None,
};

/// Part 1, 5.1: the Envelope holds an optional Header and a mandatory Body, in that order.
#[test]
fn an_envelope_is_header_then_body() {
    let peer = peer();
    let ticket = peer.ticket();
    peer.takes(V12, &peer.good(V12));
    for content in [
        String::new(),
        format!("<s:Header>{ticket}</s:Header>"),
        // The ticket stands where the vendor's documentation has it, so that all of it is read.
        format!("{ticket}{GET_ROLE}<s:Header/>"),
        format!("<s:Header>{ticket}</s:Header><s:Header/>{GET_ROLE}"),
        format!("<s:Header>{ticket}</s:Header>{GET_ROLE}{GET_ROLE}"),
        format!("<s:Header>{ticket}</s:Header>{GET_ROLE}<Trailer xmlns=\"urn:x\"/>"),
        format!("<s:Header>{ticket}</s:Header><s:body><GetRole/></s:body>"),
    ] {
        peer.refuses(V12, &around(V12, &content), &CLIENT);
    }
}

/// Part 1, 5.1: the Envelope has that name in the namespace of SOAP 1.2.
#[test]
fn an_envelope_is_known_by_its_expanded_name() {
    let peer = peer();
    let good = peer.good(V12);
    let other = good.replace("xmlns:s=", "xmlns:any-prefix.1=");
    let other = other
        .replace("<s:", "<any-prefix.1:")
        .replace("</s:", "</any-prefix.1:");
    peer.takes(V12, &other);
    let bare = good.replace("<s:", "<").replace("</s:", "</");
    let bare = bare
        .replacen("<Envelope", &format!("<Envelope xmlns=\"{SOAP12}\""), 1)
        .replace(&format!(" xmlns=\"{SERVICES88}\""), "")
        .replace("<GetRole>", &format!("<GetRole xmlns=\"{SERVICES88}\">"))
        .replace(
            "<Credentials>",
            &format!("<Credentials xmlns=\"{SERVICES88}\">"),
        );
    peer.takes(V12, &bare.replace(&format!(" xmlns:s=\"{SOAP12}\""), ""));
    for root in ["envelope", "Envelop", "Message"] {
        peer.refuses(
            V12,
            &good.replace("s:Envelope", &format!("s:{root}")),
            &CLIENT,
        );
    }
}

/// Part 1, 5.1: white space may stand between the elements, and comments anywhere.
#[test]
fn white_space_and_comments_change_nothing() {
    let peer = peer();
    let good = peer.good(V12);
    peer.takes(V12, &good.replace("><", "> \r\n\t<!-- a comment --><"));
    peer.takes(V12, &format!("<!-- before -->\n{good}\n<!-- after -->\n"));
}

/// Part 1, 5.1: text other than white space may not stand between the elements of an envelope.
#[test]
fn text_between_the_elements_is_refused() {
    let peer = peer();
    let good = peer.good(V12);
    for place in ["<s:Header>", "<s:Body>", "</s:Header>", "</s:Body>"] {
        let broken = good.replace(place, &format!("{place}text"));
        peer.refuses(V12, &broken, &CLIENT);
    }
}

/// Part 1, 5: a message holds no document type declaration; processing instructions are refused.
#[test]
fn a_message_has_no_doctype_and_no_processing_instruction() {
    let peer = peer();
    let good = peer.good(V12);
    peer.takes(
        V12,
        &format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{good}"),
    );
    for broken in [
        format!("<!DOCTYPE s:Envelope>{good}"),
        format!("<!DOCTYPE s:Envelope SYSTEM \"http://127.0.0.1:9/x.dtd\">{good}"),
        format!("<?app do?>{good}"),
        good.replace("<s:Body>", "<s:Body><?app do?>"),
        format!("{good}<?app do?>"),
    ] {
        peer.refuses(V12, &broken, &CLIENT);
    }
}

/// Part 1, 5.1, 5.2, 5.3: elements of the envelope may carry attributes of other namespaces.
#[test]
fn foreign_attributes_are_allowed() {
    let peer = peer();
    let good = peer.good(V12);
    for place in [
        "s:Envelope",
        "s:Header",
        "s:Body",
        "GetRole",
        "RoleId",
        "Credentials",
    ] {
        let attribute = format!("<{place} xmlns:o=\"urn:o\" o:a=\"1\"");
        peer.takes(V12, &good.replace(&format!("<{place}"), &attribute));
    }
}

/// Part 1, 5.2.1: a header block has a namespace name.
#[test]
fn a_block_without_namespace_that_must_be_understood_is_not() {
    let peer = peer();
    let block = "<Bare xmlns=\"\" s:mustUnderstand=\"true\"/>";
    fault(V12, &peer.with_blocks(V12, block), &MUST_UNDERSTAND);
}

/// Part 1, 5.3.1 with 2.6: one operation at a time; a Body that is empty or holds two is refused.
#[test]
fn a_body_holds_one_operation() {
    let peer = peer();
    for body in [
        "<s:Body/>",
        "<s:Body> </s:Body>",
        "<s:Body><GetRole><RoleId>12</RoleId></GetRole><GetRole><RoleId>12</RoleId></GetRole></s:Body>",
        "<s:Body><GetRole><RoleId>12</RoleId></GetRole><x xmlns=\"urn:x\"/></s:Body>",
    ] {
        fault(V12, &peer.with_body(V12, body), &CLIENT);
    }
    for body in [
        "<s:Body><Nothing/></s:Body>",
        "<s:Body><GetRole xmlns=\"\"/></s:Body>",
    ] {
        fault(V12, &peer.with_body(V12, body), &ACTION);
    }
}

/// Part 1, 2.6: mandatory blocks are looked at before anything is done, wherever they stand.
#[test]
fn nothing_is_done_before_all_mandatory_blocks_are_understood() {
    let peer = peer();
    let block = "<o:Last xmlns:o=\"urn:o\" s:mustUnderstand=\"true\"/>";
    let response = peer.save(V12, block, "spec-mandatory");
    fault(V12, &response, &MUST_UNDERSTAND);
    assert!(!peer.knows("spec-mandatory"));
}

/// Part 1, 2.6: a message that is processed gives either its result or one fault.
#[test]
fn an_answer_is_a_result_or_one_fault() {
    let peer = peer();
    let answer = success(V12, &peer.post_text(V12, &peer.good(V12)));
    assert!(answer.at("Body").find("Fault").is_none());
    let wrong = "<o:A xmlns:o=\"urn:o\" s:mustUnderstand=\"1\"/><o:B xmlns:o=\"urn:o\" s:mustUnderstand=\"1\"/>";
    fault(V12, &peer.with_blocks(V12, wrong), &MUST_UNDERSTAND);
}

/// Part 1, 5.1.1: encodingStyle `none` claims nothing about the encoding; that of SOAP itself has
/// the same simple values.
#[test]
fn encodings_that_change_nothing_are_taken() {
    let peer = peer();
    for style in ["envelope/encoding/none", "encoding"] {
        let style = format!("http://www.w3.org/2003/05/soap-{style}");
        let styled = format!("<GetRole s:encodingStyle=\"{style}\"");
        peer.takes(V12, &peer.good(V12).replace("<GetRole", &styled));
    }
}

/// Part 1, 5.4.6: an operation in an encoding that is not known is DataEncodingUnknown.
#[test]
fn an_unknown_encoding_is_a_fault() {
    let peer = peer();
    let styled = "<GetRole s:encodingStyle=\"http://example.org/PoisonEncoding\"";
    let message = peer.good(V12).replace("<GetRole", styled);
    peer.refuses(V12, &message, &ENCODING);
}

/// Part 1, 2.1: no state of an earlier message counts: a connection does not carry who calls.
#[test]
fn messages_are_processed_on_their_own() {
    let peer = peer();
    is_role(V12, &peer.post_text(V12, &peer.good(V12)));
    let without = around(V12, GET_ROLE);
    let mut connection = peer.connect();
    for envelope in [peer.good(V12), without] {
        let length = envelope.len();
        connection.send(
            format!(
                "POST /Remote/Services88/User.svc HTTP/1.1\r\nHost: x\r\n\
                 Content-Type: application/soap+xml\r\nContent-Length: {length}\r\n\r\n{envelope}"
            )
            .as_bytes(),
        );
    }
    is_role(V12, &connection.response());
    assert!(connection.response().body.contains("SoSessionException"));
}
