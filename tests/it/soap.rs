//! What SOAP promises, seen from outside: versions, actions, faults and header blocks.

use crate::answer::{Answer, element, envelope, text};
use crate::faults::*;
use crate::support::{Caller, PRINCIPAL, Response, SERVICES88, Soap, TestServer, USER};

#[test]
fn the_answer_comes_in_the_version_of_the_envelope() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for written in VERSIONS {
        for labelled in VERSIONS {
            let envelope = written.envelope(&caller, "GetRole", "<RoleId>12</RoleId>");
            is_role(
                written,
                &server.post(USER, labelled.content_type(), &envelope),
            );
            let unknown = written.envelope(&caller, "Frobnicate", "");
            let response = server.post(USER, labelled.content_type(), &unknown);
            fault(written, &response, &ACTION);
        }
    }
}

#[test]
fn paths_are_matched_in_any_letter_case_and_below_a_tenant() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for path in [
        "/Cust12345/Remote/Services88/User.svc",
        "/remote/services88/USER.SVC",
        "/Remote/Services88/User.svc?x=1",
    ] {
        let response = server.call(Soap::V11, path, &caller, "GetRole", "<RoleId>12</RoleId>");
        is_role(Soap::V11, &response);
    }
}

/// Calls `GetRole` with an action in the place that the version has for it.
fn with_action(server: &TestServer, soap: Soap, caller: &Caller, action: Option<&str>) -> Response {
    let mut content_type = format!("Content-Type: {}", soap.content_type());
    let mut fields = Vec::new();
    match (soap, action) {
        (Soap::V12, Some(action)) => content_type += &format!("; action={action}"),
        (Soap::V11, Some(action)) => fields.push(format!("SOAPAction: {action}")),
        (_, None) => {}
    }
    fields.push(content_type);
    let fields: Vec<_> = fields.iter().map(String::as_str).collect();
    let envelope = soap.envelope(caller, "GetRole", "<RoleId>12</RoleId>");
    server.request("POST", USER, &fields, envelope.as_bytes())
}

#[test]
fn an_action_may_be_missing_but_not_name_another_operation() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let own = format!("{SERVICES88}/User/GetRole");
    for soap in VERSIONS {
        for action in [
            None,
            Some(""),
            Some("\"\""),
            Some(&*own),
            Some(&*format!("\"{own}\"")),
            Some("GetRole"),
            Some("\"GetRole\""),
        ] {
            is_role(soap, &with_action(&server, soap, &caller, action));
        }
        for action in [
            format!("\"{SERVICES88}/User/DeleteUser\""),
            format!("\"{SERVICES88}/SoPrincipal/GetRole\""),
            format!("{SERVICES88}/User/GetRoles"),
            "\"DeleteUser\"".to_owned(),
            "urn:other".to_owned(),
        ] {
            let response = with_action(&server, soap, &caller, Some(&action));
            let reason = fault(soap, &response, &ACTION);
            assert!(reason.contains("GetRole"), "{reason}");
        }
    }
}

#[test]
fn an_unknown_operation_is_an_action_that_is_not_supported() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let header = element("s:Header", &credentials(caller.ticket()));
    for soap in VERSIONS {
        for operation in [
            "<Frobnicate/>",
            "<getUser/>",
            "<GetUserResponse/>",
            "<GetSystemInfo/>",
            "<GetUser xmlns=\"\"/>",
            "<GetUser xmlns=\"urn:other\"/>",
        ] {
            let content = header.clone() + &element("s:Body", operation);
            fault(soap, &send(&server, soap, &content), &ACTION);
        }
        let content = header.clone() + "<s:Body><GetUser/></s:Body>";
        let elsewhere = server.post(PRINCIPAL, soap.content_type(), &around(soap, &content));
        fault(soap, &elsewhere, &ACTION);
    }
}

#[test]
fn a_value_that_cannot_be_read_is_named_and_nothing_is_stored() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for soap in VERSIONS {
        for (name, member, expected) in [
            ("a", "<AssociateId>abc</AssociateId>", "AssociateId"),
            ("b", "<Rank>32768</Rank>", "Rank"),
            ("c", "<Deleted>maybe</Deleted>", "Deleted"),
            ("d", "<Type>Emperor</Type>", "Type"),
            ("e", "<Lastlogin>yesterday</Lastlogin>", "Lastlogin"),
            ("f", "<Role><Id>1.5</Id></Role>", "Id"),
        ] {
            let name = text("Name", name);
            let user = element("User", &(name.clone() + member));
            let response = server.call(soap, USER, &caller, "SaveUser", &user);
            let reason = fault(soap, &response, &DESERIALIZATION);
            assert!(reason.contains(&format!("'{expected}'")), "{reason}");
            let name = name.replace("Name", "UserName");
            let found = server.user(soap, &caller, "GetUserFromName", &name);
            assert!(found.result().nil);
        }
    }
}

#[test]
fn an_envelope_of_another_version_is_a_mismatch() {
    let server = TestServer::start();
    for soap in VERSIONS {
        let other = around(soap, GET_ROLE).replace(soap.namespace(), "urn:soap:13");
        let response = server.post(USER, soap.content_type(), &other);
        fault(soap, &response, &VERSION);
        let header = envelope(soap, &response);
        let supported = header.find("Header").map(|header| {
            let blocks = header.at("Upgrade").children.iter();
            blocks
                .map(|it| it.resolve(it.attribute("qname").unwrap()))
                .map(|(uri, name)| (uri.to_owned(), name.to_owned()))
                .collect::<Vec<_>>()
        });
        let both = [SOAP12, SOAP11].map(|it| (it.to_owned(), "Envelope".to_owned()));
        match soap {
            Soap::V11 => assert_eq!(supported, None),
            Soap::V12 => assert_eq!(supported, Some(both.to_vec())),
        }
    }
}

#[test]
fn mandatory_blocks_are_understood_or_refused() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    let ours = credentials(caller.ticket());
    for soap in VERSIONS {
        let call = |block: &str| {
            let content = element("s:Header", &(ours.clone() + block)) + GET_ROLE;
            send(&server, soap, &content)
        };
        let other = "xmlns:o=\"urn:other\"";
        is_role(soap, &call(&format!("<o:Block {other}/>")));
        is_role(
            soap,
            &call(&format!("<o:Block {other} s:mustUnderstand=\"0\"/>")),
        );
        let response = call(&format!("<o:Block {other} s:mustUnderstand=\"1\"/>"));
        fault(soap, &response, &MUST_UNDERSTAND);
        let answer = envelope(soap, &response);
        match soap {
            Soap::V11 => assert_eq!(answer.names(), ["Body"]),
            Soap::V12 => {
                let block = answer.at("Header/NotUnderstood");
                assert_eq!(block.namespace, SOAP12);
                let name = block.resolve(block.attribute("qname").unwrap());
                assert_eq!(name, ("urn:other", "Block"));
            }
        }
        let mandatory = ours.replace("<Credentials>", "<Credentials s:mustUnderstand=\"1\">");
        let content = element("s:Header", &mandatory) + GET_ROLE;
        is_role(soap, &send(&server, soap, &content));
    }
}

#[test]
fn what_is_no_envelope_is_refused() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for soap in VERSIONS {
        let good = soap.envelope(&caller, "GetRole", "<RoleId>12</RoleId>");
        for message in [
            String::new(),
            "hello".to_owned(),
            "{\"UserId\": 1}".to_owned(),
            "<GetRole/>".to_owned(),
            good.replace("</s:Body>", ""),
            good.replace("<RoleId>12", "<RoleId>&nbsp;12"),
            good.replace("<RoleId>12", "<RoleId>&#0;12"),
            good.replace("<RoleId>12", "<RoleId>\u{1}12"),
            good.replace("<RoleId>12", "<RoleId a=\"1\" a=\"2\">12"),
            good.replace("<RoleId>12", "<x:RoleId>12"),
            format!("<!DOCTYPE a>{good}"),
            format!("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]>{good}"),
            format!("<?php echo 1 ?>{good}"),
            good.replace("<RoleId>", "<?a b?><RoleId>"),
            format!("{good}<a/>"),
            format!("{good}{good}"),
            format!("x{good}"),
        ] {
            let response = server.post(USER, soap.content_type(), &message);
            let status = response.status;
            assert_eq!(
                status,
                CLIENT.status[usize::from(soap == Soap::V12)],
                "{message}"
            );
            let body = envelope(soap, &response);
            assert!(body.at("Body").find("Fault").is_some(), "{message}");
            assert!(!response.body.contains("root:"));
        }
        is_role(soap, &server.post(USER, soap.content_type(), &good));
    }
}

#[test]
fn a_large_message_is_refused_in_its_version() {
    let server = TestServer::with(&[
        ("limits.body_bytes", "4096"),
        ("limits.depth", "12"),
        ("limits.elements", "100"),
        ("limits.attributes", "10"),
        ("limits.name_bytes", "64"),
    ]);
    let caller = server.caller("admin");
    for soap in VERSIONS {
        let get = |unknown: &str| {
            let arguments = "<RoleId>12</RoleId>".to_owned() + unknown;
            server.call(soap, USER, &caller, "GetRole", &arguments)
        };
        is_role(soap, &get(&"<a/>".repeat(60)));
        fault(soap, &get(&" ".repeat(4096)), &TOO_LARGE);
        let attributes: String = (0..11).map(|n| format!(" a{n}=\"\"")).collect();
        for unknown in [
            "<a/>".repeat(120),
            "<a>".repeat(12) + &"</a>".repeat(12),
            format!("<a{attributes}/>"),
            format!("<{}/>", "a".repeat(65)),
        ] {
            let response = get(&unknown);
            assert!((400..=500).contains(&response.status), "{unknown}");
            let body = envelope(soap, &response);
            assert!(body.at("Body").find("Fault").is_some(), "{unknown}");
        }
        is_role(soap, &get(""));
    }
}

fn utf16(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{FEFF}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(bytes)
        .collect()
}

#[test]
fn utf_16_is_read_and_other_character_sets_are_refused() {
    let server = TestServer::start();
    let caller = server.caller("admin");
    for soap in VERSIONS {
        let media_type = soap.content_type().split(';').next().unwrap();
        let content_type = |charset: &str| format!("Content-Type: {media_type}{charset}");
        for (order, charset) in [
            (u16::to_le_bytes as fn(u16) -> [u8; 2], ""),
            (u16::to_be_bytes, ""),
            (u16::to_le_bytes, "; charset=utf-16"),
            (u16::to_be_bytes, "; charset=\"UTF-16\""),
        ] {
            let name = format!("Æ日😀 {charset}{:?}{soap:?}", order(1));
            let user = element("User", &text("Name", &name));
            let envelope = soap.envelope(&caller, "SaveUser", &user);
            let declared = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{envelope}");
            let body = utf16(&declared, order);
            let response = server.request("POST", USER, &[&content_type(charset)], &body);
            let saved = Answer::of(soap, "SaveUserResponse", &response).result();
            assert_eq!(saved.text_at("Name"), name);
        }
        let good = soap.envelope(&caller, "GetRole", "<RoleId>12</RoleId>");
        is_role(
            soap,
            &server.request("POST", USER, &[&content_type("")], good.as_bytes()),
        );
        for charset in [
            "; charset=iso-8859-1",
            "; charset=windows-1252",
            "; charset=x",
        ] {
            let field = content_type(charset);
            let response = server.request("POST", USER, &[&field], good.as_bytes());
            fault(soap, &response, &MEDIA);
        }
        let declared = format!("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>{good}");
        let response = server.request("POST", USER, &[&content_type("")], declared.as_bytes());
        fault(soap, &response, &MEDIA);
        let wrong = [good.as_bytes(), b"<!--\xFF-->"].concat();
        let response = server.request("POST", USER, &[&content_type("")], &wrong);
        fault(soap, &response, &CLIENT);
    }
}
