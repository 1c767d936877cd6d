//! SOAP 1.2, Part 2: the HTTP binding (7) and the media type (RFC 3902).

use crate::answer::envelope;
use crate::faults::{ACTION, CLIENT, DESERIALIZATION, MUST_UNDERSTAND, VERSION, fault, is_role};
use crate::peer::{Peer, peer};
use crate::support::{Response, SERVICES88, Soap, USER};

const V12: Soap = Soap::V12;

/// Posts an envelope with these header fields.
fn post(peer: &Peer, fields: &[&str], envelope: &str) -> Response {
    peer.request("POST", USER, fields, envelope.as_bytes())
}

/// Part 2, 7.5.2.2: a request that was carried out is answered by 200, with an envelope.
#[test]
fn success_is_200() {
    let peer = peer();
    let response = peer.post_text(V12, &peer.good(V12));
    assert_eq!(response.status, 200);
    is_role(V12, &response);
}

/// Part 2, table 20: `Sender` is 400; `VersionMismatch`, `MustUnderstand` and `Receiver` are 500.
#[test]
fn each_fault_has_its_status() {
    let peer = peer();
    let good = peer.good(V12);
    let mandatory = "<s:Header><o:o xmlns:o=\"urn:o\" s:mustUnderstand=\"1\"/>";
    for (broken, expected, status) in [
        (good.replace("</s:Body>", ""), &CLIENT, 400),
        (good.replace("GetRole", "GetNothing"), &ACTION, 400),
        (good.replace(">12<", ">x<"), &DESERIALIZATION, 400),
        (good.replace(V12.namespace(), "urn:x"), &VERSION, 500),
        (good.replace("<s:Header>", mandatory), &MUST_UNDERSTAND, 500),
    ] {
        peer.refuses(V12, &broken, expected);
        assert_eq!(peer.post_text(V12, &broken).status, status);
    }
}

/// RFC 3902 and part 2, 7.1.4: messages are `application/soap+xml`, in answers too, faults included.
#[test]
fn answers_are_of_the_media_type() {
    let peer = peer();
    let good = peer.good(V12);
    for text in [good.clone(), good.replace("</s:Body>", "")] {
        let response = peer.post_text(V12, &text);
        let media_type = response.field("content-type").unwrap();
        assert_eq!(media_type, "application/soap+xml; charset=utf-8");
    }
}

/// RFC 3902 and RFC 9110, 8.3.1: type, parameter names and charsets are read in any letter case,
/// values quoted or not, and white space about the semicolons does not count.
#[test]
fn the_media_type_is_read_in_all_its_spellings() {
    let peer = peer();
    let good = peer.good(V12);
    for spelling in [
        "application/soap+xml",
        "application/soap+xml;charset=utf-8",
        "application/soap+xml; charset=utf-8",
        "application/soap+xml ; charset=\"utf-8\"",
        "Application/SOAP+XML; Charset=UTF-8",
        "application/soap+xml;charset=utf-8;unknown=\"a;b\"",
        "application/soap+xml; charset=utf8",
        "application/soap+xml; charset=us-ascii",
    ] {
        is_role(
            V12,
            &post(&peer, &[&format!("Content-Type: {spelling}")], &good),
        );
    }
}

/// RFC 3902: `action` may come with the media type; when it does, it names the operation.
#[test]
fn the_action_may_be_a_parameter() {
    let peer = peer();
    let good = peer.good(V12);
    let action = format!("{SERVICES88}/User/GetRole");
    for parameters in [
        format!("action=\"{action}\""),
        format!("action=\"{action}\"; charset=utf-8"),
        format!("charset=utf-8; ACTION=\"{action}\""),
        "action=\"\"".to_owned(),
    ] {
        let field = format!("Content-Type: application/soap+xml; {parameters}");
        is_role(V12, &post(&peer, &[&field], &good));
    }
    let field = format!("Content-Type: application/soap+xml; action=\"{action}s\"");
    fault(V12, &post(&peer, &[&field], &good), &ACTION);
}

/// Part 2, 7.5.1.2: SOAPAction is a field of SOAP 1.1; clients that send it all the same are heard.
#[test]
fn a_field_of_1_1_does_no_harm() {
    let peer = peer();
    let good = peer.good(V12);
    let media_type = "Content-Type: application/soap+xml";
    for action in [
        "SOAPAction: \"\"",
        &format!("SOAPAction: \"{SERVICES88}/User/GetRole\""),
    ] {
        is_role(V12, &post(&peer, &[media_type, action], &good));
    }
}

/// Part 2, table 17: 405 for a method other than POST, with what is allowed.
#[test]
fn only_posts_carry_messages() {
    let peer = peer();
    for method in ["PUT", "DELETE", "PATCH", "TRACE"] {
        let media_type = "Content-Type: application/soap+xml";
        let response = peer.request(method, USER, &[media_type], peer.good(V12).as_bytes());
        assert_eq!(response.status, 405, "{method}");
        assert_eq!(response.field("allow"), Some("GET, HEAD, POST, OPTIONS"));
    }
}

/// Part 2, table 17: 415 for a media type that is none of a message, with those that are.
#[test]
fn other_media_types_are_415() {
    let peer = peer();
    let good = peer.good(V12);
    for media_type in [
        "application/json",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/soap",
        "application/soap+xmlx",
        "multipart/related; type=\"application/xop+xml\"",
    ] {
        let response = post(&peer, &[&format!("Content-Type: {media_type}")], &good);
        assert_eq!(response.status, 415, "{media_type}");
        assert_eq!(
            response.field("accept"),
            Some("text/xml, application/soap+xml")
        );
    }
    assert_eq!(post(&peer, &[], &good).status, 415);
}

/// Part 2, 7.5.2.2: a 4xx or 5xx with a fault in it is an envelope of this version.
#[test]
fn a_fault_comes_in_an_envelope() {
    let peer = peer();
    let response = peer.post_text(V12, "<no envelope>");
    assert_eq!(response.status, 400);
    assert_eq!(envelope(V12, &response).namespace, V12.namespace());
}

/// Part 2, 7.4: the binding is at the address; another path of the host is not found.
#[test]
fn another_path_is_not_the_service() {
    let peer = peer();
    for path in [
        "/Remote/Services88/User",
        "/User.svc",
        "/Remote/Services88/User.svc/12",
    ] {
        assert_eq!(
            peer.post(path, V12.content_type(), &peer.good(V12)).status,
            404
        );
    }
}
