//! WS-I Basic Profile 1.2 and 2.0: requirements that bind a receiver, or the messages that it
//! sends. Those that only repeat a rule of SOAP are tested with that rule.

use crate::answer::envelope;
use crate::faults::{CLIENT, GET_ROLE, MEDIA, VERSIONS, around, fault, is_role};
use crate::peer::{Peer, peer};
use crate::support::{SERVICES88, Soap, USER};

/// Sends bytes with a media type.
fn post(peer: &Peer, content_type: &str, body: &[u8]) -> crate::support::Response {
    peer.request(
        "POST",
        USER,
        &[&format!("Content-Type: {content_type}")],
        body,
    )
}

fn media_type(soap: Soap) -> &'static str {
    soap.content_type().split(';').next().unwrap()
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = format!("\u{FEFF}{text}");
    marked.encode_utf16().flat_map(bytes).collect()
}

/// R1000, R1001: the members of a 1.1 Fault are faultcode, faultstring, faultactor and detail, and
/// have no namespace.
#[test]
fn r1000_r1001_members_of_a_fault() {
    let peer = peer();
    let response = peer.post_text(Soap::V11, &around(Soap::V11, "<s:Body/>"));
    let envelope = envelope(Soap::V11, &response);
    let fault = envelope.at("Body/Fault");
    assert_eq!(fault.names(), ["faultcode", "faultstring"]);
    assert!(fault.children.iter().all(|it| it.namespace.is_empty()));
}

/// R1005, R1006, R1007: no answer has an encodingStyle.
#[test]
fn r1005_answers_have_no_encoding_style() {
    let peer = peer();
    for soap in VERSIONS {
        for text in [peer.good(soap), "<x/>".to_owned()] {
            assert!(!peer.post_text(soap, &text).body.contains("encodingStyle"));
        }
    }
}

/// R1008, R1009: no answer has a document type or a processing instruction.
#[test]
fn r1008_r1009_answers_have_no_doctype() {
    let peer = peer();
    for soap in VERSIONS {
        let body = peer.post_text(soap, &peer.good(soap)).body;
        assert!(!body.contains("<!") && !body.contains("<?"), "{body}");
    }
}

/// R1010: messages with an XML declaration are taken.
#[test]
fn r1010_an_xml_declaration_is_taken() {
    let peer = peer();
    for soap in VERSIONS {
        for declaration in [
            "<?xml version=\"1.0\"?>",
            "<?xml version='1.0' encoding='utf-8'?>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\" ?>\r\n",
        ] {
            peer.takes(soap, &format!("{declaration}{}", peer.good(soap)));
        }
    }
}

/// R1011: nothing follows the Body inside the Envelope.
#[test]
fn r1011_nothing_follows_the_body() {
    let peer = peer();
    for soap in VERSIONS {
        let more = peer
            .good(soap)
            .replace("</s:Body>", "</s:Body><o:o xmlns:o=\"urn:o\"/>");
        peer.refuses(soap, &more, &CLIENT);
    }
}

/// R1012, R4001: UTF-8 and UTF-16 are read, a byte order mark included.
#[test]
fn r1012_utf_8_and_utf_16() {
    let peer = peer();
    for soap in VERSIONS {
        let good = peer.good(soap);
        let media_type = media_type(soap);
        is_role(
            soap,
            &post(&peer, media_type, format!("\u{FEFF}{good}").as_bytes()),
        );
        for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
            is_role(soap, &post(&peer, media_type, &utf16(&good, order)));
            let charset = format!("{media_type}; charset=utf-16");
            is_role(soap, &post(&peer, &charset, &utf16(&good, order)));
        }
    }
}

/// R1019 of the Simple SOAP Binding Profile: the charset of the media type beats the declaration.
#[test]
fn r1019_the_charset_of_http_counts() {
    let peer = peer();
    for soap in VERSIONS {
        let good = peer.good(soap);
        let wrong = format!("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>{good}");
        is_role(
            soap,
            &post(
                &peer,
                &format!("{}; charset=utf-8", media_type(soap)),
                wrong.as_bytes(),
            ),
        );
        let response = post(
            &peer,
            &format!("{}; charset=iso-8859-1", media_type(soap)),
            good.as_bytes(),
        );
        fault(soap, &response, &MEDIA);
    }
}

/// R1014: the child of the Body is in a namespace.
#[test]
fn r1014_the_operation_is_qualified() {
    let peer = peer();
    for soap in VERSIONS {
        let bare = peer.good(soap).replace("<GetRole>", "<GetRole xmlns=\"\">");
        let response = peer.post_text(soap, &bare);
        assert!(envelope(soap, &response).at("Body").find("Fault").is_some());
        let answer = envelope(soap, &peer.post_text(soap, &peer.good(soap)));
        assert_eq!(answer.at("Body").children[0].namespace, SERVICES88);
    }
}

/// R1015: a root that is no Envelope is a fault.
#[test]
fn r1015_a_root_that_is_no_envelope_is_a_fault() {
    let peer = peer();
    for soap in VERSIONS {
        let namespace = soap.namespace();
        for root in [
            "<x/>".to_owned(),
            format!("<Body xmlns=\"{namespace}\"/>"),
            format!("<s:Fault xmlns:s=\"{namespace}\"/>"),
        ] {
            peer.refuses(soap, &root, &CLIENT);
        }
    }
}

/// R1016: the text of a fault has a language.
#[test]
fn r1016_a_fault_has_a_language() {
    let peer = peer();
    for soap in VERSIONS {
        let body = peer.post_text(soap, "<x/>").body;
        assert!(body.contains("xml:lang=\"en\""), "{body}");
    }
}

/// R1017: xsi:type is not asked for, and does no harm.
#[test]
fn r1017_types_are_not_asked_for() {
    let peer = peer();
    for soap in VERSIONS {
        let typed = "<RoleId xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" \
                     xmlns:d=\"http://www.w3.org/2001/XMLSchema\" i:type=\"d:int\">";
        peer.takes(soap, &peer.good(soap).replace("<RoleId>", typed));
    }
}

/// R1025, R1027, R1028: mandatory blocks are judged before anything else of the message.
#[test]
fn r1025_mandatory_blocks_come_first() {
    let peer = peer();
    for soap in VERSIONS {
        let name = format!("spec-r1025-{soap:?}");
        let block = "<o:o xmlns:o=\"urn:o\" s:mustUnderstand=\"1\"/>";
        let response = peer.save(soap, block, &name);
        assert!(response.body.contains("MustUnderstand"));
        assert!(!peer.knows(&name));
        // Even of an operation that does not exist.
        let unknown = peer.good(soap).replace("GetRole", "GetNothing");
        let unknown = unknown.replace("<s:Header>", &format!("<s:Header>{block}"));
        assert!(
            peer.post_text(soap, &unknown)
                .body
                .contains("MustUnderstand")
        );
    }
}

/// R1031: the code of a fault holds no dot.
#[test]
fn r1031_codes_have_no_dots() {
    let peer = peer();
    for broken in [
        "<x/>".to_owned(),
        peer.good(Soap::V11).replace("GetRole", "GetNothing"),
    ] {
        let response = peer.post_text(Soap::V11, &broken);
        let code = envelope(Soap::V11, &response)
            .text_at("Body/Fault/faultcode")
            .to_owned();
        assert!(!code.contains('.'), "{code}");
    }
}

/// R1033: no answer declares the prefix `xml`.
#[test]
fn r1033_the_prefix_xml_is_not_declared() {
    let peer = peer();
    for soap in VERSIONS {
        assert!(!peer.post_text(soap, "<x/>").body.contains("xmlns:xml"));
    }
}

/// R1111, R1124, R1126: 200 for what was carried out, 500 for a fault of SOAP 1.1.
#[test]
fn r1124_r1126_statuses() {
    let peer = peer();
    assert_eq!(peer.post_text(Soap::V11, &peer.good(Soap::V11)).status, 200);
    assert_eq!(peer.post_text(Soap::V11, "<x/>").status, 500);
}

/// R1113, R1125: a request that HTTP itself cannot read is a 4xx.
#[test]
fn r1125_a_malformed_request_is_a_4xx() {
    let peer = peer();
    let mut connection = peer.connect();
    connection.send(b"POST /Remote/Services88/User.svc HTTP/1.1\r\nContent-Length: x\r\n\r\n");
    assert_eq!(connection.response().status, 400);
}

/// R1114, R1115: 405 for another method, 415 for another media type.
#[test]
fn r1114_r1115_method_and_media_type() {
    let peer = peer();
    assert_eq!(peer.request("PUT", USER, &[], b"").status, 405);
    assert_eq!(
        post(&peer, "text/html", peer.good(Soap::V11).as_bytes()).status,
        415
    );
}

/// R1127: the action does not decide what is carried out: the Body does.
#[test]
fn r1127_the_body_decides() {
    let peer = peer();
    for soap in VERSIONS {
        let response = peer.save(soap, "", &format!("spec-r1127-{soap:?}"));
        assert_eq!(response.status, 200);
        let answer = envelope(soap, &response);
        let id = answer
            .at("Body/SaveUserResponse/Response")
            .text_at("AssociateId")
            .to_owned();
        let body = around(
            soap,
            &format!("<s:Header>{}</s:Header>{GET_ROLE}", peer.ticket()),
        );
        let action = format!("{SERVICES88}/User/DeleteUser");
        let content_type = format!("Content-Type: {}; action=\"{action}\"", media_type(soap));
        let soap_action = format!("SOAPAction: \"{action}\"");
        let response = peer.request(
            "POST",
            USER,
            &[&content_type, &soap_action],
            body.as_bytes(),
        );
        assert!(!response.body.contains("DeleteUserResponse"));
        assert!(peer.knows(&format!("spec-r1127-{soap:?}")), "{id}");
    }
}

/// R1140, R1141: HTTP/1.1, and HTTP/1.0 too.
#[test]
fn r1140_versions_of_http() {
    let peer = peer();
    let good = peer.good(Soap::V11);
    for version in ["1.0", "1.1"] {
        let mut connection = peer.connect();
        let length = good.len();
        let head = format!(
            "POST {USER} HTTP/{version}\r\nHost: x\r\nContent-Type: text/xml\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        connection.send((head + &good).as_bytes());
        let response = connection.response();
        assert_eq!(response.field("transfer-encoding"), None);
        is_role(Soap::V11, &response);
    }
}

/// R2729, R2738: the answer's element is the operation's name with `Response`, under the header
/// blocks that the WSDL promises.
#[test]
fn r2729_r2738_answers_are_as_described() {
    let peer = peer();
    for soap in VERSIONS {
        let answer = envelope(soap, &peer.post_text(soap, &peer.good(soap)));
        assert_eq!(answer.at("Body").names(), ["GetRoleResponse"]);
        for block in ["ExtraInfo", "Succeeded", "TimeZone"] {
            assert_eq!(answer.at("Header").at(block).namespace, SERVICES88);
        }
    }
}

/// R2744, R2745: the SOAPAction that the WSDL names for an operation is taken for it.
#[test]
fn r2744_the_action_of_the_wsdl_is_taken() {
    let peer = peer();
    let wsdl = peer.get(&format!("{USER}?wsdl"), &[]).body;
    let action = wsdl
        .split("soapAction=\"")
        .find(|rest| rest.starts_with(&format!("{SERVICES88}/User/GetRole\"")))
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let field = format!("SOAPAction: \"{action}\"");
    let good = peer.good(Soap::V11);
    let fields = ["Content-Type: text/xml", &field];
    is_role(
        Soap::V11,
        &peer.request("POST", USER, &fields, good.as_bytes()),
    );
}
